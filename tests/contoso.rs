//! `scripts/contoso` is an organisation that works: every export is read, whichever topology document is
//! named, and a rehearsal goes to the end.

use crate::project::TestProject;
use sidle::diagnostic::Severity;
use sidle::topology::Topology;

/// Reads the inventory of a copy; what was found is shown by code.
fn read(project: &TestProject) -> (Topology, Vec<String>) {
    let config = sidle::config::read(project.folder()).unwrap();
    let folder = sidle::inventory::Folder(project.folder());
    let (topology, findings) = sidle::inventory::read(&config, &folder).unwrap();
    assert!(findings.0.iter().all(|finding| finding.severity == Severity::Warning));
    (topology, findings.0.iter().map(|finding| finding.code.id.to_owned()).collect())
}

#[test]
fn what_is_not_in_order_is_a_warning() {
    let (topology, mut found) = read(&TestProject::contoso());
    assert_eq!(topology.users.all().len(), 1_500);
    found.sort_unstable();
    insta::assert_snapshot!(found.join("\n"), @r"
    sidle::inventory::edge_spaces
    sidle::inventory::encoding
    sidle::inventory::shared_line
    sidle::inventory::shared_line
    sidle::inventory::shared_line
    sidle::inventory::unjoined
    sidle::inventory::unknown_home
    sidle::inventory::unknown_home
    sidle::inventory::unknown_home
    sidle::inventory::unknown_home
    sidle::inventory::unknown_home
    ");
}

#[test]
fn both_topology_documents_describe_the_same_organisation() {
    let project = TestProject::contoso();
    let (one, _) = read(&project);
    project.edit("sidle.toml", "inventory/topology.xml", "inventory/topology.tbxml");
    let (other, _) = read(&project);
    assert_eq!(one.sites, other.sites);
    assert_eq!(one.pools, other.pools);
    assert_eq!(one.servers, other.servers);
    assert_eq!(one.services, other.services);
    assert_eq!(one.routes, other.routes);
}

#[test]
fn a_rehearsal_goes_to_the_end() {
    let project = TestProject::contoso();
    let (code, run) = project.json(&["run", "--rehearse"]);
    assert_eq!(code, 0, "{run:#}");
}
