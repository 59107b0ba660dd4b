//! The writer's lock: one process per folder, held by the operating system until that process ends.
//!
//! Beside the lock stands who holds it, for the one who is refused. Nothing is read from that text to
//! decide anything.

use super::who::Who;
use crate::diagnostic::{Finding, codes};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fs::{File, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;
use std::time::Duration;

/// Who holds a lock.
#[derive(Debug, Serialize, Deserialize)]
struct Holder {
    who: Who,
    since: Timestamp,
}

/// A lock that is held as long as this lives.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock. A holder that is just letting go is waited for, half a second at most.
    pub(super) async fn take(path: &Path, who: &Who) -> Result<Self, Finding> {
        let mut file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(|error| fault(path, &error))?;
        for _ in 0..25 {
            match file.try_lock() {
                Ok(()) => {
                    sign(&mut file, who).map_err(|error| fault(path, &error))?;
                    return Ok(Self { _file: file });
                }
                Err(TryLockError::WouldBlock) => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Err(TryLockError::Error(error)) => return Err(fault(path, &error)),
            }
        }
        Err(held(&mut file))
    }
}

fn sign(file: &mut File, who: &Who) -> std::io::Result<()> {
    let text = serde_json::to_string(&Holder { who: who.clone(), since: Timestamp::now() })?;
    file.rewind()?;
    file.set_len(0)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn held(file: &mut File) -> Finding {
    let mut text = String::new();
    let holder = file
        .rewind()
        .and_then(|()| file.read_to_string(&mut text))
        .ok()
        .and_then(|_| serde_json::from_str::<Holder>(&text).ok());
    let Some(Holder { who, since }) = holder else {
        return Finding::error(codes::JOURNAL_HELD, "another sidle works on this folder")
            .help("wait until it has ended; `sidle status` shows where it stands");
    };
    let since = since.strftime("%Y-%m-%d %H:%M:%S UTC");
    Finding::error(
        codes::JOURNAL_HELD,
        format!(
            "another sidle works on this folder: process {} of `{}` on `{}`, since {since}",
            who.pid, who.user, who.host
        ),
    )
    .help("wait until it has ended, or stop it with Ctrl-C; `sidle status` shows where it stands")
}

fn fault(path: &Path, error: &std::io::Error) -> Finding {
    Finding::error(
        codes::JOURNAL_NOT_WRITTEN,
        format!("the lock `{}` cannot be taken", path.display()),
    )
    .because(error.to_string())
    .help("check that you may write in the folder")
}
