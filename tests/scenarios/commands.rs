//! Commands that were killed between their act and its record.

use super::{commands_run, ends, question, says};
use crate::organisation::{POOLS, organisation};
use crate::project::TestProject;

fn running(name: &str) -> TestProject {
    organisation(
        2,
        &format!("{POOLS}stage \"Gateway\" {{ command(\"{name}\"); note(\"after\"); }}\n"),
    )
}

/// Runs until the command has run, and dies before that is recorded.
fn killed_after_the_act(project: &TestProject) {
    let output = project.command(&["run"]).env("SIDLE_FAULT", "effect.after:1").output().unwrap();
    assert_eq!(output.status.code(), None, "{}", project.told(&output));
    assert_eq!(commands_run(project), 1);
}

#[test]
fn a_command_that_may_be_repeated_is_run_again() {
    let project = running("touch-again");
    killed_after_the_act(&project);
    ends(&project, &["run"], 0);
    assert_eq!(commands_run(&project), 2);
}

#[test]
fn a_command_that_may_not_be_repeated_waits_for_a_person_who_says_that_it_happened() {
    let project = running("touch");
    killed_after_the_act(&project);
    for args in [&["run"][..], &["run", "--yes"]] {
        let told = ends(&project, args, 3);
        says(&told, &["did command `touch` run to its end", "next: sidle confirm"]);
    }
    assert_eq!(commands_run(&project), 1);
    let id = question(&project);
    ends(&project, &["confirm", &id, "--note", "seen on the gateway"], 0);
    ends(&project, &["run"], 0);
    assert_eq!(commands_run(&project), 1);
    says(&project.run(&["log"]), &["confirmed command `touch` by tester on [host]"]);
}

#[test]
fn a_command_that_a_person_says_did_not_happen_is_run_again_once() {
    let project = running("touch");
    killed_after_the_act(&project);
    ends(&project, &["run"], 3);
    let id = question(&project);
    ends(&project, &["confirm", &id, "--reject"], 0);
    ends(&project, &["run"], 0);
    assert_eq!(commands_run(&project), 2);
}

#[test]
fn a_command_that_is_repeated_by_a_persons_word_and_killed_again_waits_again() {
    let project = running("touch");
    killed_after_the_act(&project);
    ends(&project, &["run"], 3);
    let id = question(&project);
    ends(&project, &["confirm", &id, "--reject"], 0);
    let output = project.command(&["run"]).env("SIDLE_FAULT", "effect.after:1").output().unwrap();
    assert_eq!(output.status.code(), None, "{}", project.told(&output));
    assert_eq!(commands_run(&project), 2);
    // The earlier answer was about the earlier try.
    ends(&project, &["run"], 3);
    assert_eq!(commands_run(&project), 2);
}

#[test]
fn a_command_that_ended_is_not_run_again() {
    let project = running("touch");
    ends(&project, &["run"], 0);
    ends(&project, &["run"], 0);
    assert_eq!(commands_run(&project), 1);
}
