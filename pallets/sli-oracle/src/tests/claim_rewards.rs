// SPDX-License-Identifier: Apache-2.0

use super::*;

#[test]
fn claim_rewards_should_pay_the_caller_once() {
    build_and_execute(|| {
        round_of(ROUND, &[ALICE, BOB]);
        assert_eq!(reward(ROUND, 100), Ok(100));
        assert_ok!(SliOracle::claim_rewards(signed(ALICE), AGREEMENT));
        assert_eq!(Balances::balance(&ALICE), WALLET - MIN_BOND + 50);
        assert_eq!((claimable(ALICE), claimable(BOB)), (0, 50));
        assert_eq!(last_event(), Event::RewardsClaimed { agreement: AGREEMENT, reporter: ALICE, amount: 50 });
        assert_noop!(SliOracle::claim_rewards(signed(ALICE), AGREEMENT), Error::<Test>::NothingToClaim);
    });
}

#[test]
fn claim_rewards_should_leave_nothing_behind_when_all_have_claimed() {
    build_and_execute(|| {
        round_of(ROUND, &COMMITTEE);
        assert_ok!(reward(ROUND, 4));
        for who in COMMITTEE {
            assert_ok!(SliOracle::claim_rewards(signed(who), AGREEMENT));
        }
        assert_eq!(Balances::balance(&SliOracle::pot()), EXISTENTIAL_DEPOSIT);
        assert!(!Rewards::<Test>::contains_key(AGREEMENT));
    });
}

#[test]
fn claim_rewards_should_fail_when_there_is_nothing() {
    build_and_execute(|| {
        round_of(ROUND, &[ALICE]);
        assert_ok!(reward(ROUND, 100));
        assert_noop!(SliOracle::claim_rewards(signed(STRANGER), AGREEMENT), Error::<Test>::NothingToClaim);
        assert_noop!(SliOracle::claim_rewards(signed(ALICE), AgreementId(8)), Error::<Test>::NothingToClaim);
    });
}

#[test]
fn claim_rewards_should_pay_when_the_reporter_has_withdrawn() {
    build_and_execute(|| {
        round_of(ROUND, &[ALICE]);
        assert_ok!(reward(ROUND, 100));
        assert_ok!(SliOracle::leave(signed(ALICE)));
        Clock::set(ENDED + UNBONDING);
        assert_ok!(SliOracle::withdraw_bond(signed(ALICE)));
        assert_ok!(SliOracle::claim_rewards(signed(ALICE), AGREEMENT));
        assert_eq!(Balances::balance(&ALICE), WALLET + 100);
    });
}

#[test]
fn claim_rewards_should_fail_when_not_signed() {
    build_and_execute(|| {
        assert_noop!(SliOracle::claim_rewards(RuntimeOrigin::root(), AGREEMENT), DispatchError::BadOrigin);
    });
}
