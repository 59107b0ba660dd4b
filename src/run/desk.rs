//! The desk: where a person sits, if one does.

use crate::journal::StepKind;

/// What is asked of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The journal record of the question; what `sidle confirm` takes.
    pub id: u64,
    /// Approval, question, task, point of no return; [`StepKind::Undo`] for a loss list, [`StepKind::Command`] for
    /// the question whether a command ran.
    pub kind: StepKind,
    /// Stage path.
    pub stage: String,
    /// The words.
    pub text: String,
    /// Further lines.
    pub details: String,
}

impl Question {
    /// True for the question whether a command ran before an interruption.
    #[must_use]
    pub fn is_doubt(&self) -> bool {
        self.kind == StepKind::Command
    }
}

/// A person's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskAnswer {
    /// Yes or no.
    pub yes: bool,
    /// What they noted.
    pub note: String,
}

/// Asks a person who may sit at this terminal.
#[async_trait::async_trait]
pub trait Desk: Send + Sync {
    /// Asks and waits. `None` if nobody sits here: the run then ends as waiting (exit 3).
    ///
    /// Cancel-safe: the run drops the future when the answer comes by another way.
    async fn ask(&self, question: &Question) -> Option<DeskAnswer>;
}

/// Nobody sits here.
#[derive(Debug)]
pub struct NoDesk;

#[async_trait::async_trait]
impl Desk for NoDesk {
    async fn ask(&self, _question: &Question) -> Option<DeskAnswer> {
        None
    }
}
