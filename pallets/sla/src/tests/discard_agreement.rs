// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, AgreementTerms, Error, Event, HoldReason, Services};
use dsla_primitives::{traits::AgreementStatus, AgreementId};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

fn discard(who: AccountId, id: AgreementId) -> sp_runtime::DispatchResult {
    Sla::discard_agreement(RuntimeOrigin::signed(who), id)
}

#[test]
fn discard_agreement_should_give_the_deposit_back_and_free_the_service() {
    build_and_execute(|| {
        let id = register_agreement(terms());
        let service = agreement(id).service;
        events();
        assert_ok!(discard(PROVIDER, id));
        assert_eq!(agreement(id).status, AgreementStatus::Terminated);
        assert_eq!(AgreementTerms::<Test>::get(id, 0), None);
        assert_eq!(held(PROVIDER, HoldReason::Agreement), 0);
        assert_eq!(Services::<Test>::get(service).unwrap().agreements, 0);
        assert_eq!(told(), vec![Told::Registered(id, PROVIDER), Told::Ended(id)]);
        assert_eq!(events(), vec![Event::AgreementDiscarded { agreement: id }]);
        // Its id is not used again.
        assert_eq!(register_agreement(terms()), AgreementId(1));
    });
}

#[test]
fn discard_agreement_should_fail_when_not_a_draft() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        assert_noop!(discard(PROVIDER, id), Error::<Test>::WrongState);
        block_at(START);
        assert_noop!(discard(PROVIDER, id), Error::<Test>::WrongState);
        let discarded = register_agreement({
            let mut terms = terms();
            terms.schedule.start = START + HOUR;
            terms
        });
        assert_ok!(discard(PROVIDER, discarded));
        assert_noop!(discard(PROVIDER, discarded), Error::<Test>::WrongState);
    });
}

#[test]
fn discard_agreement_should_work_after_the_start_when_it_was_never_opened() {
    build_and_execute(|| {
        let id = register_agreement(terms());
        block_at(START + 100 * HOUR);
        assert_eq!(agreement(id).status, AgreementStatus::Draft);
        assert_ok!(discard(PROVIDER, id));
    });
}

#[test]
fn discard_agreement_should_fail_when_it_belongs_to_another_provider() {
    build_and_execute(|| {
        let id = register_agreement(terms());
        register_provider(OTHER);
        for who in [OTHER, STRANGER] {
            assert_noop!(discard(who, id), Error::<Test>::NotAuthorized);
        }
        assert_noop!(discard(PROVIDER, AgreementId(1)), Error::<Test>::AgreementNotFound);
    });
}

#[test]
fn discard_agreement_should_fail_when_the_pool_refuses() {
    build_and_execute(|| {
        let id = register_agreement(terms());
        let_pool_refuse(true);
        assert_noop!(discard(PROVIDER, id), DispatchError::Exhausted);
    });
}

#[test]
fn discard_agreement_should_fail_when_not_signed() {
    build_and_execute(|| {
        let id = register_agreement(terms());
        for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
            assert_noop!(Sla::discard_agreement(origin, id), DispatchError::BadOrigin);
        }
    });
}
