// SPDX-License-Identifier: Apache-2.0

use super::*;

#[test]
fn register_reporter_should_hold_the_bond() {
    build_and_execute(|| {
        assert_ok!(SliOracle::register_reporter(signed(ALICE), MIN_BOND + 5, uri("https://alice")));
        let reporter = Reporter {
            uri: uri("https://alice"),
            bond: MIN_BOND + 5,
            state: ReporterState::Active,
            reports: 0,
            strikes: 0,
            since: ENDED,
            away: None,
            forgiven_at: 0,
        };
        assert_eq!(Reporters::<Test>::get(ALICE), Some(reporter));
        assert_eq!((ActiveIndex::<Test>::get(ALICE), ActiveReporters::<Test>::get(0)), (Some(0), Some(ALICE)));
        assert_eq!(held(ALICE), MIN_BOND + 5);
        assert_eq!(Balances::balance(&ALICE), WALLET - MIN_BOND - 5);
        assert_eq!(last_event(), Event::ReporterRegistered { reporter: ALICE, bond: MIN_BOND + 5 });
    });
}

#[test]
fn register_reporter_should_fail_when_the_bond_is_below_the_minimum() {
    build_and_execute(|| {
        assert_noop!(SliOracle::register_reporter(signed(ALICE), MIN_BOND - 1, uri("")), Error::<Test>::BondTooSmall);
        assert_ok!(SliOracle::register_reporter(signed(ALICE), MIN_BOND, uri("")));
    });
}

#[test]
fn register_reporter_should_leave_the_existential_deposit_when_all_is_bonded() {
    build_and_execute(|| {
        let most = WALLET - EXISTENTIAL_DEPOSIT;
        for bond in [most + 1, Balance::MAX] {
            assert_noop!(
                SliOracle::register_reporter(signed(ALICE), bond, uri("")),
                Error::<Test>::InsufficientBalance
            );
        }
        assert_ok!(SliOracle::register_reporter(signed(ALICE), most, uri("")));
        assert_eq!(Balances::balance(&ALICE), EXISTENTIAL_DEPOSIT);
    });
}

#[test]
fn register_reporter_should_fail_when_the_account_has_nothing() {
    build_and_execute(|| {
        assert_noop!(SliOracle::register_reporter(signed(POOR), MIN_BOND, uri("")), Error::<Test>::InsufficientBalance);
    });
}

#[test]
fn register_reporter_should_fail_when_registered() {
    build_and_execute(|| {
        register(&[ALICE]);
        assert_noop!(SliOracle::register_reporter(signed(ALICE), MIN_BOND, uri("")), Error::<Test>::AlreadyRegistered);
        assert_ok!(SliOracle::leave(signed(ALICE)));
        assert_noop!(SliOracle::register_reporter(signed(ALICE), MIN_BOND, uri("")), Error::<Test>::AlreadyRegistered);
    });
}

#[test]
fn register_reporter_should_fail_when_not_signed() {
    build_and_execute(|| {
        for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
            assert_noop!(SliOracle::register_reporter(origin, MIN_BOND, uri("")), DispatchError::BadOrigin);
        }
    });
}
