//! Questions and tasks for people: approvals, yes-or-no questions, tasks, points of no return.
//!
//! A question is recorded before it is shown. Its answer comes from whoever is first: the inbox
//! (`sidle confirm`), the desk, or the world (a rehearsal, a plan). A no to anything but `ask` halts the
//! run and is asked again by the next sitting.

use super::sitting::{Over, Sitting};
use super::world::WorldKind;
use super::{DeskAnswer, Question};
use crate::diagnostic::{Finding, codes};
use crate::journal::{
    Begun, Event, Halt, HaltKind, InboxItem, Outcome, Recorded, Reply, SittingEnd, Step, StepKind,
    Who, Why,
};
use std::time::Duration;

/// How often the inbox is looked at while a person is waited for.
const INBOX_EVERY: Duration = Duration::from_millis(300);

/// An answer, and whose it is.
pub(super) struct Answer {
    yes: bool,
    pub(super) note: String,
    pub(super) who: Who,
    /// Its place in the inbox, if it came from there: taken with the record of the answer.
    pub(super) inbox: Vec<u64>,
}

impl Answer {
    pub(super) fn is_yes(&self) -> bool {
        self.yes
    }
}

impl Sitting {
    /// Asks a person; `begun` is set if the question stands in the journal already.
    pub(super) async fn ask_person(
        &mut self,
        step: Step,
        begun: Option<u64>,
        text: String,
        details: String,
    ) -> Result<Reply, Finding> {
        let id = if let Some(id) = begun {
            id
        } else {
            let detail = Begun::Asked;
            let id = self.record(Event::StepBegun { step: step.clone(), detail }).await?;
            self.served();
            id
        };
        let question = Question { id, kind: step.kind, stage: step.stage.clone(), text, details };
        let Some(answer) = self.answer_to(&question).await? else { return Ok(Reply::Stop) };
        let Answer { yes, note, who, inbox } = answer;
        let outcome = Recorded::Answer { yes, who: who.clone(), note: note.clone() };
        let ended = Event::StepEnded { begun: id, outcome };
        if yes || step.kind == StepKind::Ask {
            self.record_taking(ended, inbox).await?;
            self.served();
            return Ok(Reply::Outcome(Outcome::Answer(yes)));
        }
        self.rejected(step, id, &who.user, note, Some((ended, inbox))).await
    }

    /// Halts on a no. The question is asked again by the next sitting.
    ///
    /// `answer` is the record of the no and its places in the inbox, unless it stands in the journal
    /// already. It, the superseding and the halt are one commit: a crash between them would leave an
    /// answered question, and the next sitting would go on past it.
    pub(super) async fn rejected(
        &mut self,
        step: Step,
        id: u64,
        name: &str,
        note: String,
        answer: Option<(Event, Vec<u64>)>,
    ) -> Result<Reply, Finding> {
        let asked = if step.what.is_empty() { &step.shown } else { &step.what };
        let message = format!("{name} said no to \"{asked}\"");
        let halt =
            Halt { kind: HaltKind::Rejected, message: message.clone(), check: None, at: step.at };
        let finding = Finding::error(codes::REJECTED, message.clone());
        let mut finding = self
            .pointing(finding, &halt.at, "asked here")
            .help("nothing after this was started; `sidle run` asks again");
        if !note.is_empty() {
            finding = finding.because(note);
        }
        let (ended, inbox) = answer.unzip();
        let mut events: Vec<Event> = ended.into_iter().collect();
        events.push(Event::Superseded { from: id, why: Why::Rejected });
        events.push(Event::Halted(halt));
        self.record_all(events, &inbox.unwrap_or_default()).await?;
        self.end(Over::new(SittingEnd::Halted, message).with(finding));
        Ok(Reply::Stop)
    }

    /// Waits for the answer; `None` ends the sitting.
    pub(super) async fn answer_to(
        &mut self,
        question: &Question,
    ) -> Result<Option<Answer>, Finding> {
        match self.set.world.kind {
            WorldKind::Simulation => {
                return Ok(Some(Answer {
                    yes: self.set.steering.answer(&question.text).unwrap_or(true),
                    note: String::new(),
                    who: Who::plan(),
                    inbox: Vec::new(),
                }));
            }
            // Whether something happened in the real world is no question of the script's.
            WorldKind::Rehearsal if !question.is_doubt() => {
                return Ok(Some(Answer {
                    yes: true,
                    note: String::new(),
                    who: Who::nobody("rehearsal"),
                    inbox: Vec::new(),
                }));
            }
            WorldKind::Rehearsal | WorldKind::Live => {}
        }
        if let Some(answer) = self.answer_in_inbox(question.id).await? {
            return Ok(Some(answer));
        }
        if self.set.yes && question.kind == StepKind::Approve {
            // The sitting's record says on which machine.
            let who = Who { host: String::new(), ..self.set.who.clone() };
            return Ok(Some(Answer { yes: true, note: "--yes".into(), who, inbox: Vec::new() }));
        }
        let (desk, stop) = (self.set.desk.clone(), self.set.stop.clone());
        let mut asked = desk.ask(question);
        loop {
            tokio::select! {
                answer = &mut asked => {
                    let Some(DeskAnswer { yes, note }) = answer else {
                        self.wait_for_person(question);
                        return Ok(None);
                    };
                    return Ok(Some(Answer { yes, note, who: self.set.who.clone(), inbox: Vec::new() }));
                }
                () = stop.wait() => {
                    self.is_to_stop();
                    return Ok(None);
                }
                () = tokio::time::sleep(INBOX_EVERY) => {
                    if let Some(answer) = self.answer_in_inbox(question.id).await? {
                        return Ok(Some(answer));
                    }
                }
            }
        }
    }

    fn wait_for_person(&mut self, question: &Question) {
        let mut over =
            Over::new(SittingEnd::Waiting, format!("waits for an answer to \"{}\"", question.text));
        over.question = Some(question.clone());
        self.end(over);
    }

    async fn answer_in_inbox(&mut self, id: u64) -> Result<Option<Answer>, Finding> {
        let mut found: Option<Answer> = None;
        for entry in self.set.ledger.inbox().await? {
            if let InboxItem::Answer { run, question, yes, note } = entry.item
                && (run, question) == (self.journal.state().run(), id)
            {
                // The newest counts; the older ones are taken with it.
                let mut inbox = found.map_or_else(Vec::new, |older| older.inbox);
                inbox.push(entry.id);
                found = Some(Answer { yes, note, who: entry.who, inbox });
            }
        }
        Ok(found)
    }

    /// Turns acceptances that other processes left into events.
    pub(super) async fn take_inbox(&mut self) -> Result<(), Finding> {
        for entry in self.set.ledger.inbox().await? {
            if let InboxItem::Accept { run, check, note } = entry.item
                && run == self.journal.state().run()
            {
                let event = Event::Accepted { check, note, who: entry.who };
                self.record_taking(event, vec![entry.id]).await?;
            }
        }
        Ok(())
    }
}
