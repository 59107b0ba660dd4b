//! What may not be reached, named or called.

use super::{story, world};
use insta::assert_snapshot;

#[test]
fn a_pure_closure_reaches_no_effect() {
    assert_snapshot!(story("pick([1], |x| ask_service(\"a\").word == \"pass\");"), @r"failed: the closure of `pick` may not reach the effect `probe::service` (sidle::script::not_pure)");
    assert_snapshot!(story("[1].filter(|x| { act(\"move\"); true });"), @r"failed: the closure of `filter` may not reach the effect `command` (sidle::script::not_pure)");
    assert_snapshot!(story("[2, 1].sort(|a, b| { act(\"move\"); a - b });"), @r"failed: the closure of `sort` may not reach the effect `command` (sidle::script::not_pure)");
    assert_snapshot!(story("[1].some(|x| { check \"c\" { true }; true });"), @r"failed: the closure of `some` may not reach the effect `check` (sidle::script::not_pure)");
    assert_snapshot!(story("[1].all(|x| { require true; true });"), @r"failed: the closure of `all` may not reach the effect `require` (sidle::script::not_pure)");
}

#[test]
fn purity_holds_through_functions_and_other_files() {
    assert_snapshot!(
        world("import \"policy/p\" as p;\n[1].filter(|x| p::choose(x));")
            .file("policy/p.rhai", "fn choose(x) {\n    note_it(x)\n}\nfn note_it(x) { act(\"move\"); true }\n")
            .shown(),
        @r#"
    sidle::script::not_pure

      × the closure of `filter` may not reach the effect `command`
       ╭─[policy/p.rhai:4:17]
     1 │ fn choose(x) {
     2 │     note_it(x)
       ·     ─────┬────
       ·          ╰── 1: `note_it` called here
     3 │ }
     4 │ fn note_it(x) { act("move"); true }
       ·                 ─────┬─────
       ·                      ╰── this changes the world or halts the run
       ╰────
      help: decide inside the closure, and act on its result outside

    Advice: sidle::script::not_pure

      ☞ the closure of `filter` stands here
       ╭─[runbook.rhai:2:5]
     1 │ import "policy/p" as p;
     2 │ [1].filter(|x| p::choose(x));
       ·     ────────────┬───────────
       ·                 ╰── this closure must be pure
       ╰────

    Advice: sidle::script::not_pure

      ☞ `choose` was called from `runbook.rhai`
       ╭─[runbook.rhai:2:19]
     1 │ import "policy/p" as p;
     2 │ [1].filter(|x| p::choose(x));
       ·                   ────┬────
       ·                       ╰── 2: `choose` called here
       ╰────
    "#
    );
}

#[test]
fn effects_are_allowed_where_no_closure_decides() {
    assert_snapshot!(story("[1, 2].map(|x| act(`${x}`)); for x in [3] { act(`${x}`); }"), @r"
    command `1`
    command `2`
    command `3`
    finished
    ");
}

#[test]
fn the_words_of_block_forms_are_no_names() {
    for definition in [
        "let stage = 1;",
        "const check = 1;",
        "fn require() { }",
        "fn f(test) { }",
        "let f = |check| 1;",
        "for stage in [1] { }",
        "let m = #{ check: 1 };",
        "let m = #{}; m.require = 1;",
        "let x = 5; x.check();",
        "import \"policy/pilot\" as test;",
        "let topology = 5;",
    ] {
        let told = story(definition);
        assert!(told.contains("script::keyword"), "{definition}: {told}");
    }
    assert_snapshot!(story("let stage = 1;\nfn check(x) { }"), @r"
    failed: `stage` begins a block form and can be no variable (sidle::script::keyword)
    failed: `check` begins a block form and can be no function (sidle::script::keyword)
    ");
}

#[test]
fn what_rhai_can_do_and_a_run_must_not_does_not_exist() {
    for (call, instead) in [
        ("sleep(1)", "`wait(\"10m\")`"),
        ("timestamp()", "`now()`"),
        ("exit()", "`halt(why)`"),
        ("exit(5)", "`halt(why)`"),
    ] {
        let told = world(&format!("{call};")).shown();
        assert!(told.contains("does not exist in sidle") && told.contains(instead), "{told}");
    }
    let told = story("eval(\"1\");");
    assert!(told.starts_with("failed"), "{told}");
}

#[test]
fn a_closure_of_rhais_own_functions_must_yield_a_bool() {
    assert_snapshot!(story("[1].filter(|x| 1);"), @r"failed: the closure of `filter` yields an int and not `true` or `false` (sidle::script::not_bool)");
    assert_snapshot!(story("[1].some(|x| { true; });"), @r"finished");
    assert_snapshot!(story("[2, 1].sort(|a, b| throw \"boom\");"), @r"failed: the script threw: boom (sidle::script::throw)");
    assert_snapshot!(story("[2, 1].sort(|a, b| true);"), @r"failed: the comparator of `sort` yields a bool and not a number (sidle::script::wrong_type)");
    assert_snapshot!(story("let a = [3, 1, 2]; a.sort(|a, b| a - b); act(`${a} ${a.filter(|x| x > 1)} ${a.find(|x| x > 1)}`);"), @r"
    command `[1, 2, 3] [2, 3] 2`
    finished
    ");
}
