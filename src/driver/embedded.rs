//! The embedded driver: moves users of the training ground.
//!
//! A stopped front end of the source or the target is a fault of that pool, never of the user.

use super::{Driver, Fault};
use crate::diagnostic::Finding;
use crate::embedded::{Ground, Rehomed};
use async_trait::async_trait;

/// Moves users of a training ground.
#[derive(Debug, Clone)]
pub struct EmbeddedDriver {
    ground: Ground,
}

impl EmbeddedDriver {
    /// Returns a driver for an open training ground.
    #[must_use]
    pub fn new(ground: Ground) -> Self {
        Self { ground }
    }
}

#[async_trait]
impl Driver for EmbeddedDriver {
    fn name(&self) -> &'static str {
        "embedded driver"
    }

    async fn homes(&self, users: &[String]) -> Result<Vec<Option<String>>, Fault> {
        self.ground.homes(users).await.map_err(|finding| fault(&finding))
    }

    async fn rehome(&self, user: &str, from: &str, to: &str) -> Result<(), Fault> {
        match self.ground.rehome(user, from, to).await.map_err(|finding| fault(&finding))? {
            Rehomed::Done => Ok(()),
            Rehomed::Elsewhere(now) => Err(Fault::Elsewhere { now }),
            Rehomed::Locked => {
                let what = super::noun(user);
                Err(Fault::Refused { reason: format!("the {what} is locked in the directory") })
            }
            Rehomed::Down { pool, why } => Err(Fault::Server { server: pool, reason: why }),
        }
    }

    async fn ready(&self, pool: &str) -> Result<(), Fault> {
        let pools = self.ground.pools().await.map_err(|finding| fault(&finding))?;
        let found = pools.iter().find(|known| known.fqdn.eq_ignore_ascii_case(pool));
        let down = match found {
            Some(found) => found.down(),
            None => Some("the training ground has no such pool".to_owned()),
        };
        match down {
            None => Ok(()),
            Some(reason) => Err(Fault::Server { server: pool.to_owned(), reason }),
        }
    }

    async fn remaining(&self, pool: &str) -> Result<Vec<String>, Fault> {
        self.ground.remaining(pool).await.map_err(|finding| fault(&finding))
    }

    async fn retire(&self, pool: &str) -> Result<(), Fault> {
        let remain = self.ground.retire(pool).await.map_err(|finding| fault(&finding))?;
        if remain.is_empty() {
            return Ok(());
        }
        Err(Fault::remains(pool, &remain))
    }
}

/// A training ground that cannot be read is a server that cannot be reached.
fn fault(finding: &Finding) -> Fault {
    let why = finding.causes.first().map(|cause| format!(": {cause}")).unwrap_or_default();
    Fault::Server {
        server: "embedded driver".to_owned(),
        reason: format!("{}{why}", finding.message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::contract;
    use crate::embedded::Initial;

    #[tokio::test]
    async fn the_embedded_driver_keeps_the_contract_of_drivers() {
        let folder = tempfile::tempdir().unwrap();
        let ground = Ground::filled(folder.path(), &Initial::example()).await.unwrap();
        contract::holds(&EmbeddedDriver::new(ground)).await;
    }

    #[tokio::test]
    async fn a_locked_user_is_refused_and_a_stopped_front_end_is_the_servers_fault() {
        let folder = tempfile::tempdir().unwrap();
        let ground = Ground::filled(folder.path(), &Initial::example()).await.unwrap();
        let driver = EmbeddedDriver::new(ground.clone());
        ground.lock_user("sip:Ann@contoso.com").await.unwrap();
        let moved = driver
            .rehome("ann@contoso.com", "ocspool01.contoso.com", "lyncpool01.contoso.com")
            .await;
        let locked = Fault::Refused { reason: "the user is locked in the directory".into() };
        assert_eq!(moved, Err(locked));

        for pool in ["ocspool01.contoso.com", "lyncpool01.contoso.com"] {
            ground.stop_service(pool, "front end").await.unwrap();
            let moved = driver
                .rehome("bob@contoso.com", "ocspool01.contoso.com", "lyncpool01.contoso.com")
                .await;
            let down = Fault::Server {
                server: pool.into(),
                reason: "the service `Front End` is stopped".into(),
            };
            assert_eq!(moved, Err(down.clone()));
            assert_eq!(driver.ready(pool).await, Err(down));
            ground.start_service(pool, "Front End").await.unwrap();
            assert_eq!(driver.ready(pool).await, Ok(()));
        }
    }
}
