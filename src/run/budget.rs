//! Error budgets: how many failures a move may have.
//!
//! A percentage counts from the users who passed preflight and are not there yet, once, when the move
//! first starts, and is rounded down. A number is a count.

use crate::diagnostic::{Finding, codes};
use crate::journal::Budget;

/// Returns how many failures `budget` allows to a move of `base` users.
#[must_use]
pub fn allowed(budget: Budget, base: u64) -> u64 {
    match budget {
        Budget::Count(count) => count,
        Budget::Percent(percent) => share(percent.clamp(0.0, 100.0), base),
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rows are 32 bits wide, so a base is exact, and its share is between 0 and it"
)]
fn share(percent: f64, base: u64) -> u64 {
    // A hair more, since 2.3 % of 1000 is 22.999999999999996 in binary.
    let exact = base as f64 * percent / 100.0;
    ((exact + 1e-9).floor() as u64).min(base)
}

/// Reads a percentage such as `2%` or `0.5 %`.
///
/// # Errors
/// If it is anything else, or not between 0% and 100%.
pub fn parse(text: &str) -> Result<Budget, Finding> {
    let number = text.trim().strip_suffix('%').and_then(|number| number.trim().parse().ok());
    match number {
        Some(percent) if (0.0..=100.0).contains(&percent) => Ok(Budget::Percent(percent)),
        Some(_) => Err(wrong(&format!("`{text}` is not between 0% and 100%"))),
        None => Err(wrong(&format!("`{text}` is no error budget"))),
    }
}

fn wrong(message: &str) -> Finding {
    Finding::error(codes::BUDGET_VALUE, message)
        .help("write a count such as `2`, or a percentage in quotes such as `\"2%\"`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worked_examples_of_the_error_budget_hold() {
        let check = |budget: &str, base, expected| {
            assert_eq!(allowed(parse(budget).unwrap(), base), expected, "{budget} of {base}");
        };
        check("10%", 10, 1);
        check("2%", 50, 1);
        check("50%", 3, 1);
        check("0%", 1_000, 0);
        check("100%", 7, 7);
        check("100%", 0, 0);
        check("2%", 49, 0);
        check("2.3%", 1_000, 23);
        check("0.5 %", 200, 1);
        assert_eq!(allowed(Budget::Count(0), 10), 0);
        assert_eq!(allowed(Budget::Count(3), 1), 3);
    }

    #[test]
    fn anything_but_a_share_of_the_whole_is_refused() {
        for text in ["", "2", "two%", "-1%", "101%", "NaN%", "inf%", "%"] {
            assert_eq!(parse(text).unwrap_err().code, codes::BUDGET_VALUE, "{text}");
        }
    }
}
