// SPDX-License-Identifier: Apache-2.0

//! What must hold at all times. Walks through everything: for tests and `try-runtime`, never in a block.

use crate::{
    claim::Rows, types::Records, AcceptedUnits, Accounts, Config, Epochs, Ledger, Pallet, PeriodUnits, Pool, Pools,
    Portfolio, Position, Settlements, SweepCursor, SweepHead, SweepQueue, SweepTail, TeamChanges,
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
            Self::check_team(agreement, &pool)?;
            Self::check_accounts(agreement, &pool)?;
            ensure!(pool.short.is_none_or(|short| short.missing > 0 && !pool.ended), "short of nothing");
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

    /// Weights of every period are those of the memberships.
    fn check_team(agreement: AgreementId, pool: &Pool<T::AccountId>) -> Checked {
        let (mut joins, mut leaves) = (BTreeMap::new(), BTreeMap::new());
        let (mut weight, mut target) = (0u64, 0u64);
        let last = pool.settled.checked_sub(1);
        for (_, ledger) in Accounts::<T>::iter_prefix(agreement) {
            for position in &ledger.memberships {
                if last.is_some_and(|period| covers(position, period)) {
                    sum(&mut weight, position.share)?;
                }
                if position.until == crate::OPEN_END {
                    sum(&mut target, position.share)?;
                } else {
                    sum(leaves.entry(position.until).or_insert(0), position.share)?;
                }
                if position.from >= pool.settled {
                    sum(joins.entry(position.from).or_insert(0), position.share)?;
                }
            }
        }
        if pool.ended {
            return Ok(());
        }
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
        Ok(())
    }

    /// Writes down every ledger, in memory, and compares what they have with the pool.
    fn check_accounts(agreement: AgreementId, pool: &Pool<T::AccountId>) -> Checked {
        let (mut after, mut rows) = (pool.clone(), Rows::<T>::new(agreement));
        let mut ledgers = Vec::new();
        for (_, mut ledger) in Accounts::<T>::iter_prefix(agreement) {
            ledger.collect(&mut after, &mut rows)?;
            ledgers.push(ledger);
        }
        ensure!(after.buckets.total() == pool.buckets.total(), "writing ledgers down moved money in or out");
        let credits = ledgers.iter().map(|ledger| ledger.credit).collect::<Vec<_>>();
        let exits = total(credits.iter().map(|credit| credit.exit))?;
        ensure!(exits == after.buckets.exits, "exits are not what backers can claim");
        let claims = credits.iter().map(|credit| credit.total()).collect::<Option<Vec<_>>>();
        let owed = total(claims.ok_or(ArithmeticError::Overflow)?)?
            .checked_sub(exits)
            .and_then(|owed| owed.checked_add(after.provider_owed))
            .ok_or(ArithmeticError::Overflow)?;
        ensure!(owed == after.buckets.owed, "what is owed is not what can be claimed");
        check_vault(&after, &rows, &ledgers, Epochs::<T>::iter_prefix(agreement).map(|(period, _)| period))?;
        Self::check_units(agreement, &after, &rows, &ledgers)
    }

    /// Units of every period are those of the subscriptions, and the escrow is what they prepaid.
    fn check_units(agreement: AgreementId, pool: &Pool<T::AccountId>, rows: &Rows<T>, ledgers: &[Ledger]) -> Checked {
        if pool.ended {
            return (pool.buckets.escrow == 0).then_some(()).ok_or("escrow after the end".into());
        }
        let (mut units, mut accepted) = (BTreeMap::new(), BTreeMap::new());
        let mut escrow: Balance = 0;
        for position in ledgers.iter().flat_map(|ledger| &ledger.subscriptions) {
            ensure!(position.until <= pool.prepaid_until, "a subscription beyond what is prepaid");
            let signed = position.version == pool.version.saturating_add(1);
            ensure!(signed || position.version == pool.version, "a subscription under unknown terms");
            let periods = if signed { &mut accepted } else { &mut units };
            for period in position.claimed..position.until {
                sum(periods.entry(period).or_insert(0), position.share)?;
            }
            let prepaid = position.unspent(rows)?.checked_mul(position.share.into());
            escrow = prepaid.and_then(|prepaid| escrow.checked_add(prepaid)).ok_or(ArithmeticError::Overflow)?;
        }
        ensure!(units == PeriodUnits::<T>::iter_prefix(agreement).collect(), "units of a period are wrong");
        ensure!(accepted == AcceptedUnits::<T>::iter_prefix(agreement).collect(), "accepted units are wrong");
        ensure!(escrow == pool.buckets.escrow, "the escrow is not what was prepaid");
        Ok(())
    }
}

/// With every ledger written down, the shares are those of the ledgers, and nothing is left of priced periods.
fn check_vault<AccountId>(
    pool: &Pool<AccountId>,
    rows: &impl Records,
    ledgers: &[Ledger],
    periods: impl Iterator<Item = PeriodIndex>,
) -> Checked {
    let Pool { vault, buckets, settled, .. } = pool;
    let (mut deposits, mut exits) = (BTreeMap::new(), BTreeMap::new());
    let (mut shares, mut notice): (Balance, Balance) = (0, 0);
    for Ledger { backing, .. } in ledgers {
        ensure!(backing.notice <= backing.shares, "more notice than shares");
        ensure!(backing.generation == vault.generation, "shares of another generation");
        shares = shares.checked_add(backing.shares).ok_or(ArithmeticError::Overflow)?;
        notice = notice.checked_add(backing.notice).ok_or(ArithmeticError::Overflow)?;
        for (list, waiting) in [(&backing.deposits, &mut deposits), (&backing.exits, &mut exits)] {
            for (period, amount) in list {
                ensure!(*amount > 0 && *period >= *settled, "a backer waits for a period that is over");
                let sum: &mut Balance = waiting.entry(*period).or_insert(0);
                *sum = sum.checked_add(*amount).ok_or(ArithmeticError::Overflow)?;
            }
        }
    }
    let exiting = total(exits.values().copied())?;
    ensure!(shares.checked_add(exiting) == Some(vault.shares), "shares are not those of the backers");
    ensure!((notice, exiting) == (vault.notice, vault.exiting), "shares that leave are wrong");
    ensure!(total(deposits.values().copied())? == buckets.pending, "deposits that wait are wrong");
    ensure!(vault.shares > 0 || buckets.senior == 0, "cover of nobody");
    ensure!(vault.end.is_some() == pool.ended, "a vault ends with its pool");
    ensure!(vault.end.is_none_or(|end| end.left == 0 && vault.shares == 0), "shares are left after the end");
    for period in periods {
        let row = rows.epoch(period).unwrap_or_default();
        ensure!(row.price.is_none(), "a priced period that no ledger knows");
        ensure!(row.deposits == deposits.remove(&period).unwrap_or(0), "deposits of a period are wrong");
        ensure!(row.exit_shares == exits.remove(&period).unwrap_or(0), "exits of a period are wrong");
    }
    ensure!(deposits.is_empty() && exits.is_empty(), "a backer waits for a period that does not know it");
    Ok(())
}

fn check_ledger<AccountId>(pool: &Pool<AccountId>, ledger: &Ledger) -> Checked {
    ensure!(!ledger.is_empty(), "an empty ledger");
    for position in ledger.subscriptions.iter().chain(&ledger.memberships) {
        let Position { share, from, until, claimed, .. } = *position;
        ensure!(share > 0 && from <= claimed && claimed < until, "an impossible position");
        ensure!(claimed == from || claimed <= pool.settled, "claimed ahead of the settlement");
    }
    let open = ledger.memberships.iter().filter(|position| position.until == crate::OPEN_END).count();
    ensure!(open <= 1, "two weights at a time");
    let names = ledger.subscriptions.iter().map(|position| position.id).collect::<BTreeSet<_>>();
    ensure!(names.len() == ledger.subscriptions.len(), "two subscriptions of one name");
    let epochs = [&ledger.backing.deposits, &ledger.backing.exits];
    for list in epochs {
        ensure!(list.iter().map(|(period, _)| period).collect::<BTreeSet<_>>().len() == list.len(), "a period twice");
    }
    Ok(())
}

fn covers(position: &Position, period: PeriodIndex) -> bool {
    position.from <= period && period < position.until
}

fn sum(total: &mut u64, share: u64) -> Checked {
    *total = total.checked_add(share).ok_or(ArithmeticError::Overflow)?;
    Ok(())
}

fn total(amounts: impl IntoIterator<Item = Balance>) -> Result<Balance, DispatchError> {
    amounts.into_iter().try_fold(0, Balance::checked_add).ok_or_else(|| ArithmeticError::Overflow.into())
}
