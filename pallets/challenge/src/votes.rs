// SPDX-License-Identifier: Apache-2.0

//! How a panel votes: first it commits, then it reveals.

use crate::{commitment, Challenges, Choice, Config, Error, Event, Pallet, Stage, Vote};
use dsla_primitives::{Moment, RoundId};
use frame_support::{dispatch::DispatchResult, ensure, traits::Time};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_core::H256;
use sp_runtime::traits::Zero;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_commit(voter: T::AccountId, round: RoundId, hash: H256) -> DispatchResult {
        let mut challenge = Challenges::<T>::get(round).ok_or(Error::<T>::ChallengeNotFound)?;
        let Stage::Voting { until } = challenge.stage else { return Err(Error::<T>::WrongStage.into()) };
        Self::ensure_before(until)?;
        let instance = challenge.instance();
        let seat = challenge.seat_mut(&voter).ok_or(Error::<T>::NotOnPanel)?;
        ensure!(seat.vote == Vote::Open, Error::<T>::AlreadyCommitted);
        seat.vote = Vote::Committed(hash);
        Challenges::<T>::insert(round, challenge);
        Self::deposit_event(Event::VoteCommitted { round, instance, voter });
        Ok(())
    }

    pub(crate) fn do_reveal(voter: T::AccountId, round: RoundId, choice: Choice, salt: [u8; 32]) -> DispatchResult {
        let mut challenge = Challenges::<T>::get(round).ok_or(Error::<T>::ChallengeNotFound)?;
        let Stage::Revealing { until } = challenge.stage else { return Err(Error::<T>::WrongStage.into()) };
        Self::ensure_before(until)?;
        let (instance, known) = (challenge.instance(), challenge.has_choice(choice));
        let seat = challenge.seat_mut(&voter).ok_or(Error::<T>::NotOnPanel)?;
        let committed = match seat.vote {
            Vote::Open => return Err(Error::<T>::NotCommitted.into()),
            Vote::Revealed(_) => return Err(Error::<T>::AlreadyRevealed.into()),
            Vote::Committed(hash) => hash,
        };
        ensure!(known, Error::<T>::ChoiceNotFound);
        let hash = commitment(&Self::genesis_hash(), round, instance, &voter, choice, &salt);
        ensure!(hash == committed, Error::<T>::CommitmentMismatch);
        seat.vote = Vote::Revealed(choice);
        Challenges::<T>::insert(round, challenge);
        Self::deposit_event(Event::VoteRevealed { round, instance, voter, choice });
        Ok(())
    }

    /// The hash of block 0, which `frame-system` keeps for ever. It binds votes to this chain.
    pub fn genesis_hash() -> T::Hash {
        frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero())
    }

    pub(crate) fn ensure_before(until: Moment) -> Result<(), Error<T>> {
        if T::Time::now() < until {
            Ok(())
        } else {
            Err(Error::<T>::TooLate)
        }
    }
}
