//! Every fault of `sidle.toml` at its place, and all at once.

use super::{CommandConfig, Config, DriverKind, Limits, read};
use crate::diagnostic::{Findings, Style, render};
use std::time::Duration;

/// Reads `text` as the `sidle.toml` of a folder of its own.
fn config(text: impl AsRef<[u8]>) -> Result<Config, Findings> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("sidle.toml"), text).unwrap();
    read(folder.path())
}

/// Place, message and help of every finding.
fn faults(text: impl AsRef<[u8]>) -> String {
    let findings = config(text).expect_err("there are faults");
    let lines = findings.0.iter().map(|finding| {
        let place =
            finding.place().map_or(String::new(), |(_, line, column)| format!("{line}:{column} "));
        format!("{place}{}; {}", finding.message, finding.help.clone().unwrap_or_default())
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_name_is_enough() {
    let config = config("\u{feff}name = \"Contoso\"\r\n").unwrap();
    assert_eq!((config.name.as_str(), config.runbook.as_str()), ("Contoso", "runbook.rhai"));
    assert_eq!(config.inventory.topology, "inventory/topology.toml");
    assert_eq!(config.inventory.users, ["inventory/users.csv"]);
    assert!(config.inventory.directory.is_empty());
    assert_eq!(config.driver, DriverKind::Embedded);
    assert_eq!(config.server_patience, Duration::from_mins(10));
    assert_eq!(config.fresh_for("service"), Duration::from_mins(15));
    assert_eq!(config.limits, Limits::default());
    assert_eq!(config.sha.len(), 64);
}

#[test]
fn every_key_is_read() {
    let config = config(
        r#"
        name = "Contoso"
        runbook = "std/side_by_side"
        [inventory]
        topology = "./t.toml"
        users = "exports/users.csv"
        directory = "exports/directory.csv"
        [driver]
        kind = "embedded"
        [move]
        server_patience = "90s"
        [fresh]
        default = "5m"
        service = "30s"
        [commands.notify]
        run = ["mail", "-s", "moved"]
        repeat = "safe"
        timeout = "1m"
        [commands.drain]
        run = ["drain"]
        [limits]
        operations = 1_000
        time = "2s"
        memory_mib = 0x10
        "#,
    )
    .unwrap();
    assert_eq!(config.runbook, "std/side_by_side");
    assert_eq!(config.inventory.topology, "t.toml");
    assert_eq!(config.inventory.users, ["exports/users.csv"]);
    assert_eq!(config.inventory.directory, ["exports/directory.csv"]);
    assert_eq!(config.server_patience, Duration::from_secs(90));
    assert_eq!(config.fresh_for("service"), Duration::from_secs(30));
    assert_eq!(config.fresh_for("sip_register"), Duration::from_mins(5));
    let notify = CommandConfig {
        run: vec!["mail".to_owned(), "-s".to_owned(), "moved".to_owned()],
        safe: true,
        timeout: Duration::from_mins(1),
    };
    assert_eq!(config.commands["notify"], notify);
    let drain = CommandConfig {
        run: vec!["drain".to_owned()],
        safe: false,
        timeout: Duration::from_mins(5),
    };
    assert_eq!(config.commands["drain"], drain);
    let limits = Limits { operations: 1000, time: Duration::from_secs(2), memory_mib: 16 };
    assert_eq!(config.limits, limits);
}

#[test]
fn all_faults_are_found_at_once_and_each_at_its_place() {
    insta::assert_snapshot!(faults(
        r#"runbok = "runbook.rhai"
runbook = 5
[inventory]
topology = "/etc/topology.toml"
users = "../users.csv"
directory = 'C:\directory.csv'
[driver]
kind = "embeded"
[move]
server_patience = "soon"
[fresh]
services = "5m"
service = 300
[commands.notify]
repeat = "sure"
[commands.drain]
run = []
timeout = "0s"
[commands."a b"]
run = ["a", 1]
[limits]
operations = 0
time = true
memory_mib = "2 GiB"
"#
    ), @r#"
    `sidle.toml` has no `name`; add `name = "Contoso"`
    1:1 `sidle.toml` has no key `runbok`; did you mean `runbook`?
    2:11 `runbook` is a number; it has to be a text in quotes
    4:12 `/etc/topology.toml` leads out of the folder; write it from the folder of `sidle.toml`, such as `inventory/users.csv`
    5:9 `../users.csv` leads out of the folder; write it from the folder of `sidle.toml`, such as `inventory/users.csv`
    6:13 `C:\directory.csv` has backslashes; separate folders by `/` on every system
    8:8 `kind` cannot be `embeded`; did you mean `embedded`?
    10:19 `soon` is no duration; write for example `30d`, `12h`, `10m` or `90s`
    12:1 `[fresh]` has no key `services`; did you mean `service`?
    13:11 `service` is a number; it has to be a duration in quotes, such as `"10m"`
    14:11 `[commands.notify]` has no `run`; add `run = ["program", "argument"]`
    15:10 `repeat` cannot be `sure`; did you mean `safe`?
    17:7 `run` names no program; name the program: `run = ["program", "argument"]`
    18:11 `timeout` leaves no time at all; write for example `5m`
    19:11 `a b` is no name of a command; use letters, digits, `-`, `_` and `.`
    22:14 `operations` is no number from 1 up; write for example `100`
    23:8 `time` is true or false; it has to be a duration in quotes, such as `"10m"`
    24:14 `memory_mib` is a text; it has to be a whole number
    "#);
}

#[test]
fn a_fault_is_shown_under_its_line() {
    let findings = config("name = \"Contoso\"\n\n[move]\nsever_patience = \"10m\"\n").unwrap_err();
    insta::assert_snapshot!(render(&findings.0[0], Style::PLAIN), @r#"
    sidle::config::value

      × `[move]` has no key `sever_patience`
       ╭─[sidle.toml:4:1]
     3 │ [move]
     4 │ sever_patience = "10m"
       · ───────┬──────
       ·        ╰── unknown key
       ╰────
      help: did you mean `server_patience`?
    "#);
}

#[test]
fn what_is_not_toml_is_shown_where_reading_stopped() {
    insta::assert_snapshot!(faults("name = Contoso\n[inventory\nusers = \"u.csv\"\n"), @r"
    1:8 `sidle.toml` is not TOML: string values must be quoted, expected literal string; 
    2:11 `sidle.toml` is not TOML: unclosed table, expected `]`;
    ");
}

#[test]
fn a_table_where_a_text_belongs_is_no_text() {
    insta::assert_snapshot!(faults("name = { a = 1 }\ninventory = \"users.csv\"\ncommands = []\n"), @r"
    1:8 `name` is a table; it has to be a text in quotes
    2:13 `inventory` is a text; it has to be a table, `[inventory]`
    3:12 `commands` is a list; it has to be a table, `[commands]`
    ");
}

#[test]
fn an_empty_file_lacks_a_name() {
    insta::assert_snapshot!(faults(""), @r#"`sidle.toml` has no `name`; add `name = "Contoso"`"#);
    insta::assert_snapshot!(faults("name = \" \""), @"1:8 `name` is empty; write a text or leave the key out");
}

#[test]
fn a_file_that_is_no_text_is_refused_at_its_byte() {
    insta::assert_snapshot!(faults(b"name = \"Conto\xDFo\"\n"), @"`sidle.toml` is not UTF-8 at line 1, column 14; save it as UTF-8 in your editor");
    insta::assert_snapshot!(faults(vec![b'#'; (1 << 20) + 1]), @"`sidle.toml` is larger than 1 MiB; it is written by hand and small; is another file in its place?");
}

#[test]
fn a_folder_without_the_file_is_told_how_to_get_one() {
    let folder = tempfile::tempdir().unwrap();
    let finding = read(folder.path()).unwrap_err().0.remove(0);
    assert!(finding.message.starts_with("there is no `sidle.toml` in `"), "{finding}");
    assert!(finding.help.unwrap().contains("`sidle new DIR`"));
}

#[test]
fn a_folder_in_place_of_the_file_is_an_error_and_no_panic() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("sidle.toml")).unwrap();
    assert!(read(folder.path()).unwrap_err().has_errors());
}

#[test]
fn an_inventory_can_have_several_files_of_a_kind() {
    let config = config(
        r#"
        name = "Contoso"
        [inventory]
        users = ["a.csv", "./b.csv"]
        directory = ["d.csv"]
        [inventory.applications]
        response_group = "r.json"
        analog_device = ["x.csv", "y.csv"]
        [inventory.sites]
        "ocspool01.contoso.com" = "Seoul"
        "#,
    )
    .unwrap();
    let files = config.inventory;
    let all: Vec<&str> = files.all().collect();
    let expected =
        ["inventory/topology.toml", "a.csv", "b.csv", "d.csv", "r.json", "x.csv", "y.csv"];
    assert_eq!(all, expected);
    assert_eq!(files.sites, [("ocspool01.contoso.com".to_owned(), "Seoul".to_owned())]);
}
