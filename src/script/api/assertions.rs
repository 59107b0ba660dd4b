//! Assertions that are functions: two values are equal, a call fails in one way. They exist in tests.
//!
//! `assert EXPR` is a block form, because it shows the value of each part of its expression.

use super::errors::{argument, wrong_type};
use super::primitive::EffectClass;
use super::table::Api;
use super::user_set::UserSet;
use crate::diagnostic::{Code, Finding, codes};
use crate::script::core::{Core, Latch};
use crate::script::fault::{Fault, Raised};
use crate::script::forms::alike;
use crate::script::shown::{in_call, shown};
use crate::script::{comparisons, errors as script_errors, names};
use crate::text::{self, did_you_mean};
use rhai::{Array, Dynamic, EvalAltResult, FnPtr, ImmutableString, Map, NativeCallContext};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Strings longer than this are shown from where they differ on.
const LONG: usize = 40;

pub(super) fn register(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "assert_eq(a: any value, b: any value)",
        "In a test: both values are equal.

        Arrays and maps are compared element by element, and sets of users by their members. Values of
        different types are an error, as everywhere.

        assert_eq(legacy.users.len, 5)         //=> ()
        assert_eq(ann.title, \"Agent\")          //! the two values are not equal
        assert_eq([1, 2, 3], [1, 2, 4])        //! at `[2]`: 3 and 4
        assert_eq(#{ why: () }, #{})           //! at `.why`: nothing and no such key
        assert_eq(legacy.users, lync.users)    //! only the first holds
        assert_eq(legacy.users.len, \"5\")       //! never equal or ordered",
        move |ctx: NativeCallContext, a: Dynamic, b: Dynamic| equal(&core, &ctx, &a, &b),
    );
    let core = Arc::clone(api.core);
    api.add(
        EffectClass::Pure,
        "assert_fails(code: string, call: function) -> string",
        "In a test: the call fails with that code. Yields the words of its message.

        A halt is such a failure too: what it halts is over then, and the test goes on. A limit of the
        language is not: it ends the test. The codes are those of messages (`sidle doc` lists them); the
        `sidle::` before them may be left out.

        assert_fails(\"topology::unknown_pool\", || topology.pool(\"nopool\"))  //=> \"`contoso` has no pool `nopool`\"
        assert_fails(\"script::halt\", || halt(\"the gateway is not there\"))   //=> \"the gateway is not there\"
        assert_fails(\"topology::unknown_pool\", || topology.site(\"Pusan\"))   //! failed in another way
        assert_fails(\"topology::unknown_pool\", || legacy.users.len)         //! nothing failed
        assert_fails(\"topology::unknwon_pool\", || 1)                        //! did you mean `topology::unknown_pool`?",
        move |ctx: NativeCallContext, code: ImmutableString, call: FnPtr| {
            fails(&core, &ctx, &code, &call)
        },
    );
    let core = Arc::clone(api.core);
    api.also(move |ctx: NativeCallContext, code: Dynamic, call: Dynamic| {
        core.bench_of("assert_fails", &ctx)?;
        let help = "write for example `assert_fails(\"script::halt\", || halt(\"no\"))`";
        let (wanted, got) = if code.is_string() {
            ("a function: put `||` before the call", &call)
        } else {
            ("a code in quotes first", &code)
        };
        Err::<ImmutableString, _>(wrong_type(&core, &ctx, "assert_fails", wanted, got, help))
    });
}

/// Where two values differ.
struct Difference {
    path: String,
    words: String,
}

fn equal(core: &Core, ctx: &NativeCallContext, a: &Dynamic, b: &Dynamic) -> Result<(), Fault> {
    let bench = core.bench_of("assert_eq", ctx)?;
    bench.count();
    let (a, b) = (a.flatten_clone(), b.flatten_clone());
    let Some(difference) = differ(core, ctx, String::new(), &a, &b)? else { return Ok(()) };
    let message = "the two values are not equal";
    let mut finding = Finding::error(codes::TEST_NOT_EQUAL, message);
    let call = core.place(ctx);
    let script = core.scripts.get(&call.file);
    let spans = script.map(|script| script.spans.arguments(ctx.call_position()));
    let values = [&a, &b].map(|value| shown(&mut in_call(ctx), value));
    for (span, value) in spans.iter().flatten().zip(&values) {
        let at = crate::journal::Place { start: span.start, end: span.end, ..call.clone() };
        finding = core.mark(finding, &at, value);
    }
    if finding.labels.is_empty() {
        let [a, b] = &values;
        finding = core.mark(finding.because(format!("{a} and {b}")), &call, "");
    }
    Err(bench.fail(if difference.path.is_empty() {
        match difference.words {
            words if words.is_empty() => finding,
            words => finding.because(words),
        }
    } else {
        finding.because(format!("at `{}`: {}", difference.path, difference.words))
    }))
}

/// The first place where two values differ.
fn differ(
    core: &Core,
    ctx: &NativeCallContext,
    path: String,
    a: &Dynamic,
    b: &Dynamic,
) -> Result<Option<Difference>, Fault> {
    let show = |value: &Dynamic| shown(&mut in_call(ctx), value);
    let between = |path: String| {
        let words =
            if path.is_empty() { String::new() } else { format!("{} and {}", show(a), show(b)) };
        Ok(Some(Difference { path, words }))
    };
    if a.is_unit() || b.is_unit() {
        return if a.is_unit() && b.is_unit() { Ok(None) } else { between(path) };
    }
    if let (Some(a), Some(b)) = (a.read_lock::<Array>(), b.read_lock::<Array>()) {
        for (index, (a, b)) in a.iter().zip(b.iter()).enumerate() {
            let inner = differ(
                core,
                ctx,
                format!("{path}[{index}]"),
                &a.flatten_clone(),
                &b.flatten_clone(),
            )?;
            if inner.is_some() {
                return Ok(inner);
            }
        }
        let words = match a.len().cmp(&b.len()) {
            std::cmp::Ordering::Equal => return Ok(None),
            std::cmp::Ordering::Less => ("nothing".to_owned(), b.get(a.len()).map(show)),
            std::cmp::Ordering::Greater => {
                (a.get(b.len()).map(show).unwrap_or_default(), Some("nothing".to_owned()))
            }
        };
        let path = format!("{path}[{}]", a.len().min(b.len()));
        let words = format!("{} and {}", words.0, words.1.unwrap_or_default());
        return Ok(Some(Difference { path, words }));
    }
    if let (Some(a), Some(b)) = (a.read_lock::<Map>(), b.read_lock::<Map>()) {
        let keys: BTreeSet<&str> = a.keys().chain(b.keys()).map(AsRef::as_ref).collect();
        for key in keys {
            let path = format!("{path}.{key}");
            let [a, b] = match [a.get(key), b.get(key)] {
                [Some(a), Some(b)] => [a.flatten_clone(), b.flatten_clone()],
                // Nothing is not `()`: a key that is missing is a difference.
                [a, b] => {
                    let [a, b] = [a, b].map(|one| one.map_or("no such key".to_owned(), show));
                    return Ok(Some(Difference { path, words: format!("{a} and {b}") }));
                }
            };
            let inner = differ(core, ctx, path, &a, &b)?;
            if inner.is_some() {
                return Ok(inner);
            }
        }
        return Ok(None);
    }
    let kinds = [a, b].map(names::type_of);
    let [one, other] = &kinds;
    if !alike(one, other) {
        let finding =
            core.finding(ctx, codes::SCRIPT_UNLIKE_TYPES, comparisons::unlike(one, other));
        return Err(core.raise(finding.help(comparisons::HELP)));
    }
    let same = ctx.call_native_fn_raw("==", true, &mut [&mut a.clone(), &mut b.clone()])?;
    if same.as_bool().unwrap_or(false) {
        return Ok(None);
    }
    if let (Some(a), Some(b)) = (a.read_lock::<UserSet>(), b.read_lock::<UserSet>()) {
        return Ok(Some(Difference { path, words: members(&a, &b) }));
    }
    if let (Some(a), Some(b)) = (a.read_lock::<ImmutableString>(), b.read_lock::<ImmutableString>())
        && a.chars().count().max(b.chars().count()) > LONG
    {
        let at = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
        let rest =
            |text: &str| format!("{:?}", text.chars().skip(at).take(LONG).collect::<String>());
        let words = format!("from character {} on: {} and {}", at + 1, rest(&a), rest(&b));
        return Ok(Some(Difference { path, words }));
    }
    between(path)
}

/// Who is in one of two sets only.
fn members(a: &UserSet, b: &UserSet) -> String {
    let only = |one: &UserSet, other: &UserSet| {
        let users = one.view.topology();
        let rows = one.bits.as_ref() - other.bits.as_ref();
        rows.iter().map(|row| users.users.address(row).to_owned()).collect::<Vec<_>>()
    };
    let said = [("first", only(a, b)), ("second", only(b, a))];
    let said = said.iter().filter(|(_, names)| !names.is_empty());
    let said =
        said.map(|(which, names)| format!("only the {which} holds {}", text::list(names, 5)));
    said.collect::<Vec<_>>().join("; ")
}

/// The code of that name, with or without `sidle::`.
fn code_named(core: &Core, ctx: &NativeCallContext, name: &str) -> Result<Code, Fault> {
    let short = name.strip_prefix("sidle::").unwrap_or(name);
    let shorts = || codes::ALL.iter().filter_map(|code| code.id.strip_prefix("sidle::"));
    let found = codes::ALL.iter().find(|code| code.id.strip_prefix("sidle::") == Some(short));
    found.copied().ok_or_else(|| {
        let message = format!("no failure has the code `{name}`");
        let help = did_you_mean(short, shorts(), "`sidle doc` lists all codes");
        core.raise(core.finding(ctx, codes::TEST_UNKNOWN_CODE, message).help(help))
    })
}

fn fails(
    core: &Core,
    ctx: &NativeCallContext,
    code: &str,
    call: &FnPtr,
) -> Result<ImmutableString, Fault> {
    let bench = core.bench_of("assert_fails", ctx)?;
    bench.count();
    let wanted = code_named(core, ctx, code)?;
    if wanted == codes::SCRIPT_LIMIT {
        let help = "leave the test out: a script that does not end fails by itself";
        return Err(argument(core, ctx, "a limit ends the test and cannot be asserted", help));
    }
    let fault = match call.call_within_context::<Dynamic>(ctx, ()) {
        Ok(value) => {
            let message = format!("nothing failed, and `{}` was to be raised", wanted.id);
            let finding = core.finding(ctx, codes::TEST_NO_FAILURE, message);
            let value = shown(&mut in_call(ctx), &value);
            return Err(bench.fail(finding.because(format!("the call yields {value}"))));
        }
        Err(fault) => fault,
    };
    if matches!(
        *fault,
        EvalAltResult::ErrorTerminated(..) | EvalAltResult::ErrorTooManyOperations(_)
    ) {
        return Err(fault);
    }
    let raised = match Raised::of(&fault) {
        // The run knows why it halted.
        Some(Raised::Stop) => bench.simulator.halted(),
        _ => None,
    };
    let raised = raised.unwrap_or_else(|| {
        let file = ctx.call_source().unwrap_or_default();
        script_errors::explain(core, ctx.engine(), file, &fault)
    });
    if raised.code == codes::SCRIPT_LIMIT {
        return Err(fault);
    }
    if raised.code != wanted {
        let message = format!("the call failed in another way than with `{}`", wanted.id);
        let finding = core.finding(ctx, codes::TEST_OTHER_FAILURE, message);
        return Err(bench.fail(finding.with_related(raised)));
    }
    if !matches!(core.state().latch, Latch::Open) {
        core.forgive();
    }
    Ok(raised.message.into())
}
