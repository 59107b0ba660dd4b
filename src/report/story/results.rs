//! How the users of a move ended, told in one line: each with their own reason.
//!
//! It knows no records: only results, in their order.

use crate::journal::{Ended, UserResult};
use crate::report::paint::Tone;
use crate::report::totals::Counts;
use crate::text::list;
use std::collections::HashMap;

/// Reasons that one line gives.
const REASONS: usize = 3;

/// A move as told so far.
#[derive(Debug, Default)]
pub(super) struct Moving {
    pub(super) counts: Counts,
    /// Users who may yet end another way.
    open: HashMap<String, Ended>,
}

impl Moving {
    pub(super) fn add(&mut self, results: &[UserResult]) {
        for result in results {
            if let Some(before) = self.open.remove(&result.user) {
                self.counts.take_back(before);
            }
            self.counts.add(result.how);
            if matches!(result.how, Ended::Unknown | Ended::NotStarted) {
                self.open.insert(result.user.clone(), result.how);
            }
        }
    }
}

/// Tells how users ended; a person who watches wants to see those who failed.
pub(super) fn told_results(results: &[UserResult]) -> (String, Tone, bool) {
    let mut moving = Moving::default();
    moving.add(results);
    let counts = moving.counts;
    let bad: Vec<&UserResult> =
        results.iter().filter(|one| matches!(one.how, Ended::Failed | Ended::Unknown)).collect();
    if bad.is_empty() {
        return (counts.words(), Tone::Plain, false);
    }
    // Those who ended the same way for the same reason stand together.
    let mut groups: Vec<(&UserResult, Vec<&str>)> = Vec::new();
    for one in bad {
        match groups.iter_mut().find(|(first, _)| first.how == one.how && first.why == one.why) {
            Some((_, names)) => names.push(one.user.as_str()),
            None => groups.push((one, vec![one.user.as_str()])),
        }
    }
    let mut told: Vec<String> = groups
        .iter()
        .take(REASONS)
        .map(|(one, names)| format!("{} {}: {}", list(names, 3), one.how.words(), one.why))
        .collect();
    let others: usize = groups.iter().skip(REASONS).map(|(_, names)| names.len()).sum();
    if others > 0 {
        told.push(format!("{others} more for other reasons"));
    }
    (format!("{}: {}", counts.words(), told.join("; ")), Tone::Bad, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_told_with_their_own_reason() {
        let ended = |user: &str, how, why: &str| UserResult {
            user: user.to_owned(),
            how,
            why: why.to_owned(),
            from: None,
            home: None,
            tries: 1,
        };
        let results = [
            ended("response_group:helpdesk", Ended::Failed, "the response group is locked"),
            ended("dial_in_number:seoul@contoso.com", Ended::Failed, "no number is free"),
            ended("response_group:sales", Ended::Failed, "the response group is locked"),
            ended("ann@contoso.com", Ended::Unknown, "no answer"),
            ended("bob@contoso.com", Ended::Moved, ""),
        ];
        let (text, ..) = told_results(&results);
        insta::assert_snapshot!(text, @"1 moved, 3 failed, 1 unknown: `response_group:helpdesk` and `response_group:sales` failed: the response group is locked; `dial_in_number:seoul@contoso.com` failed: no number is free; `ann@contoso.com` unknown: no answer");
    }
}
