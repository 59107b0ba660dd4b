//! Comparisons of plain values of different types, which rhai answers with a silent `false`.
//!
//! A number compares with a number and a char with a string; `x == ()` asks whether there is a value.
//! Everything else is a slip, and raises the error that a `require` raises for it.

use super::core::Core;
use super::fault::Fault;
use super::names;
use crate::diagnostic::codes;
use rhai::{Array, Dynamic, Engine, FLOAT, INT, ImmutableString, Map, NativeCallContext, Variant};
use std::sync::Arc;

/// What to do about values that are never alike.
pub(super) const HELP: &str =
    "compare like with like: a property of the value, or `.to_string()` or `parse_int(...)`";

/// The message for two types, as users name them.
pub(super) fn unlike(a: &str, b: &str) -> String {
    format!("{} and {} are never equal or ordered", names::article(a), names::article(b))
}

/// Refuses every operator of comparison between the left type and each of the right ones.
macro_rules! refuse {
    ($engine:ident, $core:ident, $left:ty: $($right:ty),*) => {
        $(pair::<$left, $right>($engine, $core);)*
    };
}

/// Makes such comparisons errors.
pub(super) fn register(engine: &mut Engine, core: &Arc<Core>) {
    refuse!(engine, core, INT: bool, char, ImmutableString, Array, Map);
    refuse!(engine, core, FLOAT: bool, char, ImmutableString, Array, Map);
    refuse!(engine, core, bool: INT, FLOAT, char, ImmutableString, Array, Map);
    refuse!(engine, core, char: INT, FLOAT, bool, Array, Map);
    refuse!(engine, core, ImmutableString: INT, FLOAT, bool, Array, Map);
    refuse!(engine, core, Array: INT, FLOAT, bool, char, ImmutableString, Map);
    refuse!(engine, core, Map: INT, FLOAT, bool, char, ImmutableString, Array);
}

fn pair<A: Variant + Clone, B: Variant + Clone>(engine: &mut Engine, core: &Arc<Core>) {
    for operator in ["==", "!=", "<", "<=", ">", ">="] {
        let core = core.clone();
        engine.register_fn(operator, move |ctx: NativeCallContext, left: A, right: B| {
            let [left, right] =
                [Dynamic::from(left), Dynamic::from(right)].map(|value| names::type_of(&value));
            let finding = core.finding(&ctx, codes::SCRIPT_UNLIKE_TYPES, unlike(&left, &right));
            Err::<bool, Fault>(core.raise(finding.help(HELP)))
        });
    }
}
