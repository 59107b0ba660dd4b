//! Back and forward again: what was taken back is done anew, and a halt is gone on from.

use super::{ends, history, says, status, way};
use crate::organisation::{CURRENT, LEGACY, POOLS, organisation};
use crate::project::TestProject;

const RUNBOOK: &str = r#"
stage "Pilot" {
    require legacy.users.first(2).move_to(lync);
}
stage "Rest" {
    require check "sign-in" { probe::service(lync, "Front End") };
    require legacy.users.move_to(lync);
}
stage "Last" { note("done"); }
"#;

fn contoso() -> TestProject {
    organisation(4, &format!("{POOLS}{RUNBOOK}"))
}

#[test]
fn after_a_rollback_of_everything_a_new_run_moves_everybody_again() {
    let project = contoso();
    ends(&project, &["run"], 0);
    ends(&project, &["rollback", "--accept-losses"], 0);
    let told = ends(&project, &["run"], 0);
    says(&told, &["Run 1 is rolled back", "next: sidle run --new"]);
    assert_eq!(history(&project).len(), 8, "without --new nothing starts");
    ends(&project, &["run", "--new"], 0);
    for user in 0..4 {
        assert_eq!(way(&project, user), [CURRENT, LEGACY, CURRENT], "user {user}");
    }
    assert_eq!(status(&project), "completed");
}

#[test]
fn after_a_rollback_to_a_stage_the_run_moves_its_users_again_and_nobody_else() {
    let project = contoso();
    ends(&project, &["run"], 0);
    ends(&project, &["rollback", "--to", "Rest", "--accept-losses"], 0);
    assert_eq!(way(&project, 0), [CURRENT]);
    assert_eq!(way(&project, 3), [CURRENT, LEGACY]);
    ends(&project, &["run"], 0);
    assert_eq!(way(&project, 0), [CURRENT]);
    assert_eq!(way(&project, 1), [CURRENT]);
    assert_eq!(way(&project, 2), [CURRENT, LEGACY, CURRENT]);
    assert_eq!(way(&project, 3), [CURRENT, LEGACY, CURRENT]);
}

#[test]
fn a_stage_that_was_taken_back_may_be_edited_and_run_again() {
    let project = contoso();
    ends(&project, &["run"], 0);
    ends(&project, &["rollback", "--to", "Rest", "--accept-losses"], 0);
    project.edit(
        "runbook.rhai",
        "require legacy.users.move_to",
        "require legacy.users.first(1).move_to",
    );
    ends(&project, &["run"], 0);
    assert_eq!(way(&project, 2), [CURRENT, LEGACY, CURRENT]);
    assert_eq!(way(&project, 3), [CURRENT, LEGACY]);
}

#[test]
fn a_run_taken_back_twice_goes_forward_twice() {
    let project = contoso();
    ends(&project, &["run"], 0);
    for _ in 0..2 {
        ends(&project, &["rollback", "--to", "Pilot", "--accept-losses"], 0);
        ends(&project, &["run"], 0);
    }
    for user in 0..4 {
        assert_eq!(way(&project, user), [CURRENT, LEGACY, CURRENT, LEGACY, CURRENT], "user {user}");
    }
}

#[test]
fn after_a_halt_on_a_check_it_is_asked_again_and_the_run_goes_on() {
    let project = contoso();
    ends(&project, &["run", "--until", "Pilot"], 4);
    ends(&project, &["embedded", "stop-service", CURRENT, "Front End"], 0);
    let told = ends(&project, &["run"], 1);
    says(&told, &["the check `sign-in` does not hold", "Front End", "next: sidle run"]);
    // Nothing is mended: it is asked again, and halts again.
    ends(&project, &["run"], 1);
    assert_eq!(history(&project).len(), 2);
    ends(&project, &["embedded", "start-service", CURRENT, "Front End"], 0);
    ends(&project, &["run"], 0);
    for user in 0..4 {
        assert_eq!(way(&project, user), [CURRENT], "user {user}");
    }
    let log = project.run(&["log"]);
    says(&log, &["sign-in"]);
}

#[test]
fn until_stops_when_the_stage_has_been_left() {
    let project = contoso();
    let told = ends(&project, &["run", "--until", "Pilot"], 4);
    says(&told, &["stopped after stage `Pilot`"]);
    assert_eq!(history(&project).len(), 2);
    let told = ends(&project, &["run", "--until", "Rest"], 4);
    says(&told, &["stopped after stage `Rest`"]);
    assert_eq!(history(&project).len(), 4);
    ends(&project, &["run"], 0);
    let help = project.run(&["run", "--help"]);
    says(&help, &["Stop when this stage has been left"]);
}

#[test]
fn until_a_stage_that_was_left_before_stops_at_once() {
    let project = contoso();
    ends(&project, &["run", "--until", "Rest"], 4);
    let told = ends(&project, &["run", "--until", "Pilot"], 4);
    says(&told, &["stopped after stage `Pilot`"]);
}

#[test]
fn what_is_typed_next_in_a_rehearsal_goes_on_with_it() {
    let project = contoso();
    let next = "next: sidle run --rehearse";
    says(&ends(&project, &["run", "--rehearse", "--until", "Pilot"], 4), &[next]);
    says(&ends(&project, &["status"], 0), &[next]);
    says(&ends(&project, &["run"], 2), &["is a rehearsal"]);
    ends(&project, &["run", "--rehearse"], 0);
    says(&ends(&project, &["rollback", "--to", "Rest"], 0), &[next]);
    ends(&project, &["run", "--rehearse"], 0);
}
