// SPDX-License-Identifier: Apache-2.0

//! Reads for the runtime API.

use crate::{ChallengeOf, Challenges, Config, Duties, Duty, Pallet, Ruling, Rulings};
use alloc::vec::Vec;
use dsla_primitives::{api::MAX_PAGE, RoundId};

/// The most panels of one account looked at for one answer to "what do I owe".
pub const MAX_SCANNED: usize = 1_000;

impl<T: Config> Pallet<T> {
    /// The open challenge of `round`.
    pub fn challenge_of(round: RoundId) -> Option<ChallengeOf<T>> {
        Challenges::<T>::get(round)
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
