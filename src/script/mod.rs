//! The script host: the only folder that knows rhai.
//!
//! It evaluates a runbook on a thread of its own and asks its [`Host`] for everything that is not
//! pure. It knows no driver, no journal store and no terminal.

pub mod api;
mod host;

pub use host::Host;
