//! Error budgets: failures stop a move, are tried again, and are counted once; servers are not users.

use super::stops::{ended, signal, started};
use super::{ends, history, says, way};
use crate::organisation::{CURRENT, POOLS, address, organisation};
use crate::project::TestProject;
use std::collections::BTreeSet;

fn moving(users: usize, options: &str) -> TestProject {
    let runbook = format!(
        "{POOLS}stage \"All\" {{ require legacy.users.move_to(lync, #{{ {options} }}); }}\n"
    );
    organisation(users, &runbook)
}

fn lock(project: &TestProject, users: &[usize]) {
    for user in users {
        ends(project, &["embedded", "lock-user", &address(*user)], 0);
    }
}

fn unlock(project: &TestProject, users: &[usize]) {
    for user in users {
        ends(project, &["embedded", "unlock-user", &address(*user)], 0);
    }
}

#[test]
fn failures_above_the_budget_stop_the_move_and_are_tried_again_once_they_are_mended() {
    let project = moving(10, "parallel: 1, max_failures: 2, retries: 0");
    lock(&project, &[0, 1, 2, 3]);
    let told = ends(&project, &["run", "--yes"], 1);
    says(&told, &["3 users did not move, 2 may", "the error budget is spent", "3 failed"]);
    assert_eq!(history(&project), [], "nobody is started after the third failure");
    unlock(&project, &[0, 1, 2, 3]);
    ends(&project, &["run", "--yes"], 0);
    for user in 0..10 {
        assert_eq!(way(&project, user), [CURRENT], "user {user}");
    }
}

#[test]
fn a_percentage_is_counted_once_also_after_a_halt() {
    let project = moving(10, "parallel: 1, max_failures: \"10%\", retries: 0");
    lock(&project, &[8, 9]);
    let told = ends(&project, &["run", "--yes"], 1);
    says(&told, &["2 failed"]);
    assert_eq!(history(&project).len(), 8);
    // Of two who are left, 10% would be nobody; of the ten it was, it is one.
    unlock(&project, &[9]);
    ends(&project, &["run", "--yes"], 0);
    assert_eq!(way(&project, 9), [CURRENT]);
    assert_eq!(way(&project, 8), [""; 0]);
}

#[test]
fn a_failure_within_the_budget_is_tried_again_by_retry_and_the_report_stays() {
    let project = organisation(
        5,
        &format!(
            "{POOLS}stage \"All\" {{\n    let moved = legacy.users.move_to(lync, #{{ max_failures: 1 }});\n    \
             require moved;\n    note(`${{moved.failed.len}} failed`);\n}}\n\
             stage \"Rest\" {{ approve(\"go on?\"); }}\n"
        ),
    );
    lock(&project, &[3]);
    ends(&project, &["run"], 3);
    says(&ends(&project, &["retry"], 0), &["1 failed"]);
    assert_eq!(way(&project, 3), [""; 0]);
    unlock(&project, &[3]);
    ends(&project, &["retry", "--stage", "All"], 0);
    assert_eq!(way(&project, 3), [CURRENT]);
    says(&ends(&project, &["retry"], 0), &["nobody is left to be tried again"]);
    ends(&project, &["run", "--yes"], 0);
    assert_eq!(history(&project).len(), 5);
    says(&project.run(&["log"]), &["note \"1 failed\""]);
    says(&ends(&project, &["retry", "--stage", "Al"], 2), &["did you mean `All`?"]);
}

#[test]
fn a_retry_after_the_end_of_the_run_moves_who_was_left_behind() {
    let project = organisation(
        4,
        &format!(
            "{POOLS}stage \"All\" {{ require legacy.users.move_to(lync, #{{ max_failures: 1 }}); }}\n"
        ),
    );
    lock(&project, &[2]);
    ends(&project, &["run"], 0);
    unlock(&project, &[2]);
    ends(&project, &["retry"], 0);
    assert_eq!(way(&project, 2), [CURRENT]);
    // It can be taken back like all others.
    ends(&project, &["rollback", "--accept-losses"], 0);
    assert_eq!(way(&project, 2).len(), 2);
}

#[test]
fn a_server_that_stays_down_halts_the_run_and_nobody_is_charged() {
    let project = moving(6, "parallel: 2");
    ends(&project, &["embedded", "stop-service", CURRENT, "Front End"], 0);
    let told = ends(&project, &["run", "--yes"], 1);
    says(&told, &["did not come back within 2s", "nobody was charged", "next: sidle run"]);
    says(&told, &["0 failed"]);
    assert_eq!(history(&project), []);
    ends(&project, &["embedded", "start-service", CURRENT, "Front End"], 0);
    ends(&project, &["run", "--yes"], 0);
    assert_eq!(history(&project).len(), 6);
}

#[test]
fn a_server_that_comes_back_in_time_holds_the_move_up_and_nothing_else() {
    let project = moving(1500, "parallel: 1");
    let child = started(&project, &["run", "--yes"]);
    ends(&project, &["embedded", "stop-service", CURRENT, "Front End"], 0);
    std::thread::sleep(std::time::Duration::from_millis(300));
    ends(&project, &["embedded", "start-service", CURRENT, "Front End"], 0);
    let (code, told) = ended(&project, child);
    assert_eq!(code, Some(0), "{told}");
    says(&project.run(&["log"]), &["waits for"]);
    let all = history(&project);
    let users: BTreeSet<_> = all.iter().map(|(user, _)| user).collect();
    assert_eq!((all.len(), users.len()), (1500, 1500));
}

#[test]
fn a_move_that_waits_for_a_server_can_be_stopped() {
    let project = moving(1500, "parallel: 1");
    let child = started(&project, &["run", "--yes"]);
    ends(&project, &["embedded", "stop-service", CURRENT, "Front End"], 0);
    std::thread::sleep(std::time::Duration::from_millis(300));
    signal(&child, "INT");
    let (code, told) = ended(&project, child);
    assert_eq!(code, Some(4), "{told}");
    ends(&project, &["embedded", "start-service", CURRENT, "Front End"], 0);
    ends(&project, &["run", "--yes"], 0);
    assert_eq!(history(&project).len(), 1500);
}
