//! The README's commands, run as they stand there, with the output that stands there.
//!
//! `UPDATE=1 cargo test readme` writes the real output into README.md; the diff is what you review.

use crate::project::{TestProject, cleared};
use crate::tree::top;
use std::fmt::Write as _;
use std::fs;
use std::process::Command;

/// One command of a `console` block, with the output below it.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    command: String,
    output: String,
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
    let project = TestProject::first_steps();
    let home = project.folder().parent().unwrap().to_owned();
    // The README stands at the top of a clone, so its commands find the example where a clone has it.
    fs::create_dir(home.join("scripts")).unwrap();
    fs::rename(project.folder(), home.join("scripts/first-steps")).unwrap();

    let mut real = String::new();
    let mut expected = String::new();
    for shown in commands(&text) {
        if NOT_HERE.iter().any(|(start, _)| shown.command.starts_with(start)) {
            continue;
        }
        let output = said(&home, &shown.command);
        let _ = writeln!(real, "$ {}\n{}", shown.command, project.replaced(&output).trim_end());
        let text = project.replaced(&shown.output);
        let _ = writeln!(expected, "$ {}\n{}", shown.command, text.trim_end());
        if std::env::var_os("UPDATE").is_some() {
            update(&shown, &output);
        }
    }
    assert!(!real.is_empty(), "README.md shows no commands");
    if std::env::var_os("UPDATE").is_none() {
        assert_eq!(real, expected, "run `UPDATE=1 cargo test readme` and review the difference");
    }
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
        .env("PATH", format!("{}:{path}", program.parent().unwrap().display()))
        .current_dir(folder)
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Writes the real output below a command.
fn update(shown: &Shown, output: &str) {
    let path = top().join("README.md");
    let text = fs::read_to_string(&path).unwrap();
    let old = format!("$ {}\n{}", shown.command, shown.output);
    let mut new = format!("$ {}\n{output}", shown.command);
    if !new.ends_with('\n') {
        new.push('\n');
    }
    fs::write(&path, text.replacen(&old, &new, 1)).unwrap();
}

/// Returns the commands of the text's `console` blocks, in order.
fn commands(text: &str) -> Vec<Shown> {
    let mut found: Vec<Shown> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if inside && let Some(command) = line.strip_prefix("$ ") {
            found.push(Shown { command: command.to_owned(), output: String::new() });
        } else if inside && let Some(last) = found.last_mut() {
            last.output.push_str(line);
            last.output.push('\n');
        }
    }
    found
}

#[test]
fn a_console_block_is_commands_with_their_output() {
    let text = "x\n```console\n$ a b\none\ntwo\n$ c\n```\n$ not\n```sh\n$ not\n```\n";
    let shown = |command: &str, output: &str| Shown {
        command: command.to_owned(),
        output: output.to_owned(),
    };
    assert_eq!(commands(text), [shown("a b", "one\ntwo\n"), shown("c", "")]);
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
