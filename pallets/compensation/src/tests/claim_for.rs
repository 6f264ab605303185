// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::Event;

#[test]
fn claim_for_should_pay_the_beneficiary_and_not_the_caller() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 8_000);
        subscribe(ALICE, 1, 1);
        settle(SLA, &missed(50));
        let before = (wallet(ALICE), wallet(BOB));
        assert_ok!(Compensation::claim_for(signed(BOB), SLA, ALICE));
        assert_eq!((wallet(ALICE), wallet(BOB)), (before.0 + 600 + 2_500, before.1));
        assert_eq!(last_event(), Event::Claimed { agreement: SLA, who: ALICE, amount: 3_100, by: Some(BOB) });
    });
}

#[test]
fn claim_for_should_pay_the_provider_when_a_stranger_asks() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 8_000);
        subscribe(ALICE, 1, 1);
        settle(SLA, &met());
        let before = wallet(PROVIDER);
        assert_ok!(Compensation::claim_for(signed(BOB), SLA, PROVIDER));
        assert_eq!(wallet(PROVIDER), before + 1_000);
    });
}

#[test]
fn claim_for_should_fail_when_there_is_nothing_to_pay() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = |origin, agreement, who| Compensation::claim_for(origin, agreement, who);
        assert_noop!(claim(signed(BOB), SLA, ALICE), Error::<Test>::NothingToClaim);
        assert_noop!(claim(signed(BOB), SLA, Compensation::pool_account(SLA)), Error::<Test>::NothingToClaim);
        assert_noop!(claim(signed(BOB), UNKNOWN, ALICE), Error::<Test>::PoolNotFound);
        assert_noop!(claim(RuntimeOrigin::none(), SLA, ALICE), DispatchError::BadOrigin);
    });
}

#[test]
fn claim_for_should_fail_without_loss_when_the_wallet_cannot_be_created() {
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(Compensation::fund_rewards(signed(PROVIDER), SLA, 200));
        set_member(NOBODY, 1);
        set_member(ALICE, 9);
        settle(SLA, &met());
        let claim = || Compensation::claim_for(signed(BOB), SLA, NOBODY);
        assert_noop!(claim(), Error::<Test>::BelowExistentialDeposit);
        assert_eq!(claimable(NOBODY), ED - 1);
    });
}
