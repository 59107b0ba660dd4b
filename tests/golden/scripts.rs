//! What is wrong in a script.

use super::Golden;
use crate::organisation::organisation;

/// Runbooks with one thing wrong.
const RUNBOOKS: &[(&str, &str)] = &[
    ("script::syntax separator", "let a = 1\nlet b = 2;\n"),
    ("script::syntax unclosed", "stage \"Pilot\" {\n    note(\"go\");\n"),
    ("script::syntax string", "note(\"go);\n"),
    ("script::syntax symbol", "let a = 1 +* 2;\n"),
    ("script::keyword require", "require;\n"),
    ("script::unknown_variable stage", "stage Pilot {\n    note(\"go\");\n}\n"),
    ("script::keyword", "let stage = \"Pilot\";\nnote(stage);\n"),
    ("script::unknown_function near", "aprove(\"go on?\");\n"),
    ("script::unknown_function far", "migrate_everybody();\n"),
    ("script::unknown_function removed", "sleep(10);\n"),
    (
        "script::unknown_function probe",
        "let legacy = topology.pool(\"ocspool01.contoso.com\");\n\
         let up = check \"up\" { probe::servic(legacy, \"Front End\") };\nrequire up;\n",
    ),
    (
        "script::unknown_function imported",
        "import \"policy/pilot\" as pilot;\n\
         let legacy = topology.pool(\"ocspool01.contoso.com\");\n\
         let group = legacy.users.select(|user| pilot::chose(user));\n",
    ),
    ("script::wrong_arguments number", "approve(\"go on?\", \"now\");\n"),
    ("script::wrong_arguments type", "approve(5);\n"),
    (
        "script::wrong_arguments method",
        "let legacy = topology.pool(\"ocspool01.contoso.com\");\nlet few = legacy.users.first(\"3\");\n",
    ),
    (
        "script::wrong_arguments probe",
        "let legacy = topology.pool(\"ocspool01.contoso.com\");\n\
         let up = check \"up\" { probe::service(legacy) };\n",
    ),
    ("script::wrong_arguments closure", "let all = [1, 2].map(|a, b, c| a);\n"),
    (
        "script::wrong_arguments imported",
        "import \"policy/pilot\" as pilot;\nlet why = pilot::choose();\n",
    ),
    ("script::unknown_variable near", "let legacy = 1;\nnote(`${legcy}`);\n"),
    (
        "script::unknown_variable function",
        "let pilots = 3;\nfn few() {\n    pilots + 1\n}\nfew();\n",
    ),
    (
        "script::unknown_variable given",
        "import \"policy/pilot\" as pilot;\n\
         let legacy = topology.pool(\"ocspool01.contoso.com\");\n\
         let group = legacy.users.select(pilot::choose);\n",
    ),
    ("script::unknown_property map", "let options = #{ size: 3 };\nnote(`${options.sise}`);\n"),
    ("script::unknown_property array", "let all = [1, 2];\nnote(`${all.length}`);\n"),
    ("script::unknown_module", "note(pilot::choose(1));\n"),
    (
        "script::wrong_type condition",
        "let users = topology.users;\nif users.len {\n    note(\"go\");\n}\n",
    ),
    ("script::wrong_type operator", "let n = 3 - \"1\";\n"),
    ("script::syntax for", "for n in 5 {\n    note(\"go\");\n}\n"),
    ("script::wrong_type comparator", "let all = [2, 1].sort(|a, b| \"less\");\n"),
    (
        "script::wrong_type check",
        "let legacy = topology.pool(\"ocspool01.contoso.com\");\n\
         let up = check \"up\" { probe::service(legacy, \"Front End\") };\nif up {\n    note(\"go\");\n}\n",
    ),
    ("script::unlike_types require", "let n = topology.users.len;\nrequire n == \"3\";\n"),
    (
        "script::unlike_types if",
        "let n = topology.users.len;\nif n == \"3\" {\n    note(\"go\");\n}\n",
    ),
    (
        "script::unlike_types order",
        "let n = topology.users.len;\nif n < \"9\" {\n    note(\"go\");\n}\n",
    ),
    ("script::not_bool", "let some = [1, 2].filter(|n| n + 1);\n"),
    ("script::error index", "let all = [1, 2];\nnote(`${all[7]}`);\n"),
    ("script::error division", "let n = 0;\nlet share = 100 / n;\n"),
    ("script::syntax constant", "const SIZE = 3;\nSIZE = 4;\n"),
    ("script::error parse", "let n = parse_int(\"three\");\n"),
    (
        "script::throw",
        "fn size(n) {\n    if n == 0 { throw \"no users are left\"; }\n    n\n}\nsize(0);\n",
    ),
    ("script::limit operations", "let n = 0;\nloop {\n    n += 1;\n}\n"),
    ("script::limit recursion", "fn deeper(n) {\n    deeper(n + 1)\n}\ndeeper(0);\n"),
    ("script::limit string", "let s = \"abcdefgh\";\nloop {\n    s += s;\n}\n"),
    (
        "script::leaves_block",
        "for n in 0..3 {\n    stage `Wave ${n}` {\n        return;\n    }\n}\n",
    ),
    (
        "script::leaves_block check",
        "for n in 0..3 {\n    let c = check \"c\" {\n        break;\n    };\n}\n",
    ),
    (
        "script::stage_twice",
        "stage \"Pilot\" {\n    note(\"one\");\n}\nstage \"Pilot\" {\n    note(\"two\");\n}\n",
    ),
    (
        "script::stage_twice loop",
        "for n in 0..3 {\n    stage \"Wave\" {\n        note(\"go\");\n    }\n}\n",
    ),
    ("script::stage_name empty", "stage \"\" {\n    note(\"go\");\n}\n"),
    ("script::stage_name separator", "stage \"Pilot / IT\" {\n    note(\"go\");\n}\n"),
    ("script::stage_name number", "stage 5 {\n    note(\"go\");\n}\n"),
    (
        "script::not_pure",
        "let some = topology.users.filter(|user| {\n    note(\"looking\");\n    true\n});\n",
    ),
    ("script::only_probes", "let c = check \"ready\" {\n    approve(\"ready?\");\n    true\n};\n"),
    ("script::no_verdict", "require topology.users.len;\n"),
    (
        "script::switch misspelt",
        "let c = check \"ready\" { true };\nswitch c.verdict {\n    \"pass\" => note(\"go\"),\n    \
         \"fial\" => halt(\"no\"),\n    \"unknown\" => halt(\"why?\"),\n}\n",
    ),
    (
        "script::switch missing",
        "let c = check \"ready\" { true };\nswitch c.verdict {\n    \"pass\" => note(\"go\"),\n    \
         \"fail\" => halt(\"no\"),\n}\n",
    ),
    ("script::halt", "stage \"Pilot\" {\n    halt(\"the gateway is not there yet\");\n}\n"),
    (
        "script::require_failed",
        "let users = topology.users;\nrequire users.len * 2 >= 7 && !users.is_empty;\n",
    ),
    (
        "script::require_failed check",
        "let early = check \"enough users\" { topology.users.len > 5 };\nrequire early;\n",
    ),
    ("script::require_unknown", "stage \"Before\" {\n    require check \"sign-in\" { [] };\n}\n"),
    ("script::on_rollback outside", "on_rollback {\n    note(\"back\");\n}\n"),
    ("topology::unknown_site", "let site = topology.site(\"Soeul\");\n"),
    ("topology::unknown_pool", "let lync = topology.pool(\"lyncpool1.contoso.com\");\n"),
    ("topology::unknown_user", "let who = topology.user(\"user0001@contoso.com\");\n"),
    (
        "topology::unknown_service",
        "let lync = topology.pool(\"lyncpool01.contoso.com\");\n\
         require check \"up\" { probe::service(lync, \"Frontend\") };\n",
    ),
];

#[test]
fn golden_runbooks() {
    let mut golden = Golden::new("scripts");
    for (name, runbook) in RUNBOOKS {
        golden.runbook(name, runbook);
    }
    golden.end();
}

#[test]
fn golden_imports() {
    let mut golden = Golden::new("imports");
    golden.runbook("script::unreadable near", "import \"policy/pilto\" as pilot;\n");
    golden.runbook("script::unreadable far", "import \"people\" as people;\n");
    golden.runbook("script::outside", "import \"../fabrikam/policy\" as theirs;\n");
    let large = organisation(1, "import \"waves\" as waves;\n")
        .file("waves.rhai", &"// one of many\n".repeat(20_000));
    golden.told("script::unreadable large", &large, &["run"]);
    let circle = organisation(1, "import \"first\" as first;\n")
        .file("first.rhai", "import \"second\" as second;\n")
        .file("second.rhai", "import \"first\" as first;\n");
    golden.told("script::cycle", &circle, &["run"]);
    let inside = organisation(1, "import \"waves\" as waves;\nlet size = waves::size(0);\n")
        .file("waves.rhai", "fn size(n) {\n    100 / n\n}\n");
    golden.told("script::error imported", &inside, &["run"]);
    let broken =
        organisation(1, "import \"waves\" as waves;\n").file("waves.rhai", "fn size(n {\n}\n");
    golden.told("script::syntax imported", &broken, &["run"]);
    let runbook =
        organisation(1, "").edited("sidle.toml", "name =", "runbook = \"runbok.rhai\"\nname =");
    golden.told("script::unreadable runbook", &runbook, &["run"]);
    golden.end();
}
