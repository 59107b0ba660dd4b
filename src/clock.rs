//! The run's clock: real, or virtual where waiting costs nothing.
//!
//! Everything that asks for the time or waits goes through [`Clock`], so a plan, a test and a
//! rehearsal pass a thirty-day soak at once and still see consistent times.
//!
//! Invariant: a clock never goes back.

use jiff::Timestamp;
use std::sync::Mutex;
use std::time::Duration;

/// Tells the time of the run and waits.
#[async_trait::async_trait]
pub trait Clock: Send + Sync {
    /// Returns the time of the run.
    fn now(&self) -> Timestamp;

    /// Waits until the time of the run is `until`; returns at once if it has passed.
    ///
    /// May return early (a caller polls other things meanwhile): ask [`Clock::now`] again.
    async fn wait(&self, until: Timestamp);

    /// True where waiting takes no real time.
    fn is_virtual(&self) -> bool;
}

/// The machine's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

#[async_trait::async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    async fn wait(&self, until: Timestamp) {
        let left = until.duration_since(Timestamp::now());
        // In short naps: a machine that was suspended, or whose clock was set, is noticed.
        let nap =
            Duration::try_from(left).unwrap_or(Duration::ZERO).min(Duration::from_millis(250));
        tokio::time::sleep(nap).await;
    }

    fn is_virtual(&self) -> bool {
        false
    }
}

/// A clock that jumps to whatever is waited for; between jumps it runs with the machine's clock.
#[derive(Debug)]
pub struct VirtualClock {
    /// Where it stands still; `None` if it goes on with the machine's.
    stands: Option<Timestamp>,
    ahead: Mutex<Duration>,
}

impl VirtualClock {
    /// Starts a clock at `from`, or at the machine's time where that is later.
    #[must_use]
    pub fn starting(from: Timestamp) -> Self {
        let ahead = from.duration_since(Timestamp::now());
        let ahead = Duration::try_from(ahead).unwrap_or(Duration::ZERO);
        Self { stands: None, ahead: Mutex::new(ahead) }
    }

    /// Starts a clock that only waiting moves: what a simulation itself takes is no time of the plan.
    #[must_use]
    pub fn standing(from: Timestamp) -> Self {
        Self { stands: Some(from.max(Timestamp::now())), ahead: Mutex::default() }
    }
}

#[async_trait::async_trait]
impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        let ahead = *self.ahead.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        self.stands.unwrap_or_else(Timestamp::now).checked_add(ahead).unwrap_or(Timestamp::MAX)
    }

    async fn wait(&self, until: Timestamp) {
        let left = until.duration_since(self.now());
        if let Ok(left) = Duration::try_from(left) {
            *self.ahead.lock().unwrap_or_else(std::sync::PoisonError::into_inner) += left;
        }
        tokio::task::yield_now().await;
    }

    fn is_virtual(&self) -> bool {
        true
    }
}
