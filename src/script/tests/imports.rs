//! Where scripts come from, and checking them without running.

use super::super::check_scripts;
use super::world;
use insta::assert_snapshot;

#[test]
fn a_policy_is_the_organisations_or_else_the_librarys() {
    assert_snapshot!(
        world("import \"policy/pilot\" as p; act(p::who());")
            .file("policy/pilot.rhai", "fn who() { \"ours\" }")
            .story(),
        @r"
    command `ours`
    finished
    "
    );
    assert_snapshot!(world("import \"policy/cutover\" as c; import \"std/policy/pilot\" as p; act(\"both\");").story(), @r"
    command `both`
    finished
    ");
}

#[test]
fn an_import_leads_nowhere_else() {
    assert_snapshot!(world("import \"../secrets\" as s;").shown(), @r#"
    sidle::script::outside

      × `../secrets` leads outside the organisation's folder
       ╭─[runbook.rhai:1:8]
     1 │ import "../secrets" as s;
       ·        ──────┬─────
       ·              ╰── imported here
       ╰────
      help: write a path from the top of the folder, such as `policy/pilot`, or `std/...`
    "#);
    assert_snapshot!(world("import \"/etc/passwd\" as s;").story(), @r"failed: `/etc/passwd` leads outside the organisation's folder (sidle::script::outside)");
    assert_snapshot!(world("import \"policy/pilott\" as s;").shown(), @r#"
    sidle::script::unreadable

      × there is no script `policy/pilott.rhai`
       ╭─[runbook.rhai:1:8]
     1 │ import "policy/pilott" as s;
       ·        ───────┬───────
       ·               ╰── imported here
       ╰────
      help: did you mean `policy/pilot`?
    "#);
    assert_snapshot!(world("import \"std/nothing\" as s;").story(), @r"failed: there is no script `std/nothing.rhai` (sidle::script::unreadable)");
}

#[test]
fn scripts_that_import_each_other_are_refused() {
    assert_snapshot!(
        world("import \"policy/a\" as a;")
            .file("policy/a.rhai", "import \"policy/b\" as b;")
            .file("policy/b.rhai", "import \"policy/a\" as a;")
            .shown(),
        @r#"
    sidle::script::cycle

      × scripts import each other: `runbook.rhai`, `policy/a.rhai`, `policy/b.rhai` and `policy/
      │ a.rhai`
       ╭─[policy/b.rhai:1:8]
     1 │ import "policy/a" as a;
       ·        ─────┬────
       ·             ╰── 1: imported here
       ╰────
      help: move what both need into a third script

    Advice: sidle::script::cycle

      ☞ `policy/a.rhai` imports it
       ╭─[policy/a.rhai:1:8]
     1 │ import "policy/b" as b;
       ·        ─────┬────
       ·             ╰── 2: imported here
       ╰────

    Advice: sidle::script::cycle

      ☞ `runbook.rhai` imports it
       ╭─[runbook.rhai:1:8]
     1 │ import "policy/a" as a;
       ·        ─────┬────
       ·             ╰── 3: imported here
       ╰────
    "#
    );
}

#[test]
fn a_module_is_evaluated_once() {
    assert_snapshot!(
        world("import \"policy/a\" as a; import \"policy/b\" as b; act(\"end\");")
            .file("policy/a.rhai", "import \"policy/c\" as c;")
            .file("policy/b.rhai", "import \"policy/c\" as c;")
            .file("policy/c.rhai", "act(\"once\");")
            .story(),
        @r"
    command `once`
    command `end`
    finished
    "
    );
}

#[test]
fn constants_of_a_module_are_seen_in_its_functions() {
    assert_snapshot!(
        world("import \"policy/a\" as a; act(a::first());")
            .file("policy/a.rhai", "const NAMES = [\"CEO\"];\nfn first() { global::NAMES[0] }")
            .story(),
        @r"
    command `CEO`
    finished
    "
    );
}

#[test]
fn an_error_in_an_import_is_shown_with_its_import() {
    assert_snapshot!(
        world("import \"policy/a\" as a;").file("policy/a.rhai", "fn f() { 1 +* 2 }\n").shown(),
        @r#"
    sidle::script::syntax

      × `*` is not expected here
       ╭─[policy/a.rhai:1:13]
     1 │ fn f() { 1 +* 2 }
       ·             ┬
       ·             ╰── reading stopped here
       ╰────

    Advice: sidle::script::syntax

      ☞ `runbook.rhai` imports it
       ╭─[runbook.rhai:1:8]
     1 │ import "policy/a" as a;
       ·        ─────┬────
       ·             ╰── imported here
       ╰────
    "#
    );
}

#[test]
fn checking_reads_everything_that_is_imported_and_runs_nothing() {
    let world = world("import \"policy/a\" as a;\nimport \"policy/nothing\" as n;\nact(1);")
        .file("policy/a.rhai", "let check = 1;\nfn stage() { }\nimport \"policy/b\" as b;")
        .file("policy/b.rhai", "let x = ;\n");
    let found = check_scripts(&world.sources(), "runbook.rhai");
    let words: Vec<String> = found
        .0
        .iter()
        .map(|finding| {
            let (file, line, column) = finding.place().unwrap();
            format!("{file}:{line}:{column} {}", finding.message)
        })
        .collect();
    assert_snapshot!(words.join("\n"), @r"
    policy/a.rhai:1:5 `check` begins a block form and can be no variable
    policy/a.rhai:2:4 `stage` begins a block form and can be no function
    runbook.rhai:2:8 there is no script `policy/nothing.rhai`
    policy/b.rhai:1:9 `;` is not expected here
    ");
}

#[test]
fn the_library_reads_without_a_finding() {
    let world = world(
        "import \"policy/pilot\" as a; import \"policy/coexistence\" as b; import \"policy/cutover\" as c;",
    );
    let found = check_scripts(&world.sources(), "runbook.rhai");
    assert!(found.0.is_empty(), "{found:?}");
}

#[test]
fn a_closure_that_another_script_made_can_be_called() {
    assert_snapshot!(
        world("import \"policy/a\" as a; act(a::maker(\"x\").call(\"y\")); act(a::far().call(\"z\")); act([1].map(a::far())[0]);")
            .file("policy/a.rhai", "import \"policy/b\" as b; fn maker(x) { |y| glue(x, y) } private fn glue(x, y) { x + y } fn far() { b::maker() }")
            .file("policy/b.rhai", "const SIGN = \"!\"; fn maker() { |y| y.to_string() + global::SIGN }")
            .story(),
        @r"
    command `xy`
    command `z!`
    command `1!`
    finished
    "
    );
}
