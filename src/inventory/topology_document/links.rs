//! Servers, services and routes of a topology whose pools are known.
//!
//! Services that need each other in a ring are no fault here, as they are in `topology.toml`: in public
//! documents a registrar needs its Edge and the Edge its registrar.

use super::draft::{ClusterDraft, Draft, dangling, find};
use super::element::Reader;
use super::page::short;
use super::pools::Cluster;
use super::roles::of_machine;
use crate::diagnostic::codes;
use crate::topology::{Route, RouteFrom, RouteKind, Server, Service, Topology};
use std::collections::{BTreeMap, BTreeSet};

/// A draft whose references to clusters are resolved.
pub(super) struct Resolved<'a, 'd> {
    pub(super) draft: &'a Draft<'d>,
    /// The clusters in the order of their sites.
    pub(super) order: Vec<usize>,
    /// What is known of each cluster.
    pub(super) clusters: Vec<Cluster<'a, 'd>>,
    /// The cluster of each service.
    pub(super) homes: Vec<Option<usize>>,
}

impl<'a, 'd> Resolved<'a, 'd> {
    fn in_order(&self) -> impl Iterator<Item = (&'a ClusterDraft<'d>, &Cluster<'a, 'd>)> {
        let both =
            |index: &usize| Some((self.draft.clusters.get(*index)?, self.clusters.get(*index)?));
        self.order.iter().filter_map(both)
    }

    fn pool_of(&self, service: usize) -> Option<usize> {
        self.clusters.get((*self.homes.get(service)?)?)?.pool
    }

    fn is_edge(&self, service: usize) -> bool {
        let service = self.draft.services.get(service);
        service.is_some_and(|of| of.role.text.eq_ignore_ascii_case("EdgeServer"))
    }

    /// The name by which others need a service.
    fn full_name(&self, service: usize) -> Option<String> {
        let cluster = self.draft.clusters.get((*self.homes.get(service)?)?)?;
        let role = self.draft.services.get(service)?.role.text;
        Some(format!("{}/{role}", cluster.fqdn.as_ref()?.text.to_ascii_lowercase()))
    }
}

/// Adds what hangs on the pools.
pub(super) fn add(resolved: &Resolved<'_, '_>, topology: &mut Topology, reader: &mut Reader<'_>) {
    servers(resolved, topology);
    services(resolved, topology, reader);
    routes(resolved, topology, reader);
}

fn servers(resolved: &Resolved<'_, '_>, topology: &mut Topology) {
    for (cluster, made) in resolved.in_order() {
        let role = made.pool.and_then(|pool| topology.pools.get(pool)).map_or_else(
            || {
                let roles = made.services.iter().map(|service| service.role.text);
                of_machine(roles, cluster.database).to_owned()
            },
            |pool| pool.role.clone(),
        );
        topology.servers.extend(cluster.machines.iter().map(|machine| Server {
            fqdn: machine.text.to_ascii_lowercase(),
            pool: made.pool,
            role: role.clone(),
        }));
    }
}

/// Services by name; several instances of a role on one cluster are one service.
fn services(resolved: &Resolved<'_, '_>, topology: &mut Topology, reader: &mut Reader<'_>) {
    let ids = &resolved.draft.service_ids;
    for (cluster, made) in resolved.in_order() {
        let fqdn = cluster.fqdn.as_ref().map_or("", |fqdn| fqdn.text).to_ascii_lowercase();
        let mut merged: BTreeMap<&str, (BTreeSet<u16>, BTreeSet<String>)> = BTreeMap::new();
        for service in &made.services {
            let (ports, needs) = merged.entry(service.role.text).or_default();
            ports.extend(&service.ports);
            for need in &service.needs {
                let Some(target) = find(ids, &need.id) else {
                    dangling("service", need, ids, reader);
                    continue;
                };
                needs.extend(resolved.full_name(target));
            }
            needs.remove(&format!("{fqdn}/{}", service.role.text));
        }
        topology.services.extend(merged.into_iter().map(|(name, (ports, needs))| Service {
            name: name.to_owned(),
            fqdn: fqdn.clone(),
            pool: made.pool,
            ports: ports.into_iter().collect(),
            depends_on: needs.into_iter().collect(),
        }));
    }
}

/// Media goes where a pool's services need an Edge; federation where its site says.
fn routes(resolved: &Resolved<'_, '_>, topology: &mut Topology, reader: &mut Reader<'_>) {
    let draft = resolved.draft;
    let ids = &draft.service_ids;
    let mut routes = BTreeSet::new();
    for (service, of) in draft.services.iter().enumerate() {
        if resolved.is_edge(service) {
            continue;
        }
        let Some(from) = resolved.pool_of(service) else { continue };
        let needs = of.needs.iter().filter_map(|need| find(ids, &need.id));
        let edges = needs.filter(|need| resolved.is_edge(*need));
        let pools = edges.filter_map(|edge| resolved.pool_of(edge)).filter(|to| *to != from);
        let from = RouteFrom::Pool(from);
        routes.extend(pools.map(|to| Route { kind: RouteKind::Media, from, to }));
    }
    for (site, of) in draft.sites.iter().enumerate() {
        let Some(route) = &of.federation else { continue };
        let Some(service) = find(ids, &route.id) else {
            dangling("service", route, ids, reader);
            continue;
        };
        // Where a service runs on nothing that is there, that was reported.
        if resolved.homes.get(service).copied().flatten().is_none() {
            continue;
        }
        if let Some(to) = resolved.pool_of(service) {
            let from = RouteFrom::Site(site);
            routes.insert(Route { kind: RouteKind::Federation, from, to });
            continue;
        }
        reader.error(codes::TOPOLOGY_REFERENCE, route.span.clone(), "", || {
            let message = format!("federation of `{}` goes through no pool", short(of.name.text));
            (message, "choose an Edge or a director as the site's federation route".to_owned())
        });
    }
    topology.routes = routes.into_iter().collect();
}
