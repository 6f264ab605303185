// SPDX-License-Identifier: Apache-2.0

//! What can be done about a decision, or for want of one.

use crate::{
    types::appeal_bond, Appeal, ChallengeOf, Challenges, Choice, Config, Decider, Error, Event, Pallet, Stage,
};
use alloc::vec::Vec;
use dsla_primitives::{traits::AgreementInspect, RoundId};
use frame_support::{dispatch::DispatchResult, ensure, BoundedVec};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_appeal(who: T::AccountId, round: RoundId) -> DispatchResult {
        let mut challenge = Challenges::<T>::get(round).ok_or(Error::<T>::ChallengeNotFound)?;
        let Stage::Appealable { decision, until } = challenge.stage else {
            return Err(Error::<T>::WrongStage.into());
        };
        Self::ensure_before(until)?;
        Self::ensure_may_appeal(round, &challenge, &who)?;
        ensure!(challenge.has_lost(&who, decision), Error::<T>::NotLost);

        let bond = appeal_bond(challenge.base_bond)?;
        Self::hold_bond(&who, bond)?;
        let against = core::mem::take(&mut challenge.panel).into_inner();
        let against = BoundedVec::try_from(against).map_err(|_| Error::<T>::Corrupted)?;
        challenge.appeal = Some(Appeal { appellant: who.clone(), bond, against, decision });
        let until = Self::await_randomness(round, challenge);
        Self::deposit_event(Event::Appealed { round, appellant: who, bond, until });
        Ok(())
    }

    pub(crate) fn do_arbitrate(round: RoundId, choice: Choice) -> DispatchResult {
        let challenge = Challenges::<T>::get(round).ok_or(Error::<T>::ChallengeNotFound)?;
        let Stage::Arbitration { until } = challenge.stage else { return Err(Error::<T>::WrongStage.into()) };
        Self::ensure_before(until)?;
        ensure!(challenge.has_choice(choice), Error::<T>::ChoiceNotFound);
        Self::rule(round, challenge, choice, Decider::Arbiter)
    }

    /// The provider and the claimants take part already; the claimants were no members of the committee then.
    fn ensure_may_appeal(round: RoundId, challenge: &ChallengeOf<T>, who: &T::AccountId) -> DispatchResult {
        if *who == challenge.provider || challenge.choice_of(who).is_some() {
            return Ok(());
        }
        ensure!(!Self::committee(round).contains(who), Error::<T>::CommitteeMember);
        ensure!(Self::is_party(round, challenge, who), Error::<T>::NotAParty);
        Ok(())
    }

    /// The committee whose measurements are disputed.
    pub(crate) fn committee(round: RoundId) -> Vec<T::AccountId> {
        T::Agreements::terms(round).map(|terms| terms.oracle.committee.into_inner()).unwrap_or_default()
    }
}
