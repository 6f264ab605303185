// SPDX-License-Identifier: Apache-2.0

//! What accounts have earned: computing it, paying it, and closing a pool when everything is paid.

use crate::{
    types::{add, Records, Version},
    vault::Epoch,
    Accounts, Config, Epochs, Error, Event, Index, Ledger, Pallet, PeriodSettlement, Pool, Pools, Portfolio,
    Settlements, Versions,
};
use alloc::collections::BTreeMap;
use core::marker::PhantomData;
use dsla_primitives::{AgreementId, Balance, PeriodIndex, TermsVersion};
use frame_support::{
    ensure,
    storage::with_storage_layer,
    traits::{
        fungible::{Balanced, Inspect, Mutate},
        tokens::{DepositConsequence, Fortitude, Precision, Preservation, Provenance},
        Get, OnUnbalanced,
    },
};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};

/// What a ledger looks up in storage. Changes wait until they are stored, so that a query can drop them.
#[must_use]
pub(crate) struct Rows<T: Config> {
    agreement: AgreementId,
    changed: BTreeMap<PeriodIndex, Epoch>,
    _config: PhantomData<T>,
}

impl<T: Config> Rows<T> {
    pub fn new(agreement: AgreementId) -> Self {
        Self { agreement, changed: BTreeMap::new(), _config: PhantomData }
    }

    pub fn store(self) {
        for (period, epoch) in self.changed {
            if epoch.is_empty() {
                Epochs::<T>::remove(self.agreement, period);
            } else {
                Epochs::<T>::insert(self.agreement, period, epoch);
            }
        }
    }
}

impl<T: Config> Records for Rows<T> {
    fn index(&self, boundary: PeriodIndex) -> Result<Index, DispatchError> {
        Pallet::<T>::index_at(self.agreement, boundary)
    }
    fn version(&self, version: TermsVersion) -> Result<Version, DispatchError> {
        Versions::<T>::get(self.agreement, version).ok_or(DispatchError::Corruption)
    }
    fn epoch(&self, period: PeriodIndex) -> Option<Epoch> {
        let changed = self.changed.get(&period).copied();
        changed.or_else(|| Epochs::<T>::get(self.agreement, period)).filter(|epoch| !epoch.is_empty())
    }
    fn set_epoch(&mut self, period: PeriodIndex, epoch: Epoch) {
        self.changed.insert(period, epoch);
    }
}

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

    /// The ledger of `who`, brought up to date with `pool`. The rows have to be stored with it.
    pub(crate) fn account(
        agreement: AgreementId,
        pool: &mut Pool<T::AccountId>,
        who: &T::AccountId,
    ) -> Result<(Ledger, Rows<T>), DispatchError> {
        let mut ledger = Accounts::<T>::get(agreement, who);
        let mut rows = Rows::new(agreement);
        ledger.collect(pool, &mut rows)?;
        Ok((ledger, rows))
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
    pub(crate) fn store_pool(agreement: AgreementId, pool: Pool<T::AccountId>) {
        if pool.ended && pool.buckets.total() == Some(0) {
            Self::close(agreement, pool);
        } else {
            Pools::<T>::insert(agreement, pool);
        }
    }

    pub(crate) fn do_claim(agreement: AgreementId, who: &T::AccountId, by: Option<T::AccountId>) -> DispatchResult {
        let mut pool = Self::pool(agreement)?;
        let (mut ledger, rows) = Self::account(agreement, &mut pool, who)?;
        let credit = core::mem::take(&mut ledger.credit);
        let total = credit.total().ok_or(ArithmeticError::Overflow)?;
        let mut owed = total.checked_sub(credit.exit).ok_or(ArithmeticError::Underflow)?;
        if pool.provider == *who {
            add(&mut owed, core::mem::take(&mut pool.provider_owed))?;
        }
        let gross = owed.checked_add(credit.exit).ok_or(ArithmeticError::Overflow)?;
        ensure!(gross > 0, Error::<T>::NothingToClaim);
        let (to_provider, to_treasury) = T::ClaimFee::get().of(credit.compensation);
        let net = gross.checked_sub(to_provider).and_then(|rest| rest.checked_sub(to_treasury));
        let amount = net.ok_or(ArithmeticError::Underflow)?;
        pool.buckets.owed = pool.buckets.owed.checked_sub(owed).ok_or(ArithmeticError::Underflow)?;
        pool.buckets.exits = pool.buckets.exits.checked_sub(credit.exit).ok_or(ArithmeticError::Underflow)?;
        add(&mut pool.buckets.owed, to_provider)?;
        add(&mut pool.provider_owed, to_provider)?;
        Self::pay_out(agreement, who, amount)?;
        rows.store();
        Self::store_ledger(agreement, &pool, who, ledger);
        Self::deposit_event(Event::Claimed { agreement, who: who.clone(), amount, by });
        if to_provider > 0 || to_treasury > 0 {
            let (provider, treasury) = (to_provider, to_treasury);
            Self::deposit_event(Event::ClaimFeePaid { agreement, who: who.clone(), provider, treasury });
        }
        Self::pay_treasury(agreement, to_treasury)?;
        Self::store_pool(agreement, pool);
        Ok(())
    }

    /// Pays the caller under each of `agreements` where it can be paid. Fails when that is nowhere.
    pub(crate) fn do_claim_many(agreements: &[AgreementId], who: &T::AccountId) -> DispatchResult {
        let mut outcome = Err(Error::<T>::NothingToClaim.into());
        for agreement in agreements {
            match with_storage_layer(|| Self::do_claim(*agreement, who, Some(who.clone()))) {
                Ok(()) => outcome = Ok(()),
                // An agreement without anything to claim is no trouble; in one without a pool nothing is left.
                Err(error) if nothing::<T>(&error) => {}
                Err(error) => {
                    Self::deposit_event(Event::PayoutFailed { agreement: *agreement, who: who.clone(), error });
                    if outcome.is_err() {
                        outcome = Err(error);
                    }
                }
            }
        }
        outcome
    }

    /// Whether a claim for `who` would pay something. Such a claim is free.
    pub(crate) fn can_claim(agreement: AgreementId, who: &T::AccountId) -> bool {
        Self::try_claimable(agreement, who)
            .ok()
            .and_then(|claimable| {
                let (to_provider, to_treasury) = T::ClaimFee::get().of(claimable.compensation);
                claimable.total()?.checked_sub(to_provider)?.checked_sub(to_treasury)
            })
            .is_some_and(|amount| {
                amount > 0 && T::Currency::can_deposit(who, amount, Provenance::Extant) == DepositConsequence::Success
            })
    }

    /// Closes the account of a pool in which nothing is left but the existential deposit and gifts of strangers.
    fn close(agreement: AgreementId, pool: Pool<T::AccountId>) {
        let account = Self::pool_account(agreement);
        // Everything, unless a gift is locked, as a vested one is: nobody's claim must fail because of it, so it stays.
        let amount = T::Currency::reducible_balance(&account, Preservation::Expendable, Fortitude::Polite);
        Pools::<T>::remove(agreement);
        if !Accounts::<T>::contains_key(agreement, &pool.provider) {
            Portfolio::<T>::remove(&pool.provider, agreement);
        }
        // Nor because the provider's account cannot take the rest.
        let returned =
            with_storage_layer(|| T::Currency::transfer(&account, &pool.provider, amount, Preservation::Expendable));
        let (amount, to) = match returned {
            Ok(amount) => (amount, Some(pool.provider)),
            Err(_) => (Self::leave_to_treasury(&account, amount), None),
        };
        Self::deposit_event(Event::PoolClosed { agreement, amount, to });
    }

    /// Gives `amount` of `account` to the treasury. Returns how much that was.
    fn leave_to_treasury(account: &T::AccountId, amount: Balance) -> Balance {
        let (exact, expendable) = (Precision::Exact, Preservation::Expendable);
        match T::Currency::withdraw(account, amount, exact, expendable, Fortitude::Polite) {
            Ok(rest) => {
                T::Treasury::on_unbalanced(rest);
                amount
            }
            Err(_) => 0,
        }
    }
}

/// Whether `error` only says that there is nothing to pay.
pub(crate) fn nothing<T: Config>(error: &DispatchError) -> bool {
    [Error::<T>::NothingToClaim, Error::<T>::PoolNotFound].into_iter().any(|known| *error == known.into())
}
