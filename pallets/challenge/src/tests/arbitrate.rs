// SPDX-License-Identifier: Apache-2.0

use super::*;

#[test]
fn arbitrate_should_rule() {
    for (choice, says) in [(0, (990, 100)), (1, ALICE_SAYS), (2, BOB_SAYS)] {
        build_and_execute(|| {
            tied();
            assert_ok!(arbitrate(choice));
            assert_eq!((ruling().choice, ruling().by, ruling().at), (choice, Decider::Arbiter, Now::get()));
            assert_eq!(Ruled::get(ROUND), Some((indicators(says.0, says.1), 1)));
            assert!(Challenges::<Test>::get(ROUND).is_none());
            assert!(matches!(last_event(), Event::Ruled { round: ROUND, by: Decider::Arbiter, .. }));
        });
    }
}

#[test]
fn arbitrate_should_fail_outside_its_stage() {
    build_and_execute(|| {
        assert_noop!(arbitrate(0), Error::ChallengeNotFound);
        claimed();
        assert_noop!(arbitrate(0), Error::WrongStage);
        drawn();
        assert_noop!(arbitrate(0), Error::WrongStage);
        voted(&[]);
        Now::set(stored().stage.until());
        assert_noop!(arbitrate(0), Error::TooLate);
        Now::set(stored().stage.until() - 1);
        assert_ok!(arbitrate(0));
        assert_noop!(arbitrate(0), Error::ChallengeNotFound);
    });
}

#[test]
fn arbitrate_should_fail_when_there_is_no_such_choice() {
    build_and_execute(|| {
        tied();
        assert_noop!(arbitrate(3), Error::ChoiceNotFound);
        assert_noop!(arbitrate(Choice::MAX), Error::ChoiceNotFound);
    });
}

#[test]
fn arbitrate_should_change_nothing_when_the_ruling_is_refused() {
    build_and_execute(|| {
        tied();
        RuleFails::set(true);
        assert_noop!(arbitrate(1), DispatchError::Unavailable);
    });
}

#[test]
fn arbitrate_should_fail_for_others_than_the_arbiter() {
    build_and_execute(|| {
        tied();
        for origin in [signed(PROVIDER), signed(ALICE), signed(STRANGER), RuntimeOrigin::none()] {
            assert_noop!(Challenging::arbitrate(origin, ROUND, 0), DispatchError::BadOrigin);
        }
    });
}
