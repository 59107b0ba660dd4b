//! Checks, gates and halts: what lets a run go on, and what makes it stop.

use super::sitting::{Gate, Over, Sitting};
use crate::diagnostic::{Finding, codes};
use crate::journal::{
    CheckRecord, Event, Evidence, Halt, HaltKind, Place, Recorded, Reply, SittingEnd, SittingMode,
    Verdict, Why,
};
use jiff::Timestamp;
use std::collections::HashSet;
use std::time::Duration;

/// What the newest `require` says before the first move of a sitting.
pub(super) enum Stale {
    /// It holds still.
    No,
    /// It is to be asked again in place.
    AskAgain,
    /// It rests on this answer, which was asked for before it began and is too old.
    Earlier(Evidence),
}

impl Sitting {
    /// A check was taken: a person's acceptance or a plan's assumption may change what counts.
    pub(super) async fn checked(&mut self, mut check: CheckRecord) -> Result<Reply, Finding> {
        let fresh = self.is_fresh();
        if fresh && let Some(verdict) = self.set.steering.verdict(&check.path, &check.name) {
            check.assumed = true;
            check.verdict = verdict;
            check.why = match verdict {
                Verdict::Pass => String::new(),
                other => format!("assumed to be {}", other.word()),
            };
        }
        if check.verdict != Verdict::Pass
            && let Some(who) = self.acceptance(&check.path)
        {
            check.accepted = Some(who);
        }
        let reply = Reply::Verdict {
            verdict: if check.accepted.is_some() { Verdict::Pass } else { check.verdict },
            why: check.why.clone(),
            accepted: check.accepted.clone(),
        };
        check.from = self.first_of_check(&check);
        if self.is_fresh() && self.timed.is_none() && self.asking_again.is_none() {
            self.record(Event::Checked(check)).await?;
        }
        Ok(reply)
    }

    /// The first live step that the check rests on: the oldest probe whose evidence it holds. The probes
    /// may stand in a function of another file, or before the check.
    fn first_of_check(&self, check: &CheckRecord) -> Option<u64> {
        fn key(evidence: &Evidence) -> (&str, &str, Timestamp) {
            (&evidence.source, &evidence.target, evidence.at)
        }
        let mut wanted: HashSet<_> = check.evidence.iter().map(key).collect();
        let mut first = None;
        for live in self.steps().get(..self.cursor)?.iter().rev() {
            if wanted.is_empty() {
                break;
            }
            if let Some((_, _, Recorded::Evidence { evidence })) = &live.ended
                && evidence.iter().filter(|asked| wanted.remove(&key(asked))).count() > 0
            {
                first = Some(live.seq);
            }
        }
        first
    }

    /// Who accepted the check, if that is in force at this point of the run.
    ///
    /// An acceptance is about what was seen then: it ends with the next step that changes anything, and
    /// it does not reach into the ticks of a soak.
    pub(super) fn acceptance(&self, check: &str) -> Option<String> {
        if self.timed.is_some() {
            return None;
        }
        let steps = self.steps();
        let next = steps.get(self.cursor).map_or(u64::MAX, |live| live.seq);
        let served = steps.get(..self.cursor).unwrap_or_default();
        let changed = served.iter().rev().find(|live| live.step.kind.acts()).map_or(0, |it| it.seq);
        self.journal
            .state()
            .accepted()
            .iter()
            .rev()
            .find(|it| it.check == check && (changed..next).contains(&it.seq))
            .map(|accepted| accepted.who.user.clone())
    }

    /// Whether the newest `require` rests on evidence that is too old to move anybody on.
    ///
    /// Looked at once per sitting. A `require` that holds anything but probes is not asked again; one of
    /// a check that was taken before it cannot be, so its check has to be.
    pub(super) fn stale_gate(&mut self) -> Stale {
        if std::mem::replace(&mut self.gate_passed, true) {
            return Stale::No;
        }
        let Some(Gate { evidence, earlier, mixed: false, .. }) = &self.held else {
            return Stale::No;
        };
        let now = self.set.world.clock.now();
        let is_old = |evidence: &&Evidence, asked: Timestamp| {
            let age = Duration::try_from(now.duration_since(asked)).unwrap_or_default();
            age > Duration::from_secs(evidence.fresh_for_s)
        };
        if let Some(old) = earlier.iter().find(|evidence| is_old(evidence, evidence.at)) {
            return Stale::Earlier(old.clone());
        }
        let again = self.journal.state().asked_again_at();
        let asked = |at: Timestamp| again.map_or(at, |again| again.max(at));
        if evidence.iter().any(|evidence| is_old(&evidence, asked(evidence.at))) {
            Stale::AskAgain
        } else {
            Stale::No
        }
    }

    /// Halts before a move: the newest `require` rests on a check that was taken too long ago.
    pub(super) async fn too_old(&mut self, old: &Evidence, at: Place) -> Result<Reply, Finding> {
        self.gate_passed = false;
        let message = format!("what the newest `require` rests on is too old: {}", old.asked);
        let check = self
            .journal
            .state()
            .checks()
            .iter()
            .rev()
            .find(|taken| taken.superseded.is_none() && taken.record.evidence.contains(old));
        let check = check.map(|taken| taken.record.path.clone());
        let name = check.clone().unwrap_or_else(|| "CHECK".to_owned());
        let finding = Finding::error(codes::GATE_TOO_OLD, message.clone());
        let finding = self
            .pointing(finding, &at, "this would go on from it")
            .because(format!("asked at {}, fresh for {} s", old.at, old.fresh_for_s))
            .help(format!("`sidle run --recheck {name:?}` asks it again; nothing was started"));
        let halt = Halt { kind: HaltKind::Unknown, message: message.clone(), check, at };
        self.record(Event::Halted(halt)).await?;
        self.end(Over::new(SittingEnd::Halted, message).with(finding));
        Ok(Reply::Stop)
    }

    pub(super) async fn asked_again(&mut self, held: bool) -> Result<Reply, Finding> {
        let evidence = self.asking_again.take().unwrap_or_default();
        self.record(Event::AskedAgain { held, evidence }).await?;
        if !held {
            // What follows is a halt that has nothing of its own to be asked again.
            self.gates.push(Gate { first: usize::MAX, ..Gate::default() });
        }
        Ok(Reply::Ok)
    }

    /// The script halts here.
    pub(super) async fn halt(&mut self, halt: Halt) -> Result<Reply, Finding> {
        // A step that was begun and not ended is the frontier too: its gate is asked before it goes on.
        if !self.is_to_be_done()
            && let Some(over) = self.unreached()
        {
            self.end(over);
            return Ok(Reply::Stop);
        }
        if self.set.mode == SittingMode::Rollback && !self.rolling_back {
            // Here the run halted: the frontier, from which the taking back begins.
            return Ok(Reply::Stop);
        }
        let first = match halt.kind {
            HaltKind::Failed | HaltKind::Unknown => self.gates.last().map(|gate| gate.first),
            _ => None,
        };
        let from = first.and_then(|first| self.steps().get(first)).map(|live| live.seq);
        if let Some(from) = from {
            self.record(Event::Superseded { from, why: Why::Halt }).await?;
        }
        let mut over = if self.rolling_back {
            self.block_failed(&halt.message)
        } else {
            let mut over = Over::new(SittingEnd::Halted, halt.message.clone());
            // A gate that was asked again in place has no first step, and is asked again next time.
            let asked_nothing = from.is_none() && first.is_some_and(|first| first != usize::MAX);
            let rests = self.gates.last().is_some_and(|gate| !gate.earlier.is_empty())
                || halt.check.is_some();
            let help = if rests { RESTS_ON_EARLIER } else { RESTS_ON_FACTS };
            over.help = asked_nothing.then(|| help.to_owned());
            over
        };
        over.findings.0.clear();
        self.record(Event::Halted(halt)).await?;
        self.end(over);
        Ok(Reply::Stop)
    }
}

/// What helps where a `require` asked nothing itself: it would only halt there again.
const RESTS_ON_EARLIER: &str = "what it rests on was recorded before it, and `sidle run` alone does \
    not ask it again: `sidle run --recheck CHECK` asks a check again; `sidle rollback --to STAGE` \
    takes the stage back; or edit this line";

/// The same where no check is involved: only facts and reports.
const RESTS_ON_FACTS: &str = "what it rests on is known to this run already, so `sidle run` alone \
    finds the same: edit this line, or `sidle rollback --to STAGE` takes the stage back";
