//! The results as `JUnit` XML, which build servers read.
//!
//! One `testsuite` per file. The schema is the one that Jenkins and `GitLab` understand: a failed test has
//! a `failure` with its message and all its text; a file that could not be read is an `error`.

use super::{Report, TestResult};
use crate::diagnostic::{Finding, Style, render};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

/// Returns the report as a document.
#[must_use]
pub fn junit(report: &Report) -> String {
    let mut files: BTreeMap<&str, (Vec<&TestResult>, Vec<&Finding>)> = BTreeMap::new();
    for result in &report.results {
        files.entry(&result.test.file).or_default().0.push(result);
    }
    let places: Vec<String> = report
        .broken
        .0
        .iter()
        .map(|finding| finding.place().map_or("tests".to_owned(), |(file, ..)| file))
        .collect();
    for (finding, file) in report.broken.0.iter().zip(&places) {
        files.entry(file).or_default().1.push(finding);
    }
    let (tests, broken) = (report.results.len(), report.broken.0.len());
    let took = report.results.iter().map(|result| result.took).sum();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        out,
        "<testsuites name=\"sidle\" tests=\"{}\" failures=\"{}\" errors=\"{broken}\" time=\"{}\">",
        tests + broken,
        report.failed(),
        seconds(took)
    );
    for (file, (results, broken)) in files {
        suite(&mut out, file, &results, &broken);
    }
    out.push_str("</testsuites>\n");
    out
}

fn suite(out: &mut String, file: &str, results: &[&TestResult], broken: &[&Finding]) {
    let failed = results.iter().filter(|result| !result.passed()).count();
    let took = results.iter().map(|result| result.took).sum();
    let _ = writeln!(
        out,
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failed}\" errors=\"{}\" time=\"{}\">",
        escaped(file),
        results.len() + broken.len(),
        broken.len(),
        seconds(took)
    );
    for result in results {
        let head = format!(
            "    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" line=\"{}\" time=\"{}\"",
            escaped(file),
            escaped(&result.test.name),
            escaped(file),
            result.test.line,
            seconds(result.took)
        );
        out.push_str(&head);
        if result.passed() {
            out.push_str("/>\n");
            continue;
        }
        out.push_str(">\n");
        result.findings.0.iter().for_each(|finding| fault(out, "failure", finding));
        out.push_str("    </testcase>\n");
    }
    for finding in broken {
        let _ = writeln!(
            out,
            "    <testcase classname=\"{0}\" name=\"{0} can be read\" file=\"{0}\" time=\"0.000\">",
            escaped(file)
        );
        fault(out, "error", finding);
        out.push_str("    </testcase>\n");
    }
    out.push_str("  </testsuite>\n");
}

fn fault(out: &mut String, kind: &str, finding: &Finding) {
    let _ = writeln!(
        out,
        "      <{kind} message=\"{}\" type=\"{}\">{}</{kind}>",
        escaped(&finding.message),
        escaped(finding.code.id),
        escaped(&render(finding, Style::PLAIN))
    );
}

fn seconds(time: Duration) -> String {
    format!("{:.3}", time.as_secs_f64())
}

/// A text inside an element or attribute. Characters that no XML may hold are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '\r' => out.push_str("&#13;"),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            other => out.push(other),
        }
    }
    out
}
