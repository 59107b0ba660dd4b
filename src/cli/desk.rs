//! The terminal as a desk: asks the person who sits there.
//!
//! Only if stdin and stderr are both terminals; otherwise the run ends as waiting and `sidle confirm`
//! answers. What cannot be taken back must be typed out.

use super::voice::Voice;
use crate::journal::StepKind;
use crate::run::{Desk, DeskAnswer, NoDesk, Question};
use std::io::{BufRead, IsTerminal, stderr, stdin};
use std::sync::{Arc, OnceLock};
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// Returns this terminal's desk, or none where nobody can be asked.
pub fn desk(voice: &Voice) -> Arc<dyn Desk> {
    if stdin().is_terminal() && stderr().is_terminal() {
        Arc::new(Terminal { voice: voice.clone(), lines: OnceLock::new() })
    } else {
        Arc::new(NoDesk)
    }
}

struct Terminal {
    voice: Voice,
    /// Lines that were typed. Read by one thread: a question that is dropped must not swallow the
    /// answer to the next one.
    lines: OnceLock<Mutex<UnboundedReceiver<String>>>,
}

#[async_trait::async_trait]
impl Desk for Terminal {
    async fn ask(&self, question: &Question) -> Option<DeskAnswer> {
        let mut lines = self.lines.get_or_init(|| Mutex::new(read_lines())).lock().await;
        // What was typed before the question was seen is no answer to it.
        while lines.try_recv().is_ok() {}
        for line in words(question) {
            self.voice.ask(line);
        }
        loop {
            match answer(question.kind, &lines.recv().await?) {
                Ok(answer) => return Some(answer),
                Err(hint) => self.voice.ask(hint.to_owned()),
            }
        }
    }
}

fn read_lines() -> UnboundedReceiver<String> {
    let (send, lines) = unbounded_channel();
    std::thread::spawn(move || {
        for line in stdin().lock().lines() {
            let Ok(line) = line else { break };
            if send.send(line).is_err() {
                break;
            }
        }
    });
    lines
}

/// True for what must be answered with a typed-out `yes`.
fn is_grave(kind: StepKind) -> bool {
    matches!(kind, StepKind::PointOfNoReturn | StepKind::Undo)
}

/// Returns the question as it is put.
fn words(question: &Question) -> Vec<String> {
    let mut out = vec![String::new()];
    let head = match question.kind {
        StepKind::PointOfNoReturn => "Point of no return: ",
        StepKind::Task => "Task: ",
        StepKind::Attest => "To be attested: ",
        _ => "",
    };
    out.push(format!("{head}{}", question.text));
    out.extend(question.details.lines().map(|line| format!("  {line}")));
    out.push(match question.kind {
        kind if is_grave(kind) => "Type `yes` to go on, `no` to stop here.".to_owned(),
        StepKind::Task => {
            "Type `done` when it is done (a note may follow), `no` if it cannot be.".to_owned()
        }
        StepKind::Attest => {
            "Type `y` if it holds, `n` if it does not (say why after it).".to_owned()
        }
        _ => "Type `y` or `n` (a note may follow).".to_owned(),
    });
    out
}

/// Reads an answer: its first word, and a note after it.
fn answer(kind: StepKind, line: &str) -> Result<DeskAnswer, &'static str> {
    let (word, note) = line.trim().split_once(char::is_whitespace).unwrap_or((line.trim(), ""));
    let yes = match (word.to_lowercase().as_str(), is_grave(kind)) {
        ("yes", _) | ("y", false) => true,
        ("done", false) if kind == StepKind::Task => true,
        ("n" | "no", _) => false,
        (_, true) => return Err("Only `yes`, typed out, goes on; `no` stops here."),
        (_, false) => return Err("Type `y` or `n`; Ctrl-C stops and asks again next time."),
    };
    Ok(DeskAnswer { yes, note: note.trim().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yes(kind: StepKind, line: &str) -> Option<bool> {
        answer(kind, line).ok().map(|answer| answer.yes)
    }

    #[test]
    fn an_empty_line_or_a_word_that_is_neither_answers_nothing() {
        for line in ["", "  ", "maybe", "yse"] {
            assert_eq!(yes(StepKind::Approve, line), None, "{line}");
        }
    }

    #[test]
    fn one_letter_does_not_pass_a_point_of_no_return_or_a_loss_list() {
        for kind in [StepKind::PointOfNoReturn, StepKind::Undo] {
            assert_eq!(yes(kind, "y"), None);
            assert_eq!(yes(kind, "yes"), Some(true));
            assert_eq!(yes(kind, "n"), Some(false));
        }
    }

    #[test]
    fn what_follows_the_answer_is_its_note() {
        let answer = answer(StepKind::Approve, "y  checked with ann").unwrap();
        assert_eq!((answer.yes, answer.note.as_str()), (true, "checked with ann"));
    }
}
