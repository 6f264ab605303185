// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::mock::{met, missed, no_data, pricing, verdict};
use proptest::prelude::*;
use sp_runtime::Perbill;

fn period<'a>(units: Units, pricing: &'a Pricing, verdict: &'a Verdict) -> Period<'a> {
    Period { units, team_weight: 0, pricing, verdict, fee: 0 }
}

fn full() -> Buckets {
    Buckets { junior: 20_000, escrow: 5_500, rewards: 100, ..Default::default() }
}

#[test]
fn met_should_pay_the_provider_and_give_the_unused_bonus_back() {
    let settled = settle(full(), period(5, &pricing(), &met())).unwrap();
    assert_eq!(settled.amounts.income, 5_000);
    assert_eq!(settled.amounts.refunds, 500);
    assert_eq!(settled.amounts.compensation, 0);
    assert_eq!(settled.provider_income, 5_000);
    assert_eq!(settled.step, Index { refund: 100, compensation: 0, reward: 0 });
    assert_eq!(settled.buckets, Buckets { escrow: 0, owed: 5_500, ..full() });
}

#[test]
fn bonus_should_go_to_the_provider() {
    let settled = settle(full(), period(5, &pricing(), &verdict(Outcome::Met, 0, 10))).unwrap();
    assert_eq!((settled.amounts.income, settled.amounts.refunds), (5_500, 0));
}

#[test]
fn premium_should_be_rounded_down() {
    let pricing = Pricing { unit_price: 1_004, max_bonus: Perbill::zero(), ..pricing() };
    let buckets = Buckets { senior: 1, escrow: 1_004, ..Default::default() };
    let settled = settle(buckets, period(1, &pricing, &met())).unwrap();
    // A fifth is 200.8.
    assert_eq!((settled.amounts.premium, settled.provider_income), (200, 804));
}

#[test]
fn what_does_not_divide_when_the_cover_is_used_up_should_not_stay_with_the_backers() {
    let buckets = Buckets { senior: 1_000, escrow: 3 * 1_100, ..Default::default() };
    let settled = settle(buckets, period(3, &pricing(), &missed(30))).unwrap();
    assert_eq!((settled.step.compensation, settled.amounts.senior_loss), (333, 999));
    // Their share of the income is theirs; the planck is cover of the provider.
    assert_eq!((settled.buckets.junior, settled.buckets.senior), (1, settled.amounts.premium));
    // With enough for everybody nothing moves.
    let buckets = Buckets { senior: 4_501, ..buckets };
    let settled = settle(buckets, period(3, &pricing(), &missed(30))).unwrap();
    assert_eq!((settled.buckets.junior, settled.buckets.senior), (0, 1 + settled.amounts.premium));
}

#[test]
fn missed_should_cut_the_price_and_compensate() {
    let settled = settle(full(), period(5, &pricing(), &missed(30))).unwrap();
    assert_eq!(settled.step, Index { refund: 400, compensation: 1_500, reward: 0 });
    assert_eq!(settled.amounts.compensation, 7_500);
    assert_eq!(settled.amounts.junior_loss, 7_500);
    assert_eq!(settled.provider_income, 3_500);
    assert_eq!(settled.buckets.junior, 12_500);
    assert_eq!(settled.buckets.owed, 5_500 + 7_500);
}

#[test]
fn no_data_should_cost_no_cover_and_part_of_the_price() {
    let settled = settle(full(), period(5, &pricing(), &no_data())).unwrap();
    assert_eq!((settled.amounts.income, settled.amounts.refunds), (2_500, 3_000));
    assert_eq!((settled.amounts.compensation, settled.amounts.team_reward), (0, 0));
    assert_eq!(settled.buckets.junior, 20_000);
}

#[test]
fn short_cover_should_be_shared_alike_and_leave_what_does_not_divide() {
    let buckets = Buckets { junior: 1_004, escrow: 5_500, ..Default::default() };
    let settled = settle(buckets, period(5, &pricing(), &missed(80))).unwrap();
    assert_eq!(settled.step.compensation, 200);
    assert_eq!(settled.buckets.junior, 4);
}

#[test]
fn senior_should_lose_second_and_earn_the_premium() {
    let buckets = Buckets { junior: 1_000, senior: 9_000, escrow: 5_500, ..Default::default() };
    let settled = settle(buckets, period(5, &pricing(), &missed(30))).unwrap();
    assert_eq!((settled.amounts.junior_loss, settled.amounts.senior_loss), (1_000, 6_500));
    // 20 % of 3,500.
    assert_eq!(settled.amounts.premium, 700);
    assert_eq!(settled.buckets.senior, 9_000 - 6_500 + 700);
    assert_eq!(settled.provider_income, 2_800);
}

#[test]
fn no_units_should_move_no_money_of_customers() {
    let settled = settle(full(), period(0, &pricing(), &missed(80))).unwrap();
    assert_eq!(settled.step, Index::default());
    assert_eq!(settled.buckets, full());
    assert_eq!(settled.amounts, Settlement::default());
}

#[test]
fn fee_should_come_from_income_first_and_never_exceed_what_is_there() {
    for (fee, from_income, from_junior) in
        [(4_999, 4_999, 0), (5_000, 5_000, 0), (5_001, 5_000, 1), (99_999, 5_000, 20_000)]
    {
        let settled = settle(full(), Period { fee, ..period(5, &pricing(), &met()) }).unwrap();
        assert_eq!(settled.amounts.fee, from_income + from_junior, "fee {fee}");
        assert_eq!(settled.provider_income, 5_000 - from_income, "fee {fee}");
        assert_eq!(settled.buckets.junior, 20_000 - from_junior, "fee {fee}");
    }
}

#[test]
fn fee_should_come_after_the_compensation_of_customers() {
    let buckets = Buckets { junior: 1_000, escrow: 1_100, ..Default::default() };
    let pricing = Pricing { at_risk: Perbill::one(), credit_cap: Perbill::one(), ..pricing() };
    let settled = settle(buckets, Period { fee: 500, ..period(1, &pricing, &missed(100)) }).unwrap();
    assert_eq!(settled.amounts.compensation, 1_000);
    assert_eq!(settled.amounts.fee, 0);
}

#[test]
fn team_should_be_rewarded_by_weight_only_when_met() {
    let with = |verdict: &Verdict, rewards, team_weight| {
        let buckets = Buckets { rewards, ..full() };
        settle(buckets, Period { team_weight, ..period(5, &pricing(), verdict) }).unwrap()
    };
    let settled = with(&met(), 100, 4);
    assert_eq!((settled.step.reward, settled.amounts.team_reward, settled.buckets.rewards), (22, 88, 12));
    // The budget limits the reward.
    assert_eq!(with(&met(), 50, 4).amounts.team_reward, 48);
    assert_eq!(with(&met(), 3, 4).amounts.team_reward, 0);
    assert_eq!(with(&met(), 100, 0).amounts.team_reward, 0);
    assert_eq!(with(&missed(0), 100, 4).amounts.team_reward, 0);
    assert_eq!(with(&no_data(), 100, 4).amounts.team_reward, 0);
}

#[test]
fn too_little_escrow_should_give_none_and_not_wrap() {
    let buckets = Buckets { escrow: 1_099, ..Default::default() };
    assert_eq!(settle(buckets, period(1, &pricing(), &met())), None);
}

prop_compose! {
    fn any_pricing()(
        unit_price in 0..1u128 << 60,
        cover_per_unit in 0..1u128 << 70,
        shares in prop::array::uniform5(0u32..=1_000_000_000),
        team_reward in 0..1u128 << 70,
    ) -> Pricing {
        let [credit_cap, at_risk, max_bonus, premium_share, no_data_pay] = shares.map(Perbill::from_parts);
        Pricing { unit_price, cover_per_unit, credit_cap, at_risk, max_bonus, premium_share, team_reward, no_data_pay }
    }
}

prop_compose! {
    fn any_verdict()(outcome in 0..3, share in 0u32..=1_000_000_000) -> (i32, Perbill) {
        (outcome, Perbill::from_parts(share))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn settle_should_conserve_money_and_never_fail(
        pricing in any_pricing(),
        (outcome, share) in any_verdict(),
        units in prop_oneof![0..10u64, 0..1u64 << 34],
        team_weight: u64,
        (junior, senior, spare, rewards) in (0..1u128 << 95, 0..1u128 << 90, 0..1u128 << 90, 0..1u128 << 90),
        fee: Balance,
    ) {
        let mut verdict = no_data();
        match outcome {
            0 => (verdict.outcome, verdict.bonus) = (Outcome::Met, share.min(pricing.max_bonus)),
            1 => (verdict.outcome, verdict.credit) = (Outcome::Missed, share.min(pricing.credit_cap)),
            _ => {}
        }
        let escrow = Balance::from(units) * pricing.prepayment().unwrap() + spare;
        let before = Buckets { junior, senior, escrow, rewards, ..Default::default() };
        let settled = settle(before, Period { units, team_weight, pricing: &pricing, verdict: &verdict, fee }).unwrap();
        let Settled { buckets, amounts, step, provider_income } = settled;
        prop_assert_eq!(buckets.total().unwrap() + amounts.fee, before.total().unwrap());
        prop_assert_eq!(buckets.escrow, spare);
        let shares = Balance::from(units) * (step.refund + step.compensation);
        prop_assert_eq!(buckets.owed, shares + step.reward * Balance::from(team_weight) + provider_income);
        prop_assert_eq!(amounts.junior_loss + amounts.senior_loss, amounts.compensation);
        prop_assert!(amounts.senior_loss == 0 || amounts.junior_loss == junior);
        prop_assert!(amounts.fee <= fee && amounts.burned == 0);
        if outcome == 2 {
            prop_assert_eq!(amounts.compensation, 0);
        }
    }
}
