// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, Error, Event, HoldReason, Providers, TrackRecord};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{DispatchError, TokenError};

#[test]
fn register_provider_should_hold_a_deposit_for_its_bytes() {
    build_and_execute(|| {
        assert_ok!(Sla::register_provider(RuntimeOrigin::signed(PROVIDER), name("Acme"), uri("https://acme.example")));
        let provider = Providers::<Test>::get(PROVIDER).unwrap();
        assert_eq!(provider.name, name("Acme"));
        assert_eq!(provider.uri, uri("https://acme.example"));
        assert_eq!(provider.record, TrackRecord::default());
        assert_eq!(provider.services, 0);
        // Base, account (8), name (1 + 4), URI (1 + 20), record (3 · 4 + 5 · 8).
        assert_eq!(held(PROVIDER, HoldReason::Provider), 100 + 8 + 5 + 21 + 52);
        assert_eq!(events(), vec![Event::ProviderRegistered { provider: PROVIDER }]);
    });
}

#[test]
fn register_provider_should_fail_when_already_registered() {
    build_and_execute(|| {
        register_provider(PROVIDER);
        assert_noop!(
            Sla::register_provider(RuntimeOrigin::signed(PROVIDER), name("Again"), uri("")),
            Error::<Test>::ProviderAlreadyExists
        );
        register_provider(OTHER);
    });
}

#[test]
fn register_provider_should_fail_when_the_name_is_not_utf8() {
    build_and_execute(|| {
        let name = vec![0xff, 0xfe].try_into().unwrap();
        assert_noop!(
            Sla::register_provider(RuntimeOrigin::signed(PROVIDER), name, uri("")),
            Error::<Test>::InvalidName
        );
    });
}

#[test]
fn register_provider_should_fail_when_the_balance_is_too_low() {
    build_and_execute(|| {
        let poor = 77;
        assert_ok!(Balances::transfer_allow_death(RuntimeOrigin::signed(STRANGER), poor, 50));
        assert_noop!(
            Sla::register_provider(RuntimeOrigin::signed(poor), name("Poor"), uri("")),
            TokenError::FundsUnavailable
        );
    });
}

#[test]
fn register_provider_should_fail_when_not_signed() {
    build_and_execute(|| {
        for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
            assert_noop!(Sla::register_provider(origin, name("x"), uri("")), DispatchError::BadOrigin);
        }
    });
}
