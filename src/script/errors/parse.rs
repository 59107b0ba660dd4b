//! Scripts that are not Rhai: the one place where reading stopped, and what is likely meant.

use super::super::core::Core;
use super::super::scripts::Script;
use super::cause::{Scene, lower, module, unknown_variable};
use crate::diagnostic::{Finding, codes};
use rhai::{Engine, LexError, ParseError, ParseErrorType, Position, Token};
use std::ops::Range;

/// Turns a parse error into a finding.
pub(in super::super) fn syntax(
    engine: &Engine,
    core: &Core,
    script: &std::sync::Arc<Script>,
    error: &ParseError,
) -> Finding {
    explain(core, engine, script, error.err_type(), error.position())
}

/// The same, from its parts.
pub(super) fn explain(
    core: &Core,
    engine: &Engine,
    script: &std::sync::Arc<Script>,
    kind: &ParseErrorType,
    position: Position,
) -> Finding {
    let file = script.source.name();
    let scene = Scene { core, engine, script: Some(script.clone()), file, position };
    match kind {
        ParseErrorType::VariableUndefined(name) => {
            let finding = unknown_variable(&scene, name);
            return match named_form(script, position) {
                Some(form) => {
                    finding.help(format!("write the name in quotes: `{form} \"{name}\"`"))
                }
                None => finding,
            };
        }
        ParseErrorType::ModuleUndefined(name) => return module(&scene, name),
        _ => {}
    }
    let wants_more = matches!(
        kind,
        ParseErrorType::UnexpectedEOF
            | ParseErrorType::MissingToken(..)
            | ParseErrorType::WrongFnDefinition
            | ParseErrorType::BadInput(LexError::UnexpectedInput(_))
    );
    if wants_more && let Some((opened, bracket)) = unclosed(script) {
        let finding = Finding::error(
            codes::SCRIPT_SYNTAX,
            format!("this `{bracket}` is not closed"),
        )
        .at(&script.source, opened.clone(), "opened here");
        let noticed = script.spans.token(position);
        let finding = if noticed == opened {
            finding
        } else {
            finding.at(&script.source, noticed, "noticed here")
        };
        return finding.help(format!("close it with `{}`", mate(bracket)));
    }
    let (message, help) = words(kind);
    let (span, mark) = match kind {
        // What is missing is missing behind the token before, not at the next one.
        ParseErrorType::MissingToken(token, _) if token == ";" => {
            (behind(script, position), "a `;` is missing here")
        }
        _ => (script.spans.token(position), "reading stopped here"),
    };
    let finding = Finding::error(codes::SCRIPT_SYNTAX, message).at(&script.source, span, mark);
    if help.is_empty() { finding } else { finding.help(help) }
}

/// The word before a position, if it is one that a name in quotes follows.
fn named_form(script: &Script, position: Position) -> Option<&'static str> {
    let at = script.spans.token(position).start;
    let before = script.source.text().get(..at)?.trim_end();
    ["stage", "check"].into_iter().find(|form| {
        let rest = before.strip_suffix(form);
        rest.is_some_and(|rest| !rest.ends_with(|c: char| c.is_alphanumeric() || c == '_'))
    })
}

fn words(kind: &ParseErrorType) -> (String, String) {
    use ParseErrorType as P;
    match kind {
        P::UnexpectedEOF => ("the script ends too early".to_owned(), String::new()),
        P::MissingToken(token, _) if token == ";" => {
            ("two statements are not separated".to_owned(), "end the first with `;`".to_owned())
        }
        P::MissingToken(token, why) => {
            (lower(&format!("`{token}` is missing {why}")), String::new())
        }
        P::BadInput(LexError::UnterminatedString) => (
            "this string is not ended".to_owned(),
            "close it with its quote on the same line".to_owned(),
        ),
        P::BadInput(LexError::UnexpectedInput(what)) => {
            (format!("`{what}` is not expected here"), String::new())
        }
        P::BadInput(LexError::ImproperSymbol(what, why)) if why.is_empty() => {
            (format!("`{what}` is not expected here"), String::new())
        }
        P::BadInput(LexError::ImproperSymbol(what, why)) if why.contains("Should it be ") => {
            let instead = why.rsplit("Should it be ").next().unwrap_or_default();
            let instead = instead.trim_start_matches("simply ").replace('\'', "`");
            (format!("`{what}` is no operator"), format!("did you mean {instead}"))
        }
        P::BadInput(LexError::ImproperSymbol(what, why)) => {
            (format!("`{what}` cannot stand here"), lower(&why.replace('\'', "`")))
        }
        P::Reserved(word) => (
            format!("`{word}` is a word of the language and can be no name"),
            "choose another word".to_owned(),
        ),
        P::FnDuplicatedDefinition(name, parameters) => (
            format!(
                "`{name}` is defined twice with {}",
                crate::text::count(*parameters, "parameter")
            ),
            "rename one of them".to_owned(),
        ),
        P::WrongFnDefinition => (
            "a function is defined inside a block".to_owned(),
            "move it to the top level of the file, or use a closure: `let f = |x| ...;`".to_owned(),
        ),
        P::AssignmentToConstant(name) => (
            format!("`{name}` is constant and cannot be changed"),
            "declare it with `let`".to_owned(),
        ),
        P::ExprTooDeep => (
            "this is nested too deep".to_owned(),
            "at most 64 expressions and blocks stand inside each other; use functions".to_owned(),
        ),
        P::LoopBreak => (
            "`break` or `continue` stands in no loop".to_owned(),
            "they end a `for`, `while` or `loop` around them".to_owned(),
        ),
        P::LiteralTooLarge(what, most) => {
            (lower(&format!("{what} is longer than {most}")), "keep less in one value".to_owned())
        }
        other => (lower(&other.to_string().replace('\'', "`")), String::new()),
    }
}

/// The bracket that nothing closes, if there is one: the likeliest by the indentation of its lines.
fn unclosed(script: &Script) -> Option<(Range<usize>, &'static str)> {
    let spans = &script.spans;
    let outermost = *spans.unclosed.first()?;
    let indented = |index: usize| spans.indent(spans.range(index).start);
    // A `}` that stands further left than the line of its `{` was meant for an outer one.
    let stolen = (outermost..spans.tokens.len()).rev().find(|index| {
        let Some(token) = spans.tokens.get(*index) else { return false };
        let (Token::LeftBrace, Some(close)) = (&token.kind, token.mate) else { return false };
        let (closing, alone) = indented(close);
        close > *index && alone && closing < indented(*index).0
    });
    let opened = stolen.or_else(|| spans.unclosed.last().copied())?;
    let bracket = match spans.tokens.get(opened)?.kind {
        Token::LeftParen => "(",
        Token::LeftBracket => "[",
        Token::MapStart => "#{",
        _ => "{",
    };
    Some((spans.range(opened), bracket))
}

fn mate(bracket: &str) -> &'static str {
    match bracket {
        "(" => ")",
        "[" => "]",
        _ => "}",
    }
}

/// The last token before a position.
fn behind(script: &Script, position: Position) -> Range<usize> {
    let index = script.spans.index(position).and_then(|index| index.checked_sub(1));
    index.map_or_else(|| script.spans.token(position), |index| script.spans.range(index))
}
