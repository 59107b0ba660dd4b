//! The ledger of a folder: all its runs, the lock, the inbox and the copies of files.
//!
//! It is opened for writing (one process), as a private copy that leaves the folder untouched, or
//! empty in a temporary folder. What is read is checked against the hash chain.

use super::chain::{Broken, Chain, Hash, hex};
use super::event::{Event, FORMAT};
use super::inbox::{self, InboxEntry};
use super::lock::Lock;
use super::objects::{Objects, sync_folder};
use super::of_run::{Journal, illegal};
use super::record::Record;
use super::result::UserResult;
use super::sqlite::{SqliteStore, Use, newer};
use super::state::RunState;
use super::store::{Row, Store};
use super::who::Who;
use crate::diagnostic::{Finding, codes};
use jiff::Timestamp;
use serde::Deserialize;
use std::any::Any;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Rows read at once.
const PAGE: usize = 512;

/// Returns where a folder's journal is kept.
pub(super) fn database(folder: &Path) -> PathBuf {
    folder.join(".sidle").join("journal.db")
}

/// All runs of an organisation's folder.
pub struct Ledger {
    store: Arc<dyn Store>,
    objects: Objects,
    /// The lock, or the temporary folder.
    keep: Arc<dyn Any + Send + Sync>,
}

impl Ledger {
    /// Opens the ledger of `folder` for writing, and makes one where there is none.
    ///
    /// # Errors
    /// If another process holds it, or it cannot be opened or made.
    pub async fn open(folder: &Path, who: &Who) -> Result<Self, Finding> {
        let home = folder.join(".sidle");
        create(folder, &home).map_err(|error| unwritable(&home, &error))?;
        let keep: Arc<dyn Any + Send + Sync> = Arc::new(Lock::take(&home.join("lock"), who).await?);
        let store = SqliteStore::open(&database(folder), Use::Durable, Arc::clone(&keep)).await?;
        sync_folder(&home).map_err(|error| unwritable(&home, &error))?;
        Ok(Self { store: Arc::new(store), objects: Objects::durable(home.join("objects")), keep })
    }

    /// Opens a private copy of the ledger of `folder`, without touching the folder or its lock. What is
    /// written goes to the copy. `None` if the folder has no journal.
    ///
    /// # Errors
    /// If the journal cannot be copied or is damaged.
    pub async fn copy(folder: &Path) -> Result<Option<Self>, Finding> {
        super::copy::take(folder).await
    }

    /// Opens an empty ledger in a temporary folder.
    ///
    /// # Errors
    /// If that cannot be made.
    pub async fn temporary() -> Result<Self, Finding> {
        let folder = tempfile::tempdir()
            .map_err(|error| unwritable(Path::new("a temporary folder"), &error))?;
        Self::scratch(folder, None).await
    }

    /// Opens the journal that lies in a temporary folder, or a new one there.
    pub(super) async fn scratch(
        folder: tempfile::TempDir,
        original: Option<PathBuf>,
    ) -> Result<Self, Finding> {
        let objects = Objects::scratch(folder.path().join("objects"), original);
        let path = folder.path().join("journal.db");
        let keep: Arc<dyn Any + Send + Sync> = Arc::new(folder);
        let store = SqliteStore::open(&path, Use::Scratch, Arc::clone(&keep)).await?;
        Ok(Self { store: Arc::new(store), objects, keep })
    }

    /// Returns the numbers of all runs, oldest first.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn runs(&self) -> Result<Vec<u64>, Finding> {
        Ok(self.store.runs().await?.iter().map(|run| run.run).collect())
    }

    /// Begins a run with its first event, [`Event::RunStarted`].
    ///
    /// # Errors
    /// If the event is another one, or cannot be written.
    pub async fn begin(&self, at: Timestamp, started: Event) -> Result<Journal, Finding> {
        let run = self.runs().await?.last().map_or(1, |last| last + 1);
        let state = RunState::of_run(run);
        let store = Arc::clone(&self.store);
        let mut journal = Journal::new(state, Chain::of_run(run), store, Arc::clone(&self.keep));
        journal.append(at, started).await?;
        Ok(journal)
    }

    /// Reads a run, checks its chain and folds its records.
    ///
    /// # Errors
    /// If there is no such run, a record is changed, missing, out of place or illegal, or a newer sidle
    /// wrote it.
    pub async fn load(&self, run: u64) -> Result<Journal, Finding> {
        let mut state = RunState::of_run(run);
        let chain = self
            .read(run, |record, _| {
                state.next(&record).map_err(|fault| illegal(run, &fault.to_string()))
            })
            .await?;
        Ok(Journal::new(state, chain, Arc::clone(&self.store), Arc::clone(&self.keep)))
    }

    /// Gives every record of a run to `each`, in order, with its hash in hexadecimal.
    ///
    /// # Errors
    /// As [`Ledger::load`], and what `each` returns.
    pub async fn each(
        &self,
        run: u64,
        mut each: impl FnMut(Record, String) -> Result<(), Finding>,
    ) -> Result<(), Finding> {
        self.read(run, |record, hash| each(record, hex(hash))).await.map(drop)
    }

    /// Returns every record of a run.
    ///
    /// # Errors
    /// As [`Ledger::load`].
    pub async fn records(&self, run: u64) -> Result<Vec<Record>, Finding> {
        let mut records = Vec::new();
        self.read(run, |record, _| {
            records.push(record);
            Ok(())
        })
        .await?;
        Ok(records)
    }

    /// Returns what lies in the inbox, oldest first.
    ///
    /// # Errors
    /// If it cannot be read.
    pub async fn inbox(&self) -> Result<Vec<InboxEntry>, Finding> {
        self.store.inbox().await?.iter().map(inbox::entry).collect()
    }

    /// The copies of scripts and inventory files.
    #[must_use]
    pub fn objects(&self) -> &Objects {
        &self.objects
    }

    #[cfg(test)]
    pub(super) fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// Checks the chain of every run, without looking into the records.
    pub(super) async fn verify(&self) -> Result<(), Finding> {
        for run in self.runs().await? {
            self.follow(run, |_| Ok(())).await?;
        }
        Ok(())
    }

    async fn read(
        &self,
        run: u64,
        mut each: impl FnMut(Record, &Hash) -> Result<(), Finding>,
    ) -> Result<Chain, Finding> {
        self.follow(run, |row| each(parse(run, &row)?, &row.hash)).await
    }

    /// Follows a run's chain from its first row to the end that was noted.
    async fn follow(
        &self,
        run: u64,
        mut each: impl FnMut(Row) -> Result<(), Finding>,
    ) -> Result<Chain, Finding> {
        let end = self.store.runs().await?.into_iter().find(|row| row.run == run);
        let end = end.ok_or_else(|| no_run(run))?;
        let mut chain = Chain::of_run(run);
        loop {
            let rows = self.store.rows(run, chain.seq, PAGE).await?;
            let last = rows.len() < PAGE;
            for row in rows {
                chain.follow(&row).map_err(|how| broken(run, &how))?;
                each(row)?;
            }
            if last {
                break;
            }
        }
        if chain.seq < end.last_seq {
            return Err(broken(run, &Broken::Missing(chain.seq + 1)));
        }
        if chain.hash != end.last_hash {
            return Err(broken(run, &Broken::Changed(chain.seq)));
        }
        Ok(chain)
    }
}

/// Makes `.sidle`, hidden from version control, and syncs what was made.
fn create(folder: &Path, home: &Path) -> std::io::Result<()> {
    let ignore = home.join(".gitignore");
    if ignore.is_file() {
        return Ok(());
    }
    fs::create_dir_all(home)?;
    fs::write(&ignore, "*\n")?;
    fs::File::open(&ignore)?.sync_all()?;
    sync_folder(home)?;
    sync_folder(folder)
}

fn parse(run: u64, row: &Row) -> Result<Record, Finding> {
    let unread = |why: String| {
        Finding::error(
            codes::JOURNAL_UNREADABLE,
            format!("record {} of run {run} cannot be read", row.seq),
        )
        .because(why)
        .help("this is a fault of sidle, or of whoever edited the journal")
    };
    let at = row.at.parse().map_err(|error: jiff::Error| unread(error.to_string()))?;
    let event = read_event(&row.body).map_err(|error| {
        let text = error.to_string();
        if text.contains("unknown variant") {
            newer(&format!(
                "record {} of run {run} is of a kind that this one does not know",
                row.seq
            ))
        } else {
            unread(text)
        }
    })?;
    if let Event::RunStarted { format, .. } = &event
        && *format > FORMAT
    {
        return Err(newer(&format!("run {run} has format {format}")));
    }
    Ok(Record { seq: row.seq, at, event })
}

/// Reads an event. The two that make up most of a journal are read without serde's detour for tagged
/// enums, which holds every value twice.
fn read_event(body: &str) -> serde_json::Result<Event> {
    #[derive(Deserialize)]
    struct Results {
        begun: u64,
        results: Vec<UserResult>,
    }
    #[derive(Deserialize)]
    struct Intended {
        begun: u64,
        users: Vec<String>,
    }
    if body.starts_with(r#"{"event":"results","#) {
        return serde_json::from_str(body)
            .map(|Results { begun, results }| Event::Results { begun, results });
    }
    if body.starts_with(r#"{"event":"intended","#) {
        return serde_json::from_str(body)
            .map(|Intended { begun, users }| Event::Intended { begun, users });
    }
    serde_json::from_str(body)
}

fn broken(run: u64, how: &Broken) -> Finding {
    let message = match how {
        Broken::Missing(seq) => format!("record {seq} of run {run} is missing from the journal"),
        Broken::Changed(seq) => format!("record {seq} of run {run} is not as it was written"),
    };
    Finding::error(codes::JOURNAL_CHANGED, message)
        .because("the journal's hash chain does not hold")
        .help("put back `.sidle` from a backup; nothing is moved on a journal that was changed")
}

fn no_run(run: u64) -> Finding {
    Finding::error(codes::JOURNAL_NO_RUN, format!("the journal has no run {run}"))
        .help("`sidle status` lists the runs")
}

pub(super) fn unwritable(path: &Path, error: &std::io::Error) -> Finding {
    Finding::error(codes::JOURNAL_NOT_WRITTEN, format!("`{}` cannot be made", path.display()))
        .because(error.to_string())
        .help("check that you may write there and the disk has room")
}
