//! Where the script is: rhai's errors about limits have lost it by the time they arrive.
//!
//! The debugging interface sees every statement and expression. The trace keeps the last one, and the
//! stack at the moment a limit is passed. It also counts closures that capture closures: dropping a
//! long chain of them recurses natively, and nothing else bounds its length.

use super::budget::Spent;
use super::core::Core;
use rhai::debugger::{DebuggerCommand, DebuggerEvent};
use rhai::{
    ASTFlags, ASTNode, Array, Dynamic, Engine, EvalAltResult, EvalContext, Expr, FnPtr, Map,
    Position, Stmt,
};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Closures capturing closures in one evaluation.
const CAPTURES: u64 = 20_000;
/// Values looked at to tell whether one holds a closure.
const LOOKED_AT: usize = 1_000;
/// Times that the limit may be seen before the script is ended without its place.
const GRACE: u64 = 64;

/// A place in a script: its path and a position in it.
pub(super) type Spot = (String, Position);

/// A function that was running, and where it was called.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) name: String,
    pub(super) called: Spot,
}

/// The trace of one evaluation.
#[derive(Default)]
pub(super) struct Trace {
    state: Mutex<State>,
    asked: AtomicU64,
    captures: AtomicU64,
}

#[derive(Default)]
struct State {
    source: Option<Arc<str>>,
    position: Position,
    spent: Option<Spent>,
    /// The stack when the limit was seen, innermost first.
    stack: Vec<Frame>,
    /// A `return` that was reached outside every function.
    returned: Option<Spot>,
}

impl Trace {
    /// Forgets everything.
    pub(super) fn clear(&self) {
        *self.lock() = State::default();
        self.asked.store(0, Ordering::Relaxed);
    }

    /// Notes that a limit is passed; true if the script must end now, its place known or not.
    pub(super) fn spent(&self, spent: Spent) -> bool {
        self.lock().spent.get_or_insert(spent);
        self.asked.fetch_add(1, Ordering::Relaxed) > GRACE
    }

    /// Where the script was last.
    pub(super) fn last(&self) -> Option<Spot> {
        let state = self.lock();
        Some((state.source.as_deref()?.to_owned(), state.position))
    }

    /// The stack when a limit was passed, innermost first.
    pub(super) fn stack(&self) -> Vec<Frame> {
        self.lock().stack.clone()
    }

    /// Where a `return` was reached outside every function, if one was.
    pub(super) fn returned(&self) -> Option<Spot> {
        self.lock().returned.clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes where the script is; says which limit it passed, if it did.
    fn step(&self, source: Option<&str>, position: Position) -> Option<Spent> {
        let mut state = self.lock();
        if state.source.as_deref() != source {
            state.source = source.map(Arc::from);
        }
        if !position.is_none() {
            state.position = position;
        }
        state.spent
    }
}

/// Follows every evaluation of the engine.
pub(super) fn register(engine: &mut Engine, core: &Arc<Core>) {
    let core = core.clone();
    #[expect(deprecated, reason = "volatile, as all of `internals`; the version is pinned")]
    engine.register_debugger(
        |_, debugger| debugger,
        move |ctx, event, node, source, position| {
            if matches!(
                event,
                DebuggerEvent::FunctionExitWithValue(_) | DebuggerEvent::FunctionExitWithError(_)
            ) {
                return Ok(DebuggerCommand::StepInto);
            }
            let mut spent = core.trace.step(source, position);
            if ctx.call_level() == 0 && is_return(node) && !core.is_judging() {
                let spot = (source.unwrap_or_default().to_owned(), position);
                core.trace.lock().returned = Some(spot);
            }
            if spent.is_none() && captures_a_closure(&ctx, node) {
                let count = core.trace.captures.fetch_add(1, Ordering::Relaxed);
                spent = (count > CAPTURES).then_some(Spent::Closures);
            }
            let Some(spent) = spent else { return Ok(DebuggerCommand::StepInto) };
            keep_stack(&core, &ctx);
            Err(Box::new(EvalAltResult::ErrorTerminated(Dynamic::from(spent), position)))
        },
    );
}

fn keep_stack(core: &Core, ctx: &EvalContext) {
    let frames = ctx.debugger().map(|debugger| {
        let stack = debugger.call_stack().iter().rev();
        stack
            .map(|frame| Frame {
                name: frame.fn_name.to_string(),
                called: (frame.source.as_deref().unwrap_or_default().to_owned(), frame.pos),
            })
            .collect::<Vec<_>>()
    });
    let mut state = core.trace.lock();
    if state.stack.is_empty() {
        state.stack = frames.unwrap_or_default();
    }
}

/// True for `return`; rhai keeps `throw` as the same statement.
fn is_return(node: ASTNode) -> bool {
    matches!(node, ASTNode::Stmt(Stmt::Return(_, flags, _)) if !flags.contains(ASTFlags::BREAK))
}

/// True if the node makes a closure whose captured variables hold closures.
fn captures_a_closure(ctx: &EvalContext, node: ASTNode) -> bool {
    let ASTNode::Expr(Expr::FnCall(call, _)) = node else { return false };
    call.name == "curry"
        && call.args.iter().any(|argument| match argument {
            Expr::Variable(variable, ..) => ctx.scope().get(&variable.1).is_some_and(|value| {
                let mut left = LOOKED_AT;
                holds_closure(value, &mut left) || left == 0
            }),
            // The function itself, or a constant.
            Expr::DynamicConstant(..) | Expr::StringConstant(..) | Expr::IntegerConstant(..) => {
                false
            }
            _ => true,
        })
}

fn holds_closure(value: &Dynamic, left: &mut usize) -> bool {
    if *left == 0 {
        return true;
    }
    *left -= 1;
    if value.read_lock::<FnPtr>().is_some() {
        return true;
    }
    if let Some(array) = value.read_lock::<Array>() {
        return array.iter().any(|inner| holds_closure(inner, left));
    }
    value.read_lock::<Map>().is_some_and(|map| map.values().any(|inner| holds_closure(inner, left)))
}
