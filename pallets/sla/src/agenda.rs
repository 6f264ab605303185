// SPDX-License-Identifier: Apache-2.0

//! The agenda: which agreement the chain acts on when, and the work of a block.

use crate::{
    steps::Failure, Agenda, AgendaKey, AgreementOf, Agreements, Config, Error, Event, Pallet, Step, Timers, WeightInfo,
};
use dsla_primitives::{AgreementId, Moment};
use frame_support::{
    storage::with_storage_layer,
    traits::{Get, Time},
    weights::{Weight, WeightMeter},
};
use sp_runtime::DispatchError;

impl Step {
    /// The weight of this step, with everything that loads and stores the agreement.
    pub(crate) fn weight<W: WeightInfo>(self) -> Weight {
        match self {
            Self::Activate => W::settle_activate(),
            Self::Propose(_) => W::settle_propose(),
            Self::Finalize(_) => W::settle_finalize(),
            Self::Amend => W::settle_amend(),
            Self::Drop => W::settle_drop(),
            Self::End => W::settle_complete(),
        }
    }

    /// The weight of the heaviest step.
    pub(crate) fn max_weight<W: WeightInfo>() -> Weight {
        [Self::Propose(0), Self::Finalize(0), Self::Amend, Self::Drop, Self::End]
            .into_iter()
            .fold(Self::Activate.weight::<W>(), |max, step| max.max(step.weight::<W>()))
    }
}

impl<T: Config> Pallet<T> {
    /// Stores an agreement that was due at `before`, and moves it to its new place on the agenda. Returns when it is
    /// due.
    pub(crate) fn save(id: AgreementId, agreement: AgreementOf<T>, before: Option<Moment>) -> Option<Moment> {
        let after = agreement.timers.due();
        if before != after {
            if let Some(due) = before {
                Agenda::<T>::remove(AgendaKey::new(due, id));
            }
            if let Some(due) = after {
                Agenda::<T>::insert(AgendaKey::new(due, id), ());
            }
        }
        Agreements::<T>::insert(id, agreement);
        after
    }

    /// Does what is due, earliest first, as far as `meter` and `MaxServiceWeight` allow.
    ///
    /// It stops at the first step that does not fit instead of looking for a cheaper one: the next block, which has the
    /// whole budget, begins with that step, so a heavy step is never overtaken for ever.
    pub(crate) fn serve_agenda(meter: &mut WeightMeter) {
        let now = T::Time::now();
        let mut budget = WeightMeter::with_limit(meter.remaining().min(T::MaxServiceWeight::get()));
        // One iterator for the whole run, which only moves forward: to look for the first entry again after each step
        // would walk over all entries deleted in this block each time.
        let mut keys = Agenda::<T>::iter_keys();
        let mut passed = None;
        // The entry of the agreement served last, when it lies where the iterator has passed already: then it is the
        // earliest of all, and its turn is now. Ahead, the iterator meets it in its turn.
        let mut again: Option<AgendaKey> = None;
        while budget.try_consume(T::WeightInfo::agenda_base()).is_ok() {
            let key = again.take().or_else(|| {
                passed = keys.next();
                passed
            });
            let Some(key) = key.filter(|key| key.due() <= now) else { break };
            let found = Self::look_up(key, now);
            let weight =
                found.as_ref().map_or(Step::max_weight::<T::WeightInfo>(), |(_, step)| step.weight::<T::WeightInfo>());
            if budget.try_consume(weight).is_err() {
                break;
            }
            let due = match found {
                Some((agreement, step)) => Self::serve(key, agreement, step, now),
                None => Self::drop_entry(key),
            };
            again = due.map(|due| AgendaKey::new(due, key.agreement())).filter(|next| Some(*next) <= passed);
        }
        meter.consume(budget.consumed());
    }

    /// The step of the signed call: that of the chain, but without waiting after a failure.
    pub(crate) fn do_settle(settler: T::AccountId, id: AgreementId) -> Result<Step, DispatchError> {
        let agreement = Agreements::<T>::get(id).ok_or(Error::<T>::AgreementNotFound)?;
        let now = T::Time::now();
        let step = agreement.step(&agreement.timers.without_delay(), now).ok_or(Error::<T>::NothingDue)?;
        Self::do_step(id, agreement, step, now, Some(&settler)).map_err(|failure| match failure {
            Failure::Corrupted => Error::<T>::Corrupted.into(),
            Failure::Refused(error) => error,
        })?;
        Ok(step)
    }

    /// The agreement at `key` and the step due; `None` when the agenda and the agreement contradict each other.
    fn look_up(key: AgendaKey, now: Moment) -> Option<(AgreementOf<T>, Step)> {
        let agreement = Agreements::<T>::get(key.agreement())?;
        (agreement.timers.due() == Some(key.due())).then_some(())?;
        let step = agreement.step(&agreement.timers, now)?;
        Some((agreement, step))
    }

    /// Does one step for the chain. Whatever goes wrong stays with this agreement. Returns when it is due next.
    fn serve(key: AgendaKey, mut agreement: AgreementOf<T>, step: Step, now: Moment) -> Option<Moment> {
        let id = key.agreement();
        match with_storage_layer(|| Self::do_step(id, agreement.clone(), step, now, None)) {
            Ok(due) => due,
            Err(Failure::Corrupted) => Self::drop_entry(key),
            Err(Failure::Refused(error)) => {
                // Saturating: a delay beyond the end of time is a delay for ever.
                let retry = now.saturating_add(T::RetryDelay::get());
                let event = if matches!(step, Step::Amend | Step::Drop) {
                    agreement.timers.amend_retry = retry;
                    Event::AmendmentDeferred { agreement: id, error }
                } else {
                    agreement.timers.retry = retry;
                    Event::SettlementDeferred { agreement: id, period: agreement.finalized, error }
                };
                Self::save(id, agreement, Some(key.due()));
                Self::deposit_event(event);
                // Not again in this block, whatever its timers say.
                None
            }
        }
    }

    /// Takes a contradictory entry off the agenda, so that it cannot hold up the others.
    fn drop_entry(key: AgendaKey) -> Option<Moment> {
        let id = key.agreement();
        Agenda::<T>::remove(key);
        // Only when this entry is the agreement's own: a stray one must not stop it.
        if let Some(mut agreement) = Agreements::<T>::get(id).filter(|a| a.timers.due() == Some(key.due())) {
            agreement.timers = Timers::default();
            Agreements::<T>::insert(id, agreement);
        }
        Self::deposit_event(Event::AgendaEntryDropped { agreement: id });
        None
    }
}
