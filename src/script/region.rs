//! Regions: stretches of a script in which less may happen.
//!
//! A pure closure may reach no effect, a check and a criterion of a soak only probes. Regions nest,
//! and each remembers where it stands, so that a refusal can name both places.

use super::core::Core;
use super::fault::{Fault, Raised};
use crate::diagnostic::{Finding, codes};
use crate::journal::{Effect, Evidence, Place, StepKind, Verdict};
use rhai::NativeCallContext;

/// What a region is.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// A closure given to that primitive.
    Pure(&'static str),
    /// A `check` with that name.
    Check(String),
    /// The criteria of a `soak` or `poll`.
    Criteria(&'static str),
    /// An `on_rollback` block while it runs.
    Rollback,
    /// An evaluation that only reads: no run stands behind it.
    Reading,
}

/// An open region and what was gathered in it.
#[derive(Debug, Clone)]
pub(super) struct Region {
    pub(super) kind: Kind,
    pub(super) at: Place,
    /// What was asked inside it.
    pub(super) evidence: Vec<Evidence>,
    /// The worst verdict among the `require`s inside it that did not hold, and why.
    pub(super) not_held: Option<(Verdict, String)>,
}

impl Region {
    pub(super) fn new(kind: Kind, at: Place) -> Self {
        Self { kind, at, evidence: Vec::new(), not_held: None }
    }

    /// The region in words, with what its mark says.
    fn words(&self) -> (String, &'static str) {
        match &self.kind {
            Kind::Pure(what) => (format!("the closure of `{what}`"), "this closure must be pure"),
            Kind::Check(name) => (format!("the check `{name}`"), "only probes may run in here"),
            Kind::Criteria(what) => {
                (format!("the criteria of `{what}`"), "only probes may run in here")
            }
            Kind::Rollback => ("an `on_rollback` block".to_owned(), "it runs in here"),
            Kind::Reading => ("the console".to_owned(), "it only reads"),
        }
    }
}

impl Core {
    /// Refuses an effect where it may not happen.
    pub(super) fn permit(&self, ctx: &NativeCallContext, effect: &Effect) -> Result<(), Fault> {
        let probe = effect.kind() == StepKind::Probe;
        let name = primitive(effect);
        self.refuse_where(&name, &self.place(ctx), |kind| match kind {
            Kind::Pure(_) | Kind::Reading => true,
            Kind::Check(_) | Kind::Criteria(_) => !probe,
            Kind::Rollback => false,
        })
    }

    /// Refuses a block form (or `halt`) inside a pure closure, a check or a criterion.
    pub(super) fn permit_form(&self, form: &str, at: &Place) -> Result<(), Fault> {
        let gathers = matches!(form, "check" | "require");
        self.refuse_where(form, at, |kind| match kind {
            Kind::Pure(_) => true,
            Kind::Check(_) | Kind::Criteria(_) | Kind::Reading => !gathers,
            Kind::Rollback => form == "on_rollback",
        })
    }

    fn refuse_where(
        &self,
        name: &str,
        at: &Place,
        refused: impl Fn(&Kind) -> bool,
    ) -> Result<(), Fault> {
        let region =
            self.state().regions.iter().rev().find(|region| refused(&region.kind)).cloned();
        let Some(region) = region else { return Ok(()) };
        if matches!(region.kind, Kind::Reading) {
            return Err(self.only_reads(name, at));
        }
        let (whose, mark) = region.words();
        let code = match region.kind {
            Kind::Pure(_) => codes::SCRIPT_NOT_PURE,
            Kind::Rollback => codes::SCRIPT_ON_ROLLBACK,
            _ => codes::SCRIPT_ONLY_PROBES,
        };
        let finding = Finding::error(code, format!("{whose} may not reach the effect `{name}`"));
        let mut finding = self.mark(finding, at, "this changes the world or halts the run");
        if region.at.file == at.file {
            finding = self.mark(finding, &region.at, mark);
        } else {
            let other = Finding::advice(code, format!("{whose} stands here"));
            finding = finding.with_related(self.mark(other, &region.at, mark));
        }
        Err(Raised::finding(finding.help(match region.kind {
            Kind::Pure(_) => "decide inside the closure, and act on its result outside",
            Kind::Rollback => "what it undoes is armed when the stage is entered again",
            _ => "take the effect out, before or after; what it yields can be used inside",
        })))
    }

    /// Refuses what asks or changes something outside, where nothing but reading is done.
    fn only_reads(&self, name: &str, at: &Place) -> Fault {
        let (does, mark) = match name {
            "stage" | "on_rollback" | "halt" => ("belongs to a run", "a part of a run"),
            "drift" => ("asks real systems", "it asks real systems"),
            _ if name.starts_with("probe::") => ("asks a real system", "it asks a real system"),
            _ => ("has an effect", "this would have an effect"),
        };
        let message = format!("`{name}` {does}, and nothing but reading is done here");
        let finding = Finding::error(codes::SCRIPT_READ_ONLY, message);
        Raised::finding(
            self.mark(finding, at, mark)
                .help("put it into the runbook: `sidle plan` shows what it would do"),
        )
    }

    /// Keeps evidence for every open check and criterion.
    pub(super) fn collect(&self, evidence: &[Evidence]) {
        for region in &mut self.state().regions {
            region.evidence.extend_from_slice(evidence);
        }
    }

    /// True inside a check or a criterion, where a `require` yields a verdict and does not halt.
    pub(super) fn is_judging(&self) -> bool {
        let state = self.state();
        state.regions.iter().any(|region| matches!(region.kind, Kind::Check(_) | Kind::Criteria(_)))
    }

    /// Remembers that a `require` did not hold, so that catching its error cannot make a check pass.
    pub(super) fn note_not_held(&self, verdict: Verdict, why: &str) {
        let mut state = self.state();
        let innermost = state
            .regions
            .iter_mut()
            .rev()
            .find(|region| matches!(region.kind, Kind::Check(_) | Kind::Criteria(_)));
        if let Some(region) = innermost
            && region.not_held.as_ref().is_none_or(|(known, _)| *known < verdict)
        {
            region.not_held = Some((verdict, why.to_owned()));
        }
    }
}

/// The primitive that asks for an effect, as users know it.
fn primitive(effect: &Effect) -> String {
    match effect {
        Effect::Probe(call) => return format!("probe::{}", call.kind),
        Effect::Move(_) => "move_to",
        Effect::Undo { .. } => "undo",
        Effect::Retire { .. } => "retire",
        Effect::Command { .. } => "command",
        Effect::Approve { .. } => "approve",
        Effect::Ask { .. } => "ask",
        Effect::Task { .. } => "task",
        Effect::Attest(_) => "attest",
        Effect::PointOfNoReturn { .. } => "point_of_no_return",
        Effect::Wait { .. } => "wait",
        Effect::WaitFor { .. } => "wait_for",
        Effect::Soak(_) => "soak",
        Effect::Poll(_) => "poll",
        Effect::Note { .. } => "note",
        Effect::Refresh => "refresh",
        Effect::Drift => "drift",
    }
    .to_owned()
}
