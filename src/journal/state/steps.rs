//! Steps as the fold keeps them.

use super::{IllegalTransition, RunState};
use crate::journal::event::{Begun, Recorded};
use crate::journal::evidence::{Evidence, Verdict};
use crate::journal::record::Record;
use crate::journal::step::{Step, StepKind};
use jiff::Timestamp;

/// A step with what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveStep {
    /// The record of its beginning, or its only one.
    pub seq: u64,
    /// When that was.
    pub at: Timestamp,
    /// What it is.
    pub step: Step,
    /// What was known at the beginning; `None` for steps of one record.
    pub begun: Option<Begun>,
    /// Number and time of the record of its end, and what came out. A step of one record ends at once.
    pub ended: Option<(u64, Timestamp, Recorded)>,
    /// Ticks of a soak or poll.
    pub ticks: Vec<TickRecord>,
}

impl LiveStep {
    /// Number of the newest record of this step: its end, its last tick, or its beginning.
    #[must_use]
    pub fn last_seq(&self) -> u64 {
        self.ended
            .as_ref()
            .map_or_else(|| self.ticks.last().map_or(self.seq, |tick| tick.seq), |(seq, ..)| *seq)
    }
}

/// One tick of a soak or poll.
#[derive(Debug, Clone, PartialEq)]
pub struct TickRecord {
    /// Its record.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// What the criteria said.
    pub verdict: Verdict,
    /// Why it is no pass.
    pub why: String,
    /// What was asked.
    pub evidence: Vec<Evidence>,
}

/// Finds a step by the record of its beginning; `steps` are in that order.
pub(super) fn find(steps: &[LiveStep], seq: u64) -> Option<&LiveStep> {
    steps.binary_search_by_key(&seq, |step| step.seq).ok().and_then(|at| steps.get(at))
}

fn find_mut(steps: &mut [LiveStep], seq: u64) -> Option<&mut LiveStep> {
    steps.binary_search_by_key(&seq, |step| step.seq).ok().and_then(|at| steps.get_mut(at))
}

impl RunState {
    /// The newest live step of a question or task that nobody answered yet.
    #[must_use]
    pub fn waiting(&self) -> Option<&LiveStep> {
        let block = self.rollback.as_ref().and_then(|rollback| rollback.block_steps.last());
        block
            .or_else(|| self.live.last())
            .filter(|step| step.ended.is_none() && step.begun == Some(Begun::Asked))
    }

    /// Adds a step; in a rollback, to the block that runs.
    pub(super) fn add_step(
        &mut self,
        record: &Record,
        step: &Step,
        begun: Option<&Begun>,
        outcome: Option<&Recorded>,
    ) -> Result<(), IllegalTransition> {
        let refuse = |why: String| Err(IllegalTransition { seq: record.seq, why });
        let steps = match &mut self.rollback {
            None => &mut self.live,
            Some(rollback) if rollback.block.is_some() => &mut rollback.block_steps,
            Some(_) => {
                return refuse(format!(
                    "the step {} comes in a rollback, outside its blocks",
                    step.shown
                ));
            }
        };
        if let Some(last) = steps.last().filter(|last| last.ended.is_none()) {
            return refuse(format!(
                "the step {} begins before that of record {} has ended",
                step.shown, last.seq
            ));
        }
        let is_move = matches!(begun, Some(Begun::Move(_)));
        if is_move && !matches!(step.kind, StepKind::Move | StepKind::Undo) {
            return refuse(format!("the step {} is no move and begins like one", step.shown));
        }
        steps.push(LiveStep {
            seq: record.seq,
            at: record.at,
            step: step.clone(),
            begun: begun.cloned(),
            ended: outcome.map(|outcome| (record.seq, record.at, outcome.clone())),
            ticks: Vec::new(),
        });
        if let Some(Begun::Move(detail)) = begun {
            self.add_move(record, step, None, detail);
        }
        Ok(())
    }

    /// Ends a step that was begun, a superseded one too: its users still have to be accounted for.
    pub(super) fn end_step(
        &mut self,
        record: &Record,
        begun: u64,
        outcome: &Recorded,
    ) -> Result<(), IllegalTransition> {
        let step = self.any_step_mut(begun).ok_or_else(|| IllegalTransition {
            seq: record.seq,
            why: format!("ends a step at record {begun}, where none began"),
        })?;
        if step.ended.is_some() {
            return Err(IllegalTransition {
                seq: record.seq,
                why: format!("ends the step of record {begun}, which has ended before"),
            });
        }
        step.ended = Some((record.seq, record.at, outcome.clone()));
        self.end_move(record, begun);
        Ok(())
    }

    pub(super) fn add_tick(
        &mut self,
        begun: u64,
        tick: TickRecord,
    ) -> Result<(), IllegalTransition> {
        let seq = tick.seq;
        let refuse = |why: &str| IllegalTransition {
            seq,
            why: format!("is a tick of record {begun}, {why}"),
        };
        let step = self.any_step_mut(begun).ok_or_else(|| refuse("where no step began"))?;
        if step.begun != Some(Begun::Timed) {
            return Err(refuse("which is no soak and no poll"));
        }
        if step.ended.is_some() {
            return Err(refuse("which has ended"));
        }
        step.ticks.push(tick);
        Ok(())
    }

    fn any_step_mut(&mut self, seq: u64) -> Option<&mut LiveStep> {
        let block = self.rollback.as_mut().and_then(|it| find_mut(&mut it.block_steps, seq));
        block
            .or_else(|| find_mut(&mut self.live, seq))
            .or_else(|| self.old.get_mut(&seq).map(|old| &mut old.step))
    }
}
