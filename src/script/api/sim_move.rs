//! A move of a simulated run: where it stands, where it went, and how each user ended.

use super::report::MoveReport;
use super::table::{Api, Value};
use crate::journal::{Ended, MoveOutcome, MoveRecord, Verdict};
use crate::script::bench::Simulated;
use rhai::ImmutableString;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A move of a simulated run.
#[derive(Clone)]
pub struct SimMove {
    path: ImmutableString,
    taken_back: bool,
    report: MoveReport,
}

impl SimMove {
    pub(super) fn of(run: &Simulated, record: &MoveRecord) -> Self {
        let users = &run.view.topology().users;
        let results = record
            .results
            .values()
            .filter_map(|(_, result)| users.find(&result.user).map(|id| (id, result.clone())));
        let mut results: Vec<_> = results.collect();
        results.sort_by_key(|(id, _)| *id);
        let took = record.ended.map(|(_, at)| at.duration_since(record.at));
        let outcome = MoveOutcome {
            // It belongs to a run that is over, so nothing can take it back.
            begun: 0,
            to: record.to.clone(),
            movable: record.movable,
            results,
            allowed: record.allowed,
            base: record.base,
            took: took.and_then(|took| Duration::try_from(took).ok()).unwrap_or_default(),
        };
        Self {
            path: record.stage.as_str().into(),
            taken_back: record.taken_back,
            report: MoveReport::new(&run.view, Arc::new(outcome)),
        }
    }
}

impl fmt::Display for SimMove {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.report)
    }
}

impl Value for SimMove {
    const NAME: &'static str = "SimMove";
    const COMPARE: &'static str = "compare its sets: `run.moves[0].moved == pilots`";
    fn same(&self, _other: &Self) -> Option<bool> {
        None
    }
}

pub(super) fn register(api: &mut Api<'_>) {
    api.value::<SimMove>();
    api.strict::<SimMove>();
    facts(api);
    sets(api);
}

fn facts(api: &mut Api<'_>) {
    api.pure(
        "SimMove.path: string",
        "The path of the stage in which it stands.

        sim::run().moves[0].path  //=> \"Pilot\"",
        |one: &mut SimMove| one.path.clone(),
    )
    .pure(
        "SimMove.to: string",
        "The name of the pool they went to.

        sim::run().moves[0].to  //=> \"lyncpool01.contoso.com\"",
        |one: &mut SimMove| -> ImmutableString { one.report.outcome().to.as_str().into() },
    )
    .pure(
        "SimMove.taken_back: bool",
        "True if the runbook took it back.

        sim::run().moves[0].taken_back  //=> false",
        |one: &mut SimMove| one.taken_back,
    )
    .pure(
        "SimMove.verdict: string",
        "`pass` when the budget was kept and nobody is unknown or not started, as `require report` asks.

        sim::run().moves[0].verdict  //=> \"pass\"",
        |one: &mut SimMove| -> ImmutableString { one.report.verdict().0.word().into() },
    )
    .pure(
        "SimMove.passed: bool",
        "True if the verdict is `pass`.

        sim::run().moves[0].passed  //=> true",
        |one: &mut SimMove| one.report.verdict().0 == Verdict::Pass,
    );
}

fn sets(api: &mut Api<'_>) {
    api.pure(
        "SimMove.moved: UserSet | ApplicationSet",
        "Those who were moved.

        sim::run().moves[0].moved.to_array()  //=> [ann@contoso.com]",
        |one: &mut SimMove| one.report.set(Ended::Moved),
    )
    .pure(
        "SimMove.already_there: UserSet | ApplicationSet",
        "Those who were at the target before.

        sim::run().moves[0].already_there.len  //=> 0",
        |one: &mut SimMove| one.report.set(Ended::AlreadyThere),
    )
    .pure(
        "SimMove.skipped: UserSet | ApplicationSet",
        "Those whom preflight did not let go, with the reason for each.

        sim::run().moves[0].skipped.len  //=> 0",
        |one: &mut SimMove| one.report.set(Ended::Skipped),
    )
    .pure(
        "SimMove.failed: UserSet | ApplicationSet",
        "Those who were refused, with the reason for each.

        sim::run().moves[0].failed.is_empty  //=> true",
        |one: &mut SimMove| one.report.set(Ended::Failed),
    )
    .pure(
        "SimMove.unknown: UserSet | ApplicationSet",
        "Those of whom nobody can tell.

        sim::run().moves[0].unknown.is_empty  //=> true",
        |one: &mut SimMove| one.report.set(Ended::Unknown),
    )
    .pure(
        "SimMove.not_started: UserSet | ApplicationSet",
        "Those whom the budget or a server that was down kept back.

        sim::run().moves[0].not_started.is_empty  //=> true",
        |one: &mut SimMove| one.report.set(Ended::NotStarted),
    );
}
