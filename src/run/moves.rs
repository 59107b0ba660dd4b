//! Moves as steps of a run: begun, carried out by the mover, ended, reported, taken back.
//!
//! The mover knows how users are moved; this file knows what a move is to the run: its members and
//! budget are recorded once, a move that was asked again after a halt takes over the earlier one's
//! base and failures, and an inverse move takes back exactly whom a move has moved.

use super::budget;
use super::mover::{MoveContext, MoveEnd, MoveOptions, run_move};
use super::preflight::{self, Parted};
use super::sitting::{Over, Sitting};
use crate::diagnostic::{Finding, codes};
use crate::journal::{
    Begun, Ended, Event, Halt, HaltKind, MoveBegun, MoveCall, MoveOutcome, Outcome, Place,
    Recorded, Reply, SideMove, SittingEnd, Step, UserResult,
};
use crate::text;
use crate::topology::{Movable, in_words};
use roaring::RoaringBitmap;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

impl Sitting {
    pub(super) async fn move_users(
        &mut self,
        step: Step,
        begun: Option<u64>,
        call: MoveCall,
    ) -> Result<Reply, Finding> {
        if call.within.is_some() {
            return Err(self.no_windows(&step));
        }
        let at = step.at.clone();
        let begun = match begun {
            Some(begun) => begun,
            None => self.begin_move(step, &call).await?,
        };
        match self.carry_out(begun, call.parallel, call.retries).await? {
            MoveEnd::Finished { not_started, why } => {
                let outcome = Recorded::Moved { not_started, why };
                self.record(Event::StepEnded { begun, outcome }).await?;
                self.served();
                Ok(Reply::Outcome(Outcome::Moved(Arc::new(self.move_outcome(begun)?))))
            }
            other => self.move_held_up(other, at).await,
        }
    }

    /// Counts the base of a new move's budget and records its beginning.
    async fn begin_move(&mut self, step: Step, call: &MoveCall) -> Result<u64, Finding> {
        let topology = self.set.view.topology();
        let target = topology.pool(&call.to).ok_or_else(|| {
            let message = format!("the topology has no pool `{}`", call.to);
            self.pointing(Finding::error(codes::MOVE_UNKNOWN, message), &step.at, "moved to here")
        })?;
        if let Some(parted) =
            preflight::parted(&topology, &self.set.view.homes(), &call.users, target)
        {
            return Err(self.not_parted(&step, topology.pool_name(parted.pool), &parted));
        }
        let sorted = preflight::sort(&topology, &self.set.view.homes(), &call.users, target);
        let eligible = sorted.eligible.len() as u64;
        let base = self.base_taken_over(&step, call).unwrap_or(eligible);
        let detail = Begun::Move(MoveBegun {
            users: call.users.clone(),
            to: call.to.clone(),
            base,
            allowed: budget::allowed(call.max_failures, base),
            movable: call.movable,
        });
        let begun = self.record(Event::StepBegun { step, detail }).await?;
        self.served();
        Ok(begun)
    }

    fn not_parted(&self, step: &Step, pool: &str, parted: &Parted) -> Finding {
        let (moved, left) = (text::list(&parted.moved, 3), text::list(&parted.left, 3));
        let message = format!("{moved} cannot leave `{pool}` without {left}");
        self.pointing(
            Finding::error(codes::MOVE_TOGETHER, message),
            &step.at,
            "this move parts them",
        )
        .because("the product moves all response groups of a pool at once, and knows no selection")
        .help(
            "move `pool.applications.of_kind(\"response_group\")` as a whole, or leave response \
                 groups out of this set; nothing was moved",
        )
    }

    /// The base of the same move as it was before a halt: a budget is counted once.
    fn base_taken_over(&self, step: &Step, call: &MoveCall) -> Option<u64> {
        let state = self.journal.state();
        let earlier = state.earlier_tries(&step.stage, &call.to, &call.users).next()?;
        Some(earlier.base)
    }

    /// Lets the mover work on a move that stands in the journal.
    async fn carry_out(
        &mut self,
        begun: u64,
        parallel: usize,
        retries: u32,
    ) -> Result<MoveEnd, Finding> {
        self.with_options(begun, MoveOptions { parallel, retries, ..self.options() }).await
    }

    fn options(&self) -> MoveOptions {
        MoveOptions {
            parallel: 16,
            retries: 3,
            server_patience: self.set.server_patience,
            within: None,
            settle_only: false,
            closed: None,
        }
    }

    async fn with_options(&mut self, begun: u64, options: MoveOptions) -> Result<MoveEnd, Finding> {
        let mut context = MoveContext {
            journal: &mut self.journal,
            world: &self.set.world,
            view: &self.set.view,
            stop: &self.set.stop,
            observer: self.set.observer.as_ref(),
        };
        let end = run_move(&mut context, begun, &options).await;
        self.advance_homes();
        end
    }

    /// A stop or a server's fault: the move stays begun, and the next sitting goes on with it.
    pub(super) async fn move_held_up(&mut self, end: MoveEnd, at: Place) -> Result<Reply, Finding> {
        match end {
            MoveEnd::Finished { .. } => {}
            MoveEnd::Stopped { why } => {
                self.end(Over::new(SittingEnd::Stopped, format!("stopped by {why}")));
            }
            MoveEnd::ServerDown { server, why } => {
                let patience = text::duration(self.set.server_patience);
                let message = format!("`{server}` did not come back within {patience}");
                let finding = Finding::error(codes::SERVER_DOWN, message.clone()).because(why);
                let finding = self.pointing(finding, &at, "this move waited for it").help(
                    "nobody was charged for it; mend the server, then `sidle run` goes on with the \
                     same move",
                );
                let kind = HaltKind::Server;
                let halt = Halt { kind, message: message.clone(), check: None, at };
                self.record(Event::Halted(halt)).await?;
                self.end(Over::new(SittingEnd::Halted, message).with(finding));
            }
        }
        Ok(Reply::Stop)
    }

    /// The report of a move that has ended, from its records.
    pub(super) fn move_outcome(&self, begun: u64) -> Result<MoveOutcome, Finding> {
        let lost = || {
            Finding::error(codes::MOVE_MISSING, format!("record {begun} is no move of this run"))
                .help("this is a fault of sidle; keep the folder `.sidle` for its developers")
        };
        let state = self.journal.state();
        let topology = self.set.view.topology();
        let step = self.steps().iter().find(|live| live.seq == begun).ok_or_else(lost)?;
        let (ended_at, ended, recorded) = step.ended.as_ref().ok_or_else(lost)?;
        let mut results = BTreeMap::new();
        let mut report =
            MoveOutcome { begun, to: step_target(&step.step), ..MoveOutcome::default() };
        let undone = match step.begun {
            Some(Begun::Undo { of }) => self.tries_of(of),
            _ => Vec::new(),
        };
        for (_, part) in state.moves().range(begun..=*ended_at) {
            let own = part.seq == begun;
            let inside = matches!(part.side, Some(SideMove::Inverse(of)) if undone.contains(&of));
            if !own && !inside {
                continue;
            }
            report.to.clone_from(&part.to);
            report.base += part.base;
            report.allowed = if own { part.allowed } else { 0 };
            report.movable = part.movable;
            for (_, result) in part.results.values() {
                if let Some(user) = topology.users.find(&result.user) {
                    results.insert(user, result.clone());
                }
            }
        }
        if let Recorded::Moved { not_started, why } = recorded {
            for user in not_started {
                let address = topology.users.address(user).to_owned();
                let how = Ended::NotStarted;
                let why = why.clone();
                let kept = UserResult { user: address, how, why, from: None, home: None, tries: 0 };
                results.insert(user, kept);
            }
        }
        report.results = results.into_iter().collect();
        report.took = Duration::try_from(ended.duration_since(step.at)).unwrap_or_default();
        Ok(report)
    }

    /// `report.undo()`.
    pub(super) async fn undo(
        &mut self,
        step: Step,
        begun: Option<u64>,
        of: u64,
    ) -> Result<Reply, Finding> {
        let at = step.at.clone();
        let begun = if let Some(begun) = begun {
            begun
        } else {
            let detail = Begun::Undo { of };
            let begun = self.record(Event::StepBegun { step, detail }).await?;
            self.served();
            begun
        };
        for of in self.tries_of(of) {
            let end = self.take_back(of).await?;
            if !matches!(end, MoveEnd::Finished { .. }) {
                return self.move_held_up(end, at).await;
            }
        }
        let outcome = Recorded::Moved { not_started: RoaringBitmap::new(), why: String::new() };
        self.record(Event::StepEnded { begun, outcome }).await?;
        self.served();
        Ok(Reply::Outcome(Outcome::Moved(Arc::new(self.move_outcome(begun)?))))
    }

    /// A move, what it took over from before a halt, and its retries: all of them, newest first.
    fn tries_of(&self, of: u64) -> Vec<u64> {
        let state = self.journal.state();
        let Some(part) = state.move_at(of) else { return vec![of] };
        let mut tries: Vec<u64> =
            state.earlier_tries(&part.stage, &part.to, &part.users).map(|it| it.seq).collect();
        tries.push(of);
        let retries = state.moves().values().filter(
            |it| matches!(it.side, Some(SideMove::Retry(origin)) if tries.contains(&origin)),
        );
        let retries: Vec<u64> = retries.map(|it| it.seq).collect();
        tries.extend(retries);
        tries.sort_unstable_by(|a, b| b.cmp(a));
        tries
    }

    /// Moves everybody whom a move has moved, and nobody since, back to where they came from.
    pub(super) async fn take_back(&mut self, of: u64) -> Result<MoveEnd, Finding> {
        // An inverse that was interrupted goes on first; what it moves back is moved by `of` no more.
        let open = self
            .journal
            .state()
            .moves()
            .values()
            .find(|part| part.side == Some(SideMove::Inverse(of)) && part.ended.is_none());
        if let Some(open) = open.map(|part| part.seq)
            && let Some(held_up) = self.side_move(open).await?
        {
            return Ok(held_up);
        }
        let topology = self.set.view.topology();
        let movable = self.journal.state().move_at(of).map_or(Movable::Users, |it| it.movable);
        let mut back: BTreeMap<String, RoaringBitmap> = BTreeMap::new();
        for moved in self.journal.state().moved_by(of) {
            if let (Some(user), Some(from)) = (topology.users.find(moved.user), moved.from) {
                back.entry(from.to_owned()).or_default().insert(user);
            }
        }
        for (to, users) in back {
            let base = users.len();
            let detail = MoveBegun { users, to, base, allowed: base, movable };
            let why = SideMove::Inverse(of);
            let begun = self.record(Event::SideMoveBegun { why, detail }).await?;
            if let Some(held_up) = self.side_move(begun).await? {
                return Ok(held_up);
            }
        }
        Ok(MoveEnd::Finished { not_started: RoaringBitmap::new(), why: String::new() })
    }

    /// Reads back whoever a move that was cut off leaves in doubt, and starts nobody. Returns what held
    /// it up.
    pub(super) async fn settle(&mut self, begun: u64) -> Result<Option<MoveEnd>, Finding> {
        let options = MoveOptions { settle_only: true, ..self.options() };
        let end = self.with_options(begun, options).await?;
        Ok(Some(end).filter(|end| !matches!(end, MoveEnd::Finished { .. })))
    }

    /// Carries a move beside the steps to its end; returns what held it up.
    pub(super) async fn side_move(&mut self, begun: u64) -> Result<Option<MoveEnd>, Finding> {
        let options = MoveOptions { closed: self.closed(begun).await, ..self.options() };
        match self.with_options(begun, options).await? {
            MoveEnd::Finished { .. } => {
                self.record(Event::SideMoveEnded { begun }).await?;
                Ok(None)
            }
            other => Ok(Some(other)),
        }
    }

    /// `pool.retire()`: only an empty pool.
    pub(super) async fn retire(
        &mut self,
        step: Step,
        begun: Option<u64>,
        pool: &str,
    ) -> Result<Reply, Finding> {
        let left = match self.set.world.driver.remaining(pool).await {
            Ok(left) => left,
            Err(fault) => {
                let message = format!("what still lives on `{pool}` could not be read: {fault}");
                return self.refuse(step.at, codes::SERVER_DOWN, message, Vec::new()).await;
            }
        };
        if !left.is_empty() {
            let what = in_words(left.iter().map(String::as_str));
            let live = if left.len() == 1 { "lives" } else { "live" };
            let message = format!("`{pool}` is not empty: {what} still {live} on it");
            return self.refuse(step.at, codes::POOL_NOT_EMPTY, message, left).await;
        }
        let begun = if let Some(begun) = begun {
            begun
        } else {
            let (step, detail) = (step.clone(), Begun::Retire);
            let begun = self.record(Event::StepBegun { step, detail }).await?;
            self.served();
            begun
        };
        crate::journal::fault::point("effect.before");
        let retired = self.set.world.driver.retire(pool).await;
        crate::journal::fault::point("effect.after");
        if let Err(fault) = retired {
            let message = format!("`{pool}` could not be retired: {fault}");
            return self.refuse(step.at, codes::SERVER_DOWN, message, Vec::new()).await;
        }
        self.record(Event::StepEnded { begun, outcome: Recorded::Done }).await?;
        self.served();
        Ok(Reply::Outcome(Outcome::Done))
    }

    /// Halts where an effect cannot be done as things stand.
    async fn refuse(
        &mut self,
        at: Place,
        code: crate::diagnostic::Code,
        message: String,
        left: Vec<String>,
    ) -> Result<Reply, Finding> {
        let finding = Finding::error(code, message.clone());
        let mut finding = self
            .pointing(finding, &at, "refused here")
            .help("nothing was changed; mend the cause, then `sidle run` asks again");
        if !left.is_empty() {
            finding = finding.because(format!("what remains: {}", text::list(&left, 20)));
        }
        let halt = Halt { kind: HaltKind::Refused, message: message.clone(), check: None, at };
        self.record(Event::Halted(halt)).await?;
        self.end(Over::new(SittingEnd::Halted, message).with(finding));
        Ok(Reply::Stop)
    }

    fn no_windows(&self, step: &Step) -> Finding {
        let message = "`within` is not available in this version of sidle";
        self.pointing(Finding::error(codes::NOT_AVAILABLE, message), &step.at, "this move has one")
            .help("take `within` out and start `sidle run` inside the window; nobody was moved")
    }
}

/// The pool that a move's step goes to.
fn step_target(step: &Step) -> String {
    step.what.rsplit(" -> ").next().unwrap_or_default().to_owned()
}
