//! Every fault of `topology.toml` at its place.

use super::read_tests::{POOLS, said};
use super::topology::read;
use crate::diagnostic::{Style, render};

fn wrong(text: &str) -> String {
    said(&read("t.toml", text.as_bytes()).expect_err("there are errors"))
}

#[test]
fn names_are_kept_and_found_without_regard_to_case() {
    let text = POOLS.replace("ocspool01", "OCSpool01") + "servers = [\"FE1.contoso.com\"]\n";
    let topology = read("t.toml", text.as_bytes()).unwrap();
    assert_eq!(topology.pool("ocsPOOL01.contoso.com"), Some(0));
    assert_eq!(topology.pool_name(0), "ocspool01.contoso.com");
    assert_eq!(topology.near_pool("ocspol01"), Some("ocspool01.contoso.com"));
    assert_eq!(topology.near_pool("lyncpool01.fabrikam.net"), Some("lyncpool01.contoso.com"));
    assert_eq!(topology.near_pool("exchange"), None);
    assert_eq!((topology.site("seoul"), topology.near_site("Soul")), (Some(0), Some("Seoul")));
    assert_eq!(
        (topology.servers[0].fqdn.as_str(), topology.servers[0].pool),
        ("fe1.contoso.com", Some(1))
    );
    assert_eq!(
        (topology.pools[0].role.as_str(), topology.sites[0].kind.as_str()),
        ("front end", "central")
    );
}

#[test]
fn two_pools_of_one_name_are_both_shown() {
    let text = POOLS.replace("lyncpool01", "OCSPOOL01");
    let findings = read("t.toml", text.as_bytes()).unwrap_err();
    insta::assert_snapshot!(render(&findings.0[0], Style::PLAIN), @r#"
    sidle::topology::duplicate

      × there are two pools `OCSPOOL01.contoso.com`
        ╭─[t.toml:10:8]
      4 │ [[pool]]
      5 │ fqdn = "ocspool01.contoso.com"
        ·        ───────────┬───────────
        ·                   ╰── the first one
      6 │ site = "Seoul"
      7 │ product = "OCS 2007 R2"
      8 │ generation = "legacy"
      9 │ [[pool]]
     10 │ fqdn = "OCSPOOL01.contoso.com"
        ·        ───────────┬───────────
        ·                   ╰── the second one
     11 │ site = "Seoul"
        ╰────
      help: rename one, or remove it
    "#);
}

#[test]
fn all_faults_are_found_at_once() {
    insta::assert_snapshot!(
        wrong(r#"
[[site]]
name = "Seoul"
kind = "centrl"
[[site]]
name = "SEOUL"
[[pool]]
fqdn = "ocspool01"
site = "Soul"
product = 2007
generation = "legasy"
servers = ["fe1.contoso.com", "FE1.contoso.com", 5]
[[pool.service]]
name = "Front End"
ports = [0, 70000, "http"]
[[pool.service]]
name = "front end"
[[pool.service]]
name = "Mediation"
depends_on = ["Frontend", "lyncpool01.contoso.com/Front End"]
[[pool]]
name = "lyncpool01.contoso.com"
[[pools]]
"#),
        @r#"
    t.toml:4:8 `kind` cannot be `centrl`; did you mean `central`?
    t.toml:6:8 there are two sites `SEOUL`; rename one, or remove it
    t.toml:8:8 `ocspool01` is no fully qualified name of a host; write for example `ocspool01.contoso.com`
    t.toml:9:8 there is no site `Soul`; did you mean `Seoul`?
    t.toml:10:11 `product` is a number; it has to be a text in quotes
    t.toml:11:14 `generation` cannot be `legasy`; did you mean `legacy`?
    t.toml:12:31 there are two servers `FE1.contoso.com`; rename one, or remove it
    t.toml:12:50 an element of `servers` is a number; it has to be a text in quotes
    t.toml:15:10 0 is no port; ports are 1 to 65535
    t.toml:15:13 70000 is no port; ports are 1 to 65535
    t.toml:15:20 an element of `ports` is a text; it has to be a whole number
    t.toml:17:8 there are two services `front end`; rename one, or remove it
    t.toml:20:15 there is no service `Frontend`; did you mean `Front End`?
    t.toml:20:27 there is no service `lyncpool01.contoso.com/Front End`; write a service of the same pool, or `pool/service`
    t.toml:21:1 `[[pool]]` has no `fqdn`; add `fqdn = "ocspool01.contoso.com"`
    t.toml:21:1 `[[pool]]` has no `site`; add `site = "Seoul"`
    t.toml:21:1 `[[pool]]` has no `product`; add `product = "OCS 2007 R2"`
    t.toml:21:1 `[[pool]]` has no `generation`; add `generation = "legacy"`
    t.toml:22:1 `[[pool]]` has no key `name`; the keys here are `fqdn`, `site`, `product`, `generation`, `role`, `cluster`, `central_management`, `servers` and `service`
    t.toml:23:3 `t.toml` has no key `pools`; did you mean `pool`?
    "#);
}

#[test]
fn services_that_need_each_other_in_a_ring_are_refused() {
    let text = POOLS.to_owned()
        + "[[pool.service]]\nname = \"A\"\ndepends_on = [\"B\"]\n\
           [[pool.service]]\nname = \"B\"\ndepends_on = [\"D\", \"C\"]\n\
           [[pool.service]]\nname = \"C\"\ndepends_on = [\"lyncpool01.contoso.com/B\"]\n\
           [[pool.service]]\nname = \"D\"\n";
    insta::assert_snapshot!(wrong(&text), @"t.toml:19:20 services need each other in a ring: `lyncpool01.contoso.com/B` -> `lyncpool01.contoso.com/C` -> `lyncpool01.contoso.com/B`; leave out the dependency that does not hold when a pool starts");
    let itself = POOLS.to_owned() + "[[pool.service]]\nname = \"A\"\ndepends_on = [\"a\"]\n";
    insta::assert_snapshot!(wrong(&itself), @"t.toml:16:15 services need each other in a ring: `lyncpool01.contoso.com/A` -> `lyncpool01.contoso.com/A`; leave out the dependency that does not hold when a pool starts");
}

#[test]
fn a_service_may_be_needed_by_several_and_across_pools() {
    let text = POOLS.to_owned()
        + "[[pool.service]]\nname = \"A\"\ndepends_on = [\"B\", \"C\"]\n\
           [[pool.service]]\nname = \"B\"\ndepends_on = [\"LYNCPOOL01.contoso.com/c\"]\n\
           [[pool.service]]\nname = \"C\"\nports = [443]\n";
    let topology = read("t.toml", text.as_bytes()).unwrap();
    let names = ["lyncpool01.contoso.com/B", "lyncpool01.contoso.com/C"];
    assert_eq!(topology.services[0].depends_on, names);
    assert_eq!(topology.services[1].depends_on, names[1..]);
    assert_eq!(topology.services[2].ports, [443]);
}

#[test]
fn a_document_without_pools_is_no_topology() {
    insta::assert_snapshot!(wrong(""), @"`t.toml` has no pool; describe each pool in a table `[[pool]]`");
    insta::assert_snapshot!(wrong("[[pool]]\nfqdn = \"a.b\nsite = 3\n"), @r#"t.toml:2:12 `t.toml` is not TOML: invalid basic string, expected `"`"#);
}

#[test]
fn faults_of_routes_and_clusters_are_found_at_their_places() {
    let text =
        POOLS.replacen("generation", "cluster = \"11\"\ncentral_management = 1\ngeneration", 1)
            + "[[route]]\nkind = \"federaton\"\nfrom = \"Soul\"\nto = \"lyncpol01.contoso.com\"\n\
           [[route]]\nkind = \"media\"\nto = \"Seoul\"\n";
    insta::assert_snapshot!(wrong(&text), @r#"
    t.toml:8:11 `11` is no cluster; write the site and the number, for example `1:2`
    t.toml:9:22 `central_management` is a number; it has to be `true` or `false`
    t.toml:17:8 `kind` cannot be `federaton`; did you mean `federation`?
    t.toml:18:8 there is no site or pool `Soul`; did you mean `Seoul`?
    t.toml:19:6 there is no pool `lyncpol01.contoso.com`; did you mean `lyncpool01.contoso.com`?
    t.toml:20:1 `[[route]]` has no `from`; add `from = "Seoul"`
    t.toml:22:6 there is no pool `Seoul`; the pools are `ocspool01.contoso.com` and `lyncpool01.contoso.com`
    "#);
}
