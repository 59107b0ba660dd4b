//! One evaluation of a runbook, on a thread of its own.
//!
//! The thread has a large stack, because dropping deeply nested values recurses natively; whatever a
//! script has made is therefore also dropped there. In a rollback the thread stays, and runs the armed
//! blocks that the run names.

use super::core::{Core, Latch};
use super::fault::{Fault, Raised};
use super::modules::Resolver;
use super::sources::Sources;
use super::{engine, errors, forms};
use crate::config::Limits;
use crate::diagnostic::{Finding, Findings, codes};
use crate::journal::{Reply, Request};
use rhai::{Dynamic, Engine, Position};
use std::sync::Arc;
use std::thread;

/// Bytes of the script thread's stack: address space, of which only what is used is ever touched.
pub(super) const STACK: usize = 256 << 20;

/// What an evaluation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Forward, to the script's end.
    Run,
    /// Replay, then take back what the run names.
    Rollback,
}

/// How an evaluation ended.
#[derive(Debug, Clone)]
pub enum Ended {
    /// The script reached its end; or nothing is left to take back.
    Finished,
    /// The run told it to stop, and knows why.
    Stopped,
    /// The run halts.
    Halted(Box<Finding>),
    /// The script is wrong.
    Failed(Findings),
}

/// Evaluates the script `entry` and returns when it has ended. Blocks.
pub fn evaluate(
    core: &Arc<Core>,
    sources: &Arc<dyn Sources>,
    entry: &str,
    limits: Limits,
    mode: Mode,
) -> Ended {
    evaluate_with(core, sources, entry, limits, mode, |_, _| {})
}

/// The same on an engine that `extend` has added to.
pub(super) fn evaluate_with(
    core: &Arc<Core>,
    sources: &Arc<dyn Sources>,
    entry: &str,
    limits: Limits,
    mode: Mode,
    extend: impl FnOnce(&mut Engine, &Arc<Core>) + Send + 'static,
) -> Ended {
    let (core, sources, entry) = (core.clone(), sources.clone(), entry.to_owned());
    let script =
        thread::Builder::new().name("script".to_owned()).stack_size(STACK).spawn(move || {
            core.budget.start(limits);
            let resolver = Resolver::new(&core, &sources);
            let mut engine = engine::build(&core, resolver.clone());
            extend(&mut engine, &core);
            let ended = run(&core, &engine, &resolver, &entry);
            let ended = match mode {
                Mode::Run => ended,
                Mode::Rollback => take_back(&core, &engine, ended),
            };
            core.forget();
            resolver.clear();
            ended
        });
    let fault = |message: String| {
        let finding = Finding::error(codes::SCRIPT_PROTOCOL, message)
            .help("this is a fault of sidle; what was recorded is safe");
        Ended::Failed(finding.into())
    };
    match script.map(thread::JoinHandle::join) {
        Ok(Ok(ended)) => ended,
        Ok(Err(_)) => fault("the script's thread broke off".to_owned()),
        Err(error) => fault(format!("the script's thread cannot start: {error}")),
    }
}

fn run(core: &Core, engine: &Engine, resolver: &Resolver, entry: &str) -> Ended {
    let result = match resolver.load(engine, entry) {
        Err(found) => return latched(core).unwrap_or(Ended::Failed(found)),
        Ok((path, ast)) => {
            resolver.open(&path);
            let result = engine.eval_ast::<Dynamic>(&ast);
            result.map(|_| ()).map_err(|fault| (path, fault))
        }
    };
    match (result, latched(core)) {
        (Err((path, fault)), Some(Ended::Halted(halted))) => {
            Ended::Halted(Box::new(with_frames(core, engine, &path, &fault, *halted)))
        }
        (_, Some(ended)) => ended,
        (Ok(()), None) => match core.trace.returned() {
            Some((file, position)) => Ended::Failed(returned(core, &file, position).into()),
            None => Ended::Finished,
        },
        (Err((path, fault)), None) => {
            Ended::Failed(errors::explain(core, engine, &path, &fault).into())
        }
    }
}

/// A `return` outside every function: rhai takes it for the regular end of the script.
fn returned(core: &Core, file: &str, position: Position) -> Finding {
    let message = "`return` at the top level would end the run as if it were completed";
    let place = core.token(Some(file), position);
    let finding = Finding::error(codes::SCRIPT_LEAVES_BLOCK, message)
        .help("`halt(why)` ends the run here; or let the script run to its end");
    core.mark(finding, &place, "this ends the script")
}

/// How the latch says that the evaluation ended, whatever the script made of it.
fn latched(core: &Core) -> Option<Ended> {
    match core.state().latch.clone() {
        Latch::Open => None,
        Latch::Stopped => Some(Ended::Stopped),
        Latch::Halted(finding) => Some(Ended::Halted(finding)),
    }
}

/// The halt with the calls it came through, if its error arrived here.
fn with_frames(
    core: &Core,
    engine: &Engine,
    path: &str,
    fault: &Fault,
    halted: Finding,
) -> Finding {
    match Raised::of(fault) {
        Some(Raised::Finding(finding)) if finding.message == halted.message => {
            errors::explain(core, engine, path, fault)
        }
        _ => halted,
    }
}

/// Serves the rollback: runs armed blocks until the run has nothing left.
fn take_back(core: &Core, engine: &Engine, ended: Ended) -> Ended {
    // A script that fails where the run stands has reached everything that is taken back; if it has
    // not, the run says so and stops.
    loop {
        match core.ask_past_latch(Request::RollbackNext) {
            Reply::Stop if matches!(ended, Ended::Failed(_)) => return ended,
            Reply::RunBlock(number) => {
                let result = forms::run_block(core, engine, number);
                let stopped = matches!(core.state().latch, Latch::Stopped);
                if stopped {
                    return Ended::Stopped;
                }
                let failed = result.as_ref().err().map(|finding| finding.message.clone());
                let reply = core.ask_past_latch(Request::BlockEnded { failed });
                if let Err(finding) = result {
                    return Ended::Halted(finding);
                }
                if matches!(reply, Reply::Stop) {
                    return Ended::Stopped;
                }
            }
            Reply::RollbackDone => return Ended::Finished,
            Reply::Stop => return Ended::Stopped,
            other => {
                let fault = Core::unfit(&other);
                return Ended::Failed(errors::explain(core, engine, "", &fault).into());
            }
        }
    }
}
