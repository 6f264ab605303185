// SPDX-License-Identifier: Apache-2.0

use super::*;

const HASH: H256 = H256::repeat_byte(0xc0);

/// `test` with sealed reports and these reporters.
fn sealed(reporters: &[AccountId], test: impl FnOnce()) {
    build_and_execute(|| {
        seal_reports();
        register(reporters);
        test();
    });
}

fn outcome(result: DispatchResultWithPostInfo) -> Result<(), DispatchError> {
    result.map(|_| ()).map_err(|refused| refused.error)
}

#[test]
fn commit_should_store_the_hash_and_cost_no_fee() {
    sealed(&[ALICE], || {
        let info = commit(ALICE, &[(ROUND, HASH)]).unwrap();
        assert_eq!(info.pays_fee, Pays::No);
        let round = Rounds::<Test>::get(ROUND);
        assert_eq!(round.commitments.into_inner(), vec![Commitment { reporter: ALICE, hash: HASH }]);
        assert!(round.reports.is_empty() && !round.extended);
        assert_eq!(Reporters::<Test>::get(ALICE).unwrap().reports, 0);
        let rounds = vec![ROUND].try_into().unwrap();
        assert_eq!(last_event(), Event::ReportsCommitted { reporter: ALICE, rounds });
    });
}

#[test]
fn commit_should_take_all_of_a_batch_or_nothing() {
    sealed(&[ALICE], || {
        let other = AgreementId(8);
        Agreements::insert(other, sealed_terms(&[ALICE], 1));
        let later = RoundId::new(AGREEMENT, 1);
        let batch = [(ROUND, HASH), (later, HASH)];
        assert_eq!(commit(ALICE, &batch).unwrap_err().post_info.pays_fee, Pays::Yes);
        assert_noop!(commit(ALICE, &batch), Error::<Test>::TooEarly);
        assert!(!Rounds::<Test>::contains_key(ROUND));
        assert_ok!(commit(ALICE, &[(ROUND, HASH), (RoundId::new(other, 0), HASH)]));
        assert_eq!(Rounds::<Test>::get(RoundId::new(other, 0)).commitment_of(&ALICE), Some(HASH));
    });
}

#[test]
fn commit_should_respect_the_window_when_there_is_a_quorum() {
    let end = ENDED + WINDOW;
    for (now, expected) in [
        (ENDED - 1, Err(Error::<Test>::TooEarly.into())),
        (ENDED, Ok(())),
        (end - 1, Ok(())),
        (end, Err(Error::<Test>::TooLate.into())),
        (end + 1, Err(Error::<Test>::TooLate.into())),
    ] {
        sealed(&COMMITTEE, || {
            for who in [ALICE, BOB, CHARLIE] {
                assert_ok!(commit(who, &[(ROUND, HASH)]));
            }
            Clock::set(now);
            assert_eq!(outcome(commit(DAVE, &[(ROUND, HASH)])), expected);
            assert!(!Rounds::<Test>::get(ROUND).extended);
        });
    }
}

#[test]
fn commit_should_extend_the_window_to_its_end_when_there_is_no_quorum() {
    let end = ENDED + 2 * WINDOW;
    for (now, expected) in [
        (ENDED + WINDOW, Ok(())),
        (end - 1, Ok(())),
        (end, Err(Error::<Test>::TooLate.into())),
        (end + 1, Err(Error::<Test>::TooLate.into())),
    ] {
        sealed(&COMMITTEE, || {
            for who in [ALICE, BOB] {
                assert_ok!(commit(who, &[(ROUND, HASH)]));
            }
            Clock::set(now);
            assert_eq!(outcome(commit(CHARLIE, &[(ROUND, HASH)])), expected);
            // Also when the quorum is complete.
            assert_eq!(outcome(commit(DAVE, &[(ROUND, HASH)])), expected);
            assert_eq!(Rounds::<Test>::get(ROUND).extended, expected.is_ok());
        });
    }
}

#[test]
fn commit_should_fail_when_committed_already() {
    sealed(&[ALICE], || {
        let twice = [(ROUND, HASH), (ROUND, HASH)];
        assert_noop!(commit(ALICE, &twice), Error::<Test>::AlreadyCommitted);
        assert_ok!(commit(ALICE, &[(ROUND, HASH)]));
        assert_noop!(commit(ALICE, &[(ROUND, H256::zero())]), Error::<Test>::AlreadyCommitted);
    });
}

#[test]
fn commit_should_fail_when_the_round_is_open() {
    build_and_execute(|| {
        register(&[ALICE]);
        assert_noop!(commit(ALICE, &[(ROUND, HASH)]), Error::<Test>::RoundOpen);
    });
}

#[test]
fn commit_should_fail_when_the_batch_is_empty() {
    sealed(&[ALICE], || {
        assert_noop!(commit(ALICE, &[]), Error::<Test>::EmptyBatch);
    });
}

#[test]
fn commit_should_fail_when_the_reporter_may_not_report() {
    sealed(&[ALICE, BOB, CHARLIE], || {
        assert_noop!(commit(DAVE, &[(ROUND, HASH)]), Error::<Test>::ReporterNotFound);
        assert_ok!(SliOracle::leave(signed(ALICE)));
        assert_noop!(commit(ALICE, &[(ROUND, HASH)]), Error::<Test>::ReporterLeaving);
        strike(BOB, MAX_STRIKES);
        assert_noop!(commit(BOB, &[(ROUND, HASH)]), Error::<Test>::BondTooSmall);
        MinBond::set(&(MIN_BOND + 1));
        assert_noop!(commit(CHARLIE, &[(ROUND, HASH)]), Error::<Test>::BondTooSmall);
    });
}

#[test]
fn commit_should_fail_when_not_in_the_committee() {
    sealed(&[STRANGER], || {
        assert_noop!(commit(STRANGER, &[(ROUND, HASH)]), Error::<Test>::NotInCommittee);
    });
}

#[test]
fn commit_should_fail_when_there_is_no_such_round() {
    sealed(&[ALICE], || {
        let nowhere = RoundId::new(AgreementId(99), 0);
        assert_noop!(commit(ALICE, &[(nowhere, HASH)]), Error::<Test>::AgreementNotFound);
        let beyond = RoundId::new(AGREEMENT, PERIODS);
        assert_noop!(commit(ALICE, &[(beyond, HASH)]), Error::<Test>::PeriodNotFound);
        Agreements::change(AGREEMENT, |agreement| agreement.info.status = AgreementStatus::Open);
        assert_noop!(commit(ALICE, &[(ROUND, HASH)]), Error::<Test>::WrongState);
    });
}

#[test]
fn commit_should_take_a_commitment_of_every_member_when_the_committee_is_full() {
    build_and_execute(|| {
        let committee = (ALICE..ALICE + 16).collect::<Vec<_>>();
        Agreements::insert(AGREEMENT, sealed_terms(&committee, 11));
        sealed_round_of(&committee);
        assert_eq!(Rounds::<Test>::get(ROUND).committed(), 16);
        for who in &committee {
            assert_ok!(reveal(*who, &[latency(ROUND, 100)]));
        }
        assert_eq!(Rounds::<Test>::get(ROUND).count(), 16);
    });
}

#[test]
fn commit_should_fail_when_not_signed() {
    build_and_execute(|| {
        let batch = || vec![(ROUND, HASH)].try_into().unwrap();
        for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
            assert_noop!(SliOracle::commit(origin, batch()), DispatchError::BadOrigin);
        }
    });
}
