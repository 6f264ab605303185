// SPDX-License-Identifier: Apache-2.0

//! Benchmarks of every call, at its worst case. They run on the real runtime, where [`Scenario`] sets the stage.

#![cfg(feature = "runtime-benchmarks")]

use super::*;
use crate::types::{MAX_BATCH, MAX_UNBONDING};
use alloc::vec::Vec;
use dsla_primitives::{
    traits::{AgreementInspect, Scenario},
    AgreementId, Balance, RoundId, Uri,
};
use frame_benchmarking::v2::*;
use frame_support::{
    traits::{fungible::Mutate, ConstU32, Get},
    BoundedVec,
};
use frame_system::RawOrigin;
use sp_core::H256;

fn uri() -> Uri {
    Uri::truncate_from(alloc::vec![b'u'; 256])
}

fn bond<T: Config>() -> Balance {
    T::MinBond::get() + Pallet::<T>::minimum_balance()
}

fn registered<T: Config>() -> T::AccountId {
    let who = T::Scenario::funded("registered", 0);
    Pallet::<T>::register_reporter(RawOrigin::Signed(who.clone()).into(), bond::<T>(), uri()).unwrap();
    who
}

/// An account with rewards in both places, in a table that stays full but for its own entry.
fn earner<T: Config>() -> (AgreementId, T::AccountId) {
    let agreement = AgreementId(0);
    let reward = Pallet::<T>::minimum_balance();
    let mut rewards = RewardsOf::<T>::new();
    for index in 0..dsla_primitives::MAX_COMMITTEE {
        rewards.try_insert(T::Scenario::funded("earner", index), reward).unwrap();
    }
    let who = rewards.keys().last().unwrap().clone();
    T::Currency::mint_into(&Pallet::<T>::pot(), reward * 100).unwrap();
    Rewards::<T>::insert(agreement, rewards);
    FormerRewards::<T>::insert(agreement, &who, reward);
    (agreement, who)
}

/// A batch of `n` reports on agreements with full committees, of which everybody else has reported already.
#[allow(clippy::type_complexity)]
fn batch<T: Config>(n: u32) -> (T::AccountId, BoundedVec<SubmittedReport, ConstU32<MAX_BATCH>>) {
    // All agreements first, so that their periods end at the same time and their windows are open together.
    let rounds = (0..n).map(|_| RoundId::new(T::Scenario::open_agreement().0, 0)).collect::<Vec<_>>();
    let committee = |round: &RoundId| T::Agreements::terms(*round).unwrap().oracle.committee;
    let reporter = committee(&rounds[0]).last().unwrap().clone();
    let reports = rounds
        .iter()
        .map(|round| {
            assert!(committee(round).contains(&reporter), "the agreements have the same committee");
            T::Scenario::report(*round);
            Rounds::<T>::mutate(round, |stored| stored.reports.retain(|report| report.reporter != reporter));
            let objectives = T::Agreements::terms(*round).unwrap().objectives;
            let measurements = objectives.iter().map(|objective| Measurement::Value(objective.target)).collect();
            SubmittedReport {
                round: *round,
                measurements: BoundedVec::truncate_from(measurements),
                evidence: H256::repeat_byte(7),
            }
        })
        .collect();
    (reporter, BoundedVec::truncate_from(reports))
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn register_reporter() {
        let who = T::Scenario::funded("registered", 0);

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), bond::<T>(), uri());

        assert!(Reporters::<T>::contains_key(&who));
    }

    #[benchmark]
    fn bond_extra() {
        let who = registered::<T>();
        let amount = Pallet::<T>::minimum_balance();

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), amount);

        assert_eq!(Reporters::<T>::get(&who).unwrap().bond, bond::<T>() + amount);
    }

    #[benchmark]
    fn update_reporter() {
        let who = registered::<T>();
        let other = Uri::truncate_from(alloc::vec![b'o'; 256]);

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), other.clone());

        assert_eq!(Reporters::<T>::get(&who).unwrap().uri, other);
    }

    #[benchmark]
    fn leave() {
        let who = registered::<T>();

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()));

        assert_ne!(Reporters::<T>::get(&who).unwrap().state, ReporterState::Active);
    }

    #[benchmark]
    fn withdraw_bond() {
        let who = registered::<T>();
        Pallet::<T>::leave(RawOrigin::Signed(who.clone()).into()).unwrap();
        T::Scenario::set_time(T::Scenario::now() + MAX_UNBONDING);

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()));

        assert!(!Reporters::<T>::contains_key(&who));
    }

    #[benchmark]
    fn submit(n: Linear<1, MAX_BATCH>) {
        let (who, reports) = batch::<T>(n);
        let last = reports.last().unwrap().round;

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), reports);

        assert!(Rounds::<T>::get(last).has_report_of(&who));
    }

    #[benchmark]
    fn claim_rewards() {
        let (agreement, who) = earner::<T>();

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), agreement);

        assert_eq!(Pallet::<T>::claimable(agreement, &who), Ok(0));
    }

    #[benchmark]
    fn claim_rewards_for() {
        let (agreement, who) = earner::<T>();
        let caller = T::Scenario::funded("caller", 0);

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), agreement, who.clone());

        assert_eq!(Pallet::<T>::claimable(agreement, &who), Ok(0));
    }
}
