// SPDX-License-Identifier: Apache-2.0

//! The life of a reporter: it registers with a bond, works, leaves and takes the bond back.

use crate::{
    types::{MAX_UNBONDING, MIN_UNBONDING},
    Config, Error, Event, HoldReason, Pallet, Reporter, ReporterState, Reporters,
};
use dsla_primitives::{Balance, Uri};
use frame_support::{
    dispatch::DispatchResult,
    ensure,
    traits::{
        fungible::{hold::Mutate as _, Inspect as _},
        tokens::{Fortitude, Precision, Preservation},
        Get, Time,
    },
};
use sp_runtime::traits::EnsureAdd;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_register(who: T::AccountId, bond: Balance, uri: Uri) -> DispatchResult {
        ensure!(!Reporters::<T>::contains_key(&who), Error::<T>::AlreadyRegistered);
        ensure!(bond >= T::MinBond::get(), Error::<T>::BondTooSmall);
        Self::hold_bond(&who, bond)?;
        Reporters::<T>::insert(&who, Reporter { uri, bond, state: ReporterState::Active, reports: 0 });
        Self::deposit_event(Event::ReporterRegistered { reporter: who, bond });
        Ok(())
    }

    pub(crate) fn do_bond_extra(who: T::AccountId, amount: Balance) -> DispatchResult {
        let reporter = Self::active_reporter(&who)?;
        ensure!(amount > 0, Error::<T>::AmountZero);
        let bond = reporter.bond.ensure_add(amount)?;
        Self::hold_bond(&who, amount)?;
        Reporters::<T>::insert(&who, Reporter { bond, ..reporter });
        Self::deposit_event(Event::BondIncreased { reporter: who, bond });
        Ok(())
    }

    pub(crate) fn do_update(who: T::AccountId, uri: Uri) -> DispatchResult {
        let reporter = Self::active_reporter(&who)?;
        Reporters::<T>::insert(&who, Reporter { uri, ..reporter });
        Self::deposit_event(Event::ReporterUpdated { reporter: who });
        Ok(())
    }

    pub(crate) fn do_leave(who: T::AccountId) -> DispatchResult {
        let reporter = Self::active_reporter(&who)?;
        let unbonding = T::Unbonding::get().clamp(MIN_UNBONDING, MAX_UNBONDING);
        let until = T::Time::now().ensure_add(unbonding)?;
        Reporters::<T>::insert(&who, Reporter { state: ReporterState::Leaving { until }, ..reporter });
        Self::deposit_event(Event::ReporterLeft { reporter: who, until });
        Ok(())
    }

    pub(crate) fn do_withdraw_bond(who: T::AccountId) -> DispatchResult {
        let reporter = Reporters::<T>::get(&who).ok_or(Error::<T>::ReporterNotFound)?;
        let ReporterState::Leaving { until } = reporter.state else {
            return Err(Error::<T>::ReporterActive.into());
        };
        ensure!(until <= T::Time::now(), Error::<T>::TooEarly);
        let amount = T::Currency::release(&HoldReason::ReporterBond.into(), &who, reporter.bond, Precision::Exact)?;
        Reporters::<T>::remove(&who);
        Self::deposit_event(Event::BondWithdrawn { reporter: who, amount });
        Ok(())
    }

    /// The reporter `who`, if it has not left.
    pub(crate) fn active_reporter(who: &T::AccountId) -> Result<Reporter, Error<T>> {
        let reporter = Reporters::<T>::get(who).ok_or(Error::<T>::ReporterNotFound)?;
        match reporter.state {
            ReporterState::Active => Ok(reporter),
            ReporterState::Leaving { .. } => Err(Error::<T>::ReporterLeaving),
        }
    }

    /// Asks first, so that people read why their bond cannot be held.
    fn hold_bond(who: &T::AccountId, amount: Balance) -> DispatchResult {
        let available = T::Currency::reducible_balance(who, Preservation::Protect, Fortitude::Force);
        ensure!(amount <= available, Error::<T>::InsufficientBalance);
        T::Currency::hold(&HoldReason::ReporterBond.into(), who, amount)
    }
}
