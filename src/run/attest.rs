//! Attestations: what a named person vouches for, kept as evidence.
//!
//! An attestation is asked like a task and answered like a probe: yes is good evidence, no is bad, and
//! either counts only for as long as the script says. Nothing halts at a no; what the script makes of
//! the evidence decides.

use super::Question;
use super::people::Answer;
use super::sitting::Sitting;
use super::world::WorldKind;
use crate::diagnostic::Finding;
use crate::journal::{AttestCall, Begun, Event, Evidence, Outcome, Recorded, Reply, Step, Verdict};

/// The probe's name that evidence of a person bears.
const SOURCE: &str = "attestation";

impl Sitting {
    /// Asks a person to vouch for something; `begun` is set if it stands in the journal already.
    pub(super) async fn attest(
        &mut self,
        step: Step,
        begun: Option<u64>,
        call: AttestCall,
    ) -> Result<Reply, Finding> {
        let id = if let Some(id) = begun {
            id
        } else {
            let asked = Event::StepBegun { step: step.clone(), detail: Begun::Asked };
            let id = self.record(asked).await?;
            self.served();
            id
        };
        let mut details = format!("asked of {}", call.owner);
        if !call.details.is_empty() {
            details = format!("{details}\n{}", call.details);
        }
        let question = Question {
            id,
            kind: step.kind,
            stage: step.stage.clone(),
            text: call.title.clone(),
            details,
        };
        let Some(answer) = self.answer_to(&question).await? else { return Ok(Reply::Stop) };
        let evidence = vec![self.attested(&step.stage, &call, &answer)];
        self.note_evidence(&evidence);
        let outcome = Recorded::Evidence { evidence: evidence.clone() };
        self.record_taking(Event::StepEnded { begun: id, outcome }, answer.inbox).await?;
        self.served();
        Ok(Reply::Outcome(Outcome::Evidence(evidence)))
    }

    fn attested(&self, stage: &str, call: &AttestCall, answer: &Answer) -> Evidence {
        let mut evidence = Evidence {
            source: SOURCE.to_owned(),
            target: call.owner.clone(),
            asked: call.title.clone(),
            value: Some(answer.is_yes()),
            answer: words(answer),
            at: self.set.world.clock.now(),
            latency_ms: 0,
            fresh_for_s: call.fresh_for.as_secs(),
            assumed: false,
            who: Some(answer.who.user.clone()),
        };
        if self.set.world.kind == WorldKind::Simulation {
            evidence.value = self.assumed_of(stage, &call.title);
            evidence.answer = match evidence.value {
                Some(true) => "attested".to_owned(),
                Some(false) => "not attested".to_owned(),
                None => "no answer".to_owned(),
            };
            // Nothing grows stale in a plan: its clock jumps over weeks.
            evidence.fresh_for_s = u64::from(u32::MAX);
            evidence.assumed = true;
            evidence.who = None;
        }
        evidence
    }

    /// What a plan assumes of an attestation: good, unless `--assume` names it.
    fn assumed_of(&self, stage: &str, title: &str) -> Option<bool> {
        let path = crate::journal::CheckRecord::path_of(stage, title);
        match self.set.steering.verdict(&path, title).unwrap_or(Verdict::Pass) {
            Verdict::Pass => Some(true),
            Verdict::Fail => Some(false),
            Verdict::Unknown => None,
        }
    }
}

fn words(answer: &Answer) -> String {
    match (answer.note.trim(), answer.is_yes()) {
        ("", true) => "attested".to_owned(),
        ("", false) => "not attested".to_owned(),
        (note, true) => note.to_owned(),
        (note, false) => format!("not attested: {note}"),
    }
}
