//! Tests of the console: what persists, what is refused, and where errors point.

use super::*;
use crate::diagnostic::{Style, render};
use crate::script::api::contoso;
use crate::script::sources::Read;

/// One policy, which reads a constant of its own.
struct OnePolicy;

impl Sources for OnePolicy {
    fn read(&self, path: &str) -> Read {
        match path {
            "policy/size.rhai" => {
                Read::Text("const MOST = 3;\nfn most() { global::MOST }\n".into())
            }
            _ => Read::Missing,
        }
    }
}

fn ground() -> Ground {
    Ground {
        view: View::new(contoso()),
        now: Some(Timestamp::UNIX_EPOCH),
        sources: Arc::new(OnePolicy),
        limits: Limits::default(),
    }
}

fn console() -> Console {
    Console::start(ground()).unwrap()
}

/// What the last of the inputs comes to: its line, or its first finding.
fn last(inputs: &[&str]) -> String {
    said(&console(), inputs)
}

fn said(console: &Console, inputs: &[&str]) -> String {
    let mut said = String::new();
    for input in inputs {
        said = match console.evaluate(input, 20).value {
            Ok(shown) => shown.line,
            Err(found) => render(&found.0[0], Style::PLAIN),
        };
    }
    said
}

#[test]
fn variables_functions_constants_and_imports_persist() {
    assert_eq!(last(&["let n = 2", "n += 1;", "n * 2"]), "6");
    assert_eq!(last(&["fn double(n) { n * 2 }", "double(4)"]), "8");
    assert_eq!(last(&["const MOST = 5", "fn most() { global::MOST }", "most()"]), "5");
    assert_eq!(last(&["import \"policy/size\" as size", "size::most()"]), "3");
    assert_eq!(last(&["import \"policy/size\" as size", "fn f() { size::most() }", "f()"]), "3");
    assert_eq!(last(&["let n = 1; let f = |x| x + n;", "f.call(2)"]), "3");
}

#[test]
fn a_function_that_is_defined_again_replaces_the_old_one_for_all_who_call_it() {
    assert_eq!(last(&["fn a() { 1 }", "fn b() { a() }", "fn a() { 2 }", "b()"]), "2");
}

#[test]
fn an_error_keeps_what_was_defined_before_it_and_nothing_of_inner_blocks() {
    assert_eq!(last(&["let kept = 1; throw \"x\"", "kept"]), "1");
    assert!(last(&["{ let inner = 1; throw \"x\" }", "inner"]).contains("no variable `inner`"));
}

#[test]
fn near_names_are_those_of_earlier_inputs_too() {
    assert!(last(&["let legacy = 1", "legcy"]).contains("did you mean `legacy`?"));
    assert!(last(&["fn double(n) { n }", "doubl(1)"]).contains("did you mean `double`?"));
    let module = last(&["import \"policy/size\" as size", "size::mst()"]);
    assert!(module.contains("did you mean `most`?"), "{module}");
}

#[test]
fn a_failed_requirement_and_a_refused_effect_do_not_end_the_session() {
    let console = console();
    assert!(said(&console, &["require 1 > 2"]).contains("does not hold"));
    assert!(said(&console, &["topology.users.move_to(topology.pools[1])"]).contains("`move_to`"));
    assert!(said(&console, &["halt(\"enough\")"]).contains("`halt` belongs to a run"));
    assert!(said(&console, &["soak(\"30d\", \"1d\", || true)"]).contains("`soak` has an effect"));
    assert_eq!(said(&console, &["topology.users.len"]), "6");
}

#[test]
fn a_person_ends_an_endless_loop_and_the_session_goes_on() {
    let console = Arc::new(console());
    let interrupt = console.interrupt();
    let endless = {
        let console = console.clone();
        std::thread::spawn(move || said(&console, &["let n = 1", "while true { n = 1 - n; }"]))
    };
    // Until it has ended: the first wish may come before the loop has begun.
    while !endless.is_finished() {
        interrupt.stop();
        std::thread::yield_now();
    }
    let said_then = endless.join().unwrap();
    assert!(said_then.contains("stopped by Ctrl-C"), "{said_then}");
    assert_eq!(said(&console, &["1 + 1"]), "2");
}

#[test]
fn deeply_nested_values_are_shown_in_part_and_dropped() {
    let deep = "let deep = []; for n in 0..5000 { deep = [deep]; } deep";
    assert!(last(&[deep]).contains("[...]"));
}

#[test]
fn what_is_printed_is_handed_out_in_order() {
    let evaluated = console().evaluate("print(1); print(\"two\"); 3", 20);
    assert_eq!(evaluated.printed, ["1", "two"]);
}

#[test]
fn reloading_keeps_plain_values_functions_and_what_has_a_name() {
    let console = console();
    let inputs = [
        "let n = 1; let legacy = topology.pools[0]; let all = topology.users;",
        "fn double(n) { n * 2 }",
        "import \"policy/size\" as size",
    ];
    said(&console, &inputs);
    let gone = console.reload(ground());
    assert_eq!(gone, ["`all`, a UserSet of what was read before"]);
    assert_eq!(said(&console, &["double(n) + size::most()"]), "5");
    assert_eq!(said(&console, &["legacy.fqdn"]), "\"ocspool01.contoso.com\"");
}

#[test]
fn an_input_is_unfinished_only_where_more_text_could_make_it_whole() {
    let console = console();
    for begun in [
        "fn f(a) {",
        "1 +",
        "let x =",
        "topology.users.filter(|user|",
        "topology.users.filter(|user| user.enabled",
        "`two",
        "/* a",
        "[1, 2",
        "#{ a: 1,",
        "stage \"Pilot\"",
        "check \"sign-in\" {",
        "if true {",
        "topology.",
        "|user|",
    ] {
        assert!(console.is_unfinished(begun), "{begun}");
    }
    for whole in ["1", "", "\"open", "1 + * 2", ")", "[1 2]", "let 1 = 2", "unknown_name", "// a"] {
        assert!(!console.is_unfinished(whole), "{whole}");
    }
}
