//! The standard library, tested in its own language: the files of `tests/stdlib/` on the users of
//! `scripts/first-steps`, and the stock runbook on their exports alone.

use crate::project::TestProject;
use crate::tree::top;
use std::fs;

/// First steps with the library's tests in the place of its own.
fn with_tests_of_the_library() -> TestProject {
    let project = TestProject::first_steps();
    let tests = project.folder().join("tests");
    fs::remove_dir_all(&tests).unwrap();
    fs::create_dir(&tests).unwrap();
    for file in fs::read_dir(top().join("tests/stdlib")).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), tests.join(file.file_name())).unwrap();
    }
    project
}

#[test]
fn every_test_of_the_library_passes() {
    let project = with_tests_of_the_library();
    let (code, told) = project.json(&["test"]);
    let failed: Vec<_> =
        told["tests"].as_array().unwrap().iter().filter(|test| test["passed"] != true).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    assert_eq!(code, 0, "{told:#}");
    assert!(told["passed"].as_u64().unwrap() >= 20, "the files were found");
}
