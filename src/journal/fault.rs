//! Fault points for kill tests: `SIDLE_FAULT=NAME:N` ends the process at the N-th passing of a point.
//!
//! Only debug builds have them. `SIDLE_FAULT=disk_full:N` makes the N-th commit fail instead.

#[cfg(debug_assertions)]
use std::sync::{
    LazyLock,
    atomic::{AtomicU64, Ordering},
};

/// The point's name, and how many passings are left.
#[cfg(debug_assertions)]
static FAULT: LazyLock<Option<(String, AtomicU64)>> = LazyLock::new(|| {
    let fault = std::env::var("SIDLE_FAULT").ok()?;
    let (name, passing) = fault.rsplit_once(':')?;
    Some((name.to_owned(), AtomicU64::new(passing.parse().ok()?)))
});

/// Passes the point `name`: the process dies here, at once, if a kill test says so.
#[cfg(debug_assertions)]
pub fn point(name: &str) {
    if strikes(name) {
        std::process::abort();
    }
}

/// Passes the point `name`: true if its fault is due at this passing.
#[cfg(debug_assertions)]
pub fn strikes(name: &str) -> bool {
    FAULT.as_ref().is_some_and(|(at, left)| at == name && left.fetch_sub(1, Ordering::Relaxed) == 1)
}

/// Does nothing: release builds have no fault points.
#[cfg(not(debug_assertions))]
#[inline]
pub fn point(_name: &str) {}

/// False: release builds have no fault points.
#[cfg(not(debug_assertions))]
#[inline]
#[must_use]
pub fn strikes(_name: &str) -> bool {
    false
}
