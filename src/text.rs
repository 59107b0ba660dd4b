//! Words for people: plurals, lists, near names, durations.
//!
//! Every message of Sidle is put together with these few functions, so that one thing is said in one
//! way everywhere. Nothing here knows what a pool or a user is.

use std::fmt::Write as _;
use std::time::Duration;

/// Returns `1 user`, `2 users`: the number, then the noun with an `s` where one is due.
///
/// ```
/// assert_eq!(sidle::text::count(1, "user"), "1 user");
/// assert_eq!(sidle::text::count(12_000, "user"), "12,000 users");
/// ```
#[must_use]
pub fn count(number: usize, noun: &str) -> String {
    let mut out = grouped(number);
    out.push(' ');
    match (number, noun.strip_suffix('y')) {
        (1, _) => out.push_str(noun),
        (_, Some(stem)) if !stem.ends_with(['a', 'e', 'o', 'u']) => {
            let _ = write!(out, "{stem}ies");
        }
        _ if noun.ends_with('s') || noun.ends_with("ch") => {
            let _ = write!(out, "{noun}es");
        }
        _ => {
            let _ = write!(out, "{noun}s");
        }
    }
    out
}

/// Returns the number with a comma between thousands.
#[must_use]
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Returns the names in backticks: `` `a`, `b` and `c` ``; after `most` of them, `and 7 more`.
#[must_use]
pub fn list<S: AsRef<str>>(names: &[S], most: usize) -> String {
    let shown: Vec<String> =
        names.iter().take(most.max(1)).map(|name| format!("`{}`", name.as_ref())).collect();
    let rest = names.len().saturating_sub(shown.len());
    if rest > 0 {
        return format!("{} and {} more", shown.join(", "), grouped(rest));
    }
    match shown.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

/// Returns the candidate that `word` was most likely meant to be, if one is near.
///
/// ```
/// assert_eq!(sidle::text::near("ocspol01", ["ocspool01", "lyncpool01"]), Some("ocspool01"));
/// assert_eq!(sidle::text::near("zzz", ["ocspool01"]), None);
/// ```
pub fn near<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| {
            let other = candidate.to_lowercase();
            let distance = strsim::damerau_levenshtein(&lower, &other);
            (distance, strsim::jaro_winkler(&lower, &other), candidate)
        })
        .filter(|(distance, likeness, candidate)| {
            *distance <= 1 + word.chars().count().min(candidate.chars().count()) / 4
                || *likeness > 0.93
        })
        .min_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)))
        .map(|(_, _, candidate)| candidate)
}

/// Returns "did you mean `x`?" for a near candidate, or else what `otherwise` says.
pub fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    otherwise: &str,
) -> String {
    near(word, candidates)
        .map_or_else(|| otherwise.to_owned(), |name| format!("did you mean `{name}`?"))
}

/// Reads a duration such as `30d`, `1d 12h`, `10m` or `90s`; a day is 24 hours.
///
/// # Errors
/// A sentence that says what a duration looks like.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let wrong =
        || format!("`{text}` is no duration; write for example `30d`, `12h`, `10m` or `90s`");
    let mut total = 0_f64;
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(wrong());
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(wrong)?;
        let (number, tail) = rest.split_at(digits);
        let letters = tail.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(letters);
        let number: f64 = number.parse().map_err(|_| wrong())?;
        let unit = match unit {
            "ms" => 0.001,
            "s" | "sec" => 1.0,
            "m" | "min" => 60.0,
            "h" => 3600.0,
            "d" => 86_400.0,
            "w" => 604_800.0,
            _ => return Err(wrong()),
        };
        total += number * unit;
        rest = tail.trim_start();
    }
    // A thousand years: more is a slip of the finger, and would overflow the calendar.
    if !total.is_finite() || total > 31_557_600_000.0 {
        return Err(wrong());
    }
    Ok(Duration::from_secs_f64(total))
}

/// Returns a duration as people write it: `30d`, `1h 5m`, `2.4s`, `13ms`.
#[must_use]
pub fn duration(time: Duration) -> String {
    if time < Duration::from_secs(1) {
        return format!("{}ms", time.as_millis());
    }
    if time < Duration::from_mins(1) && time.subsec_millis() >= 100 {
        return format!("{:.1}s", time.as_secs_f64());
    }
    let mut seconds = time.as_secs();
    let mut parts = Vec::new();
    for (unit, name) in [(86_400, "d"), (3600, "h"), (60, "m"), (1, "s")] {
        let whole = seconds / unit;
        seconds %= unit;
        if whole > 0 && parts.len() < 2 {
            parts.push(format!("{whole}{name}"));
        }
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_reads_back_as_it_is_written() {
        for text in ["30d", "1d 12h", "10m", "90ms", "1h 5m"] {
            assert_eq!(parse_duration(text).map(duration), Ok(text.to_owned()));
        }
    }

    #[test]
    fn a_word_or_an_age_of_the_universe_is_no_duration() {
        for text in ["", "soon", "10", "3 parsecs", "1e9d", "99999999999d"] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn plurals_follow_english() {
        assert_eq!(count(2, "policy"), "2 policies");
        assert_eq!(count(2, "day"), "2 days");
        assert_eq!(count(0, "match"), "0 matches");
    }

    #[test]
    fn a_long_list_says_how_many_more_there_are() {
        assert_eq!(list(&["a", "b", "c"], 5), "`a`, `b` and `c`");
        assert_eq!(list(&["a", "b", "c"], 1), "`a` and 2 more");
    }
}
