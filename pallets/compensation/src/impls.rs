// SPDX-License-Identifier: Apache-2.0

//! The pallet as its neighbours see it.

use crate::{
    types::{add, take_credit},
    Config, Error, Event, Pallet, PeriodSettlement, Pool, Pools, Portfolio,
};
use codec::MaxEncodedLen;
use dsla_primitives::{
    terms::Terms,
    traits::{Amendment, FinalPeriod, OnAgreement, OnVerdict, Parties, PaymentSource, PoolRefill, Standing},
    AgreementId, Balance, RoundId,
};
use frame_support::{
    ensure,
    traits::{
        fungible::{Inspect, Mutate},
        tokens::Preservation,
    },
};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};

impl<T: Config> OnVerdict<T::AccountId> for Pallet<T> {
    fn on_verdict(period: &FinalPeriod<T::AccountId>) -> Result<Standing, DispatchError> {
        Self::do_settle(period)
    }

    fn kept(_: &Terms<T::AccountId>) -> u64 {
        let bytes = RoundId::max_encoded_len().saturating_add(PeriodSettlement::max_encoded_len());
        u64::try_from(bytes).unwrap_or(u64::MAX)
    }
}

impl<T: Config> OnAgreement<T::AccountId> for Pallet<T> {
    fn on_registered(agreement: AgreementId, provider: &T::AccountId) -> DispatchResult {
        ensure!(!Pools::<T>::contains_key(agreement), Error::<T>::AlreadyExists);
        Self::pay_in(agreement, provider, T::Currency::minimum_balance()).map_err(|_| Error::<T>::DepositNotPaid)?;
        Pools::<T>::insert(agreement, Pool::new(provider.clone()));
        Portfolio::<T>::insert(provider, agreement, ());
        Self::deposit_event(Event::PoolOpened { agreement, provider: provider.clone() });
        Ok(())
    }

    fn on_proposed(
        agreement: AgreementId,
        amendment: &Amendment<T::AccountId>,
        old: &Terms<T::AccountId>,
    ) -> DispatchResult {
        Self::check_amendment(agreement, amendment, old)
    }

    fn on_amended(
        agreement: AgreementId,
        amendment: &Amendment<T::AccountId>,
        old: &Terms<T::AccountId>,
    ) -> DispatchResult {
        Self::do_amend(agreement, amendment, old)
    }

    fn on_ended(agreement: AgreementId) -> DispatchResult {
        Self::do_end(agreement)
    }
}

impl<T: Config> Parties<T::AccountId> for Pallet<T> {
    fn is_customer(round: RoundId, who: &T::AccountId) -> bool {
        let RoundId { agreement, period } = round;
        Self::up_to_date(agreement, who).is_ok_and(|(_, ledger)| ledger.was_customer(period))
    }

    fn is_backer(agreement: AgreementId, who: &T::AccountId) -> bool {
        Self::up_to_date(agreement, who).is_ok_and(|(_, ledger)| !ledger.backing.is_empty())
    }
}

impl<T: Config> PoolRefill<T::AccountId> for Pallet<T> {
    fn hold_back(agreement: AgreementId, who: &T::AccountId, source: PaymentSource, amount: Balance) -> DispatchResult {
        ensure!(!Self::pool(agreement)?.ended, Error::<T>::WrongState);
        ensure!(amount > 0, Error::<T>::ZeroAmount);
        match source {
            PaymentSource::Wallet => Self::pay_in(agreement, who, amount)?,
            PaymentSource::Claimable(from) => Self::spend_claimable(from, agreement, who, amount)?,
        }
        // Loaded only now: both pools may be the same one.
        let mut pool = Self::pool(agreement)?;
        add(&mut pool.buckets.held_back, amount)?;
        Pools::<T>::insert(agreement, pool);
        Self::deposit_event(Event::HeldBack { agreement, who: who.clone(), source, amount });
        Ok(())
    }

    fn release(agreement: AgreementId, amount: Balance) -> DispatchResult {
        let mut pool = Self::take_held_back(agreement, amount)?;
        Self::top_up(agreement, &mut pool, amount)?;
        Pools::<T>::insert(agreement, pool);
        Self::deposit_event(Event::HeldBackReleased { agreement, amount });
        Ok(())
    }

    fn refund(agreement: AgreementId, to: &T::AccountId, amount: Balance) -> DispatchResult {
        let pool = Self::take_held_back(agreement, amount)?;
        Self::pay_out(agreement, to, amount)?;
        Self::deposit_event(Event::HeldBackRefunded { agreement, to: to.clone(), amount });
        Self::store_pool(agreement, pool);
        Ok(())
    }
}

impl<T: Config> Pallet<T> {
    /// The pool without `amount` of what is held back in it; not stored yet.
    fn take_held_back(agreement: AgreementId, amount: Balance) -> Result<Pool<T::AccountId>, Error<T>> {
        let mut pool = Self::pool(agreement)?;
        ensure!(amount > 0, Error::ZeroAmount);
        pool.buckets.held_back = pool.buckets.held_back.checked_sub(amount).ok_or(Error::InsufficientHeldBack)?;
        Ok(pool)
    }

    /// Takes exactly `amount` from what `who` can claim under `from` and moves it to the account of the pool of `to`.
    fn spend_claimable(from: AgreementId, to: AgreementId, who: &T::AccountId, amount: Balance) -> DispatchResult {
        let mut pool = Self::pool(from)?;
        let (mut ledger, rows) = Self::account(from, &mut pool, who)?;
        let missing = take_credit(&mut ledger.credit, amount).ok_or(ArithmeticError::Underflow)?;
        let income = if pool.provider == *who { missing.min(pool.provider_owed) } else { 0 };
        pool.provider_owed = pool.provider_owed.checked_sub(income).ok_or(ArithmeticError::Underflow)?;
        // What is still missing comes from what the account has taken out of the vault.
        let exit = missing.checked_sub(income).ok_or(ArithmeticError::Underflow)?;
        let left = ledger.credit.exit.checked_sub(exit);
        ledger.credit.exit = left.ok_or(Error::<T>::InsufficientClaimable)?;
        let owed = amount.checked_sub(exit).ok_or(ArithmeticError::Underflow)?;
        pool.buckets.owed = pool.buckets.owed.checked_sub(owed).ok_or(ArithmeticError::Underflow)?;
        pool.buckets.exits = pool.buckets.exits.checked_sub(exit).ok_or(ArithmeticError::Underflow)?;
        if from != to {
            let accounts = (Self::pool_account(from), Self::pool_account(to));
            T::Currency::transfer(&accounts.0, &accounts.1, amount, Preservation::Preserve)?;
        }
        rows.store();
        Self::store_ledger(from, &pool, who, ledger);
        Self::store_pool(from, pool);
        Ok(())
    }
}
