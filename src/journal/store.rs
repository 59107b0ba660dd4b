//! What a journal needs of its store.
//!
//! A store keeps rows: it knows no events and checks no chain. There is one, [`SqliteStore`].
//!
//! Invariant: batches become durable in the order in which they were appended, each whole or not at
//! all, and after one that failed none does.
//!
//! [`SqliteStore`]: super::sqlite::SqliteStore

use super::chain::Hash;
use crate::diagnostic::{Finding, codes};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::oneshot;

/// A record as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Number in the run.
    pub seq: u64,
    /// Time, as RFC 3339.
    pub at: String,
    /// The event, as JSON.
    pub body: String,
    /// Hash over the above and the row before.
    pub hash: Hash,
}

/// A run as it is stored: its number and the end of its chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRow {
    /// The run's number.
    pub run: u64,
    /// Number of the last record.
    pub last_seq: u64,
    /// Hash of the last record.
    pub last_hash: Hash,
}

/// An item of the inbox as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxRow {
    /// Its number.
    pub id: u64,
    /// When it was put there, as RFC 3339.
    pub at: String,
    /// Who put it there, as JSON.
    pub who: String,
    /// Its kind, for people who look into the file.
    pub kind: String,
    /// The item, as JSON.
    pub body: String,
}

/// What is appended in one piece.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The run; a new one if it has no rows yet.
    pub run: u64,
    /// The records, in order.
    pub rows: Vec<Row>,
    /// Items of the inbox that these records answer.
    pub taken: Vec<u64>,
    /// The record that answers them.
    pub taken_by: u64,
}

/// Keeps the rows of runs, and the inbox.
#[async_trait::async_trait]
pub trait Store: Send + Sync {
    /// Queues a batch at once and in order. The [`Ack`] resolves when it is durable, also if this call's
    /// caller has gone; several may be under way.
    fn append(&self, batch: Batch) -> Ack;

    /// Returns all runs, oldest first.
    async fn runs(&self) -> Result<Vec<RunRow>, Finding>;

    /// Returns up to `most` rows of a run after record `after`, in order of their numbers. Fewer than
    /// `most` means that there are no more.
    async fn rows(&self, run: u64, after: u64, most: usize) -> Result<Vec<Row>, Finding>;

    /// Returns what lies in the inbox and was not taken, oldest first.
    async fn inbox(&self) -> Result<Vec<InboxRow>, Finding>;

    /// Puts an item into the inbox and returns its number; it is durable then. `item.id` is ignored.
    async fn put(&self, item: &InboxRow) -> Result<u64, Finding>;
}

/// Resolves when a batch is durable. Dropping it takes nothing back.
#[derive(Debug)]
#[must_use = "what is not known to be durable must have no consequences"]
pub struct Ack(oneshot::Receiver<Result<(), Finding>>);

impl Ack {
    /// Returns an `Ack` and what resolves it.
    pub(super) fn new() -> (oneshot::Sender<Result<(), Finding>>, Self) {
        let (done, ack) = oneshot::channel();
        (done, Self(ack))
    }
}

impl Future for Ack {
    type Output = Result<(), Finding>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map(|answer| answer.unwrap_or_else(|_| Err(gone())))
    }
}

/// The writer ended without an answer: the program is being shut down.
fn gone() -> Finding {
    Finding::error(
        codes::JOURNAL_NOT_WRITTEN,
        "the journal was closed before its last records were written",
    )
    .help("run `sidle run`: it goes on after the last record that was written")
}
