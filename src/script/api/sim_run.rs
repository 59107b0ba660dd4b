//! What a simulated run did: its end, its stages, moves, checks, questions and notes, and who lives
//! where afterwards.

use super::errors::{self, refuse};
use super::places::{PoolValue, array};
use super::sim::address;
use super::sim_move::SimMove;
use super::table::{Api, Value};
use super::time::DurationValue;
use super::user_set::{Home, UserSet};
use crate::diagnostic::codes;
use crate::journal::{CheckTaken, Recorded, SittingEnd, StepKind};
use crate::script::bench::Simulated;
use crate::script::core::Core;
use crate::script::fault::Fault;
use crate::script::values::CheckValue;
use rhai::{Array, Dynamic, ImmutableString, Map, NativeCallContext};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A simulated run that has ended. Cheap to clone.
#[derive(Clone)]
pub struct SimRun(pub(super) Arc<Simulated>);

impl fmt::Display for SimRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", word(self.0.how), self.0.why)
    }
}

impl Value for SimRun {
    const NAME: &'static str = "SimRun";
    const COMPARE: &'static str = "compare what it did: `run.stages`, `run.moves`, `run.why`";
    fn same(&self, _other: &Self) -> Option<bool> {
        None
    }
}

fn word(how: SittingEnd) -> &'static str {
    match how {
        SittingEnd::Completed => "completed",
        SittingEnd::Halted => "halted",
        SittingEnd::Error => "error",
        SittingEnd::Waiting => "waiting",
        SittingEnd::Stopped => "stopped",
    }
}

pub(super) fn register(api: &mut Api<'_>) {
    api.value::<SimRun>();
    api.strict::<SimRun>();
    ends(api);
    course(api);
    checks(api);
    homes(api);
}

fn ends(api: &mut Api<'_>) {
    api.pure(
        "SimRun.completed: bool",
        "True if the runbook reached its end.

        sim::run().completed  //=> true",
        |run: &mut SimRun| run.0.how == SittingEnd::Completed,
    )
    .pure(
        "SimRun.halted: bool",
        "True if the run halted: a `require` did not hold, a person said no, `halt(why)`.

        sim::run().halted  //=> false",
        |run: &mut SimRun| run.0.how == SittingEnd::Halted,
    )
    .pure(
        "SimRun.waiting: bool",
        "True if the run waits for a person. Questions of a simulation are answered, so it hardly does.

        sim::run().waiting  //=> false",
        |run: &mut SimRun| run.0.how == SittingEnd::Waiting,
    )
    .pure(
        "SimRun.stopped: bool",
        "True if the run stopped after the stage of `through`.

        sim::run(#{ through: \"Pilot\" }).stopped  //=> true",
        |run: &mut SimRun| run.0.how == SittingEnd::Stopped,
    )
    .pure(
        "SimRun.why: string",
        "How it ended, in one line.

        sim::run().why  //=> \"the runbook reached its end\"",
        |run: &mut SimRun| -> ImmutableString { run.0.why.as_str().into() },
    )
    .pure(
        "SimRun.code: string | ()",
        "The code of what halted it; `()` if nothing did.

        sim::run().code  //=> ()",
        |run: &mut SimRun| {
            run.0.findings.0.first().map_or(Dynamic::UNIT, |first| first.code.id.into())
        },
    )
    .pure(
        "SimRun.duration: Duration",
        "How long it took by the run's clock, its waits included.

        sim::run().duration  //=> 30d",
        |run: &mut SimRun| {
            let state = &run.0.state;
            let ends = state.started().zip(state.last_at());
            let took = ends.map(|(started, last)| last.duration_since(started.at));
            let took = took.and_then(|took| Duration::try_from(took).ok()).unwrap_or_default();
            // What the simulation itself took says nothing of the run.
            DurationValue(Duration::from_secs(took.as_secs() / 60 * 60))
        },
    );
}

fn course(api: &mut Api<'_>) {
    api.pure(
        "SimRun.stages: array of string",
        "The paths of the stages entered, in order.

        sim::run().stages  //=> [\"Pilot\"]",
        |run: &mut SimRun| -> Array {
            let steps = run.0.state.history().into_iter();
            let entered = steps.filter(|(live, _)| live.step.kind == StepKind::Enter);
            entered.map(|(live, _)| live.step.stage.clone().into()).collect()
        },
    )
    .pure(
        "SimRun.moves: array of SimMove",
        "The moves of the runbook, in order. What took them back is no move of its own.

        sim::run().moves.len  //=> 1",
        |run: &mut SimRun| -> Array {
            let moves = run.0.state.moves().values().filter(|one| one.side.is_none());
            array(moves.map(|one| SimMove::of(&run.0, one)))
        },
    )
    .pure(
        "SimRun.questions: array of map",
        "What people were asked, in order: `#{ kind, path, text, yes }`, with the path of the stage.

        sim::run().questions[0].text  //=> \"Move 1 pilot user?\"
        sim::run().questions[0].yes   //=> true",
        |run: &mut SimRun| -> Array { questions(&run.0) },
    )
    .pure(
        "SimRun.notes: array of string",
        "The notes, in order.

        sim::run().notes  //=> [\"ann is told\"]",
        |run: &mut SimRun| -> Array {
            let steps = run.0.state.history().into_iter();
            let notes = steps.filter(|(live, _)| live.step.kind == StepKind::Note);
            notes
                .map(|(live, _)| {
                    let shown = live.step.shown.as_str();
                    let text = shown.strip_prefix("note \"").and_then(|it| it.strip_suffix('"'));
                    text.unwrap_or(shown).to_owned().into()
                })
                .collect()
        },
    );
}

fn questions(run: &Simulated) -> Array {
    let steps = run.state.history().into_iter().map(|(live, _)| live);
    let asked = steps.filter_map(|live| {
        let kind = match live.step.kind {
            StepKind::Approve => "approve",
            StepKind::Ask => "ask",
            StepKind::Task => "task",
            StepKind::PointOfNoReturn => "point_of_no_return",
            _ => return None,
        };
        let yes = match &live.ended {
            Some((_, _, Recorded::Answer { yes, .. })) => Dynamic::from(*yes),
            _ => Dynamic::UNIT,
        };
        // The words of a point of no return stand behind its name.
        let shown = live.step.shown.as_str();
        let text = shown.split_once(": ").map_or(shown, |(_, why)| why);
        let text = if live.step.what.is_empty() { text } else { live.step.what.as_str() };
        let mut map = Map::new();
        map.insert("kind".into(), kind.into());
        map.insert("path".into(), live.step.stage.clone().into());
        map.insert("text".into(), text.to_owned().into());
        map.insert("yes".into(), yes);
        Some(Dynamic::from(map))
    });
    asked.collect()
}

fn check_value(taken: &CheckTaken) -> CheckValue {
    CheckValue { record: Arc::new(taken.record.clone()), at: taken.at, took: Duration::ZERO }
}

fn checks(api: &mut Api<'_>) {
    api.pure(
        "SimRun.checks: array of map",
        "The checks taken, in order: `#{ path, verdict, why }`.

        sim::run().checks.map(|taken| taken.path)  //=> [\"Pilot / services\"]",
        |run: &mut SimRun| -> Array {
            let taken = run.0.state.checks().iter().map(|taken| {
                let record = &taken.record;
                let mut map = Map::new();
                map.insert("path".into(), record.path.clone().into());
                map.insert("verdict".into(), record.verdict.word().into());
                map.insert("why".into(), record.why.clone().into());
                Dynamic::from(map)
            });
            taken.collect()
        },
    );
    let core = Arc::clone(api.core);
    api.pure(
        "SimRun.last_check(path: string) -> Check",
        "The check of that path or name, as it was taken last.

        sim::run().last_check(\"services\").passed  //=> true
        sim::run().last_check(\"service\")          //! did you mean `services`?",
        move |ctx: NativeCallContext, run: SimRun, path: &str| {
            let checks = run.0.state.checks();
            let is_it = |taken: &&CheckTaken| {
                taken.record.path.eq_ignore_ascii_case(path)
                    || taken.record.name.eq_ignore_ascii_case(path)
            };
            checks.iter().rev().find(is_it).map(check_value).ok_or_else(|| {
                let message = format!("the run took no check `{path}`");
                let known: Vec<&str> = checks
                    .iter()
                    .flat_map(|taken| [taken.record.path.as_str(), taken.record.name.as_str()])
                    .collect();
                errors::unknown_name(&core, &ctx, codes::UNKNOWN_CHECK, message, path, known)
            })
        },
    );
}

fn homes(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "SimRun.home(user: User | string) -> Pool | ()",
        "Where a user lives at the end of the run.

        sim::run().home(ann)                 //=> lyncpool01.contoso.com
        sim::run().home(\"bob@contoso.com\")   //=> ocspool01.contoso.com
        sim::run().home(\"bobb@contoso.com\")  //! did you mean `bob@contoso.com`?",
        move |ctx: NativeCallContext, run: SimRun, user: Dynamic| {
            let address = address(&core, &ctx, "home", &user)?;
            let view = &run.0.view;
            let id = view.topology().users.find(&address);
            let home = id.and_then(|id| view.homes().pool_of(id));
            let home = home.map(|id| PoolValue { view: view.clone(), id });
            Ok::<_, Fault>(home.map_or(Dynamic::UNIT, Dynamic::from))
        },
    );
    let core = Arc::clone(api.core);
    api.pure(
        "SimRun.users_on(pool: Pool | string) -> UserSet",
        "Who lives on a pool at the end of the run.

        sim::run().users_on(lync).len                    //=> 2
        sim::run().users_on(\"lyncpool1.contoso.com\")     //! did you mean `lyncpool01.contoso.com`?",
        move |ctx: NativeCallContext, run: SimRun, pool: Dynamic| {
            users_on(&core, &ctx, &run, &pool)
        },
    );
}

fn users_on(
    core: &Core,
    ctx: &NativeCallContext,
    run: &SimRun,
    pool: &Dynamic,
) -> Result<UserSet, Fault> {
    let view = &run.0.view;
    let facts = view.topology();
    let name = match (pool.read_lock::<PoolValue>(), pool.read_lock::<ImmutableString>()) {
        (Some(pool), _) => pool.fqdn(),
        (_, Some(name)) => name.to_string(),
        _ => {
            let help = "write `topology.pool(\"lyncpool01.contoso.com\")`, or the name in quotes";
            return Err(errors::wrong_type(core, ctx, "users_on", "a Pool or a name", pool, help));
        }
    };
    let Some(id) = facts.pool(&name) else {
        let message = format!("`{}` has no pool `{name}`", facts.organisation);
        if let Some(near) = facts.near_pool(&name) {
            return Err(refuse(
                core,
                ctx,
                codes::UNKNOWN_POOL,
                message,
                format!("did you mean `{near}`?"),
            ));
        }
        let known = facts.pools.iter().map(|pool| pool.fqdn.as_str());
        return Err(errors::unknown_name(core, ctx, codes::UNKNOWN_POOL, message, &name, known));
    };
    let users = view.homes().users_on(id);
    Ok(UserSet::of(view, users).read_from(Home::Pool(id)))
}
