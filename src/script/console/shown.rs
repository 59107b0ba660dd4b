//! Values as they are shown: lines, tables and lists, without a type of rhai.
//!
//! What a value has is asked through the primitives themselves, so the REPL shows what a script would
//! read. What is long is cut, and says by how much.

use super::columns::{columns, properties};
use crate::script::api::UserSet;
use crate::script::api::UserValue;
use crate::script::names::type_of;
use crate::text;
use rhai::{AST, Array, Dynamic, Engine, Map, Scope};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Write as _;

/// How deep lists and maps are shown.
const DEPTH: usize = 8;
/// Characters of a line.
const LINE: usize = 2_000;
/// Elements of a list inside a cell.
const IN_CELL: usize = 6;
/// Elements of a list in the JSON form.
const IN_JSON: usize = 20_000;

/// A value as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// Its type: `int`, `Pool`, `Selection`.
    pub kind: String,
    /// In one line, as a script's `to_debug` gives it.
    pub line: String,
    /// In full.
    pub body: Body,
    /// For programs.
    pub json: Value,
}

/// What is shown of a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// Nothing: `()`.
    Nothing,
    /// The line says it all.
    Line,
    /// A line and what stands below it.
    Tables(String, Vec<Table>),
    /// A list: its elements, and how many more there are.
    List(Vec<Shown>, usize),
    /// A map: keys and values.
    Map(Vec<(String, Shown)>),
}

/// Rows below a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// Headings; none for a list of facts.
    pub head: Vec<String>,
    /// Cells.
    pub rows: Vec<Vec<String>>,
    /// Rows that are left out.
    pub more: usize,
}

/// Shows values of one engine.
pub(super) struct Shower<'a> {
    engine: &'a Engine,
    rows: usize,
    code: RefCell<HashMap<String, Option<AST>>>,
}

impl<'a> Shower<'a> {
    /// Shows at most `rows` rows of what is long.
    pub(super) fn new(engine: &'a Engine, rows: usize) -> Self {
        Self { engine, rows, code: RefCell::default() }
    }

    pub(super) fn show(&self, value: &Dynamic) -> Shown {
        self.at_depth(value, 0)
    }

    fn at_depth(&self, value: &Dynamic, depth: usize) -> Shown {
        let value = value.flatten_clone();
        let mut kind = type_of(&value);
        let line = self.line(&value);
        let body = if depth >= DEPTH {
            Body::Line
        } else if value.is_unit() {
            Body::Nothing
        } else if let Some(array) = value.read_lock::<Array>() {
            self.array(&array, depth)
        } else if let Some(map) = value.read_lock::<Map>() {
            self.map(&map, depth)
        } else if let Some(set) = value.read_lock::<UserSet>() {
            if set.tally().is_some_and(|tally| tally.outside.is_some()) {
                "Selection".clone_into(&mut kind);
            }
            self.users(&set, &value)
        } else if is_set(&kind) {
            Body::Tables(line.clone(), vec![self.table(&self.members(&value), &kind)])
        } else if depth == 0 {
            self.facts(&value, &kind, &line)
        } else {
            Body::Line
        };
        let json = self.json(&value, 0);
        Shown { kind, line, body, json }
    }

    /// A value in one line.
    pub(super) fn line(&self, value: &Dynamic) -> String {
        let mut out = String::new();
        self.write(value, 0, &mut out);
        cut(&out)
    }

    fn write(&self, value: &Dynamic, depth: usize, out: &mut String) {
        if out.len() > LINE * 4 {
            return;
        }
        if let Ok(text) = value.as_immutable_string_ref() {
            let _ = write!(out, "{:?}", text.as_str());
        } else if let Some(array) = value.read_lock::<Array>() {
            if depth >= DEPTH {
                return out.push_str("[...]");
            }
            out.push('[');
            for (index, item) in array.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                self.write(item, depth + 1, out);
            }
            out.push(']');
        } else if let Some(map) = value.read_lock::<Map>() {
            if depth >= DEPTH {
                return out.push_str("#{...}");
            }
            out.push_str("#{");
            for (index, (key, item)) in map.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                out.push_str(&key_of(key));
                out.push_str(": ");
                self.write(item, depth + 1, out);
            }
            out.push('}');
        } else if value.is::<rhai::FnPtr>() {
            let named =
                value.read_lock::<rhai::FnPtr>().map(|function| function.fn_name().to_owned());
            let named = named.filter(|name| !name.starts_with("anon$"));
            out.push_str(
                &named
                    .map_or_else(|| "a closure".to_owned(), |name| format!("the function {name}")),
            );
        } else {
            let said = self.read("value.to_debug()", value);
            let said = said.map_or_else(|| value.to_string(), |said| said.to_string());
            out.push_str(&said);
        }
    }

    /// What an expression says of a value; `None` if it raises an error.
    fn read(&self, code: &str, value: &Dynamic) -> Option<Dynamic> {
        let mut scope = Scope::new();
        scope.push_dynamic("value", value.clone());
        let mut known = self.code.borrow_mut();
        let ast = known
            .entry(code.to_owned())
            .or_insert_with(|| self.engine.compile_with_scope(&scope, code).ok())
            .clone()?;
        drop(known);
        self.engine.eval_ast_with_scope::<Dynamic>(&mut scope, &ast).ok()
    }

    /// What stands in a cell: as `line`, but a text without its quotes, and lists without brackets.
    fn cell(&self, value: &Dynamic) -> String {
        if value.is_unit() {
            return String::new();
        }
        if let Ok(text) = value.as_immutable_string_ref() {
            return text.to_string();
        }
        if let Some(array) = value.read_lock::<Array>() {
            let shown: Vec<String> =
                array.iter().take(IN_CELL).map(|item| self.cell(item)).collect();
            let more = array.len().saturating_sub(IN_CELL);
            let tail =
                if more > 0 { format!(" and {} more", text::grouped(more)) } else { String::new() };
            return format!("{}{tail}", shown.join(", "));
        }
        if let Ok(number) = value.as_int() {
            return number.to_string();
        }
        self.line(value)
    }

    fn array(&self, array: &Array, depth: usize) -> Body {
        let Some(first) = array.first() else { return Body::Line };
        let kind = type_of(first);
        let alike = array.iter().all(|item| type_of(item) == kind);
        if alike && is_of_sidle(&kind) && !is_set(&kind) && !columns(&kind).is_empty() {
            let head = text::count(array.len(), &noun(&kind));
            return Body::Tables(head, vec![self.table(array, &kind)]);
        }
        if let Some(table) = self.table_of_maps(array) {
            return Body::Tables(text::count(array.len(), "row"), vec![table]);
        }
        let shown = array.iter().take(self.rows).map(|item| self.at_depth(item, depth + 1));
        Body::List(shown.collect(), array.len().saturating_sub(self.rows))
    }

    fn map(&self, map: &Map, depth: usize) -> Body {
        if map.is_empty() {
            return Body::Line;
        }
        let fields = map.iter().map(|(key, item)| (key_of(key), self.at_depth(item, depth + 1)));
        Body::Map(fields.collect())
    }

    /// A table of values of one type.
    fn table(&self, items: &[Dynamic], kind: &str) -> Table {
        let mut kind = kind.to_owned();
        if is_set(&kind) {
            kind = items.first().map(type_of).unwrap_or_default();
        }
        let columns = columns(&kind);
        let rows = items.iter().take(self.rows).map(|item| {
            let cell = |(_, code): &(String, String)| {
                self.read(code, item).map(|found| self.cell(&found)).unwrap_or_default()
            };
            columns.iter().map(cell).collect()
        });
        let rows = rows.collect();
        let head = columns.iter().map(|(head, _)| head.clone()).collect();
        Table { head, rows, more: items.len().saturating_sub(self.rows) }
    }

    /// Several maps with the same keys, as `group_by` yields them.
    fn table_of_maps(&self, items: &Array) -> Option<Table> {
        let first = items.first()?.read_lock::<Map>()?.keys().cloned().collect::<Vec<_>>();
        let same =
            |item: &Dynamic| item.read_lock::<Map>().is_some_and(|map| map.keys().eq(first.iter()));
        if first.is_empty() || !items.iter().all(same) {
            return None;
        }
        let rows = items.iter().take(self.rows).map(|item| {
            let map = item.read_lock::<Map>();
            map.map(|map| map.values().map(|value| self.cell(value)).collect()).unwrap_or_default()
        });
        Some(Table {
            rows: rows.collect(),
            head: first.iter().map(ToString::to_string).collect(),
            more: items.len().saturating_sub(self.rows),
        })
    }

    /// The members of a set, as far as they are shown and one more.
    fn members(&self, set: &Dynamic) -> Array {
        let code = "let all = []; for one in value { all.push(one); } all";
        self.read(code, set).and_then(|all| all.into_array().ok()).unwrap_or_default()
    }

    /// A set of users: reasons counted, then the first rows.
    fn users(&self, set: &UserSet, value: &Dynamic) -> Body {
        let mut tables = Vec::new();
        let tally = set.tally();
        let mut head = self.line(value);
        if let Some(tally) = &tally {
            let out: Option<usize> =
                tally.outside.as_ref().map(|outside| outside.iter().map(|(_, count)| count).sum());
            if let Some(out) = out {
                let all = set.len() + out;
                head = format!(
                    "{} of {} selected, {} left out",
                    text::grouped(set.len()),
                    text::count(all, "user"),
                    text::grouped(out)
                );
            }
            for (word, reasons) in [("in", Some(&tally.inside)), ("out", tally.outside.as_ref())] {
                let reasons =
                    reasons.filter(|reasons| reasons.iter().any(|(why, _)| !why.is_empty()));
                tables.extend(reasons.map(|reasons| self.reasons(word, reasons)));
            }
        }
        let mut columns = columns("User");
        if tally.is_some() {
            columns.truncate(3);
        }
        let mut rows = Vec::new();
        for user in set.rows().into_iter().take(self.rows).filter_map(|row| set.user_at(row)) {
            let why = tally.as_ref().map(|_| set.why(&user));
            let item = Dynamic::from(user);
            let cells = columns.iter().map(|(_, code)| {
                self.read(code, &item).map(|found| self.cell(&found)).unwrap_or_default()
            });
            rows.push(cells.chain(why).collect::<Vec<String>>());
        }
        let mut headings: Vec<String> = columns.into_iter().map(|(head, _)| head).collect();
        headings.extend(tally.map(|_| "reason".to_owned()));
        if !rows.is_empty() {
            let more = set.len().saturating_sub(rows.len());
            tables.push(Table { head: headings, rows, more });
        }
        Body::Tables(head, tables)
    }

    fn reasons(&self, word: &str, reasons: &[(String, usize)]) -> Table {
        let rows = reasons.iter().take(self.rows.max(10));
        let rows: Vec<_> =
            rows.map(|(why, count)| vec![text::grouped(*count), why.clone()]).collect();
        let more = reasons.len().saturating_sub(rows.len());
        Table { head: vec![word.to_owned(), "reason".to_owned()], rows, more }
    }

    /// One value with all that it knows.
    fn facts(&self, value: &Dynamic, kind: &str, line: &str) -> Body {
        let names: Vec<&str> = properties(kind).collect();
        // A value that says all it knows in its line is no record.
        if names.len() <= 2 || matches!(kind, "Duration" | "Time") {
            return Body::Line;
        }
        let mut rows = Vec::new();
        for name in names {
            if let Some(found) = self.read(&format!("value.{name}"), value) {
                rows.push(vec![name.to_owned(), self.cell(&found)]);
            }
        }
        Body::Tables(format!("{kind} {line}"), vec![Table { head: Vec::new(), rows, more: 0 }])
    }

    fn json(&self, value: &Dynamic, depth: usize) -> Value {
        if depth >= DEPTH {
            return Value::String(self.line(value));
        }
        if value.is_unit() {
            Value::Null
        } else if let Ok(yes) = value.as_bool() {
            json!(yes)
        } else if let Ok(number) = value.as_int() {
            json!(number)
        } else if let Ok(number) = value.as_float() {
            json!(number)
        } else if let Ok(text) = value.as_immutable_string_ref() {
            json!(text.as_str())
        } else if let Some(array) = value.read_lock::<Array>() {
            array.iter().take(IN_JSON).map(|item| self.json(item, depth + 1)).collect()
        } else if let Some(map) = value.read_lock::<Map>() {
            let fields =
                map.iter().map(|(key, item)| (key.to_string(), self.json(item, depth + 1)));
            Value::Object(fields.collect())
        } else if let Some(set) = value.read_lock::<UserSet>() {
            let users = set.rows().into_iter().filter_map(|row| set.user_at(row));
            users.map(|user: UserValue| json!(user.to_string())).collect()
        } else {
            Value::String(self.line(value))
        }
    }
}

/// True for the name of a type of sets.
fn is_set(kind: &str) -> bool {
    kind.ends_with("Set")
}

/// True for a type of sidle, whose values have properties.
fn is_of_sidle(kind: &str) -> bool {
    kind.starts_with(|c: char| c.is_ascii_uppercase())
}

/// `Pool` as a noun: `pool`.
fn noun(kind: &str) -> String {
    match kind {
        "Evidence" => "answer".to_owned(),
        "MoveReport" => "report".to_owned(),
        other => other.to_lowercase(),
    }
}

/// A key as a script writes it.
fn key_of(key: &str) -> String {
    let plain = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain { key.to_owned() } else { format!("{key:?}") }
}

fn cut(line: &str) -> String {
    if line.chars().count() <= LINE {
        return line.to_owned();
    }
    let kept: String = line.chars().take(LINE).collect();
    format!("{kept} ...")
}
