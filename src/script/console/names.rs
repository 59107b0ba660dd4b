//! The names that the next input can use, for completion.

use super::Ground;
use crate::script::core::Core;
use crate::script::names::{of_rust, type_of};
use crate::script::scripts::{Earlier, Script};
use crate::script::sources;
use rhai::{Dynamic, Engine, Token};
use std::collections::BTreeMap;

/// A variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// The type of its value: `Pool`, `array of User`.
    pub kind: String,
}

/// A function of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Names of its parameters.
    pub parameters: Vec<String>,
    /// First line of its comment; may be empty.
    pub summary: String,
}

/// Everything that can be named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// Variables, oldest first.
    pub variables: Vec<Variable>,
    /// Functions that earlier inputs have defined.
    pub functions: Vec<Function>,
    /// Imports: the name, and the functions behind it.
    pub modules: Vec<(String, Vec<Function>)>,
    /// Methods of the language's own types: `array`, `string`, `map`, ...
    pub methods: BTreeMap<String, Vec<String>>,
    /// What an `import` can name.
    pub scripts: Vec<String>,
}

impl Names {
    pub(super) fn of(
        engine: &Engine,
        core: &Core,
        earlier: &Earlier,
        variables: Vec<Variable>,
        ground: &Ground,
    ) -> Self {
        let mut own: Vec<Function> = Vec::new();
        for script in core.scripts.inputs() {
            for function in functions(&script) {
                own.retain(|known| {
                    known.name != function.name
                        || known.parameters.len() != function.parameters.len()
                });
                own.push(function);
            }
        }
        let modules = earlier.modules.iter().map(|(name, import)| {
            let script = core.scripts.imported(import);
            (name.clone(), script.as_deref().map(functions).unwrap_or_default())
        });
        Self {
            variables,
            functions: own,
            modules: modules.collect(),
            methods: methods(engine),
            scripts: sources::known(ground.sources.as_ref()),
        }
    }
}

/// A variable with the type of its value.
pub(super) fn variable(name: &str, value: &Dynamic) -> Variable {
    let mut kind = type_of(value);
    if let Some(array) = value.read_lock::<rhai::Array>()
        && let Some(first) = array.first()
    {
        kind = format!("array of {}", type_of(first));
    }
    if name == "topology" {
        "Topology".clone_into(&mut kind);
    }
    Variable { name: name.to_owned(), kind }
}

/// The functions that a script defines and does not keep private.
fn functions(script: &Script) -> Vec<Function> {
    let tokens = &script.spans.tokens;
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let private = index.checked_sub(1).and_then(|before| tokens.get(before));
        if token.kind != Token::Fn || private.is_some_and(|it| it.kind == Token::Private) {
            continue;
        }
        let Some(Token::Identifier(name)) = tokens.get(index + 1).map(|token| &token.kind) else {
            continue;
        };
        let close = tokens.get(index + 2).and_then(|open| open.mate).unwrap_or(index + 2);
        let inside = tokens.get(index + 3..close).unwrap_or_default();
        let parameters = inside.iter().filter_map(|token| match &token.kind {
            Token::Identifier(name) => Some(name.to_string()),
            _ => None,
        });
        found.push(Function {
            name: name.to_string(),
            parameters: parameters.collect(),
            summary: summary(script.source.text().get(..token.start).unwrap_or_default()),
        });
    }
    found
}

/// First line of the `///` comment at the end of a text.
fn summary(before: &str) -> String {
    let lines = before.trim_end().lines().rev();
    let comment = lines.map_while(|line| line.trim().strip_prefix("///"));
    comment.last().map(|line| line.trim().to_owned()).unwrap_or_default()
}

/// The methods of the language's own types, by the type of their first parameter.
fn methods(engine: &Engine) -> BTreeMap<String, Vec<String>> {
    let all = engine.collect_fn_metadata(
        None,
        |about| {
            let name = about.metadata.name.to_string();
            let first = about.metadata.params_info.first()?;
            let kind = first.split_once(':').map_or(first.as_str(), |(_, kind)| kind);
            let plain = name.starts_with(|c: char| c.is_ascii_lowercase()) && !name.contains('$');
            plain.then(|| (of_rust(kind), name))
        },
        true,
    );
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (kind, name) in all {
        if matches!(kind.as_str(), "array" | "string" | "map" | "int" | "float" | "char") {
            found.entry(kind).or_default().push(name);
        }
    }
    // What rhai gives strings and arrays as properties.
    for kind in ["array", "string", "map"] {
        found.entry(kind.to_owned()).or_default().push("len".to_owned());
    }
    for names in found.values_mut() {
        names.sort();
        names.dedup();
    }
    found
}
