//! Errors at run time, as a person sees them.

use super::world;
use insta::assert_snapshot;

fn shown(runbook: &str) -> String {
    world(runbook).shown()
}

#[test]
fn a_failed_require_shows_the_value_of_each_operand() {
    assert_snapshot!(
        world("import \"policy/coexistence\" as coexistence;\nstage \"Pilot\" {\n    coexistence::holds(96);\n}")
            .file(
                "policy/coexistence.rhai",
                "fn holds(registered) {\n    let probed = [1, 2];\n    require registered * 100 >= probed.len * 99 && registered == probed.len + 1;\n}"
            )
            .shown(),
        @r#"
    sidle::script::require_failed

      × `registered * 100 >= probed.len * 99 && registered == probed.len + 1` does not hold
       ╭─[policy/coexistence.rhai:3:49]
     2 │     let probed = [1, 2];
     3 │     require registered * 100 >= probed.len * 99 && registered == probed.len + 1;
       ·             ─────┬──── ┬     ─┬ ─────┬──── ┬    ─┬ ─────┬──── ─┬ ─────┬──── ┬
       ·                  │     │      │      │     │     │      │      │      │     ╰── 3
       ·                  │     │      │      │     │     │      │      │      ╰── 2
       ·                  │     │      │      │     │     │      │      ╰── false
       ·                  │     │      │      │     │     │      ╰── 96
       ·                  │     │      │      │     │     ╰── false
       ·                  │     │      │      │     ╰── 198
       ·                  │     │      │      ╰── 2
       ·                  │     │      ╰── true
       ·                  │     ╰── 9600
       ·                  ╰── 96
     4 │ }
       ╰────
      help: what was asked is shown by `sidle log --stage "Pilot"`; mend the cause and run `sidle run`

    Advice: sidle::script::require_failed

      ☞ `holds` was called from `runbook.rhai`
       ╭─[runbook.rhai:3:18]
     2 │ stage "Pilot" {
     3 │     coexistence::holds(96);
       ·                  ────┬────
       ·                      ╰── `holds` called here
     4 │ }
       ╰────
    "#
    );
}

#[test]
fn a_failed_check_is_shown_with_its_block() {
    assert_snapshot!(
        shown("stage \"Coexistence\" {\n    let c = check \"sign-in\" {\n        throw \"4 of 100 users did not register\"\n    };\n    require c;\n}"),
        @r#"
    sidle::script::require_failed

      × the check `sign-in` does not hold
      ╰─▶ 4 of 100 users did not register
       ╭─[runbook.rhai:5:13]
     4 │     };
     5 │     require c;
       ·             ┬
       ·             ╰── fail
     6 │ }
       ╰────
      help: mend the cause and run `sidle run`; or take it on you with `sidle accept "Coexistence /
            sign-in" --note WHY`

    Advice: sidle::script::require_failed

      ☞ the check `sign-in` stands here
       ╭─[runbook.rhai:2:13]
     1 │ stage "Coexistence" {
     2 │     let c = check "sign-in" {
       ·             ───────┬───────
       ·                    ╰── taken here
     3 │         throw "4 of 100 users did not register"
       ╰────
    "#
    );
}

#[test]
fn an_unknown_function_names_a_near_one() {
    assert_snapshot!(shown("fn choose_all(x) { x }\nlet y = chose_all(5);"), @r"
    sidle::script::unknown_function

      × there is no function `chose_all`
       ╭─[runbook.rhai:2:9]
     1 │ fn choose_all(x) { x }
     2 │ let y = chose_all(5);
       ·         ────┬────
       ·             ╰── no such function takes (int)
       ╰────
      help: did you mean `choose_all`?
    ");
    assert_snapshot!(shown("let y = frobnicate(5, \"x\");"), @r#"
    sidle::script::unknown_function

      × there is no function `frobnicate`
       ╭─[runbook.rhai:1:9]
     1 │ let y = frobnicate(5, "x");
       ·         ─────┬────
       ·              ╰── no such function takes (int, string)
       ╰────
      help: define it with `fn`, or import the script that has it
    "#);
}

#[test]
fn a_variable_that_is_in_use_is_named_with_the_way_out() {
    assert_snapshot!(shown("let w = [1, 2];\nlet y = w.filter(|x| x < w.len);"), @r"
    sidle::script::error

      × the function given to a method uses the variable that the method is called on
      ╰─▶ the variable is in use until `filter` has ended
       ╭─[runbook.rhai:2:11]
     1 │ let w = [1, 2];
     2 │ let y = w.filter(|x| x < w.len);
       ·           ──────────┬──────────
       ·                     ╰── called here
       ╰────
      help: take the part into a variable of its own first: `let users = pool.users; users.filter(|
            user| user.pool == pool)`
    ");
}

#[test]
fn wrong_arguments_are_named_in_users_words() {
    assert_snapshot!(shown("act(5);"), @r"
    sidle::script::wrong_arguments

      × `act` does not take (int)
       ╭─[runbook.rhai:1:5]
     1 │ act(5);
       ·     ┬
       ·     ╰── this is int, and it takes string
       ╰────
      help: it is called as `act(string)`
    ");
    assert_snapshot!(shown("fn two(a, b) { a }\ntwo(1);"), @r"
    sidle::script::wrong_arguments

      × `two` does not take 1 argument
       ╭─[runbook.rhai:2:1]
     1 │ fn two(a, b) { a }
     2 │ two(1);
       · ───┬──
       ·    ╰── called here
       ╰────
      help: it is called as `two(any value, any value)`
    ");
    assert_snapshot!(shown("let x = 1 + #{};"), @r"
    sidle::script::wrong_type

      × `+` does not join int and map
       ╭─[runbook.rhai:1:11]
     1 │ let x = 1 + #{};
       ·           ┬
       ·           ╰── int + map
       ╰────
    ");
}

#[test]
fn functions_of_other_scripts_are_found_and_are_no_values() {
    let policy = "fn choose(user) { true }";
    let run = |text: &str| {
        world(&format!("import \"policy/p\" as pilot;\n{text}"))
            .file("policy/p.rhai", policy)
            .shown()
    };
    assert_snapshot!(run("pilot::chose(1);"), @r#"
    sidle::script::unknown_function

      × `pilot` has no function `chose`
       ╭─[runbook.rhai:2:8]
     1 │ import "policy/p" as pilot;
     2 │ pilot::chose(1);
       ·        ────┬───
       ·            ╰── called here
       ╰────
      help: did you mean `choose`?
    "#);
    assert_snapshot!(run("pilot::choose(1, 2);"), @r#"
    sidle::script::wrong_arguments

      × `pilot::choose` takes 1 argument, and 2 are given
       ╭─[runbook.rhai:2:8]
     1 │ import "policy/p" as pilot;
     2 │ pilot::choose(1, 2);
       ·        ──────┬─────
       ·              ╰── called here
       ╰────
    "#);
    assert_snapshot!(run("pick([1], pilot::choose);"), @r#"
    sidle::script::unknown_variable

      × `pilot::choose` is no value
       ╭─[runbook.rhai:2:11]
     1 │ import "policy/p" as pilot;
     2 │ pick([1], pilot::choose);
       ·           ──────┬──────
       ·                 ╰── not a value of that script
       ╰────
      help: a function of another script is given on inside a closure: `|user| pilot::choose(user)`
    "#);
    assert_snapshot!(run("pilto::choose(1);"), @r#"
    sidle::script::unknown_module

      × no script is imported as `pilto`
       ╭─[runbook.rhai:2:1]
     1 │ import "policy/p" as pilot;
     2 │ pilto::choose(1);
       · ──┬──
       ·   ╰── unknown
       ╰────
      help: did you mean `pilot`?
    "#);
}

#[test]
fn unknown_variables_and_properties_name_a_near_one() {
    assert_snapshot!(shown("let legacy = 1;\nlet x = legcy + 1;"), @r"
    sidle::script::unknown_variable

      × there is no variable `legcy` here
       ╭─[runbook.rhai:2:9]
     1 │ let legacy = 1;
     2 │ let x = legcy + 1;
       ·         ──┬──
       ·           ╰── unknown
       ╰────
      help: did you mean `legacy`?
    ");
    assert_snapshot!(shown("let legacy = 1;\nfn f() { legacy }\nf();"), @r"
    sidle::script::unknown_variable

      × there is no variable `legacy` here
       ╭─[runbook.rhai:2:10]
     1 │ let legacy = 1;
     2 │ fn f() { legacy }
       ·          ───┬──
       ·             ╰── unknown
     3 │ f();
       ╰────
      help: a `legacy` exists elsewhere in this file, but a function sees only its parameters,
            `topology` and constants as `global::NAME`
    ");
    assert_snapshot!(shown("let m = #{ a: 1 };\nlet x = m.b;"), @r"
    sidle::script::unknown_property

      × a map has no property `b`
       ╭─[runbook.rhai:2:11]
     1 │ let m = #{ a: 1 };
     2 │ let x = m.b;
       ·           ┬
       ·           ╰── unknown
       ╰────
      help: write the name as it was given when the map was made
    ");
    assert_snapshot!(shown("let x = \"text\".lenght;"), @r#"
    sidle::script::unknown_property

      × a string has no property `lenght`
       ╭─[runbook.rhai:1:16]
     1 │ let x = "text".lenght;
       ·                ───┬──
       ·                   ╰── unknown
       ╰────
      help: it has `bytes`, `chars`, `is_empty` and `len`
    "#);
}

#[test]
fn every_call_frame_is_shown() {
    assert_snapshot!(
        shown("fn move_one(u) {\n    throw `${u} was not moved`\n}\nfn move_team(site) {\n    for u in [site] { move_one(u); }\n}\nmove_team(\"서울\");"),
        @r#"
    sidle::script::throw

      × the script threw: 서울 was not moved
       ╭─[runbook.rhai:2:5]
     1 │ fn move_one(u) {
     2 │     throw `${u} was not moved`
       ·     ──┬──
       ·       ╰── thrown here
     3 │ }
     4 │ fn move_team(site) {
     5 │     for u in [site] { move_one(u); }
       ·                       ─────┬─────
       ·                            ╰── 1: `move_one` called here
     6 │ }
     7 │ move_team("서울");
       · ────────┬────────
       ·         ╰── 2: `move_team` called here
       ╰────
    "#
    );
}

#[test]
fn a_limit_is_shown_where_it_was_with_its_frames() {
    assert_snapshot!(shown("fn spin() {\n    loop { let n = 1; }\n}\nfn g() {\n    spin()\n}\n\ng();"), @r"
    sidle::script::limit

      × the script does not come to its next effect within 200,000 operations
       ╭─[runbook.rhai:2:20]
     1 │ fn spin() {
     2 │     loop { let n = 1; }
       ·                    ┬
       ·                    ╰── it was here
     3 │ }
     4 │ fn g() {
     5 │     spin()
       ·     ───┬──
       ·        ╰── 1: `spin` called here
     6 │ }
     7 │
     8 │ g();
       · ─┬─
       ·  ╰── 2: `g` called here
       ╰────
      help: does this loop end? the limit is `[limits] operations` in sidle.toml
    ");
}

#[test]
fn no_message_names_a_type_of_rust_or_an_inner_name_of_a_closure() {
    for text in [
        "act(5);",
        "let f = |x| x.y; f.call(1);",
        "let f = |x| throw x; f.call(1);",
        "[1].filter(|x| x + ());",
        "let x = true; x[1];",
        "for x in 5 { }",
        "if 5 { }",
        "let x = \"a\" - 1;",
        "let f = || 1; f.call(1, 2);",
        "1.foo();",
        "let c = check \"c\" { true }; c + 1;",
        "const A = 1; A = 2;",
        "let a = [1]; a[5];",
        "require 1 < \"2\";",
        "9223372036854775807 + 1;",
        "stage || 1 { }",
    ] {
        let told = shown(text);
        for wrong in [
            "anon$",
            "Immutable",
            "::Dynamic",
            "i64",
            "Rhai",
            "&str",
            "FnPtr",
            "CheckValue",
            "line 1,",
        ] {
            assert!(!told.contains(wrong), "{text}\n{told}");
        }
        assert!(told.contains("sidle::script::"), "{text}\n{told}");
    }
}
