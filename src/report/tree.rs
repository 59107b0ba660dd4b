//! The stages of a run with what happened in each: the body of the status and of the plan.

use super::applications::{self, OfKind};
use super::paint::{Tone, paint};
use super::story::stage_of;
use super::totals::Counts;
use super::words::{self, INSIDE, TAKING_BACK, joined};
use crate::diagnostic::Style;
use crate::journal::{
    Begun, CheckTaken, LiveStep, MoveRecord, RunState, SideMove, StepKind, Verdict, Why,
};
use crate::text::grouped;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// How a stage stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// Left in the normal way.
    Done,
    /// The run is in it.
    Here,
    /// It answers the script no more.
    Gone(Why),
}

/// A line of a stage.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The record that it comes from.
    pub seq: u64,
    /// The words.
    pub text: String,
    /// How it is meant.
    pub tone: Tone,
    /// What can be taken back; for moves and what is like them.
    pub back: Option<&'static str>,
    /// Why it answers the script no more.
    pub superseded: Option<Why>,
    /// Applications of a move by kind, one line each.
    pub kinds: Vec<String>,
    /// The facts, for programs.
    pub json: Value,
}

/// A stage as it was entered once; or, with an empty path, what stands outside stages.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// Its path.
    pub path: String,
    /// How it stands.
    pub stands: Stands,
    /// What happened in it, in order.
    pub entries: Vec<Entry>,
}

/// Marks of what can be taken back.
pub const WITH_LOSS: &str = "reversible with loss";
/// Can be taken back, and nothing is lost.
pub const REVERSIBLE: &str = "reversible";
/// Cannot be taken back.
pub const ONE_WAY: &str = "one way";

/// Returns the stages in the order in which they were entered, with what was recorded after record
/// `after`; everything with 0.
pub fn of(state: &RunState, after: u64) -> Vec<Stage> {
    let mut stages: Vec<Stage> = Vec::new();
    let mut entries: BTreeMap<u64, (String, Entry)> = BTreeMap::new();
    let mut left: Vec<(u64, String)> = Vec::new();
    let mut entered: BTreeMap<u64, (String, Option<Why>)> = BTreeMap::new();
    for (step, superseded) in state.history() {
        match step.step.kind {
            StepKind::Enter => {
                entered.insert(step.seq, (step.step.stage.clone(), superseded));
            }
            StepKind::Leave => left.push((step.seq, step.step.stage.clone())),
            StepKind::Probe => {}
            _ if step.last_seq() > after => {
                let entry = of_step(state, step, superseded);
                entries.insert(step.seq, (step.step.stage.clone(), entry));
            }
            _ => {}
        }
    }
    for check in state.checks().iter().filter(|check| check.seq > after) {
        entries.insert(check.seq, (stage_of(&check.record).to_owned(), of_check(state, check)));
    }
    let sides = state.moves().values().filter(|side| side.side.is_some() && side.seq > after);
    for side in sides {
        entries.insert(side.seq, (side.stage.clone(), of_side_move(side)));
    }
    stages.push(Stage { path: String::new(), stands: Stands::Done, entries: Vec::new() });
    let mut seqs = vec![0];
    let mut entered = entered.into_iter().peekable();
    let mut enter = |until: u64, stages: &mut Vec<Stage>, seqs: &mut Vec<u64>| {
        while let Some((seq, (path, superseded))) = entered.next_if(|(seq, _)| *seq <= until) {
            let is_left = left.iter().any(|(at, stage)| *at > seq && *stage == path);
            let stands = match superseded {
                Some(why) => Stands::Gone(why),
                None if is_left => Stands::Done,
                None => Stands::Here,
            };
            stages.push(Stage { path, stands, entries: Vec::new() });
            seqs.push(seq);
        }
    };
    for (seq, (path, entry)) in entries {
        enter(seq, &mut stages, &mut seqs);
        // What a rollback's block did stands with the stage that it took back.
        let path = path.strip_prefix(TAKING_BACK).map_or(path.clone(), ToOwned::to_owned);
        // The newest stage on whose path it lies; checks in checks have longer paths.
        let home =
            stages.iter().rposition(|stage| stage.path == path || is_inside(&path, &stage.path));
        let goes_on = home.and_then(|home| stages.get(home)).and_then(|home| {
            let last = stages.last().filter(|last| last.path != home.path)?;
            is_inside(&last.path, &home.path).then(|| (home.path.clone(), home.stands))
        });
        // A stage that goes on after those inside it is named again, so that the order is true.
        if let Some((path, stands)) = goes_on {
            stages.push(Stage { path, stands, entries: vec![entry] });
            seqs.push(seq);
        } else if let Some(stage) = stages.get_mut(home.unwrap_or_default()) {
            stage.entries.push(entry);
        }
    }
    enter(u64::MAX, &mut stages, &mut seqs);
    let worth = |(stage, seq): &(Stage, u64)| {
        !stage.entries.is_empty() || (*seq > after && !stage.path.is_empty())
    };
    stages.into_iter().zip(seqs).filter(worth).map(|(stage, _)| stage).collect()
}

fn is_inside(path: &str, outer: &str) -> bool {
    outer.is_empty() || path.strip_prefix(outer).is_some_and(|rest| rest.starts_with(INSIDE))
}

fn of_step(state: &RunState, step: &LiveStep, superseded: Option<Why>) -> Entry {
    let record = state.move_at(step.seq);
    let end = step.ended.as_ref().map(|(.., outcome)| outcome);
    let counts = record.map(|record| Counts::of(record, end));
    let (words, tone) = match (end, &counts) {
        (Some(outcome), _) => words::outcome(&step.step, outcome, counts.as_ref()),
        (None, Some(counts)) => (going(record, counts), Tone::Doubt),
        (None, None) if step.begun == Some(Begun::Asked) => {
            (format!("waits for an answer (question {})", step.seq), Tone::Doubt)
        }
        (None, None) => (ticks(step), Tone::Doubt),
    };
    let shown = match record {
        Some(record) => format!("{}{}", step.step.shown, from_where(record)),
        None if step.step.kind == StepKind::OnRollback => "armed: on_rollback".to_owned(),
        None => step.step.shown.clone(),
    };
    let kinds = record.map(OfKind::of).unwrap_or_default();
    let back = match record {
        Some(record) if !record.movable.is_users() => Some(applications::worst(&kinds)),
        _ => back(step.step.kind),
    };
    let json = json!({
        "seq": step.seq,
        "at": step.at.to_string(),
        "kind": step.step.kind,
        "shown": step.step.shown,
        "outcome": end.map(|outcome| serde_json::to_value(outcome).unwrap_or_default()),
        "move": record.map(|record| move_json(record, counts.as_ref())),
        "kinds": kinds.iter().map(|kind| kind.to_json()).collect::<Vec<_>>(),
        "ticks": step.ticks.len(),
        "back": back,
        "superseded": superseded,
    });
    let kinds = kinds.into_iter().map(OfKind::line).collect();
    Entry { seq: step.seq, text: joined(&shown, &words), tone, back, superseded, kinds, json }
}

fn going(record: Option<&MoveRecord>, counts: &Counts) -> String {
    let held = record.and_then(|record| record.paused.as_ref());
    let held = held.map(|(server, why)| format!("; waits for `{server}`: {why}"));
    format!("{} so far{}", counts.words(), held.unwrap_or_default())
}

fn ticks(step: &LiveStep) -> String {
    let good = step.ticks.iter().filter(|tick| tick.verdict == Verdict::Pass).count();
    match step.ticks.len() {
        0 => "goes on".to_owned(),
        all => format!("goes on, {} of {} ticks good", grouped(good), grouped(all)),
    }
}

/// Returns ` from 24 on pool a, 2 on pool b`: where the moved users come from.
fn from_where(record: &MoveRecord) -> String {
    let mut from: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, result) in record.results.values() {
        if let Some(pool) = result.from.as_deref().filter(|pool| *pool != record.to) {
            *from.entry(pool).or_default() += 1;
        }
    }
    match from.iter().collect::<Vec<_>>().as_slice() {
        [] => String::new(),
        [(pool, _)] => format!(" from `{pool}`"),
        many => {
            let parts: Vec<String> =
                many.iter().map(|(pool, users)| format!("{users} from `{pool}`")).collect();
            format!(" ({})", parts.join(", "))
        }
    }
}

fn move_json(record: &MoveRecord, counts: Option<&Counts>) -> Value {
    let mut users: Vec<_> = record.results.values().map(|(_, result)| result).collect();
    users.sort_by(|a, b| a.user.cmp(&b.user));
    json!({
        "to": record.to,
        "users": record.users.len(),
        "base": record.base,
        "allowed_failures": record.allowed,
        "counts": counts.map(Counts::to_json),
        "results": users,
        "taken_back": record.taken_back,
    })
}

fn back(kind: StepKind) -> Option<&'static str> {
    match kind {
        StepKind::Move => Some(WITH_LOSS),
        StepKind::Undo => Some(REVERSIBLE),
        StepKind::Retire | StepKind::Command => Some(ONE_WAY),
        _ => None,
    }
}

fn of_side_move(record: &MoveRecord) -> Entry {
    let counts = Counts::of(record, None);
    let ended = record.ended.is_some();
    let words = if ended { counts.words() } else { going(Some(record), &counts) };
    let tone = match (ended, counts.is_clean()) {
        (false, _) => Tone::Doubt,
        (true, true) => Tone::Good,
        (true, false) => Tone::Bad,
    };
    let json = json!({
        "seq": record.seq,
        "at": record.at.to_string(),
        "kind": "side_move",
        "shown": record.shown,
        "why": record.side,
        "move": move_json(record, Some(&counts)),
        "superseded": record.superseded,
    });
    let shown = match record.side {
        Some(SideMove::Inverse(_)) => format!("taken back to `{}`", record.to),
        Some(SideMove::Retry(_)) => format!("tried again, to `{}`", record.to),
        None => record.shown.clone(),
    };
    let text = joined(&shown, &words);
    let (seq, superseded) = (record.seq, record.superseded);
    Entry { seq, text, tone, back: None, superseded, kinds: Vec::new(), json }
}

fn of_check(state: &RunState, check: &CheckTaken) -> Entry {
    let record = &check.record;
    let assumed = if record.assumed { " (assumed)" } else { "" };
    let verdict = words::verdict_words(record.verdict, &record.why);
    let note = state.accepted().iter().rev().find(|one| one.check == record.path);
    let (text, tone) = match &record.accepted {
        Some(who) => {
            let note = note.map(|note| format!(": {}", note.note)).unwrap_or_default();
            (format!("check `{}`: {verdict}, accepted by {who}{note}", record.name), Tone::Bad)
        }
        None if record.assumed => (
            format!("check `{}`: {verdict}{assumed}", record.name),
            if record.verdict == Verdict::Pass { Tone::Doubt } else { words::tone(record.verdict) },
        ),
        None => (format!("check `{}`: {verdict}", record.name), words::tone(record.verdict)),
    };
    let json = json!({
        "seq": check.seq,
        "at": check.at.to_string(),
        "kind": "check",
        "check": record,
        "superseded": check.superseded,
    });
    let (seq, superseded) = (check.seq, check.superseded);
    Entry { seq, text, tone, back: None, superseded, kinds: Vec::new(), json }
}

/// Draws the stages as an indented list.
pub fn text(stages: &[Stage], style: Style) -> String {
    let mut out = String::new();
    for stage in stages {
        let depth = if stage.path.is_empty() { 0 } else { stage.path.matches(INSIDE).count() + 1 };
        if let Some(name) = stage.path.rsplit(INSIDE).next().filter(|name| !name.is_empty()) {
            let (mark, tone) = match stage.stands {
                Stands::Done => (String::new(), Tone::Heading),
                Stands::Here => ("  <- here".to_owned(), Tone::Heading),
                Stands::Gone(why) => (format!("  ({})", words::superseded(why)), Tone::Dim),
            };
            let indent = "  ".repeat(depth - 1);
            let _ = writeln!(out, "{indent}{}", paint(&format!("{name}{mark}"), tone, style));
        }
        for entry in &stage.entries {
            let indent = "  ".repeat(depth);
            let back = entry.back.map(|back| format!("  [{back}]")).unwrap_or_default();
            let tone = if entry.superseded.is_some() { Tone::Dim } else { entry.tone };
            let gone = match (entry.superseded, stage.stands) {
                (Some(why), Stands::Done | Stands::Here) => {
                    format!("  ({})", words::superseded(why))
                }
                _ => String::new(),
            };
            let line = format!("{} {}{back}{gone}", entry.tone.mark(), entry.text);
            let _ = writeln!(out, "{indent}{}", paint(&line, tone, style));
            for kind in &entry.kinds {
                let _ = writeln!(out, "{indent}    {}", paint(kind, Tone::Plain, style));
            }
        }
    }
    out
}

/// Returns the stages as `[{path, stands, entries}]`.
pub fn to_json(stages: &[Stage]) -> Value {
    stages
        .iter()
        .map(|stage| {
            let (stands, why) = match stage.stands {
                Stands::Done => ("done", None),
                Stands::Here => ("here", None),
                Stands::Gone(why) => ("superseded", Some(why)),
            };
            let entries: Vec<&Value> = stage.entries.iter().map(|entry| &entry.json).collect();
            json!({ "path": stage.path, "stands": stands, "superseded": why, "entries": entries })
        })
        .collect()
}
