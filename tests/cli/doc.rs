//! `sidle doc`.

use crate::project::TestProject;
use sidle::diagnostic::codes;

#[test]
fn a_code_is_explained_with_and_without_its_first_word() {
    let project = TestProject::new();
    insta::assert_snapshot!(project.run(&["doc", "cli::not_empty"]), @r"
    sidle::cli::not_empty
      `sidle new` writes only into a folder that is empty or does not exist, so that it never overwrites anything.
    [exit 0]
    ");
    assert_eq!(
        project.run(&["doc", "sidle::cli::not_empty"]),
        project.run(&["doc", "cli::not_empty"])
    );
}

#[test]
fn an_unknown_name_is_answered_with_the_nearest_one() {
    let project = TestProject::new();
    insta::assert_snapshot!(project.run(&["doc", "cli::not_emtpy"]), @r"
    --- stderr ---
    sidle::cli::unknown_name

      × nothing is called `cli::not_emtpy`
      help: did you mean `cli::not_empty`?
    [exit 2]
    ");
}

#[test]
fn every_code_is_among_the_names() {
    let (_, answer) = TestProject::new().json(&["doc"]);
    let names: Vec<&str> =
        answer["names"].as_array().unwrap().iter().filter_map(|name| name.as_str()).collect();
    for code in codes::ALL {
        assert!(names.contains(&code.id), "{}", code.id);
    }
}
