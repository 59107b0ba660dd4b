//! A whole inventory with a merged topology document, and pools put where they stand.

use super::read_tests::said;
use super::{Folder, read};
use crate::config;
use crate::diagnostic::Findings;
use crate::topology::Topology;

const XML: &str = include_str!("../../tests/topology/merged.xml");

/// Two users: one whose home names a legacy pool, one whose home names a cluster.
const USERS: &str = "SipAddress,Enabled,HomeServer\n\
    sip:ann@contoso.com,True,\"CN=Lc Services,CN=Microsoft,CN=ocspool01,CN=Pools,CN=RTC Service,DC=contoso\"\n\
    sip:bob@contoso.com,True,\"CN=Lc Services,CN=Microsoft,CN=2:1,CN=Pools,CN=RTC Service,DC=contoso\"\n";

fn organisation(sites: &str) -> Result<(Topology, Findings), Findings> {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "name = \"Contoso\"\n[inventory]\ntopology = \"t.xml\"\nusers = \"u.csv\"\n{sites}"
    );
    for (name, text) in [("sidle.toml", text.as_str()), ("t.xml", XML), ("u.csv", USERS)] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    read(&config::read(folder.path()).unwrap(), &Folder(folder.path()))
}

fn site_of(topology: &Topology, pool: &str) -> String {
    let pool = &topology.pools[usize::from(topology.pool(pool).unwrap())];
    topology.sites[pool.site].name.clone()
}

#[test]
fn a_legacy_pool_stands_in_the_site_that_sidle_toml_names() {
    let sites = "[inventory.sites]\n\"OCSpool01.contoso.com\" = \"seoul\"\n";
    let (topology, findings) = organisation(sites).unwrap();
    assert_eq!(said(&findings), "");
    assert_eq!(site_of(&topology, "ocspool01.contoso.com"), "Seoul");
    assert_eq!(site_of(&topology, "ocspool02.contoso.com"), "BackCompatSite");
}

#[test]
fn homes_name_a_pool_by_its_name_or_by_its_cluster() {
    let (topology, _) = organisation("").unwrap();
    let home = |user| topology.pool_name(topology.users.home(user).unwrap());
    assert_eq!((home(0), home(1)), ("ocspool01.contoso.com", "lyncpool02.contoso.com"));
}

#[test]
fn a_pool_and_a_site_that_are_not_there_are_found_in_sidle_toml() {
    let sites =
        "[inventory.sites]\n\"ocspol01.contoso.com\" = \"Soeul\"\n\"exchange\" = \"Jeju\"\n";
    let findings = organisation(sites).unwrap_err();
    insta::assert_snapshot!(said(&findings), @r"
    sidle.toml:7:1 `[inventory.sites]` names a pool `exchange`, which the topology lacks; there is `lyncpool01.contoso.com`, `lyncedge01.contoso.com`, `branch01.contoso.com`, `lyncpool02.contoso.com`, `ocspool01.contoso.com`, `ocspool02.contoso.com`, `ocsmed01.contoso.com` and `ocsedge01.contoso.com`
    sidle.toml:7:14 `[inventory.sites]` names a site `Jeju`, which the topology lacks; there is `Seoul`, `Incheon`, `Busan` and `BackCompatSite`
    sidle.toml:6:1 `[inventory.sites]` names a pool `ocspol01.contoso.com`, which the topology lacks; did you mean `ocspool01.contoso.com`?
    sidle.toml:6:26 `[inventory.sites]` names a site `Soeul`, which the topology lacks; did you mean `Seoul`?
    ");
}
