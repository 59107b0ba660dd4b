//! A person's stop in the middle of a move, and a second process beside the first.

use super::{ends, history, says};
use crate::organisation::{CURRENT, POOLS, organisation};
use crate::project::TestProject;
use std::collections::BTreeSet;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

const USERS: usize = 4000;

fn large() -> TestProject {
    let runbook = format!(
        "{POOLS}stage \"All\" {{ require legacy.users.move_to(lync, #{{ parallel: 1 }}); }}\n"
    );
    organisation(USERS, &runbook)
}

/// Starts the run and returns when somebody has been moved.
pub(super) fn started(project: &TestProject, args: &[&str]) -> Child {
    let child =
        project.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while history(project).is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
    child
}

pub(super) fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
}

pub(super) fn ended(project: &TestProject, child: Child) -> (Option<i32>, String) {
    let output: Output = child.wait_with_output().unwrap();
    (output.status.code(), project.told(&output))
}

#[test]
fn a_signal_in_the_middle_of_a_move_stops_it_and_a_later_run_finishes() {
    for (name, word) in [("INT", "Ctrl-C"), ("TERM", "SIGTERM"), ("HUP", "SIGHUP")] {
        let project = large();
        let child = started(&project, &["run"]);
        signal(&child, name);
        let (code, told) = ended(&project, child);
        assert_eq!(code, Some(4), "{told}");
        says(&told, &[&format!("stopped by {word}"), "next: sidle run"]);
        let before = history(&project).len();
        assert!(before < USERS, "{name} came too late to show anything");
        ends(&project, &["run"], 0);
        let all = history(&project);
        let users: BTreeSet<_> = all.iter().map(|(user, _)| user).collect();
        assert_eq!((all.len(), users.len()), (USERS, USERS), "{name}: nobody twice");
        assert!(all.iter().all(|(_, to)| to == CURRENT));
    }
}

#[test]
fn a_second_process_is_told_who_holds_the_run() {
    let project = large();
    let child = started(&project, &["run"]);
    for args in [&["run"][..], &["rollback", "--accept-losses"], &["retry"]] {
        let told = ends(&project, args, 2);
        says(&told, &["sidle::journal::held", "process [pid] of `tester`"]);
    }
    // Reading needs no lock.
    ends(&project, &["status"], 0);
    ends(&project, &["log"], 0);
    signal(&child, "INT");
    let (code, told) = ended(&project, child);
    assert_eq!(code, Some(4), "{told}");
    ends(&project, &["run"], 0);
}
