//! The values behind sites, pools, servers and services.
//!
//! A value is a row of the snapshot in force and reads it anew each time, so it is never older than the
//! run. Who lives where is asked of the homes of this moment.

use super::table::Value;
use super::user_set::{Home, UserSet};
use crate::topology::{Pool, PoolId, Route, RouteFrom, Server, Service, Site, Topology, View};
use rhai::{Array, Dynamic, ImmutableString};
use roaring::RoaringBitmap;
use std::fmt;

/// A row of one of the topology's lists.
macro_rules! row_value {
    ($(#[$doc:meta])* $name:ident, $id:ty, $row:ty, $list:ident, $word:literal, $key:ident, $compare:literal) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name {
            pub(super) view: View,
            pub(super) id: $id,
        }

        impl $name {
            /// Reads the row; `None` only for a row of another topology.
            pub(super) fn read<R>(&self, f: impl FnOnce(&Topology, &$row) -> R) -> Option<R> {
                let topology = self.view.topology();
                topology.$list.get(usize::from(self.id)).map(|row| f(&topology, row))
            }

            /// The name that identifies it.
            #[must_use]
            pub fn $key(&self) -> String {
                self.read(|_, row| row.$key.clone()).unwrap_or_default()
            }

            pub(super) fn text(&self, f: impl FnOnce(&Topology, &$row) -> ImmutableString) -> ImmutableString {
                self.read(f).unwrap_or_default()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.$key())
            }
        }

        impl Value for $name {
            const NAME: &'static str = $word;
            const COMPARE: &'static str = $compare;
            fn same(&self, other: &Self) -> Option<bool> {
                Some(self.id == other.id)
            }
        }
    };
}

row_value!(
    /// A site.
    SiteValue, usize, Site, sites, "Site", name,
    "compare with another site, or compare its `.name`: `site.name == \"Seoul\"`"
);
row_value!(
    /// A pool.
    PoolValue, PoolId, Pool, pools, "Pool", fqdn,
    "compare with another pool, or compare its `.fqdn`: `user.pool.fqdn == \"ocspool01.contoso.com\"`"
);
row_value!(
    /// A server.
    ServerValue, usize, Server, servers, "Server", fqdn,
    "compare with another server, or compare its `.fqdn`"
);
row_value!(
    /// A service of a pool.
    ServiceValue, usize, Service, services, "Service", name,
    "compare with another service, or compare its `.name`"
);

impl PoolValue {
    /// Everybody who lives there now.
    pub(super) fn users(&self) -> UserSet {
        let bits = self.view.homes().users_on(self.id);
        UserSet::of(&self.view, bits).read_from(Home::Pool(self.id))
    }

    pub(super) fn number(&self) -> usize {
        usize::from(self.id)
    }
}

impl SiteValue {
    /// The pools that stand there.
    pub(super) fn pools(&self) -> Vec<PoolValue> {
        pools_where(&self.view, |pool| pool.site == self.id)
    }

    /// Everybody who lives on one of them now.
    pub(super) fn users(&self) -> UserSet {
        let pools = self.pools();
        let homes = self.view.homes();
        let on = pools.iter().map(|pool| homes.users_on(pool.id));
        let bits = on.fold(RoaringBitmap::new(), |all, some| all | some);
        UserSet::of(&self.view, bits).read_from(Home::Site(self.id))
    }
}

/// A way that traffic takes.
#[derive(Clone)]
pub struct RouteValue {
    pub(super) view: View,
    pub(super) id: usize,
}

impl RouteValue {
    /// Reads the row; `None` only for a row of another topology.
    pub(super) fn read<R>(&self, f: impl FnOnce(&Topology, &Route) -> R) -> Option<R> {
        let topology = self.view.topology();
        topology.routes.get(self.id).map(|row| f(&topology, row))
    }

    pub(super) fn text(
        &self,
        f: impl FnOnce(&Topology, &Route) -> ImmutableString,
    ) -> ImmutableString {
        self.read(f).unwrap_or_default()
    }

    /// The name of the site or pool where it begins.
    pub(super) fn from(&self) -> ImmutableString {
        self.text(|topology, row| {
            let name = match row.from {
                RouteFrom::Site(site) => topology.sites.get(site).map(|site| &site.name),
                RouteFrom::Pool(pool) => topology.pools.get(pool).map(|pool| &pool.fqdn),
            };
            name.map(|name| name.as_str().into()).unwrap_or_default()
        })
    }
}

impl fmt::Display for RouteValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let to = |topology: &Topology, row: &Route| {
            let pool = topology.pools.get(row.to).map_or("", |pool| pool.fqdn.as_str());
            format!("{} of {} through {pool}", row.kind.word(), self.from())
        };
        f.write_str(&self.read(to).unwrap_or_default())
    }
}

impl Value for RouteValue {
    const NAME: &'static str = "Route";
    const COMPARE: &'static str =
        "compare with another route, or compare its `.to`: `route.to == edge`";
    fn same(&self, other: &Self) -> Option<bool> {
        Some(self.id == other.id)
    }
}

pub(super) fn pools_where(view: &View, wanted: impl Fn(&Pool) -> bool) -> Vec<PoolValue> {
    let topology = view.topology();
    let found = topology.pools.iter().enumerate().filter(|(_, pool)| wanted(pool));
    found
        .filter_map(|(index, _)| PoolId::try_from(index).ok())
        .map(|id| PoolValue { view: view.clone(), id })
        .collect()
}

pub(super) fn array<T: Clone + Send + Sync + 'static>(
    values: impl IntoIterator<Item = T>,
) -> Array {
    values.into_iter().map(Dynamic::from).collect()
}

pub(super) fn servers(view: &View, wanted: impl Fn(&Server) -> bool) -> Array {
    let topology = view.topology();
    let found = topology.servers.iter().enumerate().filter(|(_, server)| wanted(server));
    array(found.map(|(id, _)| ServerValue { view: view.clone(), id }))
}

pub(super) fn services(view: &View, wanted: impl Fn(&Service) -> bool) -> Array {
    let topology = view.topology();
    let found = topology.services.iter().enumerate().filter(|(_, service)| wanted(service));
    array(found.map(|(id, _)| ServiceValue { view: view.clone(), id }))
}

pub(super) fn routes(view: &View) -> Array {
    let number = view.topology().routes.len();
    array((0..number).map(|id| RouteValue { view: view.clone(), id }))
}

/// The pool, or `()` for what is on none.
pub(super) fn pool_or_none(view: &View, index: Option<usize>) -> Dynamic {
    index.map_or(Dynamic::UNIT, |index| pool_at(view, index))
}

pub(super) fn pool_at(view: &View, index: usize) -> Dynamic {
    PoolId::try_from(index)
        .map_or(Dynamic::UNIT, |id| Dynamic::from(PoolValue { view: view.clone(), id }))
}
