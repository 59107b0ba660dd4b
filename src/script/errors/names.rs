//! The names that exist: functions of sidle and rhai, functions and variables of a script.

use super::super::keywords::GLOBALS;
use super::super::names::of_rust;
use super::super::scripts::Script;
use rhai::{Engine, Token};
use std::collections::BTreeMap;

/// A function as it can be called.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Form {
    /// Name and type of each parameter, in users' words.
    pub(super) parameters: Vec<(String, String)>,
}

/// Every native function by name, with its forms; getters are left out.
pub(super) fn native(engine: &Engine) -> BTreeMap<String, Vec<Form>> {
    let mut found: BTreeMap<String, Vec<Form>> = BTreeMap::new();
    let all = engine.collect_fn_metadata(
        None,
        |about| {
            let parameters = about.metadata.params_info.iter().map(|info| {
                let (name, kind) = info.split_once(':').unwrap_or(("_", info.as_str()));
                (name.trim().to_owned(), of_rust(kind))
            });
            Some((
                about.metadata.name.to_string(),
                about.metadata.num_params,
                parameters.collect::<Vec<_>>(),
            ))
        },
        true,
    );
    for (name, count, mut parameters) in all {
        if !name.starts_with(|c: char| c.is_alphabetic()) || name.contains('$') {
            continue;
        }
        parameters.truncate(count);
        while parameters.len() < count {
            parameters.push(("_".to_owned(), "any value".to_owned()));
        }
        found.entry(name).or_default().push(Form { parameters });
    }
    for forms in found.values_mut() {
        forms.sort();
        forms.dedup();
    }
    found
}

/// The properties of a native type, as users name the type.
pub(super) fn properties(engine: &Engine, of: &str) -> Vec<String> {
    let all = engine.collect_fn_metadata(
        None,
        |about| {
            let property = about.metadata.name.strip_prefix("get$")?.to_owned();
            let first = about.metadata.params_info.first()?;
            let kind = first.split_once(':').map_or(first.as_str(), |(_, kind)| kind);
            Some((of_rust(kind), property))
        },
        true,
    );
    let mut found: Vec<String> =
        all.into_iter().filter(|(kind, _)| kind == of).map(|(_, property)| property).collect();
    found.sort();
    found.dedup();
    found
}

/// Functions that a script defines: name and number of parameters.
pub(super) fn functions(script: &Script) -> Vec<(String, usize)> {
    let tokens = &script.spans.tokens;
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        if token.kind != Token::Fn {
            continue;
        }
        let Some(Token::Identifier(name)) = tokens.get(index + 1).map(|token| &token.kind) else {
            continue;
        };
        let close = tokens.get(index + 2).and_then(|open| open.mate);
        let parameters = close.map_or(0, |close| {
            let inside = tokens.get(index + 3..close).unwrap_or_default();
            inside.iter().filter(|token| matches!(token.kind, Token::Identifier(_))).count()
        });
        found.push((name.to_string(), parameters));
    }
    found
}

/// Variables, constants and parameters of a script, wherever they are visible; and the globals.
pub(super) fn variables(script: &Script) -> Vec<String> {
    let tokens = &script.spans.tokens;
    let mut found: Vec<String> = GLOBALS.iter().map(|name| (*name).to_owned()).collect();
    let (mut in_parameters, mut until) = (false, 0);
    for (index, token) in tokens.iter().enumerate() {
        if token.kind == Token::Fn {
            in_parameters = true;
            until = tokens.get(index + 2).and_then(|open| open.mate).unwrap_or(0);
        }
        in_parameters &= index <= until || token.kind == Token::Fn;
        let Token::Identifier(name) = &token.kind else { continue };
        let before = index.checked_sub(1).and_then(|before| tokens.get(before));
        let is_function = before.is_some_and(|before| before.kind == Token::Fn);
        let is_defined = before.is_some_and(|before| {
            matches!(before.kind, Token::Let | Token::Const | Token::For | Token::Pipe)
        });
        if is_defined || (in_parameters && !is_function) {
            found.push(name.to_string());
        }
    }
    found.sort();
    found.dedup();
    found
}

/// Names under which a script imports others.
pub(super) fn modules(script: &Script) -> Vec<String> {
    let tokens = &script.spans.tokens;
    tokens
        .windows(2)
        .filter_map(|pair| match pair {
            [before, name] if before.kind == Token::As => match &name.kind {
                Token::Identifier(name) => Some(name.to_string()),
                _ => None,
            },
            _ => None,
        })
        .collect()
}
