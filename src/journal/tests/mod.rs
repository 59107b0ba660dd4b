//! Tests of the journal on real files.

mod copying;
mod durability;
mod histories;
mod ledger;
mod tampering;

use super::samples::*;
use super::{Event, Journal, Ledger, SittingMode};
use std::path::Path;

/// Begins a run with a sitting: the next record is 3.
async fn begun(ledger: &Ledger) -> Journal {
    let mut journal = ledger.begin(at(1), started()).await.unwrap();
    journal.append(at(2), sits(SittingMode::Forward)).await.unwrap();
    journal
}

/// A run with a few records, closed again.
async fn recorded(folder: &Path) {
    let ledger = Ledger::open(folder, &who()).await.unwrap();
    let mut journal = begun(&ledger).await;
    for event in some_events() {
        journal.append(at(5), event).await.unwrap();
    }
}

fn some_events() -> Vec<Event> {
    use super::{Ended, StepKind};
    vec![
        done("A", StepKind::Enter),
        moving("A", 3),
        intended(4, &["ann", "bob"]),
        results(4, Ended::Moved, &["ann", "bob"]),
        results(4, Ended::Skipped, &["cem"]),
        ended(4),
        done("A", StepKind::Leave),
    ]
}

/// Every file below the folder with its bytes.
fn bytes_of(folder: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = std::fs::read(&path).unwrap();
                found.push((path, bytes));
            }
        }
    }
    found.sort();
    found
}

/// Runs SQL on a folder's journal, as somebody with an editor could.
async fn edit(folder: &Path, sql: &'static str) {
    use sqlx::{ConnectOptions as _, Connection as _};
    let path = super::ledger::database(folder);
    let mut connection =
        sqlx::sqlite::SqliteConnectOptions::new().filename(path).connect().await.unwrap();
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}
