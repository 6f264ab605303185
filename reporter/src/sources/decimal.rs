// SPDX-License-Identifier: Apache-2.0

//! Numbers as Prometheus writes them, compared without floating point.

use std::cmp::Ordering;

/// How the number in `text` compares with 1. `None` for NaN and for what is no number.
///
/// Understood are decimals with an optional exponent (`-1.5e+06`), `NaN`, and `+Inf` and `-Inf`.
pub fn cmp_one(text: &str) -> Option<Ordering> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if unsigned.eq_ignore_ascii_case("inf") {
        return Some(if negative { Ordering::Less } else { Ordering::Greater });
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = || whole.bytes().chain(fraction.bytes());
    if digits().next().is_none() || !digits().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let Some(zeros) = digits().position(|digit| digit != b'0') else { return Some(Ordering::Less) };
    if negative {
        return Some(Ordering::Less);
    }
    // The power of ten of the first digit that counts decides, unless the number is of the form 1.xxx.
    let power = i64::try_from(whole.len()).ok()? - i64::try_from(zeros).ok()? - 1 + i64::from(exponent);
    let mut significant = digits().skip(zeros);
    Some(power.cmp(&0).then_with(|| {
        let one = significant.next() == Some(b'1') && significant.all(|digit| digit == b'0');
        if one {
            Ordering::Equal
        } else {
            Ordering::Greater
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cmp_one_should_compare_exactly() {
        let cases = [
            ("1", Ordering::Equal),
            ("1.000", Ordering::Equal),
            ("+1", Ordering::Equal),
            ("0.1e1", Ordering::Equal),
            ("100e-2", Ordering::Equal),
            ("001.0", Ordering::Equal),
            ("0", Ordering::Less),
            ("-0", Ordering::Less),
            ("0.9999999999999999999999999", Ordering::Less),
            ("1e-07", Ordering::Less),
            ("-2", Ordering::Less),
            ("-Inf", Ordering::Less),
            ("1.0000000000000000000000001", Ordering::Greater),
            ("2", Ordering::Greater),
            ("1e+06", Ordering::Greater),
            ("+Inf", Ordering::Greater),
        ];
        for (text, expected) in cases {
            assert_eq!(cmp_one(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn cmp_one_should_give_nothing_when_it_is_no_number() {
        for text in ["NaN", "", ".", "-", "e5", "1.2.3", "1e", "0x1", "1e99999999999", "one"] {
            assert_eq!(cmp_one(text), None, "{text}");
        }
    }
}
