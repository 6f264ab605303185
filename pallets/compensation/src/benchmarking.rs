// SPDX-License-Identifier: Apache-2.0

//! Benchmarks, run on the real runtime. Each measures the worst case: a ledger full of subscriptions and memberships,
//! with two boundaries each to look up, none of them twice; every version of the terms to follow, and to look through
//! for what prepaid periods need; deposits and exits of as many periods as a ledger holds.

#![cfg(feature = "runtime-benchmarks")]

use crate::{
    types::{Cursor, Position, Short, TeamChange, OPEN_END},
    vault::{EpochPrice, MAX_WAITING, VIRTUAL_SHARES},
    *,
};
use alloc::vec::Vec;
use dsla_primitives::{
    traits::{AgreementInspect, Scenario},
    AgreementId, Balance, PeriodIndex, RoundId, TermsVersion, MAX_VERSIONS,
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
    settle_many::<T>(agreement);
    (agreement, provider)
}

fn settle_many<T: Config>(agreement: AgreementId) {
    let terms = T::Agreements::terms(RoundId::new(agreement, 0)).unwrap();
    let most = SETTLED + 1 + Pallet::<T>::max_checked_periods();
    assert!(terms.schedule.periods >= most, "the scenario's agreement must run longer");
    for period in 0..SETTLED {
        let earned = unit::<T>() * Balance::from(period + 1);
        let index = Index { refund: earned, compensation: earned, reward: earned };
        Settlements::<T>::insert(agreement, period, PeriodSettlement { index, ..Default::default() });
    }
    Versions::<T>::insert(agreement, 0, Version::new(0, &terms.pricing).unwrap());
    Pools::<T>::mutate_extant(agreement, |pool| pool.settled = SETTLED);
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

/// The newest version there can be.
const NEWEST: TermsVersion = MAX_VERSIONS - 1;

/// Lets the terms have changed until `version` is in force: a ledger at version 0 has to follow all of these, and all
/// begin with periods that are not settled yet, so that all are looked at to find what prepaid units need. The next
/// version, if there can be one, waits; `carried_over` says whether it is no worse for customers.
fn age<T: Config>(agreement: AgreementId, version: TermsVersion, carried_over: bool) {
    let first = Versions::<T>::get(agreement, 0).unwrap();
    let from = Pools::<T>::get(agreement).unwrap().settled + 1;
    for version in 1..=version {
        Versions::<T>::insert(agreement, version, Version { from, carried_over: true, ..first });
    }
    Pools::<T>::mutate_extant(agreement, |pool| pool.version = version);
    T::Scenario::age(agreement, version, from, carried_over);
}

/// Gives `who` as many positions as possible, all over and with something to claim, no two of them with a boundary in
/// common; and the pool the money for it. One subscription it may have already takes the place of one of these.
fn fill<T: Config>(agreement: AgreementId, who: &T::AccountId) {
    let positions = |first: PeriodIndex| {
        let position =
            |index| Position { id: index, claimed: first + 4 * index, ..Position::new(1, 0, first + 4 * index + 1) };
        (0..MAX_POSITIONS).map(position).collect::<Vec<_>>()
    };
    let kept = Accounts::<T>::get(agreement, who).subscriptions.first().copied();
    let subscriptions = kept.into_iter().chain(positions(1)).collect();
    let ledger = Ledger {
        subscriptions: BoundedVec::truncate_from(subscriptions),
        memberships: BoundedVec::truncate_from(positions(3)),
        next_id: MAX_POSITIONS,
        ..Default::default()
    };
    Accounts::<T>::insert(agreement, who, ledger);
    fill_backing::<T>(agreement, who);
    Portfolio::<T>::insert(who, agreement, ());
    let claimable = Pallet::<T>::claimable(agreement, who);
    let owed = claimable.total().unwrap() - claimable.exit;
    Pools::<T>::mutate_extant(agreement, |pool| pool.buckets.owed += owed);
    T::Currency::mint_into(&Pallet::<T>::pool_account(agreement), owed).unwrap();
}

/// For [`Scenario::fill_ledger`].
pub fn fill_ledger<T: Config>(agreement: AgreementId, who: &T::AccountId) {
    settle_many::<T>(agreement);
    fill::<T>(agreement, who);
    age::<T>(agreement, NEWEST, false);
}

/// For [`Scenario::burden`], as far as it is about this pool: the verdict on `round` comes so late that all periods whose
/// cover is looked at are prepaid, under every version of the terms; the last of them has needed more than there is for
/// longer than the grace; backers come and leave with `round`, and so does a member of the team.
pub fn burden<T: Config>(round: RoundId) {
    let RoundId { agreement, period } = round;
    let until = period + 1 + Pallet::<T>::max_checked_periods();
    for period in period + 1..until {
        PeriodUnits::<T>::insert(agreement, period, 1);
    }
    PeriodUnits::<T>::insert(agreement, until - 1, u64::from(u32::MAX));
    TeamChanges::<T>::insert(agreement, period, TeamChange { added: 1, removed: 0 });

    let amount = T::MinBacking::get().max(unit::<T>());
    let shares = amount * VIRTUAL_SHARES;
    Epochs::<T>::insert(agreement, period, Epoch { deposits: amount, exit_shares: shares, generation: 0, price: None });
    Pools::<T>::mutate_extant(agreement, |pool| {
        pool.prepaid_until = until;
        pool.short = Some(Short { since: 0, missing: 1 });
        pool.team_target += 1;
        pool.vault.shares += 2 * shares;
        pool.vault.exiting += shares;
        pool.buckets.senior += 2 * amount;
        pool.buckets.pending += amount;
    });
    T::Currency::mint_into(&Pallet::<T>::pool_account(agreement), 3 * amount).unwrap();
    // After the settlement of `round`, these begin with a period that is not settled.
    Pools::<T>::mutate_extant(agreement, |pool| pool.settled = period + 1);
    age::<T>(agreement, NEWEST, false);
    Pools::<T>::mutate_extant(agreement, |pool| pool.settled = period);
    go_to::<T>(agreement, period + 1 + T::MaxPrepaidPeriods::get());
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
        ledger.next_id = MAX_POSITIONS + 1;
    });
    Pools::<T>::mutate_extant(agreement, |pool| {
        pool.prepaid_until = until;
        pool.buckets.escrow += price;
    });
    T::Currency::mint_into(&Pallet::<T>::pool_account(agreement), price).unwrap();
    MAX_POSITIONS
}

/// Lets units of `n` periods from `from` on be prepaid.
fn prepaid<T: Config>(agreement: AgreementId, from: PeriodIndex, n: PeriodIndex) {
    for period in from..from + n {
        PeriodUnits::<T>::insert(agreement, period, 1);
    }
    Pools::<T>::mutate_extant(agreement, |pool| pool.prepaid_until = from + n);
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
        // It ends a shortage.
        Pools::<T>::mutate_extant(agreement, |pool| pool.short = Some(Short { since: 0, missing: unit::<T>() }));

        #[extrinsic_call]
        _(RawOrigin::Signed(provider), agreement, unit::<T>());

        assert_eq!(Pallet::<T>::buckets(agreement).junior, before + unit::<T>());
    }

    #[benchmark]
    fn withdraw_cover(n: Linear<0, { T::MaxPrepaidPeriods::get().saturating_mul(2) }>) {
        let (agreement, provider) = agreement::<T>();
        age::<T>(agreement, NEWEST - 1, true);
        prepaid::<T>(agreement, SETTLED, n);
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
        age::<T>(agreement, NEWEST, false);
        // One membership goes on, and is changed.
        Accounts::<T>::mutate(agreement, &who, |ledger| {
            ledger.memberships.pop();
            ledger.memberships.try_push(Position::new(1, SETTLED - 1, OPEN_END)).unwrap();
        });
        Pools::<T>::mutate_extant(agreement, |pool| (pool.team_weight, pool.team_target) = (1, 1));

        #[extrinsic_call]
        _(RawOrigin::Signed(provider), agreement, who.clone(), 7);

        assert_eq!(Accounts::<T>::get(agreement, who).memberships.len(), 1);
    }

    #[benchmark]
    fn subscribe(n: Linear<1, { T::MaxPrepaidPeriods::get() }>) {
        let (agreement, _) = agreement::<T>();
        let who = T::Scenario::funded("customer", 0);
        prepaid::<T>(agreement, SETTLED, n);
        fill::<T>(agreement, &who);
        age::<T>(agreement, NEWEST - 1, true);

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), agreement, 1, n, NEWEST - 1, Balance::MAX);

        assert_eq!(Accounts::<T>::get(agreement, who).subscriptions.len(), 1);
    }

    #[benchmark]
    fn claim() {
        let (agreement, _) = agreement::<T>();
        let who = T::Scenario::funded("customer", 0);
        fill::<T>(agreement, &who);
        age::<T>(agreement, NEWEST, false);

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), agreement);

        assert_eq!(Pallet::<T>::claimable(agreement, &who).total(), Some(0));
    }

    #[benchmark]
    fn claim_for() {
        let (agreement, _) = agreement::<T>();
        let (who, caller) = (T::Scenario::funded("customer", 0), T::Scenario::funded("caller", 0));
        fill::<T>(agreement, &who);
        age::<T>(agreement, NEWEST, false);

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
        age::<T>(agreement, NEWEST, false);
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
                age::<T>(agreement, NEWEST, false);
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
        prepaid::<T>(agreement, SETTLED, n);
        fill::<T>(agreement, &who);
        age::<T>(agreement, NEWEST - 1, true);

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
        age::<T>(agreement, NEWEST, false);

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
        age::<T>(agreement, NEWEST - 1, true);

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), agreement, id, n, NEWEST - 1, Balance::MAX);

        assert_eq!(Accounts::<T>::get(agreement, who).subscriptions.first().unwrap().until, SETTLED + 1 + n);
    }

    #[benchmark]
    fn accept_amendment(n: Linear<1, { T::MaxPrepaidPeriods::get() }>) {
        let (agreement, _) = agreement::<T>();
        let who = T::Scenario::funded("customer", 0);
        fill::<T>(agreement, &who);
        // New terms begin with the third period that is not settled, so two of these are left alone.
        subscribed::<T>(agreement, &who, n + 2);
        age::<T>(agreement, NEWEST - 1, false);

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), agreement, NEWEST, Balance::MAX);

        assert_eq!(Accounts::<T>::get(agreement, who).subscriptions.len(), 2);
        assert_eq!(AcceptedUnits::<T>::iter_prefix(agreement).count(), n as usize);
    }

    #[benchmark]
    fn back() {
        let (agreement, _) = agreement::<T>();
        let who = T::Scenario::funded("backer", 0);
        fill::<T>(agreement, &who);
        age::<T>(agreement, NEWEST - 1, true);
        let amount = T::MinBacking::get().max(unit::<T>());

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), agreement, amount, NEWEST);

        assert_eq!(Accounts::<T>::get(agreement, who).backing.deposits.len(), 1);
    }

    #[benchmark]
    fn cancel_backing() {
        let (agreement, _) = agreement::<T>();
        let who = T::Scenario::funded("backer", 0);
        fill::<T>(agreement, &who);
        go_to::<T>(agreement, SETTLED);
        let amount = T::MinBacking::get().max(unit::<T>());
        // The last of its deposits waits for the price.
        Accounts::<T>::mutate(agreement, &who, |ledger| {
            ledger.backing.deposits.pop();
            ledger.backing.deposits.try_push((SETTLED, amount)).unwrap();
        });
        Epochs::<T>::insert(agreement, SETTLED, Epoch { deposits: amount, ..Default::default() });
        Pools::<T>::mutate_extant(agreement, |pool| pool.buckets.pending += amount);
        T::Currency::mint_into(&Pallet::<T>::pool_account(agreement), amount).unwrap();
        age::<T>(agreement, NEWEST, false);

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), agreement, SETTLED);

        assert!(Accounts::<T>::get(agreement, who).backing.deposits.is_empty());
    }

    #[benchmark]
    fn give_backing_notice() {
        let (agreement, _) = agreement::<T>();
        let who = T::Scenario::funded("backer", 0);
        fill::<T>(agreement, &who);
        age::<T>(agreement, NEWEST, false);
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
        age::<T>(agreement, NEWEST, false);
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
        age::<T>(agreement, NEWEST - 1, true);
        go_to::<T>(agreement, SETTLED);
        prepaid::<T>(agreement, SETTLED + 1, n);

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), agreement, VIRTUAL_SHARES);

        assert_eq!(Accounts::<T>::get(agreement, who).backing.exits.len(), 1);
    }
}
