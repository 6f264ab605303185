// SPDX-License-Identifier: Apache-2.0

use super::*;

const THREE: [AccountId; 3] = [ALICE, BOB, CHARLIE];

#[test]
fn reveal_should_store_the_report_and_cost_no_fee() {
    build_and_execute(|| {
        sealed_round_of(&THREE);
        let info = reveal(ALICE, &[latency(ROUND, 100)]).unwrap();
        assert_eq!(info.pays_fee, Pays::No);
        let round = Rounds::<Test>::get(ROUND);
        let indicators = vec![value(1), value(100)].try_into().unwrap();
        assert_eq!(round.reports.to_vec(), vec![Report { reporter: ALICE, indicators, evidence: EVIDENCE }]);
        assert_eq!(round.committed(), 3);
        assert_eq!(Reporters::<Test>::get(ALICE).unwrap().reports, 1);
        let rounds = vec![ROUND].try_into().unwrap();
        assert_eq!(last_event(), Event::ReportsRevealed { reporter: ALICE, rounds });
    });
}

#[test]
fn reveal_should_respect_its_window() {
    for (now, expected) in [
        (ENDED - 1, Err(Error::<Test>::TooEarly.into())),
        (ENDED, Err(Error::<Test>::TooEarly.into())),
        (ENDED + WINDOW - 1, Err(Error::<Test>::TooEarly.into())),
        (ENDED + WINDOW, Ok(())),
        (ENDED + WINDOW + REVEAL - 1, Ok(())),
        (ENDED + WINDOW + REVEAL, Err(Error::<Test>::TooLate.into())),
        (ENDED + WINDOW + REVEAL + 1, Err(Error::<Test>::TooLate.into())),
    ] {
        build_and_execute(|| {
            sealed_round_of(&THREE);
            Clock::set(now);
            let revealed = reveal(ALICE, &[latency(ROUND, 100)]).map(|_| ()).map_err(|refused| refused.error);
            assert_eq!(revealed, expected, "at {now}");
        });
    }
}

#[test]
fn reveal_should_wait_for_the_end_of_the_extension() {
    let opens = ENDED + 2 * WINDOW;
    for (now, expected) in [
        (ENDED + WINDOW + 1, Err(Error::<Test>::TooEarly.into())),
        (opens - 1, Err(Error::<Test>::TooEarly.into())),
        (opens, Ok(())),
        (opens + REVEAL - 1, Ok(())),
        (opens + REVEAL, Err(Error::<Test>::TooLate.into())),
    ] {
        build_and_execute(|| {
            sealed_round_of(&[ALICE, BOB]);
            register(&[CHARLIE]);
            assert_ok!(commit_to(CHARLIE, &[latency(ROUND, 100)]));
            Clock::set(now);
            let revealed = reveal(ALICE, &[latency(ROUND, 100)]).map(|_| ()).map_err(|refused| refused.error);
            assert_eq!(revealed, expected, "at {now}");
        });
    }
}

#[test]
fn reveal_should_fail_when_too_few_have_committed() {
    build_and_execute(|| {
        sealed_round_of(&[ALICE, BOB]);
        assert_noop!(reveal(ALICE, &[latency(ROUND, 100)]), Error::<Test>::TooEarly);
        Clock::set(ENDED + 2 * WINDOW);
        assert_noop!(reveal(ALICE, &[latency(ROUND, 100)]), Error::<Test>::TooLate);
    });
}

/// Nothing but exactly what was committed to, by who committed to it, opens a commitment.
#[test]
fn reveal_should_fail_when_anything_differs_from_what_was_committed_to() {
    build_and_execute(|| {
        sealed_round_of(&THREE);
        let report = latency(ROUND, 100);
        let other_value = latency(ROUND, 101);
        // The same indicator written in another way.
        let other_form = super::report(ROUND, &[Measurement::Value(1.into()), Measurement::Value(100.into())]);
        let other_evidence = SubmittedReport { evidence: H256::zero(), ..report.clone() };
        for other in [other_value, other_form, other_evidence] {
            assert_noop!(reveal(ALICE, &[other]), Error::<Test>::CommitmentMismatch);
        }
        let other_salt = vec![Reveal { report: report.clone(), salt: [0; 32] }].try_into().unwrap();
        assert_noop!(SliOracle::reveal(signed(ALICE), other_salt), Error::<Test>::CommitmentMismatch);
        assert_ok!(reveal(ALICE, &[report]));
    });
}

/// Who copies the commitment of another member can never open it, not even with what that one reveals.
#[test]
fn reveal_should_fail_when_the_commitment_is_a_copy() {
    build_and_execute(|| {
        seal_reports();
        register(&COMMITTEE);
        for who in THREE {
            assert_ok!(commit_to(who, &[latency(ROUND, 100)]));
        }
        let copied = Rounds::<Test>::get(ROUND).commitment_of(&ALICE).unwrap();
        assert_ok!(commit(DAVE, &[(ROUND, copied)]));
        Clock::set(ENDED + WINDOW);
        assert_ok!(reveal(ALICE, &[latency(ROUND, 100)]));
        assert_noop!(reveal(DAVE, &[latency(ROUND, 100)]), Error::<Test>::CommitmentMismatch);
        finish_at(ROUND, ENDED + WINDOW + REVEAL);
        assert_eq!(strikes(DAVE), 1);
    });
}

/// The same commitment in the round of another period, agreement or chain is a mismatch.
#[test]
fn reveal_should_fail_when_the_commitment_was_made_elsewhere() {
    build_and_execute(|| {
        let other = RoundId::new(AgreementId(8), 0);
        Agreements::insert(other.agreement, sealed_terms(&[ALICE], 1));
        register(&[ALICE]);
        assert_ok!(commit(ALICE, &[(other, hash_of(ALICE, &latency(ROUND, 100)))]));
        Clock::set(ENDED + WINDOW);
        assert_noop!(reveal(ALICE, &[latency(other, 100)]), Error::<Test>::CommitmentMismatch);

        let report = latency(other, 100);
        let here = commitment(&System::block_hash(0), &ALICE, &report, &SALT);
        let elsewhere = commitment(&H256::repeat_byte(1), &ALICE, &report, &SALT);
        let later = latency(RoundId::new(AgreementId(8), 1), 100);
        assert_ne!(here, elsewhere);
        assert_ne!(here, commitment(&System::block_hash(0), &ALICE, &later, &SALT));
        assert_ne!(here, commitment(&System::block_hash(0), &BOB, &report, &SALT));
    });
}

/// The bytes that are hashed, for whoever writes a reporter in another language.
#[test]
fn the_commitment_should_be_the_hash_of_its_encoding() {
    use codec::Encode;
    let report = latency(ROUND, 100);
    let genesis = H256::repeat_byte(9);
    let mut bytes = b"dsla/report/v1".to_vec();
    bytes.extend(genesis.0);
    bytes.extend(7u64.to_le_bytes());
    bytes.extend(0u32.to_le_bytes());
    bytes.extend(ALICE.to_le_bytes());
    bytes.extend(report.measurements.encode());
    bytes.extend(EVIDENCE.0);
    bytes.extend(SALT);
    assert_eq!(commitment(&genesis, &ALICE, &report, &SALT), H256(sp_io::hashing::blake2_256(&bytes)));
}

#[test]
fn reveal_should_take_all_of_a_batch_or_nothing() {
    build_and_execute(|| {
        let other = RoundId::new(AgreementId(8), 0);
        Agreements::insert(other.agreement, sealed_terms(&[ALICE], 1));
        sealed_round_of(&[BOB, CHARLIE]);
        Clock::set(ENDED);
        register(&[ALICE]);
        assert_ok!(commit_to(ALICE, &[latency(ROUND, 100), latency(other, 100)]));
        Clock::set(ENDED + WINDOW);
        let wrong = [latency(ROUND, 100), latency(other, 101)];
        assert_eq!(reveal(ALICE, &wrong).unwrap_err().post_info.pays_fee, Pays::Yes);
        assert_noop!(reveal(ALICE, &wrong), Error::<Test>::CommitmentMismatch);
        assert_ok!(reveal(ALICE, &[latency(ROUND, 100), latency(other, 100)]));
        assert_eq!(Reporters::<Test>::get(ALICE).unwrap().reports, 2);
    });
}

#[test]
fn reveal_should_fail_when_revealed_already() {
    build_and_execute(|| {
        sealed_round_of(&THREE);
        let twice = [latency(ROUND, 100), latency(ROUND, 100)];
        assert_noop!(reveal(ALICE, &twice), Error::<Test>::AlreadyReported);
        assert_ok!(reveal(ALICE, &[latency(ROUND, 100)]));
        assert_noop!(reveal(ALICE, &[latency(ROUND, 100)]), Error::<Test>::AlreadyReported);
    });
}

#[test]
fn reveal_should_fail_when_nothing_was_committed() {
    build_and_execute(|| {
        sealed_round_of(&THREE);
        register(&[DAVE]);
        assert_noop!(reveal(DAVE, &[latency(ROUND, 100)]), Error::<Test>::NotCommitted);
        assert_noop!(reveal(DAVE, &[]), Error::<Test>::EmptyBatch);
    });
}

#[test]
fn reveal_should_fail_when_the_round_is_open() {
    build_and_execute(|| {
        register(&[ALICE]);
        for now in [ENDED, ENDED + WINDOW, ENDED + 2 * WINDOW] {
            Clock::set(now);
            assert_noop!(reveal(ALICE, &[latency(ROUND, 100)]), Error::<Test>::RoundOpen);
        }
    });
}

#[test]
fn reveal_should_be_taken_when_the_reporter_was_slashed_or_has_left_since() {
    build_and_execute(|| {
        sealed_round_of(&COMMITTEE);
        assert_ok!(SliOracle::leave(signed(ALICE)));
        strike(BOB, MAX_STRIKES);
        MinBond::set(&Balance::MAX);
        for who in THREE {
            assert_ok!(reveal(who, &[latency(ROUND, 100)]));
        }
        assert!(has_left(ALICE));
        assert_eq!(Reporters::<Test>::get(BOB).unwrap().state, ReporterState::Suspended);
    });
}

#[test]
fn reveal_should_fail_when_the_reporter_is_not_known_or_the_round_does_not_exist() {
    build_and_execute(|| {
        sealed_round_of(&THREE);
        assert_noop!(reveal(DAVE, &[latency(ROUND, 100)]), Error::<Test>::ReporterNotFound);
        register(&[STRANGER]);
        assert_noop!(reveal(STRANGER, &[latency(ROUND, 100)]), Error::<Test>::NotInCommittee);
        let nowhere = RoundId::new(AgreementId(99), 0);
        assert_noop!(reveal(ALICE, &[latency(nowhere, 100)]), Error::<Test>::AgreementNotFound);
        let beyond = RoundId::new(AGREEMENT, PERIODS);
        assert_noop!(reveal(ALICE, &[latency(beyond, 100)]), Error::<Test>::PeriodNotFound);
        Agreements::change(AGREEMENT, |agreement| agreement.info.status = AgreementStatus::Completed);
        assert_noop!(reveal(ALICE, &[latency(ROUND, 100)]), Error::<Test>::WrongState);
    });
}

/// What is wrong with a report shows only when it is revealed; committing to it was a mistake that cannot be mended.
#[test]
fn reveal_should_fail_when_the_measurements_are_wrong() {
    build_and_execute(|| {
        seal_reports();
        register(&THREE);
        let none = report(ROUND, &[]);
        let ratio = report(ROUND, &[Measurement::Ratio { good: 2, total: 1 }, Measurement::NoData]);
        let implausible = latency(ROUND, 1_001);
        let wrong = [
            (ALICE, none, Error::<Test>::WrongMeasurementCount),
            (BOB, ratio, Error::<Test>::InvalidRatio),
            (CHARLIE, implausible, Error::<Test>::ImplausibleValue),
        ];
        for (who, report, _) in &wrong {
            assert_ok!(commit_to(*who, std::slice::from_ref(report)));
        }
        Clock::set(ENDED + WINDOW);
        for (who, report, error) in wrong {
            assert_noop!(reveal(who, &[report]), error);
        }
    });
}

#[test]
fn reveal_should_fail_when_not_signed() {
    build_and_execute(|| {
        let batch = || vec![Reveal { report: latency(ROUND, 100), salt: SALT }].try_into().unwrap();
        for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
            assert_noop!(SliOracle::reveal(origin, batch()), DispatchError::BadOrigin);
        }
    });
}

#[test]
fn commit_and_reveal_should_weigh_more_with_every_report() {
    use frame_support::dispatch::GetDispatchInfo;
    let commit = |count: usize| {
        let commitments = vec![(ROUND, H256::zero()); count].try_into().unwrap();
        crate::Call::<Test>::commit { commitments }.get_dispatch_info().call_weight.ref_time()
    };
    let reveal = |count: usize| {
        let reveals = vec![Reveal { report: latency(ROUND, 100), salt: SALT }; count].try_into().unwrap();
        crate::Call::<Test>::reveal { reveals }.get_dispatch_info().call_weight.ref_time()
    };
    assert!(commit(2) > commit(1) && reveal(2) > reveal(1));
    assert_eq!(commit(64) - commit(1), 63 * (commit(2) - commit(1)));
    assert_eq!(reveal(64) - reveal(1), 63 * (reveal(2) - reveal(1)));
}
