//! One record more: which events may follow, and where each one goes.

use super::steps::TickRecord;
use super::{Acceptance, CheckTaken, IllegalTransition, RunState, Sitting, Started, Status};
use crate::journal::event::{Event, SittingMode};
use crate::journal::record::Record;

impl RunState {
    /// Takes the next record in.
    ///
    /// # Errors
    /// If the record cannot follow those before it. The state is unchanged then.
    pub fn next(&mut self, record: &Record) -> Result<(), IllegalTransition> {
        if record.seq != self.last_seq + 1 {
            return Err(IllegalTransition {
                seq: record.seq,
                why: format!("follows record {}; some are missing or out of order", self.last_seq),
            });
        }
        self.allow(record)?;
        self.apply(record)?;
        self.last_seq = record.seq;
        self.last_at = Some(record.at);
        Ok(())
    }

    /// Refuses what the run as a whole forbids.
    fn allow(&self, record: &Record) -> Result<(), IllegalTransition> {
        let refuse = |why: &str| Err(IllegalTransition { seq: record.seq, why: why.to_owned() });
        let event = &record.event;
        if matches!(event, Event::RunStarted { .. }) != self.started.is_none() {
            return refuse(if self.started.is_none() {
                "the run has not started"
            } else {
                "the run starts a second time"
            });
        }
        if !needs_sitting(event) {
            return match (self.status, event) {
                (Status::RolledBack, Event::SittingStarted { .. } | Event::Accepted { .. }) => {
                    refuse("the run was rolled back")
                }
                (Status::Completed | Status::RolledBack, Event::Superseded { .. }) => {
                    refuse("the run has ended, and nothing is asked again")
                }
                _ => Ok(()),
            };
        }
        let Some(sitting) = self.sitting_open() else {
            return refuse("no sitting is open");
        };
        let after_end = matches!(event, Event::SittingEnded { .. });
        match self.status {
            Status::Open => Ok(()),
            Status::RolledBack if after_end => Ok(()),
            Status::RolledBack => refuse("the run was rolled back"),
            Status::Completed
                if after_end
                    || matches!(event, Event::RollbackStarted { .. })
                    || (sitting.mode == SittingMode::Retry && belongs_to_retry(event)) =>
            {
                Ok(())
            }
            Status::Completed => refuse("the run was completed"),
        }
    }

    fn apply(&mut self, record: &Record) -> Result<(), IllegalTransition> {
        let seq = record.seq;
        match &record.event {
            Event::RunStarted { .. } => self.start(record),
            Event::SourceRead(copy) => {
                self.sources.insert(copy.path.clone(), copy.sha.clone());
            }
            Event::SittingStarted { .. } | Event::SittingEnded { .. } | Event::Halted(_) => {
                self.sit(record);
            }
            Event::StepDone { step, outcome } => {
                return self.add_step(record, step, None, Some(outcome));
            }
            Event::StepBegun { step, detail } => {
                return self.add_step(record, step, Some(detail), None);
            }
            Event::StepEnded { begun, outcome } => return self.end_step(record, *begun, outcome),
            Event::Intended { begun, users } => return self.intend(seq, *begun, users),
            Event::Results { begun, results } => return self.add_results(seq, *begun, results),
            Event::Paused { begun, server, why } => {
                return self.pause(seq, *begun, Some((server, why)));
            }
            Event::Resumed { begun } => return self.pause(seq, *begun, None),
            Event::SideMoveBegun { why, detail } => return self.add_side_move(record, why, detail),
            Event::SideMoveEnded { begun } => return self.end_side_move(record, *begun),
            Event::Tick { begun, verdict, why, evidence } => {
                let tick = TickRecord {
                    seq,
                    at: record.at,
                    verdict: *verdict,
                    why: why.clone(),
                    evidence: evidence.clone(),
                };
                return self.add_tick(*begun, tick);
            }
            Event::Checked(check) => self.checks.push(CheckTaken {
                seq,
                at: record.at,
                record: check.clone(),
                superseded: None,
            }),
            Event::Superseded { from, why } => {
                if *from == 0 || *from > self.last_seq {
                    let why = format!("supersedes from record {from}, which there is not");
                    return Err(IllegalTransition { seq, why });
                }
                self.supersede(*from, *why);
            }
            Event::Accepted { check, note, who } => self.accepted.push(Acceptance {
                seq,
                at: record.at,
                check: check.clone(),
                note: note.clone(),
                who: who.clone(),
            }),
            Event::AskedAgain { held, .. } => {
                self.asked_again = held.then_some(record.at).or(self.asked_again);
            }
            // For people who read the log: it changes no answer.
            Event::ControlTaken { .. } => {}
            Event::RollbackStarted { to, losses, forced } => {
                return self.start_rollback(record, to.as_deref(), losses, *forced);
            }
            Event::BlockBegun { armed } => return self.begin_block(record, *armed),
            Event::BlockEnded { armed } => return self.end_block(seq, *armed),
            Event::RollbackEnded => return self.end_rollback(seq),
            Event::Completed => return self.complete(seq),
        }
        Ok(())
    }

    fn start(&mut self, record: &Record) {
        let Event::RunStarted {
            sidle,
            organisation,
            rehearsal,
            seed,
            files,
            users,
            applications,
            who,
            ..
        } = &record.event
        else {
            return;
        };
        self.started = Some(Started {
            at: record.at,
            sidle: sidle.clone(),
            organisation: organisation.clone(),
            rehearsal: *rehearsal,
            seed: *seed,
            files: files.clone(),
            users: *users,
            applications: *applications,
            who: who.clone(),
        });
    }

    fn sit(&mut self, record: &Record) {
        match &record.event {
            // One still open belongs to a process that died.
            Event::SittingStarted { mode, sidle, who } => self.sittings.push(Sitting {
                seq: record.seq,
                at: record.at,
                mode: *mode,
                sidle: sidle.clone(),
                who: who.clone(),
                ended: None,
                halt: None,
            }),
            Event::SittingEnded { how, why } => {
                if let Some(sitting) = self.sittings.last_mut() {
                    sitting.ended = Some((record.at, *how, why.clone()));
                }
            }
            Event::Halted(halt) => {
                if let Some(sitting) = self.sittings.last_mut() {
                    sitting.halt = Some((record.seq, halt.clone()));
                }
            }
            _ => {}
        }
    }

    fn complete(&mut self, seq: u64) -> Result<(), IllegalTransition> {
        let refuse = |why: String| Err(IllegalTransition { seq, why });
        if self.rollback.is_some() {
            return refuse("completes the run in a rollback".to_owned());
        }
        if let Some(last) = self.live.last().filter(|last| last.ended.is_none()) {
            return refuse(format!(
                "completes the run before the step of record {} has ended",
                last.seq
            ));
        }
        self.status = Status::Completed;
        Ok(())
    }
}

/// True for what only the process that works on the run may record.
fn needs_sitting(event: &Event) -> bool {
    !matches!(
        event,
        Event::RunStarted { .. }
            | Event::SittingStarted { .. }
            | Event::SourceRead(_)
            | Event::Accepted { .. }
            | Event::ControlTaken { .. }
            | Event::Superseded { .. }
    )
}

fn belongs_to_retry(event: &Event) -> bool {
    matches!(
        event,
        Event::SideMoveBegun { .. }
            | Event::SideMoveEnded { .. }
            | Event::Intended { .. }
            | Event::Results { .. }
            | Event::Paused { .. }
            | Event::Resumed { .. }
            | Event::Halted(_)
    )
}
