//! Encodings of exports: which one a file has, and its bytes as text.
//!
//! A byte order mark decides; without one, UTF-16 is recognised by its zero bytes where that cannot be
//! mistaken, and everything else is UTF-8 until a byte says otherwise. It knows no rows and no columns.
//!
//! Invariant: bytes become the characters that stand there, or a fault at the first that are none.

/// An encoding that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    Windows1252,
}

/// What the first bytes of a file tell.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Start {
    pub(super) encoding: Encoding,
    /// Length of the byte order mark; 0 if there is none.
    pub(super) mark: usize,
}

/// How many bytes are enough to tell.
pub(super) const ENOUGH: usize = 1024;

/// What files that are no text begin with.
const BINARY: &[(&[u8], &str)] = &[
    (b"PK\x03\x04", "is a ZIP archive (an Excel workbook is one), not text"),
    (b"\xD0\xCF\x11\xE0", "is an old Office document, not text"),
    (b"%PDF", "is a PDF document, not text"),
    (b"\x1F\x8B", "is compressed with gzip, not text"),
    (b"SQLite format 3\0", "is an SQLite database, not text"),
    (b"\xFF\xFE\0\0", "is UTF-32, which is not read"),
    (b"\0\0\xFE\xFF", "is UTF-32, which is not read"),
];

/// Tells the encoding from a file's first bytes.
///
/// # Errors
/// What the file is, if it is no text.
pub(super) fn start(bytes: &[u8]) -> Result<Start, &'static str> {
    if let Some((_, what)) = BINARY.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(what);
    }
    let marks: [(&[u8], Encoding); 3] = [
        (b"\xEF\xBB\xBF", Encoding::Utf8),
        (b"\xFF\xFE", Encoding::Utf16Le),
        (b"\xFE\xFF", Encoding::Utf16Be),
    ];
    let marked = marks.into_iter().find(|(mark, _)| bytes.starts_with(mark));
    if let Some((mark, encoding)) = marked {
        return Ok(Start { encoding, mark: mark.len() });
    }
    let encoding = if wide(bytes, 1) {
        Encoding::Utf16Le
    } else if wide(bytes, 0) {
        Encoding::Utf16Be
    } else {
        let sample = bytes.get(..ENOUGH).unwrap_or(bytes);
        let odd = sample.iter().filter(|byte| **byte < 32 && !b"\t\n\r\x0C".contains(byte)).count();
        // A stray control character is shown where it stands; a tenth of them is a program or a picture.
        if odd > 8 && odd * 10 > sample.len() {
            return Err("is no text: it is full of control characters");
        }
        Encoding::Utf8
    };
    Ok(Start { encoding, mark: 0 })
}

/// True if every second byte, from `zero` on, is zero and the others are plain ASCII text.
fn wide(bytes: &[u8], zero: usize) -> bool {
    let mut pairs = bytes.chunks_exact(2).take(32).peekable();
    bytes.len() >= 4
        && pairs.peek().is_some()
        && pairs.all(|pair| {
            let letter = pair.get(1 - zero).copied().unwrap_or(0);
            let plain = (32..127).contains(&letter) || b"\t\r\n".contains(&letter);
            pair.get(zero) == Some(&0) && plain
        })
}

impl Encoding {
    /// How many bytes a text takes in the file.
    pub(super) fn length(self, text: &str) -> u64 {
        let length = match self {
            Self::Utf8 => text.len(),
            Self::Utf16Le | Self::Utf16Be => text.encode_utf16().count() * 2,
            Self::Windows1252 => text.chars().count(),
        };
        length as u64
    }

    /// Adds the whole characters at the beginning of `bytes` to `into`.
    ///
    /// Returns how many bytes these took, and what is wrong with the next ones if they are no character.
    /// Bytes at the end that may go on are left alone, unless nothing follows (`last`).
    pub(super) fn decode(
        self,
        bytes: &[u8],
        last: bool,
        into: &mut String,
    ) -> (usize, Option<&'static str>) {
        match self {
            Self::Utf8 => utf8(bytes, last, into),
            Self::Utf16Le => utf16(bytes, last, u16::from_le_bytes, into),
            Self::Utf16Be => utf16(bytes, last, u16::from_be_bytes, into),
            Self::Windows1252 => windows(bytes, into),
        }
    }
}

const CUT: &str = "ends in the middle of a character";

fn utf8(bytes: &[u8], last: bool, into: &mut String) -> (usize, Option<&'static str>) {
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            into.push_str(text);
            (bytes.len(), None)
        }
        Err(error) => {
            let good = error.valid_up_to();
            let text = bytes.get(..good).and_then(|good| std::str::from_utf8(good).ok());
            into.push_str(text.unwrap_or_default());
            let fault = match error.error_len() {
                Some(_) => Some("is not UTF-8"),
                None if last => Some(CUT),
                None => None,
            };
            (good, fault)
        }
    }
}

fn utf16(
    bytes: &[u8],
    last: bool,
    unit: fn([u8; 2]) -> u16,
    into: &mut String,
) -> (usize, Option<&'static str>) {
    let units = || bytes.chunks_exact(2).filter_map(|pair| pair.try_into().ok().map(unit));
    let mut at = 0;
    for decoded in char::decode_utf16(units()) {
        match decoded {
            Ok(c) => {
                into.push(c);
                at += c.len_utf16() * 2;
            }
            Err(half) => {
                let first = (0xD800..0xDC00).contains(&half.unpaired_surrogate());
                let cut = first && at + 4 > bytes.len();
                return match (cut, last) {
                    (true, false) => (at, None),
                    (true, true) => (at, Some(CUT)),
                    (false, _) => (at, Some("holds half of a surrogate pair")),
                };
            }
        }
    }
    (at, (last && at < bytes.len()).then_some(CUT))
}

/// Bytes that Windows-1252 gives no character.
const UNDEFINED: [u8; 5] = [0x81, 0x8D, 0x8F, 0x90, 0x9D];

fn windows(bytes: &[u8], into: &mut String) -> (usize, Option<&'static str>) {
    let good = bytes.iter().position(|byte| UNDEFINED.contains(byte)).unwrap_or(bytes.len());
    let text = bytes.get(..good).unwrap_or_default();
    into.push_str(&encoding_rs::WINDOWS_1252.decode_without_bom_handling(text).0);
    (good, (good < bytes.len()).then_some("is neither UTF-8 nor Windows-1252"))
}

/// Where the bytes hold a character of UTF-8 beyond ASCII.
pub(super) fn utf8_inside(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    for run in bytes.split(u8::is_ascii) {
        if run.len() > 1 && std::str::from_utf8(run).is_ok() {
            return Some(at);
        }
        at += run.len() + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: [Encoding; 4] =
        [Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be, Encoding::Windows1252];

    /// The text in that encoding, as far as it has the characters.
    fn encode(text: &str, encoding: Encoding) -> Vec<u8> {
        match encoding {
            Encoding::Utf8 => text.as_bytes().to_vec(),
            Encoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Encoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            Encoding::Windows1252 => encoding_rs::WINDOWS_1252.encode(text).0.into_owned(),
        }
    }

    proptest! {
        #[test]
        fn text_comes_back_however_it_is_cut(text in "[a-zé€앤𝄞\n]{0,40}", cut in 1_usize..9) {
            for encoding in ALL {
                if encoding == Encoding::Windows1252 && text.contains(['앤', '𝄞']) {
                    continue;
                }
                let bytes = encode(&text, encoding);
                let (mut read, mut rest) = (String::new(), Vec::new());
                let chunks: Vec<&[u8]> = bytes.chunks(cut).collect();
                for (index, chunk) in chunks.iter().enumerate() {
                    rest.extend_from_slice(chunk);
                    let (taken, fault) = encoding.decode(&rest, index + 1 == chunks.len(), &mut read);
                    prop_assert_eq!(fault, None);
                    rest.drain(..taken);
                }
                prop_assert_eq!(&read, &text);
                prop_assert!(rest.is_empty());
                prop_assert_eq!(encoding.length(&text), bytes.len() as u64);
            }
        }

        #[test]
        fn any_bytes_become_text_or_a_fault_at_a_place(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = start(&bytes);
            for encoding in ALL {
                let mut text = String::new();
                let (taken, fault) = encoding.decode(&bytes, true, &mut text);
                prop_assert_eq!(taken < bytes.len(), fault.is_some());
                prop_assert_eq!(encoding.length(&text), taken as u64);
            }
        }
    }

    #[test]
    fn utf16_without_a_mark_is_recognised_only_where_nothing_else_is_meant() {
        let told = |bytes: &[u8]| start(bytes).map(|start| start.encoding);
        assert_eq!(told(b"S\0i\0p\0,\0"), Ok(Encoding::Utf16Le));
        assert_eq!(told(b"\0S\0i\0p\0,"), Ok(Encoding::Utf16Be));
        assert_eq!(told(b"Si\0p"), Ok(Encoding::Utf8));
        assert_eq!(told(b"S\0"), Ok(Encoding::Utf8));
    }

    #[test]
    fn halves_of_characters_are_faults() {
        let fault = |encoding: Encoding, bytes: &[u8]| {
            let mut text = String::new();
            encoding.decode(bytes, true, &mut text)
        };
        assert_eq!(fault(Encoding::Utf16Le, b"a\0b"), (2, Some(CUT)));
        assert_eq!(fault(Encoding::Utf16Le, b"a\0\x00\xD8"), (2, Some(CUT)));
        let half = Some("holds half of a surrogate pair");
        assert_eq!(fault(Encoding::Utf16Le, b"\x00\xD8a\0"), (0, half));
        assert_eq!(fault(Encoding::Utf16Be, b"\xDC\x00\0a"), (0, half));
        assert_eq!(fault(Encoding::Utf8, b"a\xC3"), (1, Some(CUT)));
    }
}
