//! Scripts that are no Rhai, as a person sees them.

use super::world;
use insta::assert_snapshot;

fn shown(runbook: &str) -> String {
    world(runbook).shown()
}

#[test]
fn an_unclosed_brace_is_shown_where_it_was_opened() {
    assert_snapshot!(shown("fn a() {\n    if true {\n        1\n}\n\nfn b() {\n    2\n}\n"), @r"
    sidle::script::syntax

      × this `{` is not closed
       ╭─[runbook.rhai:2:13]
     1 │ fn a() {
     2 │     if true {
       ·             ┬
       ·             ╰── opened here
     3 │         1
       ╰────
       ╭─[runbook.rhai:6:1]
     5 │
     6 │ fn b() {
       · ─┬
       ·  ╰── noticed here
     7 │     2
       ╰────
      help: close it with `}`
    ");
    assert_snapshot!(shown("let x = [1, 2;\nlet y = 3;"), @r"
    sidle::script::syntax

      × this `[` is not closed
       ╭─[runbook.rhai:1:9]
     1 │ let x = [1, 2;
       ·         ┬    ┬
       ·         │    ╰── noticed here
       ·         ╰── opened here
     2 │ let y = 3;
       ╰────
      help: close it with `]`
    ");
    assert_snapshot!(shown("let x = foo(1, 2\nlet y = 3;"), @r"
    sidle::script::syntax

      × this `(` is not closed
       ╭─[runbook.rhai:1:12]
     1 │ let x = foo(1, 2
       ·            ┬
       ·            ╰── opened here
     2 │ let y = 3;
       · ─┬─
       ·  ╰── noticed here
       ╰────
      help: close it with `)`
    ");
}

#[test]
fn scripts_that_are_no_rhai_say_so_in_plain_words() {
    assert_snapshot!(shown("let x = 1\nlet y = 2;"), @r"
    sidle::script::syntax

      × two statements are not separated
       ╭─[runbook.rhai:1:9]
     1 │ let x = 1
       ·         ┬
       ·         ╰── a `;` is missing here
     2 │ let y = 2;
       ╰────
      help: end the first with `;`
    ");
    assert_snapshot!(shown("let name = \"unfinished;\n"), @r#"
    sidle::script::syntax

      × this string is not ended
       ╭─[runbook.rhai:1:12]
     1 │ let name = "unfinished;
       ·            ──────┬─────
       ·                  ╰── reading stopped here
       ╰────
      help: close it with its quote on the same line
    "#);
    assert_snapshot!(shown("break;"), @r"
    sidle::script::syntax

      × `break` or `continue` stands in no loop
       ╭─[runbook.rhai:1:1]
     1 │ break;
       · ──┬──
       ·   ╰── reading stopped here
       ╰────
      help: they end a `for`, `while` or `loop` around them
    ");
    assert_snapshot!(shown("if true { fn f() { } }"), @r"
    sidle::script::syntax

      × a function is defined inside a block
       ╭─[runbook.rhai:1:11]
     1 │ if true { fn f() { } }
       ·           ─┬
       ·            ╰── reading stopped here
       ╰────
      help: move it to the top level of the file, or use a closure: `let f = |x| ...;`
    ");
    assert_snapshot!(shown("let x = 5 === 5;"), @r"
    sidle::script::syntax

      × `===` is no operator
       ╭─[runbook.rhai:1:11]
     1 │ let x = 5 === 5;
       ·           ─┬─
       ·            ╰── reading stopped here
       ╰────
      help: did you mean `==`?
    ");
}

#[test]
fn places_after_wide_characters_are_exact() {
    assert_snapshot!(shown("let name = \"한글 텍스트 🚀\"; let z = `안녕 ${name}`; let x = missing_name;"), @r#"
    sidle::script::unknown_variable

      × there is no variable `missing_name` here
       ╭─[runbook.rhai:1:54]
     1 │ let name = "한글 텍스트 🚀"; let z = `안녕 ${name}`; let x = missing_name;
       ·                                                              ──────┬─────
       ·                                                                    ╰── unknown
       ╰────
      help: declare it with `let` before it is used
    "#);
    assert_snapshot!(shown("/* 文字 */ require \"漢字\".len == 3;"), @r#"
    sidle::script::require_failed

      × `"漢字".len == 3` does not hold
       ╭─[runbook.rhai:1:27]
     1 │ /* 文字 */ require "漢字".len == 3;
       ·                    ─────┬──── ─┬
       ·                         │      ╰── false
       ·                         ╰── 2
       ╰────
      help: what was asked is shown by `sidle log`; mend the cause and run `sidle run`
    "#);
}
