//! What is wrong with how a script uses the primitives' values.

use super::Golden;

/// Runbooks with one thing wrong, all after the two pools are named.
const RUNBOOKS: &[(&str, &str)] = &[
    ("value::unknown_property near", "note(legacy.prodct);\n"),
    ("value::unknown_property method", "let left = legacy.remaining;\n"),
    (
        "value::unknown_property user",
        "let some = legacy.users.filter(|user| user.departmnt == \"IT\");\n",
    ),
    (
        "value::unknown_property column",
        "let some = legacy.users.filter(|user| user[\"Floor\"] == \"4\");\n",
    ),
    ("value::read_only", "legacy.product = \"Lync Server 2013\";\n"),
    ("value::unlike pool", "if legacy == \"ocspool01.contoso.com\" {\n    note(\"go\");\n}\n"),
    ("value::unlike set", "if legacy.users > 5 {\n    note(\"go\");\n}\n"),
    ("value::argument range", "let few = legacy.users.first(-1);\n"),
    ("value::argument duration", "wait(\"soon\");\n"),
    ("value::argument option", "legacy.users.move_to(lync, #{ parallel: \"all\" });\n"),
    ("value::argument pool", "legacy.users.move_to(\"lyncpool01.contoso.com\");\n"),
    ("value::argument generation", "legacy.users.move_to(legacy, #{ parallel: 0 });\n"),
    ("value::unknown_option", "legacy.users.move_to(lync, #{ max_failure: 1 });\n"),
    ("value::no_answer filter", "let some = legacy.users.filter(|user| user.title);\n"),
    ("value::no_answer select", "let some = legacy.users.select(|user| user.enabled);\n"),
    (
        "value::no_answer sort_by",
        "let first = legacy.users.first(1);\n\
         let sorted = legacy.users.sort_by(|user| if user in first { 1 } else { \"x\" });\n",
    ),
    ("value::no_reason set", "let why = legacy.users.reasons;\n"),
    ("value::no_reason excluded", "let out = legacy.users.excluded;\n"),
    ("value::not_available", "wait_for(\"Sat 22:00-06:00 Asia/Seoul\");\n"),
    ("run::not_available refresh", "topology.refresh();\n"),
    (
        "run::not_available within",
        "legacy.users.move_to(lync, #{ within: \"Sat 22:00-06:00 Asia/Seoul\" });\n",
    ),
    ("value::argument budget", "legacy.users.move_to(lync, #{ max_failures: \"200%\" });\n"),
    ("topology::unknown_application", "note(topology.application(\"Helpdesk\").name);\n"),
    ("run::command_unknown", "command(\"tuch\");\n"),
];

#[test]
fn golden_values() {
    let mut golden = Golden::new("values");
    for (name, runbook) in RUNBOOKS {
        golden.runbook(name, &format!("{}{runbook}", crate::organisation::POOLS));
    }
    golden.end();
}
