//! Soak and poll: the same criteria, asked again and again over time.
//!
//! The run keeps the time and records each tick; the criteria are a closure, so asking them is done
//! here, on the script's thread. A soak fails at the first fail beyond `allow` and passes after its
//! whole length of good ticks; an unknown tick is repeated and never counts as good. A poll passes at
//! the first pass, and is unknown when its patience ends.

use super::core::Core;
use super::fault::Fault;
use super::region::{Kind, Region};
use super::values::{CheckValue, Judged};
use crate::diagnostic::codes;
use crate::journal::{
    CheckRecord, Effect, Evidence, Outcome, Reply, Request, TimedCall, TimedState, Verdict,
};
use crate::text::{count, duration};
use jiff::Timestamp;
use rhai::{Dynamic, FnPtr, NativeCallContext};
use std::sync::Arc;
use std::time::Duration;

/// How a soak or poll ended.
struct End {
    verdict: Verdict,
    why: String,
    evidence: Vec<Evidence>,
}

impl Core {
    /// Runs a soak or poll (`effect` says which) and yields its check.
    ///
    /// # Errors
    /// If it may not happen here, the criteria raise a script error, or the run has ended.
    pub fn timed(
        &self,
        ctx: &NativeCallContext,
        effect: Effect,
        criteria: &FnPtr,
    ) -> Result<Dynamic, Fault> {
        self.permit(ctx, &effect)?;
        let (call, name) = match &effect {
            Effect::Soak(call) => (call.clone(), "soak"),
            Effect::Poll(call) => (call.clone(), "poll"),
            _ => {
                let message = "only a soak or a poll repeats criteria over time";
                return Err(self.raise(self.finding(ctx, codes::SCRIPT_PROTOCOL, message)));
            }
        };
        let started = self.now()?;
        let end = match self.start(ctx, effect)? {
            Reply::Outcome(Outcome::Timed { verdict, why, evidence }) => {
                End { verdict, why, evidence }
            }
            Reply::Timed(state) => {
                let end = self.tick_on(ctx, name, &call, state, criteria)?;
                self.ask(Request::TimedEnd {
                    verdict: end.verdict,
                    why: end.why.clone(),
                    evidence: end.evidence.clone(),
                })?;
                end
            }
            other => return Err(Core::unfit(&other)),
        };
        let at = self.now()?;
        let stage = self.stage();
        let path = CheckRecord::path_of(&stage, name);
        let record = CheckRecord {
            path,
            name: name.to_owned(),
            verdict: end.verdict,
            why: end.why,
            evidence: end.evidence,
            at: self.place(ctx),
            from: None,
            accepted: None,
            assumed: false,
        };
        let mut record = record;
        // Its ticks are its records; a check beside them is for who has to decide on it.
        if record.verdict != Verdict::Pass
            && let Reply::Verdict { verdict, why, accepted } =
                self.ask(Request::Checked(record.clone()))?
        {
            (record.verdict, record.why, record.accepted) = (verdict, why, accepted);
        }
        let took = Duration::try_from(at.duration_since(started)).unwrap_or(Duration::ZERO);
        Ok(Dynamic::from(CheckValue { record: Arc::new(record), at, took }))
    }

    fn tick_on(
        &self,
        ctx: &NativeCallContext,
        name: &'static str,
        call: &TimedCall,
        mut state: TimedState,
        criteria: &FnPtr,
    ) -> Result<End, Fault> {
        let end = after(state.from, call.lasts);
        if let Some((verdict, why)) = over_before(name, call, &state) {
            return Ok(End { verdict, why, evidence: Vec::new() });
        }
        let mut unknown = 0;
        loop {
            let due = match (state.last, name) {
                // A poll asks at once; the first tick of a soak comes after the first interval.
                (None, "poll") => state.from,
                (None, _) => after(state.from, call.every),
                (Some(last), _) => after(last, call.every),
            };
            let due = if name == "poll" { due.min(end) } else { due };
            self.ask(Request::TickWait { until: due })?;
            let ((verdict, why), evidence) = self.tick(ctx, name, criteria)?;
            self.ask(Request::Tick { verdict, why: why.clone(), evidence: evidence.clone() })?;
            let now = self.now()?;
            state.last = Some(now);
            match verdict {
                Verdict::Pass => state.good += 1,
                Verdict::Fail => state.bad += 1,
                Verdict::Unknown => unknown += 1,
            }
            if name == "soak" && unknown > ticks(call) {
                let verdict = Verdict::Unknown;
                let why = format!("it stayed unknown for as long as it was to last: {why}");
                return Ok(End { verdict, why, evidence });
            }
            let over = if name == "soak" {
                soak_over(call, &state, verdict, &why)
            } else {
                poll_over(call, now >= end, verdict, &why)
            };
            if let Some((verdict, why)) = over {
                return Ok(End { verdict, why, evidence });
            }
        }
    }

    /// Asks the criteria once.
    fn tick(
        &self,
        ctx: &NativeCallContext,
        name: &'static str,
        criteria: &FnPtr,
    ) -> Result<(Judged, Vec<Evidence>), Fault> {
        let region = Region::new(Kind::Criteria(name), self.place(ctx));
        let (result, region) =
            self.within(region, || criteria.call_within_context::<Dynamic>(ctx, ()));
        let judged = self.judge_block(result, &region)?;
        Ok((judged, region.evidence))
    }
}

/// A soak or poll that a crash cut off between its last tick and its end has nothing left to ask.
fn over_before(name: &str, call: &TimedCall, state: &TimedState) -> Option<Judged> {
    if name == "soak" && state.bad > call.allow {
        return Some((Verdict::Fail, "it failed before the run was interrupted".to_owned()));
    }
    let passed =
        if name == "soak" { state.good + state.bad >= ticks(call) } else { state.good > 0 };
    passed.then(|| (Verdict::Pass, String::new()))
}

/// True when a soak has ended, and how.
fn soak_over(call: &TimedCall, state: &TimedState, verdict: Verdict, why: &str) -> Option<Judged> {
    if verdict == Verdict::Fail && state.bad > call.allow {
        let bad = count(usize::try_from(state.bad).unwrap_or(usize::MAX), "bad tick");
        return Some((Verdict::Fail, format!("{bad}, the last: {why}")));
    }
    // Bad ticks that are borne use up their time; unknown ones do not count at all.
    let needed = ticks(call);
    (state.good + state.bad >= needed).then(|| (Verdict::Pass, String::new()))
}

/// How many ticks make the whole length.
fn ticks(call: &TimedCall) -> u64 {
    let every = call.every.as_nanos().max(1);
    u64::try_from(call.lasts.as_nanos().div_ceil(every)).unwrap_or(u64::MAX).max(1)
}

/// True when a poll has ended, and how.
fn poll_over(call: &TimedCall, spent: bool, verdict: Verdict, why: &str) -> Option<Judged> {
    match verdict {
        Verdict::Pass => Some((Verdict::Pass, String::new())),
        _ if spent => Some((
            Verdict::Unknown,
            format!("it did not pass within {}; the last answer: {why}", duration(call.lasts)),
        )),
        _ => None,
    }
}

fn after(from: Timestamp, time: Duration) -> Timestamp {
    from.checked_add(time).unwrap_or(Timestamp::MAX)
}
