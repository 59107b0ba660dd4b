//! Names of types in users' words: never a type of Rust.

use rhai::Dynamic;

/// Names the type of a value: `string`, `int`, `Pool`.
#[must_use]
pub fn type_of(value: &Dynamic) -> String {
    of_rust(value.type_name())
}

/// The same with its article: `a string`, `an array`, `nothing`.
#[must_use]
pub fn with_article(value: &Dynamic) -> String {
    if value.is_unit() {
        return "nothing, `()`,".to_owned();
    }
    article(&type_of(value))
}

/// Puts `a` or `an` before a noun.
#[must_use]
pub fn article(noun: &str) -> String {
    let vowel = noun.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']);
    format!("{} {noun}", if vowel { "an" } else { "a" })
}

/// Names a type of Rust, or of rhai, in users' words.
#[must_use]
pub fn of_rust(name: &str) -> String {
    let name = name.trim().trim_start_matches('&').trim_start_matches("mut ").trim();
    let name = name.split('|').next().unwrap_or(name).trim();
    let last = name.rsplit("::").next().unwrap_or(name).trim_end_matches('>');
    let plain = match last {
        "ImmutableString" | "String" | "str" | "SmartString" | "string" => "string",
        "INT" | "i64" | "i32" | "usize" => "int",
        "FLOAT" | "f64" | "decimal" => "float",
        "bool" => "bool",
        "char" => "char",
        "Dynamic" | "?" | "_" | "" => "any value",
        "Array" | "Vec<Dynamic" | "array" => "array",
        "Map" | "map" => "map",
        "Blob" | "blob" => "blob",
        "FnPtr" | "Fn" => "function",
        "()" => "nothing",
        "range" | "range=" => "range",
        other => other.strip_suffix("Value").unwrap_or(other),
    };
    plain.to_owned()
}
