// SPDX-License-Identifier: Apache-2.0

//! Benchmarks, run on the real runtime: the cost of measuring, settling and pools is part of each step.

#![cfg(feature = "runtime-benchmarks")]

use crate::*;
use alloc::vec;
use dsla_primitives::{
    terms::{min_quorum, Document, Maintenance, Terms},
    traits::{AgreementStatus, Scenario},
    AgreementId, Moment, Name, RoundId, Uri, MAX_COMMITTEE, MAX_OBJECTIVES,
};
use frame_benchmarking::v2::*;
use frame_support::{
    traits::{EnsureOrigin, Get, OnPoll},
    weights::WeightMeter,
    BoundedVec,
};
use frame_system::{Pallet as System, RawOrigin};
use sp_runtime::Perbill;

const MAX_NAME: u32 = 63;
const MAX_PROFILE: u32 = MAX_NAME + 256;

/// A name and a URI of `length` bytes together.
fn texts(length: u32) -> (Name, Uri) {
    let name = length.min(MAX_NAME);
    let text = |length: u32| vec![b'a'; length as usize];
    (BoundedVec::truncate_from(text(name)), BoundedVec::truncate_from(text(length - name)))
}

/// Terms with so many objectives and members of the committee.
fn terms<T: Config>(objectives: u32, members: u32) -> Terms<T::AccountId> {
    let mut terms = T::Scenario::terms();
    assert!(objectives as usize <= terms.objectives.len() && members as usize <= terms.oracle.committee.len());
    terms.objectives.truncate(objectives as usize);
    terms.oracle.committee.truncate(members as usize);
    terms.oracle.quorum = min_quorum(members);
    let part = Perbill::from_rational(1, objectives);
    for objective in terms.objectives.iter_mut() {
        objective.weight = part;
    }
    // The weights must sum to the whole exactly.
    let rest = Perbill::one() - Perbill::from_parts(part.deconstruct() * (objectives - 1));
    terms.objectives[0].weight = rest;
    terms
}

/// Moves time to the moment at which `agreement` is due, if it lies ahead, and does everything due until `done`.
fn advance<T: Config>(agreement: AgreementId, done: impl Fn(&AgreementOf<T>) -> bool) {
    let settler = T::Scenario::funded("settler", 1);
    while !done(&Agreements::<T>::get(agreement).unwrap()) {
        wait::<T>(agreement);
        Pallet::<T>::settle(RawOrigin::Signed(settler.clone()).into(), agreement).unwrap();
    }
}

/// Moves time to the moment at which `agreement` is due.
fn wait<T: Config>(agreement: AgreementId) {
    let due = Pallet::<T>::next_due(agreement).unwrap();
    T::Scenario::set_time(due.max(T::Scenario::now()));
}

/// An agreement with a subscriber whose first period has begun.
fn active<T: Config>() -> AgreementId {
    let (agreement, _) = T::Scenario::open_agreement();
    T::Scenario::subscribe(agreement, &T::Scenario::funded("subscriber", 0));
    advance::<T>(agreement, |a| a.status == AgreementStatus::Active);
    agreement
}

/// An agreement with customers and backers, for which new terms wait that not all customers keep.
fn amended<T: Config>() -> (AgreementId, T::AccountId) {
    let (agreement, provider) = T::Scenario::open_agreement();
    let customers = [0, 1].map(|index| T::Scenario::funded("subscriber", index));
    for customer in &customers {
        T::Scenario::subscribe(agreement, customer);
    }
    T::Scenario::back(agreement, &T::Scenario::funded("backer", 0));
    let mut terms = AgreementTerms::<T>::get(agreement, 0).unwrap();
    terms.pricing.unit_price += 1;
    let origin = RawOrigin::Signed(provider.clone());
    Pallet::<T>::propose_amendment(origin.into(), agreement, terms, T::AmendmentNotice::get().max(1)).unwrap();
    T::Scenario::accept_amendment(agreement, &customers[1]);
    (agreement, provider)
}

#[benchmarks]
mod benches {
    use super::*;

    #[benchmark]
    fn register_provider(b: Linear<0, MAX_PROFILE>) {
        let who = T::Scenario::funded("provider", 0);
        let (name, uri) = texts(b);
        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), name, uri);
        assert!(Providers::<T>::contains_key(who));
    }

    #[benchmark]
    fn update_provider(b: Linear<0, MAX_PROFILE>) {
        let (who, _) = T::Scenario::service();
        let (name, uri) = texts(b);
        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), name, uri.clone());
        assert_eq!(Providers::<T>::get(who).unwrap().uri, uri);
    }

    #[benchmark]
    fn deregister_provider() {
        let who = T::Scenario::funded("provider", 0);
        let (name, uri) = texts(MAX_PROFILE);
        Pallet::<T>::register_provider(RawOrigin::Signed(who.clone()).into(), name, uri).unwrap();
        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()));
        assert!(!Providers::<T>::contains_key(who));
    }

    #[benchmark]
    fn register_service(b: Linear<1, MAX_PROFILE>) {
        let (who, _) = T::Scenario::service();
        let id = NextServiceId::<T>::get();
        let (name, uri) = texts(b);
        #[extrinsic_call]
        _(RawOrigin::Signed(who), name, Document { hash: Default::default(), uri });
        assert!(Services::<T>::contains_key(id));
    }

    #[benchmark]
    fn remove_service() {
        let (who, service) = T::Scenario::service();
        #[extrinsic_call]
        _(RawOrigin::Signed(who), service);
        assert!(!Services::<T>::contains_key(service));
    }

    #[benchmark]
    fn register_agreement(o: Linear<1, MAX_OBJECTIVES>, c: Linear<1, MAX_COMMITTEE>) {
        let (who, service) = T::Scenario::service();
        let terms = terms::<T>(o, c);
        let id = NextAgreementId::<T>::get();
        #[extrinsic_call]
        _(RawOrigin::Signed(who), service, terms);
        assert!(Agreements::<T>::contains_key(id));
    }

    #[benchmark]
    fn discard_agreement() {
        let (who, service) = T::Scenario::service();
        let id = NextAgreementId::<T>::get();
        let origin = RawOrigin::Signed(who.clone());
        Pallet::<T>::register_agreement(origin.clone().into(), service, T::Scenario::terms()).unwrap();
        #[extrinsic_call]
        _(origin, id);
        assert_eq!(Agreements::<T>::get(id).unwrap().status, AgreementStatus::Terminated);
    }

    #[benchmark]
    fn open_agreement() {
        let (who, service) = T::Scenario::service();
        let id = NextAgreementId::<T>::get();
        let origin = RawOrigin::Signed(who.clone());
        Pallet::<T>::register_agreement(origin.clone().into(), service, T::Scenario::terms()).unwrap();
        #[extrinsic_call]
        _(origin, id);
        assert_eq!(Agreements::<T>::get(id).unwrap().status, AgreementStatus::Open);
    }

    #[benchmark]
    fn settle_activate() {
        let (id, _) = T::Scenario::open_agreement();
        let who = T::Scenario::funded("settler", 0);
        wait::<T>(id);
        #[extrinsic_call]
        settle(RawOrigin::Signed(who), id);
        assert_eq!(Agreements::<T>::get(id).unwrap().status, AgreementStatus::Active);
    }

    #[benchmark]
    fn settle_propose() {
        let id = active::<T>();
        let who = T::Scenario::funded("settler", 0);
        T::Scenario::report(RoundId::new(id, 0));
        wait::<T>(id);
        #[extrinsic_call]
        settle(RawOrigin::Signed(who), id);
        assert_eq!(Agreements::<T>::get(id).unwrap().proposed, 1);
    }

    /// So late that a whole horizon of later periods is over, and with a loss that the pool cannot bear: it ends the
    /// agreement.
    #[benchmark]
    fn settle_finalize() {
        let id = active::<T>();
        let who = T::Scenario::funded("settler", 0);
        let round = RoundId::new(id, 0);
        T::Scenario::report(round);
        advance::<T>(id, |a| a.timers.finalize == a.timers.due());
        wait::<T>(id);
        T::Scenario::burden(round);
        #[extrinsic_call]
        settle(RawOrigin::Signed(who), id);
        let agreement = Agreements::<T>::get(id).unwrap();
        assert_eq!(agreement.finalized, 1);
        assert_eq!(agreement.ending.map(|ending| ending.reason), Some(EndReason::Uncovered));
    }

    #[benchmark]
    fn settle_complete() {
        let id = active::<T>();
        let who = T::Scenario::funded("settler", 0);
        let periods = AgreementTerms::<T>::get(id, 0).unwrap().schedule.periods;
        T::Scenario::report(RoundId::new(id, 0));
        advance::<T>(id, |a| a.finalized == periods);
        #[extrinsic_call]
        settle(RawOrigin::Signed(who), id);
        assert_eq!(Agreements::<T>::get(id).unwrap().status, AgreementStatus::Completed);
    }

    /// New terms that are carried over: whether the cover suffices is checked for every prepaid period.
    #[benchmark]
    fn propose_amendment(o: Linear<1, MAX_OBJECTIVES>, c: Linear<1, MAX_COMMITTEE>) {
        let mut terms = terms::<T>(o, c);
        let (id, who) = T::Scenario::open_agreement_under(terms.clone());
        T::Scenario::subscribe(id, &T::Scenario::funded("subscriber", 0));
        terms.pricing.unit_price -= 1;
        #[extrinsic_call]
        _(RawOrigin::Signed(who), id, terms, T::AmendmentNotice::get().max(1));
        assert!(Agreements::<T>::get(id).unwrap().waiting.is_some_and(|waiting| waiting.carried_over));
    }

    #[benchmark]
    fn give_notice() {
        let mut terms = T::Scenario::terms();
        terms.notice_periods = Some(1);
        let (id, who) = T::Scenario::open_agreement_under(terms);
        advance::<T>(id, |a| a.status == AgreementStatus::Active);
        #[extrinsic_call]
        _(RawOrigin::Signed(who), id);
        assert_eq!(Agreements::<T>::get(id).unwrap().periods, 2);
    }

    #[benchmark]
    fn terminate() -> Result<(), BenchmarkError> {
        // Due at once: the agreement moves on the agenda.
        let (id, _) = amended::<T>();
        let origin = T::TerminateOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, id, None);
        assert_eq!(Agreements::<T>::get(id).unwrap().periods, 0);
        Ok(())
    }

    #[benchmark]
    fn allow() {
        let (id, who) = T::Scenario::open_agreement();
        let customer = T::Scenario::funded("customer", 0);
        #[extrinsic_call]
        _(RawOrigin::Signed(who), id, customer.clone());
        assert!(Allowed::<T>::contains_key(id, customer));
    }

    #[benchmark]
    fn disallow() {
        let (id, who) = T::Scenario::open_agreement();
        let customer = T::Scenario::funded("customer", 0);
        let origin = RawOrigin::Signed(who);
        Pallet::<T>::allow(origin.clone().into(), id, customer.clone()).unwrap();
        #[extrinsic_call]
        _(origin, id, customer.clone());
        assert!(!Allowed::<T>::contains_key(id, customer));
    }

    /// The last window that fits, before all others.
    #[benchmark]
    fn announce_maintenance() {
        const WINDOW: Moment = 1_000;
        let mut terms = T::Scenario::terms();
        terms.maintenance = Maintenance { quota: WINDOW * Moment::from(MAX_WINDOWS), notice: 0 };
        let (id, who) = T::Scenario::open_agreement_under(terms.clone());
        let origin = RawOrigin::Signed(who);
        let begin = terms.schedule.boundary(1).unwrap();
        for window in 1..Moment::from(MAX_WINDOWS) {
            let (start, end) = (begin + 2 * window * WINDOW, begin + (2 * window + 1) * WINDOW);
            Pallet::<T>::announce_maintenance(origin.clone().into(), id, 1, start, end).unwrap();
        }
        #[extrinsic_call]
        _(origin, id, 1, begin, begin + WINDOW);
        assert_eq!(MaintenanceWindows::<T>::get(id, 1).len(), MAX_WINDOWS as usize);
    }

    #[benchmark]
    fn settle_amend() {
        let (id, _) = amended::<T>();
        let who = T::Scenario::funded("settler", 0);
        advance::<T>(id, |a| a.timers.amend == a.timers.due());
        wait::<T>(id);
        #[extrinsic_call]
        settle(RawOrigin::Signed(who), id);
        assert_eq!(Agreements::<T>::get(id).unwrap().version, 1);
    }

    #[benchmark]
    fn settle_drop() -> Result<(), BenchmarkError> {
        let (id, _) = amended::<T>();
        let who = T::Scenario::funded("settler", 0);
        let origin = T::TerminateOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
        Pallet::<T>::terminate(origin, id, None)?;
        #[extrinsic_call]
        settle(RawOrigin::Signed(who), id);
        assert_eq!(Agreements::<T>::get(id).unwrap().waiting, None);
        Ok(())
    }

    /// The next entry is due and its agreement is read, but there is no weight for its step.
    #[benchmark]
    fn agenda_base() {
        let (id, _) = T::Scenario::open_agreement();
        wait::<T>(id);
        let mut meter = WeightMeter::with_limit(T::WeightInfo::agenda_base().min(T::MaxServiceWeight::get()));
        #[block]
        {
            Pallet::<T>::on_poll(System::<T>::block_number(), &mut meter);
        }
        assert_eq!(Agreements::<T>::get(id).unwrap().status, AgreementStatus::Open);
    }
}
