//! The table is its own test: every primitive has a summary and examples, and every example is true.

use super::fixture::eval;
use super::{Expect, doc_text, primitives};
use std::collections::BTreeSet;

#[test]
fn every_primitive_has_a_summary_and_an_example() {
    for primitive in primitives() {
        assert!(primitive.summary.ends_with('.'), "no summary: {}", primitive.signature);
        assert!(!primitive.examples.is_empty(), "no example: {}", primitive.signature);
        assert!(!primitive.returns.is_empty(), "no type: {}", primitive.signature);
    }
    assert!(primitives().len() > 130, "{}", primitives().len());
}

#[test]
fn every_example_is_true() {
    let mut wrong = Vec::new();
    for primitive in primitives() {
        for example in &primitive.examples {
            let got = eval(example.code);
            let right = match (&got, example.expect) {
                (Ok(got), Expect::Value(wanted)) => got == wanted,
                (Err(got), Expect::Error(words)) => got.contains(words),
                _ => false,
            };
            if !right {
                wrong.push(format!("{}\n    {}\n    {got:?}", primitive.signature, example.code));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn no_signature_stands_twice() {
    let mut seen = BTreeSet::new();
    for primitive in primitives() {
        assert!(seen.insert(primitive.signature), "{}", primitive.signature);
    }
}

#[test]
fn no_primitive_bears_the_keyword_of_a_block_form() {
    for keyword in crate::script::FORMS {
        assert!(primitives().iter().all(|primitive| primitive.name != *keyword), "{keyword}");
    }
}

#[test]
fn every_primitive_can_be_looked_up() {
    for primitive in primitives() {
        let text = doc_text(&primitive.full_name()).unwrap_or_default();
        assert!(text.contains(primitive.signature), "{}", primitive.full_name());
    }
    for name in ["User", "UserSet", "probe", ""] {
        assert!(doc_text(name).is_some(), "{name}");
    }
    assert_eq!(doc_text("no_such_thing"), None);
}

#[test]
fn a_manual_shows_signature_words_and_examples() {
    let text = doc_text("first").unwrap();
    assert!(text.starts_with("UserSet.first(n: int) -> UserSet\n"), "{text}");
    assert!(text.contains("//=> 2"), "{text}");
    assert!(doc_text("approve").unwrap().contains("has an effect"));
}
