// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, Error, Event, HoldReason, Providers};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

#[test]
fn deregister_provider_should_give_the_deposit_back() {
    build_and_execute(|| {
        register_provider(PROVIDER);
        events();
        assert_ok!(Sla::deregister_provider(RuntimeOrigin::signed(PROVIDER)));
        assert!(!Providers::<Test>::contains_key(PROVIDER));
        assert_eq!(held(PROVIDER, HoldReason::Provider), 0);
        assert_eq!(Balances::free_balance(PROVIDER), RICH);
        assert_eq!(events(), vec![Event::ProviderDeregistered { provider: PROVIDER }]);
        register_provider(PROVIDER);
    });
}

#[test]
fn deregister_provider_should_fail_when_services_remain() {
    build_and_execute(|| {
        let service = register_service(PROVIDER);
        assert_noop!(Sla::deregister_provider(RuntimeOrigin::signed(PROVIDER)), Error::<Test>::ServicesRemain);
        assert_ok!(Sla::remove_service(RuntimeOrigin::signed(PROVIDER), service));
        assert_ok!(Sla::deregister_provider(RuntimeOrigin::signed(PROVIDER)));
    });
}

#[test]
fn deregister_provider_should_fail_when_not_a_provider() {
    build_and_execute(|| {
        register_provider(PROVIDER);
        assert_noop!(Sla::deregister_provider(RuntimeOrigin::signed(STRANGER)), Error::<Test>::ProviderNotFound);
    });
}

#[test]
fn deregister_provider_should_fail_when_not_signed() {
    build_and_execute(|| {
        for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
            assert_noop!(Sla::deregister_provider(origin), DispatchError::BadOrigin);
        }
    });
}
