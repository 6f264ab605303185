// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, Agenda, AgendaKey, Error, Event, Providers, Services};
use dsla_primitives::{traits::AgreementStatus, AgreementId};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{ArithmeticError, DispatchError};

fn open(who: AccountId, id: AgreementId) -> sp_runtime::DispatchResult {
    Sla::open_agreement(RuntimeOrigin::signed(who), id)
}

#[test]
fn open_agreement_should_put_the_start_on_the_agenda() {
    build_and_execute(|| {
        let id = register_agreement(terms());
        events();
        assert_eq!(Sla::next_due(id), None);
        assert_ok!(open(PROVIDER, id));
        assert_eq!(agreement(id).status, AgreementStatus::Open);
        assert_eq!(Agenda::<Test>::iter_keys().collect::<Vec<_>>(), vec![AgendaKey::new(START, id)]);
        assert_eq!(Sla::next_due(id), Some(START));
        assert_eq!(Providers::<Test>::get(PROVIDER).unwrap().record.agreements, 1);
        assert_eq!(Services::<Test>::get(agreement(id).service).unwrap().record.agreements, 1);
        assert_eq!(events(), vec![Event::AgreementOpened { agreement: id, start: START }]);
    });
}

#[test]
fn open_agreement_should_work_until_right_before_the_start() {
    build_and_execute(|| {
        let id = register_agreement(terms());
        for now in [START, START + 1] {
            set_now(now);
            assert_noop!(open(PROVIDER, id), Error::<Test>::TooLate);
        }
        set_now(START - 1);
        assert_ok!(open(PROVIDER, id));
    });
}

#[test]
fn open_agreement_should_fail_when_not_a_draft() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        assert_noop!(open(PROVIDER, id), Error::<Test>::WrongState);
        let discarded = register_agreement(terms());
        assert_ok!(Sla::discard_agreement(RuntimeOrigin::signed(PROVIDER), discarded));
        assert_noop!(open(PROVIDER, discarded), Error::<Test>::WrongState);
    });
}

#[test]
fn open_agreement_should_fail_when_it_belongs_to_another_provider() {
    build_and_execute(|| {
        let id = register_agreement(terms());
        register_provider(OTHER);
        for who in [OTHER, STRANGER] {
            assert_noop!(open(who, id), Error::<Test>::NotAuthorized);
        }
        assert_noop!(open(PROVIDER, AgreementId(1)), Error::<Test>::AgreementNotFound);
    });
}

#[test]
fn open_agreement_should_fail_when_the_track_record_overflows() {
    build_and_execute(|| {
        let id = register_agreement(terms());
        let service = agreement(id).service;
        let count = |n| Providers::<Test>::mutate(PROVIDER, |p| p.as_mut().unwrap().record.agreements = n);
        count(u32::MAX);
        assert_noop!(open(PROVIDER, id), ArithmeticError::Overflow);
        count(0);
        let count = |n| Services::<Test>::mutate(service, |s| s.as_mut().unwrap().record.agreements = n);
        count(u32::MAX);
        assert_noop!(open(PROVIDER, id), ArithmeticError::Overflow);
        count(0);
    });
}

#[test]
fn open_agreement_should_fail_when_not_signed() {
    build_and_execute(|| {
        let id = register_agreement(terms());
        for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
            assert_noop!(Sla::open_agreement(origin, id), DispatchError::BadOrigin);
        }
    });
}
