// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, Agenda, Agreements, NextAgreementId, Providers, ServiceOf, Services};
use dsla_primitives::{
    schedule::Period,
    traits::{AgreementStatus, Collected},
    AgreementId, ServiceId,
};
use frame_support::{
    assert_ok,
    weights::{Weight, WeightMeter},
};
use proptest::prelude::*;
use sp_io::storage;
use sp_runtime::StateVersion;

#[derive(Clone, Debug)]
enum Action {
    RegisterProvider(AccountId),
    DeregisterProvider(AccountId),
    RegisterService(AccountId),
    RemoveService(AccountId, u64),
    RegisterAgreement { who: AccountId, service: u64, in_minutes: u64, length: u64, periods: u32 },
    Discard(AccountId, u64),
    Open(AccountId, u64),
    Settle(AccountId, u64),
    Measure { agreement: u64, period: u32, hundredths: u128 },
    Delay { agreement: u64, period: u32, minutes: u64 },
    Refuse(u64, bool),
    PoolRefuses(bool),
    Block { minutes: u64, weight: u64 },
}

fn any_action() -> impl Strategy<Value = Action> {
    use Action::*;
    let who = || 1u64..4;
    let id = || 0u64..6;
    prop_oneof![
        1 => who().prop_map(RegisterProvider),
        1 => who().prop_map(DeregisterProvider),
        2 => who().prop_map(RegisterService),
        1 => (who(), id()).prop_map(|(a, b)| RemoveService(a, b)),
        6 => (who(), id(), 0u64..60, 1u64..90, 1u32..5).prop_map(|(who, service, in_minutes, length, periods)| {
            RegisterAgreement { who, service, in_minutes, length, periods }
        }),
        1 => (who(), id()).prop_map(|(a, b)| Discard(a, b)),
        6 => (who(), id()).prop_map(|(a, b)| Open(a, b)),
        6 => (who(), id()).prop_map(|(a, b)| Settle(a, b)),
        2 => (id(), 0u32..5, 0u128..10_001).prop_map(|(agreement, period, hundredths)| {
            Measure { agreement, period, hundredths }
        }),
        2 => (id(), 0u32..5, 0u64..100).prop_map(|(agreement, period, minutes)| Delay { agreement, period, minutes }),
        2 => (id(), any::<bool>()).prop_map(|(a, b)| Refuse(a, b)),
        1 => any::<bool>().prop_map(PoolRefuses),
        12 => (0u64..90, 0u64..20_000).prop_map(|(minutes, weight)| Block { minutes, weight }),
    ]
}

fn act(action: Action) {
    let signed = RuntimeOrigin::signed;
    let now = <Clock as frame_support::traits::Time>::now();
    // Calls change nothing when they fail, as they do in a block.
    let call = |f: &dyn Fn() -> sp_runtime::DispatchResult| {
        let before = storage::root(StateVersion::V1);
        let result = frame_support::storage::with_storage_layer(f);
        if result.is_err() {
            assert_eq!(storage::root(StateVersion::V1), before);
        }
    };
    match action {
        Action::RegisterProvider(who) => call(&|| Sla::register_provider(signed(who), name("P"), uri("u"))),
        Action::DeregisterProvider(who) => call(&|| Sla::deregister_provider(signed(who))),
        Action::RegisterService(who) => call(&|| Sla::register_service(signed(who), name("s"), document())),
        Action::RemoveService(who, id) => call(&|| Sla::remove_service(signed(who), ServiceId(id))),
        Action::RegisterAgreement { who, service, in_minutes, length, periods } => call(&|| {
            let mut terms = terms();
            terms.schedule.start = now + in_minutes * MINUTE;
            terms.schedule.period = Period::Custom(length * MINUTE);
            terms.schedule.periods = periods;
            Sla::register_agreement(signed(who), ServiceId(service), terms)
        }),
        Action::Discard(who, id) => call(&|| Sla::discard_agreement(signed(who), AgreementId(id))),
        Action::Open(who, id) => call(&|| Sla::open_agreement(signed(who), AgreementId(id))),
        Action::Settle(who, id) => call(&|| settle(who, AgreementId(id))),
        Action::Measure { agreement, period, hundredths } => measure(AgreementId(agreement), period, hundredths),
        Action::Delay { agreement, period, minutes } => {
            answer(AgreementId(agreement), period, Collected::Open { until: now + minutes * MINUTE })
        }
        Action::Refuse(id, yes) => refuse(AgreementId(id), yes),
        Action::PoolRefuses(yes) => let_pool_refuse(yes),
        Action::Block { minutes, weight } => {
            let mut meter = WeightMeter::with_limit(Weight::from_parts(weight, 0));
            block_with(now + minutes * MINUTE, &mut meter);
            assert!(meter.consumed().ref_time() <= weight);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever is called, and whatever fails: the invariants hold after every action, and once the neighbours work
    /// again, every opened agreement is completed with each period settled once and in order.
    #[test]
    fn every_opened_agreement_should_end_with_every_period_settled_once(
        actions in prop::collection::vec(any_action(), 1..120),
    ) {
        build_and_execute(|| {
            for who in [PROVIDER, OTHER] {
                register_service(who);
            }
            for action in actions {
                act(action);
                assert_ok!(Sla::do_try_state());
            }

            let_pool_refuse(false);
            let ids = (0..NextAgreementId::<Test>::get().0).map(AgreementId).collect::<Vec<_>>();
            for id in &ids {
                refuse(*id, false);
                for period in 0..5 {
                    measure(*id, period, 99_95);
                }
            }
            let now = <Clock as frame_support::traits::Time>::now();
            for day in 1..4 {
                block_at(now + day * 24 * HOUR);
            }
            assert_eq!(Agenda::<Test>::iter_keys().count(), 0);
            for (id, agreement) in Agreements::<Test>::iter() {
                assert!(!matches!(agreement.status, AgreementStatus::Open | AgreementStatus::Active));
                let periods = settled().into_iter().filter(|s| s.round.agreement == id).map(|s| s.round.period);
                let expected = if agreement.status == AgreementStatus::Completed { agreement.finalized } else { 0 };
                assert_eq!(periods.collect::<Vec<_>>(), (0..expected).collect::<Vec<_>>());
            }
        });
    }
}

#[test]
fn everything_removed_should_leave_no_deposit_behind() {
    build_and_execute(|| {
        let id = register_agreement(terms());
        let service = agreement(id).service;
        assert_ok!(Sla::discard_agreement(RuntimeOrigin::signed(PROVIDER), id));
        assert_ok!(Sla::remove_service(RuntimeOrigin::signed(PROVIDER), service));
        assert_ok!(Sla::deregister_provider(RuntimeOrigin::signed(PROVIDER)));
        assert_eq!(Balances::free_balance(PROVIDER), RICH);
        assert_eq!(Services::<Test>::iter().collect::<Vec<(ServiceId, ServiceOf<Test>)>>(), vec![]);
        assert_eq!(Providers::<Test>::iter().count(), 0);
    });
}

/// The invariants notice damage: otherwise they would prove nothing.
#[test]
fn try_state_should_notice_damage() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        block_at(START);
        block_at(end(0) + REPORT);
        let notices = |damage: &dyn Fn()| {
            let undone = frame_support::storage::with_transaction(|| {
                damage();
                sp_runtime::TransactionOutcome::Rollback(Ok::<_, sp_runtime::DispatchError>(Sla::do_try_state()))
            });
            assert!(undone.unwrap().is_err());
            assert_ok!(Sla::do_try_state());
        };
        let change = |f: fn(&mut crate::AgreementOf<Test>)| Agreements::<Test>::mutate(id, |a| f(a.as_mut().unwrap()));
        notices(&|| Agenda::<Test>::remove(crate::AgendaKey::new(Sla::next_due(id).unwrap(), id)));
        notices(&|| Agenda::<Test>::insert(crate::AgendaKey::new(1, id), ()));
        notices(&|| crate::Periods::<Test>::remove(id, 0));
        notices(&|| crate::AgreementTerms::<Test>::remove(id, 0));
        notices(&|| Providers::<Test>::remove(PROVIDER));
        notices(&|| Services::<Test>::remove(agreement(id).service));
        notices(&|| Services::<Test>::mutate(agreement(id).service, |s| s.as_mut().unwrap().agreements = 2));
        notices(&|| Providers::<Test>::mutate(PROVIDER, |p| p.as_mut().unwrap().services = 2));
        notices(&|| Providers::<Test>::mutate(PROVIDER, |p| p.as_mut().unwrap().record.periods_met = 9));
        notices(&|| NextAgreementId::<Test>::put(id));
        notices(&|| change(|a| a.finalized = 1));
        notices(&|| change(|a| a.ticket = None));
        notices(&|| change(|a| a.status = AgreementStatus::Completed));
        notices(&|| change(|a| a.timers.finalize = None));
    });
}
