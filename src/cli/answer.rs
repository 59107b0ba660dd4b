//! What a command has to say, before anybody decides how to show it.

use super::exit::Exit;
use super::folder::Dir;
use crate::diagnostic::{Finding, Findings};
use serde_json::{Map, Value};

/// A command's answer, for people and for programs.
#[derive(Debug)]
pub struct Answer {
    /// The exit code.
    pub exit: Exit,
    /// For people; empty if the findings say it all.
    pub text: String,
    /// For programs: the keys of this command beside the common ones.
    pub json: Map<String, Value>,
    /// What is wrong or odd.
    pub findings: Findings,
    /// Commands to type next, with the folder.
    pub next: Vec<String>,
}

impl Answer {
    /// Returns an answer with that text and no findings.
    pub(crate) fn text(exit: Exit, text: impl Into<String>) -> Self {
        Self {
            exit,
            text: text.into(),
            json: Map::new(),
            findings: Findings::default(),
            next: Vec::new(),
        }
    }

    /// Returns the answer of a command that could not do what was asked.
    pub(crate) fn error(findings: impl Into<Findings>) -> Self {
        Self { findings: findings.into(), ..Self::text(Exit::Error, "") }
    }

    /// Adds findings that do not change the exit code.
    pub(crate) fn with_findings(mut self, findings: impl IntoIterator<Item = Finding>) -> Self {
        self.findings.extend(findings);
        self
    }

    /// Adds a key for programs.
    pub(crate) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.json.insert(key.to_owned(), value.into());
        self
    }

    /// Adds commands to type next, as the session names them: without the folder.
    pub(crate) fn then<S: AsRef<str>>(mut self, dir: &Dir, commands: &[S]) -> Self {
        self.next.extend(commands.iter().map(|command| dir.command(command.as_ref())));
        self
    }
}
