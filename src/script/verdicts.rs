//! A `switch` over a `.verdict` must know what to do with each verdict.
//!
//! Rhai yields `()` where no arm fits, so a misspelt or missing verdict would let the script go on as if
//! all were well. It is found among the tokens, before anything runs.

use super::scripts::Script;
use super::spans::Tok;
use crate::diagnostic::{Finding, Findings, codes};
use crate::text::{list, near};
use rhai::Token;
use std::ops::Range;

/// What a policy may decide.
const DECISIONS: [&str; 3] = ["proceed", "hold", "roll_back"];
/// What a check may yield.
const CHECKS: [&str; 3] = ["pass", "fail", "unknown"];

/// What the arms of a `switch` name.
#[derive(Default)]
struct Arms<'a> {
    /// Words with where they stand, guarded arms included.
    words: Vec<(&'a str, Range<usize>)>,
    /// Words of arms without an `if`.
    sure: Vec<&'a str>,
    /// There is a default that does something.
    default: bool,
}

/// Returns a finding for every `switch` over a `.verdict` that leaves one out.
pub(super) fn left_out(script: &Script) -> Findings {
    let tokens = &script.spans.tokens;
    let mut found = Findings::default();
    for (index, token) in tokens.iter().enumerate() {
        if token.kind == Token::Switch
            && let Some(open) = subject_end(tokens, index + 1)
            && is_verdict(tokens.get(index + 1..open).unwrap_or_default())
            && let Some(close) = tokens.get(open).and_then(|brace| brace.mate)
        {
            let arms = arms(tokens.get(open + 1..close).unwrap_or_default(), open + 1);
            found.extend(judge(script, token.start..token.end, &arms));
        }
    }
    found
}

/// Index of the brace that opens the arms.
fn subject_end(tokens: &[Tok], mut at: usize) -> Option<usize> {
    loop {
        let token = tokens.get(at)?;
        match token.kind {
            Token::LeftBrace => return Some(at),
            Token::SemiColon => return None,
            _ => at = token.mate.filter(|mate| *mate > at).unwrap_or(at) + 1,
        }
    }
}

/// True if the subject ends in `.verdict`.
fn is_verdict(subject: &[Tok]) -> bool {
    let mut rest = subject;
    while let [inner @ .., Tok { kind: Token::RightParen, .. }] = rest {
        rest = inner;
    }
    match rest {
        [.., dot, Tok { kind: Token::Identifier(word), .. }] => {
            matches!(dot.kind, Token::Period | Token::Elvis) && word.as_str() == "verdict"
        }
        _ => false,
    }
}

/// Reads the arms; `first` is the index of the first of these tokens in the script.
fn arms(tokens: &[Tok], first: usize) -> Arms<'_> {
    let mut arms = Arms::default();
    let after = |at: usize| {
        let mate = tokens.get(at).and_then(|token| token.mate);
        mate.and_then(|mate| mate.checked_sub(first)).filter(|mate| *mate > at).unwrap_or(at) + 1
    };
    let mut at = 0;
    while at < tokens.len() {
        let start = at;
        while tokens.get(at).is_some_and(|token| token.kind != Token::DoubleArrow) {
            at = after(at);
        }
        let case = tokens.get(start..at).unwrap_or_default();
        at += 1;
        let body = at;
        let is_block = tokens.get(at).is_some_and(|token| token.kind == Token::LeftBrace);
        if is_block {
            at = after(at);
        } else {
            while tokens.get(at).is_some_and(|token| token.kind != Token::Comma) {
                at = after(at);
            }
        }
        arms.add(case, tokens.get(body..at).unwrap_or_default());
        if tokens.get(at).is_some_and(|token| token.kind == Token::Comma) {
            at += 1;
        }
    }
    arms
}

impl<'a> Arms<'a> {
    fn add(&mut self, case: &'a [Tok], body: &[Tok]) {
        let guard = case.iter().position(|token| token.kind == Token::If);
        for token in case.get(..guard.unwrap_or(case.len())).unwrap_or_default() {
            match &token.kind {
                Token::StringConstant(word) => {
                    self.words.push((word.as_str(), token.start..token.end));
                    if guard.is_none() {
                        self.sure.push(word.as_str());
                    }
                }
                Token::Underscore => self.default |= guard.is_none() && does_something(body),
                _ => {}
            }
        }
    }
}

/// False for `()`, `{}` and `{ () }`.
fn does_something(body: &[Tok]) -> bool {
    let nothing = [
        Token::Unit,
        Token::LeftParen,
        Token::RightParen,
        Token::LeftBrace,
        Token::RightBrace,
        Token::SemiColon,
    ];
    body.iter().any(|token| !nothing.contains(&token.kind))
}

fn judge(script: &Script, switch: Range<usize>, arms: &Arms<'_>) -> Vec<Finding> {
    let of_check = arms.words.iter().any(|(word, _)| CHECKS.contains(word));
    let all = if of_check { CHECKS } else { DECISIONS };
    let mut found = Vec::new();
    for (word, span) in arms.words.iter().filter(|(word, _)| !all.contains(word)) {
        let help = match near(word, all) {
            Some(known) => format!("did you mean `{known}`?"),
            None => format!("the verdicts are {}", list(&all, 3)),
        };
        let message = format!("`{word}` is no verdict, so this arm of the `switch` is never taken");
        found.push(
            Finding::error(codes::SCRIPT_SWITCH, message)
                .at(&script.source, span.clone(), "never taken")
                .help(help),
        );
    }
    let missing: Vec<&str> = all.into_iter().filter(|word| !arms.sure.contains(word)).collect();
    if found.is_empty() && !missing.is_empty() && !arms.default {
        let message = format!("the `switch` over a verdict does nothing at {}", list(&missing, 3));
        found.push(
            Finding::error(codes::SCRIPT_SWITCH, message)
                .at(&script.source, switch, "not every verdict has an arm")
                .because("where no arm fits, the script goes on as if all were well")
                .help("name all three, or add a default that acts: `_ => halt(\"...\")`"),
        );
    }
    found
}
