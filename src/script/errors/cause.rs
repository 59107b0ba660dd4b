//! The cause of an error, by rhai's kinds.

use super::super::budget::Spent;
use super::super::core::Core;
use super::super::engine::{CALLS, words};
use super::super::names::{article, of_rust};
use super::super::scripts::Script;
use super::frames::Frames;
use super::{functions, names, parse};
use crate::diagnostic::{Code, Finding, codes};
use crate::text::{did_you_mean, list};
use rhai::{Engine, EvalAltResult, Position};
use std::sync::Arc;

/// True for errors whose place rhai has lost: those about limits, and a variable in use.
pub(super) fn has_no_place(error: &EvalAltResult) -> bool {
    matches!(
        error,
        EvalAltResult::ErrorTooManyOperations(_)
            | EvalAltResult::ErrorTooManyVariables(_)
            | EvalAltResult::ErrorTooManyModules(_)
            | EvalAltResult::ErrorStackOverflow(_)
            | EvalAltResult::ErrorDataTooLarge(..)
            | EvalAltResult::ErrorTerminated(..)
            | EvalAltResult::ErrorDataRace(..)
    )
}

/// What a cause is explained from.
pub(super) struct Scene<'a> {
    pub(super) core: &'a Core,
    pub(super) engine: &'a Engine,
    pub(super) script: Option<Arc<Script>>,
    pub(super) file: &'a str,
    pub(super) position: Position,
}

impl Scene<'_> {
    /// A finding that marks the token of the cause.
    pub(super) fn token(&self, code: Code, message: impl Into<String>, mark: &str) -> Finding {
        let place = self.core.token(Some(self.file), self.position);
        self.core.mark(Finding::error(code, message), &place, mark)
    }

    /// A finding that marks the call of the cause, with its arguments.
    pub(super) fn call(&self, code: Code, message: impl Into<String>, mark: &str) -> Finding {
        let place = self.core.scripts.call(Some(self.file), self.position);
        self.core.mark(Finding::error(code, message), &place, mark)
    }
}

/// A method on part of a variable, with a function that uses the variable itself: rhai holds it meanwhile.
fn in_use(scene: &Scene, what: &str) -> Finding {
    let name = what.split('\'').nth(1).unwrap_or(what);
    scene
        .call(
            codes::SCRIPT_ERROR,
            "the function given to a method uses the variable that the method is called on",
            "called here",
        )
        .because(format!("the variable is in use until `{name}` has ended"))
        .help("take the part into a variable of its own first: `let users = pool.users; users.filter(|user| user.pool == pool)`")
}

/// Explains a cause that is none of our own.
pub(super) fn explain(
    core: &Core,
    engine: &Engine,
    frames: &Frames,
    error: &EvalAltResult,
) -> Finding {
    use EvalAltResult as E;
    let scene = Scene {
        core,
        engine,
        script: core.scripts.get(&frames.file),
        file: &frames.file,
        position: frames.spot.unwrap_or(error.position()),
    };
    match error {
        E::ErrorFunctionNotFound(signature, _) => functions::not_found(&scene, signature),
        E::ErrorVariableNotFound(name, _) => variable(&scene, name),
        E::ErrorModuleNotFound(name, _) => module(&scene, name),
        E::ErrorPropertyNotFound(name, _) => property(&scene, name, None),
        E::ErrorDotExpr(text, _) => dot(&scene, text),
        E::ErrorIndexingType(text, _) => indexing(&scene, text),
        E::ErrorMismatchDataType(wanted, given, _)
        | E::ErrorMismatchOutputType(wanted, given, _) => mismatch(&scene, wanted, given),
        E::ErrorIndexNotFound(index, _) => scene.token(
            codes::SCRIPT_ERROR,
            format!("there is no element `{index}`"),
            "looked up here",
        ),
        E::ErrorArrayBounds(length, index, _) => bounds(&scene, "array", *length, *index),
        E::ErrorStringBounds(length, index, _) => bounds(&scene, "string", *length, *index),
        E::ErrorFor(_) => scene
            .token(
                codes::SCRIPT_WRONG_TYPE,
                "`for` cannot go through this value",
                "not a list of anything",
            )
            .help("`for` goes through arrays, sets, ranges and strings' `.chars()`"),
        E::ErrorAssignmentToConstant(name, _) => scene
            .token(
                codes::SCRIPT_ERROR,
                format!("`{name}` is constant and cannot be changed"),
                "changed here",
            )
            .help("declare it with `let`"),
        E::ErrorNonPureMethodCallOnConstant(name, _) => scene
            .call(codes::SCRIPT_ERROR, format!("`{name}` would change a constant"), "called here")
            .help("declare the value with `let`"),
        E::ErrorUnboundThis(_) => scene.token(
            codes::SCRIPT_ERROR,
            "`this` stands for nothing here",
            "not inside a method",
        ),
        E::ErrorArithmetic(text, _) => arithmetic(&scene, text),
        E::ErrorDataRace(what, _) => in_use(&scene, what),
        E::ErrorParsing(kind, position) => match &scene.script {
            Some(script) => parse::explain(core, engine, script, kind, *position),
            None => Finding::error(codes::SCRIPT_SYNTAX, kind.to_string()),
        },
        E::ErrorRuntime(thrown, _) => {
            let text = thrown.to_string().replace(['\n', '\r'], " ");
            if core.scripts.is_throw(&frames.file, scene.position) {
                return scene.token(
                    codes::SCRIPT_THROW,
                    format!("the script threw: {text}"),
                    "thrown here",
                );
            }
            scene.call(codes::SCRIPT_ERROR, lower(&text), "here")
        }
        E::ErrorTerminated(token, _) => {
            let (message, help) = token
                .clone()
                .try_cast::<Spent>()
                .map_or_else(|| ("the script was ended".to_owned(), ""), words);
            limit(&scene, message, help)
        }
        E::ErrorStackOverflow(_) => limit(
            &scene,
            format!("functions call each other more than {CALLS} deep"),
            "does this recursion end? use a loop",
        ),
        E::ErrorDataTooLarge(what, _) => limit(
            &scene,
            format!("{} grows beyond its limit", article(&large(what))),
            "keep less in one value",
        ),
        E::ErrorTooManyVariables(_) => {
            limit(&scene, "more than 2,000 variables are alive".to_owned(), "end blocks earlier")
        }
        E::LoopBreak(..) => scene.token(
            codes::SCRIPT_LEAVES_BLOCK,
            "`break` or `continue` stands in no loop",
            "no loop is here",
        ),
        other => {
            scene.token(codes::SCRIPT_ERROR, lower(&without_place(&other.to_string())), "here")
        }
    }
}

fn limit(scene: &Scene, message: String, help: &str) -> Finding {
    let finding = scene.token(codes::SCRIPT_LIMIT, message, "it was here");
    if help.is_empty() { finding } else { finding.help(help) }
}

fn variable(scene: &Scene, name: &str) -> Finding {
    if let Some((module, name)) = name.rsplit_once("::") {
        let message = format!("`{module}::{name}` is no value");
        let place =
            scene.core.scripts.place(Some(scene.file), |spans| spans.operand(scene.position));
        let finding = Finding::error(codes::SCRIPT_UNKNOWN_VARIABLE, message);
        return scene
            .core
            .mark(finding, &place, "not a value of that script")
            .help(format!(
                "a function of another script is given on inside a closure: `|user| {module}::{name}(user)`"
            ));
    }
    unknown_variable(scene, name)
}

/// A variable that does not exist.
pub(super) fn unknown_variable(scene: &Scene, name: &str) -> Finding {
    let script = scene.script.as_deref();
    let mut known = script.map(names::variables).unwrap_or_default();
    known.extend(scene.core.scripts.earlier().variables.iter().cloned());
    let finding = scene.token(
        codes::SCRIPT_UNKNOWN_VARIABLE,
        format!("there is no variable `{name}` here"),
        "unknown",
    );
    if known.iter().any(|known| known == name) {
        return finding.help(format!(
            "a `{name}` exists elsewhere in this file, but a function sees only its parameters, `topology` and \
             constants as `global::NAME`"
        ));
    }
    let otherwise = "declare it with `let` before it is used";
    finding.help(did_you_mean(name, known.iter().map(String::as_str), otherwise))
}

/// A module that is not imported.
pub(super) fn module(scene: &Scene, name: &str) -> Finding {
    let script = scene.script.as_deref();
    let mut known = script.map(names::modules).unwrap_or_default();
    known.extend(scene.core.scripts.earlier().modules.iter().map(|(name, _)| name.clone()));
    known.extend(["probe", "sim"].map(str::to_owned));
    let otherwise = format!("import it first: `import \"policy/{name}\" as {name};`");
    scene
        .token(
            codes::SCRIPT_UNKNOWN_MODULE,
            format!("no script is imported as `{name}`"),
            "unknown",
        )
        .help(did_you_mean(name, known.iter().map(String::as_str), &otherwise))
}

fn property(scene: &Scene, name: &str, of: Option<&str>) -> Finding {
    let kind = of.unwrap_or("map");
    let known = names::properties(scene.engine, kind);
    let otherwise = if known.is_empty() {
        "write the name as it was given when the map was made".to_owned()
    } else {
        format!("it has {}", list(&known, 30))
    };
    scene
        .token(
            codes::SCRIPT_UNKNOWN_PROPERTY,
            format!("{} has no property `{name}`", article(kind)),
            "unknown",
        )
        .help(did_you_mean(name, known.iter().map(String::as_str), &otherwise))
}

/// `Unknown property 'x' - a getter is not registered for type 'User'`.
fn dot(scene: &Scene, text: &str) -> Finding {
    let mut quoted = text.split('\'').skip(1).step_by(2);
    match (quoted.next(), quoted.next()) {
        (Some(name), Some(kind)) if text.contains("setter") => scene
            .token(
                codes::SCRIPT_UNKNOWN_PROPERTY,
                format!("`{name}` of {} cannot be set", article(&of_rust(kind))),
                "set here",
            )
            .help("values of the topology are read-only"),
        (Some(name), Some(kind)) => property(scene, name, Some(&of_rust(kind))),
        _ => scene.token(codes::SCRIPT_UNKNOWN_PROPERTY, lower(text), "here"),
    }
}

/// `User [&str | ImmutableString | String]`.
fn indexing(scene: &Scene, text: &str) -> Finding {
    let (kind, index) = text.split_once(" [").unwrap_or((text, ""));
    let message = format!(
        "{} cannot be indexed with {}",
        article(&of_rust(kind)),
        article(&of_rust(index.trim_end_matches(']')))
    );
    scene.token(codes::SCRIPT_WRONG_TYPE, message, "indexed here")
}

fn mismatch(scene: &Scene, wanted: &str, given: &str) -> Finding {
    let (wanted, given) = (of_rust(wanted), of_rust(given));
    let place = scene.core.scripts.place(Some(scene.file), |spans| spans.operand(scene.position));
    let message = format!("this must be {}, and it is {}", article(&wanted), article(&given));
    let finding = Finding::error(codes::SCRIPT_WRONG_TYPE, message);
    let finding = scene.core.mark(finding, &place, &given);
    match given.as_str() {
        "Check" | "Evidence" => finding.help("write `.passed`, `.failed` or `.unknown`"),
        _ => finding,
    }
}

fn bounds(scene: &Scene, what: &str, length: usize, index: i64) -> Finding {
    let message = format!("the {what} has {length} elements, and there is no element {index}");
    scene.token(codes::SCRIPT_ERROR, message, "looked up here").help("the first element is 0")
}

fn arithmetic(scene: &Scene, text: &str) -> Finding {
    // rhai: `Error parsing integer number 'three': invalid digit found in string`.
    if text.starts_with("Error parsing ")
        && let Some(given) = text.split('\'').nth(1)
    {
        let what = if text.contains("integer") { "whole number" } else { "number" };
        return scene
            .token(codes::SCRIPT_ERROR, format!("`{given}` is no {what}"), "read here")
            .help("look where the text comes from: a cell of an export, or an option");
    }
    scene.token(codes::SCRIPT_ERROR, lower(text), "calculated here")
}

/// `Length of string`, `Size of array/BLOB`, ...: the kind of value.
fn large(what: &str) -> String {
    let lower = what.to_lowercase();
    ["string", "array", "map"]
        .into_iter()
        .find(|kind| lower.contains(kind))
        .unwrap_or("value")
        .to_owned()
}

/// A sentence of rhai in our style: lower case, no full stop.
pub(super) fn lower(text: &str) -> String {
    let text = text.trim().trim_end_matches('.').trim_start_matches("Runtime error: ");
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => "the script raised an error without words".to_owned(),
    }
}

fn without_place(text: &str) -> String {
    text.rsplit_once(" (line ").map_or(text, |(text, _)| text).to_owned()
}
