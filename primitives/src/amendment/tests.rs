// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{
    settlement::UnitAmounts,
    terms::{tests::terms, BonusRow},
    verdict::{Indicator, Verdict},
};
use proptest::prelude::*;
use sp_runtime::{FixedU128, Perbill};

type T = Terms<u64>;

fn after(change: impl FnOnce(&mut T)) -> T {
    let mut terms = terms();
    change(&mut terms);
    terms
}

/// (no worse for customers, no worse for backers), of terms changed by `change`.
fn judged(change: impl FnOnce(&mut T)) -> (bool, bool) {
    let new = after(change);
    (new.no_worse_for_customers(&terms()), new.no_worse_for_backers(&terms()))
}

#[test]
fn the_same_terms_should_be_no_worse_for_anybody() {
    assert_eq!(judged(|_| {}), (true, true));
    assert_eq!(judged(|t| t.schedule.periods += 1), (true, true));
}

#[test]
fn other_boundaries_or_fewer_periods_should_not_continue() {
    let terms_now = terms();
    for other in [
        after(|t| t.schedule.start += 1),
        after(|t| t.schedule.period = crate::schedule::Period::Weekly),
        after(|t| t.schedule.periods -= 1),
    ] {
        assert!(!other.continues(&terms_now));
        assert!(!other.no_worse_for_customers(&terms_now));
        assert!(!other.no_worse_for_backers(&terms_now));
    }
}

#[test]
fn what_customers_gain_backers_should_lose() {
    assert_eq!(judged(|t| t.pricing.unit_price -= 1), (true, false));
    assert_eq!(judged(|t| t.pricing.unit_price += 1), (false, true));
    assert_eq!(judged(|t| t.pricing.cover_per_unit += 1), (true, false));
    assert_eq!(judged(|t| t.pricing.cover_per_unit -= 1), (false, true));
    assert_eq!(judged(|t| t.pricing.credit_cap = Perbill::from_percent(51)), (true, false));
    assert_eq!(judged(|t| t.pricing.at_risk = Perbill::from_percent(99)), (false, true));
    assert_eq!(judged(|t| t.pricing.max_bonus = Perbill::from_percent(6)), (false, true));
    assert_eq!(judged(|t| t.pricing.no_data_pay = Perbill::from_percent(51)), (false, true));
    assert_eq!(judged(|t| t.maintenance.quota = 1), (false, true));
}

#[test]
fn what_concerns_one_side_only_should_not_bother_the_other() {
    assert_eq!(judged(|t| t.pricing.premium_share = Perbill::from_percent(21)), (true, true));
    assert_eq!(judged(|t| t.pricing.premium_share = Perbill::from_percent(19)), (true, false));
    assert_eq!(judged(|t| t.pricing.team_reward += 1), (true, true));
    assert_eq!(judged(|t| t.notice_periods = Some(3)), (false, true));
    assert_eq!(judged(|t| t.access = Access::AllowList), (false, true));
    assert_eq!(judged(|t| t.document.hash = sp_core::H256::repeat_byte(1)), (false, true));
}

#[test]
fn another_measure_should_be_worse_for_both() {
    assert_eq!(judged(|t| t.oracle.committee = vec![1, 2, 3, 5].try_into().unwrap()), (false, false));
    assert_eq!(judged(|t| t.oracle.challenge_window += 1), (false, false));
    let objective = |change: fn(&mut Objective)| judged(|t| t.objectives.iter_mut().for_each(change));
    assert_eq!(objective(|o| o.target = FixedU128::from_u32(99)), (false, false));
    assert_eq!(objective(|o| o.tolerance = FixedU128::from_u32(2)), (false, false));
    assert_eq!(objective(|o| o.bounds.max = FixedU128::from_u32(101)), (false, false));
    assert_eq!(objective(|o| o.credit = Credit::Deviation { cap: Perbill::one() }), (false, false));
    assert_eq!(objective(|o| o.bonuses = Bonuses::default()), (true, false));
    let lower = |o: &mut Objective| match &mut o.credit {
        Credit::Tiers(rows) => rows.iter_mut().for_each(|row| row.credit = row.credit * Perbill::from_percent(50)),
        Credit::Deviation { .. } => unreachable!(),
    };
    assert_eq!(objective(lower), (false, true));
    let more = |o: &mut Objective| {
        let row = BonusRow { threshold: FixedU128::from_u32(100), bonus: Perbill::from_percent(5) };
        o.bonuses.try_push(row).unwrap();
    };
    assert_eq!(objective(more), (false, true));
}

#[test]
fn longer_notice_should_be_better_and_none_the_best() {
    let with = |notice| after(|t| t.notice_periods = notice);
    for (new, old, better) in [
        (None, None, true),
        (None, Some(9), true),
        (Some(2), Some(2), true),
        (Some(3), Some(2), true),
        (Some(1), Some(2), false),
        (Some(1), None, false),
    ] {
        assert_eq!(with(new).no_worse_for_customers(&with(old)), better, "{new:?} after {old:?}");
    }
}

prop_compose! {
    fn any_terms()(
        unit_price in 990u128..1_010, cover_per_unit in 4_990u128..5_010, cap in 40u32..60, at_risk in 90u32..=100,
        max_bonus in 3u32..7, no_data_pay in 40u32..60, with_bonus: bool,
    ) -> T {
        after(|t| {
            t.pricing.unit_price = unit_price;
            t.pricing.cover_per_unit = cover_per_unit;
            t.pricing.credit_cap = Perbill::from_percent(cap);
            t.pricing.at_risk = Perbill::from_percent(at_risk);
            t.pricing.max_bonus = Perbill::from_percent(max_bonus);
            t.pricing.no_data_pay = Perbill::from_percent(no_data_pay);
            if !with_bonus {
                t.objectives.iter_mut().for_each(|o| o.bonuses = Bonuses::default());
            }
        })
    }
}

fn amounts(terms: &T, indicator: Indicator) -> UnitAmounts {
    UnitAmounts::of(&terms.pricing, &Verdict::assess(&terms.objectives, &terms.pricing, &[indicator])).unwrap()
}

proptest! {
    #[test]
    fn terms_that_are_no_worse_should_never_cost_more_or_pay_less(
        old in any_terms(), new in any_terms(), sli in 0u128..=10_000,
    ) {
        for indicator in [Indicator::Value(FixedU128::from_rational(sli, 100)), Indicator::NoData] {
            let (before, now) = (amounts(&old, indicator), amounts(&new, indicator));
            if new.no_worse_for_customers(&old) {
                prop_assert!(now.pay <= before.pay && now.compensation >= before.compensation);
                prop_assert!(now.prepayment <= before.prepayment);
            }
            if new.no_worse_for_backers(&old) {
                prop_assert!(now.pay >= before.pay && now.compensation <= before.compensation);
            }
        }
    }
}
