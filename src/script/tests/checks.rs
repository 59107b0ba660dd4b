//! `check`: what passes, fails and is unknown.

use super::{story, world};
use insta::assert_snapshot;

/// Runs a check with that block, and returns what the run was told of it.
fn check(block: &str) -> String {
    story(&format!("check \"c\" {{ {block} }}"))
}

#[test]
fn true_passes_and_false_fails() {
    assert_snapshot!(check("true"), @r"
    checked c pass [0]
    finished
    ");
    assert_snapshot!(check("1 > 2"), @r"
    checked c fail [0] it is false
    finished
    ");
}

#[test]
fn nothing_and_an_empty_array_are_unknown() {
    assert_snapshot!(check(""), @r"
    checked c unknown [0] there is no value to judge
    finished
    ");
    assert_snapshot!(check("let x = true;"), @r"
    checked c unknown [0] there is no value to judge
    finished
    ");
    assert_snapshot!(check("[]"), @r"
    checked c unknown [0] the array is empty
    finished
    ");
}

#[test]
fn the_worst_of_several_decides() {
    let run = |block: &str| {
        world(&format!("check \"c\" {{ {block} }}"))
            .with(|fake| {
                fake.bad.push("bad".to_owned());
                fake.silent.push("silent".to_owned());
            })
            .story()
    };
    assert_snapshot!(run("[ask_service(`good`), ask_service(`silent`), true]"), @r"
    probe::service of `good`
    probe::service of `silent`
    checked c unknown [2] does `silent` run?: connection refused
    finished
    ");
    assert_snapshot!(run("[ask_service(`silent`), ask_service(`bad`)]"), @r"
    probe::service of `silent`
    probe::service of `bad`
    checked c fail [2] does `bad` run?: stopped
    finished
    ");
    assert_snapshot!(run("[check `inner` { ask_service(`good`) }, [true]]"), @r"
    probe::service of `good`
    checked inner pass [1]
    checked c pass [1]
    finished
    ");
}

#[test]
fn a_throw_and_a_require_that_does_not_hold_fail_the_check_and_halt_nothing() {
    assert_snapshot!(check("throw \"no such luck\""), @r"
    checked c fail [0] no such luck
    finished
    ");
    assert_snapshot!(check("require 1 > 2; true"), @r"
    checked c fail [0] `1 > 2` does not hold
    finished
    ");
    assert_snapshot!(story("fn f() { throw \"deep\" } check \"c\" { f() }"), @r"
    checked c fail [0] deep
    finished
    ");
}

#[test]
fn catching_a_require_inside_a_check_does_not_save_it() {
    assert_snapshot!(check("try { require false; } catch { } true"), @r"
    checked c fail [0] `false` does not hold
    finished
    ");
}

#[test]
fn a_require_of_the_unknown_inside_a_check_is_unknown() {
    assert_snapshot!(check("require []; true"), @r"
    checked c unknown [0] `[]` is unknown, and unknown never passes: the array is empty
    finished
    ");
}

#[test]
fn return_inside_a_check_yields_the_verdict() {
    assert_snapshot!(check("if true { return false; } true"), @r"
    checked c fail [0] it is false
    finished
    ");
}

#[test]
fn break_may_not_leave_a_check() {
    assert_snapshot!(story("for i in 1..3 { check \"c\" { if i == 1 { break; } true } }"), @r"failed: `break` may not leave a check (sidle::script::leaves_block)");
    assert_snapshot!(story("for i in 1..3 { check \"c\" { if i == 1 { continue; } true } }"), @r"failed: `continue` may not leave a check (sidle::script::leaves_block)");
    assert_snapshot!(check("for i in 1..3 { if i == 2 { break; } } true"), @r"
    checked c pass [0]
    finished
    ");
}

#[test]
fn a_script_error_is_no_verdict() {
    assert_snapshot!(check("holds()"), @r"failed: there is no function `holds` (sidle::script::unknown_function)");
    assert_snapshot!(check("let m = #{ a: 1 }; m.b == 1"), @r"failed: a map has no property `b` (sidle::script::unknown_property)");
    assert_snapshot!(check("1 / 0"), @r"failed: division by zero: 1 / 0 (sidle::script::error)");
    assert_snapshot!(check("5"), @r"failed: an int is no verdict (sidle::script::no_verdict)");
    assert_snapshot!(check("loop { }"), @r"failed: the script does not come to its next effect within 200,000 operations (sidle::script::limit)");
    assert_snapshot!(check("let x = 5; if x { true }"), @r"failed: this must be a bool, and it is an int (sidle::script::wrong_type)");
}

#[test]
fn only_probes_run_inside_a_check() {
    assert_snapshot!(check("act(\"move\"); true"), @r"failed: the check `c` may not reach the effect `command` (sidle::script::only_probes)");
    assert_snapshot!(check("stage \"A\" { } true"), @r"failed: the check `c` may not reach the effect `stage` (sidle::script::only_probes)");
    assert_snapshot!(check("on_rollback { } true"), @r"failed: the check `c` may not reach the effect `on_rollback` (sidle::script::only_probes)");
    assert_snapshot!(check("stop_here(\"why\"); true"), @r"failed: the check `c` may not reach the effect `halt` (sidle::script::only_probes)");
}

#[test]
fn evidence_older_than_it_counts_is_unknown() {
    assert_snapshot!(story(r#"
        let kept = ask_service("good");
        let early = check "early" { kept };
        pause_for("16m");
        check "late" { kept };
        require early;
    "#), @r#"
    probe::service of `good`
    checked early pass [1]
    wait 16m
    checked late unknown [1] the answer to "does `good` run?" is 16m old and counts for 15m
    require
    halt Unknown the check `early` is unknown, and unknown never passes: `early`: the answer to "does `good` run?" is 16m old and counts for 15m
    halted: the check `early` is unknown, and unknown never passes (sidle::script::require_unknown)
    "#);
}

#[test]
fn evidence_is_gathered_by_every_check_around_the_probe() {
    assert_snapshot!(story(r#"
        check "outer" {
            ask_service("one");
            check "inner" { ask_service("two") }
        }
    "#), @r"
    probe::service of `one`
    probe::service of `two`
    checked inner pass [1]
    checked outer pass [2]
    finished
    ");
}

#[test]
fn an_accepted_check_passes() {
    let runbook = "stage \"A\" { let c = check \"c\" { false }; require c; act(\"go\"); }";
    assert_snapshot!(world(runbook).with(|fake| fake.accepted.push("A / c".to_owned())).story(), @r"
    enter A
    checked A / c fail [0] it is false
    require
    held
    A: command `go`
    leave A
    finished
    ");
}
