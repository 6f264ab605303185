// SPDX-License-Identifier: Apache-2.0

use super::*;
use dsla_primitives::api::{DueReport, Duty};

fn due(who: AccountId, limit: u32) -> Vec<PeriodIndex> {
    SliOracle::due_reports(AGREEMENT, &who, limit).into_iter().map(|due| due.round.period).collect()
}

/// Terms whose windows are as long as `periods` periods.
fn with_window_of(periods: u64) {
    Agreements::change(AGREEMENT, |agreement| {
        agreement.terms.get_mut(&0).unwrap().oracle.report_window = PERIOD * periods;
    });
}

#[test]
fn due_reports_should_say_what_and_until_when() {
    build_and_execute(|| {
        let due = |until| DueReport { round: ROUND, start: START, end: ENDED, until, duty: Duty::Report };
        assert_eq!(SliOracle::due_reports(AGREEMENT, &ALICE, 10), vec![due(ENDED + WINDOW)]);
        Clock::set(ENDED + WINDOW);
        assert_eq!(SliOracle::due_reports(AGREEMENT, &ALICE, 10), vec![due(ENDED + 2 * WINDOW)]);
    });
}

#[test]
fn due_reports_should_begin_at_the_end_of_a_period_and_end_with_the_window() {
    build_and_execute(|| {
        for (now, periods) in [
            (0, vec![]),
            (START, vec![]),
            (ENDED - 1, vec![]),
            (ENDED, vec![0]),
            (ENDED + 1, vec![0]),
            (ENDED + 2 * WINDOW - 1, vec![0]),
            (ENDED + 2 * WINDOW, vec![]),
            (ENDED + 2 * WINDOW + 1, vec![]),
            (START + PERIOD * Moment::from(PERIODS) - 1, vec![]),
            (START + PERIOD * Moment::from(PERIODS), vec![PERIODS - 1]),
            (START + PERIOD * Moment::from(PERIODS) + 2 * WINDOW, vec![]),
            (Moment::MAX, vec![]),
        ] {
            Clock::set(now);
            assert_eq!(due(ALICE, 10), periods, "at {now}");
        }
    });
}

/// What is due can be submitted, and nothing else can.
#[test]
fn due_reports_should_agree_with_submit() {
    for now in (START - PERIOD..START + 5 * PERIOD).step_by(usize::try_from(WINDOW / 2).unwrap()) {
        build_and_execute(|| {
            register(&[ALICE]);
            Clock::set(now);
            let due = due(ALICE, 10);
            for period in 0..6 {
                let taken = submit(ALICE, &[latency(RoundId::new(AGREEMENT, period), 100)]);
                assert_eq!(taken.is_ok(), due.contains(&period), "period {period} at {now}");
            }
        });
    }
}

#[test]
fn due_reports_should_leave_out_what_was_reported() {
    build_and_execute(|| {
        with_window_of(3);
        Clock::set(START + 3 * PERIOD);
        round_of(RoundId::new(AGREEMENT, 1), &[ALICE]);
        assert_eq!(due(ALICE, 10), [0, 2]);
        assert_eq!(due(BOB, 10), [0, 1, 2]);
    });
}

#[test]
fn due_reports_should_leave_out_final_periods_and_respect_the_limit() {
    build_and_execute(|| {
        with_window_of(10);
        Clock::set(START + 5 * PERIOD);
        assert_eq!(due(ALICE, 3), [0, 1, 2]);
        assert!(due(ALICE, 0).is_empty());
        Agreements::change(AGREEMENT, |agreement| agreement.info.finalized = 2);
        assert_eq!(due(ALICE, u32::MAX), [2, 3, 4]);
        Agreements::change(AGREEMENT, |agreement| agreement.info.finalized = PERIODS);
        assert!(due(ALICE, 10).is_empty());
        Agreements::change(AGREEMENT, |agreement| agreement.info.finalized = PeriodIndex::MAX);
        assert!(due(ALICE, 10).is_empty());
    });
}

#[test]
fn due_reports_should_reach_the_newest_periods_when_there_are_more_than_it_looks_at() {
    build_and_execute(|| {
        with_window_of(1_000);
        Agreements::change(AGREEMENT, |agreement| {
            agreement.info.periods = 500;
            agreement.terms.get_mut(&0).unwrap().schedule.periods = 500;
        });
        Clock::set(START + 300 * PERIOD);
        // Period 300 has just begun and is one of the hundred looked at.
        assert_eq!(due(ALICE, 1_000), (201..300).collect::<Vec<_>>());
        assert_eq!(due(ALICE, 2), [201, 202]);
    });
}

#[test]
fn due_reports_should_be_empty_when_there_is_nothing_to_report_on() {
    build_and_execute(|| {
        assert!(due(STRANGER, 10).is_empty());
        assert_eq!(SliOracle::due_reports(AgreementId(99), &ALICE, 10), []);
        use AgreementStatus::*;
        for status in [Draft, Open, Completed, Terminated] {
            Agreements::change(AGREEMENT, |agreement| agreement.info.status = status);
            assert!(due(ALICE, 10).is_empty());
        }
    });
}

#[test]
fn due_reports_should_respect_an_early_end_and_an_extension() {
    build_and_execute(|| {
        with_window_of(10);
        Agreements::change(AGREEMENT, |agreement| agreement.info.periods = 3);
        Clock::set(START + 6 * PERIOD);
        assert_eq!(due(ALICE, 10), [0, 1, 2]);
        Agreements::change(AGREEMENT, |agreement| {
            let extended = agreement.terms[&0].clone();
            agreement.info.periods = 6;
            agreement.terms.get_mut(&0).unwrap().schedule.periods = 3;
            agreement.terms.insert(3, extended);
        });
        assert_eq!(due(ALICE, 10), [0, 1, 2, 3, 4, 5]);
    });
}

#[test]
fn due_reports_should_say_when_to_commit_and_when_to_reveal() {
    build_and_execute(|| {
        seal_reports();
        register(&COMMITTEE);
        let duty = |who| {
            let due = SliOracle::due_reports(AGREEMENT, &who, 10);
            assert!(due.len() < 2);
            due.first().map(|due| (due.duty, due.until))
        };
        assert_eq!(duty(ALICE), Some((Duty::Commit, ENDED + WINDOW)));
        for who in [ALICE, BOB] {
            assert_ok!(commit_to(who, &[latency(ROUND, 100)]));
        }
        assert_eq!((duty(ALICE), duty(CHARLIE)), (None, Some((Duty::Commit, ENDED + WINDOW))));
        Clock::set(ENDED + WINDOW);
        assert_eq!((duty(ALICE), duty(CHARLIE)), (None, Some((Duty::Commit, ENDED + 2 * WINDOW))));
        assert_ok!(commit_to(CHARLIE, &[latency(ROUND, 100)]));
        let extended = ENDED + 2 * WINDOW;
        assert_eq!((duty(CHARLIE), duty(DAVE)), (None, Some((Duty::Commit, extended))));
        Clock::set(extended);
        let until = extended + REVEAL;
        assert_eq!((duty(ALICE), duty(DAVE)), (Some((Duty::Reveal, until)), None));
        assert_ok!(reveal(ALICE, &[latency(ROUND, 100)]));
        assert_eq!((duty(ALICE), duty(BOB)), (None, Some((Duty::Reveal, until))));
        Clock::set(until);
        assert_eq!(duty(BOB), None);
    });
}
