//! Evaluates the operators of a requirement by hand, keeping the value of every operand.
//!
//! Each operand is evaluated once and in rhai's order, and `&&` and `||` stop where rhai stops. Both
//! values of a comparison are known, so a comparison of unlike types is refused.

use super::super::comparisons;
use super::super::core::Core;
use super::super::fault::{Evaluated, Fault, Raised};
use super::super::names;
use super::super::shown::{in_context, shown};
use super::super::values::{CheckValue, EvidenceValue};
use crate::diagnostic::{Finding, codes};
use crate::journal::Place;
use rhai::{Dynamic, EvalContext, Expr, Expression, Position, Token};

/// The value of one part of a requirement, and where it stands.
pub(super) struct Part {
    pub(super) at: Place,
    pub(super) shown: String,
}

/// Evaluates an expression and appends the values of its parts, operands before their operator.
pub(super) fn evaluate(
    core: &Core,
    ctx: &mut EvalContext,
    expr: &Expr,
    parts: &mut Vec<Part>,
) -> Evaluated {
    match expr {
        Expr::And(items, position) => logic(core, ctx, items, *position, false, parts),
        Expr::Or(items, position) => logic(core, ctx, items, *position, true, parts),
        Expr::FnCall(call, position)
            if call.op_token.is_some()
                && call.namespace.is_empty()
                && matches!(call.args.len(), 1 | 2) =>
        {
            let mut operands = Vec::new();
            for operand in &call.args {
                operands.push(evaluate(core, ctx, operand, parts)?.flatten());
            }
            if let (Some(operator), [left, right]) = (&call.op_token, operands.as_slice()) {
                compare(core, ctx, operator, (left, right), &call.args, *position)?;
            }
            let mut ready = call.as_ref().clone();
            for (slot, value) in ready.args.iter_mut().zip(operands) {
                *slot = Expr::DynamicConstant(Box::new(value), slot.start_position());
            }
            let ready = Expr::FnCall(ready.into(), *position);
            let value = ctx.eval_expression_tree(&Expression::from(&ready))?;
            let at = core.token(ctx.source(), *position);
            parts.push(Part { at, shown: shown(&mut in_context(ctx), &value) });
            Ok(value)
        }
        _ => {
            let value = ctx.eval_expression_tree(&Expression::from(expr))?;
            if !is_constant(expr) {
                let at =
                    core.scripts.place(ctx.source(), |spans| spans.operand(expr.start_position()));
                parts.push(Part { at, shown: shown(&mut in_context(ctx), &value) });
            }
            Ok(value)
        }
    }
}

/// `&&` and `||`: stops at the first operand that decides.
fn logic(
    core: &Core,
    ctx: &mut EvalContext,
    items: &[Expr],
    position: Position,
    decides: bool,
    parts: &mut Vec<Part>,
) -> Evaluated {
    let mut result = !decides;
    for item in items {
        let value = evaluate(core, ctx, item, parts)?.flatten();
        let Ok(holds) = value.as_bool() else {
            return Err(no_bool(core, ctx, item, &value, if decides { "||" } else { "&&" }));
        };
        if holds == decides {
            result = decides;
            break;
        }
    }
    let at = core.token(ctx.source(), position);
    parts.push(Part { at, shown: result.to_string() });
    Ok(result.into())
}

fn no_bool(core: &Core, ctx: &EvalContext, item: &Expr, value: &Dynamic, operator: &str) -> Fault {
    let place = core.scripts.place(ctx.source(), |spans| spans.operand(item.start_position()));
    let message = format!(
        "`{operator}` joins `true` and `false`, and this is {}",
        names::with_article(value)
    );
    let help = if value.is::<CheckValue>() || value.is::<EvidenceValue>() {
        "write `.passed`, `.failed` or `.unknown`, or require an array: `require [a, b]`"
    } else {
        "compare it with something"
    };
    let finding = Finding::error(codes::SCRIPT_WRONG_TYPE, message).help(help);
    Raised::finding(core.mark(finding, &place, &names::type_of(value)))
}

/// Refuses a comparison that could only be unequal.
fn compare(
    core: &Core,
    ctx: &EvalContext,
    operator: &Token,
    (left, right): (&Dynamic, &Dynamic),
    written: &[Expr],
    position: Position,
) -> Result<(), Fault> {
    let equality = matches!(operator, Token::EqualsTo | Token::NotEqualsTo);
    let order = matches!(
        operator,
        Token::LessThan | Token::LessThanEqualsTo | Token::GreaterThan | Token::GreaterThanEqualsTo
    );
    let (a, b) = (names::type_of(left), names::type_of(right));
    // `x == ()` asks whether there is a value.
    if !(equality || order) || alike(&a, &b) || (equality && (left.is_unit() || right.is_unit())) {
        return Ok(());
    }
    let mut finding = Finding::error(codes::SCRIPT_UNLIKE_TYPES, comparisons::unlike(&a, &b));
    finding = core.mark(finding, &core.token(ctx.source(), position), "compared here");
    for (expr, name) in written.iter().zip([&a, &b]) {
        let at = core.scripts.place(ctx.source(), |spans| spans.operand(expr.start_position()));
        finding = core.mark(finding, &at, name);
    }
    let help = if [left, right].iter().any(|value| value.is::<CheckValue>()) {
        "a check has `.passed`, `.failed`, `.unknown` and `.verdict`"
    } else {
        comparisons::HELP
    };
    Err(Raised::finding(finding.help(help)))
}

/// True for types that rhai compares by value.
pub(in super::super) fn alike(a: &str, b: &str) -> bool {
    let class = |name: &str| match name {
        "int" | "float" => "number".to_owned(),
        "char" | "string" => "string".to_owned(),
        other => other.to_owned(),
    };
    class(a) == class(b)
}

fn is_constant(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::BoolConstant(..)
            | Expr::IntegerConstant(..)
            | Expr::FloatConstant(..)
            | Expr::CharConstant(..)
            | Expr::StringConstant(..)
            | Expr::Unit(..)
            | Expr::DynamicConstant(..)
    )
}
