// SPDX-License-Identifier: Apache-2.0

use crate::{
    mock::*, Agenda, AgreementTerms, Agreements, Allowed, AmendmentTickets, ChallengedUntil, EndReason, Ending,
    MaintenanceWindows, NextAgreementId, NextServiceId, Providers, ServiceOf, Services, Window, Windows,
};
use dsla_primitives::{
    schedule::{Period, Schedule},
    terms::{Access, Maintenance},
    traits::{AgreementInspect, AgreementStatus, Collected, Verdicts},
    verdict::Indicator,
    AgreementId, Balance, RoundId, ServiceId,
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
    RegisterAgreement { who: AccountId, service: u64, in_minutes: u64, length: u64, periods: u32, notice: u32 },
    Discard(AccountId, u64),
    Open(AccountId, u64),
    Settle(AccountId, u64),
    Amend { who: AccountId, agreement: u64, price: Balance, later: u32, longer: u32 },
    GiveNotice(AccountId, u64),
    Terminate(u64, Option<u32>),
    Allow(AccountId, u64, AccountId),
    Disallow(AccountId, u64, AccountId),
    Announce { who: AccountId, agreement: u64, period: u32, from: u64, minutes: u64 },
    Suspend(u64, u32),
    Rule { agreement: u64, back: u32, hundredths: u128 },
    Uncover(u64, bool),
    Measure { agreement: u64, period: u32, hundredths: u128 },
    Delay { agreement: u64, period: u32, minutes: u64 },
    Refuse(u64, bool),
    PoolRefuses(bool),
    Block { minutes: u64, weight: u64 },
}

fn any_action() -> impl Strategy<Value = Action> {
    use Action::*;
    let who = || 1u64..4;
    // Mostly whoever may, and mostly what there is: see `owner`, `service` and `agreement_id`.
    let by = || prop_oneof![8 => Just(OWNER), 1 => 1u64..4];
    let id = || 0u64..12;
    prop_oneof![
        1 => who().prop_map(RegisterProvider),
        1 => who().prop_map(DeregisterProvider),
        2 => who().prop_map(RegisterService),
        1 => (by(), id()).prop_map(|(a, b)| RemoveService(a, b)),
        6 => (by(), id(), 0u64..60, 1u64..90, 1u32..8, 0u32..4).prop_map(
            |(who, service, in_minutes, length, periods, notice)| {
                RegisterAgreement { who, service, in_minutes, length, periods, notice }
            }
        ),
        1 => (by(), id()).prop_map(|(a, b)| Discard(a, b)),
        8 => (by(), id()).prop_map(|(a, b)| Open(a, b)),
        6 => (who(), id()).prop_map(|(a, b)| Settle(a, b)),
        8 => (by(), id(), 1u128..2_000, 1u32..4, 0u32..4).prop_map(|(who, agreement, price, later, longer)| {
            Amend { who, agreement, price, later, longer }
        }),
        1 => (by(), id()).prop_map(|(a, b)| GiveNotice(a, b)),
        1 => (id(), prop::option::of(0u32..6)).prop_map(|(a, b)| Terminate(a, b)),
        1 => (by(), id(), who()).prop_map(|(a, b, c)| Allow(a, b, c)),
        1 => (by(), id(), who()).prop_map(|(a, b, c)| Disallow(a, b, c)),
        3 => (by(), id(), 0u32..8, 0u64..90, 0u64..30).prop_map(|(who, agreement, period, from, minutes)| {
            Announce { who, agreement, period, from, minutes }
        }),
        5 => (id(), 0u32..2).prop_map(|(a, b)| Suspend(a, b)),
        3 => (id(), 0u32..2, 0u128..10_001).prop_map(|(agreement, back, hundredths)| {
            Rule { agreement, back, hundredths }
        }),
        1 => (id(), any::<bool>()).prop_map(|(a, b)| Uncover(a, b)),
        2 => (id(), 0u32..5, 0u128..10_001).prop_map(|(agreement, period, hundredths)| {
            Measure { agreement, period, hundredths }
        }),
        2 => (id(), 0u32..5, 0u64..100).prop_map(|(agreement, period, minutes)| Delay { agreement, period, minutes }),
        2 => (id(), prop::bool::weighted(0.3)).prop_map(|(a, b)| Refuse(a, b)),
        1 => prop::bool::weighted(0.3).prop_map(PoolRefuses),
        20 => (0u64..60, 0u64..20_000).prop_map(|(minutes, weight)| Block { minutes, weight }),
    ]
}

/// Stands for the account that may.
const OWNER: AccountId = 0;

/// Twelve numbers for as many agreements as there are, and one beyond.
fn agreement_id(number: u64) -> AgreementId {
    AgreementId(number % (NextAgreementId::<Test>::get().0 + 1))
}

fn service_id(number: u64) -> ServiceId {
    ServiceId(number % (NextServiceId::<Test>::get().0 + 1))
}

fn owner(who: AccountId, id: AgreementId) -> AccountId {
    let owner = Agreements::<Test>::get(id).map_or(PROVIDER, |agreement| agreement.provider);
    if who == OWNER {
        owner
    } else {
        who
    }
}

fn owner_of_service(who: AccountId, id: ServiceId) -> AccountId {
    let owner = Services::<Test>::get(id).map_or(PROVIDER, |service| service.provider);
    if who == OWNER {
        owner
    } else {
        who
    }
}

/// The round that was judged last, or so many before.
fn judged(id: AgreementId, back: u32) -> RoundId {
    let proposed = Agreements::<Test>::get(id).map_or(0, |agreement| agreement.proposed);
    RoundId::new(id, proposed.saturating_sub(1 + back))
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
        Action::RemoveService(who, id) => {
            let id = service_id(id);
            call(&|| Sla::remove_service(signed(owner_of_service(who, id)), id))
        }
        Action::RegisterAgreement { who, service, in_minutes, length, periods, notice } => call(&|| {
            let mut terms = terms();
            terms.schedule.start = now + in_minutes * MINUTE;
            terms.schedule.period = Period::Custom(length * MINUTE);
            terms.schedule.periods = periods;
            terms.notice_periods = notice.checked_sub(1);
            terms.maintenance = Maintenance { quota: u64::from(notice) * length * MINUTE / 8, notice: MINUTE };
            terms.access = if notice == 0 { Access::AllowList } else { Access::Open };
            let service = service_id(service);
            Sla::register_agreement(signed(owner_of_service(who, service)), service, terms)
        }),
        Action::Discard(who, id) => {
            let id = agreement_id(id);
            call(&|| Sla::discard_agreement(signed(owner(who, id)), id))
        }
        Action::Open(who, id) => {
            let id = agreement_id(id);
            call(&|| Sla::open_agreement(signed(owner(who, id)), id))
        }
        Action::Settle(who, id) => call(&|| settle(who, agreement_id(id))),
        Action::Amend { who, agreement, price, later, longer } => call(&|| {
            let id = agreement_id(agreement);
            let round = |period| RoundId::new(id, period);
            let Some(old) = <Sla as AgreementInspect<_>>::terms(round(u32::MAX)) else { return Ok(()) };
            let mut terms = old.clone();
            terms.schedule.periods += longer;
            terms.pricing.unit_price = price;
            let next = Schedule { periods: u32::MAX, ..old.schedule }.next_boundary(now).unwrap();
            Sla::propose_amendment(signed(owner(who, id)), id, terms, next + later)
        }),
        Action::GiveNotice(who, id) => {
            let id = agreement_id(id);
            call(&|| Sla::give_notice(signed(owner(who, id)), id))
        }
        Action::Terminate(id, at) => call(&|| terminate(agreement_id(id), at)),
        Action::Allow(by, id, who) => {
            let id = agreement_id(id);
            call(&|| Sla::allow(signed(owner(by, id)), id, who))
        }
        Action::Disallow(by, id, who) => {
            let id = agreement_id(id);
            call(&|| Sla::disallow(signed(owner(by, id)), id, who))
        }
        Action::Announce { who, agreement, period, from, minutes } => call(&|| {
            let round = RoundId::new(agreement_id(agreement), period);
            let Some(terms) = <Sla as AgreementInspect<_>>::terms(round) else { return Ok(()) };
            let start = terms.schedule.boundary(period).unwrap() + from * MINUTE;
            let who = owner(who, round.agreement);
            Sla::announce_maintenance(signed(who), round.agreement, period, start, start + minutes * MINUTE)
        }),
        Action::Suspend(id, back) => call(&|| Sla::suspend(judged(agreement_id(id), back))),
        Action::Rule { agreement, back, hundredths } => call(&|| {
            let indicators = vec![Indicator::Value(percent(hundredths))].try_into().unwrap();
            Sla::rule(judged(agreement_id(agreement), back), &indicators)
        }),
        Action::Uncover(id, yes) => uncover(agreement_id(id), yes),
        Action::Measure { agreement, period, hundredths } => measure(agreement_id(agreement), period, hundredths),
        Action::Delay { agreement, period, minutes } => {
            answer(agreement_id(agreement), period, Collected::Open { until: now + minutes * MINUTE })
        }
        Action::Refuse(id, yes) => refuse(agreement_id(id), yes),
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
    /// again, every opened agreement is ended with each period settled once, in order and under its own terms.
    #[test]
    fn every_opened_agreement_should_end_with_every_period_settled_once(
        actions in prop::collection::vec(any_action(), 1..120),
    ) {
        build_and_execute(|| {
            for who in [PROVIDER, OTHER] {
                register_service(who);
            }
            for _ in 0..2 {
                let mut terms = terms();
                terms.schedule.periods = 12;
                terms.notice_periods = Some(1);
                terms.maintenance = Maintenance { quota: 20 * MINUTE, notice: MINUTE };
                open_agreement(terms);
            }
            for action in actions {
                act(action);
                assert_ok!(Sla::do_try_state());
            }

            let_pool_refuse(false);
            let ids = (0..NextAgreementId::<Test>::get().0).map(AgreementId).collect::<Vec<_>>();
            for id in &ids {
                refuse(*id, false);
                uncover(*id, false);
                for period in 0..60 {
                    measure(*id, period, 99_95);
                }
            }
            for (id, period) in ChallengedUntil::<Test>::iter_keys().collect::<Vec<_>>() {
                assert_ok!(Sla::rule(RoundId::new(id, period), &vec![Indicator::NoData].try_into().unwrap()));
            }
            let now = <Clock as frame_support::traits::Time>::now();
            for day in 1..8 {
                block_at(now + day * 24 * HOUR);
            }
            assert_eq!(Agenda::<Test>::iter_keys().count(), 0);
            for (id, agreement) in Agreements::<Test>::iter() {
                assert!(!matches!(agreement.status, AgreementStatus::Open | AgreementStatus::Active));
                // Each period once, in order, under the terms in force in it.
                let opened = agreement.ticket.is_some() && agreement.status != AgreementStatus::Draft;
                let periods = if opened { agreement.periods } else { 0 };
                let seen = settled().into_iter().filter(|s| s.round.agreement == id).collect::<Vec<_>>();
                let order = seen.iter().map(|s| s.round.period).collect::<Vec<_>>();
                assert_eq!(order, (0..periods).collect::<Vec<_>>());
                for Settled { round, price, .. } in seen {
                    assert_eq!(price, price_in(round));
                }
                // Nothing waits any more, and what never came into force was paid back.
                assert_eq!((agreement.waiting, Sla::amendment(id)), (None, None));
                let tickets = AmendmentTickets::<Test>::iter_key_prefix(id).count();
                assert_eq!(tickets, versions_told(id));
                let told = told().into_iter().filter(|what| *what == Told::Ended(id)).count();
                assert_eq!(told, usize::from(agreement.status != AgreementStatus::Draft));
            }
        });
    }
}

/// The price in a period, by what the pool was told and by nothing of the pallet.
fn price_in(round: RoundId) -> Balance {
    let mut amended = told().into_iter().filter_map(|what| match what {
        Told::Amended(id, _, from, price) if id == round.agreement && from <= round.period => Some(price),
        _ => None,
    });
    amended.next_back().unwrap_or(1_000)
}

/// How many amendments the pool was told of, each once and in order.
fn versions_told(id: AgreementId) -> usize {
    let versions = told().into_iter().filter_map(|what| match what {
        Told::Amended(agreement, version, ..) if agreement == id => Some(version),
        _ => None,
    });
    let versions = versions.collect::<Vec<_>>();
    assert_eq!(versions, (1..).take(versions.len()).collect::<Vec<u32>>());
    versions.len()
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

fn terms_from(start: u64) -> dsla_primitives::terms::Terms<AccountId> {
    let mut terms = terms();
    terms.schedule.start = start;
    terms
}

fn open_agreement_from(start: u64) -> AgreementId {
    open_agreement(terms_from(start))
}

/// The invariants notice damage: otherwise they would prove nothing.
#[test]
fn try_state_should_notice_damage() {
    build_and_execute(|| {
        let mut maintained = new_terms(1_000);
        maintained.maintenance.quota = MINUTE;
        let id = open_agreement(maintained.clone());
        assert_ok!(Sla::allow(RuntimeOrigin::signed(PROVIDER), id, STRANGER));
        let window = (end(4), end(4) + MINUTE);
        assert_ok!(Sla::announce_maintenance(RuntimeOrigin::signed(PROVIDER), id, 5, window.0, window.1));
        assert_ok!(propose_amendment(id, maintained.clone(), 1));
        block_at(START);
        block_at(end(0) + REPORT);
        assert_ok!(propose_amendment(id, maintained, 7));
        let doomed = open_agreement_from(end(0) + HOUR);
        assert_ok!(propose_amendment(doomed, terms_from(end(0) + HOUR), 2));
        assert_ok!(terminate(doomed, Some(2)));
        let damages = std::cell::Cell::new(0);
        let notices = |damage: &dyn Fn()| {
            damages.set(damages.get() + 1);
            let undone = frame_support::storage::with_transaction(|| {
                damage();
                sp_runtime::TransactionOutcome::Rollback(Ok::<_, sp_runtime::DispatchError>(Sla::do_try_state()))
            });
            assert!(undone.unwrap().is_err(), "damage number {} went unnoticed", damages.get());
            assert_ok!(Sla::do_try_state());
        };
        let change = |f: fn(&mut crate::AgreementOf<Test>)| Agreements::<Test>::mutate(id, |a| f(a.as_mut().unwrap()));
        notices(&|| Agenda::<Test>::remove(crate::AgendaKey::new(Sla::next_due(id).unwrap(), id)));
        notices(&|| Agenda::<Test>::insert(crate::AgendaKey::new(1, id), ()));
        notices(&|| crate::Periods::<Test>::remove(id, 0));
        for version in 0..3 {
            notices(&|| AgreementTerms::<Test>::remove(id, version));
        }
        for version in 1..3 {
            notices(&|| AmendmentTickets::<Test>::remove(id, version));
        }
        let ticket = AmendmentTickets::<Test>::get(id, 1).unwrap();
        notices(&|| AmendmentTickets::<Test>::insert(id, 0, ticket.clone()));
        notices(&|| AgreementTerms::<Test>::insert(id, 3, terms()));
        notices(&|| AgreementTerms::<Test>::insert(id, 2, terms()));
        let entry = Allowed::<Test>::get(id, STRANGER).unwrap();
        notices(&|| Allowed::<Test>::insert(AgreementId(9), STRANGER, entry.clone()));
        notices(&|| ChallengedUntil::<Test>::insert(id, 0, 1));
        notices(&|| {
            assert_ok!(Sla::suspend(RoundId::new(id, 0)));
            ChallengedUntil::<Test>::remove(id, 0);
        });
        let windows = |windows: &[(u64, u64)]| {
            let windows = windows.iter().map(|(start, end)| Window { start: *start, end: *end });
            MaintenanceWindows::<Test>::insert(id, 5, Windows::truncate_from(windows.collect()));
        };
        let (from, to) = window;
        notices(&|| windows(&[]));
        notices(&|| windows(&[(from - 1, to - 1)]));
        notices(&|| windows(&[(end(5), end(5) + 1)]));
        notices(&|| windows(&[(from, to + 1)]));
        notices(&|| windows(&[(from, from)]));
        notices(&|| windows(&[(from, from + 2), (from + 1, from + 3)]));
        notices(&|| MaintenanceWindows::<Test>::insert(id, 10, MaintenanceWindows::<Test>::get(id, 5)));
        notices(&|| MaintenanceWindows::<Test>::insert(AgreementId(9), 5, MaintenanceWindows::<Test>::get(id, 5)));
        notices(&|| Providers::<Test>::remove(PROVIDER));
        notices(&|| Services::<Test>::remove(agreement(id).service));
        notices(&|| Services::<Test>::mutate(agreement(id).service, |s| s.as_mut().unwrap().agreements = 2));
        notices(&|| Providers::<Test>::mutate(PROVIDER, |p| p.as_mut().unwrap().services = 3));
        notices(&|| Providers::<Test>::mutate(PROVIDER, |p| p.as_mut().unwrap().record.periods_met = 9));
        notices(&|| NextAgreementId::<Test>::put(id));
        notices(&|| change(|a| a.finalized = 1));
        notices(&|| change(|a| a.ticket = None));
        notices(&|| change(|a| a.status = AgreementStatus::Completed));
        notices(&|| change(|a| a.timers.finalize = None));
        notices(&|| change(|a| a.timers.propose = a.timers.propose.map(|at| at - 1)));
        notices(&|| change(|a| a.timers.amend = None));
        notices(&|| change(|a| a.timers.amend = Some(u64::MAX)));
        notices(&|| change(|a| a.waiting = None));
        notices(&|| change(|a| a.waiting.as_mut().unwrap().periods = 11));
        notices(&|| change(|a| a.waiting.as_mut().unwrap().from = 1));
        notices(&|| change(|a| a.version = 0));
        notices(&|| change(|a| a.starts = Default::default()));
        notices(&|| change(|a| a.starts[0] = 0));
        notices(&|| change(|a| a.periods = 9));
        notices(&|| change(|a| a.ending = Some(Ending { periods: 2, reason: EndReason::Notice })));
        notices(&|| Services::<Test>::mutate(agreement(id).service, |s| s.as_mut().unwrap().record.credit_sum = 1));
        notices(&|| Services::<Test>::mutate(agreement(id).service, |s| s.as_mut().unwrap().record.agreements = 0));
        let mut overturned = Services::<Test>::get(agreement(id).service).unwrap();
        overturned.record.periods_overturned = 2;
        notices(&|| Services::<Test>::insert(agreement(id).service, overturned.clone()));
        let undone =
            |f: fn(&mut crate::AgreementOf<Test>)| Agreements::<Test>::mutate(doomed, |a| f(a.as_mut().unwrap()));
        notices(&|| undone(|a| a.timers.amend = None));
        notices(&|| undone(|a| a.ending = None));
        notices(&|| undone(|a| a.status = AgreementStatus::Draft));
    });
}
