//! How a sitting ended, in a few lines.

use super::paint::{Tone, paint};
use super::totals::Totals;
use crate::diagnostic::Style;
use crate::journal::{RunState, SittingEnd, SittingMode, Status};
use crate::run::Question;
use crate::text::{count, grouped};

/// A sitting that has ended.
#[derive(Debug, Clone, Copy)]
pub struct Ending<'a> {
    /// The run's number.
    pub run: u64,
    /// How it ended.
    pub how: SittingEnd,
    /// One line for people.
    pub why: &'a str,
    /// The run as it stands.
    pub state: &'a RunState,
    /// What it waits for.
    pub question: Option<&'a Question>,
}

/// Returns what ended, why, and what has changed on the servers by then.
#[must_use]
pub fn text(ending: &Ending<'_>, style: Style) -> String {
    let why = if ending.why.is_empty() { String::new() } else { format!(": {}", ending.why) };
    let run = ending.run;
    let mode = ending.state.sittings().last().map(|sitting| sitting.mode);
    let (line, tone) = match (ending.how, mode) {
        (SittingEnd::Completed, Some(SittingMode::Rollback)) => (
            match ending.state.status() {
                Status::RolledBack => format!("Run {run} is rolled back."),
                Status::Open | Status::Completed => format!("Run {run} is taken back that far."),
            },
            Tone::Good,
        ),
        (SittingEnd::Completed, Some(SittingMode::Retry)) => {
            (format!("The retry in run {run} is done."), Tone::Good)
        }
        (SittingEnd::Completed, _) => (format!("Run {run} is complete."), Tone::Good),
        (SittingEnd::Halted, _) => (format!("Run {run} halted{why}."), Tone::Bad),
        (SittingEnd::Error, _) => (format!("Run {run} ended with an error{why}."), Tone::Bad),
        (SittingEnd::Waiting, _) => (format!("Run {run} waits for a person{why}."), Tone::Doubt),
        (SittingEnd::Stopped, _) => (format!("Run {run} stopped{why}."), Tone::Doubt),
    };
    let mut lines = vec![paint(&line, tone, style), changed(ending.state)];
    if let Some(question) = ending.question {
        lines.push(paint(
            &format!("Question {}: {}", question.id, question.text),
            Tone::Doubt,
            style,
        ));
        lines.extend(question.details.lines().map(|line| format!("  {line}")));
    }
    lines.join("\n")
}

/// Returns `Moved 24 users in 2 moves, 0 failed.`: what the run has changed by now.
#[must_use]
pub fn changed(state: &RunState) -> String {
    let totals = Totals::of(state, 0);
    let skipped = match totals.skipped.len() {
        0 => String::new(),
        skipped => format!(", {} skipped", grouped(skipped)),
    };
    format!(
        "Moved {} in {}, {} failed{skipped}.",
        count(totals.moved.len(), "user"),
        count(totals.moves, "move"),
        grouped(totals.failed.len()),
    )
}
