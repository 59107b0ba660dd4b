//! The files of tests: which there are, and which tests each of them holds.
//!
//! A test is found by its word and its name, both written out at the top level of a file under
//! `tests/`, so that listing and choosing tests runs nothing.
//!
//! Invariant: a test of a file that cannot be read whole is not listed, and what is wrong is.

use super::bench::outside;
use super::check_scripts::{imports, reading};
use super::scripts::Script;
use super::sources::{Sources, normal};
use super::spans::Tok;
use crate::diagnostic::{Finding, Findings, codes};
use rhai::Token;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A test as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestName {
    /// Path of its file.
    pub file: String,
    /// Its name.
    pub name: String,
    /// Byte at which its word stands.
    pub start: usize,
    /// Line, from 1.
    pub line: usize,
}

/// What the files of an organisation hold.
#[derive(Debug, Clone, Default)]
pub struct TestFiles {
    /// Paths of all of them.
    pub files: Vec<String>,
    /// The tests of those that can be read, in order.
    pub tests: Vec<TestName>,
    /// What is wrong with the others.
    pub findings: Findings,
}

/// Reads all files of tests, with what they import, and runs none of them.
pub fn test_files(sources: &Arc<dyn Sources>) -> TestFiles {
    let files = sources.tests();
    let mut all = TestFiles { files, ..TestFiles::default() };
    // Files that others import may hold functions only.
    let (mut imported, mut empty) = (BTreeSet::new(), Vec::new());
    for file in all.files.clone() {
        let (found, script) = reading(sources, &file);
        let Some(script) = script else {
            all.findings.extend_new(found);
            continue;
        };
        imported.extend(imports(&script).into_iter().filter_map(|(path, _)| normal(&path)));
        let (tests, mut wrong) = tests_in(&script);
        wrong.extend(found.0);
        if wrong.has_errors() {
            all.findings.extend_new(wrong);
        } else if tests.is_empty() {
            empty.push(script);
        } else {
            all.tests.extend(tests);
        }
    }
    for script in empty.iter().filter(|script| !imported.contains(script.source.name())) {
        let message = format!("`{}` holds no test", script.source.name());
        all.findings.push(
            Finding::error(codes::TEST_NONE, message)
                .help("write one: `test \"executives move last\" { ... }`; or import the file from one that has tests"),
        );
    }
    all
}

/// The tests of a file, and what is wrong with how they are written.
fn tests_in(script: &Script) -> (Vec<TestName>, Findings) {
    let (mut tests, mut found) = (Vec::<TestName>::new(), Findings::default());
    let tokens = &script.spans.tokens;
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate() {
        match token.kind {
            Token::LeftBrace | Token::MapStart | Token::LeftParen | Token::LeftBracket => {
                depth += 1;
            }
            Token::RightBrace | Token::RightParen | Token::RightBracket => {
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
        if word(token) != "test" {
            continue;
        }
        let next = tokens.get(index + 1);
        let head = token.start..next.map_or(token.end, |next| next.end);
        let mut wrong = |message: &str, help: &str| {
            let finding = Finding::error(codes::TEST_NAME, message);
            found.push(finding.at(&script.source, head.clone(), "this test").help(help));
        };
        if depth > 0 {
            let help = "put it at the top level of the file; a loop goes inside the test";
            wrong("a test may not stand inside a block", help);
            continue;
        }
        let Some(Token::StringConstant(name)) = next.map(|next| &next.kind) else {
            let help = "write it in quotes: `sidle test --list` shows names and runs nothing";
            wrong("the name of a test must be written out", help);
            continue;
        };
        let name = name.trim().to_owned();
        if name.is_empty() || name.chars().any(char::is_control) {
            wrong("the name of a test must be one line of text", "say what is true when it passes");
            continue;
        }
        if let Some(first) = tests.iter().find(|test| test.name == name) {
            let message = format!("two tests are called `{name}`");
            let first = first.start..first.start + "test".len();
            found.push(
                Finding::error(codes::TEST_NAME, message)
                    .at(&script.source, head, "the second")
                    .at(&script.source, first, "the first")
                    .help("give each its own name: it is how one is chosen and reported"),
            );
            continue;
        }
        let (line, _) = script.source.line_column(token.start);
        let file = script.source.name().to_owned();
        tests.push(TestName { file, name, start: token.start, line });
    }
    (tests, found)
}

/// Findings for what belongs in a test and stands elsewhere.
pub(super) fn misplaced(script: &Script) -> Findings {
    let mut found = Findings::default();
    if is_of_tests(script.source.name()) {
        return found;
    }
    let tokens = &script.spans.tokens;
    for (index, token) in tokens.iter().enumerate() {
        let next = tokens.get(index + 1).map(|next| &next.kind);
        let what = match (word(token), next) {
            (form @ ("test" | "assert"), _) => form,
            ("sim", Some(Token::DoubleColon)) => "sim::",
            _ => continue,
        };
        let span = token.start..token.end;
        found.push(outside(what).at(&script.source, span, "not in a test"));
    }
    found
}

/// True for paths under `tests/`.
fn is_of_tests(path: &str) -> bool {
    path.starts_with("tests/")
}

fn word(token: &Tok) -> &str {
    match &token.kind {
        Token::Identifier(word) | Token::Reserved(word) | Token::Custom(word) => word.as_str(),
        _ => "",
    }
}
