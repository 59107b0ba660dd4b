//! An organisation of many users, as an admin exports it: every column of `Get-CsUser`, and a directory.
//!
//! The people are constructed: numbered names, departments and lines by turns.

use crate::Result;
use sidle::config::Config;
use std::fmt::Write as _;
use std::path::Path;
use tempfile::TempDir;

pub const USERS: usize = 100_000;
pub const LEGACY: &str = "ocspool01.contoso.com";
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
[[pool]]
fqdn = "lyncpool01.contoso.com"
site = "Seoul"
product = "Lync Server 2013"
generation = "current"
role = "front end"
servers = ["lyncfe01.contoso.com"]
"#;

const RUNBOOK: &str = r#"
let legacy = topology.pool("ocspool01.contoso.com");
let lync = topology.pool("lyncpool01.contoso.com");
stage "Production" { require legacy.users.move_to(lync, #{ parallel: 64 }); }
stage "After" { approve("go on?"); }
"#;

const CONFIG: &str = "name = \"Contoso\"\n";
/// What a `sidle.toml` needs besides to read the directory too.
const DIRECTORY: &str = "\n[inventory]\ndirectory = \"inventory/directory.csv\"\n";

const DEPARTMENTS: [&str; 5] = ["Sales", "Engineering", "Legal", "Customer Care", "IT"];
const TITLES: [&str; 4] = ["Analyst", "Engineer", "Consultant", "Manager"];
const CITIES: [&str; 2] = ["Seoul", "Busan"];

/// The address of user `number`.
pub fn address(number: usize) -> String {
    format!("user{number:06}@contoso.com")
}

/// The organisation's folder; gone with the value.
pub struct Folder(TempDir);

impl Folder {
    /// Everybody on the legacy pool, and no directory in `sidle.toml`.
    pub fn new() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let inventory = folder.path().join("inventory");
        std::fs::create_dir(&inventory)?;
        std::fs::write(inventory.join("users.csv"), users(true)?)?;
        std::fs::write(inventory.join("directory.csv"), directory()?)?;
        std::fs::write(inventory.join("topology.toml"), TOPOLOGY)?;
        std::fs::write(folder.path().join("runbook.rhai"), RUNBOOK)?;
        std::fs::write(folder.path().join("sidle.toml"), CONFIG)?;
        Ok(Self(folder))
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Leaves only the columns in the export that have a property of their own.
    pub fn typed_only(&self) -> Result<()> {
        Ok(std::fs::write(self.path().join("inventory/users.csv"), users(false)?)?)
    }

    /// The configuration, with the directory or without it.
    pub fn config(&self, with_directory: bool) -> Result<Config> {
        let directory = if with_directory { DIRECTORY } else { "" };
        std::fs::write(self.path().join("sidle.toml"), format!("{CONFIG}{directory}"))?;
        Ok(sidle::config::read(self.path()).map_err(crate::shown)?)
    }
}

/// The user export; `whole` with the columns that are kept under their own names.
fn users(whole: bool) -> Result<String> {
    let mut csv = String::from(
        "SipAddress,UserPrincipalName,DisplayName,SamAccountName,Enabled,EnabledForFederation,\
         EnabledForInternetAccess,EnterpriseVoiceEnabled,LineURI,HomeServer,TargetServerIfMoving,\
         RegistrarPool,TargetRegistrarPool,ArchivingPolicy",
    );
    if whole {
        csv.push_str(",Identity,VoicePolicy,ConferencingPolicy,ClientPolicy,DialPlan,WhenCreated");
    }
    csv.push('\n');
    for number in 0..USERS {
        let address = address(number);
        let voice = number % 3 == 0;
        write!(
            csv,
            "sip:{address},{address},User {number:06},user{number:06},True,{},True,{},{},\
             \"CN=Lc Services,CN=Microsoft,CN=ocspool01,CN=Pools,CN=RTC Service,CN=Services,\
             CN=Configuration,DC=contoso,DC=com\",,,,",
            word(number % 2 == 0),
            word(voice),
            if voice { format!("tel:+8225{number:06}") } else { String::new() },
        )?;
        if whole {
            write!(
                csv,
                ",\"CN=User {number:06},OU=Staff,DC=contoso,DC=com\",{},,,{},{}/{}/2010 9:00:00 AM",
                if voice { "Tag:Gold" } else { "" },
                if voice { "Tag:Seoul" } else { "" },
                1 + number % 12,
                1 + number % 28,
            )?;
        }
        csv.push('\n');
    }
    Ok(csv)
}

fn word(yes: bool) -> &'static str {
    if yes { "True" } else { "False" }
}

/// The directory: one manager for ten users, a delegate for one in fifty.
fn directory() -> Result<String> {
    let mut csv = String::from(
        "UserPrincipalName,Department,Title,City,Manager,Groups,Delegates,Client,Meetings,Contacts\n",
    );
    let by_turns = |words: &[&'static str], number: usize| {
        words.get(number % words.len()).copied().unwrap_or_default()
    };
    for number in 0..USERS {
        let manager = if number == 0 { String::new() } else { address(number / 10) };
        let delegate = if number % 50 == 7 { address(number - 1) } else { String::new() };
        writeln!(
            csv,
            "{},{},{},{},{manager},{},{delegate},Communicator 2007 R2,{},{}",
            address(number),
            by_turns(&DEPARTMENTS, number),
            by_turns(&TITLES, number),
            by_turns(&CITIES, number),
            if number % 20 == 0 { "staff;lync-pilot" } else { "staff" },
            number % 15,
            number % 120,
        )?;
    }
    Ok(csv)
}
