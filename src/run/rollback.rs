//! Taking a run back: armed blocks and inverse moves in one order, newest first.
//!
//! The script has been replayed up to the frontier, so every `on_rollback` that was reached is armed
//! again with the variables of then. From here the run decides what is next; the script only runs
//! the blocks it is told to. Everything is recorded, so a rollback that was interrupted goes on.

use super::mover::MoveEnd;
use super::sitting::{Over, Sitting};
use crate::diagnostic::{Finding, codes};
use crate::journal::{Ended, Event, Recorded, Reply, SideMove, SittingEnd, StepKind, Why};
use crate::text;
use crate::topology::{Homes, in_words};
use std::collections::{BTreeMap, BTreeSet};

/// Why nobody goes back to a pool.
fn is_retired(pool: &str) -> String {
    format!("`{pool}` is retired")
}

/// What is taken back next.
enum Next {
    Move(u64),
    Block { armed: u64, block: usize },
}

impl Sitting {
    /// Records the beginning of a rollback, unless one is under way.
    ///
    /// # Errors
    /// If the journal cannot be written.
    pub async fn start_rollback(
        &mut self,
        to: Option<String>,
        losses: Vec<String>,
        forced: bool,
    ) -> Result<(), Finding> {
        if self.journal.state().rollback().is_none() {
            self.record(Event::RollbackStarted { to, losses, forced }).await?;
        }
        Ok(())
    }

    pub(super) async fn rollback_next(&mut self) -> Result<Reply, Finding> {
        if !self.rolling_back {
            if let Some(over) = self.unreached() {
                self.end(over);
                return Ok(Reply::Stop);
            }
            self.rolling_back = true;
            self.cursor = usize::MAX;
            self.gates.clear();
            self.advance_homes();
        }
        loop {
            if let Some(why) = self.set.stop.wished() {
                self.end(Over::new(SittingEnd::Stopped, format!("stopped by {why}")));
                return Ok(Reply::Stop);
            }
            match self.next_to_take_back()? {
                None => {
                    let over = self.rollback_over();
                    self.record(Event::RollbackEnded).await?;
                    self.end(over);
                    return Ok(Reply::RollbackDone);
                }
                Some(Next::Block { armed, block }) => {
                    let open = self.journal.state().rollback().and_then(|r| r.block);
                    if open != Some(armed) {
                        self.record(Event::BlockBegun { armed }).await?;
                    }
                    self.enter_block();
                    return Ok(Reply::RunBlock(block));
                }
                Some(Next::Move(of)) => {
                    if let Some(reply) = self.take_move_back(of).await? {
                        return Ok(reply);
                    }
                }
            }
        }
    }

    /// The newest armed block or move that is not taken back yet.
    fn next_to_take_back(&self) -> Result<Option<Next>, Finding> {
        let state = self.journal.state();
        let Some(rollback) = state.rollback() else { return Ok(None) };
        let block = state
            .live()
            .iter()
            .rev()
            .take_while(|live| live.seq >= rollback.from_seq)
            .find(|live| {
                live.step.kind == StepKind::OnRollback && !rollback.blocks_done.contains(&live.seq)
            })
            .map(|live| live.seq);
        let stay = self.who_stay();
        let is_left = |seq: u64| {
            state.moved_by(seq).iter().any(|it| !stay.contains_key(&(seq, it.user.to_owned())))
        };
        let moved = state
            .moves()
            .range(rollback.from_seq..rollback.seq)
            .rev()
            .find(|(seq, part)| {
                !part.is_inverse() && !part.taken_back && (part.ended.is_none() || is_left(**seq))
            })
            .map(|(seq, _)| *seq);
        match (block, moved) {
            (None, None) => Ok(None),
            (Some(armed), moved) if moved.is_none_or(|moved| moved < armed) => {
                let block = self.armed.get(&armed).copied().ok_or_else(|| {
                    Finding::error(
                        codes::ROLLBACK_BLOCK,
                        "the script no longer reaches an `on_rollback` that this run has armed",
                    )
                    .help("restore the script as it was recorded, then `sidle rollback` goes on")
                })?;
                Ok(Some(Next::Block { armed, block }))
            }
            (_, moved) => Ok(moved.map(Next::Move)),
        }
    }

    /// Takes one move back; replies if the rollback cannot go on.
    async fn take_move_back(&mut self, of: u64) -> Result<Option<Reply>, Finding> {
        // A move that was cut off is settled first: whoever was asked for is read back.
        if self.journal.state().move_at(of).is_some_and(|part| part.ended.is_none()) {
            if let Some(held_up) = self.settle(of).await? {
                return Ok(Some(self.held_up(held_up)));
            }
            self.cut_short(of).await?;
        }
        match self.take_back(of).await? {
            MoveEnd::Finished { .. } => {}
            other => return Ok(Some(self.held_up(other))),
        }
        let left: Vec<(String, String)> = self.left_behind(of);
        if left.is_empty() {
            return Ok(None);
        }
        let names: Vec<&str> = left.iter().map(|(user, _)| user.as_str()).collect();
        let message = format!("{} could not be moved back", in_words(names.iter().copied()));
        let mut finding = Finding::error(codes::ROLLBACK_LEFT, message.clone())
            .because(format!("left where they are: {}", text::list(&names, 10)))
            .help("mend the cause, then `sidle rollback` goes on with them");
        for (user, why) in left.iter().take(10) {
            finding = finding.because(format!("`{user}`: {why}"));
        }
        self.end(Over::new(SittingEnd::Halted, message).with(finding));
        Ok(Some(Reply::Stop))
    }

    /// Records the end of a move that a rollback cuts short.
    async fn cut_short(&mut self, begun: u64) -> Result<(), Finding> {
        let Some(part) = self.journal.state().move_at(begun) else { return Ok(()) };
        let event = if part.side.is_some() {
            Event::SideMoveEnded { begun }
        } else {
            let topology = self.set.view.topology();
            let ended = |user: u32| part.results.contains_key(topology.users.address(user));
            let not_started = part.users.iter().filter(|user| !ended(*user)).collect();
            let why = "the rollback came first".to_owned();
            Event::StepEnded { begun, outcome: Recorded::Moved { not_started, why } }
        };
        self.record(event).await?;
        Ok(())
    }

    /// Puts homes and time to where they were when the block that runs began.
    fn enter_block(&mut self) {
        self.cursor = 0;
        let topology = self.set.view.topology();
        self.set.view.change_homes(|homes| *homes = Homes::of_snapshot(&topology));
        self.homes_applied = 0;
        self.advance_homes();
        self.last = self.journal.state().rollback().and_then(|rollback| rollback.block_at);
    }

    /// Whom the inverse of a move has not brought back, and why.
    fn left_behind(&self, of: u64) -> Vec<(String, String)> {
        let state = self.journal.state();
        let stay = self.who_stay();
        let still: Vec<String> = state
            .moved_by(of)
            .iter()
            .map(|it| it.user.to_owned())
            .filter(|user| !stay.contains_key(&(of, user.clone())))
            .collect();
        let why = |user: &String| {
            state
                .moves()
                .values()
                .rev()
                .filter(|part| part.side == Some(SideMove::Inverse(of)))
                .find_map(|part| part.results.get(user))
                .filter(|(_, result)| result.how != Ended::Moved)
                .map_or_else(|| "not tried".to_owned(), |(_, result)| result.why.clone())
        };
        still.into_iter().map(|user| (user.clone(), why(&user))).collect()
    }

    /// Who stays where they are for good: by the move that took them there and their address, why. The
    /// rollback under way has tried them, and the pool that they came from is retired.
    fn who_stay(&self) -> BTreeMap<(u64, String), String> {
        let state = self.journal.state();
        let since = state.rollback().map_or(u64::MAX, |rollback| rollback.from_seq);
        let mut stay = BTreeMap::new();
        for (_, part) in state.moves().range(since..) {
            let Some(SideMove::Inverse(of)) = part.side else { continue };
            let retired = is_retired(&part.to);
            for (_, result) in part.results.values() {
                if result.how == Ended::Failed && result.why == retired {
                    stay.insert((of, result.user.clone()), retired.clone());
                }
            }
        }
        stay
    }

    /// Why an inverse move can take nobody back any more: the run has retired the pool that it goes to,
    /// and the pool is still out of service. An outage has an end; this has none.
    pub(super) async fn closed(&mut self, begun: u64) -> Option<String> {
        let state = self.journal.state();
        let part = state.move_at(begun).filter(|part| part.is_inverse())?;
        let to = part.to.clone();
        let retired = state.history().into_iter().any(|(step, _)| {
            step.step.kind == StepKind::Retire
                && step.ended.is_some()
                && step.step.what.eq_ignore_ascii_case(&to)
        });
        (retired && self.set.world.driver.ready(&to).await.is_err()).then(|| is_retired(&to))
    }

    /// The ending of a rollback that is complete: what could not be taken back is said.
    fn rollback_over(&self) -> Over {
        let state = self.journal.state();
        let mut stay: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for ((of, user), why) in self.who_stay() {
            if state.moved_by(of).iter().any(|it| it.user == user) {
                stay.entry(why).or_default().insert(user);
            }
        }
        let mut over = Over::new(SittingEnd::Completed, "taken back");
        for (why, users) in stay {
            let what = in_words(users.iter().map(String::as_str));
            let users: Vec<&str> = users.iter().map(String::as_str).collect();
            let message = format!("{what} could not be moved back: {why}");
            over.why = format!("{}; {message}", over.why);
            over = over.with(
                Finding::warning(codes::ROLLBACK_LEFT, message)
                    .because(format!("left where they are: {}", text::list(&users, 10)))
                    .help("the rest is taken back; a retired pool takes nobody any more"),
            );
        }
        over
    }

    fn held_up(&mut self, end: MoveEnd) -> Reply {
        match end {
            MoveEnd::ServerDown { server, why } => {
                let message = format!("`{server}` did not come back; the rollback is not complete");
                let finding = Finding::error(codes::SERVER_DOWN, message.clone())
                    .because(why)
                    .help("mend the server, then `sidle rollback` goes on where it stopped");
                self.end(Over::new(SittingEnd::Halted, message).with(finding));
            }
            MoveEnd::Stopped { why } => {
                self.end(Over::new(SittingEnd::Stopped, format!("stopped by {why}")));
            }
            MoveEnd::Finished { .. } => {}
        }
        Reply::Stop
    }

    /// The armed block has ended.
    pub(super) async fn block_ended(&mut self, failed: Option<String>) -> Result<Reply, Finding> {
        let Some(armed) = self.journal.state().rollback().and_then(|r| r.block) else {
            return Ok(Reply::Ok);
        };
        if let Some(over) = self.unreached() {
            self.end(over);
            return Ok(Reply::Stop);
        }
        let Some(why) = failed else {
            self.record(Event::BlockEnded { armed }).await?;
            self.cursor = usize::MAX;
            self.advance_homes();
            return Ok(Reply::Ok);
        };
        // What it asked last is asked again: an answer may be why it failed.
        let asked = self.steps().iter().rev().take_while(|it| it.step.kind == StepKind::Probe);
        if let Some(from) = asked.last().map(|live| live.seq) {
            self.record(Event::Superseded { from, why: Why::Halt }).await?;
        }
        let over = self.block_failed(&why);
        self.end(over);
        Ok(Reply::Stop)
    }

    /// The ending where the block that runs has failed: which one, and what is left.
    pub(super) fn block_failed(&self, why: &str) -> Over {
        let state = self.journal.state();
        let armed = state.rollback().and_then(|rollback| rollback.block);
        let stage = armed.and_then(|armed| state.step(armed)).map(|live| live.step.stage.as_str());
        let stage = stage.unwrap_or_default();
        let message = format!("`on_rollback` of stage `{stage}` did not end well: {why}");
        let left = self.not_taken_back();
        let left = if left.is_empty() {
            "nothing else is left to take back".to_owned()
        } else {
            format!("not taken back yet: {}", left.join("; "))
        };
        let help = format!("{left}. Mend the cause, then `sidle rollback` goes on in this block");
        let finding = Finding::error(codes::ROLLBACK_BLOCK, message.clone()).help(help.clone());
        let mut over = Over::new(SittingEnd::Halted, message).with(finding);
        over.help = Some(help);
        over
    }

    /// What a rollback has still to do after the block that runs, newest first.
    fn not_taken_back(&self) -> Vec<String> {
        let state = self.journal.state();
        let Some(rollback) = state.rollback() else { return Vec::new() };
        let is_left = |seq: u64| {
            seq >= rollback.from_seq
                && rollback.block != Some(seq)
                && !rollback.blocks_done.contains(&seq)
        };
        let armed = state.live().iter().filter(|live| live.step.kind == StepKind::OnRollback);
        let blocks = armed
            .filter(|live| is_left(live.seq))
            .map(|live| (live.seq, format!("`on_rollback` of stage `{}`", live.step.stage)));
        let moves =
            state.moves().range(rollback.from_seq..rollback.seq).filter_map(|(seq, part)| {
                let users = state.moved_by(*seq).len();
                let what = part.movable.count(users);
                let words = format!("the move of {what} in stage `{}`", part.stage);
                (users > 0 && !part.is_inverse()).then_some((*seq, words))
            });
        let mut left: Vec<(u64, String)> = blocks.chain(moves).collect();
        left.sort_by_key(|(seq, _)| std::cmp::Reverse(*seq));
        left.into_iter().map(|(_, words)| words).collect()
    }
}
