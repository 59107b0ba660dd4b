//! Whole exports in other encodings than UTF-8, and bytes that are no text.

use super::read_tests::{read_users, rows, said, wrong};
use crate::diagnostic::{Style, render};
use crate::topology::TextColumn;

/// The text as UTF-16, little-endian.
fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn a_file_that_is_no_utf8_is_read_as_windows_1252_and_the_guess_is_shown() {
    let text = rows(&["ann@contoso.com,True,Ann,", "bob@contoso.com,True,J\u{fc}rgen \u{80},"]);
    let (topology, findings) = read_users(encoding_rs::WINDOWS_1252.encode(&text).0).unwrap();
    assert_eq!(topology.users.text(1, TextColumn::Name), "J\u{fc}rgen \u{80}");
    insta::assert_snapshot!(render(&findings.0[0], Style::PLAIN), @"");
    let mixed = b"SipAddress,Enabled,RegistrarPool,A\nann@contoso.com,True,,J\xFCrgen\nbob@contoso.com,True,,J\xC3\xBCrgen\n";
    insta::assert_snapshot!(said(&read_users(*mixed).unwrap().1), @"");
}

#[test]
fn utf16_is_read_with_and_without_a_mark() {
    let text = rows(&["ann@contoso.com,True,\u{c564} \u{1d11e},"]);
    let little = [&b"\xFF\xFE"[..], &wide(&text)].concat();
    let big: Vec<u8> = little.chunks(2).flat_map(|pair| [pair[1], pair[0]]).collect();
    for bytes in [little, big, wide(&text)] {
        let (topology, findings) = read_users(bytes).unwrap();
        assert_eq!(said(&findings), "");
        assert_eq!(topology.users.text(0, TextColumn::Name), "\u{c564} \u{1d11e}");
    }
}

#[test]
fn bytes_that_no_text_holds_are_refused_where_they_stand() {
    let header = "SipAddress,Enabled,HomeServer\n";
    let marked = |bytes: &[u8]| [b"\xFF\xFE", wide(header).as_slice(), bytes].concat();
    insta::assert_snapshot!(wrong(b"SipAddress,Enabled,HomeServer\nann\0@contoso.com,True,\n"), @"");
    insta::assert_snapshot!(wrong(marked(b"a\0n")), @"");
    insta::assert_snapshot!(wrong(marked(b"a\0\x00\xD8b\0")), @"");
    insta::assert_snapshot!(wrong(format!("\u{feff}{header}ann").into_bytes().into_iter().chain([0xFC, b'\n']).collect::<Vec<u8>>()), @"");
    insta::assert_snapshot!(wrong(b"SipAddress,Enabled,HomeServer\nann\x81,True,\n"), @"");
    insta::assert_snapshot!(wrong(b"PK\x03\x04\x14\0\x06\0"), @"");
    insta::assert_snapshot!(wrong((0..200).map(|byte| byte % 25).collect::<Vec<u8>>()), @"");
}
