//! Relations between users: who has to come along.

use super::{UserId, Users};
use roaring::RoaringBitmap;

/// The smallest set that holds `set` and, with each user in it,
///
/// - the user's manager (not the people whom the user manages),
/// - the user's delegates, and everybody for whom the user is a delegate,
/// - everybody with the same line.
///
/// So the result is closed: doing it again adds nobody. Each user and each relation is looked at once, so
/// the time is linear, and cycles do no harm.
#[must_use]
pub fn with_dependents(users: &Users, set: &RoaringBitmap) -> RoaringBitmap {
    let mut closed = set.clone();
    let mut waiting: Vec<UserId> = set.iter().collect();
    // A line is walked once, not once per sharer.
    let mut walked = RoaringBitmap::new();
    while let Some(user) = waiting.pop() {
        let sharers = users.shares_line(user);
        let line = sharers.first().copied();
        let new_line = line.is_some_and(|first| walked.insert(first));
        let related = users
            .manager(user)
            .into_iter()
            .chain(users.delegates.get(user).iter().copied())
            .chain(users.acts_for(user).iter().copied())
            .chain(sharers.iter().copied().filter(|_| new_line));
        for other in related {
            if closed.insert(other) {
                waiting.push(other);
            }
        }
    }
    closed
}
