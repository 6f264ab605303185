// SPDX-License-Identifier: Apache-2.0

//! The queues: which challenge the chain acts on when, and the work of a block.

use crate::{
    Agenda, Awaiting, ChallengeOf, Challenges, Config, Error, Event, Pallet, QueueKey, Stage, Step, WeightInfo,
    RETRY_DELAY,
};
use dsla_primitives::{Moment, RoundId};
use frame_support::{
    storage::with_storage_layer,
    traits::{Get, Randomness, Time},
    weights::{Weight, WeightMeter},
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{traits::UniqueSaturatedInto, DispatchError};

impl Step {
    /// The weight of this step, with everything that loads and stores the challenge.
    pub(crate) fn weight<W: WeightInfo>(self) -> Weight {
        match self {
            Self::CloseClaims => W::advance_claims(),
            Self::Draw | Self::GiveUpDrawing => W::advance_drawing(),
            Self::OpenVotes => W::advance_voting(),
            Self::Tally => W::advance_revealing(),
            Self::Uphold(_) | Self::Default => W::advance_final(),
        }
    }

    /// The weight of the heaviest step.
    pub(crate) fn max_weight<W: WeightInfo>() -> Weight {
        [Self::Draw, Self::OpenVotes, Self::Tally, Self::Default]
            .into_iter()
            .fold(Self::CloseClaims.weight::<W>(), |max, step| max.max(step.weight::<W>()))
    }
}

impl<T: Config> Pallet<T> {
    /// Does what is due, as far as `meter` and `MaxServiceWeight` allow: first the draws that new randomness makes
    /// possible, then what time makes due, each in order.
    ///
    /// It stops at the first step that does not fit instead of looking for a cheaper one: the next block, which has the
    /// whole budget, begins with that step, so a heavy step is never overtaken for ever. A draw takes its challenge out of
    /// the first queue, so that queue cannot starve the second one.
    pub(crate) fn serve_queues(meter: &mut WeightMeter) {
        let now = T::Time::now();
        let mut budget = WeightMeter::with_limit(meter.remaining().min(T::MaxServiceWeight::get()));
        if Self::serve_awaiting(now, &mut budget).is_some() {
            Self::serve_agenda(now, &mut budget);
        }
        meter.consume(budget.consumed());
    }

    /// `None` when the budget is used up.
    fn serve_awaiting(now: Moment, budget: &mut WeightMeter) -> Option<()> {
        let mut keys = Awaiting::<T>::iter_keys();
        loop {
            budget.try_consume(T::WeightInfo::queue_base()).ok()?;
            let known = || UniqueSaturatedInto::<u64>::unique_saturated_into(Self::known_since());
            let Some(key) = keys.next().filter(|key| key.at() < known()) else { return Some(()) };
            let challenge = Challenges::<T>::get(key.round()).filter(|challenge| {
                matches!(challenge.stage, Stage::Drawing { since, .. } if Self::awaiting_key(since, key.round()) == key)
            });
            if !Self::serve(key, challenge, now, budget)? {
                Awaiting::<T>::remove(key);
            }
        }
    }

    /// `None` when the budget is used up.
    fn serve_agenda(now: Moment, budget: &mut WeightMeter) -> Option<()> {
        // One iterator for the whole run, which only moves forward: to look for the first entry again after each step
        // would walk over all entries deleted in this block each time. A step makes nothing due before `now` again.
        let mut keys = Agenda::<T>::iter_keys();
        loop {
            budget.try_consume(T::WeightInfo::queue_base()).ok()?;
            let Some(key) = keys.next().filter(|key| key.at() <= now) else { return Some(()) };
            let challenge = Challenges::<T>::get(key.round()).filter(|challenge| challenge.due() == key.at());
            if !Self::serve(key, challenge, now, budget)? {
                Agenda::<T>::remove(key);
            }
        }
    }

    /// Does one step for the chain; whatever goes wrong stays with this challenge. `None` when the budget is used up,
    /// `Some(false)` when the queue and the challenge contradict each other: then the entry must go, so that it cannot
    /// hold up the others.
    fn serve(key: QueueKey, challenge: Option<ChallengeOf<T>>, now: Moment, budget: &mut WeightMeter) -> Option<bool> {
        let round = key.round();
        let known = Self::known_since();
        let found = challenge.and_then(|challenge| challenge.step(now, &known).map(|step| (challenge, step)));
        let weight = found.as_ref().map_or(T::WeightInfo::advance_voting(), |(_, step)| step.weight::<T::WeightInfo>());
        budget.try_consume(weight).ok()?;
        let Some((mut challenge, step)) = found else {
            Self::deposit_event(Event::QueueEntryDropped { round });
            return Some(false);
        };
        if let Err(error) = with_storage_layer(|| Self::do_step(round, challenge.clone(), step)) {
            Self::unqueue(round, &challenge);
            // Saturating: a delay beyond the end of time is a delay for ever.
            challenge.retry = Some(now.saturating_add(RETRY_DELAY));
            Self::put(round, &challenge);
            Self::deposit_event(Event::RulingDeferred { round, error });
        }
        Some(true)
    }

    /// The step of the signed call: that of the chain, but without waiting after a failure.
    pub(crate) fn do_advance(round: RoundId) -> Result<Step, DispatchError> {
        let challenge = Challenges::<T>::get(round).ok_or(Error::<T>::ChallengeNotFound)?;
        let step = challenge.step(T::Time::now(), &Self::known_since()).ok_or(Error::<T>::NothingDue)?;
        Self::do_step(round, challenge, step)?;
        Ok(step)
    }

    /// The block since which the latest randomness is known.
    fn known_since() -> BlockNumberFor<T> {
        T::Randomness::random_seed().1
    }
}
