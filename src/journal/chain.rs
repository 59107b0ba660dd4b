//! The hash chain: each record's hash covers its bytes and the hash before it.
//!
//! It shows a record that was changed, removed or moved. It is no signature: who can write the file can
//! write a new chain.

use super::store::Row;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// A SHA-256.
pub type Hash = [u8; 32];

/// Returns the SHA-256 of the bytes in hexadecimal.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Returns the bytes in hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// The hash before a run's first record. It holds the run's number, so that no record can change runs.
pub(super) fn before_first(run: u64) -> Hash {
    Sha256::digest(format!("sidle run {run}")).into()
}

/// The hash of a record after the one with the hash `before`.
pub(super) fn link(before: &Hash, seq: u64, at: &str, body: &str) -> Hash {
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(seq.to_be_bytes());
    // The length keeps `at` and `body` apart.
    hash.update((at.len() as u64).to_be_bytes());
    hash.update(at);
    hash.update(body);
    hash.finalize().into()
}

/// How a chain is broken.
pub(super) enum Broken {
    /// No record with this number stands where it has to.
    Missing(u64),
    /// This record is not as it was written.
    Changed(u64),
}

/// Follows a run's chain row by row.
pub(super) struct Chain {
    pub(super) seq: u64,
    pub(super) hash: Hash,
}

impl Chain {
    pub(super) fn of_run(run: u64) -> Self {
        Self { seq: 0, hash: before_first(run) }
    }

    /// Takes the next row in.
    pub(super) fn follow(&mut self, row: &Row) -> Result<(), Broken> {
        if row.seq != self.seq + 1 {
            return Err(Broken::Missing(self.seq + 1));
        }
        let hash = link(&self.hash, row.seq, &row.at, &row.body);
        if hash != row.hash {
            return Err(Broken::Changed(row.seq));
        }
        *self = Self { seq: row.seq, hash };
        Ok(())
    }
}
