//! Security identifiers, as directories store them.

use std::fmt::Write as _;

/// `S-1-5-21-...` of the binary form: revision, number of parts, authority, parts.
///
/// `None` if it is none.
pub(super) fn text(bytes: &[u8]) -> Option<String> {
    let (head, parts) = bytes.split_at_checked(8)?;
    let [revision @ 1, count @ 1..=15, authority @ ..] = head else { return None };
    if parts.len() != usize::from(*count) * 4 {
        return None;
    }
    // The authority is big-endian, the parts are little-endian.
    let authority = authority.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    let mut text = format!("S-{revision}-{authority}");
    for part in parts.chunks_exact(4) {
        let part = u32::from_le_bytes(part.try_into().ok()?);
        let _ = write!(text, "-{part}");
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_binary_identifier_is_written_as_windows_shows_it() {
        let bytes = [
            1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 0x15, 0xCD, 0x5B, 7, 0xB1, 0x68, 0xDE, 0x3A, 1, 0,
            0, 0, 0x57, 4, 0, 0,
        ];
        assert_eq!(super::text(&bytes).as_deref(), Some("S-1-5-21-123456789-987654321-1-1111"));
        assert_eq!(super::text(&bytes[..27]), None);
        assert_eq!(super::text(b"ann"), None);
        assert_eq!(super::text(&[2; 12]), None);
    }
}
