//! The records of a move: intents ahead, results in batches, and the acknowledgements of both.
//!
//! Results are queued without waiting; homes change when they are queued. Whoever ends a move waits
//! for [`Writer::settle`] first.

use crate::clock::Clock;
use crate::diagnostic::Finding;
use crate::journal::{Ack, Event, Journal, UserResult};
use crate::run::observer::Observer;
use crate::topology::{PoolId, UserId, View};
use std::collections::VecDeque;

/// Results that make one record, unless the intents of the next users take them along first.
const RESULTS: usize = 1024;

/// Who lives where from now on.
type Homes = Vec<(UserId, Option<PoolId>)>;

/// Writes the records of one move.
pub(super) struct Writer<'a> {
    pub(super) begun: u64,
    pub(super) journal: &'a mut Journal,
    pub(super) clock: &'a dyn Clock,
    pub(super) view: &'a View,
    pub(super) observer: &'a dyn Observer,
    results: Vec<UserResult>,
    acks: VecDeque<Ack>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        begun: u64,
        journal: &'a mut Journal,
        clock: &'a dyn Clock,
        view: &'a View,
        observer: &'a dyn Observer,
    ) -> Self {
        Self { begun, journal, clock, view, observer, results: Vec::new(), acks: VecDeque::new() }
    }

    /// Queues events. What they allow may be done once the `Ack` resolves.
    pub(super) fn submit(&mut self, events: Vec<Event>) -> Result<Ack, Finding> {
        let ack = self.journal.submit(self.clock.now(), events)?;
        for record in self.journal.last_records() {
            self.observer.record(record, self.journal.state());
        }
        Ok(ack)
    }

    /// Queues an event that nothing waits for until the move ends.
    pub(super) fn note(&mut self, event: Event) -> Result<(), Finding> {
        let ack = self.submit(vec![event])?;
        self.acks.push_back(ack);
        Ok(())
    }

    /// Queues a result, and a record of results when enough have come together.
    pub(super) fn result(&mut self, result: UserResult) -> Result<(), Finding> {
        self.results.push(result);
        if self.results.len() >= RESULTS { self.flush() } else { Ok(()) }
    }

    /// Queues the results that have come so far as one record.
    pub(super) fn flush(&mut self) -> Result<(), Finding> {
        let Some((results, homes)) = self.take_results() else { return Ok(()) };
        self.note(results)?;
        self.apply(homes);
        Ok(())
    }

    /// Queues an event together with the results that have come so far: one commit instead of two.
    pub(super) fn submit_with_results(&mut self, event: Event) -> Result<Ack, Finding> {
        let Some((results, homes)) = self.take_results() else { return self.submit(vec![event]) };
        let ack = self.submit(vec![results, event])?;
        self.apply(homes);
        Ok(ack)
    }

    /// The results that have come so far as one event, and the homes they tell of.
    fn take_results(&mut self) -> Option<(Event, Homes)> {
        if self.results.is_empty() {
            return None;
        }
        let results = std::mem::take(&mut self.results);
        let topology = self.view.topology();
        let homes = results
            .iter()
            .filter_map(|result| {
                Some((topology.users.find(&result.user)?, result.home.as_deref()?))
            })
            .map(|(user, home)| (user, topology.pool(home)))
            .collect();
        Some((Event::Results { begun: self.begun, results }, homes))
    }

    fn apply(&self, homes: Homes) {
        self.view.change_homes(|all| {
            for (user, home) in homes {
                all.set(user, home);
            }
        });
    }

    /// True while records are queued that are not durable yet.
    pub(super) fn is_behind(&self) -> bool {
        !self.acks.is_empty()
    }

    /// Waits until the oldest queued record is durable. Cancel-safe.
    pub(super) async fn oldest(&mut self) -> Result<(), Finding> {
        if let Some(ack) = self.acks.front_mut() {
            let durable = ack.await;
            self.acks.pop_front();
            durable?;
        }
        Ok(())
    }

    /// Waits until everything is durable.
    pub(super) async fn settle(&mut self) -> Result<(), Finding> {
        self.flush()?;
        while self.is_behind() {
            self.oldest().await?;
        }
        Ok(())
    }
}
