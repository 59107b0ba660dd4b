//! Edits between sittings: what has been done cannot be edited, what is still to come can.

use super::{ends, history, says};
use crate::organisation::{POOLS, organisation};
use crate::project::TestProject;

const RUNBOOK: &str = r#"
stage "One" {
    // the first two
    require check "up" { probe::service(lync, "Front End") };
    let group = legacy.users.first(2);
    require group.move_to(lync, #{ parallel: 2, max_failures: 1 });
    note("one is done");
}
stage "Two" {
    approve("go on?");
    require legacy.users.move_to(lync);
}
"#;

/// A run that has finished stage `One` and waits in stage `Two`.
fn waiting() -> TestProject {
    let project = organisation(5, &format!("{POOLS}{RUNBOOK}"));
    ends(&project, &["run"], 3);
    assert_eq!(history(&project).len(), 2);
    project
}

/// The edit is refused, with these parts said, and nobody is moved.
fn refused(old: &str, new: &str, parts: &[&str]) {
    let project = waiting();
    project.edit("runbook.rhai", old, new);
    let told = ends(&project, &["run", "--yes"], 2);
    says(&told, parts);
    assert_eq!(history(&project).len(), 2, "{told}");
    // What was refused has not been recorded: the old script still goes on.
    project.edit("runbook.rhai", new, old);
    ends(&project, &["run", "--yes"], 0);
    assert_eq!(history(&project).len(), 5);
}

/// The run goes on after the edit, and moves everybody once.
fn goes_on(old: &str, new: &str) {
    let project = waiting();
    project.edit("runbook.rhai", old, new);
    ends(&project, &["run", "--yes"], 0);
    assert_eq!(history(&project).len(), 5, "{old} -> {new}");
}

#[test]
fn an_effect_changed_in_a_finished_stage_is_refused_with_both_lines() {
    refused(
        r#"probe::service(lync, "Front End")"#,
        r#"probe::service(legacy, "Front End")"#,
        &[
            "sidle::run::replay_differs",
            r#"require check "up" { probe::service(legacy, "Front End") };"#,
            "the script now",
            r#"require check "up" { probe::service(lync, "Front End") };"#,
            "the script then",
            "sidle rollback --to STAGE",
        ],
    );
}

#[test]
fn an_effect_added_to_a_finished_stage_is_refused_with_both_lines() {
    refused(
        "    note(\"one is done\");\n",
        "    command(\"touch\");\n    note(\"one is done\");\n",
        &["sidle::run::replay_differs", "    command(\"touch\");", "    note(\"one is done\");"],
    );
}

#[test]
fn an_effect_removed_from_a_finished_stage_is_refused_with_both_lines() {
    refused(
        "    note(\"one is done\");\n",
        "/* gone */\n",
        &["sidle::run::replay_differs", "note(\"one is done\");", "leave stage `One`"],
    );
}

#[test]
fn a_finished_stage_that_was_renamed_is_refused_with_both_names() {
    refused(
        "stage \"One\"",
        "stage \"First\"",
        &["sidle::run::replay_differs", "stage \"First\" {", "stage \"One\" {"],
    );
}

#[test]
fn a_finished_stage_that_was_deleted_is_refused_with_both_lines() {
    let stage = RUNBOOK.split("stage \"Two\"").next().unwrap().trim_start();
    refused(
        stage,
        "/* gone */\n",
        &["sidle::run::replay_differs", "stage \"Two\" {", "stage \"One\" {"],
    );
}

#[test]
fn a_finished_set_that_grew_by_one_is_refused_with_who_is_new() {
    refused(
        "legacy.users.first(2)",
        "legacy.users.first(3)",
        &[
            "sidle::run::replay_differs",
            "1 user joined (`user00002@contoso.com`)",
            "move 3 users to `lyncpool01.contoso.com`",
            "move 2 users to `lyncpool01.contoso.com`",
        ],
    );
}

#[test]
fn steps_that_the_script_no_longer_reaches_are_refused() {
    let project = waiting();
    let stage = RUNBOOK.split_once("stage \"Two\"").unwrap().1;
    project.edit("runbook.rhai", &format!("stage \"Two\"{stage}"), "");
    let told = ends(&project, &["run", "--yes"], 2);
    says(&told, &["sidle::run::step_missing", "stage \"Two\" {"]);
}

#[test]
fn a_later_stage_may_be_edited() {
    goes_on(
        "require legacy.users.move_to(lync);",
        "note(\"all others\");\n    require legacy.users.move_to(lync);\n    note(\"done\");",
    );
    goes_on(
        "    require legacy.users.move_to(lync);\n}",
        "}\nstage \"Three\" { require legacy.users.move_to(lync); }",
    );
}

#[test]
fn comments_and_how_a_move_is_done_may_be_edited_anywhere() {
    goes_on(
        "    // the first two\n",
        "    // two who volunteered:\n    // they know what they do\n\n",
    );
    goes_on("parallel: 2", "parallel: 7");
    goes_on("max_failures: 1", "max_failures: \"50%\"");
    goes_on("note(\"one is done\")", "note(\"stage one is done\")");
}

#[test]
fn an_edit_of_a_policy_is_seen_where_its_answer_differs() {
    let project = organisation(
        4,
        &format!(
            "import \"policy/who\" as who;\n{POOLS}stage \"One\" {{\n    let group = \
             legacy.users.filter(|user| who::goes(user));\n    require group.move_to(lync);\n}}\n\
             stage \"Two\" {{ approve(\"go on?\"); }}\n"
        ),
    )
    .file("policy/who.rhai", "fn goes(user) { user.address != \"user00000@contoso.com\" }\n");
    ends(&project, &["run"], 3);
    project.edit(
        "policy/who.rhai",
        "user.address != \"user00000@contoso.com\"",
        "user.address == \"user00001@contoso.com\"",
    );
    let told = ends(&project, &["run", "--yes"], 2);
    says(&told, &["2 users left (`user00002@contoso.com` and", "`user00003@contoso.com`)"]);
    // The same people, chosen in another way, are the same set.
    project.edit(
        "policy/who.rhai",
        "user.address == \"user00001@contoso.com\"",
        "!user.address.starts_with(\"user00000\")",
    );
    ends(&project, &["run", "--yes"], 0);
    assert_eq!(history(&project).len(), 3);
}
