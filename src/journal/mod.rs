//! The journal: everything a run did and learnt, in order, durable before it has consequences.
//!
//! Events are appended, never changed. [`RunState`] is the pure fold of them and refuses an illegal
//! transition. The store is SQLite; a hash chain shows a changed, missing or reordered record.
//! It knows no scripts, no drivers and prints nothing.
//!
//! Invariant: an append that has returned survives the death of the process and of the machine.

pub mod bits;
mod chain;
mod commit;
mod copy;
mod event;
mod evidence;
pub mod fault;
mod inbox;
mod ledger;
mod lock;
mod objects;
mod of_run;
mod record;
mod request;
mod result;
#[cfg(test)]
mod samples;
mod sqlite;
mod state;
mod step;
mod store;
#[cfg(test)]
mod tests;
mod who;

pub use chain::sha256_hex;
pub use event::{
    Begun, Event, FORMAT, FileCopy, MoveBegun, Recorded, SideMove, SittingEnd, SittingMode, Why,
};
pub use evidence::{CheckRecord, Evidence, Verdict};
pub use inbox::{Inbox, InboxEntry, InboxItem};
pub use ledger::Ledger;
pub use objects::Objects;
pub use of_run::Journal;
pub use record::Record;
pub use request::{Halt, HaltKind, Reply, Request};
pub use result::{Ended, UserResult};
pub use state::{
    Acceptance, CheckTaken, HomeChange, IllegalTransition, LiveStep, MoveRecord, MovedUser,
    NoReturn, RollbackState, RunState, Sitting, Started, Status, TickRecord,
};
pub use step::{
    AttestCall, Budget, Effect, MoveCall, MoveOutcome, Outcome, Place, ProbeCall, Step, StepKind,
    TimedCall, TimedState,
};
pub use store::{Ack, Batch, InboxRow, Row, RunRow, Store};
pub use who::Who;
