//! The ledger: lock, runs, reloading, inbox, copies of files.

use super::*;
use crate::diagnostic::codes;
use crate::journal::{Inbox, InboxItem, StepKind};

#[tokio::test]
async fn a_run_reads_back_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    recorded(folder.path()).await;
    let ledger = Ledger::open(folder.path(), &who()).await.unwrap();
    assert_eq!(ledger.runs().await.unwrap(), [1]);
    let records = ledger.records(1).await.unwrap();
    let events: Vec<_> = records.iter().skip(2).map(|record| record.event.clone()).collect();
    assert_eq!(events, some_events());
    assert_eq!(ledger.load(1).await.unwrap().state().moved_by(4).len(), 2);
}

#[tokio::test]
async fn a_loaded_run_goes_on_where_it_stood() {
    let folder = tempfile::tempdir().unwrap();
    recorded(folder.path()).await;
    let ledger = Ledger::open(folder.path(), &who()).await.unwrap();
    let mut journal = ledger.load(1).await.unwrap();
    let seq = journal.append(at(9), done("B", StepKind::Note)).await.unwrap();
    assert_eq!(seq, 10);
    assert_eq!(ledger.load(1).await.unwrap().state(), journal.state());
}

#[tokio::test]
async fn time_never_goes_back() {
    let ledger = Ledger::temporary().await.unwrap();
    let mut journal = begun(&ledger).await;
    journal.append(at(-50), done("A", StepKind::Note)).await.unwrap();
    assert_eq!(journal.state().last_at(), Some(at(2)));
}

#[tokio::test]
async fn an_event_that_cannot_follow_stops_the_journal() {
    let ledger = Ledger::temporary().await.unwrap();
    let mut journal = begun(&ledger).await;
    let fault = journal.append(at(3), ended(77)).await.unwrap_err();
    assert_eq!(fault.code, codes::JOURNAL_ILLEGAL);
    assert!(journal.append(at(4), done("A", StepKind::Note)).await.is_err());
    assert_eq!(ledger.records(1).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_second_holder_is_told_who_holds_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let first = Ledger::open(folder.path(), &who()).await.unwrap();
    let fault = Ledger::open(folder.path(), &who()).await.err().unwrap();
    assert_eq!(fault.code, codes::JOURNAL_HELD);
    for word in ["process 42", "`operator`", "`admin01`", "since"] {
        assert!(fault.message.contains(word), "{}", fault.message);
    }
    drop(first);
    Ledger::open(folder.path(), &who()).await.unwrap();
}

#[tokio::test]
async fn a_journal_holds_the_lock_after_its_ledger_has_gone() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(folder.path(), &who()).await.unwrap();
    let journal = begun(&ledger).await;
    drop(ledger);
    assert!(Ledger::open(folder.path(), &who()).await.is_err());
    drop(journal);
    assert!(Ledger::open(folder.path(), &who()).await.is_ok());
}

#[tokio::test]
async fn the_folder_of_the_journal_is_hidden_from_version_control() {
    let folder = tempfile::tempdir().unwrap();
    recorded(folder.path()).await;
    let ignored = std::fs::read_to_string(folder.path().join(".sidle/.gitignore")).unwrap();
    assert_eq!(ignored, "*\n");
}

fn yes() -> InboxItem {
    InboxItem::Answer { run: 1, question: 3, yes: true, note: "go".into() }
}

#[tokio::test]
async fn what_lies_in_the_inbox_is_taken_once() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(folder.path(), &who()).await.unwrap();
    let mut journal = begun(&ledger).await;
    let question = asked("A", StepKind::Approve);
    journal.append(at(3), question).await.unwrap();
    let inbox = Inbox::open(folder.path()).await.unwrap();
    inbox.put(at(4), &yes(), &who()).await.unwrap();
    let entries = ledger.inbox().await.unwrap();
    assert_eq!(entries.iter().map(|entry| &entry.item).collect::<Vec<_>>(), [&yes()]);
    let ids: Vec<_> = entries.iter().map(|entry| entry.id).collect();
    journal.submit_taking(at(5), vec![answered(3, true)], &ids).unwrap().await.unwrap();
    assert!(ledger.inbox().await.unwrap().is_empty());
    let twice = journal.submit_taking(at(6), vec![done("A", StepKind::Note)], &ids).unwrap();
    assert_eq!(twice.await.unwrap_err().code, codes::JOURNAL_NOT_WRITTEN);
    assert_eq!(ledger.records(1).await.unwrap().len(), 4);
}

#[tokio::test]
async fn an_inbox_needs_a_run() {
    let folder = tempfile::tempdir().unwrap();
    let fault = Inbox::open(folder.path()).await.err().unwrap();
    assert_eq!(fault.code, codes::JOURNAL_NO_RUN);
    assert!(bytes_of(folder.path()).is_empty());
}

#[tokio::test]
async fn a_copy_of_a_file_reads_back_or_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(folder.path(), &who()).await.unwrap();
    let objects = ledger.objects();
    let sha = objects.put(b"stage").unwrap();
    let file = folder.path().join("runbook.rhai");
    std::fs::write(&file, "stage").unwrap();
    assert_eq!(objects.put_file(&file).unwrap(), sha);
    assert_eq!(objects.get(&sha).unwrap(), b"stage");
    assert_eq!(std::fs::read_dir(folder.path().join(".sidle/objects")).unwrap().count(), 1);
    std::fs::write(folder.path().join(".sidle/objects").join(&sha), "stale").unwrap();
    assert_eq!(objects.get(&sha).unwrap_err().code, codes::JOURNAL_OBJECT);
    assert!(objects.open(&sha).is_err());
    assert!(objects.get("../../runbook.rhai").is_err());
}
