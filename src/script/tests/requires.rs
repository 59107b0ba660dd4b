//! `require`: halting, latching, acceptances, asking again.

use super::{story, world};
use insta::assert_snapshot;

#[test]
fn a_require_that_holds_says_so() {
    assert_snapshot!(story("require 1 < 2; require check \"c\" { true }; require [true, true]; act(\"go\");"), @r"
    require
    held
    require
    checked c pass [0]
    held
    require
    held
    command `go`
    finished
    ");
}

#[test]
fn a_require_that_does_not_hold_halts_and_nothing_starts_any_more() {
    assert_snapshot!(story("require 1 > 2; act(\"never\");"), @r"
    require
    halt Failed `1 > 2` does not hold
    halted: `1 > 2` does not hold (sidle::script::require_failed)
    ");
}

#[test]
fn an_unknown_halts_as_unknown() {
    assert_snapshot!(story("require [];"), @r"
    require
    halt Unknown `[]` is unknown, and unknown never passes: the array is empty
    halted: `[]` is unknown, and unknown never passes (sidle::script::require_unknown)
    ");
    assert_snapshot!(story("require ();"), @r"
    require
    halt Unknown `()` is unknown, and unknown never passes: there is no value to judge
    halted: `()` is unknown, and unknown never passes (sidle::script::require_unknown)
    ");
    assert_snapshot!(
        world("require ask_service(\"silent\");")
            .with(|fake| fake.silent.push("silent".to_owned()))
            .story(),
        @r#"
    require
    probe::service of `silent`
    halt Unknown `ask_service("silent")` is unknown, and unknown never passes: does `silent` run?: connection refused
    halted: `ask_service("silent")` is unknown, and unknown never passes (sidle::script::require_unknown)
    "#
    );
}

#[test]
fn catching_a_require_does_not_save_the_run() {
    assert_snapshot!(story(r#"
        try { require false; } catch { }
        try { act("never"); } catch { }
        act("never");
    "#), @r"
    require
    halt Failed `false` does not hold
    halted: `false` does not hold (sidle::script::require_failed)
    ");
    assert_snapshot!(story("try { require false; } catch { }"), @r"
    require
    halt Failed `false` does not hold
    halted: `false` does not hold (sidle::script::require_failed)
    ");
    assert_snapshot!(story("try { stop_here(\"enough\"); } catch { } loop { }"), @r"
    halt Asked enough
    halted: enough (sidle::script::halt)
    ");
}

#[test]
fn every_operand_is_asked_once() {
    assert_snapshot!(
        world("require ask_service(\"a\").word == \"pass\" && (ask_service(\"b\").word == \"pass\" || ask_service(\"c\").word == \"pass\");")
            .with(|fake| fake.bad.push("b".to_owned()))
            .story(),
        @r"
    require
    probe::service of `a`
    probe::service of `b`
    probe::service of `c`
    held
    finished
    "
    );
}

#[test]
fn a_failing_check_is_named_with_its_path() {
    assert_snapshot!(story("stage \"A\" { require check \"c\" { throw \"it rains\" }; }"), @r"
    enter A
    require
    checked A / c fail [0] it rains
    halt Failed the check `c` does not hold: it rains
    halted: the check `c` does not hold (sidle::script::require_failed)
    ");
}

#[test]
fn an_acceptance_lets_a_failing_check_pass_when_it_is_required() {
    let runbook = "let c = [check \"a\" { true }, check \"b\" { false }]; require c; act(\"go\");";
    assert_snapshot!(world(runbook).with(|fake| fake.accepted.push("b".to_owned())).story(), @r"
    checked a pass [0]
    checked b fail [0] it is false
    require
    held
    command `go`
    finished
    ");
}

#[test]
fn the_newest_gate_is_asked_again_in_place_at_the_wish_of_the_run() {
    let runbook = r#"
        let who = "first";
        stage "Gate" { let who = "good"; require ask_service(who); }
        who = "changed later";
        stage "Move" { act("move"); }
    "#;
    assert_snapshot!(world(runbook).with(|fake| fake.ask_again = true).story(), @r"
    enter Gate
    require
    Gate: probe::service of `good`
    held
    leave Gate
    enter Move
    ask again
    Gate: probe::service of `good`
    asked again true
    Move: command `move`
    leave Move
    finished
    ");
}

#[test]
fn a_gate_that_holds_no_more_halts_before_the_move() {
    let runbook = "require ask_service(\"flaky\"); act(\"move\");";
    let world = world(runbook).with(|fake| {
        fake.ask_again = true;
        fake.flaky = vec![Some(true), Some(false)];
    });
    assert_snapshot!(world.story(), @r#"
    require
    probe::service of `flaky`
    held
    ask again
    probe::service of `flaky`
    asked again false
    halt Failed `ask_service("flaky")` does not hold
    halted: `ask_service("flaky")` does not hold (sidle::script::require_failed)
    "#);
}

#[test]
fn a_require_has_no_value() {
    assert_snapshot!(story("let x = require true; if x != () { throw \"it has\"; }"), @r"
    require
    held
    finished
    ");
}

#[test]
fn a_value_that_is_no_verdict_is_refused() {
    assert_snapshot!(story("require 5;"), @r"
    require
    dropped
    failed: an int is no verdict (sidle::script::no_verdict)
    ");
    assert_snapshot!(story("require \"yes\";"), @r"
    require
    dropped
    failed: a string is no verdict (sidle::script::no_verdict)
    ");
    assert_snapshot!(story("require [true, 1];"), @r"
    require
    dropped
    failed: an int is no verdict (sidle::script::no_verdict)
    ");
}
