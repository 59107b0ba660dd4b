//! The store in SQLite: one file, in WAL mode, fully synchronous.
//!
//! One connection reads and serves the inbox; another belongs to the task that commits. Only this file
//! and `commit.rs` know SQL.

use super::chain::Hash;
use super::commit::{self, Job};
use super::store::{Ack, Batch, InboxRow, Row, RunRow, Store};
use crate::diagnostic::{Finding, codes};
use crate::journal::FORMAT;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteRow, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Row as _};
use std::any::Any;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, mpsc};

/// `sidl`: tells the file from other programs' databases.
const APPLICATION_ID: i64 = 0x7369_646C;

const SCHEMA: &str = "
    BEGIN IMMEDIATE;
    CREATE TABLE IF NOT EXISTS runs (
        id INTEGER PRIMARY KEY, last_seq INTEGER NOT NULL, last_hash BLOB NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS events (
        run INTEGER NOT NULL REFERENCES runs (id),
        seq INTEGER NOT NULL,
        at TEXT NOT NULL,
        body TEXT NOT NULL,
        hash BLOB NOT NULL,
        PRIMARY KEY (run, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS inbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        who TEXT NOT NULL,
        kind TEXT NOT NULL,
        body TEXT NOT NULL,
        taken_by_run INTEGER,
        taken_by_seq INTEGER
    ) STRICT;
";

/// What may be done to a file, and how surely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// The journal of an organisation's folder: every commit reaches the disk.
    Durable,
    /// The same, where it must exist already.
    Existing,
    /// A private file that nobody needs after this process.
    Scratch,
}

/// The journal's rows in an SQLite file.
pub(super) struct SqliteStore {
    path: PathBuf,
    jobs: mpsc::UnboundedSender<Job>,
    reader: Mutex<SqliteConnection>,
}

impl SqliteStore {
    /// Opens the file and starts the task that commits; `keep` lives as long as that task.
    ///
    /// # Errors
    /// If the file cannot be opened, is no journal, or was written by a newer sidle.
    pub(super) async fn open(
        path: &Path,
        how: Use,
        keep: Arc<dyn Any + Send + Sync>,
    ) -> Result<Self, Finding> {
        let mut reader = connect(path, how).await?;
        prepare(&mut reader, path).await?;
        let writer = connect(path, how).await?;
        let (jobs, queue) = mpsc::unbounded_channel();
        tokio::spawn(commit::serve(writer, queue, keep));
        Ok(Self { path: path.to_owned(), jobs, reader: Mutex::new(reader) })
    }

    fn unreadable(&self, error: &sqlx::Error) -> Finding {
        unreadable(&self.path, error)
    }
}

async fn connect(path: &Path, how: Use) -> Result<SqliteConnection, Finding> {
    let (synchronous, create) = match how {
        Use::Durable => (SqliteSynchronous::Full, true),
        Use::Existing => (SqliteSynchronous::Full, false),
        Use::Scratch => (SqliteSynchronous::Off, true),
    };
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(create)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(30))
        .disable_statement_logging()
        .connect()
        .await
        .map_err(|error| unreadable(path, &error))
}

/// Makes the tables in a new file, and refuses one that is not ours or too new.
async fn prepare(connection: &mut SqliteConnection, path: &Path) -> Result<(), Finding> {
    let fault = |error: sqlx::Error| unreadable(path, &error);
    let mut pragma = async |name: &'static str| -> Result<i64, sqlx::Error> {
        sqlx::query(name).fetch_one(&mut *connection).await?.try_get(0)
    };
    let application = pragma("PRAGMA application_id").await.map_err(fault)?;
    let version = pragma("PRAGMA user_version").await.map_err(fault)?;
    let tables = pragma("SELECT count(*) FROM sqlite_schema").await.map_err(fault)?;
    if version > i64::from(FORMAT) && application == APPLICATION_ID {
        return Err(newer(&format!("`{}` has format {version}", path.display())));
    }
    if application == APPLICATION_ID {
        return Ok(());
    }
    if tables > 0 || application != 0 {
        return Err(Finding::error(
            codes::JOURNAL_UNREADABLE,
            format!("`{}` is no journal of sidle", path.display()),
        )
        .help("move the file away if another program made it"));
    }
    let schema = format!(
        "{SCHEMA} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {FORMAT}; COMMIT;"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(schema)).execute(connection).await.map_err(fault)?;
    Ok(())
}

/// The journal was written by a newer sidle; `what` shows it.
pub(super) fn newer(what: &str) -> Finding {
    Finding::error(
        codes::JOURNAL_NEWER,
        format!("the journal was written by a newer sidle: {what}, and this one knows {FORMAT}"),
    )
    .help("use the newer sidle for this folder; `sidle --version` shows which one this is")
}

fn unreadable(path: &Path, error: &sqlx::Error) -> Finding {
    Finding::error(
        codes::JOURNAL_UNREADABLE,
        format!("the journal `{}` cannot be read", path.display()),
    )
    .because(reason(error))
    .help("check that the folder can be written and the disk has room, then try again")
}

/// SQLite's own words, without the wrapping.
pub(super) fn reason(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(fault) => fault.message().to_owned(),
        sqlx::Error::Io(fault) => fault.to_string(),
        other => other.to_string(),
    }
}

#[async_trait::async_trait]
impl Store for SqliteStore {
    fn append(&self, batch: Batch) -> Ack {
        let (done, ack) = Ack::new();
        // If the task is gone, the job is dropped and the ack says so.
        let _ = self.jobs.send(Job { batch, done });
        ack
    }

    async fn runs(&self) -> Result<Vec<RunRow>, Finding> {
        let mut reader = self.reader.lock().await;
        sqlx::query("SELECT id, last_seq, last_hash FROM runs ORDER BY id")
            .fetch_all(&mut *reader)
            .await
            .and_then(|rows| rows.iter().map(run_row).collect())
            .map_err(|error| self.unreadable(&error))
    }

    async fn rows(&self, run: u64, after: u64, most: usize) -> Result<Vec<Row>, Finding> {
        let mut reader = self.reader.lock().await;
        sqlx::query(
            "SELECT seq, at, body, hash FROM events WHERE run = ? AND seq > ? ORDER BY seq LIMIT ?",
        )
        .bind(run.cast_signed())
        .bind(after.cast_signed())
        .bind(i64::try_from(most).unwrap_or(i64::MAX))
        .fetch_all(&mut *reader)
        .await
        .and_then(|rows| rows.iter().map(event_row).collect())
        .map_err(|error| self.unreadable(&error))
    }

    async fn inbox(&self) -> Result<Vec<InboxRow>, Finding> {
        let mut reader = self.reader.lock().await;
        sqlx::query(
            "SELECT id, at, who, kind, body FROM inbox WHERE taken_by_seq IS NULL ORDER BY id",
        )
        .fetch_all(&mut *reader)
        .await
        .and_then(|rows| rows.iter().map(inbox_row).collect())
        .map_err(|error| self.unreadable(&error))
    }

    async fn put(&self, item: &InboxRow) -> Result<u64, Finding> {
        let mut reader = self.reader.lock().await;
        sqlx::query("INSERT INTO inbox (at, who, kind, body) VALUES (?, ?, ?, ?)")
            .bind(&item.at)
            .bind(&item.who)
            .bind(&item.kind)
            .bind(&item.body)
            .execute(&mut *reader)
            .await
            .map(|done| done.last_insert_rowid().cast_unsigned())
            .map_err(|error| commit::not_written(&reason(&error)))
    }
}

fn number(row: &SqliteRow, column: usize) -> Result<u64, sqlx::Error> {
    row.try_get::<i64, _>(column).map(i64::cast_unsigned)
}

/// A hash; one of a wrong length is no hash of any row.
fn hash(row: &SqliteRow, column: usize) -> Result<Hash, sqlx::Error> {
    let bytes: &[u8] = row.try_get(column)?;
    Ok(bytes.try_into().unwrap_or_default())
}

fn run_row(row: &SqliteRow) -> Result<RunRow, sqlx::Error> {
    Ok(RunRow { run: number(row, 0)?, last_seq: number(row, 1)?, last_hash: hash(row, 2)? })
}

fn event_row(row: &SqliteRow) -> Result<Row, sqlx::Error> {
    Ok(Row {
        seq: number(row, 0)?,
        at: row.try_get(1)?,
        body: row.try_get(2)?,
        hash: hash(row, 3)?,
    })
}

fn inbox_row(row: &SqliteRow) -> Result<InboxRow, sqlx::Error> {
    Ok(InboxRow {
        id: number(row, 0)?,
        at: row.try_get(1)?,
        who: row.try_get(2)?,
        kind: row.try_get(3)?,
        body: row.try_get(4)?,
    })
}
