// SPDX-License-Identifier: Apache-2.0

//! Strikes, slashes and forgiveness.

use super::*;
use frame_support::traits::fungible::MutateHold as _;
use proptest::prelude::*;
use sp_runtime::Perbill;

const WEEK: Moment = 7 * 86_400_000;

/// Registers and seats the committee and lets each member report this latency, or nothing.
fn reported(latencies: [Option<u128>; 4]) {
    register(&COMMITTEE);
    seat(&COMMITTEE);
    for (who, ms) in COMMITTEE.into_iter().zip(latencies) {
        if let Some(ms) = ms {
            assert_ok!(submit(who, &[latency(ROUND, ms)]));
        }
    }
}

#[test]
fn on_verdict_should_strike_who_was_wrong_or_absent() {
    build_and_execute(|| {
        reported([Some(100), Some(101), Some(103), None]);
        System::reset_events();
        finish(ROUND, &[value(1), value(101)]);
        assert_eq!(COMMITTEE.map(strikes), [0, 0, 1, 1]);
        let struck = |reporter| Event::ReporterStruck { reporter, round: Some(ROUND), strikes: 1 };
        assert_eq!(events(), [struck(CHARLIE), struck(DAVE)]);
    });
}

#[test]
fn on_verdict_should_follow_the_ruling_and_not_the_median() {
    build_and_execute(|| {
        reported([Some(100), Some(100), Some(100), Some(500)]);
        finish(ROUND, &[value(1), value(500)]);
        assert_eq!(COMMITTEE.map(strikes), [1, 1, 1, 0]);
    });
}

#[test]
fn on_verdict_should_strike_those_who_kept_a_quorum_from_being() {
    build_and_execute(|| {
        reported([Some(100), Some(900), None, None]);
        finish_at(ROUND, ENDED + 2 * WINDOW);
        assert_eq!(COMMITTEE.map(strikes), [0, 0, 1, 1]);
    });
}

#[test]
fn on_verdict_should_not_strike_who_was_not_on_duty() {
    build_and_execute(|| {
        Clock::set(ENDED - 1);
        register(&[ALICE, BOB, CHARLIE]);
        seat(&COMMITTEE);
        // Bob leaves before the period ends, Charlie at its end.
        assert_ok!(SliOracle::leave(signed(BOB)));
        Clock::set(ENDED);
        assert_ok!(SliOracle::leave(signed(CHARLIE)));
        Clock::set(ENDED + 1);
        // Dave registers too late for it; a member that never registers has no bond.
        register(&[DAVE]);
        finish_at(ROUND, ENDED + 2 * WINDOW);
        assert_eq!(COMMITTEE.map(strikes), [1, 0, 0, 0]);
    });
}

/// Leaving, or leaving and coming back, is no way around a report that is owed already.
#[test]
fn on_verdict_should_strike_who_leaves_instead_of_reporting() {
    build_and_execute(|| {
        register(&COMMITTEE);
        seat(&COMMITTEE);
        Clock::set(ENDED + 1);
        assert_ok!(SliOracle::leave(signed(ALICE)));
        assert_ok!(SliOracle::leave(signed(BOB)));
        Clock::set(ENDED + WINDOW);
        assert_ok!(SliOracle::rejoin(signed(BOB)));
        finish_at(ROUND, ENDED + 2 * WINDOW);
        assert_eq!([ALICE, BOB].map(strikes), [1, 1]);
    });
}

#[test]
fn on_verdict_should_not_strike_who_was_away_and_came_back() {
    build_and_execute(|| {
        Clock::set(ENDED - 1);
        register(&[ALICE]);
        seat(&[ALICE]);
        assert_ok!(SliOracle::leave(signed(ALICE)));
        Clock::set(ENDED + 1);
        assert_ok!(SliOracle::rejoin(signed(ALICE)));
        finish_at(ROUND, ENDED + 2 * WINDOW);
        assert_eq!(strikes(ALICE), 0);
        // But for the next period it is there.
        finish_at(RoundId::new(AGREEMENT, 1), ENDED + PERIOD + 2 * WINDOW);
        assert_eq!(strikes(ALICE), 1);
    });
}

#[test]
fn on_verdict_should_judge_who_reported_although_it_was_not_on_duty() {
    build_and_execute(|| {
        Clock::set(ENDED + 1);
        reported([Some(100), Some(100), Some(100), Some(900)]);
        finish_at(ROUND, ENDED + WINDOW);
        assert_eq!(COMMITTEE.map(strikes), [0, 0, 0, 1]);
    });
}

#[test]
fn on_verdict_should_forgive_a_strike_for_a_good_report() {
    build_and_execute(|| {
        reported([Some(100); 4]);
        strike(ALICE, 2);
        strike(BOB, 1);
        System::reset_events();
        finish_at(ROUND, ENDED + WINDOW);
        assert_eq!(COMMITTEE.map(strikes), [1, 0, 0, 0]);
        let forgiven = |reporter, strikes| Event::StrikeForgiven { reporter, round: ROUND, strikes };
        assert_eq!(events(), [forgiven(ALICE, 1), forgiven(BOB, 0)]);
    });
}

/// Lets the whole committee report 100 ms on the first `periods` periods, Dave something else where he is not `honest`.
/// Returns when all of them can be final.
fn reported_on(periods: PeriodIndex, honest: impl Fn(PeriodIndex) -> bool) -> Moment {
    register(&COMMITTEE);
    let end = |period| ENDED + PERIOD * Moment::from(period);
    for period in 0..periods {
        let round = RoundId::new(AGREEMENT, period);
        Clock::set(end(period));
        round_of(round, &[ALICE, BOB, CHARLIE]);
        assert_ok!(submit(DAVE, &[latency(round, if honest(period) { 100 } else { 900 })]));
    }
    end(periods)
}

/// However many good periods there are: a strike is forgiven a week after the last one was, not earlier.
#[test]
fn on_verdict_should_forgive_one_strike_a_week() {
    build_and_execute(|| {
        let first = reported_on(5, |_| true);
        strike(ALICE, 2);
        strike(BOB, 1);
        let finish = |period, now| finish_at(RoundId::new(AGREEMENT, period), now);
        finish(0, first);
        assert_eq!([ALICE, BOB].map(strikes), [1, 0]);
        assert_eq!(Reporters::<Test>::get(ALICE).unwrap().forgiven_at, first);
        strike(BOB, 1);
        System::reset_events();
        finish(1, first + WEEK - 1);
        assert_eq!([ALICE, BOB].map(strikes), [1, 1]);
        assert_eq!(events(), []);
        finish(2, first + WEEK);
        assert_eq!([ALICE, BOB].map(strikes), [0, 0]);
        // A period with nothing to forgive does not begin the week anew.
        finish(3, first + 2 * WEEK);
        assert_eq!(Reporters::<Test>::get(ALICE).unwrap().forgiven_at, first + WEEK);
        strike(ALICE, 1);
        finish(4, first + 2 * WEEK);
        assert_eq!(strikes(ALICE), 0);
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Whatever the mixture of good and bad periods and other strikes: what is forgiven is never more than one strike
    /// for each week begun, and exactly what the rule says.
    #[test]
    fn no_mixture_of_periods_should_forgive_more_than_one_strike_a_week(
        turns in prop::collection::vec((prop::bool::weighted(0.7), 0..3u32, 0..WEEK), 1..PERIODS as usize),
    ) {
        build_and_execute(|| {
            MaxStrikes::set(&u32::MAX);
            let begin = reported_on(turns.len() as PeriodIndex, |period| turns[period as usize].0);
            let (mut now, mut expected, mut forgiven) = (begin, 0, Vec::<Moment>::new());
            for (period, (honest, neglected, wait)) in turns.iter().enumerate() {
                now += wait;
                strike(DAVE, *neglected);
                finish_at(RoundId::new(AGREEMENT, period as PeriodIndex), now);
                expected += neglected + u32::from(!honest);
                if *honest && expected > 0 && forgiven.last().is_none_or(|last| now - last >= WEEK) {
                    expected -= 1;
                    forgiven.push(now);
                }
                assert_eq!(strikes(DAVE), expected);
            }
            let weeks = (now - begin) / WEEK + 1;
            assert!(forgiven.len() as u64 <= weeks);
            let told = events().into_iter().filter(|event| matches!(event, Event::StrikeForgiven { .. })).count();
            assert_eq!(told, forgiven.len());
        });
    }
}

/// The week is the reporter's, not the agreement's: it reports on many.
#[test]
fn on_verdict_should_forgive_one_strike_a_week_whatever_the_agreement() {
    build_and_execute(|| {
        let other = AgreementId(8);
        Agreements::insert(other, terms(&COMMITTEE, QUORUM));
        reported([Some(100); 4]);
        round_of(RoundId::new(other, 0), &COMMITTEE);
        strike(ALICE, 2);
        finish_at(ROUND, ENDED + WINDOW);
        finish_at(RoundId::new(other, 0), ENDED + WINDOW);
        assert_eq!(strikes(ALICE), 1);
    });
}

#[test]
fn on_verdict_should_not_forgive_what_cannot_be_judged() {
    build_and_execute(|| {
        reported([Some(100), Some(100), None, None]);
        strike(ALICE, 2);
        finish_at(ROUND, ENDED + 2 * WINDOW);
        assert_eq!(strikes(ALICE), 2);
    });
}

#[test]
fn on_verdict_should_ignore_a_period_that_does_not_exist() {
    build_and_execute(|| {
        register(&COMMITTEE);
        System::reset_events();
        finish(RoundId::new(AGREEMENT, PERIODS), &[value(1), value(100)]);
        finish(RoundId::new(AGREEMENT, PeriodIndex::MAX), &[value(1), value(100)]);
        assert_eq!(events(), []);
    });
}

#[test]
fn a_strike_too_many_should_slash_the_share_rounded_up() {
    build_and_execute(|| {
        assert_ok!(SliOracle::register_reporter(signed(ALICE), MIN_BOND + 1, uri("")));
        strike(ALICE, MAX_STRIKES - 1);
        assert_eq!((strikes(ALICE), held(ALICE)), (MAX_STRIKES - 1, MIN_BOND + 1));
        System::reset_events();
        strike(ALICE, 1);
        // A tenth of 1,001.
        assert_eq!((strikes(ALICE), held(ALICE)), (0, MIN_BOND + 1 - 101));
        assert_eq!(Reporters::<Test>::get(ALICE).unwrap().bond, MIN_BOND + 1 - 101);
        assert_eq!(Balances::balance(&TREASURY), WALLET + 101);
        assert_eq!(Balances::balance(&ALICE), WALLET - MIN_BOND - 1);
        let struck = Event::ReporterStruck { reporter: ALICE, round: None, strikes: MAX_STRIKES };
        assert_eq!(events(), [struck, Event::ReporterSlashed { reporter: ALICE, amount: 101 }]);
    });
}

#[test]
fn a_slash_should_suspend_only_when_the_bond_falls_below_the_minimum() {
    build_and_execute(|| {
        assert_ok!(SliOracle::register_reporter(signed(ALICE), 2 * MIN_BOND, uri("")));
        register(&[BOB, CHARLIE]);
        strike(ALICE, MAX_STRIKES);
        strike(BOB, MAX_STRIKES);
        let state = |who| Reporters::<Test>::get(who).unwrap().state;
        assert_eq!(
            [ALICE, BOB, CHARLIE].map(state),
            [ReporterState::Active, ReporterState::Suspended, ReporterState::Active]
        );
        assert_eq!(ActiveCount::<Test>::get(), 2);
        assert_eq!(ActiveIndex::<Test>::get(BOB), None);
        assert_eq!(ActiveReporters::<Test>::get(1), Some(CHARLIE));
        // A suspended one is slashed again, and stays suspended.
        strike(BOB, MAX_STRIKES);
        assert_eq!((held(BOB), state(BOB)), (810, ReporterState::Suspended));
    });
}

#[test]
fn a_reporter_should_lose_everything_in_the_end_and_stay_sound() {
    build_and_execute(|| {
        register(&[ALICE]);
        SlashShare::set(&Perbill::from_percent(50));
        strike(ALICE, MAX_STRIKES * 20);
        assert_eq!(held(ALICE), 0);
        System::reset_events();
        strike(ALICE, MAX_STRIKES);
        assert_eq!(events().len() as u32, MAX_STRIKES, "nothing is left to slash");
        assert_eq!(Balances::balance(&TREASURY), WALLET + MIN_BOND);
        assert_ok!(SliOracle::leave(signed(ALICE)));
        Clock::set(ENDED + UNBONDING);
        assert_ok!(SliOracle::withdraw_bond(signed(ALICE)));
        assert_eq!(last_event(), Event::BondWithdrawn { reporter: ALICE, amount: 0 });
    });
}

#[test]
fn the_parameters_of_slashing_should_be_bounded() {
    build_and_execute(|| {
        register(&[ALICE, BOB, CHARLIE]);
        MaxStrikes::set(&0);
        strike(ALICE, 1);
        assert_eq!((strikes(ALICE), held(ALICE)), (0, MIN_BOND * 9 / 10));
        SlashShare::set(&Perbill::zero());
        strike(BOB, 1);
        assert_eq!((strikes(BOB), held(BOB)), (0, MIN_BOND));
        SlashShare::set(&Perbill::one());
        strike(CHARLIE, 1);
        assert_eq!((strikes(CHARLIE), held(CHARLIE)), (0, 0));
        // With a maximum that is lowered, the next strike counts.
        MaxStrikes::set(&u32::MAX);
        strike(BOB, 5);
        MaxStrikes::set(&2);
        strike(BOB, 1);
        assert_eq!((strikes(BOB), held(BOB)), (0, 0));
        MaxStrikes::set(&u32::MAX);
        Reporters::<Test>::mutate(ALICE, |reporter| reporter.as_mut().unwrap().strikes = u32::MAX);
        strike(ALICE, 1);
        assert_eq!((strikes(ALICE), held(ALICE)), (0, 0));
    });
}

#[test]
fn a_strike_should_do_nothing_to_who_is_no_reporter() {
    build_and_execute(|| {
        strike(STRANGER, MAX_STRIKES);
        assert_eq!(events(), []);
        assert_eq!(Balances::balance(&STRANGER), WALLET);
    });
}

#[test]
fn a_slash_should_take_the_bond_only() {
    build_and_execute(|| {
        register(&[ALICE]);
        SlashShare::set(&Perbill::one());
        let free = Balances::balance(&ALICE);
        strike(ALICE, 3 * MAX_STRIKES);
        assert_eq!(Balances::balance(&ALICE), free);
    });
}

/// A strike that cannot be recorded is told, takes nothing and keeps no settlement from going on.
#[test]
fn a_strike_should_never_fail_the_settlement() {
    build_and_execute(|| {
        reported([Some(100), Some(100), Some(100), None]);
        strike(DAVE, MAX_STRIKES - 1);
        frame_support::hypothetically!({
            // State that contradicts itself: Dave is active, but not in the index.
            ActiveIndex::<Test>::remove(DAVE);
            System::reset_events();
            finish_at(ROUND, ENDED + WINDOW);
            let error = DispatchError::Corruption;
            assert_eq!(events(), [Event::StrikeFailed { reporter: DAVE, error }]);
            assert_eq!((held(DAVE), strikes(DAVE)), (MIN_BOND, MAX_STRIKES - 1));
            assert_eq!(Balances::balance(&TREASURY), WALLET);
        });
        // A bond of which less is held than is recorded: what is there is taken.
        frame_support::hypothetically!({
            let reason = HoldReason::ReporterBond.into();
            let all = frame_support::traits::tokens::Precision::Exact;
            assert_ok!(Balances::release(&reason, &DAVE, MIN_BOND - 1, all));
            finish_at(ROUND, ENDED + WINDOW);
            assert_eq!((held(DAVE), Balances::balance(&TREASURY)), (0, WALLET + 1));
        });
        finish_at(ROUND, ENDED + WINDOW);
        assert_eq!(held(DAVE), MIN_BOND * 9 / 10);
    });
}
