//! How fast sidle is, each number beside a named reference of the same run; printed, never asserted.
//!
//! `cargo bench` runs everything, `cargo bench -- import` what has `import` in its name. Numbers of two
//! machines say nothing; the ratios do.

mod commands;
mod inventory;
mod organisation;
mod selection;
mod throughput;

use organisation::{Folder, USERS};
use sidle::diagnostic::{Finding, Findings};
use std::time::{Duration, Instant};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// A benchmark, in a folder of its own.
type Bench = fn(&Folder) -> Result<()>;

/// Every benchmark by its name.
const ALL: &[(&str, Bench)] = &[
    ("disk", throughput::disk),
    ("moves", throughput::journaled),
    ("plan-explain-resume", throughput::planned),
    ("import", inventory::import),
    ("memory", inventory::memory),
    ("join", inventory::join),
    ("selection", selection::select),
    ("check", commands::check),
    ("version", commands::version),
];

fn main() -> Result<()> {
    // Cargo passes flags of its own.
    let wanted: Vec<String> =
        std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let is_wanted =
        |name: &str| wanted.is_empty() || wanted.iter().any(|word| name.contains(word.as_str()));
    let names: Vec<&str> = ALL.iter().map(|(name, _)| *name).collect();
    if !names.iter().any(|name| is_wanted(name)) {
        return Err(
            format!("no benchmark has that in its name; there are {}", names.join(", ")).into()
        );
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("{} users, {cores} cores\n", sidle::text::grouped(USERS));
    for (_, bench) in ALL.iter().filter(|(name, _)| is_wanted(name)) {
        // A folder of its own, so that no benchmark depends on what ran before.
        bench(&Folder::new()?)?;
    }
    Ok(())
}

/// The fastest of some tries: what disturbs a measurement only ever makes it slower.
fn fastest<T>(tries: usize, mut measured: impl FnMut() -> Result<T>) -> Result<Duration> {
    let mut best = Duration::MAX;
    for _ in 0..tries {
        let begun = Instant::now();
        std::hint::black_box(measured()?);
        best = best.min(begun.elapsed());
    }
    Ok(best)
}

/// A time beside that of reading the same inventory alone.
fn report(what: &str, took: Duration, read: Duration, aim: &str) {
    println!("{what:<15} {:>10.2} s ({aim})", took.as_secs_f64());
    println!("  reference     {:>10.2} s (reading the same inventory alone)", read.as_secs_f64());
    println!("  ratio         {:>10.2}", took.as_secs_f64() / read.as_secs_f64());
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that `map_err` wants")]
fn one(finding: Finding) -> String {
    finding.to_string()
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that `map_err` wants")]
fn shown(findings: Findings) -> String {
    findings.0.first().map(ToString::to_string).unwrap_or_default()
}
