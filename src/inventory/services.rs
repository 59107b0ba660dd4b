//! The services of `topology.toml`, and what they need.

use super::topology::twice;
use crate::config::document::{Faults, Keys};
use crate::diagnostic::{Finding, codes};
use crate::text;
use crate::topology::{Service, Topology};
use std::ops::Range;
use toml::de::DeValue;

/// A `depends_on` as written: of which service, what, where.
pub(super) struct Need {
    service: usize,
    target: String,
    span: Range<usize>,
}

/// Reads the services of a pool; what they need is linked when all pools are read.
pub(super) fn read(
    keys: &Keys<'_>,
    pool: usize,
    topology: &mut Topology,
    faults: &mut Faults,
) -> Vec<Need> {
    let mut needs = Vec::new();
    let mut places: Vec<(usize, Range<usize>)> = Vec::new();
    for keys in keys.tables("service", "pool.service", faults) {
        keys.only(&["name", "ports", "depends_on"], faults);
        keys.needs("name", "name = \"Front End\"", faults);
        let ports = ports(&keys, faults);
        let targets = keys.texts("depends_on", faults).map(|(list, _)| list).unwrap_or_default();
        let Some((name, span)) = keys.text("name", faults) else { continue };
        let same = |(service, _): &&(usize, Range<usize>)| {
            topology.services.get(*service).is_some_and(|other| same_name(&other.name, name))
        };
        if let Some((_, first)) = places.iter().find(same) {
            twice("service", name, span, Some(first), faults);
            continue;
        }
        let service = topology.services.len();
        places.push((service, span));
        topology.services.push(Service {
            name: name.to_owned(),
            pool,
            ports,
            depends_on: Vec::new(),
        });
        needs.extend(targets.into_iter().map(|(target, span)| Need {
            service,
            target: target.to_owned(),
            span,
        }));
    }
    needs
}

fn ports(keys: &Keys<'_>, faults: &mut Faults) -> Vec<u16> {
    let number = |value: &DeValue<'_>| {
        let number = value.as_integer()?;
        i64::from_str_radix(number.as_str(), number.radix()).ok()
    };
    let Some((list, _)) = keys.list("ports", "a whole number", faults, number) else {
        return Vec::new();
    };
    let mut ports = Vec::new();
    for (port, span) in list {
        match u16::try_from(port) {
            Ok(port) if port > 0 => ports.push(port),
            _ => faults.value(span, "", format!("{port} is no port"), "ports are 1 to 65535"),
        }
    }
    ports
}

/// Finds what each service needs: `name` on its own pool, or `pool fqdn/name`.
pub(super) fn link(needs: Vec<Need>, topology: &mut Topology, faults: &mut Faults) {
    let mut edges = Vec::new();
    for need in needs {
        let Some(target) = find(&need, topology) else {
            let names = (0..topology.services.len()).map(|service| full_name(topology, service));
            let names: Vec<String> = names.collect();
            let message = format!("there is no service `{}`", need.target);
            let finding = Finding::error(codes::TOPOLOGY_REFERENCE, message)
                .at(&faults.source, need.span.clone(), "named here")
                .help(near(&need, topology, &names));
            faults.push(finding);
            continue;
        };
        edges.push((need.service, target, need.span));
    }
    for (service, target, _) in &edges {
        let name = full_name(topology, *target);
        if let Some(service) = topology.services.get_mut(*service) {
            service.depends_on.push(name);
        }
    }
    ring(&edges, topology, faults);
}

fn find(need: &Need, topology: &Topology) -> Option<usize> {
    let own = topology.services.get(need.service)?.pool;
    let on = |pool: usize, name: &str| {
        topology
            .services
            .iter()
            .position(|other| other.pool == pool && same_name(&other.name, name))
    };
    // A name may hold a slash itself, so the own pool comes first.
    on(own, &need.target).or_else(|| {
        let (pool, name) = need.target.split_once('/')?;
        on(usize::from(topology.pool(pool)?), name)
    })
}

fn near(need: &Need, topology: &Topology, names: &[String]) -> String {
    let own = topology.services.get(need.service).map(|service| service.pool);
    let own = topology.services.iter().filter(|other| Some(other.pool) == own);
    text::near(&need.target, own.map(|service| service.name.as_str()))
        .or_else(|| text::near(&need.target, names.iter().map(String::as_str)))
        .map_or_else(
            || "write a service of the same pool, or `pool/service`".to_owned(),
            |name| format!("did you mean `{name}`?"),
        )
}

/// Complains about the first ring of services that need each other.
fn ring(edges: &[(usize, usize, Range<usize>)], topology: &Topology, faults: &mut Faults) {
    // Services that need nothing, or only such that are left out already, are in no ring.
    let mut left: Vec<usize> = (0..topology.services.len()).collect();
    loop {
        let before = left.len();
        let in_ring = |service: usize| {
            edges.iter().any(|(from, to, _)| *from == service && left.contains(to))
        };
        let next: Vec<usize> = left.iter().copied().filter(|service| in_ring(*service)).collect();
        left = next;
        if left.len() == before {
            break;
        }
    }
    let Some(start) = left.first().copied() else { return };
    let mut path: Vec<(usize, Range<usize>)> = Vec::new();
    let mut at = start;
    while !path.iter().any(|(seen, _)| *seen == at) {
        let step = edges.iter().find(|(from, to, _)| *from == at && left.contains(to));
        let Some((_, to, span)) = step else { return };
        path.push((at, span.clone()));
        at = *to;
    }
    let ring: Vec<&(usize, Range<usize>)> =
        path.iter().skip_while(|(seen, _)| *seen != at).collect();
    let mut names: Vec<String> =
        ring.iter().map(|(service, _)| full_name(topology, *service)).collect();
    names.push(full_name(topology, at));
    let message = format!("services need each other in a ring: `{}`", names.join("` -> `"));
    let mut finding = Finding::error(codes::TOPOLOGY_CYCLE, message);
    for (_, span) in ring {
        finding = finding.at(&faults.source, span.clone(), "");
    }
    faults.push(finding.help("leave out the dependency that does not hold when a pool starts"));
}

fn full_name(topology: &Topology, service: usize) -> String {
    topology.services.get(service).map_or_else(String::new, |service| {
        let pool = topology.pools.get(service.pool).map_or("", |pool| pool.fqdn.as_str());
        format!("{pool}/{}", service.name)
    })
}

fn same_name(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}
