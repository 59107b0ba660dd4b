//! Values as a person reads them: beside the source of a `require`, under an assertion.

use super::names;
use super::values::{CheckValue, EvidenceValue};
use rhai::{Array, Dynamic, EvalContext, ImmutableString, NativeCallContext};

/// The widest that a value is shown.
const WIDEST: usize = 60;
/// Elements of an array that are shown.
const ITEMS: usize = 6;

/// Prints a value as scripts do; `None` for one that does not print.
pub(super) type Print<'a> = dyn FnMut(&Dynamic) -> Option<String> + 'a;

/// Prints inside a block form.
pub(super) fn in_context<'a>(
    ctx: &'a mut EvalContext<'_, '_, '_, '_, '_, '_>,
) -> impl FnMut(&Dynamic) -> Option<String> + 'a {
    |value| {
        let text = ctx.call_native_fn_raw("to_string", true, &mut [&mut value.clone()]);
        text.ok().map(|text| text.to_string())
    }
}

/// Prints inside a primitive.
pub(super) fn in_call<'a>(
    ctx: &'a NativeCallContext<'_>,
) -> impl FnMut(&Dynamic) -> Option<String> + 'a {
    |value| {
        let text = ctx.call_native_fn_raw("to_string", true, &mut [&mut value.clone()]);
        text.ok().map(|text| text.to_string())
    }
}

/// A value on one line, cut where it is long.
pub(super) fn shown(print: &mut Print<'_>, value: &Dynamic) -> String {
    let text = whole(print, value).replace(['\n', '\r'], " ");
    if text.chars().count() > WIDEST {
        let cut: String = text.chars().take(WIDEST - 4).collect();
        return format!("{cut} ...");
    }
    text
}

/// A value in words.
fn whole(print: &mut Print<'_>, value: &Dynamic) -> String {
    if value.is_unit() {
        return "nothing".to_owned();
    }
    if let Some(check) = value.read_lock::<CheckValue>() {
        return check.record.verdict.word().to_owned();
    }
    if let Some(evidence) = value.read_lock::<EvidenceValue>() {
        return evidence.0.answer.clone();
    }
    if let Some(text) = value.read_lock::<ImmutableString>() {
        return format!("{:?}", text.as_str());
    }
    if let Some(array) = value.read_lock::<Array>() {
        let items: Vec<String> = array.iter().take(ITEMS).map(|item| whole(print, item)).collect();
        let more = if array.len() > items.len() { ", ..." } else { "" };
        return format!("[{}{more}]", items.join(", "));
    }
    print(value).unwrap_or_else(|| names::type_of(value))
}
