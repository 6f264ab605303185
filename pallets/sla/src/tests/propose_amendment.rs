// SPDX-License-Identifier: Apache-2.0

use crate::{footprint_of_amendment, mock::*, AgreementTerms, AmendmentTickets, Error, Event, HoldReason, Waiting};
use dsla_primitives::{
    schedule::Period,
    terms::Terms,
    traits::{AgreementInspect, Amendment, OnVerdict},
    AgreementId, Balance, RoundId, MAX_VERSIONS,
};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{DispatchError, TokenError};

fn propose(who: AccountId, id: AgreementId, terms: Terms<AccountId>, from: u32) -> sp_runtime::DispatchResult {
    Sla::propose_amendment(RuntimeOrigin::signed(who), id, terms, from)
}

#[test]
fn propose_amendment_should_store_the_terms_and_wait_for_their_boundary() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        let deposit = held(PROVIDER, HoldReason::Agreement);
        events();
        let new = new_terms(2_000);
        assert_ok!(propose(PROVIDER, id, new.clone(), 2));
        let stored = agreement(id);
        assert_eq!(stored.waiting, Some(Waiting { from: 2, periods: 10, carried_over: false }));
        assert_eq!((stored.version, stored.periods, stored.timers.amend), (0, 3, Some(end(1))));
        assert_eq!(AgreementTerms::<Test>::get(id, 1), Some(new.clone()));
        assert_eq!(told().last(), Some(&Told::Proposed(id, 1, 1_000, 2_000)));
        let bytes = footprint_of_amendment(&new, 2, &terms(), Settlements::kept).unwrap().size;
        assert_eq!(held(PROVIDER, HoldReason::Agreement) - deposit, 100 + Balance::from(bytes));
        let proposed = Event::AmendmentProposed { agreement: id, version: 1, from: 2, carried_over: false };
        assert_eq!(events(), vec![proposed]);

        // As others see it: waiting, and in force in its periods only.
        let amendment = Amendment { version: 1, from: 2, carried_over: false, terms: new.clone() };
        assert_eq!(Sla::amendment(id), Some(amendment));
        let in_force = |period| <Sla as AgreementInspect<_>>::terms(RoundId::new(id, period)).unwrap();
        assert_eq!([0, 1, 2, 9].map(in_force), [terms(), terms(), new.clone(), new]);
        let info = Sla::agreement(id).unwrap();
        assert_eq!((info.version, info.periods), (0, 3));
    });
}

#[test]
fn propose_amendment_should_say_whether_customers_keep_their_subscriptions() {
    build_and_execute(|| {
        for (price, carried_over) in [(999, true), (1_000, true), (1_001, false)] {
            let id = open_agreement(terms());
            assert_ok!(propose(PROVIDER, id, new_terms(price), 2));
            assert_eq!(Sla::amendment(id).unwrap().carried_over, carried_over);
        }
    });
}

#[test]
fn propose_amendment_should_leave_the_notice_and_come_before_the_last_boundary() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        let tries = |from, error: Error<Test>| {
            assert_noop!(propose(PROVIDER, id, terms(), from), error);
        };
        // Before the start, the next boundary is 0.
        tries(0, Error::TooEarly);
        tries(3, Error::BeyondEnd);
        AmendmentNotice::set(0);
        tries(0, Error::TooEarly);
        AmendmentNotice::set(2);
        tries(1, Error::TooEarly);
        AmendmentNotice::set(u32::MAX);
        tries(2, Error::TooEarly);
        AmendmentNotice::set(1);
        block_at(START);
        tries(1, Error::TooEarly);
        // In period 1 the next boundary is 2, and one period later there is no period.
        set_now(end(0));
        tries(2, Error::TooEarly);
        tries(3, Error::BeyondEnd);
        set_now(end(0) - 1);
        assert_ok!(propose(PROVIDER, id, terms(), 2));
    });
}

#[test]
fn propose_amendment_should_fail_with_the_errors_of_invalid_terms_but_take_a_start_in_the_past() {
    build_and_execute(|| {
        let id = open_agreement(new_terms(1_000));
        block_at(START);
        block_at(end(0));
        let tries = |change: fn(&mut Terms<AccountId>), error: Error<Test>| {
            let mut terms = new_terms(1_000);
            change(&mut terms);
            assert_noop!(propose(PROVIDER, id, terms, 5), error);
        };
        tries(|t| t.oracle.quorum = 5, Error::CommitteeInvalid);
        tries(|t| t.maintenance.quota = HOUR, Error::MaintenanceInvalid);
        tries(|t| t.schedule.periods = 0, Error::ScheduleInvalid);
        tries(|t| t.schedule.periods = 9, Error::ScheduleChanged);
        tries(|t| t.schedule.start += 1, Error::ScheduleChanged);
        tries(|t| t.schedule.period = Period::Daily, Error::ScheduleChanged);
        assert_ok!(propose(PROVIDER, id, new_terms(1_000), 5));
    });
}

#[test]
fn propose_amendment_should_fail_while_another_one_waits_or_the_end_is_decided() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        assert_ok!(propose(PROVIDER, id, terms(), 2));
        assert_noop!(propose(PROVIDER, id, terms(), 2), Error::<Test>::AmendmentWaiting);
        let ending = open_agreement(terms());
        assert_ok!(terminate(ending, Some(2)));
        assert_noop!(propose(PROVIDER, ending, terms(), 1), Error::<Test>::AgreementEnding);
    });
}

#[test]
fn propose_amendment_should_fail_when_every_version_is_used() {
    build_and_execute(|| {
        let mut long = terms();
        long.schedule.periods = 100;
        let id = open_agreement(long.clone());
        for version in 1..MAX_VERSIONS {
            assert_ok!(propose(PROVIDER, id, long.clone(), 2 * version));
            block_at(long.schedule.boundary(2 * version).unwrap());
            assert_eq!(agreement(id).version, version);
        }
        assert_noop!(propose(PROVIDER, id, long, 90), Error::<Test>::MaxVersionsExceeded);
    });
}

#[test]
fn propose_amendment_should_fail_when_the_agreement_is_not_open_or_active() {
    build_and_execute(|| {
        let draft = register_agreement(terms());
        let discarded = register_agreement(terms());
        assert_ok!(Sla::discard_agreement(RuntimeOrigin::signed(PROVIDER), discarded));
        let completed = open_agreement(terms());
        block_at(end(2) + REPORT);
        block_at(end(2) + REPORT + CHALLENGE);
        for id in [draft, discarded, completed] {
            assert_noop!(propose(PROVIDER, id, terms(), 2), Error::<Test>::WrongState);
        }
        assert_noop!(propose(PROVIDER, AgreementId(9), terms(), 2), Error::<Test>::AgreementNotFound);
    });
}

#[test]
fn propose_amendment_should_fail_when_it_belongs_to_another_provider() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        register_provider(OTHER);
        for who in [OTHER, STRANGER] {
            assert_noop!(propose(who, id, terms(), 2), Error::<Test>::NotAuthorized);
        }
    });
}

#[test]
fn propose_amendment_should_fail_when_the_pool_refuses_or_the_balance_is_too_low() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        let_pool_refuse(true);
        assert_noop!(propose(PROVIDER, id, terms(), 2), DispatchError::Exhausted);
        let_pool_refuse(false);
        assert_ok!(Balances::transfer_allow_death(
            RuntimeOrigin::signed(PROVIDER),
            STRANGER,
            Balances::free_balance(PROVIDER) - 200
        ));
        assert_noop!(propose(PROVIDER, id, terms(), 2), TokenError::FundsUnavailable);
        assert_eq!(AmendmentTickets::<Test>::iter().count(), 0);
    });
}

#[test]
fn propose_amendment_should_fail_when_not_signed() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
            assert_noop!(Sla::propose_amendment(origin, id, terms(), 2), DispatchError::BadOrigin);
        }
    });
}
