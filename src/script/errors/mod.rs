//! Errors of scripts as findings: what, where, through which calls, and what to write instead.
//!
//! Rhai's errors are a chain of call frames around a cause. Frames in the file of the cause become
//! labels, frames in other files become related findings. No name of a Rust type and no internal name
//! of a closure reaches a message.

mod cause;
mod frames;
mod functions;
mod names;
mod parse;

pub(super) use parse::syntax;

use super::core::Core;
use super::fault::Raised;
use crate::diagnostic::{Finding, codes};
use frames::Frames;
use rhai::{Engine, EvalAltResult, Position};

/// Turns an error into a finding. `file` is the script in which the evaluation began.
pub(super) fn explain(core: &Core, engine: &Engine, file: &str, error: &EvalAltResult) -> Finding {
    let (mut frames, cause) = Frames::of(file, error);
    if cause::has_no_place(cause) {
        frames = Frames::traced(core, frames);
    }
    let finding = match Raised::of(cause) {
        Some(Raised::Finding(finding) | Raised::NotHeld(_, finding)) => {
            place_if_nowhere(core, finding.as_ref().clone(), &frames, cause.position())
        }
        Some(Raised::Stop) => Finding::error(codes::SCRIPT_ERROR, "the run has ended this sitting"),
        None => match thrown_by_library(core, &mut frames, cause) {
            Some(finding) => finding,
            None => cause::explain(core, engine, &frames, cause),
        },
    };
    frames.add_to(core, finding)
}

/// What a function of the library refuses by `throw` is the caller's fault: it is marked at the call into
/// the library, like the refusal of a primitive. What stands after the first colon is the help.
fn thrown_by_library(core: &Core, frames: &mut Frames, cause: &EvalAltResult) -> Option<Finding> {
    let EvalAltResult::ErrorRuntime(thrown, position) = cause else { return None };
    if !core.scripts.is_throw(&frames.file, *position) {
        return None;
    }
    let (file, position) = frames.leave_library()?;
    let text = thrown.to_string().replace(['\n', '\r'], " ");
    let (message, help) = text.split_once(": ").unwrap_or((&text, ""));
    let place = core.scripts.call(Some(&file), position);
    let finding = core.mark(Finding::error(codes::VALUE_ARGUMENT, message), &place, "");
    Some(if help.is_empty() { finding } else { finding.help(help) })
}

/// Marks the place of the error in a finding that has none.
fn place_if_nowhere(core: &Core, finding: Finding, frames: &Frames, position: Position) -> Finding {
    if !finding.labels.is_empty() || position.is_none() {
        return finding;
    }
    let place = core.scripts.call(Some(&frames.file), position);
    core.mark(finding, &place, "here")
}
