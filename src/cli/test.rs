//! `sidle test`: runs the organisation's tests, each alone and in simulation.

use super::folder::{Dir, quoted};
use super::{Answer, Exit, Screen};
use crate::diagnostic::{self, Finding, codes};
use crate::script::TestName;
use crate::tester::{Report, TestResult, Tests, junit};
use crate::text::{count, duration};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Duration;

const EXAMPLES: &str = "\
Examples:
  sidle test                         all tests of the current folder
  sidle test contoso                 all tests of that folder
  sidle test contoso executives      those with that word in their name or file
  sidle test --list                  the names; nothing runs
  sidle test --junit results.xml     also as JUnit XML, for a build server

A test is a block `test \"name\" { ... }` of a file under tests/; `sidle doc test` shows one. It runs in
simulation: no real system is asked, the folder and its run stay as they are.

Exit codes:
  0 all passed   1 a test failed
  2 not everything could run: a file is broken, there are no tests, the filter chooses none";

/// A test that takes longer is shown with its time.
const SLOW: Duration = Duration::from_secs(1);

/// Run the tests of the organisation's policies and runbook.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    dir: Dir,
    /// Run only tests with this in their name or file, in any case.
    #[arg(value_name = "FILTER")]
    filter: Option<String>,
    /// List the tests and run none.
    #[arg(long)]
    list: bool,
    // Not a doc comment: help shows no back-ticks.
    #[arg(long, value_name = "FILE", help = "Write the results as JUnit XML, too")]
    junit: Option<PathBuf>,
}

/// Answers the command.
pub async fn answer(args: &Args, screen: &Screen) -> Answer {
    if !args.dir.path().exists() {
        return Answer::error(no_folder(args));
    }
    let tests = match Tests::open(args.dir.path(), args.filter.as_deref()) {
        Ok(tests) => tests,
        Err(findings) => return Answer::error(findings),
    };
    if args.list {
        return list(&tests);
    }
    let bar = bar(screen, tests.chosen().len());
    let report = tests.run(|_| bar.inc(1)).await;
    bar.finish_and_clear();
    let answer = told(&report, screen).then(&args.dir, &next(&report, &args.dir));
    let Some(file) = &args.junit else { return answer };
    match std::fs::write(file, junit(&report)) {
        Ok(()) => answer,
        Err(error) => {
            let message = format!("cannot write `{}`", file.display());
            let finding = Finding::error(codes::CLI_UNWRITABLE, message).because(error.to_string());
            Answer { exit: Exit::Error, ..answer.with_findings([finding]) }
        }
    }
}

/// A filter alone is easily taken for a folder.
fn no_folder(args: &Args) -> Finding {
    let named = args.dir.path().display();
    let message = format!("there is no folder `{named}`");
    Finding::error(codes::CLI_USAGE, message).help(format!(
        "to choose tests of the current folder, type `sidle test . {}`",
        quoted(&named.to_string())
    ))
}

fn list(tests: &Tests) -> Answer {
    let lines: Vec<String> = tests.chosen().iter().map(full_name).collect();
    let names: Vec<Value> = tests.chosen().iter().map(name_json).collect();
    let exit = if tests.broken().has_errors() { Exit::Error } else { Exit::Completed };
    Answer::text(exit, lines.join("\n"))
        .with("tests", names)
        .with_findings(tests.broken().0.iter().cloned())
}

fn full_name(test: &TestName) -> String {
    format!("{}: {}", test.file, test.name)
}

fn told(report: &Report, screen: &Screen) -> Answer {
    let failed = report.failed();
    let exit = match (report.broken.0.is_empty(), failed) {
        (false, _) => Exit::Error,
        (true, 0) => Exit::Completed,
        (true, _) => Exit::Failed,
    };
    let shown = report.results.iter().filter(|result| !screen.is_quiet() || !result.passed());
    let mut lines: Vec<String> = shown.map(line).collect();
    lines.push(summary(report));
    let found = report.results.iter().flat_map(|result| result.findings.0.iter());
    let results: Vec<Value> = report.results.iter().map(result_json).collect();
    Answer::text(exit, lines.join("\n"))
        .with("tests", results)
        .with("passed", report.results.len() - failed)
        .with("failed", failed)
        .with("left_out", report.left_out)
        .with_findings(report.broken.0.iter().chain(found).cloned())
}

fn line(result: &TestResult) -> String {
    let word = if result.passed() { "ok  " } else { "FAIL" };
    let slow =
        if result.took >= SLOW { format!(" ({})", duration(result.took)) } else { String::new() };
    format!("{word}  {}{slow}", full_name(&result.test))
}

fn summary(report: &Report) -> String {
    let (all, failed) = (report.results.len(), report.failed());
    let mut parts = vec![format!("{} passed", all - failed)];
    if failed > 0 {
        parts.push(format!("{failed} failed"));
    }
    if report.left_out > 0 {
        parts.push(format!("{} not chosen", report.left_out));
    }
    if !report.broken.0.is_empty() {
        parts.push("not all files could be read".to_owned());
    }
    format!("{}: {}.", count(all, "test"), parts.join(", "))
}

fn name_json(test: &TestName) -> Value {
    json!({ "file": test.file, "name": test.name, "line": test.line })
}

fn result_json(result: &TestResult) -> Value {
    let findings: Vec<Value> = result.findings.0.iter().map(diagnostic::to_json).collect();
    let took = u64::try_from(result.took.as_millis()).unwrap_or(u64::MAX);
    let mut value = name_json(&result.test);
    if let Some(object) = value.as_object_mut() {
        object.insert("passed".to_owned(), result.passed().into());
        object.insert("took_ms".to_owned(), took.into());
        object.insert("findings".to_owned(), findings.into());
    }
    value
}

/// What can be typed after a failure: the failed tests alone.
fn next(report: &Report, dir: &Dir) -> Vec<String> {
    let mut failed = report.results.iter().filter(|result| !result.passed());
    match (failed.next(), failed.next()) {
        (Some(only), None) => {
            let name = quoted(&only.test.name);
            // A name alone would be taken for a folder.
            let here = if dir.path() == Path::new(".") { " ." } else { "" };
            vec![format!("sidle test{here} {name}")]
        }
        (Some(_), Some(_)) => vec!["sidle test".to_owned()],
        _ => Vec::new(),
    }
}

/// A bar that vanishes; none where nothing may move.
fn bar(screen: &Screen, tests: usize) -> ProgressBar {
    if !screen.may_animate() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(tests as u64), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("  {bar:30} {pos}/{len} tests") {
        bar.set_style(style);
    }
    bar
}
