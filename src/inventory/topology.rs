//! `topology.toml`: sites, pools, servers and services, written by hand.
//!
//! For organisations without a document of the product's own (see [`super::topology_document`]), and for
//! trying things. It can say all that those say. Every fault is found at its place.

use super::{routes, services};
use crate::config::document::{Faults, Keys, parse, read_text};
use crate::diagnostic::{Finding, Findings, Source, codes};
use crate::text;
use crate::topology::{Generation, Pool, Server, Site, Topology};
use std::io::Read;
use std::ops::Range;

/// Where each thing is named, beside the topology itself.
#[derive(Default)]
struct Places {
    sites: Vec<Range<usize>>,
    pools: Vec<Range<usize>>,
    clusters: Vec<(String, Range<usize>)>,
    servers: Vec<Range<usize>>,
}

/// Reads the document; the topology has no users yet.
///
/// # Errors
/// Every fault, all at once.
pub(super) fn read(name: &str, reader: impl Read) -> Result<Topology, Findings> {
    let source = Source::new(name, read_text(name, reader)?);
    let table = parse(&source, codes::TOPOLOGY_SYNTAX)?;
    let top = Keys::top(&table, name);
    let mut faults = Faults::of(&source, codes::TOPOLOGY_VALUE);
    top.only(&["site", "pool", "route"], &mut faults);
    let mut topology = Topology::default();
    let mut places = Places::default();
    for keys in top.tables("site", "site", &mut faults) {
        site(&keys, &mut topology, &mut places, &mut faults);
    }
    let mut needs = Vec::new();
    for keys in top.tables("pool", "pool", &mut faults) {
        let Some(pool) = pool(&keys, &mut topology, &mut places, &mut faults) else { continue };
        servers(&keys, pool, &mut topology, &mut places, &mut faults);
        needs.extend(services::read(&keys, pool, &mut topology, &mut faults));
    }
    if top.names().iter().all(|(key, _)| *key != "pool") {
        let finding = Finding::error(codes::TOPOLOGY_VALUE, format!("`{name}` has no pool"));
        faults.push(finding.help("describe each pool in a table `[[pool]]`"));
    }
    services::link(needs, &mut topology, &mut faults);
    routes::read(&top, &mut topology, &mut faults);
    let findings = faults.into_findings();
    if findings.has_errors() { Err(findings) } else { Ok(topology) }
}

fn site(keys: &Keys<'_>, topology: &mut Topology, places: &mut Places, faults: &mut Faults) {
    keys.only(&["name", "kind"], faults);
    keys.needs("name", "name = \"Seoul\"", faults);
    let kind = keys.text("kind", faults).map_or("central", |(kind, span)| {
        one_of("kind", kind, span, &["central", "branch"], faults);
        kind
    });
    let Some((name, span)) = keys.text("name", faults) else { return };
    if let Some(first) = topology.site(name) {
        twice("site", name, span, places.sites.get(first), faults);
        return;
    }
    topology.sites.push(Site { name: name.to_owned(), kind: kind.to_owned() });
    places.sites.push(span);
}

/// The keys of a pool.
const POOL: &[&str] = &[
    "fqdn",
    "site",
    "product",
    "generation",
    "role",
    "cluster",
    "central_management",
    "servers",
    "service",
];

/// Reads a pool without what is on it; returns its index.
fn pool(
    keys: &Keys<'_>,
    topology: &mut Topology,
    places: &mut Places,
    faults: &mut Faults,
) -> Option<usize> {
    keys.only(POOL, faults);
    keys.needs("fqdn", "fqdn = \"ocspool01.contoso.com\"", faults);
    keys.needs("site", "site = \"Seoul\"", faults);
    keys.needs("product", "product = \"OCS 2007 R2\"", faults);
    keys.needs("generation", "generation = \"legacy\"", faults);
    let site = keys.text("site", faults).and_then(|(name, span)| {
        let found = topology.site(name);
        if found.is_none() {
            let known: Vec<&str> = topology.sites.iter().map(|site| site.name.as_str()).collect();
            let otherwise = match known.as_slice() {
                [] => "describe each site in a table `[[site]]`".to_owned(),
                known => format!("there is {}", text::list(known, 8)),
            };
            let help = topology
                .near_site(name)
                .map_or(otherwise, |near| format!("did you mean `{near}`?"));
            let finding =
                Finding::error(codes::TOPOLOGY_REFERENCE, format!("there is no site `{name}`"));
            faults.push(finding.at(&faults.source, span, "named here").help(help));
        }
        found
    });
    let product = keys.text("product", faults).map_or("", |(product, _)| product);
    let role = keys.text("role", faults).map_or("front end", |(role, _)| role);
    let generation = keys.text("generation", faults).map(|(word, span)| {
        one_of("generation", word, span, &["legacy", "current"], faults);
        if word == "legacy" { Generation::Legacy } else { Generation::Current }
    });
    let cluster = cluster(keys, places, faults);
    let central_management = keys.flag("central_management", faults).unwrap_or_default();
    let (fqdn, span) = keys.text("fqdn", faults)?;
    host(fqdn, &span, faults);
    if let Some(first) = topology.pool(fqdn) {
        twice("pool", fqdn, span, places.pools.get(usize::from(first)), faults);
        return None;
    }
    places.pools.push(span);
    // What is missing is reported; the pool is kept, so that users and services are checked against it.
    topology.pools.push(Pool {
        fqdn: fqdn.to_ascii_lowercase(),
        site: site.unwrap_or(0),
        product: product.to_owned(),
        generation: generation.unwrap_or(Generation::Current),
        role: role.to_owned(),
        cluster,
        central_management,
    });
    Some(topology.pools.len() - 1)
}

/// The number by which the directory names the pool.
fn cluster(keys: &Keys<'_>, places: &mut Places, faults: &mut Faults) -> Option<String> {
    let (id, span) = keys.text("cluster", faults)?;
    if !id.split_once(':').is_some_and(|(site, number)| !site.is_empty() && !number.is_empty()) {
        let message = format!("`{id}` is no cluster");
        faults.value(span, "", message, "write the site and the number, for example `1:2`");
        return None;
    }
    let same = |(other, _): &&(String, Range<usize>)| other.eq_ignore_ascii_case(id);
    if let Some((_, first)) = places.clusters.iter().find(same) {
        twice("cluster", id, span, Some(first), faults);
        return None;
    }
    places.clusters.push((id.to_owned(), span));
    Some(id.to_owned())
}

fn servers(
    keys: &Keys<'_>,
    pool: usize,
    topology: &mut Topology,
    places: &mut Places,
    faults: &mut Faults,
) {
    let Some((names, _)) = keys.texts("servers", faults) else { return };
    for (fqdn, span) in names {
        host(fqdn, &span, faults);
        let same = |server: &Server| server.fqdn.eq_ignore_ascii_case(fqdn);
        if let Some(first) = topology.servers.iter().position(same) {
            twice("server", fqdn, span, places.servers.get(first), faults);
            continue;
        }
        let role = topology.pools.get(pool).map(|pool| pool.role.clone()).unwrap_or_default();
        let fqdn = fqdn.to_ascii_lowercase();
        topology.servers.push(Server { fqdn, pool: Some(pool), role });
        places.servers.push(span);
    }
}

/// True for a fully qualified name of a host.
pub(super) fn is_host(name: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    name.contains('.') && name.len() <= 255 && name.split('.').all(label)
}

fn host(name: &str, span: &Range<usize>, faults: &mut Faults) {
    if !is_host(name) {
        let message = format!("`{name}` is no fully qualified name of a host");
        faults.value(span.clone(), "", message, "write for example `ocspool01.contoso.com`");
    }
}

pub(super) fn one_of(
    key: &str,
    word: &str,
    span: Range<usize>,
    known: &[&str],
    faults: &mut Faults,
) {
    if !known.contains(&word) {
        let otherwise =
            format!("it can be {}", text::list(known, known.len()).replace(" and ", " or "));
        let help = text::did_you_mean(word, known.iter().copied(), &otherwise);
        faults.value(span, "", format!("`{key}` cannot be `{word}`"), help);
    }
}

/// Complains about a second thing of one name, and points at both.
pub(super) fn twice(
    what: &str,
    name: &str,
    span: Range<usize>,
    first: Option<&Range<usize>>,
    faults: &mut Faults,
) {
    let message = format!("there are two {what}s `{name}`");
    let mut finding = Finding::error(codes::TOPOLOGY_DUPLICATE, message).at(
        &faults.source,
        span,
        "the second one",
    );
    if let Some(first) = first {
        finding = finding.at(&faults.source, first.clone(), "the first one");
    }
    faults.push(finding.help("rename one, or remove it"));
}
