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

#[test]
fn a_function_of_the_library_is_explained_by_each_of_its_names() {
    let project = TestProject::new();
    insta::assert_snapshot!(project.run(&["doc", "pilot::sample"]), @r#"
    pilot::sample(users, n, seed)

        Chooses users at random; the same seed always chooses the same.

        * `users`: the set to choose from.

        * `n`: how many users; all if there are not more.

        * `seed`: any whole number.

        import "std/pilot" as pilot;

        pilot::sample(legacy.users, 3, 1).len  //=> 3
        pilot::sample(legacy.users, -1, 1)     //!  `sample` chooses 0 or more users, not -1
    [exit 0]
    "#);
    assert_eq!(project.run(&["doc", "std/pilot::sample"]), project.run(&["doc", "pilot::sample"]));
}

#[test]
fn a_module_of_the_library_lists_its_functions() {
    let (exit, answer) = TestProject::new().json(&["doc", "std/waves"]);
    let entry = &answer["entries"][0];
    assert_eq!((exit, entry["kind"].as_str()), (0, Some("module")));
    let functions = entry["functions"].as_array().unwrap();
    assert!(functions.iter().any(|one| one["signature"] == "by_size(users, size)"), "{entry}");
}

#[test]
fn an_unknown_function_of_the_library_is_answered_with_the_nearest_one() {
    insta::assert_snapshot!(TestProject::new().run(&["doc", "pilot::volunters"]), @r"
    --- stderr ---
    sidle::cli::unknown_name

      × nothing is called `pilot::volunters`
      help: did you mean `pilot::volunteers`?
    [exit 2]
    ");
}
