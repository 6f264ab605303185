// SPDX-License-Identifier: Apache-2.0

//! The money: bonds are held, and in the end returned or shared out.

use crate::{
    split::{default_loss, split},
    ChallengeOf, Choice, Config, Decider, Error, HoldReason, Pallet, Payout, Vote, PROPOSED,
};
use alloc::vec::Vec;
use dsla_primitives::Balance;
use frame_support::{
    dispatch::DispatchResult,
    ensure,
    traits::{
        fungible::{Balanced, BalancedHold, Credit, Inspect, MutateHold},
        tokens::{Fortitude, Precision, Preservation},
        Get, Imbalance, OnUnbalanced,
    },
};
use sp_runtime::{
    traits::{EnsureAdd, EnsureAddAssign, EnsureSub},
    DispatchError,
};

/// A bond and who put it up.
type Bond<'a, T> = (&'a <T as frame_system::Config>::AccountId, Balance);

impl<T: Config> Pallet<T> {
    /// What the first claim of a round must put up now.
    pub fn base_bond() -> Balance {
        T::BaseBond::get().max(T::Currency::minimum_balance())
    }

    /// Asks first, so that people read why their bond cannot be held.
    pub(crate) fn hold_bond(who: &T::AccountId, amount: Balance) -> DispatchResult {
        let available = T::Currency::reducible_balance(who, Preservation::Protect, Fortitude::Force);
        ensure!(amount <= available, Error::<T>::InsufficientBalance);
        T::Currency::hold(&HoldReason::ChallengeBond.into(), who, amount)
    }

    /// Returns, shares out and burns every bond of `challenge` as its decision asks for.
    ///
    /// What was decided decides for each bond: that of the claim that won comes back, that of an appeal comes back when
    /// another choice won than the one appealed against, all others are lost. When nobody decided, all come back but for a
    /// small part, which is burned.
    pub(crate) fn settle_bonds(
        challenge: &ChallengeOf<T>,
        choice: Choice,
        by: Decider,
    ) -> Result<Payout, DispatchError> {
        let claims = challenge.choices().map(|(of, claim)| (&claim.claimant, claim.bond, of != choice));
        let appeal = challenge.appeal.iter().map(|appeal| (&appeal.appellant, appeal.bond, appeal.decision == choice));
        let bonds = claims.chain(appeal).collect::<Vec<_>>();

        if by == Decider::Default {
            return Self::default_bonds(bonds.into_iter().map(|(who, bond, _)| (who, bond)));
        }
        let mut payout = Payout::default();
        let mut lost = Credit::<T::AccountId, T::Currency>::zero();
        // All that is held is released or taken before anything is paid, so that no payment meets an account half way.
        for (who, bond, is_lost) in bonds {
            if is_lost {
                lost = lost.merge(Self::take(who, bond));
            } else {
                payout.returned.ensure_add_assign(Self::release(who, bond)?)?;
            }
        }
        Self::share_out(challenge, choice, lost, &mut payout)?;
        Ok(payout)
    }

    /// Nobody decided: every bond comes back, less what is burned.
    fn default_bonds<'a>(bonds: impl Iterator<Item = Bond<'a, T>>) -> Result<Payout, DispatchError>
    where
        T: 'a,
    {
        let mut payout = Payout::default();
        for (who, bond) in bonds {
            let loss = default_loss(bond);
            // Dropping it burns it.
            payout.burned.ensure_add_assign(Self::take(who, loss).peek())?;
            payout.returned.ensure_add_assign(Self::release(who, bond.ensure_sub(loss)?)?)?;
        }
        Ok(payout)
    }

    /// Pays the winning claim, the voters and the treasury out of what was lost, and burns the rest.
    fn share_out(
        challenge: &ChallengeOf<T>,
        choice: Choice,
        mut lost: Credit<T::AccountId, T::Currency>,
        payout: &mut Payout,
    ) -> DispatchResult {
        let winner = challenge.choices().find(|(of, _)| *of == choice).map(|(_, claim)| &claim.claimant);
        let voters = challenge.seats().filter(|seat| seat.vote == Vote::Revealed(choice)).map(|seat| &seat.member);
        let voters = voters.collect::<Vec<_>>();
        // At most 22 seats, so it always fits.
        let count = u32::try_from(voters.len()).unwrap_or(u32::MAX);
        let parts = split(lost.peek(), choice != PROPOSED, count);

        let payees = winner.map(|who| (who, parts.winner)).into_iter();
        for (who, amount) in payees.chain(voters.into_iter().map(|who| (who, parts.voter))) {
            match T::Currency::resolve(who, lost.extract(amount)) {
                Ok(()) => payout.paid.ensure_add_assign(amount)?,
                Err(refused) => Self::give_to_treasury(refused, payout)?,
            }
        }
        Self::give_to_treasury(lost.extract(parts.treasury), payout)?;
        // Dropping it burns it.
        payout.burned = payout.burned.ensure_add(lost.peek())?;
        Ok(())
    }

    fn give_to_treasury(credit: Credit<T::AccountId, T::Currency>, payout: &mut Payout) -> DispatchResult {
        payout.treasury.ensure_add_assign(credit.peek())?;
        T::Treasury::on_unbalanced(credit);
        Ok(())
    }

    /// Takes `amount` of what is held of `who`. It is all there: nobody else holds for this reason.
    fn take(who: &T::AccountId, amount: Balance) -> Credit<T::AccountId, T::Currency> {
        T::Currency::slash(&HoldReason::ChallengeBond.into(), who, amount).0
    }

    fn release(who: &T::AccountId, amount: Balance) -> Result<Balance, DispatchError> {
        T::Currency::release(&HoldReason::ChallengeBond.into(), who, amount, Precision::BestEffort)
    }
}
