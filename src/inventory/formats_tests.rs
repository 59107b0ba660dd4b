//! LDIF and JSON to the last value; several files joined; cells that stay in their files.

use super::alike_tests::csv;
use super::read;
use super::read_tests::{Memory, POOLS, said};
use crate::config::{self, Config};
use crate::diagnostic::{Findings, Style, render};
use crate::topology::{Flag, ListColumn, TextColumn, Topology};
use serde_json::{Value, json};

fn config(users: &str, directory: &[&str]) -> Config {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "name = \"Contoso\"\n[inventory]\ntopology = \"t.toml\"\nusers = {users}\n{}",
        if directory.is_empty() { String::new() } else { format!("directory = {directory:?}\n") }
    );
    std::fs::write(folder.path().join("sidle.toml"), text).unwrap();
    config::read(folder.path()).unwrap()
}

/// Reads users files and directory files beside [`POOLS`].
pub(super) fn read_files(
    users: &[(&'static str, Vec<u8>)],
    directory: &[(&'static str, Vec<u8>)],
) -> Result<(Topology, Findings), Findings> {
    let mut files = Memory::default();
    files.put("t.toml", POOLS);
    for (name, bytes) in users.iter().chain(directory) {
        files.put(name, bytes.clone());
    }
    let names = |files: &[(&'static str, Vec<u8>)]| -> Vec<&str> {
        files.iter().map(|(name, _)| *name).collect()
    };
    read(&config(&format!("{:?}", names(users)), &names(directory)), &files)
}

pub(super) fn read_one(
    name: &'static str,
    bytes: impl Into<Vec<u8>>,
) -> Result<(Topology, Findings), Findings> {
    read_files(&[(name, bytes.into())], &[])
}

pub(super) fn told(read: Result<(Topology, Findings), Findings>) -> String {
    read.map_or_else(|errors| said(&errors), |(_, warnings)| said(&warnings))
}

const LDIF: &str = "\
version: 1
# exported on a Sunday,
  a comment that goes on
dn: CN=Lee\\, Ann,OU=IT,DC=contoso,DC=com
changetype: add
objectClass: top
objectClass: user
msRTCSIP-UserEnabled: TRUE
msRTCSIP-PrimaryUserAddress: sip:Ann@contoso.com
msRTCSIP-PrimaryHomeServer: CN=Lc Services,CN=Microsoft,CN=ocspool01,CN=Pools,CN=RTC
  Service,CN=Services,CN=Configuration,DC=contoso,DC=com
msRTCSIP-OptionFlags: 385
msRTCSIP-Line: tel:+8225550100
msRTCSIP-ArchivingEnabled: 4
displayName:: 7JWkIExlZSA=
displayName;lang-en: Ann Lee
objectSid:: AQUAAAAAAAUVAAAAFc1bB7Fo3joBAAAAVwQAAA==
objectGUID:: //79/Pv6+fj39vX08/Lx8A==
memberOf: CN=lync-pilot,OU=Groups,DC=contoso,DC=com
memberOf: CN=it,OU=Groups,DC=contoso,DC=com

dn:: Q049Qm9iLERDPWNvbnRvc28sREM9Y29t
msRTCSIP-UserEnabled: FALSE
msRTCSIP-PrimaryUserAddress: sip:bob@contoso.com
msRTCSIP-PrimaryHomeServer: CN=Lc Services,CN=Microsoft,CN=ocspool01,CN=Pools,CN=x
manager: CN=Lee\\, Ann,OU=IT,DC=contoso,DC=com

dn: OU=IT,DC=contoso,DC=com
objectClass: organizationalUnit
";

#[test]
fn ldif_is_read_to_the_last_attribute() {
    for text in [LDIF.to_owned(), LDIF.replace('\n', "\r\n")] {
        let (topology, findings) = read_one("u.ldf", text).unwrap();
        insta::allow_duplicates! {
            insta::assert_snapshot!(said(&findings), @r#"
            u.ldf:15:15 warning: the display name `앤 Lee ` ends with a space; remove the space in the directory; until then this user cannot be moved
            warning: 1 entry of `u.ldf` left out: nothing says that they are users; nothing to do if they are groups or computers; `-r "(msRTCSIP-UserEnabled=TRUE)"` exports users only
            "#);
        }
        let users = &topology.users;
        assert_eq!(
            (users.len(), users.address(0), users.address(1)),
            (2, "ann@contoso.com", "bob@contoso.com")
        );
        assert_eq!(users.text(0, TextColumn::Name), "\u{c564} Lee ");
        assert_eq!(users.text(0, TextColumn::Line), "tel:+8225550100");
        assert_eq!(users.text(0, TextColumn::Archiving), "internal");
        assert!(users.flag(0, Flag::Enabled) && users.flag(0, Flag::EnterpriseVoice));
        assert!(users.flag(0, Flag::EdgeSpaces) && !users.flag(1, Flag::Enabled));
        assert_eq!(users.list(0, ListColumn::Groups), ["lync-pilot", "it"]);
        assert_eq!(
            (users.manager(1), users.home(0)),
            (Some(0), topology.pool("ocspool01.contoso.com"))
        );
        assert_eq!(users.origin(1).line, 22);
        let extra = |user, name| users.extra(user, name).unwrap().unwrap().into_owned();
        assert_eq!(extra(0, "objectsid"), "S-1-5-21-123456789-987654321-1-1111");
        assert_eq!(extra(0, "objectClass"), "top;user");
        assert_eq!(extra(0, "displayName;lang-en"), "Ann Lee");
        assert_eq!(extra(0, "objectGUID"), "//79/Pv6+fj39vX08/Lx8A==");
        assert_eq!(extra(1, "dn"), "CN=Bob,DC=contoso,DC=com");
        assert_eq!(
            (extra(0, "PublicNetworkEnabled"), extra(1, "PublicNetworkEnabled")),
            ("True".into(), String::new())
        );
        let (source, span) = users.place(1, "manager").unwrap().unwrap();
        assert_eq!(source.line_column(span.start), (26, 10));
    }
}

#[test]
fn json_of_powershell_is_read_to_the_last_value() {
    let text = r#"[
    {
        "SipAddress":  "sip:ann@contoso.com",
        "Enabled":  true,
        "DisplayName":  "Ann \u0026 \uc564",
        "UserPrincipalName":  null,
        "HomeServer":  "CN=Lc Services,CN=Microsoft,CN=ocspool01,CN=Pools,CN=x",
        "RegistrarPool":  null,
        "EnterpriseVoiceEnabled":  false,
        "WhenCreated":  "\/Date(1380000000000)\/",
        "Sid":  { "BinaryLength":  28, "AccountDomainSid":  { "Value":  "S-1-5-21-1" }, "Value":  "S-1-5-21-1-1111" },
        "Groups":  { "value":  ["it", "lync-pilot"], "Count":  2 },
        "Identity":  { "Rdn":  { "EscapedName":  "CN=Ann" } },
        "HostedVoiceMail":  7
    },
    { "sipaddress":  "bob@contoso.com", "Enabled":  "True", "RegistrarPool":  "lyncpool01.contoso.com", "VoicePolicy":  "Tag:Gold", "Groups":  "a;b" }
]
"#;
    for bytes in [text.to_owned(), format!("{{\"value\": {text}, \"Count\": 2}}")] {
        let (topology, findings) = read_one("u.json", bytes).unwrap();
        assert_eq!(said(&findings), "");
        let users = &topology.users;
        assert_eq!(users.text(0, TextColumn::Name), "Ann & \u{c564}");
        assert_eq!(
            (users.list(0, ListColumn::Groups), users.list(1, ListColumn::Groups)),
            (vec!["it", "lync-pilot"], vec!["a", "b"])
        );
        assert_eq!((users.home(0), users.home(1)), (Some(0), Some(1)));
        assert_eq!(users.policies(1), [("VoicePolicy", "Tag:Gold")]);
        let extra = |name| users.extra(0, name).unwrap().unwrap().into_owned();
        assert_eq!(extra("whencreated"), "2013-09-24T05:20:00Z");
        assert_eq!(
            (extra("Sid"), extra("Identity.Rdn.EscapedName")),
            ("S-1-5-21-1-1111".into(), "CN=Ann".into())
        );
        assert_eq!(extra("HostedVoiceMail"), "7");
        assert_eq!(users.origin(1).line, 16);
        let (source, span) = users.place(1, "VoicePolicy").unwrap().unwrap();
        assert_eq!(source.line_column(span.start), (16, 122));
    }
    let one = r#"{"SipAddress":"ann@contoso.com","Enabled":true,"RegistrarPool":"lyncpool01.contoso.com"}"#;
    assert_eq!(read_one("u.json", one).unwrap().0.users.len(), 1);
}

#[test]
fn a_value_on_a_very_long_line_has_its_own_column() {
    let users: Vec<Value> = (0..200)
        .map(|n| json!({"SipAddress": format!("u{n}@contoso.com"), "Enabled": n != 150, "RegistrarPool": "lyncpool01.contoso.com", "Notes": "x".repeat(40)}))
        .collect();
    let text = serde_json::to_string(&users)
        .unwrap()
        .replace("\"Enabled\":false", "\"Enabled\":\"perhaps\"");
    let column = text.find("perhaps").unwrap() + 1;
    let found = told(read_one("u.json", text));
    assert!(found.starts_with(&format!("u.json:1:{column} `perhaps` is neither")), "{found}");
}

#[test]
fn a_later_file_fills_gaps_and_overwrites_nothing() {
    let users = "SipAddress,Enabled,HomeServer,UserPrincipalName,SamAccountName,Sid,Title\n\
        ann@contoso.com,True,,ann@ad,ann,S-1-5-21-1,CIO\nbob@contoso.com,True,,bob@ad,bob,S-1-5-21-2,\n";
    let ldif = "dn: CN=Ann,DC=x\nuserPrincipalName: ann@ad\ntitle: CEO\nmanager: CN=Bob,DC=x\nFloor: 4\n\n\
        dn: CN=Bob,DC=x\nobjectSid: s-1-5-21-2\ntitle: CFO\nFloor: 5\n";
    let clients = "SamAccountName,Client,Title,Floor\nann,OC,CEO,9\nBOB,OC,CFO,\nzoe,OC,,\n";
    let (topology, findings) = read_files(
        &[("u.csv", users.into())],
        &[("d.ldf", ldif.into()), ("c.csv", clients.into())],
    )
    .unwrap();
    insta::assert_snapshot!(said(&findings), @r"
    u.csv:2:22 warning: this user has no home pool: `RegistrarPool` and `HomeServer` are empty; a user without a home cannot be moved and is skipped
    u.csv:3:22 warning: this user has no home pool: `RegistrarPool` and `HomeServer` are empty; a user without a home cannot be moved and is skipped
    d.ldf:3:8 warning: `title` of `d.ldf` differs from an earlier file for 1 user; the earlier value counts; see which file is right: `ann@contoso.com`: `CEO` here, `CIO` before
    c.csv:4:1 warning: 1 row of `c.csv` belongs to no user of the export; nothing to do if it is right that they have no account
    c.csv:2:8 warning: `Title` of `c.csv` differs from an earlier file for 1 user; the earlier value counts; see which file is right: `ann@contoso.com`: `CEO` here, `CIO` before
    ");
    let users = &topology.users;
    let texts = |column| [users.text(0, column), users.text(1, column)];
    assert_eq!(
        (texts(TextColumn::Title), texts(TextColumn::Client)),
        (["CIO", "CFO"], ["OC", "OC"])
    );
    assert_eq!(users.manager(0), Some(1));
    let floors = [0, 1].map(|user| users.extra(user, "floor").unwrap().unwrap().into_owned());
    assert_eq!(floors, ["4", "5"]);
}

#[test]
fn a_further_column_of_a_file_that_was_changed_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let write = |notes: &str| {
        let text = csv(&[("ann@contoso.com".into(), "Ann".into(), notes.into(), Vec::new())], ",");
        std::fs::write(folder.path().join("u.csv"), text).unwrap();
    };
    std::fs::write(folder.path().join("t.toml"), POOLS).unwrap();
    write("before");
    let config = config("\"u.csv\"", &[]);
    let (topology, _) = read(&config, &super::Folder(folder.path())).unwrap();
    assert_eq!(topology.users.extra(0, "notes").unwrap().unwrap(), "before");
    let (topology, _) = read(&config, &super::Folder(folder.path())).unwrap();
    write("after");
    let changed = topology.users.extra(0, "notes").unwrap_err();
    insta::assert_snapshot!(render(&changed, Style::PLAIN), @r"
    sidle::inventory::changed

      × `u.csv` was changed since it was read
      help: leave it alone while sidle works with it, and start the command again
    ");
    std::fs::remove_file(folder.path().join("u.csv")).unwrap();
    let gone = topology.users.extra(0, "notes").unwrap_err();
    insta::assert_snapshot!(gone.message, @"cannot read `u.csv`");
}

#[test]
fn a_row_of_the_directory_whose_names_disagree_joins_nobody() {
    let users = "SipAddress,Enabled,RegistrarPool,UserPrincipalName,SamAccountName,Sid\n\
        ann@contoso.com,True,lyncpool01.contoso.com,ann@ad,ann,S-1-5-21-1\n\
        bob@contoso.com,True,lyncpool01.contoso.com,bob@ad,bob,S-1-5-21-2\n";
    let joined = |rows: &str| {
        let rows = format!("SipAddress,UserPrincipalName,SamAccountName,Sid,Title\n{rows}");
        read_files(&[("u.csv", users.into())], &[("d.csv", rows.into())])
    };
    for row in ["ann@contoso.com,,,S-1-5-21-2,CEO\n", ",ann@ad,,S-1-5-21-2,CEO\n"] {
        let findings = joined(row).unwrap_err();
        let found = said(&findings);
        assert!(
            found.contains("this row is about `ann@contoso.com` and `bob@contoso.com`"),
            "{found}"
        );
    }
    // The account name is reused: the UPN is another one than the user's.
    let (topology, findings) = joined(",new@ad,ann,,CEO\n,,bob,,CFO\n").unwrap();
    assert!(said(&findings).contains("1 row of `d.csv` belongs to no user"), "{}", said(&findings));
    assert_eq!(topology.users.text(0, TextColumn::Title), "");
    assert_eq!(topology.users.text(1, TextColumn::Title), "CFO");
}

#[test]
fn homes_that_cannot_be_right_are_told() {
    let row = |cells: &str| {
        told(read_one(
            "u.csv",
            format!(
                "SipAddress,Enabled,RegistrarPool,HomeServer,TargetServerIfMoving\nann@contoso.com,True,{cells}\n"
            ),
        ))
    };
    let unknown = row("lyncpool01.contoso.com,\"CN=Lc Services,CN=Microsoft,CN=old,CN=Pools\",");
    assert!(unknown.contains("warning: the topology has no pool `old`"), "{unknown}");
    let cluster = row("lyncpool01.contoso.com,\"CN=Lc Services,CN=Microsoft,CN=1:2,CN=Pools\",");
    assert_eq!(cluster, "");
    let target = row("lyncpool01.contoso.com,,lyncpol09.contoso.com");
    assert!(
        target.contains("warning: the topology has no pool `lyncpol09.contoso.com`"),
        "{target}"
    );
    let mut files = Memory::default();
    let edge =
        POOLS.replacen("generation = \"current\"", "generation = \"current\"\nrole = \"edge\"", 1);
    files.put("t.toml", edge);
    files.put(
        "u.csv",
        "SipAddress,Enabled,RegistrarPool\nann@contoso.com,True,lyncpool01.contoso.com\n",
    );
    let found = told(read(&config("\"u.csv\"", &[]), &files));
    assert!(
        found.contains("`lyncpool01.contoso.com` is an edge pool; nobody lives there"),
        "{found}"
    );
}

#[test]
fn what_is_archived_is_told_in_words() {
    let read = |bits: &str| {
        read_one(
            "u.csv",
            format!(
                "SipAddress,Enabled,RegistrarPool,msRTCSIP-ArchivingEnabled\nann@contoso.com,True,lyncpool01.contoso.com,{bits}\n"
            ),
        )
    };
    for (bits, words) in
        [("0", ""), ("4", "internal"), ("8", "federated"), ("13", "internal, federated")]
    {
        assert_eq!(read(bits).unwrap().0.users.text(0, TextColumn::Archiving), words, "{bits}");
    }
    assert!(told(read("True")).contains("`True` is no number"));
}

#[cfg(unix)]
#[test]
fn what_is_no_regular_file_is_not_opened() {
    use super::Files as _;
    let folder = tempfile::tempdir().unwrap();
    let refused = super::Folder(folder.path()).open(".").err().unwrap();
    assert_eq!(refused.to_string(), "it is no regular file");
}
