//! A record: one event in its place.

use super::event::Event;
use jiff::Timestamp;

/// An event in its place in the journal.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Number in the run, from 1, without gaps.
    pub seq: u64,
    /// Time of the run (virtual in a rehearsal).
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
}
