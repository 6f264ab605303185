// SPDX-License-Identifier: Apache-2.0

use super::*;

#[test]
fn update_reporter_should_change_the_uri_only() {
    build_and_execute(|| {
        register(&[ALICE]);
        let before = Reporters::<Test>::get(ALICE).unwrap();
        assert_ok!(SliOracle::update_reporter(signed(ALICE), uri("https://new")));
        assert_eq!(Reporters::<Test>::get(ALICE), Some(Reporter { uri: uri("https://new"), ..before }));
        assert_eq!(last_event(), Event::ReporterUpdated { reporter: ALICE });
    });
}

#[test]
fn update_reporter_should_fail_when_not_registered() {
    build_and_execute(|| {
        assert_noop!(SliOracle::update_reporter(signed(STRANGER), uri("")), Error::<Test>::ReporterNotFound);
    });
}

#[test]
fn update_reporter_should_fail_when_leaving() {
    build_and_execute(|| {
        register(&[ALICE]);
        assert_ok!(SliOracle::leave(signed(ALICE)));
        assert_noop!(SliOracle::update_reporter(signed(ALICE), uri("")), Error::<Test>::ReporterLeaving);
    });
}

#[test]
fn update_reporter_should_fail_when_not_signed() {
    build_and_execute(|| {
        assert_noop!(SliOracle::update_reporter(RuntimeOrigin::root(), uri("")), DispatchError::BadOrigin);
    });
}
