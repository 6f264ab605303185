// SPDX-License-Identifier: Apache-2.0

//! The life of a reporter: it registers with a bond, works, leaves and takes the bond back.

use crate::{
    types::{Absence, MAX_UNBONDING, MIN_UNBONDING},
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
        Self::activate(&who)?;
        let (state, since) = (ReporterState::Active, T::Time::now());
        let reporter = Reporter { uri, bond, state, reports: 0, strikes: 0, since, away: None, forgiven_at: 0 };
        Reporters::<T>::insert(&who, reporter);
        Self::deposit_event(Event::ReporterRegistered { reporter: who, bond });
        Ok(())
    }

    pub(crate) fn do_bond_extra(who: T::AccountId, amount: Balance) -> DispatchResult {
        let mut reporter = Self::present_reporter(&who)?;
        ensure!(amount > 0, Error::<T>::AmountZero);
        let bond = reporter.bond.ensure_add(amount)?;
        Self::hold_bond(&who, amount)?;
        if reporter.state == ReporterState::Suspended && bond >= T::MinBond::get() {
            Self::activate(&who)?;
            reporter.state = ReporterState::Active;
        }
        Reporters::<T>::insert(&who, Reporter { bond, ..reporter });
        Self::deposit_event(Event::BondIncreased { reporter: who, bond });
        Ok(())
    }

    pub(crate) fn do_update(who: T::AccountId, uri: Uri) -> DispatchResult {
        let reporter = Self::present_reporter(&who)?;
        Reporters::<T>::insert(&who, Reporter { uri, ..reporter });
        Self::deposit_event(Event::ReporterUpdated { reporter: who });
        Ok(())
    }

    pub(crate) fn do_leave(who: T::AccountId) -> DispatchResult {
        let reporter = Self::present_reporter(&who)?;
        let unbonding = T::Unbonding::get().clamp(MIN_UNBONDING, MAX_UNBONDING);
        let since = T::Time::now();
        let until = since.ensure_add(unbonding)?;
        if reporter.state == ReporterState::Active {
            Self::deactivate(&who)?;
        }
        Reporters::<T>::insert(&who, Reporter { state: ReporterState::Leaving { since, until }, ..reporter });
        Self::deposit_event(Event::ReporterLeft { reporter: who, until });
        Ok(())
    }

    pub(crate) fn do_withdraw_bond(who: T::AccountId) -> DispatchResult {
        let reporter = Reporters::<T>::get(&who).ok_or(Error::<T>::ReporterNotFound)?;
        let ReporterState::Leaving { until, .. } = reporter.state else {
            return Err(Error::<T>::ReporterActive.into());
        };
        ensure!(until <= T::Time::now(), Error::<T>::TooEarly);
        let amount = T::Currency::release(&HoldReason::ReporterBond.into(), &who, reporter.bond, Precision::Exact)?;
        Reporters::<T>::remove(&who);
        Self::deposit_event(Event::BondWithdrawn { reporter: who, amount });
        Ok(())
    }

    pub(crate) fn do_rejoin(who: T::AccountId) -> DispatchResult {
        let reporter = Reporters::<T>::get(&who).ok_or(Error::<T>::ReporterNotFound)?;
        let ReporterState::Leaving { since: from, .. } = reporter.state else {
            return Err(Error::<T>::ReporterActive.into());
        };
        ensure!(reporter.bond >= T::MinBond::get(), Error::<T>::BondTooSmall);
        let to = T::Time::now();
        // The absence before this one is forgotten now, so every period that ended in it must be settled.
        let settled = reporter.away.is_none_or(|before| before.to.saturating_add(MIN_UNBONDING) <= to);
        ensure!(settled, Error::<T>::RejoinedRecently);
        Self::activate(&who)?;
        let (state, away) = (ReporterState::Active, Some(Absence { from, to }));
        Reporters::<T>::insert(&who, Reporter { state, away, ..reporter });
        Self::deposit_event(Event::ReporterRejoined { reporter: who });
        Ok(())
    }

    /// The reporter `who`, if it has not left.
    pub(crate) fn present_reporter(who: &T::AccountId) -> Result<Reporter, Error<T>> {
        let reporter = Reporters::<T>::get(who).ok_or(Error::<T>::ReporterNotFound)?;
        match reporter.state {
            ReporterState::Active | ReporterState::Suspended => Ok(reporter),
            ReporterState::Leaving { .. } => Err(Error::<T>::ReporterLeaving),
        }
    }

    /// The reporter `who`, if it may report: it has not left and its bond suffices.
    pub(crate) fn able_reporter(who: &T::AccountId) -> Result<Reporter, Error<T>> {
        let reporter = Self::present_reporter(who)?;
        // A minimum that was lowered does not end a suspension: only a bond that is added to does.
        let able = reporter.state == ReporterState::Active && reporter.bond >= T::MinBond::get();
        able.then_some(reporter).ok_or(Error::<T>::BondTooSmall)
    }

    /// Asks first, so that people read why their bond cannot be held.
    fn hold_bond(who: &T::AccountId, amount: Balance) -> DispatchResult {
        let available = T::Currency::reducible_balance(who, Preservation::Protect, Fortitude::Force);
        ensure!(amount <= available, Error::<T>::InsufficientBalance);
        T::Currency::hold(&HoldReason::ReporterBond.into(), who, amount)
    }
}
