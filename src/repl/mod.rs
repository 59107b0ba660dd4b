//! The session of `sidle repl`: a line goes in, a text comes out.
//!
//! A line that begins with a colon is a command; everything else is evaluated by the console of
//! [`crate::script::console`]. It knows neither the terminal nor the line editor: what a line comes to is
//! handed back as text, findings and JSON, and the completions of a line as plain suggestions.
//!
//! Invariant: nothing is written in the organisation's folder, and no real system is asked.

mod commands;
mod complete;
mod draw;
mod receiver;
mod table;

pub use commands::COMMANDS;
pub use complete::Suggestion;

use crate::diagnostic::{Finding, Findings, Style};
use crate::journal::{RunState, Status};
use crate::script::console::{Console, Interrupt, Names, Shown};
use crate::session::{self, Explored};
use crate::text;
use crate::topology::View;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Rows that are shown of what is long, unless more are asked for.
pub const ROWS: usize = 20;
/// Rows that `:all` shows at most.
const ALL_ROWS: usize = 100_000;

/// Explains a name, as `sidle doc` does, or lists what can be explained.
pub type Help = fn(&str) -> Result<String, Finding>;

/// What a line came to.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// For people.
    pub text: String,
    /// For programs; `None` for a command.
    pub json: Option<Value>,
    /// What is wrong or odd.
    pub findings: Findings,
}

/// What is to be done after a line.
#[derive(Debug)]
pub enum Turn {
    /// Show it and go on.
    Said(Said),
    /// Call [`Repl::reload`].
    Reload,
    /// Leave.
    Quit,
}

/// A session. See the module.
pub struct Repl {
    folder: PathBuf,
    with_run: bool,
    console: Arc<Console>,
    view: View,
    banner: Vec<String>,
    help: Help,
    style: Style,
    rows: usize,
}

impl Repl {
    /// Opens a folder; returns the session and the oddities of the inventory.
    ///
    /// # Errors
    /// As [`session::explore`], or if the system has no thread for the console.
    pub async fn open(
        folder: &Path,
        with_run: bool,
        help: Help,
        style: Style,
        rows: usize,
    ) -> Result<(Self, Findings), Findings> {
        let explored = session::explore(folder, with_run).await?;
        let banner = banner(&explored);
        let view = explored.ground.view.clone();
        let console = Arc::new(Console::start(explored.ground)?);
        let folder = folder.to_path_buf();
        let repl = Self { folder, with_run, console, view, banner, help, style, rows };
        Ok((repl, explored.warnings))
    }

    /// What is shown, and how to get help: a few lines.
    #[must_use]
    pub fn banner(&self) -> &[String] {
        &self.banner
    }

    /// What ends an evaluation from another thread.
    #[must_use]
    pub fn interrupt(&self) -> Arc<Interrupt> {
        self.console.interrupt()
    }

    /// A reader of the same session for a line editor.
    #[must_use]
    pub fn reader(&self) -> Reader {
        Reader { console: self.console.clone(), view: self.view.clone() }
    }

    /// Answers a line.
    #[must_use]
    pub fn answer(&self, line: &str) -> Turn {
        match line.trim().strip_prefix(':') {
            Some(command) => self.command(command),
            None if line.trim().is_empty() => Turn::Said(Said::default()),
            None => Turn::Said(self.evaluate(line)),
        }
    }

    /// Reads inventory, run and scripts anew.
    ///
    /// # Errors
    /// As [`Repl::open`]; the session then stays as it was.
    pub async fn reload(&mut self) -> Result<Said, Findings> {
        let explored = session::explore(&self.folder, self.with_run).await?;
        self.banner = banner(&explored);
        self.view = explored.ground.view.clone();
        let gone = self.console.reload(explored.ground);
        let mut findings = explored.warnings;
        if !gone.is_empty() {
            let message = format!("gone: {}", gone.join("; "));
            findings.push(
                Finding::warning(crate::diagnostic::codes::REPL_GONE, message)
                    .help("make it again from what is there now"),
            );
        }
        let text = self.banner.first().cloned().unwrap_or_default();
        Ok(Said { text: format!("Read anew. {text}"), json: None, findings })
    }

    fn evaluate(&self, input: &str) -> Said {
        let evaluated = self.console.evaluate(input, self.rows);
        let mut lines = evaluated.printed.clone();
        match evaluated.value {
            Ok(shown) => {
                let drawn = draw::text(&shown, self.style);
                lines.extend((!drawn.is_empty()).then(|| drawn.clone()));
                let json = result(input, &evaluated.printed, &shown, &drawn);
                Said { text: lines.join("\n"), json: Some(json), findings: Findings::default() }
            }
            Err(findings) => Said { text: lines.join("\n"), json: None, findings },
        }
    }
}

/// What a line editor asks while a line is typed.
#[derive(Clone)]
pub struct Reader {
    console: Arc<Console>,
    view: View,
}

impl Reader {
    /// True if more lines may make the input whole.
    #[must_use]
    pub fn is_unfinished(&self, input: &str) -> bool {
        !input.trim_start().starts_with(':') && self.console.is_unfinished(input)
    }

    /// What can stand at a byte of the line.
    #[must_use]
    pub fn complete(&self, line: &str, at: usize) -> Vec<Suggestion> {
        let names: Names = self.console.names();
        complete::complete(line, at, &names, &self.view)
    }
}

/// A value as `--format json` has it.
fn result(input: &str, printed: &[String], shown: &Shown, drawn: &str) -> Value {
    json!({
        "input": input,
        "type": shown.kind,
        "value": shown.json,
        "text": drawn,
        "printed": printed,
    })
}

fn banner(explored: &Explored) -> Vec<String> {
    let facts = explored.ground.view.topology();
    let mut lines = vec![format!(
        "{}: {}, {} and {}.",
        explored.organisation,
        text::count(facts.users.len(), "user"),
        text::count(facts.pools.len(), "pool"),
        text::count(facts.sites.len(), "site"),
    )];
    lines.push(explored.run.as_ref().map_or_else(
        || "Everybody lives where the inventory's files say; no run is looked at.".to_owned(),
        |run| format!("Everybody lives where {} has left them.", which(run)),
    ));
    lines.push(
        "Nothing is changed from here. `:help` explains, Tab completes, Ctrl-D leaves.".to_owned(),
    );
    lines
}

/// A run in words: `run 1 (open, last record 2013-05-04T12:00:00Z)`.
fn which(run: &RunState) -> String {
    let stands = match run.status() {
        _ if run.rollback().is_some() => "being taken back",
        Status::Open => "open",
        Status::Completed => "complete",
        Status::RolledBack => "rolled back",
    };
    let at = run.last_at().map_or_else(String::new, |at| {
        format!(", last record {}", at.strftime("%Y-%m-%d %H:%M:%SZ"))
    });
    format!("run {} ({stands}{at})", run.run())
}
