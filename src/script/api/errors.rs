//! How primitives refuse: one line of what is wrong, and what to write instead.
//!
//! Every refusal is a finding that marks the call in the script. The nearest name comes from the table
//! of primitives, so a new primitive is suggested as soon as it is registered.

use super::primitive::{Kind, Primitive};
use crate::diagnostic::{Code, codes};
use crate::script::core::Core;
use crate::script::fault::Fault;
use crate::script::names::{article, with_article};
use crate::text;
use rhai::{Dynamic, NativeCallContext};

/// Refuses the call `ctx`.
pub(super) fn refuse(
    core: &Core,
    ctx: &NativeCallContext,
    kind: Code,
    message: impl Into<String>,
    help: impl Into<String>,
) -> Fault {
    core.raise(core.finding(ctx, kind, message).help(help))
}

/// Refuses an argument: of the wrong type, or out of its range.
pub(super) fn argument(
    core: &Core,
    ctx: &NativeCallContext,
    message: impl Into<String>,
    help: impl Into<String>,
) -> Fault {
    refuse(core, ctx, codes::VALUE_ARGUMENT, message, help)
}

/// Refuses an argument of the wrong type: `` `move_to` wants a Pool, not a string ``.
pub(super) fn wrong_type(
    core: &Core,
    ctx: &NativeCallContext,
    primitive: &str,
    wanted: &str,
    got: &Dynamic,
    help: impl Into<String>,
) -> Fault {
    let message = format!("`{primitive}` wants {wanted}, not {}", with_article(got));
    argument(core, ctx, message, help)
}

/// Refuses a name that is not among those that exist.
pub(super) fn unknown_name<'a>(
    core: &Core,
    ctx: &NativeCallContext,
    kind: Code,
    message: String,
    name: &str,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Fault {
    let names: Vec<&str> = known.clone().into_iter().collect();
    let otherwise = if names.is_empty() {
        "there are none".to_owned()
    } else {
        format!("there {} {}", if names.len() == 1 { "is" } else { "are" }, text::list(&names, 8))
    };
    refuse(core, ctx, kind, message, text::did_you_mean(name, known, &otherwise))
}

/// Refuses to change a value.
pub(super) fn read_only(
    core: &Core,
    ctx: &NativeCallContext,
    receiver: &str,
    key: &Dynamic,
) -> Fault {
    let message =
        format!("`{key}` of {} cannot be set: its facts are read-only", article(receiver));
    let help = "facts come from the inventory and change through effects such as `move_to`; keep a value of your own in a variable or a map";
    refuse(core, ctx, codes::VALUE_READ_ONLY, message, help)
}

/// The primitives that a value of that type answers.
fn of_receiver(receiver: &'static str) -> impl Iterator<Item = &'static Primitive> + Clone {
    super::primitives().iter().filter(move |primitive| {
        primitive.receiver == Some(receiver)
            // What `select` returns is a set that knows more.
            || (receiver == "UserSet" && primitive.receiver == Some("Selection"))
    })
}

/// Names of the properties that a value of that type has.
pub(super) fn properties(receiver: &'static str) -> impl Iterator<Item = &'static str> + Clone {
    of_receiver(receiver)
        .filter(|primitive| primitive.kind == Kind::Property)
        .map(|primitive| primitive.name)
}

/// Refuses a property that a type does not have.
pub(super) fn unknown_property(
    core: &Core,
    ctx: &NativeCallContext,
    receiver: &'static str,
    name: &str,
) -> Fault {
    let message = format!("{} has no property `{name}`", article(receiver));
    let method = of_receiver(receiver).find(|one| one.kind == Kind::Method && one.name == name);
    if let Some(method) = method {
        let help = format!("`{name}` is a method: write `{}`", call_of(method));
        return refuse(core, ctx, codes::VALUE_UNKNOWN_PROPERTY, message, help);
    }
    unknown_name(core, ctx, codes::VALUE_UNKNOWN_PROPERTY, message, name, properties(receiver))
}

/// How a method is called: `.filter(f)`.
fn call_of(method: &Primitive) -> String {
    let params: Vec<&str> =
        method.params.iter().filter(|param| !param.optional).map(|param| param.name).collect();
    format!(".{}({})", method.name, params.join(", "))
}

/// Refuses `==` on values that are never compared.
pub(super) fn never_compared(
    core: &Core,
    ctx: &NativeCallContext,
    name: &str,
    instead: &str,
) -> Fault {
    let message = format!("{} cannot be compared", article(name));
    refuse(core, ctx, codes::VALUE_UNLIKE, message, instead)
}

/// Refuses to compare a value with one of another type, or by size.
pub(super) fn unlike(
    core: &Core,
    ctx: &NativeCallContext,
    name: &str,
    instead: &str,
    operator: &str,
    other: &Dynamic,
) -> Fault {
    let message =
        format!("`{operator}` cannot compare {} with {}", article(name), with_article(other));
    refuse(core, ctx, codes::VALUE_UNLIKE, message, instead)
}
