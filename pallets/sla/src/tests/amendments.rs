// SPDX-License-Identifier: Apache-2.0

//! How new terms come into force, and how they do not.

use crate::{
    mock::*, AgreementTerms, AmendmentTickets, EndReason, Error, Event, HoldReason, Periods, Timers, WeightInfo,
};
use dsla_primitives::{
    traits::{AgreementInspect, AgreementStatus, Collected},
    AgreementId, RoundId,
};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

/// An active agreement of three periods with terms of ten periods and another price that wait for boundary 2.
fn amended(price: u128) -> AgreementId {
    let id = open_agreement(terms());
    block_at(START);
    assert_ok!(propose_amendment(id, new_terms(price), 2));
    events();
    id
}

#[test]
fn new_terms_should_come_into_force_at_their_boundary_and_not_before() {
    build_and_execute(|| {
        let id = amended(2_000);
        block_at(end(0) + REPORT + CHALLENGE);
        block_at(end(1) - 1);
        assert_eq!(agreement(id).version, 0);
        events();
        block_at(end(1));
        assert_eq!(events(), vec![Event::AgreementAmended { agreement: id, version: 1, from: 2 }]);
        assert_eq!(told().last(), Some(&Told::Amended(id, 1, 2, 2_000)));
        let stored = agreement(id);
        assert_eq!((stored.version, stored.periods, stored.waiting), (1, 10, None));
        assert_eq!((stored.status, stored.timers.amend), (AgreementStatus::Active, None));
        assert_eq!(stored.starts.into_inner(), vec![2]);
        let info = Sla::agreement(id).unwrap();
        assert_eq!((info.version, info.periods), (1, 10));
        let price = |period| <Sla as AgreementInspect<_>>::terms(RoundId::new(id, period)).unwrap().pricing.unit_price;
        assert_eq!([0, 1, 2, 9].map(price), [1_000, 1_000, 2_000, 2_000]);
    });
}

#[test]
fn each_period_should_be_judged_and_settled_under_its_own_terms() {
    build_and_execute(|| {
        let id = amended(2_000);
        assert_ok!(terminate(id, Some(5)));
        // Everything at once, long afterwards: new terms first, whatever is not settled yet.
        for day in 1..4 {
            block_at(START + day * 24 * HOUR);
        }
        let settled = settled().into_iter().map(|s| (s.round.period, s.price)).collect::<Vec<_>>();
        assert_eq!(settled, vec![(0, 1_000), (1, 1_000), (2, 2_000), (3, 2_000), (4, 2_000)]);
        assert_eq!(agreement(id).status, AgreementStatus::Terminated);
        let amended = told().iter().position(|what| *what == Told::Amended(id, 1, 2, 2_000)).unwrap();
        assert!(amended < told().iter().position(|what| *what == Told::Ended(id)).unwrap());
    });
}

#[test]
fn a_period_should_be_judged_by_the_objectives_and_windows_of_its_own_terms() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        block_at(START);
        let mut stricter = new_terms(1_000);
        stricter.oracle.report_window = 2 * REPORT;
        stricter.oracle.reveal_window = Some(MINUTE);
        stricter.oracle.challenge_window = 2 * CHALLENGE;
        stricter.objectives[0].credit = dsla_primitives::terms::Credit::Deviation { cap: sp_runtime::Perbill::one() };
        assert_ok!(propose_amendment(id, stricter, 2));
        for period in 0..3 {
            measure(id, period, 0);
        }
        block_at(end(1) + REPORT - 1);
        block_at(end(1) + REPORT);
        assert_eq!(agreement(id).proposed, 2);
        // Period 2 has the longer windows and its reports are opened after them.
        let judged = end(2) + 2 * REPORT + MINUTE;
        assert_eq!(agreement(id).timers.propose, Some(judged));
        block_at(judged - 1);
        assert_eq!(agreement(id).proposed, 2);
        block_at(judged);
        let until = judged + 2 * CHALLENGE;
        assert_eq!(Periods::<Test>::get(id, 2).unwrap().phase, dsla_primitives::api::Phase::Proposed { until });
    });
}

#[test]
fn new_terms_that_the_pool_refuses_should_be_tried_again_and_hold_up_only_their_own_periods() {
    build_and_execute(|| {
        let id = amended(2_000);
        let_pool_refuse(true);
        events();
        block_at(end(1));
        let error = DispatchError::Exhausted;
        let deferred = Event::AmendmentDeferred { agreement: id, error };
        assert_eq!(events().last(), Some(&deferred));
        assert_eq!((agreement(id).version, agreement(id).timers.amend), (0, Some(end(1))));
        assert_eq!(agreement(id).timers.amend_retry, end(1) + RetryDelay::get());
        // Periods under the old terms go on; the first one under the new terms waits.
        for minute in 0..40 {
            block_at(end(1) + minute * MINUTE);
        }
        assert_eq!((agreement(id).proposed, agreement(id).finalized), (2, 2));
        block_at(end(2) + REPORT + 5 * HOUR);
        assert_eq!((agreement(id).proposed, agreement(id).status), (2, AgreementStatus::Active));
        assert_noop!(settle(STRANGER, id), error);
        let_pool_refuse(false);
        // By hand there is no waiting.
        assert!(Sla::next_due(id).unwrap() > end(2) + REPORT + 5 * HOUR);
        assert_ok!(settle(STRANGER, id));
        assert_eq!(agreement(id).timers.propose, Some(end(2) + REPORT));
        assert_eq!(told().iter().filter(|what| matches!(what, Told::Amended(..))).count(), 1);
        block_at(end(2) + REPORT + 5 * HOUR);
        assert_eq!(agreement(id).proposed, 8);
    });
}

#[test]
fn reports_that_take_long_should_not_keep_new_terms_from_coming_into_force() {
    build_and_execute(|| {
        let id = amended(2_000);
        answer(id, 0, Collected::Open { until: end(9) });
        block_at(end(0) + REPORT);
        block_at(end(1));
        assert_eq!((agreement(id).version, agreement(id).proposed), (1, 0));
        measure(id, 0, 99_95);
        block_at(end(9));
        assert_eq!(agreement(id).proposed, 9);
    });
}

#[test]
fn settle_should_return_the_weights_of_amending_and_dropping() {
    build_and_execute(|| {
        let id = amended(2_000);
        let step = || Sla::settle(RuntimeOrigin::signed(STRANGER), id).map(|info| info.actual_weight.unwrap());
        block_at(end(0) + REPORT);
        block_at(end(0) + REPORT + CHALLENGE);
        set_now(end(1));
        assert_eq!(step(), Ok(MockWeights::settle_amend()));
        assert_ok!(propose_amendment(id, new_terms(3_000), 5));
        assert_ok!(terminate(id, None));
        assert_eq!(step(), Ok(MockWeights::settle_drop()));
    });
}

#[test]
fn an_amendment_that_the_agreement_does_not_live_to_see_should_be_dropped() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        let deposit = held(PROVIDER, HoldReason::Agreement);
        block_at(START);
        assert_ok!(propose_amendment(id, new_terms(2_000), 2));
        set_now(START + 1);
        assert_ok!(terminate(id, Some(2)));
        // At once for whoever looks, and the chain clears it away in the next block.
        assert_eq!(Sla::amendment(id), None);
        let in_force = |period| <Sla as AgreementInspect<_>>::terms(RoundId::new(id, period));
        assert_eq!(in_force(2), Some(terms()));
        events();
        block_at(START + 2);
        assert_eq!(events(), vec![Event::AmendmentDropped { agreement: id, version: 1 }]);
        assert_eq!(AgreementTerms::<Test>::get(id, 1), None);
        assert_eq!(AmendmentTickets::<Test>::iter().count(), 0);
        assert_eq!(held(PROVIDER, HoldReason::Agreement), deposit);
        assert_eq!(agreement(id).waiting, None);
        block_at(end(1) + REPORT);
        block_at(end(1) + REPORT + CHALLENGE);
        assert_eq!(agreement(id).status, AgreementStatus::Terminated);
        assert_eq!(agreement(id).timers, Timers::default());
        assert!(!told().iter().any(|what| matches!(what, Told::Amended(..))));
    });
}

#[test]
fn an_amendment_that_was_not_dropped_in_time_should_be_dropped_after_the_end() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        assert_ok!(propose_amendment(id, new_terms(2_000), 2));
        assert_ok!(terminate(id, None));
        // As if dropping had failed until now.
        let before = agreement(id).timers.due();
        let mut late = agreement(id);
        late.timers.amend_retry = T0 + MINUTE;
        Sla::save(id, late, before);
        block_at(T0);
        assert_eq!(agreement(id).status, AgreementStatus::Terminated);
        assert_eq!(AgreementTerms::<Test>::get(id, 1), Some(new_terms(2_000)));
        block_at(T0 + MINUTE);
        assert_eq!((AgreementTerms::<Test>::get(id, 1), agreement(id).timers), (None, Timers::default()));
    });
}

#[test]
fn an_end_between_the_old_and_the_new_last_period_should_let_new_terms_come_into_force() {
    build_and_execute(|| {
        let id = amended(2_000);
        events();
        assert_ok!(terminate(id, Some(5)));
        let decided = Event::EndDecided { agreement: id, periods: 5, reason: EndReason::Governance };
        assert_eq!(events(), vec![decided]);
        assert_eq!(agreement(id).periods, 3);
        block_at(end(1));
        assert_eq!((agreement(id).version, agreement(id).periods), (1, 5));
        // Ten periods were never to be.
        assert_noop!(terminate(id, Some(7)), Error::<Test>::EndsAnyway);
    });
}

#[test]
fn lost_terms_of_an_amendment_should_not_stop_the_chain() {
    build_and_execute(|| {
        let ids = [amended(2_000), {
            let mut later = terms();
            later.schedule.start = START + HOUR;
            open_agreement(later)
        }];
        let intact = agreement(ids[0]);
        AgreementTerms::<Test>::remove(ids[0], 1);
        events();
        block_unchecked(end(1), &mut frame_support::weights::WeightMeter::new());
        assert!(events().contains(&Event::AgendaEntryDropped { agreement: ids[0] }));
        assert_eq!(agreement(ids[1]).status, AgreementStatus::Active);
        AgreementTerms::<Test>::insert(ids[0], 1, new_terms(2_000));
        let now = agreement(ids[0]);
        Sla::save(ids[0], crate::Agreement { timers: intact.timers, proposed: 0, finalized: 0, ..now }, None);
        Periods::<Test>::remove(ids[0], 0);
        crate::Providers::<Test>::mutate(PROVIDER, |p| p.as_mut().unwrap().record.periods_met = 0);
        crate::Services::<Test>::mutate(intact.service, |s| s.as_mut().unwrap().record.periods_met = 0);
    });
}
