//! Reading `sidle.toml`.

use super::Config;
use crate::diagnostic::{Finding, Findings, codes};
use std::path::Path;

/// Reads and checks `sidle.toml` of a folder.
///
/// # Errors
/// Every fault of the file, all at once.
pub fn read(folder: &Path) -> Result<Config, Findings> {
    Err(Finding::error(codes::FILE_UNREADABLE, format!("no sidle.toml in {}", folder.display()))
        .into())
}
