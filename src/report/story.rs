//! A run told record by record: what `sidle log` lists and what a person sees as it happens.

mod results;

use self::results::{Moving, told_results};
use super::paint::{Tone, paint};
use super::words::{self, INSIDE, TAKING_BACK, joined};
use crate::diagnostic::Style;
use crate::journal::{
    Begun, CheckRecord, Event, MoveBegun, Record, RunState, SideMove, Step, StepKind,
};
use crate::text::count;
use crate::topology::{both_in_words, in_words};
use std::collections::HashMap;

/// One record in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Path of the stage it belongs to; empty at the top level.
    pub stage: String,
    /// The words.
    pub text: String,
    /// How it is meant.
    pub(super) tone: Tone,
    /// True if a person who watches wants to see it.
    pub matters: bool,
    /// True if a move has ended.
    pub ends_move: bool,
    /// What is lost by it: shown below the words, whatever else is left out.
    pub losses: Vec<String>,
}

/// Tells records in order; a record is understood only after those before it.
#[derive(Debug)]
pub struct Story {
    style: Style,
    steps: HashMap<u64, Step>,
    moves: HashMap<u64, Moving>,
    /// The script's own taking back that is under way, and what its moves have done.
    undone: Option<(u64, Moving)>,
    stage: String,
    headed: Option<String>,
}

impl Story {
    /// Starts before the first record.
    #[must_use]
    pub fn new(style: Style) -> Self {
        Self {
            style,
            steps: HashMap::new(),
            moves: HashMap::new(),
            undone: None,
            stage: String::new(),
            headed: None,
        }
    }

    /// Takes in what an earlier sitting recorded, so that what comes of it can be told in words.
    pub fn knows(&mut self, state: &RunState) {
        let steps = state.history().into_iter().map(|(step, _)| (step.seq, step.step.clone()));
        self.steps.extend(steps);
        // Named only: where the story stands does not change by it.
        let stage = self.stage.clone();
        for (seq, record) in state.moves() {
            if let Some(why) = &record.side {
                self.names_side_move(
                    *seq,
                    why,
                    &record.movable.count(members(&record.users)),
                    &record.to,
                );
            }
        }
        self.stage = stage;
        let mut undo = state.history().into_iter().map(|(step, _)| step);
        let undo = undo
            .rfind(|step| step.ended.is_none() && matches!(step.begun, Some(Begun::Undo { .. })));
        self.undone = undo.map(|step| {
            let mut moving = Moving::default();
            for record in state.moves().range(step.seq..).map(|(_, record)| record) {
                let results = record.results.values().map(|(_, result)| result.clone());
                moving.add(&results.collect::<Vec<_>>());
            }
            (step.seq, moving)
        });
        for (seq, record) in state.moves().iter().filter(|(_, record)| record.ended.is_none()) {
            let moving = self.moves.entry(*seq).or_default();
            moving.add(
                &record.results.values().map(|(_, result)| result.clone()).collect::<Vec<_>>(),
            );
        }
    }

    /// Returns what a rollback that goes on takes back, and what is lost by it.
    #[must_use]
    pub fn goes_back(&self, to: Option<&str>, losses: &[String]) -> String {
        let lost = if losses.is_empty() { "; nothing is lost by it" } else { "; lost by it:" };
        let what = words::taken_back(to);
        let text = format!("{} goes on taking back {what}{lost}", Tone::Doubt.mark());
        self.with_losses(paint(&text, Tone::Doubt, self.style), losses)
    }

    fn with_losses(&self, text: String, losses: &[String]) -> String {
        let lines =
            losses.iter().map(|loss| paint(&format!("  - {loss}"), Tone::Doubt, self.style));
        std::iter::once(text).chain(lines).collect::<Vec<_>>().join("\n")
    }

    /// Takes the next record in and tells it.
    pub fn tell(&mut self, record: &Record) -> Line {
        let (text, tone, matters) = self.words(record);
        // What a rollback's block does stands with the stage that it takes back.
        if let Some(stage) = self.stage.strip_prefix(TAKING_BACK) {
            self.stage = stage.to_owned();
        }
        let ends_move = match &record.event {
            Event::SideMoveEnded { .. } => true,
            Event::StepEnded { begun, .. } => self.moves.contains_key(begun),
            _ => false,
        };
        let losses = match &record.event {
            Event::RollbackStarted { losses, .. } => losses.clone(),
            _ => Vec::new(),
        };
        Line { stage: self.stage.clone(), text, tone, matters, ends_move, losses }
    }

    /// Returns the line as it is shown while it happens: under a heading where the stage changes.
    pub fn draw(&mut self, line: &Line) -> String {
        let text = paint(&format!("{} {}", line.tone.mark(), line.text), line.tone, self.style);
        if !line.losses.is_empty() {
            return self.with_losses(text, &line.losses);
        }
        if line.tone == Tone::Heading {
            self.headed = Some(line.stage.clone());
            return paint(&line.stage, Tone::Heading, self.style);
        }
        if line.stage.is_empty() {
            return text;
        }
        if self.headed.as_ref() == Some(&line.stage) {
            return format!("  {text}");
        }
        self.headed = Some(line.stage.clone());
        format!("{}\n  {text}", paint(&line.stage, Tone::Heading, self.style))
    }

    fn words(&mut self, record: &Record) -> (String, Tone, bool) {
        match &record.event {
            Event::StepDone { step, outcome } => {
                self.steps.insert(record.seq, step.clone());
                return self.step_done(step, &words::outcome(step, outcome, None));
            }
            Event::StepBegun { step, detail } => return self.step_begun(record.seq, step, detail),
            Event::StepEnded { begun, outcome } => {
                let Some(step) = self.steps.get(begun) else {
                    // Only if the records before it are not those of this run.
                    return (format!("what record {begun} began has ended"), Tone::Plain, true);
                };
                self.stage.clone_from(&step.stage);
                let moving = match &self.undone {
                    Some((undo, moving)) if undo == begun => Some(moving),
                    _ => self.moves.get(begun),
                };
                let (text, tone) = words::outcome(step, outcome, moving.map(|it| &it.counts));
                return (joined(&step.shown, &text), tone, true);
            }
            Event::Results { begun, results } => {
                self.moves.entry(*begun).or_default().add(results);
                if let Some((_, moving)) = &mut self.undone {
                    moving.add(results);
                }
                return told_results(results);
            }
            Event::SideMoveBegun { why, detail } => {
                return self.side_move(record.seq, why, detail);
            }
            Event::SideMoveEnded { begun } => {
                let counts = self.moves.get(begun).map(|it| it.counts.clone()).unwrap_or_default();
                let shown = self.steps.get(begun).map_or("move", |step| step.shown.as_str());
                let tone = if counts.is_clean() { Tone::Good } else { Tone::Bad };
                return (joined(shown, &counts.words()), tone, true);
            }
            Event::Checked(check) => return self.check(check),
            Event::BlockBegun { armed } => {
                return (format!("{} begins", self.block(*armed)), Tone::Plain, true);
            }
            Event::BlockEnded { armed } => {
                return (format!("{} is done", self.block(*armed)), Tone::Good, true);
            }
            _ => {}
        }
        told(&record.event)
    }

    /// Names an `on_rollback` block and goes to the stage in which it stands.
    fn block(&mut self, armed: u64) -> String {
        let Some(step) = self.steps.get(&armed) else { return "`on_rollback`".to_owned() };
        self.stage.clone_from(&step.stage);
        format!("`on_rollback` of `{}`", step.stage)
    }

    fn step_done(&mut self, step: &Step, outcome: &(String, Tone)) -> (String, Tone, bool) {
        match step.kind {
            StepKind::Enter => {
                self.stage.clone_from(&step.stage);
                (format!("stage `{}`", step.stage), Tone::Heading, true)
            }
            StepKind::Leave => {
                let left = step.stage.clone();
                self.stage =
                    left.rsplit_once(INSIDE).map_or(String::new(), |(outer, _)| outer.to_owned());
                (format!("stage `{left}` is done"), Tone::Plain, false)
            }
            StepKind::OnRollback => {
                (format!("armed what takes `{}` back", step.stage), Tone::Plain, false)
            }
            kind => {
                self.stage.clone_from(&step.stage);
                (joined(&step.shown, &outcome.0), outcome.1, kind != StepKind::Probe)
            }
        }
    }

    fn step_begun(&mut self, seq: u64, step: &Step, detail: &Begun) -> (String, Tone, bool) {
        self.stage.clone_from(&step.stage);
        self.steps.insert(seq, step.clone());
        let shown = &step.shown;
        self.undone = matches!(detail, Begun::Undo { .. }).then(|| (seq, Moving::default()));
        match detail {
            Begun::Move(begun) => {
                self.moves.insert(seq, Moving::default());
                (format!("{shown}: at most {}", failures(begun)), Tone::Plain, false)
            }
            Begun::Asked => (format!("{shown} (question {seq})"), Tone::Doubt, true),
            Begun::Wait { until } => {
                (format!("{shown}: until {}", words::time(*until)), Tone::Plain, true)
            }
            Begun::Timed | Begun::Retire | Begun::Undo { .. } | Begun::Command { .. } => {
                (format!("{shown}: begins"), Tone::Plain, *detail == Begun::Timed)
            }
        }
    }

    fn side_move(&mut self, seq: u64, why: &SideMove, detail: &MoveBegun) -> (String, Tone, bool) {
        let users = detail.movable.count(members(&detail.users));
        let shown = self.names_side_move(seq, why, &users, &detail.to);
        self.moves.insert(seq, Moving::default());
        (format!("{shown}: begins"), Tone::Plain, false)
    }

    /// Names a move beside the script's steps, and goes to the stage of the move that it belongs to.
    fn names_side_move(&mut self, seq: u64, why: &SideMove, users: &str, to: &str) -> String {
        let (of, shown) = match why {
            SideMove::Retry(of) => (of, format!("try {users} again, to `{to}`")),
            SideMove::Inverse(of) => (of, format!("take {users} back to `{to}`")),
        };
        if let Some(origin) = self.steps.get(of).cloned() {
            self.stage.clone_from(&origin.stage);
            self.steps.insert(seq, Step { shown: shown.clone(), ..origin });
        }
        shown
    }

    fn check(&mut self, check: &CheckRecord) -> (String, Tone, bool) {
        stage_of(check).clone_into(&mut self.stage);
        let assumed = if check.assumed { " (assumed)" } else { "" };
        let verdict = words::verdict_words(check.verdict, &check.why);
        if let Some(who) = &check.accepted {
            let text = format!("check `{}`: {verdict}, accepted by {who}", check.name);
            return (text, Tone::Bad, true);
        }
        let text = format!("check `{}`: {verdict}{assumed}", check.name);
        (text, words::tone(check.verdict), true)
    }
}

/// The stage that a check stands in.
pub fn stage_of(check: &CheckRecord) -> &str {
    check
        .path
        .strip_suffix(check.name.as_str())
        .and_then(|outer| outer.strip_suffix(INSIDE))
        .unwrap_or_default()
}

fn members(users: &roaring::RoaringBitmap) -> usize {
    usize::try_from(users.len()).unwrap_or(usize::MAX)
}

fn failures(begun: &MoveBegun) -> String {
    count(usize::try_from(begun.allowed).unwrap_or(usize::MAX), "failure")
}

/// Tells the events that need no others to be understood.
fn told(event: &Event) -> (String, Tone, bool) {
    let plain = |text: String, matters: bool| (text, Tone::Plain, matters);
    match event {
        Event::RunStarted { organisation, rehearsal, users, applications, who, sidle, .. } => {
            let [users, applications] =
                [users, applications].map(|number| usize::try_from(*number).unwrap_or(usize::MAX));
            let users = both_in_words(users, applications);
            let kind = if *rehearsal { "a rehearsal" } else { "a run" };
            let by = words::who(who);
            plain(
                format!("{kind} of {organisation} with {users} starts: {by}, sidle {sidle}"),
                true,
            )
        }
        Event::SourceRead(file) => plain(format!("read `{}`", file.path), false),
        Event::SittingStarted { mode, who, .. } => {
            plain(format!("`sidle {}` takes it up: {}", words::mode(*mode), words::who(who)), false)
        }
        Event::SittingEnded { how, why } => {
            plain(joined(&format!("the sitting {}", words::end(*how)), why), false)
        }
        Event::Intended { users, .. } => {
            let users = in_words(users.iter().map(String::as_str));
            plain(format!("{users} may be asked for from now on"), false)
        }
        Event::Paused { server, why, .. } => {
            (format!("waits for `{server}`: {why}; nobody is charged for it"), Tone::Doubt, true)
        }
        Event::Resumed { .. } => ("the server is back; the move goes on".into(), Tone::Good, true),
        Event::Tick { verdict, why, .. } => (
            format!("tick: {}", words::verdict_words(*verdict, why)),
            words::tone(*verdict),
            *verdict != crate::journal::Verdict::Pass,
        ),
        Event::AskedAgain { held: true, .. } => {
            ("asked the last require again: it still holds".into(), Tone::Good, true)
        }
        Event::AskedAgain { held: false, .. } => {
            ("asked the last require again: it holds no more".into(), Tone::Bad, true)
        }
        Event::Halted(halt) => (format!("halted: {}", halt.message), Tone::Bad, false),
        Event::Superseded { from, why } => {
            let what = format!("what was recorded from record {from} on is");
            plain(format!("{what} {}", words::superseded(*why)), false)
        }
        Event::Accepted { check, note, who } => {
            (format!("check `{check}` accepted by {}: {note}", words::who(who)), Tone::Bad, true)
        }
        Event::ControlTaken { control, argument, who } => {
            plain(format!("{control} {argument} by {}", words::who(who)), true)
        }
        Event::RollbackStarted { to, forced, losses } => {
            let what = words::taken_back(to.as_deref());
            let forced = if *forced { ", past a point of no return" } else { "" };
            let lost = if losses.is_empty() { "; nothing is lost by it" } else { "; lost by it:" };
            (format!("takes back {what}{forced}{lost}"), Tone::Doubt, true)
        }
        Event::RollbackEnded => ("the rollback is complete".into(), Tone::Good, false),
        Event::Completed => ("the runbook reached its end".into(), Tone::Good, false),
        // Told by the story, which knows the steps before them.
        Event::StepDone { .. }
        | Event::StepBegun { .. }
        | Event::StepEnded { .. }
        | Event::Results { .. }
        | Event::SideMoveBegun { .. }
        | Event::SideMoveEnded { .. }
        | Event::BlockBegun { .. }
        | Event::BlockEnded { .. }
        | Event::Checked(_) => plain(String::new(), false),
    }
}
