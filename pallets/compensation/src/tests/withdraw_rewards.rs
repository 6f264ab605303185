// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::Event;

#[test]
fn withdraw_rewards_should_pay_the_provider_when_the_agreement_has_ended() {
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(Compensation::fund_rewards(signed(PROVIDER), SLA, 700));
        let before = wallet(PROVIDER);
        assert_noop!(Compensation::withdraw_rewards(signed(PROVIDER), SLA, 100), Error::<Test>::WrongState);
        end(SLA, AgreementStatus::Terminated);
        assert_ok!(Compensation::withdraw_rewards(signed(PROVIDER), SLA, 100));
        assert_eq!(last_event(), Event::RewardsWithdrawn { agreement: SLA, amount: 100 });
        assert_eq!(wallet(PROVIDER), before + 100);
        assert_noop!(Compensation::withdraw_rewards(signed(PROVIDER), SLA, 601), Error::<Test>::InsufficientRewards);
        assert_noop!(
            Compensation::withdraw_rewards(signed(PROVIDER), SLA, Balance::MAX),
            Error::<Test>::InsufficientRewards
        );
        assert_noop!(Compensation::withdraw_rewards(signed(PROVIDER), SLA, 0), Error::<Test>::ZeroAmount);
        // The last of it closes the pool, and the deposit comes back as well.
        assert_ok!(Compensation::withdraw_rewards(signed(PROVIDER), SLA, 600));
        assert_eq!(last_event(), Event::PoolClosed { agreement: SLA, amount: ED, to: Some(PROVIDER) });
        assert_eq!(wallet(PROVIDER), RICH);
    });
}

#[test]
fn withdraw_rewards_should_fail_when_the_caller_is_not_the_provider() {
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(Compensation::fund_rewards(signed(PROVIDER), SLA, 700));
        end(SLA, AgreementStatus::Terminated);
        assert_noop!(Compensation::withdraw_rewards(signed(ALICE), SLA, 1), Error::<Test>::NotAuthorized);
        assert_noop!(Compensation::withdraw_rewards(RuntimeOrigin::root(), SLA, 1), DispatchError::BadOrigin);
        assert_noop!(Compensation::withdraw_rewards(signed(PROVIDER), UNKNOWN, 1), Error::<Test>::PoolNotFound);
    });
}

#[test]
fn withdraw_rewards_should_fail_when_the_wallet_does_not_exist() {
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(Compensation::fund_rewards(signed(PROVIDER), SLA, 700));
        end(SLA, AgreementStatus::Terminated);
        let rest = wallet(PROVIDER);
        assert_ok!(Balances::transfer_allow_death(signed(PROVIDER), ALICE, rest));
        let withdraw = |amount| Compensation::withdraw_rewards(signed(PROVIDER), SLA, amount);
        assert_noop!(withdraw(ED - 1), Error::<Test>::BelowExistentialDeposit);
        assert_ok!(withdraw(ED));
    });
}
