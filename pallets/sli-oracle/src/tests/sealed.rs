// SPDX-License-Identifier: Apache-2.0

//! What a sealed round answers, from its first commitment to its result.

use super::*;
use codec::Encode;

const REGULAR: Moment = ENDED + WINDOW;
const EXTENDED: Moment = ENDED + 2 * WINDOW;

fn open(until: Moment) -> Collected {
    Collected::Open { until }
}

fn no_data() -> Collected {
    closed(&[Indicator::NoData, Indicator::NoData])
}

#[test]
fn the_provider_should_pay_for_the_largest_round() {
    for (reveal_window, sealed) in [(None, false), (Some(WINDOW), true)] {
        let mut terms = terms(&COMMITTEE, 3);
        terms.oracle.reveal_window = reveal_window;
        let indicators: Indicators =
            terms.objectives.iter().map(|_| value(u128::MAX)).collect::<Vec<_>>().try_into().unwrap();
        let report = |reporter| Report { reporter, indicators: indicators.clone(), evidence: H256::repeat_byte(1) };
        let mut round = Round { extended: true, ..Default::default() };
        round.reports = COMMITTEE.map(report).to_vec().try_into().unwrap();
        if sealed {
            let hash = H256::repeat_byte(2);
            let hashes = COMMITTEE.map(|reporter| Commitment { reporter, hash });
            round.commitments = hashes.to_vec().try_into().unwrap();
        }
        let bytes = ROUND.encoded_size() + round.encoded_size();
        assert_eq!(<SliOracle as OnVerdict<_>>::kept(&terms), bytes as u64);
    }
}

#[test]
fn collect_should_wait_for_commitments_and_then_for_reveals() {
    build_and_execute(|| {
        sealed_round_of(&COMMITTEE);
        for (who, ms) in COMMITTEE.into_iter().zip([400, 100, 300, 200]) {
            // As if they had committed to these.
            let hash = hash_of(who, &latency(ROUND, ms));
            Rounds::<Test>::mutate(ROUND, |round| {
                let theirs = round.commitments.iter_mut().find(|commitment| commitment.reporter == who).unwrap();
                theirs.hash = hash;
            });
            assert_ok!(reveal(who, &[latency(ROUND, ms)]));
        }
        for (now, expected) in [
            (ENDED, open(REGULAR)),
            (REGULAR - 1, open(REGULAR)),
            (REGULAR, open(REGULAR + REVEAL)),
            (REGULAR + REVEAL - 1, open(REGULAR + REVEAL)),
            (REGULAR + REVEAL, closed(&[value(1), value(200)])),
            (Moment::MAX, closed(&[value(1), value(200)])),
        ] {
            assert_eq!(collect_at(ROUND, now), expected, "at {now}");
        }
    });
}

#[test]
fn collect_should_extend_once_when_too_few_have_committed() {
    build_and_execute(|| {
        sealed_round_of(&[ALICE, BOB]);
        assert_eq!(collect_at(ROUND, REGULAR), open(EXTENDED));
        register(&[CHARLIE]);
        assert_ok!(commit_to(CHARLIE, &[latency(ROUND, 100)]));
        for (now, expected) in [
            (REGULAR, open(EXTENDED)),
            (EXTENDED - 1, open(EXTENDED)),
            (EXTENDED, open(EXTENDED + REVEAL)),
            (EXTENDED + REVEAL, no_data()),
        ] {
            assert_eq!(collect_at(ROUND, now), expected, "at {now}");
        }
    });
}

#[test]
fn collect_should_give_no_data_at_once_when_too_few_have_committed_in_the_end() {
    build_and_execute(|| {
        sealed_round_of(&[ALICE, BOB]);
        assert_eq!(collect_at(ROUND, EXTENDED - 1), open(EXTENDED));
        assert_eq!(collect_at(ROUND, EXTENDED), no_data());
        // Who committed has done what could be done; the others have not.
        register(&[CHARLIE]);
        seat(&[CHARLIE]);
        Reporters::<Test>::mutate(CHARLIE, |reporter| reporter.as_mut().unwrap().since = ENDED);
        finish_at(ROUND, EXTENDED);
        assert_eq!([ALICE, BOB, CHARLIE].map(strikes), [0, 0, 1]);
    });
}

#[test]
fn collect_should_give_no_data_without_another_extension_when_too_few_reveal() {
    build_and_execute(|| {
        sealed_round_of(&COMMITTEE);
        for who in [ALICE, BOB] {
            assert_ok!(reveal(who, &[latency(ROUND, 100)]));
        }
        assert_eq!(collect_at(ROUND, REGULAR + REVEAL - 1), open(REGULAR + REVEAL));
        assert_eq!(collect_at(ROUND, REGULAR + REVEAL), no_data());
        finish_at(ROUND, REGULAR + REVEAL);
        assert_eq!(COMMITTEE.map(strikes), [0, 0, 1, 1]);
    });
}

#[test]
fn only_those_who_revealed_should_be_rewarded() {
    build_and_execute(|| {
        sealed_round_of(&COMMITTEE);
        for who in [ALICE, BOB, CHARLIE] {
            assert_ok!(reveal(who, &[latency(ROUND, 100)]));
        }
        assert_eq!(reward(ROUND, 99), Ok(99));
        assert_eq!(COMMITTEE.map(claimable), [33, 33, 33, 0]);
    });
}

/// Nothing in the state tells the measurements of a report before it is revealed: the same state, but for the hashes,
/// comes of any of them.
#[test]
fn no_value_should_be_readable_before_the_reveal() {
    let state = |ms| {
        let mut found = None;
        build_and_execute(|| {
            seal_reports();
            register(&COMMITTEE);
            for who in COMMITTEE {
                assert_ok!(commit_to(who, &[latency(ROUND, ms)]));
            }
            let mut round = Rounds::<Test>::get(ROUND);
            assert!(round.commitments.iter().all(|commitment| commitment.hash != H256::zero()));
            round.commitments.iter_mut().for_each(|commitment| commitment.hash = H256::zero());
            let reporters = COMMITTEE.map(Reporters::<Test>::get);
            found = Some((round, reporters, events(), collect_at(ROUND, ENDED)));
        });
        found
    };
    assert_eq!(state(100), state(900));
}
