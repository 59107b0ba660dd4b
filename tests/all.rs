//! Every integration test, in one binary: one link instead of twenty.

mod architecture;
mod cli;
mod project;
mod readme;
mod tree;
