//! The engine: which parts of rhai exist, and how far a script may go.
//!
//! Built from chosen packages, so `sleep`, `exit`, `timestamp`, `eval` and reading files do not exist.
//! Every list of limits stands here. The optimiser is off: it is quadratic in places, and nothing can
//! interrupt it.

use super::budget::Spent;
use super::core::Core;
use super::modules::Resolver;
use super::{api, arrays, comparisons, forms, trace};
use rhai::packages::{
    ArithmeticPackage, BasicArrayPackage, BasicFnPackage, BasicIteratorPackage, BasicMapPackage,
    BasicMathPackage, BasicStringPackage, LogicPackage, MoreStringPackage, Package,
};
use rhai::{Dynamic, Engine, OptimizationLevel, Scope};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes of one script.
pub(super) const SOURCE: usize = 256 * 1024;
/// Nested expressions and blocks. A runbook with its stages and waves needs about 25.
const DEPTH: usize = 64;
/// Functions that call each other.
pub(super) const CALLS: usize = 32;
/// Bytes of a string.
const STRING: usize = 256 * 1024;
/// Elements of an array, those of its arrays included: also bounds how deep they nest.
const ARRAY: usize = 20_000;
/// Entries of a map.
const MAP: usize = 10_000;
/// Lines that `print` and `debug` may write.
const PRINTED_LINES: usize = 1000;
/// Characters of such a line.
const PRINTED_WIDTH: usize = 500;

/// Builds the engine of one evaluation.
pub(super) fn build(core: &Arc<Core>, resolver: Resolver) -> Engine {
    let mut engine = Engine::new_raw();
    ArithmeticPackage::new().register_into_engine(&mut engine);
    BasicStringPackage::new().register_into_engine(&mut engine);
    BasicIteratorPackage::new().register_into_engine(&mut engine);
    BasicFnPackage::new().register_into_engine(&mut engine);
    LogicPackage::new().register_into_engine(&mut engine);
    BasicMathPackage::new().register_into_engine(&mut engine);
    BasicArrayPackage::new().register_into_engine(&mut engine);
    BasicMapPackage::new().register_into_engine(&mut engine);
    MoreStringPackage::new().register_into_engine(&mut engine);
    limit(&mut engine, core);
    engine.set_module_resolver(resolver);
    engine.disable_symbol("eval");
    print_to_trace(&mut engine);
    arrays::register(&mut engine, core);
    comparisons::register(&mut engine, core);
    forms::register(&mut engine, core);
    api::register(&mut engine, core);
    let globals = core.clone();
    #[expect(deprecated, reason = "the only way to a name that every function can read")]
    engine.on_var(move |name, _, _| Ok(globals.global(name)));
    trace::register(&mut engine, core);
    engine
}

fn limit(engine: &mut Engine, core: &Arc<Core>) {
    engine.set_optimization_level(OptimizationLevel::None);
    // Looks operators up, so that those of `comparisons` come before the built-in ones.
    engine.set_fast_operators(false);
    engine.set_strict_variables(true);
    engine.set_fail_on_invalid_map_property(true);
    engine.set_max_expr_depths(DEPTH, DEPTH);
    engine.set_max_call_levels(CALLS);
    engine.set_max_string_size(STRING);
    engine.set_max_array_size(ARRAY);
    engine.set_max_map_size(MAP);
    engine.set_max_functions(2_000);
    engine.set_max_modules(200);
    engine.set_max_variables(2_000);
    let core = core.clone();
    engine.on_progress(move |_| {
        let spent = core.budget.spend()?;
        // A little beyond the limit, because the trace, which knows the place, is asked first.
        core.trace.spent(spent).then(|| Dynamic::from(spent))
    });
}

/// Sends what a script prints to sidle's own trace, and not without end.
fn print_to_trace(engine: &mut Engine) {
    let printed = Arc::new(AtomicUsize::new(0));
    let printed_too = printed.clone();
    engine.on_print(move |text| print(&printed, text, None));
    engine.on_debug(move |text, source, position| {
        let place = format!("{}:{position:?}", source.unwrap_or_default());
        print(&printed_too, text, Some(&place));
    });
}

fn print(printed: &AtomicUsize, text: &str, place: Option<&str>) {
    if printed.fetch_add(1, Ordering::Relaxed) < PRINTED_LINES {
        let text: String = text.chars().take(PRINTED_WIDTH).collect();
        tracing::info!(target: "sidle::script", place, "{text}");
    }
}

/// The names that every script sees, for the parser: their values are resolved when read.
pub(super) fn globals() -> Scope<'static> {
    let mut scope = Scope::new();
    for name in super::keywords::GLOBALS {
        scope.push_constant_dynamic(*name, Dynamic::UNIT);
    }
    scope
}

/// The words for a limit that was passed.
pub(super) fn words(spent: Spent) -> (String, &'static str) {
    use crate::text::{duration, grouped};
    match spent {
        Spent::Operations(most) => (
            format!(
                "the script does not come to its next effect within {} operations",
                grouped(usize::try_from(most).unwrap_or(usize::MAX))
            ),
            "does this loop end? the limit is `[limits] operations` in sidle.toml",
        ),
        Spent::Time(most) => (
            format!("the script does not come to its next effect within {}", duration(most)),
            "does this loop end? the limit is `[limits] time` in sidle.toml",
        ),
        Spent::Memory(most) => (
            format!("the script takes more than {most} MiB of memory"),
            "what grows here? the limit is `[limits] memory_mib` in sidle.toml",
        ),
        Spent::Closures => (
            "closures that capture closures nest without end".to_owned(),
            "keep values in variables and arrays instead of closures",
        ),
        Spent::Over => ("the run has ended this sitting".to_owned(), ""),
    }
}
