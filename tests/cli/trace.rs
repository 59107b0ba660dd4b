//! `-v`: a trace of sidle itself, in spans of run, stage, effect and user.

use crate::organisation::{POOLS, organisation};
use std::fs;

#[test]
fn a_trace_says_in_which_run_stage_effect_and_user_something_happened() {
    let runbook = "note(\"begin\");\nstage \"Move\" { require legacy.users.move_to(lync); }\n";
    let project = organisation(2, &format!("stage \"First\" {{ }}\n{POOLS}{runbook}"));
    let told = project.run(&["run", "--until", "First"]);
    assert!(told.ends_with("[exit 4]"), "{told}");
    assert!(!project.folder().join(".sidle/trace.log").exists(), "nobody asked for a trace");
    project.run(&["run", "-vv"]);
    let trace = fs::read_to_string(project.folder().join(".sidle/trace.log")).unwrap();
    let spans = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let spans = line["spans"].as_array().cloned().unwrap_or_default();
        spans.iter().map(|span| span["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(
        trace.lines().any(|line| spans(line) == ["run", "stage", "effect", "user"]),
        "no line of a user:\n{trace}"
    );
}
