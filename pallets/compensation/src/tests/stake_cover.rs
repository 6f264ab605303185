// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::Event;

#[test]
fn stake_cover_should_move_the_amount_into_the_junior_bucket() {
    ExtBuilder::default().build_and_execute(|| {
        let before = wallet(PROVIDER);
        assert_ok!(Compensation::stake_cover(signed(PROVIDER), SLA, 700));
        assert_ok!(Compensation::stake_cover(signed(PROVIDER), SLA, 300));
        assert_eq!(buckets(), Buckets { junior: 1_000, ..Default::default() });
        assert_eq!(wallet(PROVIDER), before - 1_000);
        assert_eq!(wallet(Compensation::pool_account(SLA)), ED + 1_000);
        assert_eq!(last_event(), Event::CoverStaked { agreement: SLA, amount: 300 });
    });
}

#[test]
fn stake_cover_should_fail_when_the_caller_is_not_the_provider() {
    ExtBuilder::default().build_and_execute(|| {
        assert_noop!(Compensation::stake_cover(signed(ALICE), SLA, 1), Error::<Test>::NotAuthorized);
        assert_noop!(Compensation::stake_cover(RuntimeOrigin::root(), SLA, 1), DispatchError::BadOrigin);
        assert_noop!(Compensation::stake_cover(RuntimeOrigin::none(), SLA, 1), DispatchError::BadOrigin);
    });
}

#[test]
fn stake_cover_should_fail_when_it_makes_no_sense() {
    ExtBuilder::default().build_and_execute(|| {
        assert_noop!(Compensation::stake_cover(signed(PROVIDER), UNKNOWN, 1), Error::<Test>::PoolNotFound);
        assert_noop!(Compensation::stake_cover(signed(PROVIDER), SLA, 0), Error::<Test>::ZeroAmount);
        stake(SLA, 1);
        end(SLA, AgreementStatus::Terminated);
        assert_noop!(Compensation::stake_cover(signed(PROVIDER), SLA, 1), Error::<Test>::WrongState);
    });
}

#[test]
fn stake_cover_should_fail_when_the_wallet_would_not_survive() {
    ExtBuilder::default().build_and_execute(|| {
        let all = wallet(PROVIDER);
        assert_noop!(Compensation::stake_cover(signed(PROVIDER), SLA, Balance::MAX), Error::<Test>::InsufficientFunds);
        assert_noop!(Compensation::stake_cover(signed(PROVIDER), SLA, all), Error::<Test>::InsufficientFunds);
        assert_noop!(Compensation::stake_cover(signed(PROVIDER), SLA, all - ED + 1), Error::<Test>::InsufficientFunds);
        assert_ok!(Compensation::stake_cover(signed(PROVIDER), SLA, all - ED));
        // On top of what is there, the sum itself would be out of range.
        assert_noop!(Compensation::stake_cover(signed(PROVIDER), SLA, Balance::MAX), Error::<Test>::AmountTooLarge);
    });
}
