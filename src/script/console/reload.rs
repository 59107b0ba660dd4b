//! Reading facts and scripts anew, and what of a session survives that.
//!
//! Functions and plain values stay; a pool, a site or a user is looked up by name among the new facts; a
//! set has no name, so it is gone, and said to be.

use super::Ground;
use super::bench::{Bench, is_global, newest};
use super::shown::Shower;
use crate::diagnostic::Findings;
use crate::script::modules::compile_in;
use crate::script::names::{article, type_of};
use crate::script::{engine, errors};
use rhai::Dynamic;
use std::mem::take;
use std::sync::Arc;

impl Bench {
    /// Takes new facts and scripts; returns what did not survive that.
    pub(super) fn reload(&mut self, ground: Ground) -> Vec<String> {
        let imports = take(&mut self.earlier.modules);
        let old = newest(&self.scope);
        let mut fresh = Self::new(ground, self.stop.clone());
        fresh.number = self.number;
        fresh.libraries = take(&mut self.libraries);
        for library in &fresh.libraries {
            fresh.engine.register_global_module(library.clone());
        }
        fresh.earlier.functions = take(&mut self.earlier.functions);
        // Errors inside a function that was defined before still point into its text.
        for script in self.core.scripts.inputs() {
            fresh.core.scripts.keep(script);
        }
        let mut gone = Vec::new();
        for (name, import) in imports {
            if let Err(why) = fresh.import_anew(&name, &import) {
                gone.push(format!("`{name}` (`{import}`): {why}"));
            }
        }
        for (name, constant, value) in old.iter().filter(|(name, ..)| !is_global(name)) {
            match fresh.found_again(&value) {
                Some(value) if constant => {
                    fresh.constants.insert(name.into(), value.clone());
                    fresh.scope.push_constant_dynamic(name, value);
                }
                Some(value) => {
                    fresh.scope.push_dynamic(name.to_owned(), value);
                }
                None => gone.push(format!("`{name}`, {} of what was read before", kind(&value))),
            }
        }
        fresh.earlier.variables = fresh
            .scope
            .iter()
            .map(|(name, ..)| name.to_owned())
            .filter(|it| !is_global(it))
            .collect();
        self.resolver.clear();
        *self = fresh;
        gone
    }

    fn import_anew(&mut self, name: &str, import: &str) -> Result<(), String> {
        self.begin();
        let script: Arc<str> = format!("import {import:?} as {name};").into();
        let script = self.core.scripts.add(&self.engine, &"repl".into(), &script);
        let read =
            compile_in(&self.engine, &self.core, &script, &engine::globals()).and_then(|ast| {
                let Err(fault) = self.run_statements(&ast) else { return Ok(()) };
                Err(errors::explain(&self.core, &self.engine, "repl", &fault).into())
            });
        self.stop.end();
        let why = |found: &Findings| found.0.first().map(|first| first.message.clone());
        read.map_err(|found| why(&found).unwrap_or_default())?;
        if self.import(name, import) { Ok(()) } else { Err("it cannot be read".to_owned()) }
    }

    /// The value as it is among the new facts: plain values are, and what has a name is looked up.
    fn found_again(&self, value: &Dynamic) -> Option<Dynamic> {
        if is_plain(value, 0) {
            return Some(value.clone());
        }
        let finder = match type_of(value).as_str() {
            "Pool" => "topology.pool(name)",
            "Site" => "topology.site(name)",
            "User" => "topology.user(name)",
            _ => return None,
        };
        let mut scope = engine::globals();
        self.begin();
        let shower = Shower::new(&self.engine, 0);
        scope.push("name", shower.line(value));
        let found = self.engine.eval_with_scope::<Dynamic>(&mut scope, finder).ok();
        self.stop.end();
        found
    }
}

/// True for values that hold nothing of the topology.
fn is_plain(value: &Dynamic, depth: usize) -> bool {
    if depth > 64 {
        return false;
    }
    let value = value.flatten_clone();
    if let Some(array) = value.read_lock::<rhai::Array>() {
        return array.iter().all(|inner| is_plain(inner, depth + 1));
    }
    if let Some(map) = value.read_lock::<rhai::Map>() {
        return map.values().all(|inner| is_plain(inner, depth + 1));
    }
    if let Some(function) = value.read_lock::<rhai::FnPtr>() {
        return function.iter_curry().all(|inner| is_plain(inner, depth + 1));
    }
    let kind = type_of(&value);
    matches!(kind.as_str(), "string" | "int" | "float" | "bool" | "char" | "nothing" | "range")
        || matches!(kind.as_str(), "Duration" | "Time")
}

fn kind(value: &Dynamic) -> String {
    article(&type_of(value))
}
