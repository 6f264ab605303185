// SPDX-License-Identifier: Apache-2.0

use super::*;

const NEXT: RoundId = RoundId { agreement: AGREEMENT, period: 1 };

fn give_up(who: AccountId) {
    assert_ok!(SliOracle::give_up_seat(signed(who), AGREEMENT));
}

#[test]
fn give_up_seat_should_remember_the_moment() {
    build_and_execute(|| {
        round_of(ROUND, &[ALICE, BOB]);
        Clock::set(ENDED + 7);
        give_up(ALICE);
        assert_eq!([ALICE, BOB].map(seat_of), [Some((ENDED, Some(ENDED + 7))), Some((ENDED, None))]);
        assert_eq!(last_event(), Event::SeatGivenUp { agreement: AGREEMENT, reporter: ALICE });
    });
}

/// What ends at the moment at which the seat is given up is no duty any more; what has ended before is.
#[test]
fn give_up_seat_should_free_from_periods_that_end_later_only() {
    for (given_up, expected) in [(ENDED, 0), (ENDED + 1, 1)] {
        build_and_execute(|| {
            register(&[ALICE]);
            seat(&[ALICE]);
            Clock::set(given_up);
            give_up(ALICE);
            finish_at(ROUND, ENDED + 2 * WINDOW);
            assert_eq!(strikes(ALICE), expected);
            finish_at(NEXT, ENDED + PERIOD + 2 * WINDOW);
            assert_eq!(strikes(ALICE), expected);
        });
    }
}

/// A seat frees from absence only: who reports, or commits, answers for it.
#[test]
fn give_up_seat_should_not_free_from_what_was_said() {
    build_and_execute(|| {
        round_of(ROUND, &[ALICE, BOB, CHARLIE]);
        register(&[DAVE]);
        assert_ok!(submit(DAVE, &[latency(ROUND, 900)]));
        give_up(DAVE);
        finish_at(ROUND, ENDED + WINDOW);
        assert_eq!(strikes(DAVE), 1);
    });
    build_and_execute(|| {
        sealed_round_of(&COMMITTEE);
        give_up(DAVE);
        finish(ROUND, &[value(1), value(100)]);
        assert_eq!(strikes(DAVE), 1);
    });
}

#[test]
fn give_up_seat_should_keep_the_seats_of_other_agreements() {
    build_and_execute(|| {
        let other = AgreementId(8);
        Agreements::insert(other, terms(&COMMITTEE, QUORUM));
        round_of(ROUND, &[ALICE]);
        round_of(RoundId::new(other, 0), &[ALICE]);
        give_up(ALICE);
        assert_eq!(Seats::<Test>::get(other)[0].until, None);
    });
}

/// Neither who has left nor who was slashed is kept in a seat.
#[test]
fn give_up_seat_should_work_whatever_the_state_of_the_reporter() {
    build_and_execute(|| {
        round_of(ROUND, &[ALICE, BOB, CHARLIE]);
        strike(ALICE, MAX_STRIKES);
        give_up(ALICE);
        assert_ok!(SliOracle::leave(signed(BOB)));
        give_up(BOB);
        assert_ok!(SliOracle::leave(signed(CHARLIE)));
        Clock::set(ENDED + UNBONDING);
        assert_ok!(SliOracle::withdraw_bond(signed(CHARLIE)));
        give_up(CHARLIE);
    });
}

#[test]
fn give_up_seat_should_work_for_a_former_member() {
    build_and_execute(|| {
        round_of(ROUND, &[ALICE]);
        Agreements::change(AGREEMENT, |agreement| {
            agreement.terms.insert(1, terms(&[BOB, CHARLIE, DAVE], 2));
        });
        Clock::set(ENDED + PERIOD);
        give_up(ALICE);
    });
}

#[test]
fn give_up_seat_should_fail_when_there_is_no_seat_to_give_up() {
    build_and_execute(|| {
        register(&COMMITTEE);
        round_of(ROUND, &[ALICE]);
        let no_seat = |who, agreement| {
            assert_noop!(SliOracle::give_up_seat(signed(who), agreement), Error::<Test>::SeatNotFound);
        };
        // Named in the terms, but has never reported; a stranger; another agreement; given up already.
        no_seat(BOB, AGREEMENT);
        no_seat(STRANGER, AGREEMENT);
        no_seat(ALICE, AgreementId(99));
        give_up(ALICE);
        no_seat(ALICE, AGREEMENT);
    });
}

#[test]
fn give_up_seat_should_fail_when_not_signed() {
    build_and_execute(|| {
        for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
            assert_noop!(SliOracle::give_up_seat(origin, AGREEMENT), DispatchError::BadOrigin);
        }
    });
}
