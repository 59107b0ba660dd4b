//! What else lives on a pool: response groups, conference directories and the like.
//!
//! No inventory lists applications yet, so every set of them is empty, and moving it moves nothing.

use super::moves::{How, no_options, no_pool};
use super::places::PoolValue;
use super::primitive::EffectClass;
use super::report::MoveReport;
use super::table::{Api, Value};
use super::topology::TopologyValue;
use crate::topology::View;
use rhai::{Dynamic, Map, NativeCallContext};
use std::fmt;
use std::sync::Arc;

/// Applications of a pool or of the whole topology.
#[derive(Clone)]
pub struct ApplicationSet(View);

impl fmt::Display for ApplicationSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("0 applications")
    }
}

impl Value for ApplicationSet {
    const NAME: &'static str = "ApplicationSet";
    const COMPARE: &'static str = "compare its `.len`: `applications.len == 0`";
    fn same(&self, _other: &Self) -> Option<bool> {
        Some(true)
    }
}

impl IntoIterator for ApplicationSet {
    type Item = Dynamic;
    type IntoIter = std::iter::Empty<Dynamic>;

    fn into_iter(self) -> Self::IntoIter {
        std::iter::empty()
    }
}

pub(super) fn register(api: &mut Api<'_>) {
    api.value::<ApplicationSet>();
    api.strict::<ApplicationSet>();
    api.iterable::<ApplicationSet>();
    api.pure(
        "Topology.applications: ApplicationSet",
        "Everything but users that lives on a pool and can move.

        topology.applications.len  //=> 0",
        |topology: &mut TopologyValue| ApplicationSet(topology.0.clone()),
    )
    .pure(
        "Pool.applications: ApplicationSet",
        "Everything but users that lives on the pool and can move.

        legacy.applications.is_empty  //=> true",
        |pool: &mut PoolValue| ApplicationSet(pool.view.clone()),
    )
    .pure(
        "ApplicationSet.len: int",
        "How many applications there are.

        legacy.applications.len  //=> 0",
        |_: &mut ApplicationSet| 0_i64,
    )
    .pure(
        "ApplicationSet.is_empty: bool",
        "True if there are none.

        legacy.applications.is_empty  //=> true",
        |_: &mut ApplicationSet| true,
    );
    api.plain("len", |_: ApplicationSet| 0_i64);
    api.plain("is_empty", |_: ApplicationSet| true);
    move_to(api);
}

fn move_to(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.add(
        EffectClass::Effect,
        "ApplicationSet.move_to(pool: Pool, options?: #{ parallel, max_failures, retries, within }) -> MoveReport",
        "Moves every application of the set to a pool. An empty set moves nothing, and its report passes.

        legacy.applications.move_to(lync).passed          //=> true
        legacy.applications.move_to(lync, #{ paralel: 1 })  //! did you mean `parallel`?",
        |set: ApplicationSet, pool: PoolValue| MoveReport::empty(&set.0, pool.fqdn()),
    );
    api.also(move |ctx: NativeCallContext, set: ApplicationSet, pool: PoolValue, options: Map| {
        How::read(&core, &ctx, options)?;
        Ok::<_, super::Fault>(MoveReport::empty(&set.0, pool.fqdn()))
    });
    let core = Arc::clone(api.core);
    api.also(move |ctx: NativeCallContext, _: ApplicationSet, pool: Dynamic| {
        Err::<MoveReport, _>(no_pool(&core, &ctx, &pool))
    });
    let core = Arc::clone(api.core);
    api.also(move |ctx: NativeCallContext, _: ApplicationSet, pool: Dynamic, options: Dynamic| {
        Err::<MoveReport, _>(no_options(&core, &ctx, &pool, &options))
    });
}
