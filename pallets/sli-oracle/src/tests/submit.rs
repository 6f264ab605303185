// SPDX-License-Identifier: Apache-2.0

use super::*;

#[test]
fn submit_should_store_the_report_and_cost_no_fee() {
    build_and_execute(|| {
        register(&[ALICE]);
        let measurements = [Measurement::Ratio { good: 3, total: 4 }, Measurement::NoData];
        let info = submit(ALICE, &[report(ROUND, &measurements)]).unwrap();
        assert_eq!(info.pays_fee, Pays::No);

        let indicators = vec![Indicator::Value(FixedU128::from_rational(3, 4)), Indicator::NoData];
        let expected = Report { reporter: ALICE, indicators: indicators.try_into().unwrap(), evidence: EVIDENCE };
        assert_eq!(Rounds::<Test>::get(ROUND).reports.into_inner(), vec![expected]);
        assert_eq!(Reporters::<Test>::get(ALICE).unwrap().reports, 1);
        let rounds = vec![ROUND].try_into().unwrap();
        assert_eq!(last_event(), Event::ReportsSubmitted { reporter: ALICE, rounds });
    });
}

#[test]
fn submit_should_take_a_batch_over_periods_and_agreements() {
    build_and_execute(|| {
        let other = AgreementId(8);
        Agreements::insert(other, terms(&[ALICE], 1));
        Clock::set(ENDED + WINDOW / 2 + PERIOD);
        Agreements::change(AGREEMENT, |agreement| {
            agreement.terms.get_mut(&0).unwrap().oracle.report_window = 2 * PERIOD;
        });
        register(&[ALICE]);
        let rounds = [ROUND, RoundId::new(AGREEMENT, 1), RoundId::new(other, 1)];
        assert_ok!(submit(ALICE, &rounds.map(|round| latency(round, 100))));
        for round in rounds {
            assert!(Rounds::<Test>::get(round).has_report_of(&ALICE));
        }
        assert_eq!(Reporters::<Test>::get(ALICE).unwrap().reports, 3);
        let rounds = rounds.to_vec().try_into().unwrap();
        assert_eq!(last_event(), Event::ReportsSubmitted { reporter: ALICE, rounds });
    });
}

#[test]
fn submit_should_cost_the_fee_and_take_nothing_when_one_report_of_a_batch_is_bad() {
    build_and_execute(|| {
        register(&[ALICE]);
        let batch = [latency(ROUND, 100), latency(RoundId::new(AGREEMENT, 1), 100)];
        let refused = submit(ALICE, &batch).unwrap_err();
        assert_eq!(refused.post_info.pays_fee, Pays::Yes);
        assert_noop!(submit(ALICE, &batch), Error::<Test>::TooEarly);
        assert!(!Rounds::<Test>::contains_key(ROUND));
    });
}

#[test]
fn submit_should_respect_the_end_of_the_period() {
    for (now, expected) in [(ENDED - 1, Err(Error::<Test>::TooEarly)), (ENDED, Ok(())), (ENDED + 1, Ok(()))] {
        build_and_execute(|| {
            register(&[ALICE]);
            Clock::set(now);
            let taken = submit(ALICE, &[latency(ROUND, 100)]).map(|_| ()).map_err(|refused| refused.error);
            assert_eq!(taken, expected.map_err(Into::into));
        });
    }
}

#[test]
fn submit_should_respect_the_window_when_there_is_a_quorum() {
    let end = ENDED + WINDOW;
    for (now, expected) in [(end - 1, Ok(())), (end, Err(Error::<Test>::TooLate)), (end + 1, Err(Error::TooLate))] {
        build_and_execute(|| {
            round_of(ROUND, &[ALICE, BOB, CHARLIE]);
            register(&[DAVE]);
            Clock::set(now);
            let taken = submit(DAVE, &[latency(ROUND, 100)]).map(|_| ()).map_err(|refused| refused.error);
            assert_eq!(taken, expected.map_err(Into::into));
        });
    }
}

#[test]
fn submit_should_respect_the_extended_window_when_there_is_no_quorum() {
    let end = ENDED + 2 * WINDOW;
    for (now, expected) in [
        (ENDED + WINDOW, Ok(())),
        (end - 1, Ok(())),
        (end, Err(Error::<Test>::TooLate)),
        (end + 1, Err(Error::TooLate)),
    ] {
        build_and_execute(|| {
            round_of(ROUND, &[ALICE, BOB]);
            register(&[DAVE]);
            Clock::set(now);
            let taken = submit(DAVE, &[latency(ROUND, 100)]).map(|_| ()).map_err(|refused| refused.error);
            assert_eq!(taken, expected.map_err(Into::into));
        });
    }
}

#[test]
fn submit_should_close_the_extended_window_when_it_completes_the_quorum() {
    build_and_execute(|| {
        round_of(ROUND, &[ALICE, BOB]);
        register(&[CHARLIE, DAVE]);
        Clock::set(ENDED + WINDOW);
        assert_ok!(submit(CHARLIE, &[latency(ROUND, 100)]));
        assert_noop!(submit(DAVE, &[latency(ROUND, 100)]), Error::<Test>::TooLate);
    });
}

#[test]
fn submit_should_fail_when_the_batch_is_empty() {
    build_and_execute(|| {
        register(&[ALICE]);
        assert_noop!(submit(ALICE, &[]), Error::<Test>::EmptyBatch);
    });
}

#[test]
fn submit_should_fail_when_not_registered() {
    build_and_execute(|| {
        assert_noop!(submit(ALICE, &[latency(ROUND, 100)]), Error::<Test>::ReporterNotFound);
    });
}

#[test]
fn submit_should_fail_when_leaving() {
    build_and_execute(|| {
        register(&[ALICE]);
        assert_ok!(SliOracle::leave(signed(ALICE)));
        assert_noop!(submit(ALICE, &[latency(ROUND, 100)]), Error::<Test>::ReporterLeaving);
    });
}

#[test]
fn submit_should_fail_when_the_minimum_bond_was_raised() {
    build_and_execute(|| {
        register(&[ALICE]);
        MinBond::set(&(MIN_BOND + 1));
        assert_noop!(submit(ALICE, &[latency(ROUND, 100)]), Error::<Test>::BondTooSmall);
    });
}

#[test]
fn submit_should_fail_when_there_is_no_such_agreement() {
    build_and_execute(|| {
        register(&[ALICE]);
        let round = RoundId::new(AgreementId(99), 0);
        assert_noop!(submit(ALICE, &[latency(round, 100)]), Error::<Test>::AgreementNotFound);
    });
}

#[test]
fn submit_should_fail_when_the_agreement_does_not_run() {
    use AgreementStatus::*;
    for status in [Draft, Open, Completed, Terminated] {
        build_and_execute(|| {
            register(&[ALICE]);
            Agreements::change(AGREEMENT, |agreement| agreement.info.status = status);
            assert_noop!(submit(ALICE, &[latency(ROUND, 100)]), Error::<Test>::WrongState);
        });
    }
}

#[test]
fn submit_should_fail_when_there_is_no_such_period() {
    build_and_execute(|| {
        register(&[ALICE]);
        Clock::set(START + PERIOD * Moment::from(PERIODS));
        assert_ok!(submit(ALICE, &[latency(RoundId::new(AGREEMENT, PERIODS - 1), 100)]));
        for period in [PERIODS, PERIODS + 1, PeriodIndex::MAX] {
            let round = RoundId::new(AGREEMENT, period);
            assert_noop!(submit(ALICE, &[latency(round, 100)]), Error::<Test>::PeriodNotFound);
        }
        // An agreement without terms for the period.
        Agreements::change(AGREEMENT, |agreement| agreement.terms.clear());
        assert_noop!(submit(ALICE, &[latency(ROUND, 100)]), Error::<Test>::PeriodNotFound);
    });
}

#[test]
fn submit_should_fail_when_not_in_the_committee() {
    build_and_execute(|| {
        register(&[STRANGER]);
        assert_noop!(submit(STRANGER, &[latency(ROUND, 100)]), Error::<Test>::NotInCommittee);
    });
}

#[test]
fn submit_should_ask_for_the_committee_of_the_period() {
    build_and_execute(|| {
        register(&[ALICE, STRANGER]);
        Agreements::change(AGREEMENT, |agreement| {
            agreement.terms.insert(1, terms(&[STRANGER], 1));
        });
        let next = RoundId::new(AGREEMENT, 1);
        assert_ok!(submit(ALICE, &[latency(ROUND, 100)]));
        Clock::set(ENDED + PERIOD);
        assert_noop!(submit(ALICE, &[latency(next, 100)]), Error::<Test>::NotInCommittee);
        assert_ok!(submit(STRANGER, &[latency(next, 100)]));
    });
}

#[test]
fn submit_should_fail_when_reported_already() {
    build_and_execute(|| {
        register(&[ALICE]);
        let twice = [latency(ROUND, 100), latency(ROUND, 100)];
        assert_noop!(submit(ALICE, &twice), Error::<Test>::AlreadyReported);
        assert_ok!(submit(ALICE, &[latency(ROUND, 100)]));
        assert_noop!(submit(ALICE, &[latency(ROUND, 100)]), Error::<Test>::AlreadyReported);
    });
}

#[test]
fn submit_should_take_a_report_of_every_member_when_the_committee_is_full() {
    build_and_execute(|| {
        let committee = (ALICE..ALICE + 16).collect::<Vec<_>>();
        Agreements::insert(AGREEMENT, terms(&committee, 11));
        round_of(ROUND, &committee);
        assert_eq!(Rounds::<Test>::get(ROUND).count(), 16);
    });
}

#[test]
fn submit_should_fail_when_the_number_of_measurements_is_wrong() {
    build_and_execute(|| {
        register(&[ALICE]);
        for count in [0, 1, 3, 8] {
            let measurements = vec![Measurement::NoData; count];
            assert_noop!(submit(ALICE, &[report(ROUND, &measurements)]), Error::<Test>::WrongMeasurementCount);
        }
    });
}

#[test]
fn submit_should_fail_when_a_value_is_implausible() {
    build_and_execute(|| {
        register(&COMMITTEE);
        let with = |latency| report(ROUND, &[Measurement::NoData, Measurement::Value(latency)]);
        let least = FixedU128::from_inner(1);
        let (min, max) = (FixedU128::from_u32(1), FixedU128::from_u32(1_000));
        for outside in [FixedU128::default(), min - least, max + least, FixedU128::from_inner(u128::MAX)] {
            assert_noop!(submit(ALICE, &[with(outside)]), Error::<Test>::ImplausibleValue);
        }
        for (who, inside) in [(ALICE, min), (BOB, max)] {
            assert_ok!(submit(who, &[with(inside)]));
        }
    });
}

#[test]
fn submit_should_fail_when_a_ratio_is_implausible_for_its_objective() {
    build_and_execute(|| {
        register(&[ALICE]);
        // Half is no plausible latency: at least 1 ms.
        let measurements = [Measurement::NoData, Measurement::Ratio { good: 1, total: 2 }];
        assert_noop!(submit(ALICE, &[report(ROUND, &measurements)]), Error::<Test>::ImplausibleValue);
    });
}

#[test]
fn submit_should_fail_when_more_is_good_than_there_is() {
    build_and_execute(|| {
        register(&[ALICE]);
        for (good, total) in [(1, 0), (u64::MAX, u64::MAX - 1)] {
            let measurements = [Measurement::Ratio { good, total }, Measurement::NoData];
            assert_noop!(submit(ALICE, &[report(ROUND, &measurements)]), Error::<Test>::InvalidRatio);
        }
    });
}

#[test]
fn submit_should_turn_ratios_into_indicators() {
    for (good, total, indicator) in [
        (0, 0, Indicator::NoData),
        (0, u64::MAX, value(0)),
        (u64::MAX, u64::MAX, value(1)),
        (2, 3, Indicator::Value(FixedU128::from_inner(666_666_666_666_666_666))),
    ] {
        build_and_execute(|| {
            register(&[ALICE]);
            let measurements = [Measurement::Ratio { good, total }, Measurement::NoData];
            assert_ok!(submit(ALICE, &[report(ROUND, &measurements)]));
            assert_eq!(Rounds::<Test>::get(ROUND).reports[0].indicators[0], indicator);
        });
    }
}

#[test]
fn submit_should_fail_when_not_signed() {
    build_and_execute(|| {
        let batch = vec![latency(ROUND, 100)].try_into().unwrap();
        assert_noop!(SliOracle::submit(RuntimeOrigin::root(), batch), DispatchError::BadOrigin);
    });
}

#[test]
fn submit_should_weigh_more_with_every_report() {
    use frame_support::dispatch::GetDispatchInfo;
    let weight = |count: usize| {
        let reports = vec![latency(ROUND, 100); count].try_into().unwrap();
        crate::Call::<Test>::submit { reports }.get_dispatch_info().call_weight.ref_time()
    };
    assert_eq!(weight(64) - weight(1), 63 * (weight(2) - weight(1)));
    assert!(weight(2) > weight(1));
}

#[test]
fn submit_should_fail_when_the_round_is_sealed() {
    build_and_execute(|| {
        seal_reports();
        register(&[ALICE]);
        for now in [ENDED, ENDED + WINDOW, ENDED + 2 * WINDOW] {
            Clock::set(now);
            assert_noop!(submit(ALICE, &[latency(ROUND, 100)]), Error::<Test>::RoundSealed);
        }
    });
}

#[test]
fn submit_should_fail_when_suspended_even_if_the_minimum_was_lowered() {
    build_and_execute(|| {
        register(&[ALICE]);
        strike(ALICE, MAX_STRIKES);
        assert_noop!(submit(ALICE, &[latency(ROUND, 100)]), Error::<Test>::BondTooSmall);
        MinBond::set(&1);
        assert_noop!(submit(ALICE, &[latency(ROUND, 100)]), Error::<Test>::BondTooSmall);
        assert_ok!(SliOracle::bond_extra(signed(ALICE), 1));
        assert_ok!(submit(ALICE, &[latency(ROUND, 100)]));
    });
}

#[test]
fn submit_should_fail_when_the_agreement_ends_before_the_period() {
    build_and_execute(|| {
        register(&[ALICE]);
        Clock::set(ENDED + PERIOD);
        Agreements::change(AGREEMENT, |agreement| agreement.info.periods = 1);
        assert_noop!(submit(ALICE, &[latency(RoundId::new(AGREEMENT, 1), 100)]), Error::<Test>::PeriodNotFound);
    });
}
