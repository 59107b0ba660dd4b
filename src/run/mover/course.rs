//! The course of one move: the loop that fills slots, reads back, and writes.
//!
//! Slots are futures on this task, not tasks of their own. A user holds a slot while being asked and
//! while waiting to be asked again; reading back and writing go on beside the slots.

use super::MoveEnd;
use super::charge::Charges;
use super::job::{Asked, Doubt, Job, ask, read_back};
use super::judge::{self, Next};
use super::pause::{AfterPause, Outage};
use super::writer::Writer;
use crate::diagnostic::Finding;
use crate::driver::{Driver, Fault};
use crate::journal::{Ack, Ended, Event, UserResult};
use crate::run::observer::Progress;
use crate::run::stop::Stop;
use crate::text::count;
use crate::topology::UserId;
use futures_util::{FutureExt as _, StreamExt as _, stream::FuturesUnordered};
use roaring::RoaringBitmap;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Users whose intents make one record.
const INTENTS: usize = 512;
/// Users read back together, unless fewer have nothing else to wait for.
const READ_BACK: usize = 256;
/// Between two calls of the observer, and the longest that a result waits to be written.
const BEAT: Duration = Duration::from_millis(250);

/// A move under way.
pub(super) struct Course<'a> {
    pub(super) writer: Writer<'a>,
    pub(super) driver: Arc<dyn Driver>,
    pub(super) stop: Stop,
    pub(super) outage: Outage,
    pub(super) charges: Charges,
    pub(super) to: String,
    pub(super) retries: u32,
    pub(super) parallel: usize,
    pub(super) seed: u64,
    /// Only those in doubt are read back; nobody is started.
    pub(super) settle_only: bool,
    /// How many users the move has.
    pub(super) total: usize,
    /// Members without a final result.
    pub(super) left: RoaringBitmap,
    /// How many members failed or are unknown.
    pub(super) failed: usize,
    /// Not intended yet.
    pub(super) waiting: VecDeque<Job>,
    /// Intended, and the record is being written.
    pub(super) ahead: Option<(Ack, Vec<Job>)>,
    /// Intended, to be started.
    pub(super) ready: VecDeque<Job>,
    /// Started, and to be asked for again.
    pub(super) again: VecDeque<Job>,
    /// To be read back.
    pub(super) unread: Vec<Job>,
    /// In doubt since an earlier sitting: nobody is started before they are read back.
    pub(super) settling: usize,
    /// Slots in use.
    pub(super) asking: usize,
    pub(super) shown: Option<Instant>,
}

/// What an idle move does.
enum Idle {
    GoOn,
    End(MoveEnd),
}

impl Course<'_> {
    /// Runs the move until nothing more may or can be started and everything is durable.
    pub(super) async fn run(mut self) -> Result<MoveEnd, Finding> {
        let (driver, stop) = (Arc::clone(&self.driver), self.stop.clone());
        let (clock, to) = (self.writer.clock, self.to.clone());
        let (mut slots, mut reads) = (FuturesUnordered::new(), FuturesUnordered::new());
        let mut beat = tokio::time::interval(BEAT);
        beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let wish = stop.wait();
        tokio::pin!(wish);
        let mut stopping = stop.wished();
        let end = loop {
            // A record that failed stops everything: it is looked at before anybody is started.
            while self.writer.is_behind()
                && let Some(durable) = self.writer.oldest().now_or_never()
            {
                durable?;
            }
            let halted = stopping.is_some() || self.outage.is_on();
            if !halted {
                self.intend_ahead()?;
                while let Some(job) = self.next_to_start() {
                    slots.push(ask(&*driver, clock, &stop, job, &to));
                }
            }
            let mut busy = false;
            while let Some(Some((job, asked))) = slots.next().now_or_never() {
                self.asked(job, asked)?;
                busy = true;
                if self.unread.len() >= READ_BACK {
                    break;
                }
            }
            if reads.is_empty()
                && !self.outage.is_on()
                && (self.unread.len() >= READ_BACK || (!busy && !self.unread.is_empty()))
            {
                reads.push(read_back(&*driver, self.take_unread()));
            }
            if let Some(Some((jobs, homes))) = reads.next().now_or_never() {
                self.read(jobs, homes)?;
                busy = true;
            }
            self.show(false);
            if busy {
                continue;
            }
            if slots.is_empty()
                && reads.is_empty()
                && let Some(idle) = self.idle(stopping.as_deref()).await?
            {
                match idle {
                    Idle::GoOn => continue,
                    Idle::End(end) => break end,
                }
            }
            tokio::select! {
                biased;
                Some((job, asked)) = slots.next() => self.asked(job, asked)?,
                Some((jobs, homes)) = reads.next() => self.read(jobs, homes)?,
                durable = written(&mut self.ahead) => self.intended(durable)?,
                durable = self.writer.oldest(), if self.writer.is_behind() => durable?,
                () = &mut wish, if stopping.is_none() => stopping = stop.wished(),
                _ = beat.tick() => self.writer.flush()?,
            }
        };
        if let Some((ack, _)) = self.ahead.take() {
            ack.await?;
        }
        self.writer.settle().await?;
        self.show(true);
        Ok(end)
    }

    /// Nobody is being asked or read back: decides whether the move ends, pauses, or waits for intents
    /// (`None`).
    async fn idle(&mut self, stopping: Option<&str>) -> Result<Option<Idle>, Finding> {
        if self.left.is_empty() && self.ahead.is_none() {
            return Ok(Some(Idle::End(self.finished())));
        }
        if let Some(why) = stopping {
            return Ok(Some(Idle::End(MoveEnd::Stopped { why: why.to_owned() })));
        }
        if self.outage.is_on() {
            return Ok(Some(match self.sit_out().await? {
                AfterPause::Back => Idle::GoOn,
                AfterPause::Stopped(why) => Idle::End(MoveEnd::Stopped { why }),
                AfterPause::Down { server, why } => {
                    self.give_up(&why)?;
                    Idle::End(MoveEnd::ServerDown { server, why })
                }
            }));
        }
        let done = self.unread.is_empty() && self.ahead.is_none() && !self.can_go_on();
        Ok(done.then(|| Idle::End(self.finished())))
    }

    /// Writes the next intents while the batch before is being worked off.
    fn intend_ahead(&mut self) -> Result<(), Finding> {
        let wanted = self.ahead.is_none()
            && self.settling == 0
            && !self.settle_only
            && self.ready.len() < INTENTS
            && self
                .waiting
                .front()
                .is_some_and(|job| self.charges.counts(job.user) || !self.charges.is_spent());
        if !wanted {
            return Ok(());
        }
        let jobs: Vec<Job> = self.waiting.drain(..self.waiting.len().min(INTENTS)).collect();
        let users = jobs.iter().map(|job| job.address.clone()).collect();
        let ack =
            self.writer.submit_with_results(Event::Intended { begun: self.writer.begun, users })?;
        self.ahead = Some((ack, jobs));
        Ok(())
    }

    fn intended(&mut self, durable: Result<(), Finding>) -> Result<(), Finding> {
        durable?;
        if let Some((_, jobs)) = self.ahead.take() {
            self.ready.extend(jobs);
        }
        Ok(())
    }

    /// Takes the next user whom budget and slots allow to be started.
    fn next_to_start(&mut self) -> Option<Job> {
        if self.settling > 0 || self.settle_only || self.asking >= self.parallel {
            return None;
        }
        if let Some(job) = self.again.pop_front() {
            self.asking += 1;
            return Some(job);
        }
        let at = self.ready.iter().position(|job| self.charges.may_start(job.user))?;
        let job = self.ready.remove(at)?;
        self.charges.start(job.user);
        self.asking += 1;
        Some(job)
    }

    /// True if somebody could be started, now or when their intent is written.
    fn can_go_on(&self) -> bool {
        let may = |job: &Job| self.charges.may_start(job.user);
        !self.settle_only && (self.ready.iter().any(may) || self.waiting.front().is_some_and(may))
    }

    fn asked(&mut self, mut job: Job, asked: Asked) -> Result<(), Finding> {
        self.asking -= 1;
        let Asked::Answer(answer) = asked else {
            // Stays in doubt; the next sitting finds them at the source.
            self.charges.give_back(job.user);
            return Ok(());
        };
        let next = judge::answer(&mut job, answer, &self.to, self.retries);
        self.follow(job, next)
    }

    fn read(
        &mut self,
        jobs: Vec<Job>,
        homes: Result<Vec<Option<String>>, Fault>,
    ) -> Result<(), Finding> {
        let homes = match homes {
            Ok(homes) if homes.len() == jobs.len() => homes,
            other => {
                let fault = other.err().unwrap_or_else(|| Fault::Server {
                    server: self.driver.name().to_owned(),
                    reason: "gave fewer homes than were asked for".to_owned(),
                });
                self.unread.extend(jobs);
                return self.fault(&fault, None);
            }
        };
        for (mut job, home) in jobs.into_iter().zip(homes) {
            if job.doubt == Doubt::Crash {
                self.settling -= 1;
                // Reckoned as started from here on, like those who were asked in this sitting.
                self.charges.start(job.user);
            }
            let next = judge::home(&mut job, home, &self.to, self.retries);
            self.follow(job, next)?;
        }
        Ok(())
    }

    fn follow(&mut self, mut job: Job, next: Next) -> Result<(), Finding> {
        match next {
            Next::ReadBack => self.unread.push(job),
            Next::Again => {
                let pause = job.backoff(self.seed);
                job.due = self.writer.clock.now().checked_add(pause).ok();
                self.again.push_back(job);
            }
            Next::Pending => {
                self.charges.give_back(job.user);
                // Who counts already goes first here too.
                if self.charges.counts(job.user) {
                    self.ready.push_front(job);
                } else {
                    self.ready.push_back(job);
                }
            }
            Next::Ended(result) => {
                self.outage.forget();
                self.charges.give_back(job.user);
                return self.end(job.user, result);
            }
            Next::Server(fault) => {
                let from = Arc::clone(&job.from);
                self.unread.push(job);
                return self.fault(&fault, Some(&from));
            }
        }
        Ok(())
    }

    /// Takes users to be read back.
    fn take_unread(&mut self) -> Vec<Job> {
        let keep = self.unread.len().saturating_sub(2 * READ_BACK);
        self.unread.split_off(keep)
    }

    /// A user has a result.
    pub(super) fn end(&mut self, user: UserId, result: UserResult) -> Result<(), Finding> {
        self.charges.end(user, result.how);
        self.failed += usize::from(matches!(result.how, Ended::Failed | Ended::Unknown));
        self.left.remove(user);
        self.writer.result(result)
    }

    fn fault(&mut self, fault: &Fault, from: Option<&str>) -> Result<(), Finding> {
        let first = self.outage.begin(fault, self.driver.name(), &self.to, from);
        if let Some((server, why)) = first {
            self.writer.note(Event::Paused { begun: self.writer.begun, server, why })?;
            self.show(true);
        }
        Ok(())
    }

    /// The server stays away: nobody can tell what became of those who were asked. Those whom its fault
    /// or a crash kept from an answer are not charged: they stay in doubt.
    fn give_up(&mut self, why: &str) -> Result<(), Finding> {
        for mut job in std::mem::take(&mut self.unread) {
            if matches!(job.doubt, Doubt::Said | Doubt::Silence) {
                let result = judge::unreadable(&mut job, why);
                self.charges.give_back(job.user);
                self.end(job.user, result)?;
            }
        }
        Ok(())
    }

    fn finished(&mut self) -> MoveEnd {
        let not_started = std::mem::take(&mut self.left);
        let (failures, allowed) = (self.charges.failures(), self.charges.allowed());
        let why = if not_started.is_empty() {
            String::new()
        } else if self.settle_only {
            "the move was not gone on with".to_owned()
        } else {
            let failed = count(usize::try_from(failures).unwrap_or(usize::MAX), "failure");
            format!("the error budget is spent: {failed}, {allowed} allowed")
        };
        MoveEnd::Finished { not_started, why }
    }

    /// Tells the observer how far the move is: a few times a second, or `now`.
    pub(super) fn show(&mut self, now: bool) {
        if !now && self.shown.is_some_and(|shown| shown.elapsed() < BEAT) {
            return;
        }
        self.shown = Some(Instant::now());
        let left = usize::try_from(self.left.len()).unwrap_or(usize::MAX);
        self.writer.observer.progress(&Progress {
            to: self.to.clone(),
            total: self.total,
            done: self.total.saturating_sub(left),
            failed: self.failed,
            paused: self.outage.server().map(str::to_owned),
        });
    }
}

/// Waits until the intents ahead are durable; for ever if there are none. Cancel-safe.
async fn written(ahead: &mut Option<(Ack, Vec<Job>)>) -> Result<(), Finding> {
    match ahead {
        Some((ack, _)) => ack.await,
        None => std::future::pending().await,
    }
}
