//! What `run`, `rollback` and `retry` share: who watches, who is asked, and how the ending is told.

use super::answer::Answer;
use super::desk;
use super::exit::Exit;
use super::folder::Dir;
use super::screen::Screen;
use super::signals;
use super::voice::Voice;
use crate::diagnostic::Findings;
use crate::journal::{Event, Record, RunState, SittingEnd};
use crate::report;
use crate::run::{Observer, Progress, Question, Stop};
use crate::session::{Ending, Watch};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};

/// Tells a person what happens, as it happens.
struct Told {
    voice: Voice,
    story: Mutex<report::Story>,
}

impl Observer for Told {
    fn record(&self, record: &Record, state: &RunState) {
        let mut story = self.story.lock().unwrap_or_else(PoisonError::into_inner);
        if let Event::SittingStarted { .. } = &record.event {
            story.knows(state);
            if let Some(rollback) = state.rollback() {
                let losses = &rollback.losses;
                self.voice.ask(story.goes_back(rollback.to.as_deref(), losses));
            }
        }
        let line = story.tell(record);
        if line.ends_move {
            self.voice.move_over();
        }
        if !line.losses.is_empty() {
            // INVARIANT: what is lost is said before anything is taken back, even if all else is quiet.
            self.voice.ask(story.draw(&line));
        } else if line.matters {
            self.voice.say(story.draw(&line));
        }
    }

    fn progress(&self, progress: &Progress) {
        self.voice.progress(progress.clone());
    }
}

/// Runs one sitting: `start` calls the session with the watch that it is given.
pub async fn answer<F, S>(dir: &Dir, screen: &Screen, start: S) -> Answer
where
    S: FnOnce(Watch) -> F,
    F: Future<Output = Result<Ending, Findings>>,
{
    let voice = Voice::start(*screen);
    let stop = Stop::default();
    signals::listen(stop.clone(), voice.clone());
    let story = Mutex::new(report::Story::new(screen.note_style()));
    let observer = Arc::new(Told { voice: voice.clone(), story });
    let ending = start(Watch { observer, desk: desk::desk(&voice), stop }).await;
    voice.flush();
    match ending {
        Ok(ending) => told(dir, screen, &ending),
        Err(findings) => Answer::error(findings),
    }
}

/// Returns the answer that an ending makes.
fn told(dir: &Dir, screen: &Screen, ending: &Ending) -> Answer {
    let mut next = ending.next.clone();
    if next.is_empty() && must_go_on(ending.how) {
        // INVARIANT: every exit 1, 3 and 4 ends with a line that can be typed.
        next.push(ending.question.as_ref().map_or_else(
            || "sidle run".to_owned(),
            |question| format!("sidle confirm {}", question.id),
        ));
    }
    let told = report::ending::Ending {
        run: ending.run,
        how: ending.how,
        why: &ending.why,
        state: &ending.state,
        question: ending.question.as_ref(),
    };
    Answer::text(Exit::from(ending.how), report::ending::text(&told, screen.style()))
        .with("run", ending.run)
        .with("why", ending.why.as_str())
        .with("question", ending.question.as_ref().map_or(Value::Null, question))
        .with("state", report::status::to_json(&ending.state))
        .with_findings(ending.findings.0.iter().cloned())
        .then(dir, &next)
}

fn must_go_on(how: SittingEnd) -> bool {
    matches!(how, SittingEnd::Halted | SittingEnd::Waiting | SittingEnd::Stopped)
}

/// Returns a question as JSON.
fn question(question: &Question) -> Value {
    json!({
        "id": question.id,
        "kind": question.kind,
        "stage": question.stage,
        "text": question.text,
        "details": question.details,
    })
}
