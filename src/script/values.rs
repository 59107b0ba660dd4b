//! The values that checks and probes yield.

use super::core::Core;
use super::fault::Fault;
use crate::diagnostic::codes;
use crate::journal::{CheckRecord, Evidence, Verdict};
use crate::text::duration;
use jiff::Timestamp;
use rhai::{Array, Dynamic};
use std::sync::Arc;
use std::time::Duration;

/// What a `check`, a `soak` and a `poll` yield. Cheap to clone.
#[derive(Debug, Clone)]
pub struct CheckValue {
    /// The check as it was taken.
    pub record: Arc<CheckRecord>,
    /// When.
    pub at: Timestamp,
    /// How long it took, by the run's clock.
    pub took: Duration,
}

/// What a probe yields. Cheap to clone.
#[derive(Debug, Clone)]
pub struct EvidenceValue(pub Arc<Evidence>);

/// A verdict and, unless it is a pass, why.
pub type Judged = (Verdict, String);

impl Core {
    /// What a value says as the result of a check or as the subject of a `require`.
    ///
    /// `true`, a passing check, evidence that is good and fresh, and a non-empty array of these pass;
    /// the worst decides: fail, unknown, pass. `()` and an empty array are unknown.
    ///
    /// # Errors
    /// A value of any other type is no verdict.
    pub fn verdict_of(&self, value: &Dynamic) -> Result<Judged, Fault> {
        let value = value.flatten_clone();
        if let Ok(holds) = value.as_bool() {
            return Ok(if holds { pass() } else { (Verdict::Fail, "it is false".to_owned()) });
        }
        if value.is_unit() {
            return Ok((Verdict::Unknown, "there is no value to judge".to_owned()));
        }
        if let Some(check) = value.read_lock::<CheckValue>() {
            return self.verdict_of_check(&check);
        }
        if let Some(evidence) = value.read_lock::<EvidenceValue>() {
            return self.verdict_of_evidence(&evidence.0);
        }
        if let Some(judged) = self.judged(&value) {
            return Ok(judged);
        }
        if let Some(array) = value.read_lock::<Array>() {
            return self.worst(&array);
        }
        Err(self.raise(
            crate::diagnostic::Finding::error(
                codes::SCRIPT_NO_VERDICT,
                format!("{} is no verdict", super::names::with_article(&value)),
            )
            .help("a verdict is `true` or `false`, a check, evidence of a probe, or an array of these"),
        ))
    }

    fn worst(&self, array: &[Dynamic]) -> Result<Judged, Fault> {
        let mut worst: Option<Judged> = None;
        for value in array {
            let judged = self.verdict_of(value)?;
            if worst.as_ref().is_none_or(|(verdict, _)| *verdict < judged.0) {
                worst = Some(judged);
            }
        }
        Ok(worst.unwrap_or_else(|| (Verdict::Unknown, "the array is empty".to_owned())))
    }

    fn verdict_of_check(&self, check: &CheckValue) -> Result<Judged, Fault> {
        let record = &check.record;
        if record.accepted.is_some() {
            return Ok(pass());
        }
        if record.verdict == Verdict::Pass
            && let Some(stale) = self.stale(&record.evidence)?
        {
            return Ok((Verdict::Unknown, format!("`{}`: {stale}", record.name)));
        }
        match record.verdict {
            Verdict::Pass => Ok(pass()),
            verdict => Ok((verdict, format!("`{}`: {}", record.name, record.why))),
        }
    }

    fn verdict_of_evidence(&self, evidence: &Evidence) -> Result<Judged, Fault> {
        let said = format!("{}: {}", evidence.asked, evidence.answer);
        Ok(match evidence.value {
            None => (Verdict::Unknown, said),
            Some(good) => match self.stale(std::slice::from_ref(evidence))? {
                Some(stale) => (Verdict::Unknown, stale),
                None if good => pass(),
                None => (Verdict::Fail, said),
            },
        })
    }

    /// Says which evidence is older than it counts, if any is.
    pub(super) fn stale(&self, evidence: &[Evidence]) -> Result<Option<String>, Fault> {
        if evidence.is_empty() {
            return Ok(None);
        }
        let now = self.now()?;
        Ok(evidence.iter().find_map(|one| {
            let age = Duration::try_from(now.duration_since(one.at)).unwrap_or(Duration::ZERO);
            let counts = Duration::from_secs(one.fresh_for_s);
            (age > counts).then(|| {
                format!(
                    "the answer to \"{}\" is {} old and counts for {}",
                    one.asked,
                    duration(age),
                    duration(counts)
                )
            })
        }))
    }
}

fn pass() -> Judged {
    (Verdict::Pass, String::new())
}
