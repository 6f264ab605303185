// SPDX-License-Identifier: Apache-2.0

use super::*;

const REGULAR: Moment = ENDED + WINDOW;
const EXTENDED: Moment = ENDED + 2 * WINDOW;

#[test]
fn a_failed_oracle_should_give_no_data_and_freeze_nothing() {
    build_and_execute(|| {
        // Nobody ever reports: the answer has a fixed last moment, and then it is there.
        assert_eq!(collect_at(ROUND, ENDED), Collected::Open { until: REGULAR });
        assert_eq!(collect_at(ROUND, REGULAR), Collected::Open { until: EXTENDED });
        assert_eq!(collect_at(ROUND, EXTENDED), closed(&[Indicator::NoData, Indicator::NoData]));
        assert_eq!(reward(ROUND, 1_000), Ok(0));

        // The next period is none the worse for it.
        let next = RoundId::new(AGREEMENT, 1);
        Clock::set(ENDED + PERIOD);
        round_of(next, &[ALICE, BOB, CHARLIE]);
        assert_eq!(collect_at(next, REGULAR + PERIOD), closed(&[value(1), value(100)]));
    });
}

#[test]
fn a_single_wrong_report_should_not_change_the_result() {
    for lie in [1, 100, 1_000] {
        build_and_execute(|| {
            register(&COMMITTEE);
            for who in [ALICE, BOB, CHARLIE] {
                assert_ok!(submit(who, &[latency(ROUND, 150)]));
            }
            let wrong = [Measurement::Ratio { good: 0, total: 1 }, Measurement::Value(lie.into())];
            assert_ok!(submit(DAVE, &[report(ROUND, &wrong)]));
            assert_eq!(collect_at(ROUND, REGULAR), closed(&[value(1), value(150)]));
        });
    }
}

#[test]
fn collect_should_give_the_lower_median_when_a_quorum_has_reported() {
    build_and_execute(|| {
        register(&COMMITTEE);
        for (who, ms) in COMMITTEE.into_iter().zip([400, 100, 300, 200]) {
            assert_ok!(submit(who, &[latency(ROUND, ms)]));
        }
        assert_eq!(collect_at(ROUND, REGULAR - 1), Collected::Open { until: REGULAR });
        assert_eq!(collect_at(ROUND, REGULAR), closed(&[value(1), value(200)]));
        assert_eq!(collect_at(ROUND, REGULAR + 1), closed(&[value(1), value(200)]));
    });
}

#[test]
fn collect_should_wait_once_more_when_there_is_no_quorum() {
    build_and_execute(|| {
        round_of(ROUND, &[ALICE, BOB]);
        register(&[CHARLIE]);
        for (now, expected) in [
            (REGULAR - 1, Collected::Open { until: REGULAR }),
            (REGULAR, Collected::Open { until: EXTENDED }),
            (REGULAR + 1, Collected::Open { until: EXTENDED }),
            (EXTENDED - 1, Collected::Open { until: EXTENDED }),
            (EXTENDED, closed(&[Indicator::NoData, Indicator::NoData])),
            (EXTENDED + 1, closed(&[Indicator::NoData, Indicator::NoData])),
        ] {
            assert_eq!(collect_at(ROUND, now), expected);
        }
        // The report that completes the quorum closes the round at once.
        Clock::set(REGULAR + 1);
        assert_ok!(submit(CHARLIE, &[latency(ROUND, 100)]));
        assert_eq!(collect_at(ROUND, REGULAR + 1), closed(&[value(1), value(100)]));
    });
}

#[test]
fn collect_should_give_no_data_for_an_objective_when_too_few_could_measure_it() {
    build_and_execute(|| {
        round_of(ROUND, &[ALICE, BOB]);
        register(&[CHARLIE, DAVE]);
        for who in [CHARLIE, DAVE] {
            let blind = [Measurement::Ratio { good: 1, total: 2 }, Measurement::NoData];
            assert_ok!(submit(who, &[report(ROUND, &blind)]));
        }
        let half = Indicator::Value(FixedU128::from_rational(1, 2));
        assert_eq!(collect_at(ROUND, REGULAR), closed(&[half, Indicator::NoData]));
    });
}

#[test]
fn collect_should_be_open_when_the_period_runs_or_never_was() {
    build_and_execute(|| {
        assert_eq!(collect_at(ROUND, 0), Collected::Open { until: REGULAR });
        assert_eq!(collect_at(ROUND, ENDED - 1), Collected::Open { until: REGULAR });
        let terms = terms(&COMMITTEE, QUORUM);
        let nowhere = RoundId::new(AgreementId(99), PeriodIndex::MAX);
        let no_data = closed(&[Indicator::NoData, Indicator::NoData]);
        assert_eq!(SliOracle::collect(nowhere, &terms, 0, Moment::MAX), no_data);
    });
}

#[test]
fn collect_should_not_change_its_answer_when_reporters_go() {
    build_and_execute(|| {
        round_of(ROUND, &[ALICE, BOB, CHARLIE]);
        let result = collect_at(ROUND, REGULAR);
        for who in [ALICE, BOB, CHARLIE] {
            assert_ok!(SliOracle::leave(signed(who)));
        }
        Clock::set(ENDED + UNBONDING);
        for who in [ALICE, BOB, CHARLIE] {
            assert_ok!(SliOracle::withdraw_bond(signed(who)));
        }
        assert_eq!(collect_at(ROUND, ENDED + UNBONDING), result);
    });
}
