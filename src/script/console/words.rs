//! The words of an input, for colours and for completion: a pure reading of its tokens.

use crate::script::FORMS;
use crate::script::api::{Kind, primitives};
use crate::script::spans::SpanMap;
use rhai::{Engine, Token};
use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// `let`, `if`, `fn`, ...
    Keyword,
    /// `stage`, `check`, ...
    Form,
    /// The name of a primitive.
    Primitive,
    /// Any other name.
    Name,
    /// A string or a part of one.
    Text,
    /// A number, `true`, `false`.
    Number,
    /// A comment.
    Comment,
    /// An operator or a bracket.
    Sign,
    /// What is no word of the language, such as a string without its end.
    Wrong,
}

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// What it is.
    pub class: Class,
    /// Its bytes.
    pub span: Range<usize>,
    /// Index of the bracket that opens or closes it.
    pub mate: Option<usize>,
}

/// Reads the words of a text; blanks between them are left out.
#[must_use]
pub fn words(text: &str) -> Vec<Word> {
    static ENGINE: LazyLock<Engine> = LazyLock::new(Engine::new_raw);
    let spans = SpanMap::new(&ENGINE, text.into());
    let mut found = Vec::new();
    let mut at = 0;
    // Indices of mates count tokens; comments stand between them.
    let mut places = Vec::with_capacity(spans.tokens.len());
    for token in &spans.tokens {
        comment(text, at..token.start, &mut found);
        places.push(found.len());
        at = token.end.max(at);
        found.push(Word {
            class: class(&token.kind),
            span: token.start..token.end,
            mate: token.mate,
        });
    }
    // Behind a word that is none, nothing was read.
    if found.last().is_some_and(|last: &Word| last.class == Class::Wrong) {
        if let Some(last) = found.last_mut() {
            last.span.end = text.len();
        }
    } else {
        comment(text, at..text.len(), &mut found);
    }
    for word in &mut found {
        word.mate = word.mate.and_then(|mate| places.get(mate).copied());
    }
    found
}

fn comment(text: &str, between: Range<usize>, found: &mut Vec<Word>) {
    let gap = text.get(between.clone()).unwrap_or_default();
    let start = gap.len() - gap.trim_start().len();
    let inner = gap.trim();
    if !inner.is_empty() {
        let start = between.start + start;
        found.push(Word { class: Class::Comment, span: start..start + inner.len(), mate: None });
    }
}

fn class(token: &Token) -> Class {
    match token {
        Token::StringConstant(_) | Token::InterpolatedString(_) | Token::CharConstant(_) => {
            Class::Text
        }
        Token::IntegerConstant(_) | Token::FloatConstant(_) | Token::True | Token::False => {
            Class::Number
        }
        Token::LexError(_) => Class::Wrong,
        Token::Identifier(name) | Token::Custom(name) | Token::Reserved(name) => of_name(name),
        other if other.is_standard_keyword() => Class::Keyword,
        _ => Class::Sign,
    }
}

fn of_name(name: &str) -> Class {
    static KNOWN: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
        let named = primitives().iter().filter(|one| one.kind != Kind::Operator);
        named.flat_map(|one| [Some(one.name), one.module]).flatten().collect()
    });
    if FORMS.contains(&name) {
        Class::Form
    } else if KNOWN.contains(name) {
        Class::Primitive
    } else {
        Class::Name
    }
}
