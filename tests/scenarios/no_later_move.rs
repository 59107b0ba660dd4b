//! What must keep every later move from starting, whatever the script makes of it.

use super::{ends, history, question, says, status, way};
use crate::organisation::{CURRENT, LEGACY, POOLS, organisation};
use crate::project::TestProject;

/// Two moves with something between them that must stop the second.
fn between(middle: &str) -> TestProject {
    let runbook = format!(
        "{POOLS}\nstage \"First\" {{\n    require legacy.users.first(2).move_to(lync);\n}}\n\
         stage \"Middle\" {{\n    {middle}\n}}\n\
         stage \"Last\" {{\n    require legacy.users.move_to(lync);\n}}\n"
    );
    organisation(4, &runbook)
}

/// The run ends so in the middle, twice, and only the first move has happened.
fn stops(middle: &str, code: i32, parts: &[&str]) {
    let project = between(middle);
    for _ in 0..2 {
        let told = ends(&project, &["run"], code);
        says(&told, parts);
        let moved = history(&project);
        assert_eq!(moved.len(), 2, "{middle}: {moved:?}\n{told}");
        assert_eq!(status(&project), "open", "{middle}");
    }
}

/// The script is refused before anything is done.
fn never_starts(middle: &str, parts: &[&str]) {
    let project = between(middle);
    says(&ends(&project, &["check"], 2), parts);
    says(&ends(&project, &["run"], 2), parts);
    assert_eq!(history(&project), [], "{middle}");
}

#[test]
fn an_approval_that_waits_or_was_rejected_keeps_the_next_move_back() {
    let project = between("approve(\"go on?\");");
    says(&ends(&project, &["run"], 3), &["go on?", "next: sidle confirm"]);
    assert_eq!(history(&project).len(), 2);
    let id = question(&project);
    let told = ends(&project, &["confirm", &id, "--reject", "--note", "audit first"], 0);
    says(&told, &["Answered no"]);
    says(&ends(&project, &["run"], 1), &["tester said no", "go on?", "audit first"]);
    assert_eq!(history(&project).len(), 2);
    // It is asked again, under a number of its own.
    ends(&project, &["run"], 3);
    let again = question(&project);
    assert_ne!(id, again);
    assert_eq!(history(&project).len(), 2);
    ends(&project, &["confirm", &id], 2);
    ends(&project, &["confirm", &again], 0);
    ends(&project, &["run"], 0);
    assert_eq!(history(&project).len(), 4);
}

#[test]
fn a_rejected_approval_inside_try_keeps_the_next_move_back() {
    let project = between("try { approve(\"go on?\"); } catch { note(\"caught\"); }");
    let id = {
        ends(&project, &["run"], 3);
        question(&project)
    };
    ends(&project, &["confirm", &id, "--reject"], 0);
    ends(&project, &["run"], 1);
    assert_eq!(history(&project).len(), 2);
}

#[test]
fn a_failed_check_keeps_the_next_move_back() {
    stops("require check \"never\" { false };", 1, &["the check `never` does not hold"]);
    stops("require check \"never\" { throw \"no\" };", 1, &["the check `never` does not hold"]);
    stops("require check \"nothing\" { [] };", 1, &["is unknown, and unknown never passes"]);
    stops("require check \"nothing\" { };", 1, &["is unknown, and unknown never passes"]);
    stops("require false;", 1, &["does not hold"]);
    stops("halt(\"enough\");", 1, &["enough"]);
}

#[test]
fn a_failed_soak_keeps_the_next_move_back() {
    stops("require soak(\"2s\", \"1s\", || false);", 1, &["does not hold"]);
    stops(
        "require soak(\"2s\", \"1s\", || check \"sign-in\" { require 1 > 2; });",
        1,
        &["does not hold"],
    );
    stops("require poll(|| false, #{ every: \"1s\", at_most: \"1s\" });", 1, &["unknown"]);
}

#[test]
fn a_verdict_to_roll_back_undoes_the_wave_and_halts() {
    let project = between(
        "let moved = legacy.users.first(1).move_to(lync);
    let decision = roll_back(\"calls fail\");
    switch decision.verdict {
        \"proceed\" => note(\"on\"),
        \"hold\" => approve(\"on?\"),
        \"roll_back\" => { moved.undo(); halt(decision.why); }
    }",
    );
    for _ in 0..2 {
        says(&ends(&project, &["run"], 1), &["calls fail"]);
        assert_eq!(way(&project, 2), [CURRENT, LEGACY]);
        assert_eq!(history(&project).len(), 4);
    }
}

#[test]
fn a_switch_over_a_verdict_that_misses_one_is_refused_before_anything_is_done() {
    for arms in [
        "\"procede\" => (), \"hold\" => note(\"h\"), \"roll_back\" => halt(\"b\")",
        "\"proceed\" => (), \"roll_back\" => halt(\"b\")",
        "\"proceed\" => (), \"roll_back\" => halt(\"b\"), _ => ()",
    ] {
        let middle = format!("let d = hold(\"h\");\n    switch d.verdict {{ {arms} }}");
        never_starts(&middle, &["sidle::script::", "switch", "hold"]);
    }
}

#[test]
fn a_return_in_a_check_is_its_verdict() {
    stops("require check \"early\" { return false; };", 1, &["the check `early` does not hold"]);
}

#[test]
fn a_return_or_break_out_of_a_stage_never_completes_the_run() {
    stops("return;", 2, &["at the top level"]);
    stops("return true;", 2, &["at the top level"]);
    stops("if true { return; }", 2, &["at the top level"]);
}

#[test]
fn a_try_around_a_require_does_not_catch_the_halt() {
    stops("try { require false; } catch { note(\"caught\"); }", 1, &["does not hold"]);
    stops("try { require check \"c\" { false }; } catch (e) { print(e); }", 1, &["does not hold"]);
    stops("[3, 1, 2].sort(|a, b| { require false; a - b });", 2, &["may not reach the effect"]);
}

#[test]
fn a_typo_in_a_check_is_an_error_and_no_verdict() {
    never_starts("require check \"c\" { prob::service(lync, \"Front End\") };", &["`probe`?"]);
    stops("let c = check \"c\" { lync.serviecs.len > 0 }; note(c.verdict);", 2, &["serviecs"]);
    never_starts("let c = check \"c\" { undefined_thing }; note(c.verdict);", &["undefined_thing"]);
}

#[test]
fn a_check_in_an_if_is_an_error_and_lets_nothing_pass() {
    stops("if check \"c\" { false } { note(\"passed\"); }", 2, &[".passed"]);
}
