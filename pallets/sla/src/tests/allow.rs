// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, Allowed, Error, Event, HoldReason};
use dsla_primitives::{
    terms::{Access, Terms},
    traits::AgreementInspect,
    AgreementId,
};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{DispatchError, TokenError};

fn allow(by: AccountId, id: AgreementId, who: AccountId) -> sp_runtime::DispatchResult {
    Sla::allow(RuntimeOrigin::signed(by), id, who)
}

fn closed() -> Terms<AccountId> {
    Terms { access: Access::AllowList, ..terms() }
}

#[test]
fn allow_should_let_the_account_subscribe_and_hold_a_deposit_of_the_provider() {
    build_and_execute(|| {
        let id = open_agreement(closed());
        assert!(!Sla::may_subscribe(id, &STRANGER));
        events();
        assert_ok!(allow(PROVIDER, id, STRANGER));
        assert!(Sla::may_subscribe(id, &STRANGER));
        assert!(!Sla::may_subscribe(id, &OTHER));
        // Base, agreement (8), account (8).
        assert_eq!(held(PROVIDER, HoldReason::AllowListEntry), 100 + 16);
        assert_eq!(held(STRANGER, HoldReason::AllowListEntry), 0);
        assert_eq!(events(), vec![Event::AccountAllowed { agreement: id, who: STRANGER }]);
    });
}

#[test]
fn everybody_should_be_allowed_under_open_terms_and_nobody_without_an_agreement() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        assert!(Sla::may_subscribe(id, &STRANGER));
        assert!(!Sla::may_subscribe(AgreementId(9), &STRANGER));
        let discarded = register_agreement(terms());
        assert_ok!(Sla::discard_agreement(RuntimeOrigin::signed(PROVIDER), discarded));
        assert!(!Sla::may_subscribe(discarded, &STRANGER));
    });
}

#[test]
fn the_list_should_matter_from_the_boundary_at_which_new_terms_ask_for_it() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        assert_ok!(allow(PROVIDER, id, OTHER));
        assert_ok!(propose_amendment(id, closed(), 1));
        block_at(START);
        assert!(Sla::may_subscribe(id, &STRANGER));
        block_at(end(0));
        assert!(!Sla::may_subscribe(id, &STRANGER));
        assert!(Sla::may_subscribe(id, &OTHER));
    });
}

#[test]
fn allow_should_fail_when_the_account_is_on_the_list() {
    build_and_execute(|| {
        let id = register_agreement(closed());
        assert_ok!(allow(PROVIDER, id, STRANGER));
        assert_noop!(allow(PROVIDER, id, STRANGER), Error::<Test>::AlreadyAllowed);
        // A list for each agreement.
        let other = register_agreement(closed());
        assert_ok!(allow(PROVIDER, other, STRANGER));
        assert_eq!(Allowed::<Test>::iter().count(), 2);
    });
}

#[test]
fn allow_should_fail_when_the_agreement_has_ended() {
    build_and_execute(|| {
        let discarded = register_agreement(closed());
        assert_ok!(Sla::discard_agreement(RuntimeOrigin::signed(PROVIDER), discarded));
        let terminated = open_agreement(closed());
        assert_ok!(terminate(terminated, None));
        assert_ok!(allow(PROVIDER, terminated, OTHER));
        block_at(T0);
        for id in [discarded, terminated] {
            assert_noop!(allow(PROVIDER, id, STRANGER), Error::<Test>::WrongState);
        }
    });
}

#[test]
fn allow_should_fail_when_the_balance_is_too_low() {
    build_and_execute(|| {
        let id = register_agreement(closed());
        let rest = Balances::free_balance(PROVIDER) - 100;
        assert_ok!(Balances::transfer_allow_death(RuntimeOrigin::signed(PROVIDER), OTHER, rest));
        assert_noop!(allow(PROVIDER, id, STRANGER), TokenError::FundsUnavailable);
    });
}

#[test]
fn allow_should_fail_when_it_belongs_to_another_provider_or_is_not_signed() {
    build_and_execute(|| {
        let id = open_agreement(closed());
        register_provider(OTHER);
        for who in [OTHER, STRANGER] {
            assert_noop!(allow(who, id, who), Error::<Test>::NotAuthorized);
        }
        assert_noop!(allow(PROVIDER, AgreementId(9), OTHER), Error::<Test>::AgreementNotFound);
        for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
            assert_noop!(Sla::allow(origin, id, OTHER), DispatchError::BadOrigin);
        }
    });
}
