//! Every integration test, in one binary: one link instead of twenty.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails, and helpers of tests are not seen as tests"
)]

mod architecture;
mod cli;
mod first_steps;
mod project;
mod readme;
mod tree;
