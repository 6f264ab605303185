// SPDX-License-Identifier: Apache-2.0

use super::*;

fn until(who: AccountId) -> Moment {
    match Reporters::<Test>::get(who).unwrap().state {
        ReporterState::Leaving { until, .. } => until,
        ReporterState::Active | ReporterState::Suspended => panic!("the reporter has not left"),
    }
}

#[test]
fn leave_should_start_the_unbonding_and_keep_the_bond_held() {
    build_and_execute(|| {
        register(&[ALICE]);
        assert_ok!(SliOracle::leave(signed(ALICE)));
        assert_eq!(until(ALICE), ENDED + UNBONDING);
        assert_eq!(held(ALICE), MIN_BOND);
        assert_eq!(last_event(), Event::ReporterLeft { reporter: ALICE, until: ENDED + UNBONDING });
    });
}

#[test]
fn leave_should_outlast_open_windows_when_the_parameter_is_too_small() {
    build_and_execute(|| {
        register(&COMMITTEE);
        for (who, (parameter, applied)) in COMMITTEE.into_iter().zip([
            (0, MIN_UNBONDING),
            (MIN_UNBONDING - 1, MIN_UNBONDING),
            (MIN_UNBONDING, MIN_UNBONDING),
            (MIN_UNBONDING + 1, MIN_UNBONDING + 1),
        ]) {
            Unbonding::set(&parameter);
            assert_ok!(SliOracle::leave(signed(who)));
            assert_eq!(until(who), ENDED + applied);
        }
    });
}

#[test]
fn leave_should_not_lock_the_bond_for_good_when_the_parameter_is_too_large() {
    build_and_execute(|| {
        register(&[ALICE]);
        Unbonding::set(&Moment::MAX);
        assert_ok!(SliOracle::leave(signed(ALICE)));
        assert_eq!(until(ALICE), ENDED + MAX_UNBONDING);
    });
}

#[test]
fn leave_should_not_be_put_off_when_called_again() {
    build_and_execute(|| {
        register(&[ALICE]);
        assert_ok!(SliOracle::leave(signed(ALICE)));
        Clock::set(ENDED + 1);
        assert_noop!(SliOracle::leave(signed(ALICE)), Error::<Test>::ReporterLeaving);
    });
}

#[test]
fn leave_should_fail_when_not_registered() {
    build_and_execute(|| {
        assert_noop!(SliOracle::leave(signed(STRANGER)), Error::<Test>::ReporterNotFound);
    });
}

#[test]
fn leave_should_fail_when_not_signed() {
    build_and_execute(|| {
        assert_noop!(SliOracle::leave(RuntimeOrigin::root()), DispatchError::BadOrigin);
    });
}

#[test]
fn leave_should_take_the_reporter_out_of_the_index() {
    build_and_execute(|| {
        register(&[ALICE, BOB, CHARLIE]);
        assert_ok!(SliOracle::leave(signed(ALICE)));
        assert_eq!(ActiveCount::<Test>::get(), 2);
        assert_eq!((ActiveIndex::<Test>::get(ALICE), ActiveReporters::<Test>::get(0)), (None, Some(CHARLIE)));
    });
}

#[test]
fn leave_should_work_when_suspended() {
    build_and_execute(|| {
        register(&[ALICE]);
        strike(ALICE, MAX_STRIKES);
        assert_ok!(SliOracle::leave(signed(ALICE)));
        assert!(has_left(ALICE));
    });
}
