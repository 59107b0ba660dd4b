//! Exports of applications, read whole: what is found, and what is complained about, where.
//!
//! The exports are constructed; their columns are those that the cmdlets write.

use super::read;
use super::read_tests::{Memory, POOLS, said};
use crate::config::{self, Config};
use crate::diagnostic::Findings;
use crate::topology::{ApplicationKind, TextColumn, Topology};

const USERS: &str = "SipAddress,Enabled,RegistrarPool\n\
                     ann@contoso.com,True,ocspool01.contoso.com\n\
                     bob@contoso.com,True,ocspool01.contoso.com\n";

fn config(kinds: &[&str]) -> Config {
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<String> =
        kinds.iter().map(|kind| format!("{kind} = \"{kind}.csv\"\n")).collect();
    let files = files.concat();
    let text = format!(
        "name = \"Contoso\"\n[inventory]\ntopology = \"t.toml\"\nusers = \"u.csv\"\n\
         [inventory.applications]\n{files}"
    );
    std::fs::write(folder.path().join("sidle.toml"), text).unwrap();
    config::read(folder.path()).unwrap()
}

/// Reads exports of applications, each a kind and its text, beside two users.
fn read_all(exports: &[(&'static str, &str)]) -> Result<(Topology, Findings), Findings> {
    let mut files = Memory::default();
    files.put("t.toml", POOLS);
    files.put("u.csv", USERS);
    let kinds: Vec<&str> = exports.iter().map(|(kind, _)| *kind).collect();
    for (kind, text) in exports {
        let name: &'static str = Box::leak(format!("{kind}.csv").into_boxed_str());
        files.put(name, *text);
    }
    read(&config(&kinds), &files)
}

/// What is said about an export of response groups.
fn about(export: &str) -> String {
    match read_all(&[("response_group", export)]) {
        Ok((_, findings)) | Err(findings) => said(&findings),
    }
}

#[test]
fn the_exports_of_the_cmdlets_are_read() {
    let (topology, findings) = read_all(&[
        (
            "response_group",
            "Identity,Name,PrimaryUri,LineUri,Agents\n\
             service:ApplicationServer:ocspool01.contoso.com/1987d3c2,Helpdesk,\
             sip:helpdesk@contoso.com,tel:+8225550190,sip:Ann@contoso.com;bob@contoso.com\n",
        ),
        (
            "dial_in_number",
            "PrimaryUri,DisplayName,DisplayNumber,LineUri,Pool,PrimaryLanguage,Regions\n\
             sip:seoul@contoso.com,Seoul,02 555 0199,tel:+8225550199,ocspool01.contoso.com,ko-KR,Seoul\n",
        ),
        (
            "conference_directory",
            "Identity,ServiceId,Name\n1,UserServer:ocspool01.contoso.com,\n\
             2,UserServer:lyncpool01.contoso.com,\n",
        ),
        (
            "um_contact",
            "SipAddress,RegistrarPool,DisplayNumber,AutoAttendant\n\
             sip:um@contoso.com,ocspool01.contoso.com,+8225550150,True\n",
        ),
        (
            "trusted_application",
            "Identity,ApplicationId,TrustedApplicationPoolFqdn,Registrar,Port\n\
             apps.contoso.com/urn:application:cti,urn:application:cti,apps.contoso.com,\
             Registrar:lyncpool01.contoso.com,5090\n",
        ),
        (
            "common_area_phone",
            "SipAddress,LineURI,RegistrarPool,DisplayName\n\
             sip:lobby@contoso.com,tel:+8225550160,ocspool01.contoso.com,Lobby\n",
        ),
    ])
    .unwrap();
    assert_eq!(said(&findings), "");
    let users = &topology.users;
    assert_eq!((users.len(), users.applications().len()), (2, 7));
    let pool = |key: &str| users.home(users.find(key).unwrap()).map(|id| topology.pool_name(id));
    assert_eq!(pool("response_group:Helpdesk"), Some("ocspool01.contoso.com"));
    assert_eq!(pool("conference_directory:2"), Some("lyncpool01.contoso.com"));
    assert_eq!(
        pool("trusted_application:apps.contoso.com/urn:application:cti"),
        Some("lyncpool01.contoso.com")
    );
    let helpdesk = users.find("response_group:helpdesk").unwrap();
    let facts = users.application(helpdesk).unwrap();
    assert_eq!((facts.kind, facts.id.as_str()), (ApplicationKind::ResponseGroup, "Helpdesk"));
    assert_eq!(facts.agents.iter().collect::<Vec<_>>(), [0, 1]);
    assert_eq!(facts.columns.len(), 5);
    assert_eq!(facts.cells[2], "sip:helpdesk@contoso.com");
    assert_eq!(users.text(helpdesk, TextColumn::Line), "tel:+8225550190");
    assert_eq!(
        users.text(users.find("common_area_phone:lobby@contoso.com").unwrap(), TextColumn::Name),
        "Lobby"
    );
    assert_eq!(
        (users.origin(helpdesk).file.as_str(), users.origin(helpdesk).line),
        ("response_group.csv", 2)
    );
}

#[test]
fn a_missing_column_says_which_names_it_may_have() {
    insta::assert_snapshot!(about("Title,Pool\nHelpdesk,ocspool01.contoso.com\n"), @r"response_group.csv:1:1 no column of `response_group.csv` names each one; add it: a column `Id`, `Name`, `DisplayName`, `PrimaryUri` or `Identity`, for each response group");
    insta::assert_snapshot!(about("Name,Title\nHelpdesk,x\n"), @r"response_group.csv:1:1 no column of `response_group.csv` tells where each one lives; add it: a column `Pool`, `HomePool`, `OwnerPool`, `ServiceId`, `Service`, `Owner`, `RegistrarPool` or `Identity`, for each response group");
}

#[test]
fn an_unknown_pool_is_an_error_with_the_nearest_name_at_the_cell() {
    insta::assert_snapshot!(about("Name,Pool\nHelpdesk,ApplicationServer:ocspol01.contoso.com\nSales,\n"), @r"
    response_group.csv:2:10 the topology has no pool `ocspol01.contoso.com`; did you mean `ocspool01.contoso.com`?
    response_group.csv:3:7 this response group has no pool: `Pool` is empty; name the pool where it lives, or remove the row
    ");
}

#[test]
fn an_id_that_two_rows_have_shows_both() {
    insta::assert_snapshot!(
        about("Name,Pool\nHelpdesk,ocspool01.contoso.com\n,ocspool01.contoso.com\nHELPDESK,lyncpool01.contoso.com\n"),
        @r"
        response_group.csv:3:1 this response group has no id: `Name` is empty; fill it in, or remove the row
        response_group.csv:4:1 two rows have the response group `HELPDESK`; remove one of the rows, or tell them apart in a column `Id`
          response_group.csv:2:1 advice: the first one stands here
        "
    );
}

#[test]
fn an_agent_who_is_no_user_is_named_with_the_nearest_one() {
    insta::assert_snapshot!(
        about("Name,Pool,Agents\nHelpdesk,ocspool01.contoso.com,ann@contoso.com; bop@contoso.com\nSales,ocspool01.contoso.com,System.Collections.Generic.List`1[System.Uri]\n"),
        @r"
        response_group.csv:2:49 warning: the agent `bop@contoso.com` of `Helpdesk` is no user of the export; did you mean `bob@contoso.com`?
        response_group.csv:3:29 warning: `System.Collections.Generic.List`1[System.Uri]` is the name of a type, not a list; join the values before exporting: `@{n='Groups';e={$_.Groups -join ';'}}`
        "
    );
}

#[test]
fn an_export_without_rows_is_no_data() {
    insta::assert_snapshot!(about("Name,Pool\n"), @r"`response_group.csv` has a header and no rows; export it again, and look whether the export ended without an error");
    insta::assert_snapshot!(about(""), @r"`response_group.csv` is empty; export it again, and look whether the export ended without an error");
}

#[test]
fn the_first_column_that_names_a_pool_counts_in_each_row() {
    let (topology, _) = read_all(&[
        (
            "um_contact",
            "SipAddress,RegistrarPool,HomeServer\n\
             a@contoso.com,<Office Communications Server>,\"CN=Lc Services,CN=Microsoft,CN=ocspool01,CN=Pools\"\n\
             b@contoso.com,lyncpool01.contoso.com,\"CN=Lc Services,CN=Microsoft,CN=ocspool01,CN=Pools\"\n",
        ),
        ("response_group", "Name,Pool,ServiceId\nHelpdesk,,ApplicationServer:ocspool01.contoso.com\n"),
    ])
    .unwrap();
    let users = &topology.users;
    let pool = |key: &str| users.home(users.find(key).unwrap()).map(|id| topology.pool_name(id));
    assert_eq!(pool("um_contact:a@contoso.com"), Some("ocspool01.contoso.com"));
    assert_eq!(pool("um_contact:b@contoso.com"), Some("lyncpool01.contoso.com"));
    assert_eq!(pool("response_group:helpdesk"), Some("ocspool01.contoso.com"));
    let none = told_of("um_contact", "SipAddress,RegistrarPool\na@contoso.com,<Office>\n");
    assert!(none.contains("`RegistrarPool` names none"), "{none}");
}

fn told_of(kind: &'static str, export: &str) -> String {
    match read_all(&[(kind, export)]) {
        Ok((_, findings)) | Err(findings) => said(&findings),
    }
}
