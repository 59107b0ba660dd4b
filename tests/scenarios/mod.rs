//! Whole stories with the real program: edited runbooks, rollbacks, halts, crashes, budgets, answers.
//!
//! What happened is read from the training ground's own record wherever users are concerned, so a run
//! that believes something else is found out.

mod applications;
mod budgets;
mod commands;
mod edits;
mod forward_again;
mod gates;
mod histories;
mod no_later_move;
mod quiet;
mod stops;
mod taken_back;

use crate::organisation::address;
use crate::project::TestProject;
use sidle::embedded::Ground;
use std::fs;

/// Every move that the training ground has made: who, and to which pool, in order.
fn history(project: &TestProject) -> Vec<(String, String)> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        match Ground::open_existing(project.folder()).await {
            Ok(ground) => {
                let moves = ground.history().await.unwrap();
                moves.into_iter().map(|(user, _, to)| (user, to)).collect()
            }
            Err(_) => Vec::new(),
        }
    })
}

/// The pools that one user went to, in order.
fn way(project: &TestProject, number: usize) -> Vec<String> {
    let user = address(number);
    history(project).into_iter().filter(|(who, _)| *who == user).map(|(_, to)| to).collect()
}

/// Runs a command, which must end with that exit code; returns all that it said.
fn ends(project: &TestProject, args: &[&str], code: i32) -> String {
    let told = project.run(args);
    assert!(told.ends_with(&format!("[exit {code}]")), "sidle {args:?}, not exit {code}:\n{told}");
    if [1, 3, 4].contains(&code) {
        assert!(told.contains("\nnext: sidle "), "nothing to type next:\n{told}");
    }
    told
}

/// Every part stands in the text, wherever its lines are broken.
fn says(told: &str, parts: &[&str]) {
    let unbroken = |text: &str| text.replace([' ', '\n', '│'], "");
    let all = unbroken(told);
    for part in parts {
        assert!(all.contains(&unbroken(part)), "`{part}` is not said:\n{told}");
    }
}

/// The number of the question that the run waits for.
fn question(project: &TestProject) -> String {
    asked(&project.json(&["run"]).1)
}

/// The number of the question in the answer of a command.
fn asked(answer: &serde_json::Value) -> String {
    let id = answer.pointer("/question/id").and_then(serde_json::Value::as_u64);
    id.unwrap_or_else(|| panic!("no question: {answer:#}")).to_string()
}

/// How the newest run stands, in a word.
fn status(project: &TestProject) -> String {
    let (_, answer) = project.json(&["status"]);
    let word = answer.pointer("/run/status").and_then(serde_json::Value::as_str);
    word.unwrap_or_else(|| panic!("no status: {answer:#}")).to_owned()
}

/// How often the commands of the organisation have run.
fn commands_run(project: &TestProject) -> usize {
    fs::read_to_string(project.folder().join("commands.log")).map_or(0, |log| log.lines().count())
}
