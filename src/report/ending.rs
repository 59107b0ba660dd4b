//! How a sitting ended, in a few lines.

use super::paint::{Tone, paint};
use super::totals::Totals;
use super::words;
use crate::diagnostic::Style;
use crate::journal::{Ended, RunState, SittingEnd, SittingMode, Status, StepKind};
use crate::run::Question;
use crate::text::{count, grouped};
use crate::topology::in_words;
use std::collections::BTreeSet;

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
            (format!("The retry in run {run} is done{why}."), Tone::Good)
        }
        (SittingEnd::Completed, _) if ending.state.status() == Status::RolledBack => {
            (format!("Nothing to do{why}."), Tone::Good)
        }
        (SittingEnd::Completed, _) => (format!("Run {run} is complete."), Tone::Good),
        (how, _) => {
            let tone = match how {
                SittingEnd::Waiting | SittingEnd::Stopped => Tone::Doubt,
                _ => Tone::Bad,
            };
            (format!("Run {run} {}.", words::ended(how, ending.why)), tone)
        }
    };
    let numbers = match mode {
        Some(SittingMode::Rollback) => taken_back(ending.state),
        _ => changed(ending.state),
    };
    let mut lines = vec![paint(&line, tone, style), numbers];
    if let Some(question) = ending.question {
        let asked = match question.kind {
            // No record stands for a loss list; `--accept-losses` answers it.
            StepKind::Undo => format!("Asked: {}", question.text),
            _ => format!("Question {}: {}", question.id, question.text),
        };
        lines.push(paint(&asked, Tone::Doubt, style));
        lines.extend(question.details.lines().map(|line| format!("  {line}")));
    }
    lines.join("\n")
}

/// Returns `Took 21 users back in 1 move, 0 failed; 44 users stay moved.`: what the newest rollback has
/// done by now, over all its sittings.
#[must_use]
pub fn taken_back(state: &RunState) -> String {
    let mut from = u64::MAX;
    for (index, sitting) in state.sittings().iter().rev().enumerate() {
        let is_over =
            sitting.ended.as_ref().is_some_and(|(_, how, _)| *how == SittingEnd::Completed);
        if sitting.mode != SittingMode::Rollback || (is_over && index > 0) {
            break;
        }
        from = sitting.seq;
    }
    let mut back = BTreeSet::new();
    let mut failed = BTreeSet::new();
    let mut moves = 0;
    for record in state.moves().range(from..).map(|(_, record)| record) {
        if !record.is_inverse() {
            continue;
        }
        moves += 1;
        for (_, result) in record.results.values() {
            let user = result.user.as_str();
            match result.how {
                Ended::Moved | Ended::AlreadyThere => {
                    failed.remove(user);
                    back.insert(user);
                }
                _ => {
                    failed.insert(user);
                }
            }
        }
    }
    let moved = Totals::of(state, 0).moved;
    // Whoever could not be taken back is where the run had moved them.
    let staying: BTreeSet<&str> =
        moved.iter().map(String::as_str).chain(failed.iter().copied()).collect();
    let stay = match (staying.len(), in_words(staying.iter().copied())) {
        (0, _) => "nobody stays moved".to_owned(),
        (1, one) => format!("{one} stays moved"),
        (_, stay) => format!("{stay} stay moved"),
    };
    format!(
        "Took {} back in {}, {} failed; {stay}.",
        in_words(back.iter().copied()),
        count(moves, "move"),
        grouped(failed.len()),
    )
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
        in_words(totals.moved.iter().map(String::as_str)),
        count(totals.moves, "move"),
        grouped(totals.failed.len()),
    )
}
