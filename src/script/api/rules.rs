//! Policies made of rules: each is asked in turn, and the first that has an answer decides.

use super::decisions::Choice;
use super::errors::{argument, refuse};
use super::table::Api;
use super::user::UserValue;
use crate::diagnostic::codes;
use crate::script::core::Core;
use crate::script::fault::Fault;
use crate::script::names::with_article;
use rhai::{Array, Dynamic, FnPtr, NativeCallContext};
use std::sync::Arc;

/// Why somebody is out whom no rule names.
const NO_RULE: &str = "no rule chooses this user";

pub(super) fn register(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "first_choice(user: User, rules: array of function) -> Choice",
        "Asks rules about a user, in order: the first that answers `include(why)` or `exclude(why)` decides.

        A rule that has nothing to say returns `()`. If none has, the user is out.

        first_choice(ann, [|user| if user.title == \"CEO\" { exclude(\"moves last\") }, |user| include(\"any\")])  //=> include: any
        first_choice(ann, [|user| ()])  //=> exclude: no rule chooses this user
        first_choice(ann, [])           //! at least one rule
        first_choice(ann, [|user| true])  //! rule 1 returned a bool",
        move |ctx: NativeCallContext, user: UserValue, rules: Array| {
            core.pure(&ctx, "first_choice", || first(&core, &ctx, &user, &rules))
        },
    );
}

fn first(
    core: &Core,
    ctx: &NativeCallContext,
    user: &UserValue,
    rules: &Array,
) -> Result<Choice, Fault> {
    if rules.is_empty() {
        let help = "write for example `[pilot::include_group(\"lync-pilot\")]`";
        return Err(argument(core, ctx, "a policy needs at least one rule", help));
    }
    for (number, rule) in rules.iter().enumerate() {
        let Some(function) = rule.read_lock::<FnPtr>() else {
            let message = format!("rule {} is {}, no function", number + 1, with_article(rule));
            let help = "call what makes a rule: `pilot::exclude_voice()`, or write `|user| ...`";
            return Err(argument(core, ctx, message, help));
        };
        let answer = function.call_within_context::<Dynamic>(ctx, (user.clone(),))?.flatten();
        if answer.is_unit() {
            continue;
        }
        return answer.clone().try_cast::<Choice>().ok_or_else(|| {
            let got = with_article(&answer);
            let message = format!("for `{user}` rule {} returned {got}", number + 1);
            let help = "a rule answers `include(\"why\")`, `exclude(\"why\")` or nothing";
            refuse(core, ctx, codes::VALUE_NO_ANSWER, message, help)
        });
    }
    Ok(Choice { included: false, why: NO_RULE.into(), decided: core.undecided(ctx) })
}
