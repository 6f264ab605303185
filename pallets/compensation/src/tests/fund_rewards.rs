// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::Event;

#[test]
fn fund_rewards_should_move_the_amount_into_the_budget() {
    ExtBuilder::default().build_and_execute(|| {
        let before = wallet(PROVIDER);
        assert_ok!(Compensation::fund_rewards(signed(PROVIDER), SLA, 700));
        assert_eq!(buckets(), Buckets { rewards: 700, ..Default::default() });
        assert_eq!(wallet(PROVIDER), before - 700);
        assert_eq!(last_event(), Event::RewardsFunded { agreement: SLA, amount: 700 });
    });
}

#[test]
fn fund_rewards_should_fail_when_the_caller_is_not_the_provider() {
    ExtBuilder::default().build_and_execute(|| {
        assert_noop!(Compensation::fund_rewards(signed(ALICE), SLA, 1), Error::<Test>::NotAuthorized);
        assert_noop!(Compensation::fund_rewards(RuntimeOrigin::root(), SLA, 1), DispatchError::BadOrigin);
    });
}

#[test]
fn fund_rewards_should_fail_when_it_makes_no_sense() {
    ExtBuilder::default().build_and_execute(|| {
        let fund = |agreement, amount| Compensation::fund_rewards(signed(PROVIDER), agreement, amount);
        assert_noop!(fund(UNKNOWN, 1), Error::<Test>::PoolNotFound);
        assert_noop!(fund(SLA, 0), Error::<Test>::ZeroAmount);
        assert_noop!(fund(SLA, Balance::MAX), Error::<Test>::InsufficientFunds);
        assert_ok!(fund(SLA, 1));
        assert_noop!(fund(SLA, Balance::MAX), Error::<Test>::AmountTooLarge);
        end(SLA, AgreementStatus::Terminated);
        assert_noop!(fund(SLA, 1), Error::<Test>::WrongState);
    });
}
