//! Replay by order: the n-th step of the script must be the n-th live step of the journal.
//!
//! Also keeps the homes that scripts see as they were at each step: all changes recorded before the
//! next live step, and past the last one, all changes there are.

use super::sitting::{Over, Sitting};
use crate::diagnostic::{Finding, Source, codes};
use crate::journal::{Begun, Effect, LiveStep, Place, SittingEnd, SittingMode, Step, StepKind};
use crate::topology::set;

impl Sitting {
    /// The steps that the script is compared with: the run's, or those of the block that runs.
    pub(super) fn steps(&self) -> &[LiveStep] {
        match self.journal.state().rollback() {
            Some(rollback) if self.rolling_back => &rollback.block_steps,
            _ => self.journal.state().live(),
        }
    }

    /// True if the next step is not in the journal.
    pub(super) fn is_fresh(&self) -> bool {
        self.cursor >= self.steps().len()
    }

    /// True if the next step is not in the journal, or was begun and not ended.
    pub(super) fn is_to_be_done(&self) -> bool {
        self.steps().get(self.cursor).is_none_or(|step| step.ended.is_none())
    }

    /// Takes the script's next step. `None` if it is new; the recorded step if it is the same.
    ///
    /// # Errors
    /// If the journal holds another step in this place: both sides are shown.
    pub(super) fn turn(&mut self, step: &Step) -> Result<Option<LiveStep>, Finding> {
        self.turn_of(step, None)
    }

    /// [`Self::turn`] of an effect, whose members tell how two moves differ.
    pub(super) fn turn_of(
        &mut self,
        step: &Step,
        effect: Option<&Effect>,
    ) -> Result<Option<LiveStep>, Finding> {
        let Some(old) = self.steps().get(self.cursor) else { return Ok(None) };
        let same = old.step.stage == step.stage
            && old.step.kind == step.kind
            && old.step.what == step.what;
        if !same {
            return Err(self.differs(step, effect, old));
        }
        let old = old.clone();
        self.last = Some(old.ended.as_ref().map_or(old.at, |(_, at, _)| *at));
        self.cursor += 1;
        let all = self.steps().len();
        self.set.observer.replayed(self.cursor, all);
        self.advance_homes();
        Ok(Some(old))
    }

    /// A new step has been recorded: the cursor stands behind it.
    pub(super) fn served(&mut self) {
        self.cursor = self.steps().len();
        self.last = self.journal.state().last_at();
        self.advance_homes();
    }

    /// Brings the homes to where they were when the next live step was asked for.
    pub(super) fn advance_homes(&mut self) {
        let before = match self.steps().get(self.cursor) {
            Some(next) => next.seq,
            _ => u64::MAX,
        };
        let topology = self.set.view.topology();
        let changes = self.journal.state().home_changes().get(self.homes_applied..);
        let mut applied = 0;
        self.set.view.change_homes(|homes| {
            for change in changes.unwrap_or_default().iter().take_while(|it| it.seq < before) {
                if let Some(user) = topology.users.find(&change.user) {
                    homes.set(user, change.to.as_deref().and_then(|pool| topology.pool(pool)));
                }
                applied += 1;
            }
        });
        self.homes_applied += applied;
    }

    /// The script ended while the journal holds more.
    pub(super) fn unreached(&self) -> Option<Over> {
        if self.set.mode == SittingMode::Retry {
            return None;
        }
        let old = self.steps().get(self.cursor)?;
        let message =
            format!("the script ends before a step that this run has done: {}", old.step.shown);
        let finding = self
            .pointing(Finding::error(codes::STEP_MISSING, message), &old.step.at, "recorded here")
            .help(EDIT_HELP);
        Some(Over::new(SittingEnd::Error, finding.message.clone()).with(finding))
    }

    fn differs(&self, new: &Step, effect: Option<&Effect>, before: &LiveStep) -> Finding {
        let old = &before.step;
        let message = format!(
            "the script asks to {}, where this run did: {}",
            in_stage(new, old),
            in_stage(old, new)
        );
        let finding = Finding::error(codes::REPLAY_DIFFERS, message);
        let finding = self.pointing(finding, &new.at, "the script now");
        let recorded = Finding::advice(codes::REPLAY_DIFFERS, "the step as it was recorded");
        let recorded = self.pointing(recorded, &old.at, "the script then");
        let finding = match self.set_difference(effect, before) {
            Some(cause) => finding.because(cause),
            None => finding,
        };
        finding.with_related(recorded).help(EDIT_HELP)
    }

    /// For two moves: who joined the set and who left it.
    fn set_difference(&self, effect: Option<&Effect>, recorded: &LiveStep) -> Option<String> {
        let (Some(Effect::Move(new)), Some(Begun::Move(old))) = (effect, &recorded.begun) else {
            return None;
        };
        if new.users == old.users {
            return None;
        }
        let topology = self.set.view.topology();
        let words = set::difference_in_words(&topology.users, &old.users, &new.users);
        let whom = if old.movable.is_users() { "users" } else { "applications" };
        Some(format!("the set of {whom} is not the one that was recorded: {words}"))
    }

    /// Points a finding at a place, through the text read now or its recorded copy.
    pub(super) fn pointing(&self, finding: Finding, at: &Place, label: &str) -> Finding {
        match self.source_of(at) {
            Some(source) => finding.at(&source, at.start..at.end, label),
            None => finding,
        }
    }

    fn source_of(&self, at: &Place) -> Option<Source> {
        if let Some(source) = self.texts.get(&at.sha) {
            return Some(source.clone());
        }
        let bytes = self.set.ledger.objects().get(&at.sha).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        Some(Source::new(format!("{} (as recorded)", at.file), text))
    }
}

const EDIT_HELP: &str = "only what stands after the last recorded step may be edited: restore the \
    script, or take the stage back with `sidle rollback --to STAGE` and edit it then";

/// The step in words, with its stage where that is what differs.
fn in_stage(step: &Step, other: &Step) -> String {
    let marks = matches!(step.kind, StepKind::Enter | StepKind::Leave);
    if marks || step.stage == other.stage {
        step.shown.clone()
    } else if step.stage.is_empty() {
        format!("{}, outside any stage", step.shown)
    } else {
        format!("{}, in stage `{}`", step.shown, step.stage)
    }
}
