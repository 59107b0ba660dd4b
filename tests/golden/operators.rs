//! What an operator types that cannot be done.

use super::Golden;
use crate::organisation::{POOLS, organisation};
use crate::project::TestProject;

#[test]
fn golden_command_lines() {
    let mut golden = Golden::new("command-lines");
    let project = organisation(2, "approve(\"go on?\");\n");
    golden.told("cli::usage confirm", &project, &["confirm", "first"]);
    golden.told("cli::usage accept", &project, &["accept", ".", "--note", "in repair"]);
    golden.told("cli::usage explain", &project, &["explain", "."]);
    let near = ["explain", "user0001@contoso.com"];
    golden.told("topology::unknown_user explain", &project, &near);
    golden.told("cli::usage json", &project, &["run", "--format", "json", "--untill", "Pilot"]);
    golden.told("cli::not_empty", &project, &["new", "."]);
    golden.told("cli::unwritable", &project, &["new", "runbook.rhai/contoso"]);
    golden.told("cli::unknown_template", &project, &["new", "fresh", "--template", "first-step"]);
    golden.told("cli::unknown_name near", &project, &["doc", "aprove"]);
    golden.told("cli::unknown_name far", &project, &["doc", "everything"]);
    golden.told("journal::no_run rollback", &project, &["rollback"]);
    golden.told("journal::no_run confirm", &project, &["confirm", "3"]);
    golden.told("journal::no_run log", &project, &["log"]);
    project.run(&["run"]);
    golden.told("journal::no_run number", &project, &["log", "--run", "7"]);
    golden.told("run::no_question", &project, &["confirm", "99"]);
    golden.told("run::open", &project, &["run", "--new"]);
    golden.told("run::rehearsal real", &project, &["run", "--rehearse"]);
    golden.told("run::unknown_check none", &project, &["accept", "sign-in", "--note", "x"]);
    golden.told("run::unknown_stage none", &project, &["rollback", "--to", "Pilot"]);
    golden.end();
}

#[test]
fn golden_breakages() {
    let mut golden = Golden::new("breakages");
    let project = organisation(2, "note(\"go\");\n");
    let ground = |args: &[&'static str]| [&["embedded"], args].concat();
    let pool = ground(&["stop-service", "lyncpool1.contoso.com", "Front End"]);
    golden.told("driver::ground_unknown pool", &project, &pool);
    let service = ground(&["stop-service", "lyncpool01.contoso.com", "Frontend"]);
    golden.told("driver::ground_unknown service", &project, &service);
    let user = ground(&["lock-user", "usr00001@contoso.com"]);
    golden.told("driver::ground_unknown user", &project, &user);
    let project = project.file(".sidle/embedded.db", "this is no database, and never was one\n");
    golden.told("driver::ground_unusable", &project, &["run"]);
    golden.end();
}

#[test]
fn golden_checks_and_stages() {
    let mut golden = Golden::new("checks-and-stages");
    let sign_in = "check \"sign-in\" { probe::service(legacy, \"Front End\") }";
    let project = organisation(
        2,
        &format!(
            "{POOLS}let early = {sign_in};\nstage \"Before\" {{ require {sign_in}; }}\n\
             stage \"Pilot\" {{ require legacy.users.first(1).move_to(lync); }}\n\
             stage \"End\" {{ approve(\"end?\"); }}\n"
        ),
    );
    project.run(&["run"]);
    golden.told("run::unknown_stage near", &project, &["rollback", "--to", "pilots"]);
    golden.told(
        "run::unknown_check near",
        &project,
        &["accept", "Before / sing-in", "--note", "in repair"],
    );
    golden.told(
        "run::unknown_check several",
        &project,
        &["accept", "sign-in", "--note", "in repair"],
    );
    golden.told("run::unknown_check recheck", &project, &["run", "--recheck", "sign-on"]);
    golden.told("run::no_reason", &project, &["accept", "Before / sign-in", "--note", " "]);
    golden.told("run::recheck_too_late", &project, &["run", "--recheck", "Before / sign-in"]);
    let done = TestProject::run(&project, &["rollback", "--accept-losses"]);
    assert!(done.ends_with("[exit 0]"), "{done}");
    golden.told("run::over", &project, &["retry"]);
    let rehearsed = organisation(2, "stage \"A\" { halt(\"not yet\"); }\n");
    rehearsed.run(&["run", "--rehearse"]);
    golden.told("run::rehearsal", &rehearsed, &["run"]);
    golden.end();
}
