//! What a probe answered and what a check made of it.

use super::step::Place;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The three values of a check. Unknown is never pass.
///
/// Ordered by weight: the worst of several decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It holds.
    Pass,
    /// Nobody can tell: no data, unreachable, stale, not attested.
    Unknown,
    /// It does not hold.
    Fail,
}

impl Verdict {
    /// The word scripts and reports use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Unknown => "unknown",
            Self::Fail => "fail",
        }
    }
}

/// One answer of one real system to one question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The probe, for example `service` or `sip_register`.
    pub source: String,
    /// Whom it was about, for example a server's name or a user's address.
    pub target: String,
    /// The question in words.
    pub asked: String,
    /// `Some(true)` good, `Some(false)` bad, `None` if it could not be asked.
    pub value: Option<bool>,
    /// The answer in words, or why there is none.
    pub answer: String,
    /// When it was answered.
    pub at: Timestamp,
    /// How long the answer took, in milliseconds.
    pub latency_ms: u64,
    /// For how long the answer counts, in seconds.
    pub fresh_for_s: u64,
    /// True in a plan: nobody was asked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub assumed: bool,
    /// Who answered, where a person did: the evidence of an attestation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
}

/// A check as it was taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckRecord {
    /// Stage path and name: `Coexistence / sign-in`.
    pub path: String,
    /// The check's own name.
    pub name: String,
    /// What came out.
    pub verdict: Verdict,
    /// Why it is not a pass; empty for a pass.
    pub why: String,
    /// What was asked for it.
    pub evidence: Vec<Evidence>,
    /// The block in the script.
    pub at: Place,
    /// First journal record made inside the check, if it asked anything.
    pub from: Option<u64>,
    /// Set where a named person let it pass (`sidle accept`): stays red in every report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<String>,
    /// True where a plan assumed the verdict.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub assumed: bool,
}

impl CheckRecord {
    /// The path that names a check in a stage: `Coexistence / sign-in`, or its name at the top level.
    #[must_use]
    pub fn path_of(stage: &str, name: &str) -> String {
        if stage.is_empty() { name.to_owned() } else { format!("{stage} / {name}") }
    }
}
