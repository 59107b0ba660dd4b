//! `sidle confirm`, `sidle accept` and `sidle retry`.

use crate::project::TestProject;

#[test]
fn confirm_answers_the_question_that_the_run_waits_for() {
    let project = TestProject::first_steps();
    project.run(&["run", "--quiet"]);
    insta::assert_snapshot!(project.run(&["confirm", "22", "--note", "agreed by ann"]), @r#"
    Answered yes to question 22: approve "Move 21 pilot users to lyncpool01.contoso.com?".
    --- stderr ---
    next: sidle run
    [exit 0]
    "#);
}

#[test]
fn confirm_names_the_questions_that_are_open() {
    let project = TestProject::first_steps();
    project.run(&["run", "--quiet"]);
    insta::assert_snapshot!(project.run(&["confirm", "7"]), @r#"
    --- stderr ---
    sidle::run::no_question

      × the run asks no question 7
      help: open questions: `22`
    [exit 2]
    "#);
}

#[test]
fn accept_passes_a_failing_check_in_a_name() {
    let project = TestProject::first_steps();
    project.run(&["embedded", "stop-service", "lyncpool01.contoso.com", "Front End"]);
    project.run(&["run", "--rehearse", "--quiet"]);
    insta::assert_snapshot!(project.run(&["accept", "Coexistence / coexistence", "--note", "the lab is known to be down"]), @r#"
    Accepted `Coexistence / coexistence`; it stays red in every report. `sidle run --rehearse` goes on.
    --- stderr ---
    next: sidle run --rehearse
    [exit 0]
    "#);
}

#[test]
fn accept_names_the_nearest_check() {
    let project = TestProject::first_steps();
    project.run(&["run", "--quiet"]);
    insta::assert_snapshot!(project.run(&["accept", "sign-on", "--note", "x"]), @r#"
    --- stderr ---
    sidle::run::unknown_check

      × this run has taken no check `sign-on`
      help: did you mean `sign-in`?
    [exit 2]
    "#);
}

#[test]
fn accept_wants_a_reason() {
    let project = TestProject::first_steps();
    project.run(&["run", "--quiet"]);
    insta::assert_snapshot!(project.run(&["accept", "services", "--note", ""]), @r#"
    --- stderr ---
    sidle::run::no_reason

      × an acceptance needs a reason
      help: say why with `--note "..."`: it stands in every report
    [exit 2]
    "#);
}

#[test]
fn retry_moves_those_whom_a_move_left_behind() {
    let project = TestProject::first_steps();
    project.run(&["embedded", "lock-user", "aarav.rao@contoso.com"]);
    project.run(&["run", "--rehearse", "--until", "Pilot", "--quiet"]);
    project.run(&["embedded", "unlock-user", "aarav.rao@contoso.com"]);
    insta::assert_snapshot!(project.run(&["retry"]), @r#"
    The retry in run 1 is done: everybody who could be tried again was.
    Moved 21 users in 1 move, 0 failed.
    --- stderr ---
    Pilot
      ✓ try 1 user again, to `lyncpool01.contoso.com`: 1 moved
    next: sidle run --rehearse
    [exit 0]
    "#);
}

#[test]
fn retry_without_anybody_left_behind_says_so() {
    let project = TestProject::first_steps();
    project.run(&["run", "--rehearse", "--until", "Pilot", "--quiet"]);
    insta::assert_snapshot!(project.run(&["retry"]), @r#"
    The retry in run 1 is done: nobody is left to be tried again.
    Moved 21 users in 1 move, 0 failed.
    --- stderr ---
    next: sidle run --rehearse
    [exit 0]
    "#);
}
