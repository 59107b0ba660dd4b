//! The journal: everything a run did and learnt, in order, durable before it has consequences.
//!
//! Events are appended, never changed. [`RunState`] is the pure fold of them and refuses an illegal
//! transition. The store is SQLite; a hash chain shows a changed, missing or reordered record.
//! It knows no scripts, no drivers and prints nothing.
//!
//! Invariant: an append that has returned survives the death of the process and of the machine.

pub mod bits;
mod event;
mod evidence;
mod state;
mod step;

pub use event::{
    Begun, Ended, Event, FORMAT, FileCopy, MoveBegun, Record, Recorded, SideMove, SittingEnd,
    SittingMode, UserResult, Who, Why,
};
pub use evidence::{CheckRecord, Evidence, Verdict};
pub use state::RunState;
pub use step::{
    Budget, Effect, Halt, HaltKind, MoveCall, MoveOutcome, Outcome, Place, ProbeCall, Reply,
    Request, Step, StepKind, TimedCall, TimedState,
};
