// SPDX-License-Identifier: Apache-2.0

//! Reads for the runtime API.

use crate::{ChallengeOf, Challenges, Config, Duties, Duty, Pallet, Ruling, Rulings, Stage};
use alloc::vec::Vec;
use dsla_primitives::{api::MAX_PAGE, traits::Verdicts, Balance, RoundId};
use frame_support::traits::Time;

/// The most panels of one account looked at for one answer to "what do I owe".
pub const MAX_SCANNED: usize = 1_000;

impl<T: Config> Pallet<T> {
    /// The open challenge of `round`.
    pub fn challenge_of(round: RoundId) -> Option<ChallengeOf<T>> {
        Challenges::<T>::get(round)
    }

    /// What the next claim about `round` must put up now, in plancks; `None` when no claim is taken: nothing is proposed, it
    /// is too late, or all places are taken.
    pub fn claim_bond(round: RoundId) -> Option<Balance> {
        if Rulings::<T>::contains_key(round) {
            return None;
        }
        let now = T::Time::now();
        match Challenges::<T>::get(round) {
            Some(challenge) => match challenge.stage {
                Stage::Collecting { until } if now < until => challenge.next_bond()?.ok(),
                _ => None,
            },
            None => T::Verdicts::proposed(round).filter(|verdict| now < verdict.until).map(|_| Self::base_bond()),
        }
    }

    /// What was ruled about `round`.
    pub fn ruling(round: RoundId) -> Option<Ruling<T::AccountId>> {
        Rulings::<T>::get(round)
    }

    /// What `who` owes as a member of panels now; at most [`MAX_PAGE`], and looks at `MAX_SCANNED` panels at most.
    pub fn duties(who: &T::AccountId) -> Vec<(RoundId, Duty)> {
        let limit = usize::try_from(MAX_PAGE).unwrap_or(0);
        Duties::<T>::iter_key_prefix(who)
            .take(MAX_SCANNED)
            .filter_map(|round| Some((round, Challenges::<T>::get(round)?.duty(who)?)))
            .take(limit)
            .collect()
    }
}
