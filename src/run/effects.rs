//! Effects, one after the other: answered from the journal, or performed between two records.
//!
//! The order of questions is always the same: does a stale gate come first, is this the step that the
//! journal holds here, was it answered, may anything new begin, and only then is it done.

use super::gates::Stale;
use super::sitting::Sitting;
use crate::diagnostic::{Finding, codes};
use crate::journal::{
    Effect, Evidence, Outcome, Place, Recorded, Reply, SittingMode, Step, StepKind,
};
use std::sync::Arc;

impl Sitting {
    pub(super) async fn effect(
        &mut self,
        stage: String,
        effect: Effect,
        at: Place,
    ) -> Result<Reply, Finding> {
        // Inside a soak, a poll or a gate that is asked again, questions are no steps.
        if self.timed.is_some() || self.asking_again.is_some() {
            return self.ask_beside(&effect).await;
        }
        let kind = effect.kind();
        if self.set.mode == SittingMode::Forward && self.is_to_be_done() && kind.acts() {
            match self.stale_gate() {
                Stale::No => {}
                Stale::AskAgain => return Ok(Reply::AskAgain),
                Stale::Earlier(evidence) => return self.too_old(&evidence, at).await,
            }
        }
        let what = effect.what();
        let shown = effect.shown();
        let step = Step { stage, kind, what, shown, at };
        if kind != StepKind::Probe {
            self.gates.iter_mut().for_each(|gate| gate.mixed = true);
        }
        let old = self.turn_of(&step, Some(&effect))?;
        if let Some(old) = &old
            && let Some((_, _, recorded)) = &old.ended
        {
            if let Recorded::Answer { yes: false, who, note } = recorded
                && kind != StepKind::Ask
            {
                return self.rejected(step, old.seq, &who.user, note.clone(), None).await;
            }
            return self.recorded_reply(old.seq, recorded.clone());
        }
        if self.is_to_stop() {
            return Ok(Reply::Stop);
        }
        let begun = old.map(|old| old.seq);
        match effect {
            Effect::Probe(call) => {
                let evidence = self.set.world.prober.ask(&call).await;
                self.note_evidence(&evidence);
                self.step_done(step, Recorded::Evidence { evidence: evidence.clone() }).await?;
                Ok(Reply::Outcome(Outcome::Evidence(evidence)))
            }
            Effect::Note { .. } => {
                self.step_done(step, Recorded::Done).await?;
                Ok(Reply::Outcome(Outcome::Done))
            }
            Effect::Move(call) => self.move_users(step, begun, call).await,
            Effect::Undo { of } => self.undo(step, begun, of).await,
            Effect::Retire { pool } => self.retire(step, begun, &pool).await,
            Effect::Command { name, args } => self.command(step, begun, &name, &args).await,
            Effect::Approve { question }
            | Effect::Ask { question }
            | Effect::PointOfNoReturn { why: question } => {
                self.ask_person(step, begun, question, String::new()).await
            }
            Effect::Task { title, details } => self.ask_person(step, begun, title, details).await,
            Effect::Attest(call) => self.attest(step, begun, call).await,
            Effect::Wait { lasts } => self.wait(step, begun, lasts).await,
            Effect::Soak(_) | Effect::Poll(_) => self.timed_begin(step, begun).await,
            Effect::WaitFor { .. } | Effect::Refresh | Effect::Drift => Err(self.not_yet(&step)),
        }
    }

    fn not_yet(&self, step: &Step) -> Finding {
        let message = format!("`{}` is not available in this version of sidle", step.shown);
        self.pointing(Finding::error(codes::NOT_AVAILABLE, message), &step.at, "asked for here")
            .help("take the call out of the runbook; nothing was done for it")
    }

    /// Answers a recorded step.
    fn recorded_reply(&mut self, begun: u64, recorded: Recorded) -> Result<Reply, Finding> {
        let outcome = match recorded {
            Recorded::Done => Outcome::Done,
            Recorded::Evidence { evidence } => {
                self.note_evidence(&evidence);
                Outcome::Evidence(evidence)
            }
            Recorded::Moved { .. } => Outcome::Moved(Arc::new(self.move_outcome(begun)?)),
            Recorded::Answer { yes, .. } => Outcome::Answer(yes),
            Recorded::Command { code, output } => Outcome::Command { code, output },
            Recorded::Timed { verdict, why, evidence } => Outcome::Timed { verdict, why, evidence },
            Recorded::Changes { lines, .. } => Outcome::Changes(lines),
        };
        Ok(Reply::Outcome(outcome))
    }

    /// A probe that is no step of its own.
    async fn ask_beside(&mut self, effect: &Effect) -> Result<Reply, Finding> {
        let Effect::Probe(call) = effect else {
            return Err(Finding::error(
                codes::NOT_A_PROBE,
                format!("only probes may run here, not `{}`", effect.shown()),
            )
            .help("a criterion asks; it changes nothing"));
        };
        let evidence = self.set.world.prober.ask(call).await;
        if let Some(gathered) = &mut self.asking_again {
            gathered.extend(evidence.iter().cloned());
        }
        Ok(Reply::Outcome(Outcome::Evidence(evidence)))
    }

    pub(super) fn note_evidence(&mut self, evidence: &[Evidence]) {
        for gate in &mut self.gates {
            gate.evidence.extend(evidence.iter().cloned());
        }
    }
}
