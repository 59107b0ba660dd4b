//! The words that all reports use for times, people, outcomes and verdicts.

use super::paint::Tone;
use super::totals::Counts;
use crate::journal::{
    Evidence, Recorded, SittingEnd, SittingMode, Step, StepKind, Verdict, Who, Why,
};
use crate::text;
use jiff::Timestamp;

/// Separates the names of a stage's path.
pub const INSIDE: &str = " / ";

/// What the journal writes before the stage of a step that an `on_rollback` block did.
pub const TAKING_BACK: &str = "rollback of ";

/// Returns a time as reports write it, in UTC.
pub fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}

/// Returns `ann on migration01`.
pub fn who(who: &Who) -> String {
    if who.host.is_empty() { who.user.clone() } else { format!("{} on {}", who.user, who.host) }
}

/// The command that a sitting belongs to.
pub fn mode(mode: SittingMode) -> &'static str {
    match mode {
        SittingMode::Forward => "run",
        SittingMode::Rollback => "rollback",
        SittingMode::Retry => "retry",
    }
}

/// How a sitting ended.
pub fn end(how: SittingEnd) -> &'static str {
    match how {
        SittingEnd::Completed => "completed",
        SittingEnd::Halted => "halted",
        SittingEnd::Error => "ended with an error",
        SittingEnd::Waiting => "waits for a person",
        SittingEnd::Stopped => "stopped",
    }
}

/// Returns `` `Pilot` and all after it ``, or `everything`.
pub fn taken_back(to: Option<&str>) -> String {
    to.map_or("everything".to_owned(), |stage| format!("`{stage}` and all after it"))
}

/// Returns how a sitting ended and why, saying neither twice: stopped after stage `Pilot`.
pub fn ended(how: SittingEnd, why: &str) -> String {
    let says_it = match how {
        SittingEnd::Waiting => why.starts_with("waits "),
        SittingEnd::Stopped => why.starts_with("stopped "),
        _ => false,
    };
    if says_it { why.to_owned() } else { joined(end(how), why) }
}

/// Why a record answers the script no more.
pub fn superseded(why: Why) -> &'static str {
    match why {
        Why::Halt => "asked again after a halt",
        Why::Rejected => "asked again after a no",
        Why::Recheck => "asked again by --recheck",
        Why::Rollback => "taken back",
    }
}

/// The tone of a verdict.
pub fn tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Pass => Tone::Good,
        Verdict::Fail => Tone::Bad,
        Verdict::Unknown => Tone::Doubt,
    }
}

/// Returns `2 of 5 good, 1 without an answer`.
pub fn evidence(evidence: &[Evidence]) -> String {
    let good = evidence.iter().filter(|one| one.value == Some(true)).count();
    let silent = evidence.iter().filter(|one| one.value.is_none()).count();
    let mut out = match (evidence, good) {
        ([Evidence { who: Some(person), answer, .. }], _) => format!("{answer}, {person}"),
        ([one], _) => one.answer.clone(),
        (many, good) if good == many.len() => format!("all {} good", text::grouped(good)),
        (many, good) => format!("{} of {} good", text::grouped(good), text::grouped(many.len())),
    };
    if silent > 0 && evidence.len() > 1 {
        out = format!("{out}, {} without an answer", text::grouped(silent));
    }
    if evidence.iter().any(|one| one.assumed) {
        out.push_str(" (assumed)");
    }
    out
}

/// Returns what a step came to, and its tone; a move's outcome is its counts.
pub fn outcome(step: &Step, outcome: &Recorded, counts: Option<&Counts>) -> (String, Tone) {
    match outcome {
        Recorded::Done => (String::new(), done(step.kind)),
        Recorded::Evidence { evidence: all } => {
            let tone = if all.iter().all(|one| one.value == Some(true)) {
                Tone::Good
            } else if all.iter().any(|one| one.value == Some(false)) {
                Tone::Bad
            } else {
                Tone::Doubt
            };
            (evidence(all), tone)
        }
        Recorded::Moved { why, .. } => {
            let counts = counts.cloned().unwrap_or_default().kept_back(Some(outcome));
            let tone = if counts.is_clean() { Tone::Good } else { Tone::Bad };
            let words = counts.words();
            (if why.is_empty() { words } else { format!("{words} ({why})") }, tone)
        }
        Recorded::Answer { yes: true, who: person, .. } if person.is_plan() => {
            ("assumed yes".to_owned(), Tone::Doubt)
        }
        Recorded::Answer { yes, who: person, note } => {
            let answer = if *yes { "yes" } else { "no" };
            let note = if note.is_empty() { String::new() } else { format!(": {note}") };
            let tone = if *yes { Tone::Good } else { Tone::Bad };
            (format!("{answer}, {}{note}", who(person)), tone)
        }
        Recorded::Command { code, .. } => {
            (format!("exit {code}"), if *code == 0 { Tone::Good } else { Tone::Bad })
        }
        Recorded::Timed { verdict: Verdict::Pass, evidence, .. }
            if evidence.iter().any(|one| one.assumed) =>
        {
            ("pass (assumed)".to_owned(), Tone::Doubt)
        }
        Recorded::Timed { verdict, why, .. } => (verdict_words(*verdict, why), tone(*verdict)),
        Recorded::Changes { lines, .. } => (text::count(lines.len(), "difference"), Tone::Plain),
    }
}

/// Returns `pass`, or the verdict with its reason.
pub fn verdict_words(verdict: Verdict, why: &str) -> String {
    if why.is_empty() { verdict.word().to_owned() } else { format!("{}: {why}", verdict.word()) }
}

fn done(kind: StepKind) -> Tone {
    match kind {
        StepKind::Note | StepKind::OnRollback | StepKind::Enter | StepKind::Leave => Tone::Plain,
        _ => Tone::Good,
    }
}

/// Returns the line's own words and what came of it, joined.
pub fn joined(shown: &str, outcome: &str) -> String {
    if outcome.is_empty() { shown.to_owned() } else { format!("{shown}: {outcome}") }
}
