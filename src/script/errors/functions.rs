//! Calls of functions that do not exist, or not for these arguments.

use super::super::api::{Primitive, primitives};
use super::super::names::of_rust;
use super::cause::Scene;
use super::names::{Form, functions, modules, native};
use crate::diagnostic::{Finding, codes};
use crate::text::{count, did_you_mean};
use std::collections::BTreeMap;

/// Functions of rhai that do not exist here, and what to use instead.
const REMOVED: &[(&str, &str)] = &[
    ("sleep", "use `wait(\"10m\")`, which survives a restart"),
    ("timestamp", "use `now()`, the time of the run"),
    ("exit", "use `halt(why)`, or let the script run to its end"),
    ("eval", "scripts are read from files only: use `import`"),
    ("parse_json", "facts come from the inventory: read them from `topology`"),
    ("open_file", "facts come from the inventory: read them from `topology`"),
    ("rand", "use `sample(n, seed)` of a set: the same seed gives the same users"),
];

/// Explains `name (type, type)`.
pub(super) fn not_found(scene: &Scene, signature: &str) -> Finding {
    let (name, given) = parse(signature);
    if let Some((module, function)) = name.rsplit_once("::") {
        return in_module(scene, module, function, &given);
    }
    if name.starts_with("anon$") {
        let message = format!("the closure does not take {}", count(given.len(), "argument"));
        return scene.call(codes::SCRIPT_WRONG_ARGUMENTS, message, "called here");
    }
    if let Some((_, instead)) = REMOVED.iter().find(|(removed, _)| *removed == name) {
        let message = format!("`{name}` does not exist in sidle");
        return scene.call(codes::SCRIPT_UNKNOWN_FUNCTION, message, "unknown").help(*instead);
    }
    if !name.starts_with(|letter: char| letter.is_alphabetic() || letter == '_') {
        return operator(scene, &name, &given);
    }
    let mut known = native(scene.engine);
    let mut own = scene.script.as_deref().map(functions).unwrap_or_default();
    own.extend(scene.core.scripts.earlier().functions.iter().cloned());
    for (own, parameters) in own {
        let any = || ("_".to_owned(), "any value".to_owned());
        let form = Form { parameters: std::iter::repeat_with(any).take(parameters).collect() };
        known.entry(own).or_default().push(form);
    }
    match known.get(&name) {
        Some(forms) => wrong_arguments(scene, &name, &given, forms),
        None => unknown(scene, &name, &given, &known),
    }
}

/// Splits `name (type, type)`.
fn parse(signature: &str) -> (String, Vec<String>) {
    let (name, rest) = signature.split_once('(').unwrap_or((signature, ")"));
    let rest = rest.trim_end_matches(')').trim();
    let given = if rest.is_empty() { Vec::new() } else { rest.split(',').map(of_rust).collect() };
    // An operator may be a bracket of its own; names never hold blanks.
    (name.trim().to_owned(), given)
}

fn unknown(
    scene: &Scene,
    name: &str,
    given: &[String],
    known: &BTreeMap<String, Vec<Form>>,
) -> Finding {
    let mark = if given.is_empty() {
        "no such function".to_owned()
    } else {
        format!("no such function takes ({})", given.join(", "))
    };
    let message = format!("there is no function `{name}`");
    let mut imported = scene.script.as_deref().map(modules).unwrap_or_default();
    imported.extend(scene.core.scripts.earlier().modules.iter().map(|(name, _)| name.clone()));
    let otherwise = if imported.is_empty() {
        "define it with `fn`, or import the script that has it".to_owned()
    } else {
        format!(
            "a function of an imported script is called as `{}::{name}(...)`",
            imported.join("` or `")
        )
    };
    scene.token(codes::SCRIPT_UNKNOWN_FUNCTION, message, &mark).help(did_you_mean(
        name,
        known.keys().map(String::as_str),
        &otherwise,
    ))
}

fn wrong_arguments(scene: &Scene, name: &str, given: &[String], forms: &[Form]) -> Finding {
    let arguments = scene
        .script
        .as_deref()
        .map(|script| script.spans.arguments(scene.position))
        .unwrap_or_default();
    // In a method call, the receiver is the first parameter and stands before the dot.
    let method = usize::from(arguments.len() + 1 == given.len());
    let known = once(forms.iter().map(|form| show(name, form, method)));
    let shown: Vec<String> = known.into_iter().take(6).collect();
    let help = format!("it is called as {}", shown.join(" or "));
    let same: Vec<&Form> =
        forms.iter().filter(|form| form.parameters.len() == given.len()).collect();
    if same.is_empty() {
        let message = format!(
            "`{name}` does not take {}",
            count(given.len() - method.min(given.len()), "argument")
        );
        return scene.call(codes::SCRIPT_WRONG_ARGUMENTS, message, "called here").help(help);
    }
    let wrong = (0..given.len()).find(|nth| {
        same.iter().all(|form| {
            form.parameters
                .get(*nth)
                .zip(given.get(*nth))
                .is_some_and(|((_, wants), given)| !fits(wants, given))
        })
    });
    let message = format!("`{name}` does not take {}", types(given.get(method..).unwrap_or(given)));
    let (Some(nth), Some(script)) = (wrong, scene.script.as_deref()) else {
        return scene.call(codes::SCRIPT_WRONG_ARGUMENTS, message, "called here").help(help);
    };
    let wants = once(
        same.iter().filter_map(|form| form.parameters.get(nth).map(|(_, kind)| kind.as_str())),
    );
    let given = given.get(nth).map_or("", String::as_str);
    let mark = format!("this is {given}, and it takes {}", wants.join(" or "));
    match nth.checked_sub(method).and_then(|nth| arguments.get(nth)) {
        Some(span) => Finding::error(codes::SCRIPT_WRONG_ARGUMENTS, message)
            .at(&script.source, span.clone(), mark)
            .help(help),
        None => scene.token(codes::SCRIPT_WRONG_ARGUMENTS, message, &mark).help(help),
    }
}

/// The same without repetition: several types have a method of one form.
fn once<T: PartialEq>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = Vec::new();
    for one in all {
        if !seen.contains(&one) {
            seen.push(one);
        }
    }
    seen
}

fn fits(wants: &str, given: &str) -> bool {
    wants == given || wants == "any value" || (wants == "char" && given == "string")
}

fn types(given: &[String]) -> String {
    if given.is_empty() { "no arguments".to_owned() } else { format!("({})", given.join(", ")) }
}

fn show(name: &str, form: &Form, method: usize) -> String {
    let parameters: Vec<String> = form
        .parameters
        .iter()
        .skip(method)
        .map(|(name, kind)| if name == "_" { kind.clone() } else { format!("{name}: {kind}") })
        .collect();
    format!("`{name}({})`", parameters.join(", "))
}

fn operator(scene: &Scene, operator: &str, given: &[String]) -> Finding {
    let message = match given {
        [left, right] => format!("`{operator}` does not join {left} and {right}"),
        _ => format!("`{operator}` does not apply to {}", given.join(", ")),
    };
    let mark = given.join(&format!(" {operator} "));
    let finding = scene.token(codes::SCRIPT_WRONG_TYPE, message, &mark);
    if given.iter().any(|kind| kind == "Check" || kind == "Evidence") {
        return finding.help("a check has `.passed`, `.failed`, `.unknown` and `.verdict`");
    }
    finding
}

fn in_module(scene: &Scene, module: &str, function: &str, given: &[String]) -> Finding {
    let core = scene.core;
    // The import's alias is looked up among the script's own imports, then among all scripts read.
    let own = scene.script.as_deref().and_then(|script| script.imported_as(module));
    let earlier = core.scripts.earlier();
    let own = own.or_else(|| {
        let found = earlier.modules.iter().find(|(name, _)| name == module);
        found.map(|(_, import)| import.clone())
    });
    let target = own.and_then(|path| core.scripts.imported(&path));
    let known = target.as_deref().map(functions).unwrap_or_default();
    let place = scene.core.scripts.place(Some(scene.file), |spans| spans.call(scene.position));
    let forms: Vec<usize> =
        known.iter().filter(|(name, _)| name == function).map(|(_, count)| *count).collect();
    if let Some(takes) = forms.first() {
        let message = format!(
            "`{module}::{function}` takes {}, and {} given",
            count(*takes, "argument"),
            if given.len() == 1 { "1 is".to_owned() } else { format!("{} are", given.len()) }
        );
        let finding = Finding::error(codes::SCRIPT_WRONG_ARGUMENTS, message);
        return core.mark(finding, &place, "called here");
    }
    if target.is_none() && native_module(module).next().is_some() {
        return in_native_module(scene, module, function, given);
    }
    let message = format!("`{module}` has no function `{function}`");
    let names: Vec<&str> = known.iter().map(|(name, _)| name.as_str()).collect();
    let otherwise = if names.is_empty() {
        "look for it in the script that is imported under that name".to_owned()
    } else {
        format!("it has {}", crate::text::list(&names, 20))
    };
    let finding = Finding::error(codes::SCRIPT_UNKNOWN_FUNCTION, message)
        .help(did_you_mean(function, names, &otherwise));
    core.mark(finding, &place, "called here")
}

/// The primitives of a module of sidle's own: `probe`.
fn native_module(module: &str) -> impl Iterator<Item = &'static Primitive> {
    primitives().iter().filter(move |one| one.module == Some(module))
}

fn in_native_module(scene: &Scene, module: &str, function: &str, given: &[String]) -> Finding {
    if let Some(known) = native_module(module).find(|one| one.name == function) {
        let message = format!("`{module}::{function}` does not take {}", types(given));
        return scene
            .call(codes::SCRIPT_WRONG_ARGUMENTS, message, "called here")
            .help(format!("it is called as `{}`", known.signature));
    }
    let mut names: Vec<&str> = native_module(module).map(|one| one.name).collect();
    names.dedup();
    let message = format!("`{module}` has no function `{function}`");
    let otherwise = format!("it has {}", crate::text::list(&names, 20));
    scene.call(codes::SCRIPT_UNKNOWN_FUNCTION, message, "called here").help(did_you_mean(
        function,
        names.iter().copied(),
        &otherwise,
    ))
}
