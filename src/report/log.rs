//! The log: every record of a run, in words for people and as it is kept for programs.

use super::paint::{Tone, paint};
use super::story::{Line, Story};
use super::words::{INSIDE, joined, time};
use crate::diagnostic::Style;
use crate::journal::{Event, Record, StepKind};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// The records of a run, told.
#[derive(Debug)]
pub struct Log<'a> {
    told: Vec<(&'a Record, Line)>,
}

impl<'a> Log<'a> {
    /// Tells the records; with a stage, those of it and of stages inside it.
    #[must_use]
    pub fn of(records: &'a [Record], stage: Option<&str>) -> Self {
        let mut story = Story::new(Style::PLAIN);
        let told = records
            .iter()
            .map(|record| (record, story.tell(record)))
            .filter(|(_, line)| stage.is_none_or(|stage| is_inside(&line.stage, stage)))
            .collect();
        Self { told }
    }

    /// True if no record was told.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// Returns one line per record: number, time, stage, words.
    #[must_use]
    pub fn text(&self, style: Style) -> String {
        let width = self.told.last().map_or(1, |(record, _)| record.seq.to_string().len());
        let mut out = String::new();
        for (record, line) in &self.told {
            let stage = if line.stage.is_empty() || line.tone == Tone::Heading {
                String::new()
            } else {
                paint(&format!("[{}] ", line.stage), Tone::Dim, style)
            };
            let lost = line.losses.join("; ");
            let text = paint(&joined(line.text.trim_end_matches(':'), &lost), line.tone, style);
            let _ = writeln!(out, "{:>width$}  {}  {stage}{text}", record.seq, time(record.at));
        }
        out
    }

    /// Returns an array of `{seq, at, stage, text, event}`; `event` is the record as the journal keeps it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        self.told
            .iter()
            .map(|(record, line)| {
                json!({
                    "seq": record.seq,
                    "at": record.at.to_string(),
                    "stage": line.stage,
                    "text": line.text,
                    "event": serde_json::to_value(&record.event).unwrap_or_default(),
                })
            })
            .collect()
    }
}

/// Returns the paths of the stages that the records enter.
#[must_use]
pub fn stages(records: &[Record]) -> Vec<String> {
    let entered = records.iter().filter_map(|record| match &record.event {
        Event::StepDone { step, .. } if step.kind == StepKind::Enter => Some(step.stage.clone()),
        _ => None,
    });
    entered.collect()
}

/// True for the stage itself and for stages inside it.
fn is_inside(path: &str, stage: &str) -> bool {
    path.strip_prefix(stage).is_some_and(|rest| rest.is_empty() || rest.starts_with(INSIDE))
}
