// SPDX-License-Identifier: Apache-2.0

//! Verdicts as a challenge sees them.

use crate::{mock::*, ChallengedUntil, Error, Event, Periods, Providers, Services};
use dsla_primitives::{
    api::Phase,
    traits::{AgreementInspect, AgreementStatus, ProposedVerdict, Verdicts},
    verdict::{Indicator, Indicators, Outcome},
    AgreementId, RoundId,
};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{ArithmeticError, DispatchResult, Perbill};

const PROPOSAL: u64 = START + HOUR + REPORT;

fn suspend(id: AgreementId, period: u32) -> DispatchResult {
    Sla::suspend(RoundId::new(id, period))
}

fn rule(id: AgreementId, period: u32, hundredths: u128) -> DispatchResult {
    Sla::rule(RoundId::new(id, period), &indicators(hundredths))
}

fn indicators(hundredths: u128) -> Indicators {
    vec![Indicator::Value(percent(hundredths))].try_into().unwrap()
}

fn phase(id: AgreementId, period: u32) -> Phase {
    Periods::<Test>::get(id, period).unwrap().phase
}

/// An agreement whose period 0 is proposed, right now.
fn proposed() -> AgreementId {
    let id = open_agreement(terms());
    block_at(START);
    block_at(PROPOSAL);
    events();
    id
}

#[test]
fn a_verdict_should_be_visible_to_challengers_from_its_proposal_until_it_is_final() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        let seen = || Sla::proposed(RoundId::new(id, 0));
        assert_eq!(seen(), None);
        block_at(START);
        assert_eq!(seen(), None);
        block_at(PROPOSAL);
        let until = PROPOSAL + CHALLENGE;
        let verdict = ProposedVerdict { provider: PROVIDER, terms: terms(), indicators: indicators(99_95), until };
        assert_eq!(seen(), Some(verdict.clone()));
        // Also once the window is over, until somebody settles.
        set_now(until);
        assert_eq!(seen(), Some(verdict));
        block_at(until);
        assert_eq!(seen(), None);
        assert_eq!(Sla::proposed(RoundId::new(AgreementId(9), 0)), None);
    });
}

#[test]
fn suspend_should_keep_a_verdict_from_becoming_final_and_the_window_known() {
    build_and_execute(|| {
        let id = proposed();
        set_now(PROPOSAL + CHALLENGE - 1);
        assert_ok!(suspend(id, 0));
        assert_eq!(phase(id, 0), Phase::Challenged { since: PROPOSAL + CHALLENGE - 1 });
        assert_eq!(events(), vec![Event::PeriodChallenged { agreement: id, period: 0 }]);
        assert_eq!(Sla::proposed(RoundId::new(id, 0)).unwrap().until, PROPOSAL + CHALLENGE);
        // Once more does nothing, also after the window.
        set_now(PROPOSAL + CHALLENGE);
        assert_ok!(suspend(id, 0));
        assert_eq!((phase(id, 0), events()), (Phase::Challenged { since: PROPOSAL + CHALLENGE - 1 }, vec![]));
        block_at(PROPOSAL + CHALLENGE);
        assert_noop!(settle(STRANGER, id), Error::<Test>::NothingDue);
        assert_eq!(Sla::outcome(RoundId::new(id, 0)), None);
    });
}

#[test]
fn suspend_should_fail_outside_of_the_window() {
    build_and_execute(|| {
        let id = proposed();
        assert_noop!(suspend(id, 1), Error::<Test>::PeriodNotFound);
        assert_noop!(suspend(AgreementId(9), 0), Error::<Test>::PeriodNotFound);
        set_now(PROPOSAL + CHALLENGE);
        assert_noop!(suspend(id, 0), Error::<Test>::WrongState);
        block_at(PROPOSAL + CHALLENGE);
        assert_noop!(suspend(id, 0), Error::<Test>::WrongState);
    });
}

#[test]
fn later_periods_should_be_judged_and_become_final_after_a_suspended_one_in_order() {
    build_and_execute(|| {
        let id = proposed();
        assert_ok!(suspend(id, 0));
        for period in 1..3 {
            block_at(end(period) + REPORT);
            assert_eq!(agreement(id).proposed, period + 1);
        }
        block_at(end(9));
        assert_eq!((agreement(id).finalized, Sla::next_due(id)), (0, None));
        assert_ok!(rule(id, 0, 99_95));
        block_at(end(9));
        assert_eq!(agreement(id).status, AgreementStatus::Completed);
        assert_eq!(settled().iter().map(|s| s.round.period).collect::<Vec<_>>(), vec![0, 1, 2]);
    });
}

#[test]
fn a_later_verdict_should_wait_from_its_turn_on() {
    build_and_execute(|| {
        let mut slow = terms();
        slow.oracle.challenge_window = 2 * HOUR;
        let id = open_agreement(slow);
        block_at(START);
        block_at(end(0) + REPORT);
        block_at(end(1) + REPORT);
        let due = agreement(id).timers.finalize;
        assert_ok!(suspend(id, 1));
        assert_eq!(agreement(id).timers.finalize, due);
        block_at(end(0) + REPORT + 2 * HOUR);
        assert_eq!((agreement(id).finalized, agreement(id).timers.finalize), (1, None));
        set_now(end(3));
        assert_ok!(rule(id, 1, 0));
        block_at(end(3));
        assert_eq!(agreement(id).finalized, 2);
        let credits = settled().iter().map(|s| s.credit).collect::<Vec<_>>();
        assert_eq!(credits, vec![Perbill::zero(), Perbill::one()]);
    });
}

#[test]
fn a_verdict_ruled_before_its_turn_should_wait_for_the_one_before() {
    build_and_execute(|| {
        let mut slow = terms();
        slow.oracle.challenge_window = 2 * HOUR;
        let id = open_agreement(slow);
        block_at(START);
        block_at(end(0) + REPORT);
        block_at(end(1) + REPORT);
        assert_ok!(suspend(id, 0));
        assert_ok!(suspend(id, 1));
        assert_ok!(rule(id, 1, 0));
        assert_eq!(agreement(id).timers.finalize, None);
        block_at(end(1) + REPORT + MINUTE);
        assert_eq!(agreement(id).finalized, 0);
        assert_ok!(rule(id, 0, 99_95));
        block_at(end(1) + REPORT + MINUTE);
        assert_eq!(agreement(id).finalized, 2);
    });
}

#[test]
fn rule_should_judge_by_the_ruled_indicators_and_let_the_verdict_become_final_at_once() {
    build_and_execute(|| {
        let id = proposed();
        assert_ok!(suspend(id, 0));
        let now = PROPOSAL + 10 * CHALLENGE;
        set_now(now);
        events();
        assert_ok!(rule(id, 0, 98_00));
        let record = Periods::<Test>::get(id, 0).unwrap();
        assert_eq!(record.indicators, indicators(98_00));
        assert_eq!((record.verdict.outcome, record.verdict.credit), (Outcome::Missed, Perbill::from_percent(30)));
        assert_eq!(record.phase, Phase::Proposed { until: now });
        let ruled = Event::PeriodRuled { agreement: id, period: 0, verdict: record.verdict.clone(), overturned: true };
        assert_eq!(events(), vec![ruled]);
        assert_eq!(ChallengedUntil::<Test>::iter().count(), 0);
        // No second challenge.
        assert_noop!(suspend(id, 0), Error::<Test>::WrongState);
        assert_noop!(rule(id, 0, 0), Error::<Test>::WrongState);
        block_at(now);
        assert_eq!(phase(id, 0), Phase::Final { at: now });
        assert_eq!(Sla::outcome(RoundId::new(id, 0)), Some(Outcome::Missed));
        assert_eq!((settled()[0].outcome, settled()[0].credit), (Outcome::Missed, Perbill::from_percent(30)));
        let record = Providers::<Test>::get(PROVIDER).unwrap().record;
        assert_eq!((record.periods_met, record.periods_missed, record.periods_overturned), (0, 1, 1));
        assert_eq!(Services::<Test>::get(agreement(id).service).unwrap().record, record);
    });
}

#[test]
fn rule_should_count_as_overturned_only_what_changes_the_outcome_or_the_credit() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        block_at(START);
        let cases = [(99_95, 99_99, false), (98_00, 98_50, false), (98_00, 90_00, true)];
        for (period, (measured, ruled, overturned)) in (0u32..).zip(cases) {
            measure(id, period, measured);
            block_at(end(period) + REPORT);
            assert_ok!(suspend(id, period));
            events();
            assert_ok!(rule(id, period, ruled));
            let Some(Event::PeriodRuled { overturned: seen, .. }) = events().pop() else { panic!("no ruling") };
            assert_eq!(seen, overturned);
            block_at(end(period) + REPORT);
        }
        assert_eq!(Providers::<Test>::get(PROVIDER).unwrap().record.periods_overturned, 1);
    });
}

#[test]
fn rule_should_fail_when_the_verdict_does_not_wait() {
    build_and_execute(|| {
        let id = proposed();
        assert_noop!(rule(id, 0, 0), Error::<Test>::WrongState);
        assert_noop!(rule(id, 1, 0), Error::<Test>::PeriodNotFound);
        block_at(PROPOSAL + CHALLENGE);
        assert_noop!(rule(id, 0, 0), Error::<Test>::WrongState);
    });
}

#[test]
fn rule_should_fail_when_the_track_record_overflows() {
    build_and_execute(|| {
        let id = proposed();
        assert_ok!(suspend(id, 0));
        let count = |n| Providers::<Test>::mutate(PROVIDER, |p| p.as_mut().unwrap().record.periods_overturned = n);
        count(u64::MAX);
        assert_noop!(rule(id, 0, 0), ArithmeticError::Overflow);
        count(0);
        assert_ok!(rule(id, 0, 0));
    });
}

#[test]
fn a_challenged_period_should_be_ruled_under_its_own_terms() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        let mut capped = new_terms(1_000);
        capped.pricing.credit_cap = Perbill::from_percent(5);
        assert_ok!(propose_amendment(id, capped.clone(), 1));
        block_at(START);
        for period in 0..2 {
            block_at(end(period));
            block_at(end(period) + REPORT);
            assert_ok!(suspend(id, period));
        }
        assert_eq!(agreement(id).version, 1);
        assert_eq!(Sla::proposed(RoundId::new(id, 0)).unwrap().terms, terms());
        assert_eq!(Sla::proposed(RoundId::new(id, 1)).unwrap().terms, capped);
        assert_ok!(rule(id, 1, 0));
        assert_ok!(rule(id, 0, 0));
        block_at(end(1) + REPORT);
        let credits = settled().iter().map(|s| s.credit).collect::<Vec<_>>();
        assert_eq!(credits, vec![Perbill::one(), Perbill::from_percent(5)]);
    });
}

#[test]
fn an_agreement_that_ends_early_should_wait_for_the_rulings() {
    build_and_execute(|| {
        let id = proposed();
        assert_ok!(suspend(id, 0));
        // Period 1 runs, and the last one is the next.
        assert_noop!(terminate(id, Some(1)), Error::<Test>::TooEarly);
        assert_ok!(terminate(id, None));
        block_at(end(1) + REPORT);
        block_at(end(5));
        assert_eq!((agreement(id).status, agreement(id).proposed), (AgreementStatus::Active, 2));
        assert_ok!(rule(id, 0, 0));
        block_at(end(5));
        assert_eq!((agreement(id).status, agreement(id).finalized), (AgreementStatus::Terminated, 2));
    });
}
