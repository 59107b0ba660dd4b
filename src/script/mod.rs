//! The script host: the only folder that knows rhai.
//!
//! It evaluates a runbook on a thread of its own and asks its [`Host`] for everything that is not
//! pure. It knows no driver, no journal store and no terminal.

#![expect(
    clippy::unnecessary_box_returns,
    reason = "rhai hands its errors on in boxes, so that is how they are made"
)]

pub mod api;
mod arrays;
pub mod bench;
mod budget;
mod check_scripts;
mod comparisons;
pub mod console;
pub mod core;
mod engine;
mod errors;
mod evaluate;
mod fault;
mod forms;
mod gate;
mod host;
mod keywords;
mod modules;
pub mod names;
mod region;
mod scripts;
mod shown;
mod sources;
mod spans;
mod test_files;
mod timed;
mod trace;
mod trail;
mod values;
mod verdicts;

#[cfg(test)]
mod tests;

pub use bench::{Bench, Simulated, Simulator};
pub use check_scripts::check_scripts;
pub use core::Core;
pub use evaluate::{Ended, Mode, evaluate};
pub use fault::Fault;
pub use host::Host;
pub use keywords::FORMS;
pub use sources::{Folder, LIBRARY, Read, Sources};
pub use test_files::{TestFiles, TestName, test_files};
pub use trail::{Decided, Met, Spot, Trail};
pub use values::{CheckValue, EvidenceValue, Judged};
