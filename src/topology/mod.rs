//! The topology: what the inventory says exists, and where it lives.
//!
//! Facts only: sites, pools, servers, services and users as compact columns, sets of users as
//! bitmaps over their rows. It knows no files, no scripts, no clock and no real system.
//!
//! A [`Topology`] never changes after it is built. Where a user lives *now* follows the run and is kept
//! in [`Homes`].

mod applications;
mod builder;
mod columns;
mod cover;
mod further;
mod homes;
mod policies;
mod quota;
mod relations;
mod routes;
pub mod set;
#[cfg(test)]
mod set_tests;
mod ties;
#[cfg(test)]
mod ties_tests;
mod users;
#[cfg(test)]
mod users_tests;
mod view;
mod weight;

pub use applications::{ApplicationFacts, ApplicationKind, Movable, both_in_words, in_words};
pub use builder::{UserRow, UsersBuilder};
pub use columns::Index;
pub use cover::spread_over_all;
pub use further::{Cells, RowAt};
pub use homes::Homes;
pub use policies::is_policy;
pub use quota::split_quota;
pub use relations::with_dependents;
pub use routes::{Route, RouteFrom, RouteKind};
pub use ties::{Oversize, Tie, Ties, split_together};
pub use users::{Flag, ListColumn, Origin, TextColumn, Users, address_key};
pub use view::View;

use serde::{Deserialize, Serialize};

/// Row of a user or an application; stable for a run (a refresh appends rows, it never renumbers).
pub type UserId = u32;
/// Index into [`Topology::pools`].
pub type PoolId = u16;

/// One organisation's facts, as exported.
#[derive(Debug, Clone, Default)]
pub struct Topology {
    /// The organisation's name, for messages.
    pub organisation: String,
    /// Sites, in the order of the topology document.
    pub sites: Vec<Site>,
    /// Pools, in the order of the topology document.
    pub pools: Vec<Pool>,
    /// Servers, in the order of the topology document.
    pub servers: Vec<Server>,
    /// Services, in the order of the topology document.
    pub services: Vec<Service>,
    /// Ways that traffic takes through an Edge, federation first.
    pub routes: Vec<Route>,
    /// Users in the order of the user export, then applications.
    pub users: Users,
}

/// A place with pools.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Site {
    /// Its name, unique.
    pub name: String,
    /// `central` or `branch`.
    pub kind: String,
}

/// Whether a pool belongs to the product that is left or the one that is moved to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Generation {
    /// The product that is left.
    Legacy,
    /// The product that is moved to. The default, since only a legacy pool is ever retired.
    #[default]
    Current,
}

impl Generation {
    /// `legacy` or `current`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Legacy => "legacy",
            Self::Current => "current",
        }
    }
}

/// A set of identical servers that users live on, or that serves those who do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pool {
    /// Fully qualified name, unique, compared without case.
    pub fqdn: String,
    /// Index into [`Topology::sites`].
    pub site: usize,
    /// `OCS 2007 R2`, `Lync Server 2013`, ...
    pub product: String,
    /// Of which side.
    pub generation: Generation,
    /// `front end`, `director`, `edge`, ...
    pub role: String,
    /// `1:2`, as the directory names the pool in `HomeServer`; `None` if the document does not say.
    pub cluster: Option<String>,
    /// The Central Management Store is active here.
    pub central_management: bool,
}

/// A machine of a pool, or one that pools need: a database, a file share.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Server {
    /// Fully qualified name, unique.
    pub fqdn: String,
    /// Index into [`Topology::pools`]; `None` for a machine on which nobody can live.
    pub pool: Option<usize>,
    /// The role of its pool, or else `database`, `file store`, ...
    pub role: String,
}

/// A service that a pool or a machine offers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Service {
    /// Its name, unique where it runs: `Front End`, `Registrar`, ...
    pub name: String,
    /// Who offers it: the name of its pool, or of the machine if it is on no pool.
    pub fqdn: String,
    /// Index into [`Topology::pools`]; `None` for a service of a machine without a pool.
    pub pool: Option<usize>,
    /// Ports it listens on.
    pub ports: Vec<u16>,
    /// `fqdn/name` of services it needs.
    pub depends_on: Vec<String>,
}

impl Service {
    /// How other services name it: `fqdn/name`.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.fqdn, self.name)
    }
}

impl Topology {
    /// Returns the pool with that name, without regard to case.
    #[must_use]
    pub fn pool(&self, fqdn: &str) -> Option<PoolId> {
        let found = self.pools.iter().position(|pool| pool.fqdn.eq_ignore_ascii_case(fqdn))?;
        PoolId::try_from(found).ok()
    }

    /// Returns the pool of that cluster (`1:2`), as the directory names the homes of current users.
    #[must_use]
    pub fn pool_of_cluster(&self, cluster: &str) -> Option<PoolId> {
        let same = |id: &str| id.eq_ignore_ascii_case(cluster);
        let found = self.pools.iter().position(|pool| pool.cluster.as_deref().is_some_and(same))?;
        PoolId::try_from(found).ok()
    }

    /// The nearest name to a pool that is not there.
    #[must_use]
    pub fn near_pool(&self, fqdn: &str) -> Option<&str> {
        let names = || self.pools.iter().map(|pool| pool.fqdn.as_str());
        // A short host name means the pool that begins with it.
        let short = |name: &&str| first_label(name).eq_ignore_ascii_case(first_label(fqdn));
        if let Some(found) = names().find(short) {
            return Some(found);
        }
        if fqdn.contains('.') {
            return crate::text::near(fqdn, names());
        }
        let near = crate::text::near(fqdn, names().map(first_label))?;
        names().find(|name| first_label(name) == near)
    }

    /// Returns the index of the site with that name, without regard to case.
    #[must_use]
    pub fn site(&self, name: &str) -> Option<usize> {
        let lower = name.to_lowercase();
        self.sites.iter().position(|site| site.name.to_lowercase() == lower)
    }

    /// The nearest name to a site that is not there.
    #[must_use]
    pub fn near_site(&self, name: &str) -> Option<&str> {
        crate::text::near(name, self.sites.iter().map(|site| site.name.as_str()))
    }

    /// Returns the pool's name; empty for an id of another topology.
    #[must_use]
    pub fn pool_name(&self, id: PoolId) -> &str {
        self.pools.get(usize::from(id)).map_or("", |pool| pool.fqdn.as_str())
    }
}

/// `ocspool01` of `ocspool01.contoso.com`.
#[must_use]
pub fn first_label(fqdn: &str) -> &str {
    fqdn.split('.').next().unwrap_or(fqdn)
}
