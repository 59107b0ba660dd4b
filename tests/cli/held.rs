//! A folder whose run another process holds: who writes is refused, who reads or answers is not.

use crate::project::TestProject;
use std::process::{Child, Stdio};

/// A process that holds the folder; killed with the value, whatever the test does.
struct Holder(Child);

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a run that waits in its soak of 30 days.
fn held(project: &TestProject) -> Holder {
    let mut command = project.command(&["run", "--yes", "--quiet"]);
    let holder = Holder(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    while !project.run(&["status"]).contains("soak 30d") {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    holder
}

#[test]
fn a_second_run_is_refused_and_told_who_holds_the_folder() {
    let project = TestProject::first_steps();
    let _holder = held(&project);
    let (code, answer) = project.json(&["run"]);
    let finding = &answer["findings"][0];
    assert_eq!((code, finding["code"].as_str()), (2, Some("sidle::journal::held")), "{answer}");
    assert!(finding["message"].as_str().unwrap().contains("of `tester` on"), "{finding}");
}

#[test]
fn status_log_and_plan_read_while_a_run_goes_on() {
    let project = TestProject::first_steps();
    let _holder = held(&project);
    for command in ["status", "log", "plan"] {
        let (code, answer) = project.json(&[command]);
        assert_eq!(code, 0, "`sidle {command}`: {answer}");
    }
}
