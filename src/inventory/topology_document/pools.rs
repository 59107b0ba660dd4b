//! A draft made into a topology: what is a pool, of which side, in which role, and who needs whom.
//!
//! A cluster is a pool if it runs a service that is more than a store, a share or a gateway. Clusters
//! with nothing else are machines: they appear as servers, and their services by the machine's name,
//! but nobody can live there and no move can name them.

use super::draft::{Draft, ServiceDraft, dangling, find};
use super::element::{Reader, Value};
use super::links::{self, Resolved};
use super::page::short;
use super::roles::{LEGACY_SITE, Traits, UNKNOWN, UNKNOWN_LEGACY, makes_pool, product};
use crate::diagnostic::{Finding, codes};
use crate::topology::{Generation, Pool, PoolId, Site, Topology};
use std::collections::HashMap;
use std::ops::Range;

/// What is worked out of each cluster.
pub(super) struct Cluster<'a, 'd> {
    pub(super) services: Vec<&'a ServiceDraft<'d>>,
    /// The highest version among the services that make it a pool, and where it stands.
    version: Option<(u32, Range<usize>)>,
    is_pool: bool,
    legacy_site: bool,
    /// Index into the topology's pools.
    pub(super) pool: Option<usize>,
}

/// Makes the topology; it has no users yet.
pub(super) fn topology(draft: &Draft<'_>, reader: &mut Reader<'_>) -> Topology {
    let mut topology = Topology { sites: sites(draft, reader), ..Topology::default() };
    let homes = resolve(draft, reader);
    let mut clusters = clusters(draft, &homes);
    // In the order of the sites, whatever the order of the document.
    let mut order: Vec<usize> = (0..clusters.len()).collect();
    order.sort_by_key(|index| draft.clusters.get(*index).and_then(|cluster| cluster.site));
    pools(draft, &order, &mut clusters, &mut topology, reader);
    names(draft, &order, &clusters, &topology, reader);
    links::add(&Resolved { draft, order, clusters, homes }, &mut topology, reader);
    topology
}

fn sites(draft: &Draft<'_>, reader: &mut Reader<'_>) -> Vec<Site> {
    let mut first: HashMap<String, &Value<'_>> = HashMap::new();
    for site in draft.sites.iter().filter(|site| !site.name.text.is_empty()) {
        if let Some(other) = first.insert(site.name.text.to_lowercase(), &site.name) {
            let (second, other) = (site.name.span.clone(), other.span.clone());
            reader.twice(codes::TOPOLOGY_DUPLICATE, second, other, || {
                let message = format!("there are two sites `{}`", short(site.name.text));
                (message, "rename one in Topology Builder".to_owned())
            });
        }
    }
    let site = |name: &str, kind: &str| Site { name: name.to_owned(), kind: kind.to_owned() };
    draft.sites.iter().map(|draft| site(draft.name.text, draft.kind)).collect()
}

/// The cluster of each service; one that leads nowhere is reported.
fn resolve(draft: &Draft<'_>, reader: &mut Reader<'_>) -> Vec<Option<usize>> {
    let cluster = |service: &ServiceDraft<'_>| {
        let on = service.on.as_ref()?;
        let found = find(&draft.places, &on.id);
        if found.is_none() {
            dangling("cluster", on, &draft.places, reader);
        }
        found
    };
    draft.services.iter().map(cluster).collect()
}

fn clusters<'a, 'd>(draft: &'a Draft<'d>, homes: &[Option<usize>]) -> Vec<Cluster<'a, 'd>> {
    let legacy = |site: Option<usize>| {
        let site = site.and_then(|site| draft.sites.get(site));
        site.is_some_and(|site| site.name.text.eq_ignore_ascii_case(LEGACY_SITE))
    };
    let empty = |site| Cluster {
        services: Vec::new(),
        version: None,
        is_pool: false,
        legacy_site: legacy(site),
        pool: None,
    };
    let mut clusters: Vec<Cluster<'a, 'd>> =
        draft.clusters.iter().map(|cluster| empty(cluster.site)).collect();
    for (service, home) in draft.services.iter().zip(homes) {
        let Some(cluster) = home.and_then(|home| clusters.get_mut(home)) else { continue };
        cluster.services.push(service);
        if makes_pool(service.role.text) {
            cluster.is_pool = true;
            let newer = |(version, _): &&(u32, Range<usize>)| {
                cluster.version.as_ref().is_none_or(|(known, _)| version > known)
            };
            if let Some(version) = service.version.as_ref().filter(newer) {
                cluster.version = Some(version.clone());
            }
        }
    }
    clusters
}

fn pools(
    draft: &Draft<'_>,
    order: &[usize],
    clusters: &mut [Cluster<'_, '_>],
    topology: &mut Topology,
    reader: &mut Reader<'_>,
) {
    let of_sides = clusters.iter().filter(|cluster| cluster.is_pool && !cluster.legacy_site);
    let newest = of_sides.filter_map(|cluster| cluster.version.as_ref()).map(|(v, _)| *v).max();
    for index in order {
        let (Some(cluster), Some(made)) = (draft.clusters.get(*index), clusters.get_mut(*index))
        else {
            continue;
        };
        if !made.is_pool {
            continue;
        }
        let version = made.version.as_ref().map(|(version, _)| *version);
        let fqdn = cluster.fqdn.as_ref().map_or("", |fqdn| fqdn.text);
        let product = product(version, made.legacy_site);
        let called = if made.legacy_site { UNKNOWN_LEGACY } else { UNKNOWN };
        if product.is_none() {
            unknown(fqdn, made, called, cluster.span.clone(), reader);
        }
        let older = version.is_some() && version < newest;
        let has = |role: &str| makes_pool(role);
        let traits = Traits {
            roles: made.services.iter().map(|of| of.role.text).filter(|role| has(role)).collect(),
            director: made.services.iter().find_map(|service| service.director),
            branch: cluster
                .site
                .and_then(|site| draft.sites.get(site))
                .is_some_and(|site| site.kind == "branch"),
            legacy: made.legacy_site,
        };
        made.pool = Some(topology.pools.len());
        topology.pools.push(Pool {
            fqdn: fqdn.to_ascii_lowercase(),
            site: cluster.site.unwrap_or_default(),
            product: product.unwrap_or(called).to_owned(),
            generation: if made.legacy_site || older {
                Generation::Legacy
            } else {
                Generation::Current
            },
            role: traits.role(),
            cluster: cluster.number.clone(),
            central_management: made.services.iter().any(|service| service.central_management),
        });
    }
    let most = usize::from(PoolId::MAX);
    if topology.pools.is_empty() || topology.pools.len() > most {
        let name = reader.page.name();
        let (message, help) = if topology.pools.is_empty() {
            (format!("`{name}` has no pool"), "export it again where the pools are published")
        } else {
            (format!("`{name}` has more than {most} pools"), "is it the right file?")
        };
        let finding = Finding::error(codes::TOPOLOGY_VALUE, message).help(help);
        reader.faults.add(codes::TOPOLOGY_VALUE, || finding);
    }
}

/// Says that nobody knows which product a pool runs.
fn unknown(
    fqdn: &str,
    cluster: &Cluster<'_, '_>,
    called: &str,
    tag: Range<usize>,
    reader: &mut Reader<'_>,
) {
    let (why, span) = match &cluster.version {
        None => ("its services have no version".to_owned(), tag),
        Some((version, span)) if cluster.legacy_site => {
            (format!("version {version} is none of those before Lync Server"), span.clone())
        }
        Some((version, span)) => (format!("version {version} stands for none"), span.clone()),
    };
    let message = format!("`{}` is of no known product: {why}", short(fqdn));
    let finding = Finding::warning(codes::TOPOLOGY_PRODUCT, message)
        .help(format!("it is kept as `{called}`; look whether the export is whole"));
    reader.add(finding, span, "");
}

/// Complains about names that two clusters or machines share.
fn names(
    draft: &Draft<'_>,
    order: &[usize],
    clusters: &[Cluster<'_, '_>],
    topology: &Topology,
    reader: &mut Reader<'_>,
) {
    let side = |index: usize| {
        let pool = clusters.get(index)?.pool?;
        topology.pools.get(pool).map(|pool| pool.generation)
    };
    // Of a name: the cluster, what it names there, and where.
    let mut seen: HashMap<String, (usize, &str, Range<usize>)> = HashMap::new();
    for index in order {
        let Some(cluster) = draft.clusters.get(*index) else { continue };
        let what = if side(*index).is_some() { "pool" } else { "machine" };
        let own = cluster.fqdn.iter().map(|fqdn| (fqdn, what));
        for (name, what) in own.chain(cluster.machines.iter().map(|machine| (machine, "server"))) {
            let key = name.text.to_lowercase();
            let Some((other, other_what, first)) = seen.get(&key) else {
                seen.insert(key, (*index, what, name.span.clone()));
                continue;
            };
            // A cluster of one machine has its name.
            let same = other == index && *other_what != what;
            if same {
                continue;
            }
            let (first, second) = (first.clone(), name.span.clone());
            match (side(*other), side(*index)) {
                (Some(one), Some(two)) if one != two => {
                    reader.twice(codes::TOPOLOGY_COLLISION, second, first, || {
                        let (one, two) = (one.word(), two.word());
                        let name = short(name.text);
                        let message = format!("`{name}` names a {other_what} of the {one} side and a {what} of the {two} side");
                        (message, "the new side needs names of its own before anybody moves".to_owned())
                    });
                }
                _ => reader.twice(codes::TOPOLOGY_DUPLICATE, second, first, || {
                    let message = format!("there are two {what}s `{}`", short(name.text));
                    (
                        message,
                        "rename one in Topology Builder, or export the document again".to_owned(),
                    )
                }),
            }
        }
    }
}
