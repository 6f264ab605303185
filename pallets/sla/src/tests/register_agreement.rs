// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, AgreementTerms, Error, Event, HoldReason, NextAgreementId, PeriodRecord, Services, Timers};
use codec::Encode;
use dsla_primitives::{
    api::Phase,
    schedule::Period,
    terms::{BonusRow, Credit, Terms},
    traits::{AgreementInspect, AgreementStatus},
    verdict::{Indicator, Indicators, Verdict},
    AgreementId, Balance, RoundId, ServiceId,
};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{ArithmeticError, DispatchError, Perbill, TokenError};

fn register(who: AccountId, service: ServiceId, terms: Terms<AccountId>) -> sp_runtime::DispatchResult {
    Sla::register_agreement(RuntimeOrigin::signed(who), service, terms)
}

#[test]
fn register_agreement_should_store_a_draft() {
    build_and_execute(|| {
        let service = register_service(PROVIDER);
        events();
        assert_ok!(register(PROVIDER, service, terms()));
        let id = AgreementId(0);
        let stored = agreement(id);
        assert_eq!((stored.service, stored.provider, stored.version), (service, PROVIDER, 0));
        assert_eq!(stored.status, AgreementStatus::Draft);
        assert_eq!((stored.proposed, stored.finalized, stored.timers), (0, 0, Timers::default()));
        assert_eq!(AgreementTerms::<Test>::get(id, 0), Some(terms()));
        assert_eq!(Services::<Test>::get(service).unwrap().agreements, 1);
        assert_eq!(told(), vec![Told::Registered(id, PROVIDER)]);
        assert_eq!(events(), vec![Event::AgreementRegistered { agreement: id, service, provider: PROVIDER }]);
        assert_ok!(register(PROVIDER, service, terms()));
        assert_eq!(NextAgreementId::<Test>::get(), AgreementId(2));
    });
}

#[test]
fn register_agreement_should_hold_a_deposit_for_the_terms_and_every_line_of_the_log() {
    build_and_execute(|| {
        let indicators: Indicators = vec![Indicator::Value(percent(0))].try_into().unwrap();
        let verdict = Verdict::assess(&terms().objectives, &terms().pricing, &indicators);
        let line = PeriodRecord { phase: Phase::Final { at: 0 }, indicators, verdict };
        let line = RoundId::new(AgreementId(0), 0).encoded_size() + line.encoded_size();
        let bytes = terms().encoded_size() + 3 * (line + KEPT as usize);
        register_agreement(terms());
        assert_eq!(held(PROVIDER, HoldReason::Agreement), 100 + bytes as Balance);
    });
}

#[test]
fn register_agreement_should_fail_with_the_error_of_each_way_in_which_terms_are_invalid() {
    build_and_execute(|| {
        let service = register_service(PROVIDER);
        let check = |change: fn(&mut Terms<AccountId>), error: Error<Test>| {
            let mut terms = terms();
            change(&mut terms);
            let name = error.as_str();
            assert_eq!(Sla::preview_refusal(&terms, T0), Some(name));
            assert_noop!(register(PROVIDER, service, terms), error);
        };
        check(|t| t.schedule.start = T0 - 1, Error::StartInPast);
        check(|t| t.schedule.periods = 0, Error::ScheduleInvalid);
        check(|t| t.objectives = Default::default(), Error::NoObjectives);
        check(|t| t.objectives[0].weight = Perbill::from_percent(99), Error::WeightsNotWhole);
        check(|t| t.objectives[0].bounds.max = percent(99_00), Error::ImplausibleBounds);
        check(|t| t.objectives[0].credit = Credit::Tiers(Default::default()), Error::TiersNotMonotonic);
        check(
            |t| {
                let row = BonusRow { threshold: percent(99_99), bonus: Perbill::one() };
                t.objectives[0].bonuses = vec![row].try_into().unwrap()
            },
            Error::BonusesNotMonotonic,
        );
        check(|t| t.oracle.quorum = 5, Error::CommitteeInvalid);
        check(|t| t.oracle.challenge_window = 0, Error::WindowInvalid);
        check(|t| t.oracle.reveal_window = Some(0), Error::WindowInvalid);
        check(|t| t.maintenance.quota = HOUR / 2 + 1, Error::MaintenanceInvalid);
        check(
            |t| {
                t.pricing.unit_price = Balance::MAX;
                t.pricing.max_bonus = Perbill::one();
            },
            Error::AmountTooLarge,
        );
        assert_eq!(Sla::preview_refusal(&terms(), T0), None);
    });
}

#[test]
fn register_agreement_should_fail_when_the_last_verdict_would_lie_beyond_the_end_of_time() {
    build_and_execute(|| {
        let service = register_service(PROVIDER);
        let mut terms = terms();
        terms.schedule.periods = 1;
        let windows = 2 * REPORT + CHALLENGE;
        terms.schedule.period = Period::Custom(u64::MAX - START - windows + 1);
        assert_noop!(register(PROVIDER, service, terms.clone()), Error::<Test>::ScheduleInvalid);
        terms.schedule.period = Period::Custom(u64::MAX - START - windows);
        assert_ok!(register(PROVIDER, service, terms.clone()));
        // Sealed reports take longer.
        terms.oracle.reveal_window = Some(MINUTE);
        assert_noop!(register(PROVIDER, service, terms.clone()), Error::<Test>::ScheduleInvalid);
        terms.schedule.period = Period::Custom(u64::MAX - START - windows - MINUTE);
        assert_ok!(register(PROVIDER, service, terms));
    });
}

#[test]
fn register_agreement_should_allow_a_start_right_now() {
    build_and_execute(|| {
        let service = register_service(PROVIDER);
        let mut terms = terms();
        terms.schedule.start = T0;
        assert_ok!(register(PROVIDER, service, terms));
    });
}

#[test]
fn register_agreement_should_fail_when_the_service_belongs_to_another_provider() {
    build_and_execute(|| {
        let service = register_service(PROVIDER);
        register_service(OTHER);
        for who in [OTHER, STRANGER] {
            assert_noop!(register(who, service, terms()), Error::<Test>::NotAuthorized);
        }
        assert_noop!(register(PROVIDER, ServiceId(9), terms()), Error::<Test>::ServiceNotFound);
    });
}

#[test]
fn register_agreement_should_fail_when_the_pool_refuses() {
    build_and_execute(|| {
        let service = register_service(PROVIDER);
        let_pool_refuse(true);
        assert_noop!(register(PROVIDER, service, terms()), DispatchError::Exhausted);
    });
}

#[test]
fn register_agreement_should_fail_when_the_log_is_longer_than_the_balance_can_pay() {
    build_and_execute(|| {
        let service = register_service(OTHER);
        assert_ok!(Balances::transfer_allow_death(RuntimeOrigin::signed(OTHER), STRANGER, RICH - 100_000));
        let mut long = terms();
        long.schedule.period = Period::Custom(60_000);
        long.schedule.periods = u32::MAX;
        assert_noop!(register(OTHER, service, long), TokenError::FundsUnavailable);
        assert_ok!(register(OTHER, service, terms()));
    });
}

#[test]
fn register_agreement_should_fail_when_ids_or_counters_are_used_up() {
    build_and_execute(|| {
        let service = register_service(PROVIDER);
        NextAgreementId::<Test>::put(AgreementId(u64::MAX));
        assert_noop!(register(PROVIDER, service, terms()), Error::<Test>::IdsExhausted);
        NextAgreementId::<Test>::put(AgreementId(0));
        let agreements = |n| Services::<Test>::mutate(service, |s| s.as_mut().unwrap().agreements = n);
        agreements(u32::MAX);
        assert_noop!(register(PROVIDER, service, terms()), ArithmeticError::Overflow);
        agreements(0);
    });
}

#[test]
fn register_agreement_should_fail_when_not_signed() {
    build_and_execute(|| {
        let service = register_service(PROVIDER);
        for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
            assert_noop!(Sla::register_agreement(origin, service, terms()), DispatchError::BadOrigin);
        }
    });
}

#[test]
fn a_registered_agreement_should_be_visible_to_other_pallets() {
    build_and_execute(|| {
        let id = register_agreement(terms());
        let info = Sla::agreement(id).unwrap();
        assert_eq!((info.provider, info.status), (PROVIDER, AgreementStatus::Draft));
        assert_eq!((info.version, info.periods, info.finalized), (0, 3, 0));
        assert_eq!(<Sla as AgreementInspect<_>>::terms(RoundId::new(id, 2)), Some(terms()));
        assert_eq!(Sla::agreement(AgreementId(1)), None);
        assert_eq!(<Sla as AgreementInspect<_>>::terms(RoundId::new(AgreementId(1), 0)), None);
    });
}
