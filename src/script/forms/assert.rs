//! `assert EXPR`: fails the test unless EXPR holds.
//!
//! What holds is what a `require` lets pass: `true`, a passing check, a good move report. Unknown fails.

use super::super::core::Core;
use super::super::fault::Evaluated;
use super::operands::{Part, evaluate as evaluate_parts};
use crate::diagnostic::{Finding, codes};
use crate::journal::{Place, Verdict};
use rhai::{Dynamic, EvalContext, Expression};

/// Asks an assertion; its value is nothing.
pub(super) fn evaluate(core: &Core, ctx: &mut EvalContext, inputs: &[Expression]) -> Evaluated {
    let expr = super::part(inputs, 0)?;
    let word = super::word(inputs);
    let at = core.scripts.place(ctx.source(), |spans| spans.statement(word));
    let bench = core.bench("assert", &at)?;
    bench.count();
    let mut parts = Vec::new();
    let value = evaluate_parts(core, ctx, expr, &mut parts)?;
    let (verdict, why) = core
        .verdict_of(&value)
        .map_err(|fault| super::marked_if_nowhere(core, fault, &at, "asserted here"))?;
    match verdict {
        Verdict::Pass => Ok(Dynamic::UNIT),
        _ => Err(bench.fail(describe(core, verdict, &why, &parts, &at))),
    }
}

/// What does not hold, and the value of each part under the source.
fn describe(core: &Core, verdict: Verdict, why: &str, parts: &[Part], at: &Place) -> Finding {
    let said = super::excerpt(core, at, "assert");
    let message = match verdict {
        Verdict::Unknown => format!("`{said}` is unknown, and unknown never passes"),
        Verdict::Fail | Verdict::Pass => format!("`{said}` does not hold"),
    };
    let mut finding = Finding::error(codes::TEST_ASSERTION, message);
    // The operator that decided is the primary mark: it is evaluated last.
    for part in parts.iter().rev() {
        finding = core.mark(finding, &part.at, &part.shown);
    }
    if parts.is_empty() {
        finding = core.mark(finding, at, "");
    }
    if why.is_empty() || why == "it is false" { finding } else { finding.because(why) }
}
