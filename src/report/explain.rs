//! Why a user is in or out: everything that is known of one user, as facts.
//!
//! The facts come from the inventory, from a simulation of the runbook that followed the user, and
//! from the journal. `text` makes an answer of them, [`to_json`] an object; neither decides anything.
//!
//! Invariant: what the journal holds is told as done, what the simulation did as what would be.

mod text;

pub use text::text;

use crate::journal::{Ended, SittingEnd, Why};
use crate::run::preflight::Fit;
use crate::script::{Met, Spot};
use crate::topology::Origin;
use jiff::Timestamp;
use serde_json::{Value, json};

/// A pool that somebody lives on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// FQDN.
    pub pool: String,
    /// `legacy` or `current`.
    pub generation: &'static str,
    /// Name of the site.
    pub site: String,
}

/// A move that somebody has, done or simulated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leg {
    /// Path of the stage.
    pub stage: String,
    /// FQDN of the target.
    pub to: String,
    /// Generation of the target, as in [`Home`].
    pub generation: &'static str,
    /// The record at which it began, if it is in the journal already.
    pub record: Option<u64>,
}

/// Somebody who has to do with the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relative {
    /// `manager`, `delegate`, `acts for`, `same line`.
    pub relation: &'static str,
    /// SIP address.
    pub address: String,
    /// Name as people write it.
    pub name: String,
    /// Where they live now.
    pub home: Option<Home>,
    /// Where they go.
    pub legs: Vec<Leg>,
}

/// What an attempt was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A move of the runbook.
    Move,
    /// `sidle retry`.
    Retry,
    /// A move back, in a rollback or by `undo()`.
    Back,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Move => "move",
            Self::Retry => "retry",
            Self::Back => "back",
        }
    }
}

/// A move of a run that had the user.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// Number of the run.
    pub run: u64,
    /// The record at which the move began.
    pub seq: u64,
    /// When that was.
    pub at: Timestamp,
    /// Path of its stage.
    pub stage: String,
    /// What it was.
    pub kind: Kind,
    /// Home before, as the run believed.
    pub from: Option<String>,
    /// FQDN of the target.
    pub to: String,
    /// How it ended; `None` if that is not known yet.
    pub how: Option<Ended>,
    /// Why, for all but moved.
    pub why: String,
    /// How often the system was asked.
    pub tries: u32,
    /// Why the move answers the script no more.
    pub superseded: Option<Why>,
    /// True if it was taken back.
    pub taken_back: bool,
}

/// What preflight says of a move now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preflight {
    /// FQDN of the target.
    pub to: String,
    /// What it says.
    pub fit: Fit,
}

/// The simulation that followed the user.
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    /// Number of the run; that of the open run, if it was simulated on.
    pub run: u64,
    /// The open run's last record, if it was simulated on.
    pub from: Option<u64>,
    /// How the newest run stands, if the runbook was simulated from its start all the same.
    pub after: Option<String>,
    /// What it did with the user, in order.
    pub met: Vec<Met>,
    /// Where it moves the user.
    pub legs: Vec<Leg>,
    /// How it ended.
    pub how: SittingEnd,
    /// Why, in one line.
    pub why: String,
}

/// Everything that is known of one user.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// SIP address.
    pub address: String,
    /// Name as people write it.
    pub name: String,
    /// Where the user lives now.
    pub home: Option<Home>,
    /// The run that saw the user there; `None` if the inventory says so.
    pub seen_by: Option<u64>,
    /// May sign in.
    pub enabled: bool,
    /// Where the row stands.
    pub origin: Origin,
    /// What preflight says of the move that the runbook has for the user, or of its first move.
    pub preflight: Option<Preflight>,
    /// What the runbook does with the user.
    pub course: Course,
    /// Who should not be cut off.
    pub people: Vec<Relative>,
    /// Every attempt to move the user, oldest first.
    pub attempts: Vec<Attempt>,
}

/// Returns the explanation for programs.
#[must_use]
pub fn to_json(told: &Explanation) -> Value {
    json!({
        "address": told.address,
        "name": told.name,
        "home": told.home.as_ref().map(home),
        "seen_by": told.seen_by,
        "enabled": told.enabled,
        "origin": { "file": told.origin.file, "line": told.origin.line },
        "preflight": told.preflight.as_ref().map(preflight),
        "moves": legs(&told.course.legs),
        "course": told.course.met.iter().map(|met| step(met, told.course.from)).collect::<Vec<_>>(),
        "people": told.people.iter().map(relative).collect::<Vec<_>>(),
        "attempts": told.attempts.iter().map(attempt).collect::<Vec<_>>(),
        "from": told.course.from,
        "after": told.course.after,
        "ends": told.course.how,
        "why": told.course.why,
    })
}

fn home(home: &Home) -> Value {
    json!({ "pool": home.pool, "generation": home.generation, "site": home.site })
}

fn legs(legs: &[Leg]) -> Value {
    let one = |leg: &Leg| json!({ "stage": leg.stage, "to": leg.to, "record": leg.record });
    legs.iter().map(one).collect()
}

fn preflight(preflight: &Preflight) -> Value {
    let (says, why) = match &preflight.fit {
        Fit::Eligible { .. } => ("eligible", ""),
        Fit::AlreadyThere => ("already_there", ""),
        Fit::Skipped { why } => ("skipped", why.as_str()),
    };
    json!({ "to": preflight.to, "says": says, "why": why })
}

fn relative(one: &Relative) -> Value {
    json!({
        "relation": one.relation,
        "address": one.address,
        "name": one.name,
        "home": one.home.as_ref().map(home),
        "moves": legs(&one.legs),
    })
}

fn attempt(one: &Attempt) -> Value {
    json!({
        "run": one.run,
        "record": one.seq,
        "at": one.at.to_string(),
        "stage": one.stage,
        "kind": one.kind.word(),
        "from": one.from,
        "to": one.to,
        "how": one.how,
        "why": one.why,
        "tries": one.tries,
        "superseded": one.superseded,
        "taken_back": one.taken_back,
    })
}

fn spot(spot: &Spot) -> Value {
    json!({ "file": spot.file, "line": spot.line, "column": spot.column, "text": spot.text })
}

/// One thing of the course; `from` is the last record that the journal holds.
fn step(met: &Met, from: Option<u64>) -> Value {
    match met {
        Met::Selected { stage, at, included, why, decided } => json!({
            "kind": "selected",
            "stage": stage,
            "included": included,
            "why": why,
            "decided": spot(&decided.at),
            "function": decided.function,
            "through": decided.through.iter().map(spot).collect::<Vec<_>>(),
            "asked": spot(at),
        }),
        Met::NotAsked { stage, at, among } => json!({
            "kind": "not_asked",
            "stage": stage,
            "among": among,
            "asked": spot(at),
        }),
        Met::LeftOut { stage, at } => json!({
            "kind": "left_out",
            "stage": stage,
            "asked": spot(at),
        }),
        Met::Moved { stage, at, begun, to, back, result } => json!({
            "kind": if *back { "undone" } else { "moved" },
            "stage": stage,
            "to": to,
            "how": result.how,
            "why": result.why,
            "record": recorded(*begun, from),
            "asked": spot(at),
        }),
    }
}

/// The record, if the journal holds it already.
fn recorded(begun: u64, from: Option<u64>) -> Option<u64> {
    from.filter(|last| begun <= *last).map(|_| begun)
}
