//! What a script may use between two effects: operations, time and memory.
//!
//! Counted here and not by rhai, whose own counter starts anew in every closure that a native
//! function calls. The clock stands still while an effect waits, and all counts start anew after it.

use crate::config::Limits;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often the clock is read, in operations.
const LOOK_AT_CLOCK: u64 = 1 << 10;
/// How often memory is measured, in operations.
const LOOK_AT_MEMORY: u64 = 1 << 14;

/// A limit that was passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spent {
    /// That many operations.
    Operations(u64),
    /// That much time.
    Time(Duration),
    /// The process grew by that many MiB.
    Memory(u64),
    /// The run is over: the script is to end at once.
    Over,
    /// Closures captured closures without end.
    Closures,
}

/// The account of one evaluation.
pub(super) struct Budget {
    limits: Mutex<Limits>,
    operations: AtomicU64,
    allowed: AtomicU64,
    over: AtomicBool,
    clock: Mutex<Clock>,
}

struct Clock {
    since: Option<Instant>,
    used: Duration,
    memory_at_start: Option<u64>,
}

impl Budget {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            allowed: AtomicU64::new(limits.operations),
            limits: Mutex::new(limits),
            operations: AtomicU64::new(0),
            over: AtomicBool::new(false),
            clock: Mutex::new(Clock { since: None, used: Duration::ZERO, memory_at_start: None }),
        }
    }

    /// Starts an evaluation under `limits`.
    pub(super) fn start(&self, limits: Limits) {
        *self.limits.lock().unwrap_or_else(PoisonError::into_inner) = limits;
        self.allowed.store(limits.operations, Ordering::Relaxed);
        self.operations.store(0, Ordering::Relaxed);
        let mut clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        *clock = Clock {
            since: Some(Instant::now()),
            used: Duration::ZERO,
            memory_at_start: resident_mib(),
        };
    }

    /// Ends the script at its next operation.
    pub(super) fn end(&self, over: bool) {
        self.over.store(over, Ordering::Relaxed);
    }

    /// Stops the clock: an effect waits.
    pub(super) fn pause(&self) {
        let mut clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(since) = clock.since.take() {
            clock.used += since.elapsed();
        }
    }

    /// Starts the clock; from zero, together with the operations, if the request `counts` as progress.
    pub(super) fn resume(&self, counts: bool) {
        let mut clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        clock.since = Some(Instant::now());
        if counts {
            clock.used = Duration::ZERO;
            self.operations.store(0, Ordering::Relaxed);
        }
    }

    /// Counts one operation; says which limit is passed, if one is.
    pub(super) fn spend(&self) -> Option<Spent> {
        let count = self.operations.fetch_add(1, Ordering::Relaxed) + 1;
        if count > self.allowed.load(Ordering::Relaxed) {
            return Some(Spent::Operations(self.allowed.load(Ordering::Relaxed)));
        }
        if !count.is_multiple_of(LOOK_AT_CLOCK) {
            return None;
        }
        if self.over.load(Ordering::Relaxed) {
            return Some(Spent::Over);
        }
        let limits = *self.limits.lock().unwrap_or_else(PoisonError::into_inner);
        let clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        let used = clock.used + clock.since.map_or(Duration::ZERO, |since| since.elapsed());
        if used > limits.time {
            return Some(Spent::Time(limits.time));
        }
        if count.is_multiple_of(LOOK_AT_MEMORY)
            && let (Some(start), Some(now)) = (clock.memory_at_start, resident_mib())
            && now.saturating_sub(start) > limits.memory_mib
        {
            return Some(Spent::Memory(limits.memory_mib));
        }
        None
    }
}

/// Memory of this process, where the system tells it.
fn resident_mib() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = text.split(' ').nth(1)?.parse().ok()?;
    // Pages are at least 4 KiB everywhere; larger ones make the guard later, never wrong.
    Some(pages * 4 / 1024)
}
