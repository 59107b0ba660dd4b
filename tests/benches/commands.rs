//! How long a person waits: `sidle check` of an example, and the start of the program.

use crate::organisation::Folder;
use crate::{Result, fastest};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const TRIES: usize = 20;

/// `sidle check` of an example that comes with sidle.
pub fn check(_: &Folder) -> Result<()> {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts");
    let name = if scripts.join("contoso").is_dir() { "contoso" } else { "first-steps" };
    let ours =
        process(Command::new(env!("CARGO_BIN_EXE_sidle")).arg("check").arg(scripts.join(name)))?;
    print(&format!("check {name}"), ours, "aim under 100 ms")
}

/// The program's start.
pub fn version(_: &Folder) -> Result<()> {
    let ours = process(Command::new(env!("CARGO_BIN_EXE_sidle")).arg("--version"))?;
    print("version", ours, "`sidle --version`")
}

fn print(what: &str, ours: Duration, words: &str) -> Result<()> {
    let bare = process(&mut Command::new("true"))?;
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    println!("{what:<18} {:>7.1} ms ({words})", ms(ours));
    println!("  reference     {:>10.1} ms (the start of `true`)", ms(bare));
    println!("  ratio         {:>10.1}", ms(ours) / ms(bare));
    Ok(())
}

/// The fastest of some runs of a program that must succeed.
fn process(command: &mut Command) -> Result<Duration> {
    command.stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null());
    fastest(TRIES, || {
        let status = command.status()?;
        if status.success() { Ok(()) } else { Err(format!("{command:?}: {status}").into()) }
    })
}
