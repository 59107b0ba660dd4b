//! Whole inventories: what is read, and what is said about what is wrong.

use super::{Files, Folder, Seekable, read};
use crate::config::{self, Config};
use crate::diagnostic::{Findings, Severity, Style, render};
use crate::topology::{Flag, Generation, ListColumn, TextColumn, Topology};
use std::collections::BTreeMap;
use std::io::{Cursor, ErrorKind};
use std::path::Path;
use std::sync::Arc;

/// Files in memory.
#[derive(Clone, Default)]
pub(super) struct Memory(BTreeMap<&'static str, Vec<u8>>);

impl Memory {
    /// Adds a file.
    pub(super) fn put(&mut self, name: &'static str, bytes: impl Into<Vec<u8>>) {
        self.0.insert(name, bytes.into());
    }
}

impl Files for Memory {
    fn open(&self, path: &str) -> std::io::Result<Box<dyn Seekable>> {
        let bytes = self.0.get(path).ok_or(ErrorKind::NotFound)?;
        Ok(Box::new(Cursor::new(bytes.clone())))
    }

    fn lasting(&self) -> Arc<dyn Files + Send + Sync> {
        Arc::new(self.clone())
    }
}

pub(super) const POOLS: &str = r#"
[[site]]
name = "Seoul"
[[pool]]
fqdn = "ocspool01.contoso.com"
site = "Seoul"
product = "OCS 2007 R2"
generation = "legacy"
[[pool]]
fqdn = "lyncpool01.contoso.com"
site = "Seoul"
product = "Lync Server 2013"
generation = "current"
"#;

/// A home on the legacy pool, quoted.
const OCS: &str = "\"CN=Lc Services,CN=Microsoft,CN=ocspool01,CN=Pools,CN=RTC Service,DC=contoso\"";

fn config(directory: bool) -> Config {
    let folder = tempfile::tempdir().unwrap();
    let directory = if directory { "directory = \"d.csv\"\n" } else { "" };
    let text = format!(
        "name = \"Contoso\"\n[inventory]\ntopology = \"t.toml\"\nusers = \"u.csv\"\n{directory}"
    );
    std::fs::write(folder.path().join("sidle.toml"), text).unwrap();
    config::read(folder.path()).unwrap()
}

/// Reads users and a directory beside [`POOLS`].
fn read_both(users: impl Into<Vec<u8>>, directory: &str) -> Result<(Topology, Findings), Findings> {
    let mut files = Memory::default();
    files.put("t.toml", POOLS);
    files.0.insert("u.csv", users.into());
    files.put("d.csv", directory);
    read(&config(!directory.is_empty()), &files)
}

pub(super) fn read_users(users: impl Into<Vec<u8>>) -> Result<(Topology, Findings), Findings> {
    read_both(users, "")
}

/// Place, weight, message and help of every finding, with those below it.
pub(super) fn said(findings: &Findings) -> String {
    let mut lines = Vec::new();
    for finding in &findings.0 {
        for (indent, one) in
            std::iter::once(("", finding)).chain(finding.related.iter().map(|r| ("  ", r)))
        {
            let place = one
                .place()
                .map_or(String::new(), |(file, line, column)| format!("{file}:{line}:{column} "));
            let weight = match one.severity {
                Severity::Error => "",
                Severity::Warning => "warning: ",
                Severity::Advice => "advice: ",
            };
            let help = one.help.as_ref().map_or(String::new(), |help| format!("; {help}"));
            lines.push(format!("{indent}{place}{weight}{}{help}", one.message));
        }
    }
    lines.join("\n")
}

pub(super) fn wrong(users: impl Into<Vec<u8>>) -> String {
    said(&read_users(users).expect_err("there are errors"))
}

/// A user export whose rows are given without the home.
pub(super) fn rows(rows: &[&str]) -> String {
    let rows = rows.iter().map(|row| format!("{row},{OCS}\n")).collect::<Vec<_>>().concat();
    format!("SipAddress,Enabled,DisplayName,LineURI,HomeServer\n{rows}")
}

#[test]
fn the_first_steps_are_read_without_a_finding() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/first-steps");
    let (topology, findings) = read(&config::read(&folder).unwrap(), &Folder(&folder)).unwrap();
    assert_eq!(said(&findings), "");
    assert_eq!((topology.organisation.as_str(), topology.users.len()), ("First steps", 200));
    let users = &topology.users;
    let on = |pool: &str| {
        users.all().iter().filter(|user| users.home(*user) == topology.pool(pool)).count()
    };
    assert_eq!((on("ocspool01.contoso.com"), on("lyncpool01.contoso.com")), (196, 4));
    assert_eq!(users.flagged(Flag::Enabled).len(), 200);
    assert_eq!(users.flagged(Flag::EnterpriseVoice).len(), 30);
    let pilot = |user: &u32| users.list(*user, ListColumn::Groups).contains(&"lync-pilot");
    assert_eq!(users.all().iter().filter(pilot).count(), 24);
    assert!(
        users
            .all()
            .iter()
            .all(|user| users.manager(user).is_some()
                || users.text(user, TextColumn::Title) == "CEO")
    );
    assert_eq!(topology.pools[0].generation, Generation::Legacy);
    assert_eq!(topology.services.len(), 7);
    assert_eq!(topology.services[1].depends_on, ["ocspool01.contoso.com/Front End"]);
}

#[test]
fn an_export_of_powershell_is_read_to_the_last_cell() {
    let users = format!(
        "\u{feff}#TYPE Microsoft.Rtc.Management.ADConnect.Schema.OCSADUser\r\n\
        \"SipAddress\",\"Enabled\",\"DisplayName\",\"UserPrincipalName\",\"EnterpriseVoiceEnabled\",\"LineURI\",\
        \"HomeServer\",\"RegistrarPool\",\"VoicePolicy\",\"ArchivingPolicy\",\"Notes\"\r\n\
        \"sip:Ann@Contoso.com\",\"True\",\"Ann \"\"A.\"\" Lee\",\"ann@ad.contoso.com\",\"True\",\"tel:+8225550100\",\
        {OCS},\"<Office Communications Server>\",\"Tag:Gold\",\"\",\"line one\r\nline two, with a comma\"\r\n\
        \"bob@contoso.com\",\"False\",\"Bob\",\"\",\"False\",\"\",\"\",\"LYNCPOOL01.contoso.com\",\"\",\"Tag:All\",\"\"\r\n"
    );
    let (topology, findings) = read_users(users).unwrap();
    assert_eq!(said(&findings), "");
    let users = &topology.users;
    let (ann, bob) =
        (users.find("ann@contoso.com").unwrap(), users.find("SIP:bob@contoso.com").unwrap());
    assert_eq!(users.text(ann, TextColumn::Name), "Ann \"A.\" Lee");
    assert_eq!(users.extra(ann, "notes").unwrap().unwrap(), "line one\r\nline two, with a comma");
    assert_eq!((users.origin(ann).line, users.origin(bob).line), (3, 5));
    assert_eq!((users.flag(ann, Flag::Enabled), users.flag(bob, Flag::Enabled)), (true, false));
    assert!(users.flag(ann, Flag::EnterpriseVoice));
    assert_eq!(users.home(ann), topology.pool("ocspool01.contoso.com"));
    assert_eq!(users.home(bob), topology.pool("lyncpool01.contoso.com"));
    assert_eq!(users.policies(ann), [("VoicePolicy", "Tag:Gold")]);
    assert_eq!(users.text(bob, TextColumn::Archiving), "Tag:All");
    assert_eq!(users.text(ann, TextColumn::Upn), "ann@ad.contoso.com");
}

#[test]
fn semicolons_and_tabs_separate_cells_too() {
    for separator in [";", "\t"] {
        let users =
            ["SipAddress,Enabled,RegistrarPool\n", "ann@contoso.com,True,lyncpool01.contoso.com\n"]
                .concat()
                .replace(',', separator);
        assert_eq!(read_users(users).unwrap().0.users.len(), 1);
    }
}

#[test]
fn the_directory_is_joined_by_whatever_names_a_user() {
    let users = format!(
        "SipAddress,Enabled,UserPrincipalName,SamAccountName,DistinguishedName,HomeServer\n\
        ann@contoso.com,True,ann@ad,ann,\"CN=Lee\\, Ann,DC=contoso\",{OCS}\n\
        bob@contoso.com,True,bob@ad,bob,\"CN=Bob,DC=contoso\",{OCS}\n\
        cy@contoso.com,True,cy@ad,cy,\"CN=Cy,DC=contoso\",{OCS}\n"
    );
    let directory = "sip address,UPN,sam-account-name,Dept,l,Job Title,Manager,Groups,Delegates,Client,Meetings,Contacts,Floor\n\
        SIP:ANN@contoso.com,,,IT,Seoul,CIO,,it; pilot ;,bob@contoso.com; CY@ad,Communicator,3,12,4\n\
        ,BOB@ad,,Sales,,,ann@contoso.com,,,,,0,\n\
        ,,CY,Sales,,,\"CN=Lee\\, Ann,DC=contoso\",,,,,,\n";
    let (topology, findings) = read_both(users, directory).unwrap();
    assert_eq!(said(&findings), "");
    let users = &topology.users;
    assert_eq!(users.text(0, TextColumn::Department), "IT");
    assert_eq!(
        (users.text(0, TextColumn::City), users.text(0, TextColumn::Title)),
        ("Seoul", "CIO")
    );
    assert_eq!(users.list(0, ListColumn::Groups), ["it", "pilot"]);
    assert_eq!(users.delegates(0), [1, 2]);
    assert_eq!((users.manager(1), users.manager(2), users.manager(0)), (Some(0), Some(0), None));
    assert_eq!(
        (users.meetings(0), users.contacts(0), users.contacts(1), users.contacts(2)),
        (3, Some(12), Some(0), None)
    );
    assert_eq!(users.extra(0, "floor").unwrap().unwrap(), "4");
    assert_eq!(users.origin(0).file, "u.csv");
}

#[test]
fn a_home_outside_the_topology_is_shown_at_its_cell() {
    let findings = read_users(format!(
        "SipAddress,Enabled,HomeServer\nann@contoso.com,True,{}\n",
        OCS.replace("ocspool01", "ocspol01")
    ))
    .unwrap_err();
    insta::assert_snapshot!(render(&findings.0[0], Style::PLAIN), @r#"
    sidle::inventory::unknown_home

      × the topology has no pool `ocspol01`
       ╭─[u.csv:2:23]
     2 │ ann@contoso.com,True,"CN=Lc Services,CN=Microsoft,CN=ocspol01,CN=Pools,CN=RTC Service,DC=contoso"
       ·                       ─────────────────────────────────────┬────────────────────────────────────
       ·                                                            ╰── the home of this user
       ╰────
      help: did you mean `ocspool01.contoso.com`?
    "#);
}

#[test]
fn homes_that_cannot_be_found_are_errors_and_missing_ones_warnings() {
    let (_, findings) =
        read_users("SipAddress,Enabled,RegistrarPool\nann@contoso.com,True,\n").unwrap();
    insta::assert_snapshot!(said(&findings), @"u.csv:2:22 warning: this user has no home pool: `RegistrarPool` and `HomeServer` are empty; a user without a home cannot be moved and is skipped");
    insta::assert_snapshot!(
        wrong("SipAddress,Enabled,HomeServer,RegistrarPool\na@contoso.com,True,\"CN=x,DC=y\",\nb@contoso.com,True,,lyncpool01\nc@contoso.com,True,,elsewhere.net\n"),
        @r"
    u.csv:2:21 `CN=x,DC=y` names no pool; a home server is a name such as `CN=Lc Services,CN=Microsoft,CN=ocspool01,CN=Pools,...`
    u.csv:3:21 the topology has no pool `lyncpool01`; did you mean `lyncpool01.contoso.com`?
    u.csv:4:21 the topology has no pool `elsewhere.net`; add the pool to the topology; it has `ocspool01.contoso.com` and `lyncpool01.contoso.com`
    ");
}

#[test]
fn a_second_row_with_an_address_shows_both_rows() {
    let text = rows(&[
        "ann@contoso.com,True,Ann,",
        "bob@contoso.com,True,\"B\nb\",",
        "SIP:Ann@contoso.com,True,Ann Lee,",
    ]);
    let findings = read_users(text).unwrap_err();
    insta::assert_snapshot!(render(&findings.0[0], Style::PLAIN), @r#"
    sidle::inventory::duplicate_user

      × two rows have the SIP address `ann@contoso.com`
       ╭─[u.csv:5:1]
     5 │ SIP:Ann@contoso.com,True,Ann Lee,,"CN=Lc Services,CN=Microsoft,CN=ocspool01,CN=Pools,CN=RTC Service,DC=contoso"
       · ───────────────────
       ╰────
      help: remove one of the rows

    Advice: sidle::inventory::duplicate_user

      ☞ the first one stands here
       ╭─[u.csv:2:1]
     2 │ ann@contoso.com,True,Ann,,"CN=Lc Services,CN=Microsoft,CN=ocspool01,CN=Pools,CN=RTC Service,DC=contoso"
       · ───────────────
       ╰────
    "#);
}

#[test]
fn what_keeps_a_user_from_moving_is_a_warning_and_can_be_asked_for() {
    let (topology, findings) = read_users(rows(&[
        "ann@contoso.com,True,Ann ,tel:+1",
        "\" bob@contoso.com\",True,Bob,TEL:+1",
        "cy@contoso.com,True,Cy,tel:+2",
    ]))
    .unwrap();
    insta::assert_snapshot!(said(&findings), @r"
    u.csv:2:22 warning: the display name `Ann ` ends with a space; remove the space in the directory; until then this user cannot be moved
    u.csv:3:2 warning: the SIP address ` bob@contoso.com` begins with a space; remove the space in the directory; until then this user cannot be moved
    u.csv:3:29 warning: `ann@contoso.com` and `bob@contoso.com` have the same line `TEL:+1`; give each user a line of their own, or leave one of them without
      u.csv:2:27 advice: the first one stands here
    ");
    let users = &topology.users;
    assert_eq!([0, 1, 2].map(|user| users.has_edge_spaces(user)), [true, true, false]);
    assert_eq!(users.text(0, TextColumn::Name), "Ann ");
    assert_eq!((users.shares_line(1), users.shares_line(2)), (&[0, 1][..], &[][..]));
}

#[test]
fn a_cell_of_the_wrong_kind_is_shown_where_it_stands_even_after_quoted_lines() {
    insta::assert_snapshot!(
        wrong(rows(&["ann@contoso.com,True,\"A\n\nB\",", "bob@contoso.com,yes,,", "nobody,True,,", ",True,,", "cy@contoso.com,,\"C\nC\","])),
        @r"
    u.csv:5:17 `yes` is neither `True` nor `False`; write `True` or `False`, as `Export-Csv` does
    u.csv:6:1 `nobody` is no SIP address; write it as `sip:ann@contoso.com`
    u.csv:7:1 this user has no SIP address; add it, or remove the row
    u.csv:8:16 nothing says whether this user is enabled; write `True` or `False`, as `Export-Csv` does
    ");
}

#[test]
fn rows_that_are_no_rows_are_found_and_the_others_still_read() {
    insta::assert_snapshot!(
        wrong("SipAddress,Enabled,RegistrarPool\nann@contoso.com,True\nbob@contoso.com,True,a,b\nc\"y@contoso.com,True,\n\"dora\"x,True,\nanybody,True,\n"),
        @r"
    u.csv:2:17 this row has 2 cells, and the header has 3; put a cell in quotes if it holds the separator
    u.csv:3:24 this row has 4 cells, and the header has 3; put a cell in quotes if it holds the separator
    u.csv:4:2 a quote stands in the middle of a cell; put the cell in quotes and double each quote inside it
    u.csv:5:6 a quote stands in the middle of a cell; put the cell in quotes and double each quote inside it
    u.csv:6:1 `anybody` is no SIP address; write it as `sip:ann@contoso.com`
    ");
    insta::assert_snapshot!(
        wrong("SipAddress,Enabled,RegistrarPool\nann@contoso.com,True,\"lyncpool01\nbob@contoso.com,True,\n"),
        @"u.csv:2:22 a quote is opened and never closed; close it, or double it if it belongs to the text");
}

#[test]
fn no_users_are_an_error_and_not_an_empty_set() {
    insta::assert_snapshot!(wrong(""), @"`u.csv` is empty; export it again, and look whether the export ended without an error");
    insta::assert_snapshot!(wrong("\u{feff}#TYPE Selected\r\n"), @"`u.csv` is empty; export it again, and look whether the export ended without an error");
    insta::assert_snapshot!(wrong("SipAddress,Enabled,HomeServer\r\n\r\n"), @"`u.csv` has a header and no users; export it again, and look whether the export ended without an error");
}

#[test]
fn a_missing_column_is_named_with_the_one_that_is_near() {
    insta::assert_snapshot!(wrong("SipAdress,Enable,Home\nann@contoso.com,True,\n"), @r"
    u.csv:1:1 `u.csv` has no column `SipAddress`; rename it to `SipAddress` if it is meant
    u.csv:1:11 `u.csv` has no column `Enabled`; rename it to `Enabled` if it is meant
    u.csv:1:1 `u.csv` has no column `HomeServer`; export it too: `Get-CsUser | Export-Csv FILE -Encoding UTF8` writes `HomeServer`
    ");
    insta::assert_snapshot!(wrong("SipAddress,Enabled,HomeServer,enabled\nann@contoso.com,True,,True\n"), @r"
    u.csv:1:31 the column `enabled` is there twice; remove or rename one, so that it is clear which one counts
    u.csv:2:22 warning: this user has no home pool: `RegistrarPool` and `HomeServer` are empty; a user without a home cannot be moved and is skipped
    ");
}

#[test]
fn a_line_without_end_is_refused_before_it_fills_the_memory() {
    insta::assert_snapshot!(wrong(["SipAddress,Enabled,HomeServer\n", &"x".repeat(3 << 20)].concat()), @"line 2 of `u.csv` is longer than 1 MiB; an export has one user per line; is it the right file?");
    let open = ["SipAddress,Enabled,HomeServer\n\"", &"x\n".repeat(3 << 20)].concat();
    insta::assert_snapshot!(wrong(open), @"u.csv:2:1 a quote is opened and never closed; close it, or double it if it belongs to the text");
}

#[test]
fn twenty_findings_of_a_kind_are_shown_and_the_rest_counted() {
    let many: Vec<String> = (0..50).map(|n| format!("u{n}@contoso.com,maybe,,")).collect();
    let findings =
        read_users(rows(&many.iter().map(String::as_str).collect::<Vec<_>>())).unwrap_err();
    assert_eq!(findings.0.len(), 50);
    assert_eq!(findings.sampled().0.len(), 21);
    insta::assert_snapshot!(findings.sampled().0[20].message, @"30 further findings of this kind not shown");
}

#[test]
fn a_directory_that_does_not_fit_is_told_where() {
    let users =
        rows(&["ann@contoso.com,True,,", "bob@contoso.com,True,,", "cy@contoso.com,True,,"]);
    let directory = "SipAddress,Manager,Delegates,Meetings,Groups\n\
        ann@contoso.com,bbo@contoso.com,cy@contoso.com;dora@contoso.com,many,System.String[]\n\
        bob@contoso.com,cy@contoso.com,,,\n\
        cy@contoso.com,bob@contoso.com,,,\n\
        eve@contoso.com,,,,\n\
        BOB@contoso.com,,,,\n";
    insta::assert_snapshot!(said(&read_both(users.clone(), directory).unwrap_err()), @r"
    d.csv:2:65 `many` is no number of meetings; write a whole number such as `12`, or nothing
    d.csv:2:70 warning: `System.String[]` is the name of a type, not a list; join the values before exporting: `@{n='Groups';e={$_.Groups -join ';'}}`
    d.csv:6:1 two rows of the directory are about `bob@contoso.com`; remove one of the rows
      d.csv:3:1 advice: the first one stands here
    d.csv:5:1 warning: 1 row of `d.csv` belongs to no user of the export; nothing to do if it is right that they have no account
    d.csv:2:17 warning: the manager `bbo@contoso.com` of `ann@contoso.com` is no user of the export; did you mean `bob@contoso.com`?
    d.csv:2:48 warning: the delegate `dora@contoso.com` of `ann@contoso.com` is no user of the export; the delegate is left out; add the user if it is one
    d.csv:3:17 warning: managers form a ring: `bob@contoso.com` and `cy@contoso.com`; correct the manager of one of them
    ");
    insta::assert_snapshot!(said(&read_both(users.clone(), "SipAddress,Title\neve@contoso.com,x\n").unwrap_err()), @"d.csv:2:1 1 row of `d.csv` belongs to no user of the export; check that both exports are of the same organisation and day");
    insta::assert_snapshot!(said(&read_both(users.clone(), "Mail,Title\neve@contoso.com,x\n").unwrap_err()), @"d.csv:1:1 no column of `d.csv` says whom a row is about; export `SipAddress`, `UserPrincipalName`, `Sid` or `SamAccountName` too");
    insta::assert_snapshot!(said(&read_both(users, "SipAddress,Title\n").unwrap_err()), @"`d.csv` has a header and no rows; export it again, and look whether the export ended without an error");
}

#[test]
fn files_that_are_missing_are_named_all_at_once() {
    insta::assert_snapshot!(said(&read(&config(true), &Memory::default()).unwrap_err()), @r"
    cannot read `t.toml`; put the file there, or name another one under `[inventory]` in `sidle.toml`
    cannot read `u.csv`; put the file there, or name another one under `[inventory]` in `sidle.toml`
    cannot read `d.csv`; put the file there, or name another one under `[inventory]` in `sidle.toml`
    ");
}
