//! Runaway scripts: they end soon, with the line.

use super::world;
use std::time::Instant;

/// Runs a runaway script: it must end soon, with a limit, and with the line.
fn ends(name: &str, runbook: &str, line: usize, words: &str) {
    let started = Instant::now();
    let mut world = world(runbook);
    if words == "closures" {
        world.limits.operations = 5_000_000;
    }
    let (ended, _) = world.run();
    let took = started.elapsed();
    let super::Ended::Failed(found) = ended else { panic!("{name}: {ended:?}") };
    let finding = &found.0[0];
    let place = finding.place();
    assert!(finding.message.contains(words), "{name}: {}", finding.message);
    assert_eq!(place.map(|(_, line, _)| line), Some(line), "{name}: {}", finding.message);
    assert!(took.as_secs() < 30, "{name} took {took:?}");
}

#[test]
fn loops_end_with_their_line() {
    ends("empty loop", "\n\nloop { }", 3, "operations");
    ends("loop", "let n = 0;\nloop {\n n += 1;\n}", 3, "operations");
    ends(
        "in functions",
        "fn spin() {\n let n = 0;\n loop { n += 0; }\n}\nfn g() { spin() }\ng();",
        3,
        "operations",
    );
    ends("closure", "let f = || {\n loop { let x = 1; }\n};\nf.call();", 2, "operations");
    ends("caught", "loop {\n try { loop { let x = 1; } } catch { }\n}", 2, "operations");
}

#[test]
fn recursion_ends_with_its_line() {
    ends("function", "fn f(n) {\n f(n + 1)\n}\nf(0);", 2, "deep");
    ends("through map", "fn f(n) {\n [1].map(|x| f(n + 1))\n}\nf(0);", 2, "deep");
}

#[test]
fn growth_ends_with_its_line() {
    ends("string", "let s = \"abcdefgh\";\nloop {\n s += s;\n}", 3, "string");
    ends("array", "let a = [1, 2];\nloop {\n a += a;\n}", 3, "array");
    ends("nested array", "let a = [1];\nloop {\n a = [a, a];\n}", 3, "array");
    ends("map", "let m = #{};\nloop {\n m[`${m.len()}`] = 1;\n}", 3, "map");
}

#[test]
fn closures_that_capture_closures_end_before_they_can_overflow_the_stack() {
    ends("captures", "let x = 1;\nloop {\n let y = x;\n let c = || y;\n x = c;\n}", 4, "closures");
    ends(
        "curry",
        "let f = Fn(\"g\");\nfn g() { }\nloop {\n f = Fn(\"g\").curry(f);\n}",
        4,
        "closures",
    );
    ends(
        "in arrays",
        "let x = [];\nloop {\n let y = x;\n let c = || y;\n x = [c];\n}",
        4,
        "closures",
    );
}

#[test]
fn captured_strings_end_with_a_limit() {
    let runbook = "let s = \"\"; s.pad(200000, 'x'); let all = [];\nloop {\n let t = s + all.len;\n all.push(|| t);\n}";
    let mut world = world(runbook);
    world.limits.memory_mib = 200;
    let (ended, _) = world.run();
    let super::Ended::Failed(found) = ended else { panic!("{ended:?}") };
    assert_eq!(found.0[0].code.id, "sidle::script::limit");
}

#[test]
fn deep_nests_and_large_switches_are_read_in_seconds() {
    let started = Instant::now();
    for (name, text) in [
        ("parens", format!("let x = {}1{};", "(".repeat(20_000), ")".repeat(20_000))),
        ("arrays", format!("let x = {}1{};", "[".repeat(20_000), "]".repeat(20_000))),
        ("blocks", format!("{}1{}", "if true { ".repeat(10_000), "}".repeat(10_000))),
        ("unclosed", "{".repeat(100_000)),
        ("stages", format!("{}1{}", "stage \"a\" { ".repeat(10_000), "}".repeat(10_000))),
        ("nots", format!("let x = {}true;", "!".repeat(100_000))),
        ("dots", format!("let x = [1]; x{};", ".len".repeat(50_000))),
        ("too long", "1;".repeat(200_000)),
    ] {
        let (ended, _) = world(&text).run();
        assert!(matches!(ended, super::Ended::Failed(_)), "{name}: {ended:?}");
        assert!(started.elapsed().as_secs() < 60, "{name}: {:?}", started.elapsed());
    }
    let arms: Vec<String> = (0..20_000).map(|n| format!("{n} => 1")).collect();
    let arms = arms.join(", ");
    let (ended, _) = world(&format!("let x = 5; switch x {{ {arms}, _ => 2 }}")).run();
    assert!(matches!(ended, super::Ended::Finished), "{ended:?}");
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

#[test]
fn an_effect_gives_the_script_a_new_budget() {
    let (ended, _) =
        world("for i in 0..40 {\n let n = 0; while n < 5000 { n += 1; } act(\"on\"); }").run();
    assert!(matches!(ended, super::Ended::Finished), "{ended:?}");
}

#[test]
fn a_million_digit_name_and_a_flood_of_prints_are_borne() {
    let long = "x".repeat(100_000);
    let (ended, _) = world(&format!("let {long} = 1; print({long});")).run();
    assert!(!matches!(ended, super::Ended::Stopped));
    let (ended, _) = world("for i in 0..5000 { print(`line ${i}`); }").run();
    assert!(matches!(ended, super::Ended::Finished), "{ended:?}");
}

#[test]
fn an_array_that_nests_in_itself_ends_with_its_line() {
    let mut world = world("let a = [];\nloop {\n a = [a];\n}");
    world.limits.time = std::time::Duration::from_secs(2);
    let (ended, _) = world.run();
    let super::Ended::Failed(found) = ended else { panic!("{ended:?}") };
    assert_eq!(found.0[0].code.id, "sidle::script::limit");
    assert_eq!(found.0[0].place().map(|(_, line, _)| line), Some(3));
}
