//! `on_rollback`: what an armed block sees and does.

use super::super::evaluate::Mode;
use super::{story, world};
use insta::assert_snapshot;

#[test]
fn a_block_sees_the_variables_as_they_were_when_it_was_reached() {
    let mut world = world(
        r#"
        import "policy/back" as back;
        let note = "before";
        for i in 1..4 {
            let wave = `wave ${i}`;
            stage wave {
                on_rollback { act(`undo ${wave} ${note} ${i} ${back::twice(i)} ${helper()}`); }
                act(`do ${i}`);
            }
            note = "after";
        }
        fn helper() { "own function" }
    "#,
    )
    .file(
        "policy/back.rhai",
        "fn twice(n) { private_twice(n) } private fn private_twice(n) { n * 2 }",
    )
    .with(|fake| fake.take_back = vec![0, 1, 2]);
    world.mode = Mode::Rollback;
    assert_snapshot!(world.story(), @r"
    enter wave 1
    arm 0 in wave 1
    wave 1: command `do 1`
    leave wave 1
    enter wave 2
    arm 1 in wave 2
    wave 2: command `do 2`
    leave wave 2
    enter wave 3
    arm 2 in wave 3
    wave 3: command `do 3`
    leave wave 3
    rollback of wave 3: command `undo wave 3 after 3 6 own function`
    block ended None
    rollback of wave 2: command `undo wave 2 after 2 4 own function`
    block ended None
    rollback of wave 1: command `undo wave 1 before 1 2 own function`
    block ended None
    finished
    ");
}

#[test]
fn a_rollback_works_after_the_run_has_told_the_script_to_stop() {
    let mut world = world(
        "stage \"A\" { on_rollback { act(\"undo\"); } act(\"do\"); act(\"later\"); }",
    )
    .with(|fake| {
        fake.take_back = vec![0];
        fake.stop_after = Some(3);
    });
    world.mode = Mode::Rollback;
    assert_snapshot!(world.story(), @r"
    enter A
    arm 0 in A
    A: command `do`
    rollback of A: command `undo`
    block ended None
    finished
    ");
}

#[test]
fn a_failing_block_stops_the_rollback() {
    let mut world = world(
        r#"
        stage "A" { on_rollback { act("undo A"); } }
        stage "B" { on_rollback { throw "cannot"; } }
    "#,
    )
    .with(|fake| fake.take_back = vec![0, 1]);
    world.mode = Mode::Rollback;
    assert_snapshot!(world.story(), @r#"
    enter A
    arm 0 in A
    leave A
    enter B
    arm 1 in B
    leave B
    block ended Some("the script threw: cannot")
    halted: the script threw: cannot (sidle::script::throw)
    "#);
}

#[test]
fn a_block_may_use_every_form_but_arm_another() {
    let mut world = world(
        r#"
        stage "A" { on_rollback {
            require ask_service("good");
            let c = check "again" { true };
            stage "inside" { act("undo"); }
            on_rollback { }
        } }
    "#,
    )
    .with(|fake| fake.take_back = vec![0]);
    world.mode = Mode::Rollback;
    assert_snapshot!(world.story(), @r#"
    enter A
    arm 0 in A
    leave A
    require
    rollback of A: probe::service of `good`
    held
    checked rollback of A / again pass [0]
    enter rollback of A / inside
    rollback of A / inside: command `undo`
    leave rollback of A / inside
    block ended Some("an `on_rollback` block may not reach the effect `on_rollback`")
    halted: an `on_rollback` block may not reach the effect `on_rollback` (sidle::script::on_rollback)
    "#);
}

#[test]
fn a_block_outside_every_stage_is_refused() {
    assert_snapshot!(story("on_rollback { act(\"undo\"); }"), @r"failed: `on_rollback` stands outside every stage (sidle::script::on_rollback)");
}
