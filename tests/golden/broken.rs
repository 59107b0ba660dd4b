//! Broken exports: one fault each, in CSV, LDIF and JSON, as the users' file or as a directory.

use super::Golden;
use crate::organisation::organisation;
use crate::project::TestProject;

const DN: &str =
    "CN=Lc Services,CN=Microsoft,CN=ocspool01,CN=Pools,CN=RTC Service,DC=contoso,DC=com";

/// An organisation that reads these files; each is a path, and what it holds.
fn reading(inventory: &str, files: &[(&str, Vec<u8>)]) -> TestProject {
    let text = format!("[inventory]\n{inventory}\n\n[move]");
    let project = organisation(3, "note(\"go\");\n").edited("sidle.toml", "[move]", &text);
    for (name, bytes) in files {
        std::fs::write(project.folder().join(name), bytes).unwrap();
    }
    project
}

fn users(name: &str, bytes: impl Into<Vec<u8>>) -> TestProject {
    reading(&format!("users = \"{name}\""), &[(name, bytes.into())])
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn csv(row: &str) -> String {
    format!("SipAddress,Enabled,RegistrarPool,DisplayName\n{row}\n")
}

/// Exports in CSV that are no text, or no rows.
#[test]
fn golden_broken_text() {
    let mut golden = Golden::new("broken-text");
    let mut told = |name: &str, bytes: &[u8]| golden.told(name, &users("u.csv", bytes), &["check"]);
    let ann = "ann@contoso.com,True,lyncpool01.contoso.com,Ann";
    told("inventory::encoding zero", csv("ann@contoso.com,True,,A\0nn").as_bytes());
    let marked = |text: &str| [b"\xFF\xFE".to_vec(), wide(text)].concat();
    told("inventory::encoding odd-length", &[marked(&csv(ann)), b"b".to_vec()].concat());
    told("inventory::encoding surrogate", &[marked(&csv(ann)), b"\x00\xDCb\0".to_vec()].concat());
    let bytes = [b"\xEF\xBB\xBF", csv(ann).as_bytes(), b"b@contoso.com,True,,J\xFCrgen\n"].concat();
    told("inventory::encoding marked", &bytes);
    told(
        "inventory::encoding other",
        &[csv(ann).as_bytes(), b"bob@contoso.com,True,,B\x81b\n"].concat(),
    );
    let two = [csv(ann).as_bytes(), b"bob@contoso.com,True,lyncpool01.contoso.com,J\xFCrgen\ncy@contoso.com,True,lyncpool01.contoso.com,J\xC3\xBCrgen\n"].concat();
    told("inventory::encoding mixed", &two);
    told(
        "inventory::encoding cut",
        &[csv(ann).as_bytes(), b"b\xC3\xBCrgen@contoso.com,True,,B\xE2\x82"].concat(),
    );
    told("inventory::encoding workbook", b"PK\x03\x04\x14\0\x06\0\x08\0");
    told("inventory::encoding utf32", b"\xFF\xFE\0\0S\0\0\0i\0\0\0");
    told("inventory::encoding picture", &(0..=255).collect::<Vec<u8>>());
    told("inventory::too_large line", csv(&"x".repeat(3 << 20)).as_bytes());
    let names: Vec<String> = (0..3000).map(|number| format!("Column{number}")).collect();
    told("inventory::too_large header", (names.join(",") + "\n").as_bytes());
    told("inventory::csv too-many", csv("ann@contoso.com,True,,Lee, Ann").as_bytes());
    told("inventory::value missing-address", csv(",True,,Ann").as_bytes());
    golden.end();
}

/// Exports in CSV that say what cannot be.
#[test]
fn golden_broken_users() {
    let mut golden = Golden::new("broken-users");
    let mut told = |name: &str, project: &TestProject| golden.told(name, project, &["check"]);
    let header = "SipAddress,Enabled,RegistrarPool,HomeServer,EnterpriseVoiceEnabled,OptionFlags\n";
    let row = |rest: &str| users("u.csv", format!("{header}ann@contoso.com,True,{rest}\n"));
    told("inventory::two_homes", &row(&format!("lyncpool01.contoso.com,\"{DN}\",,")));
    told("inventory::contradiction", &row("lyncpool01.contoso.com,,False,385"));
    told("inventory::value options", &row("lyncpool01.contoso.com,,,voice"));
    told("inventory::unknown_home no-name", &row(",lyncpool01.contoso.com,,"));
    told(
        "inventory::unknown_home other",
        &row(&format!(",\"{}\",,", DN.replace("pool01", "pool07"))),
    );
    let both = [
        ("a.csv", csv("ann@contoso.com,True,lyncpool01.contoso.com,Ann").into_bytes()),
        ("b.csv", csv("bob@contoso.com,True,,Bob\nSIP:Ann@contoso.com,True,,Ann").into_bytes()),
    ];
    told("inventory::duplicate_user two-files", &reading("users = [\"a.csv\", \"b.csv\"]", &both));
    golden.end();
}

fn entry(lines: &str) -> String {
    format!(
        "dn: CN=Ann,DC=contoso,DC=com\nmsRTCSIP-UserEnabled: TRUE\nmsRTCSIP-PrimaryUserAddress: sip:ann@contoso.com\n\
         msRTCSIP-PrimaryHomeServer: {}\n {}\n{lines}\n",
        &DN[..30],
        &DN[30..]
    )
}

#[test]
fn golden_broken_ldif() {
    let mut golden = Golden::new("broken-ldif");
    let mut told = |name: &str, text: &str| golden.told(name, &users("u.ldf", text), &["check"]);
    told("inventory::ldif no-name", &entry("\ntitle: CIO\ndn: CN=Bob,DC=contoso,DC=com"));
    told("inventory::ldif no-colon", &entry("title CIO"));
    told("inventory::ldif attribute", &entry("job title: CIO"));
    told("inventory::ldif base64", &entry("displayName:: Ann Lee"));
    told("inventory::ldif binary", &entry("displayName:: /////w=="));
    told("inventory::ldif zero", &entry("title:: QQBC"));
    told("inventory::ldif other-binary", &entry("extensionAttribute1:: /////w=="));
    told("inventory::ldif elsewhere", &entry("jpegPhoto:< file:///c:/ann.jpg"));
    told(
        "inventory::ldif change",
        "dn: CN=Ann,DC=contoso,DC=com\nchangetype: modify\nreplace: title\ntitle: CIO\n-\n",
    );
    told("inventory::ldif version", &format!("version: 2\n{}", entry("title: CIO")));
    told("inventory::ldif goes-on", &entry("\n title: CIO"));
    told("inventory::ldif second-name", &entry("dn: CN=Bob,DC=contoso,DC=com"));
    told(
        "inventory::column attribute",
        "dn: CN=Ann,DC=contoso,DC=com\nmsRTCSIP-UserEnabled: TRUE\nmsRTCSIP-PrimaryHomeServer: x\n",
    );
    told(
        "inventory::duplicate_user entry",
        &format!("{}\n{}", entry("title: CIO"), entry("title: CEO")),
    );
    told("inventory::value entry", &entry("title: CIO").replace("TRUE", "YES"));
    told("inventory::value number", &entry("msRTCSIP-OptionFlags: many"));
    told("inventory::unknown_home entry", &entry("title: CIO").replace("ocspool01", "ocspol01"));
    told(
        "inventory::no_user",
        &format!("{}\ndn: OU=IT,DC=contoso,DC=com\nobjectClass: top\n", entry("title: CIO")),
    );
    told(
        "inventory::empty groups",
        "dn: CN=it,DC=contoso\nmsRTCSIP-UserEnabled:\nmsRTCSIP-PrimaryUserAddress:\nmsRTCSIP-PrimaryHomeServer:\n",
    );
    told(
        "inventory::too_large entry",
        &entry(&"member: CN=somebody,DC=contoso,DC=com\n".repeat(120_000)),
    );
    golden.end();
}

fn object(rest: &str) -> String {
    format!(
        "[\n    {{\n        \"SipAddress\":  \"ann@contoso.com\",\n        \"Enabled\":  true,\n        \
         \"RegistrarPool\":  \"lyncpool01.contoso.com\"{rest}\n    }}\n]\n"
    )
}

#[test]
fn golden_broken_json() {
    let mut golden = Golden::new("broken-json");
    let mut told = |name: &str, text: &str| golden.told(name, &users("u.json", text), &["check"]);
    let good = object("");
    told("inventory::json cut", &good[..good.len() - 20]);
    told("inventory::json never-closed", good.trim_end().trim_end_matches(']'));
    told("inventory::json open-text", &good.replace("com\",", "com,"));
    told("inventory::json no-comma", &good.replace("\n]", "\n    { }\n]"));
    told("inventory::json comma", &good.replace("\n]", ",\n]"));
    told("inventory::json last-comma", &object(","));
    told("inventory::json twice", &object(",\n        \"enabled\":  false"));
    told(
        "inventory::json deep",
        &object(&format!(",\n        \"Deep\":  {}1{}", "[".repeat(70), "]".repeat(70))),
    );
    told("inventory::json numbers", "[1, 2, 3]\n");
    told("inventory::json behind", &format!("{good}{good}"));
    told("inventory::json escape", &object(",\n        \"Notes\":  \"C:\\users\""));
    told("inventory::json half", &object(",\n        \"Notes\":  \"\\ud800\""));
    told("inventory::json quotes", &good.replace("\"Enabled\"", "'Enabled'"));
    told("inventory::json wrapped", &format!("{{ \"value\": {good}, \"Count\" }}"));
    told("inventory::json text", "\"ann@contoso.com\"\n");
    told("inventory::value flag", &good.replace("true", "1"));
    told(
        "inventory::value list",
        &good.replace("\"ann@contoso.com\"", "[\"ann@contoso.com\", \"bob@contoso.com\"]"),
    );
    told("inventory::unknown_home", &good.replace("lyncpool01.", "lyncpol01."));
    told("inventory::column", &good.replace("SipAddress", "SipAdress"));
    told("inventory::empty", "[]\n");
    golden.end();
}

#[test]
fn golden_broken_directories() {
    let mut golden = Golden::new("broken-directories");
    let two = "SipAddress,Enabled,RegistrarPool,SamAccountName,Title\n\
               ann@contoso.com,True,lyncpool01.contoso.com,ann,CIO\n\
               ann@fabrikam.com,True,lyncpool01.contoso.com,ANN,\n";
    let mut told = |name: &str, file: &str, text: &str| {
        let inventory = format!("users = \"u.csv\"\ndirectory = \"{file}\"");
        let files = [("u.csv", two.into()), (file, text.into())];
        golden.told(name, &reading(&inventory, &files), &["check"]);
    };
    told("inventory::ambiguous", "d.csv", "SamAccountName,Title\nann,CEO\n");
    told("inventory::differs", "d.csv", "SipAddress,Title\nann@contoso.com,CEO\n");
    let person = "dn: CN=Ann,DC=x\nmsRTCSIP-PrimaryUserAddress: sip:ann@contoso.com\n";
    told("inventory::duplicate_user row", "d.ldf", &format!("{person}\n{person}"));
    told(
        "inventory::unjoined entries",
        "d.ldf",
        &format!("{person}\ndn: CN=Zoe,DC=x\nsAMAccountName: zoe\n"),
    );
    told("inventory::manager_cycle self", "d.ldf", &format!("{person}manager: cn=ann,dc=x\n"));
    told("inventory::unknown_person name", "d.ldf", &format!("{person}manager: CN=Zoe,\n DC=x\n"));
    told(
        "inventory::value contacts",
        "d.json",
        "[{\"SipAddress\": \"ann@contoso.com\", \"Contacts\": 1.5}]",
    );
    told(
        "inventory::json directory",
        "d.json",
        "[{\"SipAddress\": \"ann@contoso.com\", \"Title\": CIO}]",
    );
    golden.end();
}
