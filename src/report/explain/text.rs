//! The explanation as an answer that a person reads.

use super::{Attempt, Course, Explanation, Home, Kind, Leg, Relative, recorded};
use crate::diagnostic::Style;
use crate::journal::{Ended, SittingEnd};
use crate::report::paint::{Tone, paint};
use crate::report::words;
use crate::run::preflight::Fit;
use crate::script::{Decided, Met, Spot};
use crate::text::{count, list};

/// People of one relation who are shown.
const PEOPLE: usize = 12;
/// Stages that are named in one line.
const STAGES: usize = 5;

/// Returns the explanation for people.
#[must_use]
pub fn text(told: &Explanation, style: Style) -> String {
    let mut out = Page { lines: Vec::new(), style };
    who(told, &mut out);
    out.gap();
    verdict(told, &mut out);
    course(told, &mut out);
    never_asked(&told.course, &mut out);
    people(told, &mut out);
    attempts(told, &mut out);
    if told.course.how != SittingEnd::Completed && !told.course.legs.is_empty() {
        out.gap();
        out.line(0, Tone::Bad, &not_to_its_end(&told.course));
    }
    out.lines.join("\n")
}

/// Lines in their colours.
struct Page {
    lines: Vec<String>,
    style: Style,
}

impl Page {
    fn line(&mut self, indent: usize, tone: Tone, text: &str) {
        self.lines.push(format!("{}{}", " ".repeat(indent), paint(text, tone, self.style)));
    }

    /// A line with its mark.
    fn marked(&mut self, tone: Tone, text: &str) {
        self.line(2, tone, &format!("{} {text}", tone.mark()));
    }

    fn gap(&mut self) {
        self.lines.push(String::new());
    }

    /// A place in a script and its line.
    fn spot(&mut self, words: &str, spot: &Spot) {
        if spot.file.is_empty() {
            return;
        }
        let place = place(spot);
        self.line(6, Tone::Dim, format!("{words}{place}  {}", spot.text).trim_end());
    }
}

fn place(spot: &Spot) -> String {
    format!("{}:{}:{}", spot.file, spot.line, spot.column)
}

fn who(told: &Explanation, out: &mut Page) {
    let name = named(&told.address, &told.name);
    let says = match told.seen_by {
        Some(run) => format!("as run {run} saw last"),
        None => "as exported".to_owned(),
    };
    out.line(0, Tone::Heading, &format!("{name} {}, {says}", lives(told.home.as_ref())));
    let enabled = if told.enabled { "enabled" } else { "not enabled" };
    out.line(2, Tone::Dim, &format!("{}:{}, {enabled}", told.origin.file, told.origin.line));
}

fn named(address: &str, name: &str) -> String {
    if name.is_empty() { address.to_owned() } else { format!("{address} ({name})") }
}

fn lives(home: Option<&Home>) -> String {
    home.map_or("lives on no pool of the topology".to_owned(), |home| {
        format!("lives on {} ({}, {})", home.pool, home.generation, home.site)
    })
}

/// The answer in one line, and what stands in its way.
fn verdict(told: &Explanation, out: &mut Page) {
    let course = &told.course;
    if let Some(after) = &course.after {
        out.line(0, Tone::Doubt, &format!("{after}; what follows is the runbook from its start."));
    }
    match course.legs.as_slice() {
        [] if course.how == SittingEnd::Completed => {
            let words = if course.met.iter().any(is_taken_back) {
                format!("The runbook moves {} and takes the move back.", told.address)
            } else {
                format!("Nothing in the runbook moves {}.", told.address)
            };
            out.line(0, Tone::Bad, &words);
        }
        [] => out.line(0, Tone::Bad, &not_to_its_end(course)),
        legs => {
            for leg in legs {
                let (words, tone) = match leg.record {
                    Some(record) => {
                        let by = format!(" (record {record} of run {})", course.run);
                        (
                            format!("Was moved to {}{}{by}.", leg.to, in_stage(&leg.stage)),
                            Tone::Good,
                        )
                    }
                    None => (format!("Moves to {}{}.", leg.to, in_stage(&leg.stage)), Tone::Plain),
                };
                out.line(0, tone, &words);
            }
        }
    }
    let Some(preflight) = &told.preflight else { return };
    match &preflight.fit {
        Fit::Eligible { .. } => {
            let text = format!("Preflight finds nothing that blocks a move to {}.", preflight.to);
            out.line(0, Tone::Plain, &text);
        }
        Fit::AlreadyThere => {}
        Fit::Skipped { why } => {
            let text = format!("A move to {} would be skipped: {why}.", preflight.to);
            out.line(0, Tone::Bad, &text);
        }
    }
}

fn is_taken_back(met: &Met) -> bool {
    matches!(met, Met::Moved { back: true, result, .. } if result.how == Ended::Moved)
}

fn not_to_its_end(course: &Course) -> String {
    let before = if course.met.is_empty() && course.legs.is_empty() {
        " and does not come to this user"
    } else {
        ""
    };
    format!("The runbook would not reach its end{before}: {}.", course.why)
}

fn in_stage(stage: &str) -> String {
    if stage.is_empty() { String::new() } else { format!(" in `{stage}`") }
}

/// What happens to the user, stage by stage.
fn course(told: &Explanation, out: &mut Page) {
    let course = &told.course;
    let mut open: Option<&str> = None;
    for met in &course.met {
        let stage = match met {
            Met::NotAsked { .. } => continue,
            // Whoever is moved all the same is not out because of a filter.
            Met::LeftOut { .. } if !course.legs.is_empty() => continue,
            Met::LeftOut { stage, .. } | Met::Selected { stage, .. } | Met::Moved { stage, .. } => {
                stage.as_str()
            }
        };
        if open != Some(stage) {
            out.gap();
            let heading = if stage.is_empty() { "Outside stages" } else { stage };
            out.line(0, Tone::Heading, heading);
            open = Some(stage);
        }
        one(met, course.from, out);
    }
}

fn one(met: &Met, from: Option<u64>, out: &mut Page) {
    match met {
        Met::Selected { at, included, why, decided, .. } => {
            let (word, tone) = if *included { ("in", Tone::Good) } else { ("out", Tone::Bad) };
            out.marked(tone, &format!("{word}, \"{why}\"{}", by(decided)));
            out.spot("", &decided.at);
            for call in decided
                .through
                .iter()
                .rev()
                .filter(|call| call.line != at.line || call.file != at.file)
            {
                out.spot("called at ", call);
            }
            out.spot("asked at ", at);
        }
        Met::LeftOut { at, .. } => {
            out.marked(Tone::Bad, "left out by a filter");
            out.spot("", at);
        }
        Met::Moved { at, begun, to, back, result, .. } => {
            let record = recorded(*begun, from);
            let tone = match result.how {
                Ended::Moved => Tone::Good,
                Ended::AlreadyThere => Tone::Plain,
                Ended::Unknown => Tone::Doubt,
                Ended::Skipped | Ended::Failed | Ended::NotStarted => Tone::Bad,
            };
            let way = if *back { "back to" } else { "to" };
            let did = verb(result.how, record.is_some());
            let words = match result.how {
                Ended::Moved => format!("{did} {way} {to}"),
                _ => format!("{did} the move {way} {to}"),
            };
            out.marked(tone, &words::joined(&words, &result.why));
            out.spot("", at);
        }
        Met::NotAsked { .. } => {}
    }
}

/// What a move did with the user, or would do.
fn verb(how: Ended, done: bool) -> &'static str {
    match (how, done) {
        (Ended::Moved, true) => "was moved",
        (Ended::Moved, false) => "would be moved",
        (Ended::AlreadyThere, true) => "was left alone by",
        (Ended::AlreadyThere, false) => "would be left alone by",
        (Ended::Skipped, true) => "was skipped by",
        (Ended::Skipped, false) => "would be skipped by",
        (Ended::Failed, true) => "failed in",
        (Ended::Failed, false) => "would fail in",
        (Ended::Unknown, true) => "is in doubt after",
        (Ended::Unknown, false) => "would be in doubt after",
        (Ended::NotStarted, true) => "was not started by",
        (Ended::NotStarted, false) => "would not be started by",
    }
}

fn by(decided: &Decided) -> String {
    if decided.function.is_empty() { String::new() } else { format!(" by `{}`", decided.function) }
}

/// The selections that never asked about the user, each once with all its stages.
fn never_asked(course: &Course, out: &mut Page) {
    let mut seen: Vec<(&Spot, Vec<&str>, usize)> = Vec::new();
    for met in &course.met {
        let Met::NotAsked { stage, at, among } = met else { continue };
        match seen.iter_mut().find(|(spot, ..)| *spot == at) {
            Some((_, stages, many)) => {
                stages.push(stage);
                *many += among;
            }
            None => seen.push((at, vec![stage], *among)),
        }
    }
    if seen.is_empty() {
        return;
    }
    out.gap();
    out.line(0, Tone::Heading, "Not asked about");
    for (at, stages, among) in seen {
        let stages: Vec<&str> = stages.into_iter().filter(|stage| !stage.is_empty()).collect();
        let place = if stages.is_empty() {
            String::new()
        } else {
            format!("in {}: ", list(&stages, STAGES))
        };
        let text = format!("{place}not among the {} of the selection", count(among, "user"));
        out.marked(Tone::Dim, &text);
        out.spot("", at);
    }
}

fn people(told: &Explanation, out: &mut Page) {
    if told.people.is_empty() {
        return;
    }
    out.gap();
    out.line(0, Tone::Heading, "People");
    let mut shown = 0;
    let mut relation = "";
    for one in &told.people {
        if one.relation != relation {
            (relation, shown) = (one.relation, 0);
        }
        shown += 1;
        if shown <= PEOPLE {
            relative(told, one, out);
        } else if shown == PEOPLE + 1 {
            let all = told.people.iter().filter(|other| other.relation == relation).count();
            out.marked(Tone::Dim, &format!("{relation}: and {} more", all - PEOPLE));
        }
    }
}

/// Somebody, and whether they stay on one side with the user.
fn relative(told: &Explanation, one: &Relative, out: &mut Page) {
    let ends = told.course.how == SittingEnd::Completed;
    let goes = match one.legs.as_slice() {
        [] if ends => "nothing moves them".to_owned(),
        [] => "whether they move is not known".to_owned(),
        legs => legs.iter().map(leg).collect::<Vec<_>>().join(", then "),
    };
    let (tone, cut) = if is_cut(told, one) { (Tone::Doubt, ": a cut") } else { (Tone::Plain, "") };
    let name = named(&one.address, &one.name);
    let text = format!("{} {name} {}; {goes}{cut}", one.relation, lives(one.home.as_ref()));
    out.marked(tone, &text);
}

/// True if the two are on different sides now, or will be between two stages.
fn is_cut(told: &Explanation, one: &Relative) -> bool {
    let generation = |home: &Option<Home>| {
        home.as_ref().map(|home| home.generation).filter(|generation| !generation.is_empty())
    };
    let (Some(here), Some(there)) = (generation(&told.home), generation(&one.home)) else {
        return false;
    };
    let (mine, theirs) = (crossings(here, &told.course.legs), crossings(there, &one.legs));
    // What a simulation never came to may still join them.
    let known = told.course.how == SittingEnd::Completed || !(mine.is_empty() || theirs.is_empty());
    here != there || known && mine != theirs
}

/// The stages that are still to come in which somebody changes sides, each with the new side.
fn crossings<'a>(home: &'a str, legs: &'a [Leg]) -> Vec<(&'a str, &'a str)> {
    let mut side = home;
    let mut crossed = Vec::new();
    for leg in legs.iter().filter(|leg| leg.record.is_none()) {
        if leg.generation != side {
            side = leg.generation;
            crossed.push((leg.stage.as_str(), side));
        }
    }
    crossed
}

fn leg(leg: &Leg) -> String {
    let words = if leg.record.is_some() { "was moved" } else { "moves" };
    format!("{words}{}", in_stage(&leg.stage))
}

fn attempts(told: &Explanation, out: &mut Page) {
    out.gap();
    if told.attempts.is_empty() {
        out.line(0, Tone::Dim, "No run has tried to move this user.");
        return;
    }
    out.line(0, Tone::Heading, "Attempts so far");
    for one in &told.attempts {
        attempt(one, out);
    }
}

fn attempt(one: &Attempt, out: &mut Page) {
    let gone = one.kind != Kind::Back && (one.taken_back || one.superseded.is_some());
    let tone = match one.how {
        _ if gone => Tone::Dim,
        Some(Ended::Moved) => Tone::Good,
        Some(Ended::AlreadyThere) => Tone::Plain,
        Some(Ended::Unknown) | None => Tone::Doubt,
        Some(Ended::Skipped | Ended::Failed | Ended::NotStarted) => Tone::Bad,
    };
    let what = match one.kind {
        Kind::Move => "",
        Kind::Retry => "tried again, ",
        Kind::Back => "back, ",
    };
    let from = one.from.as_ref().map(|from| format!("from {from} ")).unwrap_or_default();
    let how = one.how.map_or("not known yet", Ended::words);
    let tries = if one.tries > 1 { format!(" after {} tries", one.tries) } else { String::new() };
    let mut text = format!(
        "run {}, record {}, {}{}: {what}{from}to {}: {how}{tries}",
        one.run,
        one.seq,
        words::time(one.at),
        in_stage(&one.stage),
        one.to,
    );
    text = words::joined(&text, &one.why);
    let mark = match one.superseded {
        // What took it back is not itself taken back.
        _ if one.kind == Kind::Back => "",
        Some(why) => words::superseded(why),
        None if one.taken_back => "taken back",
        None => "",
    };
    if !mark.is_empty() {
        text = format!("{text}  ({mark})");
    }
    out.marked(tone, &text);
}
