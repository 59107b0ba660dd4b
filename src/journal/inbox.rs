//! The inbox: what people tell a run, whoever holds it.
//!
//! Anybody may put an item in, beside the lock. Only the holder takes items out, and marks them in the
//! same transaction as the events they became.

use super::sqlite::{SqliteStore, Use};
use super::store::{InboxRow, Store};
use super::who::Who;
use crate::diagnostic::{Finding, codes};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;

/// Something a person tells a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum InboxItem {
    /// `sidle confirm`: the answer to a question, task or doubtful command.
    Answer {
        /// The run that asks; another run's question of that number is another question.
        run: u64,
        /// The record of the question.
        question: u64,
        /// Yes or no.
        yes: bool,
        /// What they noted.
        note: String,
    },
    /// `sidle accept`.
    Accept {
        /// The run that took it.
        run: u64,
        /// Path of the check.
        check: String,
        /// Why.
        note: String,
    },
    /// An operator's control: pause, unpause, skip, limit, stop.
    Control {
        /// The control.
        control: String,
        /// Its argument.
        argument: String,
    },
}

impl InboxItem {
    fn kind(&self) -> &'static str {
        match self {
            Self::Answer { .. } => "answer",
            Self::Accept { .. } => "accept",
            Self::Control { .. } => "control",
        }
    }
}

/// An item in the inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxEntry {
    /// Its number; what [`Journal::submit_taking`](super::Journal::submit_taking) takes.
    pub id: u64,
    /// When it was put there.
    pub at: Timestamp,
    /// Who put it there.
    pub who: Who,
    /// What they say.
    pub item: InboxItem,
}

/// The inbox of a folder, for processes that do not hold its lock.
pub struct Inbox {
    store: SqliteStore,
}

impl Inbox {
    /// Opens the inbox of an organisation's folder.
    ///
    /// # Errors
    /// If no run was ever started there, or the journal cannot be opened.
    pub async fn open(folder: &Path) -> Result<Self, Finding> {
        let path = super::ledger::database(folder);
        if !path.is_file() {
            return Err(Finding::error(
                codes::JOURNAL_NO_RUN,
                format!("no run was started in `{}`", folder.display()),
            )
            .help("`sidle run` starts one"));
        }
        Ok(Self { store: SqliteStore::open(&path, Use::Existing, Arc::new(())).await? })
    }

    /// Puts an item in and returns its number. It is durable then.
    ///
    /// # Errors
    /// If it cannot be written.
    pub async fn put(&self, at: Timestamp, item: &InboxItem, who: &Who) -> Result<u64, Finding> {
        let text = |value: serde_json::Result<String>| {
            value.map_err(|error| super::commit::not_written(&error.to_string()))
        };
        let row = InboxRow {
            id: 0,
            at: at.to_string(),
            who: text(serde_json::to_string(who))?,
            kind: item.kind().to_owned(),
            body: text(serde_json::to_string(item))?,
        };
        self.store.put(&row).await
    }
}

/// Reads a stored item.
pub(super) fn entry(row: &InboxRow) -> Result<InboxEntry, Finding> {
    let unread = |why: String| {
        Finding::error(
            codes::JOURNAL_UNREADABLE,
            format!("item {} of the inbox, of kind `{}`, cannot be read", row.id, row.kind),
        )
        .because(why)
        .help("this is a fault of sidle, or of whoever wrote into the journal's file")
    };
    Ok(InboxEntry {
        id: row.id,
        at: row.at.parse().map_err(|error: jiff::Error| unread(error.to_string()))?,
        who: serde_json::from_str(&row.who).map_err(|error| unread(error.to_string()))?,
        item: serde_json::from_str(&row.body).map_err(|error| unread(error.to_string()))?,
    })
}
