//! Is an input whole, or only begun?
//!
//! Rhai's own parser decides: an input is only begun if what is wrong is that the text ends. Everything
//! else that is wrong is whole, so its error is shown at once.

use crate::script::spans::{SpanMap, Tok};
use rhai::{Engine, LexError, ParseErrorType, Scope, Token};

/// True if more text could make the input whole.
pub(super) fn is_unfinished(engine: &Engine, scope: &Scope, text: &str) -> bool {
    if text.len() > crate::script::engine::SOURCE {
        return false;
    }
    let spans = SpanMap::new(engine, text.into());
    if in_comment(engine, text) {
        return true;
    }
    let Err(error) = engine.compile_with_scope(scope, text) else {
        // Rhai takes `|user|` for a closure with nothing in it.
        return matches!(spans.tokens.as_slice(), [.., Tok { kind: Token::Pipe, .. }]);
    };
    match error.err_type() {
        ParseErrorType::UnexpectedEOF => true,
        ParseErrorType::BadInput(LexError::UnterminatedString) => string_goes_on(&spans, text),
        ParseErrorType::BadInput(_) => false,
        _ => {
            let end = spans.tokens.last().map_or(0, |token| token.end);
            error.position().is_none()
                || spans.token(error.position()).start >= end
                || is_behind(text, error.position(), end)
        }
    }
}

/// True if the position lies at or behind a byte.
fn is_behind(text: &str, position: rhai::Position, end: usize) -> bool {
    let Some(line) = position.line() else { return true };
    let before: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let column = position.position().unwrap_or(1).saturating_sub(1);
    let rest = text.get(before..).unwrap_or_default();
    before + rest.chars().take(column).map(char::len_utf8).sum::<usize>() >= end
}

/// True inside a comment that nothing ends.
fn in_comment(engine: &Engine, text: &str) -> bool {
    let texts = [text];
    let (mut stream, _control) = engine.lex(&texts);
    for _ in 0..=text.len() {
        match stream.next() {
            None | Some((Token::EOF | Token::LexError(_), _)) => break,
            Some(_) => {}
        }
    }
    stream.state.comment_level > 0
}

/// True if the string that is not ended may have several lines: back-ticks, raw strings, and a
/// backslash at the end of the line.
fn string_goes_on(spans: &SpanMap, text: &str) -> bool {
    let start = spans.tokens.last().map_or(0, |token| token.start);
    let string = text.get(start..).unwrap_or_default();
    string.starts_with(['`', '#'])
        || text.trim_end_matches('\n').ends_with('\\')
        || text.trim_start().starts_with('`')
}
