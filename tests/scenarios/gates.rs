//! What lets a run go on: acceptances, checks asked again, gates grown stale, points of no return.

use super::{ends, history, question, says};
use crate::organisation::{CURRENT, LEGACY, POOLS, organisation};
use crate::project::TestProject;
use std::time::Duration;

fn stop(project: &TestProject) {
    ends(project, &["embedded", "stop-service", LEGACY, "Front End"], 0);
}

fn start(project: &TestProject) {
    ends(project, &["embedded", "start-service", LEGACY, "Front End"], 0);
}

const SIGN_IN: &str = "check \"sign-in\" { probe::service(legacy, \"Front End\") }";

#[test]
fn an_accepted_check_passes_by_name_and_stays_red() {
    let project = organisation(
        2,
        &format!("{POOLS}stage \"Before\" {{ require {SIGN_IN}; note(\"went on\"); }}\n"),
    );
    stop(&project);
    says(&ends(&project, &["run"], 1), &["sidle accept \"Before / sign-in\" --note WHY"]);
    says(&ends(&project, &["accept", "Before / sing-in", "--note", "x"], 2), &["did you mean"]);
    says(&ends(&project, &["accept", "sign-in", "--note", " "], 2), &["needs a reason"]);
    ends(&project, &["run"], 1);
    ends(&project, &["accept", "Before / sign-in", "--note", "in repair"], 0);
    ends(&project, &["run"], 0);
    for report in ["status", "log"] {
        says(&project.run(&[report]), &["Before / sign-in", "accepted by tester", "in repair"]);
    }
}

#[test]
fn a_check_kept_in_a_variable_is_asked_again_only_with_recheck() {
    let project = organisation(
        2,
        &format!(
            "{POOLS}let early = {SIGN_IN};\nstage \"Later\" {{ require early; \
             require legacy.users.first(1).move_to(lync); require early; }}\n\
             stage \"End\" {{ approve(\"end?\"); }}\n"
        ),
    );
    stop(&project);
    ends(&project, &["run"], 1);
    start(&project);
    says(&ends(&project, &["run"], 1), &["does not hold", "sidle run --recheck CHECK"]);
    assert_eq!(history(&project), []);
    says(&ends(&project, &["run", "--recheck", "sign-on"], 2), &["no check `sign-on`"]);
    ends(&project, &["run", "--recheck", "sign-in"], 3);
    assert_eq!(history(&project).len(), 1);
    let told = ends(&project, &["run", "--recheck", "sign-in"], 2);
    says(&told, &["sidle::run::recheck_too_late", "move 1 user"]);
    ends(&project, &["run", "--yes"], 0);
}

/// A run that waits between its gate and its move, with evidence that is stale after a second.
fn stale() -> TestProject {
    let project = organisation(
        2,
        &format!(
            "{POOLS}stage \"Gate\" {{ require {SIGN_IN}; approve(\"go on?\"); }}\n\
             stage \"Move\" {{ require legacy.users.move_to(lync); }}\n"
        ),
    );
    project.edit("sidle.toml", "[move]", "[fresh]\ndefault = \"1s\"\n\n[move]");
    ends(&project, &["run"], 3);
    std::thread::sleep(Duration::from_millis(1200));
    project
}

#[test]
fn a_stale_gate_that_does_not_hold_any_more_keeps_the_move_back() {
    let project = stale();
    stop(&project);
    for _ in 0..2 {
        says(&ends(&project, &["run", "--yes"], 1), &["the check `sign-in` does not hold"]);
        assert_eq!(history(&project), []);
    }
    start(&project);
    ends(&project, &["run", "--yes"], 0);
    assert_eq!(history(&project).len(), 2);
}

#[test]
fn a_stale_gate_is_asked_again_in_place_and_the_run_goes_on() {
    let project = stale();
    ends(&project, &["run", "--yes"], 0);
    assert_eq!(history(&project).len(), 2);
    says(&project.run(&["log"]), &["asked the last require again: it still holds"]);
}

#[test]
fn a_stale_gate_that_does_not_hold_may_be_accepted() {
    let project = stale();
    stop(&project);
    ends(&project, &["run", "--yes"], 1);
    ends(&project, &["accept", "Gate / sign-in", "--note", "moved anyway"], 0);
    // The move needs the legacy side too.
    start(&project);
    ends(&project, &["run", "--yes"], 0);
    assert_eq!(history(&project).len(), 2);
}

#[test]
fn a_point_of_no_return_is_a_persons_and_bars_the_way_back_until_it_is_forced() {
    let project = organisation(
        2,
        &format!(
            "{POOLS}stage \"Move\" {{ require legacy.users.move_to(lync); }}\nstage \"Cut\" {{\n    \
             point_of_no_return(\"the gateway goes\");\n    command(\"touch\");\n}}\n\
             stage \"End\" {{ approve(\"end?\"); }}\n"
        ),
    );
    says(&ends(&project, &["run", "--yes"], 3), &["the gateway goes"]);
    let id = question(&project);
    ends(&project, &["confirm", &id], 0);
    ends(&project, &["run"], 3);
    let told = ends(&project, &["rollback", "--accept-losses"], 2);
    says(&told, &["the run has passed a point of no return: the gateway goes", "--force"]);
    assert_eq!(history(&project).len(), 2);
    ends(&project, &["rollback", "--accept-losses", "--force"], 0);
    assert_eq!(history(&project).len(), 4);
    says(&project.run(&["log"]), &["past a point of no return"]);
}

#[test]
fn a_stage_after_the_point_of_no_return_is_taken_back_without_force() {
    let project = organisation(
        3,
        &format!(
            "{POOLS}stage \"Cut\" {{\n    point_of_no_return(\"the gateway goes\");\n    \
             command(\"touch\");\n}}\nstage \"Move\" {{ require legacy.users.move_to(lync); }}\n"
        ),
    );
    ends(&project, &["run", "--rehearse"], 0);
    ends(&project, &["rollback", "--to", "Move", "--accept-losses"], 0);
    assert_eq!(history(&project).len(), 6);
}

#[test]
fn a_pool_that_is_not_empty_is_not_retired_and_who_remains_is_listed() {
    let project = organisation(
        3,
        &format!(
            "{POOLS}stage \"Move\" {{ require legacy.users.first(1).move_to(lync); }}\n\
             stage \"Retire\" {{ legacy.retire(); note(\"gone\"); }}\n"
        ),
    );
    for _ in 0..2 {
        let told = ends(&project, &["run"], 1);
        says(
            &told,
            &["2 users still live on it", "user00001@contoso.com", "user00002@contoso.com"],
        );
    }
    project.edit(
        "runbook.rhai",
        "legacy.retire();",
        "require legacy.users.move_to(lync); legacy.retire();",
    );
    ends(&project, &["run"], 0);
    assert_eq!(history(&project).iter().filter(|(_, to)| to == CURRENT).count(), 3);
}

#[test]
fn a_report_that_is_required_later_says_how_to_go_on() {
    let project = organisation(
        3,
        &format!(
            "{POOLS}stage \"Move\" {{\n    let moved = legacy.users.move_to(lync);\n    require moved;\n}}\n"
        ),
    );
    ends(&project, &["embedded", "lock-user", "user00001@contoso.com"], 0);
    for _ in 0..2 {
        says(&ends(&project, &["run"], 1), &["1 failed", "sidle rollback --to STAGE"]);
    }
    // The line is no step, so it may be edited.
    project.edit("runbook.rhai", "require moved;", "note(`${moved.failed.len} failed`);");
    ends(&project, &["run"], 0);
}
