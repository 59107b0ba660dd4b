//! The organisation's folder as the scripts and the inventory see it; `sidle check`.

use crate::config;
use crate::diagnostic::Findings;
use crate::inventory::{self, Files, Seekable};
use crate::journal::{FileCopy, Objects, Who};
use crate::script::{self, Sources};
use std::io;
use std::path::Path;
use std::sync::Arc;

/// The scripts of a folder, with the standard library behind them.
pub(super) fn organisation(folder: &Path) -> Arc<dyn Sources> {
    Arc::new(script::Folder::new(folder.to_path_buf()))
}

/// The files of a snapshot as a run has copied them.
#[derive(Clone)]
pub(super) struct Copies {
    pub(super) objects: Objects,
    pub(super) files: Vec<FileCopy>,
}

impl Files for Copies {
    fn open(&self, path: &str) -> io::Result<Box<dyn Seekable>> {
        let copy = self.files.iter().find(|copy| copy.path == path).ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::NotFound,
                "the run was started on other files; sidle.toml names this one only now",
            )
        })?;
        Ok(Box::new(
            self.objects
                .open(&copy.sha)
                .map_err(|finding| io::Error::other(finding.to_string()))?,
        ))
    }

    fn lasting(&self) -> Arc<dyn Files + Send + Sync> {
        Arc::new(self.clone())
    }
}

/// Checks configuration, inventory and scripts without running anything.
///
/// Returns what is only odd.
///
/// # Errors
/// Everything that is wrong, all at once.
pub async fn check(folder: &Path) -> Result<Findings, Findings> {
    let config = config::read(folder)?;
    let sources = organisation(folder);
    let mut all = script::check_scripts(&sources, &config.runbook);
    all.extend_new(script::test_files(&sources).findings);
    match inventory::read(&config, &inventory::Folder(folder)) {
        Ok((_, warnings)) => all.extend(warnings.0),
        Err(errors) => all.extend(errors.0),
    }
    if all.has_errors() { Err(all) } else { Ok(all) }
}

/// Somebody without a login name in the environment: a service, a container.
fn nameless() -> String {
    #[cfg(unix)]
    return format!("uid {}", rustix::process::getuid().as_raw());
    #[cfg(not(unix))]
    "unknown".to_owned()
}

/// Who runs this program, and from where.
pub(super) fn here() -> Who {
    let named = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let user = named("USER").or_else(|| named("LOGNAME")).or_else(|| named("USERNAME"));
    let host = named("HOSTNAME").or_else(|| named("COMPUTERNAME")).or_else(|| {
        let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
        Some(name.trim().to_owned())
    });
    Who {
        user: user.unwrap_or_else(nameless),
        host: host.unwrap_or_else(|| "unknown".to_owned()),
        pid: std::process::id(),
    }
}
