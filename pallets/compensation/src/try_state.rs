// SPDX-License-Identifier: Apache-2.0

//! What must hold at all times. Walks through everything: for tests and `try-runtime`, never in a block.

use crate::{
    Accounts, Config, Ledger, Pallet, PeriodUnits, Pool, Pools, Portfolio, Position, Settlements, SweepCursor,
    SweepHead, SweepQueue, SweepTail, TeamChanges,
};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use dsla_primitives::{AgreementId, Balance, PeriodIndex};
use frame_support::ensure;
use sp_runtime::{ArithmeticError, DispatchError};

type Checked = Result<(), DispatchError>;

impl<T: Config> Pallet<T> {
    /// Checks the books: the accounts hold what the buckets say, the buckets are exactly what customers, team, settlers
    /// and provider have coming, and every index agrees with what it is an index of.
    pub fn do_try_state() -> Checked {
        let waiting = Self::check_queue()?;
        for (agreement, pool) in Pools::<T>::iter() {
            Self::surplus(agreement).map_err(|_| "the account of a pool holds less than its buckets")?;
            Self::check_shares(agreement, &pool)?;
            Self::check_owed(agreement, &pool)?;
            ensure!(Portfolio::<T>::contains_key(&pool.provider, agreement), "provider without portfolio");
            ensure!(
                pool.settled == 0 || Self::index_at(agreement, pool.settled).is_ok(),
                "the settlement of the period settled last is missing"
            );
            ensure!(!Settlements::<T>::contains_key(agreement, pool.settled), "settled ahead");
        }
        for (agreement, who, ledger) in Accounts::<T>::iter() {
            ensure!(Portfolio::<T>::contains_key(&who, agreement), "ledger without portfolio");
            match Pools::<T>::get(agreement) {
                Some(pool) => check_ledger(&pool, &ledger)?,
                None => ensure!(waiting.contains(&agreement), "a useless ledger nobody will remove"),
            }
        }
        for (who, agreement) in Portfolio::<T>::iter_keys() {
            let provides = Pools::<T>::get(agreement).is_some_and(|pool| pool.provider == who);
            ensure!(provides || Accounts::<T>::contains_key(agreement, &who), "portfolio without ledger");
        }
        Ok(())
    }

    /// Returns the agreements in the queue.
    fn check_queue() -> Result<BTreeSet<AgreementId>, DispatchError> {
        let (head, tail) = (SweepHead::<T>::get(), SweepTail::<T>::get());
        let entries =
            SweepQueue::<T>::iter().map(|(place, (agreement, _))| (place, agreement)).collect::<BTreeMap<_, _>>();
        let places = entries.keys().copied().collect::<Vec<_>>();
        ensure!(places == (head..tail).collect::<Vec<_>>(), "the queue has gaps");
        let begun = SweepCursor::<T>::exists();
        ensure!(!begun || !entries.is_empty(), "a cursor without a queue");
        let not_begun =
            entries.iter().filter(|(place, _)| !(begun && **place == head)).map(|(_, agreement)| *agreement);
        let waiting = not_begun.collect::<Vec<_>>();
        for (agreement, pool) in Pools::<T>::iter() {
            let times = waiting.iter().filter(|entry| **entry == agreement).count();
            ensure!(times == usize::from(pool.queued), "a pool is not in the queue as often as it says");
        }
        Ok(entries.into_values().collect())
    }

    /// Units and weights of every period are those of the positions, and the escrow is what they prepaid.
    fn check_shares(agreement: AgreementId, pool: &Pool<T::AccountId>) -> Checked {
        let (mut units, mut joins, mut leaves) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let (mut weight, mut target) = (0u64, 0u64);
        let last = pool.settled.checked_sub(1);
        for (_, ledger) in Accounts::<T>::iter_prefix(agreement) {
            for position in &ledger.subscriptions {
                ensure!(position.until <= pool.prepaid_until, "a subscription beyond what is prepaid");
                for period in position.from.max(pool.settled)..position.until {
                    sum(units.entry(period).or_insert(0), position.share)?;
                }
            }
            for position in &ledger.memberships {
                if last.is_some_and(|period| covers(position, period)) {
                    sum(&mut weight, position.share)?;
                }
                if position.until == crate::OPEN_END {
                    sum(&mut target, position.share)?;
                } else if position.until >= pool.settled && position.until > 0 {
                    sum(leaves.entry(position.until).or_insert(0), position.share)?;
                }
                if position.from >= pool.settled {
                    sum(joins.entry(position.from).or_insert(0), position.share)?;
                }
            }
        }
        if pool.ended {
            return (pool.buckets.escrow == 0).then_some(()).ok_or("escrow after the end".into());
        }
        ensure!(units == PeriodUnits::<T>::iter_prefix(agreement).collect(), "units of a period are wrong");
        let changes = TeamChanges::<T>::iter_prefix(agreement).collect::<BTreeMap<_, _>>();
        for period in changes.keys().chain(joins.keys()).chain(leaves.keys()) {
            let change = changes.get(period).copied().unwrap_or_default();
            ensure!(change.added == joins.get(period).copied().unwrap_or(0), "weight that joins is wrong");
            // A membership that ended with the period settled last may have been collected and dropped.
            let left = leaves.get(period).copied().unwrap_or(0);
            ensure!(change.removed == left || *period <= pool.settled, "weight that leaves is wrong");
        }
        let after = changes.values().try_fold(pool.team_weight, |total, change| change.apply(total));
        ensure!(after == Some(pool.team_target) && target == pool.team_target, "the weight of the team is wrong");
        // Those who left at the last settled boundary may be dropped already, so this is an upper bound.
        ensure!(weight <= pool.team_weight, "more weight than the team had");
        let prepaid = units.values().try_fold(0u64, |total, units| total.checked_add(*units));
        let prepaid = Balance::from(prepaid.ok_or(ArithmeticError::Overflow)?);
        let price = if prepaid == 0 { Some(0) } else { Self::terms(agreement, pool.settled)?.pricing.prepayment() };
        let escrow = price.and_then(|price| price.checked_mul(prepaid));
        ensure!(escrow == Some(pool.buckets.escrow), "the escrow is not what was prepaid");
        Ok(())
    }

    /// What is owed is, to the planck, what the accounts can claim.
    fn check_owed(agreement: AgreementId, pool: &Pool<T::AccountId>) -> Checked {
        let mut owed = pool.provider_owed;
        for (_, mut ledger) in Accounts::<T>::iter_prefix(agreement) {
            Self::collect(agreement, pool, &mut ledger)?;
            owed = ledger.credit.total().and_then(|total| total.checked_add(owed)).ok_or(ArithmeticError::Overflow)?;
        }
        ensure!(owed == pool.buckets.owed, "what is owed is not what can be claimed");
        Ok(())
    }
}

fn check_ledger<AccountId>(pool: &Pool<AccountId>, ledger: &Ledger) -> Checked {
    ensure!(!ledger.is_empty(), "an empty ledger");
    for position in ledger.subscriptions.iter().chain(&ledger.memberships) {
        let Position { share, from, until, claimed } = *position;
        ensure!(share > 0 && from <= claimed && claimed < until, "an impossible position");
        ensure!(claimed == from || claimed <= pool.settled, "claimed ahead of the settlement");
    }
    let open = ledger.memberships.iter().filter(|position| position.until == crate::OPEN_END).count();
    ensure!(open <= 1, "two weights at a time");
    Ok(())
}

fn covers(position: &Position, period: PeriodIndex) -> bool {
    position.from <= period && period < position.until
}

fn sum(total: &mut u64, share: u64) -> Checked {
    *total = total.checked_add(share).ok_or(ArithmeticError::Overflow)?;
    Ok(())
}
