//! A private copy of a journal that another process may be writing at this moment.
//!
//! SQLite would make files beside the original, even to read it; so its bytes are copied. In WAL mode a
//! commit only appends to the WAL: if the database file and the head of the WAL stay the same
//! meanwhile, the copy is the journal as it was at some commit, and a half-written end is ignored.
//! Otherwise it is taken anew; the hash chain decides last.

use super::ledger::{Ledger, database};
use crate::diagnostic::{Finding, codes};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How often a copy is taken anew.
const TRIES: u32 = 20;

/// Takes a copy; `None` if the folder has no journal.
pub(super) async fn take(folder: &Path) -> Result<Option<Ledger>, Finding> {
    let original = database(folder);
    let mut fault = None;
    for turn in 0..TRIES {
        if turn > 0 {
            tokio::time::sleep(Duration::from_millis(5 * u64::from(turn))).await;
        }
        let temp = tempfile::tempdir().map_err(|error| unread(&original, &error))?;
        match copied(&original, temp.path()) {
            Ok(Copied::Nothing) => return Ok(None),
            Ok(Copied::Torn) => continue,
            Ok(Copied::Whole) => {}
            Err(error) => return Err(unread(&original, &error)),
        }
        let copy = temp.path().join("journal.db").display().to_string();
        let named = |mut finding: Finding| {
            // What is wrong is wrong with the journal; its copy is gone when this is read.
            finding.message = finding.message.replace(&copy, &original.display().to_string());
            finding
        };
        match checked(temp, folder).await.map_err(named) {
            Ok(ledger) => return Ok(Some(ledger)),
            Err(finding) if finding.code == codes::JOURNAL_NEWER => return Err(finding),
            Err(finding) => fault = Some(finding),
        }
    }
    Err(fault.unwrap_or_else(|| {
        let busy = io::Error::new(io::ErrorKind::ResourceBusy, "it is being written all the time");
        unread(&original, &busy)
    }))
}

async fn checked(temp: tempfile::TempDir, folder: &Path) -> Result<Ledger, Finding> {
    let ledger = Ledger::scratch(temp, Some(folder.join(".sidle").join("objects"))).await?;
    ledger.verify().await?;
    Ok(ledger)
}

enum Copied {
    Nothing,
    Torn,
    Whole,
}

/// What must not change while the bytes are copied.
#[derive(PartialEq, Eq)]
struct Seen {
    length: u64,
    modified: Option<SystemTime>,
    wal_head: Vec<u8>,
}

fn copied(original: &Path, to: &Path) -> io::Result<Copied> {
    let wal = beside(original, "-wal");
    let Some(before) = look(original, &wal)? else { return Ok(Copied::Nothing) };
    if before.length == 0 {
        // Made a moment ago, and nothing committed.
        return Ok(Copied::Nothing);
    }
    let target = to.join("journal.db");
    copy_bytes(original, &target)?;
    copy_bytes(&wal, &beside(&target, "-wal"))?;
    let after = look(original, &wal)?;
    Ok(if after.as_ref() == Some(&before) { Copied::Whole } else { Copied::Torn })
}

fn look(original: &Path, wal: &Path) -> io::Result<Option<Seen>> {
    let found = match fs::metadata(original) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut wal_head = Vec::new();
    if let Some(file) = existing(wal)? {
        file.take(32).read_to_end(&mut wal_head)?;
    }
    Ok(Some(Seen { length: found.len(), modified: found.modified().ok(), wal_head }))
}

/// Copies a file's bytes, not its rights: the copy must be writable.
fn copy_bytes(from: &Path, to: &Path) -> io::Result<()> {
    let Some(mut from) = existing(from)? else { return Ok(()) };
    io::copy(&mut from, &mut File::create(to)?).map(drop)
}

fn existing(path: &Path) -> io::Result<Option<File>> {
    match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn unread(path: &Path, error: &io::Error) -> Finding {
    Finding::error(
        codes::JOURNAL_UNREADABLE,
        format!("the journal `{}` cannot be copied", path.display()),
    )
    .because(error.to_string())
    .help("check that you may read the folder and the disk has room, then try again")
}
