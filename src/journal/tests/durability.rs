//! What is acknowledged survives a kill; after a failed commit nothing more is written.
//!
//! Each test runs itself once more in a process of its own, with a fault point set.

use super::*;
use crate::diagnostic::codes;
use crate::journal::StepKind;
use std::process::{Command, ExitStatus};

/// Runs the ignored test `name` of this file on `folder` with a fault.
fn child(name: &str, folder: &Path, fault: &str) -> ExitStatus {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--ignored", "--quiet"])
        .arg(format!("journal::tests::durability::{name}"))
        .env("SIDLE_FAULT", fault)
        .env("SIDLE_TEST_FOLDER", folder)
        .output()
        .unwrap()
        .status
}

fn folder_of_child() -> std::path::PathBuf {
    std::env::var_os("SIDLE_TEST_FOLDER").expect("run by another test").into()
}

/// Writes notes for ever, and after each the number that was acknowledged.
#[tokio::test]
#[ignore = "run by the tests below, in a process of its own"]
async fn writes_until_killed() {
    let folder = folder_of_child();
    let ledger = Ledger::open(&folder, &who()).await.unwrap();
    let mut journal = begun(&ledger).await;
    for _ in 0..1000 {
        let seq = journal.append(at(3), done("A", StepKind::Note)).await.unwrap();
        std::fs::write(folder.join("acknowledged"), seq.to_string()).unwrap();
    }
}

async fn killed_at(fault: &str) -> (u64, u64) {
    let folder = tempfile::tempdir().unwrap();
    assert!(!child("writes_until_killed", folder.path(), fault).success());
    let acknowledged = std::fs::read_to_string(folder.path().join("acknowledged")).unwrap();
    let ledger = Ledger::open(folder.path(), &who()).await.unwrap();
    let last = ledger.load(1).await.unwrap().state().last_seq();
    (acknowledged.parse().unwrap(), last)
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_kill_before_the_next_commit() {
    assert_eq!(killed_at("journal.before_commit:8").await, (7, 7));
}

#[tokio::test]
async fn what_was_committed_survives_a_kill_before_it_was_acknowledged() {
    assert_eq!(killed_at("journal.after_commit:8").await, (7, 8));
}

#[tokio::test]
#[ignore = "run by the test below, in a process of its own"]
async fn writes_on_a_full_disk() {
    let ledger = Ledger::open(&folder_of_child(), &who()).await.unwrap();
    let mut journal = begun(&ledger).await;
    let fault = journal.append(at(3), done("A", StepKind::Note)).await.unwrap_err();
    assert_eq!(fault.code, codes::JOURNAL_NOT_WRITTEN);
    assert!(fault.causes.concat().contains("nothing was begun after record 2"), "{fault:?}");
    // The disk has room again, and still nothing is written.
    let again = journal.append(at(4), done("A", StepKind::Note)).await.unwrap_err();
    assert_eq!(again.causes, fault.causes);
}

#[tokio::test]
async fn after_a_commit_that_failed_none_succeeds() {
    let folder = tempfile::tempdir().unwrap();
    assert!(child("writes_on_a_full_disk", folder.path(), "disk_full:3").success());
    let ledger = Ledger::open(folder.path(), &who()).await.unwrap();
    assert_eq!(ledger.load(1).await.unwrap().state().last_seq(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_appends_under_way_are_all_durable_and_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(folder.path(), &who()).await.unwrap();
    let mut journal = begun(&ledger).await;
    let acks: Vec<_> = (0..1000)
        .map(|_| journal.submit(at(3), vec![done("A", StepKind::Note); 2]).unwrap())
        .collect();
    for ack in acks {
        ack.await.unwrap();
    }
    assert_eq!(ledger.load(1).await.unwrap().state(), journal.state());
    assert_eq!(journal.state().last_seq(), 2002);
}
