//! How a simulation is steered away from the good case: verdicts, answers, refusals, servers that are down.
//!
//! It is shared by the parts of a simulated world, and each entry remembers whether anything met it:
//! an entry that nothing met has steered nothing, and whoever made it must be able to say so.
//!
//! Invariant: without entries a simulation goes well everywhere.

use crate::journal::Verdict;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One way to steer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Steer {
    /// A check, by path or name, has this verdict.
    Check {
        /// Path or name.
        check: String,
        /// The verdict.
        verdict: Verdict,
    },
    /// A question, task or approval whose words hold `part` is answered so.
    Answer {
        /// Part of its words.
        part: String,
        /// The answer.
        yes: bool,
    },
    /// Moves of this user are refused.
    Refuse {
        /// SIP address.
        user: String,
        /// In the words of the system.
        why: String,
    },
    /// A pool or server does not answer.
    Down {
        /// Its name.
        server: String,
    },
}

impl Steer {
    /// True for entries about the same thing: the newer one counts.
    fn replaces(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Check { check: a, .. }, Self::Check { check: b, .. })
            | (Self::Answer { part: a, .. }, Self::Answer { part: b, .. })
            | (Self::Refuse { user: a, .. }, Self::Refuse { user: b, .. })
            | (Self::Down { server: a }, Self::Down { server: b }) => a.eq_ignore_ascii_case(b),
            _ => false,
        }
    }
}

/// All that steers one simulation.
#[derive(Debug, Default)]
pub struct Steering {
    all: Mutex<Vec<(Steer, bool)>>,
}

impl Steering {
    /// Steers nothing but the verdicts of these checks.
    #[must_use]
    pub fn assuming(checks: Vec<(String, Verdict)>) -> Self {
        let checks = checks.into_iter().map(|(check, verdict)| Steer::Check { check, verdict });
        Self { all: Mutex::new(checks.map(|one| (one, false)).collect()) }
    }

    /// Adds an entry; an older one about the same thing no longer counts.
    pub fn add(&self, steer: Steer) {
        let mut all = self.lock();
        all.retain(|(old, met)| *met || !steer.replaces(old));
        all.push((steer, false));
    }

    /// Whether anything met the entry.
    #[must_use]
    pub fn is_met(&self, steer: &Steer) -> bool {
        self.lock().iter().any(|(one, met)| one == steer && *met)
    }

    /// The assumed verdict of a check.
    pub(super) fn verdict(&self, path: &str, name: &str) -> Option<Verdict> {
        self.newest(|steer| match steer {
            Steer::Check { check, verdict }
                if check.eq_ignore_ascii_case(path) || check.eq_ignore_ascii_case(name) =>
            {
                Some(*verdict)
            }
            _ => None,
        })
    }

    /// The answer to a question, if one is given.
    pub(super) fn answer(&self, question: &str) -> Option<bool> {
        let question = question.to_lowercase();
        self.newest(|steer| match steer {
            Steer::Answer { part, yes } if question.contains(&part.to_lowercase()) => Some(*yes),
            _ => None,
        })
    }

    /// Why a user cannot be moved.
    pub(super) fn refusal(&self, address: &str) -> Option<String> {
        self.newest(|steer| match steer {
            Steer::Refuse { user, why } if user.eq_ignore_ascii_case(address) => Some(why.clone()),
            _ => None,
        })
    }

    /// The first of these names that is down.
    pub(super) fn down<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        names.into_iter().find(|name| {
            self.newest(|steer| match steer {
                Steer::Down { server } if server.eq_ignore_ascii_case(name) => Some(()),
                _ => None,
            })
            .is_some()
        })
    }

    /// What the newest entry that fits says; it has been met by that.
    fn newest<T>(&self, fits: impl Fn(&Steer) -> Option<T>) -> Option<T> {
        let mut all = self.lock();
        let (value, met) =
            all.iter_mut().rev().find_map(|(steer, met)| Some((fits(steer)?, met)))?;
        *met = true;
        Some(value)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(Steer, bool)>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_entry_about_a_thing_counts_and_is_met() {
        let answer = |yes| Steer::Answer { part: "pilot".to_owned(), yes };
        let steering = Steering::default();
        steering.add(answer(false));
        steering.add(answer(true));
        assert_eq!(steering.answer("Move 3 Pilot users?"), Some(true));
        assert_eq!(steering.answer("Continue?"), None);
        assert!(steering.is_met(&answer(true)) && !steering.is_met(&answer(false)));
    }

    #[test]
    fn a_check_is_named_by_path_or_name_in_any_case() {
        let steering = Steering::assuming(vec![("sign-in".to_owned(), Verdict::Fail)]);
        assert_eq!(steering.verdict("Pilot / Sign-in", "Sign-in"), Some(Verdict::Fail));
        assert_eq!(steering.verdict("Pilot / services", "services"), None);
    }
}
