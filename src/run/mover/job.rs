//! One user's way through a move, and one asking of the driver.

use crate::clock::Clock;
use crate::driver::{Driver, Fault};
use crate::journal::{Ended, UserResult, fault};
use crate::run::stop::Stop;
use crate::topology::UserId;
use jiff::Timestamp;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use std::time::Duration;
use tracing::Instrument as _;

/// Longest pause between two tries.
const LONGEST: Duration = Duration::from_secs(30);

/// Why a user has to be read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    /// Intended in an earlier sitting, without a result.
    Crash,
    /// The driver said that it is done.
    Said,
    /// The driver did not answer.
    Silence,
    /// A server's fault came instead of an answer.
    Outage,
}

/// One user of a move.
#[derive(Debug, Clone)]
pub(super) struct Job {
    pub(super) user: UserId,
    pub(super) address: String,
    /// Home, as the run believes.
    pub(super) from: Arc<str>,
    /// How many times the driver was asked.
    pub(super) asked: u32,
    /// How many of these count against `retries`.
    pub(super) tries: u32,
    /// Not before this time.
    pub(super) due: Option<Timestamp>,
    /// Why they are read back next.
    pub(super) doubt: Doubt,
    /// An asking that was not answered may have moved them: found at the target, it was we.
    pub(super) maybe_moved: bool,
    /// What stood in the way last.
    pub(super) why: String,
}

impl Job {
    pub(super) fn new(user: UserId, address: String, from: Arc<str>) -> Self {
        Self {
            user,
            address,
            from,
            asked: 0,
            tries: 0,
            due: None,
            doubt: Doubt::Said,
            maybe_moved: false,
            why: String::new(),
        }
    }

    /// The user's result; `home` as it was read back.
    pub(super) fn result(&mut self, how: Ended, why: String, home: Option<String>) -> UserResult {
        UserResult {
            user: std::mem::take(&mut self.address),
            how,
            why,
            from: Some(self.from.to_string()),
            home,
            tries: self.asked,
        }
    }

    /// How long to wait before the next try: twice as long each time, with jitter that is the same in
    /// every run with this seed.
    pub(super) fn backoff(&self, seed: u64) -> Duration {
        let doubled =
            Duration::from_millis(500) * 2_u32.saturating_pow(self.tries.saturating_sub(1).min(16));
        let mut hash = Sha256::new();
        hash.update(seed.to_le_bytes());
        hash.update(self.tries.to_le_bytes());
        hash.update(self.address.as_bytes());
        let roll = ChaCha8Rng::from_seed(hash.finalize().into()).next_u32();
        let share = 0.5 + f64::from(roll) / f64::from(u32::MAX) / 2.0;
        doubled.min(LONGEST).mul_f64(share)
    }
}

/// What came of an asking.
pub(super) enum Asked {
    /// The driver's answer.
    Answer(Result<(), Fault>),
    /// A stop came before the driver was asked.
    HeldBack,
}

/// Asks the driver to move one user, when they are due.
pub(super) async fn ask(
    driver: &dyn Driver,
    clock: &dyn Clock,
    stop: &Stop,
    mut job: Job,
    to: &str,
) -> (Job, Asked) {
    if let Some(due) = job.due.take() {
        while clock.now() < due {
            tokio::select! {
                () = clock.wait(due) => {}
                () = stop.wait() => return (job, Asked::HeldBack),
            }
        }
    }
    fault::point("effect.before");
    let span = tracing::debug_span!("user", address = job.address, to);
    let answer = driver.rehome(&job.address, &job.from, to).instrument(span.clone()).await;
    span.in_scope(|| tracing::debug!(?answer, "asked"));
    fault::point("effect.after");
    job.asked += 1;
    (job, Asked::Answer(answer))
}

/// Reads the homes of users back; the answers are in their order.
pub(super) async fn read_back(
    driver: &dyn Driver,
    mut jobs: Vec<Job>,
) -> (Vec<Job>, Result<Vec<Option<String>>, Fault>) {
    let addresses: Vec<String> =
        jobs.iter_mut().map(|job| std::mem::take(&mut job.address)).collect();
    let homes = driver.homes(&addresses).await;
    for (job, address) in jobs.iter_mut().zip(addresses) {
        job.address = address;
    }
    (jobs, homes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_grows_to_half_a_minute_and_is_the_same_for_the_same_seed() {
        let mut job = Job::new(0, "ann@contoso.com".into(), "ocspool01.contoso.com".into());
        let mut before = Duration::ZERO;
        for (tries, longest) in [(1, 500), (2, 1_000), (3, 2_000), (20, 30_000)] {
            job.tries = tries;
            let pause = job.backoff(7);
            assert_eq!(pause, job.backoff(7));
            assert_ne!(pause, job.backoff(8));
            assert!(
                pause <= Duration::from_millis(longest)
                    && pause * 2 >= Duration::from_millis(longest)
            );
            assert!(pause >= before / 2);
            before = pause;
        }
    }
}
