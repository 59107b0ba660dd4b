//! Moving users and applications.
//!
//! The options are read here and mean what the run makes of them; who may be started, and when, is
//! decided there.

use super::application::ApplicationValue;
use super::applications::ApplicationSet;
use super::errors;
use super::options::Options;
use super::places::PoolValue;
use super::primitive::EffectClass;
use super::report::MoveReport;
use super::table::Api;
use super::user_set::UserSet;
use crate::journal::{Budget, Effect, MoveCall, Outcome};
use crate::script::core::Core;
use crate::script::fault::Fault;
use crate::topology::{Movable, View, set};
use rhai::{Dynamic, Map, NativeCallContext};
use roaring::RoaringBitmap;
use std::sync::Arc;

const MANUAL: &str = "Moves every user of the set to a pool: preflight, move, read back, record.

        Options: `parallel` (how many at once, 1 to 1000, default 16), `max_failures` (a count, or a
        percentage such as `\"2%\"` of those who have to move, default 0), `retries` (default 3), `within`
        (a window such as `\"Sat 22:00-06:00 Asia/Seoul\"`). Nobody new is started once there are more
        failures than `max_failures`. Moving again is harmless: who is there is left alone. A pool of the
        legacy side may be the target too.

        legacy.users.move_to(lync).moved.len  //=> 4
        legacy.users.move_to(lync, #{ parallel: 32, max_failures: \"2%\" }).failed.len  //=> 1
        legacy.users.move_to(lync, #{ max_failure: 1 })      //! did you mean `max_failures`?
        legacy.users.move_to(lync, #{ max_failures: 0.5 })   //! a count such as `3`, or a percentage such as `\"2%\"`
        legacy.users.move_to(lync, #{ parallel: 0 })         //! it goes from 1 to 1000
        legacy.users.move_to(\"lyncpool01.contoso.com\")       //! topology.pool(\"lyncpool01.contoso.com\")";

pub(super) fn register(api: &mut Api<'_>) {
    users(api);
    applications(api);
}

fn users(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.add(
        EffectClass::Effect,
        "UserSet.move_to(pool: Pool, options?: #{ parallel, max_failures, retries, within }) -> MoveReport",
        MANUAL,
        move |ctx: NativeCallContext, set: UserSet, pool: PoolValue| {
            move_users(&core, &ctx, &set, &pool, Map::new())
        },
    );
    let core = Arc::clone(api.core);
    api.also(move |ctx: NativeCallContext, set: UserSet, pool: PoolValue, options: Map| {
        move_users(&core, &ctx, &set, &pool, options)
    });
    let core = Arc::clone(api.core);
    api.also(move |ctx: NativeCallContext, _: UserSet, pool: Dynamic| {
        Err::<MoveReport, _>(no_pool(&core, &ctx, &pool))
    });
    let core = Arc::clone(api.core);
    api.also(move |ctx: NativeCallContext, _: UserSet, pool: Dynamic, options: Dynamic| {
        Err::<MoveReport, _>(no_options(&core, &ctx, &pool, &options))
    });
}

fn applications(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.add(
        EffectClass::Effect,
        "ApplicationSet.move_to(pool: Pool, options?: #{ parallel, max_failures, retries, within }) -> MoveReport",
        "Moves every application of the set to a pool, as users are moved. An empty set moves nothing, and
        its report passes.

        The response groups of a legacy pool move together or not at all: the product knows no selection.

        legacy.applications.move_to(lync).moved.len       //=> 3
        legacy.applications.move_to(lync).undo().moved    //=> 3 applications
        legacy.applications.move_to(lync, #{ paralel: 1 })  //! did you mean `parallel`?",
        move |ctx: NativeCallContext, set: ApplicationSet, pool: PoolValue| {
            move_set(&core, &ctx, &set, &pool, Map::new())
        },
    );
    let core = Arc::clone(api.core);
    api.also(move |ctx: NativeCallContext, set: ApplicationSet, pool: PoolValue, options: Map| {
        move_set(&core, &ctx, &set, &pool, options)
    });
    let core = Arc::clone(api.core);
    api.also(move |ctx: NativeCallContext, _: ApplicationSet, pool: Dynamic| {
        Err::<MoveReport, _>(no_pool(&core, &ctx, &pool))
    });
    let core = Arc::clone(api.core);
    api.also(move |ctx: NativeCallContext, _: ApplicationSet, pool: Dynamic, options: Dynamic| {
        Err::<MoveReport, _>(no_options(&core, &ctx, &pool, &options))
    });
    let core = Arc::clone(api.core);
    api.add(
        EffectClass::Effect,
        "Application.move_to(pool: Pool, options?: #{ parallel, max_failures, retries, within }) -> MoveReport",
        "Moves one application to a pool.

        topology.application(\"conference_directory:2\").move_to(legacy).moved.len  //=> 1",
        move |ctx: NativeCallContext, app: ApplicationValue, pool: PoolValue| {
            move_set(&core, &ctx, &alone(&app), &pool, Map::new())
        },
    );
    let core = Arc::clone(api.core);
    api.also(
        move |ctx: NativeCallContext, app: ApplicationValue, pool: PoolValue, options: Map| {
            move_set(&core, &ctx, &alone(&app), &pool, options)
        },
    );
    let core = Arc::clone(api.core);
    api.also(move |ctx: NativeCallContext, _: ApplicationValue, pool: Dynamic| {
        Err::<MoveReport, _>(no_pool(&core, &ctx, &pool))
    });
}

fn alone(app: &ApplicationValue) -> ApplicationSet {
    ApplicationSet::of(&app.view, std::iter::once(app.id).collect())
}

fn move_set(
    core: &Core,
    ctx: &NativeCallContext,
    set: &ApplicationSet,
    pool: &PoolValue,
    options: Map,
) -> Result<MoveReport, Fault> {
    let how = How::read(core, ctx, options)?;
    if set.bits.is_empty() {
        return Ok(MoveReport::empty(&set.view, pool.fqdn(), Movable::Applications));
    }
    move_rows(core, ctx, &set.view, &set.bits, Movable::Applications, pool, how)
}

/// Refuses a target that is no pool.
fn no_pool(core: &Core, ctx: &NativeCallContext, got: &Dynamic) -> Fault {
    let help = got.as_immutable_string_ref().map_or_else(
        |_| "look it up once: `let lync = topology.pool(\"lyncpool01.contoso.com\");`".to_owned(),
        |fqdn| format!("look it up: `topology.pool(\"{}\")`", &*fqdn),
    );
    errors::wrong_type(core, ctx, "move_to", "a Pool", got, help)
}

/// Refuses whichever of the two arguments is wrong.
fn no_options(core: &Core, ctx: &NativeCallContext, pool: &Dynamic, options: &Dynamic) -> Fault {
    if pool.is::<PoolValue>() {
        let help = "write for example `#{ parallel: 32, max_failures: \"2%\" }`";
        errors::wrong_type(core, ctx, "move_to", "a map of options", options, help)
    } else {
        no_pool(core, ctx, pool)
    }
}

/// The options of a move.
struct How {
    parallel: usize,
    max_failures: Budget,
    retries: u32,
    within: Option<String>,
}

impl How {
    fn read(core: &Core, ctx: &NativeCallContext, options: Map) -> Result<Self, Fault> {
        let mut options = Options::new(core, ctx, "move_to", options);
        let parallel = options.number("parallel", 1, 1000, 16)?;
        let max_failures = budget(&mut options)?;
        let retries = options.number("retries", 0, 100, 3)?;
        let within =
            options.text("within", "write for example `\"Sat 22:00-06:00 Asia/Seoul\"`")?;
        options.finish()?;
        Ok(Self {
            parallel: usize::try_from(parallel).unwrap_or(1),
            max_failures,
            retries: u32::try_from(retries).unwrap_or(0),
            within,
        })
    }
}

fn move_users(
    core: &Core,
    ctx: &NativeCallContext,
    set: &UserSet,
    pool: &PoolValue,
    options: Map,
) -> Result<MoveReport, Fault> {
    let how = How::read(core, ctx, options)?;
    move_rows(core, ctx, &set.view, &set.bits, Movable::Users, pool, how)
}

/// Asks the run to move rows that are all users or all applications.
fn move_rows(
    core: &Core,
    ctx: &NativeCallContext,
    view: &View,
    rows: &RoaringBitmap,
    movable: Movable,
    pool: &PoolValue,
    how: How,
) -> Result<MoveReport, Fault> {
    let call = MoveCall {
        users: rows.clone(),
        users_sha: set::identity(&view.topology().users, rows),
        to: pool.fqdn(),
        parallel: how.parallel,
        max_failures: how.max_failures,
        retries: how.retries,
        within: how.within,
        movable,
    };
    match core.effect(ctx, Effect::Move(call))? {
        Outcome::Moved(outcome) => Ok(MoveReport::new(view, outcome)),
        other => Err(super::unfit(core, ctx, &other)),
    }
}

fn budget(options: &mut Options<'_>) -> Result<Budget, Fault> {
    const HELP: &str = "write a count such as `3`, or a percentage such as `\"2%\"`";
    let value = options.take("max_failures");
    if value.is_unit() {
        return Ok(Budget::Count(0));
    }
    if let Ok(count) = value.as_int() {
        return match u64::try_from(count) {
            Ok(count) => Ok(Budget::Count(count)),
            Err(_) => Err(options
                .refuse(format!("`max_failures` is {count}: nobody fails less than never"), HELP)),
        };
    }
    let Ok(written) = value.as_immutable_string_ref() else {
        return Err(options.wrong("max_failures", "a count or a percentage", &value, HELP));
    };
    let percent = written.trim().strip_suffix('%').and_then(|n| n.trim().parse::<f64>().ok());
    match percent {
        Some(percent) if (0.0..=100.0).contains(&percent) => Ok(Budget::Percent(percent)),
        Some(_) => Err(options.refuse(
            format!("`max_failures` is \"{}\"; a percentage goes from 0 to 100", &*written),
            HELP,
        )),
        None => Err(options.refuse(format!("`max_failures` is \"{}\"", &*written), HELP)),
    }
}
