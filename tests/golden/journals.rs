//! What is wrong with the records of a run: held, changed, newer, lost.

use super::Golden;
use crate::organisation::organisation;
use crate::project::TestProject;
use sqlx::{ConnectOptions as _, Connection as _};
use std::fs::{self, File};

/// A run that waits for an answer.
fn waiting() -> TestProject {
    let project = organisation(2, "stage \"Pilot\" {\n    approve(\"go on?\");\n}\n");
    let told = project.run(&["run"]);
    assert!(told.ends_with("[exit 3]"), "{told}");
    project
}

/// A run whose journal somebody has edited.
fn edited(sql: &'static str) -> TestProject {
    let project = waiting();
    let path = project.folder().join(".sidle/journal.db");
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
        let mut connection = options.connect().await.unwrap();
        sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    });
    project
}

#[test]
fn golden_journals() {
    let mut golden = Golden::new("journals");
    let changed = edited("UPDATE events SET body = replace(body, 'go on?', 'go off')");
    golden.told("journal::changed run", &changed, &["run"]);
    golden.told("journal::changed status", &changed, &["status"]);
    let missing = edited("DELETE FROM events WHERE seq = 3");
    golden.told("journal::changed missing", &missing, &["run"]);
    let newer = edited("PRAGMA user_version = 99");
    golden.told("journal::newer run", &newer, &["run"]);
    golden.told("journal::newer status", &newer, &["status"]);
    let other = edited("PRAGMA application_id = 7");
    golden.told("journal::unreadable other", &other, &["run"]);
    let garbage = waiting();
    for name in ["journal.db-wal", "journal.db-shm"] {
        let _ = fs::remove_file(garbage.folder().join(".sidle").join(name));
    }
    let garbage = garbage.file(".sidle/journal.db", &"this is no database\n".repeat(100));
    golden.told("journal::unreadable garbage", &garbage, &["run"]);
    golden.told("journal::unreadable status", &garbage, &["status"]);
    let no_folder = organisation(2, "note(\"go\");\n").file(".sidle", "in the way\n");
    golden.told("journal::not_written", &no_folder, &["run"]);
    golden.end();
}

#[test]
fn golden_copies_and_locks() {
    let mut golden = Golden::new("locks");
    let held = waiting();
    let lock = held.folder().join(".sidle/lock");
    let holder =
        r#"{"who":{"user":"ann","host":"admin01","pid":4242},"since":"2026-01-05T08:00:00Z"}"#;
    fs::write(&lock, holder).unwrap();
    let file = File::options().read(true).write(true).open(&lock).unwrap();
    file.try_lock().unwrap();
    golden.told("journal::held", &held, &["run"]);
    fs::write(&lock, "").unwrap();
    golden.told("journal::held unsigned", &held, &["rollback"]);
    drop(file);
    let lost = waiting();
    let objects = lost.folder().join(".sidle/objects");
    for entry in fs::read_dir(&objects).unwrap() {
        fs::remove_file(entry.unwrap().path()).unwrap();
    }
    golden.told("journal::object missing", &lost, &["run"]);
    let changed = waiting();
    for entry in fs::read_dir(changed.folder().join(".sidle/objects")).unwrap() {
        fs::write(entry.unwrap().path(), "something else\n").unwrap();
    }
    golden.told("journal::object changed", &changed, &["run"]);
    golden.end();
}
