//! Drivers: the only code that moves users and applications on real systems.
//!
//! An application is asked for like a user, by its key (`response_group:helpdesk`). A driver reads and changes homes on one kind of system. It knows nothing of runbooks, plans or the
//! journal, so it can be tested against a system alone.
//!
//! To add one, write `driver/<kind>.rs` and list its kind in `session.rs`.
//!
//! Invariant: [`Driver::rehome`] is compare-and-set. It changes a home only if it is where the caller
//! believes, so repeating it changes nothing and never moves a user twice.

#[cfg(test)]
pub(crate) mod contract;
mod embedded;

pub use embedded::EmbeddedDriver;

use crate::text::list;
use crate::topology::{ApplicationKind, in_words};
use async_trait::async_trait;
use std::time::Duration;
use thiserror::Error;

/// Moves and reads homes on one kind of system.
#[async_trait]
pub trait Driver: Send + Sync {
    /// The system's name, for messages: "embedded driver".
    fn name(&self) -> &str;

    /// Reads where users live now, one answer per address: a pool's FQDN, or `None` for an address
    /// that the system does not have.
    async fn homes(&self, users: &[String]) -> Result<Vec<Option<String>>, Fault>;

    /// Moves one user from `from` to `to`, and only from `from`.
    async fn rehome(&self, user: &str, from: &str, to: &str) -> Result<(), Fault>;

    /// Asks whether moves to and from `pool` can work at all, without changing anything.
    async fn ready(&self, pool: &str) -> Result<(), Fault>;

    /// Lists the addresses of all that still lives on a pool, known to the inventory or not.
    async fn remaining(&self, pool: &str) -> Result<Vec<String>, Fault>;

    /// Takes an empty pool out of service. Succeeds at once if it is out already.
    async fn retire(&self, pool: &str) -> Result<(), Fault>;
}

/// Why a system did not do what it was asked, sorted by what the caller does next.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Fault {
    /// The user is not where the caller believed: somebody else moved them, or removed them.
    #[error("{}", elsewhere("user", now.as_deref()))]
    Elsewhere {
        /// Where the user is; `None` if there is no such user.
        now: Option<String>,
    },

    /// This user cannot be moved; another try would end the same way.
    #[error("{reason}")]
    Refused {
        /// In the system's words.
        reason: String,
    },

    /// This user could not be moved now; another try may work.
    #[error("{reason}")]
    Busy {
        /// In the system's words.
        reason: String,
    },

    /// The system itself is at fault (unreachable, rights, certificate): no user is to be charged.
    #[error("`{server}`: {reason}")]
    Server {
        /// Its name.
        server: String,
        /// In its words.
        reason: String,
    },

    /// Asked, and no answer came: it may have happened or not. Read the home back.
    #[error("`{server}` did not answer within {}", crate::text::duration(*waited))]
    NoAnswer {
        /// Its name.
        server: String,
        /// How long it was given.
        waited: Duration,
    },
}

impl Fault {
    /// The same in words that say of what it is told: a user, or an application, by its key.
    #[must_use]
    pub fn told_of(&self, key: &str) -> String {
        match self {
            Self::Elsewhere { now } => elsewhere(noun(key), now.as_deref()),
            other => other.to_string(),
        }
    }

    /// The refusal to retire a pool on which something lives.
    #[must_use]
    pub fn remains(pool: &str, keys: &[String]) -> Self {
        let what = in_words(keys.iter().map(String::as_str));
        let live = if keys.len() == 1 { "lives" } else { "live" };
        let reason = format!("{what} still {live} on `{pool}`: {}", list(keys, 5));
        Self::Refused { reason }
    }
}

/// `user`, or the noun of an application's kind, by its key.
#[must_use]
pub fn noun(key: &str) -> &'static str {
    ApplicationKind::of_key(key).map_or("user", ApplicationKind::noun)
}

fn elsewhere(what: &str, now: Option<&str>) -> String {
    now.map_or_else(
        || format!("the {what} is gone from the system"),
        |pool| format!("someone else moved the {what} to `{pool}` meanwhile"),
    )
}
