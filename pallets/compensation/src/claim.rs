// SPDX-License-Identifier: Apache-2.0

//! What accounts have earned: computing it, paying it, and closing a pool when everything is paid.

use crate::{
    types::add, Accounts, Config, Error, Event, Index, Ledger, Pallet, PeriodSettlement, Pool, Pools, Portfolio,
    Settlements,
};
use dsla_primitives::{AgreementId, PeriodIndex};
use frame_support::{
    ensure,
    storage::with_storage_layer,
    traits::{
        fungible::{Balanced, Inspect, Mutate},
        tokens::{Fortitude, Precision, Preservation},
        OnUnbalanced,
    },
};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
    /// What one share has earned from period 0 up to `boundary`, which must be settled.
    pub(crate) fn index_at(agreement: AgreementId, boundary: PeriodIndex) -> Result<Index, DispatchError> {
        let Some(period) = boundary.checked_sub(1) else {
            return Ok(Index::default());
        };
        let PeriodSettlement { index, .. } =
            Settlements::<T>::get(agreement, period).ok_or(DispatchError::Corruption)?;
        Ok(index)
    }

    /// Moves what the positions of `ledger` have earned to its credit.
    pub(crate) fn collect(agreement: AgreementId, pool: &Pool<T::AccountId>, ledger: &mut Ledger) -> DispatchResult {
        ledger.collect(pool, |boundary| Self::index_at(agreement, boundary))
    }

    pub(crate) fn store_ledger(agreement: AgreementId, pool: &Pool<T::AccountId>, who: &T::AccountId, ledger: Ledger) {
        if ledger.is_empty() {
            Accounts::<T>::remove(agreement, who);
            if pool.provider != *who {
                Portfolio::<T>::remove(who, agreement);
            }
        } else {
            Accounts::<T>::insert(agreement, who, ledger);
            Portfolio::<T>::insert(who, agreement, ());
        }
    }

    /// Stores a pool that may have become empty, and closes it if it is of no use any more.
    pub(crate) fn store_pool(agreement: AgreementId, pool: Pool<T::AccountId>) -> DispatchResult {
        if pool.ended && pool.buckets.total() == Some(0) {
            Self::close(agreement, pool)
        } else {
            Pools::<T>::insert(agreement, pool);
            Ok(())
        }
    }

    pub(crate) fn do_claim(agreement: AgreementId, who: &T::AccountId, by: Option<T::AccountId>) -> DispatchResult {
        let mut pool = Self::pool(agreement)?;
        let mut ledger = Accounts::<T>::get(agreement, who);
        Self::collect(agreement, &pool, &mut ledger)?;
        let mut amount = ledger.credit.total().ok_or(ArithmeticError::Overflow)?;
        ledger.credit = Default::default();
        if pool.provider == *who {
            add(&mut amount, pool.provider_owed)?;
            pool.provider_owed = 0;
        }
        ensure!(amount > 0, Error::<T>::NothingToClaim);
        pool.buckets.owed = pool.buckets.owed.checked_sub(amount).ok_or(ArithmeticError::Underflow)?;
        Self::pay_out(agreement, who, amount)?;
        Self::store_ledger(agreement, &pool, who, ledger);
        Self::deposit_event(Event::Claimed { agreement, who: who.clone(), amount, by });
        Self::store_pool(agreement, pool)
    }

    /// Closes the account of a pool in which nothing is left but the existential deposit and gifts of strangers.
    fn close(agreement: AgreementId, pool: Pool<T::AccountId>) -> DispatchResult {
        let account = Self::pool_account(agreement);
        let amount = T::Currency::balance(&account);
        Pools::<T>::remove(agreement);
        if !Accounts::<T>::contains_key(agreement, &pool.provider) {
            Portfolio::<T>::remove(&pool.provider, agreement);
        }
        // The last customer's claim must not fail because the provider's account cannot take the rest.
        let returned =
            with_storage_layer(|| T::Currency::transfer(&account, &pool.provider, amount, Preservation::Expendable));
        let to = match returned {
            Ok(_) => Some(pool.provider),
            Err(_) => {
                T::Treasury::on_unbalanced(T::Currency::withdraw(
                    &account,
                    amount,
                    Precision::Exact,
                    Preservation::Expendable,
                    Fortitude::Polite,
                )?);
                None
            }
        };
        Self::deposit_event(Event::PoolClosed { agreement, amount, to });
        Ok(())
    }
}
