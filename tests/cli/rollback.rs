//! `sidle rollback`.

use crate::project::TestProject;

#[test]
fn nothing_is_taken_back_before_somebody_accepts_the_losses() {
    let project = TestProject::first_steps();
    let soak = r#"require soak("30d", "1d", || coexistence::holds(legacy, lync));"#;
    project.edit("runbook.rhai", soak, "");
    project.run(&["run", "--until", "Pilot", "--yes", "--quiet"]);
    insta::assert_snapshot!(project.run(&["rollback", "--to", "Pilot"]), @r#"
    Run 1 waits for a person: the losses were not accepted; nothing was taken back.
    Moved 21 users in 1 move, 0 failed.
    Asked: take this back, with these losses?
      meetings scheduled with upgraded clients since the move stop working (21 users: `aarav.rao@contoso.com`, `arjun.gupta@contoso.com`, `dain.kim@contoso.com`, `dain.kwon@contoso.com`, `doerte.engel@contoso.com` and 16 more)
      upgraded clients must be downgraded (21 users: `aarav.rao@contoso.com`, `arjun.gupta@contoso.com`, `dain.kim@contoso.com`, `dain.kwon@contoso.com`, `doerte.engel@contoso.com` and 16 more)
    --- stderr ---
    next: sidle rollback --to "Pilot" --accept-losses
    [exit 3]
    "#);
}

#[test]
fn the_losses_are_said_first_and_whom_it_took_back_last() {
    let project = TestProject::first_steps();
    project.run(&["run", "--rehearse", "--until", "Pilot", "--quiet"]);
    insta::assert_snapshot!(project.run(&["rollback", "--to", "Pilot"]), @r#"
    Run 1 is taken back that far.
    Took 21 users back in 1 move, 0 failed; nobody stays moved.
    --- stderr ---
    ? takes back `Pilot` and all after it; lost by it:
      - meetings scheduled with upgraded clients since the move stop working (21 users: `aarav.rao@contoso.com`, `arjun.gupta@contoso.com`, `dain.kim@contoso.com`, `dain.kwon@contoso.com`, `doerte.engel@contoso.com` and 16 more)
      - upgraded clients must be downgraded (21 users: `aarav.rao@contoso.com`, `arjun.gupta@contoso.com`, `dain.kim@contoso.com`, `dain.kwon@contoso.com`, `doerte.engel@contoso.com` and 16 more)
    Pilot
      ✓ take 21 users back to `ocspool01.contoso.com`: 21 moved
      · `on_rollback` of `Pilot` begins
      · note "21 pilot users are back on ocspool01.contoso.com: ask them to sign out and in again"
      ✓ `on_rollback` of `Pilot` is done
    next: sidle run --rehearse
    [exit 0]
    "#);
}

#[test]
fn quiet_keeps_the_losses() {
    let project = TestProject::first_steps();
    project.run(&["run", "--rehearse", "--until", "Pilot", "--quiet"]);
    insta::assert_snapshot!(project.run(&["rollback", "--accept-losses", "--quiet"]), @r#"
    Run 1 is rolled back.
    Took 21 users back in 1 move, 0 failed; nobody stays moved.
    --- stderr ---
    ? takes back everything; lost by it:
      - meetings scheduled with upgraded clients since the move stop working (21 users: `aarav.rao@contoso.com`, `arjun.gupta@contoso.com`, `dain.kim@contoso.com`, `dain.kwon@contoso.com`, `doerte.engel@contoso.com` and 16 more)
      - upgraded clients must be downgraded (21 users: `aarav.rao@contoso.com`, `arjun.gupta@contoso.com`, `dain.kim@contoso.com`, `dain.kwon@contoso.com`, `doerte.engel@contoso.com` and 16 more)
    [exit 0]
    "#);
}

#[test]
fn a_stage_that_the_run_has_not_entered_is_answered_with_the_nearest_one() {
    let project = TestProject::first_steps();
    project.run(&["run", "--rehearse", "--until", "Pilot", "--quiet"]);
    insta::assert_snapshot!(project.run(&["rollback", "--to", "Pilto"]), @r#"
    --- stderr ---
    sidle::run::unknown_stage

      × this run has not entered a stage `Pilto`
      help: did you mean `Pilot`?
    [exit 2]
    "#);
}
