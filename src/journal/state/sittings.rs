//! Sittings: one process working on the run, from taking it up to letting go.

use super::RunState;
use crate::journal::event::{SittingEnd, SittingMode};
use crate::journal::request::Halt;
use crate::journal::who::Who;
use jiff::Timestamp;

/// One process's work on a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Sitting {
    /// Its first record.
    pub seq: u64,
    /// When it began.
    pub at: Timestamp,
    /// What for.
    pub mode: SittingMode,
    /// Version of sidle.
    pub sidle: String,
    /// Who.
    pub who: Who,
    /// Time, manner and reason of its end; `None` while it is open, and for ever if its process died.
    pub ended: Option<(Timestamp, SittingEnd, String)>,
    /// The halt in it, with its record.
    pub halt: Option<(u64, Halt)>,
}

impl RunState {
    /// All sittings, oldest first.
    #[must_use]
    pub fn sittings(&self) -> &[Sitting] {
        &self.sittings
    }

    /// The newest sitting, if it has not ended: it goes on now, or its process died.
    #[must_use]
    pub fn sitting_open(&self) -> Option<&Sitting> {
        self.sittings.last().filter(|sitting| sitting.ended.is_none())
    }

    /// The halt at which the run stands: that of the newest sitting, retries left aside.
    #[must_use]
    pub fn halted(&self) -> Option<&(u64, Halt)> {
        self.sittings
            .iter()
            .rev()
            .find(|sitting| sitting.mode != SittingMode::Retry || sitting.halt.is_some())?
            .halt
            .as_ref()
    }
}
