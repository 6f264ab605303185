// SPDX-License-Identifier: Apache-2.0

//! Benchmarks, run on the real runtime. Each measures the worst case: a ledger full of subscriptions and memberships,
//! with two boundaries each to look up, none of them twice; every version of the terms to follow; deposits and exits of
//! as many periods as it holds.

#![cfg(feature = "runtime-benchmarks")]

use crate::{
    types::{Cursor, MAX_VERSIONS},
    vault::{EpochPrice, MAX_WAITING, VIRTUAL_SHARES},
    *,
};
use alloc::vec::Vec;
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
    let pricing = T::Agreements::terms(RoundId::new(agreement, 0)).unwrap().pricing;
    // The terms have not really changed, so the pool is left at version 0 and the ledger is made to be behind in
    // `fill`.
    let version = Version::new(0, &pricing).unwrap();
    Versions::<T>::insert(agreement, 0, version);
    Pools::<T>::mutate_extant(agreement, |pool| pool.settled = SETTLED);
    (agreement, provider)
}

/// The first moment of a period.
fn go_to<T: Config>(agreement: AgreementId, period: PeriodIndex) {
    let schedule = T::Agreements::terms(RoundId::new(agreement, 0)).unwrap().schedule;
    T::Scenario::set_time(schedule.boundary(period).unwrap());
}

/// Shares, notice, and in as many periods as possible a deposit and an exit that have just got their price.
fn fill_backing<T: Config>(agreement: AgreementId, who: &T::AccountId) {
    let amount = T::MinBacking::get().max(unit::<T>());
    let shares = amount * VIRTUAL_SHARES;
    for period in 0..MAX_WAITING {
        let price =
            EpochPrice { assets: amount, shares, returned: false, minted: shares, generation: 0, exit_assets: amount };
        let epoch = Epoch { deposits: amount, exit_shares: shares, generation: 0, price: Some(price) };
        Epochs::<T>::insert(agreement, period, epoch);
    }
    let waiting = |each: Balance| BoundedVec::truncate_from((0..MAX_WAITING).map(|period| (period, each)).collect());
    Accounts::<T>::mutate(agreement, who, |ledger| {
        ledger.backing = Backing {
            generation: 0,
            shares: 4 * shares,
            notice: 2 * shares,
            deposits: waiting(amount),
            exits: waiting(shares),
        };
    });
    Portfolio::<T>::insert(who, agreement, ());
    let minted = Balance::from(MAX_WAITING);
    Pools::<T>::mutate_extant(agreement, |pool| {
        pool.vault.shares += (4 + minted) * shares;
        pool.vault.notice += 2 * shares;
        pool.buckets.senior += (4 + minted) * amount;
        pool.buckets.exits += minted * amount;
    });
    T::Currency::mint_into(&Pallet::<T>::pool_account(agreement), (4 + 2 * minted) * amount).unwrap();
}

/// Lets the agreement have had every version there can be, so that a ledger at version 0 has to follow all of them.
fn age<T: Config>(agreement: AgreementId) {
    let first = Versions::<T>::get(agreement, 0).unwrap();
    for version in 1..MAX_VERSIONS {
        Versions::<T>::insert(agreement, version, Version { from: SETTLED, carried_over: true, ..first });
    }
    Pools::<T>::mutate_extant(agreement, |pool| pool.version = MAX_VERSIONS - 1);
}

/// Gives `who` as many positions as possible, all over and with something to claim, no two of them with a boundary in
/// common; and the pool the money for it.
fn fill<T: Config>(agreement: AgreementId, who: &T::AccountId) {
    let positions = |first: PeriodIndex| {
        let position =
            |index| Position { id: index, claimed: first + 4 * index, ..Position::new(1, 0, first + 4 * index + 1) };
        BoundedVec::truncate_from((0..MAX_POSITIONS).map(position).collect())
    };
    let ledger =
        Ledger { subscriptions: positions(1), memberships: positions(3), next_id: MAX_POSITIONS, ..Default::default() };
    Accounts::<T>::insert(agreement, who, ledger);
    fill_backing::<T>(agreement, who);
    Portfolio::<T>::insert(who, agreement, ());
    let claimable = Pallet::<T>::claimable(agreement, who);
    let owed = claimable.total().unwrap() - claimable.exit;
    Pools::<T>::mutate_extant(agreement, |pool| pool.buckets.owed += owed);
    T::Currency::mint_into(&Pallet::<T>::pool_account(agreement), owed).unwrap();
}

/// Subscribes `who`, whose ledger is full of what is over, to a unit for `periods`. Returns its name.
fn subscribed<T: Config>(agreement: AgreementId, who: &T::AccountId, periods: PeriodIndex) -> u32 {
    let price = Versions::<T>::get(agreement, 0).unwrap().prepayment * Balance::from(periods);
    let until = SETTLED + periods;
    for period in SETTLED..until {
        PeriodUnits::<T>::insert(agreement, period, 2);
    }
    Accounts::<T>::mutate(agreement, who, |ledger| {
        // Instead of one that is over.
        ledger.subscriptions.pop();
        let position = Position { id: MAX_POSITIONS, ..Position::new(1, SETTLED, until) };
        ledger.subscriptions.try_push(position).unwrap();
    });
    Pools::<T>::mutate_extant(agreement, |pool| {
        pool.prepaid_until = until;
        pool.buckets.escrow += price;
    });
    T::Currency::mint_into(&Pallet::<T>::pool_account(agreement), price).unwrap();
    MAX_POSITIONS
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
        let pricing = T::Agreements::terms(RoundId::new(agreement, 0)).unwrap().pricing;
        Versions::<T>::insert(agreement, 0, Version::new(0, &pricing).unwrap());
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
        age::<T>(agreement);

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), agreement);

        assert_eq!(Pallet::<T>::claimable(agreement, &who).total(), Some(0));
    }

    #[benchmark]
    fn claim_for() {
        let (agreement, _) = agreement::<T>();
        let (who, caller) = (T::Scenario::funded("customer", 0), T::Scenario::funded("caller", 0));
        fill::<T>(agreement, &who);
        age::<T>(agreement);

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
        age::<T>(agreement);
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

    #[benchmark]
    fn claim_many(n: Linear<1, MAX_CLAIMS>) {
        let who = T::Scenario::funded("customer", 0);
        let agreements = (0..n)
            .map(|_| {
                let (agreement, _) = agreement::<T>();
                fill::<T>(agreement, &who);
                age::<T>(agreement);
                agreement
            })
            .collect::<Vec<_>>();
        let list = BoundedVec::truncate_from(agreements.clone());

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), list);

        assert!(agreements.iter().all(|agreement| Pallet::<T>::claimable(*agreement, &who).total() == Some(0)));
    }

    #[benchmark]
    fn sponsor(n: Linear<1, { T::MaxPrepaidPeriods::get() }>) {
        let (agreement, provider) = agreement::<T>();
        let who = T::Scenario::funded("customer", 0);
        for period in SETTLED..SETTLED + n {
            PeriodUnits::<T>::insert(agreement, period, 1);
        }
        fill::<T>(agreement, &who);

        #[extrinsic_call]
        _(RawOrigin::Signed(provider), agreement, who.clone(), 1, n, Balance::MAX);

        assert_eq!(Accounts::<T>::get(agreement, who).subscriptions.len(), 1);
    }

    #[benchmark]
    fn cancel_subscription(n: Linear<1, { T::MaxPrepaidPeriods::get() }>) {
        let (agreement, _) = agreement::<T>();
        let who = T::Scenario::funded("customer", 0);
        fill::<T>(agreement, &who);
        let id = subscribed::<T>(agreement, &who, n);

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), agreement, id);

        assert_eq!(Accounts::<T>::get(agreement, who).subscriptions.len(), 0);
    }

    #[benchmark]
    fn extend_subscription(n: Linear<1, { T::MaxPrepaidPeriods::get() - 1 }>) {
        let (agreement, _) = agreement::<T>();
        let who = T::Scenario::funded("customer", 0);
        fill::<T>(agreement, &who);
        let id = subscribed::<T>(agreement, &who, 1);
        let version = T::Agreements::agreement(agreement).unwrap().version;

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), agreement, id, n, version, Balance::MAX);

        assert_eq!(Accounts::<T>::get(agreement, who).subscriptions.first().unwrap().until, SETTLED + 1 + n);
    }

    #[benchmark]
    fn accept_amendment(n: Linear<1, { T::MaxPrepaidPeriods::get() - 1 }>) {
        let (agreement, _) = T::Scenario::open_agreement();
        let who = T::Scenario::funded("customer", 0);
        // New terms begin with the second period, so one of these is left alone.
        let version = T::Agreements::agreement(agreement).unwrap().version;
        Pallet::<T>::subscribe(RawOrigin::Signed(who.clone()).into(), agreement, 1, n + 1, version, Balance::MAX)
            .unwrap();
        let version = T::Scenario::propose_amendment(agreement);

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), agreement, version, Balance::MAX);

        assert_eq!(Accounts::<T>::get(agreement, who).subscriptions.len(), 2);
    }

    #[benchmark]
    fn back() {
        let (agreement, _) = agreement::<T>();
        let who = T::Scenario::funded("backer", 0);
        fill::<T>(agreement, &who);
        let version = T::Agreements::agreement(agreement).unwrap().version;
        let amount = T::MinBacking::get().max(unit::<T>());

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), agreement, amount, version);

        assert_eq!(Accounts::<T>::get(agreement, who).backing.deposits.len(), 1);
    }

    #[benchmark]
    fn cancel_backing() {
        let (agreement, _) = agreement::<T>();
        let who = T::Scenario::funded("backer", 0);
        let version = T::Agreements::agreement(agreement).unwrap().version;
        let amount = T::MinBacking::get().max(unit::<T>());
        go_to::<T>(agreement, SETTLED);
        Pallet::<T>::back(RawOrigin::Signed(who.clone()).into(), agreement, amount, version).unwrap();

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), agreement, SETTLED);

        assert!(!Accounts::<T>::contains_key(agreement, who));
    }

    #[benchmark]
    fn give_backing_notice() {
        let (agreement, _) = agreement::<T>();
        let who = T::Scenario::funded("backer", 0);
        fill::<T>(agreement, &who);
        age::<T>(agreement);
        let before = Accounts::<T>::get(agreement, &who).backing.notice;

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), agreement, 1);

        assert_eq!(Accounts::<T>::get(agreement, who).backing.notice, before + 1);
    }

    #[benchmark]
    fn withdraw_notice() {
        let (agreement, _) = agreement::<T>();
        let who = T::Scenario::funded("backer", 0);
        fill::<T>(agreement, &who);
        age::<T>(agreement);
        let before = Accounts::<T>::get(agreement, &who).backing.notice;

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), agreement, 1);

        assert_eq!(Accounts::<T>::get(agreement, who).backing.notice, before - 1);
    }

    #[benchmark]
    fn exit(n: Linear<0, { T::MaxPrepaidPeriods::get().saturating_mul(2) }>) {
        let (agreement, _) = agreement::<T>();
        let who = T::Scenario::funded("backer", 0);
        fill::<T>(agreement, &who);
        go_to::<T>(agreement, SETTLED);
        for period in SETTLED + 1..SETTLED + 1 + n {
            PeriodUnits::<T>::insert(agreement, period, 1);
        }
        Pools::<T>::mutate_extant(agreement, |pool| pool.prepaid_until = SETTLED + 1 + n);

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), agreement, VIRTUAL_SHARES);

        assert_eq!(Accounts::<T>::get(agreement, who).backing.exits.len(), 1);
    }
}
