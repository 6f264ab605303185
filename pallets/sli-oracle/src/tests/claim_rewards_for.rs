// SPDX-License-Identifier: Apache-2.0

use super::*;

#[test]
fn claim_rewards_for_should_pay_the_reporter_whoever_calls() {
    build_and_execute(|| {
        round_of(ROUND, &[ALICE]);
        assert_ok!(reward(ROUND, 100));
        assert_ok!(SliOracle::claim_rewards_for(signed(STRANGER), AGREEMENT, ALICE));
        assert_eq!(Balances::balance(&ALICE), WALLET - MIN_BOND + 100);
        assert_eq!(Balances::balance(&STRANGER), WALLET);
        assert_eq!(last_event(), Event::RewardsClaimed { agreement: AGREEMENT, reporter: ALICE, amount: 100 });
    });
}

/// Lets `ALICE` earn `amount` and then withdraw her bond and give everything away, so that her account is gone.
fn earn_and_vanish(amount: Balance) {
    round_of(ROUND, &[ALICE]);
    assert_ok!(reward(ROUND, amount));
    assert_ok!(SliOracle::leave(signed(ALICE)));
    Clock::set(ENDED + UNBONDING);
    assert_ok!(SliOracle::withdraw_bond(signed(ALICE)));
    assert_ok!(Balances::transfer(&ALICE, &STRANGER, WALLET, Preservation::Expendable));
    assert_eq!(Balances::total_balance(&ALICE), 0);
}

#[test]
fn claim_rewards_for_should_keep_the_rewards_when_the_payee_stays_below_the_existential_deposit() {
    build_and_execute(|| {
        earn_and_vanish(EXISTENTIAL_DEPOSIT - 1);
        assert_noop!(
            SliOracle::claim_rewards_for(signed(STRANGER), AGREEMENT, ALICE),
            Error::<Test>::PayeeBelowMinimum
        );
        assert_eq!(claimable(ALICE), EXISTENTIAL_DEPOSIT - 1);
        assert_ok!(Balances::transfer(&STRANGER, &ALICE, EXISTENTIAL_DEPOSIT, Preservation::Preserve));
        assert_ok!(SliOracle::claim_rewards_for(signed(STRANGER), AGREEMENT, ALICE));
        assert_eq!(Balances::balance(&ALICE), 2 * EXISTENTIAL_DEPOSIT - 1);
    });
}

#[test]
fn claim_rewards_for_should_revive_the_payee_when_the_rewards_reach_the_existential_deposit() {
    for amount in [EXISTENTIAL_DEPOSIT, EXISTENTIAL_DEPOSIT + 1] {
        build_and_execute(|| {
            earn_and_vanish(amount);
            assert_ok!(SliOracle::claim_rewards_for(signed(STRANGER), AGREEMENT, ALICE));
            assert_eq!(Balances::balance(&ALICE), amount);
        });
    }
}

#[test]
fn claim_rewards_for_should_fail_when_the_caller_but_not_the_reporter_has_rewards() {
    build_and_execute(|| {
        round_of(ROUND, &[ALICE]);
        assert_ok!(reward(ROUND, 100));
        assert_noop!(SliOracle::claim_rewards_for(signed(ALICE), AGREEMENT, BOB), Error::<Test>::NothingToClaim);
    });
}

#[test]
fn claim_rewards_for_should_fail_when_not_signed() {
    build_and_execute(|| {
        assert_noop!(SliOracle::claim_rewards_for(RuntimeOrigin::root(), AGREEMENT, ALICE), DispatchError::BadOrigin);
    });
}
