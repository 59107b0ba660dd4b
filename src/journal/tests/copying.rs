//! A copy leaves the folder as it is, whoever writes meanwhile.

use super::*;
use crate::journal::StepKind;

#[tokio::test]
async fn a_copy_adds_and_changes_no_file() {
    let folder = tempfile::tempdir().unwrap();
    recorded(folder.path()).await;
    let ledger = Ledger::open(folder.path(), &who()).await.unwrap();
    let sha = ledger.objects().put(b"stage").unwrap();
    let before = bytes_of(folder.path());
    let copy = Ledger::copy(folder.path()).await.unwrap().unwrap();
    let mut journal = copy.load(1).await.unwrap();
    journal.append(at(8), done("B", StepKind::Note)).await.unwrap();
    assert_eq!(copy.objects().get(&sha).unwrap(), b"stage");
    copy.objects().put(b"new").unwrap();
    assert_eq!(bytes_of(folder.path()), before);
    assert_eq!(ledger.load(1).await.unwrap().state().last_seq(), 9);
    assert_eq!(copy.load(1).await.unwrap().state().last_seq(), 10);
}

#[tokio::test]
async fn a_folder_without_a_journal_has_no_copy() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Ledger::copy(folder.path()).await.unwrap().is_none());
    assert!(bytes_of(folder.path()).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_copy_under_a_busy_writer_is_a_whole_prefix() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(folder.path(), &who()).await.unwrap();
    let mut journal = begun(&ledger).await;
    let writer = tokio::spawn(async move {
        // Long notes, so that the WAL is written back and begun anew several times.
        for _ in 0..1500 {
            let mut event = done("A", StepKind::Note);
            if let Event::StepDone { step, .. } = &mut event {
                step.shown = "x".repeat(20_000);
            }
            journal.append(at(3), event).await.unwrap();
        }
        journal.state().last_seq()
    });
    let mut seen = Vec::new();
    while !writer.is_finished() {
        let copy = Ledger::copy(folder.path()).await.unwrap().unwrap();
        seen.push(copy.load(1).await.unwrap().state().last_seq());
    }
    let last = writer.await.unwrap();
    assert!(seen.is_sorted() && seen.iter().all(|seq| *seq <= last), "{seen:?} of {last}");
    drop(ledger);
}
