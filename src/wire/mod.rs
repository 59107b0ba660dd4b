//! Clients of what is spoken outside: for now, child processes.
//!
//! Bytes in, bytes out: it knows no pools, no users, no runs, and gives no answer a meaning.

pub mod process;
