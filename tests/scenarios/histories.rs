//! Histories that a careful reader found before a customer did: each ends well, or says why not.

use super::{asked, ends, history, question, status, way};
use crate::organisation::{CURRENT, LEGACY, POOLS, address, organisation};
use crate::project::TestProject;

fn contoso(users: usize, runbook: &str) -> TestProject {
    organisation(users, &format!("{POOLS}{runbook}"))
}

/// Runs a command that is killed at a fault point.
fn dies(project: &TestProject, args: &[&str], fault: &str) {
    let output = project.command(args).env("SIDLE_FAULT", fault).output().unwrap();
    assert_eq!(output.status.code(), None, "{}", project.told(&output));
}

#[test]
fn a_no_stays_a_no_wherever_the_program_dies() {
    // The sitting's beginning, the no with its halt, the sitting's end.
    for passing in 1..=3 {
        let project = contoso(
            2,
            "approve(\"move?\");\nstage \"Move\" { require legacy.users.move_to(lync); }\n",
        );
        let first = question(&project);
        project.run(&["confirm", &first, "--reject"]);
        dies(&project, &["run"], &format!("journal.after_commit:{passing}"));
        let told = project.run(&["run"]);
        assert!(told.contains("[exit 1]") || told.contains("[exit 3]"), "{passing}: {told}");
        assert_eq!(history(&project), [], "{passing}: nobody has moved");
    }
}

#[test]
fn a_move_that_was_cut_off_is_taken_back_and_forgets_nobody() {
    for passing in [1, 2, 5] {
        let project = contoso(
            8,
            "stage \"Move\" { require legacy.users.move_to(lync, #{ parallel: 1 }); }\n",
        );
        dies(&project, &["run"], &format!("effect.after:{passing}"));
        ends(&project, &["rollback", "--accept-losses"], 0);
        assert_eq!(status(&project), "rolled_back");
        for user in 0..8 {
            let way = way(&project, user);
            assert!(way.is_empty() || way == [CURRENT, LEGACY], "{}: {way:?}", address(user));
        }
    }
}

#[test]
fn a_move_that_its_budget_stopped_is_taken_back() {
    let project = contoso(
        6,
        "stage \"Move\" { require legacy.users.move_to(lync, #{ parallel: 1, max_failures: 0 }); }\n",
    );
    ends(&project, &["plan"], 0);
    // The first run makes the training ground; it halts at the locked user.
    dies(&project, &["run"], "effect.before:1");
    ends(&project, &["embedded", "lock-user", &address(3)], 0);
    ends(&project, &["run"], 1);
    ends(&project, &["rollback", "--accept-losses"], 0);
    assert_eq!(way(&project, 0), [CURRENT, LEGACY]);
    assert_eq!(way(&project, 3), Vec::<String>::new());
}

#[test]
fn a_script_that_fails_where_the_run_stands_can_be_taken_back() {
    let project = contoso(
        2,
        "stage \"Move\" { require legacy.users.move_to(lync); }\n\
         stage \"Wrong\" { let n = 0; let x = 1 / n; }\n",
    );
    ends(&project, &["run"], 2);
    ends(&project, &["rollback", "--accept-losses"], 0);
    assert_eq!(way(&project, 0), [CURRENT, LEGACY]);
}

#[test]
fn a_block_that_was_cut_off_goes_on_with_the_homes_of_its_beginning() {
    for fault in ["effect.after:1", "effect.after:2", "journal.after_commit:12"] {
        let project = contoso(
            4,
            "stage \"Move\" {\n\
             on_rollback { require lync.users.move_to(legacy, #{ parallel: 1 }); }\n\
             command(\"touch-again\");\n\
             require legacy.users.move_to(lync);\n}\n",
        );
        ends(&project, &["run"], 0);
        let args = ["rollback", "--force", "--accept-losses"];
        let output = project.command(&args).env("SIDLE_FAULT", fault).output().unwrap();
        assert_eq!(output.status.code(), None, "{fault}: {}", project.told(&output));
        ends(&project, &args, 0);
        for user in 0..4 {
            assert_eq!(way(&project, user), [CURRENT, LEGACY], "{fault}");
        }
    }
}

#[test]
fn an_answer_belongs_to_the_run_that_asked() {
    let runbook = "approve(\"move?\");\nstage \"Move\" { require legacy.users.move_to(lync); }\n";
    let project = contoso(2, runbook);
    let first = question(&project);
    project.run(&["confirm", &first]);
    ends(&project, &["rollback", "--accept-losses"], 0);
    // The new run asks under the same number, and nobody has answered it.
    let again = asked(&project.json(&["run", "--new"]).1);
    assert_eq!(again, first);
    assert_eq!(history(&project), []);
}

#[test]
fn an_acceptance_does_not_reach_past_the_next_move() {
    let project = contoso(
        2,
        "fn good() { check \"good\" { false } }\n\
         stage \"Move\" {\n    require good();\n    legacy.users.first(1).move_to(topology.pool(\"lyncpool01.contoso.com\"));\n    require good();\n}\n",
    );
    ends(&project, &["run"], 1);
    project.run(&["accept", "good", "--note", "known"]);
    ends(&project, &["run"], 1);
    assert_eq!(history(&project).len(), 1, "it passed once, and halts after the move");
}
