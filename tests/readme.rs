//! The README's commands, run as they stand there, with the output that stands there.
//!
//! `UPDATE=1 cargo test readme` writes the real output into README.md; the diff is what you review.

use crate::project::{TestProject, cleared};
use crate::tree::top;
use regex::Regex;
use std::fmt::Write as _;
use std::fs;
use std::ops::Range;
use std::process::Command;

/// One command of a `console` block, with the place of the output below it.
#[derive(Debug, PartialEq, Eq)]
struct Shown<'a> {
    command: &'a str,
    /// Where its output stands in the text.
    output: Range<usize>,
}

/// A command of the README that a test cannot run inside itself, and why.
const NOT_HERE: &[(&str, &str)] = &[
    ("git clone", "needs the network"),
    ("tests/run", "runs this test"),
    ("cargo install", "writes into the home directory"),
];

#[test]
fn the_tour_is_what_really_happens() {
    let path = top().join("README.md");
    let text = fs::read_to_string(&path).unwrap();
    let project = TestProject::contoso();
    let home = project.folder().parent().unwrap().to_owned();
    // The README stands at the top of a clone, so its commands find the example where a clone has it.
    fs::create_dir(home.join("scripts")).unwrap();
    fs::rename(project.folder(), home.join("scripts/contoso")).unwrap();

    let mut real = String::new();
    let mut expected = String::new();
    let mut updated = String::new();
    let mut written = 0;
    for shown in commands(&text) {
        updated.push_str(&text[written..shown.output.start]);
        written = shown.output.end;
        let stands = &text[shown.output.clone()];
        if NOT_HERE.iter().any(|(start, _)| shown.command.starts_with(start)) {
            updated.push_str(stands);
            continue;
        }
        let output = said(&home, shown.command);
        let (is, was) = (same(&project, &output), same(&project, stands));
        // Times differ each time: what says the same is not written anew.
        updated.push_str(if is == was { stands } else { &output });
        let _ = writeln!(real, "$ {}\n{is}", shown.command);
        let _ = writeln!(expected, "$ {}\n{was}", shown.command);
    }
    updated.push_str(&text[written..]);
    assert!(!real.is_empty(), "README.md shows no commands");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, updated).unwrap();
    } else {
        assert_eq!(real, expected, "run `UPDATE=1 cargo test readme` and review the difference");
    }
}

/// Returns the text without what differs each time: times, and the numbers of records.
fn same(project: &TestProject, text: &str) -> String {
    let numbers = Regex::new(r"(?m)\b(record|question) \d+|^ *\d+(  \[time\])").unwrap();
    numbers.replace_all(project.replaced(text).trim_end(), "${1}[n]${2}").into_owned()
}

/// Runs a command in a shell, as a reader would at the top of a clone.
fn said(folder: &std::path::Path, command: &str) -> String {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_sidle"));
    let path = std::env::var("PATH").unwrap_or_default();
    // `cargo run --` is the program itself; the test must not build it again.
    let command = command.replace("cargo run -- ", "sidle ");
    let mut shell = Command::new("sh");
    cleared(&mut shell);
    let output = shell
        .args(["-c", &format!("exec 2>&1; {command}")])
        // The README shows a person and a machine; they are not those of whoever runs the test.
        .envs([("USER", "ann"), ("LOGNAME", "ann"), ("HOSTNAME", "admin01")])
        .env("PATH", format!("{}:{path}", program.parent().unwrap().display()))
        .current_dir(folder)
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Returns the commands of the text's `console` blocks, in order.
fn commands(text: &str) -> Vec<Shown<'_>> {
    let mut found: Vec<Shown> = Vec::new();
    let mut inside = false;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        if line.starts_with("```") {
            inside = line.trim_end() == "```console";
        } else if inside && let Some(command) = line.strip_prefix("$ ") {
            found.push(Shown { command: command.trim_end(), output: end..end });
        } else if inside && let Some(last) = found.last_mut() {
            last.output.end = end;
        }
        start = end;
    }
    found
}

#[test]
fn a_console_block_is_commands_with_the_places_of_their_output() {
    let text = "x\n```console\n$ a b\none\ntwo\n$ a b\n```\n$ not\n```sh\n$ not\n```\n";
    let found: Vec<(&str, &str)> =
        commands(text).into_iter().map(|shown| (shown.command, &text[shown.output])).collect();
    assert_eq!(found, [("a b", "one\ntwo\n"), ("a b", "")]);
}

#[test]
fn the_command_that_passes_the_tests_is_there_and_ci_calls_it() {
    use std::os::unix::fs::PermissionsExt as _;
    for path in ["tests/run", ".ci/run"] {
        let mode = fs::metadata(top().join(path)).unwrap().permissions().mode();
        assert_eq!(mode & 0o111, 0o111, "{path} can be executed");
    }
    assert!(fs::read_to_string(top().join(".ci/run")).unwrap().contains("tests/run"));
    let readme = fs::read_to_string(top().join("README.md")).unwrap();
    assert!(commands(&readme).iter().any(|shown| shown.command == "tests/run"));
}
