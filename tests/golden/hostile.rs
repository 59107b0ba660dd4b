//! Hostile scripts, through the real program: each ends by itself, as an error, with its line.

use crate::organisation::organisation;
use crate::project::TestProject;
use std::fs::{self, File};
use std::process::{Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Long enough for the slowest machine, and far less than for ever.
const PATIENCE: Duration = Duration::from_mins(2);

/// Runs `sidle run`, which must end by itself.
fn run(name: &str, project: &TestProject) -> Output {
    let mut command = project.command(&["run"]);
    // A file, since a pipe that nobody reads holds up who writes much.
    let said = project.folder().join("said.txt");
    let stderr = File::create(&said).unwrap();
    let mut child = command.stdout(Stdio::null()).stderr(stderr).spawn().unwrap();
    let started = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if started.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("{name}: it does not end");
        }
        sleep(Duration::from_millis(20));
    }
    Output { stderr: fs::read(said).unwrap(), ..child.wait_with_output().unwrap() }
}

/// The script must end with exit 2, one of these codes, and its line.
fn ends(name: &str, runbook: &str, line: usize, code: &str) {
    // Fewer operations than the default, since an unoptimised build is slow; a golden text has those.
    let limits = "[limits]\noperations = 5000000\n\n[move]";
    let project = organisation(1, runbook).edited("sidle.toml", "[move]", limits);
    let output = run(name, &project);
    let told = project.told(&output);
    assert_eq!(output.status.code(), Some(2), "{name}: {}", cut(&told));
    assert!(told.contains(&format!("sidle::script::{code}")), "{name}: {}", cut(&told));
    assert!(told.contains(&format!("[runbook.rhai:{line}:")), "{name}: {}", cut(&told));
}

/// The script must complete.
fn completes(name: &str, runbook: &str) {
    let project = organisation(1, runbook);
    let output = run(name, &project);
    assert_eq!(output.status.code(), Some(0), "{name}: {}", cut(&project.told(&output)));
}

fn cut(told: &str) -> String {
    told.chars().take(3000).collect()
}

fn nested(open: &str, times: usize, close: &str) -> String {
    format!("{}1{}", open.repeat(times), close.repeat(times))
}

#[test]
fn a_loop_without_an_end_ends() {
    ends("loop", "\nloop { }\n", 2, "limit");
    ends("while", "let n = 0;\nwhile true { n += 1; }\n", 2, "limit");
    ends("caught", "loop {\n    try { loop { let x = 1; } } catch { }\n}\n", 2, "limit");
    ends("in a stage", "stage \"A\" {\n    loop { let x = 1; }\n}\n", 2, "limit");
    ends("in a check", "require check \"c\" {\n    loop { let x = 1; }\n};\n", 2, "limit");
    ends(
        "in a filter",
        "topology.users.filter(|user| {\n    loop { let x = 1; }\n});\n",
        2,
        "limit",
    );
    ends("in a sort", "[2, 1].sort(|a, b| {\n    loop { let x = 1; }\n});\n", 2, "limit");
}

#[test]
fn a_recursion_without_an_end_ends() {
    ends("function", "fn f(n) {\n    f(n + 1)\n}\nf(0);\n", 2, "limit");
    ends("two functions", "f(0);\nfn f(n) { g(n) } fn g(n) { f(n) }\n", 2, "limit");
    ends("through map", "fn f(n) {\n    [1].map(|x| f(n))\n}\nf(0);\n", 2, "limit");
    ends("through a stage", "fn f(n) {\n    stage `S${n}` { f(n + 1); }\n}\nf(0);\n", 2, "limit");
    ends("through a check", "fn f(n) {\n    check `C${n}` { f(n + 1) }\n}\nf(0);\n", 2, "limit");
    ends("through filter", "fn f() {\n    topology.users.filter(|u| f())\n}\nf();\n", 2, "limit");
}

#[test]
fn values_that_grow_without_an_end_end() {
    ends("string", "let s = \"abcdefgh\";\nloop {\n    s += s;\n}\n", 3, "limit");
    ends("interpolated", "let s = \"abcdefgh\";\nloop {\n    s = `${s}${s}`;\n}\n", 3, "limit");
    ends("padded", "let s = \"a\";\ns.pad(2000000000, 'x');\n", 2, "limit");
    ends("array", "let a = [1];\nloop {\n    a += a;\n}\n", 3, "limit");
    ends("pushed", "let a = [];\nloop {\n    a.push(\"abcdefghijklmnop\");\n}\n", 3, "limit");
    ends("two branches", "let a = [1];\nloop {\n    a = [a, a];\n}\n", 3, "limit");
    ends("nested", "let a = [];\nloop {\n    a = [a];\n}\n", 3, "limit");
    ends("nested map", "let a = #{};\nloop {\n    a = #{ a: a };\n}\n", 3, "limit");
    ends(
        "closures",
        "let x = 1;\nloop {\n    let y = x;\n    let c = || y;\n    x = c;\n}\n",
        4,
        "limit",
    );
    ends(
        "curried",
        "fn g() { }\nlet f = Fn(\"g\");\nloop {\n    f = Fn(\"g\").curry(f);\n}\n",
        4,
        "limit",
    );
}

#[test]
fn texts_that_nest_without_an_end_end() {
    for (name, text) in [
        ("parens", format!("let x = {};\n", nested("(", 20_000, ")"))),
        ("arrays", format!("let x = {};\n", nested("[", 20_000, "]"))),
        ("maps", format!("let x = {};\n", nested("#{ a: ", 10_000, "}"))),
        ("blocks", nested("if true { ", 10_000, "}")),
        ("stages", nested("stage \"a\" { ", 10_000, "}")),
        ("requires", format!("{}true;\n", "require ".repeat(20_000))),
        ("closures", format!("let x = {}1;\n", "|| ".repeat(40_000))),
        ("nots", format!("let x = {}true;\n", "!".repeat(100_000))),
        ("minuses", format!("let x = {}1;\n", "- ".repeat(100_000))),
        ("sums", format!("let x = {}1;\n", "1 + ".repeat(40_000))),
        ("ands", format!("let x = {}true;\n", "true && ".repeat(20_000))),
        ("elses", format!("{}{{ }}\n", "if false { } else ".repeat(10_000))),
        ("interpolations", nested("`${", 10_000, "}`")),
    ] {
        let project = organisation(1, &text);
        let output = run(name, &project);
        let code = output.status.code();
        assert!(matches!(code, Some(0 | 2)), "{name}: {code:?} {}", cut(&project.told(&output)));
    }
}

#[test]
fn a_switch_of_many_arms_on_one_line_is_read() {
    let switch = |arms: usize, arm: fn(usize) -> String| {
        let arms: Vec<String> = (0..arms).map(arm).collect();
        format!("let x = 5;\nswitch x {{ {}, _ => 2 }};\n", arms.join(", "))
    };
    completes("20,000 arms", &switch(20_000, |n| format!("{n}=>1")));
    // More is larger than a script may be; the arms are as short as they can be.
    ends_somehow("60,000 arms", &switch(60_000, |n| format!("{}=>1", n % 10)));
    ends_somehow("60,000 numbers", &switch(60_000, |n| format!("{n}=>1")));
}

/// The process ends by itself, in completion or as an error with a code.
fn ends_somehow(name: &str, runbook: &str) {
    let project = organisation(1, runbook);
    let output = run(name, &project);
    let told = project.told(&output);
    let code = output.status.code();
    assert!(
        code == Some(0) || (code == Some(2) && told.contains("sidle::script::")),
        "{name}: {}",
        cut(&told)
    );
}
