// SPDX-License-Identifier: Apache-2.0

//! Counting in integers: what was good, of how many, in which stretch of time.

use dsla_client::types::Measurement;

/// 1.0 in the fixed-point format of the chain.
const ONE: u128 = 1_000_000_000_000_000_000;

/// A stretch of time in Unix milliseconds, half open: `[start, end)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first instant inside.
    pub start: u64,
    /// The first instant after.
    pub end: u64,
}

impl Window {
    /// How many whole steps of `step` milliseconds fit in.
    pub fn steps(&self, step: u64) -> u64 {
        self.end.saturating_sub(self.start).checked_div(step).unwrap_or(0)
    }
}

/// `good` of `total`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// How many were good.
    pub good: u64,
    /// How many there were.
    pub total: u64,
}

impl Count {
    /// Counts one more.
    pub fn add(&mut self, good: bool) {
        self.total = self.total.saturating_add(1);
        self.good = self.good.saturating_add(u64::from(good));
    }

    /// Whether `total` is at least `percent` of `expected`.
    pub fn covers(&self, expected: u64, percent: u64) -> bool {
        u128::from(self.total) * 100 >= u128::from(expected) * u128::from(percent)
    }
}

/// The unit in which an objective of the terms states its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// 99.9 means 99.9 %.
    Percent,
    /// 0.999 means 99.9 %.
    Ratio,
}

impl Scale {
    /// The name of the scale, as in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Percent => "percent",
            Self::Ratio => "ratio",
        }
    }

    /// The measurement to report for `count`. A percentage is rounded down, at the 18th decimal.
    pub fn apply(self, count: Count) -> Measurement {
        let Count { good, total } = count;
        if total == 0 {
            return Measurement::NoData;
        }
        match self {
            Self::Ratio => Measurement::Ratio { good, total },
            Self::Percent => {
                // In two parts, so that nothing overflows: each product stays below 2⁶⁴ · 10¹⁸ < 2¹²⁸.
                let (hundredfold, total) = (u128::from(good) * 100, u128::from(total));
                Measurement::Value(hundredfold / total * ONE + hundredfold % total * ONE / total)
            }
        }
    }
}

/// The indicator a measurement stands for, as the chain computes it; `None` without data.
pub fn indicator(measurement: &Measurement) -> Option<u128> {
    match *measurement {
        Measurement::Value(value) => Some(value),
        Measurement::Ratio { good, total } => (u128::from(good) * ONE).checked_div(u128::from(total)),
        Measurement::NoData => None,
    }
}

/// A fixed-point number for people, without trailing zeros.
pub fn decimal(value: u128) -> String {
    let fraction = format!("{:018}", value % ONE);
    match fraction.trim_end_matches('0') {
        "" => format!("{}", value / ONE),
        digits => format!("{}.{digits}", value / ONE),
    }
}

/// A measurement for people.
pub fn show(measurement: &Measurement) -> String {
    match measurement {
        Measurement::Value(value) => decimal(*value),
        Measurement::Ratio { good, total } => format!("{good}/{total}"),
        Measurement::NoData => "no data".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_should_be_exact_and_rounded_down() {
        let percent = |good, total| Scale::Percent.apply(Count { good, total });
        assert_eq!(percent(999, 1_000), Measurement::Value(99_900_000_000_000_000_000));
        assert_eq!(percent(2, 3), Measurement::Value(66_666_666_666_666_666_666));
        assert_eq!(percent(0, 5), Measurement::Value(0));
        assert_eq!(percent(u64::MAX, u64::MAX), Measurement::Value(100 * ONE));
        assert_eq!(percent(u64::MAX - 1, u64::MAX), Measurement::Value(99_999_999_999_999_999_994));
        assert_eq!(percent(0, 0), Measurement::NoData);
    }

    #[test]
    fn ratio_should_pass_the_integers_through() {
        let count = Count { good: 2, total: 3 };
        assert_eq!(Scale::Ratio.apply(count), Measurement::Ratio { good: 2, total: 3 });
        assert_eq!(indicator(&Scale::Ratio.apply(count)), Some(666_666_666_666_666_666));
        assert_eq!(Scale::Ratio.apply(Count::default()), Measurement::NoData);
    }

    #[test]
    fn covers_should_compare_without_rounding() {
        let count = Count { good: 0, total: 79 };
        assert!(!count.covers(100, 80));
        assert!(count.covers(98, 80));
        assert!(Count::default().covers(0, 100));
    }

    #[test]
    fn decimal_should_read_well() {
        assert_eq!(decimal(99_900_000_000_000_000_000), "99.9");
        assert_eq!(decimal(100 * ONE), "100");
        assert_eq!(decimal(1), "0.000000000000000001");
    }
}
