//! A journal that somebody edited, or a newer sidle wrote, is refused with the record.

use super::*;
use crate::diagnostic::{Code, codes};
use crate::journal::FORMAT;

async fn refused(sql: &'static str, code: Code, words: &str) {
    let folder = tempfile::tempdir().unwrap();
    recorded(folder.path()).await;
    // The lock is free once the first ledger's last task has ended.
    drop(Ledger::open(folder.path(), &who()).await.unwrap());
    edit(folder.path(), sql).await;
    let opened = Ledger::open(folder.path(), &who()).await;
    let fault = match opened {
        Err(fault) => fault,
        Ok(ledger) => ledger.load(1).await.err().expect("the journal is refused"),
    };
    assert_eq!(fault.code, code, "{fault}");
    assert!(fault.message.contains(words), "{fault}");
}

#[tokio::test]
async fn a_changed_record_is_named() {
    let sql = "UPDATE events SET body = replace(body, 'ann@', 'eve@') WHERE seq = 6";
    refused(sql, codes::JOURNAL_CHANGED, "record 6 of run 1 is not as it was written").await;
    let sql = "UPDATE events SET at = '2011-01-01T00:00:00Z' WHERE seq = 4";
    refused(sql, codes::JOURNAL_CHANGED, "record 4 of run 1").await;
}

#[tokio::test]
async fn a_deleted_record_is_named() {
    let sql = "DELETE FROM events WHERE seq = 5";
    refused(sql, codes::JOURNAL_CHANGED, "record 5 of run 1 is missing").await;
    let last = "DELETE FROM events WHERE seq = 9";
    refused(last, codes::JOURNAL_CHANGED, "record 9 of run 1 is missing").await;
    let closed = "DELETE FROM events WHERE seq = 5; UPDATE events SET seq = seq - 1 WHERE seq > 5;";
    refused(closed, codes::JOURNAL_CHANGED, "record 5 of run 1 is not").await;
}

#[tokio::test]
async fn records_in_another_order_are_named() {
    let sql = "UPDATE events SET seq = 100 WHERE seq = 6; UPDATE events SET seq = 6 WHERE seq = 7;
               UPDATE events SET seq = 7 WHERE seq = 100;";
    refused(sql, codes::JOURNAL_CHANGED, "record 6 of run 1").await;
}

#[tokio::test]
async fn a_record_of_another_run_is_no_record_of_this_one() {
    let folder = tempfile::tempdir().unwrap();
    recorded(folder.path()).await;
    drop(Ledger::open(folder.path(), &who()).await.unwrap());
    let sql =
        "INSERT INTO runs SELECT 2, last_seq, last_hash FROM runs; UPDATE events SET run = 2;";
    edit(folder.path(), sql).await;
    let ledger = Ledger::open(folder.path(), &who()).await.unwrap();
    let fault = ledger.load(2).await.err().unwrap();
    assert!(fault.message.contains("record 1 of run 2"), "{fault}");
}

#[tokio::test]
async fn a_journal_of_a_newer_format_is_refused() {
    refused("PRAGMA user_version = 99", codes::JOURNAL_NEWER, "has format 99").await;
}

#[tokio::test]
async fn a_database_of_another_program_is_left_alone() {
    let words = "is no journal of sidle";
    refused("PRAGMA application_id = 5", codes::JOURNAL_UNREADABLE, words).await;
}

/// Puts a record at the end as a newer sidle would, with a right hash.
async fn newer(body: &str, words: &str) {
    use crate::journal::store::{Batch, Row};
    let ledger = Ledger::temporary().await.unwrap();
    let hash = crate::journal::chain::link(
        &crate::journal::chain::before_first(1),
        1,
        "2011-01-01T00:00:00Z",
        body,
    );
    let row = Row { seq: 1, at: "2011-01-01T00:00:00Z".into(), body: body.into(), hash };
    let batch = Batch { run: 1, rows: vec![row], taken: vec![], taken_by: 0 };
    ledger.store().append(batch).await.unwrap();
    let fault = ledger.load(1).await.err().unwrap();
    assert_eq!(fault.code, codes::JOURNAL_NEWER, "{fault}");
    assert!(fault.message.contains(words), "{fault}");
}

#[tokio::test]
async fn an_event_that_this_sidle_does_not_know_is_refused() {
    newer(r#"{"event":"teleported","to":"nowhere"}"#, "record 1 of run 1").await;
}

#[tokio::test]
async fn a_run_of_a_newer_format_is_refused() {
    let body = serde_json::to_string(&started()).unwrap();
    let (ours, next) = (format!("\"format\":{FORMAT}"), format!("\"format\":{}", FORMAT + 1));
    let words = format!("run 1 has format {}", FORMAT + 1);
    newer(&body.replace(&ours, &next), &words).await;
}

/// Evidence as format 1 kept it: it did not say who answered.
#[tokio::test]
async fn a_run_of_the_first_format_is_read_and_goes_on() {
    use crate::journal::store::{Batch, Row};
    let ledger = Ledger::temporary().await.unwrap();
    let begun = serde_json::to_string(&started()).unwrap();
    let sitting = serde_json::to_string(&sits(SittingMode::Forward)).unwrap();
    let probe = r#"{"event":"step_done","step":{"stage":"","kind":"probe","what":"w","shown":"s",
        "at":{"file":"","sha":"","start":0,"end":0}},"outcome":{"outcome":"evidence","evidence":[
        {"source":"service","target":"a","asked":"?","value":true,"answer":"it runs",
        "at":"2011-01-01T00:00:00Z","latency_ms":1,"fresh_for_s":900}]}}"#;
    let bodies =
        [begun.replace(&format!("\"format\":{FORMAT}"), "\"format\":1"), sitting, probe.into()];
    let (mut rows, mut before) = (Vec::new(), crate::journal::chain::before_first(1));
    for (seq, body) in (1..).zip(bodies) {
        let at = "2011-01-01T00:00:00Z";
        let hash = crate::journal::chain::link(&before, seq, at, &body);
        before.clone_from(&hash);
        rows.push(Row { seq, at: at.into(), body, hash });
    }
    ledger.store().append(Batch { run: 1, rows, taken: vec![], taken_by: 0 }).await.unwrap();
    let mut journal = ledger.load(1).await.unwrap();
    assert_eq!(journal.state().live().len(), 1);
    journal.append(at(9), done("A", crate::journal::StepKind::Enter)).await.unwrap();
}
