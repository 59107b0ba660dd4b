//! A throw-away organisation's folder and the real program in it.
//!
//! The environment is cleared, and whatever differs from one run to the next is replaced, so no test
//! forgets one: stdout, stderr and the exit code come back as one text.

use crate::tree::{top, walk};
use regex::Regex;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;
use tempfile::TempDir;

/// A folder of its own; gone with the value.
pub struct TestProject {
    _home: TempDir,
    folder: PathBuf,
}

impl TestProject {
    /// An empty folder, named `contoso`.
    pub fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().canonicalize().unwrap().join("contoso");
        fs::create_dir(&folder).unwrap();
        Self { _home: home, folder }
    }

    /// The folder `scripts/first-steps`, as it stands in the repository.
    pub fn first_steps() -> Self {
        Self::copy_of("first-steps")
    }

    /// The folder `scripts/contoso`, as it stands in the repository.
    pub fn contoso() -> Self {
        Self::copy_of("contoso")
    }

    fn copy_of(name: &str) -> Self {
        let project = Self::new();
        let from = top().join("scripts").join(name);
        let mut files = Vec::new();
        walk(&from, &mut files);
        for file in files {
            let to = project.folder.join(file.strip_prefix(&from).unwrap());
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(&file, to).unwrap();
        }
        project
    }

    /// Writes a file.
    pub fn file(self, path: &str, text: &str) -> Self {
        let to = self.folder.join(path);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, text).unwrap();
        self
    }

    /// Replaces the one place where `old` stands in a file.
    pub fn edit(&self, path: &str, old: &str, new: &str) {
        let to = self.folder.join(path);
        let text = fs::read_to_string(&to).unwrap();
        assert_eq!(text.matches(old).count(), 1, "`{old}` in {path}");
        fs::write(to, text.replace(old, new)).unwrap();
    }

    /// The same, for a project that is being made.
    pub fn edited(self, path: &str, old: &str, new: &str) -> Self {
        self.edit(path, old, new);
        self
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Runs `sidle` in the folder and returns all that it said.
    pub fn run(&self, args: &[&str]) -> String {
        self.told(&self.command(args).output().unwrap())
    }

    /// Runs `sidle` in the folder and returns its exit code and the JSON that it printed.
    pub fn json(&self, args: &[&str]) -> (i32, serde_json::Value) {
        let output = self.command(args).args(["--format", "json"]).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let value = serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("stdout is not one JSON object: {error}\n{text}"));
        (output.status.code().unwrap(), value)
    }

    /// The program with a cleared environment, in the folder.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sidle"));
        command.args(args).current_dir(&self.folder).stdin(Stdio::null());
        cleared(&mut command);
        command
    }

    /// Returns stdout, stderr and exit code as one text, with what differs each time replaced.
    pub fn told(&self, output: &Output) -> String {
        let mut text = self.replaced(&String::from_utf8_lossy(&output.stdout));
        let stderr = self.replaced(&String::from_utf8_lossy(&output.stderr));
        if !stderr.is_empty() {
            text.push_str("--- stderr ---\n");
            text.push_str(&stderr);
        }
        let code = output.status.code().map_or("killed".to_owned(), |code| format!("exit {code}"));
        format!("{text}[{code}]")
    }

    /// Replaces paths, times, hashes, durations and the machine's name.
    pub fn replaced(&self, text: &str) -> String {
        let mut text = text.replace(&*self.folder.to_string_lossy(), "[dir]");
        for (pattern, word) in REPLACED.iter() {
            text = pattern.replace_all(&text, *word).into_owned();
        }
        text
    }
}

/// What differs each time, and the word that stands for it.
static REPLACED: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    [
        (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z", "[time]"),
        (r"\b[0-9a-f]{64}\b", "[sha]"),
        (r"\b\d+(\.\d+)?ms\b|\b\d+\.\d+s\b", "[took]"),
        (r"\btester on [\w.-]+", "tester on [host]"),
        (r"\bprocess \d+", "process [pid]"),
    ]
    .into_iter()
    .map(|(pattern, word)| (Regex::new(pattern).unwrap(), word))
    .collect()
});

/// Gives a command the environment that every test has.
pub fn cleared(command: &mut Command) {
    command.env_clear().env("USER", "tester").env("LOGNAME", "tester").env("COLUMNS", "100");
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
}

/// Every file of a folder with its bytes, to be compared later.
pub fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    all_files(folder, &mut files);
    files.sort();
    files.into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

fn all_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all_files(&path, found) } else { found.push(path) }
    }
}
