//! `stage NAME { ... }`: a named, durable part of the run.

use super::super::core::Core;
use super::super::fault::{Evaluated, Fault, Raised};
use crate::diagnostic::{Finding, codes};
use crate::journal::{Place, Request};
use rhai::{EvalAltResult, EvalContext, Expression};

/// Enters, evaluates and leaves a stage; yields the value of its block.
pub(super) fn evaluate(core: &Core, ctx: &mut EvalContext, inputs: &[Expression]) -> Evaluated {
    let at = super::head(core, ctx, inputs);
    core.permit_form("stage", &at)?;
    let name = super::name(core, ctx, inputs, "stage", &at)?;
    let depth = enter(core, &name, &at)?;
    let path = core.stage();
    let result = ctx.eval_expression_tree(super::part(inputs, 1)?);
    core.state().stages.truncate(depth);
    match result.as_ref().err().map(AsRef::as_ref) {
        // At the top level this would end the run as if it were completed.
        Some(fault @ (EvalAltResult::Return(..) | EvalAltResult::Exit(..)))
            if ctx.call_level() == 0 =>
        {
            return Err(super::leaves(core, ctx, "a stage at the top level", &at, fault));
        }
        None | Some(EvalAltResult::LoopBreak(..) | EvalAltResult::Return(..)) => {}
        // An error is no leaving: it may be mended, and the stage then goes on where it was.
        Some(_) => return result,
    }
    core.ask(Request::Leave { stage: path, at })?;
    result
}

/// Opens a stage; returns how many stood open before.
fn enter(core: &Core, name: &str, at: &Place) -> Result<usize, Fault> {
    let depth = core.state().stages.len();
    let parent = core.stage();
    let path = if parent.is_empty() { name.to_owned() } else { format!("{parent} / {name}") };
    let earlier = core.state().entered.get(&path).cloned();
    if let Some(earlier) = earlier {
        let message = format!("the stage `{path}` is entered twice in one run");
        let mut finding = Finding::error(codes::SCRIPT_STAGE_TWICE, message);
        finding = core.mark(finding, at, "the second time");
        if earlier == *at {
            finding = finding
                .help("in a loop, put what differs into the name: `stage wave.name { ... }`");
        } else if earlier.file == at.file {
            finding =
                core.mark(finding, &earlier, "the first time").help("give each stage its own name");
        } else {
            let first = Finding::advice(codes::SCRIPT_STAGE_TWICE, "it was entered here before");
            finding = finding
                .with_related(core.mark(first, &earlier, "the first time"))
                .help("give each stage its own name");
        }
        return Err(Raised::finding(finding));
    }
    core.ask(Request::Enter { stage: path.clone(), at: at.clone() })?;
    let mut state = core.state();
    state.entered.insert(path, at.clone());
    state.stages.push(name.to_owned());
    Ok(depth)
}
