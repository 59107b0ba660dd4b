//! Reports: what a run's state and records look like to people and to programs.
//!
//! Pure functions from [`crate::journal::RunState`] and records to text and JSON. It opens no file,
//! prints nothing and decides nothing; what it does not find in the journal it does not say.
//!
//! Invariant: what a person accepted stays red, what was superseded is marked, and what a plan assumed
//! is called assumed.

mod applications;
pub mod ending;
pub mod explain;
pub mod log;
pub mod losses;
pub mod paint;
pub mod plan;
pub mod status;
mod story;
mod totals;
mod tree;
mod words;

pub use losses::losses;
pub use story::{Line, Story};
pub use totals::Totals;

#[cfg(test)]
mod tests;
