// SPDX-License-Identifier: Apache-2.0

// Values are written in hundredths: 99_90 is 99.90.
#![allow(clippy::inconsistent_digit_grouping)]

use super::*;
use proptest::prelude::*;

const NOW: Moment = 1_798_761_600_000;

fn fixed(hundredths: u128) -> FixedU128 {
    FixedU128::from_rational(hundredths, 100)
}

fn tier(threshold: u128, credit: u32) -> Tier {
    Tier { threshold: fixed(threshold), credit: Perbill::from_percent(credit) }
}

fn bonus(threshold: u128, bonus: u32) -> BonusRow {
    BonusRow { threshold: fixed(threshold), bonus: Perbill::from_percent(bonus) }
}

fn tiers(rows: &[Tier]) -> Credit {
    Credit::Tiers(rows.to_vec().try_into().unwrap())
}

fn bonuses(rows: &[BonusRow]) -> Bonuses {
    rows.to_vec().try_into().unwrap()
}

/// Availability of at least 99.9 %, with the usual table.
fn availability() -> Objective {
    Objective {
        source: Source::Reported { unit: b"percent".to_vec().try_into().unwrap() },
        comparator: Comparator::GreaterOrEqual,
        target: fixed(99_90),
        weight: Perbill::one(),
        credit: tiers(&[tier(99_90, 10), tier(99_00, 30), tier(95_00, 100)]),
        bonuses: bonuses(&[bonus(99_95, 1), bonus(99_99, 2)]),
        bounds: Bounds { min: fixed(0), max: fixed(100_00) },
        tolerance: FixedU128::from_u32(1),
    }
}

/// A latency below 200.
fn latency() -> Objective {
    Objective {
        comparator: Comparator::Less,
        target: fixed(200_00),
        credit: tiers(&[tier(200_00, 10), tier(300_00, 50)]),
        bonuses: bonuses(&[bonus(150_00, 1), bonus(100_00, 2)]),
        bounds: Bounds { min: fixed(0), max: fixed(10_000_00) },
        tolerance: FixedU128::from_u32(1),
        ..availability()
    }
}

pub(crate) fn terms() -> Terms<u64> {
    Terms {
        schedule: Schedule { start: NOW, period: Period::Monthly, periods: 12 },
        objectives: vec![availability()].try_into().unwrap(),
        pricing: Pricing {
            unit_price: 1_000,
            cover_per_unit: 5_000,
            credit_cap: Perbill::from_percent(50),
            at_risk: Perbill::one(),
            max_bonus: Perbill::from_percent(5),
            premium_share: Perbill::from_percent(20),
            team_reward: 0,
            no_data_pay: Perbill::from_percent(50),
        },
        oracle: Oracle {
            committee: vec![1, 2, 3, 4].try_into().unwrap(),
            quorum: 3,
            report_window: 3_600_000,
            reveal_window: None,
            challenge_window: 3_600_000,
        },
        access: Access::Open,
        maintenance: Maintenance { quota: 0, notice: 0 },
        notice_periods: None,
        document: Document { hash: H256::zero(), uri: Uri::default() },
    }
}

/// What `validate` says after a change.
fn after(change: impl FnOnce(&mut Terms<u64>)) -> Result<(), TermsError> {
    let mut terms = terms();
    change(&mut terms);
    terms.validate(NOW)
}

/// What `validate` says about a single objective.
fn about(objective: Objective) -> Result<(), TermsError> {
    after(|t| t.objectives = vec![objective].try_into().unwrap())
}

#[test]
fn good_terms_should_be_valid() {
    assert_eq!(terms().validate(NOW), Ok(()));
    assert_eq!(about(latency()), Ok(()));
    assert_eq!(after(|t| t.pricing = Pricing { unit_price: 0, cover_per_unit: 0, ..t.pricing }), Ok(()));
}

#[test]
fn a_start_in_the_past_should_be_refused() {
    assert_eq!(after(|t| t.schedule.start = NOW - 1), Err(TermsError::StartInPast));
    assert_eq!(after(|t| t.schedule.start = NOW), Ok(()));
    assert_eq!(after(|t| t.schedule.start = NOW + 1), Ok(()));
}

#[test]
fn a_schedule_without_periods_with_short_ones_or_without_end_should_be_refused() {
    let invalid = Err(TermsError::ScheduleInvalid);
    assert_eq!(after(|t| t.schedule.periods = 0), invalid);
    assert_eq!(after(|t| t.schedule.periods = 1), Ok(()));
    assert_eq!(after(|t| t.schedule.period = Period::Custom(MIN_PERIOD - 1)), invalid);
    assert_eq!(after(|t| t.schedule.period = Period::Custom(0)), invalid);
    assert_eq!(after(|t| t.schedule.period = Period::Custom(MIN_PERIOD)), Ok(()));
    assert_eq!(after(|t| t.schedule.period = Period::Custom(Moment::MAX)), invalid);
    assert_eq!(after(|t| t.schedule.start = Moment::MAX), invalid);
    assert_eq!(after(|t| (t.schedule.period, t.schedule.periods) = (Period::Yearly, u32::MAX)), invalid);
    let last = Period::Custom(Moment::MAX - NOW);
    assert_eq!(after(|t| (t.schedule.period, t.schedule.periods) = (last, 1)), Ok(()));
    assert_eq!(after(|t| (t.schedule.period, t.schedule.periods, t.schedule.start) = (last, 1, NOW + 1)), invalid);
}

#[test]
fn terms_without_objectives_should_be_refused() {
    assert_eq!(after(|t| t.objectives = Default::default()), Err(TermsError::NoObjectives));
}

#[test]
fn weights_should_sum_to_exactly_the_whole() {
    let weights = |parts: &[u32]| {
        let objective = |part: &u32| Objective { weight: Perbill::from_parts(*part), ..availability() };
        after(|t| t.objectives = parts.iter().map(objective).collect::<Vec<_>>().try_into().unwrap())
    };
    let not_whole = Err(TermsError::WeightsNotWhole);
    assert_eq!(weights(&[1_000_000_000]), Ok(()));
    assert_eq!(weights(&[999_999_999]), not_whole);
    assert_eq!(weights(&[333_333_333, 333_333_333, 333_333_334]), Ok(()));
    assert_eq!(weights(&[333_333_333, 333_333_333, 333_333_333]), not_whole);
    assert_eq!(weights(&[500_000_000, 500_000_001]), not_whole);
    // A weight of zero is no objective at all.
    assert_eq!(weights(&[1_000_000_000, 0]), not_whole);
    // Eight whole weights do not wrap around to one.
    assert_eq!(weights(&[1_000_000_000; 8]), not_whole);
    assert_eq!(weights(&[125_000_000; 8]), Ok(()));
}

#[test]
fn bounds_should_be_sane_and_hold_the_target_and_all_thresholds() {
    let bounds = |min, max| about(Objective { bounds: Bounds { min, max }, ..availability() });
    let implausible = Err(TermsError::ImplausibleBounds);
    // The thresholds reach from 95 to 99.99.
    assert_eq!(bounds(fixed(95_00), fixed(99_99)), Ok(()));
    assert_eq!(bounds(fixed(95_01), fixed(99_99)), implausible);
    assert_eq!(bounds(fixed(95_00), fixed(99_98)), implausible);
    assert_eq!(bounds(fixed(99_99), fixed(95_00)), implausible);
    assert_eq!(bounds(fixed(0), MAX_INDICATOR), Ok(()));
    assert_eq!(bounds(fixed(0), FixedU128::from_inner(MAX_INDICATOR.into_inner() + 1)), implausible);
    assert_eq!(bounds(fixed(0), FixedU128::from_inner(u128::MAX)), implausible);
    // The target alone, under the deviation rule.
    let plain =
        Objective { credit: Credit::Deviation { cap: Perbill::one() }, bonuses: Default::default(), ..availability() };
    let target = |target| about(Objective { target, ..plain.clone() });
    assert_eq!(target(fixed(100_00)), Ok(()));
    assert_eq!(target(fixed(100_01)), implausible);
}

#[test]
fn plausible_values_should_include_both_ends() {
    let bounds = Bounds { min: fixed(1_00), max: fixed(2_00) };
    let inside = [99, 1_00, 1_01, 1_99, 2_00, 2_01].map(|value| bounds.contains(fixed(value)));
    assert_eq!(inside, [false, true, true, true, true, false]);
}

#[test]
fn a_credit_table_should_begin_at_the_target_and_get_worse_row_by_row() {
    let table = |rows: &[Tier]| about(Objective { credit: tiers(rows), bonuses: Default::default(), ..availability() });
    let refused = Err(TermsError::TiersNotMonotonic);
    assert_eq!(table(&[tier(99_90, 10)]), Ok(()));
    assert_eq!(table(&[]), refused);
    assert_eq!(table(&[tier(99_00, 10)]), refused);
    assert_eq!(table(&[tier(99_90, 0)]), refused);
    // Same or better threshold.
    assert_eq!(table(&[tier(99_90, 10), tier(99_90, 20)]), refused);
    assert_eq!(table(&[tier(99_90, 10), tier(99_95, 20)]), refused);
    // Same or lower credit.
    assert_eq!(table(&[tier(99_90, 10), tier(99_00, 10)]), refused);
    assert_eq!(table(&[tier(99_90, 10), tier(99_00, 9)]), refused);
    // The fault is in the last row only.
    assert_eq!(table(&[tier(99_90, 10), tier(99_00, 30), tier(95_00, 20)]), refused);
    assert_eq!(table(&[tier(99_90, 10), tier(99_00, 30), tier(99_50, 40)]), refused);
}

#[test]
fn a_credit_table_should_follow_the_direction_of_the_comparator() {
    let table = |comparator, rows: &[Tier]| {
        about(Objective { comparator, credit: tiers(rows), bonuses: Default::default(), ..availability() })
    };
    let (down, up) = ([tier(99_90, 10), tier(99_00, 20)], [tier(99_90, 10), tier(99_95, 20)]);
    let refused = Err(TermsError::TiersNotMonotonic);
    for (comparator, falling, rising) in [
        (Comparator::Greater, Ok(()), refused),
        (Comparator::GreaterOrEqual, Ok(()), refused),
        (Comparator::Less, refused, Ok(())),
        (Comparator::LessOrEqual, refused, Ok(())),
        // Without a direction there is only met and missed, so only one row makes sense.
        (Comparator::Equal, refused, refused),
        (Comparator::NotEqual, refused, refused),
    ] {
        assert_eq!(table(comparator, &down), falling, "{comparator:?}");
        assert_eq!(table(comparator, &up), rising, "{comparator:?}");
        assert_eq!(table(comparator, &down[..1]), Ok(()), "{comparator:?}");
    }
}

#[test]
fn the_deviation_rule_should_be_refused_with_not_equal_only() {
    use Comparator::*;
    for comparator in [Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual] {
        let credit = Credit::Deviation { cap: Perbill::one() };
        let result = about(Objective { comparator, credit, bonuses: Default::default(), ..availability() });
        let refused = comparator == NotEqual;
        assert_eq!(result, if refused { Err(TermsError::TiersNotMonotonic) } else { Ok(()) });
    }
}

#[test]
fn a_bonus_table_should_get_better_row_by_row_up_to_the_maximum() {
    let table = |rows: &[BonusRow]| about(Objective { bonuses: bonuses(rows), ..availability() });
    let refused = Err(TermsError::BonusesNotMonotonic);
    assert_eq!(table(&[]), Ok(()));
    assert_eq!(table(&[bonus(99_91, 5)]), Ok(()));
    // No better than the target.
    assert_eq!(table(&[bonus(99_90, 1)]), refused);
    assert_eq!(table(&[bonus(99_80, 1)]), refused);
    // Above the maximum of 5 %, or nothing.
    assert_eq!(table(&[bonus(99_95, 6)]), refused);
    assert_eq!(table(&[bonus(99_95, 0)]), refused);
    // Not rising.
    assert_eq!(table(&[bonus(99_95, 1), bonus(99_95, 2)]), refused);
    assert_eq!(table(&[bonus(99_95, 1), bonus(99_94, 2)]), refused);
    assert_eq!(table(&[bonus(99_95, 2), bonus(99_96, 2)]), refused);
    assert_eq!(table(&[bonus(99_95, 2), bonus(99_96, 1)]), refused);
}

#[test]
fn a_bonus_should_need_a_comparator_with_a_direction() {
    let with = |comparator, rows: &[BonusRow]| {
        let credit = tiers(&[tier(99_90, 10)]);
        about(Objective { comparator, credit, bonuses: bonuses(rows), ..availability() })
    };
    let (above, below) = ([bonus(99_95, 1)], [bonus(99_85, 1)]);
    let refused = Err(TermsError::BonusesNotMonotonic);
    for comparator in [Comparator::Equal, Comparator::NotEqual] {
        assert_eq!(with(comparator, &above), refused);
        assert_eq!(with(comparator, &below), refused);
    }
    for comparator in [Comparator::Greater, Comparator::GreaterOrEqual] {
        assert_eq!(with(comparator, &above), Ok(()));
        assert_eq!(with(comparator, &below), refused);
    }
    for comparator in [Comparator::Less, Comparator::LessOrEqual] {
        assert_eq!(with(comparator, &above), refused);
        assert_eq!(with(comparator, &below), Ok(()));
    }
}

#[test]
fn a_committee_should_be_sorted_and_its_quorum_fit() {
    let committee = |members: &[u64], quorum| {
        after(|t| (t.oracle.committee, t.oracle.quorum) = (members.to_vec().try_into().unwrap(), quorum))
    };
    let refused = Err(TermsError::CommitteeInvalid);
    assert_eq!(committee(&[], 0), refused);
    assert_eq!(committee(&[7], 0), refused);
    assert_eq!(committee(&[7], 1), Ok(()));
    assert_eq!(committee(&[7], 2), refused);
    assert_eq!(committee(&[1, 2, 3, 4], 2), refused);
    assert_eq!(committee(&[1, 2, 3, 4], 4), Ok(()));
    assert_eq!(committee(&[1, 2, 3, 4], 5), refused);
    assert_eq!(committee(&[1, 2, 2, 3], 3), refused);
    assert_eq!(committee(&[1, 3, 2, 4], 3), refused);
    assert_eq!(committee(&[1, 2, 3, 4], u32::MAX), refused);
}

#[test]
fn windows_should_be_neither_too_short_nor_too_long() {
    for (window, result) in [
        (0, Err(TermsError::WindowInvalid)),
        (MIN_WINDOW - 1, Err(TermsError::WindowInvalid)),
        (MIN_WINDOW, Ok(())),
        (MIN_WINDOW + 1, Ok(())),
        (MAX_WINDOW - 1, Ok(())),
        (MAX_WINDOW, Ok(())),
        (MAX_WINDOW + 1, Err(TermsError::WindowInvalid)),
        (Moment::MAX, Err(TermsError::WindowInvalid)),
    ] {
        assert_eq!(after(|t| t.oracle.report_window = window), result);
        assert_eq!(after(|t| t.oracle.challenge_window = window), result);
    }
}

#[test]
fn amounts_should_be_refused_when_the_value_of_a_unit_overflows() {
    let price = |unit_price, max_bonus: u32| {
        after(|t| {
            t.pricing = Pricing { unit_price, max_bonus: Perbill::from_percent(max_bonus), ..t.pricing };
            t.objectives[0].bonuses = Default::default();
        })
    };
    assert_eq!(price(Balance::MAX, 0), Ok(()));
    assert_eq!(price(Balance::MAX, 1), Err(TermsError::AmountTooLarge));
    assert_eq!(price(Balance::MAX / 2, 100), Ok(()));
    assert_eq!(price(Balance::MAX / 2 + 1, 100), Err(TermsError::AmountTooLarge));
}

#[test]
fn the_prepayment_should_round_the_bonus_up_and_the_compensation_down() {
    let pricing = Pricing { unit_price: 101, max_bonus: Perbill::from_percent(1), ..terms().pricing };
    assert_eq!(pricing.prepayment(), Some(101 + 2));
    let pricing = Pricing { cover_per_unit: 101, credit_cap: Perbill::from_percent(50), ..pricing };
    assert_eq!(pricing.max_compensation(), 50);
}

#[test]
fn the_quorum_should_bear_a_third_of_liars() {
    let quorums = (0..=16).map(min_quorum).collect::<Vec<_>>();
    assert_eq!(quorums, vec![1, 1, 1, 1, 3, 3, 3, 5, 5, 5, 7, 7, 7, 9, 9, 9, 11]);
    // With f liars among n, an honest report remains on either side of the median of the quorum.
    for members in 1..=MAX_COMMITTEE {
        let liars = (members - 1) / 3;
        assert!(min_quorum(members) > 2 * liars && min_quorum(members) <= members - liars);
    }
    // Sizes that cannot be do not panic.
    assert!(min_quorum(u32::MAX) < u32::MAX);
}

proptest! {
    /// A table is valid exactly if sorting it by badness changes nothing and no value comes twice.
    #[test]
    fn monotonic_tables_should_be_told_from_others(
        rows in prop::collection::vec((0u128..20, 0u32..20), 1..=8),
        falling: bool,
    ) {
        let comparator = if falling { Comparator::GreaterOrEqual } else { Comparator::LessOrEqual };
        let table = rows.iter().map(|(threshold, credit)| tier(*threshold, *credit)).collect::<Vec<_>>();
        let objective = Objective {
            comparator,
            target: table[0].threshold,
            credit: tiers(&table),
            bonuses: Default::default(),
            ..availability()
        };
        let mut by_badness = rows.clone();
        by_badness.sort_by_key(|(threshold, _)| if falling { 100 - threshold } else { *threshold });
        by_badness.dedup_by_key(|(threshold, _)| *threshold);
        let mut by_credit = rows.clone();
        by_credit.sort_by_key(|(_, credit)| *credit);
        by_credit.dedup_by_key(|(_, credit)| *credit);
        let expected = by_badness == rows && by_credit == rows && rows[0].1 > 0;
        prop_assert_eq!(about(objective).is_ok(), expected);
    }

    /// Whatever is thrown at it, `validate` answers.
    #[test]
    fn validate_should_never_panic(
        start: u64,
        length: u64,
        periods: u32,
        numbers: [u128; 6],
        parts: [u32; 6],
        committee in prop::collection::vec(any::<u64>(), 0..=16),
        quorum: u32,
        windows: [u64; 2],
        now: u64,
    ) {
        let mut terms = terms();
        terms.schedule = Schedule { start, period: Period::Custom(length), periods };
        let fixed = numbers.map(FixedU128::from_inner);
        let share = parts.map(Perbill::from_parts);
        let objective = Objective {
            target: fixed[0],
            weight: share[0],
            credit: tiers(&[Tier { threshold: fixed[1], credit: share[1] }, Tier { threshold: fixed[2], credit: share[2] }]),
            bonuses: bonuses(&[BonusRow { threshold: fixed[3], bonus: share[3] }]),
            bounds: Bounds { min: fixed[4], max: fixed[5] },
            tolerance: FixedU128::from_u32(1),
            ..availability()
        };
        terms.objectives = vec![objective; 8].try_into().unwrap();
        terms.pricing = Pricing { unit_price: numbers[0], max_bonus: share[4], cover_per_unit: numbers[1], ..terms.pricing };
        terms.oracle =
            Oracle { committee: committee.try_into().unwrap(), quorum, report_window: windows[0], reveal_window: None, challenge_window: windows[1] };
        // Each part by itself, as the first one wrong hides the others.
        let whole = terms.validate(now);
        prop_assert!(whole.is_err() || terms.schedule.end().is_some());
        let schedule = validate_schedule(&terms.schedule, now);
        prop_assert_eq!(schedule.is_ok(), start >= now && length >= MIN_PERIOD && periods > 0 && terms.schedule.end().is_some());
        prop_assert_eq!(terms.objectives[0].validate_bounds().is_ok() && fixed[5] > MAX_INDICATOR, false);
        let tables = terms.objectives[0].validate_credit().and(terms.objectives[0].validate_bonuses(share[4]));
        prop_assert!(tables.is_err() || share[3] <= share[4]);
        prop_assert!(terms.oracle.validate().is_err() || quorum as usize <= terms.oracle.committee.len());
        prop_assert!(terms.pricing.max_compensation() <= numbers[1]);
    }
}

#[test]
fn a_reveal_window_should_have_the_length_of_any_window() {
    assert_eq!(after(|t| t.oracle.reveal_window = Some(MIN_WINDOW)), Ok(()));
    assert_eq!(after(|t| t.oracle.reveal_window = Some(MIN_WINDOW - 1)), Err(TermsError::WindowInvalid));
    assert_eq!(after(|t| t.oracle.reveal_window = Some(MAX_WINDOW + 1)), Err(TermsError::WindowInvalid));
}

#[test]
fn maintenance_should_take_at_most_half_of_the_shortest_period() {
    let half_a_february = 14 * 24 * 3_600_000;
    let quota = |quota| after(|t| t.maintenance.quota = quota);
    assert_eq!(quota(half_a_february), Ok(()));
    assert_eq!(quota(half_a_february + 1), Err(TermsError::MaintenanceInvalid));
    let notice = |notice| after(|t| t.maintenance.notice = notice);
    assert_eq!(notice(MAX_WINDOW), Ok(()));
    assert_eq!(notice(MAX_WINDOW + 1), Err(TermsError::MaintenanceInvalid));
}
