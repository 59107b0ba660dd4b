//! Where a run stands.

use super::paint::{Tone, paint};
use super::totals::Totals;
use super::tree;
use super::words;
use crate::diagnostic::Style;
use crate::journal::{LiveStep, RunState, SittingEnd, Status, StepKind, Who};
use crate::text::grouped;
use crate::topology::{both_in_words, in_words};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Returns the status for people.
#[must_use]
pub fn text(state: &RunState, style: Style) -> String {
    let mut lines = vec![paint(&head(state), Tone::Heading, style)];
    if let Some(started) = state.started() {
        let kind = if started.rehearsal { "a rehearsal, started" } else { "started" };
        let by = words::who(&started.who);
        lines.push(format!("  {kind} {} by {by}", words::time(started.at)));
    }
    lines.extend(last_sitting(state, style));
    let tree = tree::text(&tree::of(state, 0), style);
    if !tree.is_empty() {
        lines.push(format!("\n{}", tree.trim_end()));
    }
    lines.push(String::new());
    lines.extend(homes(state));
    lines.extend(accepted(state, style));
    if let Some(point) = state.point_of_no_return() {
        let force = if point.in_force.is_some() { "in force" } else { "agreed, not yet in force" };
        let text = format!("{}: {force}", point.armed.step.shown);
        lines.push(paint(&text, Tone::Bad, style));
    }
    if let Some(waiting) = state.waiting() {
        let text =
            format!("Waits for an answer to question {}: {}", waiting.seq, waiting.step.shown);
        lines.push(paint(&text, Tone::Doubt, style));
    }
    lines.join("\n")
}

fn head(state: &RunState) -> String {
    let organisation = state.started().map_or("", |started| started.organisation.as_str());
    let at = state.last_at().map(|at| format!(", {}", words::time(at))).unwrap_or_default();
    let place = match (state.status(), place(state)) {
        (Status::Open, Some(place)) => format!(" in `{place}`"),
        _ => String::new(),
    };
    let seq = grouped(usize::try_from(state.last_seq()).unwrap_or(usize::MAX));
    format!("Run {} of {organisation}: {}{place} (record {seq}{at})", state.run(), word(state))
}

/// The stage in which the run stands.
fn place(state: &RunState) -> Option<&str> {
    let last: &LiveStep = state.live().last()?;
    if last.step.kind == StepKind::Leave {
        return last.step.stage.rsplit_once(words::INSIDE).map(|(outer, _)| outer);
    }
    Some(last.step.stage.as_str()).filter(|stage| !stage.is_empty())
}

/// One word for how the run stands.
fn word(state: &RunState) -> &'static str {
    match state.status() {
        Status::Completed => "completed",
        Status::RolledBack => "rolled back",
        Status::Open if state.rollback().is_some() => "rolling back",
        Status::Open => "open",
    }
}

fn last_sitting(state: &RunState, style: Style) -> Vec<String> {
    let Some(sitting) = state.sittings().last() else { return Vec::new() };
    let command = words::mode(sitting.mode);
    let mut lines = Vec::new();
    match &sitting.ended {
        None => {
            let by = words::who(&sitting.who);
            lines
                .push(format!("  `sidle {command}` by {by} has not ended: it runs, or was killed"));
        }
        Some((at, how, why)) => {
            let tone = match how {
                SittingEnd::Completed => Tone::Good,
                SittingEnd::Halted | SittingEnd::Error => Tone::Bad,
                SittingEnd::Waiting | SittingEnd::Stopped => Tone::Doubt,
            };
            let at = words::time(*at);
            let text = format!("the last `sidle {command}` ({at}) {}", words::ended(*how, why));
            lines.push(format!("  {}", paint(&text, tone, style)));
        }
    }
    lines
}

fn homes(state: &RunState) -> Vec<String> {
    let totals = Totals::of(state, 0);
    let all = state.started().map_or([0, 0], |started| [started.users, started.applications]);
    let unseen = |all: u64, homes: &BTreeMap<String, usize>| {
        usize::try_from(all).unwrap_or(usize::MAX).saturating_sub(homes.values().sum())
    };
    let of = |homes: &BTreeMap<String, usize>, pool: &str| homes.get(pool).copied().unwrap_or(0);
    let pools: BTreeSet<&String> =
        totals.homes.keys().chain(totals.application_homes.keys()).collect();
    let mut lines: Vec<String> = pools
        .into_iter()
        .map(|pool| {
            let (users, more) = (of(&totals.homes, pool), of(&totals.application_homes, pool));
            format!("{} on `{pool}`", both_in_words(users, more))
        })
        .collect();
    let [users, more] = all;
    let (users, more) = (unseen(users, &totals.homes), unseen(more, &totals.application_homes));
    if users + more > 0 {
        lines.push(format!("{} where the snapshot has them", both_in_words(users, more)));
    }
    if !totals.failed.is_empty() {
        let failed = in_words(totals.failed.iter().map(String::as_str));
        lines.push(format!("{failed} failed or unknown"));
    }
    lines
}

fn accepted(state: &RunState, style: Style) -> Vec<String> {
    state
        .accepted()
        .iter()
        .map(|one| {
            let text = format!(
                "✗ check `{}` was accepted by {}, {}: {}",
                one.check,
                words::who(&one.who),
                words::time(one.at),
                one.note
            );
            paint(&text, Tone::Bad, style)
        })
        .collect()
}

/// Returns the commands to type next, without the folder.
#[must_use]
pub fn next(state: &RunState) -> Vec<String> {
    let rehearsal = state.started().is_some_and(|started| started.rehearsal);
    let rehearse = if rehearsal { " --rehearse" } else { "" };
    match (state.status(), state.waiting()) {
        (Status::Completed, _) => Vec::new(),
        (Status::RolledBack, _) => vec![format!("sidle run --new{rehearse}")],
        (Status::Open, Some(waiting)) => vec![format!("sidle confirm {}", waiting.seq)],
        (Status::Open, None) if state.rollback().is_some() => {
            let to = state.rollback().and_then(|rollback| rollback.to.as_deref());
            vec![to.map_or("sidle rollback".to_owned(), |stage| {
                format!("sidle rollback --to '{}'", stage.replace('\'', r"'\''"))
            })]
        }
        (Status::Open, None) => next_run(state),
    }
}

/// Returns the command that runs on, without the folder.
#[must_use]
pub fn next_run(state: &RunState) -> Vec<String> {
    let rehearsal = state.started().is_some_and(|started| started.rehearsal);
    vec![if rehearsal { "sidle run --rehearse" } else { "sidle run" }.to_owned()]
}

/// Returns the status for programs.
#[must_use]
pub fn to_json(state: &RunState) -> Value {
    let totals = Totals::of(state, 0);
    json!({
        "run": state.run(),
        "organisation": state.started().map(|started| started.organisation.as_str()),
        "rehearsal": state.started().map(|started| started.rehearsal),
        "started": state.started().map(|started| started.at.to_string()),
        "started_by": state.started().map(|started| who(&started.who)),
        "users": state.started().map(|started| started.users),
        "applications": state.started().map(|started| started.applications),
        "status": word(state).replace(' ', "_"),
        "stage": place(state),
        "records": state.last_seq(),
        "at": state.last_at().map(|at| at.to_string()),
        "stages": tree::to_json(&tree::of(state, 0)),
        "homes": totals.homes,
        "application_homes": totals.application_homes,
        "moved": totals.moved,
        "failed": totals.failed,
        "skipped": totals.skipped,
        "accepted": state.accepted().iter().map(|one| json!({
            "check": one.check, "note": one.note, "by": who(&one.who), "at": one.at.to_string(),
        })).collect::<Vec<_>>(),
        "point_of_no_return": state.point_of_no_return().map(|point| json!({
            "why": point.armed.step.shown, "in_force": point.in_force.is_some(),
        })),
        "waiting": state.waiting().map(|step| json!({
            "id": step.seq, "kind": step.step.kind, "stage": step.step.stage, "text": step.step.shown,
        })),
    })
}

fn who(who: &Who) -> Value {
    json!({ "user": who.user, "host": who.host })
}
