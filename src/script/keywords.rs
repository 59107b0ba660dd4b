//! Names that no definition may have: the words of the block forms, and the globals.
//!
//! Rhai accepts such definitions and fails where they are used, with a message about braces. They are
//! found here among the tokens, all of them, before the script is compiled.

use super::scripts::Script;
use super::spans::Tok;
use crate::diagnostic::{Finding, Findings, codes};
use rhai::Token;

/// The words that begin block forms.
pub const FORMS: &[&str] = &["stage", "check", "require", "on_rollback", "test", "assert"];

/// The variables that sidle defines.
pub(super) const GLOBALS: &[&str] = &["topology"];

/// Returns a finding for every forbidden name.
pub(super) fn refused(script: &Script) -> Findings {
    let mut found = Findings::default();
    let tokens = &script.spans.tokens;
    let at = |index: Option<usize>| index.and_then(|index| tokens.get(index)).map(|tok| &tok.kind);
    for (index, token) in tokens.iter().enumerate() {
        let text = word(token);
        let before = at(index.checked_sub(1));
        let after = at(Some(index + 1));
        let named = if FORMS.contains(&text) {
            used_as_name(before, after)
        } else if GLOBALS.contains(&text) {
            defined_as(before, after)
        } else {
            None
        };
        let Some(named) = named else { continue };
        let (message, help) = if FORMS.contains(&text) {
            let message = format!("`{text}` begins a block form and can be no {named}");
            (message, format!("choose another word, for example `{text}_`"))
        } else {
            let message = format!("`{text}` is there already and can be no {named}");
            (message, "choose another word".to_owned())
        };
        found.push(
            Finding::error(codes::SCRIPT_KEYWORD, message)
                .at(&script.source, token.start..token.end, "this name")
                .help(help),
        );
    }
    found
}

fn word(token: &Tok) -> &str {
    match &token.kind {
        Token::Identifier(word) | Token::Reserved(word) | Token::Custom(word) => word.as_str(),
        _ => "",
    }
}

/// What a word is defined as between these two tokens.
fn defined_as(before: Option<&Token>, after: Option<&Token>) -> Option<&'static str> {
    match (before, after) {
        (Some(Token::Let), _) => Some("variable"),
        (Some(Token::Const), _) => Some("constant"),
        (Some(Token::Fn), _) => Some("function"),
        (Some(Token::As), _) => Some("module"),
        (Some(Token::For), _) => Some("loop variable"),
        (Some(Token::Pipe), Some(Token::Pipe | Token::Comma)) => Some("parameter"),
        _ => None,
    }
}

/// What a word of a block form is used as, if not as that form.
fn used_as_name(before: Option<&Token>, after: Option<&Token>) -> Option<&'static str> {
    defined_as(before, after).or(match (before, after) {
        (Some(Token::Period | Token::Elvis), Some(Token::LeftParen | Token::Unit)) => {
            Some("method")
        }
        (Some(Token::Period | Token::Elvis), _) => Some("property"),
        (Some(Token::DoubleColon), _) => Some("function"),
        (_, Some(Token::DoubleColon)) => Some("module"),
        (Some(Token::LeftBrace | Token::MapStart | Token::Comma), Some(Token::Colon)) => {
            Some("property")
        }
        (
            _,
            Some(
                Token::Comma
                | Token::RightParen
                | Token::RightBracket
                | Token::Pipe
                | Token::In
                | Token::Equals
                | Token::Period
                | Token::SemiColon
                | Token::Colon,
            ),
        ) => Some("variable"),
        _ => None,
    })
}
