//! What is wrong in a test of an organisation, and what a failing one says.

use super::Golden;
use crate::organisation::{POOLS, organisation};
use crate::project::TestProject;

/// Files of tests with one thing wrong.
const FILES: &[(&str, &str)] = &[
    (
        "test::name loop",
        "for n in 0..3 {\n    test `number ${n}` {\n        assert true;\n    }\n}\n",
    ),
    ("test::name number", "test 5 {\n    assert true;\n}\n"),
    ("test::name twice", "test \"a\" {\n    assert true;\n}\ntest \"a\" {\n    assert true;\n}\n"),
    ("test::name empty", "test \"\" {\n    assert true;\n}\n"),
    ("test::no_test", "fn size(n) {\n    n\n}\n"),
    ("script::leaves_block top", "return;\ntest \"never\" {\n    assert true;\n}\n"),
    ("test::asserts_nothing", "test \"looks\" {\n    let users = topology.users;\n}\n"),
    (
        "test::assertion",
        "test \"few\" {\n    let users = topology.users;\n    assert users.len * 2 >= 7 && !users.is_empty;\n}\n",
    ),
    (
        "test::assertion called",
        "fn is_small(n) {\n    assert n < 3;\n}\ntest \"few\" {\n    is_small(topology.users.len);\n}\n",
    ),
    ("test::assertion unknown", "test \"signs in\" {\n    assert check \"sign-in\" { [] };\n}\n"),
    ("test::not_equal", "test \"few\" {\n    assert_eq(topology.users.len, 2);\n}\n"),
    (
        "test::not_equal inside",
        "test \"map\" {\n    assert_eq(#{ a: [1, 2, 3], b: \"x\" }, #{ a: [1, 2, 4], b: \"x\" });\n}\n",
    ),
    (
        "test::not_equal long",
        "test \"text\" {\n    assert_eq(\"the quick brown fox jumps over the lazy dog and runs\", \
         \"the quick brown fox jumps over the lazy cat and runs\");\n}\n",
    ),
    (
        "test::not_equal sets",
        "test \"sets\" {\n    let users = topology.users;\n    assert_eq(users, users.first(1));\n}\n",
    ),
    ("test::no_failure", "test \"fails\" {\n    assert_fails(\"script::halt\", || 5);\n}\n"),
    (
        "test::other_failure",
        "test \"fails\" {\n    assert_fails(\"script::halt\", || topology.pool(\"ocspol01.contoso.com\"));\n}\n",
    ),
    (
        "test::unknown_code",
        "test \"fails\" {\n    assert_fails(\"topology::unknow_pool\", || 5);\n}\n",
    ),
    (
        "test::not_steered check",
        "test \"steers\" {\n    sim::assume(\"sign-inn\", \"fail\");\n    let c = check \"sign-in\" { true };\n    assert c;\n}\n",
    ),
    (
        "test::not_steered question",
        "test \"steers\" {\n    sim::answer(\"pilot\", false);\n    assert true;\n}\n",
    ),
    (
        "test::not_steered user",
        "test \"steers\" {\n    sim::fail_user(\"user00001@contoso.com\");\n    assert true;\n}\n",
    ),
    (
        "test::not_steered server",
        "test \"steers\" {\n    sim::server_down(\"lyncpool01.contoso.com\");\n    assert true;\n}\n",
    ),
    (
        "test::late_topology",
        "test \"late\" {\n    topology.users.move_to(topology.pool(\"lyncpool01.contoso.com\"));\n    \
         sim::topology(#{ pools: [#{ fqdn: \"a.contoso.com\", site: \"Seoul\", generation: \"legacy\" }] });\n}\n",
    ),
    (
        "script::halt test",
        "test \"halts\" {\n    assert true;\n    halt(\"the gateway is not there\");\n}\n",
    ),
    (
        "script::require_failed test",
        "test \"halts\" {\n    assert true;\n    require topology.users.is_empty;\n}\n",
    ),
    ("script::leaves_block test", "test \"leaves\" {\n    assert true;\n    return;\n}\n"),
    (
        "value::unknown_option topology",
        "test \"small\" {\n    let pool = #{ fqdn: \"a.contoso.com\", site: \"Seoul\", generation: \"legacy\" };\n    \
         sim::topology(#{ pools: [pool], users: [#{ address: \"ann@contoso.com\", titel: \"CEO\" }] });\n}\n",
    ),
];

fn small(tests: &str) -> TestProject {
    let runbook =
        format!("{POOLS}stage \"Pilot\" {{\n    require legacy.users.move_to(lync);\n}}\n");
    organisation(3, &runbook).file("tests/small.rhai", tests)
}

#[test]
fn golden_tests() {
    let mut golden = Golden::new("tests");
    for (name, file) in FILES {
        golden.told(name, &small(file), &["test"]);
    }
    let good = "test \"three users\" {\n    assert topology.users.len == 3;\n}\n";
    golden.told("test::no_match near", &small(good), &["test", ".", "thre users"]);
    golden.told("test::no_match far", &small(good), &["test", ".", "zebra"]);
    golden.told("test::no_files", &organisation(3, "note(\"go\");\n"), &["test"]);
    golden.told("cli::usage filter", &small(good), &["test", "users"]);
    for (name, text) in [
        ("test::outside test", good),
        ("test::outside assert", "assert topology.users.len == 3;\n"),
        ("test::outside sim", "let run = sim::run();\n"),
        ("test::outside function", "assert_eq(topology.users.len, 3);\n"),
    ] {
        golden.runbook(name, text);
    }
    golden.end();
}
