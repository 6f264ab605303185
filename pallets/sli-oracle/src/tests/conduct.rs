// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::conduct::{conduct, Conduct};
use Indicator::NoData;

/// What is made of a report of `reported` on objectives with a tolerance of 1, when the period came out as
/// `indicators`.
fn judged(reported: [Indicator; 2], indicators: &[Indicator]) -> Conduct {
    let report = Report { reporter: ALICE, indicators: reported.to_vec().try_into().unwrap(), evidence: EVIDENCE };
    let round = Round { reports: vec![report].try_into().unwrap(), ..Default::default() };
    conduct(&ALICE, &round, &terms(&COMMITTEE, QUORUM), indicators)
}

fn inner(value: u128) -> Indicator {
    Indicator::Value(FixedU128::from_inner(value))
}

#[test]
fn a_report_should_be_bad_beyond_the_tolerance_only() {
    const ONE: u128 = 1_000_000_000_000_000_000;
    for (reported, expected) in [
        (100 * ONE, Conduct::Good),
        (99 * ONE, Conduct::Good),
        (101 * ONE, Conduct::Good),
        (99 * ONE - 1, Conduct::Bad),
        (101 * ONE + 1, Conduct::Bad),
        (0, Conduct::Bad),
        (u128::MAX, Conduct::Bad),
    ] {
        assert_eq!(judged([value(1), inner(reported)], &[value(1), value(100)]), expected, "{reported}");
        assert_eq!(judged([NoData, inner(reported)], &[value(1), value(100)]), expected, "{reported}");
    }
}

#[test]
fn an_objective_without_a_value_should_not_be_judged() {
    assert_eq!(judged([value(1), value(900)], &[value(1), NoData]), Conduct::Good);
    assert_eq!(judged([value(1), value(900)], &[NoData, NoData]), Conduct::Neutral);
    // A verdict without indicators has no data.
    assert_eq!(judged([value(1), value(900)], &[]), Conduct::Neutral);
}

#[test]
fn saying_nothing_should_be_bad_when_it_is_all_that_was_said() {
    assert_eq!(judged([NoData, value(100)], &[value(1), value(100)]), Conduct::Good);
    assert_eq!(judged([NoData, NoData], &[value(1), value(100)]), Conduct::Bad);
    assert_eq!(judged([NoData, NoData], &[NoData, value(100)]), Conduct::Bad);
    assert_eq!(judged([NoData, NoData], &[NoData, NoData]), Conduct::Neutral);
    // Something was said, but not on what can be judged.
    assert_eq!(judged([NoData, value(100)], &[value(1), NoData]), Conduct::Neutral);
}

#[test]
fn keeping_a_sealed_report_should_be_bad_when_it_could_be_revealed() {
    let commitment = |reporter| Commitment { reporter, hash: H256::zero() };
    for (committed, expected) in [(2, Conduct::Neutral), (3, Conduct::Bad), (4, Conduct::Bad)] {
        let commitments = COMMITTEE.into_iter().take(committed).map(commitment).collect::<Vec<_>>();
        let round = Round { commitments: commitments.try_into().unwrap(), ..Default::default() };
        let terms = sealed_terms(&COMMITTEE, QUORUM);
        assert_eq!(conduct(&ALICE, &round, &terms, &[value(1), value(100)]), expected);
    }
}

#[test]
fn doing_nothing_should_be_absence() {
    let indicators = [value(1), value(100)];
    assert_eq!(conduct(&ALICE, &Round::default(), &terms(&COMMITTEE, QUORUM), &indicators), Conduct::Absent);
    assert_eq!(conduct(&ALICE, &Round::default(), &sealed_terms(&COMMITTEE, QUORUM), &indicators), Conduct::Absent);
}

/// Registered, left, came back, left again: on duty in between, at both ends of each.
#[test]
fn duty_should_follow_the_life_of_a_reporter() {
    let (since, forgiven_at) = (10, 0);
    let reporter =
        |state, away| Reporter { uri: uri(""), bond: 0, state, reports: 0, strikes: 0, since, away, forgiven_at };
    let away = Some(Absence { from: 20, to: 30 });
    let leaving = ReporterState::Leaving { since: 40, until: 100 };
    let on_duty = |reporter: &Reporter| (0..60).filter(|ended| reporter.was_on_duty(*ended)).collect::<Vec<_>>();
    assert_eq!(on_duty(&reporter(ReporterState::Active, None)), (10..60).collect::<Vec<_>>());
    assert_eq!(on_duty(&reporter(ReporterState::Suspended, None)), (10..60).collect::<Vec<_>>());
    assert_eq!(on_duty(&reporter(leaving, None)), (10..40).collect::<Vec<_>>());
    assert_eq!(on_duty(&reporter(leaving, away)), (10..20).chain(30..40).collect::<Vec<_>>());
}
