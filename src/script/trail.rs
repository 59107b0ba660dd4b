//! What an evaluation does with one user: who decided about them, where, and which moves had them.
//!
//! `sidle explain` gives an evaluation a [`Trail`] to follow. It notes only what concerns that user, so
//! a hundred thousand others cost nothing; and it changes nothing, so the run is the same with it.
//!
//! It knows neither plan nor journal: a replayed move and a simulated one look alike here.

use super::core::Core;
use crate::journal::{Effect, MoveOutcome, Outcome, Place, Reply, Request, UserResult};
use crate::topology::UserId;
use rhai::NativeCallContext;
use roaring::RoaringBitmap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A call, and the function that it stands in.
type Call = (Spot, String);

/// Characters of a source line that are kept.
const WIDTH: usize = 160;
/// Calls between a selection and the decision that are kept.
const CALLS: usize = 6;

/// A place in a script, with the line that stands there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spot {
    /// Path inside the folder, or `std/...`.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The line, without outer blanks.
    pub text: String,
}

/// Where a policy's decision was made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decided {
    /// The `include` or `exclude`.
    pub at: Spot,
    /// The function it stands in; empty in a closure.
    pub function: String,
    /// The calls from the selection's closure to that function, outermost first.
    pub through: Vec<Spot>,
}

/// One thing that an evaluation did with the user.
#[derive(Debug, Clone, PartialEq)]
pub enum Met {
    /// A `select` asked a policy about the user.
    Selected {
        /// Path of the stage; empty at the top level.
        stage: String,
        /// The `select`.
        at: Spot,
        /// In, or out.
        included: bool,
        /// The policy's reason.
        why: String,
        /// Where the policy decided.
        decided: Decided,
    },
    /// A `select` asked about others: the user was not in its set.
    NotAsked {
        /// Path of the stage.
        stage: String,
        /// The `select`.
        at: Spot,
        /// How many it asked about.
        among: usize,
    },
    /// A `filter` left the user out.
    LeftOut {
        /// Path of the stage.
        stage: String,
        /// The `filter`.
        at: Spot,
    },
    /// A move had the user, forward or back.
    Moved {
        /// Path of the stage.
        stage: String,
        /// The `move_to` or `undo`.
        at: Spot,
        /// The record at which the move began.
        begun: u64,
        /// FQDN of the target.
        to: String,
        /// True for `undo()`.
        back: bool,
        /// What became of the user.
        result: UserResult,
    },
}

/// Follows one user through an evaluation.
#[derive(Debug)]
pub struct Trail {
    user: UserId,
    /// A policy is being asked about the user right now.
    asking: AtomicBool,
    /// Where the policy ended that was asked about the user last.
    answered: Mutex<Spot>,
    met: Mutex<Vec<Met>>,
}

impl Trail {
    /// Follows the user of that row.
    #[must_use]
    pub fn of(user: UserId) -> Arc<Self> {
        Arc::new(Self {
            user,
            asking: AtomicBool::new(false),
            answered: Mutex::default(),
            met: Mutex::default(),
        })
    }

    /// What was met so far, in order; what a check or a soak meets again is there once.
    ///
    /// A `select` in a loop asks about several sets: where one of them had the user, the others say nothing.
    #[must_use]
    pub fn met(&self) -> Vec<Met> {
        let mut all = self.lock().clone();
        let asked: Vec<(String, Spot)> = all
            .iter()
            .filter_map(|met| match met {
                Met::Selected { stage, at, .. } => Some((stage.clone(), at.clone())),
                _ => None,
            })
            .collect();
        all.retain(|met| match met {
            Met::NotAsked { stage, at, .. } => {
                !asked.iter().any(|(of, by)| of == stage && by == at)
            }
            _ => true,
        });
        all
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Met>> {
        self.met.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn came_out(&self) -> Decided {
        let at = self.answered.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Decided { at, ..Decided::default() }
    }

    fn meet(&self, met: Met) {
        let mut all = self.lock();
        if !all.contains(&met) {
            all.push(met);
        }
    }
}

impl Core {
    /// Follows a user from now on. The first trail stays.
    pub fn follow(&self, trail: Arc<Trail>) {
        // A second one would miss what the first has met already.
        let _ = self.trail.set(trail);
    }

    /// Asks a policy; while it is asked about the followed user, its decisions note their places.
    pub(super) fn asking<R>(&self, user: UserId, ask: impl FnOnce() -> R) -> R {
        let Some(trail) = self.trail.get().filter(|trail| trail.user == user) else { return ask() };
        trail.asking.store(true, Ordering::Relaxed);
        let answer = ask();
        trail.asking.store(false, Ordering::Relaxed);
        if let Some((file, position)) = self.trace.last() {
            let spot = self.spot(&self.token(Some(&file), position));
            *trail.answered.lock().unwrap_or_else(PoisonError::into_inner) = spot;
        }
        answer
    }

    /// Where the decision is made that `ctx` calls for; `None` for decisions about others.
    pub(super) fn deciding(&self, ctx: &NativeCallContext) -> Option<Arc<Decided>> {
        let (at, function, calls) = self.reached(ctx)?;
        let through = calls.into_iter().map(|(spot, _)| spot).take(CALLS).collect();
        Some(Arc::new(Decided { at, function, through }))
    }

    /// Where a policy of rules was called that `ctx` finds no answer for: no rule stands for that, so it
    /// is the organisation's own line, if there is one.
    pub(super) fn undecided(&self, ctx: &NativeCallContext) -> Option<Arc<Decided>> {
        let (mut at, mut function, mut calls) = self.reached(ctx)?;
        if is_library(&at.file)
            && let Some(own) = calls.iter().rposition(|(spot, _)| !is_library(&spot.file))
        {
            calls.truncate(own + 1);
            (at, function) = calls.pop()?;
        }
        let through = calls.into_iter().map(|(spot, _)| spot).take(CALLS).collect();
        Some(Arc::new(Decided { at, function, through }))
    }

    /// The place of `ctx`, its function, and the calls that led there from the selection's closure,
    /// outermost first, each with the function it stands in.
    fn reached(&self, ctx: &NativeCallContext) -> Option<(Spot, String, Vec<Call>)> {
        self.trail.get().filter(|trail| trail.asking.load(Ordering::Relaxed))?;
        let frames = ctx.debugger().map(rhai::debugger::Debugger::call_stack).unwrap_or_default();
        // The last frame is the decision's own; before it stand the functions that it was reached through.
        let (_, callers) = frames.split_last()?;
        let first = callers.iter().rposition(|frame| frame.fn_name == "select");
        let callers = callers.get(first.map_or(0, |at| at + 1)..).unwrap_or_default();
        let name = |name: &str| if is_named(name) { name.to_owned() } else { String::new() };
        let calls = callers.windows(2).filter_map(|pair| {
            // A frame has the file of what is called; who calls stands in the file of the one before.
            let [caller, called] = pair else { return None };
            let file = caller.source.as_deref();
            let spot = self.spot(&self.scripts.call(file, called.pos));
            let stands = if is_named(&called.fn_name) {
                // A closure can come from a third file, where the place means nothing.
                spot.text.contains(called.fn_name.as_str())
            } else {
                // How the library calls its own closures is nobody's matter.
                !called.pos.is_none() && !spot.file.is_empty() && !is_library(&spot.file)
            };
            stands.then(|| (spot, name(&caller.fn_name)))
        });
        let mut calls: Vec<_> = calls.collect();
        calls.dedup_by(|later, earlier| later.0 == earlier.0);
        let function = callers.last().map(|frame| name(&frame.fn_name)).unwrap_or_default();
        Some((self.spot(&self.place(ctx)), function, calls))
    }

    /// Notes what a `select` made of the followed user.
    pub(super) fn met_selection(
        &self,
        ctx: &NativeCallContext,
        asked: &RoaringBitmap,
        answer: impl FnOnce(UserId) -> Option<(bool, String, Option<Arc<Decided>>)>,
    ) {
        let Some(trail) = self.trail.get() else { return };
        let (stage, at) = (self.stage(), self.spot(&self.place(ctx)));
        trail.meet(if let Some((included, why, decided)) = answer(trail.user) {
            // A decision that was made elsewhere, such as a constant, is shown where it came out.
            let decided = decided.map_or_else(|| trail.came_out(), |made| (*made).clone());
            Met::Selected { stage, at, included, why, decided }
        } else {
            let among = usize::try_from(asked.len()).unwrap_or(usize::MAX);
            Met::NotAsked { stage, at, among }
        });
    }

    /// Notes that a `filter` leaves the followed user out, if it does.
    pub(super) fn met_filter(
        &self,
        ctx: &NativeCallContext,
        asked: &RoaringBitmap,
        kept: &RoaringBitmap,
    ) {
        let Some(trail) = self.trail.get() else { return };
        if asked.contains(trail.user) && !kept.contains(trail.user) {
            trail.meet(Met::LeftOut { stage: self.stage(), at: self.spot(&self.place(ctx)) });
        }
    }

    /// Notes what an effect did with the followed user, if it moved anybody.
    pub(super) fn met_effect(&self, ctx: &NativeCallContext, asked: &Request, reply: &Reply) {
        let Some(trail) = self.trail.get() else { return };
        let Reply::Outcome(Outcome::Moved(outcome)) = reply else { return };
        let Some(result) = result_of(outcome, trail.user) else { return };
        trail.meet(Met::Moved {
            stage: self.stage(),
            at: self.spot(&self.place(ctx)),
            begun: outcome.begun,
            to: outcome.to.clone(),
            back: matches!(asked, Request::Effect { effect: Effect::Undo { .. }, .. }),
            result: result.clone(),
        });
    }

    fn spot(&self, place: &Place) -> Spot {
        let Some(script) = self.scripts.get(&place.file) else { return Spot::default() };
        let (line, column) = script.source.line_column(place.start);
        let text = script.source.line_at(place.start);
        let text = text.chars().take(WIDTH).collect();
        Spot { file: place.file.to_string(), line, column, text }
    }
}

fn is_named(function: &str) -> bool {
    !function.starts_with("anon$")
}

fn is_library(file: &str) -> bool {
    file.starts_with("std/")
}

/// What a move did with a user; its results stand in the order of rows.
fn result_of(outcome: &MoveOutcome, user: UserId) -> Option<&UserResult> {
    let at = outcome.results.binary_search_by_key(&user, |(row, _)| *row).ok()?;
    outcome.results.get(at).map(|(_, result)| result)
}
