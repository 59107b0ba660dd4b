//! Organisations of any size, written as an admin's exports: for tests that need more, fewer or other
//! users than `scripts/first-steps` has.

use crate::project::TestProject;
use std::fmt::Write as _;

/// The legacy pool of every such organisation.
pub const LEGACY: &str = "ocspool01.contoso.com";
/// Its current pool.
pub const CURRENT: &str = "lyncpool01.contoso.com";

const TOPOLOGY: &str = r#"
[[site]]
name = "Seoul"
kind = "central"

[[pool]]
fqdn = "ocspool01.contoso.com"
site = "Seoul"
product = "OCS 2007 R2"
generation = "legacy"
role = "front end"
servers = ["ocsfe01.contoso.com"]

[[pool.service]]
name = "Front End"
ports = [5061]

[[pool]]
fqdn = "lyncpool01.contoso.com"
site = "Seoul"
product = "Lync Server 2013"
generation = "current"
role = "front end"
servers = ["lyncfe01.contoso.com"]

[[pool.service]]
name = "Front End"
ports = [5061]
"#;

const CONFIG: &str = r#"
name = "Contoso"

[move]
server_patience = "2s"

[commands.touch]
run = ["sh", "-c", "echo ran >> commands.log"]

[commands.touch-again]
run = ["sh", "-c", "echo ran >> commands.log"]
repeat = "safe"
"#;

/// The address of user `number`.
pub fn address(number: usize) -> String {
    format!("user{number:05}@contoso.com")
}

/// An organisation with that many users on the legacy pool, and this runbook.
pub fn organisation(users: usize, runbook: &str) -> TestProject {
    let mut csv = String::from(
        "SipAddress,Enabled,DisplayName,UserPrincipalName,EnterpriseVoiceEnabled,HomeServer,RegistrarPool\n",
    );
    for number in 0..users {
        let address = address(number);
        let _ = writeln!(
            csv,
            "sip:{address},True,User {number:05},{address},False,\"CN=Lc Services,CN=Microsoft,\
             CN=ocspool01,CN=Pools,CN=RTC Service,CN=Services,CN=Configuration,DC=contoso,DC=com\",",
        );
    }
    TestProject::new()
        .file("sidle.toml", CONFIG)
        .file("inventory/topology.toml", TOPOLOGY)
        .file("inventory/users.csv", &csv)
        .file("runbook.rhai", runbook)
}

/// The two pools, as every runbook here names them.
pub const POOLS: &str = "let legacy = topology.pool(\"ocspool01.contoso.com\");\n\
     let lync = topology.pool(\"lyncpool01.contoso.com\");\n";

/// Two response groups, two dial-in numbers and a conference directory on the legacy pool.
pub const APPLICATIONS: usize = 5;

/// The same organisation with [`APPLICATIONS`] applications on the legacy pool.
pub fn with_applications(users: usize, runbook: &str) -> TestProject {
    let kinds = "[inventory.applications]\n\
                 response_group = \"inventory/response-groups.csv\"\n\
                 dial_in_number = \"inventory/dial-in-numbers.csv\"\n\
                 conference_directory = \"inventory/conference-directories.csv\"\n\n[move]";
    organisation(users, runbook)
        .edited("sidle.toml", "[move]", kinds)
        .file(
            "inventory/response-groups.csv",
            "Identity,Name,Agents\n\
             service:ApplicationServer:ocspool01.contoso.com/1987d3c2,Helpdesk,sip:user00000@contoso.com\n\
             service:ApplicationServer:ocspool01.contoso.com/2f5a9b11,Sales,\n",
        )
        .file(
            "inventory/dial-in-numbers.csv",
            "PrimaryUri,DisplayNumber,LineUri,Pool\n\
             sip:seoul@contoso.com,02 555 0199,tel:+8225550199,ocspool01.contoso.com\n\
             sip:busan@contoso.com,051 555 0199,tel:+82515550199,ocspool01.contoso.com\n",
        )
        .file(
            "inventory/conference-directories.csv",
            "Identity,ServiceId\n1,UserServer:ocspool01.contoso.com\n",
        )
}
