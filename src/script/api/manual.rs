//! The reference: the table of primitives as text, for `sidle doc` and the help of the REPL.

use super::primitive::{EffectClass, Example, Expect, Kind, Primitive};
use super::primitives;
use std::fmt::Write as _;

/// What stands in the scope of every example.
pub const EXAMPLE_SCOPE: &str = "in the examples: 5 users live on `legacy`, 1 on `lync`; `ann`, `bob`, `cy`, `dan` and `eve` are users, \
`report` is that of a move in which `dan` was locked, `soaked` a check that passed";

/// Returns the reference of a primitive, or of everything that a type or module has; without a name,
/// the list of all. `None` if there is nothing of that name.
///
/// A name is written as scripts do: `approve`, `probe::service`, `UserSet.filter`, `filter`, `UserSet`.
#[must_use]
pub fn doc_text(name: &str) -> Option<String> {
    let name = name.trim().trim_end_matches("()");
    if name.is_empty() {
        return Some(overview(primitives().iter()));
    }
    let named: Vec<&Primitive> = primitives()
        .iter()
        .filter(|one| one.full_name() == name || (one.name == name && one.kind != Kind::Operator))
        .collect();
    if !named.is_empty() {
        let pages: Vec<String> = named.into_iter().map(page).collect();
        return Some(pages.join("\n"));
    }
    let mut of_type = primitives().iter().filter(|one| is_of(one, name)).peekable();
    of_type.peek()?;
    Some(overview(of_type))
}

fn is_of(primitive: &Primitive, name: &str) -> bool {
    let receiver = primitive.receiver.is_some_and(|receiver| receiver == name);
    receiver || primitive.module.is_some_and(|module| module == name.trim_end_matches("::"))
}

/// One line per primitive.
fn overview<'a>(listed: impl Iterator<Item = &'a Primitive>) -> String {
    let mut out = String::new();
    for primitive in listed {
        let _ = writeln!(out, "{}\n    {}", primitive.signature, primitive.summary);
    }
    out
}

/// The whole manual of one.
fn page(primitive: &Primitive) -> String {
    let mut out = format!("{}\n\n    {}\n", primitive.signature, primitive.summary);
    for paragraph in primitive.doc.split("\n\n").filter(|text| !text.is_empty()) {
        let _ = writeln!(out, "\n    {paragraph}");
    }
    let effect = match primitive.effect {
        EffectClass::Pure => None,
        EffectClass::Probe => Some("asks a real system: in a runbook, a stage or a check"),
        EffectClass::Effect => {
            Some("has an effect: in a runbook or a stage, never in a check or a pure function")
        }
    };
    if let Some(effect) = effect {
        let _ = writeln!(out, "\n    It {effect}.");
    }
    out.push('\n');
    out.push_str(&examples(&primitive.examples));
    out
}

/// Examples with what comes of them, aligned.
pub(super) fn examples(all: &[Example]) -> String {
    let mut out = String::new();
    let widest = all.iter().map(|one| one.code.chars().count()).max().unwrap_or(0);
    for example in all {
        let (sign, expected) = match example.expect {
            Expect::Value(value) => ("//=>", value),
            Expect::Error(words) => ("//! ", words),
        };
        let _ = writeln!(out, "    {:widest$}  {sign} {expected}", example.code);
    }
    out
}
