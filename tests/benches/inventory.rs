//! What an inventory costs: reading it beside the bare `csv` crate, its memory, and the join.

use crate::organisation::{Folder, USERS};
use crate::{Result, fastest, shown};
use sidle::topology::Topology;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::time::Duration;

const TRIES: usize = 5;
/// Copies that are made to see what one takes.
const COPIES: usize = 8;

/// The user export.
pub fn import(folder: &Folder) -> Result<()> {
    let ours = read_time(folder, false)?;
    let users = folder.path().join("inventory/users.csv");
    let bare = fastest(TRIES, || cells(&users))?;
    println!("import          {:>10.0} users/s", per_second(ours));
    println!(
        "  reference     {:>10.0} users/s (the `csv` crate reads the same file)",
        per_second(bare)
    );
    println!("  ratio         {:>10.2} (aim 0.33)", bare.as_secs_f64() / ours.as_secs_f64());
    Ok(())
}

/// What the directory adds to the same users.
pub fn join(folder: &Folder) -> Result<()> {
    let without = read_time(folder, false)?;
    let ours = read_time(folder, true)?.saturating_sub(without);
    let directory = folder.path().join("inventory/directory.csv");
    let bare = fastest(TRIES, || cells(&directory))?;
    println!("join            {:>10.3} s (a directory of everybody)", ours.as_secs_f64());
    println!(
        "  reference     {:>10.3} s (the `csv` crate reads the same file)",
        bare.as_secs_f64()
    );
    println!("  ratio         {:>10.2}", bare.as_secs_f64() / ours.as_secs_f64());
    Ok(())
}

/// What a user takes in memory, with typed properties only and with every column.
pub fn memory(folder: &Folder) -> Result<()> {
    let whole = bytes_per_user(&read(folder, true)?)?;
    folder.typed_only()?;
    let typed = bytes_per_user(&read(folder, true)?)?;
    let file = std::fs::metadata(folder.path().join("inventory/users.csv"))?.len();
    #[expect(clippy::cast_precision_loss, reason = "a number of bytes is small enough")]
    let file = file as f64 / USERS as f64;
    println!("memory          {typed:>10.0} bytes/user (typed properties; aim under 200)");
    println!("  every column  {whole:>10.0} bytes/user (with six columns that have no property)");
    println!(
        "  reference     {file:>10.0} bytes/user (the export with the same columns, as a file)"
    );
    Ok(())
}

fn read(folder: &Folder, with_directory: bool) -> Result<Topology> {
    let config = folder.config(with_directory)?;
    let files = sidle::inventory::Folder(folder.path());
    let (topology, _) = sidle::inventory::read(&config, &files).map_err(shown)?;
    Ok(topology)
}

fn read_time(folder: &Folder, with_directory: bool) -> Result<Duration> {
    fastest(TRIES, || read(folder, with_directory))
}

/// Reads every cell and does nothing with it.
fn cells(path: &Path) -> Result<usize> {
    let mut reader = csv::Reader::from_reader(BufReader::new(File::open(path)?));
    let mut record = csv::ByteRecord::new();
    let mut bytes = 0;
    while reader.read_byte_record(&mut record)? {
        bytes += record.iter().map(<[u8]>::len).sum::<usize>();
    }
    Ok(bytes)
}

#[expect(clippy::cast_precision_loss, reason = "a hundred thousand fits")]
fn per_second(time: Duration) -> f64 {
    USERS as f64 / time.as_secs_f64()
}

/// Memory of copies, which hold nothing but what they need; without `unsafe` nothing can count
/// allocations, so the process is asked how much it grew.
#[expect(clippy::cast_precision_loss, reason = "a number of bytes is small enough")]
fn bytes_per_user(topology: &Topology) -> Result<f64> {
    let before = resident()?;
    let copies: Vec<_> = (0..COPIES).map(|_| topology.users.clone()).collect();
    let grown = resident()?.saturating_sub(before);
    drop(std::hint::black_box(copies));
    Ok(grown as f64 / (COPIES * USERS) as f64)
}

/// Bytes of this process that are in memory.
fn resident() -> Result<usize> {
    let text = std::fs::read_to_string("/proc/self/status")?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()).ok_or("no VmRSS")?;
    Ok(kib.parse::<usize>()? * 1024)
}
