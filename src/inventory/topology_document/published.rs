//! The published dialect: `(Get-CsTopology -AsXml)`.
//!
//! Sites, clusters, instances of SQL Server and services stand in four lists. A cluster is named by its
//! `ClusterId` (`SiteId`, `Number`), a service by its `ServiceId` (`SiteId`, `RoleName`, `Instance`).

use super::draft::{
    ClusterDraft, Draft, Reference, dangling, find, host, machines, remember, service, site,
};
use super::element::{Reader, child, children, tag};
use roxmltree::Node;

/// The namespace of the root.
pub(super) const NAMESPACE: &str = "urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008";

/// Reads the document.
pub(super) fn read<'d>(root: Node<'d, '_>, reader: &mut Reader<'_>) -> Draft<'d> {
    let mut draft = Draft::default();
    if let Some(list) = reader.section(root, "Sites") {
        for node in children(list, "CentralSite") {
            site_of(node, "central", &mut draft, reader);
            for branch in child(node, "RemoteSites").into_iter().flat_map(branches) {
                site_of(branch, "branch", &mut draft, reader);
            }
        }
    }
    if let Some(list) = reader.section(root, "Clusters") {
        children(list, "Cluster").for_each(|node| cluster(node, &mut draft, reader));
    }
    for node in
        child(root, "SqlInstances").into_iter().flat_map(|list| children(list, "SqlInstance"))
    {
        sql_instance(node, &mut draft, reader);
    }
    if let Some(list) = reader.section(root, "Services") {
        children(list, "Service").for_each(|node| service_of(node, &mut draft, reader));
    }
    draft
}

fn branches<'d, 'i>(list: Node<'d, 'i>) -> impl Iterator<Item = Node<'d, 'i>> {
    children(list, "RemoteSite")
}

fn site_of<'d>(
    node: Node<'d, '_>,
    kind: &'static str,
    draft: &mut Draft<'d>,
    reader: &mut Reader<'_>,
) {
    let id = reader.needed(node, "SiteId");
    let Some(mut site) = site(node, kind, reader) else { return };
    let route = child(node, "FederationRoute").and_then(|route| child(route, "ServiceId"));
    site.federation = route.and_then(|route| service_id(route, reader));
    let index = draft.sites.len();
    draft.sites.push(site);
    if let Some(id) = id {
        remember(&mut draft.site_ids, "site", id.text, index, id.span, reader);
    }
}

fn cluster<'d>(node: Node<'d, '_>, draft: &mut Draft<'d>, reader: &mut Reader<'_>) {
    let fqdn = reader.needed(node, "Fqdn").map(|fqdn| host(fqdn, reader));
    let machines = machines(node, fqdn.as_ref(), reader);
    let index = draft.clusters.len();
    let id = reader.section(node, "ClusterId");
    let number = id.and_then(|id| cluster_id(id, reader));
    let site = id.and_then(|id| {
        let named = super::element::attribute(id, "SiteId")?;
        let found = find(&draft.site_ids, named.text);
        if found.is_none() {
            let reference = Reference { id: named.text.to_owned(), span: named.span };
            dangling("site", &reference, &draft.site_ids, reader);
        }
        found
    });
    if let Some(number) = &number {
        remember(&mut draft.places, "cluster", &number.id, index, number.span.clone(), reader);
    }
    draft.clusters.push(ClusterDraft {
        number: number.map(|number| number.id),
        site,
        fqdn,
        machines,
        database: false,
        span: tag(node),
    });
}

fn sql_instance(node: Node<'_, '_>, draft: &mut Draft<'_>, reader: &mut Reader<'_>) {
    let Some(id) = reader.section(node, "SqlInstanceId") else { return };
    let Some(cluster) = reader.section(id, "ClusterId").and_then(|id| cluster_id(id, reader))
    else {
        return;
    };
    let Some(index) = find(&draft.places, &cluster.id) else {
        dangling("cluster", &cluster, &draft.places, reader);
        return;
    };
    if let Some(cluster) = draft.clusters.get_mut(index) {
        cluster.database = true;
    }
    let key = instance(&cluster.id, id);
    remember(&mut draft.places, "SQL instance", &key, index, cluster.span, reader);
}

fn service_of<'d>(node: Node<'d, '_>, draft: &mut Draft<'d>, reader: &mut Reader<'_>) {
    let Some(id) = reader.section(node, "ServiceId") else { return };
    let key = service_id(id, reader);
    let Some(role) = super::element::attribute(id, "RoleName") else { return };
    let mut service = service(node, role, reader);
    service.on = reader.section(node, "InstalledOn").and_then(|on| installed_on(on, reader));
    for dependency in
        child(node, "DependsOn").into_iter().flat_map(|list| children(list, "Dependency"))
    {
        let id = reader.section(dependency, "ServiceId");
        service.needs.extend(id.and_then(|id| service_id(id, reader)));
    }
    let index = draft.services.len();
    draft.services.push(service);
    if let Some(key) = key {
        remember(&mut draft.service_ids, "service", &key.id, index, key.span, reader);
    }
}

/// `1:2`.
fn cluster_id(node: Node<'_, '_>, reader: &mut Reader<'_>) -> Option<Reference> {
    let site = reader.needed(node, "SiteId");
    let number = reader.needed(node, "Number");
    let (site, number) = (site?, number?);
    let id = format!("{}:{}", site.text.trim(), number.text.trim());
    Some(Reference { id, span: node.range() })
}

/// `1/Registrar/2`.
fn service_id(node: Node<'_, '_>, reader: &mut Reader<'_>) -> Option<Reference> {
    let site = reader.needed(node, "SiteId");
    let role = reader.needed(node, "RoleName");
    let number = reader.needed(node, "Instance");
    let (site, role, number) = (site?, role?, number?);
    let id = format!("{}/{}/{}", site.text.trim(), role.text.trim(), number.text.trim());
    Some(Reference { id, span: node.range() })
}

/// A cluster, or an instance of SQL Server on one.
fn installed_on(node: Node<'_, '_>, reader: &mut Reader<'_>) -> Option<Reference> {
    if let Some(sql) = child(node, "SqlInstanceId") {
        let cluster = reader.section(sql, "ClusterId").and_then(|id| cluster_id(id, reader))?;
        return Some(Reference { id: instance(&cluster.id, sql), span: cluster.span });
    }
    reader.section(node, "ClusterId").and_then(|id| cluster_id(id, reader))
}

/// `1:2/rtc`; the default instance has no name.
fn instance(cluster: &str, sql: Node<'_, '_>) -> String {
    let name = super::element::attribute(sql, "Name").map_or("", |name| name.text);
    format!("{cluster}/{name}")
}
