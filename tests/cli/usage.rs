//! Arguments, help, streams and the shape of JSON output.

use crate::project::TestProject;
use regex::Regex;

#[test]
fn a_misspelt_command_is_answered_with_the_nearest_one() {
    let project = TestProject::new();
    insta::assert_snapshot!(project.run(&["stauts"]), @r"
    --- stderr ---
    error: unrecognized subcommand 'stauts'

      tip: a similar subcommand exists: 'status'

    Usage: sidle [OPTIONS] <COMMAND>

    For more information, try '--help'.
    [exit 2]
    ");
}

#[test]
fn a_misused_command_prints_one_json_object_where_json_was_asked_for() {
    let project = TestProject::new();
    for args in [&["frobnicate"][..], &["confirm", "seven"], &["accept", "x"], &["run", "--nope"]] {
        let (code, answer) = project.json(args);
        assert_eq!(code, 2, "{args:?}");
        assert_eq!(answer["sidle"], 1);
        assert_eq!(answer["exit"], 2);
        assert_eq!(answer["findings"][0]["code"], "sidle::cli::usage", "{args:?}");
    }
}

#[test]
fn the_version_is_the_crates() {
    let told = TestProject::new().run(&["--version"]);
    assert_eq!(told, format!("sidle {}\n[exit 0]", env!("CARGO_PKG_VERSION")));
}

#[test]
fn confirm_says_what_is_missing_when_only_the_folder_is_given() {
    let project = TestProject::new().file("sidle.toml", "");
    insta::assert_snapshot!(project.run(&["confirm", "."]), @r"
    --- stderr ---
    sidle::cli::usage

      × `.` is no number of a question
      help: add the number of the question: see `sidle status`
    [exit 2]
    ");
}

#[test]
fn no_command_leaves_anything_in_a_folder_that_is_not_an_organisations() {
    let project = TestProject::new();
    for command in ["check", "plan", "run", "rollback", "retry", "status", "log"] {
        let (code, _) = project.json(&[command]);
        let left: Vec<_> = std::fs::read_dir(project.folder()).unwrap().collect();
        assert!(left.is_empty(), "`sidle {command}` (exit {code}) left {left:?}");
    }
}

#[test]
fn the_description_of_the_json_output_names_every_common_key() {
    let project = TestProject::new();
    let (_, answer) = project.json(&["doc", "json"]);
    let text = answer["entries"][0]["text"].as_str().unwrap();
    for key in answer.as_object().unwrap().keys() {
        assert!(Regex::new(&format!(r"\b{key}\b")).unwrap().is_match(text), "`{key}`");
    }
}
