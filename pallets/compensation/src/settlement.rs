// SPDX-License-Identifier: Apache-2.0

//! Acting on a final verdict, and on the end of an agreement. The cost does not depend on how many customers and team
//! members there are: they are not touched.

use crate::{
    settle::{settle, Period, Settled},
    types::add,
    vault::{self, settle_epoch},
    Accounts, Config, Epochs, Error, Event, Pallet, PeriodSettlement, PeriodUnits, Pool, Pools, Settlements,
    SweepQueue, SweepTail, TeamChanges,
};
use dsla_primitives::{
    settlement::Settlement,
    traits::{FinalPeriod, RewardReporters, Standing},
    AgreementId, Balance, PeriodIndex, RoundId,
};
use frame_support::{
    ensure,
    storage::with_storage_layer,
    traits::{
        fungible::{Balanced, Inspect, Mutate},
        tokens::{Fortitude, Precision, Preservation},
        Get, OnUnbalanced, Time,
    },
};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_settle(period: &FinalPeriod<T::AccountId>) -> Result<Standing, DispatchError> {
        let RoundId { agreement, period: number } = period.round;
        let mut pool = Self::pool(agreement)?;
        ensure!(!pool.ended, Error::<T>::WrongState);
        ensure!(number == pool.settled, Error::<T>::OutOfOrder);
        let units = PeriodUnits::<T>::take(agreement, number);
        let change = TeamChanges::<T>::take(agreement, number);
        pool.team_weight = change.apply(pool.team_weight).ok_or(ArithmeticError::Overflow)?;

        let Settled { buckets, provider_income, amounts, step } = settle(
            pool.buckets,
            Period {
                units,
                team_weight: pool.team_weight,
                pricing: &period.terms.pricing,
                verdict: period.verdict,
                fee: T::VerificationFee::get(),
            },
        )
        .ok_or(ArithmeticError::Overflow)?;
        let parts = T::FeeShares::get().split(amounts.fee).ok_or(ArithmeticError::Overflow)?;
        let index = Self::index_at(agreement, number)?.advance(&step).ok_or(ArithmeticError::Overflow)?;
        let before = pool.buckets.cover().ok_or(ArithmeticError::Overflow)?;
        pool.buckets = buckets;
        add(&mut pool.provider_owed, provider_income)?;
        Self::settle_backers(agreement, &mut pool, number)?;
        pool.settled = pool.settled.checked_add(1).ok_or(ArithmeticError::Overflow)?;
        let treasury = match period.settler {
            Some(settler) => {
                Self::credit_settler(agreement, &mut pool, settler, parts.settler)?;
                parts.treasury
            }
            None => parts.treasury.checked_add(parts.settler).ok_or(ArithmeticError::Overflow)?,
        };
        Self::enqueue(agreement, &mut pool);
        // Less cover can be too little: what was sold before fitted, and settled periods need none. So can cover for a
        // period that comes into sight, because so many wait that a look before did not reach it.
        let less = pool.buckets.cover().ok_or(ArithmeticError::Overflow)? < before;
        // Saturating: nothing may be prepaid that far.
        let unseen = pool.prepaid_until.saturating_sub(number) > Self::max_checked_periods();
        let standing = if less || unseen || pool.short.is_some() {
            Self::watch_cover(agreement, &mut pool, number)?
        } else {
            Standing::Sound
        };

        // The own books are closed before anybody else is called.
        Pools::<T>::insert(agreement, pool);
        Settlements::<T>::insert(agreement, number, PeriodSettlement { amounts, index });
        let left = Self::reward_reporters(period, parts.reporters)?;
        let burned = parts.burned.checked_add(left).ok_or(ArithmeticError::Overflow)?;
        let amounts = Settlement { burned, ..amounts };
        Settlements::<T>::insert(agreement, number, PeriodSettlement { amounts, index });
        Self::pay_treasury(agreement, treasury)?;
        Self::burn(agreement, burned)?;
        Self::deposit_event(Event::PeriodSettled { agreement, period: number, amounts });
        Ok(standing)
    }

    /// Gives the deposits and exits of `period`, the loss of which is in the books by now, their price.
    fn settle_backers(agreement: AgreementId, pool: &mut Pool<T::AccountId>, period: PeriodIndex) -> DispatchResult {
        let (generation, waiting) = (pool.vault.generation, Epochs::<T>::take(agreement, period));
        let epoch = settle_epoch(&mut pool.buckets, &mut pool.vault, waiting).ok_or(ArithmeticError::Overflow)?;
        if pool.vault.generation != generation {
            Self::deposit_event(Event::BackersWipedOut { agreement, period });
        }
        if let Some((epoch, price)) = epoch.and_then(|epoch| epoch.price.map(|price| (epoch, price))) {
            Epochs::<T>::insert(agreement, period, epoch);
            Self::deposit_event(Event::BackingPriced {
                agreement,
                period,
                deposits: epoch.deposits,
                shares: price.minted,
                exit_shares: epoch.exit_shares,
                exits: price.exit_assets,
            });
        }
        Ok(())
    }

    fn credit_settler(
        agreement: AgreementId,
        pool: &mut Pool<T::AccountId>,
        settler: &T::AccountId,
        amount: Balance,
    ) -> DispatchResult {
        if amount == 0 {
            return Ok(());
        }
        let mut ledger = Accounts::<T>::get(agreement, settler);
        add(&mut ledger.credit.income, amount)?;
        add(&mut pool.buckets.owed, amount)?;
        Self::store_ledger(agreement, pool, settler, ledger);
        Ok(())
    }

    /// Returns what the reporters did not take. Trouble with paying them must not stop the settlement, and what they
    /// took is what left the account, whatever the answer says.
    fn reward_reporters(period: &FinalPeriod<T::AccountId>, amount: Balance) -> Result<Balance, DispatchError> {
        if amount == 0 {
            return Ok(0);
        }
        let RoundId { agreement, period: number } = period.round;
        let account = Self::pool_account(agreement);
        let before = T::Currency::total_balance(&account);
        let outcome = with_storage_layer(|| {
            let taken = T::Reporters::reward(period, &account, amount)?;
            let after = before.checked_sub(taken).ok_or(DispatchError::Corruption)?;
            ensure!(taken <= amount && T::Currency::total_balance(&account) == after, DispatchError::Corruption);
            Ok(taken)
        });
        match outcome {
            Ok(taken) => amount.checked_sub(taken).ok_or_else(|| ArithmeticError::Underflow.into()),
            Err(error) => {
                Self::deposit_event(Event::ReportersNotPaid { agreement, period: number, error });
                Ok(amount)
            }
        }
    }

    pub(crate) fn pay_treasury(agreement: AgreementId, amount: Balance) -> DispatchResult {
        if amount > 0 {
            T::Treasury::on_unbalanced(T::Currency::withdraw(
                &Self::pool_account(agreement),
                amount,
                Precision::Exact,
                Preservation::Preserve,
                Fortitude::Polite,
            )?);
        }
        Ok(())
    }

    fn burn(agreement: AgreementId, amount: Balance) -> DispatchResult {
        if amount > 0 {
            T::Currency::burn_from(
                &Self::pool_account(agreement),
                amount,
                Preservation::Preserve,
                Precision::Exact,
                Fortitude::Polite,
            )?;
        }
        Ok(())
    }

    /// Asks for an automatic payout unless one is asked for already.
    pub(crate) fn enqueue(agreement: AgreementId, pool: &mut Pool<T::AccountId>) {
        if !pool.queued {
            pool.queued = true;
            let place = SweepTail::<T>::get();
            SweepQueue::<T>::insert(place, (agreement, T::Time::now()));
            // Two places never meet: the queue would have to hold 2⁶⁴ agreements.
            SweepTail::<T>::put(place.wrapping_add(1));
        }
    }

    /// Ends a pool. Prepayment for periods that were not settled is given back in full, deposits of backers that wait
    /// as well, and what is left of the backers' stake belongs to their shares. None of it needs a walk through
    /// accounts.
    pub(crate) fn do_end(agreement: AgreementId) -> DispatchResult {
        let mut pool = Self::pool(agreement)?;
        ensure!(!pool.ended, Error::<T>::WrongState);
        pool.ended = true;
        pool.short = None;
        let unspent = core::mem::take(&mut pool.buckets.escrow);
        add(&mut pool.buckets.owed, unspent)?;
        vault::end(&mut pool.buckets, &mut pool.vault).ok_or(ArithmeticError::Overflow)?;
        Self::enqueue(agreement, &mut pool);
        Self::deposit_event(Event::PoolEnded { agreement, unspent });
        Self::store_pool(agreement, pool);
        Ok(())
    }
}
