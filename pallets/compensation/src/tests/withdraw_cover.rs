// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{Event, WeightInfo};

#[test]
fn withdraw_cover_should_pay_the_provider_when_nobody_needs_it() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 1_000);
        let before = wallet(PROVIDER);
        assert_ok!(Compensation::withdraw_cover(signed(PROVIDER), SLA, 400));
        assert_eq!(last_event(), Event::CoverWithdrawn { agreement: SLA, amount: 400 });
        assert_eq!((buckets().junior, wallet(PROVIDER)), (600, before + 400));
    });
}

#[test]
fn withdraw_cover_should_leave_what_the_fullest_prepaid_period_needs() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 20_000);
        // Periods 0..3 with two units, period 1.. with three more.
        subscribe(ALICE, 2, 3);
        Now::set(START);
        subscribe(BOB, 1, 1);
        assert_eq!(Compensation::cover_required(SLA), Ok(3 * 4_000));
        assert_noop!(Compensation::withdraw_cover(signed(PROVIDER), SLA, 8_001), Error::<Test>::CoverNeeded);
        assert_ok!(Compensation::withdraw_cover(signed(PROVIDER), SLA, 8_000));
        // Periods 0 and 1 are over but not settled: their customers count together.
        Now::set(START + 2 * PERIOD);
        assert_eq!(Compensation::cover_required(SLA), Ok((2 + 3 + 2) * 4_000));
        settle_now(SLA, &met(), None);
        assert_eq!(Compensation::cover_required(SLA), Ok((3 + 2) * 4_000));
        settle_now(SLA, &met(), None);
        assert_eq!(Compensation::cover_required(SLA), Ok(2 * 4_000));
        settle(SLA, &met());
        assert_eq!(Compensation::cover_required(SLA), Ok(0));
        assert_ok!(Compensation::withdraw_cover(signed(PROVIDER), SLA, 12_000));
    });
}

#[test]
fn withdraw_cover_should_leave_what_all_periods_need_that_may_have_been_missed() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 8_000);
        subscribe(ALICE, 1, 2);
        // While none is over, one period's worth must stay.
        Now::set(START + PERIOD - 1);
        assert_eq!(Compensation::cover_required(SLA), Ok(4_000));
        // The provider knows that both were missed, and the chain does not yet.
        Now::set(START + 2 * PERIOD);
        assert_eq!(Compensation::cover_required(SLA), Ok(8_000));
        assert_noop!(Compensation::withdraw_cover(signed(PROVIDER), SLA, 1), Error::<Test>::CoverNeeded);
        settle_now(SLA, &missed(100), None);
        settle_now(SLA, &missed(100), None);
        assert_eq!(Compensation::claimable(SLA, &ALICE).compensation, 8_000);
    });
}

#[test]
fn withdraw_cover_should_fail_when_the_pool_is_short_already() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 4_000);
        subscribe(ALICE, 1, 2);
        settle(SLA, &missed(10));
        assert_eq!((buckets().junior, Compensation::cover_required(SLA)), (3_500, Ok(4_000)));
        assert_noop!(Compensation::withdraw_cover(signed(PROVIDER), SLA, 1), Error::<Test>::CoverNeeded);
    });
}

#[test]
fn withdraw_cover_should_fail_when_it_makes_no_sense() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 100);
        let withdraw = |who, agreement, amount| Compensation::withdraw_cover(signed(who), agreement, amount);
        assert_noop!(withdraw(PROVIDER, UNKNOWN, 1), Error::<Test>::PoolNotFound);
        assert_noop!(withdraw(ALICE, SLA, 1), Error::<Test>::NotAuthorized);
        assert_noop!(withdraw(PROVIDER, SLA, 0), Error::<Test>::ZeroAmount);
        assert_noop!(withdraw(PROVIDER, SLA, 101), Error::<Test>::InsufficientCover);
        assert_noop!(withdraw(PROVIDER, SLA, Balance::MAX), Error::<Test>::InsufficientCover);
        assert_noop!(Compensation::withdraw_cover(RuntimeOrigin::root(), SLA, 1), DispatchError::BadOrigin);
        let rest = wallet(PROVIDER);
        assert_ok!(Balances::transfer_allow_death(signed(PROVIDER), ALICE, rest));
        assert_noop!(withdraw(PROVIDER, SLA, ED - 1), Error::<Test>::BelowExistentialDeposit);
        assert_ok!(withdraw(PROVIDER, SLA, ED));
    });
}

#[test]
fn withdraw_cover_should_fail_when_too_many_periods_wait_for_settlement() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 8_000);
        // The last prepaid boundary is 12: all twelve periods count, which is just bearable.
        Now::set(START + 5 * PERIOD);
        subscribe(ALICE, 1, 6);
        assert_eq!(2 * MAX_PREPAID, PERIODS);
        assert_ok!(Compensation::withdraw_cover(signed(PROVIDER), SLA, 1));
        crate::Pools::<Test>::mutate(SLA, |pool| pool.as_mut().unwrap().prepaid_until = 13);
        // Beyond its end nothing counts.
        assert_ok!(Compensation::cover_required(SLA));
        Agreements::mutate(|all| all.get_mut(&SLA).unwrap().periods = 13);
        assert_noop!(Compensation::withdraw_cover(signed(PROVIDER), SLA, 1), Error::<Test>::SettlementBehind);
        assert_eq!(Compensation::cover_required(SLA), Err(Error::<Test>::SettlementBehind.into()));
    });
}

#[test]
fn withdraw_cover_should_return_everything_when_the_agreement_has_ended() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 8_000);
        subscribe(ALICE, 1, 6);
        end(SLA, AgreementStatus::Terminated);
        assert_eq!(Compensation::cover_required(SLA), Ok(0));
        assert_ok!(Compensation::withdraw_cover(signed(PROVIDER), SLA, 8_000));
        assert_eq!(claimable(ALICE), 6 * 1_100);
    });
}

#[test]
fn withdraw_cover_should_cost_by_the_periods_it_looked_at() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 8_000);
        subscribe(ALICE, 1, 4);
        let post = Compensation::withdraw_cover(signed(PROVIDER), SLA, 1).unwrap();
        assert_eq!(post.actual_weight, Some(<() as WeightInfo>::withdraw_cover(4)));
    });
}

#[test]
fn withdraw_cover_should_cost_as_many_periods_as_it_looks_at() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 20_000);
        subscribe(ALICE, 1, 5);
        settle(SLA, &met());
        settle(SLA, &met());
        let post = Compensation::withdraw_cover(signed(PROVIDER), SLA, 1).unwrap();
        assert_eq!(post.actual_weight, Some(<() as WeightInfo>::withdraw_cover(3)));
    });
}
