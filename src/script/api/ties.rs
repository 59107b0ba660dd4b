//! What keeps users together or apart in a plan of waves: ties between them, and quotas.

use super::asking::{Asked, keys};
use super::errors::argument;
use super::options::Options;
use super::table::Api;
use super::user::UserValue;
use super::user_set::{UserSet, at_least};
use crate::script::core::Core;
use crate::script::fault::Fault;
use crate::text::did_you_mean;
use crate::topology::{Flag, Oversize, Tie, Ties, split_quota, split_together};
use rhai::{Array, Dynamic, Map, NativeCallContext};
use std::sync::Arc;

/// Lines that `ties` returns at most.
const LINES: usize = 1_000;

pub(super) fn register(api: &mut Api<'_>) {
    of_user(api);
    together(api);
    between(api);
    quota(api);
}

fn of_user(api: &mut Api<'_>) {
    api.pure(
        "User.tied_to: UserSet",
        "Those whom the user should not be parted from: the user's delegates, those for whom the user is a
        delegate, and those with the same line.

        dan.tied_to.to_array()  //=> [bob@contoso.com]
        ann.tied_to.is_empty    //=> true",
        |user: &mut UserValue| {
            let facts = user.view.topology();
            UserSet::of(&user.view, Ties::default().tied_to(&facts.users, user.id))
        },
    )
    .pure(
        "User.shares_line: bool",
        "True if somebody else has the same telephone line.

        cy.shares_line  //=> false",
        |user: &mut UserValue| !user.view.topology().users.shares_line(user.id).is_empty(),
    )
    .pure(
        "User.edge_spaces: bool",
        "True if the address or the name begins or ends with a space: the old product cannot move such a user.

        ann.edge_spaces  //=> false",
        |user: &mut UserValue| user.view.topology().users.flag(user.id, Flag::EdgeSpaces),
    );
}

fn together(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "UserSet.split_together(size: int, options?: #{ by, oversize }) -> array of UserSet",
        "Parts of at most that size that part nobody from those they are tied to, in the order of the set.

        `by` lists the ties that count: `delegates`, `lines`, `managers`; the first two if it is not given,
        because by managers a whole company hangs together. A group that is larger than `size` stays whole
        (`oversize: \"keep\"`), in a part of its own that is too large, or is cut (`\"cut\"`): `ties` tells where.

        legacy.users.split_together(2).map(|part| part.to_array())  //=> [[ann@contoso.com, cy@contoso.com], [bob@contoso.com, dan@contoso.com], [fay@contoso.com]]
        legacy.users.split_together(2, #{ by: [\"delegates\", \"managers\"] })  //=> [3 users, 2 users]
        legacy.users.split_together(1, #{ oversize: \"cut\" }).len  //=> 5
        legacy.users.split_together(0)  //! wants at least 1
        legacy.users.split_together(2, #{ by: [\"delegate\"] })  //! did you mean `delegates`?",
        move |ctx: NativeCallContext, set: UserSet, size: i64| {
            in_parts(&core, &ctx, &set, size, Map::new())
        },
    );
    let core = Arc::clone(api.core);
    api.also(move |ctx: NativeCallContext, set: UserSet, size: i64, options: Map| {
        in_parts(&core, &ctx, &set, size, options)
    });
}

fn in_parts(
    core: &Core,
    ctx: &NativeCallContext,
    set: &UserSet,
    size: i64,
    options: Map,
) -> Result<Array, Fault> {
    let size = at_least(core, ctx, "split_together", size, 1)?;
    let mut options = Options::new(core, ctx, "split_together", options);
    let by = options.take("by");
    let oversize = options.text("oversize", "write `\"keep\"` or `\"cut\"`")?;
    options.finish()?;
    let ties = if by.is_unit() { Ties::default() } else { ties(core, ctx, "split_together", &by)? };
    let oversize = match oversize.as_deref() {
        None | Some("keep") => Oversize::Keep,
        Some("cut") => Oversize::Cut,
        Some(other) => {
            let message = format!("`oversize` is `{other}`");
            let help = "`\"keep\"` leaves a large group whole, `\"cut\"` cuts it";
            return Err(argument(core, ctx, message, help));
        }
    };
    let facts = set.view.topology();
    let parts = split_together(&facts.users, &set.rows(), size, ties, oversize);
    Ok(parts.into_iter().map(|part| Dynamic::from(set.part(part.into_iter().collect()))).collect())
}

/// Reads which ties count.
fn ties(
    core: &Core,
    ctx: &NativeCallContext,
    primitive: &str,
    by: &Dynamic,
) -> Result<Ties, Fault> {
    let mut ties = Ties { delegates: false, lines: false, managers: false };
    let words = by.read_lock::<Array>().map(|words| words.clone()).unwrap_or_default();
    if words.is_empty() {
        let message = format!("`{primitive}` wants a list of the ties that count");
        return Err(argument(core, ctx, message, "write `[\"delegates\", \"lines\"]`"));
    }
    for word in words {
        match word.to_string().as_str() {
            "delegates" => ties.delegates = true,
            "lines" => ties.lines = true,
            "managers" => ties.managers = true,
            other => {
                let known = ["delegates", "lines", "managers"];
                let help = did_you_mean(other, known, "there are `delegates`, `lines`, `managers`");
                return Err(argument(core, ctx, format!("there is no tie `{other}`"), help));
            }
        }
    }
    Ok(ties)
}

fn between(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "UserSet.ties(others: UserSet, by?: array) -> array of string",
        "The ties between the users of this set and those of another who are not in this one, in words; at
        most 1,000, then how many more.

        `by` lists the ties that count, as for `split_together`.

        (legacy.users - legacy.users.filter(|user| user == dan)).ties(topology.users)  //=> [\"`bob@contoso.com` has `dan@contoso.com` as a delegate\"]
        legacy.users.ties(lync.users)  //=> []
        legacy.users.filter(|user| user == ann).ties(legacy.users, [\"managers\"])  //=> [\"`ann@contoso.com` is the manager of `bob@contoso.com`\"]
        legacy.users.ties(lync.users, [])  //! wants a list of the ties that count",
        |set: UserSet, others: UserSet| lines(&set, &others, Ties::default()),
    );
    api.also(move |ctx: NativeCallContext, set: UserSet, others: UserSet, by: Array| {
        Ok::<_, Fault>(lines(&set, &others, ties(&core, &ctx, "ties", &by.into())?))
    });
}

fn lines(set: &UserSet, others: &UserSet, ties: Ties) -> Array {
    let facts = set.view.topology();
    let found = ties.between(&facts.users, &set.bits, &others.bits);
    let left_out = found.len().saturating_sub(LINES);
    let address = |user| facts.users.address(user);
    let in_words = found.into_iter().take(LINES).map(|(one, tie, other)| match tie {
        Tie::Delegate => format!("`{}` has `{}` as a delegate", address(one), address(other)),
        Tie::Line => format!("`{}` and `{}` share a line", address(one), address(other)),
        Tie::Manager => format!("`{}` is the manager of `{}`", address(other), address(one)),
    });
    let mut lines: Array = in_words.map(Dynamic::from).collect();
    if left_out > 0 {
        lines.push(format!("and {} more", crate::text::grouped(left_out)).into());
    }
    lines
}

fn quota(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "UserSet.split_quota(size: int, property: string | function, most: int) -> array of UserSet",
        "Parts of at most that size, with at most `most` users of one value of the property in each.

        Everybody goes into the first part that has room, in the order of the set.

        legacy.users.split_quota(3, \"department\", 1)  //=> [3 users, 2 users]
        legacy.users.split_quota(3, |user| user.city, 2)  //=> [3 users, 2 users]
        legacy.users.split_quota(3, \"departmant\", 1)  //! did you mean `department`?
        legacy.users.split_quota(3, \"city\", 0)  //! wants at least 1",
        move |ctx: NativeCallContext, set: UserSet, size: i64, property: Dynamic, most: i64| {
            let size = at_least(&core, &ctx, "split_quota", size, 1)?;
            let most = at_least(&core, &ctx, "split_quota", most, 1)?;
            let asked = Asked::of(&core, &ctx, "split_quota", &property)?;
            let keys = keys(&core, &ctx, "split_quota", &set, &asked)?;
            let keyed: Vec<_> = keys.into_iter().map(|(key, _, id)| (id, key.text())).collect();
            let parts = split_quota(&keyed, size, most).into_iter();
            let parts = parts.map(|part| Dynamic::from(set.part(part.into_iter().collect())));
            Ok::<Array, Fault>(parts.collect())
        },
    );
}
