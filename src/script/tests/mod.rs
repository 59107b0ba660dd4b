//! Tests of the host: a run in memory, a few primitives of its own, scripts as text.

mod checks;
mod diagnostics;
mod hostile;
mod imports;
mod limits_of_forms;
mod requires;
mod rollback;
mod stages;
mod syntax;
mod timed;
mod unlike;

use super::core::Core;
use super::evaluate::{Ended, Mode, evaluate_with};
use super::fault::Fault;
use super::host::Host;
use super::sources::{Read, Sources};
use super::values::EvidenceValue;
use crate::config::Limits;
use crate::diagnostic::{Style, render};
use crate::journal::{
    Effect, Evidence, Outcome, ProbeCall, Reply, Request, TimedCall, TimedState, Verdict,
};
use crate::text::parse_duration;
use crate::topology::{Topology, View};
use jiff::Timestamp;
use rhai::{Array, Dynamic, Engine, FnPtr, ImmutableString, NativeCallContext};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A run in memory that keeps every request, in words.
#[derive(Default)]
struct Fake {
    log: Vec<String>,
    /// Seconds since the start.
    time: i64,
    /// Paths of accepted checks.
    accepted: Vec<String>,
    /// Targets whose probe is bad, or cannot be asked, next time and every time.
    bad: Vec<String>,
    silent: Vec<String>,
    /// Answers to probes of `flaky`, one after another: good, bad, none.
    flaky: Vec<Option<bool>>,
    /// Ask the newest gate again at the next effect that is no probe.
    ask_again: bool,
    /// Requests after which the sitting is over.
    stop_after: Option<usize>,
    /// Armed blocks to take back.
    take_back: Vec<usize>,
}

struct FakeHost(Mutex<Fake>);

impl Host for FakeHost {
    fn request(&self, request: Request) -> Reply {
        let mut fake = self.0.lock().unwrap();
        fake.answer(request)
    }
}

impl Fake {
    fn answer(&mut self, request: Request) -> Reply {
        let quiet =
            matches!(request, Request::Now | Request::Read { .. } | Request::Accepted { .. });
        if let Request::RollbackNext = request {
            // What the run replays ends before; what it takes back is performed.
            self.stop_after = None;
            return self.take_back.pop().map_or(Reply::RollbackDone, Reply::RunBlock);
        }
        if self.stop_after == Some(0) {
            return Reply::Stop;
        }
        let (words, reply) = match request {
            Request::Now => return Reply::Time(self.now()),
            Request::Read { .. } | Request::RollbackNext => return Reply::Ok,
            Request::Accepted { check } => return Reply::Flag(self.accepted.contains(&check)),
            Request::Enter { stage, .. } => (format!("enter {stage}"), Reply::Ok),
            Request::Leave { stage, .. } => (format!("leave {stage}"), Reply::Ok),
            Request::Arm { stage, block, .. } => (format!("arm {block} in {stage}"), Reply::Ok),
            Request::Effect { stage, effect, .. } => return self.effect(&stage, &effect),
            Request::Tick { verdict, why, .. } => {
                (format!("tick {} {why}", verdict.word()), Reply::Ok)
            }
            Request::TickWait { until } => {
                self.time = until.as_second().max(self.time);
                return Reply::Ok;
            }
            Request::TimedEnd { verdict, why, .. } => {
                (format!("end {} {why}", verdict.word()), Reply::Ok)
            }
            Request::Checked(record) => {
                let words = format!(
                    "checked {} {} [{}] {}",
                    record.path,
                    record.verdict.word(),
                    record.evidence.len(),
                    record.why
                );
                let accepted =
                    self.accepted.contains(&record.path).then(|| "kim: known".to_owned());
                let (verdict, why) = (record.verdict, record.why);
                (words, Reply::Verdict { verdict, why, accepted })
            }
            Request::RequireBegan { .. } => ("require".to_owned(), Reply::Ok),
            Request::RequireDropped => ("dropped".to_owned(), Reply::Ok),
            Request::RequireHeld { .. } => ("held".to_owned(), Reply::Ok),
            Request::AskAgainBegan => ("ask again".to_owned(), Reply::Ok),
            Request::AskAgainEnded { held } => (format!("asked again {held}"), Reply::Ok),
            Request::Halt(halt) => (format!("halt {:?} {}", halt.kind, halt.message), Reply::Ok),
            Request::BlockEnded { failed } => (format!("block ended {failed:?}"), Reply::Ok),
        };
        self.log.push(words.trim_end().to_owned());
        if !quiet && let Some(left) = self.stop_after.as_mut() {
            *left -= 1;
        }
        reply
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.time).unwrap()
    }

    fn effect(&mut self, stage: &str, effect: &Effect) -> Reply {
        if self.ask_again && !matches!(effect, Effect::Probe(_)) {
            self.ask_again = false;
            return Reply::AskAgain;
        }
        let stage = if stage.is_empty() { String::new() } else { format!("{stage}: ") };
        self.log.push(format!("{stage}{}", effect.shown().trim_end()));
        if let Some(left) = self.stop_after.as_mut() {
            *left -= 1;
        }
        match effect {
            Effect::Probe(call) => {
                let answers = call.targets.iter().map(|target| self.evidence(&target[0])).collect();
                Reply::Outcome(Outcome::Evidence(answers))
            }
            Effect::Wait { lasts } => {
                self.time += i64::try_from(lasts.as_secs()).unwrap();
                Reply::Outcome(Outcome::Done)
            }
            Effect::Soak(_) | Effect::Poll(_) => {
                Reply::Timed(TimedState { begun: 1, from: self.now(), good: 0, bad: 0, last: None })
            }
            _ => Reply::Outcome(Outcome::Done),
        }
    }

    fn evidence(&mut self, target: &str) -> Evidence {
        let has = |list: &[String]| list.iter().any(|one| one == target);
        let value = match target {
            "flaky" if !self.flaky.is_empty() => self.flaky.remove(0),
            _ if has(&self.silent) => None,
            _ => Some(!has(&self.bad)),
        };
        let answer = match value {
            Some(true) => "runs",
            Some(false) => "stopped",
            None => "connection refused",
        };
        Evidence {
            source: "service".to_owned(),
            target: target.to_owned(),
            asked: format!("does `{target}` run?"),
            value,
            answer: answer.to_owned(),
            at: self.now(),
            latency_ms: 1,
            fresh_for_s: 900,
            assumed: false,
            who: None,
        }
    }
}

/// Primitives for the tests, beside those of `api/`.
fn extend(engine: &mut Engine, core: &Arc<Core>) {
    core.publish("topology", Dynamic::from("the topology".to_owned()));
    let mine = core.clone();
    engine.register_fn("ask_service", move |ctx: NativeCallContext, target: &str| {
        let call = ProbeCall {
            kind: "service".to_owned(),
            targets: vec![vec![target.to_owned()]],
            many: false,
        };
        match mine.effect(&ctx, Effect::Probe(call))? {
            Outcome::Evidence(mut all) => {
                Ok::<_, Fault>(Dynamic::from(EvidenceValue(Arc::new(all.remove(0)))))
            }
            _ => Ok(Dynamic::UNIT),
        }
    });
    let mine = core.clone();
    engine.register_fn("act", move |ctx: NativeCallContext, what: &str| {
        mine.effect(&ctx, Effect::Command { name: what.to_owned(), args: Vec::new() }).map(|_| ())
    });
    let mine = core.clone();
    engine.register_fn("pause_for", move |ctx: NativeCallContext, time: &str| {
        let lasts = parse_duration(time).unwrap();
        mine.effect(&ctx, Effect::Wait { lasts }).map(|_| ())
    });
    let mine = core.clone();
    engine.register_fn("stop_here", move |ctx: NativeCallContext, why: &str| {
        Err::<(), Fault>(mine.halt(&ctx, why))
    });
    let mine = core.clone();
    engine.register_fn("pick", move |ctx: NativeCallContext, items: Array, f: FnPtr| {
        mine.pure(&ctx, "pick", || {
            items
                .iter()
                .map(|item| mine.asks(&ctx, "pick", item, &f))
                .collect::<Result<Vec<_>, _>>()
        })
        .map(|kept| i64::try_from(kept.into_iter().filter(|kept| *kept).count()).unwrap())
    });
    for (name, soak) in [("soaks", true), ("polls", false)] {
        let mine = core.clone();
        engine.register_fn(
            name,
            move |ctx: NativeCallContext, lasts: &str, every: &str, allow: i64, f: FnPtr| {
                let call = TimedCall {
                    lasts: parse_duration(lasts).unwrap(),
                    every: parse_duration(every).unwrap(),
                    allow: u64::try_from(allow).unwrap(),
                };
                let effect = if soak { Effect::Soak(call) } else { Effect::Poll(call) };
                mine.timed(&ctx, effect, &f)
            },
        );
    }
    engine.register_get("word", |value: &mut EvidenceValue| -> ImmutableString {
        let word = match value.0.value {
            Some(true) => "pass",
            Some(false) => "fail",
            None => "unknown",
        };
        word.into()
    });
    engine.register_get("word_of", |value: &mut super::CheckValue| -> ImmutableString {
        value.record.verdict.word().into()
    });
}

struct Scripts(BTreeMap<String, Arc<str>>);

impl Sources for Scripts {
    fn read(&self, path: &str) -> Read {
        self.0.get(path).cloned().map_or(Read::Missing, Read::Text)
    }

    fn paths(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }
}

/// Scripts and a run to evaluate them on.
struct World {
    scripts: BTreeMap<String, Arc<str>>,
    fake: Fake,
    limits: Limits,
    mode: Mode,
}

fn world(runbook: &str) -> World {
    World {
        scripts: [("runbook.rhai".to_owned(), runbook.into())].into(),
        fake: Fake::default(),
        limits: Limits { operations: 200_000, time: Duration::from_secs(20), memory_mib: 512 },
        mode: Mode::Run,
    }
}

impl World {
    fn file(mut self, path: &str, text: &str) -> Self {
        self.scripts.insert(path.to_owned(), text.into());
        self
    }

    fn with(mut self, change: impl FnOnce(&mut Fake)) -> Self {
        change(&mut self.fake);
        self
    }

    fn sources(&self) -> Arc<dyn Sources> {
        Arc::new(Scripts(self.scripts.clone()))
    }

    /// Runs it; returns how it ended and what the run was asked.
    fn run(self) -> (Ended, Vec<String>) {
        let sources = self.sources();
        let host = Arc::new(FakeHost(Mutex::new(self.fake)));
        let core = Core::new(host.clone(), View::new(Topology::default()));
        let ended = evaluate_with(&core, &sources, "runbook.rhai", self.limits, self.mode, extend);
        let log = host.0.lock().unwrap().log.clone();
        (ended, log)
    }

    /// Runs it; returns the requests and, last, how it ended.
    fn story(self) -> String {
        let (ended, mut log) = self.run();
        log.push(ending(&ended));
        log.join("\n")
    }

    /// Runs it; returns what a person sees of its end.
    fn shown(self) -> String {
        shown(&self.run().0)
    }
}

fn ending(ended: &Ended) -> String {
    match ended {
        Ended::Finished => "finished".to_owned(),
        Ended::Stopped => "stopped".to_owned(),
        Ended::Halted(finding) => format!("halted: {} ({:?})", finding.message, finding.code),
        Ended::Failed(found) => {
            let found: Vec<_> = found
                .0
                .iter()
                .map(|finding| format!("failed: {} ({:?})", finding.message, finding.code))
                .collect();
            found.join("\n")
        }
    }
}

fn shown(ended: &Ended) -> String {
    let text = match ended {
        Ended::Halted(finding) => render(finding, Style::PLAIN),
        Ended::Failed(found) => found
            .0
            .iter()
            .map(|finding| render(finding, Style::PLAIN))
            .collect::<Vec<_>>()
            .join("\n"),
        other => format!("{other:?}"),
    };
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// Runs a runbook and returns its story.
fn story(runbook: &str) -> String {
    world(runbook).story()
}

#[test]
fn the_verdicts_are_ordered_by_weight() {
    assert!(Verdict::Pass < Verdict::Unknown && Verdict::Unknown < Verdict::Fail);
}
