// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, Error, Event, HoldReason, Providers, Services};
use dsla_primitives::{traits::AgreementStatus, ServiceId};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

#[test]
fn remove_service_should_give_the_deposit_back() {
    build_and_execute(|| {
        let service = register_service(PROVIDER);
        events();
        assert_ok!(Sla::remove_service(RuntimeOrigin::signed(PROVIDER), service));
        assert!(!Services::<Test>::contains_key(service));
        assert_eq!(held(PROVIDER, HoldReason::Service), 0);
        assert_eq!(Providers::<Test>::get(PROVIDER).unwrap().services, 0);
        assert_eq!(events(), vec![Event::ServiceRemoved { service }]);
        // Its id is not used again.
        assert_eq!(register_service(PROVIDER), ServiceId(1));
    });
}

#[test]
fn remove_service_should_fail_when_an_agreement_has_not_ended() {
    build_and_execute(|| {
        let id = register_agreement(terms());
        let service = agreement(id).service;
        let remove = || Sla::remove_service(RuntimeOrigin::signed(PROVIDER), service);
        assert_noop!(remove(), Error::<Test>::AgreementsRemain);
        assert_ok!(Sla::open_agreement(RuntimeOrigin::signed(PROVIDER), id));
        assert_noop!(remove(), Error::<Test>::AgreementsRemain);
        block_at(START);
        assert_noop!(remove(), Error::<Test>::AgreementsRemain);
        for period in 0..3 {
            block_at(end(period) + REPORT);
        }
        assert_noop!(remove(), Error::<Test>::AgreementsRemain);
        block_at(end(2) + REPORT + CHALLENGE);
        assert_eq!(agreement(id).status, AgreementStatus::Completed);
        assert_ok!(remove());
    });
}

#[test]
fn remove_service_should_fail_when_there_is_none() {
    build_and_execute(|| {
        register_provider(PROVIDER);
        assert_noop!(
            Sla::remove_service(RuntimeOrigin::signed(PROVIDER), ServiceId(0)),
            Error::<Test>::ServiceNotFound
        );
    });
}

#[test]
fn remove_service_should_fail_when_it_belongs_to_another_provider() {
    build_and_execute(|| {
        let service = register_service(PROVIDER);
        register_service(OTHER);
        for who in [OTHER, STRANGER] {
            assert_noop!(Sla::remove_service(RuntimeOrigin::signed(who), service), Error::<Test>::NotAuthorized);
        }
    });
}

#[test]
fn remove_service_should_fail_when_not_signed() {
    build_and_execute(|| {
        let service = register_service(PROVIDER);
        for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
            assert_noop!(Sla::remove_service(origin, service), DispatchError::BadOrigin);
        }
    });
}
