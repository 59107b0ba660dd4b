//! `sim::`: the simulation that a test works in, run whole and steered away from the good case.
//!
//! These primitives exist in tests only. What they steer holds for the test that asks, and a test that
//! steers by what nothing in it meets fails.

use super::errors::{self, argument, refuse};
use super::options::Options;
use super::places::{PoolValue, ServerValue};
use super::sim_run::SimRun;
use super::table::Api;
use super::user::UserValue;
use crate::diagnostic::codes;
use crate::journal::{SittingEnd, StepKind, Verdict};
use crate::script::bench::Simulated;
use crate::script::core::Core;
use crate::script::fault::Fault;
use crate::text;
use rhai::{Dynamic, ImmutableString, Map, NativeCallContext};
use std::sync::Arc;

pub(super) fn register(api: &mut Api<'_>) {
    run(api);
    assume(api);
    answer(api);
    fail_user(api);
    server_down(api);
}

fn run(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "sim::run(options?: #{ through }) -> SimRun",
        "In a test: runs the organisation's runbook in simulation, as `sidle plan` does.

        It begins on the test's topology with nobody moved, as often as it is called. `through` names
        the path of a stage after which it stops. What is asked of systems and people is assumed to go well,
        unless the test steers otherwise before.

        sim::run().completed                        //=> true
        sim::run(#{ through: \"Pilot\" }).stages      //=> [\"Pilot\"]
        sim::run(#{ through: \"Pilto\" })             //! did you mean `Pilot`?
        sim::run(#{ trough: \"Pilot\" })              //! did you mean `through`?",
        move |ctx: NativeCallContext| run_runbook(&core, &ctx, Map::new()),
    );
    let core = Arc::clone(api.core);
    api.also(move |ctx: NativeCallContext, options: Map| run_runbook(&core, &ctx, options));
}

fn run_runbook(core: &Core, ctx: &NativeCallContext, options: Map) -> Result<SimRun, Fault> {
    let bench = core.bench_of("sim::run", ctx)?;
    let mut options = Options::new(core, ctx, "sim::run", options);
    let until = options.text("through", "write the path of a stage: `#{ through: \"Pilot\" }`")?;
    options.finish()?;
    core.budget.pause();
    let ended = bench.simulator.run(until.as_deref());
    core.budget.resume(true);
    let mut found = match ended {
        Ok(run) if run.how != SittingEnd::Error => {
            knows_stage(core, ctx, until.as_deref(), &run)?;
            return Ok(SimRun(Arc::new(run)));
        }
        Ok(run) => run.findings.0.into_iter(),
        Err(found) => found.0.into_iter(),
    };
    // A runbook that is wrong is no run that could be looked at.
    let first = found.next().unwrap_or_else(|| {
        core.finding(ctx, codes::SCRIPT_PROTOCOL, "the simulated run ended without a reason")
    });
    Err(core.raise(found.fold(first, crate::diagnostic::Finding::with_related)))
}

/// Refuses a stage that the whole run never came to: it would have stopped nothing.
fn knows_stage(
    core: &Core,
    ctx: &NativeCallContext,
    until: Option<&str>,
    run: &Simulated,
) -> Result<(), Fault> {
    let Some(until) = until.filter(|_| run.how == SittingEnd::Completed) else { return Ok(()) };
    let entered = run.state.live().iter().filter(|live| live.step.kind == StepKind::Enter);
    let stages: Vec<&str> = entered.map(|live| live.step.stage.as_str()).collect();
    if stages.contains(&until) {
        return Ok(());
    }
    let message = format!("the runbook enters no stage `{until}`");
    Err(errors::unknown_name(core, ctx, codes::UNKNOWN_STAGE, message, until, stages))
}

fn assume(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "sim::assume(check: string, verdict: string)",
        "In a test: a check has this verdict, `pass`, `fail` or `unknown`, whatever it finds.

        The check is named by its path or its name, as for `sidle plan --assume`.

        sim::assume(\"Coexistence / sign-in\", \"fail\")   //=> ()
        sim::assume(\"sign-in\", \"fial\")                 //! did you mean `fail`?",
        move |ctx: NativeCallContext, check: &str, word: &str| {
            let bench = core.bench_of("sim::assume", &ctx)?;
            let all = [Verdict::Pass, Verdict::Fail, Verdict::Unknown];
            let Some(verdict) = all.into_iter().find(|verdict| verdict.word() == word) else {
                let words = all.map(Verdict::word);
                let help = text::did_you_mean(
                    word,
                    words,
                    "the verdicts are `pass`, `fail` and `unknown`",
                );
                return Err(argument(&core, &ctx, format!("`{word}` is no verdict"), help));
            };
            bench.simulator.assume(check.trim(), verdict, &bench.asked(core.place(&ctx)));
            Ok(())
        },
    );
}

fn answer(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "sim::answer(question: string, yes: bool)",
        "In a test: questions whose words hold this part are answered so; all others are answered yes.

        Approvals, tasks and points of no return are questions too: a no halts the run.

        sim::answer(\"pilot users\", false)  //=> ()
        sim::answer(\"\", false)             //! a part of the question's words",
        move |ctx: NativeCallContext, part: &str, yes: bool| {
            let bench = core.bench_of("sim::answer", &ctx)?;
            if part.trim().is_empty() {
                let message = "`sim::answer` wants a part of the question's words";
                return Err(argument(&core, &ctx, message, "`run.questions` lists what is asked"));
            }
            bench.simulator.answer(part.trim(), yes, &bench.asked(core.place(&ctx)));
            Ok(())
        },
    );
}

fn fail_user(api: &mut Api<'_>) {
    const WHY: &str = "refused";
    let core = Arc::clone(api.core);
    api.pure(
        "sim::fail_user(user: User | string, why?: string)",
        "In a test: every move of this user is refused, with that reason.

        sim::fail_user(ann, \"locked\")            //=> ()
        sim::fail_user(\"bob@contoso.com\")        //=> ()
        sim::fail_user(\"bobb@contoso.com\")       //! did you mean `bob@contoso.com`?",
        move |ctx: NativeCallContext, user: Dynamic| refuse_user(&core, &ctx, &user, WHY),
    );
    let core = Arc::clone(api.core);
    api.also(move |ctx: NativeCallContext, user: Dynamic, why: &str| {
        refuse_user(&core, &ctx, &user, if why.trim().is_empty() { WHY } else { why.trim() })
    });
}

fn refuse_user(
    core: &Core,
    ctx: &NativeCallContext,
    user: &Dynamic,
    why: &str,
) -> Result<(), Fault> {
    let bench = core.bench_of("sim::fail_user", ctx)?;
    let address = address(core, ctx, "sim::fail_user", user)?;
    bench.simulator.fail_user(&address, why, &bench.asked(core.place(ctx)));
    Ok(())
}

/// The address of a user of the test's topology, who is given as a value or by address.
pub(super) fn address(
    core: &Core,
    ctx: &NativeCallContext,
    primitive: &str,
    user: &Dynamic,
) -> Result<String, Fault> {
    let bench = core.bench_of(primitive, ctx)?;
    if let Some(user) = user.read_lock::<UserValue>() {
        return Ok(user.address());
    }
    let Some(address) = user.read_lock::<ImmutableString>() else {
        let help = "write `topology.user(\"ann@contoso.com\")`, or the address in quotes";
        return Err(errors::wrong_type(core, ctx, primitive, "a User or an address", user, help));
    };
    let facts = bench.simulator.view().topology();
    if let Some(id) = facts.users.find(&address) {
        return Ok(facts.users.address(id).to_owned());
    }
    let message = format!("`{}` has no user `{}`", facts.organisation, &*address);
    let help = facts.users.near(&address).map_or_else(
        || format!("the topology of this test has {}", text::count(facts.users.len(), "user")),
        |near| format!("did you mean `{near}`?"),
    );
    Err(refuse(core, ctx, codes::UNKNOWN_USER, message, help))
}

fn server_down(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "sim::server_down(server: Pool | Server | string)",
        "In a test: a pool or server does not answer.

        Nobody can be moved to or from a pool that is down, so such a move waits and then halts the run.
        A probe of it, of its servers or of users who live on it has no answer, and is unknown.

        sim::server_down(lync)                      //=> ()
        sim::server_down(\"lyncpool1.contoso.com\")   //! did you mean `lyncpool01.contoso.com`?",
        move |ctx: NativeCallContext, server: Dynamic| {
            let bench = core.bench_of("sim::server_down", &ctx)?;
            let name = server_name(&core, &ctx, &server)?;
            bench.simulator.server_down(&name, &bench.asked(core.place(&ctx)));
            Ok::<(), Fault>(())
        },
    );
}

fn server_name(core: &Core, ctx: &NativeCallContext, server: &Dynamic) -> Result<String, Fault> {
    if let Some(pool) = server.read_lock::<PoolValue>() {
        return Ok(pool.fqdn());
    }
    if let Some(server) = server.read_lock::<ServerValue>() {
        return Ok(server.fqdn());
    }
    let Some(name) = server.read_lock::<ImmutableString>() else {
        let help = "write `topology.pool(\"lyncpool01.contoso.com\")`, or the name in quotes";
        let wanted = "a Pool, a Server or a name";
        return Err(errors::wrong_type(core, ctx, "sim::server_down", wanted, server, help));
    };
    let facts = core.bench_of("sim::server_down", ctx)?.simulator.view().topology();
    let pools = facts.pools.iter().map(|pool| pool.fqdn.as_str());
    let known: Vec<&str> =
        pools.chain(facts.servers.iter().map(|server| server.fqdn.as_str())).collect();
    if let Some(found) = known.iter().find(|known| known.eq_ignore_ascii_case(name.trim())) {
        return Ok((*found).to_owned());
    }
    let message = format!("`{}` has no pool or server `{}`", facts.organisation, &*name);
    Err(errors::unknown_name(core, ctx, codes::UNKNOWN_POOL, message, &name, known))
}
