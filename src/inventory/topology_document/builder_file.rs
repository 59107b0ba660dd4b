//! The dialect of Topology Builder's files: `.tbxml`.
//!
//! Clusters stand inside their sites, branches inside central sites. Everything has a `UniqueId`, and
//! references name it. A file that was published keeps the published numbers as `Original...`.

use super::draft::{ClusterDraft, Draft, Reference, host, machines, remember, service, site};
use super::element::{Reader, Value, attribute, child, children, tag};
use roxmltree::Node;

/// The namespace of the root.
pub(super) const NAMESPACE: &str =
    "urn:schema:Microsoft.Rtc.Management.Deploy.TopologyBuilder.2008";
/// The namespace of the topology inside.
const WRITABLE: &str = "urn:schema:Microsoft.Rtc.Management.Deploy.WritableTopology.2008";

/// Reads the document; `None` if there is no topology in it.
pub(super) fn read<'d>(root: Node<'d, '_>, reader: &mut Reader<'_>) -> Option<Draft<'d>> {
    let topology = reader.section(root, "NewTopology")?;
    let topology = reader.section(topology, "PartialTopology")?;
    reader.namespace(topology, WRITABLE)?;
    let mut draft = Draft::default();
    if let Some(list) = reader.section(topology, "CentralSites") {
        for node in children(list, "CentralSite") {
            site_of(node, "central", &mut draft, reader);
            let branches = child(node, "RemoteSites");
            for branch in branches.into_iter().flat_map(|list| children(list, "RemoteSite")) {
                site_of(branch, "branch", &mut draft, reader);
            }
        }
    }
    if let Some(list) = reader.section(topology, "Services") {
        children(list, "Service").for_each(|node| service_of(node, &mut draft, reader));
    }
    Some(draft)
}

fn site_of<'d>(
    node: Node<'d, '_>,
    kind: &'static str,
    draft: &mut Draft<'d>,
    reader: &mut Reader<'_>,
) {
    let site = site(node, kind, reader).map(|mut site| {
        let route = child(node, "FederationRoute");
        site.federation = route
            .and_then(|route| reader.needed(route, "ServiceUniqueId"))
            .map(|id| reference(&id));
        draft.sites.push(site);
        draft.sites.len() - 1
    });
    if let (Some(index), Some(id)) = (site, attribute(node, "SiteId")) {
        remember(&mut draft.site_ids, "site", id.text, index, id.span, reader);
    }
    for cluster in child(node, "Clusters").into_iter().flat_map(|list| children(list, "Cluster")) {
        cluster_of(cluster, site, draft, reader);
    }
}

fn cluster_of<'d>(
    node: Node<'d, '_>,
    site: Option<usize>,
    draft: &mut Draft<'d>,
    reader: &mut Reader<'_>,
) {
    let fqdn = reader.needed(node, "Fqdn").map(|fqdn| host(fqdn, reader));
    let list = reader.section(node, "Machines");
    let machines = list.map(|list| machines(list, fqdn.as_ref(), reader)).unwrap_or_default();
    let index = draft.clusters.len();
    if let Some(id) = reader.needed(node, "UniqueId") {
        remember(&mut draft.places, "cluster", id.text, index, id.span, reader);
    }
    let mut database = false;
    for sql in
        child(node, "SqlInstances").into_iter().flat_map(|list| children(list, "SqlInstance"))
    {
        database = true;
        if let Some(id) = reader.needed(sql, "UniqueId") {
            remember(&mut draft.places, "SQL instance", id.text, index, id.span, reader);
        }
    }
    let original = |name: &str| attribute(node, name).map(|value| value.text.trim().to_owned());
    let number = original("OriginalSiteId").zip(original("OriginalNumber"));
    draft.clusters.push(ClusterDraft {
        number: number.map(|(site, number)| format!("{site}:{number}")),
        site,
        fqdn,
        machines,
        database,
        span: tag(node),
    });
}

fn service_of<'d>(node: Node<'d, '_>, draft: &mut Draft<'d>, reader: &mut Reader<'_>) {
    let id = reader.needed(node, "UniqueId");
    let on = reader.needed(node, "InstalledOn");
    let Some(role) = reader.needed(node, "RoleName") else { return };
    let mut service = service(node, role, reader);
    service.on = on.map(|on| reference(&on));
    for dependency in
        child(node, "DependsOn").into_iter().flat_map(|list| children(list, "Dependency"))
    {
        let id = reader.needed(dependency, "ServiceUniqueId");
        service.needs.extend(id.map(|id| reference(&id)));
    }
    let index = draft.services.len();
    draft.services.push(service);
    if let Some(id) = id {
        remember(&mut draft.service_ids, "service", id.text, index, id.span, reader);
    }
}

fn reference(id: &Value<'_>) -> Reference {
    Reference { id: id.text.trim().to_owned(), span: id.span.clone() }
}
