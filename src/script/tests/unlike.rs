//! Values of different types, and checks taken for bools.

use super::{story, world};
use insta::assert_snapshot;

#[test]
fn a_comparison_of_unlike_types_in_a_require_is_refused() {
    assert_snapshot!(world("let n = 5;\nrequire n < \"6\" || true;").shown(), @r#"
    sidle::script::unlike_types

      × an int and a string are never equal or ordered
       ╭─[runbook.rhai:2:11]
     1 │ let n = 5;
     2 │ require n < "6" || true;
       ·         ┬ ┬ ─┬─
       ·         │ │  ╰── string
       ·         │ ╰── compared here
       ·         ╰── int
       ╰────
      help: compare like with like: a property of the value, or `.to_string()` or `parse_int(...)`
    "#);
    assert_snapshot!(story("require check \"c\" { true } == true;"), @r"
    require
    checked c pass [0]
    dropped
    failed: a Check and a bool are never equal or ordered (sidle::script::unlike_types)
    ");
    assert_snapshot!(story("require 1 == 1.0 && 'a' == \"a\" && () != 5;"), @r"
    require
    held
    finished
    ");
}

#[test]
fn a_check_is_no_bool() {
    assert_snapshot!(world("let c = check \"c\" { true };\nrequire c && true;").shown(), @r#"
    sidle::script::wrong_type

      × `&&` joins `true` and `false`, and this is a Check
       ╭─[runbook.rhai:2:9]
     1 │ let c = check "c" { true };
     2 │ require c && true;
       ·         ┬
       ·         ╰── Check
       ╰────
      help: write `.passed`, `.failed` or `.unknown`, or require an array: `require [a, b]`
    "#);
    assert_snapshot!(world("let c = check \"c\" { true };\nif c { act(\"go\"); }").shown(), @r#"
    sidle::script::wrong_type

      × this must be a bool, and it is a Check
       ╭─[runbook.rhai:2:4]
     1 │ let c = check "c" { true };
     2 │ if c { act("go"); }
       ·    ┬
       ·    ╰── Check
       ╰────
      help: write `.passed`, `.failed` or `.unknown`
    "#);
    let told = world("let c = check \"c\" { true };\nlet d = !c;").shown();
    assert!(told.contains("`.passed`") && told.contains("runbook.rhai:2:9"), "{told}");
}
