//! `sidle status` and `sidle log`.

use crate::project::TestProject;

#[test]
fn status_before_a_run_says_how_to_start_one() {
    let project = TestProject::first_steps();
    insta::assert_snapshot!(project.run(&["status"]), @r#"
    No run has been started.
    --- stderr ---
    next: sidle plan
    next: sidle run
    [exit 0]
    "#);
}

#[test]
fn status_of_a_rehearsal_goes_on_with_a_rehearsal() {
    let project = TestProject::first_steps();
    project.run(&["run", "--rehearse", "--until", "Pilot", "--quiet"]);
    insta::assert_snapshot!(project.run(&["status"]), @r#"
    Run 1 of First steps: open (record 62, [time])
      a rehearsal, started [time] by tester on [host]
      the last `sidle run` ([time]) stopped after stage `Pilot`, as `--until` asked

    Coexistence
      ✓ check `services`: pass
      ✓ check `sign-in`: pass
      ✓ check `messages`: pass
      ✓ check `presence`: pass
      ✓ check `coexistence`: pass
    Pilot
      ✓ approve "Move 21 pilot users to lyncpool01.contoso.com?": yes, rehearsal
      · armed: on_rollback
      ✓ move 21 users to `lyncpool01.contoso.com` from `ocspool01.contoso.com`: 21 moved  [reversible with loss]
      ✓ soak 30d, every 1d: pass

    21 users on `lyncpool01.contoso.com`
    179 users where the snapshot has them
    --- stderr ---
    next: sidle run --rehearse
    [exit 0]
    "#);
}

#[test]
fn status_after_a_rollback_shows_what_was_taken_back() {
    let project = TestProject::first_steps();
    project.run(&["run", "--rehearse", "--until", "Pilot", "--quiet"]);
    project.run(&["rollback", "--to", "Pilot", "--quiet"]);
    insta::assert_snapshot!(project.run(&["status"]), @r#"
    Run 1 of First steps: open (record 73, [time])
      a rehearsal, started [time] by tester on [host]
      the last `sidle rollback` ([time]) completed: taken back

    Coexistence
      ✓ check `services`: pass
      ✓ check `sign-in`: pass
      ✓ check `messages`: pass
      ✓ check `presence`: pass
      ✓ check `coexistence`: pass
    Pilot  (taken back)
      ✓ approve "Move 21 pilot users to lyncpool01.contoso.com?": yes, rehearsal
      · armed: on_rollback
      ✓ move 21 users to `lyncpool01.contoso.com` from `ocspool01.contoso.com`: 21 moved  [reversible with loss]
      ✓ soak 30d, every 1d: pass
      ✓ taken back to `ocspool01.contoso.com`: 21 moved
      · note "21 pilot users are back on ocspool01.contoso.com: ask them to sign out and in again"

    21 users on `ocspool01.contoso.com`
    179 users where the snapshot has them
    --- stderr ---
    next: sidle run --rehearse
    [exit 0]
    "#);
}

#[test]
fn log_of_a_stage_has_a_line_for_each_record() {
    let project = TestProject::first_steps();
    project.run(&["run", "--rehearse", "--quiet"]);
    insta::assert_snapshot!(project.run(&["log", "--stage", "Retire"]), @r#"
    136  [time]  stage `Retire`
    137  [time]  [Retire] check `nothing left`: pass
    138  [time]  [Retire] point of no return: ocspool01.contoso.com is removed (question 138)
    139  [time]  [Retire] point of no return: ocspool01.contoso.com is removed: yes, rehearsal
    140  [time]  [Retire] retire `ocspool01.contoso.com`: begins
    141  [time]  [Retire] retire `ocspool01.contoso.com`
    [exit 0]
    "#);
}

#[test]
fn log_names_the_nearest_stage() {
    let project = TestProject::first_steps();
    project.run(&["run", "--rehearse", "--until", "Pilot", "--quiet"]);
    insta::assert_snapshot!(project.run(&["log", "--stage", "Pilto"]), @r#"
    --- stderr ---
    sidle::run::unknown_stage

      × this run has not entered a stage `Pilto`
      help: did you mean `Pilot`?
    [exit 2]
    "#);
}
