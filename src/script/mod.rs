//! The script host: the only folder that knows rhai.
//!
//! It evaluates a runbook on a thread of its own and asks its [`Host`] for everything that is not
//! pure. It knows no driver, no journal store and no terminal.

pub mod api;
mod budget;
pub mod core;
mod fault;
mod forms;
mod gate;
mod host;
pub mod names;
mod region;
mod scripts;
mod spans;
mod timed;
mod values;

pub use core::Core;
pub use fault::Fault;
pub use host::Host;
pub use values::{CheckValue, EvidenceValue, Judged};
