//! What can stand at a place of a line.
//!
//! After a dot, what the value has whose type is known; inside quotes, names of the inventory; else the
//! names of the session. Nothing is evaluated.

use super::COMMANDS;
use super::receiver::{Line, receivers};
use crate::script::FORMS;
use crate::script::api::{Kind, Primitive, primitives};
use crate::script::console::{Class, Function, Names, Word, words};
use crate::topology::View;
use std::ops::Range;

/// Addresses that are offered at most.
const USERS: usize = 50;
/// Words of the language that begin something.
const KEYWORDS: &[&str] = &[
    "let", "const", "fn", "if", "else", "for", "in", "while", "loop", "switch", "return", "throw",
    "try", "catch", "import", "as", "true", "false", "global",
];

/// Something that can stand there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The text.
    pub value: String,
    /// What it is.
    pub about: String,
    /// The bytes of the line that it replaces.
    pub span: Range<usize>,
}

/// Everything that can stand at byte `at` of `line`, in order.
pub(super) fn complete(line: &str, at: usize, names: &Names, view: &View) -> Vec<Suggestion> {
    let Some(text) = line.get(..at) else { return Vec::new() };
    if let Some(command) = text.strip_prefix(':') {
        return of_command(command);
    }
    let words = words(text);
    let typed = Line { text, words: &words, names };
    if let Some(Word { class: Class::Comment, span, .. }) = words.last()
        && span.end == text.len()
    {
        return Vec::new();
    }
    if let Some(open) = open_string(&typed) {
        let closed = line.get(at..).is_some_and(|rest| rest.starts_with('"'));
        return in_string(&typed, open, closed, view);
    }
    let start = word_start(text);
    let prefix = text.get(start..).unwrap_or_default();
    // The word that is being typed is no part of what stands before it.
    let ahead = words.iter().take_while(|word| word.span.end <= start).count();
    let sign = ahead.checked_sub(1).map_or("", |last| typed.word(last));
    let found = match sign {
        "." | "?." => members(ahead.checked_sub(2).and_then(|last| typed.kind_at(last)), names),
        "::" => of_module(ahead.checked_sub(2).map_or("", |last| typed.word(last)), names),
        _ => everything(names),
    };
    pick(found, prefix, start..at)
}

/// Byte where the name begins that ends the text.
fn word_start(text: &str) -> usize {
    let behind = text.char_indices().rev().take_while(|(_, c)| c.is_alphanumeric() || *c == '_');
    behind.last().map_or(text.len(), |(at, _)| at)
}

fn pick(found: Vec<(String, String)>, prefix: &str, span: Range<usize>) -> Vec<Suggestion> {
    let mut found: Vec<_> =
        found.into_iter().filter(|(name, _)| name.starts_with(prefix)).collect();
    found.sort();
    found.dedup_by(|a, b| a.0 == b.0);
    found
        .into_iter()
        .map(|(value, about)| Suggestion { value, about, span: span.clone() })
        .collect()
}

fn of_command(command: &str) -> Vec<Suggestion> {
    match command.split_once(' ') {
        None => {
            let found =
                COMMANDS.iter().map(|(name, _, what)| ((*name).to_owned(), (*what).to_owned()));
            pick(found.collect(), command, 1..1 + command.len())
        }
        Some(("help", name)) => {
            let forms = FORMS.iter().map(|form| ((*form).to_owned(), "block form".to_owned()));
            let all = primitives().iter().flat_map(|one| {
                [(one.name.to_owned(), one.summary.clone()), (one.full_name(), one.summary.clone())]
            });
            let end = 1 + command.len();
            pick(forms.chain(all).collect(), name, end - name.len()..end)
        }
        Some(_) => Vec::new(),
    }
}

/// What a value has; everything that any value has if its type is not known.
fn members(kind: Option<String>, names: &Names) -> Vec<(String, String)> {
    let asked = primitives().iter().filter(|one| matches!(one.kind, Kind::Property | Kind::Method));
    let Some(kind) = kind else {
        return asked.map(|one| (one.name.to_owned(), one.signature.to_owned())).collect();
    };
    let of = receivers(&kind);
    let asked = asked.filter(|one| one.receiver.is_some_and(|it| of.contains(&it)));
    let mut found: Vec<_> =
        asked.map(|one| (one.name.to_owned(), one.signature.to_owned())).collect();
    let base = if kind.starts_with("array") { "array" } else { &kind };
    if found.is_empty() {
        let methods = names.methods.get(base).into_iter().flatten();
        found.extend(methods.map(|name| (name.clone(), format!("of every {base}"))));
    }
    found
}

fn of_module(module: &str, names: &Names) -> Vec<(String, String)> {
    let of_sidle = primitives().iter().filter(|one| one.module == Some(module));
    let mut found: Vec<_> =
        of_sidle.map(|one| (one.name.to_owned(), one.signature.to_owned())).collect();
    for (name, functions) in &names.modules {
        if name == module {
            found.extend(functions.iter().map(|it| (it.name.clone(), words_of(it))));
        }
    }
    found
}

fn everything(names: &Names) -> Vec<(String, String)> {
    let variables = names.variables.iter().rev().map(|it| (it.name.clone(), it.kind.clone()));
    let functions = names.functions.iter().map(|it| (it.name.clone(), words_of(it)));
    let modules = names.modules.iter().map(|(name, _)| (name.clone(), "import".to_owned()));
    let global = |one: &&Primitive| one.receiver.is_none() && one.kind == Kind::Function;
    let of_sidle = primitives().iter().filter(global).filter(|one| one.module.is_none());
    let of_sidle = of_sidle.map(|one| (one.name.to_owned(), one.signature.to_owned()));
    let mut in_modules: Vec<&str> = primitives().iter().filter_map(|one| one.module).collect();
    in_modules.dedup();
    let in_modules = in_modules.into_iter().map(|name| (name.to_owned(), "probes".to_owned()));
    let forms = FORMS.iter().map(|form| ((*form).to_owned(), "block form".to_owned()));
    let keywords = KEYWORDS.iter().map(|word| ((*word).to_owned(), String::new()));
    variables
        .chain(functions)
        .chain(modules)
        .chain(of_sidle)
        .chain(in_modules)
        .chain(forms)
        .chain(keywords)
        .collect()
}

fn words_of(function: &Function) -> String {
    let head = format!("{}({})", function.name, function.parameters.join(", "));
    if function.summary.is_empty() { head } else { format!("{head}: {}", function.summary) }
}

/// Index of the string in which the text ends.
fn open_string(line: &Line<'_>) -> Option<usize> {
    let last = line.words.len().checked_sub(1)?;
    let is_open = line.words.get(last)?.class == Class::Wrong && line.word(last).starts_with('"');
    is_open.then_some(last)
}

/// Names of the inventory, by what the string is given to.
fn in_string(line: &Line<'_>, open: usize, closed: bool, view: &View) -> Vec<Suggestion> {
    let prefix = line.word(open).trim_start_matches('"').to_lowercase();
    let end = line.text.len();
    let span = end - prefix_length(line.word(open))..end;
    let facts = view.topology();
    let before = |back: usize| open.checked_sub(back).map_or("", |index| line.word(index));
    let given_to = if before(1) == "(" { before(2) } else { before(1) };
    let mut found: Vec<(String, String)> = Vec::new();
    if !matches!(given_to, "site" | "user" | "import") {
        found.extend(
            facts.pools.iter().map(|pool| (pool.fqdn.clone(), format!("pool, {}", pool.product))),
        );
    }
    if !matches!(given_to, "pool" | "user" | "import") {
        found.extend(
            facts.sites.iter().map(|site| (site.name.clone(), format!("{} site", site.kind))),
        );
    }
    if given_to == "import" {
        found.extend(line.names.scripts.iter().map(|path| (path.clone(), "script".to_owned())));
    }
    let asks_user = given_to == "user"
        || (!prefix.is_empty() && !matches!(given_to, "pool" | "site" | "import"));
    if asks_user {
        let users = facts.users.all().into_iter().map(|user| facts.users.address(user));
        let users = users.filter(|address| address.starts_with(&prefix)).take(USERS);
        found.extend(users.map(|address| (address.to_owned(), "user".to_owned())));
    }
    found.retain(|(name, _)| name.to_lowercase().starts_with(&prefix));
    found.sort();
    found.dedup();
    let quote = if closed { "" } else { "\"" };
    let suggest =
        |(name, about)| Suggestion { value: format!("{name}{quote}"), about, span: span.clone() };
    found.into_iter().map(suggest).collect()
}

/// Bytes of the string behind its quote.
fn prefix_length(string: &str) -> usize {
    string.strip_prefix('"').unwrap_or(string).len()
}

#[cfg(test)]
#[path = "complete_tests.rs"]
mod tests;
