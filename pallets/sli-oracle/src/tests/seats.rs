// SPDX-License-Identifier: Apache-2.0

//! Taking a seat, taking it again, and what becomes of it.

use super::*;
use dsla_primitives::{schedule::Period, MAX_COMMITTEE};

fn round(period: PeriodIndex) -> RoundId {
    RoundId::new(AGREEMENT, period)
}

/// The end of `period`.
fn end(period: PeriodIndex) -> Moment {
    ENDED + PERIOD * Moment::from(period)
}

/// Makes the windows as long as this many periods.
fn with_window_of(periods: Moment) {
    Agreements::change(AGREEMENT, |agreement| {
        agreement.terms.values_mut().for_each(|terms| terms.oracle.report_window = PERIOD * periods);
    });
}

fn no_data(period: PeriodIndex) {
    finish(round(period), &[Indicator::NoData; 2]);
}

/// Anybody can write a reporter into terms; that alone costs it nothing.
#[test]
fn on_verdict_should_not_strike_who_never_took_the_seat() {
    build_and_execute(|| {
        register(&COMMITTEE);
        for period in 0..PERIODS {
            finish_at(round(period), end(period) + 2 * WINDOW);
        }
        assert_eq!(COMMITTEE.map(strikes), [0; 4]);
        assert_eq!(Seats::<Test>::iter().count(), 0);
    });
}

#[test]
fn a_first_report_should_take_the_seat() {
    build_and_execute(|| {
        register(&[ALICE, BOB]);
        Clock::set(ENDED + 3);
        System::reset_events();
        assert_ok!(submit(ALICE, &[latency(ROUND, 100)]));
        let taken = Event::SeatTaken { agreement: AGREEMENT, reporter: ALICE };
        let rounds = vec![ROUND].try_into().unwrap();
        assert_eq!(events(), [taken, Event::ReportsSubmitted { reporter: ALICE, rounds }]);
        assert_eq!([ALICE, BOB].map(seat_of), [Some((ENDED + 3, None)), None]);
        Clock::set(end(1));
        System::reset_events();
        assert_ok!(submit(ALICE, &[latency(round(1), 100)]));
        assert_eq!(events().len(), 1, "a seat is taken once");
        assert_eq!(seat_of(ALICE), Some((ENDED + 3, None)));
    });
}

#[test]
fn a_first_commitment_should_take_the_seat() {
    build_and_execute(|| {
        seal_reports();
        register(&[ALICE]);
        assert_ok!(commit_to(ALICE, &[latency(ROUND, 100)]));
        let taken = Event::SeatTaken { agreement: AGREEMENT, reporter: ALICE };
        assert!(events().contains(&taken));
        assert_eq!(seat_of(ALICE), Some((ENDED, None)));
    });
}

#[test]
fn a_batch_should_take_a_seat_under_each_agreement() {
    build_and_execute(|| {
        let other = AgreementId(8);
        Agreements::insert(other, terms(&COMMITTEE, QUORUM));
        register(&[ALICE]);
        with_window_of(2);
        Clock::set(end(1));
        let rounds = [ROUND, round(1), RoundId::new(other, 1)];
        assert_ok!(submit(ALICE, &rounds.map(|round| latency(round, 100))));
        for agreement in [AGREEMENT, other] {
            assert_eq!(Seats::<Test>::get(agreement).to_vec(), [Seat { reporter: ALICE, since: end(1), until: None }]);
        }
    });
}

#[test]
fn a_refused_batch_should_take_no_seat() {
    build_and_execute(|| {
        register(&[ALICE]);
        assert_noop!(submit(ALICE, &[latency(ROUND, 100), latency(round(1), 100)]), Error::<Test>::TooEarly);
        assert_eq!(seat_of(ALICE), None);
    });
}

/// Who takes the seat late owes nothing of what has ended before, and everything from then on.
#[test]
fn on_verdict_should_strike_for_periods_that_end_while_the_seat_is_held() {
    build_and_execute(|| {
        register(&[ALICE]);
        with_window_of(3);
        Clock::set(end(1));
        assert_ok!(submit(ALICE, &[latency(round(1), 100)]));
        Clock::set(end(2) + 10 * PERIOD);
        no_data(0);
        assert_eq!(strikes(ALICE), 0);
        no_data(1);
        assert_eq!(strikes(ALICE), 0);
        no_data(2);
        assert_eq!(strikes(ALICE), 1);
    });
}

/// Giving a seat up and taking it again is no way around a report that is owed, also not by a report on it.
#[test]
fn a_seat_should_be_taken_again_only_when_nothing_is_owed_from_it() {
    build_and_execute(|| {
        register(&[ALICE]);
        seat(&[ALICE]);
        with_window_of(10);
        // Periods 0 and 1 have ended; it owes them.
        let given_up = end(1) + 1;
        Clock::set(given_up);
        assert_ok!(SliOracle::give_up_seat(signed(ALICE), AGREEMENT));
        let kept = Some((0, Some(given_up)));
        // This report it owes.
        assert_ok!(submit(ALICE, &[latency(ROUND, 100)]));
        assert_eq!(seat_of(ALICE), kept);
        // These it does not owe, but period 1 it still does.
        Clock::set(end(2));
        assert_ok!(submit(ALICE, &[latency(round(2), 100)]));
        assert_eq!(seat_of(ALICE), kept);
        no_data(0);
        Clock::set(end(3));
        assert_ok!(submit(ALICE, &[latency(round(3), 100)]));
        assert_eq!(seat_of(ALICE), kept);
        no_data(1);
        assert_eq!(strikes(ALICE), 1);
        // Now nothing is left. Period 4 ended while it had no seat.
        Clock::set(end(5));
        System::reset_events();
        assert_ok!(submit(ALICE, &[latency(round(5), 100)]));
        assert!(events().contains(&Event::SeatTaken { agreement: AGREEMENT, reporter: ALICE }));
        assert_eq!(seat_of(ALICE), Some((end(5), None)));
        (2..6).for_each(no_data);
        assert_eq!(strikes(ALICE), 1);
        no_data(6);
        assert_eq!(strikes(ALICE), 2);
    });
}

/// A period that ends at the moment the seat is given up is not owed, so a report on it takes the seat again.
#[test]
fn a_seat_should_be_taken_again_at_once_when_nothing_was_owed() {
    build_and_execute(|| {
        register(&[ALICE]);
        seat(&[ALICE]);
        assert_ok!(SliOracle::give_up_seat(signed(ALICE), AGREEMENT));
        assert_eq!(seat_of(ALICE), Some((0, Some(ENDED))));
        assert_ok!(submit(ALICE, &[latency(ROUND, 100)]));
        assert_eq!(seat_of(ALICE), Some((ENDED, None)));
    });
}

/// Two full committees of reporters, the one before the other, with one member in common.
fn two_committees() -> (Vec<AccountId>, Vec<AccountId>) {
    let member = |who: AccountId| {
        assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), who, WALLET));
        register(&[who]);
        who
    };
    let size = u64::from(MAX_COMMITTEE);
    let old = (1_000..1_000 + size).map(member).collect::<Vec<_>>();
    let new = (2_000..2_000 + size - 1).map(member).chain([old[0]]).collect::<Vec<_>>();
    (old, new)
}

/// As `build_and_execute`, for tests that mint money: it is gone when the issuance is looked at.
fn execute(test: impl FnOnce()) {
    build_and_execute(|| {
        frame_support::hypothetically!({
            test();
            SliOracle::do_try_state().unwrap();
        });
    });
}

#[test]
fn a_full_table_should_drop_who_is_not_in_the_committee_in_force() {
    execute(|| {
        let (old, new) = two_committees();
        let version = |committee: &[AccountId]| terms(committee, 11);
        Agreements::insert(AGREEMENT, version(&old));
        Agreements::change(AGREEMENT, |agreement| {
            agreement.terms.insert(2, version(&new));
        });
        round_of(ROUND, &old);
        assert!(Seats::<Test>::get(AGREEMENT).is_full());
        Clock::set(end(2));
        assert_ok!(submit(new[0], &[latency(round(2), 100)]));
        let seats = || Seats::<Test>::get(AGREEMENT).iter().map(|seat| seat.reporter).collect::<Vec<_>>();
        assert_eq!(seats(), [old[0], new[0]]);
        round_of(round(2), &new[1..]);
        assert_eq!(seats(), [&old[..1], &new[..15]].concat());
        assert_eq!(seat_of(old[0]), Some((ENDED, None)), "it has had its seat all the time");
        // Who was dropped is not on duty any more, also if it is named again.
        Agreements::change(AGREEMENT, |agreement| {
            agreement.terms.insert(3, version(&old));
        });
        no_data(3);
        assert_eq!([old[0], old[1]].map(strikes), [1, 0]);
    });
}

/// A late report on a period of an earlier committee is taken, but for its reporter no room is made.
#[test]
fn a_full_table_should_not_make_room_for_a_former_member() {
    execute(|| {
        let (old, new) = two_committees();
        let version = |committee: &[AccountId]| terms(committee, 11);
        Agreements::insert(AGREEMENT, version(&old));
        Agreements::change(AGREEMENT, |agreement| {
            agreement.terms.insert(1, version(&new));
        });
        with_window_of(3);
        Clock::set(end(1));
        round_of(round(1), &new);
        let seats = Seats::<Test>::get(AGREEMENT);
        assert!(seats.is_full());
        assert_ok!(submit(old[5], &[latency(ROUND, 100)]));
        assert!(Rounds::<Test>::get(ROUND).has_report_of(&old[5]));
        assert_eq!(Seats::<Test>::get(AGREEMENT), seats);
        assert_eq!(SliOracle::give_up_seat(signed(old[5]), AGREEMENT), Err(Error::<Test>::SeatNotFound.into()));
    });
}

/// After the last period the committee in force is that of the last period, also when the agreement ended early.
#[test]
fn a_full_table_should_make_room_after_the_last_period() {
    execute(|| {
        let (old, new) = two_committees();
        let version = |committee: &[AccountId]| terms(committee, 11);
        Agreements::insert(AGREEMENT, version(&old));
        Agreements::change(AGREEMENT, |agreement| {
            agreement.info.periods = 2;
            agreement.terms.insert(1, version(&new));
            agreement.terms.insert(2, version(&old));
        });
        with_window_of(3);
        Clock::set(end(1));
        round_of(ROUND, &old);
        assert_ok!(submit(new[0], &[latency(round(1), 100)]));
        assert_eq!(seat_of(new[0]), Some((end(1), None)));
        assert_eq!(Seats::<Test>::get(AGREEMENT).len(), 2);
    });
}

#[test]
fn the_last_verdict_should_clear_the_seats() {
    build_and_execute(|| {
        Agreements::change(AGREEMENT, |agreement| agreement.info.periods = 2);
        let other = AgreementId(8);
        Agreements::insert(other, terms(&COMMITTEE, QUORUM));
        round_of(ROUND, &COMMITTEE);
        round_of(RoundId::new(other, 0), &COMMITTEE);
        finish_at(ROUND, ENDED + WINDOW);
        assert_eq!(Seats::<Test>::get(AGREEMENT).len(), 4);
        finish_at(round(1), end(1) + 2 * WINDOW);
        // But for the last period it still counts who was absent.
        assert_eq!(COMMITTEE.map(strikes), [1; 4]);
        assert!(!Seats::<Test>::contains_key(AGREEMENT));
        assert_eq!(Seats::<Test>::get(other).len(), 4);
    });
}

#[test]
fn a_seat_should_be_half_open() {
    let seat = |until| Seat { reporter: ALICE, since: 10, until };
    assert_eq!([9, 10, 11, Moment::MAX].map(|ended| seat(None).was_held(ended)), [false, true, true, true]);
    assert_eq!([9, 10, 19, 20].map(|ended| seat(Some(20)).was_held(ended)), [false, true, true, false]);
    assert!(!seat(Some(10)).was_held(10));

    assert!(!seat(None).may_be_replaced(Moment::MAX));
    assert_eq!([19, 20].map(|open| seat(Some(20)).may_be_replaced(open)), [false, true]);
}

/// Seats do not depend on the kind of period.
#[test]
fn a_seat_should_count_for_calendar_periods() {
    build_and_execute(|| {
        Agreements::change(AGREEMENT, |agreement| {
            agreement.terms.get_mut(&0).unwrap().schedule.period = Period::Monthly;
        });
        let end = |period: PeriodIndex| Agreements::terms(ROUND).unwrap().schedule.boundary(period + 1).unwrap();
        register(&[ALICE]);
        Clock::set(end(0));
        assert_ok!(submit(ALICE, &[latency(ROUND, 100)]));
        no_data(0);
        assert_eq!(strikes(ALICE), 0);
        Clock::set(end(1) + 2 * WINDOW);
        no_data(1);
        assert_eq!(strikes(ALICE), 1);
    });
}
