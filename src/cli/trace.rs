//! A trace of sidle itself, for finding faults of sidle: JSON lines in `.sidle/trace.log`.
//!
//! Never the source of a report. Only into a `.sidle` that exists, so no command makes one for it.

use std::path::Path;
use std::sync::Mutex;
use tracing_subscriber::EnvFilter;

/// Starts tracing if `-v` or `SIDLE_LOG` asks for it. A trace that cannot be written is left out.
pub fn start(folder: &Path, verbose: u8) {
    let wanted = std::env::var("SIDLE_LOG").ok().filter(|wish| !wish.is_empty());
    let filter = match (wanted, verbose) {
        (Some(wish), _) => wish,
        (None, 0) => return,
        (None, 1) => "sidle=info".to_owned(),
        (None, 2) => "sidle=debug".to_owned(),
        (None, _) => "sidle=trace".to_owned(),
    };
    let home = folder.join(".sidle");
    if !home.is_dir() {
        return;
    }
    let file = std::fs::OpenOptions::new().create(true).append(true).open(home.join("trace.log"));
    let Ok(file) = file else { return };
    // Fails only if a subscriber is set already.
    let _ = tracing_subscriber::fmt()
        .json()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(Mutex::new(file))
        .try_init();
}
