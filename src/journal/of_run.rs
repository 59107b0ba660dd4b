//! The journal of one run, open for writing: numbers, folds, chains and queues its events.
//!
//! Owned by one task. The state is ahead of the disk by what was submitted and not acknowledged yet.
//!
//! Invariant: after an event that the fold refuses nothing is written any more.

use super::chain::{self, Chain};
use super::event::Event;
use super::record::Record;
use super::state::RunState;
use super::store::{Ack, Batch, Row, Store};
use crate::diagnostic::{Finding, codes};
use jiff::Timestamp;
use std::any::Any;
use std::sync::Arc;

/// The journal of one run.
pub struct Journal {
    state: RunState,
    chain: Chain,
    store: Arc<dyn Store>,
    last: Vec<Record>,
    broken: Option<Finding>,
    /// The lock, or the temporary folder: held as long as anybody can write.
    _keep: Arc<dyn Any + Send + Sync>,
}

impl Journal {
    pub(super) fn new(
        state: RunState,
        chain: Chain,
        store: Arc<dyn Store>,
        keep: Arc<dyn Any + Send + Sync>,
    ) -> Self {
        Self { state, chain, store, last: Vec::new(), broken: None, _keep: keep }
    }

    /// What the records add up to, those submitted included.
    #[must_use]
    pub fn state(&self) -> &RunState {
        &self.state
    }

    /// The records that the last successful submit made: what an observer is told.
    #[must_use]
    pub fn last_records(&self) -> &[Record] {
        &self.last
    }

    /// Queues events as the next records, in one piece, at time `at` or at that of the record before if
    /// that is later. What they allow may be done once the [`Ack`] has resolved well.
    ///
    /// # Errors
    /// If an event cannot follow those before it, or one before was refused. Nothing is queued then.
    pub fn submit(&mut self, at: Timestamp, events: Vec<Event>) -> Result<Ack, Finding> {
        self.submit_taking(at, events, &[])
    }

    /// As [`Journal::submit`], and marks these items of the inbox as taken by the last of the records, in
    /// the same transaction. Without events, they are marked as taken by the record before.
    ///
    /// # Errors
    /// As [`Journal::submit`]. An item that was taken before makes the `Ack` fail.
    pub fn submit_taking(
        &mut self,
        at: Timestamp,
        events: Vec<Event>,
        taken: &[u64],
    ) -> Result<Ack, Finding> {
        if let Some(broken) = &self.broken {
            return Err(broken.clone());
        }
        let mut rows = Vec::with_capacity(events.len());
        self.last.clear();
        for event in events {
            match self.add(at, event) {
                Ok(row) => rows.push(row),
                Err(fault) => {
                    self.broken = Some(fault.clone());
                    self.last.clear();
                    return Err(fault);
                }
            }
        }
        let run = self.state.run();
        let taken_by = self.state.last_seq();
        Ok(self.store.append(Batch { run, rows, taken: taken.to_vec(), taken_by }))
    }

    /// Appends one event and returns its number once it is durable.
    ///
    /// # Errors
    /// As [`Journal::submit`], and if it cannot be written.
    pub async fn append(&mut self, at: Timestamp, event: Event) -> Result<u64, Finding> {
        self.submit(at, vec![event])?.await?;
        Ok(self.state.last_seq())
    }

    fn add(&mut self, at: Timestamp, event: Event) -> Result<Row, Finding> {
        let at = self.state.last_at().map_or(at, |last| at.max(last));
        let record = Record { seq: self.state.last_seq() + 1, at, event };
        let run = self.state.run();
        let body = serde_json::to_string(&record.event)
            .map_err(|error| illegal(run, &format!("record {}: {error}", record.seq)))?;
        self.state.next(&record).map_err(|fault| illegal(run, &fault.to_string()))?;
        let at = record.at.to_string();
        let hash = chain::link(&self.chain.hash, record.seq, &at, &body);
        self.chain = Chain { seq: record.seq, hash };
        let row = Row { seq: record.seq, at, body, hash };
        self.last.push(record);
        Ok(row)
    }
}

/// An event that cannot follow.
pub(super) fn illegal(run: u64, why: &str) -> Finding {
    Finding::error(
        codes::JOURNAL_ILLEGAL,
        format!("run {run} of the journal cannot go on like this"),
    )
    .because(why)
    .help("this is a fault of sidle; keep the folder `.sidle` as it is and report it")
}
