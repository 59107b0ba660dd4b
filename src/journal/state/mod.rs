//! The state of a run: the pure fold of its events.
//!
//! [`RunState::next`] takes one record after the other and refuses what cannot follow. It knows no
//! store, no clock and no topology: users are addresses, pools are names.
//!
//! Steps that answer the script are *live*; superseded ones are kept beside them, and what their moves
//! did goes on counting. Each record costs what it carries, never what went before.
//!
//! Invariant: a refused record changes nothing.

mod fold;
mod history;
mod moves;
mod rollback;
mod sittings;
mod steps;
#[cfg(test)]
mod tests;

pub use history::{Acceptance, CheckTaken, HistoryStep, NoReturn};
pub use moves::{HomeChange, MoveRecord, MovedUser};
pub use rollback::RollbackState;
pub use sittings::Sitting;
pub use steps::{LiveStep, TickRecord};

use super::event::{FileCopy, Why};
use super::who::Who;
use jiff::Timestamp;
use moves::HomeNow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;

/// A record that cannot follow those before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IllegalTransition {
    /// The record's number.
    pub seq: u64,
    /// What is wrong with it.
    pub why: String,
}

impl fmt::Display for IllegalTransition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "record {}: {}", self.seq, self.why)
    }
}

impl std::error::Error for IllegalTransition {}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Status {
    /// It can go on.
    #[default]
    Open,
    /// The runbook reached its end.
    Completed,
    /// Everything was taken back.
    RolledBack,
}

/// What a run was started on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Started {
    /// When.
    pub at: Timestamp,
    /// Version of the sidle that started it.
    pub sidle: String,
    /// The organisation's name.
    pub organisation: String,
    /// True for `--rehearse`.
    pub rehearsal: bool,
    /// Seed of jitter.
    pub seed: u64,
    /// Copies of sidle.toml and the inventory's files.
    pub files: Vec<FileCopy>,
    /// Users in the snapshot.
    pub users: u64,
    /// Applications in the snapshot.
    pub applications: u64,
    /// Who started it.
    pub who: Who,
}

/// What a run's records add up to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RunState {
    /// Number of the run in its journal.
    run: u64,
    started: Option<Started>,
    status: Status,
    last_seq: u64,
    last_at: Option<Timestamp>,
    sittings: Vec<Sitting>,
    live: Vec<LiveStep>,
    /// Steps that answer the script no more, by their number.
    old: BTreeMap<u64, HistoryStep>,
    moves: BTreeMap<u64, MoveRecord>,
    home_changes: Vec<HomeChange>,
    homes: HashMap<String, HomeNow>,
    checks: Vec<CheckTaken>,
    accepted: Vec<Acceptance>,
    rollback: Option<RollbackState>,
    sources: HashMap<String, String>,
    asked_again: Option<Timestamp>,
}

impl RunState {
    /// Returns the state of run `run` before its first record.
    #[must_use]
    pub fn of_run(run: u64) -> Self {
        Self { run, ..Self::default() }
    }

    /// The run's number in its journal.
    #[must_use]
    pub fn run(&self) -> u64 {
        self.run
    }

    /// What the run was started on; `None` only before the first record.
    #[must_use]
    pub fn started(&self) -> Option<&Started> {
        self.started.as_ref()
    }

    /// Where the run stands.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status
    }

    /// Number of the last record; 0 before the first.
    #[must_use]
    pub fn last_seq(&self) -> u64 {
        self.last_seq
    }

    /// Time of the last record.
    #[must_use]
    pub fn last_at(&self) -> Option<Timestamp> {
        self.last_at
    }

    /// The steps that answer the script, in order; the n-th one asked for must equal the n-th one here.
    ///
    /// Steps of a rollback's block are not among them: see [`RollbackState::block_steps`].
    #[must_use]
    pub fn live(&self) -> &[LiveStep] {
        &self.live
    }

    /// The live step or the step of the running block with that number.
    #[must_use]
    pub fn step(&self, seq: u64) -> Option<&LiveStep> {
        let block = self.rollback.as_ref().map(|rollback| rollback.block_steps.as_slice());
        steps::find(&self.live, seq).or_else(|| steps::find(block.unwrap_or_default(), seq))
    }

    /// Every move there ever was, by the record at which it began: steps and side moves, superseded and
    /// taken back ones too.
    #[must_use]
    pub fn moves(&self) -> &BTreeMap<u64, MoveRecord> {
        &self.moves
    }

    /// The move begun at that record.
    #[must_use]
    pub fn move_at(&self, seq: u64) -> Option<&MoveRecord> {
        self.moves.get(&seq)
    }

    /// The rollback under way, if one is.
    #[must_use]
    pub fn rollback(&self) -> Option<&RollbackState> {
        self.rollback.as_ref()
    }

    /// When the newest `require` was last asked again in place, and held.
    #[must_use]
    pub fn asked_again_at(&self) -> Option<Timestamp> {
        self.asked_again
    }

    /// The newest text of every script that was read: path to SHA-256.
    #[must_use]
    pub fn sources(&self) -> &HashMap<String, String> {
        &self.sources
    }

    /// Takes everything live from record `from` on out of the script's sight.
    fn supersede(&mut self, from: u64, why: Why) {
        if let Some(rollback) = &mut self.rollback {
            let keep = rollback.block_steps.partition_point(|step| step.seq < from);
            let dropped = rollback.block_steps.split_off(keep);
            self.retire(dropped, why);
        }
        let keep = self.live.partition_point(|step| step.seq < from);
        let dropped = self.live.split_off(keep);
        self.retire(dropped, why);
        for check in self.checks.iter_mut().rev().take_while(|check| check.seq >= from) {
            check.superseded.get_or_insert(why);
        }
    }

    fn retire(&mut self, steps: Vec<LiveStep>, why: Why) {
        for step in steps {
            if let Some(record) = self.moves.get_mut(&step.seq) {
                record.superseded = Some(why);
            }
            self.old.insert(step.seq, HistoryStep { step, superseded: Some(why) });
        }
    }
}
