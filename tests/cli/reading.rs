//! Commands that only read: they write nothing anywhere in the folder.

use crate::organisation::organisation;
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

#[test]
fn check_gives_programs_every_finding_and_people_the_first_twenty_of_a_kind() {
    let project = organisation(50, "note(\"go\");\n");
    let users = project.folder().join("inventory/users.csv");
    let text = std::fs::read_to_string(&users).unwrap().replace(",True,", ",perhaps,");
    std::fs::write(&users, text).unwrap();
    let (code, answer) = project.json(&["check"]);
    let findings = answer["findings"].as_array().unwrap();
    assert_eq!((code, findings.len(), &findings[49]["line"]), (2, 50, &serde_json::json!(51)));
    let told = project.run(&["check"]);
    assert_eq!(told.matches("`perhaps` is neither").count(), 20);
    assert!(told.contains("30 further findings of this kind not shown"), "{told}");
    assert!(told.contains("50 errors found"), "{told}");
}

#[test]
fn a_script_reads_further_columns_from_the_run_s_copy_of_ldif_and_json() {
    let ldif = "dn: CN=Ann,DC=contoso\nmsRTCSIP-UserEnabled: TRUE\nCostCenter:: NDcxMQ==\n\
                msRTCSIP-PrimaryUserAddress: sip:ann@contoso.com\n\
                msRTCSIP-PrimaryHomeServer: CN=Lc Services,CN=Microsoft,CN=ocspool01,CN=Pools\n";
    let json = r#"[{"SipAddress": "ann@contoso.com", "Floor": 4}]"#;
    let project = organisation(
        3,
        "let ann = topology.user(\"ann@contoso.com\");\nnote(`${ann[\"costcenter\"]} on ${ann[\"Floor\"]}`);\n\
         approve(\"go on?\");\nnote(`still ${ann[\"Floor\"]}`);\n",
    )
    .edited("sidle.toml", "[move]", "[inventory]\nusers = \"u.ldf\"\ndirectory = \"d.json\"\n\n[move]")
    .file("u.ldf", ldif)
    .file("d.json", json);
    let plan = project.run(&["plan"]);
    assert!(plan.trim_end().ends_with("[exit 0]"), "{plan}");
    let first = project.run(&["run"]);
    assert!(first.contains("4711 on 4"), "{first}");
    // What the run was started on counts, not what the folder holds by now.
    let project = project.file("d.json", &json.replace('4', "5"));
    let second = project.run(&["run", "--yes"]);
    assert!(second.contains("still 4"), "{second}");
}
