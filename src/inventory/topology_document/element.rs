//! Asking elements for their parts, so that what is missing or wrong is found at its place.
//!
//! Elements are known by their local names; namespaces are checked where a dialect begins. Attributes
//! are found in any case, because administrators' scripts show them in several.

use super::page::{Page, short};
use crate::diagnostic::{Code, Finding, codes};
use crate::inventory::faults::Faults;
use roxmltree::Node;
use std::ops::Range;

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Value<'d> {
    pub(super) text: &'d str,
    pub(super) span: Range<usize>,
}

/// A document being read, and what was found in it.
pub(super) struct Reader<'r> {
    pub(super) page: &'r Page,
    pub(super) faults: &'r mut Faults,
}

/// The child elements of that name.
pub(super) fn children<'d, 'i>(
    node: Node<'d, 'i>,
    name: &'static str,
) -> impl Iterator<Item = Node<'d, 'i>> {
    node.children().filter(move |child| child.is_element() && child.tag_name().name() == name)
}

/// The first child element of that name.
pub(super) fn child<'d, 'i>(node: Node<'d, 'i>, name: &'static str) -> Option<Node<'d, 'i>> {
    children(node, name).next()
}

/// An attribute that is there.
pub(super) fn attribute<'d>(node: Node<'d, '_>, name: &str) -> Option<Value<'d>> {
    let found = node.attributes().find(|other| other.name().eq_ignore_ascii_case(name))?;
    Some(Value { text: found.value(), span: found.range_value() })
}

/// Where an element's tag stands, without its attributes.
pub(super) fn tag(node: Node<'_, '_>) -> Range<usize> {
    let start = node.range().start;
    let text = node.document().input_text().get(start..node.range().end).unwrap_or_default();
    let ends = |letter: char| letter.is_whitespace() || matches!(letter, '>' | '/');
    start..start + text.find(ends).unwrap_or(text.len())
}

impl Reader<'_> {
    /// Adds a finding at a place.
    pub(super) fn add(&mut self, finding: Finding, span: Range<usize>, label: &str) {
        let page = self.page;
        self.faults.add(finding.code, || page.mark(finding, span, label));
    }

    /// Adds an error; `words` are its message and its help, and made only if they are shown.
    pub(super) fn error(
        &mut self,
        code: Code,
        span: Range<usize>,
        label: &str,
        words: impl FnOnce() -> (String, String),
    ) {
        let page = self.page;
        self.faults.add(code, || {
            let (message, help) = words();
            page.mark(Finding::error(code, message).help(help), span, label)
        });
    }

    /// Adds an error that has two places: what is there a second time, and the first one.
    pub(super) fn twice(
        &mut self,
        code: Code,
        second: Range<usize>,
        first: Range<usize>,
        words: impl FnOnce() -> (String, String),
    ) {
        let page = self.page;
        self.faults.add(code, || {
            let (message, help) = words();
            let finding = Finding::error(code, message).help(help);
            page.mark(page.mark(finding, second, "the second one"), first, "the first one")
        });
    }

    /// Refuses an element of another namespace.
    pub(super) fn namespace(&mut self, node: Node<'_, '_>, wanted: &str) -> Option<()> {
        let found = node.tag_name().namespace();
        if found == Some(wanted) {
            return Some(());
        }
        let span = node.attribute_node("xmlns").map_or_else(|| tag(node), |at| at.range_value());
        self.error(codes::TOPOLOGY_DOCUMENT, span, "", || {
            let name = node.tag_name().name();
            let is = found.map_or_else(
                || "is in no namespace".to_owned(),
                |found| format!("is in the namespace `{}`", short(found)),
            );
            (format!("`<{name}>` {is}"), format!("it has to be `{wanted}`"))
        });
        None
    }

    /// An element that has to be there.
    pub(super) fn section<'d, 'i>(
        &mut self,
        node: Node<'d, 'i>,
        name: &'static str,
    ) -> Option<Node<'d, 'i>> {
        let found = child(node, name);
        if found.is_none() {
            self.error(codes::TOPOLOGY_VALUE, tag(node), "", || {
                let message = format!("`<{}>` has no `<{name}>`", node.tag_name().name());
                (message, "export the document again; a part of it is missing".to_owned())
            });
        }
        found
    }

    /// An attribute that has to be there and hold something.
    pub(super) fn needed<'d>(&mut self, node: Node<'d, '_>, name: &str) -> Option<Value<'d>> {
        let found = attribute(node, name);
        let place = found.as_ref().map_or_else(|| tag(node), |value| value.span.clone());
        let value = found.filter(|value| !value.text.trim().is_empty());
        if value.is_none() {
            self.error(codes::TOPOLOGY_VALUE, place, "", || {
                let message = format!("`<{}>` has no `{name}`", node.tag_name().name());
                (message, "export the document again, or add the attribute".to_owned())
            });
        }
        value
    }

    /// A whole number in a range; anything else is an error and reads as absent.
    pub(super) fn number(
        &mut self,
        value: &Value<'_>,
        what: &str,
        range: Range<u32>,
    ) -> Option<u32> {
        let number = value.text.trim().parse().ok().filter(|number| range.contains(number));
        if number.is_none() {
            self.error(codes::TOPOLOGY_VALUE, value.span.clone(), "", || {
                let message = format!("`{}` is no {what}", short(value.text));
                let last = range.end.saturating_sub(1);
                (message, format!("it has to be a whole number from {} to {last}", range.start))
            });
        }
        number
    }

    /// `true` or `false` of an attribute.
    pub(super) fn flag(&mut self, node: Node<'_, '_>, name: &str) -> Option<bool> {
        let value = attribute(node, name)?;
        match value.text.trim() {
            "true" | "True" | "1" => Some(true),
            "false" | "False" | "0" => Some(false),
            other => {
                self.error(codes::TOPOLOGY_VALUE, value.span.clone(), "", || {
                    let message = format!("`{name}` is `{}`", short(other));
                    (message, "it has to be `true` or `false`".to_owned())
                });
                None
            }
        }
    }
}
