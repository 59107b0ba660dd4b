//! Rhai's array functions whose closures must yield a bool or an order.
//!
//! Rhai takes anything that is no bool for false, and swallows errors inside a comparator. Here both
//! are errors, and the closures are pure.

use super::core::Core;
use super::fault::Fault;
use super::names;
use crate::diagnostic::codes;
use rhai::{Array, Dynamic, Engine, FnPtr, NativeCallContext};
use std::cmp::Ordering;
use std::sync::Arc;

/// Replaces rhai's own.
pub(super) fn register(engine: &mut Engine, core: &Arc<Core>) {
    let mine = core.clone();
    engine.register_fn("filter", move |ctx: NativeCallContext, array: &mut Array, f: FnPtr| {
        let kept = mine.chosen(&ctx, "filter", array, &f)?;
        let pairs = array.iter().zip(kept);
        Ok::<_, Fault>(
            pairs.filter(|(_, kept)| *kept).map(|(item, _)| item.clone()).collect::<Array>(),
        )
    });
    let mine = core.clone();
    engine.register_fn("some", move |ctx: NativeCallContext, array: &mut Array, f: FnPtr| {
        mine.first(&ctx, "some", array, &f, true).map(|found| found.is_some())
    });
    let mine = core.clone();
    engine.register_fn("all", move |ctx: NativeCallContext, array: &mut Array, f: FnPtr| {
        mine.first(&ctx, "all", array, &f, false).map(|found| found.is_none())
    });
    let mine = core.clone();
    engine.register_fn("find", move |ctx: NativeCallContext, array: &mut Array, f: FnPtr| {
        let found = mine.first(&ctx, "find", array, &f, true)?;
        Ok::<_, Fault>(found.and_then(|at| array.get(at).cloned()).unwrap_or(Dynamic::UNIT))
    });
    let mine = core.clone();
    engine.register_fn("index_of", move |ctx: NativeCallContext, array: &mut Array, f: FnPtr| {
        let found = mine.first(&ctx, "index_of", array, &f, true)?;
        Ok::<_, Fault>(found.and_then(|at| i64::try_from(at).ok()).unwrap_or(-1))
    });
    for (name, keeps) in [("retain", true), ("drain", false)] {
        let mine = core.clone();
        engine.register_fn(name, move |ctx: NativeCallContext, array: &mut Array, f: FnPtr| {
            let chosen = mine.chosen(&ctx, name, array, &f)?;
            let (mut kept, mut gone) = (Array::new(), Array::new());
            for (item, chosen) in std::mem::take(array).into_iter().zip(chosen) {
                if chosen == keeps { kept.push(item) } else { gone.push(item) }
            }
            *array = kept;
            Ok::<_, Fault>(gone)
        });
    }
    for name in ["sort", "order"] {
        let mine = core.clone();
        engine.register_fn(name, move |ctx: NativeCallContext, array: &mut Array, f: FnPtr| {
            let sorted = mine.sorted(&ctx, array, &f)?;
            if name == "order" {
                return Ok::<_, Fault>(Dynamic::from_array(sorted));
            }
            *array = sorted;
            Ok(Dynamic::UNIT)
        });
    }
}

impl Core {
    /// What the closure says of every element.
    fn chosen(
        &self,
        ctx: &NativeCallContext,
        name: &'static str,
        array: &[Dynamic],
        f: &FnPtr,
    ) -> Result<Vec<bool>, Fault> {
        self.pure(ctx, name, || array.iter().map(|item| self.asks(ctx, name, item, f)).collect())
    }

    /// Index of the first element of which the closure says `wanted`.
    fn first(
        &self,
        ctx: &NativeCallContext,
        name: &'static str,
        array: &[Dynamic],
        f: &FnPtr,
        wanted: bool,
    ) -> Result<Option<usize>, Fault> {
        self.pure(ctx, name, || {
            for (at, item) in array.iter().enumerate() {
                if self.asks(ctx, name, item, f)? == wanted {
                    return Ok(Some(at));
                }
            }
            Ok(None)
        })
    }

    /// Calls a closure that must yield a bool.
    ///
    /// # Errors
    /// Those of the closure, and one that names the type if it yields anything else.
    pub fn asks(
        &self,
        ctx: &NativeCallContext,
        name: &str,
        item: &Dynamic,
        f: &FnPtr,
    ) -> Result<bool, Fault> {
        let said = f.call_within_context::<Dynamic>(ctx, (item.clone(),))?;
        said.as_bool().map_err(|_| {
            let message = format!(
                "the closure of `{name}` yields {} and not `true` or `false`",
                names::with_article(&said)
            );
            let finding = self.finding(ctx, codes::SCRIPT_NOT_BOOL, message);
            self.raise(finding.help("compare something, and end without a semicolon"))
        })
    }

    fn sorted(
        &self,
        ctx: &NativeCallContext,
        array: &[Dynamic],
        f: &FnPtr,
    ) -> Result<Array, Fault> {
        let mut wrong = None;
        let mut sorted = array.to_vec();
        self.pure(ctx, "sort", || {
            // The first error is kept and raised; until then every pair counts as equal.
            sorted.sort_by(|a, b| {
                if wrong.is_some() {
                    return Ordering::Equal;
                }
                self.compares(ctx, a, b, f).unwrap_or_else(|fault| {
                    wrong = Some(fault);
                    Ordering::Equal
                })
            });
            Ok(())
        })?;
        wrong.map_or(Ok(sorted), Err)
    }

    fn compares(
        &self,
        ctx: &NativeCallContext,
        a: &Dynamic,
        b: &Dynamic,
        f: &FnPtr,
    ) -> Result<Ordering, Fault> {
        let said = f.call_within_context::<Dynamic>(ctx, (a.clone(), b.clone()))?;
        said.as_int().map(|order| order.cmp(&0)).map_err(|_| {
            let message = format!(
                "the comparator of `sort` yields {} and not a number",
                names::with_article(&said)
            );
            let finding = self.finding(ctx, codes::SCRIPT_WRONG_TYPE, message);
            self.raise(finding.help("yield -1, 0 or 1: less, equal, greater"))
        })
    }
}
