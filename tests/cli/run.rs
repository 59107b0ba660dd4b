//! `sidle run`.

use crate::project::TestProject;

#[test]
fn a_run_without_a_person_waits_and_says_how_to_answer() {
    let project = TestProject::first_steps();
    insta::assert_snapshot!(project.run(&["run"]), @r#"
    Run 1 waits for an answer to "Move 21 pilot users to lyncpool01.contoso.com?".
    Moved 0 users in 0 moves, 0 failed.
    Question 22: Move 21 pilot users to lyncpool01.contoso.com?
    --- stderr ---
    Coexistence
      ✓ check `services`: pass
      ✓ check `sign-in`: pass
      ✓ check `messages`: pass
      ✓ check `presence`: pass
      ✓ check `coexistence`: pass
    Pilot
      ? approve "Move 21 pilot users to lyncpool01.contoso.com?" (question 22)
    next: sidle confirm 22
    next: sidle confirm 22 --reject
    next: sidle run
    [exit 3]
    "#);
}

#[test]
fn a_rehearsal_stops_after_the_stage_of_until_and_says_how_to_go_on() {
    let project = TestProject::first_steps();
    insta::assert_snapshot!(project.run(&["run", "--rehearse", "--until", "Pilot", "--quiet"]), @r#"
    Run 1 stopped after stage `Pilot`, as `--until` asked.
    Moved 21 users in 1 move, 0 failed.
    --- stderr ---
    next: sidle run --rehearse
    [exit 4]
    "#);
}

#[test]
fn a_misspelt_stage_of_until_is_refused_before_anything_runs() {
    let project = TestProject::first_steps();
    insta::assert_snapshot!(project.run(&["run", "--rehearse", "--until", "Pilto"]), @r#"
    --- stderr ---
    sidle::run::unknown_stage

      × the plan does not enter a stage `Pilto`
      help: did you mean `Pilot`?
    [exit 2]
    "#);
}

#[test]
fn a_completed_run_is_not_started_again_by_itself() {
    let project = TestProject::first_steps();
    project.run(&["run", "--rehearse", "--quiet"]);
    insta::assert_snapshot!(project.run(&["run", "--rehearse"]), @r#"
    Run 1 is complete.
    Moved 196 users in 5 moves, 0 failed.
    --- stderr ---
    next: sidle run --new --rehearse
    [exit 0]
    "#);
}
