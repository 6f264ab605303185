// SPDX-License-Identifier: Apache-2.0

//! Benchmarks of every call, at its worst case. They run on the real runtime, where [`Scenario`] sets the stage.

#![cfg(feature = "runtime-benchmarks")]

use super::*;
use crate::types::{self, Commitment, MAX_BATCH, MAX_UNBONDING};
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
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use sp_core::H256;
use sp_runtime::traits::Zero;

fn uri() -> Uri {
    Uri::truncate_from(alloc::vec![b'u'; 256])
}

fn bond<T: Config>() -> Balance {
    T::MinBond::get() + Pallet::<T>::minimum_balance()
}

/// A reporter, and one that has come after it, which has to move in the index when it goes.
fn registered<T: Config>() -> T::AccountId {
    for index in 0..2 {
        let who = T::Scenario::funded("registered", index);
        Pallet::<T>::register_reporter(RawOrigin::Signed(who).into(), bond::<T>(), uri()).unwrap();
    }
    T::Scenario::funded("registered", 0)
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

/// Fills the table of rewards of the agreement of `round` with those of others, who have to make room. For
/// [`Scenario::burden`].
pub fn burden<T: Config>(round: RoundId) {
    let mut rewards = RewardsOf::<T>::new();
    for index in 0..dsla_primitives::MAX_COMMITTEE {
        rewards.try_insert(T::Scenario::funded("earner", index), 1).unwrap();
    }
    T::Currency::mint_into(&Pallet::<T>::pot(), Balance::from(dsla_primitives::MAX_COMMITTEE)).unwrap();
    Rewards::<T>::insert(round.agreement, rewards);
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
            seat_others::<T>(round.agreement, &committee(round), &reporter);
            full_report::<T>(*round)
        })
        .collect();
    (reporter, BoundedVec::truncate_from(reports))
}

/// A full table of seats, with one of a former member in the place of `reporter`: it is found to be so when `reporter`
/// takes its seat.
fn seat_others<T: Config>(id: AgreementId, committee: &[T::AccountId], reporter: &T::AccountId) {
    let former = T::Scenario::funded("former", 0);
    let seat = |reporter| Seat { reporter, since: 0, until: None };
    let others = committee.iter().filter(|member| *member != reporter).cloned();
    let seats = SeatsOf::<T>::truncate_from(others.chain([former]).map(seat).collect());
    assert!(seats.is_full(), "the committee is full");
    Seats::<T>::insert(id, seats);
}

/// The salt of every sealed report here.
const SALT: [u8; 32] = [7; 32];

/// `n` rounds of sealed agreements with the same full committee, whose periods have ended, and the last of its members.
/// Everybody else has committed.
fn sealed<T: Config>(n: u32) -> (T::AccountId, Vec<RoundId>) {
    let rounds = (0..n).map(|_| RoundId::new(T::Scenario::open_sealed_agreement().0, 0)).collect::<Vec<_>>();
    let committee = |round: &RoundId| T::Agreements::terms(*round).unwrap().oracle.committee;
    let reporter = committee(&rounds[0]).last().unwrap().clone();
    for round in &rounds {
        assert!(committee(round).contains(&reporter), "the agreements have the same committee");
        T::Scenario::end_period(*round);
        let others = committee(round).into_iter().filter(|member| *member != reporter);
        let commitments = others.map(|reporter| Commitment { reporter, hash: H256::repeat_byte(7) }).collect();
        let commitments = BoundedVec::truncate_from(commitments);
        Rounds::<T>::insert(round, Round { commitments, ..Default::default() });
        seat_others::<T>(round.agreement, &committee(round), &reporter);
    }
    (reporter, rounds)
}

/// The largest report on `round` that its bounds allow.
fn full_report<T: Config>(round: RoundId) -> SubmittedReport {
    let objectives = T::Agreements::terms(round).unwrap().objectives;
    let measurements = objectives.iter().map(|objective| Measurement::Value(objective.target)).collect();
    SubmittedReport { round, measurements: BoundedVec::truncate_from(measurements), evidence: H256::repeat_byte(7) }
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
        // Its bond is full, but it is suspended: what it adds brings it back.
        Pallet::<T>::deactivate(&who).unwrap();
        Reporters::<T>::mutate(&who, |reporter| reporter.as_mut().unwrap().state = ReporterState::Suspended);
        let amount = Pallet::<T>::minimum_balance();

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), amount);

        let reporter = Reporters::<T>::get(&who).unwrap();
        assert_eq!((reporter.bond, reporter.state), (bond::<T>() + amount, ReporterState::Active));
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
        assert!(Seats::<T>::get(last.agreement).iter().any(|seat| seat.reporter == who));
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

    #[benchmark]
    fn commit(n: Linear<1, MAX_BATCH>) {
        let (who, rounds) = sealed::<T>(n);
        let last = *rounds.last().unwrap();
        let commitments = rounds.into_iter().map(|round| (round, H256::repeat_byte(7))).collect();

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), BoundedVec::truncate_from(commitments));

        assert!(Rounds::<T>::get(last).commitment_of(&who).is_some());
        assert!(Seats::<T>::get(last.agreement).iter().any(|seat| seat.reporter == who));
    }

    #[benchmark]
    fn reveal(n: Linear<1, MAX_BATCH>) {
        let (who, rounds) = sealed::<T>(n);
        let last = *rounds.last().unwrap();
        let genesis = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero());
        let reveals = rounds
            .iter()
            .map(|round| {
                let terms = T::Agreements::terms(*round).unwrap();
                let report = full_report::<T>(*round);
                let hash = commitment(&genesis, &who, &report, &SALT);
                let indicators = types::indicators(&report.measurements, &terms.objectives).unwrap();
                Rounds::<T>::mutate(round, |stored| {
                    // Everybody else has revealed.
                    let revealed = stored.commitments.iter().map(|commitment| Report {
                        reporter: commitment.reporter.clone(),
                        indicators: indicators.clone(),
                        evidence: report.evidence,
                    });
                    stored.reports = BoundedVec::truncate_from(revealed.collect());
                    stored.commitments.try_push(Commitment { reporter: who.clone(), hash }).unwrap();
                });
                Reveal { report, salt: SALT }
            })
            .collect();
        let oracle = T::Agreements::terms(last).unwrap().oracle;
        T::Scenario::set_time(T::Scenario::now() + oracle.report_window);

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), BoundedVec::truncate_from(reveals));

        assert!(Rounds::<T>::get(last).has_report_of(&who));
    }

    #[benchmark]
    fn rejoin() {
        let who = registered::<T>();
        Pallet::<T>::leave(RawOrigin::Signed(who.clone()).into()).unwrap();

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()));

        assert_eq!(Reporters::<T>::get(&who).unwrap().state, ReporterState::Active);
    }

    #[benchmark]
    fn give_up_seat() {
        let id = AgreementId(0);
        let members = (0..dsla_primitives::MAX_COMMITTEE).map(|index| T::Scenario::funded("member", index));
        let seats = members.map(|reporter| Seat { reporter, since: 0, until: None }).collect::<Vec<_>>();
        let who = seats.last().unwrap().reporter.clone();
        Seats::<T>::insert(id, SeatsOf::<T>::truncate_from(seats));

        #[extrinsic_call]
        _(RawOrigin::Signed(who), id);

        assert!(Seats::<T>::get(id).last().unwrap().until.is_some());
    }
}
