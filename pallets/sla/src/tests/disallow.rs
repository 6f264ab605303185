// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, Error, Event, HoldReason};
use dsla_primitives::{
    terms::{Access, Terms},
    traits::AgreementInspect,
    AgreementId,
};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

fn disallow(by: AccountId, id: AgreementId, who: AccountId) -> sp_runtime::DispatchResult {
    Sla::disallow(RuntimeOrigin::signed(by), id, who)
}

/// A draft that only `STRANGER` may subscribe to.
fn closed() -> AgreementId {
    let id = register_agreement(Terms { access: Access::AllowList, ..terms() });
    assert_ok!(Sla::allow(RuntimeOrigin::signed(PROVIDER), id, STRANGER));
    events();
    id
}

#[test]
fn disallow_should_give_the_deposit_back() {
    build_and_execute(|| {
        let id = closed();
        assert_ok!(disallow(PROVIDER, id, STRANGER));
        assert!(!Sla::may_subscribe(id, &STRANGER));
        assert_eq!(held(PROVIDER, HoldReason::AllowListEntry), 0);
        assert_eq!(events(), vec![Event::AccountDisallowed { agreement: id, who: STRANGER }]);
        assert_noop!(disallow(PROVIDER, id, STRANGER), Error::<Test>::EntryNotFound);
    });
}

#[test]
fn disallow_should_work_after_the_end_and_after_the_provider_has_left() {
    build_and_execute(|| {
        let id = closed();
        assert_ok!(Sla::discard_agreement(RuntimeOrigin::signed(PROVIDER), id));
        assert_ok!(Sla::remove_service(RuntimeOrigin::signed(PROVIDER), agreement(id).service));
        assert_ok!(Sla::deregister_provider(RuntimeOrigin::signed(PROVIDER)));
        assert_ok!(disallow(PROVIDER, id, STRANGER));
        assert_eq!(Balances::free_balance(PROVIDER), RICH);
    });
}

#[test]
fn disallow_should_fail_when_it_belongs_to_another_provider_or_is_not_signed() {
    build_and_execute(|| {
        let id = closed();
        register_provider(OTHER);
        for who in [OTHER, STRANGER] {
            assert_noop!(disallow(who, id, STRANGER), Error::<Test>::NotAuthorized);
        }
        assert_noop!(disallow(PROVIDER, AgreementId(9), STRANGER), Error::<Test>::AgreementNotFound);
        for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
            assert_noop!(Sla::disallow(origin, id, STRANGER), DispatchError::BadOrigin);
        }
    });
}
