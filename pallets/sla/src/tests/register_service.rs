// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, Error, Event, HoldReason, NextServiceId, Providers, Services};
use dsla_primitives::ServiceId;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{ArithmeticError, DispatchError, TokenError};

#[test]
fn register_service_should_store_it_under_a_new_id() {
    build_and_execute(|| {
        register_provider(PROVIDER);
        events();
        assert_ok!(Sla::register_service(RuntimeOrigin::signed(PROVIDER), name("web"), document()));
        let service = Services::<Test>::get(ServiceId(0)).unwrap();
        assert_eq!((service.provider, service.name, service.document), (PROVIDER, name("web"), document()));
        assert_eq!(service.agreements, 0);
        // Base, id (8), account (8), name (1 + 3), hash (32), URI (1 + 28), record (3 · 4 + 5 · 8).
        assert_eq!(held(PROVIDER, HoldReason::Service), 100 + 8 + 8 + 4 + 32 + 29 + 52);
        assert_eq!(Providers::<Test>::get(PROVIDER).unwrap().services, 1);
        assert_eq!(events(), vec![Event::ServiceRegistered { service: ServiceId(0), provider: PROVIDER }]);
        assert_eq!(register_service(PROVIDER), ServiceId(1));
    });
}

#[test]
fn register_service_should_fail_when_the_name_is_not_a_label() {
    build_and_execute(|| {
        register_provider(PROVIDER);
        for bad in ["", "-web", "web-", "Web", "we_b", "we b", "wéb", &"a".repeat(64)] {
            assert_noop!(
                Sla::register_service(RuntimeOrigin::signed(PROVIDER), name(bad), document()),
                Error::<Test>::InvalidName
            );
        }
        for good in ["a", "0", "web-1", &"a".repeat(63)] {
            assert_ok!(Sla::register_service(RuntimeOrigin::signed(PROVIDER), name(good), document()));
        }
    });
}

#[test]
fn register_service_should_fail_when_not_a_provider() {
    build_and_execute(|| {
        assert_noop!(
            Sla::register_service(RuntimeOrigin::signed(STRANGER), name("web"), document()),
            Error::<Test>::ProviderNotFound
        );
    });
}

#[test]
fn register_service_should_fail_when_the_balance_is_too_low() {
    build_and_execute(|| {
        let poor = 77;
        assert_ok!(Balances::transfer_allow_death(RuntimeOrigin::signed(STRANGER), poor, 300));
        register_provider(poor);
        assert_noop!(
            Sla::register_service(RuntimeOrigin::signed(poor), name("web"), document()),
            TokenError::FundsUnavailable
        );
        assert_ok!(Sla::deregister_provider(RuntimeOrigin::signed(poor)));
    });
}

#[test]
fn register_service_should_fail_when_ids_or_counters_are_used_up() {
    build_and_execute(|| {
        register_provider(PROVIDER);
        NextServiceId::<Test>::put(ServiceId(u64::MAX));
        assert_noop!(
            Sla::register_service(RuntimeOrigin::signed(PROVIDER), name("web"), document()),
            Error::<Test>::IdsExhausted
        );
        NextServiceId::<Test>::put(ServiceId(0));
        let services = |n| Providers::<Test>::mutate(PROVIDER, |p| p.as_mut().unwrap().services = n);
        services(u32::MAX);
        assert_noop!(
            Sla::register_service(RuntimeOrigin::signed(PROVIDER), name("web"), document()),
            ArithmeticError::Overflow
        );
        services(0);
    });
}

#[test]
fn register_service_should_fail_when_not_signed() {
    build_and_execute(|| {
        for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
            assert_noop!(Sla::register_service(origin, name("web"), document()), DispatchError::BadOrigin);
        }
    });
}
