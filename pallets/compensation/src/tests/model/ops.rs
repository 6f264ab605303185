// SPDX-License-Identifier: Apache-2.0

//! What happens in a history, drawn at random.

use super::*;

#[derive(Clone, Debug)]
pub(super) enum Op {
    Stake(usize, Balance),
    Withdraw(usize, Balance),
    Fund(usize, Balance),
    Subscribe(usize, usize, Units, PeriodIndex),
    Sponsor(usize, usize, Units, PeriodIndex),
    /// The n-th subscription.
    Cancel(usize, usize, usize),
    Extend(usize, usize, usize, PeriodIndex),
    /// Other prices, worse for some; from so many periods after the next one.
    Propose(usize, Pricing, PeriodIndex),
    /// No worse for customers.
    Improve(usize, Perbill, PeriodIndex),
    /// No worse for backers.
    RaisePrice(usize, Balance, PeriodIndex),
    Accept(usize, usize),
    Amend(usize),
    SetMember(usize, usize, u64),
    Back(usize, usize, Balance),
    CancelBacking(usize, usize),
    /// This many percent of the shares that are not under notice, and so on.
    Notice(usize, usize, Balance),
    WithdrawNotice(usize, usize, Balance),
    Exit(usize, usize, Balance),
    Claim(usize, usize),
    HoldWallet(usize, usize, Balance),
    /// This many percent of what can be claimed.
    HoldClaimable(usize, usize, usize, Balance),
    Release(usize, Balance),
    Refund(usize, usize, Balance),
    Settle(usize, u8, u32, Option<usize>),
    Reporters(u8),
    Fee(Balance),
    ClaimFee(u32, u32),
    Sweep(u32),
    Wait(Moment),
    End(usize),
    WithdrawRewards(usize, Balance),
}

pub(super) fn any_op() -> impl Strategy<Value = Op> {
    let sla = 0..AGREEMENTS.len();
    let who = 0..PEOPLE.len();
    let amount = || prop_oneof![0..200u128, 0..40_000u128];
    let units = || prop_oneof![0..4u64, 0..30u64];
    let backer = || 1..4usize;
    let credit = || prop_oneof![Just(1_000_000_000u32), 0u32..=1_000_000_000];
    let percent = || prop_oneof![Just(100u128), 0..110u128];
    prop_oneof![
        2 => (sla.clone(), amount()).prop_map(|(a, x)| Op::Stake(a, x)),
        4 => (sla.clone(), 0..10_000u128).prop_map(|(a, x)| Op::Withdraw(a, x)),
        2 => (sla.clone(), 0..500u128).prop_map(|(a, x)| Op::Fund(a, x)),
        14 => (sla.clone(), who.clone(), units(), 0..8u32).prop_map(|(a, w, u, p)| Op::Subscribe(a, w, u, p)),
        4 => (sla.clone(), who.clone(), 0..4u64, 0..8u32).prop_map(|(a, w, u, p)| Op::Sponsor(a, w, u, p)),
        5 => (sla.clone(), who.clone(), 0..2usize).prop_map(|(a, w, n)| Op::Cancel(a, w, n)),
        6 => (sla.clone(), who.clone(), 0..2usize, 0..4u32).prop_map(|(a, w, n, p)| Op::Extend(a, w, n, p)),
        2 => (sla.clone(), any_pricing(), 0..3u32).prop_map(|(a, p, n)| Op::Propose(a, p, n)),
        1 => (sla.clone(), 500_000_000u32..=1_000_000_000, 0..3u32)
            .prop_map(|(a, s, n)| Op::Improve(a, Perbill::from_parts(s), n)),
        1 => (sla.clone(), 0..300u128, 0..3u32).prop_map(|(a, x, n)| Op::RaisePrice(a, x, n)),
        12 => (sla.clone(), who.clone()).prop_map(|(a, w)| Op::Accept(a, w)),
        4 => sla.clone().prop_map(Op::Amend),
        12 => (sla.clone(), backer(), prop_oneof![50..300u128, 0..40_000u128])
            .prop_map(|(a, w, x)| Op::Back(a, w, x)),
        2 => (sla.clone(), who.clone()).prop_map(|(a, w)| Op::CancelBacking(a, w)),
        10 => (sla.clone(), backer(), percent()).prop_map(|(a, w, x)| Op::Notice(a, w, x)),
        2 => (sla.clone(), who.clone(), percent()).prop_map(|(a, w, x)| Op::WithdrawNotice(a, w, x)),
        12 => (sla.clone(), backer(), percent()).prop_map(|(a, w, x)| Op::Exit(a, w, x)),
        1 => (0..12u32, 0..12u32).prop_map(|(p, t)| Op::ClaimFee(p, t)),
        6 => (sla.clone(), who.clone(), 0..6u64).prop_map(|(a, w, x)| Op::SetMember(a, w, x)),
        5 => (sla.clone(), who.clone()).prop_map(|(a, w)| Op::Claim(a, w)),
        1 => (sla.clone(), who.clone(), amount()).prop_map(|(a, w, x)| Op::HoldWallet(a, w, x)),
        5 => (sla.clone(), sla.clone(), who.clone(), 0..110u128).prop_map(|(a, b, w, x)| Op::HoldClaimable(a, b, w, x)),
        2 => (sla.clone(), 0..2_000u128).prop_map(|(a, x)| Op::Release(a, x)),
        2 => (sla.clone(), who.clone(), 0..2_000u128).prop_map(|(a, w, x)| Op::Refund(a, w, x)),
        20 => (sla.clone(), 0..8u8, credit(), prop::option::of(who.clone()))
            .prop_map(|(a, o, s, w)| Op::Settle(a, o, s, w)),
        1 => (0..4u8).prop_map(Op::Reporters),
        1 => (0..300u128).prop_map(Op::Fee),
        3 => (0..12u32).prop_map(Op::Sweep),
        14 => (0..PERIOD * 3 / 2).prop_map(Op::Wait),
        1 => (sla.clone(), 0..3u8).prop_map(|(a, n)| if n == 0 { Op::End(a) } else { Op::Wait(PERIOD) }),
        1 => (sla, 0..500u128).prop_map(|(a, x)| Op::WithdrawRewards(a, x)),
    ]
}

/// Terms with numbers that do not divide.
pub(super) fn any_pricing() -> impl Strategy<Value = Pricing> {
    let share = || prop_oneof![1 => Just(1_000_000_000u32), 2 => 0u32..=1_000_000_000];
    let price = prop_oneof![Just(0u128), 0..1_500u128, 0..1_500u128];
    let premium = prop_oneof![Just(0u32), Just(200_000_000u32), share()];
    (price, 0..4_000u128, prop::array::uniform4(share()), 0..200u128, premium).prop_map(
        |(unit_price, cover_per_unit, shares, team_reward, premium)| {
            let [credit_cap, at_risk, max_bonus, no_data_pay] = shares.map(Perbill::from_parts);
            let premium_share = Perbill::from_parts(premium);
            Pricing {
                unit_price,
                cover_per_unit,
                credit_cap,
                at_risk,
                max_bonus,
                premium_share,
                team_reward,
                no_data_pay,
            }
        },
    )
}
