//! `sidle new`.

use crate::project::TestProject;
use crate::tree::{top, walk};
use sidle::cli::FIRST_STEPS;

#[test]
fn new_writes_a_folder_and_says_what_to_type_next() {
    let project = TestProject::new();
    insta::assert_snapshot!(project.run(&["new", "my folder"]), @r"
    Wrote 10 files to 'my folder'.
    --- stderr ---
    next: sidle check 'my folder'
    next: sidle plan 'my folder'
    next: sidle run 'my folder' --rehearse
    [exit 0]
    ");
    assert!(project.folder().join("my folder/runbook.rhai").is_file());
}

#[test]
fn new_overwrites_nothing() {
    let project = TestProject::new().file("kept.txt", "mine");
    insta::assert_snapshot!(project.run(&["new", "."]), @r"
    --- stderr ---
    sidle::cli::not_empty

      × the folder `.` is not empty
      help: name a folder that does not exist yet
    [exit 2]
    ");
    assert!(!project.folder().join("sidle.toml").exists());
}

#[test]
fn an_unknown_template_is_answered_with_the_nearest_one() {
    let project = TestProject::new();
    insta::assert_snapshot!(project.run(&["new", "x", "--template", "first-step"]), @r"
    --- stderr ---
    sidle::cli::unknown_template

      × there is no template `first-step`
      help: did you mean `first-steps`?
    [exit 2]
    ");
}

#[test]
fn the_embedded_template_is_the_folder_in_the_repository() {
    let folder = top().join("scripts/first-steps");
    let mut files = Vec::new();
    walk(&folder, &mut files);
    let mut on_disk: Vec<(String, String)> = files
        .iter()
        .map(|path| {
            let name = path.strip_prefix(&folder).unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    on_disk.sort();
    let mut embedded: Vec<(String, String)> =
        FIRST_STEPS.iter().map(|file| (file.path.to_owned(), file.text.to_owned())).collect();
    embedded.sort();
    assert_eq!(embedded, on_disk);
}
