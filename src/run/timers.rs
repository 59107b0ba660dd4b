//! Durable timers: waits, and the ticks of soaks and polls.
//!
//! A timer's end is recorded when it begins, so it survives a restart; a tick's verdict is one record,
//! so a replay does not run its closure again. The loop of ticks is the script's.

use super::sitting::Sitting;
use crate::diagnostic::Finding;
use crate::journal::{
    Begun, CheckRecord, Event, Evidence, Outcome, Recorded, Reply, Step, StepKind, TimedState,
    Verdict,
};
use jiff::Timestamp;
use std::time::Duration;

impl Sitting {
    pub(super) async fn wait(
        &mut self,
        step: Step,
        begun: Option<u64>,
        lasts: Duration,
    ) -> Result<Reply, Finding> {
        let recorded =
            self.steps().get(self.cursor.saturating_sub(1)).and_then(|s| s.begun.clone());
        let (begun, until) = if let (Some(begun), Some(Begun::Wait { until })) = (begun, recorded) {
            (begun, until)
        } else {
            let until = self.set.world.clock.now().checked_add(lasts).unwrap_or(Timestamp::MAX);
            let detail = Begun::Wait { until };
            let begun = self.record(Event::StepBegun { step: step.clone(), detail }).await?;
            self.served();
            (begun, until)
        };
        if let Reply::Stop = self.wait_until(until).await? {
            return Ok(Reply::Stop);
        }
        self.record(Event::StepEnded { begun, outcome: Recorded::Done }).await?;
        self.served();
        Ok(Reply::Outcome(Outcome::Done))
    }

    /// Waits on the run's clock; a stop ends the sitting.
    pub(super) async fn wait_until(&mut self, until: Timestamp) -> Result<Reply, Finding> {
        while self.set.world.clock.now() < until {
            if self.is_to_stop() {
                return Ok(Reply::Stop);
            }
            let (clock, stop) = (self.set.world.clock.clone(), self.set.stop.clone());
            tokio::select! {
                () = clock.wait(until) => {}
                () = stop.wait() => {}
            }
        }
        Ok(Reply::Ok)
    }

    /// Begins a soak or poll, or goes on with one.
    pub(super) async fn timed_begin(
        &mut self,
        step: Step,
        begun: Option<u64>,
    ) -> Result<Reply, Finding> {
        let begun = if let Some(begun) = begun {
            begun
        } else {
            let name = if step.kind == StepKind::Soak { "soak" } else { "poll" };
            let path = CheckRecord::path_of(&step.stage, name);
            if let Some(who) = self.acceptance(&path) {
                return self.timed_accepted(step, &who).await;
            }
            let begun = self.record(Event::StepBegun { step, detail: Begun::Timed }).await?;
            self.served();
            begun
        };
        self.timed = Some(begun);
        let now = self.set.world.clock.now();
        let Some(live) = self.steps().iter().rev().find(|live| live.seq == begun) else {
            return Ok(Reply::Stop);
        };
        let count =
            |verdict| live.ticks.iter().filter(|tick| tick.verdict == verdict).count() as u64;
        Ok(Reply::Timed(TimedState {
            begun,
            from: live.at.min(now),
            good: count(Verdict::Pass),
            bad: count(Verdict::Fail),
            last: live.ticks.last().map(|tick| tick.at),
        }))
    }

    /// A soak or poll that a person has accepted is not asked for all its time again.
    async fn timed_accepted(&mut self, step: Step, who: &str) -> Result<Reply, Finding> {
        let (verdict, evidence) = (Verdict::Fail, Vec::new());
        let why = format!("not asked again: accepted by {who}");
        let outcome = Recorded::Timed { verdict, why: why.clone(), evidence: evidence.clone() };
        self.step_done(step, outcome).await?;
        Ok(Reply::Outcome(Outcome::Timed { verdict, why, evidence }))
    }

    pub(super) async fn tick(
        &mut self,
        verdict: Verdict,
        why: String,
        evidence: Vec<Evidence>,
    ) -> Result<Reply, Finding> {
        let Some(begun) = self.timed else { return Ok(Reply::Ok) };
        self.record(Event::Tick { begun, verdict, why, evidence }).await?;
        self.last = self.journal.state().last_at();
        Ok(Reply::Ok)
    }

    pub(super) async fn timed_end(
        &mut self,
        verdict: Verdict,
        why: String,
        evidence: Vec<Evidence>,
    ) -> Result<Reply, Finding> {
        let Some(begun) = self.timed.take() else { return Ok(Reply::Ok) };
        let outcome = Recorded::Timed { verdict, why, evidence };
        self.record(Event::StepEnded { begun, outcome }).await?;
        self.served();
        Ok(Reply::Ok)
    }
}
