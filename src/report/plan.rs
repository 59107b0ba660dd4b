//! What a run would do, and what taking it back would lose.

use super::losses::{Loss, losses_since};
use super::paint::{Tone, paint};
use super::totals::Totals;
use super::tree::{self, Stage};
use crate::diagnostic::Style;
use crate::journal::{Event, Record, RunState, SittingEnd, StepKind};
use crate::text::{count, duration, grouped};
use crate::topology::in_words;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

/// A simulated run.
#[derive(Debug, Clone, Copy)]
pub struct Plan<'a> {
    /// The run's number; that of the open run, if one was planned on.
    pub run: u64,
    /// The simulated records.
    pub records: &'a [Record],
    /// The state at their end.
    pub state: &'a RunState,
    /// The open run's last record, if one was planned on.
    pub from: Option<u64>,
    /// How it would end.
    pub how: SittingEnd,
    /// Why, in one line.
    pub why: &'a str,
}

/// Returns the plan for people: the tree of stages, the totals, and the losses of a rollback.
#[must_use]
pub fn text(plan: &Plan<'_>, style: Style) -> String {
    let mut lines = Vec::new();
    let name = plan.state.started().map_or("", |started| started.organisation.as_str());
    lines.push(paint(
        &plan.from.map_or_else(
            || format!("Plan of {name}"),
            |seq| format!("Plan of {name} from record {seq} of run {} on", plan.run),
        ),
        Tone::Heading,
        style,
    ));
    lines.push(String::new());
    let stages = stages(plan);
    let tree = tree::text(&stages, style);
    if !tree.is_empty() {
        lines.push(tree);
    }
    lines.push(end(plan, &stages));
    if assumes(plan) {
        lines.push(
            "Checks, answers and probes are assumed good; `--assume \"CHECK=fail\"` shows the other branch."
                .to_owned(),
        );
    }
    let losses = losses(plan);
    if !losses.is_empty() {
        lines.push("A rollback would lose:".to_owned());
        let lost =
            losses.iter().map(|loss| paint(&format!("  - {}", loss.line()), Tone::Doubt, style));
        lines.extend(lost);
    }
    if plan.how != SittingEnd::Completed {
        let text = format!("The runbook would not reach its end: {}.", plan.why);
        lines.push(paint(&text, Tone::Bad, style));
    }
    lines.join("\n")
}

fn stages(plan: &Plan<'_>) -> Vec<Stage> {
    tree::of(plan.state, plan.from.unwrap_or(0))
}

fn losses(plan: &Plan<'_>) -> Vec<Loss> {
    losses_since(plan.state, 0, None)
}

/// How long the simulated part takes, by the run's clock.
fn takes(plan: &Plan<'_>) -> Duration {
    let first = plan.records.first().map(|record| record.at);
    let last = plan.records.last().map(|record| record.at);
    match (first, last) {
        (Some(first), Some(last)) => {
            Duration::try_from(last.duration_since(first)).unwrap_or_default()
        }
        _ => Duration::ZERO,
    }
}

fn end(plan: &Plan<'_>, stages: &[Stage]) -> String {
    let totals = Totals::of(plan.state, plan.from.map_or(0, |seq| seq + 1));
    let entries = || stages.iter().flat_map(|stage| &stage.entries);
    let of = |back: &str| entries().filter(|entry| entry.back == Some(back)).count();
    // One that goes on after those inside it stands there twice.
    let paths = stages.iter().map(|stage| stage.path.as_str()).filter(|path| !path.is_empty());
    let named = paths.collect::<BTreeSet<_>>().len();
    let mut parts = vec![format!(
        "{} in {} and {}",
        in_words(totals.moved.iter().map(String::as_str)),
        count(totals.moves, "move"),
        count(named, "stage")
    )];
    for back in [tree::REVERSIBLE, tree::WITH_LOSS, tree::ONE_WAY] {
        if of(back) > 0 {
            parts.push(format!("{} {back}", grouped(of(back))));
        }
    }
    // Less than a minute is the plan's own time, and says nothing of the run.
    let takes = takes(plan);
    if takes >= Duration::from_mins(1) {
        parts.push(format!("waits for {}", duration(takes)));
    }
    format!("Planned: {}.", parts.join("; "))
}

/// True if anything in the plan is an assumption.
fn assumes(plan: &Plan<'_>) -> bool {
    plan.records.iter().any(|record| match &record.event {
        Event::Checked(check) => check.assumed,
        Event::StepBegun { step, .. } | Event::StepDone { step, .. } => matches!(
            step.kind,
            StepKind::Approve
                | StepKind::Ask
                | StepKind::Task
                | StepKind::Attest
                | StepKind::PointOfNoReturn
                | StepKind::Probe
                | StepKind::Command
        ),
        _ => false,
    })
}

/// Returns the plan for programs.
#[must_use]
pub fn to_json(plan: &Plan<'_>) -> Value {
    let totals = Totals::of(plan.state, plan.from.map_or(0, |seq| seq + 1));
    json!({
        "from": plan.from,
        "stages": tree::to_json(&stages(plan)),
        "moved": totals.moved,
        "moves": totals.moves,
        "takes_s": takes(plan).as_secs(),
        "losses": losses(plan).iter().map(Loss::to_json).collect::<Vec<_>>(),
        "why": plan.why,
    })
}
