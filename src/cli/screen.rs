//! Where output goes: the answer, the findings, progress and notes.
//!
//! | | stdout is a terminal | stdout is a file or pipe | `--format json` |
//! |---|---|---|---|
//! | what was asked for | stdout | stdout | stdout, as one object |
//! | progress, notes | stdout | stderr | stderr |
//! | findings, what to type next | stderr | stderr | in the object |
//!
//! A write that fails is not reported: whoever read it has gone.

use super::answer::Answer;
use super::exit::Exit;
use crate::diagnostic::{self, Finding, Style};
use crate::text;
use clap::ColorChoice;
use serde_json::{Value, json};
use std::io::{IsTerminal, Write, stderr, stdout};

/// Version of the JSON output. Raised when a key changes its meaning or goes away.
pub const JSON_VERSION: u32 = 1;

/// For whom output is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// People.
    Text,
    /// Programs.
    Json,
}

/// The streams of this process and how to write to them.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    format: Format,
    quiet: bool,
    out: Style,
    err: Style,
    out_is_terminal: bool,
}

impl Screen {
    /// Looks at the process's streams and environment.
    #[must_use]
    pub fn new(format: Format, colour: ColorChoice, quiet: bool) -> Self {
        let wanted = |terminal: bool| match colour {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            }
        };
        let width = terminal_size::terminal_size()
            .map_or(Style::PLAIN.width, |(width, _)| usize::from(width.0).clamp(60, 120));
        let out_is_terminal = stdout().is_terminal();
        let style = |terminal| Style { colour: wanted(terminal), width };
        Self {
            format,
            quiet,
            out: style(out_is_terminal),
            err: style(stderr().is_terminal()),
            out_is_terminal,
        }
    }

    /// How reports are to be drawn.
    #[must_use]
    pub fn style(&self) -> Style {
        self.out
    }

    /// True if a moving bar may be drawn.
    #[must_use]
    pub fn may_animate(&self) -> bool {
        !self.quiet && stderr().is_terminal()
    }

    /// True if progress and notes are to be dropped.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// How notes are to be drawn.
    #[must_use]
    pub fn note_style(&self) -> Style {
        if self.notes_to_stdout() { self.out } else { self.err }
    }

    /// Prints a line of progress or a note.
    pub fn note(&self, line: &str) {
        if self.quiet {
            return;
        }
        if self.notes_to_stdout() { print(line) } else { complain(line) }
    }

    /// True if stdout is to hold one object and nothing else.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Prints what was asked for, before the command has ended.
    pub fn result(&self, text: &str) {
        print(text.trim_end_matches('\n'));
    }

    /// Prints a finding, before the command has ended.
    pub fn finding(&self, finding: &Finding) {
        complain(diagnostic::render(finding, self.err).trim_end_matches('\n'));
    }

    fn notes_to_stdout(&self) -> bool {
        self.out_is_terminal && self.format == Format::Text
    }

    /// Shows a command's answer and returns its exit code.
    #[must_use]
    pub fn show(&self, command: &str, answer: &Answer) -> Exit {
        match self.format {
            Format::Json => print(&object(command, answer).to_string()),
            Format::Text => self.show_text(answer),
        }
        answer.exit
    }

    fn show_text(&self, answer: &Answer) {
        for finding in &answer.findings.sampled().0 {
            complain(diagnostic::render(finding, self.err).trim_end_matches('\n'));
        }
        let errors = answer.findings.errors();
        if errors > 1 {
            complain(&format!("{} found", text::count(errors, "error")));
        }
        if !answer.text.is_empty() {
            print(answer.text.trim_end_matches('\n'));
        }
        // INVARIANT: every exit 1, 3 and 4 ends with a line that can be typed.
        for command in &answer.next {
            complain(&format!("next: {command}"));
        }
    }
}

/// Returns the object that `--format json` prints.
fn object(command: &str, answer: &Answer) -> Value {
    let mut object = json!({
        "sidle": JSON_VERSION,
        "command": command,
        "exit": answer.exit.code(),
        "result": answer.exit.word(),
        "findings": answer.findings.0.iter().map(diagnostic::to_json).collect::<Vec<_>>(),
        "next": answer.next,
    });
    if let Some(object) = object.as_object_mut() {
        object.extend(answer.json.clone());
    }
    object
}

fn print(line: &str) {
    let _ = writeln!(stdout().lock(), "{line}");
}

/// Prints a line to stderr.
pub fn complain(line: &str) {
    let _ = writeln!(stderr().lock(), "{line}");
}
