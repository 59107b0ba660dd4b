//! `stage`: entering, leaving, and what may not leave it.

use super::story;
use insta::assert_snapshot;

#[test]
fn stages_nest_and_their_paths_name_what_happens_in_them() {
    assert_snapshot!(story(r#"
        let n = stage "Production" {
            for i in 1..3 { stage `Wave ${i}` { act("move"); } }
            40 + 2
        };
        if n != 42 { throw "a stage yields the value of its block"; }
    "#), @r"
    enter Production
    enter Production / Wave 1
    Production / Wave 1: command `move`
    leave Production / Wave 1
    enter Production / Wave 2
    Production / Wave 2: command `move`
    leave Production / Wave 2
    leave Production
    finished
    ");
}

#[test]
fn a_variable_of_a_stage_ends_with_it_and_one_outside_can_be_changed() {
    assert_snapshot!(story(r#"
        let x = 1;
        stage "A" { let x = 5; x += 1; }
        stage "B" { x += 1; }
        if x != 2 { throw `x is ${x}`; }
    "#), @r"
    enter A
    leave A
    enter B
    leave B
    finished
    ");
}

#[test]
fn break_inside_a_stage_inside_a_for_ends_the_loop_and_leaves_the_stage() {
    assert_snapshot!(story(r#"
        for i in 1..9 {
            stage `Wave ${i}` {
                switch i { 2 => break, _ => act(`move ${i}`) }
            }
        }
        act("after");
    "#), @r"
    enter Wave 1
    Wave 1: command `move 1`
    leave Wave 1
    enter Wave 2
    leave Wave 2
    command `after`
    finished
    ");
}

#[test]
fn continue_inside_a_stage_leaves_the_stage_too() {
    assert_snapshot!(story(r#"
        for i in 1..3 { stage `Wave ${i}` { if i == 1 { continue; } act("move"); } }
    "#), @r"
    enter Wave 1
    leave Wave 1
    enter Wave 2
    Wave 2: command `move`
    leave Wave 2
    finished
    ");
}

#[test]
fn a_loop_inside_a_stage_is_broken_without_leaving_the_stage() {
    assert_snapshot!(story(r#"
        stage "A" { for i in 1..9 { if i == 2 { break; } act("once"); } act("still in A"); }
    "#), @r"
    enter A
    A: command `once`
    A: command `still in A`
    leave A
    finished
    ");
}

#[test]
fn return_out_of_a_stage_ends_a_function_but_never_the_run() {
    assert_snapshot!(story(r#"
        fn wave() { stage "In a function" { return 7; } act("never"); }
        if wave() != 7 { throw "wrong"; }
        stage "At the top" { act("one"); return; }
    "#), @r"
    enter In a function
    leave In a function
    enter At the top
    At the top: command `one`
    failed: `return` may not leave a stage at the top level (sidle::script::leaves_block)
    ");
}

#[test]
fn return_at_the_top_level_never_completes_a_run() {
    assert_snapshot!(story("act(\"one\"); if true { return 5; } act(\"two\");"), @r"
    command `one`
    failed: `return` at the top level would end the run as if it were completed (sidle::script::leaves_block)
    ");
}

#[test]
fn a_stage_path_is_entered_once() {
    assert_snapshot!(story(r#"
        stage "A" { stage "B" { } }
        stage "B" { }
        for i in 1..3 { stage "Wave" { } }
    "#), @r"
    enter A
    enter A / B
    leave A / B
    leave A
    enter B
    leave B
    enter Wave
    leave Wave
    failed: the stage `Wave` is entered twice in one run (sidle::script::stage_twice)
    ");
}

#[test]
fn an_error_inside_a_stage_does_not_leave_it() {
    assert_snapshot!(story(r#"
        try { stage "A" { throw "no"; } } catch { }
        act("outside again");
    "#), @r"
    enter A
    command `outside again`
    finished
    ");
}

#[test]
fn the_name_of_a_stage_is_one_line_of_text() {
    assert_snapshot!(story("stage 5 { }"), @r"failed: the name of a stage must be a string, and this is an int (sidle::script::stage_name)");
    assert_snapshot!(story("stage \"  \" { }"), @r"failed: the name of a stage is empty (sidle::script::stage_name)");
    assert_snapshot!(story("stage \"a / b\" { }"), @r"failed: `a / b` cannot be the name of a stage (sidle::script::stage_name)");
}

#[test]
fn the_topology_is_readable_in_functions_and_closures() {
    assert_snapshot!(story(r#"
        fn name() { topology }
        let f = || topology;
        act(name());
        act(f.call());
        if pick([1], |x| topology == "the topology") != 1 { throw "no"; }
    "#), @r"
    command `the topology`
    command `the topology`
    finished
    ");
}

#[test]
fn a_stop_of_the_run_ends_the_script_whatever_it_catches() {
    let world = super::world(
        r#"
        try { act("one"); act("two"); act("three"); } catch { }
        try { act("four"); } catch { }
        loop { }
    "#,
    );
    assert_snapshot!(world.with(|fake| fake.stop_after = Some(0)).story(), @r"stopped");
}
