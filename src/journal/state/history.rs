//! What reports look back on: all steps ever, checks, acceptances, points of no return.

use super::{LiveStep, RunState};
use crate::journal::event::{Recorded, Why};
use crate::journal::evidence::CheckRecord;
use crate::journal::step::StepKind;
use crate::journal::who::Who;
use jiff::Timestamp;

/// A step, and why it answers the script no more.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryStep {
    /// The step.
    pub step: LiveStep,
    /// `None` for a step of a rollback's block that has ended.
    pub superseded: Option<Why>,
}

/// A check as it was taken.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckTaken {
    /// Its record.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// What came out.
    pub record: CheckRecord,
    /// Set where its steps answer the script no more.
    pub superseded: Option<Why>,
}

/// A named person's decision to let a check pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// Its record.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Path of the check.
    pub check: String,
    /// Their words.
    pub note: String,
    /// Who.
    pub who: Who,
}

/// A point of no return that was agreed to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NoReturn<'a> {
    /// The step.
    pub armed: &'a LiveStep,
    /// The first step after it that cannot be undone; from there it holds.
    pub in_force: Option<&'a LiveStep>,
}

impl RunState {
    /// Every step there ever was, in order, and why it is not live where it is not.
    ///
    /// Steps of blocks of a rollback are among them.
    #[must_use]
    pub fn history(&self) -> Vec<(&LiveStep, Option<Why>)> {
        let block = self.rollback.iter().flat_map(|rollback| &rollback.block_steps);
        let mut all: Vec<_> = self
            .old
            .values()
            .map(|old| (&old.step, old.superseded))
            .chain(self.live.iter().chain(block).map(|step| (step, None)))
            .collect();
        all.sort_by_key(|(step, _)| step.seq);
        all
    }

    /// Every check that was taken, in order.
    #[must_use]
    pub fn checks(&self) -> &[CheckTaken] {
        &self.checks
    }

    /// The newest taking of the check with that path.
    #[must_use]
    pub fn check(&self, path: &str) -> Option<&CheckTaken> {
        self.checks.iter().rev().find(|check| check.record.path == path)
    }

    /// Every acceptance, in order.
    #[must_use]
    pub fn accepted(&self) -> &[Acceptance] {
        &self.accepted
    }

    /// The live notes of the script, in order.
    pub fn notes(&self) -> impl Iterator<Item = &LiveStep> {
        self.live.iter().filter(|step| step.step.kind == StepKind::Note)
    }

    /// The point of no return that counts: the first one in force, or else the newest one agreed to.
    ///
    /// An effect that a halt superseded has happened all the same, and counts.
    #[must_use]
    pub fn point_of_no_return(&self) -> Option<NoReturn<'_>> {
        let first = self.live.iter().find(|step| is_agreed(step))?;
        let newest = self.live.iter().rfind(|step| is_agreed(step))?;
        let live = self.live.iter().find(|step| step.seq > first.seq && is_one_way(step));
        let halted = self
            .old
            .range(first.seq..)
            .find(|(_, old)| {
                old.superseded.is_some_and(|why| why != Why::Rollback) && is_one_way(&old.step)
            })
            .map(|(_, old)| &old.step);
        let in_force = [live, halted].into_iter().flatten().min_by_key(|step| step.seq);
        let armed = if in_force.is_some() { first } else { newest };
        Some(NoReturn { armed, in_force })
    }
}

fn is_agreed(step: &LiveStep) -> bool {
    step.step.kind == StepKind::PointOfNoReturn
        && step
            .ended
            .as_ref()
            .is_some_and(|(_, _, outcome)| !matches!(outcome, Recorded::Answer { yes: false, .. }))
}

fn is_one_way(step: &LiveStep) -> bool {
    matches!(step.step.kind, StepKind::Retire | StepKind::Command)
}
