//! Probes against the embedded training ground.
//!
//! All targets of a call are answered from one look at the training ground, so a list of a thousand
//! users costs what one costs, and its answers fit together.

use super::{KINDS, Prober};
use crate::clock::Clock;
use crate::diagnostic::Finding;
use crate::embedded::{Ground, GroundPool, GroundUser};
use crate::journal::{Evidence, ProbeCall};
use crate::text::{did_you_mean, list};
use async_trait::async_trait;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long the answer of a probe counts, by the probe's name.
pub type FreshFor = Box<dyn Fn(&str) -> Duration + Send + Sync>;

/// Asks a training ground.
pub struct EmbeddedProber {
    ground: Ground,
    clock: Arc<dyn Clock>,
    fresh_for: FreshFor,
}

/// What one look at the training ground saw.
struct Look {
    pools: Vec<GroundPool>,
    users: HashMap<String, GroundUser>,
}

/// `Some(true)` good, `Some(false)` bad, `None` could not be asked; and the answer in words.
type Answer = (Option<bool>, String);

impl EmbeddedProber {
    /// Returns a prober for an open training ground.
    #[must_use]
    pub fn new(ground: Ground, clock: Arc<dyn Clock>, fresh_for: FreshFor) -> Self {
        Self { ground, clock, fresh_for }
    }

    async fn look(&self, call: &ProbeCall) -> Result<Look, Finding> {
        let pools = self.ground.pools().await?;
        let mut users = HashMap::new();
        if call.kind != "service" {
            let mut addresses: Vec<String> = call.targets.iter().flatten().cloned().collect();
            addresses.sort_unstable();
            addresses.dedup();
            let found = self.ground.users(&addresses).await?;
            let known = addresses.into_iter().zip(found);
            users = known.filter_map(|(address, user)| Some((address, user?))).collect();
        }
        Ok(Look { pools, users })
    }
}

#[async_trait]
impl Prober for EmbeddedProber {
    async fn ask(&self, call: &ProbeCall) -> Vec<Evidence> {
        let began = Instant::now();
        let look = self.look(call).await;
        let latency_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let (at, fresh_for) = (self.clock.now(), (self.fresh_for)(&call.kind));
        let evidence = |target: &Vec<String>| {
            let (value, answer) = match &look {
                Ok(look) => look.answer(&call.kind, target),
                Err(finding) => (None, finding.message.clone()),
            };
            Evidence {
                source: call.kind.clone(),
                target: target.join(" "),
                asked: question(&call.kind, target),
                value,
                answer,
                at,
                latency_ms,
                fresh_for_s: fresh_for.as_secs(),
                assumed: false,
                who: None,
            }
        };
        call.targets.iter().map(evidence).collect()
    }
}

/// The question in words.
#[must_use]
pub fn question(kind: &str, target: &[String]) -> String {
    match (kind, target) {
        ("service", [pool, service]) => format!("does `{service}` run on `{pool}`?"),
        ("sip_register", [user]) => format!("can `{user}` sign in?"),
        ("sip_message", [from, to]) => format!("does a message of `{from}` reach `{to}`?"),
        ("sip_presence", [watcher, user]) => {
            format!("does `{watcher}` see the presence of `{user}`?")
        }
        (kind, target) => format!("{kind} {}", list(target, 5)),
    }
}

impl Look {
    fn answer(&self, kind: &str, target: &[String]) -> Answer {
        match (kind, target) {
            ("service", [pool, service]) => self.service(pool, service),
            ("sip_register", [user]) => match self.signs_in(user) {
                Ok(pool) => (Some(true), format!("signs in on `{pool}`")),
                Err(why) => (Some(false), why),
            },
            ("sip_message" | "sip_presence", [one, other]) => {
                match (self.signs_in(one), self.signs_in(other)) {
                    (Ok(from), Ok(to)) => (Some(true), format!("`{from}` reaches `{to}`")),
                    (Err(why), _) | (_, Err(why)) => (Some(false), why),
                }
            }
            ("service", _) => wrong_number(kind, "a pool and a service", target),
            ("sip_register", _) => wrong_number(kind, "one address", target),
            ("sip_message" | "sip_presence", _) => wrong_number(kind, "two addresses", target),
            _ => {
                let known = format!("there are {}", list(KINDS, KINDS.len()));
                let help = did_you_mean(kind, KINDS.iter().copied(), &known);
                (None, format!("the embedded driver has no probe `{kind}`; {help}"))
            }
        }
    }

    fn service(&self, fqdn: &str, service: &str) -> Answer {
        let Some(pool) = self.pool(fqdn) else {
            let names: Vec<&str> = self.pools.iter().map(|pool| pool.fqdn.as_str()).collect();
            let known = format!("there are {}", list(&names, 10));
            let help = did_you_mean(fqdn, names.iter().copied(), &known);
            return (None, format!("the training ground has no pool `{fqdn}`; {help}"));
        };
        match pool.services.iter().find(|(name, _)| name.eq_ignore_ascii_case(service)) {
            Some((_, true)) => (Some(true), "it runs".to_owned()),
            Some((_, false)) => (Some(false), "it is stopped".to_owned()),
            None => {
                let names: Vec<&str> =
                    pool.services.iter().map(|(name, _)| name.as_str()).collect();
                let known = format!("it has {}", list(&names, 10));
                let help = did_you_mean(service, names.iter().copied(), &known);
                (None, format!("`{fqdn}` has no service `{service}`; {help}"))
            }
        }
    }

    /// The pool that a user signs in on, or why they cannot.
    fn signs_in(&self, address: &str) -> Result<&str, String> {
        let Some(user) = self.users.get(address) else {
            return Err(format!("there is no user `{address}`"));
        };
        if user.locked {
            return Err(format!("`{address}` is locked in the directory"));
        }
        match self.pool(&user.pool).map(GroundPool::down) {
            Some(None) => Ok(&user.pool),
            Some(Some(why)) => Err(format!("on `{}`, home of `{address}`, {why}", user.pool)),
            None => Err(format!("`{}`, home of `{address}`, does not exist", user.pool)),
        }
    }

    fn pool(&self, fqdn: &str) -> Option<&GroundPool> {
        self.pools.iter().find(|pool| pool.fqdn.eq_ignore_ascii_case(fqdn))
    }
}

fn wrong_number(kind: &str, takes: &str, got: &[String]) -> Answer {
    let got = crate::text::count(got.len(), "argument");
    (None, format!("`{kind}` takes {takes}, got {got}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;
    use crate::embedded::Initial;

    async fn prober() -> (tempfile::TempDir, Ground, EmbeddedProber) {
        let folder = tempfile::tempdir().unwrap();
        let ground = Ground::filled(folder.path(), &Initial::example()).await.unwrap();
        let fresh = Box::new(|_: &str| Duration::from_mins(2));
        let prober = EmbeddedProber::new(ground.clone(), Arc::new(SystemClock), fresh);
        (folder, ground, prober)
    }

    async fn ask(prober: &EmbeddedProber, kind: &str, targets: &[&[&str]]) -> Vec<Answer> {
        let targets = targets.iter().map(|args| args.iter().map(|arg| (*arg).to_owned()).collect());
        let call = ProbeCall { kind: kind.into(), targets: targets.collect(), many: true };
        let evidence = prober.ask(&call).await;
        assert!(evidence.iter().all(|one| one.source == kind && one.fresh_for_s == 120));
        evidence.into_iter().map(|one| (one.value, one.answer)).collect()
    }

    fn values(answers: &[Answer]) -> Vec<Option<bool>> {
        answers.iter().map(|answer| answer.0).collect()
    }

    #[tokio::test]
    async fn answers_follow_the_state_of_services_and_locks_in_the_order_asked() {
        let (_folder, ground, prober) = prober().await;
        ground
            .rehome("bob@contoso.com", "ocspool01.contoso.com", "lyncpool01.contoso.com")
            .await
            .unwrap();
        let users: [&[&str]; 3] =
            [&["bob@contoso.com"], &["eve@contoso.com"], &["ann@contoso.com"]];
        let pair: [&[&str]; 1] = [&["ann@contoso.com", "bob@contoso.com"]];
        let asked = ask(&prober, "sip_register", &users).await;
        assert_eq!(values(&asked), [Some(true), Some(false), Some(true)]);
        assert_eq!(values(&ask(&prober, "sip_message", &pair).await), [Some(true)]);

        ground.stop_service("lyncpool01.contoso.com", "Front End").await.unwrap();
        let asked = ask(&prober, "sip_register", &users).await;
        assert_eq!(values(&asked), [Some(false), Some(false), Some(true)]);
        assert_eq!(
            ask(&prober, "sip_presence", &pair).await,
            [(
                Some(false),
                "on `lyncpool01.contoso.com`, home of `bob@contoso.com`, the service `Front End` is stopped"
                    .to_owned()
            )]
        );

        ground.lock_user("ann@contoso.com").await.unwrap();
        let asked = ask(&prober, "sip_register", &users).await;
        assert_eq!(values(&asked), [Some(false), Some(false), Some(false)]);
    }

    #[tokio::test]
    async fn what_cannot_be_asked_is_evidence_without_a_value_that_says_why() {
        let (_folder, _ground, prober) = prober().await;
        let service = ask(
            &prober,
            "service",
            &[
                &["lyncpool01.contoso.com", "front end"],
                &["lyncpol01.contoso.com", "Front End"],
                &["lyncpool01.contoso.com", "Frnt End"],
                &["lyncpool01.contoso.com"],
            ],
        )
        .await;
        assert_eq!(values(&service), [Some(true), None, None, None]);
        assert!(service[1].1.ends_with("did you mean `lyncpool01.contoso.com`?"), "{service:?}");
        assert!(service[2].1.ends_with("did you mean `Front End`?"), "{service:?}");
        assert!(service[3].1.ends_with("got 1 argument"), "{service:?}");
        let kind = ask(&prober, "sip_registr", &[&["ann@contoso.com"]]).await;
        assert_eq!(kind[0].0, None);
        assert!(kind[0].1.ends_with("did you mean `sip_register`?"), "{kind:?}");
    }
}
