//! What stops a run under way: edits, answers, servers, and what cannot be taken back.

use super::Golden;
use crate::organisation::{CURRENT, LEGACY, POOLS, organisation, with_applications};
use crate::project::TestProject;
use std::time::Duration;

/// Runs a command that must end with that exit code.
fn ends(project: &TestProject, args: &[&str], code: i32) {
    let told = project.run(args);
    assert!(told.ends_with(&format!("[exit {code}]")), "sidle {args:?}, not exit {code}:\n{told}");
}

/// Answers the question that the run waits for.
fn answer(project: &TestProject, more: &[&str]) {
    let (_, said) = project.json(&["run"]);
    let id = said.pointer("/question/id").and_then(serde_json::Value::as_u64).unwrap().to_string();
    ends(project, &[&["confirm", &id], more].concat(), 0);
}

#[test]
fn golden_edits_of_what_is_recorded() {
    let mut golden = Golden::new("edits");
    let runbook = "stage \"Before\" {\n    note(\"one\");\n    approve(\"go on?\");\n}\n\
                   stage \"Pilot\" {\n    approve(\"end?\");\n}\n";
    let project = organisation(2, runbook);
    ends(&project, &["run"], 3);
    answer(&project, &[]);
    ends(&project, &["run"], 3);
    project.edit("runbook.rhai", "go on?", "really go on?");
    golden.told("run::replay_differs question", &project, &["run"]);
    project.edit("runbook.rhai", "approve(\"really go on?\")", "command(\"touch\")");
    golden.told("run::replay_differs kind", &project, &["run"]);
    project.edit("runbook.rhai", "command(\"touch\");\n", "approve(\"go on?\");\n    return;\n");
    let project = project.file("runbook.rhai", "stage \"Before\" {\n    note(\"one\");\n}\n");
    golden.told("run::replay_differs stage", &project, &["run"]);
    let project = project.file(
        "runbook.rhai",
        "stage \"Before\" {\n    note(\"one\");\n    approve(\"go on?\");\n}\n",
    );
    golden.told("run::step_missing", &project, &["run"]);
    let moved = organisation(
        3,
        &format!("{POOLS}require legacy.users.first(2).move_to(lync);\napprove(\"end?\");\n"),
    );
    ends(&moved, &["run"], 3);
    moved.edit("runbook.rhai", "first(2)", "first(3)");
    golden.told("run::replay_differs users", &moved, &["run"]);
    golden.end();
}

#[test]
fn golden_halts_of_a_run() {
    let mut golden = Golden::new("halts");
    let asked = organisation(2, "stage \"Pilot\" {\n    approve(\"move the pilot?\");\n}\n");
    ends(&asked, &["run"], 3);
    answer(&asked, &["--reject", "--note", "not before the audit"]);
    golden.told("run::rejected", &asked, &["run"]);
    let full = organisation(2, &format!("{POOLS}stage \"Retire\" {{\n    legacy.retire();\n}}\n"));
    golden.told("run::pool_not_empty", &full, &["run"]);
    let down = organisation(2, &format!("{POOLS}require legacy.users.move_to(lync);\n"));
    ends(&down, &["embedded", "stop-service", CURRENT, "Front End"], 0);
    golden.told("run::server_down", &down, &["run"]);
    let parted = with_applications(
        2,
        &format!(
            "{POOLS}stage \"Groups\" {{\n    legacy.applications.first(1).move_to(lync);\n}}\n"
        ),
    );
    golden.told("run::move_together", &parted, &["run"]);
    let old = organisation(
        2,
        &format!(
            "{POOLS}let early = check \"sign-in\" {{ probe::service(legacy, \"Front End\") }};\n\
             stage \"Pilot\" {{\n    require early;\n    approve(\"go on?\");\n    \
             require legacy.users.move_to(lync);\n}}\n"
        ),
    );
    old.edit("sidle.toml", "[move]", "[fresh]\ndefault = \"1s\"\n\n[move]");
    ends(&old, &["run"], 3);
    std::thread::sleep(Duration::from_millis(1200));
    golden.told("run::gate_too_old", &old, &["run", "--yes"]);
    let gate = organisation(
        2,
        &format!(
            "{POOLS}stage \"Before\" {{\n    \
             require check \"sign-in\" {{ probe::service(legacy, \"Front End\") }};\n}}\n"
        ),
    );
    ends(&gate, &["embedded", "stop-service", LEGACY, "Front End"], 0);
    golden.told("script::require_failed probe", &gate, &["run"]);
    golden.end();
}

#[test]
fn golden_ways_back() {
    let mut golden = Golden::new("ways-back");
    let back = ["rollback", "--accept-losses"];
    let block = organisation(
        2,
        &format!(
            "{POOLS}stage \"Pilot\" {{\n    on_rollback {{\n        note(\"back\");\n        \
             halt(\"the gateway is gone\");\n    }}\n    \
             require legacy.users.move_to(lync);\n}}\nstage \"End\" {{ approve(\"end?\"); }}\n"
        ),
    );
    ends(&block, &["run"], 3);
    golden.told("script::halt block", &block, &back);
    golden.told("rollback::open run", &block, &["run"]);
    golden.told("rollback::open to", &block, &["rollback", "--to", "Pilot", "--accept-losses"]);
    golden.told("rollback::open plan", &block, &["plan"]);
    let error = organisation(
        2,
        "stage \"Pilot\" {\n    on_rollback {\n        command(\"tuch\");\n    }\n    \
         approve(\"end?\");\n}\n",
    );
    ends(&error, &["run"], 3);
    golden.told("run::command_unknown block", &error, &back);
    let edited = organisation(
        2,
        "stage \"Pilot\" {\n    on_rollback {\n        throw \"the gateway is gone\";\n    }\n    \
         approve(\"end?\");\n}\n",
    );
    ends(&edited, &["run"], 3);
    golden.told("rollback::block", &edited, &back);
    let left = organisation(
        2,
        &format!("{POOLS}stage \"Pilot\" {{\n    require legacy.users.move_to(lync);\n}}\n"),
    );
    ends(&left, &["run"], 0);
    ends(&left, &["embedded", "lock-user", "user00001@contoso.com"], 0);
    golden.told("rollback::left", &left, &back);
    let point = organisation(
        2,
        "stage \"Cut\" {\n    point_of_no_return(\"the gateway goes\");\n    command(\"touch\");\n}\n\
         approve(\"end?\");\n",
    );
    answer(&point, &[]);
    ends(&point, &["run"], 3);
    golden.told("rollback::no_way_back", &point, &back);
    golden.end();
}
