// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, EndReason, Ending, Error, Event};
use dsla_primitives::{
    traits::{AgreementInspect, AgreementStatus},
    AgreementId,
};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

fn give_notice(who: AccountId, id: AgreementId) -> sp_runtime::DispatchResult {
    Sla::give_notice(RuntimeOrigin::signed(who), id)
}

/// An agreement of ten periods with this notice.
fn with_notice(notice: Option<u32>) -> AgreementId {
    let mut terms = new_terms(1_000);
    terms.notice_periods = notice;
    open_agreement(terms)
}

#[test]
fn give_notice_should_leave_the_full_periods_of_the_terms() {
    build_and_execute(|| {
        let id = with_notice(Some(2));
        block_at(START);
        block_at(end(0));
        events();
        // Period 1 runs, 2 and 3 are the notice.
        assert_ok!(give_notice(PROVIDER, id));
        let decided = Event::EndDecided { agreement: id, periods: 4, reason: EndReason::Notice };
        assert_eq!(events(), vec![decided]);
        assert_eq!(agreement(id).ending, Some(Ending { periods: 4, reason: EndReason::Notice }));
        assert_eq!(Sla::agreement(id).unwrap().periods, 4);
        assert_eq!(agreement(id).status, AgreementStatus::Active);
        for period in 0..4 {
            block_at(end(period) + REPORT);
        }
        block_at(end(3) + REPORT + CHALLENGE);
        assert_eq!(agreement(id).status, AgreementStatus::Terminated);
        assert_eq!(settled().len(), 4);
        let terminated = Event::AgreementTerminated { agreement: id, reason: EndReason::Notice };
        assert_eq!(events().last(), Some(&terminated));
        assert_eq!(told().last(), Some(&Told::Ended(id)));
    });
}

#[test]
fn give_notice_should_end_an_agreement_that_has_not_begun_after_its_notice() {
    build_and_execute(|| {
        let id = with_notice(Some(2));
        assert_ok!(give_notice(PROVIDER, id));
        assert_eq!((agreement(id).periods, agreement(id).status), (2, AgreementStatus::Open));
        block_at(START);
        assert_eq!(agreement(id).status, AgreementStatus::Active);
        // Without any notice it ends at once.
        let mut terms = new_terms(1_000);
        terms.notice_periods = Some(0);
        terms.schedule.start = START + HOUR;
        let none = open_agreement(terms);
        assert_ok!(give_notice(PROVIDER, none));
        block_at(START);
        assert_eq!(agreement(none).status, AgreementStatus::Terminated);
    });
}

#[test]
fn give_notice_should_fail_when_the_agreement_ends_by_then_anyway() {
    build_and_execute(|| {
        let id = with_notice(Some(2));
        set_now(end(6) - 1);
        assert_ok!(give_notice(PROVIDER, id));
        assert_noop!(give_notice(PROVIDER, id), Error::<Test>::EndsAnyway);
        let late = |notice, now| {
            set_now(T0);
            let id = with_notice(Some(notice));
            set_now(now);
            assert_noop!(give_notice(PROVIDER, id), Error::<Test>::EndsAnyway);
        };
        late(2, end(7) - 1);
        late(0, end(9) - 1);
        late(0, end(20));
        late(u32::MAX, START);
        set_now(end(20));
    });
}

#[test]
fn give_notice_should_fail_when_the_terms_know_none() {
    build_and_execute(|| {
        let id = with_notice(None);
        assert_noop!(give_notice(PROVIDER, id), Error::<Test>::NoticeNotAgreed);
    });
}

#[test]
fn give_notice_should_use_the_terms_in_force() {
    build_and_execute(|| {
        let id = with_notice(None);
        let mut amended = new_terms(1_000);
        amended.notice_periods = Some(1);
        assert_ok!(propose_amendment(id, amended, 2));
        block_at(START);
        assert_noop!(give_notice(PROVIDER, id), Error::<Test>::NoticeNotAgreed);
        block_at(end(1));
        assert_ok!(give_notice(PROVIDER, id));
        assert_eq!(agreement(id).periods, 4);
    });
}

#[test]
fn give_notice_should_fail_when_the_agreement_is_not_open_or_active() {
    build_and_execute(|| {
        let mut terms = terms();
        terms.notice_periods = Some(0);
        let draft = register_agreement(terms.clone());
        let completed = open_agreement(terms);
        block_at(end(2) + REPORT);
        block_at(end(2) + REPORT + CHALLENGE);
        for id in [draft, completed] {
            assert_noop!(give_notice(PROVIDER, id), Error::<Test>::WrongState);
        }
        assert_noop!(give_notice(PROVIDER, AgreementId(9)), Error::<Test>::AgreementNotFound);
    });
}

#[test]
fn give_notice_should_fail_when_it_belongs_to_another_provider_or_is_not_signed() {
    build_and_execute(|| {
        let id = with_notice(Some(0));
        register_provider(OTHER);
        for who in [OTHER, STRANGER] {
            assert_noop!(give_notice(who, id), Error::<Test>::NotAuthorized);
        }
        for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
            assert_noop!(Sla::give_notice(origin, id), DispatchError::BadOrigin);
        }
    });
}
