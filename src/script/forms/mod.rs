//! The block forms: `stage`, `check`, `require`, `on_rollback`, and in tests `test` and `assert`.
//!
//! Each is custom syntax of rhai, evaluated in the scope where it stands. `return`, `break` and
//! `continue` arrive here as pseudo-errors; each form says by name which of them may leave it.

mod assert;
mod check;
mod operands;
mod require;
mod rollback;
mod stage;
mod test;

pub(super) use operands::alike;
pub(super) use require::require_again;
pub(super) use rollback::run_block;

use super::core::Core;
use super::fault::{Evaluated, Fault, Raised};
use crate::diagnostic::{Finding, codes};
use crate::journal::Place;
use rhai::{Engine, EvalAltResult, EvalContext, Expression, ImmutableString, Position};
use std::sync::Arc;

type Form = fn(&Core, &mut EvalContext, &[Expression]) -> Evaluated;

/// Adds the block forms to an engine.
pub(super) fn register(engine: &mut Engine, core: &Arc<Core>) {
    let forms: [(&str, &'static [&'static str], Form); 6] = [
        ("stage", &["$expr$", "$block$"], stage::evaluate),
        ("check", &["$expr$", "$block$"], check::evaluate),
        ("require", &["$expr$"], require::evaluate),
        ("on_rollback", &["$block$"], rollback::evaluate),
        ("test", &["$expr$", "$block$"], test::evaluate),
        ("assert", &["$expr$"], assert::evaluate),
    ];
    for (word, parts, evaluate) in forms {
        let core = core.clone();
        // The last part is a variant of the syntax, which rhai keeps as an input with the place of the
        // word: there is no other way to it.
        let variant = ImmutableString::from(format!("$${word}"));
        engine.register_custom_syntax_with_state_raw(
            word,
            move |read, _, _| {
                let next = parts.get(read.len().saturating_sub(1));
                Ok(Some(next.map_or_else(|| variant.clone(), |part| (*part).into())))
            },
            false,
            move |ctx, inputs, _| evaluate(&core, ctx, inputs),
        );
    }
}

/// Position of the word that begins the form.
fn word(inputs: &[Expression]) -> Position {
    inputs.last().map_or(Position::NONE, Expression::position)
}

/// Where the form's head stands: its word and its name, up to the block.
fn head(core: &Core, ctx: &EvalContext, inputs: &[Expression]) -> Place {
    let word = word(inputs);
    let block =
        inputs.get(inputs.len().saturating_sub(2)).map_or(Position::NONE, Expression::position);
    core.scripts.place(ctx.source(), |spans| spans.before(word, block))
}

/// What stands after the word of a form, as written, on one line.
fn excerpt(core: &Core, at: &Place, word: &str) -> String {
    const WIDEST: usize = 70;
    let script = core.scripts.get(&at.file);
    let text = script.as_ref().and_then(|script| script.source.text().get(at.start..at.end));
    let text = text.unwrap_or_default();
    let text = text.strip_prefix(word).unwrap_or(text);
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > WIDEST {
        let cut: String = line.chars().take(WIDEST - 2).collect();
        return format!("{cut} ...");
    }
    line
}

/// Marks the place of a value that is no verdict, where the error has none of its own.
fn marked_if_nowhere(core: &Core, fault: Fault, at: &Place, words: &str) -> Fault {
    match Raised::of(&fault) {
        Some(Raised::Finding(finding)) if finding.labels.is_empty() => {
            Raised::finding(core.mark(finding.as_ref().clone(), at, words))
        }
        _ => fault,
    }
}

/// The form's nth part.
fn part<'a>(inputs: &'a [Expression], nth: usize) -> Result<&'a Expression<'a>, Fault> {
    inputs.get(nth).ok_or_else(|| {
        let message = "a block form was parsed without its parts";
        Raised::finding(Finding::error(codes::SCRIPT_PROTOCOL, message))
    })
}

/// Evaluates the name of a stage or check.
fn name(
    core: &Core,
    ctx: &mut EvalContext,
    inputs: &[Expression],
    form: &str,
    at: &Place,
) -> Result<String, Fault> {
    let value = ctx.eval_expression_tree(part(inputs, 0)?)?;
    let wrong = |message: String, help: &str| {
        let finding = Finding::error(codes::SCRIPT_STAGE_NAME, message).help(help);
        Raised::finding(core.mark(finding, at, "named here"))
    };
    let Some(name) = value.read_lock::<ImmutableString>() else {
        let message = format!(
            "the name of a {form} must be a string, and this is {}",
            super::names::with_article(&value)
        );
        return Err(wrong(message, "write it in quotes, or in back-ticks with `${...}`"));
    };
    if name.trim().is_empty() {
        return Err(wrong(format!("the name of a {form} is empty"), "give it a name"));
    }
    if name.contains(" / ") || name.chars().any(char::is_control) {
        let message = format!("`{}` cannot be the name of a {form}", name.escape_debug());
        return Err(wrong(message, "` / ` separates the parts of a path, and a name is one line"));
    }
    Ok(name.to_string())
}

/// The refusal of a `return`, `break` or `continue` that would leave a form.
fn leaves(core: &Core, ctx: &EvalContext, form: &str, at: &Place, fault: &EvalAltResult) -> Fault {
    let (word, position) = match fault {
        EvalAltResult::LoopBreak(true, _, position) => ("break", *position),
        EvalAltResult::LoopBreak(false, _, position) => ("continue", *position),
        EvalAltResult::Return(_, position) => ("return", *position),
        other => ("exit", other.position()),
    };
    let message = format!("`{word}` may not leave {form}");
    let from = core.token(ctx.source(), position);
    let finding = Finding::error(codes::SCRIPT_LEAVES_BLOCK, message);
    let finding = core.mark(finding, &from, "this would leave it");
    let help = match (word, form) {
        ("return", _) => {
            "use `if` and `else` for the rest of the block; `halt(why)` ends the run here"
        }
        _ => "let the block run to its end; put the loop inside it",
    };
    Raised::finding(core.mark(finding, at, "it begins here").help(help))
}
