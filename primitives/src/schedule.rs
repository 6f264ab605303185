// SPDX-License-Identifier: Apache-2.0

//! Period boundaries: a pure function of the civil calendar in UTC.

use crate::{Moment, PeriodIndex};
use chrono::{DateTime, Datelike, Months, Utc};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

const HOUR: Moment = 3_600_000;
const DAY: Moment = 86_400_000;
const WEEK: Moment = 604_800_000;
const TWO_WEEKS: Moment = 1_209_600_000;

/// The shortest period, in milliseconds: ten blocks.
pub const MIN_PERIOD: Moment = 60_000;

/// How long a period is.
///
/// `Monthly`, `Quarterly` and `Yearly` follow the civil calendar: a boundary has the day of month and the time of day
/// of the start; where the month has no such day, its last day is taken (31 January + 1 month = 28 or 29 February,
/// + 2 months = 31 March).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
pub enum Period {
    /// 3,600 s.
    Hourly,
    /// 24 h.
    Daily,
    /// 7 days.
    Weekly,
    /// 14 days.
    Biweekly,
    /// One civil month.
    Monthly,
    /// Three civil months.
    Quarterly,
    /// Twelve civil months; 29 February + 1 year = 28 February.
    Yearly,
    /// This many milliseconds, at least [`MIN_PERIOD`].
    Custom(Moment),
}

/// How a kind of period steps through time.
enum Step {
    Fixed(Moment),
    Months(u32),
}

impl Period {
    /// The length of the shortest such period: a February for months.
    pub fn shortest(self) -> Moment {
        match self.step() {
            Step::Fixed(length) => length,
            // 31 January to 28 February; 31 January to 30 April; any year without 29 February.
            Step::Months(1) => DAY.saturating_mul(28),
            Step::Months(3) => DAY.saturating_mul(89),
            Step::Months(_) => DAY.saturating_mul(365),
        }
    }

    fn step(self) -> Step {
        match self {
            Self::Hourly => Step::Fixed(HOUR),
            Self::Daily => Step::Fixed(DAY),
            Self::Weekly => Step::Fixed(WEEK),
            Self::Biweekly => Step::Fixed(TWO_WEEKS),
            Self::Monthly => Step::Months(1),
            Self::Quarterly => Step::Months(3),
            Self::Yearly => Step::Months(12),
            Self::Custom(length) => Step::Fixed(length),
        }
    }
}

/// When the periods of an agreement begin and end.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
pub struct Schedule {
    /// Begin of period 0, Unix milliseconds.
    pub start: Moment,
    /// Length of a period.
    pub period: Period,
    /// How many periods the agreement runs.
    pub periods: PeriodIndex,
}

impl Schedule {
    /// The instant of boundary `index`: the begin of period `index` and the end of period `index − 1`. Periods are
    /// half open, `[boundary(p), boundary(p + 1))`.
    ///
    /// `None` when the calendar does not reach that far (beyond the year 262,000, or 2⁶⁴ ms).
    pub fn boundary(&self, index: PeriodIndex) -> Option<Moment> {
        match self.period.step() {
            Step::Fixed(length) => length.checked_mul(index.into())?.checked_add(self.start),
            Step::Months(months) => {
                let later = civil(self.start)?.checked_add_months(Months::new(months.checked_mul(index)?))?;
                u64::try_from(later.timestamp_millis()).ok()
            }
        }
    }

    /// The end of the last period.
    pub fn end(&self) -> Option<Moment> {
        self.boundary(self.periods)
    }

    /// The period that runs at `now`, or `None` before the start, at or after the end.
    pub fn period_at(&self, now: Moment) -> Option<PeriodIndex> {
        let index = self.boundaries_passed(now)?.checked_sub(1)?;
        (index < self.periods).then_some(index)
    }

    /// The first boundary strictly after `now`: what is bought now counts from here. 0 before the start; never more
    /// than `periods`.
    pub fn next_boundary(&self, now: Moment) -> Option<PeriodIndex> {
        self.boundaries_passed(now).map(|passed| passed.min(self.periods))
    }

    /// How many periods are over at `now`.
    pub fn ended(&self, now: Moment) -> Option<PeriodIndex> {
        // Saturating: before the start no boundary has passed.
        self.boundaries_passed(now).map(|passed| passed.saturating_sub(1).min(self.periods))
    }

    /// How many boundaries lie at or before `now`, not limited by `periods`.
    fn boundaries_passed(&self, now: Moment) -> Option<PeriodIndex> {
        let Some(elapsed) = now.checked_sub(self.start) else {
            return Some(0);
        };
        let full = match self.period.step() {
            Step::Fixed(length) => PeriodIndex::try_from(elapsed.checked_div(length)?).ok()?,
            Step::Months(months) => {
                let (from, to) = (civil(self.start)?, civil(now)?);
                let estimate = month_number(&to)?.checked_sub(month_number(&from)?)?.checked_div(months)?;
                // The estimate counts a month as full as soon as the next one has begun, so it is right or one too many.
                if self.boundary(estimate)? > now {
                    estimate.checked_sub(1)?
                } else {
                    estimate
                }
            }
        };
        full.checked_add(1)
    }
}

fn civil(moment: Moment) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(i64::try_from(moment).ok()?)
}

fn month_number(date: &DateTime<Utc>) -> Option<u32> {
    u32::try_from(date.year()).ok()?.checked_mul(12)?.checked_add(date.month0())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Moment {
        text.parse::<DateTime<Utc>>().unwrap().timestamp_millis() as Moment
    }

    fn schedule(start: &str, period: Period) -> Schedule {
        Schedule { start: at(start), period, periods: 1_000 }
    }

    #[test]
    fn monthly_should_use_the_last_day_when_the_month_is_shorter() {
        let s = schedule("2027-01-31T12:00:00Z", Period::Monthly);
        assert_eq!(s.boundary(0), Some(at("2027-01-31T12:00:00Z")));
        assert_eq!(s.boundary(1), Some(at("2027-02-28T12:00:00Z")));
        assert_eq!(s.boundary(2), Some(at("2027-03-31T12:00:00Z")));
        assert_eq!(s.boundary(13), Some(at("2028-02-29T12:00:00Z")));
    }

    #[test]
    fn yearly_should_respect_leap_years() {
        let s = schedule("2028-02-29T00:00:00Z", Period::Yearly);
        assert_eq!(s.boundary(1), Some(at("2029-02-28T00:00:00Z")));
        assert_eq!(s.boundary(4), Some(at("2032-02-29T00:00:00Z")));
        // 2100 is no leap year, 2400 is one.
        assert_eq!(s.boundary(72), Some(at("2100-02-28T00:00:00Z")));
        assert_eq!(s.boundary(372), Some(at("2400-02-29T00:00:00Z")));
    }

    #[test]
    fn quarterly_and_fixed_lengths_should_be_exact() {
        let s = schedule("2026-11-30T23:59:59.999Z", Period::Quarterly);
        assert_eq!(s.boundary(1), Some(at("2027-02-28T23:59:59.999Z")));
        for (period, length) in [
            (Period::Hourly, HOUR),
            (Period::Daily, DAY),
            (Period::Weekly, 7 * DAY),
            (Period::Biweekly, 14 * DAY),
            (Period::Custom(61_000), 61_000),
        ] {
            let s = schedule("2026-11-30T00:00:00Z", period);
            assert_eq!(s.boundary(5), Some(s.start + 5 * length));
        }
    }

    #[test]
    fn periods_should_be_half_open() {
        let s = Schedule { start: 1_000, period: Period::Custom(60_000), periods: 2 };
        assert_eq!(s.period_at(999), None);
        assert_eq!(s.period_at(1_000), Some(0));
        assert_eq!(s.period_at(60_999), Some(0));
        assert_eq!(s.period_at(61_000), Some(1));
        assert_eq!(s.period_at(121_000), None);
        assert_eq!(s.next_boundary(999), Some(0));
        assert_eq!(s.next_boundary(1_000), Some(1));
        assert_eq!(s.next_boundary(1_000_000), Some(2));
        let end = s.boundary(1).unwrap();
        assert_eq!([0, 1_000, end - 1, end, 1_000_000].map(|now| s.ended(now)), [0, 0, 0, 1, 2].map(Some));
    }

    #[test]
    fn extreme_values_should_give_none_and_not_panic() {
        let s = Schedule { start: Moment::MAX, period: Period::Yearly, periods: PeriodIndex::MAX };
        assert_eq!(s.boundary(1), None);
        assert_eq!(s.end(), None);
        let s = Schedule { start: 0, period: Period::Custom(0), periods: 1 };
        assert_eq!(s.period_at(5), None);
        let s = Schedule { start: 1, period: Period::Custom(Moment::MAX), periods: 2 };
        assert_eq!(s.end(), None);
    }

    fn any_period() -> impl Strategy<Value = Period> {
        prop_oneof![
            Just(Period::Hourly),
            Just(Period::Daily),
            Just(Period::Weekly),
            Just(Period::Biweekly),
            Just(Period::Monthly),
            Just(Period::Quarterly),
            Just(Period::Yearly),
            (MIN_PERIOD..DAY).prop_map(Period::Custom),
        ]
    }

    proptest! {
        #[test]
        fn boundaries_should_grow_and_agree_with_period_at(
            start in 0..at("2100-01-01T00:00:00Z"),
            period in any_period(),
            index in 0u32..5_000,
            offset in 0..DAY,
        ) {
            let s = Schedule { start, period, periods: 10_000 };
            let (from, to) = (s.boundary(index).unwrap(), s.boundary(index + 1).unwrap());
            prop_assert!(from < to);
            let inside = from + offset % (to - from);
            prop_assert_eq!(s.period_at(from), Some(index));
            prop_assert_eq!(s.period_at(inside), Some(index));
            prop_assert_eq!(s.period_at(to), Some(index + 1));
            prop_assert_eq!(s.next_boundary(inside), Some(index + 1));
        }
    }
}
