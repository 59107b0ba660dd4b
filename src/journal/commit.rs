//! Group commit: one task writes, and whatever queued meanwhile goes into one transaction.
//!
//! Invariant: after a commit that failed nothing is committed any more, whatever the cause was and
//! whether or not it has passed: what is in memory is ahead of the disk then.

use super::fault;
use super::sqlite::reason;
use super::store::{Batch, Row};
use crate::diagnostic::{Finding, codes};
use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection as _, Sqlite, Transaction};
use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// Batches that one transaction takes at most.
const GROUP: usize = 4096;
/// Rows that one statement inserts at most.
const ROWS: usize = 64;

/// A batch, and who waits for it.
pub(super) struct Job {
    pub(super) batch: Batch,
    pub(super) done: oneshot::Sender<Result<(), Finding>>,
}

/// Commits what comes until nobody can send any more. `_keep` (the lock) is let go of after that.
pub(super) async fn serve(
    mut connection: SqliteConnection,
    mut queue: mpsc::UnboundedReceiver<Job>,
    _keep: Arc<dyn Any + Send + Sync>,
) {
    let mut group = Vec::new();
    let mut broken: Option<Finding> = None;
    // Last record that is on the disk, by run: the message after a fault names it.
    let mut durable = BTreeMap::new();
    while queue.recv_many(&mut group, GROUP).await > 0 {
        let result = match &broken {
            Some(fault) => Err(fault.clone()),
            None => commit(&mut connection, &group).await.map_err(|why| {
                let run = group.first().map_or(0, |job| job.batch.run);
                failed(&why, durable.get(&run).copied())
            }),
        };
        match &result {
            Ok(()) => durable.extend(
                group
                    .iter()
                    .filter_map(|job| job.batch.rows.last().map(|row| (job.batch.run, row.seq))),
            ),
            Err(fault) => broken = Some(fault.clone()),
        }
        for job in group.drain(..) {
            // Nobody waits for an answer that was dropped.
            let _ = job.done.send(result.clone());
        }
    }
    // Closing writes the WAL back into the file; what was committed is safe without it.
    let _ = connection.close().await;
}

async fn commit(connection: &mut SqliteConnection, group: &[Job]) -> Result<(), String> {
    fault::point("journal.before_commit");
    if fault::strikes("disk_full") {
        return Err("no space left on device".to_owned());
    }
    let written = async {
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        write(&mut transaction, group).await?;
        transaction.commit().await
    };
    written.await.map_err(|error| reason(&error))?;
    fault::point("journal.after_commit");
    Ok(())
}

async fn write(
    transaction: &mut Transaction<'_, Sqlite>,
    group: &[Job],
) -> Result<(), sqlx::Error> {
    let mut runs: BTreeMap<u64, Vec<&Row>> = BTreeMap::new();
    for job in group {
        runs.entry(job.batch.run).or_default().extend(&job.batch.rows);
    }
    for (run, rows) in runs {
        let Some(last) = rows.last() else { continue };
        sqlx::query(
            "INSERT INTO runs (id, last_seq, last_hash) VALUES (?, ?, ?) ON CONFLICT (id) \
             DO UPDATE SET last_seq = excluded.last_seq, last_hash = excluded.last_hash",
        )
        .bind(run.cast_signed())
        .bind(last.seq.cast_signed())
        .bind(last.hash.as_slice())
        .execute(&mut **transaction)
        .await?;
        for rows in rows.chunks(ROWS) {
            insert(transaction, run, rows).await?;
        }
    }
    for job in group {
        take(transaction, &job.batch).await?;
    }
    Ok(())
}

async fn insert(
    transaction: &mut Transaction<'_, Sqlite>,
    run: u64,
    rows: &[&Row],
) -> Result<(), sqlx::Error> {
    let places = vec!["(?, ?, ?, ?, ?)"; rows.len()].join(", ");
    let text = format!("INSERT INTO events (run, seq, at, body, hash) VALUES {places}");
    let mut query = sqlx::query(sqlx::AssertSqlSafe(text));
    for row in rows {
        query = query
            .bind(run.cast_signed())
            .bind(row.seq.cast_signed())
            .bind(row.at.as_str())
            .bind(row.body.as_str())
            .bind(row.hash.as_slice());
    }
    query.execute(&mut **transaction).await?;
    Ok(())
}

/// Marks items of the inbox as taken. One that was taken before fails the commit: nothing that a person
/// said may count twice.
async fn take(transaction: &mut Transaction<'_, Sqlite>, batch: &Batch) -> Result<(), sqlx::Error> {
    for id in &batch.taken {
        let done = sqlx::query(
            "UPDATE inbox SET taken_by_run = ?, taken_by_seq = ? WHERE id = ? AND taken_by_seq IS NULL",
        )
        .bind(batch.run.cast_signed())
        .bind(batch.taken_by.cast_signed())
        .bind(id.cast_signed())
        .execute(&mut **transaction)
        .await?;
        if done.rows_affected() != 1 {
            return Err(sqlx::Error::Protocol(format!("item {id} of the inbox was taken before")));
        }
    }
    Ok(())
}

fn failed(why: &str, last: Option<u64>) -> Finding {
    let after = last.map_or_else(String::new, |seq| format!(" after record {seq}"));
    not_written(&format!("{why}; nothing was begun{after}"))
}

/// The journal cannot be written.
pub(super) fn not_written(why: &str) -> Finding {
    Finding::error(codes::JOURNAL_NOT_WRITTEN, "the journal cannot be written, so nothing more is started")
        .because(why)
        .help("make room on the disk that holds `.sidle`, or give back the right to write there, then run `sidle run`")
}
