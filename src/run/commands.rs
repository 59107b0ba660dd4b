//! Allow-listed commands: begun, ended, and what lies between after a crash.
//!
//! A command whose end was not recorded is repeated only if sidle.toml says that this is safe;
//! otherwise a person says whether it happened.

use super::people::Answer;
use super::sitting::Sitting;
use super::{CommandEnd, Question};
use crate::diagnostic::Finding;
use crate::journal::{Begun, Event, Outcome, Recorded, Reply, Step, StepKind};

impl Sitting {
    pub(super) async fn command(
        &mut self,
        step: Step,
        begun: Option<u64>,
        name: &str,
        args: &[String],
    ) -> Result<Reply, Finding> {
        let safe = match self.set.world.commands.safe(name) {
            Ok(safe) => safe,
            Err(unknown) => return Err(self.pointing(unknown, &step.at, "asked for here")),
        };
        let begun = match begun {
            Some(begun) if safe => begun,
            Some(begun) => {
                let Some(answer) = self.did_it_happen(&step, begun).await? else {
                    return Ok(Reply::Stop);
                };
                let happened = answer.is_yes();
                let control = if happened { "confirmed" } else { "repeat" }.to_owned();
                let (argument, who) = (step.shown.clone(), answer.who);
                let event = Event::ControlTaken { control, argument, who };
                if happened {
                    self.record(event).await?;
                    let output = format!("a person confirmed that it ran: {}", answer.note);
                    return self.command_ended(begun, 0, output, answer.inbox).await;
                }
                self.record_taking(event, answer.inbox).await?;
                begun
            }
            None => {
                let detail = Begun::Command { safe };
                let begun = self.record(Event::StepBegun { step: step.clone(), detail }).await?;
                self.served();
                begun
            }
        };
        crate::journal::fault::point("effect.before");
        let done = self.set.world.commands.run(name, args).await;
        crate::journal::fault::point("effect.after");
        let CommandEnd { code, output } = done?;
        self.command_ended(begun, code, output, Vec::new()).await
    }

    async fn command_ended(
        &mut self,
        begun: u64,
        code: i32,
        output: String,
        inbox: Vec<u64>,
    ) -> Result<Reply, Finding> {
        let outcome = Recorded::Command { code, output: output.clone() };
        self.record_taking(Event::StepEnded { begun, outcome }, inbox).await?;
        self.served();
        Ok(Reply::Outcome(Outcome::Command { code, output }))
    }

    /// Asks a person about a command that was begun and of which no end is known.
    ///
    /// `None` ends the sitting.
    async fn did_it_happen(&mut self, step: &Step, begun: u64) -> Result<Option<Answer>, Finding> {
        let question = Question {
            id: begun,
            kind: StepKind::Command,
            stage: step.stage.clone(),
            text: format!("did {} run to its end before the interruption?", step.shown),
            details: "yes: the run goes on without it; no: it is run again".to_owned(),
        };
        self.answer_to(&question).await
    }
}
