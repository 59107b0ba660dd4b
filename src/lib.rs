//! Sidle: a scriptable engine for side-by-side migrations.
//!
//! The crate is layered as `src/README.md` shows; each module opens with what it is for and what it
//! does not know.

pub mod cli;
pub mod clock;
pub mod config;
pub mod diagnostic;
pub mod driver;
pub mod embedded;
pub mod inventory;
pub mod journal;
pub mod probe;
pub mod repl;
pub mod report;
pub mod run;
pub mod script;
pub mod session;
pub mod tester;
pub mod text;
pub mod topology;
pub mod wire;
