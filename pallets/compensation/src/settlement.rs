// SPDX-License-Identifier: Apache-2.0

//! Acting on a final verdict, and on the end of an agreement. The cost does not depend on how many customers and team
//! members there are: they are not touched.

use crate::{
    settle::{settle, Period, Settled},
    types::add,
    Accounts, Config, Error, Event, Pallet, PeriodSettlement, PeriodUnits, Pool, Pools, Settlements, SweepQueue,
    SweepTail, TeamChanges,
};
use dsla_primitives::{
    settlement::Settlement,
    traits::{FinalPeriod, RewardReporters},
    AgreementId, Balance, RoundId,
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
    pub(crate) fn do_settle(period: &FinalPeriod<T::AccountId>) -> DispatchResult {
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
        pool.buckets = buckets;
        add(&mut pool.provider_owed, provider_income)?;
        pool.settled = pool.settled.checked_add(1).ok_or(ArithmeticError::Overflow)?;
        let treasury = match period.settler {
            Some(settler) => {
                Self::credit_settler(agreement, &mut pool, settler, parts.settler)?;
                parts.treasury
            }
            None => parts.treasury.checked_add(parts.settler).ok_or(ArithmeticError::Overflow)?,
        };
        Self::enqueue(agreement, &mut pool);

        // The own books are closed before anybody else is called.
        Pools::<T>::insert(agreement, pool);
        Settlements::<T>::insert(agreement, number, PeriodSettlement { amounts, index });
        let left = Self::reward_reporters(period.round, parts.reporters)?;
        let burned = parts.burned.checked_add(left).ok_or(ArithmeticError::Overflow)?;
        let amounts = Settlement { burned, ..amounts };
        Settlements::<T>::insert(agreement, number, PeriodSettlement { amounts, index });
        Self::pay_treasury(agreement, treasury)?;
        Self::burn(agreement, burned)?;
        Self::deposit_event(Event::PeriodSettled { agreement, period: number, amounts });
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
    fn reward_reporters(round: RoundId, amount: Balance) -> Result<Balance, DispatchError> {
        if amount == 0 {
            return Ok(0);
        }
        let account = Self::pool_account(round.agreement);
        let before = T::Currency::total_balance(&account);
        let outcome = with_storage_layer(|| {
            let taken = T::Reporters::reward(round, &account, amount)?;
            let after = before.checked_sub(taken).ok_or(DispatchError::Corruption)?;
            ensure!(taken <= amount && T::Currency::total_balance(&account) == after, DispatchError::Corruption);
            Ok(taken)
        });
        match outcome {
            Ok(taken) => amount.checked_sub(taken).ok_or_else(|| ArithmeticError::Underflow.into()),
            Err(error) => {
                let RoundId { agreement, period } = round;
                Self::deposit_event(Event::ReportersNotPaid { agreement, period, error });
                Ok(amount)
            }
        }
    }

    fn pay_treasury(agreement: AgreementId, amount: Balance) -> DispatchResult {
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
    fn enqueue(agreement: AgreementId, pool: &mut Pool<T::AccountId>) {
        if !pool.queued {
            pool.queued = true;
            let place = SweepTail::<T>::get();
            // Saturating: a delay beyond the end of time is a delay for ever.
            SweepQueue::<T>::insert(place, (agreement, T::Time::now().saturating_add(T::SweepDelay::get())));
            // Two places never meet: the queue would have to hold 2⁶⁴ agreements.
            SweepTail::<T>::put(place.wrapping_add(1));
        }
    }

    /// Ends a pool. Prepayment for periods that were not settled is given back in full: every unit gets `unspent` for
    /// each of them, which needs no walk through the customers.
    pub(crate) fn do_end(agreement: AgreementId) -> DispatchResult {
        let mut pool = Self::pool(agreement)?;
        ensure!(!pool.ended, Error::<T>::WrongState);
        pool.ended = true;
        let unspent = core::mem::take(&mut pool.buckets.escrow);
        if unspent > 0 {
            let pricing = Self::terms(agreement, pool.settled)?.pricing;
            pool.unspent = pricing.prepayment().ok_or(ArithmeticError::Overflow)?;
            add(&mut pool.buckets.owed, unspent)?;
        }
        Self::enqueue(agreement, &mut pool);
        Self::deposit_event(Event::PoolEnded { agreement, unspent });
        Self::store_pool(agreement, pool)
    }
}
