//! Whole exports in other encodings than UTF-8, and bytes that are no text.

use super::read_tests::{read_users, rows, said, wrong};
use crate::diagnostic::{Findings, Style, render};
use crate::topology::TextColumn;

/// The text as UTF-16, little-endian.
fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn a_file_that_is_no_utf8_is_read_as_windows_1252_and_the_guess_is_shown() {
    let text = rows(&["ann@contoso.com,True,Ann,", "bob@contoso.com,True,J\u{fc}rgen \u{20ac},"]);
    let (topology, findings) = read_users(encoding_rs::WINDOWS_1252.encode(&text).0).unwrap();
    assert_eq!(topology.users.text(1, TextColumn::Name), "J\u{fc}rgen \u{20ac}");
    insta::assert_snapshot!(render(&findings.0[0], Style::PLAIN), @r#"
    sidle::inventory::encoding

      ⚠ `u.csv` is not UTF-8 (line 3, column 23); it is read as Windows-1252
       ╭─[u.csv:3:23]
     3 │ bob@contoso.com,True,Jürgen €,,"CN=Lc Services,CN=Microsoft,CN=ocspool01,CN=Pools,CN=RTC Service,DC=contoso"
       ·                       ┬
       ·                       ╰── is this the right letter?
       ╰────
      help: if it is not, export it again with `Export-Csv FILE -NoTypeInformation -Encoding UTF8`
    "#);
    let mixed = b"SipAddress,Enabled,RegistrarPool,A\nann@contoso.com,True,,J\xFCrgen\nbob@contoso.com,True,,J\xC3\xBCrgen\n";
    let found = read_users(*mixed).unwrap().1;
    insta::assert_snapshot!(said(&Findings(found.0[..2].to_vec())), @r"
    u.csv:2:24 warning: `u.csv` is not UTF-8 (line 2, column 24); it is read as Windows-1252; if it is not, export it again with `Export-Csv FILE -NoTypeInformation -Encoding UTF8`
    u.csv:3:24 warning: parts of `u.csv` are UTF-8 and others are not; export it again with `Export-Csv FILE -NoTypeInformation -Encoding UTF8`
    ");
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
    insta::assert_snapshot!(wrong(b"SipAddress,Enabled,HomeServer\nann\0@contoso.com,True,\n"), @"u.csv:2:4 `u.csv` holds a zero byte, which no text holds (line 2, column 4); export it again with `Export-Csv FILE -NoTypeInformation -Encoding UTF8`");
    insta::assert_snapshot!(wrong(marked(b"a\0n")), @"u.csv:2:2 `u.csv` ends in the middle of a character (line 2, column 2); export it again with `Export-Csv FILE -NoTypeInformation -Encoding UTF8`");
    insta::assert_snapshot!(wrong(marked(b"a\0\x00\xD8b\0")), @"u.csv:2:2 `u.csv` holds half of a surrogate pair (line 2, column 2); export it again with `Export-Csv FILE -NoTypeInformation -Encoding UTF8`");
    insta::assert_snapshot!(wrong(format!("\u{feff}{header}ann").into_bytes().into_iter().chain([0xFC, b'\n']).collect::<Vec<u8>>()), @"u.csv:2:4 `u.csv` is not UTF-8 (line 2, column 4); export it again with `Export-Csv FILE -NoTypeInformation -Encoding UTF8`");
    insta::assert_snapshot!(wrong(b"SipAddress,Enabled,HomeServer\nann\x81,True,\n"), @"u.csv:2:4 `u.csv` is neither UTF-8 nor Windows-1252 (line 2, column 4); export it again with `Export-Csv FILE -NoTypeInformation -Encoding UTF8`");
    insta::assert_snapshot!(wrong(b"PK\x03\x04\x14\0\x06\0"), @"`u.csv` is a ZIP archive (an Excel workbook is one), not text; name the export itself: CSV, LDIF or JSON, in UTF-8, or in UTF-16 with its mark");
    insta::assert_snapshot!(wrong((0..200).map(|byte| byte % 25).collect::<Vec<u8>>()), @"`u.csv` is no text: it is full of control characters; name the export itself: CSV, LDIF or JSON, in UTF-8, or in UTF-16 with its mark");
}
