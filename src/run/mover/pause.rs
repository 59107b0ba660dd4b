//! A server's fault holds the move up: nobody is charged, the server is asked until it is back.

use super::course::Course;
use crate::clock::Clock;
use crate::diagnostic::Finding;
use crate::driver::Fault;
use crate::journal::Event;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::time::Duration;

/// First pause before a server is asked again; doubled each time.
const SHORTEST: Duration = Duration::from_secs(1);
/// Longest pause.
const LONGEST: Duration = Duration::from_secs(30);

/// The fault that holds a move up, if one does.
#[derive(Debug)]
pub(super) struct Outage {
    patience: Duration,
    on: Option<On>,
    /// When it began. A server that comes back and fails again, with nobody moved between, was away.
    since: Option<Timestamp>,
    pause: Duration,
}

#[derive(Debug)]
struct On {
    server: String,
    why: String,
    pools: BTreeSet<String>,
}

/// How a pause ended.
pub(super) enum AfterPause {
    /// The server is back.
    Back,
    /// A person stopped the run.
    Stopped(String),
    /// It did not come back in time.
    Down {
        /// The server.
        server: String,
        /// Its fault.
        why: String,
    },
}

impl Outage {
    pub(super) fn new(patience: Duration) -> Self {
        Self { patience, on: None, since: None, pause: SHORTEST }
    }

    pub(super) fn is_on(&self) -> bool {
        self.on.is_some()
    }

    pub(super) fn server(&self) -> Option<&str> {
        self.on.as_ref().map(|on| on.server.as_str())
    }

    /// Notes a fault seen while moving from `from` to `to`; returns server and fault if it is the first.
    pub(super) fn begin(
        &mut self,
        fault: &Fault,
        driver: &str,
        to: &str,
        from: Option<&str>,
    ) -> Option<(String, String)> {
        let pools = [Some(to), from].into_iter().flatten().map(str::to_owned);
        if let Some(on) = &mut self.on {
            on.pools.extend(pools);
            return None;
        }
        let (server, why) = words(fault, driver);
        self.on = Some(On { server: server.clone(), why: why.clone(), pools: pools.collect() });
        Some((server, why))
    }

    /// Somebody was moved or refused: the server works.
    pub(super) fn forget(&mut self) {
        if self.on.is_none() {
            self.since = None;
            self.pause = SHORTEST;
        }
    }
}

impl Course<'_> {
    /// Waits until the servers of the pools concerned are back.
    pub(super) async fn sit_out(&mut self) -> Result<AfterPause, Finding> {
        self.writer.flush()?;
        let since = *self.outage.since.get_or_insert_with(|| self.writer.clock.now());
        let end = since.checked_add(self.outage.patience).unwrap_or(Timestamp::MAX);
        loop {
            let now = self.writer.clock.now();
            if now >= end {
                let (server, why) =
                    self.outage.on.take().map_or_else(Default::default, |on| (on.server, on.why));
                return Ok(AfterPause::Down { server, why });
            }
            let due = now.checked_add(self.outage.pause).unwrap_or(Timestamp::MAX).min(end);
            self.outage.pause = (self.outage.pause * 2).min(LONGEST);
            self.show(true);
            let stop = self.stop.clone();
            let asked = tokio::select! {
                biased;
                () = stop.wait() => {
                    return Ok(AfterPause::Stopped(stop.wished().unwrap_or_default()));
                }
                asked = self.ask_servers(due) => asked,
            };
            match asked {
                Ok(()) => break,
                Err(fault) => {
                    let (server, why) = words(&fault, self.driver.name());
                    if let Some(on) = &mut self.outage.on {
                        (on.server, on.why) = (server, why);
                    }
                }
            }
        }
        self.outage.on = None;
        self.writer.note(Event::Resumed { begun: self.writer.begun })?;
        self.show(true);
        Ok(AfterPause::Back)
    }

    async fn ask_servers(&self, due: Timestamp) -> Result<(), Fault> {
        wait_until(self.writer.clock, due).await;
        for pool in self.outage.on.iter().flat_map(|on| &on.pools) {
            self.driver.ready(pool).await?;
        }
        Ok(())
    }
}

async fn wait_until(clock: &dyn Clock, due: Timestamp) {
    while clock.now() < due {
        clock.wait(due).await;
    }
}

/// Server and fault in words.
fn words(fault: &Fault, driver: &str) -> (String, String) {
    match fault {
        Fault::Server { server, reason } => (server.clone(), reason.clone()),
        Fault::NoAnswer { server, .. } => (server.clone(), fault.to_string()),
        other => (driver.to_owned(), other.to_string()),
    }
}
