//! Imports: each script is read once, told to the run, checked, compiled and evaluated.
//!
//! Invariant: no script runs whose text the run was not told.

use super::core::Core;
use super::engine::{SOURCE, globals};
use super::errors;
use super::fault::{Fault, Raised};
use super::keywords;
use super::scripts::Script;
use super::sources::{Read, Sources, find, known, normal};
use super::test_files;
use super::verdicts;
use crate::diagnostic::{Finding, Findings, codes};
use crate::journal::Request;
use crate::text::{did_you_mean, list};
use rhai::{
    AST, Engine, EvalAltResult, FnNamespace, Module, ModuleResolver, Position, Scope, Shared,
};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Resolves imports from the organisation's folder and the library.
#[derive(Clone)]
pub(super) struct Resolver {
    core: Arc<Core>,
    sources: Arc<dyn Sources>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    done: BTreeMap<String, Shared<Module>>,
    /// Scripts that are being evaluated, outermost first.
    open: Vec<String>,
}

impl Resolver {
    pub(super) fn new(core: &Arc<Core>, sources: &Arc<dyn Sources>) -> Self {
        Self { core: core.clone(), sources: sources.clone(), state: Arc::default() }
    }

    /// Forgets every module, here and not where the last engine is dropped.
    pub(super) fn clear(&self) {
        let done = std::mem::take(&mut self.lock().done);
        drop(done);
    }

    /// The script that an import has brought in.
    pub(super) fn module(&self, import: &str) -> Option<Shared<Module>> {
        let (path, _) = locate(self.sources.as_ref(), import).ok()?;
        self.lock().done.get(&path).cloned()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Finds, tells, checks and compiles the script that an import or sidle.toml names.
    pub(super) fn load(&self, engine: &Engine, import: &str) -> Result<(String, AST), Findings> {
        let (path, text) = locate(self.sources.as_ref(), import)?;
        let request = Request::Read { path: path.as_str().into(), text: text.clone() };
        if self.core.ask(request).is_err() {
            return Err(Findings::default());
        }
        let script = self.core.scripts.add(engine, &path.as_str().into(), &text);
        compile(engine, &self.core, &script).map(|ast| (path, ast))
    }

    fn evaluate(&self, engine: &Engine, import: &str) -> Result<Shared<Module>, Fault> {
        let raise = |finding: Finding| Raised::finding(finding);
        let (path, _) = locate(self.sources.as_ref(), import)
            .map_err(|found| found.0.into_iter().next().map_or_else(Raised::stop, raise))?;
        if let Some(module) = self.lock().done.get(&path) {
            return Ok(module.clone());
        }
        if self.lock().open.contains(&path) {
            let mut circle = self.lock().open.clone();
            circle.push(path);
            let message = format!("scripts import each other: {}", list(&circle, 6));
            let finding = Finding::error(codes::SCRIPT_CYCLE, message)
                .help("move what both need into a third script");
            return Err(raise(finding));
        }
        let (path, ast) = self.load(engine, import).map_err(|found| {
            let mut found = found.0.into_iter();
            found
                .next()
                .map_or_else(Raised::stop, |first| raise(found.fold(first, Finding::with_related)))
        })?;
        self.lock().open.push(path.clone());
        let module = Module::eval_ast_as_new(Scope::new(), &ast, engine);
        self.lock().open.pop();
        let module: Shared<Module> = with_closures(module?, &ast).into();
        self.lock().done.insert(path, module.clone());
        Ok(module)
    }

    /// Notes that the entry script is being evaluated, for circles that lead back to it.
    pub(super) fn open(&self, path: &str) {
        self.lock().open.push(path.to_owned());
    }
}

impl ModuleResolver for Resolver {
    fn resolve(
        &self,
        engine: &Engine,
        _source: Option<&str>,
        path: &str,
        position: Position,
    ) -> Result<Shared<Module>, Box<EvalAltResult>> {
        self.evaluate(engine, path).map_err(|fault| {
            let place = normal(path)
                .map_or_else(|| path.to_owned(), |path| find(self.sources.as_ref(), &path).0);
            Box::new(EvalAltResult::ErrorInModule(place, fault, position))
        })
    }
}

/// Lets closures that a module's functions return be called where the module is imported.
///
/// Rhai finds a closure by its name among the functions of the calling script. Names of closures are
/// unique in a process, so they can be found everywhere without meaning another.
#[expect(deprecated, reason = "the only way to change where a script's function is found")]
fn with_closures(mut module: Module, ast: &AST) -> Module {
    // Rhai tells the number of a function only to who adds it.
    let mut numbers = Module::new();
    for closure in ast.iter_functions().filter(|function| function.name.starts_with("anon$")) {
        let definition = ast.shared_lib().get_script_fn(closure.name, closure.params.len());
        if let Some(definition) = definition.cloned() {
            module.update_fn_namespace(numbers.set_script_fn(definition), FnNamespace::Global);
        }
    }
    module.build_index();
    module
}

/// Finds the text that an import names, and the path it is known by.
pub(super) fn locate(sources: &dyn Sources, import: &str) -> Result<(String, Arc<str>), Findings> {
    let Some(path) = normal(import) else {
        let message = format!("`{import}` leads outside the organisation's folder");
        return Err(Finding::error(codes::SCRIPT_OUTSIDE, message)
            .help("write a path from the top of the folder, such as `policy/pilot`, or `std/...`")
            .into());
    };
    let (path, read) = find(sources, &path);
    let why = match read {
        Read::Text(text) if text.len() > SOURCE => "it is larger than 256 KiB".to_owned(),
        Read::Text(text) => return Ok((path, text)),
        Read::Refused(why) => why,
        Read::Missing => {
            let known = known(sources);
            let candidates = known.iter().map(String::as_str);
            let otherwise = "paths start at the top of the organisation's folder";
            let help = did_you_mean(import.trim_end_matches(".rhai"), candidates, otherwise);
            let message = format!("there is no script `{path}`");
            return Err(Finding::error(codes::SCRIPT_UNREADABLE, message).help(help).into());
        }
    };
    let message = format!("`{path}` cannot be read");
    Err(Finding::error(codes::SCRIPT_UNREADABLE, message)
        .because(why)
        .help("a script is UTF-8 text of at most 256 KiB; a larger one can import its parts")
        .into())
}

/// Checks the names in a script and compiles it.
pub(super) fn compile(engine: &Engine, core: &Core, script: &Arc<Script>) -> Result<AST, Findings> {
    compile_in(engine, core, script, &globals())
}

/// The same for a script that sees the variables of `scope`.
pub(super) fn compile_in(
    engine: &Engine,
    core: &Core,
    script: &Arc<Script>,
    scope: &Scope,
) -> Result<AST, Findings> {
    let found = keywords::refused(script);
    if !found.0.is_empty() {
        return Err(found);
    }
    let found = test_files::misplaced(script);
    if !found.0.is_empty() {
        return Err(found);
    }
    let left_out = verdicts::left_out(script);
    match engine.compile_with_scope(scope, script.source.text()) {
        Ok(mut ast) if left_out.0.is_empty() => {
            ast.set_source(script.source.name());
            Ok(ast)
        }
        Ok(_) => Err(left_out),
        Err(error) => Err(errors::syntax(engine, core, script, &error).into()),
    }
}
