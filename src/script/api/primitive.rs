//! What is known of one primitive: its signature, its effect, its words and its examples.
//!
//! A [`Primitive`] is read out of the two texts that stand beside its registration: the signature
//! (`UserSet.first(n: int) -> UserSet`) and the manual. In the manual the first paragraph is the summary,
//! lines with `//=>` or `//!` are examples, the rest is prose.

/// How a script writes a primitive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// `user.title`.
    Property,
    /// `set.first(3)`.
    Method,
    /// `approve("...")`, `probe::service(...)`.
    Function,
    /// `a + b`, `user["Column"]`.
    Operator,
    /// A name that always stands for the same value: `topology`.
    Constant,
}

/// Where a primitive may be reached from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EffectClass {
    /// From everywhere.
    Pure,
    /// From a runbook, a stage or a check; never from a pure closure.
    Probe,
    /// From a runbook or a stage; never from a check or a pure closure.
    Effect,
}

/// A parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// Its type, as scripts name types; alternatives are joined by ` | `.
    #[serde(rename = "type")]
    pub ty: &'static str,
    /// True if it may be left out.
    pub optional: bool,
}

/// A line of code, and what comes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Example {
    /// The code.
    pub code: &'static str,
    /// The value as `debug` prints it, or words of the error's message.
    pub expect: Expect,
}

/// What comes of an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Expect {
    /// `//=>`: the value, as `debug` prints it.
    Value(&'static str),
    /// `//!`: words that the error's message or help holds.
    Error(&'static str),
}

/// One thing that a script can use.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Primitive {
    /// Its name: `first`, `+`, `[]`.
    pub name: &'static str,
    /// The type of the value it is asked of: `UserSet`.
    pub receiver: Option<&'static str>,
    /// The module it is called in: `probe`.
    pub module: Option<&'static str>,
    /// Its parameters.
    pub params: Vec<Param>,
    /// The type it yields; `()` for nothing.
    pub returns: &'static str,
    /// How it is written.
    pub kind: Kind,
    /// Where it may be reached from.
    pub effect: EffectClass,
    /// One sentence.
    pub summary: String,
    /// The rest of its manual; may be empty.
    pub doc: String,
    /// Lines that the tests run.
    pub examples: Vec<Example>,
    /// The signature as it was written.
    pub signature: &'static str,
}

impl Primitive {
    /// Reads a primitive from its signature and manual.
    #[must_use]
    pub fn read(effect: EffectClass, signature: &'static str, manual: &'static str) -> Self {
        let mut primitive = read_signature(effect, signature);
        let Manual { summary, doc, examples } = Manual::read(manual.lines());
        (primitive.summary, primitive.doc, primitive.examples) = (summary, doc, examples);
        primitive
    }

    /// The name with what it is asked of: `UserSet.first`, `probe::service`, `approve`.
    #[must_use]
    pub fn full_name(&self) -> String {
        match (self.receiver, self.module, self.kind) {
            (Some(receiver), _, Kind::Operator) => format!("{receiver} {}", self.name),
            (Some(receiver), _, _) => format!("{receiver}.{}", self.name),
            (None, Some(module), _) => format!("{module}::{}", self.name),
            (None, None, _) => self.name.to_owned(),
        }
    }
}

/// What a manual says: a summary, prose, and examples.
#[derive(Debug, Default)]
pub(super) struct Manual {
    pub(super) summary: String,
    pub(super) doc: String,
    pub(super) examples: Vec<Example>,
}

impl Manual {
    /// Reads a manual. Its first paragraph is the summary; a line that begins with `*` is a paragraph.
    pub(super) fn read(lines: impl Iterator<Item = &'static str>) -> Self {
        let mut paragraphs: Vec<String> = Vec::new();
        let mut examples = Vec::new();
        let mut fresh = true;
        for line in lines.map(str::trim) {
            if let Some(example) = read_example(line) {
                examples.push(example);
                fresh = true;
            } else if line.is_empty() {
                fresh = true;
            } else if fresh || line.starts_with("* ") {
                paragraphs.push(line.to_owned());
                fresh = false;
            } else if let Some(last) = paragraphs.last_mut() {
                last.push(' ');
                last.push_str(line);
            }
        }
        let mut paragraphs = paragraphs.into_iter();
        let summary = paragraphs.next().unwrap_or_default();
        Self { summary, doc: paragraphs.collect::<Vec<_>>().join("\n\n"), examples }
    }
}

fn read_example(line: &'static str) -> Option<Example> {
    if let Some((code, value)) = line.split_once("//=>") {
        return Some(Example { code: code.trim(), expect: Expect::Value(value.trim()) });
    }
    let (code, words) = line.split_once("//!")?;
    Some(Example { code: code.trim(), expect: Expect::Error(words.trim()) })
}

fn read_signature(effect: EffectClass, signature: &'static str) -> Primitive {
    let (head, returns) = signature.rsplit_once(" -> ").unwrap_or((signature, "()"));
    let mut primitive = Primitive {
        name: head,
        receiver: None,
        module: None,
        params: Vec::new(),
        returns,
        kind: Kind::Constant,
        effect,
        summary: String::new(),
        doc: String::new(),
        examples: Vec::new(),
        signature,
    };
    let call = head.split_once('(').filter(|(path, _)| !path.contains(": "));
    if let Some((path, params)) = call {
        primitive.params = read_params(params.strip_suffix(')').unwrap_or(params));
        primitive.kind = Kind::Function;
        primitive.name = path;
        if let Some((module, name)) = path.split_once("::") {
            (primitive.module, primitive.name) = (Some(module), name);
        } else if let Some((receiver, name)) = path.split_once('.') {
            (primitive.receiver, primitive.name) = (Some(receiver), name);
            primitive.kind = Kind::Method;
        }
    } else if let Some((path, ty)) = head.split_once(": ") {
        (primitive.name, primitive.returns) = (path, ty);
        if let Some((receiver, name)) = path.split_once('.') {
            (primitive.receiver, primitive.name) = (Some(receiver), name);
            primitive.kind = Kind::Property;
        }
    } else if let Some((receiver, rest)) = head.split_once(' ') {
        let (name, ty) = rest.split_once(' ').unwrap_or((rest, ""));
        (primitive.receiver, primitive.name, primitive.kind) =
            (Some(receiver), name, Kind::Operator);
        if !ty.is_empty() {
            primitive.params = vec![Param { name: "other", ty, optional: false }];
        }
    }
    primitive
}

fn read_params(params: &'static str) -> Vec<Param> {
    params
        .split(", ")
        .filter(|param| !param.is_empty())
        .map(|param| {
            let (name, ty) = param.split_once(": ").unwrap_or((param, "any"));
            match name.strip_suffix('?') {
                Some(name) => Param { name, ty, optional: true },
                None => Param { name, ty, optional: false },
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_tells_how_a_primitive_is_written() {
        for (signature, full_name, kind, params) in [
            ("User.title: string", "User.title", Kind::Property, 0),
            ("UserSet.sample(n: int, seed: int) -> UserSet", "UserSet.sample", Kind::Method, 2),
            (
                "probe::service(at: Pool | Server, name: string) -> Evidence",
                "probe::service",
                Kind::Function,
                2,
            ),
            ("task(title: string, details?: string)", "task", Kind::Function, 2),
            ("UserSet + UserSet -> UserSet", "UserSet +", Kind::Operator, 1),
            ("topology: Topology", "topology", Kind::Constant, 0),
        ] {
            let read = Primitive::read(EffectClass::Pure, signature, "");
            assert_eq!(
                (read.full_name().as_str(), read.kind, read.params.len()),
                (full_name, kind, params),
                "{signature}"
            );
        }
    }

    #[test]
    fn a_manual_is_a_summary_then_prose_and_examples() {
        let read = Primitive::read(
            EffectClass::Pure,
            "f(n: int) -> int",
            "Does this\nand that.\n\nMore of it.\n\nf(1)  //=> 2\nf(0)  //! too small",
        );
        assert_eq!(read.summary, "Does this and that.");
        assert_eq!(read.doc, "More of it.");
        assert_eq!(read.examples.len(), 2);
        assert_eq!(read.examples.first().map(|one| one.expect), Some(Expect::Value("2")));
    }
}
