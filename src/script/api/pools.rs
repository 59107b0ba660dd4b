//! What scripts ask of sites, pools, servers and services.

use super::applications::ApplicationSet;
use super::errors::argument;
use super::places::{
    PoolValue, RouteValue, ServerValue, ServiceValue, SiteValue, array, pool_at, pool_or_none,
    routes, servers, services,
};
use super::primitive::EffectClass;
use super::table::Api;
use super::topology::TopologyValue;
use crate::journal::Effect;
use crate::topology::Generation;
use rhai::{Array, NativeCallContext};
use std::sync::Arc;

pub(super) fn register(api: &mut Api<'_>) {
    api.value::<SiteValue>();
    api.strict::<SiteValue>();
    api.value::<PoolValue>();
    api.strict::<PoolValue>();
    api.value::<ServerValue>();
    api.strict::<ServerValue>();
    api.value::<ServiceValue>();
    api.strict::<ServiceValue>();
    api.value::<RouteValue>();
    api.strict::<RouteValue>();
    site(api);
    pool(api);
    retire(api);
    server(api);
    service(api);
    route(api);
}

fn site(api: &mut Api<'_>) {
    api.pure(
        "Site.name: string",
        "The site's name.

        topology.sites[0].name  //=> \"Seoul\"",
        |site: &mut SiteValue| site.text(|_, row| row.name.as_str().into()),
    )
    .pure(
        "Site.kind: string",
        "`central` or `branch`.

        topology.site(\"Busan\").kind  //=> \"branch\"",
        |site: &mut SiteValue| site.text(|_, row| row.kind.as_str().into()),
    )
    .pure(
        "Site.pools: array of Pool",
        "The pools that stand there.

        topology.site(\"Busan\").pools  //=> [lyncpool01.contoso.com]",
        |site: &mut SiteValue| array(site.pools()),
    )
    .pure(
        "Site.users: UserSet",
        "Everybody who lives on a pool of the site now.

        topology.site(\"Seoul\").users.len  //=> 5",
        |site: &mut SiteValue| site.users(),
    );
}

fn pool(api: &mut Api<'_>) {
    api.pure(
        "Pool.fqdn: string",
        "The pool's fully qualified name.

        legacy.fqdn  //=> \"ocspool01.contoso.com\"",
        |pool: &mut PoolValue| pool.text(|_, row| row.fqdn.as_str().into()),
    )
    .pure(
        "Pool.site: Site",
        "The site where the pool stands.

        lync.site  //=> Busan",
        |pool: &mut PoolValue| {
            let id = pool.read(|_, row| row.site).unwrap_or(usize::MAX);
            SiteValue { view: pool.view.clone(), id }
        },
    )
    .pure(
        "Pool.product: string",
        "The product that runs there.

        legacy.product  //=> \"OCS 2007 R2\"",
        |pool: &mut PoolValue| pool.text(|_, row| row.product.as_str().into()),
    )
    .pure(
        "Pool.generation: string",
        "`legacy` for the side that is left, `current` for the side that is moved to.

        lync.generation  //=> \"current\"",
        |pool: &mut PoolValue| pool.text(|_, row| row.generation.word().into()),
    )
    .pure(
        "Pool.role: string",
        "What the pool does: `front end`, `director`, `edge`, `mediation`, ...

        lync.role  //=> \"front end\"",
        |pool: &mut PoolValue| pool.text(|_, row| row.role.as_str().into()),
    )
    .pure(
        "Pool.cluster: string",
        "The number by which the directory names the pool: site and cluster of the topology document.

        Empty if the document does not say, as for pools of the old product.

        lync.cluster    //=> \"1:1\"
        legacy.cluster  //=> \"\"",
        |pool: &mut PoolValue| {
            pool.text(|_, row| row.cluster.as_deref().unwrap_or_default().into())
        },
    )
    .pure(
        "Pool.central_management: bool",
        "True if the topology document marks the Central Management Store as active there.

        lync.central_management  //=> true",
        |pool: &mut PoolValue| {
            pool.read(|_, row| row.central_management).unwrap_or_default()
        },
    )
    .pure(
        "Pool.servers: array of Server",
        "The servers of the pool.

        lync.servers  //=> [lync01.contoso.com]",
        |pool: &mut PoolValue| servers(&pool.view, |server| server.pool == Some(pool.number())),
    )
    .pure(
        "Pool.services: array of Service",
        "The services that the pool offers.

        lync.services  //=> [Front End, Mediation]",
        |pool: &mut PoolValue| services(&pool.view, |service| service.pool == Some(pool.number())),
    )
    .pure(
        "Pool.users: UserSet",
        "Everybody who lives there now. After a move, those who left are no longer among them.

        legacy.users.len  //=> 5",
        |pool: &mut PoolValue| pool.users(),
    )
    .pure(
        "Pool.is_empty: bool",
        "True if nobody and nothing lives there any more.

        legacy.is_empty  //=> false",
        |pool: &mut PoolValue| {
            let homes = pool.view.homes();
            homes.users_on(pool.id).is_empty() && homes.applications_on(pool.id).is_empty()
        },
    )
    .pure(
        "Pool.remaining() -> array",
        "All that still lives there: users, then applications.

        lync.remaining()  //=> [eve@contoso.com, conference_directory:2]",
        |pool: PoolValue| -> Array {
            let applications = pool.view.homes().applications_on(pool.id);
            let mut all = array(pool.users());
            all.extend(array(ApplicationSet::of(&pool.view, applications)));
            all
        },
    );
}

fn retire(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.add(
        EffectClass::Effect,
        "Pool.retire()",
        "Takes the pool out of service. Refuses, listing all that remains, unless nobody and nothing lives there.

        A pool of the current side is never retired.

        lync.retire()  //! only a legacy pool can be retired",
        move |ctx: NativeCallContext, pool: PoolValue| {
            let fqdn = pool.fqdn();
            let legacy = pool.read(|_, row| row.generation == Generation::Legacy);
            if legacy != Some(true) {
                let message = format!("`{fqdn}` is of the current side: only a legacy pool can be retired");
                return Err(argument(&core, &ctx, message, "retire the pool that the users have left"));
            }
            core.effect(&ctx, Effect::Retire { pool: fqdn }).map(|_| ())
        },
    );
}

fn server(api: &mut Api<'_>) {
    api.pure(
        "Server.fqdn: string",
        "The machine's fully qualified name.

        lync.servers[0].fqdn  //=> \"lync01.contoso.com\"",
        |server: &mut ServerValue| server.text(|_, row| row.fqdn.as_str().into()),
    )
    .pure(
        "Server.pool: Pool",
        "The pool that it belongs to; `()` for a database or a file share, which is no part of a pool.

        lync.servers[0].pool == lync  //=> true",
        |server: &mut ServerValue| {
            pool_or_none(&server.view, server.read(|_, row| row.pool).flatten())
        },
    )
    .pure(
        "Server.role: string",
        "The role of its pool, or else `database`, `file store`, ...

        lync.servers[0].role  //=> \"front end\"",
        |server: &mut ServerValue| server.text(|_, row| row.role.as_str().into()),
    );
}

fn service(api: &mut Api<'_>) {
    api.pure(
        "Service.name: string",
        "The service's name, unique in its pool.

        lync.services[0].name  //=> \"Front End\"",
        |service: &mut ServiceValue| service.text(|_, row| row.name.as_str().into()),
    )
    .pure(
        "Service.role: string",
        "What kind of service it is: `RoleName` of a topology document, which is its name there.

        lync.services[1].role  //=> \"Mediation\"",
        |service: &mut ServiceValue| service.text(|_, row| row.name.as_str().into()),
    )
    .pure(
        "Service.fqdn: string",
        "Who offers it: the name of its pool, or of the machine if that belongs to none.

        lync.services[0].fqdn  //=> \"lyncpool01.contoso.com\"",
        |service: &mut ServiceValue| service.text(|_, row| row.fqdn.as_str().into()),
    )
    .pure(
        "Service.pool: Pool",
        "The pool that offers it; `()` for a service of a database or file share.

        lync.services[0].pool  //=> lyncpool01.contoso.com",
        |service: &mut ServiceValue| {
            pool_or_none(&service.view, service.read(|_, row| row.pool).flatten())
        },
    )
    .pure(
        "Service.ports: array of int",
        "The ports that it listens on.

        lync.services[0].ports  //=> [5061, 443]",
        |service: &mut ServiceValue| -> Array {
            service
                .read(|_, row| row.ports.iter().map(|port| i64::from(*port).into()).collect())
                .unwrap_or_default()
        },
    )
    .pure(
        "Service.depends_on: array of string",
        "The services that it needs, as `fqdn/name`.

        lync.services[1].depends_on  //=> [\"lyncpool01.contoso.com/Front End\"]",
        |service: &mut ServiceValue| -> Array {
            service
                .read(|_, row| row.depends_on.iter().map(|need| need.as_str().into()).collect())
                .unwrap_or_default()
        },
    );
}

fn route(api: &mut Api<'_>) {
    api.pure(
        "Topology.routes: array of Route",
        "The ways that traffic takes out of the organisation, as the topology document has them.

        During coexistence they lead over the legacy side until they are switched.

        topology.routes.len  //=> 2
        topology.routes.all(|route| route.to.generation == \"legacy\")  //=> true",
        |topology: &mut TopologyValue| routes(&topology.0),
    )
    .pure(
        "Route.kind: string",
        "`federation` for partner organisations, `media` for audio and video of users outside.

        topology.routes.map(|route| route.kind)  //=> [\"federation\", \"media\"]",
        |route: &mut RouteValue| route.text(|_, row| row.kind.word().into()),
    )
    .pure(
        "Route.from: string",
        "Whose traffic it is: the name of a site, or of a pool.

        topology.routes.map(|route| route.from)  //=> [\"Busan\", \"lyncpool01.contoso.com\"]",
        |route: &mut RouteValue| route.from(),
    )
    .pure(
        "Route.to: Pool",
        "The pool that it goes through: an Edge, or the director before it.

        topology.routes[0].to  //=> ocspool01.contoso.com",
        |route: &mut RouteValue| {
            pool_at(&route.view, route.read(|_, row| row.to).unwrap_or(usize::MAX))
        },
    );
}
