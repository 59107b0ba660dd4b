//! What is wrong in sidle.toml, in the topology document and in the exports.

use super::Golden;
use crate::organisation::organisation;
use crate::project::TestProject;

const TOPOLOGY: &str = "inventory/topology.toml";
const USERS: &str = "inventory/users.csv";
const DIRECTORY: &str = "inventory/directory.csv";

/// A file, what stands there, what is written instead.
const EDITS: &[(&str, &str, &str, &str)] = &[
    ("config::syntax", "sidle.toml", "name = \"Contoso\"", "name = Contoso"),
    ("config::value key", "sidle.toml", "server_patience", "server_patence"),
    ("config::value kind", "sidle.toml", "\"2s\"", "2"),
    ("config::value missing", "sidle.toml", "name = \"Contoso\"", ""),
    ("config::value duration", "sidle.toml", "\"2s\"", "\"2 sec\""),
    (
        "config::unreadable export",
        "sidle.toml",
        "[move]",
        "[inventory]\nusers = \"users.csv\"\n[move]",
    ),
    ("topology::syntax", TOPOLOGY, "kind = \"central\"", "kind = \"central"),
    ("topology::value", TOPOLOGY, "generation = \"legacy\"", "generation = \"old\""),
    ("topology::value key", TOPOLOGY, "kind = \"central\"", "knd = \"central\""),
    ("topology::duplicate", TOPOLOGY, "\"lyncpool01.contoso.com\"", "\"ocspool01.contoso.com\""),
    ("topology::unknown_reference site", TOPOLOGY, "name = \"Seoul\"", "name = \"Soul\""),
    (
        "topology::unknown_reference service",
        TOPOLOGY,
        "product = \"Lync Server 2013\"\ngeneration = \"current\"\nrole = \"front end\"\n\
         servers = [\"lyncfe01.contoso.com\"]\n\n[[pool.service]]\n",
        "product = \"Lync Server 2013\"\ngeneration = \"current\"\n\n[[pool.service]]\n\
         depends_on = [\"Frontend\"]\n",
    ),
    (
        "topology::dependency_cycle",
        TOPOLOGY,
        "product = \"Lync Server 2013\"\ngeneration = \"current\"\nrole = \"front end\"\n\
         servers = [\"lyncfe01.contoso.com\"]\n\n[[pool.service]]\n",
        "product = \"Lync Server 2013\"\ngeneration = \"current\"\n\n[[pool.service]]\n\
         name = \"Mediation\"\ndepends_on = [\"Front End\"]\n\n[[pool.service]]\n\
         depends_on = [\"Mediation\"]\n",
    ),
    ("inventory::csv quote", USERS, "User 00001", "\"User\" 00001"),
    ("inventory::csv missing", USERS, "User 00001,user00001@contoso.com,", "User 00001,"),
    ("inventory::csv open", USERS, "User 00001", "\"User 00001"),
    ("inventory::column missing", USERS, "SipAddress", "Address"),
    ("inventory::column twice", USERS, "DisplayName", "Enabled"),
    ("inventory::value address", USERS, "sip:user00001@contoso.com", "user00001"),
    (
        "inventory::value flag",
        USERS,
        "sip:user00001@contoso.com,True",
        "sip:user00001@contoso.com,Yes!",
    ),
    ("inventory::duplicate_user", USERS, "sip:user00001@contoso.com", "SIP:user00002@contoso.com"),
    ("inventory::edge_spaces", USERS, "User 00001,", "User 00001 ,"),
];

fn small() -> TestProject {
    organisation(3, "note(\"go\");\n")
}

#[test]
fn golden_edited_files() {
    let mut golden = Golden::new("files");
    for (name, file, old, new) in EDITS {
        let project = small();
        project.edit(file, old, new);
        golden.told(name, &project, &["check"]);
    }
    golden.end();
}

/// Exports that are written anew.
#[test]
fn golden_exports() {
    let mut golden = Golden::new("exports");
    let users = |text: &str| small().file(USERS, text);
    golden.told("config::unreadable folder", &TestProject::new(), &["check"]);
    golden.told("inventory::empty", &users(""), &["check"]);
    golden.told("inventory::empty rows", &users("SipAddress,Enabled,RegistrarPool\n"), &["check"]);
    let home = "ann@contoso.com,True,lyncpool1.contoso.com\n";
    let header = "SipAddress,Enabled,RegistrarPool\n";
    golden.told("inventory::unknown_home", &users(&format!("{header}{home}")), &["check"]);
    let none = "ann@contoso.com,True,\n";
    golden.told("inventory::unknown_home none", &users(&format!("{header}{none}")), &["check"]);
    let lines = "SipAddress,Enabled,EnterpriseVoiceEnabled,LineURI,RegistrarPool\n\
                 ann@contoso.com,True,True,tel:+8225550100,lyncpool01.contoso.com\n\
                 bob@contoso.com,True,True,tel:+8225550100,lyncpool01.contoso.com\n";
    golden.told("inventory::shared_line", &users(lines), &["check"]);
    let latin = small();
    let text = std::fs::read_to_string(latin.folder().join(USERS)).unwrap();
    let bytes: Vec<u8> = text.replace("User 00001", "Jose\u{1}").into_bytes();
    let bytes: Vec<u8> =
        bytes.into_iter().map(|byte| if byte == 1 { 0xe9 } else { byte }).collect();
    std::fs::write(latin.folder().join(USERS), bytes).unwrap();
    golden.told("inventory::encoding", &latin, &["check"]);
    golden.end();
}

/// A directory beside the users.
#[test]
fn golden_directories() {
    let mut golden = Golden::new("directories");
    let directory = |text: &str| {
        small()
            .edited(
                "sidle.toml",
                "[move]",
                "[inventory]\ndirectory = \"inventory/directory.csv\"\n\n[move]",
            )
            .file(DIRECTORY, text)
    };
    let person = "UserPrincipalName,Manager\nuser00000@contoso.com,usr00001@contoso.com\n";
    golden.told("inventory::unknown_person", &directory(person), &["check"]);
    let ring = "UserPrincipalName,Manager\nuser00000@contoso.com,user00001@contoso.com\n\
                user00001@contoso.com,user00000@contoso.com\n";
    golden.told("inventory::manager_cycle", &directory(ring), &["check"]);
    let unjoined = "UserPrincipalName,Title\nuser00000@contoso.com,CIO\nzoe@fabrikam.com,CEO\n";
    golden.told("inventory::unjoined", &directory(unjoined), &["check"]);
    let no_key = "Title\nCIO\n";
    golden.told("inventory::column key", &directory(no_key), &["check"]);
    let lists = "UserPrincipalName,Groups\nuser00000@contoso.com,System.String[]\n";
    golden.told("inventory::type_name", &directory(lists), &["check"]);
    let number = "UserPrincipalName,Meetings\nuser00000@contoso.com,many\n";
    golden.told("inventory::value number", &directory(number), &["check"]);
    golden.end();
}
