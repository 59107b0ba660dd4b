//! Probes: one question to a real system, one piece of evidence.
//!
//! A prober never throws for a bad answer: what could not be asked is evidence without a value. It
//! changes nothing outside and knows no runbook, no journal and no driver.
//!
//! To add a kind, write `probe/<kind>.rs` and list it in [`KINDS`].

mod embedded;

pub use embedded::{EmbeddedProber, FreshFor, question};

use crate::journal::{Evidence, ProbeCall};
use async_trait::async_trait;

/// Every kind of probe that scripts can name.
pub const KINDS: &[&str] = &["service", "sip_register", "sip_message", "sip_presence"];

/// Asks real systems.
#[async_trait]
pub trait Prober: Send + Sync {
    /// Asks about every target of the call, several at once, and returns one evidence per target in
    /// the same order.
    async fn ask(&self, call: &ProbeCall) -> Vec<Evidence>;
}
