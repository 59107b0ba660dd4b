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
            fqdn: topology.pools.get(pool).map(|pool| pool.fqdn.clone()).unwrap_or_default(),
            pool: Some(pool),
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
    let mut unknown = 0;
    for need in needs {
        let Some(target) = find(&need, topology) else {
            unknown += 1;
            // Near names are worth their time only for as many as a person reads.
            let help = if unknown <= 20 { near(&need, topology) } else { HOW_TO_NAME.to_owned() };
            let message = format!("there is no service `{}`", need.target);
            let finding = Finding::error(codes::TOPOLOGY_REFERENCE, message)
                .at(&faults.source, need.span.clone(), "named here")
                .help(help);
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
    let own = topology.services.get(need.service)?.pool?;
    let on = |pool: usize, name: &str| {
        topology
            .services
            .iter()
            .position(|other| other.pool == Some(pool) && same_name(&other.name, name))
    };
    // A name may hold a slash itself, so the own pool comes first.
    on(own, &need.target).or_else(|| {
        let (pool, name) = need.target.split_once('/')?;
        on(usize::from(topology.pool(pool)?), name)
    })
}

/// How a service is named.
const HOW_TO_NAME: &str = "write a service of the same pool, or `pool/service`";

fn near(need: &Need, topology: &Topology) -> String {
    let names: Vec<String> =
        (0..topology.services.len()).map(|service| full_name(topology, service)).collect();
    let own = topology.services.get(need.service).and_then(|service| service.pool);
    let own = topology.services.iter().filter(|other| other.pool == own);
    text::near(&need.target, own.map(|service| service.name.as_str()))
        .or_else(|| text::near(&need.target, names.iter().map(String::as_str)))
        .map_or_else(|| HOW_TO_NAME.to_owned(), |name| format!("did you mean `{name}`?"))
}

/// Complains about the first ring of services that need each other.
fn ring(edges: &[(usize, usize, Range<usize>)], topology: &Topology, faults: &mut Faults) {
    let mut needs: Vec<Vec<(usize, &Range<usize>)>> = vec![Vec::new(); topology.services.len()];
    for (service, target, span) in edges {
        if let Some(list) = needs.get_mut(*service) {
            list.push((*target, span));
        }
    }
    let Some(ring) = find_ring(&mut needs) else { return };
    let mut names: Vec<String> = ring.iter().map(|(of, _)| full_name(topology, *of)).collect();
    names.extend(names.first().cloned());
    let message = format!("services need each other in a ring: `{}`", names.join("` -> `"));
    let mut finding = Finding::error(codes::TOPOLOGY_CYCLE, message);
    for (_, span) in ring {
        finding = finding.at(&faults.source, span.clone(), "");
    }
    faults.push(finding.help("leave out the dependency that does not hold when a pool starts"));
}

/// The first ring, as services with the place where each names the next; takes `needs` apart.
fn find_ring<'a>(
    needs: &mut [Vec<(usize, &'a Range<usize>)>],
) -> Option<Vec<(usize, &'a Range<usize>)>> {
    let mut known_good = vec![false; needs.len()];
    let mut on_path = vec![false; needs.len()];
    for start in 0..needs.len() {
        // The way from `start` down; each service with the place that leads to the next one.
        let mut path: Vec<(usize, &Range<usize>)> = Vec::new();
        let mut at = start;
        loop {
            if on_path.get(at) == Some(&true) {
                let begin = path.iter().position(|(seen, _)| *seen == at)?;
                return Some(path.split_off(begin));
            }
            let next =
                if known_good.get(at) == Some(&true) { None } else { needs.get_mut(at)?.pop() };
            if let Some((target, span)) = next {
                path.push((at, span));
                *on_path.get_mut(at)? = true;
                at = target;
                continue;
            }
            // All that it needs is in no ring.
            *known_good.get_mut(at)? = true;
            let Some((back, _)) = path.pop() else { break };
            *on_path.get_mut(back)? = false;
            at = back;
        }
    }
    None
}

fn full_name(topology: &Topology, service: usize) -> String {
    topology.services.get(service).map(Service::full_name).unwrap_or_default()
}

fn same_name(one: &str, other: &str) -> bool {
    one == other || one.eq_ignore_ascii_case(other)
}
