//! Golden texts of the diagnostics: what the real program says, word for word, with marks and help.
//!
//! Each case provokes one fault on purpose; its text stands in `tests/golden/cases/AREA/WHAT.txt`.
//! `UPDATE=1 cargo test golden` rewrites the texts; the diff is what is reviewed, as the reader at
//! 3 a.m. would: what happened, where, why, what next. To add a case, add it to the table of its area;
//! a text that no case writes fails.

mod broken;
mod coverage;
mod files;
mod hostile;
mod journals;
mod operators;
mod repl;
mod runs;
mod scripts;
mod tests;
mod topologies;
mod values;

use crate::organisation::organisation;
use crate::project::TestProject;
use crate::tree::{expect_none, top};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// Where the texts are.
pub const CASES: &str = "tests/golden/cases";

/// The texts of some cases, compared together so that one run shows every difference.
pub struct Golden {
    /// What the names of the cases begin with; no other table has the same.
    group: &'static str,
    seen: BTreeSet<String>,
    faults: Vec<String>,
}

impl Golden {
    /// The cases of a group: a folder of texts.
    pub fn new(group: &'static str) -> Self {
        Self { group, seen: BTreeSet::new(), faults: Vec::new() }
    }

    /// Compares what was said with the text of case `name`: `area::what_is_wrong` of the code that it
    /// must show, and ` variant` if the code has several cases.
    pub fn case(&mut self, name: &str, told: &str) {
        let code = name.split(' ').next().unwrap_or_default();
        let file = format!("{}.txt", name.replace("::", "-").replace(' ', "."));
        let path = self.folder().join(&file);
        assert!(self.seen.insert(file), "two cases are called `{name}`");
        if !told.contains(&format!("sidle::{code}")) {
            self.faults.push(format!("{name}: the code is not shown:\n{told}"));
        }
        if told.contains("[killed]") || told.contains("panicked") {
            self.faults.push(format!("{name}: the process did not end by itself:\n{told}"));
        }
        let told = format!("{told}\n");
        let expected = fs::read_to_string(&path).unwrap_or_default();
        if told == expected {
            return;
        }
        if update() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &told).unwrap();
        } else {
            self.faults.push(format!("{name}: expected\n{expected}\ntold\n{told}"));
        }
    }

    /// Runs `sidle` in the folder and compares what it said.
    pub fn told(&mut self, name: &str, project: &TestProject, args: &[&str]) {
        // Wide, so that no path of the machine decides where a line is broken.
        let output = project.command(args).env("COLUMNS", "1000").output().unwrap();
        self.case(name, &format!("$ sidle {}\n{}", args.join(" "), project.told(&output)));
    }

    /// Runs a runbook in a small organisation, and compares.
    pub fn runbook(&mut self, name: &str, runbook: &str) {
        self.told(name, &organisation(3, runbook), &["run"]);
    }

    /// Fails if anything differed, or a text belongs to no case any more.
    pub fn end(mut self) {
        for entry in fs::read_dir(self.folder()).into_iter().flatten() {
            let file = entry.unwrap().file_name().to_string_lossy().into_owned();
            if !self.seen.contains(&file) {
                self.faults.push(format!("{file}: no case writes it"));
            }
        }
        expect_none("texts that differ (UPDATE=1 rewrites them)", &self.faults);
    }

    fn folder(&self) -> PathBuf {
        top().join(CASES).join(self.group)
    }
}

fn update() -> bool {
    std::env::var_os("UPDATE").is_some()
}
