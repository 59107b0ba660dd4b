//! Byte-exact spans for rhai's positions, by running rhai's own tokenizer once.
//!
//! A position of rhai is the start of a token in characters, and says nothing of where it ends. The map
//! knows every token's bytes and every bracket's mate, so a call is shown with its arguments.

use rhai::{Engine, Position, Token};
use std::ops::Range;
use std::sync::Arc;

/// Rhai counts columns in 16 bits: what stands behind is shown at this one.
const FARTHEST: usize = 65_534;

/// One token.
#[derive(Debug, Clone)]
pub(super) struct Tok {
    pub(super) kind: Token,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Index of the bracket that closes or opens this one.
    pub(super) mate: Option<usize>,
}

/// Where the tokens of a script stand.
pub(super) struct SpanMap {
    text: Arc<str>,
    line_starts: Vec<usize>,
    pub(super) tokens: Vec<Tok>,
    /// Indices of brackets that nothing closes, outermost first.
    pub(super) unclosed: Vec<usize>,
}

/// The last offset that was looked up: tokens come in order, and a line can be the whole script.
#[derive(Default)]
struct Cursor {
    line: usize,
    column: usize,
    byte: usize,
}

impl Cursor {
    fn offset(&mut self, map: &SpanMap, position: Position, plus: usize) -> usize {
        let Some(line) = position.line() else { return 0 };
        let Some(&start) = map.line_starts.get(line - 1) else { return map.text.len() };
        let column = position.position().map_or(0, |column| column - 1 + plus);
        if line == self.line && column >= FARTHEST {
            return self.byte;
        }
        if line != self.line || column < self.column {
            *self = Self { line, column: 0, byte: start };
        }
        let rest = map.text.get(self.byte..).unwrap_or_default();
        let ahead = column - self.column;
        let byte = rest.char_indices().nth(ahead).map_or(map.text.len(), |(at, _)| self.byte + at);
        if byte < map.text.len() {
            (self.column, self.byte) = (column, byte);
        }
        byte
    }
}

impl SpanMap {
    /// Reads a script's tokens, up to the first that is none.
    pub(super) fn new(engine: &Engine, text: Arc<str>) -> Self {
        let line_starts = std::iter::once(0)
            .chain(
                text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1),
            )
            .collect();
        let mut map = Self { text, line_starts, tokens: Vec::new(), unclosed: Vec::new() };
        map.read(engine);
        map
    }

    fn read(&mut self, engine: &Engine) {
        let text = self.text.clone();
        let texts = [text.as_ref()];
        let (mut stream, control) = engine.lex(&texts);
        // Depths at which a `${` stands open: its `}` switches the tokenizer back into the string.
        let (mut inside_text, mut depth) = (Vec::new(), 0_usize);
        let mut cursor = Cursor::default();
        // Every token has at least one byte, so this bounds a tokenizer that would not end.
        for _ in 0..=text.len() {
            let Some((kind, position)) = stream.next() else { break };
            if kind == Token::EOF {
                break;
            }
            let wrong = matches!(kind, Token::LexError(_));
            let index = self.tokens.len();
            let mut mate = None;
            match &kind {
                Token::InterpolatedString(_) => inside_text.push(depth),
                Token::LeftBrace | Token::MapStart => {
                    depth += 1;
                    self.unclosed.push(index);
                }
                Token::LeftParen | Token::LeftBracket => self.unclosed.push(index),
                Token::RightBrace | Token::RightParen | Token::RightBracket => {
                    mate = self.unclosed.pop();
                    if kind == Token::RightBrace {
                        depth = depth.saturating_sub(1);
                        if inside_text.last() == Some(&depth) {
                            inside_text.pop();
                            control.borrow_mut().is_within_text = true;
                        }
                    }
                }
                _ => {}
            }
            if let Some(open) = mate.and_then(|open| self.tokens.get_mut(open)) {
                open.mate = Some(index);
            }
            // The rest of a string behind a `${...}` can have no position of its own.
            let behind = self.tokens.last().map_or(0, |token| token.end);
            let start = cursor.offset(self, position, 0).max(behind);
            // After a token the stream stands on its last character.
            let end = cursor.offset(self, stream.pos, 1).max(start);
            self.tokens.push(Tok { kind, start, end, mate });
            if wrong {
                break;
            }
        }
    }

    /// Byte offset of a position, `plus` characters on.
    fn offset(&self, position: Position, plus: usize) -> usize {
        let Some(line) = position.line() else { return 0 };
        let Some(&start) = self.line_starts.get(line - 1) else { return self.text.len() };
        let column = position.position().map_or(0, |column| column - 1 + plus);
        let rest = self.text.get(start..).unwrap_or_default();
        rest.char_indices().nth(column).map_or(self.text.len(), |(at, _)| start + at)
    }

    /// Blanks before the first word of the line that holds a byte, and whether the byte is in them.
    pub(super) fn indent(&self, byte: usize) -> (usize, bool) {
        let line = self.line_starts.partition_point(|start| *start <= byte).saturating_sub(1);
        let start = self.line_starts.get(line).copied().unwrap_or(0);
        let rest = self.text.get(start..).unwrap_or_default();
        let blanks = rest.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        (blanks, byte <= start + blanks)
    }

    /// Index of the token at a position.
    pub(super) fn index(&self, position: Position) -> Option<usize> {
        if position.is_none() {
            return None;
        }
        let offset = self.offset(position, 0);
        match self.tokens.binary_search_by(|token| token.start.cmp(&offset)) {
            Ok(index) => Some(index),
            Err(next) => next
                .checked_sub(1)
                .filter(|index| self.tokens.get(*index).is_some_and(|token| token.end > offset)),
        }
    }

    /// Bytes of the token at an index.
    pub(super) fn range(&self, index: usize) -> Range<usize> {
        self.tokens.get(index).map_or(0..0, |token| token.start..token.end)
    }

    /// Bytes of the token at a position; the character there if there is no token.
    pub(super) fn token(&self, position: Position) -> Range<usize> {
        if position.is_none() {
            return 0..0;
        }
        self.index(position).map_or_else(
            || {
                let (start, end) = (self.offset(position, 0), self.offset(position, 1));
                // A position behind the last character is shown at its end.
                if start >= self.text.len() {
                    let last = self.text.trim_end().char_indices().last().map_or(0, |(at, _)| at);
                    return last..self.text.trim_end().len();
                }
                start..end
            },
            |index| self.range(index),
        )
    }

    /// Index of the bracket that opens the arguments of the call whose name is the token `name`.
    fn arguments_at(&self, name: usize) -> Option<usize> {
        (name + 1..name + 3)
            .take_while(|index| {
                *index == name + 1
                    || self.tokens.get(index - 1).is_some_and(|token| token.kind == Token::Bang)
            })
            .find(|index| {
                self.tokens
                    .get(*index)
                    .is_some_and(|token| matches!(token.kind, Token::LeftParen | Token::Unit))
            })
    }

    /// Bytes of the call whose name stands at a position, with its arguments.
    pub(super) fn call(&self, position: Position) -> Range<usize> {
        // The first link of a chain has the place of its dot.
        let is_dot = |index: &usize| {
            self.tokens
                .get(*index)
                .is_some_and(|it| matches!(it.kind, Token::Period | Token::Elvis))
        };
        let name = self.index(position).map(|at| if is_dot(&at) { at + 1 } else { at });
        let token = name.map_or_else(|| self.token(position), |name| self.range(name));
        let Some(end) = name
            .and_then(|name| self.arguments_at(name))
            .and_then(|open| self.tokens.get(open))
            .map(|open| open.mate.map_or(open.end, |close| self.range(close).end))
        else {
            return token;
        };
        token.start..end
    }

    /// Bytes of each argument of the call whose name stands at a position.
    pub(super) fn arguments(&self, position: Position) -> Vec<Range<usize>> {
        let open = self.index(position).and_then(|name| self.arguments_at(name));
        let Some((open, close)) = open.and_then(|open| Some((open, self.tokens.get(open)?.mate?)))
        else {
            return Vec::new();
        };
        let (mut found, mut first, mut at) = (Vec::new(), open + 1, open + 1);
        while at <= close {
            let Some(token) = self.tokens.get(at) else { break };
            if at == close || token.kind == Token::Comma {
                if at > first {
                    found.push(self.range(first).start..self.range(at - 1).end);
                }
                first = at + 1;
            }
            at = match token.mate {
                Some(mate) if mate > at => mate,
                _ => at + 1,
            };
        }
        found
    }

    /// Bytes from the token at `word` to the one before the token at `block`.
    pub(super) fn before(&self, word: Position, block: Position) -> Range<usize> {
        let start = self.token(word);
        let last = self.index(block).and_then(|index| index.checked_sub(1));
        let end = last.map_or(start.end, |index| self.range(index).end);
        start.start..end.max(start.end)
    }

    /// Bytes from the token at `word` to the end of its statement, without the semicolon.
    pub(super) fn statement(&self, word: Position) -> Range<usize> {
        let mut range = self.token(word);
        let Some(mut at) = self.index(word) else { return range };
        while let Some(token) = self.tokens.get(at) {
            match token.kind {
                Token::SemiColon
                | Token::Comma
                | Token::RightBrace
                | Token::RightParen
                | Token::RightBracket => break,
                _ => {}
            }
            at = token.mate.filter(|mate| *mate > at).unwrap_or(at);
            range.end = self.range(at).end.max(range.end);
            at += 1;
        }
        range
    }

    /// Bytes of the operand that begins at a position: a name with its calls, indexes and properties.
    pub(super) fn operand(&self, start: Position) -> Range<usize> {
        let mut range = self.token(start);
        let Some(mut at) = self.index(start) else { return range };
        loop {
            // `at` is the last token taken; jump over brackets it opens.
            let mate = self.tokens.get(at).and_then(|token| token.mate);
            at = mate.filter(|mate| *mate > at).unwrap_or(at);
            range.end = self.range(at).end.max(range.end);
            let kind = |index: usize| self.tokens.get(index).map(|token| &token.kind);
            at = match (kind(at + 1), kind(at + 2)) {
                (Some(Token::Period | Token::Elvis | Token::DoubleColon), Some(_)) => at + 2,
                (
                    Some(
                        Token::LeftParen
                        | Token::LeftBracket
                        | Token::QuestionBracket
                        | Token::Unit,
                    ),
                    _,
                ) => at + 1,
                _ => return range,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The texts of all tokens, joined by bars.
    fn tokens(text: &str) -> String {
        let map = SpanMap::new(&Engine::new_raw(), text.into());
        let words: Vec<&str> =
            map.tokens.iter().map(|token| &text[token.start..token.end]).collect();
        words.join("|")
    }

    #[test]
    fn every_token_has_its_own_bytes() {
        assert_eq!(tokens("let 값 = 1;").split('|').next(), Some("let"));
        assert_eq!(tokens("f(a, \"한\\n글\") + 12"), "f|(|a|,|\"한\\n글\"|)|+|12");
        assert_eq!(tokens("/* 文 */ x\n\n  .y[1]"), "x|.|y|[|1|]");
    }

    #[test]
    fn tokens_stand_in_order_through_nested_interpolation() {
        for text in ["`a ${b} c`", "m[`${m.len()}`] = 1;", "`${`x${y}`} 한 ${ #{a: 1}.a }` + z"] {
            let map = SpanMap::new(&Engine::new_raw(), text.into());
            assert!(map.unclosed.is_empty(), "{text}");
            for pair in map.tokens.windows(2) {
                assert!(pair[0].end <= pair[1].start, "{text} {pair:?}");
            }
        }
    }

    #[test]
    fn a_call_ends_with_its_last_bracket_and_knows_its_arguments() {
        let text = "foo(a, g(b, 2), [3, 4]).bar()";
        let map = SpanMap::new(&Engine::new_raw(), text.into());
        let position = Position::new(1, 1);
        let arguments: Vec<&str> =
            map.arguments(position).into_iter().map(|at| &text[at]).collect();
        assert_eq!(&text[map.call(position)], "foo(a, g(b, 2), [3, 4])");
        assert_eq!(arguments, ["a", "g(b, 2)", "[3, 4]"]);
        assert_eq!(&text[map.operand(position)], text);
    }
}
