//! `--format json`: one object on stdout for every command, with the keys that `sidle doc json` describes.

use crate::project::TestProject;
use regex::Regex;
use serde_json::Value;

/// The keys that every answer has.
const COMMON: [&str; 6] = ["sidle", "command", "exit", "result", "findings", "next"];

/// Asks, and returns the answer after checking what every answer must hold.
fn answer(project: &TestProject, args: &[&str], exit: i32, keys: &[&str]) -> Value {
    let (code, answer) = project.json(args);
    assert_eq!(code, exit, "{args:?}: {answer}");
    assert_eq!(answer["exit"], exit, "{args:?}");
    assert_eq!(answer["command"], args[0], "{args:?}");
    for key in COMMON.iter().chain(keys) {
        assert!(answer.get(key).is_some(), "{args:?} has no `{key}`: {answer}");
    }
    assert_eq!(answer.as_object().unwrap().len(), COMMON.len() + keys.len(), "{args:?}: {answer}");
    let (_, doc) = project.json(&["doc", "json"]);
    let text = doc["entries"][0]["text"].as_str().unwrap();
    for key in keys {
        assert!(Regex::new(&format!(r"\b{key}\b")).unwrap().is_match(text), "`{key}`");
    }
    answer
}

/// The keys of an object, each of which the description must name.
fn described(project: &TestProject, object: &Value) {
    let (_, doc) = project.json(&["doc", "json"]);
    let text = doc["entries"][0]["text"].as_str().unwrap();
    for key in object.as_object().unwrap().keys() {
        assert!(Regex::new(&format!(r"\b{key}\b")).unwrap().is_match(text), "`{key}`");
    }
}

#[test]
fn every_command_prints_one_object_with_the_keys_that_are_described() {
    let sitting = ["run", "why", "question", "state"];
    let project = TestProject::new();
    answer(&project, &["new", "."], 0, &["files"]);
    answer(&project, &["doc"], 0, &["names"]);
    answer(&project, &["doc", "move_to"], 0, &["entries"]);
    answer(&project, &["check"], 0, &[]);
    described(&project, &answer(&project, &["plan"], 0, &["plan"])["plan"]);
    let explained = answer(&project, &["explain", "dain.kim@contoso.com"], 0, &["user"]);
    described(&project, &explained["user"]);
    for part in ["moves", "course", "people"] {
        described(&project, &explained["user"][part][0]);
    }
    let tested = answer(&project, &["test"], 0, &["tests", "passed", "failed", "left_out"]);
    described(&project, &tested["tests"][0]);
    assert_eq!(answer(&project, &["status"], 0, &["run"])["run"], Value::Null);

    let waits = answer(&project, &["run"], 3, &sitting);
    described(&project, &waits["question"]);
    described(&project, &waits["state"]);
    let id = waits["question"]["id"].to_string();
    answer(&project, &["accept", "services", "--note", "seen"], 0, &["message"]);
    answer(&project, &["confirm", &id, "--reject"], 0, &["message"]);
    let halted = answer(&project, &["run"], 1, &sitting);
    described(&project, &halted["findings"][0]);
    let stop = ["embedded", "stop-service", "lyncpool01.contoso.com", "Front End"];
    answer(&project, &stop, 0, &["message"]);
    described(&project, &answer(&project, &["status"], 0, &["run"])["run"]);
    let log = answer(&project, &["log"], 0, &["records"]);
    described(&project, &log["records"][0]);
    answer(&project, &["retry"], 0, &sitting);
    answer(&project, &["rollback", "--accept-losses"], 0, &sitting);
}

#[test]
fn a_command_that_cannot_be_done_is_an_object_with_a_finding_too() {
    let project = TestProject::first_steps();
    for args in [&["log"][..], &["rollback"], &["retry"], &["confirm", "7"], &["doc", "nothing"]] {
        let answer = answer(&project, args, 2, &[]);
        assert_eq!(answer["findings"][0]["severity"], "error", "{args:?}");
        described(&project, &answer["findings"][0]);
    }
}
