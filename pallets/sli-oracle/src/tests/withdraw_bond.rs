// SPDX-License-Identifier: Apache-2.0

use super::*;

fn left(who: AccountId) {
    register(&[who]);
    assert_ok!(SliOracle::leave(signed(who)));
}

#[test]
fn withdraw_bond_should_release_the_bond_and_remove_the_reporter() {
    build_and_execute(|| {
        left(ALICE);
        Clock::set(ENDED + UNBONDING);
        assert_ok!(SliOracle::withdraw_bond(signed(ALICE)));
        assert_eq!(Reporters::<Test>::get(ALICE), None);
        assert_eq!((held(ALICE), Balances::balance(&ALICE)), (0, WALLET));
        assert_eq!(last_event(), Event::BondWithdrawn { reporter: ALICE, amount: MIN_BOND });
        register(&[ALICE]);
    });
}

#[test]
fn withdraw_bond_should_respect_the_end_of_the_unbonding() {
    for (now, expected) in [
        (ENDED + UNBONDING - 1, Err(Error::<Test>::TooEarly.into())),
        (ENDED + UNBONDING, Ok(())),
        (ENDED + UNBONDING + 1, Ok(())),
    ] {
        build_and_execute(|| {
            left(ALICE);
            Clock::set(now);
            assert_eq!(SliOracle::withdraw_bond(signed(ALICE)), expected);
        });
    }
}

#[test]
fn withdraw_bond_should_give_back_what_was_bonded_when_the_minimum_has_changed() {
    for minimum in [0, Balance::MAX] {
        build_and_execute(|| {
            left(ALICE);
            MinBond::set(&minimum);
            Clock::set(ENDED + UNBONDING);
            assert_ok!(SliOracle::withdraw_bond(signed(ALICE)));
            assert_eq!(Balances::balance(&ALICE), WALLET);
        });
    }
}

#[test]
fn withdraw_bond_should_fail_when_nobody_left() {
    build_and_execute(|| {
        register(&[ALICE]);
        Clock::set(Moment::MAX);
        assert_noop!(SliOracle::withdraw_bond(signed(ALICE)), Error::<Test>::ReporterActive);
    });
}

#[test]
fn withdraw_bond_should_fail_when_not_registered() {
    build_and_execute(|| {
        assert_noop!(SliOracle::withdraw_bond(signed(STRANGER)), Error::<Test>::ReporterNotFound);
        left(ALICE);
        Clock::set(ENDED + UNBONDING);
        assert_ok!(SliOracle::withdraw_bond(signed(ALICE)));
        assert_noop!(SliOracle::withdraw_bond(signed(ALICE)), Error::<Test>::ReporterNotFound);
    });
}

#[test]
fn withdraw_bond_should_fail_when_not_signed() {
    build_and_execute(|| {
        assert_noop!(SliOracle::withdraw_bond(RuntimeOrigin::root()), DispatchError::BadOrigin);
    });
}
