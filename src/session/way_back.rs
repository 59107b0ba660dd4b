//! Before a rollback: what it would lose, whether that is accepted, and whether there is a way back.

use super::opening::{Opening, is_rehearsal};
use super::{Ending, RollbackOptions, Watch, nothing_here};
use crate::diagnostic::{Finding, Findings, codes};
use crate::journal::{Journal, SittingEnd, Status, StepKind};
use crate::report;
use crate::run::Question;

impl Opening {
    /// Looks at the way back before it is gone: unknown stages, points of no return, losses.
    ///
    /// The inner error is an ending: nobody has accepted the losses.
    pub(super) async fn way_back(
        &self,
        options: &RollbackOptions,
        watch: &Watch,
    ) -> Result<Result<Vec<String>, Box<Ending>>, Findings> {
        let Some(journal) = &self.journal else { return Err(nothing_here(&self.folder).into()) };
        let state = journal.state();
        if let Some(ending) = self.nothing_to_take_back() {
            return Ok(Err(Box::new(ending)));
        }
        self.knows_stage(options.to.as_deref())?;
        let from = state.taken_back_from(options.to.as_deref()).unwrap_or(1);
        let passed = state.point_of_no_return();
        let passed = passed.filter(|point| point.in_force.is_some_and(|step| step.seq >= from));
        if let Some(point) = passed
            && !options.force
            && !state.rollback().is_some_and(|open| open.forced)
        {
            let point = &point.armed.step.shown;
            let message = format!("the run has passed a {point}");
            return Err(Finding::error(codes::NO_WAY_BACK, message)
                .help("`sidle rollback --force` takes back what can be taken back, and records it")
                .into());
        }
        let losses = report::losses::losses_since(state, from, Some(&self.topology));
        let losses: Vec<String> = losses.iter().map(report::losses::Loss::line).collect();
        let goes_on = state.rollback().is_some();
        if goes_on || options.accept_losses || is_rehearsal(state) {
            return Ok(Ok(losses));
        }
        let question = Question {
            id: state.last_seq(),
            kind: StepKind::Undo,
            stage: options.to.clone().unwrap_or_default(),
            text: if losses.is_empty() {
                "take this back? nothing is lost by it".to_owned()
            } else {
                "take this back, with these losses?".to_owned()
            },
            details: losses.join("\n"),
        };
        let answer = watch.desk.ask(&question).await;
        if answer.as_ref().is_some_and(|answer| answer.yes) {
            return Ok(Ok(losses));
        }
        let to = options.to.as_ref().map_or(String::new(), |to| format!(" --to \"{to}\""));
        let force = if options.force { " --force" } else { "" };
        Ok(Err(Box::new(Ending {
            how: if answer.is_some() { SittingEnd::Stopped } else { SittingEnd::Waiting },
            why: "the losses were not accepted; nothing was taken back".to_owned(),
            findings: Findings::default(),
            run: state.run(),
            state: state.clone(),
            question: Some(question),
            next: vec![format!("sidle rollback{to} --accept-losses{force}")],
        })))
    }

    /// The ending of `sidle rollback` where everything is taken back already.
    fn nothing_to_take_back(&self) -> Option<Ending> {
        let state = self.journal.as_ref()?.state();
        (state.status() == Status::RolledBack).then(|| Ending {
            how: SittingEnd::Completed,
            why: format!("run {} was rolled back already", state.run()),
            findings: Findings::default(),
            run: state.run(),
            state: state.clone(),
            question: None,
            next: vec!["sidle run --new".to_owned()],
        })
    }
}

/// Refuses a rollback that does not fit the one under way.
pub(super) fn may_take_back(journal: &Journal, options: &RollbackOptions) -> Result<(), Findings> {
    let Some(open) = journal.state().rollback() else { return Ok(()) };
    if open.to == options.to || options.to.is_none() {
        return Ok(());
    }
    let to = open.to.as_deref().unwrap_or("the beginning");
    let message = format!("a rollback to `{to}` is under way");
    Err(Finding::error(codes::ROLLBACK_OPEN, message)
        .help("`sidle rollback` without `--to` goes on with it")
        .into())
}
