// SPDX-License-Identifier: Apache-2.0

// Values are written in hundredths: 99_90 is 99.90.
#![allow(clippy::inconsistent_digit_grouping)]

use super::*;
use crate::terms::{BonusRow, Bounds, Source, Tier, MAX_INDICATOR};
use proptest::prelude::*;
use Comparator::*;

const ALL: [Comparator; 6] = [Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual];

fn fixed(hundredths: u128) -> FixedU128 {
    FixedU128::from_rational(hundredths, 100)
}

fn value(hundredths: u128) -> Indicator {
    Indicator::Value(fixed(hundredths))
}

fn percent(percent: u32) -> Perbill {
    Perbill::from_percent(percent)
}

fn tiers(rows: &[(u128, u32)]) -> Credit {
    let tier = |(threshold, credit): &(u128, u32)| Tier { threshold: fixed(*threshold), credit: percent(*credit) };
    Credit::Tiers(rows.iter().map(tier).collect::<Vec<_>>().try_into().unwrap())
}

fn bonuses(rows: &[(u128, u32)]) -> Bonuses {
    let row = |(threshold, bonus): &(u128, u32)| BonusRow { threshold: fixed(*threshold), bonus: percent(*bonus) };
    rows.iter().map(row).collect::<Vec<_>>().try_into().unwrap()
}

/// Availability of at least 99.9 %, with the usual table.
fn availability() -> Objective {
    Objective {
        source: Source::Reported { unit: Default::default() },
        comparator: GreaterOrEqual,
        target: fixed(99_90),
        weight: Perbill::one(),
        credit: tiers(&[(99_90, 10), (99_00, 30), (95_00, 100)]),
        bonuses: bonuses(&[(99_95, 1), (99_99, 2)]),
        bounds: Bounds { min: fixed(0), max: fixed(100_00) },
        tolerance: FixedU128::from_u32(1),
    }
}

/// A latency of at most 200.
fn latency() -> Objective {
    Objective {
        comparator: LessOrEqual,
        target: fixed(200_00),
        credit: tiers(&[(200_00, 10), (300_00, 50)]),
        bonuses: bonuses(&[(150_00, 1), (100_00, 2)]),
        ..availability()
    }
}

fn weighing(weight: u32, objective: Objective) -> Objective {
    Objective { weight: percent(weight), ..objective }
}

fn pricing() -> Pricing {
    Pricing {
        unit_price: 1_000,
        cover_per_unit: 5_000,
        credit_cap: Perbill::one(),
        at_risk: Perbill::one(),
        max_bonus: Perbill::one(),
        premium_share: Perbill::zero(),
        team_reward: 0,
        no_data_pay: Perbill::zero(),
    }
}

fn met(bonus: u32) -> ObjectiveOutcome {
    ObjectiveOutcome::Met { bonus: percent(bonus) }
}

fn missed(credit: u32) -> ObjectiveOutcome {
    ObjectiveOutcome::Missed { credit: percent(credit) }
}

#[test]
fn the_six_comparators_should_mean_what_they_say() {
    for (comparator, below, at, above) in [
        (Equal, false, true, false),
        (NotEqual, true, false, true),
        (Less, true, false, false),
        (LessOrEqual, true, true, false),
        (Greater, false, false, true),
        (GreaterOrEqual, false, true, true),
    ] {
        let target = fixed(50_00);
        let epsilon = FixedU128::from_inner(1);
        let is_met = |sli| comparator.is_met(sli, target);
        assert_eq!((is_met(target - epsilon), is_met(target), is_met(target + epsilon)), (below, at, above));
    }
}

#[test]
fn the_six_comparators_should_lead_to_met_or_missed() {
    for comparator in ALL {
        let credit = tiers(&[(50_00, 10)]);
        let objective =
            Objective { comparator, target: fixed(50_00), credit, bonuses: Default::default(), ..availability() };
        for sli in [49_99, 50_00, 50_01] {
            let expected = if comparator.is_met(fixed(sli), fixed(50_00)) { met(0) } else { missed(10) };
            assert_eq!(objective.assess(value(sli)), expected, "{sli} {comparator:?} 50");
        }
        assert_eq!(objective.assess(Indicator::NoData), ObjectiveOutcome::NoData);
    }
}

#[test]
fn worse_should_follow_the_direction_of_the_comparator() {
    let (low, high) = (fixed(1), fixed(2));
    for (comparator, low_is_worse, high_is_worse) in [
        (Equal, false, false),
        (NotEqual, false, false),
        (Less, false, true),
        (LessOrEqual, false, true),
        (Greater, true, false),
        (GreaterOrEqual, true, false),
    ] {
        assert_eq!((comparator.is_worse(low, high), comparator.is_worse(high, low)), (low_is_worse, high_is_worse));
        assert!(!comparator.is_worse(low, low));
    }
}

/// A known fault: the distance to the target as `sli − target` in unsigned numbers reverts when the smaller is better.
#[test]
fn a_met_smaller_than_objective_should_not_revert() {
    for sli in [0, 1, 100_00, 199_99, 200_00] {
        assert!(matches!(latency().assess(value(sli)), ObjectiveOutcome::Met { .. }));
    }
    let deviating = Objective { credit: Credit::Deviation { cap: Perbill::one() }, ..latency() };
    assert_eq!(deviating.assess(value(0)), met(2));
    // And the other way round: a missed objective where the larger is better.
    let deviating = Objective { credit: Credit::Deviation { cap: Perbill::one() }, ..availability() };
    assert_eq!(deviating.assess(value(0)), missed(100));
}

/// A known fault: the deviation divides by `sli + target`.
#[test]
fn sli_and_target_zero_should_not_divide_by_zero() {
    assert_eq!(deviation(fixed(0), fixed(0)), Perbill::zero());
    for comparator in [Equal, Less, LessOrEqual, Greater, GreaterOrEqual] {
        let credit = Credit::Deviation { cap: Perbill::one() };
        let objective =
            Objective { comparator, target: fixed(0), credit, bonuses: Default::default(), ..availability() };
        let expected = if comparator.is_met(fixed(0), fixed(0)) { met(0) } else { missed(0) };
        assert_eq!(objective.assess(value(0)), expected);
    }
    // The smallest numbers there are: halved, both are 0.
    assert_eq!(deviation(FixedU128::from_inner(1), FixedU128::from_inner(0)), Perbill::one());
    assert_eq!(deviation(FixedU128::from_inner(1), FixedU128::from_inner(1)), Perbill::zero());
}

#[test]
fn the_deviation_should_be_that_of_the_definition_rounded_down() {
    // |90 − 100| / 95
    assert_eq!(deviation(fixed(90_00), fixed(100_00)), Perbill::from_parts(105_263_157));
    assert_eq!(deviation(fixed(100_00), fixed(90_00)), Perbill::from_parts(105_263_157));
    // |1 − 3| / 2 = 100 %; beyond, it stays there.
    assert_eq!(deviation(fixed(1_00), fixed(3_00)), Perbill::one());
    assert_eq!(deviation(fixed(0), fixed(3_00)), Perbill::one());
    assert_eq!(deviation(fixed(0), FixedU128::from_inner(u128::MAX)), Perbill::one());
    assert_eq!(deviation(FixedU128::from_inner(u128::MAX), FixedU128::from_inner(u128::MAX)), Perbill::zero());
    // A miss by a hair costs nothing.
    assert_eq!(deviation(fixed(100_00), FixedU128::from_inner(fixed(100_00).into_inner() + 1)), Perbill::zero());
}

#[test]
fn the_deviation_rule_should_be_capped() {
    let capped = Objective { credit: Credit::Deviation { cap: percent(7) }, ..availability() };
    assert_eq!(capped.assess(value(50_00)), missed(7));
    assert_eq!(capped.assess(value(99_90)), met(0));
}

#[test]
fn the_worst_row_missed_should_give_the_credit() {
    for (sli, outcome) in [
        (100_00, met(2)),
        (99_99, met(2)),
        (99_98, met(1)),
        (99_95, met(1)),
        (99_94, met(0)),
        (99_90, met(0)),
        (99_89, missed(10)),
        (99_00, missed(10)),
        (98_99, missed(30)),
        (95_00, missed(30)),
        (94_99, missed(100)),
        (0, missed(100)),
    ] {
        assert_eq!(availability().assess(value(sli)), outcome, "{sli}");
    }
    for (sli, outcome) in [
        (0, met(2)),
        (100_00, met(2)),
        (100_01, met(1)),
        (150_01, met(0)),
        (200_00, met(0)),
        (200_01, missed(10)),
        (300_00, missed(10)),
        (300_01, missed(50)),
    ] {
        assert_eq!(latency().assess(value(sli)), outcome, "{sli}");
    }
}

#[test]
fn the_weight_of_an_objective_without_data_should_be_spread_over_the_others() {
    let objectives = [weighing(50, availability()), weighing(30, latency()), weighing(20, latency())];
    let assess = |indicators: &[Indicator]| Verdict::assess(&objectives, &pricing(), indicators);
    // 30 % of 50 + 10 % of 30 + 0 of 20.
    let all = assess(&[value(98_00), value(250_00), value(200_00)]);
    assert_eq!((all.outcome, all.credit, all.bonus), (Outcome::Missed, percent(18), percent(0)));
    // (30 % of 50 + 0 of 20) / 70.
    let two = assess(&[value(98_00), Indicator::NoData, value(200_00)]);
    assert_eq!((two.outcome, two.credit), (Outcome::Missed, Perbill::from_parts(214_285_714)));
    assert_eq!(two.objectives.to_vec(), vec![missed(30), ObjectiveOutcome::NoData, met(0)]);
    // 10 % alone.
    let one = assess(&[Indicator::NoData, value(250_00), Indicator::NoData]);
    assert_eq!((one.outcome, one.credit), (Outcome::Missed, percent(10)));
    // Bonuses likewise: (2 % of 50 + 1 % of 20) / 70, rounded down.
    let good = assess(&[value(100_00), Indicator::NoData, value(150_00)]);
    assert_eq!((good.outcome, good.credit, good.bonus), (Outcome::Met, percent(0), Perbill::from_parts(17_142_857)));
}

#[test]
fn a_period_without_any_data_should_be_no_data() {
    let objectives = [weighing(50, availability()), weighing(50, latency())];
    let none = Verdict::assess(&objectives, &pricing(), &[Indicator::NoData; 2]);
    assert_eq!(none, Verdict::no_data(&objectives));
    assert_eq!((none.outcome, none.credit, none.bonus), (Outcome::NoData, percent(0), percent(0)));
    assert_eq!(none.objectives.to_vec(), vec![ObjectiveOutcome::NoData; 2]);
    assert_eq!(Verdict::assess(&[], &pricing(), &[value(1)]).outcome, Outcome::NoData);
}

#[test]
fn missing_indicators_should_count_as_no_data_and_surplus_ones_not_at_all() {
    let objectives = [weighing(50, availability()), weighing(50, latency())];
    let assess = |indicators: &[Indicator]| Verdict::assess(&objectives, &pricing(), indicators);
    assert_eq!(assess(&[value(98_00)]), assess(&[value(98_00), Indicator::NoData]));
    assert_eq!(assess(&[]), Verdict::no_data(&objectives));
    assert_eq!(assess(&[value(98_00), value(1), value(2)]), assess(&[value(98_00), value(1)]));
}

#[test]
fn anything_missed_should_cost_the_bonus() {
    let objectives = [weighing(50, availability()), weighing(50, latency())];
    let verdict = Verdict::assess(&objectives, &pricing(), &[value(100_00), value(201_00)]);
    assert_eq!((verdict.outcome, verdict.credit, verdict.bonus), (Outcome::Missed, percent(5), percent(0)));
    assert_eq!(verdict.objectives.to_vec(), vec![met(2), missed(10)]);
}

#[test]
fn a_miss_that_costs_nothing_should_still_be_a_miss() {
    let objective = Objective { credit: Credit::Deviation { cap: Perbill::zero() }, ..availability() };
    let verdict = Verdict::assess(&[objective], &pricing(), &[value(0)]);
    assert_eq!((verdict.outcome, verdict.credit, verdict.bonus), (Outcome::Missed, percent(0), percent(0)));
}

#[test]
fn credit_and_bonus_should_be_capped() {
    let capped = Pricing { credit_cap: percent(25), max_bonus: percent(1), ..pricing() };
    assert_eq!(Verdict::assess(&[availability()], &capped, &[value(0)]).credit, percent(25));
    assert_eq!(Verdict::assess(&[availability()], &capped, &[value(99_50)]).credit, percent(10));
    assert_eq!(Verdict::assess(&[availability()], &capped, &[value(100_00)]).bonus, percent(1));
}

#[test]
fn shares_should_be_rounded_down() {
    let third = Perbill::from_parts(333_333_333);
    let objectives = [
        Objective { weight: third, ..availability() },
        Objective { weight: third, ..availability() },
        Objective { weight: Perbill::from_parts(333_333_334), ..availability() },
    ];
    // 10 % of a third.
    let verdict = Verdict::assess(&objectives, &pricing(), &[value(99_50), value(99_90), value(99_90)]);
    assert_eq!(verdict.credit, Perbill::from_parts(33_333_333));
    let verdict = Verdict::assess(&objectives, &pricing(), &[value(99_90), value(99_90), value(99_95)]);
    assert_eq!(verdict.bonus, Perbill::from_parts(3_333_333));
}

#[test]
fn weights_of_zero_should_be_no_data_and_not_divide_by_zero() {
    let verdict = Verdict::assess(&[weighing(0, availability())], &pricing(), &[value(0)]);
    assert_eq!(verdict.outcome, Outcome::NoData);
}

#[test]
fn ratios_should_be_rounded_down_and_nothing_counted_be_no_data() {
    assert_eq!(ratio(0, 0), Indicator::NoData);
    assert_eq!(ratio(5, 0), Indicator::NoData);
    assert_eq!(ratio(0, 5), value(0));
    assert_eq!(ratio(1, 2), value(50));
    assert_eq!(ratio(2, 3), Indicator::Value(FixedU128::from_inner(666_666_666_666_666_666)));
    assert_eq!(ratio(u64::MAX, u64::MAX), value(1_00));
    assert_eq!(ratio(u64::MAX, 1), Indicator::Value(FixedU128::from_u32(1) * FixedU128::from(u128::from(u64::MAX))));
}

fn any_comparator() -> impl Strategy<Value = Comparator> {
    prop::sample::select(ALL.to_vec())
}

fn any_fixed() -> impl Strategy<Value = FixedU128> {
    prop_oneof![
        any::<u128>().prop_map(FixedU128::from_inner),
        prop::sample::select(vec![0, 1, 2, u128::MAX - 1, u128::MAX]).prop_map(FixedU128::from_inner),
        (0u128..10_000).prop_map(fixed),
    ]
}

fn any_share() -> impl Strategy<Value = Perbill> {
    prop_oneof![(0u32..=1_000_000_000).prop_map(Perbill::from_parts), Just(Perbill::zero()), Just(Perbill::one())]
}

fn any_credit() -> impl Strategy<Value = Credit> {
    prop_oneof![
        prop::collection::vec((any_fixed(), any_share()), 0..=8).prop_map(|rows| {
            let rows = rows.into_iter().map(|(threshold, credit)| Tier { threshold, credit }).collect::<Vec<_>>();
            Credit::Tiers(rows.try_into().unwrap())
        }),
        any_share().prop_map(|cap| Credit::Deviation { cap }),
    ]
}

/// Any objective at all, valid or not.
fn any_objective() -> impl Strategy<Value = Objective> {
    let bonuses = prop::collection::vec((any_fixed(), any_share()), 0..=8);
    (any_comparator(), any_fixed(), any_share(), any_credit(), bonuses).prop_map(
        |(comparator, target, weight, credit, bonuses)| {
            let row = |(threshold, bonus)| BonusRow { threshold, bonus };
            let bonuses = bonuses.into_iter().map(row).collect::<Vec<_>>().try_into().unwrap();
            Objective { comparator, target, weight, credit, bonuses, ..availability() }
        },
    )
}

fn any_indicator() -> impl Strategy<Value = Indicator> {
    prop_oneof![any_fixed().prop_map(Indicator::Value), Just(Indicator::NoData)]
}

/// A table that `validate` accepts, with its comparator.
fn valid_table() -> impl Strategy<Value = Objective> {
    let comparator = prop::sample::select(vec![Less, LessOrEqual, Greater, GreaterOrEqual]);
    let thresholds = prop::collection::btree_set(0u128..200, 1..=8);
    let credits = prop::collection::btree_set(1u32..=100, 8);
    (comparator, thresholds, credits).prop_map(|(comparator, thresholds, credits)| {
        let mut thresholds = thresholds.into_iter().collect::<Vec<_>>();
        if comparator.is_worse(fixed(0), fixed(1)) {
            thresholds.reverse();
        }
        let rows = thresholds.iter().copied().zip(credits).collect::<Vec<_>>();
        Objective {
            comparator,
            target: fixed(thresholds[0]),
            credit: tiers(&rows),
            bonuses: Default::default(),
            ..availability()
        }
    })
}

fn credit_of(objective: &Objective, sli: FixedU128) -> Perbill {
    match objective.assess(Indicator::Value(sli)) {
        ObjectiveOutcome::Missed { credit } => credit,
        ObjectiveOutcome::Met { .. } | ObjectiveOutcome::NoData => Perbill::zero(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Whatever the terms and the indicators: a verdict within its caps.
    #[test]
    fn assess_should_never_panic(
        objectives in prop::collection::vec(any_objective(), 0..=8),
        indicators in prop::collection::vec(any_indicator(), 0..=9),
        credit_cap in any_share(),
        max_bonus in any_share(),
    ) {
        let pricing = Pricing { credit_cap, max_bonus, ..pricing() };
        let verdict = Verdict::assess(&objectives, &pricing, &indicators);
        prop_assert!(verdict.credit <= credit_cap && verdict.bonus <= max_bonus);
        prop_assert_eq!(verdict.objectives.len(), objectives.len());
        prop_assert!(verdict.outcome != Outcome::Met || verdict.credit.is_zero());
        prop_assert!(verdict.outcome == Outcome::Met || verdict.bonus.is_zero());
    }

    #[test]
    fn deviation_should_be_symmetric_and_never_panic(a in any_fixed(), b in any_fixed()) {
        prop_assert_eq!(deviation(a, b), deviation(b, a));
        if a == b {
            prop_assert_eq!(deviation(a, b), Perbill::zero());
        }
    }

    /// A known fault: a table read in the wrong order gives a better value the credit of a worse one.
    #[test]
    fn better_values_should_never_select_a_higher_tier(objective in valid_table(), a in 0u128..201, b in 0u128..201) {
        let (better, worse) = if objective.comparator.is_worse(fixed(a), fixed(b)) { (b, a) } else { (a, b) };
        prop_assert!(credit_of(&objective, fixed(better)) <= credit_of(&objective, fixed(worse)));
        // And a miss always costs at least the first row.
        if !objective.comparator.is_met(fixed(worse), objective.target) {
            prop_assert!(!credit_of(&objective, fixed(worse)).is_zero());
        }
    }

    /// The same for the deviation rule, over all plausible values.
    #[test]
    fn better_values_should_never_deviate_more(
        comparator in prop::sample::select(vec![Less, LessOrEqual, Greater, GreaterOrEqual]),
        target in 0..=MAX_INDICATOR.into_inner(),
        a in 0..=MAX_INDICATOR.into_inner(),
        b in 0..=MAX_INDICATOR.into_inner(),
        cap in any_share(),
    ) {
        let [target, a, b] = [target, a, b].map(FixedU128::from_inner);
        let objective = Objective { comparator, target, credit: Credit::Deviation { cap }, ..availability() };
        let (better, worse) = if comparator.is_worse(a, b) { (b, a) } else { (a, b) };
        prop_assert!(credit_of(&objective, better) <= credit_of(&objective, worse));
    }

    /// Improving one indicator never raises the credit of the period, with whatever weights and other objectives.
    #[test]
    fn better_values_should_never_raise_the_credit_of_the_period(
        objective in valid_table(),
        weight in 1u32..100,
        other in any_indicator(),
        a in 0u128..201,
        b in 0u128..201,
    ) {
        let (better, worse) = if objective.comparator.is_worse(fixed(a), fixed(b)) { (b, a) } else { (a, b) };
        let objectives = [weighing(weight, objective), weighing(100 - weight, availability())];
        let credit = |sli| Verdict::assess(&objectives, &pricing(), &[value(sli), other]).credit;
        prop_assert!(credit(better) <= credit(worse));
    }

    /// Equal credits everywhere give exactly that credit: spreading weights loses nothing.
    #[test]
    fn a_mean_of_equals_should_be_exact(
        parts in prop::collection::vec(1u32..=125_000_000, 1..=8),
        share in any_share(),
    ) {
        let items = parts.iter().map(|part| (Perbill::from_parts(*part), share)).collect::<Vec<_>>();
        prop_assert_eq!(weighted_mean(items.into_iter()), Some(share));
    }
}
