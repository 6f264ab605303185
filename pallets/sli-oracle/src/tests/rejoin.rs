// SPDX-License-Identifier: Apache-2.0

use super::*;

fn left(who: AccountId) {
    register(&[who]);
    assert_ok!(SliOracle::leave(signed(who)));
}

#[test]
fn rejoin_should_take_the_leave_back() {
    build_and_execute(|| {
        register(&[BOB]);
        left(ALICE);
        Clock::set(ENDED + 5);
        assert_ok!(SliOracle::rejoin(signed(ALICE)));
        let reporter = Reporters::<Test>::get(ALICE).unwrap();
        assert_eq!((reporter.state, reporter.since), (ReporterState::Active, ENDED));
        assert_eq!(reporter.away, Some(Absence { from: ENDED, to: ENDED + 5 }));
        assert_eq!(ActiveIndex::<Test>::get(ALICE), Some(1));
        assert_eq!(held(ALICE), MIN_BOND);
        assert_eq!(last_event(), Event::ReporterRejoined { reporter: ALICE });
        assert_ok!(submit(ALICE, &[latency(ROUND, 100)]));
    });
}

#[test]
fn rejoin_should_work_until_the_bond_is_withdrawn() {
    build_and_execute(|| {
        left(ALICE);
        left(BOB);
        Clock::set(ENDED + 2 * UNBONDING);
        assert_ok!(SliOracle::rejoin(signed(ALICE)));
        assert_noop!(SliOracle::withdraw_bond(signed(ALICE)), Error::<Test>::ReporterActive);
        assert_ok!(SliOracle::withdraw_bond(signed(BOB)));
        assert_noop!(SliOracle::rejoin(signed(BOB)), Error::<Test>::ReporterNotFound);
    });
}

#[test]
fn rejoin_should_keep_strikes_and_reports() {
    build_and_execute(|| {
        register(&[ALICE]);
        assert_ok!(submit(ALICE, &[latency(ROUND, 100)]));
        strike(ALICE, 2);
        assert_ok!(SliOracle::leave(signed(ALICE)));
        assert_ok!(SliOracle::rejoin(signed(ALICE)));
        let reporter = Reporters::<Test>::get(ALICE).unwrap();
        assert_eq!((reporter.strikes, reporter.reports), (2, 1));
    });
}

#[test]
fn rejoin_should_fail_when_the_bond_is_too_small() {
    build_and_execute(|| {
        left(ALICE);
        left(BOB);
        strike(BOB, MAX_STRIKES);
        assert_noop!(SliOracle::rejoin(signed(BOB)), Error::<Test>::BondTooSmall);
        MinBond::set(&(MIN_BOND + 1));
        assert_noop!(SliOracle::rejoin(signed(ALICE)), Error::<Test>::BondTooSmall);
    });
}

/// An absence is remembered as long as it can matter.
#[test]
fn rejoin_should_fail_when_the_last_return_was_not_long_ago() {
    for (later, expected) in [(MIN_UNBONDING - 1, Err(Error::<Test>::RejoinedRecently.into())), (MIN_UNBONDING, Ok(()))]
    {
        build_and_execute(|| {
            left(ALICE);
            Clock::set(ENDED + 10);
            assert_ok!(SliOracle::rejoin(signed(ALICE)));
            Clock::set(ENDED + 20);
            assert_ok!(SliOracle::leave(signed(ALICE)));
            Clock::set(ENDED + 10 + later);
            assert_eq!(SliOracle::rejoin(signed(ALICE)), expected);
        });
    }
}

#[test]
fn rejoin_should_fail_when_the_reporter_has_not_left() {
    build_and_execute(|| {
        register(&[ALICE]);
        assert_noop!(SliOracle::rejoin(signed(ALICE)), Error::<Test>::ReporterActive);
        strike(ALICE, MAX_STRIKES);
        assert_noop!(SliOracle::rejoin(signed(ALICE)), Error::<Test>::ReporterActive);
        assert_noop!(SliOracle::rejoin(signed(STRANGER)), Error::<Test>::ReporterNotFound);
    });
}

#[test]
fn rejoin_should_fail_when_not_signed() {
    build_and_execute(|| {
        for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
            assert_noop!(SliOracle::rejoin(origin), DispatchError::BadOrigin);
        }
    });
}
