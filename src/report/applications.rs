//! What is known of taking each kind of application back: how, and what is lost by it.
//!
//! Only what the vendor documents is said; where nothing is documented, that is said too, and it
//! counts as a loss.

use super::tree::{REVERSIBLE, WITH_LOSS};
use crate::journal::{Ended, MoveRecord};
use crate::text::count;
use crate::topology::ApplicationKind;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Applications of one kind in a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfKind {
    kind: ApplicationKind,
    number: usize,
}

impl OfKind {
    /// The applications of a move by kind, in the order of reports; none for a move of users.
    pub fn of(record: &MoveRecord) -> Vec<Self> {
        let mut kinds: BTreeMap<ApplicationKind, usize> = BTreeMap::new();
        for (_, result) in record.results.values() {
            if let Some(kind) = ApplicationKind::of_key(&result.user)
                && !matches!(result.how, Ended::AlreadyThere | Ended::Skipped)
            {
                *kinds.entry(kind).or_default() += 1;
            }
        }
        kinds.into_iter().map(|(kind, number)| Self { kind, number }).collect()
    }

    /// Returns `2 response groups  [reversible with loss]: why`.
    pub fn line(self) -> String {
        let note = loss(self.kind).map(|loss| format!(": {loss}")).unwrap_or_default();
        format!("{}  [{}]{note}", count(self.number, self.kind.noun()), back(self.kind))
    }

    /// Returns the same for programs.
    pub fn to_json(self) -> Value {
        json!({
            "kind": self.kind,
            "number": self.number,
            "back": back(self.kind),
            "loss": loss(self.kind),
        })
    }
}

/// The mark of a move of these: the worst of them.
pub fn worst(kinds: &[OfKind]) -> &'static str {
    let loses = kinds.iter().any(|one| back(one.kind) == WITH_LOSS);
    if loses { WITH_LOSS } else { REVERSIBLE }
}

/// Returns `2 response groups`, or `3 applications` where kinds mix.
pub fn named(keys: &[String]) -> String {
    let mut kinds = keys.iter().map(|key| ApplicationKind::of_key(key));
    let first = kinds.next().flatten();
    match first {
        Some(kind) if kinds.all(|other| other == Some(kind)) => count(keys.len(), kind.noun()),
        _ => crate::topology::in_words(keys.iter().map(String::as_str)),
    }
}

fn back(kind: ApplicationKind) -> &'static str {
    if loss(kind).is_some() { WITH_LOSS } else { REVERSIBLE }
}

/// What taking applications of a kind back loses, or leaves open; `None` for nothing.
pub fn loss(kind: ApplicationKind) -> Option<&'static str> {
    match kind {
        // JJ204898: an access number is a contact that is given another pool.
        ApplicationKind::DialInNumber => None,
        // JJ204931: the legacy data is left in place for that purpose.
        ApplicationKind::ResponseGroup => Some(
            "response groups go back to the settings that were left in place on the legacy pool",
        ),
        // Dn727126.
        ApplicationKind::ConferenceDirectory => Some(
            "a conference directory is moved back by a second move; once data migration has started, nothing cancels the first",
        ),
        ApplicationKind::TrustedApplication => {
            Some("trusted applications are re-created on the other side, not moved")
        }
        ApplicationKind::UmContact
        | ApplicationKind::CommonAreaPhone
        | ApplicationKind::AnalogDevice => {
            Some("no way back is documented for these; they are moved back as they came")
        }
    }
}
