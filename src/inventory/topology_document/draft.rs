//! What both dialects say, before it is a topology: sites, clusters and services by their ids.
//!
//! References are still names here. It knows no dialect, no product and no role.

use super::element::{Reader, Value, attribute, child, children, tag};
use crate::diagnostic::codes;
use crate::inventory::topology::is_host;
use crate::text;
use roxmltree::Node;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

/// A document as it is read.
#[derive(Default)]
pub(super) struct Draft<'d> {
    pub(super) sites: Vec<SiteDraft<'d>>,
    pub(super) clusters: Vec<ClusterDraft<'d>>,
    pub(super) services: Vec<ServiceDraft<'d>>,
    /// Sites by id.
    pub(super) site_ids: Ids,
    /// Clusters by id, and by the ids of what is installed on them.
    pub(super) places: Ids,
    /// Services by id.
    pub(super) service_ids: Ids,
}

/// By id in lower case: the id as written, the index of what it names, and where it stands.
pub(super) type Ids = HashMap<String, Named>;

/// What an id names.
pub(super) struct Named {
    id: String,
    index: usize,
    span: Range<usize>,
}

/// An id that stands for something else.
pub(super) struct Reference {
    /// As messages show it.
    pub(super) id: String,
    pub(super) span: Range<usize>,
}

pub(super) struct SiteDraft<'d> {
    pub(super) name: Value<'d>,
    /// `central` or `branch`.
    pub(super) kind: &'static str,
    /// The service that federation goes through.
    pub(super) federation: Option<Reference>,
}

pub(super) struct ClusterDraft<'d> {
    /// `1:2`, if the document has it.
    pub(super) number: Option<String>,
    /// `None` if the document names none; that was reported.
    pub(super) site: Option<usize>,
    /// `None` if it has none; that was reported.
    pub(super) fqdn: Option<Value<'d>>,
    pub(super) machines: Vec<Value<'d>>,
    /// Holds an instance of SQL Server.
    pub(super) database: bool,
    pub(super) span: Range<usize>,
}

pub(super) struct ServiceDraft<'d> {
    pub(super) role: Value<'d>,
    pub(super) version: Option<(u32, Range<usize>)>,
    /// Where it runs: a cluster, or something that is installed on one.
    pub(super) on: Option<Reference>,
    pub(super) needs: Vec<Reference>,
    pub(super) ports: BTreeSet<u16>,
    /// What `RegistrarService IsDirector` says.
    pub(super) director: Option<bool>,
    /// The Central Management Store is active here.
    pub(super) central_management: bool,
}

/// Looks an id up; ids are compared without case.
pub(super) fn find(ids: &Ids, id: &str) -> Option<usize> {
    ids.get(&id.to_lowercase()).map(|named| named.index)
}

/// Remembers an id, or complains that it is there twice.
pub(super) fn remember(
    ids: &mut Ids,
    what: &str,
    id: &str,
    index: usize,
    span: Range<usize>,
    reader: &mut Reader<'_>,
) {
    let key = id.to_lowercase();
    if let Some(first) = ids.get(&key) {
        reader.twice(codes::TOPOLOGY_DUPLICATE, span, first.span.clone(), || {
            let message = format!("there are two {what}s with the id `{}`", super::page::short(id));
            (message, "export the document again; ids are unique".to_owned())
        });
        return;
    }
    ids.insert(key, Named { id: id.to_owned(), index, span });
}

/// Complains about a reference that leads nowhere.
pub(super) fn dangling(what: &str, reference: &Reference, ids: &Ids, reader: &mut Reader<'_>) {
    let span = reference.span.clone();
    // Looking through all ids takes a while; it is worth it for what is shown.
    let is_shown = reader.faults.is_shown(codes::TOPOLOGY_REFERENCE);
    reader.error(codes::TOPOLOGY_REFERENCE, span, "named here", || {
        let id = super::page::short(&reference.id);
        let otherwise = "export the document again; it may have been edited or cut";
        if !is_shown {
            return (format!("there is no {what} `{id}`"), otherwise.to_owned());
        }
        let mut known: Vec<&str> = ids.values().map(|named| named.id.as_str()).collect();
        known.sort_unstable();
        // Among short ids all are near, and a long one is none that a person meant.
        let help = match reference.id.len() {
            0..=8 if !known.is_empty() => format!("there is {}", text::list(&known, 8)),
            9..=80 => text::did_you_mean(&id, known, otherwise),
            _ => otherwise.to_owned(),
        };
        (format!("there is no {what} `{id}`"), help)
    });
}

/// The site that a `<CentralSite>` or `<RemoteSite>` describes.
pub(super) fn site<'d>(
    node: Node<'d, '_>,
    kind: &'static str,
    reader: &mut Reader<'_>,
) -> Option<SiteDraft<'d>> {
    let named = reader.section(node, "Name")?;
    let text = named.text().unwrap_or_default().trim();
    if text.is_empty() {
        reader.error(codes::TOPOLOGY_VALUE, tag(named), "", || {
            let help = "give the site a name in Topology Builder".to_owned();
            ("a site has no name".to_owned(), help)
        });
    }
    let span = named.first_child().map_or_else(|| tag(named), |text| text.range());
    Some(SiteDraft { name: Value { text, span }, kind, federation: None })
}

/// The name of a cluster or machine; what is no name of a host is reported and kept.
pub(super) fn host<'d>(value: Value<'d>, reader: &mut Reader<'_>) -> Value<'d> {
    // The address of a gateway counts too: it is made of digits and dots.
    if !is_host(value.text) {
        reader.error(codes::TOPOLOGY_VALUE, value.span.clone(), "", || {
            let name = super::page::short(value.text);
            let message = format!("`{name}` is no fully qualified name of a host");
            (message, "write for example `lyncpool01.contoso.com`".to_owned())
        });
    }
    value
}

/// The machines of a cluster. One alone may leave its name out: it is the cluster's.
pub(super) fn machines<'d>(
    node: Node<'d, '_>,
    cluster: Option<&Value<'d>>,
    reader: &mut Reader<'_>,
) -> Vec<Value<'d>> {
    let alone = children(node, "Machine").nth(1).is_none();
    let mut machines = Vec::new();
    for machine in children(node, "Machine") {
        match cluster {
            Some(cluster) if alone && attribute(machine, "Fqdn").is_none() => {
                machines.push(cluster.clone());
            }
            _ => machines.extend(reader.needed(machine, "Fqdn").map(|fqdn| host(fqdn, reader))),
        }
    }
    machines
}

/// What both dialects write in the same way inside a `<Service>`; ids are added by them.
pub(super) fn service<'d>(
    node: Node<'d, '_>,
    role: Value<'d>,
    reader: &mut Reader<'_>,
) -> ServiceDraft<'d> {
    let version = attribute(node, "ServiceVersion").and_then(|value| {
        let number = reader.number(&value, "version", 0..1000)?;
        Some((number, value.span))
    });
    let director =
        child(node, "RegistrarService").and_then(|child| reader.flag(child, "IsDirector"));
    let active = child(node, "CentralMgmtService").and_then(|child| reader.flag(child, "IsActive"));
    ServiceDraft {
        role,
        version,
        on: None,
        needs: Vec::new(),
        ports: ports(node, reader),
        director,
        central_management: active == Some(true),
    }
}

fn ports(node: Node<'_, '_>, reader: &mut Reader<'_>) -> BTreeSet<u16> {
    let mut ports = BTreeSet::new();
    for port in child(node, "Ports").into_iter().flat_map(|list| children(list, "Port")) {
        let Some(value) = reader.needed(port, "Port") else { continue };
        let number = reader.number(&value, "port", 1..65_536);
        ports.extend(number.and_then(|number| u16::try_from(number).ok()));
    }
    ports
}
