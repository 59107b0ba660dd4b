//! The type of what stands before a dot, without evaluating anything.
//!
//! The words before the dot are followed backwards to a variable, a call or a literal, and forwards again
//! through the types that the table of primitives names. Where that ends, nothing is known: `None`.

use crate::script::api::{Kind, Primitive, primitives};
use crate::script::console::{Class, Names, Word};

/// Primitives that hand the members of a set to a closure.
const EACH: &[&str] = &["filter", "select", "sort_by", "group_by", "spread"];
/// Methods of arrays that hand their elements to a closure.
const OF_ARRAY: &[&str] = &["filter", "map", "some", "all", "find", "for_each", "retain", "drain"];

/// A line that is being read.
pub(super) struct Line<'a> {
    pub(super) text: &'a str,
    pub(super) words: &'a [Word],
    pub(super) names: &'a Names,
}

impl Line<'_> {
    /// The text of a word.
    pub(super) fn word(&self, index: usize) -> &str {
        self.words.get(index).and_then(|word| self.text.get(word.span.clone())).unwrap_or_default()
    }

    fn before(&self, index: usize, back: usize) -> &str {
        index.checked_sub(back).map_or("", |index| self.word(index))
    }

    /// The type of the expression whose last word stands at `index`.
    pub(super) fn kind_at(&self, index: usize) -> Option<String> {
        let word = self.words.get(index)?;
        match self.word(index) {
            ")" => self.kind_of_call(word.mate?),
            "]" => {
                let open = word.mate?;
                match open.checked_sub(1).filter(|before| self.ends_operand(*before)) {
                    Some(before) => element(&self.kind_at(before)?),
                    None => Some("array".to_owned()),
                }
            }
            name if matches!(word.class, Class::Name | Class::Primitive) => {
                match self.before(index, 1) {
                    "." | "?." => {
                        let of = self.kind_at(index.checked_sub(2)?)?;
                        returned(&of, name, Kind::Property)
                    }
                    _ => self.kind_of_name(index, name),
                }
            }
            _ if word.class == Class::Text => Some("string".to_owned()),
            _ => None,
        }
    }

    /// The type of a call whose opening bracket stands at `open`.
    fn kind_of_call(&self, open: usize) -> Option<String> {
        let before = open.checked_sub(1).and_then(|name| Some((name, self.words.get(name)?.class)));
        let Some((name, Class::Name | Class::Primitive)) = before else {
            // Only brackets around an expression.
            let close = self.words.get(open)?.mate?;
            return self.kind_at(close.checked_sub(1)?);
        };
        match self.before(name, 1) {
            "." | "?." => {
                let of = self.kind_at(name.checked_sub(2)?)?;
                returned(&of, self.word(name), Kind::Method)
            }
            "::" => {
                let module = self.before(name, 2);
                let mut found = primitives().iter().filter(|one| one.module == Some(module));
                found.find(|one| one.name == self.word(name)).map(|one| plain(one.returns))
            }
            _ => {
                let mut found = primitives().iter().filter(|one| one.kind == Kind::Function);
                let named = |one: &&Primitive| one.module.is_none() && one.name == self.word(name);
                found.find(named).map(|one| plain(one.returns))
            }
        }
    }

    fn kind_of_name(&self, index: usize, name: &str) -> Option<String> {
        if let Some(kind) = self.kind_of_parameter(index, name) {
            return Some(kind);
        }
        let variables = self.names.variables.iter().rev();
        variables.into_iter().find(|variable| variable.name == name).map(|it| it.kind.clone())
    }

    /// The type of a closure's parameter: `set.filter(|user| user`.
    fn kind_of_parameter(&self, index: usize, name: &str) -> Option<String> {
        let place = (1..index).rev().find(|at| {
            self.word(*at) == name && self.word(at - 1) == "|" && self.word(at + 1) == "|"
        })?;
        let method = place.checked_sub(3)?;
        if self.before(place, 2) != "(" || self.before(method, 1) != "." {
            return None;
        }
        let of = self.kind_at(method.checked_sub(2)?)?;
        let hands = if of.starts_with("array") { OF_ARRAY } else { EACH };
        hands.contains(&self.word(method)).then(|| element(&of)).flatten()
    }

    fn ends_operand(&self, index: usize) -> bool {
        let class = self.words.get(index).map(|word| word.class);
        matches!(class, Some(Class::Name | Class::Primitive | Class::Text))
            || matches!(self.word(index), ")" | "]")
    }
}

/// The types whose properties and methods a value of that type has.
pub(super) fn receivers(kind: &str) -> Vec<&str> {
    match kind {
        "UserSet" | "Selection" => vec!["UserSet", "Selection"],
        other => vec![other],
    }
}

/// What a property or method of a type yields.
fn returned(of: &str, name: &str, kind: Kind) -> Option<String> {
    let of = receivers(of);
    let mut found = primitives().iter().filter(|one| one.kind == kind && one.name == name);
    found.find(|one| one.receiver.is_some_and(|it| of.contains(&it))).map(|one| plain(one.returns))
}

/// The type of a member.
fn element(kind: &str) -> Option<String> {
    if let Some(of) = kind.strip_prefix("array of ") {
        return Some(plain(of));
    }
    match kind {
        "UserSet" | "Selection" => Some("User".to_owned()),
        "string" => Some("char".to_owned()),
        other => other.strip_suffix("Set").map(str::to_owned),
    }
}

/// `Site | ()` is a `Site` where something is asked of it.
fn plain(kind: &str) -> String {
    let kind = kind.split(" | ").next().unwrap_or(kind);
    if kind.starts_with("#{") { "map".to_owned() } else { kind.to_owned() }
}
