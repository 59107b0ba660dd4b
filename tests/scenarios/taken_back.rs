//! Taking back: what is lost is said first, blocks and moves go in one order, faults stop it.

use super::{asked, commands_run, ends, history, says, status, way};
use crate::organisation::{CURRENT, LEGACY, POOLS, address, organisation};
use crate::project::TestProject;
use std::fs;

const GATE: &str = r#"
[commands.gate]
run = ["sh", "-c", "test -f open"]
"#;

fn contoso(runbook: &str) -> TestProject {
    let project = organisation(4, &format!("{POOLS}{runbook}"));
    let config = project.folder().join("sidle.toml");
    fs::write(&config, fs::read_to_string(&config).unwrap() + GATE).unwrap();
    project
}

/// The places of these parts in the log, which must be in this order.
fn in_order(project: &TestProject, parts: &[&str]) {
    let log = project.run(&["log"]);
    let (_, mut rest) =
        log.split_once("takes back").unwrap_or_else(|| panic!("no rollback:\n{log}"));
    for part in parts {
        let next = rest.split_once(part);
        (_, rest) = next.unwrap_or_else(|| panic!("`{part}` does not come next:\n{log}"));
    }
}

#[test]
fn the_losses_are_said_with_the_users_and_must_be_accepted() {
    let project = contoso("stage \"Move\" { require legacy.users.first(3).move_to(lync); }\n");
    ends(&project, &["run"], 0);
    let told = ends(&project, &["rollback"], 3);
    says(
        &told,
        &[
            "meetings scheduled with upgraded clients since the move stop working (3 users:",
            "upgraded clients must be downgraded (3 users:",
            "user00000@contoso.com",
            "user00002@contoso.com",
            "next: sidle rollback --accept-losses",
        ],
    );
    assert_eq!(history(&project).len(), 3, "nothing is taken back before they are accepted");
    says(&ends(&project, &["rollback", "--accept-losses"], 0), &["Run 1 is rolled back"]);
    assert_eq!(way(&project, 0), [CURRENT, LEGACY]);
    assert_eq!(status(&project), "rolled_back");
    ends(&project, &["rollback", "--accept-losses"], 0);
    assert_eq!(history(&project).len(), 6);
}

#[test]
fn only_the_users_of_the_stages_taken_back_are_in_the_losses() {
    let project = contoso(
        "stage \"One\" { require legacy.users.first(1).move_to(lync); }\n\
         stage \"Two\" { require legacy.users.first(1).move_to(lync); }\n",
    );
    ends(&project, &["run"], 0);
    let told = ends(&project, &["rollback", "--to", "Two"], 3);
    says(&told, &["downgraded (1 user: `user00001@contoso.com`)", "--to \"Two\" --accept-losses"]);
    says(&ends(&project, &["rollback", "--to", "Tow"], 2), &["did you mean `Two`?"]);
}

#[test]
fn blocks_and_moves_are_taken_back_in_one_order_newest_first() {
    let project = contoso(
        r#"
stage "One" {
    on_rollback { note("before the first move"); }
    let group = legacy.users.first(2);
    require group.move_to(lync);
    on_rollback { note(`after the move of ${group.len}`); command("touch"); }
}
stage "Two" {
    require legacy.users.move_to(lync);
    on_rollback { note("the last block"); }
}
"#,
    );
    ends(&project, &["run"], 0);
    ends(&project, &["rollback", "--accept-losses"], 0);
    in_order(
        &project,
        &[
            "note \"the last block\"",
            &format!("take 2 users back to `{LEGACY}`: 2 moved"),
            "note \"after the move of 2\"",
            &format!("take 2 users back to `{LEGACY}`: 2 moved"),
            "note \"before the first move\"",
        ],
    );
    assert_eq!(commands_run(&project), 1);
    let back: Vec<String> = history(&project).into_iter().skip(4).map(|(user, _)| user).collect();
    let mut halves: Vec<Vec<String>> = back.chunks(2).map(<[String]>::to_vec).collect();
    for half in &mut halves {
        half.sort();
    }
    assert_eq!(halves, [[address(2), address(3)], [address(0), address(1)]]);
}

const FAILING: &str = r#"
stage "One" {
    require legacy.users.first(2).move_to(lync);
}
stage "Two" {
    on_rollback {
        command("touch");
        require command("gate");
        note("the gateway is back");
    }
    require legacy.users.move_to(lync);
}
"#;

#[test]
fn a_block_that_fails_stops_the_rollback_and_goes_on_once_it_is_mended() {
    let project = contoso(FAILING);
    ends(&project, &["run"], 0);
    for _ in 0..2 {
        let told = ends(&project, &["rollback", "--accept-losses"], 1);
        says(&told, &["`on_rollback` of stage `Two`", "next: sidle rollback"]);
        says(&told, &["not taken back yet: the move of 2 users in stage `One`"]);
        assert_eq!(way(&project, 0), [CURRENT], "what is older stays");
        assert_eq!(way(&project, 3), [CURRENT, LEGACY]);
        assert_eq!(commands_run(&project), 1, "what the block did is not done twice");
    }
    says(&ends(&project, &["run"], 2), &["is being taken back"]);
    fs::write(project.folder().join("open"), "").unwrap();
    ends(&project, &["rollback"], 0);
    assert_eq!(way(&project, 0), [CURRENT, LEGACY]);
    assert_eq!(way(&project, 3), [CURRENT, LEGACY]);
    assert_eq!(commands_run(&project), 1);
    in_order(&project, &["note \"the gateway is back\""]);
}

#[test]
fn a_script_error_in_a_block_stops_the_rollback_and_the_block_may_be_mended() {
    let project = contoso(
        r#"
stage "One" {
    on_rollback { note("back"); let x = 1 + lync.nothing; }
    require legacy.users.move_to(lync);
}
"#,
    );
    ends(&project, &["run"], 0);
    let told = project.run(&["rollback", "--accept-losses"]);
    says(&told, &["nothing", "`on_rollback` of stage `One`"]);
    assert!(!told.ends_with("[exit 0]"), "{told}");
    project.edit("runbook.rhai", "let x = 1 + lync.nothing;", "");
    ends(&project, &["rollback"], 0);
    assert_eq!(way(&project, 0), [CURRENT, LEGACY]);
}

#[test]
fn a_block_may_ask_a_person() {
    let project = contoso(
        r#"
stage "One" {
    on_rollback { approve("is the gateway back?"); note("it is"); }
    require legacy.users.move_to(lync);
}
"#,
    );
    ends(&project, &["run"], 0);
    let (code, told) = project.json(&["rollback", "--accept-losses"]);
    assert_eq!(code, 3, "{told:#}");
    let id = asked(&told);
    ends(&project, &["confirm", &id, "--reject"], 0);
    ends(&project, &["rollback"], 1);
    let (code, told) = project.json(&["rollback"]);
    assert_eq!(code, 3, "{told:#}");
    let id = asked(&told);
    ends(&project, &["confirm", &id], 0);
    ends(&project, &["rollback"], 0);
    in_order(&project, &["note \"it is\""]);
    assert_eq!(way(&project, 0), [CURRENT, LEGACY]);
}

#[test]
fn a_user_who_cannot_be_moved_back_stops_the_rollback_and_is_named() {
    let project = contoso("stage \"Move\" { require legacy.users.move_to(lync); }\n");
    ends(&project, &["run"], 0);
    ends(&project, &["embedded", "lock-user", &address(2)], 0);
    let told = ends(&project, &["rollback", "--accept-losses"], 1);
    says(&told, &["1 user could not be moved back", &address(2), "locked"]);
    ends(&project, &["embedded", "unlock-user", &address(2)], 0);
    ends(&project, &["rollback"], 0);
    for user in 0..4 {
        assert_eq!(way(&project, user), [CURRENT, LEGACY], "user {user}");
    }
}

#[test]
fn a_halted_run_can_be_taken_back() {
    let project =
        contoso("stage \"Move\" { require legacy.users.first(2).move_to(lync); require false; }\n");
    ends(&project, &["run"], 1);
    ends(&project, &["rollback", "--accept-losses"], 0);
    assert_eq!(way(&project, 0), [CURRENT, LEGACY]);
}

#[test]
fn a_forced_rollback_leaves_who_came_from_a_retired_pool_and_ends() {
    let project = contoso(
        r#"
stage "Pilot" { require legacy.users.move_to(lync); }
stage "Retire" {
    on_rollback { require command("gate"); }
    point_of_no_return("the pool goes");
    legacy.retire();
}
stage "End" { note("done"); }
"#,
    );
    let (_, told) = project.json(&["run"]);
    ends(&project, &["confirm", &asked(&told)], 0);
    ends(&project, &["run"], 0);
    let told = ends(&project, &["rollback", "--to", "Pilot", "--force"], 3);
    says(&told, &["next: sidle rollback --to \"Pilot\" --accept-losses --force"]);
    ends(&project, &["rollback", "--to", "Pilot", "--accept-losses"], 2);
    ends(&project, &["rollback", "--to", "Pilot", "--accept-losses", "--force"], 1);
    fs::write(project.folder().join("open"), "").unwrap();
    // It was forced when it began.
    let told = ends(&project, &["rollback"], 0);
    says(&told, &["4 users could not be moved back", &format!("`{LEGACY}` is retired")]);
    says(&told, &["4 failed; 4 users stay moved"]);
    assert_eq!(way(&project, 0), [CURRENT]);
    says(&project.run(&["log"]), &["the rollback is complete"]);
    ends(&project, &["rollback", "--accept-losses", "--force"], 0);
}

#[test]
fn what_undo_took_back_is_counted() {
    let project = contoso("let moved = legacy.users.first(3).move_to(lync); moved.undo();\n");
    ends(&project, &["run"], 0);
    let log = project.run(&["log"]);
    says(&log, &["take back the move of record"]);
    assert!(!log.contains("0 moved"), "{log}");
}

#[test]
fn what_a_retry_moved_is_taken_back_by_name() {
    let project = contoso("stage \"Move\" { legacy.users.move_to(lync, #{ max_failures: 4 }); }\n");
    ends(&project, &["embedded", "lock-user", &address(2)], 0);
    ends(&project, &["run"], 0);
    ends(&project, &["embedded", "unlock-user", &address(2)], 0);
    ends(&project, &["retry"], 0);
    let told = ends(&project, &["rollback", "--accept-losses"], 0);
    says(&told, &[&format!("take 1 user back to `{LEGACY}`: 1 moved")]);
}
