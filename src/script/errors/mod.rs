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
    if cause::is_limit(cause) {
        frames = Frames::traced(core, frames);
    }
    let finding = match Raised::of(cause) {
        Some(Raised::Finding(finding) | Raised::NotHeld(_, finding)) => {
            place_if_nowhere(core, finding.as_ref().clone(), &frames, cause.position())
        }
        Some(Raised::Stop) => Finding::error(codes::SCRIPT_ERROR, "the run has ended this sitting"),
        None => cause::explain(core, engine, &frames, cause),
    };
    frames.add_to(core, finding)
}

/// Marks the place of the error in a finding that has none.
fn place_if_nowhere(core: &Core, finding: Finding, frames: &Frames, position: Position) -> Finding {
    if !finding.labels.is_empty() || position.is_none() {
        return finding;
    }
    let place = core.scripts.call(Some(&frames.file), position);
    core.mark(finding, &place, "here")
}
