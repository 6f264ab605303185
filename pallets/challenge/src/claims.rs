// SPDX-License-Identifier: Apache-2.0

//! How a verdict comes into dispute.

use crate::{
    types::plausible, Challenge, ChallengeOf, Challenges, Choice, Claim, Config, Error, Event, Pallet, Rulings, Stage,
};
use dsla_primitives::{
    traits::{Parties, Verdicts},
    verdict::Indicators,
    RoundId,
};
use frame_support::{dispatch::DispatchResult, ensure, traits::Time};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_challenge(who: T::AccountId, round: RoundId, indicators: Indicators) -> DispatchResult {
        ensure!(!Rulings::<T>::contains_key(round), Error::<T>::AlreadyRuled);
        let verdict = T::Verdicts::proposed(round).ok_or(Error::<T>::VerdictNotProposed)?;
        let stored = Challenges::<T>::get(round);
        let first = stored.is_none();
        let mut challenge = stored.unwrap_or_else(|| Challenge {
            provider: verdict.provider,
            proposed: verdict.indicators,
            claims: Default::default(),
            base_bond: Self::base_bond(),
            stage: Stage::Collecting { until: verdict.until },
            panel: Default::default(),
            appeal: None,
            retry: None,
        });
        let Stage::Collecting { until } = challenge.stage else { return Err(Error::<T>::WrongStage.into()) };
        ensure!(T::Time::now() < until, Error::<T>::TooLate);
        ensure!(!verdict.terms.oracle.committee.contains(&who), Error::<T>::CommitteeMember);
        ensure!(Self::is_party(round, &challenge, &who), Error::<T>::NotAParty);
        ensure!(indicators.len() == verdict.terms.objectives.len(), Error::<T>::WrongCount);
        ensure!(plausible(&indicators, &verdict.terms.objectives), Error::<T>::Implausible);
        ensure!(indicators != challenge.proposed, Error::<T>::NothingDisputed);
        ensure!(challenge.claims.iter().all(|claim| claim.indicators != indicators), Error::<T>::DuplicateClaim);
        ensure!(challenge.choice_of(&who).is_none(), Error::<T>::AlreadyClaimed);

        let bond = challenge.next_bond().ok_or(Error::<T>::MaxClaimsExceeded)??;
        let claim = Claim { claimant: who.clone(), indicators: indicators.clone(), bond };
        challenge.claims.try_push(claim).map_err(|_| Error::<T>::MaxClaimsExceeded)?;
        // At most eight, so it always fits.
        let choice = Choice::try_from(challenge.claims.len()).map_err(|_| Error::<T>::MaxClaimsExceeded)?;
        Self::hold_bond(&who, bond)?;
        if first {
            T::Verdicts::suspend(round)?;
            Self::put(round, &challenge);
        } else {
            Challenges::<T>::insert(round, &challenge);
        }
        Self::deposit_event(Event::Claimed { round, choice, claimant: who, indicators, bond, until });
        Ok(())
    }

    /// Whether `who` has a stake in `round`.
    pub(crate) fn is_party(round: RoundId, challenge: &ChallengeOf<T>, who: &T::AccountId) -> bool {
        *who == challenge.provider || T::Parties::is_customer(round, who) || T::Parties::is_backer(round.agreement, who)
    }
}
