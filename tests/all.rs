//! Every integration test, in one binary: one link instead of twenty.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails, and helpers of tests are not seen as tests"
)]

mod architecture;
mod cli;
mod contoso;
mod exports;
mod faults;
mod first_steps;
mod golden;
mod organisation;
mod project;
mod readme;
mod scenarios;
mod stdlib;
mod tree;
