//! Parts with a quota: no more than so many users of one kind in each.

use super::UserId;
use std::collections::HashMap;

/// Cuts users into parts of at most `size`, with at most `most` of each key in one part.
///
/// Everybody goes into the first part that has room for them, so the order is kept as far as the quota
/// lets it. A size or quota of 0 counts as 1: nobody is lost.
#[must_use]
pub fn split_quota(users: &[(UserId, String)], size: usize, most: usize) -> Vec<Vec<UserId>> {
    let (size, most) = (size.max(1), most.max(1));
    let mut parts: Vec<Vec<UserId>> = Vec::new();
    // For each key the first part that may have room, and how many of the key are in it.
    let mut next: HashMap<&str, (usize, usize)> = HashMap::new();
    for (user, key) in users {
        let (part, taken) = next.entry(key).or_insert((0, 0));
        while *taken >= most || parts.get(*part).is_some_and(|part| part.len() >= size) {
            (*part, *taken) = (*part + 1, 0);
        }
        *taken += 1;
        if *part >= parts.len() {
            parts.resize(*part + 1, Vec::new());
        }
        if let Some(members) = parts.get_mut(*part) {
            members.push(*user);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_part_holds_more_of_a_key_or_of_all_than_it_may_and_nobody_is_lost() {
        let key = |n: u32| if n < 60 { "IT" } else { "Sales" };
        let users: Vec<(UserId, String)> = (0..100).map(|n| (n, key(n).to_owned())).collect();
        for (size, most) in [(20, 5), (10, 10), (7, 3), (1, 1), (200, 200)] {
            let parts = split_quota(&users, size, most);
            assert_eq!(parts.iter().flatten().count(), 100);
            for part in &parts {
                let of_it = part.iter().filter(|user| **user < 60).count();
                assert!(!part.is_empty() && part.len() <= size, "{part:?}");
                assert!(of_it <= most && part.len() - of_it <= most, "{part:?}");
            }
        }
    }
}
