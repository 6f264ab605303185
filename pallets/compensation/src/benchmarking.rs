// SPDX-License-Identifier: Apache-2.0

//! Benchmarks, run on the real runtime. Each measures the worst case: a ledger full of subscriptions and memberships,
//! with two boundaries each to look up, none of them twice.

#![cfg(feature = "runtime-benchmarks")]

use crate::{types::Cursor, *};
use dsla_primitives::{
    traits::{AgreementInspect, Scenario},
    AgreementId, Balance, PeriodIndex, RoundId,
};
use frame_benchmarking::v2::*;
use frame_support::{
    traits::{
        fungible::{Inspect, Mutate},
        Get,
    },
    weights::Weight,
    BoundedVec,
};
use frame_system::RawOrigin;

/// Settled periods at the boundaries of which the positions of a full ledger lie.
const SETTLED: PeriodIndex = 4 * MAX_POSITIONS;

fn unit<T: Config>() -> Balance {
    T::Currency::minimum_balance().max(1)
}

/// An agreement with [`SETTLED`] settled periods, in the books of this pallet.
fn agreement<T: Config>() -> (AgreementId, T::AccountId) {
    let (agreement, provider) = T::Scenario::open_agreement();
    let periods = T::Agreements::terms(RoundId::new(agreement, 0)).unwrap().schedule.periods;
    assert!(periods >= SETTLED + T::MaxPrepaidPeriods::get(), "the scenario's agreement must run longer");
    for period in 0..SETTLED {
        let earned = unit::<T>() * Balance::from(period + 1);
        let index = Index { refund: earned, compensation: earned, reward: earned };
        Settlements::<T>::insert(agreement, period, PeriodSettlement { index, ..Default::default() });
    }
    Pools::<T>::mutate_extant(agreement, |pool| pool.settled = SETTLED);
    (agreement, provider)
}

/// Gives `who` as many positions as possible, all over and with something to claim, no two of them with a boundary in
/// common; and the pool the money for it.
fn fill<T: Config>(agreement: AgreementId, who: &T::AccountId) {
    let positions = |first: PeriodIndex| {
        let position = |index| Position { share: 1, from: 0, until: first + 4 * index + 1, claimed: first + 4 * index };
        BoundedVec::truncate_from((0..MAX_POSITIONS).map(position).collect())
    };
    let ledger = Ledger { subscriptions: positions(1), memberships: positions(3), credit: Default::default() };
    Accounts::<T>::insert(agreement, who, ledger);
    Portfolio::<T>::insert(who, agreement, ());
    let owed = Pallet::<T>::claimable(agreement, who).total().unwrap();
    Pools::<T>::mutate_extant(agreement, |pool| pool.buckets.owed += owed);
    T::Currency::mint_into(&Pallet::<T>::pool_account(agreement), owed).unwrap();
}

/// Ends the agreement and leaves nothing in its pool but `buckets`, so that paying them out closes it.
fn leave_only<T: Config>(agreement: AgreementId, buckets: dsla_primitives::settlement::Buckets) {
    Pools::<T>::mutate_extant(agreement, |pool| {
        pool.ended = true;
        pool.buckets = buckets;
        pool.provider_owed = 0;
    });
    T::Currency::mint_into(&Pallet::<T>::pool_account(agreement), buckets.total().unwrap()).unwrap();
}

/// Puts the agreement at the head of the queue, with the visit not begun.
fn only_in_queue<T: Config>(agreement: AgreementId) {
    let head = SweepHead::<T>::get();
    SweepTail::<T>::put(head + 1);
    SweepQueue::<T>::insert(head, (agreement, 0));
    SweepCursor::<T>::kill();
    Pools::<T>::mutate_extant(agreement, |pool| pool.queued = true);
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn stake_cover() {
        let (agreement, provider) = T::Scenario::open_agreement();
        let before = Pallet::<T>::buckets(agreement).junior;

        #[extrinsic_call]
        _(RawOrigin::Signed(provider), agreement, unit::<T>());

        assert_eq!(Pallet::<T>::buckets(agreement).junior, before + unit::<T>());
    }

    #[benchmark]
    fn withdraw_cover(n: Linear<0, { T::MaxPrepaidPeriods::get().saturating_mul(2) }>) {
        let (agreement, provider) = T::Scenario::open_agreement();
        Pools::<T>::mutate_extant(agreement, |pool| pool.prepaid_until = n);
        for period in 0..n {
            PeriodUnits::<T>::insert(agreement, period, 1);
        }
        let before = Pallet::<T>::buckets(agreement).junior;

        #[extrinsic_call]
        _(RawOrigin::Signed(provider), agreement, unit::<T>());

        assert_eq!(Pallet::<T>::buckets(agreement).junior, before - unit::<T>());
    }

    #[benchmark]
    fn fund_rewards() {
        let (agreement, provider) = T::Scenario::open_agreement();
        let before = Pallet::<T>::buckets(agreement).rewards;

        #[extrinsic_call]
        _(RawOrigin::Signed(provider), agreement, unit::<T>());

        assert_eq!(Pallet::<T>::buckets(agreement).rewards, before + unit::<T>());
    }

    #[benchmark]
    fn withdraw_rewards() {
        let (agreement, provider) = T::Scenario::open_agreement();
        let rewards = unit::<T>();
        leave_only::<T>(agreement, dsla_primitives::settlement::Buckets { rewards, ..Default::default() });

        #[extrinsic_call]
        _(RawOrigin::Signed(provider), agreement, rewards);

        assert!(!Pools::<T>::contains_key(agreement));
    }

    #[benchmark]
    fn set_member() {
        let (agreement, provider) = agreement::<T>();
        let who = T::Scenario::funded("member", 0);
        fill::<T>(agreement, &who);

        #[extrinsic_call]
        _(RawOrigin::Signed(provider), agreement, who.clone(), 7);

        assert_eq!(Accounts::<T>::get(agreement, who).memberships.len(), 1);
    }

    #[benchmark]
    fn subscribe(n: Linear<1, { T::MaxPrepaidPeriods::get() }>) {
        let (agreement, _) = agreement::<T>();
        let who = T::Scenario::funded("customer", 0);
        let version = T::Agreements::agreement(agreement).unwrap().version;
        for period in SETTLED..SETTLED + n {
            PeriodUnits::<T>::insert(agreement, period, 1);
        }
        fill::<T>(agreement, &who);

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), agreement, 1, n, version, Balance::MAX);

        assert_eq!(Accounts::<T>::get(agreement, who).subscriptions.len(), 1);
    }

    #[benchmark]
    fn claim() {
        let (agreement, _) = agreement::<T>();
        let who = T::Scenario::funded("customer", 0);
        fill::<T>(agreement, &who);

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), agreement);

        assert_eq!(Pallet::<T>::claimable(agreement, &who).total(), Some(0));
    }

    #[benchmark]
    fn claim_for() {
        let (agreement, _) = agreement::<T>();
        let (who, caller) = (T::Scenario::funded("customer", 0), T::Scenario::funded("caller", 0));
        fill::<T>(agreement, &who);

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), agreement, who.clone());

        assert_eq!(Pallet::<T>::claimable(agreement, &who).total(), Some(0));
    }

    #[benchmark]
    fn sweep_base() {
        SweepQueue::<T>::remove(SweepHead::<T>::get());

        #[block]
        {
            Pallet::<T>::sweep(Weight::MAX);
        }
    }

    #[benchmark]
    fn sweep_account() {
        let (agreement, _) = agreement::<T>();
        let who = T::Scenario::funded("customer", 0);
        fill::<T>(agreement, &who);
        only_in_queue::<T>(agreement);

        #[block]
        {
            Pallet::<T>::sweep_step(agreement);
        }

        assert_eq!(SweepCursor::<T>::get(), Some(Cursor { last: Some(who) }));
    }

    #[benchmark]
    fn sweep_finish() {
        let (agreement, _) = agreement::<T>();
        let _ = Accounts::<T>::clear_prefix(agreement, u32::MAX, None);
        let owed = unit::<T>();
        leave_only::<T>(agreement, dsla_primitives::settlement::Buckets { owed, ..Default::default() });
        let _ = PeriodUnits::<T>::clear_prefix(agreement, u32::MAX, None);
        let _ = TeamChanges::<T>::clear_prefix(agreement, u32::MAX, None);
        Pools::<T>::mutate_extant(agreement, |pool| pool.provider_owed = owed);
        only_in_queue::<T>(agreement);

        #[block]
        {
            Pallet::<T>::sweep_step(agreement);
        }

        assert!(!Pools::<T>::contains_key(agreement) && !SweepCursor::<T>::exists());
    }
}
