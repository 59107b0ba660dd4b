//! What is said while a run goes on: lines, and a bar for the running move.
//!
//! A thread of its own writes, so a terminal that is scrolled back or a slow pipe never holds up the
//! run. Lines and the bar share it and so never mix.

use super::screen::{Screen, complain};
use crate::run::Progress;
use crate::text::grouped;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};

enum Say {
    Line(String),
    Question(String),
    Move(Progress),
    MoveOver,
    Flush(SyncSender<()>),
}

/// Says things, in order. Cheap to clone.
#[derive(Clone)]
pub struct Voice {
    say: std::sync::mpsc::Sender<Say>,
}

impl Voice {
    /// Starts the thread that writes to `screen`.
    pub fn start(screen: Screen) -> Self {
        let (say, said) = channel();
        std::thread::spawn(move || Writer { screen, bar: None }.write(&said));
        Self { say }
    }

    /// Says a line.
    pub fn say(&self, line: String) {
        // The thread lives as long as a sender does; if it could not start, nobody hears.
        let _ = self.say.send(Say::Line(line));
    }

    /// Says a line of a question: on stderr, where the person sits, and even if all else is quiet.
    pub fn ask(&self, line: String) {
        let _ = self.say.send(Say::Question(line));
    }

    /// Shows how the running move stands.
    pub fn progress(&self, progress: Progress) {
        let _ = self.say.send(Say::Move(progress));
    }

    /// Takes the bar away.
    pub fn move_over(&self) {
        let _ = self.say.send(Say::MoveOver);
    }

    /// Takes the bar away and returns when all that was said has been written.
    pub fn flush(&self) {
        self.move_over();
        let (done, wait) = sync_channel(1);
        if self.say.send(Say::Flush(done)).is_ok() {
            let _ = wait.recv();
        }
    }
}

struct Writer {
    screen: Screen,
    bar: Option<ProgressBar>,
}

impl Writer {
    fn write(&mut self, said: &Receiver<Say>) {
        while let Ok(say) = said.recv() {
            self.one(say);
        }
    }

    fn one(&mut self, say: Say) {
        match say {
            Say::Line(line) => self.beside_the_bar(|| self.screen.note(&line)),
            Say::Question(line) => self.beside_the_bar(|| complain(&line)),
            Say::Move(progress) => self.show(&progress),
            Say::MoveOver => {
                if let Some(bar) = self.bar.take() {
                    bar.finish_and_clear();
                }
            }
            Say::Flush(done) => {
                let _ = done.send(());
            }
        }
    }

    fn beside_the_bar(&self, write: impl FnOnce()) {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    fn show(&mut self, progress: &Progress) {
        if !self.screen.may_animate() {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("  {bar:30} {pos}/{len} {msg}") {
                bar.set_style(style);
            }
            bar
        });
        bar.set_length(progress.total as u64);
        bar.set_position(progress.done as u64);
        let failed = match progress.failed {
            0 => String::new(),
            failed => format!(", {} failed", grouped(failed)),
        };
        let held = progress
            .paused
            .as_ref()
            .map(|server| format!(", waits for `{server}`"))
            .unwrap_or_default();
        bar.set_message(format!("to {}{failed}{held}", progress.to));
    }
}
