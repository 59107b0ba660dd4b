//! The calls that an error came through.

use super::super::core::Core;
use crate::diagnostic::{Finding, codes};
use rhai::{EvalAltResult, Position};

/// Frames shown; the outermost ones are left out.
const SHOWN: usize = 8;

/// What paths of the library's scripts begin with.
const LIBRARY: &str = "std/";

/// One call: who was called, and where.
#[derive(Debug, Clone, PartialEq)]
struct Frame {
    callee: String,
    file: String,
    position: Position,
    import: bool,
}

/// All calls, outermost first, and the file of the cause.
#[derive(Debug, Clone)]
pub(super) struct Frames {
    pub(super) file: String,
    /// The cause's own place, where the error itself has lost it.
    pub(super) spot: Option<Position>,
    calls: Vec<Frame>,
}

impl Frames {
    /// Peels the frames off an error that was raised by an evaluation of `file`.
    pub(super) fn of<'a>(file: &str, error: &'a EvalAltResult) -> (Self, &'a EvalAltResult) {
        let mut frames = Self { file: file.to_owned(), spot: None, calls: Vec::new() };
        let mut error = error;
        loop {
            error = match error {
                EvalAltResult::ErrorInFunctionCall(callee, file, inner, position) => {
                    frames.push(callee, file, *position, false);
                    inner
                }
                EvalAltResult::ErrorInModule(path, inner, position) => {
                    // What stands inside the imported script is marked there; its finding says which.
                    frames.push(path, path, *position, true);
                    inner
                }
                cause => return (frames, cause),
            };
        }
    }

    fn push(&mut self, callee: &str, file: &str, position: Position, import: bool) {
        let from = self.file.clone();
        self.calls.push(Frame { callee: callee.to_owned(), file: from, position, import });
        if !file.is_empty() {
            file.clone_into(&mut self.file);
        }
    }

    /// For a cause inside the library: drops the frames there, and returns the call that leads into it.
    /// `None` if the cause stands elsewhere, or no other script has called.
    pub(super) fn leave_library(&mut self) -> Option<(String, Position)> {
        let inside = |file: &str| file.starts_with(LIBRARY);
        if !inside(&self.file) {
            return None;
        }
        let last = self.calls.iter().rposition(|call| !call.import && !inside(&call.file))?;
        self.calls.truncate(last + 1);
        let call = self.calls.last()?;
        Some((call.file.clone(), call.position))
    }

    /// The frames that the trace kept when a limit was passed.
    pub(super) fn traced(core: &Core, mut known: Self) -> Self {
        if let Some((file, position)) = core.trace.last() {
            known.file = file;
            known.spot = Some(position);
        }
        let stack = core.trace.stack();
        if stack.is_empty() {
            return known;
        }
        let imports: Vec<Frame> = known.calls.iter().filter(|call| call.import).cloned().collect();
        known.calls = imports;
        known.calls.extend(stack.into_iter().rev().map(|frame| Frame {
            callee: frame.name,
            file: frame.called.0,
            position: frame.called.1,
            import: false,
        }));
        known
    }

    /// Shows the frames: marks in the finding's own source, related findings elsewhere.
    pub(super) fn add_to(&self, core: &Core, mut finding: Finding) -> Finding {
        let mut shown: Vec<&Frame> = Vec::new();
        for frame in self.calls.iter().rev().filter(|frame| !frame.position.is_none()) {
            if shown.last() != Some(&frame) {
                shown.push(frame);
            }
        }
        let left_out = shown.len().saturating_sub(SHOWN);
        shown.truncate(SHOWN);
        let single = shown.len() == 1;
        for (number, frame) in shown.into_iter().enumerate() {
            let place = core.scripts.call(Some(&frame.file), frame.position);
            let words = frame.words();
            let words = if single { words } else { format!("{}: {words}", number + 1) };
            let overlaps = finding
                .labels
                .iter()
                .any(|label| label.span.start == place.start && label.span.end == place.end);
            let own = finding.source.as_ref().map(|source| source.name().to_owned());
            if own.is_none() {
                // An error without a place is shown where it arrived first.
                finding = core.mark(finding, &place, &words);
            } else if own.as_deref() == Some(frame.file.as_str()) {
                if !overlaps {
                    finding = core.mark(finding, &place, &words);
                }
            } else if place.end > 0 && !shows(&finding.related, &frame.file, place.start) {
                let advice = Finding::advice(finding.code, frame.sentence());
                finding = finding.with_related(core.mark(advice, &place, &words));
            }
        }
        if left_out > 0 {
            finding = finding.with_related(Finding::advice(
                codes::SCRIPT_ERROR,
                format!("and {} further out", crate::text::count(left_out, "call")),
            ));
        }
        finding
    }
}

/// True if one of the findings marks that place first.
fn shows(related: &[Finding], file: &str, start: usize) -> bool {
    related.iter().any(|other| {
        other.source.as_ref().is_some_and(|source| source.name() == file)
            && other.labels.first().is_some_and(|label| label.span.start == start)
    })
}

impl Frame {
    fn callee(&self) -> String {
        if self.callee.starts_with("anon$") {
            "the closure".to_owned()
        } else {
            format!("`{}`", self.callee)
        }
    }

    fn words(&self) -> String {
        if self.import {
            "imported here".to_owned()
        } else {
            format!("{} called here", self.callee())
        }
    }

    fn sentence(&self) -> String {
        if self.import {
            format!("`{}` imports it", self.file)
        } else {
            format!("{} was called from `{}`", self.callee(), self.file)
        }
    }
}
