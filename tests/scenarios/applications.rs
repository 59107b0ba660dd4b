//! Applications: moved after the users, counted, killed, taken back, and never left behind unseen.

use super::{ends, history, says, status};
use crate::organisation::{APPLICATIONS, CURRENT, LEGACY, POOLS, with_applications};
use crate::project::TestProject;
use std::collections::BTreeMap;

const RUNBOOK: &str = "stage \"Users\" { require legacy.users.move_to(lync); }\n\
                       stage \"Applications\" { require legacy.applications.move_to(lync, #{ parallel: 2 }); }\n";
const RETIRE: &str = "stage \"Retire\" { legacy.retire(); }\n";

fn contoso(runbook: &str) -> TestProject {
    with_applications(3, &format!("{POOLS}{runbook}"))
}

/// The pools that each user and application went to, in order.
fn ways(project: &TestProject) -> BTreeMap<String, Vec<String>> {
    let mut ways: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (key, to) in history(project) {
        ways.entry(key).or_default().push(to);
    }
    ways
}

fn assert_each_went(project: &TestProject, way: &[&str], when: &str) {
    let ways = ways(project);
    assert_eq!(ways.len(), 3 + APPLICATIONS, "{when}: {ways:?}");
    for (key, went) in ways {
        assert_eq!(went, way, "{when}: {key}");
    }
}

#[test]
fn users_and_applications_leave_the_pool_and_it_is_retired() {
    let project = contoso(&format!("{RUNBOOK}{RETIRE}"));
    let told = ends(&project, &["run"], 0);
    says(&told, &["Moved 3 users and 5 applications in 2 moves, 0 failed"]);
    assert_each_went(&project, &[CURRENT], "run");
    says(&project.run(&["log"]), &["move 5 applications to `lyncpool01.contoso.com`"]);
}

#[test]
fn a_run_killed_at_any_record_or_effect_moves_each_application_once() {
    for point in ["journal.before_commit", "journal.after_commit", "effect.before", "effect.after"]
    {
        for passing in 1.. {
            let project = contoso(&format!("{RUNBOOK}{RETIRE}"));
            let fault = format!("{point}:{passing}");
            let output = project.command(&["run"]).env("SIDLE_FAULT", &fault).output().unwrap();
            let died = output.status.code().is_none();
            ends(&project, &["run"], 0);
            assert_each_went(&project, &[CURRENT], &fault);
            if !died {
                assert!(passing > 2, "{point} was passed {passing} times");
                break;
            }
        }
    }
}

#[test]
fn a_rollback_says_what_is_lost_by_kind_and_brings_each_application_back() {
    let project = contoso(RUNBOOK);
    ends(&project, &["run"], 0);
    let told = ends(&project, &["rollback"], 3);
    says(
        &told,
        &[
            "upgraded clients must be downgraded (3 users:",
            "response groups go back to the settings that were left in place on the legacy pool (2 response groups: \
             `response_group:helpdesk` and `response_group:sales`)",
            "(1 conference directory: `conference_directory:1`)",
        ],
    );
    let told = ends(&project, &["rollback", "--accept-losses"], 0);
    says(&told, &["Took 3 users and 5 applications back in 2 moves, 0 failed; nobody stays moved"]);
    assert_each_went(&project, &[CURRENT, LEGACY], "rollback");
    assert_eq!(status(&project), "rolled_back");
}

#[test]
fn only_the_applications_of_a_stage_are_taken_back_with_it() {
    let project = contoso(RUNBOOK);
    ends(&project, &["run"], 0);
    let told = ends(&project, &["rollback", "--to", "Applications", "--accept-losses"], 0);
    says(&told, &["Took 5 applications back in 1 move", "3 users stay moved"]);
}

#[test]
fn a_report_of_applications_takes_back_what_it_moved() {
    let project = contoso(
        "let moved = legacy.applications.move_to(lync);\n\
         note(`${moved.moved} left, ${legacy.applications.len} stay`);\n\
         note(`${moved.undo().moved} are back, ${legacy.applications.len} here`);\n",
    );
    ends(&project, &["run"], 0);
    says(
        &project.run(&["log"]),
        &["5 applications left, 0 stay", "5 applications are back, 5 here"],
    );
}

#[test]
fn a_pool_is_not_retired_while_an_application_lives_on_it() {
    let rest = "stage \"Rest\" { require legacy.applications.of_kind(\"response_group\").move_to(lync); \
                require legacy.applications.of_kind(\"dial_in_number\").move_to(lync); }\n";
    let users = "require legacy.users.move_to(lync);\n";
    let project = contoso(&format!("{users}{rest}{RETIRE}"));
    let told = ends(&project, &["run"], 1);
    says(
        &told,
        &[
            "is not empty: 1 application still lives on it",
            "what remains: `conference_directory:1`",
        ],
    );
}

#[test]
fn an_application_that_fails_counts_against_the_budget_and_is_tried_again() {
    let project = contoso(
        "let all = legacy.applications;\n\
         require all.move_to(lync, #{ parallel: 1, retries: 0, max_failures: 1 });\n",
    );
    for key in ["response_group:Helpdesk", "response_group:sales"] {
        ends(&project, &["embedded", "lock-user", key], 0);
    }
    let told = ends(&project, &["run"], 1);
    says(&told, &["2 applications did not move, 1 may", "the response group is locked"]);
    assert_eq!(history(&project), [], "nothing is started after the second failure");
    ends(&project, &["embedded", "unlock-user", "response_group:sales"], 0);
    ends(&project, &["run"], 0);
    assert_eq!(history(&project).len(), 4);
    ends(&project, &["embedded", "unlock-user", "response_group:helpdesk"], 0);
    ends(&project, &["retry"], 0);
    assert_eq!(history(&project).len(), APPLICATIONS);
}

#[test]
fn some_response_groups_of_a_pool_are_not_moved_without_the_others() {
    let project = contoso("topology.application(\"Helpdesk\").move_to(lync);\n");
    let told = ends(&project, &["run"], 2);
    says(
        &told,
        &[
            "`response_group:helpdesk` cannot leave `ocspool01.contoso.com` without \
             `response_group:sales`",
            "moves all response groups of a pool at once",
        ],
    );
    assert_eq!(history(&project), []);
    // The plan says so before anything is done.
    says(&ends(&project, &["plan"], 2), &["sidle::run::move_together"]);
}
