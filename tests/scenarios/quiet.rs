//! A plan touches nothing, and what a program reads is one object of JSON and nothing else.

use super::{ends, history, question, says};
use crate::organisation::{CURRENT, LEGACY, POOLS, organisation};
use crate::project::{TestProject, contents};

const RUNBOOK: &str = r#"
stage "Check" {
    require check "front ends" { [probe::service(legacy, "Front End"), probe::service(lync, "Front End")] };
}
stage "Pilot" {
    command("touch");
    on_rollback { note("back"); }
    require legacy.users.first(2).move_to(lync);
    approve("go on?");
}
stage "Rest" {
    require legacy.users.move_to(lync);
}
"#;

fn contoso() -> TestProject {
    organisation(6, &format!("{POOLS}{RUNBOOK}"))
}

/// Plans in every way; each leaves the folder as it was, byte for byte.
fn plans(project: &TestProject, when: &str) {
    let before = contents(project.folder());
    for (args, code) in [
        (&["plan"][..], 0),
        (&["plan", "--from-start"], 0),
        (&["plan", "--from-start", "--assume", "Check / front ends=fail"], 1),
        (&["plan", "--from-start", "--assume", "front ends=unknown"], 1),
    ] {
        ends(project, args, code);
        project.json(args);
        let after = contents(project.folder());
        let names = |all: &[(std::path::PathBuf, Vec<u8>)]| -> Vec<_> {
            all.iter().map(|(path, _)| path.clone()).collect()
        };
        assert_eq!(names(&before), names(&after), "{when}: {args:?} adds or takes away files");
        let changed = before.iter().zip(&after).find(|(a, b)| a != b).map(|(a, _)| &a.0);
        assert_eq!(changed, None, "{when}: {args:?} changes a file");
    }
}

#[test]
fn a_plan_leaves_every_file_as_it_was_and_adds_none() {
    let project = contoso();
    plans(&project, "a fresh folder");
    ends(&project, &["run"], 3);
    plans(&project, "an open run");
    ends(&project, &["run", "--yes"], 0);
    plans(&project, "a completed run");
    ends(&project, &["rollback", "--to", "Rest", "--accept-losses"], 0);
    plans(&project, "a run that was taken back in part");
    ends(&project, &["rollback", "--accept-losses"], 0);
    plans(&project, "a run that was rolled back");
}

#[test]
fn reading_commands_leave_every_file_as_it_was() {
    let project = contoso();
    let reading = [&["check"][..], &["status"], &["log"], &["doc"]];
    for _ in 0..2 {
        let before = contents(project.folder());
        for args in reading {
            project.run(args);
            assert!(before == contents(project.folder()), "{args:?} changes the folder");
        }
        ends(&project, &["run"], 3);
    }
}

#[test]
fn a_plan_of_an_open_run_shows_only_what_is_left() {
    let project = contoso();
    let all = ends(&project, &["plan"], 0);
    says(&all, &["move 2 users", "move 4 users", "Pilot", "Rest"]);
    ends(&project, &["run"], 3);
    let left = ends(&project, &["plan"], 0);
    says(&left, &["move 4 users"]);
    assert!(!left.contains("move 2 users"), "{left}");
    says(&ends(&project, &["plan", "--from-start"], 0), &["move 2 users", "move 4 users"]);
}

#[test]
fn an_assumed_failure_halts_the_plan_where_the_check_stands() {
    let project = contoso();
    let told = ends(&project, &["plan", "--assume", "Check / front ends=fail"], 1);
    says(&told, &["front ends", "assumed"]);
    assert!(!told.contains("move 2 users"), "{told}");
}

/// Stdout is one object with the keys that all have, and this exit code.
fn object(project: &TestProject, args: &[&str], code: i32) {
    let (exit, value) = project.json(args);
    assert_eq!(exit, code, "{args:?}: {value:#}");
    assert_eq!(value.get("exit").unwrap(), code, "{args:?}");
    for key in ["sidle", "command", "result", "findings", "next"] {
        assert!(value.get(key).is_some(), "{args:?} has no `{key}`");
    }
    let filled = |key: &str| !value.get(key).unwrap().as_array().unwrap().is_empty();
    assert!(![1, 3, 4].contains(&code) || filled("next"), "{args:?}: {value:#}");
    assert!(code != 2 || filled("findings"), "{args:?}: {value:#}");
}

#[test]
fn every_command_answers_with_one_object_of_json() {
    let project = contoso();
    for args in [&["status"][..], &["log"], &["rollback"], &["retry"], &["confirm", "1"]] {
        let (_, value) = project.json(args);
        assert_eq!(value.get("command").unwrap(), args.first().unwrap());
    }
    object(&project, &["new", "another"], 0);
    object(&project, &["new", "another"], 2);
    object(&project, &["check"], 0);
    object(&project, &["plan"], 0);
    object(&project, &["plan", "--assume", "front ends=fail"], 1);
    object(&project, &["doc"], 0);
    object(&project, &["embedded", "stop-service", CURRENT, "Front End"], 0);
    object(&project, &["run"], 1);
    object(&project, &["accept", "front ends", "--note", "x"], 0);
    object(&project, &["embedded", "start-service", CURRENT, "Front End"], 0);
    object(&project, &["run"], 3);
    let id = question(&project);
    object(&project, &["status"], 0);
    object(&project, &["confirm", &id], 0);
    object(&project, &["run", "--until", "Pilot"], 4);
    object(&project, &["run"], 0);
    object(&project, &["retry"], 0);
    object(&project, &["rollback"], 3);
    object(&project, &["rollback", "--to", "Rest", "--accept-losses"], 0);
    object(&project, &["rollback", "--accept-losses"], 0);
    object(&project, &["log"], 0);
    object(&project, &["run", "--untill", "x"], 2);
    object(&project, &["log", "--run", "9"], 2);
    let moved = history(&project);
    assert_eq!(moved.iter().filter(|(_, to)| to == LEGACY).count(), 6);
}
