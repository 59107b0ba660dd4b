//! The standard library as an organisation uses it: the stock runbook, and one policy of its own.

use crate::project::TestProject;

/// A folder that has only sidle.toml and its inventory.
fn stock() -> TestProject {
    let project = TestProject::first_steps();
    for gone in
        ["runbook.rhai", "policy/pilot.rhai", "policy/coexistence.rhai", "policy/cutover.rhai"]
    {
        std::fs::remove_file(project.folder().join(gone)).unwrap();
    }
    project.edited(
        "sidle.toml",
        "name = \"First steps\"",
        "name = \"First steps\"\nrunbook = \"std/side_by_side\"",
    )
}

#[test]
fn a_folder_without_scripts_plans_by_the_stock_runbook() {
    let plan = stock().run(&["plan"]);
    // What is asked of real systems is left out: it is the same after every wave.
    let course = plan.lines().filter(|line| !line.contains("(assumed)") || line.contains("soak"));
    // The plan's own time is counted among the waits.
    let course: Vec<&str> = course.take_while(|line| !line.starts_with("Planned")).collect();
    insta::assert_snapshot!(course.join("\n"), @r#"
    Plan of First steps

    Coexistence
      ✓ check `one legacy product`: pass
      ✓ check `names of the new side are its own`: pass
      ocspool01.contoso.com
    Pilot
      ? approve "Move 21 pilot users?": assumed yes
      ? soak 30d, every 1d: pass (assumed)
      ocspool01.contoso.com
        ✓ move 21 users to `lyncpool01.contoso.com` from `ocspool01.contoso.com`: 21 moved  [reversible with loss]
    Production
      Wave 1
        ✓ move 50 users to `lyncpool01.contoso.com` from `ocspool01.contoso.com`: 50 moved  [reversible with loss]
        · note "Wave 1: nobody failed and every criterion holds"
      Wave 2
        ✓ move 50 users to `lyncpool01.contoso.com` from `ocspool01.contoso.com`: 50 moved  [reversible with loss]
        · note "Wave 2: nobody failed and every criterion holds"
      Wave 3
        ✓ move 50 users to `lyncpool01.contoso.com` from `ocspool01.contoso.com`: 50 moved  [reversible with loss]
        · note "Wave 3: nobody failed and every criterion holds"
      Wave 4
        ✓ move 25 users to `lyncpool01.contoso.com` from `ocspool01.contoso.com`: 25 moved  [reversible with loss]
        · note "Wave 4: nobody failed and every criterion holds"
    Applications
    Retire
      ✓ check `nothing left on ocspool01.contoso.com`: pass
      ? point of no return: the legacy pools are removed: ocspool01.contoso.com: assumed yes
      ✓ retire `ocspool01.contoso.com`  [one way]
    "#);
}

#[test]
fn a_folder_without_scripts_is_rehearsed_to_its_end() {
    insta::assert_snapshot!(stock().run(&["run", "--rehearse", "--quiet"]), @r"
    Run 1 is complete.
    Moved 196 users in 5 moves, 0 failed.
    [exit 0]
    ");
}

#[test]
fn one_file_overrides_one_policy() {
    let policy = "import \"std/pilot\" as pilot;\n\
        const RULES = pilot::rules([pilot::include_departments([\"Finance\"])]);\n\
        fn choose(user) { global::RULES.call(user) }\n";
    let project = stock().file("policy/pilot.rhai", policy);
    let plan = project.run(&["plan"]);
    let pilot: Vec<&str> =
        plan.lines().skip_while(|line| !line.contains("Pilot")).take(4).collect();
    insta::assert_snapshot!(pilot.join("\n"), @r#"
    Pilot
      ? approve "Move 24 pilot users?": assumed yes
      ? soak 30d, every 1d: pass (assumed)
      ocspool01.contoso.com
    "#);
    insta::assert_snapshot!(project.run(&["run", "--rehearse", "--quiet"]), @r"
    Run 1 is complete.
    Moved 196 users in 5 moves, 0 failed.
    [exit 0]
    ");
}

#[test]
fn what_a_function_of_the_library_refuses_is_shown_where_it_was_called() {
    let project = stock().file(
        "policy/cutover.rhai",
        "import \"std/waves\" as planner;\n\nfn waves(users) {\n    planner::by_size(users, 0)\n}\n",
    );
    let told = project.run(&["plan", "--quiet"]);
    let (_, finding) = told.split_once("--- stderr ---\n").unwrap();
    insta::assert_snapshot!(finding, @r"
    sidle::value::argument

      × a wave needs room for at least 1 user, not 0
       ╭─[policy/cutover.rhai:4:14]
     3 │ fn waves(users) {
     4 │     planner::by_size(users, 0)
       ·              ─────────────────
     5 │ }
       ╰────

    Advice: sidle::value::argument

      ☞ `waves` was called from `std/side_by_side.rhai`
        ╭─[std/side_by_side.rhai:48:30]
     47 │     if !people.is_empty {
     48 │         for wave in cutover::waves(people) {
        ·                              ──────┬──────
        ·                                    ╰── 2: `waves` called here
     49 │             stage wave.name {
        ╰────
    next: sidle plan
    [exit 2]
    ");
}

#[test]
fn an_attestation_waits_for_a_person_and_is_answered_by_confirm() {
    let runbook = "stage \"Applications\" {\n    \
        let said = attest(\"the call center works\", #{ owner: \"Kim\", details: \"call it\" });\n    \
        require check \"call center\" { said };\n}\n";
    let project = TestProject::first_steps().file("runbook.rhai", runbook);
    insta::assert_snapshot!(project.run(&["plan"]), @r#"
    Plan of First steps

    Applications
      ✓ attest "the call center works" by Kim: attested (assumed)
      ? check `call center`: pass (assumed)

    Planned: 0 users in 0 moves and 1 stage.
    Checks, answers and probes are assumed good; `--assume "CHECK=fail"` shows the other branch.
    --- stderr ---
    next: sidle run
    [exit 0]
    "#);
    insta::assert_snapshot!(project.run(&["plan", "--assume", "the call center works=fail"]), @r#"
    Plan of First steps

    Applications  <- here
      ✗ attest "the call center works" by Kim: not attested (assumed)
      ✗ check `call center`: fail: the call center works: not attested (assumed)

    Planned: 0 users in 0 moves and 1 stage.
    Checks, answers and probes are assumed good; `--assume "CHECK=fail"` shows the other branch.
    The runbook would not reach its end: the check `call center` does not hold: the call center works: not attested.
    --- stderr ---
    sidle::script::require_failed

      × the check `call center` does not hold
      ╰─▶ the call center works: not attested
       ╭─[runbook.rhai:3:13]
     2 │     let said = attest("the call center works", #{ owner: "Kim", details: "call it" });
     3 │     require check "call center" { said };
       ·             ──┬──
       ·               ╰── fail
     4 │ }
       ╰────
      help: what it rests on was recorded before it, and `sidle run` alone does not ask it again:
            `sidle run --recheck CHECK` asks a check again; `sidle rollback --to STAGE` takes the
            stage back; or edit this line

    Advice: sidle::script::require_failed

      ☞ the check `call center` stands here
       ╭─[runbook.rhai:3:13]
     2 │     let said = attest("the call center works", #{ owner: "Kim", details: "call it" });
     3 │     require check "call center" { said };
       ·             ─────────┬─────────
       ·                      ╰── taken here
     4 │ }
       ╰────
    next: sidle plan
    [exit 1]
    "#);
    insta::assert_snapshot!(project.run(&["run", "--quiet"]), @r#"
    Run 1 waits for an answer to "the call center works".
    Moved 0 users in 0 moves, 0 failed.
    Question 5: the call center works
      asked of Kim
      call it
    --- stderr ---
    next: sidle confirm 5
    next: sidle confirm 5 --reject
    next: sidle run
    [exit 3]
    "#);
    project.run(&["confirm", "5", "--note", "queue rings", "--reject"]);
    let halted = project.run(&["run", "--quiet"]);
    assert!(halted.starts_with("Run 1 halted: the check `call center` does not hold"), "{halted}");
    project.run(&["run", "--quiet", "--recheck", "call center"]);
    project.run(&["confirm", "14", "--note", "mended"]);
    insta::assert_snapshot!(project.run(&["run"]), @r#"
    Run 1 is complete.
    Moved 0 users in 0 moves, 0 failed.
    --- stderr ---
    Applications
      ✓ attest "the call center works" by Kim: mended, tester
      ✓ check `call center`: pass
    [exit 0]
    "#);
}
