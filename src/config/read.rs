//! Reading `sidle.toml`.

use super::document::{Faults, Keys, parse, read_text};
use super::inventory::inventory;
use super::{CommandConfig, Config, DriverKind, Limits};
use crate::diagnostic::{Finding, Findings, Source, codes};
use crate::text;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::ops::Range;
use std::path::{Component, Path};
use std::time::Duration;

/// The file's name.
const NAME: &str = "sidle.toml";

/// The kinds of probes whose evidence can have a limit of its own, and the one for all others.
const FRESH: &[&str] = &[
    "default",
    "tcp",
    "tls",
    "http",
    "dns_srv",
    "ldap",
    "sip_options",
    "sip_register",
    "sip_message",
    "sip_presence",
    "service",
    "replication",
    "plugin",
];

/// Reads and checks `sidle.toml` of a folder.
///
/// # Errors
/// Every fault of the file, all at once.
pub fn read(folder: &Path) -> Result<Config, Findings> {
    let file = File::open(folder.join(NAME)).map_err(|error| missing(folder, &error))?;
    let text = read_text(NAME, file)?;
    let source = Source::new(NAME, text);
    read_source(folder, &source)
}

fn missing(folder: &Path, error: &std::io::Error) -> Finding {
    let folder = folder.display();
    let finding = match error.kind() {
        std::io::ErrorKind::NotFound => {
            Finding::error(codes::FILE_UNREADABLE, format!("there is no `{NAME}` in `{folder}`"))
        }
        _ => Finding::error(codes::FILE_UNREADABLE, format!("cannot read `{NAME}` in `{folder}`"))
            .because(error.to_string()),
    };
    finding.help("name the organisation's folder, or make one with `sidle new DIR`")
}

/// Reads and checks the text of `sidle.toml`.
fn read_source(folder: &Path, source: &Source) -> Result<Config, Findings> {
    let table = parse(source, codes::CONFIG_SYNTAX)?;
    let top = Keys::top(&table, NAME);
    let mut faults = Faults::of(source, codes::CONFIG_VALUE);
    let known = ["name", "runbook", "inventory", "driver", "move", "fresh", "commands", "limits"];
    top.only(&known, &mut faults);
    top.needs("name", "name = \"Contoso\"", &mut faults);
    let name = top.text("name", &mut faults).map(|(name, _)| name.to_owned()).unwrap_or_default();
    let config = Config {
        folder: folder.to_owned(),
        name,
        runbook: runbook(&top, &mut faults),
        inventory: inventory(&top, &mut faults),
        driver: driver(&top, &mut faults),
        server_patience: server_patience(&top, &mut faults),
        fresh: fresh(&top, &mut faults),
        commands: commands(&top, &mut faults),
        limits: limits(&top, &mut faults),
        sha: format!("{:x}", Sha256::digest(source.text().as_bytes())),
    };
    let findings = faults.into_findings();
    if findings.has_errors() { Err(findings) } else { Ok(config) }
}

fn runbook(top: &Keys<'_>, faults: &mut Faults) -> String {
    path_or(top, "runbook", "runbook.rhai", faults)
}

fn driver(top: &Keys<'_>, faults: &mut Faults) -> DriverKind {
    if let Some(keys) = top.table("driver", "driver", faults) {
        keys.only(&["kind"], faults);
        keys.needs("kind", "kind = \"embedded\"", faults);
        if let Some((kind, span)) = keys.text("kind", faults) {
            one_of("kind", kind, span, &["embedded"], faults);
        }
    }
    DriverKind::Embedded
}

fn server_patience(top: &Keys<'_>, faults: &mut Faults) -> Duration {
    let keys = top.table("move", "move", faults);
    keys.and_then(|keys| {
        keys.only(&["server_patience"], faults);
        keys.duration("server_patience", faults)
    })
    .map_or(Duration::from_mins(10), |(time, _)| time)
}

fn fresh(top: &Keys<'_>, faults: &mut Faults) -> BTreeMap<String, Duration> {
    let Some(keys) = top.table("fresh", "fresh", faults) else { return BTreeMap::new() };
    keys.only(FRESH, faults);
    let read = |name: &&str| Some(((*name).to_owned(), keys.duration(name, faults)?.0));
    FRESH.iter().filter_map(read).collect()
}

fn commands(top: &Keys<'_>, faults: &mut Faults) -> BTreeMap<String, CommandConfig> {
    let Some(all) = top.table("commands", "commands", faults) else { return BTreeMap::new() };
    let mut commands = BTreeMap::new();
    for (name, span) in all.names() {
        if name.is_empty()
            || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        {
            let message = format!("`{name}` is no name of a command");
            faults.value(span, "", message, "use letters, digits, `-`, `_` and `.`");
            continue;
        }
        if let Some(keys) = all.table(name, &format!("commands.{name}"), faults) {
            commands.insert(name.to_owned(), command(&keys, faults));
        }
    }
    commands
}

fn command(keys: &Keys<'_>, faults: &mut Faults) -> CommandConfig {
    keys.only(&["run", "repeat", "timeout"], faults);
    keys.needs("run", "run = [\"program\", \"argument\"]", faults);
    let mut run = Vec::new();
    if let Some((words, span)) = keys.texts("run", faults) {
        if words.first().is_none_or(|(program, _)| program.trim().is_empty()) {
            let help = "name the program: `run = [\"program\", \"argument\"]`";
            faults.value(span, "", "`run` names no program".to_owned(), help);
        }
        run = words.into_iter().map(|(word, _)| word.to_owned()).collect();
    }
    let safe = keys.text("repeat", faults).is_some_and(|(word, span)| {
        one_of("repeat", word, span, &["safe", "ask"], faults);
        word == "safe"
    });
    CommandConfig { run, safe, timeout: some_time(keys, "timeout", Duration::from_mins(5), faults) }
}

fn limits(top: &Keys<'_>, faults: &mut Faults) -> Limits {
    let mut limits = Limits::default();
    if let Some(keys) = top.table("limits", "limits", faults) {
        keys.only(&["operations", "time", "memory_mib"], faults);
        if let Some((operations, _)) = keys.count("operations", faults) {
            limits.operations = operations;
        }
        limits.time = some_time(&keys, "time", limits.time, faults);
        if let Some((memory, _)) = keys.count("memory_mib", faults) {
            limits.memory_mib = memory;
        }
    }
    limits
}

/// A duration that lets something happen at all.
fn some_time(keys: &Keys<'_>, key: &str, otherwise: Duration, faults: &mut Faults) -> Duration {
    let Some((time, span)) = keys.duration(key, faults) else { return otherwise };
    if time.is_zero() {
        faults.value(span, "", format!("`{key}` leaves no time at all"), "write for example `5m`");
    }
    time
}

fn one_of(key: &str, word: &str, span: Range<usize>, known: &[&str], faults: &mut Faults) {
    if !known.contains(&word) {
        let otherwise =
            format!("it can be {}", text::list(known, known.len()).replace(" and ", " or "));
        let help = text::did_you_mean(word, known.iter().copied(), &otherwise);
        faults.value(span, "", format!("`{key}` cannot be `{word}`"), help);
    }
}

pub(super) fn path_or(keys: &Keys<'_>, key: &str, otherwise: &str, faults: &mut Faults) -> String {
    path(keys, key, faults).unwrap_or_else(|| otherwise.to_owned())
}

fn path(keys: &Keys<'_>, key: &str, faults: &mut Faults) -> Option<String> {
    let (path, span) = keys.text(key, faults)?;
    inside(path, span, faults)
}

/// A path that stays inside the folder.
pub(super) fn inside(path: &str, span: Range<usize>, faults: &mut Faults) -> Option<String> {
    let help = "write it from the folder of `sidle.toml`, such as `inventory/users.csv`";
    if path.contains('\\') {
        faults.value(
            span,
            "",
            format!("`{path}` has backslashes"),
            "separate folders by `/` on every system",
        );
        return None;
    }
    let leaves = !Path::new(path)
        .components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
        // A drive letter is absolute where there are drives.
        || path.get(1..2) == Some(":");
    if leaves {
        faults.value(span, "", format!("`{path}` leads out of the folder"), help);
        return None;
    }
    Some(path.strip_prefix("./").unwrap_or(path).to_owned())
}
