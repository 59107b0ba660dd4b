//! Colours and marks. Without colour, the marks alone tell the same.

use crate::diagnostic::Style;

/// How a line is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// A fact.
    Plain,
    /// It holds, it is done.
    Good,
    /// It does not hold, it failed, a person let it pass.
    Bad,
    /// Unknown, waiting, paused, assumed.
    Doubt,
    /// Superseded, or beside the point.
    Dim,
    /// A stage.
    Heading,
}

impl Tone {
    /// The mark before a line.
    #[must_use]
    pub fn mark(self) -> &'static str {
        match self {
            Self::Good => "✓",
            Self::Bad => "✗",
            Self::Doubt => "?",
            Self::Plain | Self::Heading => "·",
            Self::Dim => "-",
        }
    }

    fn ansi(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Good => Some("32"),
            Self::Bad => Some("31"),
            Self::Doubt => Some("33"),
            Self::Dim => Some("2"),
            Self::Heading => Some("1"),
        }
    }
}

/// Returns the text in the tone's colour.
#[must_use]
pub fn paint(text: &str, tone: Tone, style: Style) -> String {
    match tone.ansi().filter(|_| style.colour) {
        Some(code) => format!("\u{1b}[{code}m{}\u{1b}[0m", printable(text)),
        None => printable(text),
    }
}

/// Returns the text without control characters: what a customer's file or a server says must not
/// steer the terminal.
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_sequence_in_a_name_does_not_reach_the_terminal() {
        assert_eq!(paint("a\u{1b}[2Jb\nc", Tone::Plain, Style::PLAIN), "a [2Jb c");
    }

    #[test]
    fn without_colour_nothing_is_added() {
        assert_eq!(paint("moved", Tone::Bad, Style::PLAIN), "moved");
        let style = Style { colour: true, ..Style::PLAIN };
        assert_eq!(paint("moved", Tone::Bad, style), "\u{1b}[31mmoved\u{1b}[0m");
    }
}
