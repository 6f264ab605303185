// SPDX-License-Identifier: Apache-2.0

//! The team and its weights.

use crate::{Config, Error, Event, Pallet, Pools, Position, TeamChange, TeamChanges, OPEN_END};
use dsla_primitives::{AgreementId, PeriodIndex};
use frame_support::ensure;
use sp_runtime::{ArithmeticError, DispatchResult};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_set_member(
        agreement: AgreementId,
        provider: &T::AccountId,
        who: &T::AccountId,
        weight: u64,
    ) -> DispatchResult {
        let mut pool = Self::provider_pool(agreement, provider)?;
        ensure!(!pool.ended, Error::<T>::WrongState);
        let info = Self::info(agreement)?;
        let from = Self::next_period(agreement, &info, &pool)?;
        ensure!(from < info.periods, Error::<T>::NotEnoughPeriodsLeft);

        let (mut ledger, rows) = Self::account(agreement, &mut pool, who)?;
        let mut change = TeamChanges::<T>::get(agreement, from);
        let current = ledger.memberships.iter().position(|position| position.until == OPEN_END);
        let before = current.and_then(|at| ledger.memberships.get(at)).map_or(0, |position| position.share);
        ensure!(weight > 0 || before > 0, Error::<T>::MemberNotFound);
        ensure!(weight != before, Error::<T>::WeightUnchanged);

        pool.team_target = pool
            .team_target
            .checked_sub(before)
            .ok_or(ArithmeticError::Underflow)?
            .checked_add(weight)
            .ok_or(Error::<T>::AmountTooLarge)?;
        if let Some(at) = current {
            if leave(&mut change, ledger.memberships.get_mut(at), from)? {
                ledger.memberships.remove(at);
            }
        }
        if weight > 0 {
            change.added = change.added.checked_add(weight).ok_or(ArithmeticError::Overflow)?;
            let position = Position::new(weight, from, OPEN_END);
            ledger.memberships.try_push(position).map_err(|_| Error::<T>::MaxPositionsExceeded)?;
        }

        if change == TeamChange::default() {
            TeamChanges::<T>::remove(agreement, from);
        } else {
            TeamChanges::<T>::insert(agreement, from, change);
        }
        rows.store();
        Self::store_ledger(agreement, &pool, who, ledger);
        Pools::<T>::insert(agreement, pool);
        Self::deposit_event(Event::MemberSet { agreement, who: who.clone(), weight, from });
        Ok(())
    }
}

/// Ends the open position at `from`. Returns whether it can be dropped, because it would have begun right there or has
/// been collected up to there.
fn leave(change: &mut TeamChange, position: Option<&mut Position>, from: PeriodIndex) -> Result<bool, ArithmeticError> {
    let Some(position) = position else {
        return Ok(false);
    };
    if position.from == from {
        change.added = change.added.checked_sub(position.share).ok_or(ArithmeticError::Underflow)?;
        return Ok(true);
    }
    change.removed = change.removed.checked_add(position.share).ok_or(ArithmeticError::Overflow)?;
    position.until = from;
    Ok(position.claimed == from)
}
