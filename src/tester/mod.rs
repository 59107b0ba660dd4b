//! Tests of an organisation: the `test` blocks of its files under `tests/`, each run alone.
//!
//! A test has an evaluation, homes and a clock of its own; whatever it asks for happens in a
//! simulation that nobody else sees. So tests need no order, one that fails or does not end stops no
//! other, and nothing in the folder is touched. It prints nothing and knows no arguments.
//!
//! Invariant: every chosen test has exactly one result, and passes only if it asserted something.

mod bench;
mod junit;
mod one;

pub use junit::junit;

use crate::config::{self, Config};
use crate::diagnostic::{Finding, Findings, codes};
use crate::inventory;
use crate::script::{self, Sources, TestFiles, TestName};
use crate::text;
use crate::topology::Topology;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// The result of one test.
#[derive(Debug, Clone)]
pub struct TestResult {
    /// Which test.
    pub test: TestName,
    /// What is wrong; nothing if it passed.
    pub findings: Findings,
    /// How long it took.
    pub took: Duration,
}

impl TestResult {
    /// True if nothing is wrong.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.findings.0.is_empty()
    }
}

/// The results of all tests that were chosen.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// In the order of files and tests.
    pub results: Vec<TestResult>,
    /// Files that could not be read; none of their tests ran.
    pub broken: Findings,
    /// How many tests were not chosen.
    pub left_out: usize,
}

impl Report {
    /// How many tests failed.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.results.iter().filter(|result| !result.passed()).count()
    }
}

/// An organisation whose tests are to be run.
pub struct Tests {
    config: Arc<Config>,
    topology: Arc<Topology>,
    sources: Arc<dyn Sources>,
    found: TestFiles,
    left_out: usize,
}

impl Tests {
    /// Reads configuration, inventory and files of tests; chooses those whose name or file has the words
    /// of the filter, in any case.
    ///
    /// # Errors
    /// Everything that is wrong with the folder; if it has no tests, or the filter chooses none.
    pub fn open(folder: &Path, filter: Option<&str>) -> Result<Self, Findings> {
        let config = config::read(folder)?;
        let sources: Arc<dyn Sources> = Arc::new(script::Folder::new(folder.to_path_buf()));
        let mut found = script::test_files(&sources);
        if found.files.is_empty() {
            return Err(no_files(folder).into());
        }
        let (topology, _) = inventory::read(&config, &inventory::Folder(folder))?;
        let all = found.tests.len();
        if let Some(filter) = filter {
            let wanted = filter.to_lowercase();
            let chosen = |test: &TestName| {
                test.name.to_lowercase().contains(&wanted)
                    || test.file.to_lowercase().contains(&wanted)
            };
            if !found.tests.iter().any(chosen) && found.findings.0.is_empty() {
                return Err(no_match(filter, &found.tests).into());
            }
            found.tests.retain(chosen);
        }
        let left_out = all - found.tests.len();
        let (config, topology) = (Arc::new(config), Arc::new(topology));
        Ok(Self { config, topology, sources, found, left_out })
    }

    /// The chosen tests.
    #[must_use]
    pub fn chosen(&self) -> &[TestName] {
        &self.found.tests
    }

    /// What is wrong with files of tests.
    #[must_use]
    pub fn broken(&self) -> &Findings {
        &self.found.findings
    }

    /// Runs the chosen tests, one after the other; `ended` is told of each.
    pub async fn run(&self, mut ended: impl FnMut(&TestResult)) -> Report {
        let mut results = Vec::new();
        for test in &self.found.tests {
            let result = one::run(self, test).await;
            ended(&result);
            results.push(result);
        }
        Report { results, broken: self.found.findings.clone(), left_out: self.left_out }
    }
}

fn no_files(folder: &Path) -> Finding {
    Finding::error(codes::TEST_NO_FILES, format!("the folder `{}` has no tests", folder.display())).help(
        "write one in `tests/pilot.rhai`: `test \"executives move last\" { assert ...; }`; `sidle doc test` shows how",
    )
}

fn no_match(filter: &str, tests: &[TestName]) -> Finding {
    let names = || tests.iter().map(|test| test.name.as_str());
    // A word of a name is nearer than the name to a filter of one word.
    let words = || names().flat_map(str::split_whitespace).filter(|word| word.len() > 3);
    let otherwise = "`sidle test --list` shows those that there are".to_owned();
    let near = text::near(filter, names()).or_else(|| text::near(filter, words()));
    let help = near.map_or(otherwise, |near| format!("did you mean `{near}`?"));
    Finding::error(codes::TEST_NO_MATCH, format!("no test has `{filter}` in its name or file"))
        .help(help)
}
