//! The routes of `topology.toml`: `[[route]]` with `kind`, `from` (a site or a pool) and `to` (a pool).

use super::topology::one_of;
use crate::config::document::{Faults, Keys};
use crate::diagnostic::{Finding, codes};
use crate::text;
use crate::topology::{Route, RouteFrom, RouteKind, Topology};
use std::ops::Range;

/// Reads the routes, once all sites and pools are known.
pub(super) fn read(top: &Keys<'_>, topology: &mut Topology, faults: &mut Faults) {
    for keys in top.tables("route", "route", faults) {
        keys.only(&["kind", "from", "to"], faults);
        keys.needs("kind", "kind = \"federation\"", faults);
        keys.needs("from", "from = \"Seoul\"", faults);
        keys.needs("to", "to = \"lyncedge01.contoso.com\"", faults);
        let kind = keys.text("kind", faults).and_then(|(word, span)| {
            let words = RouteKind::ALL.map(RouteKind::word);
            one_of("kind", word, span, &words, faults);
            RouteKind::ALL.into_iter().find(|kind| kind.word() == word)
        });
        let from = keys.text("from", faults).and_then(|(name, span)| {
            let found = begin(name, topology);
            if found.is_none() {
                unknown("site or pool", name, span, topology, faults);
            }
            found
        });
        let to = keys.text("to", faults).and_then(|(name, span)| {
            let found = topology.pool(name);
            if found.is_none() {
                unknown("pool", name, span, topology, faults);
            }
            found
        });
        if let (Some(kind), Some(from), Some(to)) = (kind, from, to) {
            topology.routes.push(Route { kind, from, to: usize::from(to) });
        }
    }
    topology.routes.sort_unstable();
    topology.routes.dedup();
}

fn begin(name: &str, topology: &Topology) -> Option<RouteFrom> {
    let site = topology.site(name).map(RouteFrom::Site);
    site.or_else(|| topology.pool(name).map(|pool| RouteFrom::Pool(usize::from(pool))))
}

fn unknown(what: &str, name: &str, span: Range<usize>, topology: &Topology, faults: &mut Faults) {
    let site = || topology.near_site(name).filter(|_| what != "pool");
    let near = topology.near_pool(name).or_else(site);
    let pools: Vec<&str> = topology.pools.iter().map(|pool| pool.fqdn.as_str()).collect();
    let help = near.map_or_else(
        || format!("the pools are {}", text::list(&pools, 8)),
        |near| format!("did you mean `{near}`?"),
    );
    let message = format!("there is no {what} `{name}`");
    let finding = Finding::error(codes::TOPOLOGY_REFERENCE, message);
    faults.push(finding.at(&faults.source, span, "named here").help(help));
}
