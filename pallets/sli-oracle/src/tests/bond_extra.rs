// SPDX-License-Identifier: Apache-2.0

use super::*;

#[test]
fn bond_extra_should_add_to_the_bond() {
    build_and_execute(|| {
        register(&[ALICE]);
        assert_ok!(SliOracle::bond_extra(signed(ALICE), 1));
        assert_eq!(Reporters::<Test>::get(ALICE).unwrap().bond, MIN_BOND + 1);
        assert_eq!(held(ALICE), MIN_BOND + 1);
        assert_eq!(last_event(), Event::BondIncreased { reporter: ALICE, bond: MIN_BOND + 1 });
    });
}

#[test]
fn bond_extra_should_lift_a_bond_to_a_raised_minimum() {
    build_and_execute(|| {
        register(&[ALICE]);
        MinBond::set(&(MIN_BOND + 10));
        assert_ok!(SliOracle::bond_extra(signed(ALICE), 9));
        assert_noop!(submit(ALICE, &[latency(ROUND, 100)]), Error::<Test>::BondTooSmall);
        assert_ok!(SliOracle::bond_extra(signed(ALICE), 1));
        assert_ok!(submit(ALICE, &[latency(ROUND, 100)]));
    });
}

#[test]
fn bond_extra_should_fail_when_the_amount_is_zero() {
    build_and_execute(|| {
        register(&[ALICE]);
        assert_noop!(SliOracle::bond_extra(signed(ALICE), 0), Error::<Test>::AmountZero);
    });
}

#[test]
fn bond_extra_should_fail_when_the_wallet_does_not_cover_it() {
    build_and_execute(|| {
        register(&[ALICE]);
        let most = WALLET - MIN_BOND - EXISTENTIAL_DEPOSIT;
        assert_noop!(SliOracle::bond_extra(signed(ALICE), most + 1), Error::<Test>::InsufficientBalance);
        // The largest amount that does not overflow the bond.
        assert_noop!(SliOracle::bond_extra(signed(ALICE), Balance::MAX - MIN_BOND), Error::<Test>::InsufficientBalance);
        assert_noop!(SliOracle::bond_extra(signed(ALICE), Balance::MAX), sp_runtime::ArithmeticError::Overflow);
        assert_ok!(SliOracle::bond_extra(signed(ALICE), most));
    });
}

#[test]
fn bond_extra_should_fail_when_not_registered() {
    build_and_execute(|| {
        assert_noop!(SliOracle::bond_extra(signed(STRANGER), 1), Error::<Test>::ReporterNotFound);
    });
}

#[test]
fn bond_extra_should_fail_when_leaving() {
    build_and_execute(|| {
        register(&[ALICE]);
        assert_ok!(SliOracle::leave(signed(ALICE)));
        assert_noop!(SliOracle::bond_extra(signed(ALICE), 1), Error::<Test>::ReporterLeaving);
    });
}

#[test]
fn bond_extra_should_fail_when_not_signed() {
    build_and_execute(|| {
        assert_noop!(SliOracle::bond_extra(RuntimeOrigin::root(), 1), DispatchError::BadOrigin);
    });
}

#[test]
fn bond_extra_should_end_a_suspension_when_the_bond_is_full_again() {
    build_and_execute(|| {
        register(&[ALICE]);
        strike(ALICE, MAX_STRIKES);
        let missing = MIN_BOND - held(ALICE);
        assert_ok!(SliOracle::bond_extra(signed(ALICE), missing - 1));
        assert_eq!(Reporters::<Test>::get(ALICE).unwrap().state, ReporterState::Suspended);
        assert_noop!(submit(ALICE, &[latency(ROUND, 100)]), Error::<Test>::BondTooSmall);
        assert_ok!(SliOracle::bond_extra(signed(ALICE), 1));
        assert_eq!(Reporters::<Test>::get(ALICE).unwrap().state, ReporterState::Active);
        assert_eq!(ActiveIndex::<Test>::get(ALICE), Some(0));
        assert_ok!(submit(ALICE, &[latency(ROUND, 100)]));
    });
}
