//! Scripts line by line: what `sidle repl` evaluates with.
//!
//! A [`Console`] has a thread of its own with a large stack, like every evaluation: parsing and
//! dropping deeply nested values recurse natively. Variables, functions and imports persist from one
//! input to the next; each input has the limits of a whole script. Only reading is done: an effect and a
//! probe are refused by name.
//!
//! It knows no terminal. What an input comes to is handed out as [`Shown`], without a type of rhai.
//!
//! Invariant: an error, a limit or an interruption ends one input and never the console.

mod bench;
mod columns;
mod names;
mod reading;
mod reload;
mod shown;
#[cfg(test)]
mod tests;
mod words;

pub use names::{Function, Names, Variable};
pub use shown::{Body, Shown, Table};
pub use words::{Class, Word, words};

use super::core::Core;
use super::host::Host;
use super::sources::Sources;
use crate::config::Limits;
use crate::diagnostic::{Finding, Findings, codes};
use crate::journal::{Reply, Request};
use crate::topology::View;
use bench::Bench;
use jiff::Timestamp;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

/// What a console reads: facts, homes, scripts, and how far an input may go.
#[derive(Clone)]
pub struct Ground {
    /// The facts, and where everybody lives.
    pub view: View,
    /// The time that `now()` tells; that of the clock if `None`.
    pub now: Option<Timestamp>,
    /// Where imports come from.
    pub sources: Arc<dyn Sources>,
    /// The limits of each input.
    pub limits: Limits,
}

/// What an input came to.
#[derive(Debug, Clone)]
pub struct Evaluated {
    /// What it printed.
    pub printed: Vec<String>,
    /// Its value, or what is wrong.
    pub value: Result<Shown, Findings>,
}

type Task = Box<dyn FnOnce(&mut Bench) + Send>;

/// A session of inputs. See the module.
pub struct Console {
    tasks: Sender<Task>,
    stop: Arc<Interrupt>,
}

/// Ends what a console evaluates, from another thread.
#[derive(Default)]
pub struct Interrupt {
    busy: AtomicBool,
    wished: AtomicBool,
    core: Mutex<Option<Arc<Core>>>,
}

impl Interrupt {
    /// Ends the evaluation under way, if there is one; false if it was told so before.
    pub fn stop(&self) -> bool {
        if !self.busy.load(Ordering::SeqCst) {
            return true;
        }
        if self.wished.swap(true, Ordering::SeqCst) {
            return false;
        }
        if let Some(core) = &*self.core.lock().unwrap_or_else(PoisonError::into_inner) {
            core.budget.end(true);
        }
        true
    }

    /// True while something is evaluated.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.busy.load(Ordering::SeqCst)
    }

    /// Notes the core whose evaluation is to be ended.
    fn watch(&self, core: &Arc<Core>) {
        *self.core.lock().unwrap_or_else(PoisonError::into_inner) = Some(core.clone());
    }

    /// Notes that an evaluation begins.
    fn begin(&self) {
        self.wished.store(false, Ordering::SeqCst);
        self.busy.store(true, Ordering::SeqCst);
    }

    /// Notes that it has ended; true if it was told to.
    fn end(&self) -> bool {
        self.busy.store(false, Ordering::SeqCst);
        self.wished.load(Ordering::SeqCst)
    }
}

impl Console {
    /// Starts a console.
    ///
    /// # Errors
    /// If the system has no thread for it.
    pub fn start(ground: Ground) -> Result<Self, Finding> {
        let (tasks, waiting) = channel::<Task>();
        let stop = Arc::new(Interrupt::default());
        let watched = stop.clone();
        std::thread::Builder::new()
            .name("console".to_owned())
            .stack_size(super::evaluate::STACK)
            .spawn(move || {
                // What an input makes never leaves this thread, so it is dropped on its stack too.
                let mut bench = Bench::new(ground, watched);
                while let Ok(task) = waiting.recv() {
                    task(&mut bench);
                }
                bench.end();
            })
            .map_err(|error| {
                Finding::error(codes::CLI_RUNTIME, "sidle cannot start the script's thread")
                    .because(error.to_string())
            })?;
        Ok(Self { tasks, stop })
    }

    /// Evaluates an input; shows at most `rows` rows of what is long.
    #[must_use]
    pub fn evaluate(&self, input: &str, rows: usize) -> Evaluated {
        let input = input.to_owned();
        self.ask(move |bench| bench.evaluate(&input, rows))
            .unwrap_or_else(|| Evaluated { printed: Vec::new(), value: Err(broken().into()) })
    }

    /// The value of the newest input that had one, with at most `rows` rows.
    #[must_use]
    pub fn last(&self, rows: usize) -> Option<Shown> {
        self.ask(move |bench| bench.last(rows)).flatten()
    }

    /// True if the input is only begun: more lines may make it whole.
    #[must_use]
    pub fn is_unfinished(&self, input: &str) -> bool {
        let input = input.to_owned();
        self.ask(move |bench| bench.is_unfinished(&input)).unwrap_or(false)
    }

    /// The names that the next input can use.
    #[must_use]
    pub fn names(&self) -> Names {
        self.ask(|bench| bench.names()).unwrap_or_default()
    }

    /// Reads facts and scripts anew; returns a line for each thing that is gone or changed.
    ///
    /// Functions, plain values, and pools, sites and users that are still there stay.
    #[must_use]
    pub fn reload(&self, ground: Ground) -> Vec<String> {
        self.ask(move |bench| bench.reload(ground)).unwrap_or_default()
    }

    /// What ends an evaluation from another thread: Ctrl-C.
    #[must_use]
    pub fn interrupt(&self) -> Arc<Interrupt> {
        self.stop.clone()
    }

    /// Runs `f` on the console's thread and waits; `None` if the thread is gone.
    fn ask<R: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Bench) -> R + Send + 'static,
    ) -> Option<R> {
        let (answer, wait) = sync_channel(1);
        let task = move |bench: &mut Bench| {
            let _ = answer.send(f(bench));
        };
        self.tasks.send(Box::new(task)).ok()?;
        wait.recv().ok()
    }
}

fn broken() -> Finding {
    Finding::error(codes::SCRIPT_PROTOCOL, "the console's thread broke off")
        .help("this is a fault of sidle; please report it with the input. Start `sidle repl` again")
}

/// Answers what reading asks: the time, and that nobody has accepted a check.
struct Reader {
    now: Option<Timestamp>,
}

impl Host for Reader {
    fn request(&self, request: Request) -> Reply {
        match request {
            Request::Now => Reply::Time(self.now.unwrap_or_else(Timestamp::now)),
            Request::Accepted { .. } => Reply::Flag(false),
            _ => Reply::Ok,
        }
    }
}
