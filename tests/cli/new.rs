//! `sidle new`.

use crate::project::TestProject;
use crate::tree::{top, walk};
use sidle::cli::TEMPLATES;

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
fn a_template_that_resembles_none_is_answered_with_all_of_them() {
    let project = TestProject::new();
    insta::assert_snapshot!(project.run(&["new", "x", "--template", "harbour"]), @r"
    --- stderr ---
    sidle::cli::unknown_template

      × there is no template `harbour`
      help: there are `first-steps` and `contoso`
    [exit 2]
    ");
}

#[test]
fn the_template_contoso_is_written_byte_for_byte() {
    let project = TestProject::new();
    insta::assert_snapshot!(project.run(&["new", "copy", "--template", "contoso"]), @r"
    Wrote 23 files to copy.
    --- stderr ---
    next: sidle check copy
    next: sidle plan copy
    next: sidle run copy --rehearse
    [exit 0]
    ");
    let name = "inventory/dial-in-numbers.csv";
    let written = std::fs::read(project.folder().join("copy").join(name)).unwrap();
    assert!(written.starts_with(b"\xff\xfe"), "an export in UTF-16");
    assert_eq!(written, std::fs::read(top().join("scripts/contoso").join(name)).unwrap());
}

#[test]
fn each_embedded_template_is_its_folder_in_the_repository() {
    for template in TEMPLATES {
        let folder = top().join("scripts").join(template.name);
        let mut files = Vec::new();
        walk(&folder, &mut files);
        let mut on_disk: Vec<(String, Vec<u8>)> = files
            .iter()
            .map(|path| {
                let name = path.strip_prefix(&folder).unwrap().to_string_lossy().into_owned();
                (name, std::fs::read(path).unwrap())
            })
            .collect();
        on_disk.sort();
        let mut embedded: Vec<(String, Vec<u8>)> =
            template.files.iter().map(|file| (file.path.to_owned(), file.bytes.to_vec())).collect();
        embedded.sort();
        let names = |files: &[(String, Vec<u8>)]| -> Vec<String> {
            files.iter().map(|(name, _)| name.clone()).collect()
        };
        assert_eq!(names(&embedded), names(&on_disk), "{}", template.name);
        assert!(embedded == on_disk, "{}: a file differs", template.name);
    }
}
