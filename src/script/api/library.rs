//! The standard library's reference, read out of the `///` lines above its functions.
//!
//! A file begins with `//` lines that say what it is for. Above a function stand its summary, its
//! parameters and its examples, written as in the manual of a primitive. A test reads the same
//! functions through rhai and fails if one is missing here.

use super::primitive::{Example, Manual, Param};
use crate::script::sources::LIBRARY;
use std::fmt::Write as _;
use std::sync::LazyLock;

/// One file of the library.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Module {
    /// What an `import` names: `std/pilot`.
    pub path: &'static str,
    /// What it is usually imported as: `pilot`.
    pub name: &'static str,
    /// What it is for: the lines at its top.
    pub about: String,
    /// Its functions, in the order of the file.
    pub functions: Vec<Function>,
}

/// One function of the library.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Function {
    /// The path of its module: `std/pilot`.
    pub path: &'static str,
    /// The name of its module: `pilot`.
    pub module: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its name and parameters: `volunteers(users, group)`.
    pub signature: &'static str,
    /// Its parameters.
    pub params: Vec<Param>,
    /// One sentence.
    pub summary: String,
    /// The rest of its manual; may be empty.
    pub doc: String,
    /// Lines that the tests run.
    pub examples: Vec<Example>,
}

impl Function {
    /// The name with its module: `pilot::volunteers`, `policy/pilot::choose`.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{}::{}", short(self.path), self.name)
    }

    fn is_called(&self, name: &str) -> bool {
        name == self.name
            || name.rsplit_once("::").is_some_and(|(module, own)| {
                own == self.name && (module == self.path || module == short(self.path))
            })
    }
}

impl Module {
    fn is_called(&self, name: &str) -> bool {
        name == self.path || name == short(self.path)
    }
}

/// The path without `std/`.
fn short(path: &str) -> &str {
    path.strip_prefix("std/").unwrap_or(path)
}

/// The functions of that name: `pilot::volunteers`, `std/pilot::volunteers`, or `volunteers`.
#[must_use]
pub fn functions_called(name: &str) -> Vec<&'static Function> {
    let name = name.trim().trim_end_matches("()");
    let all = library().iter().flat_map(|module| &module.functions);
    all.filter(|function| function.is_called(name)).collect()
}

/// The module of that name: `std/pilot`, or `pilot`.
#[must_use]
pub fn module_called(name: &str) -> Option<&'static Module> {
    let name = name.trim().trim_end_matches("::");
    library().iter().find(|module| module.is_called(name))
}

/// The reference of a function or a module of the library; `None` if there is nothing of that name.
#[must_use]
pub fn library_text(name: &str) -> Option<String> {
    let named = functions_called(name);
    if !named.is_empty() {
        let pages: Vec<String> = named.into_iter().map(page).collect();
        return Some(pages.join("\n"));
    }
    module_called(name).map(|module| {
        let mut out = format!("{}\n\n{}\n", module.path, indented(&module.about));
        for function in &module.functions {
            let _ = write!(out, "\n{}\n    {}\n", signature(function), function.summary);
        }
        out
    })
}

/// One line per module, for the list of everything.
#[must_use]
pub fn library_overview() -> String {
    let mut out = String::new();
    for module in library() {
        let first = module.about.lines().next().unwrap_or_default();
        let _ = writeln!(out, "{}\n    {first}", module.path);
    }
    out
}

fn signature(function: &Function) -> String {
    format!("{}::{}", short(function.path), function.signature)
}

fn page(function: &Function) -> String {
    let mut out = format!("{}\n\n    {}\n", signature(function), function.summary);
    for paragraph in function.doc.split("\n\n").filter(|text| !text.is_empty()) {
        let _ = writeln!(out, "\n    {paragraph}");
    }
    let _ = writeln!(out, "\n    import \"{}\" as {};\n", function.path, function.module);
    out.push_str(&super::manual::examples(&function.examples));
    out
}

fn indented(text: &str) -> String {
    let lines = text.lines().map(|line| format!("    {line}").trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

/// Every file of the library, in the order of the reference.
#[must_use]
pub fn library() -> &'static [Module] {
    static ALL: LazyLock<Vec<Module>> =
        LazyLock::new(|| LIBRARY.iter().map(|(path, text)| module(path, text)).collect());
    &ALL
}

fn module(file: &'static str, text: &'static str) -> Module {
    let path = file.strip_suffix(".rhai").unwrap_or(file);
    let name = path.rsplit('/').next().unwrap_or(path);
    let head = text.lines().take_while(|line| line.starts_with("//") && !line.starts_with("///"));
    let about: Vec<&str> = head.map(|line| line.strip_prefix("//").unwrap_or(line)).collect();
    let about = about.iter().map(|line| line.strip_prefix(' ').unwrap_or(line));
    let mut module =
        Module { path, name, about: about.collect::<Vec<_>>().join("\n"), functions: Vec::new() };
    let mut manual: Vec<&'static str> = Vec::new();
    for line in text.lines() {
        if let Some(line) = line.strip_prefix("///") {
            manual.push(line);
            continue;
        }
        if let Some(signature) = line.strip_prefix("fn ").and_then(|rest| rest.strip_suffix(" {")) {
            module.functions.push(function(path, name, signature, &manual));
        }
        manual.clear();
    }
    module
}

fn function(
    path: &'static str,
    module: &'static str,
    signature: &'static str,
    manual: &[&'static str],
) -> Function {
    let (name, params) = signature.split_once('(').unwrap_or((signature, ""));
    let params = params.trim_end_matches(')').split(", ").filter(|param| !param.is_empty());
    let params = params.map(|name| Param { name, ty: "any", optional: false });
    let Manual { summary, doc, examples } = Manual::read(manual.iter().copied());
    Function { path, module, name, signature, params: params.collect(), summary, doc, examples }
}
