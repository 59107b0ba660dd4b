//! What is read of sound documents, in both dialects and all encodings.

use super::read;
use crate::inventory::faults::Faults;
use crate::inventory::read_tests::said;
use crate::topology::{Generation, RouteFrom, Topology};
use std::fmt::Write as _;

pub(super) const XML: &str = include_str!("../../../tests/topology/merged.xml");
pub(super) const TBXML: &str = include_str!("../../../tests/topology/merged.tbxml");

/// The topology, and what was found.
pub(super) fn read_text(name: &str, text: &str) -> (Option<Topology>, String) {
    let mut faults = Faults::default();
    let topology = read(name, text.as_bytes().to_vec(), &mut faults);
    (topology, said(&faults.into_findings().sampled()))
}

fn sound(name: &str, text: &str) -> Topology {
    let (topology, findings) = read_text(name, text);
    assert_eq!(findings, "");
    topology.unwrap()
}

/// Everything but users, as a person would list it.
fn listed(topology: &Topology) -> String {
    let mut out = String::new();
    for site in &topology.sites {
        let _ = writeln!(out, "site {} ({})", site.name, site.kind);
    }
    for (index, pool) in topology.pools.iter().enumerate() {
        let _ = writeln!(
            out,
            "{} {}: {} {} {}, cluster {}{}",
            topology.sites[pool.site].name,
            pool.fqdn,
            pool.generation.word(),
            pool.product,
            pool.role,
            pool.cluster.as_deref().unwrap_or("-"),
            if pool.central_management { ", CMS" } else { "" },
        );
        for server in topology.servers.iter().filter(|server| server.pool == Some(index)) {
            let _ = writeln!(out, "  server {} ({})", server.fqdn, server.role);
        }
    }
    for server in topology.servers.iter().filter(|server| server.pool.is_none()) {
        let _ = writeln!(out, "server {} ({})", server.fqdn, server.role);
    }
    for service in &topology.services {
        let place = if service.pool.is_some() { "" } else { " (no pool)" };
        let _ = write!(out, "{}{place} {:?}", service.full_name(), service.ports);
        let needs = service.depends_on.join(", ");
        let _ = writeln!(out, "{}{needs}", if needs.is_empty() { "" } else { " needs " });
    }
    for route in &topology.routes {
        let from = match route.from {
            RouteFrom::Site(site) => &topology.sites[site].name,
            RouteFrom::Pool(pool) => &topology.pools[pool].fqdn,
        };
        let to = &topology.pools[route.to].fqdn;
        let _ = writeln!(out, "{} of {from} through {to}", route.kind.word());
    }
    out
}

#[test]
fn a_published_document_is_read_whole() {
    insta::assert_snapshot!(listed(&sound("merged.xml", XML)), @r"
    site Seoul (central)
    site Incheon (branch)
    site Busan (central)
    site BackCompatSite (central)
    Seoul lyncpool01.contoso.com: current Lync Server 2013 front end, cluster 1:1, CMS
      server lync01.contoso.com (front end)
      server lync02.contoso.com (front end)
    Seoul lyncedge01.contoso.com: current Lync Server 2013 edge, cluster 1:2
      server edge01.contoso.com (edge)
      server edge02.contoso.com (edge)
    Incheon branch01.contoso.com: current Lync Server 2013 branch appliance, cluster 4:1
      server branch01.contoso.com (branch appliance)
    Busan lyncpool02.contoso.com: current Lync Server 2013 front end, cluster 2:1
      server lyncpool02.contoso.com (front end)
    BackCompatSite ocspool01.contoso.com: legacy OCS 2007 R2 front end, cluster 3:1
      server ocs01.contoso.com (front end)
      server ocs02.contoso.com (front end)
    BackCompatSite ocspool02.contoso.com: legacy OCS 2007 R2 front end, cluster 3:2
      server ocspool02.contoso.com (front end)
    BackCompatSite ocsmed01.contoso.com: legacy OCS 2007 R2 mediation, cluster 3:3
      server ocsmed01.contoso.com (mediation)
    BackCompatSite ocsedge01.contoso.com: legacy OCS 2007 R2 edge, cluster 3:4
      server ocsedge01.contoso.com (edge)
    server sql01.contoso.com (database)
    server files01.contoso.com (file store)
    lyncpool01.contoso.com/CentralMgmt [] needs files01.contoso.com/FileStore, sql01.contoso.com/CentralMgmtStore
    lyncpool01.contoso.com/MediationServer [5070] needs lyncpool01.contoso.com/Registrar, ocsedge01.contoso.com/EdgeServer
    lyncpool01.contoso.com/Registrar [444, 5061] needs lyncpool01.contoso.com/UserServices, lyncpool01.contoso.com/WebServices, ocsedge01.contoso.com/EdgeServer
    lyncpool01.contoso.com/UserServices [443, 444] needs files01.contoso.com/FileStore, sql01.contoso.com/UserStore
    lyncpool01.contoso.com/WebServices [443, 4443] needs files01.contoso.com/FileStore, lyncpool01.contoso.com/UserServices
    lyncedge01.contoso.com/EdgeServer [443, 5061, 5062] needs lyncpool01.contoso.com/Registrar
    sql01.contoso.com/CentralMgmtStore (no pool) []
    sql01.contoso.com/UserStore (no pool) []
    files01.contoso.com/FileStore (no pool) []
    branch01.contoso.com/MediationServer [5070] needs branch01.contoso.com/Registrar
    branch01.contoso.com/Registrar [444, 5061] needs lyncpool01.contoso.com/UserServices
    lyncpool02.contoso.com/Registrar [444, 5061] needs lyncpool02.contoso.com/UserServices, ocsedge01.contoso.com/EdgeServer
    lyncpool02.contoso.com/UserServices [443, 444] needs lyncpool02.contoso.com/UserStore
    lyncpool02.contoso.com/UserStore []
    ocspool01.contoso.com/Registrar [5061] needs ocspool01.contoso.com/UserServices
    ocspool01.contoso.com/UserServices []
    ocspool02.contoso.com/Registrar [5061] needs ocspool02.contoso.com/UserServices
    ocspool02.contoso.com/UserServices []
    ocsmed01.contoso.com/MediationServer [5061] needs ocspool01.contoso.com/Registrar
    ocsedge01.contoso.com/EdgeServer [443, 5061, 5062] needs ocspool01.contoso.com/Registrar
    federation of Seoul through ocsedge01.contoso.com
    federation of Busan through ocsedge01.contoso.com
    media of lyncpool01.contoso.com through ocsedge01.contoso.com
    media of lyncpool02.contoso.com through ocsedge01.contoso.com
    ");
}

#[test]
fn both_dialects_of_one_organisation_give_the_same_topology() {
    let (one, other) = (sound("merged.xml", XML), sound("merged.tbxml", TBXML));
    assert_eq!(one.sites, other.sites);
    assert_eq!(one.pools, other.pools);
    assert_eq!(one.servers, other.servers);
    assert_eq!(one.services, other.services);
    assert_eq!(one.routes, other.routes);
    assert_eq!(one.users.len() + other.users.len(), 0);
}

#[test]
fn the_root_element_chooses_the_dialect_whatever_the_file_is_called() {
    assert_eq!(listed(&sound("t.tbxml", XML)), listed(&sound("t.xml", TBXML)));
    for (name, bytes, expected) in [
        ("t.toml", XML, true),
        ("t.xml", "", true),
        ("t.TBXML", "[[site]]", true),
        ("t.toml", "\u{feff} \r\n<Topology", true),
        ("topology", "[[site]]", false),
    ] {
        assert_eq!(super::is_one(name, bytes.as_bytes()), expected, "{name} {bytes:.9}");
    }
}

#[test]
fn every_encoding_with_a_mark_gives_the_same_topology() {
    let expected = listed(&sound("t.xml", XML));
    let little = XML.encode_utf16().flat_map(u16::to_le_bytes);
    let big = XML.encode_utf16().flat_map(u16::to_be_bytes);
    for bytes in [
        [b"\xEF\xBB\xBF".as_slice(), XML.as_bytes()].concat(),
        b"\xFF\xFE".iter().copied().chain(little).collect(),
        b"\xFE\xFF".iter().copied().chain(big).collect(),
        XML.replace('\n', "\r\n").into_bytes(),
        XML.replacen("utf-8", "utf-16", 1).into_bytes(),
        XML.replace('\n', " ").into_bytes(),
    ] {
        assert!(super::is_one("topology", &bytes));
        let mut faults = Faults::default();
        let topology = read("t.xml", bytes, &mut faults).expect("it is sound");
        assert_eq!(listed(&topology), expected);
    }
}

#[test]
fn the_highest_version_is_current_and_lower_ones_are_legacy() {
    let later = XML
        .replace("BackCompatSite", "Daegu")
        .replace("ServiceVersion=\"4\"", "ServiceVersion=\"5\"");
    let topology = sound("t.xml", &later);
    let pool = |fqdn: &str| &topology.pools[usize::from(topology.pool(fqdn).unwrap())];
    let (old, new) = (pool("ocspool01.contoso.com"), pool("lyncpool01.contoso.com"));
    assert_eq!((old.product.as_str(), old.generation), ("Lync Server 2010", Generation::Legacy));
    assert_eq!((new.product.as_str(), new.generation), ("Lync Server 2013", Generation::Current));
    for (version, product) in
        [("7", "Skype for Business Server 2015"), ("8", "Skype for Business Server 2019")]
    {
        let text = XML.replace("ServiceVersion=\"6\"", &format!("ServiceVersion=\"{version}\""));
        let topology = sound("t.xml", &text);
        assert_eq!(topology.pools[0].product, product);
    }
}

#[test]
fn one_version_alone_is_current() {
    let text = XML
        .replace("BackCompatSite", "Daegu")
        .replace("ServiceVersion=\"4\"", "ServiceVersion=\"6\"");
    let topology = sound("t.xml", &text);
    assert!(topology.pools.iter().all(|pool| pool.generation == Generation::Current));
}

#[test]
fn a_version_that_stands_for_no_product_is_a_warning_and_the_pool_stays() {
    let text = XML.replace("ServiceVersion=\"4\"", "ServiceVersion=\"5\"").replacen(
        "ServiceVersion=\"6\"",
        "ServiceVersion=\"9\"",
        2,
    );
    let (topology, findings) = read_text("t.xml", &text);
    let topology = topology.unwrap();
    let products: Vec<&str> = topology.pools.iter().map(|pool| pool.product.as_str()).collect();
    assert_eq!((products[0], products[4]), ("unknown product", "unknown legacy product"));
    insta::assert_snapshot!(findings, @r"
    t.xml:135:46 warning: `lyncpool01.contoso.com` is of no known product: version 9 stands for none; it is kept as `unknown product`; look whether the export is whole
    t.xml:348:46 warning: `ocspool01.contoso.com` is of no known product: version 5 is none of those before Lync Server; it is kept as `unknown legacy product`; look whether the export is whole
    t.xml:371:46 warning: `ocspool02.contoso.com` is of no known product: version 5 is none of those before Lync Server; it is kept as `unknown legacy product`; look whether the export is whole
    t.xml:394:46 warning: `ocsmed01.contoso.com` is of no known product: version 5 is none of those before Lync Server; it is kept as `unknown legacy product`; look whether the export is whole
    t.xml:408:46 warning: `ocsedge01.contoso.com` is of no known product: version 5 is none of those before Lync Server; it is kept as `unknown legacy product`; look whether the export is whole
    ");
}

#[test]
fn versions_before_r2_are_named_and_a_missing_one_is_not_guessed() {
    let topology = sound("t.xml", &XML.replace("ServiceVersion=\"4\"", "ServiceVersion=\"3\""));
    assert_eq!(topology.pools[4].product, "OCS 2007");
    let (topology, findings) = read_text("t.xml", &XML.replace(" ServiceVersion=\"4\"", ""));
    assert_eq!(topology.unwrap().pools[4].product, "unknown legacy product");
    insta::assert_snapshot!(findings, @r"
    t.xml:94:5 warning: `ocspool01.contoso.com` is of no known product: its services have no version; it is kept as `unknown legacy product`; look whether the export is whole
    t.xml:103:5 warning: `ocspool02.contoso.com` is of no known product: its services have no version; it is kept as `unknown legacy product`; look whether the export is whole
    t.xml:109:5 warning: `ocsmed01.contoso.com` is of no known product: its services have no version; it is kept as `unknown legacy product`; look whether the export is whole
    t.xml:115:5 warning: `ocsedge01.contoso.com` is of no known product: its services have no version; it is kept as `unknown legacy product`; look whether the export is whole
    ");
}

#[test]
fn a_builder_file_that_was_never_published_has_no_cluster_numbers() {
    let text = TBXML.replace("OriginalNumber", "Number");
    assert!(sound("t.tbxml", &text).pools.iter().all(|pool| pool.cluster.is_none()));
}

#[test]
fn a_registrar_without_user_services_is_a_director_if_it_says_so() {
    let text = XML.replacen("IsDirector=\"false\"", "IsDirector=\"true\"", 1).replacen(
        "RoleName=\"UserServices\" Instance=\"1\" />\n      <DependsOn>",
        "RoleName=\"UserStore\" Instance=\"9\" />\n      <DependsOn>",
        1,
    );
    let text = text.replace(
        "<Dependency Usage=\"Default\">\n          <ServiceId SiteId=\"1\" RoleName=\"UserServices\" Instance=\"1\" />\n        </Dependency>",
        "",
    );
    assert_eq!(sound("t.xml", &text).pools[0].role, "director");
}

#[test]
fn homes_of_current_users_name_the_cluster() {
    let topology = sound("t.xml", XML);
    let pool = topology.pool_of_cluster("2:1").map(|pool| topology.pool_name(pool));
    assert_eq!(pool, Some("lyncpool02.contoso.com"));
    assert_eq!(topology.pool_of_cluster("9:9"), None);
}

/// What `topology.toml` says of the same sites, pools and routes.
fn by_hand(topology: &Topology) -> String {
    let mut out = String::new();
    for site in &topology.sites {
        let _ = writeln!(out, "[[site]]\nname = \"{}\"\nkind = \"{}\"", site.name, site.kind);
    }
    for (index, pool) in topology.pools.iter().enumerate() {
        let servers = topology.servers.iter().filter(|server| server.pool == Some(index));
        let servers: Vec<&str> = servers.map(|server| server.fqdn.as_str()).collect();
        let _ = write!(
            out,
            "[[pool]]\nfqdn = \"{}\"\nsite = \"{}\"\nproduct = \"{}\"\ngeneration = \"{}\"\n\
             role = \"{}\"\ncluster = \"{}\"\ncentral_management = {}\nservers = {servers:?}\n",
            pool.fqdn,
            topology.sites[pool.site].name,
            pool.product,
            pool.generation.word(),
            pool.role,
            pool.cluster.as_deref().unwrap(),
            pool.central_management,
        );
    }
    for route in &topology.routes {
        let from = match route.from {
            RouteFrom::Site(site) => &topology.sites[site].name,
            RouteFrom::Pool(pool) => &topology.pools[pool].fqdn,
        };
        let (kind, to) = (route.kind.word(), &topology.pools[route.to].fqdn);
        let _ = writeln!(out, "[[route]]\nkind = \"{kind}\"\nfrom = \"{from}\"\nto = \"{to}\"");
    }
    out
}

#[test]
fn a_document_by_hand_can_say_the_same() {
    let document = sound("t.xml", XML);
    let text = by_hand(&document);
    let hand = crate::inventory::topology::read("t.toml", text.as_bytes()).expect("it is sound");
    assert_eq!(hand.sites, document.sites);
    assert_eq!(hand.pools, document.pools);
    assert_eq!(hand.routes, document.routes);
    let of_pools = document.servers.into_iter().filter(|server| server.pool.is_some());
    assert_eq!(hand.servers, of_pools.collect::<Vec<_>>());
}
