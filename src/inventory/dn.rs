//! Distinguished names, as directories write them (RFC 4514).

/// Splits a name into its parts, innermost first, each a pair of type and value without escapes.
///
/// `None` if it is no distinguished name. Of a part with several pairs (`+`) the first counts.
pub(super) fn parts(name: &str) -> Option<Vec<(String, String)>> {
    let mut parts = Vec::new();
    let mut rest = name.trim();
    while !rest.is_empty() {
        let (kind, after) = rest.split_once('=')?;
        let kind = kind.trim();
        if kind.is_empty() || !kind.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b))
        {
            return None;
        }
        let (value, after) = value(after.trim_start())?;
        parts.push((kind.to_owned(), value));
        rest = after;
        // The further pairs of a part name the same object; skip to the next part.
        while let Some(more) = rest.strip_prefix('+') {
            let (_, pair) = more.split_once('=')?;
            (_, rest) = self::value(pair.trim_start())?;
        }
        rest = match rest.strip_prefix([',', ';']) {
            Some(next) if !next.trim().is_empty() => next.trim_start(),
            None if rest.is_empty() => rest,
            _ => return None,
        };
    }
    (!parts.is_empty()).then_some(parts)
}

/// Reads a value up to the next `,`, `;` or `+` that is not escaped; returns it and what follows.
fn value(text: &str) -> Option<(String, &str)> {
    if let Some(quoted) = text.strip_prefix('"') {
        let end = quoted.find('"')?;
        let (value, rest) = quoted.split_at_checked(end)?;
        return Some((value.to_owned(), rest.strip_prefix('"')?.trim_start()));
    }
    let mut bytes = Vec::new();
    // Spaces count only up to here: those at the end of a value are no part of it, escaped ones are.
    let mut kept = 0;
    let mut chars = text.char_indices();
    let mut end = text.len();
    while let Some((at, c)) = chars.next() {
        match c {
            ',' | ';' | '+' => {
                end = at;
                break;
            }
            '\\' => {
                // A number may have a sign, a pair of digits has none.
                let pair = text
                    .get(at + 1..at + 3)
                    .filter(|hex| hex.bytes().all(|digit| digit.is_ascii_hexdigit()))
                    .and_then(|hex| u8::from_str_radix(hex, 16).ok());
                let (_, next) = chars.next()?;
                if let Some(byte) = pair {
                    chars.next();
                    bytes.push(byte);
                } else {
                    bytes.extend_from_slice(next.encode_utf8(&mut [0; 4]).as_bytes());
                }
                kept = bytes.len();
            }
            _ => {
                bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                if c != ' ' {
                    kept = bytes.len();
                }
            }
        }
    }
    bytes.truncate(kept);
    Some((String::from_utf8(bytes).ok()?, text.get(end..)?))
}

/// The pool in the name of a legacy home server: the part inside `CN=Pools`.
pub(super) fn pool(name: &str) -> Option<String> {
    let parts = parts(name)?;
    let is_pools = |(kind, value): &(String, String)| {
        kind.eq_ignore_ascii_case("CN") && value.eq_ignore_ascii_case("Pools")
    };
    let pools = parts.iter().position(is_pools)?;
    parts.into_iter().nth(pools.checked_sub(1)?).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: Option<&[(&str, &str)]>) {
        let expected = expected.map(|pairs| {
            pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect::<Vec<_>>()
        });
        assert_eq!(parts(name), expected, "{name}");
    }

    #[test]
    fn names_are_split_as_rfc_4514_says() {
        check(
            "CN=Lee\\, Ann,OU=IT,DC=contoso,DC=com",
            Some(&[("CN", "Lee, Ann"), ("OU", "IT"), ("DC", "contoso"), ("DC", "com")]),
        );
        check("CN=Lee\\2C Ann, DC=com", Some(&[("CN", "Lee, Ann"), ("DC", "com")]));
        check("CN=Lu\\C4\\8Di\\C4\\87", Some(&[("CN", "Lučić")]));
        check("CN=\"Lee, Ann\",DC=com", Some(&[("CN", "Lee, Ann"), ("DC", "com")]));
        check("OU=Sales+CN=Ann,DC=net", Some(&[("OU", "Sales"), ("DC", "net")]));
        check("CN= Ann \\ ,DC=com", Some(&[("CN", "Ann  "), ("DC", "com")]));
        check("CN=R\\+D,DC=com", Some(&[("CN", "R+D"), ("DC", "com")]));
        check("CN=,DC=com", Some(&[("CN", ""), ("DC", "com")]));
    }

    #[test]
    fn what_is_no_name_is_none() {
        for text in
            ["", "ann@contoso.com", "CN=a,", "CN=a,,DC=b", "=x", "CN=a\\", "CN=\"open", "CN=\\FF"]
        {
            check(text, None);
        }
    }

    #[test]
    fn the_pool_of_a_home_server_is_the_part_inside_pools() {
        let name = "CN=Lc Services,CN=Microsoft,CN=ocspool01,CN=Pools,CN=RTC Service,CN=Services,CN=Configuration,DC=contoso,DC=com";
        assert_eq!(pool(name).as_deref(), Some("ocspool01"));
        assert_eq!(
            pool("cn=Lc Services,cn=Microsoft,cn=p\\, one,cn=POOLS").as_deref(),
            Some("p, one")
        );
        assert_eq!(pool("CN=Pools,CN=RTC Service"), None);
        assert_eq!(pool("CN=ocspool01,DC=contoso"), None);
    }
}
