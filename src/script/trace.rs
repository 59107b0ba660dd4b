//! Where the script is: rhai's errors about limits have lost it by the time they arrive.
//!
//! The debugging interface sees every statement and expression. The trace keeps the last one, and the
//! stack at the moment a limit is passed. It also measures closures that capture
//! closures: dropping a long chain of them recurses natively, and nothing else bounds its length.

use super::budget::Spent;
use super::core::Core;
use rhai::debugger::{DebuggerCommand, DebuggerEvent};
use rhai::{
    ASTFlags, ASTNode, Array, Dynamic, Engine, EvalAltResult, EvalContext, Expr, FnPtr, Map,
    Position, Stmt,
};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// How deep closures may nest that capture closures.
const NESTED: usize = 200;
/// Elements looked at, at either end of an array, to tell whether one holds a closure.
const LOOKED_AT: usize = 16;
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
            if spent.is_none() && captures_too_deep(&ctx, node) {
                spent = Some(Spent::Closures);
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

/// True if the node makes a closure of variables in which closures nest too deep.
fn captures_too_deep(ctx: &EvalContext, node: ASTNode) -> bool {
    let (ASTNode::Expr(Expr::FnCall(call, _) | Expr::MethodCall(call, _))
    | ASTNode::Stmt(Stmt::FnCall(call, _))) = node
    else {
        return false;
    };
    call.name == "curry"
        && call.args.iter().any(|argument| match argument {
            Expr::Variable(variable, ..) => {
                ctx.scope().get(&variable.1).is_some_and(|value| nests(value, NESTED, &mut 2_000))
            }
            _ => false,
        })
}

/// True if closures and lists nest deeper than `left` in a value; looks at `most` values.
fn nests(value: &Dynamic, left: usize, most: &mut usize) -> bool {
    let Some(left) = left.checked_sub(1) else { return true };
    *most = most.saturating_sub(1);
    if *most == 0 {
        // Wide, and not known to be deep.
        return false;
    }
    if let Some(closure) = value.read_lock::<FnPtr>() {
        return closure.iter_curry().any(|captured| nests(captured, left, most));
    }
    if let Some(array) = value.read_lock::<Array>() {
        let last = array.iter().skip(LOOKED_AT).rev().take(LOOKED_AT);
        return array.iter().take(LOOKED_AT).chain(last).any(|inner| nests(inner, left, most));
    }
    value
        .read_lock::<Map>()
        .is_some_and(|map| map.values().take(LOOKED_AT).any(|inner| nests(inner, left, most)))
}
