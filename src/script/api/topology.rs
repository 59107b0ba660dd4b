//! `topology`: the global through which scripts reach the facts, and the two readings of them.

use super::errors::{self, refuse};
use super::places::{PoolValue, SiteValue, array, pools_where, servers, services};
use super::primitive::EffectClass;
use super::table::{Api, Value};
use super::user::UserValue;
use super::user_set::{Home, UserSet};
use crate::diagnostic::codes;
use crate::journal::{Effect, Outcome};
use crate::script::core::Core;
use crate::script::fault::Fault;
use crate::text;
use crate::topology::View;
use rhai::{Array, Dynamic, NativeCallContext};
use std::fmt;
use std::sync::Arc;

/// The global `topology`.
#[derive(Clone)]
pub(super) struct TopologyValue(pub(super) View);

impl fmt::Display for TopologyValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "topology of {}", self.0.topology().organisation)
    }
}

impl Value for TopologyValue {
    const NAME: &'static str = "Topology";
    const COMPARE: &'static str = "there is one topology; compare its pools, sites or users";
    fn same(&self, _other: &Self) -> Option<bool> {
        None
    }
}

pub(super) fn register(api: &mut Api<'_>) {
    api.value::<TopologyValue>();
    api.strict::<TopologyValue>();
    topology(api);
    finders(api);
    readings(api);
}

fn topology(api: &mut Api<'_>) {
    api.constant(
        "topology: Topology",
        "What the inventory says exists. A global that every function can read.

        topology.pools.len  //=> 2",
    );
    api.pure(
        "Topology.sites: array of Site",
        "All sites, in the order of the topology document.

        topology.sites  //=> [Seoul, Busan]",
        |topology: &mut TopologyValue| {
            let view = &topology.0;
            let number = view.topology().sites.len();
            array((0..number).map(|id| SiteValue { view: view.clone(), id }))
        },
    )
    .pure(
        "Topology.pools: array of Pool",
        "All pools, in the order of the topology document.

        topology.pools  //=> [ocspool01.contoso.com, lyncpool01.contoso.com]",
        |topology: &mut TopologyValue| array(pools_where(&topology.0, |_| true)),
    )
    .pure(
        "Topology.servers: array of Server",
        "All servers.

        topology.servers.map(|server| server.fqdn)  //=> [\"ocs01.contoso.com\", \"lync01.contoso.com\"]",
        |topology: &mut TopologyValue| servers(&topology.0, |_| true),
    )
    .pure(
        "Topology.services: array of Service",
        "All services.

        topology.services.len  //=> 3",
        |topology: &mut TopologyValue| services(&topology.0, |_| true),
    )
    .pure(
        "Topology.users: UserSet",
        "Everybody in the inventory, wherever they live.

        topology.users.len  //=> 6",
        |topology: &mut TopologyValue| {
            UserSet::of(&topology.0, topology.0.topology().users.all())
                .read_from(Home::Everywhere)
        },
    );
}

fn finders(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "Topology.site(name: string) -> Site",
        "The site with that name, in any case.

        topology.site(\"seoul\").name  //=> \"Seoul\"
        topology.site(\"Soeul\")       //! did you mean `Seoul`?",
        move |ctx: NativeCallContext, topology: TopologyValue, name: &str| {
            let facts = topology.0.topology();
            let found = facts.sites.iter().position(|site| text_equal(&site.name, name));
            found.map(|id| SiteValue { view: topology.0.clone(), id }).ok_or_else(|| {
                let message = format!("`{}` has no site `{name}`", facts.organisation);
                let names = facts.sites.iter().map(|site| site.name.as_str());
                errors::unknown_name(&core, &ctx, codes::UNKNOWN_SITE, message, name, names)
            })
        },
    );
    let core = Arc::clone(api.core);
    api.pure(
        "Topology.pool(fqdn: string) -> Pool",
        "The pool with that name, in any case.

        topology.pool(\"OCSPool01.contoso.com\").generation  //=> \"legacy\"
        topology.pool(\"ocspol01.contoso.com\")              //! did you mean `ocspool01.contoso.com`?
        topology.pool(\"ocspool01\")                         //! did you mean `ocspool01.contoso.com`?",
        move |ctx: NativeCallContext, topology: TopologyValue, fqdn: &str| {
            let facts = topology.0.topology();
            facts.pool(fqdn).map(|id| PoolValue { view: topology.0.clone(), id }).ok_or_else(|| {
                let message = format!("`{}` has no pool `{fqdn}`", facts.organisation);
                if let Some(near) = facts.near_pool(fqdn) {
                    let help = format!("did you mean `{near}`?");
                    return refuse(&core, &ctx, codes::UNKNOWN_POOL, message, help);
                }
                let names = facts.pools.iter().map(|pool| pool.fqdn.as_str());
                errors::unknown_name(&core, &ctx, codes::UNKNOWN_POOL, message, fqdn, names)
            })
        },
    );
    let core = Arc::clone(api.core);
    api.pure(
        "Topology.user(address: string) -> User",
        "The user with that SIP address, with or without `sip:`, in any case.

        topology.user(\"sip:Ann@contoso.com\").title  //=> \"Engineer\"
        topology.user(\"anne@contoso.com\")           //! did you mean `ann@contoso.com`?",
        move |ctx: NativeCallContext, topology: TopologyValue, address: &str| {
            find_user(&core, &ctx, &topology.0, address)
        },
    );
}

fn find_user(
    core: &Core,
    ctx: &NativeCallContext,
    view: &View,
    address: &str,
) -> Result<UserValue, Fault> {
    let facts = view.topology();
    if let Some(id) = facts.users.find_user(address) {
        return Ok(UserValue { view: view.clone(), id });
    }
    let message = format!("`{}` has no user `{address}`", facts.organisation);
    let help = facts.users.near(address).map_or_else(
        || format!("the inventory has {}", text::count(facts.users.len(), "user")),
        |near| format!("did you mean `{near}`?"),
    );
    Err(refuse(core, ctx, codes::UNKNOWN_USER, message, help))
}

fn text_equal(one: &str, other: &str) -> bool {
    one == other || one.to_lowercase() == other.to_lowercase()
}

fn readings(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.add(
        EffectClass::Effect,
        "Topology.refresh() -> array of string",
        "Reads the inventory anew, records it, and lists who joined, left or changed.

        Sets that were made before keep their members; those who left end as skipped when they are moved.

        topology.refresh()  //=> [\"1 user joined: new@contoso.com\"]",
        move |ctx: NativeCallContext, _: TopologyValue| {
            changes(&core, &ctx, Effect::Refresh)
        },
    );
    let core = Arc::clone(api.core);
    api.add(
        EffectClass::Effect,
        "Topology.drift() -> array of string",
        "Asks the real systems what differs from the snapshot: one line per difference.

        topology.drift().is_empty()  //=> true",
        move |ctx: NativeCallContext, _: TopologyValue| changes(&core, &ctx, Effect::Drift),
    );
}

fn changes(core: &Core, ctx: &NativeCallContext, effect: Effect) -> Result<Array, Fault> {
    match core.effect(ctx, effect)? {
        Outcome::Changes(lines) => Ok(lines.into_iter().map(Dynamic::from).collect()),
        other => Err(super::unfit(core, ctx, &other)),
    }
}
