//! `sidle repl` through a pipe.

use crate::project::{TestProject, contents};
use std::io::Write as _;
use std::process::Stdio;

/// What the program says to these lines on its stdin.
fn piped(project: &TestProject, lines: &str) -> String {
    let mut child = project
        .command(&["repl"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    project.told(&child.wait_with_output().unwrap())
}

#[test]
fn variables_functions_and_imports_stay_from_line_to_line() {
    let lines = "let legacy = topology.pool(\"ocspool01.contoso.com\");\n\
        import \"policy/pilot\" as pilot;\n\
        fn double(n) {\n  n * 2\n}\n\
        double(legacy.users\n  .select(|user| pilot::choose(user))\n  .len)\n";
    assert_eq!(piped(&TestProject::first_steps(), lines), "42\n[exit 0]");
}

#[test]
fn the_first_error_ends_a_pipe_and_points_into_its_input() {
    insta::assert_snapshot!(piped(&TestProject::first_steps(), "1 + 1\nlet f = |user| user.titel == \"CEO\";\ntopology.users.filter(f)\n5\n"), @r#"
    2
    --- stderr ---
    sidle::value::unknown_property

      × a User has no property or column `titel`
       ╭─[repl:2:1:21]
     1 │ let f = |user| user.titel == "CEO";
       ·                     ─────
       ╰────
      help: did you mean `title`?

    Advice: sidle::value::unknown_property

      ☞ the closure was called from `repl:3`
       ╭─[repl:3:1:16]
     1 │ topology.users.filter(f)
       ·                ────┬────
       ·                    ╰── the closure called here
       ╰────
    [exit 2]
    "#);
}

#[test]
fn json_is_one_object_with_a_result_for_each_input() {
    let args = ["repl", "-e", "topology.pools.len", "-e", "topology.users.first(1)"];
    let (code, answer) = TestProject::first_steps().json(&args);
    assert_eq!(code, 0, "{answer}");
    assert_eq!(answer["results"][0]["value"], 2, "{answer}");
    assert_eq!(answer["results"][1]["value"][0], "aarav.gupta@contoso.com", "{answer}");
}

#[test]
fn an_endless_loop_ends_and_a_folder_without_sidle_toml_is_refused() {
    let said = piped(&TestProject::first_steps(), "let n = 0;\nwhile true {\n  n += 1;\n}\n");
    assert!(said.contains("this does not end within 10,000,000 operations"), "{said}");
    let said = piped(&TestProject::new(), "1\n");
    assert!(said.contains("there is no `sidle.toml`") && said.ends_with("[exit 2]"), "{said}");
}

#[test]
fn homes_are_those_of_the_run_and_nothing_is_written() {
    let project = TestProject::first_steps();
    project.run(&["run", "--rehearse"]);
    let before = contents(project.folder());
    let count = "topology.pool(\"ocspool01.contoso.com\").users.len";
    assert_eq!(project.run(&["repl", "-e", count]), "0\n[exit 0]");
    assert_eq!(project.run(&["repl", "--inventory", "-e", count]), "196\n[exit 0]");
    assert!(contents(project.folder()) == before);
}
