//! `sidle test`: the organisation's own tests.

use crate::organisation::{POOLS, organisation};
use crate::project::{TestProject, contents};

/// A small organisation whose runbook moves its pilot after a question.
fn small(tests: &str) -> TestProject {
    let runbook = format!(
        "{POOLS}stage \"Pilot\" {{\n    require check \"services\" {{ probe::service(lync, \"Front End\") }};\n    \
         approve(\"Move the pilot users?\");\n    require legacy.users.first(2).move_to(lync);\n    \
         note(\"the pilot is over\");\n}}\n"
    );
    organisation(4, &runbook).file("tests/pilot.rhai", tests)
}

#[test]
fn the_tests_of_the_first_steps_pass() {
    insta::assert_snapshot!(TestProject::first_steps().run(&["test"]), @r"
    ok    tests/policies.rhai: an executive moves last, even as a volunteer
    ok    tests/policies.rhai: everybody in the pilot volunteered, and nobody has enterprise voice
    ok    tests/policies.rhai: a volunteer with enterprise voice waits for the gateway
    ok    tests/policies.rhai: waves hold everybody once, and none is much larger than another
    ok    tests/policies.rhai: nobody left means no wave
    ok    tests/runbook.rhai: the runbook moves everybody and comes to its end
    ok    tests/runbook.rhai: nobody moves while users cannot sign in
    ok    tests/runbook.rhai: a no to the pilot moves nobody
    ok    tests/runbook.rhai: the pilot bears one failure and no second one
    ok    tests/runbook.rhai: a pool that does not answer stops the run before anybody is moved
    10 tests: 10 passed.
    [exit 0]
    ");
}

#[test]
fn a_failed_assertion_shows_the_value_of_each_part_and_the_others_run_on() {
    let project = small(
        "test \"too few\" {\n    let users = topology.users;\n    assert users.len * 2 > 8 && !users.is_empty;\n}\n\n\
         test \"enough\" {\n    assert topology.users.len == 4;\n}\n",
    );
    insta::assert_snapshot!(project.run(&["test"]), @r#"
    FAIL  tests/pilot.rhai: too few
    ok    tests/pilot.rhai: enough
    2 tests: 1 passed, 1 failed.
    --- stderr ---
    sidle::test::assertion

      × `users.len * 2 > 8 && !users.is_empty` does not hold
       ╭─[tests/pilot.rhai:3:30]
     1 │ test "too few" {
       · ───────┬──────
       ·        ╰── in this test
     2 │     let users = topology.users;
     3 │     assert users.len * 2 > 8 && !users.is_empty;
       ·            ────┬──── ┬   ┬   ─┬
       ·                │     │   │    ╰── false
       ·                │     │   ╰── false
       ·                │     ╰── 8
       ·                ╰── 4
     4 │ }
       ╰────
    next: sidle test . 'too few'
    [exit 1]
    "#);
}

#[test]
fn the_runbook_is_simulated_and_steered() {
    let project = small(
        r#"
test "it ends with two users moved" {
    let run = sim::run();
    assert run.completed;
    assert_eq(run.stages, ["Pilot"]);
    assert_eq(run.moves[0].moved.len, 2);
    assert_eq(run.moves[0].path, "Pilot");
    assert_eq(run.notes, ["the pilot is over"]);
    assert_eq(run.questions[0].text, "Move the pilot users?");
    assert run.questions[0].yes;
    assert_eq(run.checks[0], #{ path: "Pilot / services", verdict: "pass", why: "" });
    assert_eq(run.home("user00001@contoso.com"), topology.pool("lyncpool01.contoso.com"));
    assert topology.user("user00001@contoso.com").pool == topology.pool("ocspool01.contoso.com");
}

test "a no halts it" {
    sim::answer("pilot users", false);
    let run = sim::run();
    assert run.halted && run.code == "sidle::run::rejected";
    assert !run.questions[0].yes;
}

test "a failing check halts it before the question" {
    sim::assume("Pilot / services", "unknown");
    let run = sim::run();
    assert run.halted && run.questions.is_empty();
    assert run.last_check("services").unknown;
}

test "a user who is locked fails the pilot, and is told so" {
    sim::fail_user("user00000@contoso.com", "locked");
    let run = sim::run();
    assert run.halted;
    assert_eq(run.moves[0].failed.reason(topology.user("user00000@contoso.com")), "locked");
}

test "a pool that is down is unknown to its check" {
    sim::server_down("lyncpool01.contoso.com");
    let run = sim::run();
    assert run.halted && run.code == "sidle::script::require_unknown";
}

test "a run stops after a stage, and a misspelt one is an error" {
    assert_eq(sim::run(#{ through: "Pilot" }).stages, ["Pilot"]);
    assert_fails("run::unknown_stage", || sim::run(#{ through: "Pilto" }));
}
"#,
    );
    assert_eq!(project.json(&["test"]).0, 0, "{}", project.run(&["test"]));
}

#[test]
fn effects_of_a_test_happen_at_once_and_to_it_alone() {
    let project = small(&format!(
        r#"
{POOLS}
test "users move and come back" {{
    let report = legacy.users.move_to(lync);
    assert report;
    assert legacy.is_empty;
    report.undo();
    assert_eq(legacy.users.len, 4);
    assert soak("30d", "1d", || true);
}}

test "the test before has moved nobody" {{
    assert_eq(lync.users.len, 0);
}}

test "a pool with users is not retired, and the test goes on" {{
    assert_fails("run::pool_not_empty", || legacy.retire());
    assert legacy.users.move_to(lync);
    legacy.retire();
}}

test "a require that does not hold, and a halt, can be asserted" {{
    assert_fails("script::require_failed", || {{ require legacy.is_empty; }});
    let why = assert_fails("sidle::script::halt", || halt("not yet"));
    assert_eq(why, "not yet");
    assert legacy.users.first(1).move_to(lync);
}}

test "a small topology takes the place of the organisation's" {{
    let small = sim::topology(#{{
        pools: [
            #{{ fqdn: "old.contoso.com", site: "Seoul", generation: "legacy" }},
            #{{ fqdn: "new.contoso.com", site: "Seoul", generation: "current" }},
        ],
        users: [#{{
            address: "ann@contoso.com", pool: "old.contoso.com", name: "Ann Ahn", title: "CEO", upn: "ann@corp.contoso.com",
            department: "Board", city: "Seoul", client: "OC", line: "tel:+1", archiving: "on", moving_to: "new.contoso.com",
            groups: ["it"], manager: "bob@contoso.com", delegates: ["bob@contoso.com"], enabled: false,
            enterprise_voice: true, federation: true, remote_access: true, meetings: 2, contacts: 3,
            policies: #{{ VoicePolicy: "Gold" }}, columns: #{{ Floor: "8" }},
        }}, #{{ address: "bob@contoso.com", pool: () }}],
    }});
    let ann = topology.user("ann@contoso.com");
    assert_eq([ann.name, ann.title, ann.upn, ann.department, ann.city, ann.client, ann.line, ann.archiving],
        ["Ann Ahn", "CEO", "ann@corp.contoso.com", "Board", "Seoul", "OC", "tel:+1", "on"]);
    assert ann.moving_to == small.pool("new.contoso.com") && ann.manager.address == "bob@contoso.com";
    assert !ann.enabled && ann.enterprise_voice && ann.federation && ann.remote_access;
    assert_eq([ann.meetings, ann.contacts, ann.groups, ann.policies.VoicePolicy, ann["Floor"]], [2, 3, ["it"], "Gold", "8"]);
    assert_eq(ann.delegates.to_array(), [small.user("bob@contoso.com")]);
    assert small.user("bob@contoso.com").pool == ();
    let moved = small.pool("old.contoso.com").users.move_to(small.pool("new.contoso.com"));
    assert_fails("test::late_topology", || sim::topology(#{{ pools: [#{{ fqdn: "a", site: "b", generation: "legacy" }}] }}));
    assert_eq(moved.to, "new.contoso.com");
}}
"#
    ));
    assert_eq!(project.json(&["test"]).0, 0, "{}", project.run(&["test"]));
}

#[test]
fn a_test_that_does_not_end_stops_no_other() {
    let project = small(
        "test \"spins\" {\n    assert true;\n    loop { }\n}\ntest \"ends\" {\n    assert true;\n}\n",
    )
    .edited("sidle.toml", "[move]", "[limits]\noperations = 20000\n\n[move]");
    let (code, answer) = project.json(&["test"]);
    let codes: Vec<&str> = answer["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["code"].as_str().unwrap())
        .collect();
    assert_eq!((code, codes), (1, vec!["sidle::script::limit"]), "{answer}");
    assert_eq!((&answer["passed"], &answer["failed"]), (&1.into(), &1.into()));
}

#[test]
fn what_a_test_catches_still_fails_it() {
    let project = small(
        "test \"caught\" {\n    try { assert 1 == 2; } catch { }\n}\n\
         test \"halted\" {\n    assert true;\n    try { halt(\"no\"); } catch { }\n}\n\
         test \"early\" {\n    assert true;\n    return;\n}\n",
    );
    let (code, answer) = project.json(&["test"]);
    let codes = ["sidle::test::assertion", "sidle::script::halt", "sidle::script::leaves_block"];
    for (test, expected) in answer["tests"].as_array().unwrap().iter().zip(codes) {
        assert_eq!(test["findings"][0]["code"], expected, "{test}");
    }
    assert_eq!((code, &answer["result"]), (1, &"failed".into()));
}

#[test]
fn an_open_run_and_all_files_stay_as_they_were() {
    let project = small(&format!(
        "{POOLS}test \"moves\" {{\n    assert legacy.users.move_to(lync);\n    assert sim::run().completed;\n}}\n"
    ));
    assert_eq!(project.json(&["run"]).0, 3);
    let before = contents(project.folder());
    assert_eq!(project.json(&["test"]).0, 0, "{}", project.run(&["test"]));
    assert!(contents(project.folder()) == before, "`sidle test` wrote something");
}

#[test]
fn a_filter_chooses_by_name_or_file_and_names_near_ones() {
    let project = TestProject::first_steps();
    let (code, answer) = project.json(&["test", ".", "EXECUTIVE"]);
    assert_eq!((code, answer["tests"].as_array().unwrap().len()), (0, 1), "{answer}");
    let (code, listed) = project.json(&["test", ".", "runbook.rhai", "--list"]);
    assert_eq!((code, listed["tests"].as_array().unwrap().len()), (0, 5), "{listed}");
    insta::assert_snapshot!(project.run(&["test", ".", "exceutive"]), @r"
    --- stderr ---
    sidle::test::no_match

      × no test has `exceutive` in its name or file
      help: did you mean `executive`?
    [exit 2]
    ");
}

#[test]
fn a_broken_file_is_told_and_the_tests_of_others_run() {
    let project = small("test \"fine\" {\n    assert true;\n}\n")
        .file("tests/deep/broken.rhai", "test \"broken\" {\n    assert tru e;\n}\n");
    insta::assert_snapshot!(project.run(&["test", "-q"]), @r#"
    1 test: 1 passed, not all files could be read.
    --- stderr ---
    sidle::script::unknown_variable

      × there is no variable `tru` here
       ╭─[tests/deep/broken.rhai:2:12]
     1 │ test "broken" {
     2 │     assert tru e;
       ·            ─┬─
       ·             ╰── unknown
     3 │ }
       ╰────
      help: declare it with `let` before it is used
    [exit 2]
    "#);
    assert_eq!(project.json(&["check"]).0, 2, "check reads the tests too");
}

#[test]
fn junit_is_xml_with_every_test_and_its_failure() {
    let project = small(
        "test \"a <b> & \\\"c\\\"\" {\n    assert_eq(\"x\\u0007<&>\", \"y\");\n}\ntest \"fine\" {\n    assert true;\n}\n",
    );
    assert_eq!(project.json(&["test", "--junit", "results.xml"]).0, 1);
    let text = std::fs::read_to_string(project.folder().join("results.xml")).unwrap();
    let document = roxmltree::Document::parse(&text).unwrap();
    let suites = document.root_element();
    assert_eq!((suites.attribute("tests"), suites.attribute("failures")), (Some("2"), Some("1")));
    let cases: Vec<_> = suites.descendants().filter(|node| node.has_tag_name("testcase")).collect();
    assert_eq!(cases[0].attribute("name"), Some("a <b> & \"c\""));
    let failure = cases[0].children().find(|node| node.has_tag_name("failure")).unwrap();
    assert_eq!(failure.attribute("type"), Some("sidle::test::not_equal"));
    assert!(failure.text().unwrap().contains("the two values are not equal"));
    assert!(cases[1].children().all(|node| !node.has_tag_name("failure")));
}
