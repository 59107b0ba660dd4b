//! A rollback under way: how far it reaches, which blocks ran, and what the running one did.

use super::{HistoryStep, IllegalTransition, LiveStep, RunState, Status, steps};
use crate::journal::event::Why;
use crate::journal::record::Record;
use crate::journal::step::StepKind;
use jiff::Timestamp;
use std::collections::BTreeSet;

/// A rollback under way.
#[derive(Debug, Clone, PartialEq)]
pub struct RollbackState {
    /// Record of its beginning.
    pub seq: u64,
    /// When it began.
    pub at: Timestamp,
    /// First stage taken back; everything if `None`.
    pub to: Option<String>,
    /// Past a point of no return.
    pub forced: bool,
    /// The loss list as it was printed.
    pub losses: Vec<String>,
    /// Steps and moves from this record on are taken back.
    pub from_seq: u64,
    /// Blocks that ran to their end, by the record at which each was armed.
    pub blocks_done: BTreeSet<u64>,
    /// The block that runs, by the record at which it was armed.
    pub block: Option<u64>,
    /// When the block that runs began.
    pub block_at: Option<Timestamp>,
    /// The live steps of the block that runs.
    pub block_steps: Vec<LiveStep>,
}

impl RunState {
    pub(super) fn start_rollback(
        &mut self,
        record: &Record,
        to: Option<&str>,
        losses: &[String],
        forced: bool,
    ) -> Result<(), IllegalTransition> {
        let refuse = |why: String| Err(IllegalTransition { seq: record.seq, why });
        let Some(from_seq) = self.taken_back_from(to) else {
            return refuse(format!(
                "takes back the stage `{}`, which was not entered",
                to.unwrap_or_default()
            ));
        };
        let mut next = RollbackState {
            seq: record.seq,
            at: record.at,
            to: to.map(str::to_owned),
            forced,
            losses: losses.to_vec(),
            from_seq,
            blocks_done: BTreeSet::new(),
            block: None,
            block_at: None,
            block_steps: Vec::new(),
        };
        if let Some(now) = self.rollback.take() {
            if from_seq > now.from_seq {
                let why =
                    format!("asks for less than the rollback of record {} takes back", now.seq);
                self.rollback = Some(now);
                return refuse(why);
            }
            // It is widened: what was taken back stays so, and a block that began goes on.
            next.forced |= now.forced;
            next.blocks_done = now.blocks_done;
            next.block = now.block;
            next.block_at = now.block_at;
            next.block_steps = now.block_steps;
        }
        self.rollback = Some(next);
        self.status = Status::Open;
        Ok(())
    }

    /// The first record that a rollback to before `stage` takes back; 1 for everything. `None` if that
    /// stage was never entered.
    #[must_use]
    pub fn taken_back_from(&self, stage: Option<&str>) -> Option<u64> {
        let Some(stage) = stage else { return Some(1) };
        let enters =
            |step: &&LiveStep| step.step.kind == StepKind::Enter && step.step.stage == stage;
        let live = self.live.iter().find(enters)?;
        // A stage that a halt superseded may have moved users before it was entered anew.
        let old = self
            .old
            .values()
            .filter(|old| old.superseded.is_some_and(|why| why != Why::Rollback))
            .map(|old| &old.step)
            .find(enters);
        Some(old.map_or(live.seq, |old| old.seq.min(live.seq)))
    }

    pub(super) fn begin_block(
        &mut self,
        record: &Record,
        armed: u64,
    ) -> Result<(), IllegalTransition> {
        let seq = record.seq;
        let refuse = |why: &str| {
            Err(IllegalTransition {
                seq,
                why: format!("begins the block of record {armed}, {why}"),
            })
        };
        let is_armed = steps::find(&self.live, armed)
            .is_some_and(|step| step.step.kind == StepKind::OnRollback);
        let Some(rollback) = &mut self.rollback else {
            return refuse("and no rollback is under way");
        };
        if !is_armed || armed < rollback.from_seq {
            return refuse("where none was armed that is taken back");
        }
        if rollback.blocks_done.contains(&armed) {
            return refuse("which has ended before");
        }
        if rollback.block.is_some_and(|block| block != armed) {
            return refuse("while another one runs");
        }
        rollback.block = Some(armed);
        rollback.block_at.get_or_insert(record.at);
        Ok(())
    }

    pub(super) fn end_block(&mut self, seq: u64, armed: u64) -> Result<(), IllegalTransition> {
        let refuse = |why: &str| {
            Err(IllegalTransition { seq, why: format!("ends the block of record {armed}, {why}") })
        };
        let Some(rollback) = self.rollback.as_mut().filter(|it| it.block == Some(armed)) else {
            return refuse("which does not run");
        };
        if rollback.block_steps.last().is_some_and(|step| step.ended.is_none()) {
            return refuse("whose last step has not ended");
        }
        rollback.block = None;
        rollback.block_at = None;
        rollback.blocks_done.insert(armed);
        for step in std::mem::take(&mut rollback.block_steps) {
            self.old.insert(step.seq, HistoryStep { step, superseded: None });
        }
        Ok(())
    }

    pub(super) fn end_rollback(&mut self, seq: u64) -> Result<(), IllegalTransition> {
        let refuse = |why: String| Err(IllegalTransition { seq, why });
        let Some(rollback) = &self.rollback else {
            return refuse("ends a rollback, and none is under way".to_owned());
        };
        if let Some(armed) = rollback.block {
            return refuse(format!("ends a rollback while the block of record {armed} runs"));
        }
        let from = rollback.from_seq;
        let first = self.live.partition_point(|step| step.seq < from);
        let left = self.live.iter().skip(first).find(|step| {
            step.step.kind == StepKind::OnRollback && !rollback.blocks_done.contains(&step.seq)
        });
        if let Some(left) = left {
            return refuse(format!("ends a rollback before the block of record {}", left.seq));
        }
        let all = rollback.to.is_none();
        self.rollback = None;
        self.supersede(from, Why::Rollback);
        for (_, record) in self.moves.range_mut(from..) {
            record.taken_back = true;
        }
        if all {
            self.status = Status::RolledBack;
        }
        Ok(())
    }
}
