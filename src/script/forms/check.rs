//! `check NAME { ... }`: a verdict with its evidence.
//!
//! A block that ends in `false`, throws, or holds a `require` that does not hold fails. A script error
//! is no verdict: it passes through.

use super::super::core::Core;
use super::super::fault::{Evaluated, Fault, Raised};
use super::super::region::{Kind, Region};
use super::super::values::{CheckValue, EvidenceValue, Judged};
use crate::journal::{CheckRecord, Evidence, Reply, Request, Verdict};
use rhai::{Array, Dynamic, EvalAltResult, EvalContext, Expression};
use std::sync::Arc;
use std::time::Duration;

/// Takes a check and tells the run.
pub(super) fn evaluate(core: &Core, ctx: &mut EvalContext, inputs: &[Expression]) -> Evaluated {
    let at = super::head(core, ctx, inputs);
    core.permit_form("check", &at)?;
    let name = super::name(core, ctx, inputs, "check", &at)?;
    let started = core.now()?;
    let block = super::part(inputs, 1)?;
    let region = Region::new(Kind::Check(name.clone()), at.clone());
    let (result, region) = core.within(region, || ctx.eval_expression_tree(block));
    if let Err(fault) = &result
        && matches!(**fault, EvalAltResult::LoopBreak(..) | EvalAltResult::Exit(..))
    {
        return Err(super::leaves(core, ctx, "a check", &at, fault));
    }
    let used = match &result {
        Ok(value) => evidence_in(value),
        Err(fault) => match fault.as_ref() {
            EvalAltResult::Return(value, _) => evidence_in(value),
            _ => Vec::new(),
        },
    };
    let mut region = region;
    for evidence in used {
        if !region.evidence.contains(&evidence) {
            region.evidence.push(evidence);
        }
    }
    let (verdict, why) = core.judge_block(result, &region)?;
    let stage = core.stage();
    let mut record = CheckRecord {
        path: CheckRecord::path_of(&stage, &name),
        name,
        verdict,
        why,
        assumed: region.evidence.iter().any(|evidence| evidence.assumed),
        evidence: region.evidence,
        at,
        from: None,
        accepted: None,
    };
    if let Reply::Verdict { verdict, why, accepted } = core.ask(Request::Checked(record.clone()))? {
        (record.verdict, record.why, record.accepted) = (verdict, why, accepted);
    }
    let ended = core.now()?;
    let took = Duration::try_from(ended.duration_since(started)).unwrap_or(Duration::ZERO);
    Ok(Dynamic::from(CheckValue { record: Arc::new(record), at: ended, took }))
}

impl Core {
    /// The verdict of the block of a check, or of the criteria of a soak, that has run.
    ///
    /// # Errors
    /// A script error passes through.
    pub(in super::super) fn judge_block(
        &self,
        result: Evaluated,
        region: &Region,
    ) -> Result<Judged, Fault> {
        let mut judged = match result {
            Ok(value) => self.verdict_of(&value)?,
            Err(fault) => match *fault {
                EvalAltResult::Return(value, _) => self.verdict_of(&value)?,
                other => self.verdict_of_fault(Box::new(other), &region.at.file)?,
            },
        };
        // A `require` whose error was caught still did not hold.
        if let Some(not_held) = &region.not_held
            && judged.0 < not_held.0
        {
            judged = not_held.clone();
        }
        if judged.0 == Verdict::Pass
            && let Some(stale) = self.stale(&region.evidence)?
        {
            judged = (Verdict::Unknown, stale);
        }
        Ok(judged)
    }

    fn verdict_of_fault(&self, fault: Fault, file: &str) -> Result<Judged, Fault> {
        if let Some(raised) = Raised::of(&fault) {
            return match raised {
                Raised::NotHeld(verdict, finding) => Ok((verdict, finding.message.clone())),
                Raised::Finding(_) | Raised::Stop => Err(fault),
            };
        }
        match innermost(&fault, file) {
            (EvalAltResult::ErrorRuntime(thrown, position), file)
                if self.scripts.is_throw(file, *position) =>
            {
                Ok((Verdict::Fail, thrown_words(thrown)))
            }
            _ => Err(fault),
        }
    }
}

/// The evidence in the value of a check: asked before it, and counted in it.
fn evidence_in(value: &Dynamic) -> Vec<Evidence> {
    if let Some(evidence) = value.read_lock::<EvidenceValue>() {
        return vec![evidence.0.as_ref().clone()];
    }
    if let Some(check) = value.read_lock::<CheckValue>() {
        return check.record.evidence.clone();
    }
    let array = value.read_lock::<Array>();
    array.map_or_else(Vec::new, |array| array.iter().flat_map(evidence_in).collect())
}

/// The error at the end of the call frames, and its file.
fn innermost<'a>(fault: &'a EvalAltResult, file: &'a str) -> (&'a EvalAltResult, &'a str) {
    match fault {
        EvalAltResult::ErrorInFunctionCall(_, callee, inner, _) => {
            innermost(inner, if callee.is_empty() { file } else { callee })
        }
        other => (other, file),
    }
}

/// What a script threw, as one line.
fn thrown_words(thrown: &Dynamic) -> String {
    if thrown.is_unit() {
        return "the check threw".to_owned();
    }
    thrown.to_string().replace(['\n', '\r'], " ")
}
