//! Choosing among users: filter, select, sort, group, spread.

use super::asking::{Asked, Members, ask, grouped, keys, no_answer};
use super::decisions::Choice;
use super::errors::refuse;
use super::table::Api;
use super::user_set::{Reasons, UserSet, at_least};
use crate::diagnostic::codes;
use crate::script::core::Core;
use crate::script::fault::Fault;
use crate::script::names::with_article;
use crate::topology::set;
use rhai::{Array, Dynamic, FnPtr, Map, NativeCallContext};
use roaring::RoaringBitmap;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) fn register(api: &mut Api<'_>) {
    filter(api);
    select(api);
    sort_by(api);
    group_by(api);
    spread(api);
}

fn filter(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "UserSet.filter(f: function) -> UserSet",
        "Those for whom the function returns `true`.

        legacy.users.filter(|user| user.department == \"IT\").len  //=> 2
        legacy.users.filter(|user| user.title)  //! must return `true` or `false`",
        move |ctx: NativeCallContext, set: UserSet, f: FnPtr| {
            let kept = filtered(&core, &ctx, &set, &f)?;
            core.met_filter(&ctx, &set.bits, &kept);
            Ok::<_, Fault>(set.part(kept))
        },
    );
}

/// The rows for which the function returns `true`.
pub(super) fn filtered<S: Members>(
    core: &Core,
    ctx: &NativeCallContext,
    set: &S,
    f: &FnPtr,
) -> Result<RoaringBitmap, Fault> {
    core.pure(ctx, "filter", || {
        let mut kept = RoaringBitmap::new();
        for id in set.rows() {
            let answer = ask(ctx, f, set, id)?;
            match answer.as_bool() {
                Ok(true) => {
                    kept.insert(id);
                }
                Ok(false) => {}
                Err(_) => {
                    let help = "end the function with a comparison, such as `user.title != \"\"`";
                    let wanted = "`true` or `false`";
                    return Err(no_answer(core, ctx, &set.member(id), wanted, &answer, help));
                }
            }
        }
        Ok(kept)
    })
}

fn select(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "UserSet.select(policy: function) -> Selection",
        "Asks the policy about each user; it answers `include(why)` or `exclude(why)`.

        The result is the set of those who are included. It knows the reason for everybody, in and out.
        A function of an imported file is wrapped: `select(|user| pilot::choose(user))`.

        legacy.users.select(|user| if user.title == \"CEO\" { exclude(\"moves last\") } else { include(\"any\") }).len  //=> 4
        legacy.users.select(|user| user.enabled)  //! write `include(\"why\")`
        legacy.users.select(|user| {})            //! on every path",
        move |ctx: NativeCallContext, set: UserSet, policy: FnPtr| {
            core.pure(&ctx, "select", || {
                let (mut inside, mut outside) = (RoaringBitmap::new(), RoaringBitmap::new());
                let mut reasons = Reasons::new();
                let mut followed = None;
                for id in set.rows() {
                    let answer = core.asking(id, || ask(&ctx, &policy, &set, id))?;
                    let Some(choice) = answer.read_lock::<Choice>() else {
                        let help = if answer.is_unit() {
                            "end the policy with `include(\"why\")` or `exclude(\"why\")` on every path, without a semicolon"
                        } else {
                            "write `include(\"why\")` or `exclude(\"why\")`: a choice needs its reason"
                        };
                        let wanted = "`include(why)` or `exclude(why)`";
                        return Err(no_answer(&core, &ctx, &set.user(id), wanted, &answer, help));
                    };
                    if choice.included { &mut inside } else { &mut outside }.insert(id);
                    reasons.insert(id, choice.why.clone());
                    if choice.decided.is_some() {
                        followed.clone_from(&choice.decided);
                    }
                }
                core.met_selection(&ctx, &set.bits, |id| {
                    let why = reasons.get(&id)?.to_string();
                    Some((inside.contains(id), why, followed))
                });
                Ok(set.part(inside).because(reasons, Some(outside)))
            })
        },
    );
}

fn sort_by(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "UserSet.sort_by(f: function) -> UserSet",
        "The same users, ordered by what the function returns; those with equal values keep their order.

        Parts of a sorted set stay sorted.

        legacy.users.sort_by(|user| user.meetings).to_array()[0]  //=> bob@contoso.com
        legacy.users.sort_by(|user| if user == ann { 1 } else { \"x\" })  //! cannot be ordered",
        move |ctx: NativeCallContext, set: UserSet, f: FnPtr| {
            let mut keys = keys(&core, &ctx, "sort_by", &set, &Asked::Function(f))?;
            if let Some((first, value, one)) = keys.first()
                && let Some((_, other, two)) =
                    keys.iter().find(|(key, ..)| key.compare(first).is_none())
            {
                let message = format!(
                    "the users cannot be ordered: for `{}` the function returned {}, for `{}` {}",
                    set.user(*one), with_article(value), set.user(*two), with_article(other),
                );
                let help = "return values of one type for every user";
                return Err(refuse(&core, &ctx, codes::VALUE_NO_ANSWER, message, help));
            }
            keys.sort_by(|a, b| a.0.compare(&b.0).unwrap_or(Ordering::Equal));
            Ok(set.ordered(keys.into_iter().map(|(_, _, id)| id).collect()))
        },
    );
}

fn group_by(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "UserSet.group_by(f: function | string) -> array of #{ key, users }",
        "Groups of those for whom the function returns the same, in the order of their first users.

        A property or column may be named instead.

        legacy.users.group_by(|user| user.city).map(|group| group.key)  //=> [\"Seoul\", \"Busan\"]
        legacy.users.group_by(|user| user.pool)[0].users.len            //=> 5
        legacy.users.group_by(\"department\").map(|group| group.key)     //=> [\"IT\", \"Sales\", \"Board\"]
        legacy.users.group_by(\"departmant\")                           //! did you mean `department`?
        legacy.users.group_by(3)                                        //! wants the name of a property",
        move |ctx: NativeCallContext, set: UserSet, f: Dynamic| -> Result<Array, Fault> {
            let f = Asked::of(&core, &ctx, "group_by", &f)?;
            let groups = grouped(&core, &ctx, &set, &f)?;
            let as_map = |(key, users): (Dynamic, RoaringBitmap)| -> Dynamic {
                let users = Dynamic::from(set.part(users));
                Map::from([("key".into(), key), ("users".into(), users)]).into()
            };
            Ok(groups.into_iter().map(as_map).collect())
        },
    );
}

fn spread(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "UserSet.spread(n: int, f: function, seed?: int) -> UserSet",
        "Chooses `n` users so that each value of the function has its proportional share.

        Within a share they are chosen at random; the same seed (0 if there is none) always chooses the same.

        legacy.users.spread(2, |user| user.city).len     //=> 2
        legacy.users.spread(2, |user| user.city, 7).len  //=> 2
        legacy.users.spread(-1, |user| user.city)        //! wants at least 0",
        move |ctx: NativeCallContext, set: UserSet, n: i64, f: FnPtr| {
            spread_over(&core, &ctx, &set, n, &f, 0)
        },
    );
    let core = Arc::clone(api.core);
    api.also(move |ctx: NativeCallContext, set: UserSet, n: i64, f: FnPtr, seed: i64| {
        spread_over(&core, &ctx, &set, n, &f, seed)
    });
}

fn spread_over(
    core: &Core,
    ctx: &NativeCallContext,
    set: &UserSet,
    n: i64,
    f: &FnPtr,
    seed: i64,
) -> Result<UserSet, Fault> {
    let n = at_least(core, ctx, "spread", n, 0)?;
    let mut groups: BTreeMap<String, RoaringBitmap> = BTreeMap::new();
    for (key, _, id) in keys(core, ctx, "spread", set, &Asked::Function(f.clone()))? {
        groups.entry(key.text()).or_default().insert(id);
    }
    Ok(set.part(set::spread_over(&groups, n, seed.cast_unsigned())))
}
