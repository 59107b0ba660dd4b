//! `test NAME { ... }`: one test of a file under `tests/`.
//!
//! An evaluation is for one test. Its block runs and ends the evaluation; the others are passed over.

use super::super::core::Core;
use super::super::fault::{Evaluated, Raised};
use rhai::{Dynamic, EvalAltResult, EvalContext, Expression};

/// Runs the block of the test that this evaluation is for.
pub(super) fn evaluate(core: &Core, ctx: &mut EvalContext, inputs: &[Expression]) -> Evaluated {
    let at = super::head(core, ctx, inputs);
    let bench = core.bench("test", &at)?;
    if !bench.is_for(&at) {
        return Ok(Dynamic::UNIT);
    }
    bench.begin(&at);
    let result = ctx.eval_expression_tree(super::part(inputs, 1)?);
    match result.as_ref().err().map(AsRef::as_ref) {
        None => {
            bench.end();
            // What stands after the test is the business of other tests.
            Err(Raised::stop())
        }
        Some(
            fault @ (EvalAltResult::LoopBreak(..)
            | EvalAltResult::Return(..)
            | EvalAltResult::Exit(..)),
        ) => Err(super::leaves(core, ctx, "a test", &at, fault)),
        Some(_) => result,
    }
}
