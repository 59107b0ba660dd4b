//! Tests of completion: what is offered where.

use super::*;
use crate::script::console::Variable;
use crate::topology::{Generation, Pool, Site, Topology, UserRow, Users};

fn view() -> View {
    let pool = |fqdn: &str| Pool {
        fqdn: fqdn.to_owned(),
        site: 0,
        product: "OCS 2007 R2".to_owned(),
        generation: Generation::Legacy,
        role: "front end".to_owned(),
        ..Pool::default()
    };
    let row = |address: &str| UserRow { address: address.to_owned(), ..UserRow::default() };
    View::new(Topology {
        organisation: "Contoso".to_owned(),
        sites: vec![Site { name: "Seoul".to_owned(), kind: "central".to_owned() }],
        pools: vec![pool("ocspool01.contoso.com"), pool("lyncpool01.contoso.com")],
        users: Users::from_rows(
            "users.csv",
            &[row("ann@contoso.com"), row("anna@contoso.com"), row("bob@contoso.com")],
        ),
        ..Topology::default()
    })
}

fn names() -> Names {
    let variable =
        |name: &str, kind: &str| Variable { name: name.to_owned(), kind: kind.to_owned() };
    let choose = Function {
        name: "choose".to_owned(),
        parameters: vec!["user".to_owned()],
        summary: "IT volunteers first.".to_owned(),
    };
    Names {
        variables: vec![
            variable("topology", "Topology"),
            variable("legacy", "Pool"),
            variable("waves", "array of Wave"),
        ],
        modules: vec![("pilot".to_owned(), vec![choose])],
        methods: [("array".to_owned(), vec!["len".to_owned(), "push".to_owned()])].into(),
        scripts: vec!["policy/pilot".to_owned(), "runbook".to_owned()],
        ..Names::default()
    }
}

/// What is offered at the end of the text, in one line.
fn offered(text: &str) -> String {
    let found = complete(text, text.len(), &names(), &view());
    found.into_iter().map(|one| one.value).collect::<Vec<_>>().join(" ")
}

/// Asserts that all of `wanted` is offered, and nothing of `unwanted`.
fn check(text: &str, wanted: &[&str], unwanted: &[&str]) {
    let offered = offered(text);
    let offered: Vec<&str> = offered.split(' ').collect();
    for word in wanted {
        assert!(offered.contains(word), "`{text}` offers no `{word}`: {offered:?}");
    }
    for word in unwanted {
        assert!(!offered.contains(word), "`{text}` offers `{word}`");
    }
}

#[test]
fn after_a_dot_a_value_offers_what_its_type_has() {
    check("legacy.", &["fqdn", "users", "retire"], &["address", "sites"]);
    check("legacy.users.", &["filter", "select", "excluded"], &["fqdn"]);
    check("topology.pools[0].si", &["site"], &["sites"]);
    check("topology.user(\"ann@contoso.com\").", &["title", "pool"], &["filter"]);
    check("topology.pool(\"x\").users.first(3)[0].", &["address"], &["len"]);
    check("waves[0].us", &["users"], &["address"]);
    check("(legacy).", &["fqdn"], &["address"]);
}

#[test]
fn the_parameter_of_a_closure_is_a_member_of_what_it_goes_through() {
    check("legacy.users.filter(|user| user.ti", &["title"], &["tls"]);
    check("topology.pools.filter(|pool| pool.", &["fqdn"], &["address"]);
    check("legacy.users.filter(|u| u.enabled && u.pool.", &["generation"], &["address"]);
}

#[test]
fn a_value_of_unknown_type_offers_what_any_value_has() {
    check("mystery.", &["fqdn", "address", "filter"], &[]);
}

#[test]
fn arrays_offer_the_methods_of_the_language() {
    check("topology.pools.", &["len", "push"], &["fqdn"]);
}

#[test]
fn a_module_offers_its_functions() {
    check("pilot::", &["choose"], &["service"]);
    check("probe::s", &["service", "sip_register"], &["choose"]);
}

#[test]
fn names_of_the_session_come_first_among_equals_and_keywords_are_offered_too() {
    check("leg", &["legacy"], &[]);
    check("inc", &["include"], &["legacy"]);
    check("1 + pi", &["pilot"], &[]);
    check("sta", &["stage"], &[]);
}

#[test]
fn inside_quotes_the_inventory_is_offered_by_what_asks() {
    assert_eq!(offered("topology.pool(\"o"), "ocspool01.contoso.com\"");
    assert_eq!(offered("topology.site(\"s"), "Seoul\"");
    assert_eq!(offered("topology.user(\"ann"), "ann@contoso.com\" anna@contoso.com\"");
    assert_eq!(offered("import \"pol"), "policy/pilot\"");
    assert_eq!(offered("x == \"bo"), "bob@contoso.com\"");
}

#[test]
fn a_quote_that_stands_there_is_not_doubled() {
    let line = "topology.pool(\"ocs\")";
    let found = complete(line, 18, &names(), &view());
    assert_eq!(found.first().map(|one| one.value.as_str()), Some("ocspool01.contoso.com"));
    assert_eq!(found.first().map(|one| one.span.clone()), Some(15..18));
}

#[test]
fn a_comment_offers_nothing() {
    assert_eq!(offered("1 // leg"), "");
}

#[test]
fn commands_and_their_names_are_offered() {
    assert_eq!(offered(":re"), "reload");
    check(":help mov", &["move_to"], &[]);
}

#[test]
fn a_cursor_inside_a_letter_offers_nothing() {
    assert!(complete("\"서", 2, &names(), &view()).is_empty());
}
