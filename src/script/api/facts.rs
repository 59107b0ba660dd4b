//! Properties by name, for functions that are told which: the library spreads a pilot over any of them.

use super::asking::{Asked, keys};
use super::errors::{self, argument};
use super::table::{Api, Value};
use super::user::{UserValue, column};
use super::user_set::{UserSet, at_least};
use crate::script::core::Core;
use crate::script::fault::Fault;
use crate::topology::{UserId, spread_over_all};
use rhai::{Array, Dynamic, ImmutableString, NativeCallContext};
use std::sync::Arc;

pub(super) fn register(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "User.fact(name: string) -> any",
        "The property or further column of that name, for functions that are told which one to read.

        ann.fact(\"title\")        //=> \"Engineer\"
        ann.fact(\"Cost Center\")  //=> \"4711\"
        ann.fact(\"titel\")        //! did you mean `title`?",
        move |ctx: NativeCallContext, user: UserValue, name: ImmutableString| {
            fact(&core, &ctx, &user, &name)
        },
    );
    spread_over(api);
}

/// A property, or else a further column.
pub(super) fn fact(
    core: &Core,
    ctx: &NativeCallContext,
    user: &UserValue,
    name: &str,
) -> Result<Dynamic, Fault> {
    property(ctx, user, name).unwrap_or_else(|| column(core, ctx, user, name).map(Dynamic::from))
}

/// What a value of the table has under a name, if it has a property of that name.
pub(super) fn property<V: Value>(
    ctx: &NativeCallContext,
    value: &V,
    name: &str,
) -> Option<Result<Dynamic, Fault>> {
    errors::properties(V::NAME).any(|property| property == name).then(|| {
        let mut value = Dynamic::from(value.clone());
        ctx.call_native_fn_raw(format!("get${name}"), true, &mut [&mut value])
    })
}

fn spread_over(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "UserSet.spread_over(n: int, properties: array, seed: int) -> UserSet",
        "Chooses `n` users so that each value of each property is among them, as far as `n` goes, and fills up
        so that each combination of values has its share.

        A property is a name or a function of a user. The same seed always chooses the same.

        legacy.users.spread_over(3, [\"city\", \"department\"], 1).group_by(\"department\").len  //=> 3
        legacy.users.spread_over(9, [\"city\"], 1).len  //=> 5
        legacy.users.spread_over(3, [], 1)  //! at least one property
        legacy.users.spread_over(3, [\"citty\"], 1)  //! did you mean `city`?",
        move |ctx: NativeCallContext, set: UserSet, n: i64, properties: Array, seed: i64| {
            let n = at_least(&core, &ctx, "spread_over", n, 0)?;
            if properties.is_empty() {
                let help = "name what the users are spread over: `[\"site\", \"department\"]`";
                let message = "`spread_over` wants at least one property";
                return Err(argument(&core, &ctx, message, help));
            }
            let rows = set.rows();
            let mut values: Vec<(UserId, Vec<String>)> =
                rows.into_iter().map(|id| (id, Vec::new())).collect();
            for property in properties {
                let asked = Asked::of(&core, &ctx, "spread_over", &property)?;
                let keys = keys(&core, &ctx, "spread_over", &set, &asked)?;
                for ((_, texts), (key, ..)) in values.iter_mut().zip(keys) {
                    texts.push(key.text());
                }
            }
            Ok(set.part(spread_over_all(&values, n, seed.cast_unsigned())))
        },
    );
}
