//! `on_rollback { ... }`: what takes a stage back.
//!
//! The block is kept with its variables as they are when it is reached, and runs only in a rollback.

use super::super::core::{Core, Latch};
use super::super::errors;
use super::super::fault::{Evaluated, Raised};
use super::super::gate::Gate;
use super::super::region::{Kind, Region};
use crate::diagnostic::{Finding, codes};
use crate::journal::Request;
use rhai::{Dynamic, Engine, EvalAltResult, EvalContext, Expression};

/// Arms a block.
pub(super) fn evaluate(core: &Core, ctx: &mut EvalContext, inputs: &[Expression]) -> Evaluated {
    let at = core.token(ctx.source(), super::word(inputs));
    core.permit_form("on_rollback", &at)?;
    let (stages, block) = {
        let state = core.state();
        (state.stages.clone(), state.blocks.len())
    };
    if stages.is_empty() {
        let finding =
            Finding::error(codes::SCRIPT_ON_ROLLBACK, "`on_rollback` stands outside every stage")
                .help("put it inside the stage that it takes back, before what it undoes");
        return Err(Raised::finding(core.mark(finding, &at, "no stage is open here")));
    }
    let stage = stages.join(" / ");
    let gate = Gate::keep(ctx, super::part(inputs, 0)?, at.clone(), stages);
    core.ask(Request::Arm { stage, block, at })?;
    core.state().blocks.push(gate);
    Ok(Dynamic::UNIT)
}

/// Runs an armed block in a rollback; says why it failed, if it did.
pub(in super::super) fn run_block(
    core: &Core,
    engine: &Engine,
    number: usize,
) -> Result<(), Box<Finding>> {
    let gate = core.state().blocks.get(number).cloned();
    let Some(gate) = gate else {
        let message = format!("the script has not reached the `on_rollback` block number {number}");
        return Err(Box::new(
            Finding::error(codes::SCRIPT_PROTOCOL, message)
                .help("the script and the journal differ; run `sidle status`"),
        ));
    };
    core.reopen();
    core.trace.clear();
    core.state().stages = vec![format!("rollback of {}", gate.stages.join(" / "))];
    let region = Region::new(Kind::Rollback, gate.at.clone());
    let (result, _) = core.within(region, || {
        gate.revive(engine, |ctx, block| ctx.eval_expression_tree(&Expression::from(block)))
    });
    let latch = core.state().latch.clone();
    match (result, latch) {
        (_, Latch::Halted(finding)) => Err(finding),
        // The sitting is over; the run asks for the rest of the block again.
        (_, Latch::Stopped) | (Ok(_), Latch::Open) => Ok(()),
        (Err(fault), Latch::Open) => match *fault {
            EvalAltResult::Return(..) => Ok(()),
            other => Err(Box::new(errors::explain(core, engine, &gate.at.file, &other))),
        },
    }
}
