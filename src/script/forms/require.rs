//! `require EXPR`: halts the run unless EXPR holds.
//!
//! Inside a check or the criteria of a soak it halts nothing: not holding is then the verdict.

use super::super::core::{Core, Latch};
use super::super::fault::{Evaluated, Fault, Raised};
use super::super::gate::Gate;
use super::super::values::{CheckValue, Judged};
use super::operands::{Part, evaluate as evaluate_parts};
use crate::diagnostic::{Finding, codes};
use crate::journal::{Evidence, Halt, HaltKind, Place, Reply, Request, Verdict};
use rhai::{Array, Dynamic, Engine, EvalContext, Expr, Expression};

/// What came of a requirement.
struct Asked {
    verdict: Verdict,
    why: String,
    /// The check that decided, if one did.
    check: Option<CheckValue>,
    parts: Vec<Part>,
    /// What its checks rest on.
    evidence: Vec<Evidence>,
}

/// Asks a requirement; its value is nothing.
pub(super) fn evaluate(core: &Core, ctx: &mut EvalContext, inputs: &[Expression]) -> Evaluated {
    let expr: &Expr = super::part(inputs, 0)?;
    let word = super::word(inputs);
    let at = core.scripts.place(ctx.source(), |spans| spans.statement(word));
    core.permit_form("require", &at)?;
    if core.is_judging() {
        return judge(core, ctx, expr, &at);
    }
    core.ask(Request::RequireBegan { at: at.clone() })?;
    let stages = core.state().stages.clone();
    let gate = Gate::keep(ctx, expr, at.clone(), stages);
    let asked = match ask(core, ctx, expr, &at) {
        Ok(asked) => asked,
        Err(fault) => {
            // The script may catch it and go on: this requirement is over either way.
            if matches!(core.state().latch, Latch::Open) {
                core.ask(Request::RequireDropped)?;
            }
            return Err(fault);
        }
    };
    if asked.verdict != Verdict::Pass {
        return Err(halt(core, asked, &at));
    }
    core.ask(Request::RequireHeld { evidence: asked.evidence })?;
    core.state().gate = Some(gate);
    Ok(Dynamic::UNIT)
}

/// A requirement inside a check.
fn judge(core: &Core, ctx: &mut EvalContext, expr: &Expr, at: &Place) -> Evaluated {
    let asked = ask(core, ctx, expr, at)?;
    if asked.verdict == Verdict::Pass {
        return Ok(Dynamic::UNIT);
    }
    let verdict = asked.verdict;
    let finding = describe(core, &asked, at);
    let why = with_why(&finding, &asked);
    core.note_not_held(verdict, &why);
    Err(Raised::not_held(verdict, Finding { message: why, ..finding }))
}

/// Asks a gate again before the first move of a sitting. It can halt, and yields nothing else.
pub(in super::super) fn require_again(
    core: &Core,
    engine: &Engine,
    gate: &Gate,
) -> Result<(), Fault> {
    let stages = std::mem::replace(&mut core.state().stages, gate.stages.clone());
    let result = gate.revive(engine, |ctx, expr| {
        let asked = ask(core, ctx, expr, &gate.at)?;
        if asked.verdict == Verdict::Pass {
            return Ok(Dynamic::UNIT);
        }
        core.ask(Request::AskAgainEnded { held: false })?;
        Err(halt(core, asked, &gate.at))
    });
    core.state().stages = stages;
    result.map(|_| ())
}

fn ask(core: &Core, ctx: &mut EvalContext, expr: &Expr, at: &Place) -> Result<Asked, Fault> {
    let mut parts = Vec::new();
    let value = evaluate_parts(core, ctx, expr, &mut parts)?;
    let ((verdict, why), check) = settle(core, &value)
        .map_err(|fault| super::marked_if_nowhere(core, fault, at, "required here"))?;
    let mut evidence = Vec::new();
    gather(&value, &mut evidence);
    Ok(Asked { verdict, why, check, parts, evidence })
}

/// The verdict of a value, after acceptances; with the check that decided.
fn settle(core: &Core, value: &Dynamic) -> Result<(Judged, Option<CheckValue>), Fault> {
    if let Some(array) = value.read_lock::<Array>()
        && !array.is_empty()
    {
        let mut worst: Option<(Judged, Option<CheckValue>)> = None;
        for item in array.iter() {
            let settled = settle(core, item)?;
            if worst.as_ref().is_none_or(|(known, _)| known.0 < settled.0.0) {
                worst = Some(settled);
            }
        }
        return Ok(worst.unwrap_or(((Verdict::Unknown, String::new()), None)));
    }
    let judged = core.verdict_of(value)?;
    let check = value.read_lock::<CheckValue>().map(|check| check.clone());
    if judged.0 != Verdict::Pass
        && let Some(check) = &check
    {
        let request = Request::Accepted { check: check.record.path.clone() };
        if matches!(core.ask(request)?, Reply::Flag(true)) {
            return Ok(((Verdict::Pass, String::new()), None));
        }
    }
    Ok((judged, check))
}

/// What the checks of a value rest on.
fn gather(value: &Dynamic, evidence: &mut Vec<Evidence>) {
    if let Some(array) = value.read_lock::<Array>() {
        array.iter().for_each(|item| gather(item, evidence));
    } else if let Some(check) = value.read_lock::<CheckValue>() {
        evidence.extend(check.record.evidence.iter().cloned());
    }
}

/// Halts the run.
fn halt(core: &Core, asked: Asked, at: &Place) -> Fault {
    let finding = describe(core, &asked, at);
    let halt = Halt {
        kind: match asked.verdict {
            Verdict::Unknown => HaltKind::Unknown,
            Verdict::Fail | Verdict::Pass => HaltKind::Failed,
        },
        message: with_why(&finding, &asked),
        check: asked.check.map(|check| check.record.path.clone()),
        at: at.clone(),
    };
    core.halt_with(halt, finding)
}

/// What does not hold and why, on one line.
fn with_why(finding: &Finding, asked: &Asked) -> String {
    match finding.causes.first() {
        Some(why) if asked.check.is_some() || asked.verdict == Verdict::Unknown => {
            format!("{}: {why}", finding.message)
        }
        _ => finding.message.clone(),
    }
}

/// The finding: what does not hold, and the value of each part under the source.
fn describe(core: &Core, asked: &Asked, at: &Place) -> Finding {
    let unknown = asked.verdict == Verdict::Unknown;
    let id = if unknown { codes::SCRIPT_REQUIRE_UNKNOWN } else { codes::SCRIPT_REQUIRE_FAILED };
    let subject = match &asked.check {
        Some(check) => format!("the check `{}`", check.record.name),
        None => format!("`{}`", super::excerpt(core, at, "require")),
    };
    let message = if unknown {
        format!("{subject} is unknown, and unknown never passes")
    } else {
        format!("{subject} does not hold")
    };
    let mut finding = Finding::error(id, message);
    // The operator that decided is the primary mark: it is evaluated last.
    for part in asked.parts.iter().rev() {
        finding = core.mark(finding, &part.at, &part.shown);
    }
    if asked.parts.is_empty() {
        finding = core.mark(finding, at, "");
    }
    let checks_why = asked.check.as_ref().map(|check| check.record.why.clone());
    match checks_why {
        Some(why) if !why.is_empty() && asked.why.ends_with(&why) => finding = finding.because(why),
        _ if !asked.why.is_empty() && asked.why != "it is false" => {
            finding = finding.because(asked.why.clone());
        }
        _ => {}
    }
    if let Some(check) = &asked.check {
        let advice = Finding::advice(id, format!("the check `{}` stands here", check.record.name));
        finding = finding.with_related(core.mark(advice, &check.record.at, "taken here"));
        return finding.help(format!(
            "mend the cause and run `sidle run`; or take it on you with `sidle accept {:?} --note WHY`",
            check.record.path
        ));
    }
    let stage = core.stage();
    finding.help(if stage.is_empty() {
        "what was asked is shown by `sidle log`; mend the cause and run `sidle run`".to_owned()
    } else {
        format!("what was asked is shown by `sidle log --stage {stage:?}`; mend the cause and run `sidle run`")
    })
}
