//! Copies of scripts and inventory files, named by the SHA-256 of their bytes.
//!
//! Invariant: what is read back is what was put in, or a finding.

use super::chain::{hex, sha256_hex};
use crate::diagnostic::{Finding, codes};
use sha2::{Digest as _, Sha256};
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Tells the files that one process writes at the same time apart.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// A folder of copies; cheap to clone.
#[derive(Debug, Clone)]
pub struct Objects {
    /// Where new ones go, and where they are looked for first.
    folder: PathBuf,
    /// Where they are looked for next; never written.
    original: Option<PathBuf>,
    /// True if they have to survive the machine.
    durable: bool,
}

impl Objects {
    pub(super) fn durable(folder: PathBuf) -> Self {
        Self { folder, original: None, durable: true }
    }

    pub(super) fn scratch(folder: PathBuf, original: Option<PathBuf>) -> Self {
        Self { folder, original, durable: false }
    }

    /// Keeps the bytes and returns their SHA-256. They are durable then; the same bytes cost nothing.
    ///
    /// # Errors
    /// If the copy cannot be written.
    pub fn put(&self, bytes: &[u8]) -> Result<String, Finding> {
        let sha = sha256_hex(bytes);
        if self.has(&sha, bytes.len() as u64) {
            return Ok(sha);
        }
        let written = self.create().and_then(|(path, mut file)| {
            file.write_all(bytes)?;
            self.finish(&path, &file, &sha)
        });
        written.map(|()| sha).map_err(|error| self.fault(&error))
    }

    /// Keeps a file's bytes, without holding them in memory, and returns their SHA-256.
    ///
    /// # Errors
    /// If the file cannot be read or the copy cannot be written.
    pub fn put_file(&self, from: &Path) -> Result<String, Finding> {
        let mut source = File::open(from).map_err(|error| {
            Finding::error(codes::FILE_UNREADABLE, format!("`{}` cannot be read", from.display()))
                .because(error.to_string())
        })?;
        let written = self.create().and_then(|(path, mut file)| {
            let (sha, length) = copy_hashed(&mut source, &mut file)?;
            if self.has(&sha, length) {
                fs::remove_file(&path)?;
            } else {
                self.finish(&path, &file, &sha)?;
            }
            Ok(sha)
        });
        written.map_err(|error| self.fault(&error))
    }

    /// Returns the bytes with that SHA-256.
    ///
    /// # Errors
    /// If there are none, or they are not what was put in.
    pub fn get(&self, sha: &str) -> Result<Vec<u8>, Finding> {
        let mut bytes = Vec::new();
        let mut file = self.find(sha)?;
        file.read_to_end(&mut bytes).map_err(|error| damaged(sha, &error.to_string()))?;
        if sha256_hex(&bytes) != sha {
            return Err(damaged(sha, "its bytes were changed"));
        }
        Ok(bytes)
    }

    /// Opens the bytes with that SHA-256 for reading from the start, after reading them once to see that
    /// they are what was put in.
    ///
    /// # Errors
    /// As [`Objects::get`].
    pub fn open(&self, sha: &str) -> Result<File, Finding> {
        let mut file = self.find(sha)?;
        let read = copy_hashed(&mut file, &mut io::sink())
            .and_then(|(found, _)| file.rewind().map(|()| found))
            .map_err(|error| damaged(sha, &error.to_string()))?;
        if read != sha {
            return Err(damaged(sha, "its bytes were changed"));
        }
        Ok(file)
    }

    fn find(&self, sha: &str) -> Result<File, Finding> {
        // A name from a record never leaves the folder.
        if sha.len() != 64 || !sha.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(damaged(sha, "that is no SHA-256"));
        }
        let first = File::open(self.folder.join(sha));
        let found = match (first, &self.original) {
            (Err(_), Some(original)) => File::open(original.join(sha)),
            (first, _) => first,
        };
        found.map_err(|error| damaged(sha, &error.to_string()))
    }

    fn has(&self, sha: &str, length: u64) -> bool {
        let same =
            |folder: &Path| fs::metadata(folder.join(sha)).is_ok_and(|found| found.len() == length);
        same(&self.folder) || self.original.as_deref().is_some_and(same)
    }

    fn create(&self) -> io::Result<(PathBuf, File)> {
        fs::create_dir_all(&self.folder)?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = self.folder.join(format!("new-{}-{number}", std::process::id()));
        let file = File::create(&path)?;
        Ok((path, file))
    }

    /// Gives a complete file its name; only then can it be found.
    fn finish(&self, path: &Path, file: &File, sha: &str) -> io::Result<()> {
        if self.durable {
            file.sync_all()?;
        }
        fs::rename(path, self.folder.join(sha))?;
        if self.durable { sync_folder(&self.folder) } else { Ok(()) }
    }

    fn fault(&self, error: &io::Error) -> Finding {
        Finding::error(
            codes::JOURNAL_NOT_WRITTEN,
            format!("no copy can be written in `{}`", self.folder.display()),
        )
        .because(error.to_string())
        .help("make room on the disk that holds `.sidle`, then try again")
    }
}

/// Makes a folder's entries durable.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

fn copy_hashed(from: &mut File, to: &mut impl io::Write) -> io::Result<(String, u64)> {
    let mut hash = Sha256::new();
    let mut length = 0;
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = from.read(&mut buffer)?;
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        hash.update(bytes);
        to.write_all(bytes)?;
        length += bytes.len() as u64;
    }
    Ok((hex(&hash.finalize()), length))
}

fn damaged(sha: &str, why: &str) -> Finding {
    Finding::error(
        codes::JOURNAL_OBJECT,
        format!("the copy `{sha}` in `.sidle/objects` cannot be used"),
    )
    .because(why)
    .help(
        "put back `.sidle` from a backup; the run cannot go on without the files it was started on",
    )
}
