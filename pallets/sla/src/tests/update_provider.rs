// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, Error, Event, HoldReason, Providers};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{DispatchError, TokenError};

#[test]
fn update_provider_should_adjust_the_deposit_in_both_directions() {
    build_and_execute(|| {
        register_provider(PROVIDER);
        let before = held(PROVIDER, HoldReason::Provider);
        events();
        assert_ok!(Sla::update_provider(
            RuntimeOrigin::signed(PROVIDER),
            name("Provider+++"),
            uri("https://example.org")
        ));
        assert_eq!(held(PROVIDER, HoldReason::Provider), before + 3);
        assert_eq!(events(), vec![Event::ProviderUpdated { provider: PROVIDER }]);
        assert_ok!(Sla::update_provider(RuntimeOrigin::signed(PROVIDER), name(""), uri("")));
        assert_eq!(held(PROVIDER, HoldReason::Provider), before - 8 - 19);
    });
}

#[test]
fn update_provider_should_keep_record_and_services() {
    build_and_execute(|| {
        open_agreement(terms());
        let before = Providers::<Test>::get(PROVIDER).unwrap();
        assert_ok!(Sla::update_provider(RuntimeOrigin::signed(PROVIDER), name("New"), uri("")));
        let after = Providers::<Test>::get(PROVIDER).unwrap();
        assert_eq!((after.record, after.services), (before.record, before.services));
        assert_eq!(after.record.agreements, 1);
        assert_eq!(after.name, name("New"));
    });
}

#[test]
fn update_provider_should_fail_when_not_a_provider() {
    build_and_execute(|| {
        register_provider(PROVIDER);
        assert_noop!(
            Sla::update_provider(RuntimeOrigin::signed(STRANGER), name("x"), uri("")),
            Error::<Test>::ProviderNotFound
        );
    });
}

#[test]
fn update_provider_should_fail_when_the_name_is_not_utf8() {
    build_and_execute(|| {
        register_provider(PROVIDER);
        let name = vec![0xc3].try_into().unwrap();
        assert_noop!(Sla::update_provider(RuntimeOrigin::signed(PROVIDER), name, uri("")), Error::<Test>::InvalidName);
    });
}

#[test]
fn update_provider_should_fail_when_the_balance_is_too_low_for_the_larger_deposit() {
    build_and_execute(|| {
        let poor = 77;
        assert_ok!(Balances::transfer_allow_death(RuntimeOrigin::signed(STRANGER), poor, 184));
        assert_ok!(Sla::register_provider(RuntimeOrigin::signed(poor), name("P"), uri("")));
        assert_noop!(
            Sla::update_provider(RuntimeOrigin::signed(poor), name("P"), uri(&"x".repeat(200))),
            TokenError::FundsUnavailable
        );
        assert_ok!(Sla::deregister_provider(RuntimeOrigin::signed(poor)));
    });
}

#[test]
fn update_provider_should_fail_when_not_signed() {
    build_and_execute(|| {
        for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
            assert_noop!(Sla::update_provider(origin, name("x"), uri("")), DispatchError::BadOrigin);
        }
    });
}
