// SPDX-License-Identifier: Apache-2.0

//! Early ends by governance, and those of agreements whose cover is too small.

use crate::{mock::*, EndReason, Ending, Error, Event, Providers, Services, TrackRecord};
use dsla_primitives::{traits::AgreementStatus, AgreementId};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

#[test]
fn terminate_should_end_the_agreement_at_the_next_boundary() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        block_at(START);
        events();
        assert_ok!(terminate(id, None));
        let decided = Event::EndDecided { agreement: id, periods: 1, reason: EndReason::Governance };
        assert_eq!(events(), vec![decided]);
        block_at(end(0) + REPORT);
        assert_eq!(agreement(id).timers.propose, None);
        block_at(end(0) + REPORT + CHALLENGE);
        assert_eq!(agreement(id).status, AgreementStatus::Terminated);
        assert_eq!(settled().iter().map(|s| s.round.period).collect::<Vec<_>>(), vec![0]);
        assert_eq!(told().last(), Some(&Told::Ended(id)));
        let terminated = Event::AgreementTerminated { agreement: id, reason: EndReason::Governance };
        assert_eq!(events().last(), Some(&terminated));
        let service = Services::<Test>::get(agreement(id).service).unwrap();
        assert_eq!(service.agreements, 0);
        let record = TrackRecord { agreements: 1, agreements_terminated: 1, periods_met: 1, ..Default::default() };
        assert_eq!(service.record, record);
        assert_eq!(Providers::<Test>::get(PROVIDER).unwrap().record, record);
    });
}

#[test]
fn terminate_should_take_the_boundary_that_is_asked_for_when_it_lies_ahead() {
    build_and_execute(|| {
        let id = open_agreement(new_terms(1_000));
        set_now(end(1));
        for at in [0, 1, 2] {
            assert_noop!(terminate(id, Some(at)), Error::<Test>::TooEarly);
        }
        assert_ok!(terminate(id, Some(7)));
        assert_noop!(terminate(id, Some(8)), Error::<Test>::EndsAnyway);
        assert_noop!(terminate(id, Some(7)), Error::<Test>::EndsAnyway);
        assert_ok!(terminate(id, None));
        assert_eq!(agreement(id).ending, Some(Ending { periods: 3, reason: EndReason::Governance }));
    });
}

#[test]
fn terminate_should_bring_a_notice_forward() {
    build_and_execute(|| {
        let mut terms = new_terms(1_000);
        terms.notice_periods = Some(3);
        let id = open_agreement(terms);
        block_at(START);
        assert_ok!(Sla::give_notice(RuntimeOrigin::signed(PROVIDER), id));
        assert_ok!(terminate(id, None));
        assert_eq!(agreement(id).ending, Some(Ending { periods: 1, reason: EndReason::Governance }));
        assert_noop!(Sla::give_notice(RuntimeOrigin::signed(PROVIDER), id), Error::<Test>::EndsAnyway);
    });
}

#[test]
fn terminate_should_end_an_agreement_that_has_not_begun_without_any_period() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        assert_ok!(terminate(id, None));
        assert_eq!((agreement(id).periods, agreement(id).status), (0, AgreementStatus::Open));
        events();
        block_at(T0);
        assert_eq!(agreement(id).status, AgreementStatus::Terminated);
        let terminated = Event::AgreementTerminated { agreement: id, reason: EndReason::Governance };
        assert_eq!(events(), vec![terminated]);
        assert_eq!((told().last(), settled()), (Some(&Told::Ended(id)), vec![]));
        block_at(START + HOUR);
        assert_eq!((asked(), Sla::next_due(id)), (vec![], None));
        // The terms stay, and so does their rent.
        assert!(agreement(id).ticket.is_some());
    });
}

#[test]
fn terminate_should_fail_when_nothing_is_left_to_end() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        set_now(end(1));
        assert_noop!(terminate(id, None), Error::<Test>::EndsAnyway);
        set_now(end(2));
        assert_noop!(terminate(id, None), Error::<Test>::EndsAnyway);
        set_now(end(1) - 1);
        assert_ok!(terminate(id, None));
    });
}

#[test]
fn terminate_should_fail_when_the_agreement_is_not_open_or_active() {
    build_and_execute(|| {
        let draft = register_agreement(terms());
        let terminated = open_agreement(terms());
        assert_ok!(terminate(terminated, None));
        block_at(T0);
        for id in [draft, terminated] {
            assert_noop!(terminate(id, None), Error::<Test>::WrongState);
        }
        assert_noop!(terminate(AgreementId(9), None), Error::<Test>::AgreementNotFound);
    });
}

#[test]
fn terminate_should_fail_when_it_is_not_governance() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        let origins = [PROVIDER, OTHER, STRANGER].map(RuntimeOrigin::signed);
        for origin in origins.into_iter().chain([RuntimeOrigin::none()]) {
            assert_noop!(Sla::terminate(origin, id, None), DispatchError::BadOrigin);
        }
    });
}

#[test]
fn an_uncovered_agreement_should_end_at_the_next_boundary_that_has_not_begun() {
    build_and_execute(|| {
        let id = open_agreement(new_terms(1_000));
        block_at(START);
        block_at(end(0) + REPORT);
        uncover(id, true);
        events();
        block_at(end(0) + REPORT + CHALLENGE);
        // Period 1 runs.
        let decided = Event::EndDecided { agreement: id, periods: 2, reason: EndReason::Uncovered };
        assert_eq!(events().last(), Some(&decided));
        assert_eq!(agreement(id).periods, 2);
        block_at(end(1) + REPORT);
        events();
        block_at(end(1) + REPORT + CHALLENGE);
        // Told so again, which changes nothing.
        assert!(!events().iter().any(|event| matches!(event, Event::EndDecided { .. })));
        assert_eq!((agreement(id).status, settled().len()), (AgreementStatus::Terminated, 2));
    });
}

#[test]
fn an_uncovered_agreement_should_complete_when_its_last_period_runs() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        block_at(START);
        block_at(end(0) + REPORT);
        block_at(end(0) + REPORT + CHALLENGE);
        uncover(id, true);
        block_at(end(1) + REPORT);
        block_at(end(1) + REPORT + CHALLENGE);
        assert_eq!((agreement(id).finalized, agreement(id).ending), (2, None));
        block_at(end(2) + REPORT);
        block_at(end(2) + REPORT + CHALLENGE);
        assert_eq!(agreement(id).status, AgreementStatus::Completed);
    });
}

#[test]
fn an_uncovered_agreement_should_not_see_new_terms_of_later_periods() {
    build_and_execute(|| {
        let id = open_agreement(new_terms(1_000));
        block_at(START);
        assert_ok!(propose_amendment(id, new_terms(2_000), 5));
        uncover(id, true);
        block_at(end(0) + REPORT);
        events();
        block_at(end(0) + REPORT + CHALLENGE);
        let seen = events();
        assert!(seen.contains(&Event::EndDecided { agreement: id, periods: 2, reason: EndReason::Uncovered }));
        // Dropped by the same block.
        assert_eq!(seen.last(), Some(&Event::AmendmentDropped { agreement: id, version: 1 }));
        assert_eq!(agreement(id).waiting, None);
    });
}
