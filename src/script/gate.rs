//! An expression kept together with all it saw, to be evaluated again later.
//!
//! Serves the newest `require` (asked again before the first move of a sitting) and every armed
//! `on_rollback` block. Variables are as they were when the form was reached.

use super::fault::Evaluated;
use crate::journal::Place;
use rhai::{Caches, Engine, EvalContext, Expr, GlobalRuntimeState, Scope};

/// An expression, its variables, its imports and functions.
#[derive(Clone)]
pub(super) struct Gate {
    pub(super) expr: Expr,
    scope: Scope<'static>,
    global: GlobalRuntimeState,
    pub(super) at: Place,
    /// Names of the stages that stood open.
    pub(super) stages: Vec<String>,
}

impl Gate {
    /// Keeps `expr` with what it sees now.
    pub(super) fn keep(ctx: &EvalContext, expr: &Expr, at: Place, stages: Vec<String>) -> Self {
        let mut scope = Scope::new();
        // In the order of declaration: `iter_raw` is reversed, and would read wrong variables.
        let variables: Vec<_> = ctx
            .scope()
            .iter()
            .map(|(name, constant, value)| (name.to_owned(), constant, value))
            .collect();
        for (name, constant, value) in variables {
            // A flat copy: what the script changes later is not seen.
            let value = value.flatten();
            if constant {
                scope.push_constant_dynamic(name, value);
            } else {
                scope.push_dynamic(name, value);
            }
        }
        Self { expr: expr.clone(), scope, global: ctx.global_runtime_state().clone(), at, stages }
    }

    /// Evaluates `f` with the variables, imports and functions of then.
    pub(super) fn revive(
        &self,
        engine: &Engine,
        f: impl FnOnce(&mut EvalContext, &Expr) -> Evaluated,
    ) -> Evaluated {
        let (mut scope, mut global) = (self.scope.clone(), self.global.clone());
        let mut caches = Caches::new();
        // Offsets of variables were computed for the scope of then, which is the same.
        let mut context = EvalContext::new(engine, &mut global, &mut caches, &mut scope, None);
        f(&mut context, &self.expr)
    }
}
