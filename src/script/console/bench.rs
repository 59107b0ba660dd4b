//! The console's own thread: its engine, and what persists between inputs.
//!
//! Functions of an input become a module of the engine that later inputs see first, so a function that is
//! defined again replaces the old one everywhere, and each keeps the text that its errors point into.
//! Imports become modules of the engine too. Variables stay in one scope; constants are also kept as
//! `global::NAME`.

use super::names::{Names, variable};
use super::shown::{Shower, Shown};
use super::{Evaluated, Ground, Interrupt, Reader, reading};
use crate::diagnostic::{Finding, Findings, codes};
use crate::journal::Place;
use crate::script::core::{Core, Latch};
use crate::script::fault::Evaluated as Value;
use crate::script::modules::{Resolver, compile_in};
use crate::script::region::{Kind, Region};
use crate::script::scripts::{Earlier, Script};
use crate::script::{engine, errors};
use rhai::{
    AST, Caches, Dynamic, Engine, EvalAltResult, EvalContext, Expr, Expression, Module, Position,
    Scope, Shared, StmtBlock, Token,
};
use std::collections::BTreeMap;
use std::mem::take;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// Lines that one input may print.
const PRINTED: usize = 1000;
/// Variables after which those that are hidden by newer ones are dropped.
const CROWDED: usize = 1000;

/// Everything on the console's thread.
pub(super) struct Bench {
    pub(super) ground: Ground,
    pub(super) stop: Arc<Interrupt>,
    pub(super) core: Arc<Core>,
    pub(super) engine: Engine,
    pub(super) resolver: Resolver,
    pub(super) scope: Scope<'static>,
    pub(super) constants: BTreeMap<rhai::ImmutableString, Dynamic>,
    /// Functions of each input, oldest first.
    pub(super) libraries: Vec<Shared<Module>>,
    pub(super) earlier: Earlier,
    pub(super) printed: Arc<Mutex<Vec<String>>>,
    pub(super) last: Option<Dynamic>,
    pub(super) number: usize,
}

impl Bench {
    pub(super) fn new(ground: Ground, stop: Arc<Interrupt>) -> Self {
        let core = Core::new(Arc::new(Reader { now: ground.now }), ground.view.clone());
        let resolver = Resolver::new(&core, &ground.sources);
        let printed = Arc::new(Mutex::new(Vec::new()));
        let engine = built(&core, &resolver, &printed);
        stop.watch(&core);
        Self {
            ground,
            stop,
            core,
            engine,
            resolver,
            scope: engine::globals(),
            constants: BTreeMap::new(),
            libraries: Vec::new(),
            earlier: Earlier::default(),
            printed,
            last: None,
            number: 0,
        }
    }

    /// Drops what scripts have made, on this thread.
    pub(super) fn end(&self) {
        self.core.forget();
        self.resolver.clear();
    }

    /// Evaluates one input and shows its value.
    pub(super) fn evaluate(&mut self, input: &str, rows: usize) -> Evaluated {
        self.number += 1;
        let name = format!("repl:{}", self.number);
        self.begin();
        let value = self.run(&name, input);
        let interrupted = self.stop.end();
        let value = value.map(|value| {
            let shown = self.show(&value, rows);
            self.last = Some(value);
            shown
        });
        let value = value.map_err(|found| {
            let said = if interrupted { stopped } else { in_words_of_a_console };
            Findings(found.0.into_iter().map(said).collect())
        });
        let printed = take(&mut *self.printed.lock().unwrap_or_else(PoisonError::into_inner));
        Evaluated { printed, value }
    }

    pub(super) fn last(&mut self, rows: usize) -> Option<Shown> {
        let value = self.last.clone()?;
        Some(self.show(&value, rows))
    }

    pub(super) fn is_unfinished(&self, input: &str) -> bool {
        reading::is_unfinished(&self.engine, &self.scope, input)
    }

    pub(super) fn names(&self) -> Names {
        let variables = self.scope.iter().map(|(name, _, value)| variable(name, &value)).collect();
        Names::of(&self.engine, &self.core, &self.earlier, variables, &self.ground)
    }

    /// Shows a value within the limits of an input of its own.
    fn show(&self, value: &Dynamic, rows: usize) -> Shown {
        self.begin();
        let shown = Shower::new(&self.engine, rows).show(value);
        self.stop.end();
        shown
    }

    /// Opens all that an earlier input may have closed.
    pub(super) fn begin(&self) {
        self.core.trace.clear();
        self.core.reopen();
        self.core.state().entered.clear();
        self.core.state().regions.push(Region::new(Kind::Reading, Place::default()));
        self.stop.begin();
        self.core.budget.start(self.ground.limits);
    }

    fn run(&mut self, name: &str, input: &str) -> Result<Dynamic, Findings> {
        self.core.scripts.set_earlier(self.earlier.clone());
        let script = self.core.scripts.add(&self.engine, &name.into(), &input.into());
        if input.len() > engine::SOURCE {
            let finding = Finding::error(codes::SCRIPT_SYNTAX, "the input is larger than 256 KiB")
                .help("put it into a script of the folder, and `import` that");
            return Err(finding.into());
        }
        let ast = compile_in(&self.engine, &self.core, &script, &self.scope)?;
        let result = self.run_statements(&ast);
        self.keep(&script, &ast);
        let latch = self.core.state().latch.clone();
        match (result, latch) {
            // What a `require` or `try` has swallowed is an error all the same.
            (result, Latch::Halted(finding)) => Err(match result {
                Err(fault) => errors::explain(&self.core, &self.engine, name, &fault),
                Ok(_) => *finding,
            }
            .into()),
            (Ok(value), _) => Ok(value.flatten()),
            (Err(fault), _) => Err(errors::explain(&self.core, &self.engine, name, &fault).into()),
        }
    }

    /// Runs the statements in the persistent scope; its new variables stay.
    pub(super) fn run_statements(&mut self, ast: &AST) -> Value {
        let mut global = self.engine.new_global_runtime_state();
        global.source = ast.source().map(Into::into);
        global.lib.push(ast.shared_lib().clone());
        global.constants = Some(Shared::new(RwLock::new(self.constants.clone())));
        let mut caches = Caches::new();
        let block =
            StmtBlock::new(ast.statements().iter().cloned(), Position::NONE, Position::NONE);
        let block = Expr::Stmt(Box::new(block));
        let mut context =
            EvalContext::new(&self.engine, &mut global, &mut caches, &mut self.scope, None);
        #[expect(deprecated, reason = "volatile, as all of `internals`; the version is pinned")]
        let result = context.eval_expression_tree_raw(&Expression::from(&block), false);
        result.or_else(|fault| match *fault {
            EvalAltResult::Return(value, _) => Ok(value),
            other => Err(Box::new(other)),
        })
    }

    /// Keeps what an input has defined, also if it failed later on.
    fn keep(&mut self, script: &Script, ast: &AST) {
        let library = ast.shared_lib();
        if !library.is_empty() {
            self.engine.register_global_module(library.clone());
            self.libraries.push(library.clone());
        }
        for about in ast.iter_functions().filter(|about| !about.name.starts_with("anon$")) {
            let function = (about.name.to_owned(), about.params.len());
            if !self.earlier.functions.contains(&function) {
                self.earlier.functions.push(function);
            }
        }
        for (name, import) in imports(script) {
            self.import(&name, &import);
        }
        if self.scope.len() > CROWDED {
            self.scope = newest(&self.scope);
        }
        let fresh = newest(&self.scope);
        let constants = fresh.iter().filter(|(name, constant, _)| *constant && !is_global(name));
        self.constants.extend(constants.map(|(name, _, value)| (name.into(), value)));
        self.earlier.variables = fresh
            .iter()
            .map(|(name, ..)| name.to_owned())
            .filter(|name| !is_global(name))
            .collect();
    }

    /// Makes an import visible to later inputs; false if the script was not read.
    pub(super) fn import(&mut self, name: &str, import: &str) -> bool {
        let Some(module) = self.resolver.module(import) else { return false };
        self.engine.register_static_module(name, module);
        self.earlier.modules.retain(|(known, _)| known != name);
        self.earlier.modules.push((name.to_owned(), import.to_owned()));
        true
    }
}

/// The engine of a console: that of every evaluation, except that printing is seen.
fn built(core: &Arc<Core>, resolver: &Resolver, printed: &Arc<Mutex<Vec<String>>>) -> Engine {
    let mut engine = engine::build(core, resolver.clone());
    let (lines, too) = (printed.clone(), printed.clone());
    engine.on_print(move |text| print(&lines, text));
    engine.on_debug(move |text, _, _| print(&too, text));
    engine
}

fn print(lines: &Mutex<Vec<String>>, text: &str) {
    let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
    match lines.len() {
        PRINTED => lines.push(format!("... and more: an input may print {PRINTED} lines")),
        fewer if fewer < PRINTED => lines.push(text.to_owned()),
        _ => {}
    }
}

/// Names and paths of the imports outside every block.
fn imports(script: &Script) -> Vec<(String, String)> {
    let mut depth = 0_usize;
    let mut found = Vec::new();
    let tokens = &script.spans.tokens;
    for (index, token) in tokens.iter().enumerate() {
        match token.kind {
            Token::LeftBrace | Token::MapStart => depth += 1,
            Token::RightBrace => depth = depth.saturating_sub(1),
            Token::Import if depth == 0 => {
                if let Some([path, to, name]) = tokens.get(index + 1..index + 4)
                    && let (Token::StringConstant(path), Token::As, Token::Identifier(name)) =
                        (&path.kind, &to.kind, &name.kind)
                {
                    found.push((name.to_string(), path.to_string()));
                }
            }
            _ => {}
        }
    }
    found
}

/// The variables that are not hidden by newer ones, in the order of their declaration.
pub(super) fn newest(scope: &Scope) -> Scope<'static> {
    let all: Vec<_> =
        scope.iter().map(|(name, constant, value)| (name.to_owned(), constant, value)).collect();
    let mut kept = Scope::new();
    for (at, (name, constant, value)) in all.iter().enumerate() {
        let later = all.get(at + 1..).unwrap_or_default();
        if later.iter().any(|(other, ..)| other == name) {
            continue;
        }
        if *constant {
            kept.push_constant_dynamic(name.clone(), value.clone());
        } else {
            kept.push_dynamic(name.clone(), value.clone());
        }
    }
    kept
}

pub(super) fn is_global(name: &str) -> bool {
    crate::script::keywords::GLOBALS.contains(&name)
}

/// What is said of a run, said of an input: there is no run that could go on.
fn in_words_of_a_console(mut finding: Finding) -> Finding {
    let of_run = "the script does not come to its next effect";
    if let Some(rest) = finding.message.strip_prefix(of_run) {
        finding.message = format!("this does not end{rest}");
    }
    if [codes::SCRIPT_REQUIRE_FAILED, codes::SCRIPT_REQUIRE_UNKNOWN].contains(&finding.code) {
        finding.help = Some("a run would halt here".to_owned());
    }
    finding
}

/// The finding of an evaluation that a person ended.
fn stopped(mut finding: Finding) -> Finding {
    finding.code = codes::SCRIPT_INTERRUPTED;
    "stopped by Ctrl-C".clone_into(&mut finding.message);
    finding.help = None;
    finding
}
