//! Commands that only read: they write nothing anywhere in the folder.

use crate::project::{TestProject, contents};

#[test]
fn check_plan_status_log_and_doc_leave_every_file_as_it_was_and_add_none() {
    let project = TestProject::first_steps();
    let before = contents(project.folder());
    let explain = ["explain", "dain.kim@contoso.com"];
    for args in
        [&["check"][..], &["plan"], &["plan", "-vv"], &explain, &["status"], &["log"], &["doc"]]
    {
        project.run(args);
        assert!(contents(project.folder()) == before, "`sidle {}` wrote something", args.join(" "));
    }
}

#[test]
fn check_finds_nothing_wrong_with_the_first_steps() {
    let (code, answer) = TestProject::first_steps().json(&["check"]);
    assert_eq!((code, &answer["findings"]), (0, &serde_json::json!([])), "{answer}");
}

#[test]
fn check_points_at_a_misspelt_word_of_a_policy() {
    let project = TestProject::first_steps();
    project.edit(
        "policy/pilot.rhai",
        "exclude(\"not a volunteer\")",
        "exlude(\"not a volunteer\") }",
    );
    let (code, answer) = project.json(&["check"]);
    assert_eq!(code, 2);
    assert_eq!(answer["findings"][0]["file"], "policy/pilot.rhai", "{answer}");
}
