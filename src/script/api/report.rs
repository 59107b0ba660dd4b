//! The report of a move: how each user or application ended and why, and the way back.
//!
//! Its sets hold what was moved: users, or applications.
//!
//! A report is the record of what happened. A later retry does not rewrite it, because a replay must
//! see what the script saw.

use super::applications::ApplicationSet;
use super::primitive::EffectClass;
use super::table::{Api, Value};
use super::time::DurationValue;
use super::user_set::UserSet;
use crate::journal::{Effect, Ended, MoveOutcome, Outcome, Verdict};
use crate::script::core::Core;
use crate::script::fault::Fault;
use crate::text;
use crate::topology::{Movable, View};
use rhai::{Dynamic, ImmutableString, NativeCallContext};
use std::fmt;
use std::sync::Arc;

/// What a move did. Cheap to clone.
#[derive(Clone)]
pub struct MoveReport {
    view: View,
    outcome: Arc<MoveOutcome>,
}

impl MoveReport {
    pub(super) fn new(view: &View, outcome: Arc<MoveOutcome>) -> Self {
        Self { view: view.clone(), outcome }
    }

    /// The report of a move of nobody.
    pub(super) fn empty(view: &View, to: String, movable: Movable) -> Self {
        Self::new(view, Arc::new(MoveOutcome { to, movable, ..MoveOutcome::default() }))
    }

    /// The outcome behind it.
    #[must_use]
    pub fn outcome(&self) -> &MoveOutcome {
        &self.outcome
    }

    fn count(&self, how: Ended) -> usize {
        self.outcome.results.iter().filter(|(_, result)| result.how == how).count()
    }

    /// Those who failed and those of whom nobody knows: both count against the budget.
    fn failures(&self) -> usize {
        self.count(Ended::Failed) + self.count(Ended::Unknown)
    }

    /// Those who ended so: a set of what was moved, users or applications.
    pub(super) fn set(&self, how: Ended) -> Dynamic {
        let ended = || self.outcome.results.iter().filter(|(_, result)| result.how == how);
        let reasons = ended().map(|(id, result)| (*id, result.why.as_str().into())).collect();
        let rows = ended().map(|(id, _)| *id).collect();
        match self.outcome.movable {
            Movable::Users => Dynamic::from(UserSet::of(&self.view, rows).because(reasons, None)),
            Movable::Applications => {
                Dynamic::from(ApplicationSet::of(&self.view, rows).because(reasons))
            }
        }
    }

    /// Passes when the budget was kept and nobody is unknown or not started.
    #[must_use]
    pub fn verdict(&self) -> (Verdict, String) {
        let (failures, unknown) = (self.failures(), self.count(Ended::Unknown));
        let left = self.count(Ended::NotStarted);
        let movable = self.outcome.movable;
        let mut said = Vec::new();
        let over = u64::try_from(failures).unwrap_or(u64::MAX) > self.outcome.allowed;
        if over {
            let allowed = self.outcome.allowed;
            said.push(format!(
                "{} did not move, {allowed} may{}",
                movable.count(failures),
                self.first(Ended::Failed)
            ));
        }
        if left > 0 {
            said.push(format!(
                "{} not started{}",
                movable.count(left),
                self.first(Ended::NotStarted)
            ));
        }
        if unknown > 0 {
            said.push(format!("{} unknown{}", movable.count(unknown), self.first(Ended::Unknown)));
        }
        let verdict = match (over || left > 0, unknown > 0) {
            (true, _) => Verdict::Fail,
            (false, true) => Verdict::Unknown,
            (false, false) => Verdict::Pass,
        };
        (verdict, said.join("; "))
    }

    /// The first of those who ended so, with the reason.
    fn first(&self, how: Ended) -> String {
        let first = self.outcome.results.iter().find(|(_, result)| result.how == how);
        first
            .map_or_else(String::new, |(_, result)| format!(" (`{}`: {})", result.user, result.why))
    }
}

impl fmt::Display for MoveReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use Ended::{AlreadyThere, Failed, Moved, NotStarted, Skipped, Unknown};
        let shown = [Moved, AlreadyThere, Skipped, Failed, Unknown, NotStarted]
            .map(|how| (how, self.count(how)));
        let words = shown.iter().filter(|(how, n)| *n > 0 || *how == Moved);
        let words: Vec<String> =
            words.map(|(how, n)| format!("{} {}", text::grouped(*n), how.words())).collect();
        f.write_str(&words.join(", "))
    }
}

impl Value for MoveReport {
    const NAME: &'static str = "MoveReport";
    const COMPARE: &'static str = "write `require report`, or ask its `.verdict`, or the size of a set: `report.failed.len == 0`";
    fn same(&self, _other: &Self) -> Option<bool> {
        None
    }
}

pub(super) fn register(api: &mut Api<'_>) {
    api.value::<MoveReport>();
    api.strict::<MoveReport>();
    api.core.judge_with(|value| value.read_lock::<MoveReport>().map(|report| report.verdict()));
    good_ends(api);
    bad_ends(api);
    figures(api);
    verdict(api);
    undo(api);
}

fn good_ends(api: &mut Api<'_>) {
    api.pure(
        "MoveReport.moved: UserSet | ApplicationSet",
        "Those who were moved, and read back at the target. Of a move of applications, applications.

        report.moved.len  //=> 4
        legacy.applications.move_to(lync).moved  //=> 3 applications",
        |report: &mut MoveReport| report.set(Ended::Moved),
    )
    .pure(
        "MoveReport.already_there: UserSet | ApplicationSet",
        "Those who were at the target before.

        report.already_there.len  //=> 0",
        |report: &mut MoveReport| report.set(Ended::AlreadyThere),
    )
    .pure(
        "MoveReport.skipped: UserSet | ApplicationSet",
        "Those whom preflight did not let go, with the reason for each.

        report.skipped.is_empty  //=> true",
        |report: &mut MoveReport| report.set(Ended::Skipped),
    );
}

fn bad_ends(api: &mut Api<'_>) {
    api.pure(
        "MoveReport.failed: UserSet | ApplicationSet",
        "Those who were refused or whose retries are spent, with the reason for each.

        report.failed.len          //=> 1
        report.failed.reason(dan)  //=> \"locked\"",
        |report: &mut MoveReport| report.set(Ended::Failed),
    )
    .pure(
        "MoveReport.unknown: UserSet | ApplicationSet",
        "Those of whom nobody can tell: asked, no answer, and reading back did not settle it.

        report.unknown.is_empty  //=> true",
        |report: &mut MoveReport| report.set(Ended::Unknown),
    )
    .pure(
        "MoveReport.not_started: UserSet | ApplicationSet",
        "Those whom the budget, the window, a pause or a stop kept back.

        report.not_started.is_empty  //=> true",
        |report: &mut MoveReport| report.set(Ended::NotStarted),
    );
}

fn figures(api: &mut Api<'_>) {
    api.pure(
        "MoveReport.duration: Duration",
        "From the first record of the move to its last.

        report.duration  //=> 2m",
        |report: &mut MoveReport| DurationValue(report.outcome.took),
    )
    .pure(
        "MoveReport.to: string",
        "The name of the pool they went to.

        report.to  //=> \"lyncpool01.contoso.com\"",
        |report: &mut MoveReport| -> ImmutableString { report.outcome.to.as_str().into() },
    )
    .pure(
        "MoveReport.base: int",
        "How many passed preflight and were not there yet: what a percentage is taken of.

        report.base  //=> 5",
        |report: &mut MoveReport| whole(report.outcome.base),
    )
    .pure(
        "MoveReport.allowed: int",
        "How many failures the budget allowed.

        report.allowed  //=> 0",
        |report: &mut MoveReport| whole(report.outcome.allowed),
    )
    .pure(
        "MoveReport.failure_rate: float",
        "The share of `base` that failed or is unknown, from 0.0 to 1.0.

        report.failure_rate  //=> 0.2",
        |report: &mut MoveReport| -> f64 {
            let share = |n: u64| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
            share(report.failures() as u64) / share(report.outcome.base.max(1))
        },
    );
}

fn whole(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn verdict(api: &mut Api<'_>) {
    api.pure(
        "MoveReport.verdict: string",
        "`pass` when the budget was kept and nobody is unknown or not started; else `fail` or `unknown`.

        `require report` asks the same.

        report.verdict         //=> \"fail\"
        report == \"pass\"       //! write `require report`",
        |report: &mut MoveReport| -> ImmutableString { report.verdict().0.word().into() },
    )
    .pure(
        "MoveReport.why: string",
        "Why the verdict is no pass; empty for a pass.

        report.why  //=> \"1 user did not move, 0 may (`dan@contoso.com`: locked)\"",
        |report: &mut MoveReport| -> ImmutableString { report.verdict().1.into() },
    )
    .pure(
        "MoveReport.passed: bool",
        "True if the verdict is `pass`.

        report.passed  //=> false",
        |report: &mut MoveReport| report.verdict().0 == Verdict::Pass,
    );
}

fn undo(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.add(
        EffectClass::Effect,
        "MoveReport.undo() -> MoveReport",
        "Takes the move back: those it moved go back to where they were, and nobody else.

        report.undo().moved.len  //=> 4",
        move |ctx: NativeCallContext, report: MoveReport| take_back(&core, &ctx, &report),
    );
}

fn take_back(
    core: &Core,
    ctx: &NativeCallContext,
    report: &MoveReport,
) -> Result<MoveReport, Fault> {
    if report.outcome.begun == 0 {
        // Nothing was asked of the run, so there is nothing that it could take back.
        return Ok(report.clone());
    }
    match core.effect(ctx, Effect::Undo { of: report.outcome.begun })? {
        Outcome::Moved(outcome) => Ok(MoveReport::new(&report.view, outcome)),
        other => Err(super::unfit(core, ctx, &other)),
    }
}
