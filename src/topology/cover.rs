//! A choice of users that stands for all: every value of every property first, shares after that.

use super::UserId;
use super::set::{shuffled, spread_over};
use roaring::RoaringBitmap;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Chooses `n` users so that each value of each property is among them, as far as `n` goes; the rest so
/// that each combination of values has its proportional share. All if there are not more.
///
/// `values` holds each user's values, one text per property. Rare values are chosen for first, because
/// who has one has common ones too. If `n` does not suffice for all values, the most common count.
#[must_use]
pub fn spread_over_all(values: &[(UserId, Vec<String>)], n: usize, seed: u64) -> RoaringBitmap {
    let all: RoaringBitmap = values.iter().map(|(user, _)| *user).collect();
    if values.len() <= n {
        return all;
    }
    let scene = Scene::of(values, &all, seed);
    let mut order: Vec<usize> = (0..scene.members.len()).collect();
    let size = |value: &usize| scene.members.get(*value).map_or(0, Vec::len);
    order.sort_by_key(size);
    let mut chosen = scene.choose(&order, n);
    if chosen.len() > n {
        order.reverse();
        chosen = scene.choose(&order, n);
    }
    let mut chosen: RoaringBitmap = chosen.into_iter().take(n).collect();
    let mut groups: BTreeMap<String, RoaringBitmap> = BTreeMap::new();
    for (user, values) in values.iter().filter(|(user, _)| !chosen.contains(*user)) {
        groups.entry(values.join("\n")).or_default().insert(*user);
    }
    let left = n.saturating_sub(usize::try_from(chosen.len()).unwrap_or(n));
    chosen |= spread_over(&groups, left, seed);
    chosen
}

/// Which users have which values. Values are numbered; members stand in a random order.
struct Scene {
    members: Vec<Vec<UserId>>,
    of_user: HashMap<UserId, Vec<usize>>,
}

impl Scene {
    fn of(values: &[(UserId, Vec<String>)], all: &RoaringBitmap, seed: u64) -> Self {
        let texts: HashMap<UserId, &Vec<String>> =
            values.iter().map(|(user, texts)| (*user, texts)).collect();
        let names: BTreeSet<(usize, &str)> = values
            .iter()
            .flat_map(|(_, texts)| texts.iter().map(String::as_str).enumerate())
            .collect();
        let number: HashMap<(usize, &str), usize> =
            names.into_iter().enumerate().map(|(number, name)| (name, number)).collect();
        let mut scene = Self { members: vec![Vec::new(); number.len()], of_user: HashMap::new() };
        let count = usize::try_from(all.len()).unwrap_or(usize::MAX);
        for user in shuffled(all, count, &[b"sidle cover", &seed.to_le_bytes()]) {
            let Some(texts) = texts.get(&user) else { continue };
            let keys = texts.iter().map(String::as_str).enumerate();
            let own: Vec<usize> = keys.filter_map(|key| number.get(&key).copied()).collect();
            for value in &own {
                if let Some(members) = scene.members.get_mut(*value) {
                    members.push(user);
                }
            }
            scene.of_user.insert(user, own);
        }
        scene
    }

    /// Takes a user for each value that no one taken before has; ends past `most`.
    fn choose(&self, order: &[usize], most: usize) -> Vec<UserId> {
        let mut open: BTreeSet<usize> = order.iter().copied().collect();
        let mut chosen = Vec::new();
        for value in order {
            if chosen.len() > most {
                break;
            }
            if !open.contains(value) {
                continue;
            }
            let gain = |user: &UserId| {
                let own = self.of_user.get(user).map(Vec::as_slice).unwrap_or_default();
                own.iter().filter(|value| open.contains(value)).count()
            };
            let members = self.members.get(*value).map(Vec::as_slice).unwrap_or_default();
            // The first of the best: `max_by_key` would take the last.
            let best = members.iter().rev().max_by_key(|user| gain(user)).copied();
            let Some(best) = best else { continue };
            for value in self.of_user.get(&best).into_iter().flatten() {
                open.remove(value);
            }
            chosen.push(best);
        }
        chosen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people() -> Vec<(UserId, Vec<String>)> {
        let city = |n: u32| {
            if n == 7 {
                "Jeju"
            } else if n.is_multiple_of(3) {
                "Busan"
            } else {
                "Seoul"
            }
        };
        let title = |n: u32| if n.is_multiple_of(5) { "Agent" } else { "Engineer" };
        (0..100).map(|n| (n, vec![city(n).to_owned(), title(n).to_owned()])).collect()
    }

    #[test]
    fn every_value_is_there_as_soon_as_the_number_suffices() {
        for seed in 0..20 {
            let chosen = spread_over_all(&people(), 3, seed);
            assert_eq!(chosen.len(), 3);
            let of = |column: usize| -> BTreeSet<String> {
                let people = people();
                chosen
                    .iter()
                    .filter_map(|user| people[user as usize].1.get(column).cloned())
                    .collect()
            };
            assert_eq!((of(0).len(), of(1).len()), (3, 2), "seed {seed}");
        }
    }

    #[test]
    fn the_same_seed_chooses_the_same_and_the_number_is_exact() {
        let people = people();
        assert_eq!(spread_over_all(&people, 20, 4), spread_over_all(&people, 20, 4));
        for n in [0, 1, 2, 50, 99, 100, 200] {
            assert_eq!(spread_over_all(&people, n, 1).len(), n.min(100) as u64, "{n}");
        }
    }
}
