// SPDX-License-Identifier: Apache-2.0

//! How a verdict waits for a ruling, and what the ruling does.

use crate::{
    Agreements, ChallengedUntil, Config, Error, Event, Feat, Lifecycle, Pallet, PeriodRecord, Periods, VerdictAction,
};
use dsla_primitives::{
    api::Phase,
    traits::{ProposedVerdict, Verdicts},
    verdict::{Indicators, Verdict},
    RoundId,
};
use frame_support::traits::Time;
use sp_runtime::DispatchResult;

impl<T: Config> Verdicts<T::AccountId> for Pallet<T> {
    /// Also between the end of the challenge window and the settlement: `until` tells.
    fn proposed(round: RoundId) -> Option<ProposedVerdict<T::AccountId>> {
        let RoundId { agreement: id, period } = round;
        let PeriodRecord { phase, indicators, .. } = Periods::<T>::get(id, period)?;
        let until = match phase {
            Phase::Proposed { until } => until,
            Phase::Challenged { .. } => ChallengedUntil::<T>::get(id, period)?,
            Phase::Final { .. } => return None,
        };
        let agreement = Agreements::<T>::get(id)?;
        let terms = Self::terms_in(id, &agreement, period)?;
        Some(ProposedVerdict { provider: agreement.provider, terms, indicators, until })
    }

    /// Later periods are judged meanwhile, and become final after this one.
    fn suspend(round: RoundId) -> DispatchResult {
        let RoundId { agreement: id, period } = round;
        let mut record = Periods::<T>::get(id, period).ok_or(Error::<T>::PeriodNotFound)?;
        let until = match record.phase {
            Phase::Challenged { .. } => return Ok(()),
            Phase::Proposed { until } => until,
            Phase::Final { .. } => return Err(Error::<T>::WrongState.into()),
        };
        let mut agreement = Agreements::<T>::get(id).ok_or(Error::<T>::Corrupted)?;
        record.phase = record.phase.next(VerdictAction::Challenge(T::Time::now())).map_err(Error::<T>::from)?;
        let before = agreement.timers.due();
        if agreement.finalized == period {
            agreement.timers.finalize = None;
        }
        Periods::<T>::insert(id, period, record);
        ChallengedUntil::<T>::insert(id, period, until);
        Self::save(id, agreement, before);
        Self::deposit_event(Event::PeriodChallenged { agreement: id, period });
        Ok(())
    }

    fn rule(round: RoundId, indicators: &Indicators) -> DispatchResult {
        let RoundId { agreement: id, period } = round;
        let record = Periods::<T>::get(id, period).ok_or(Error::<T>::PeriodNotFound)?;
        let now = T::Time::now();
        let phase = record.phase.next(VerdictAction::Rule(now)).map_err(Error::<T>::from)?;
        let mut agreement = Agreements::<T>::get(id).ok_or(Error::<T>::Corrupted)?;
        let terms = Self::terms_in(id, &agreement, period).ok_or(Error::<T>::Corrupted)?;
        let verdict = Verdict::assess(&terms.objectives, &terms.pricing, indicators);
        let overturned = (verdict.outcome, verdict.credit) != (record.verdict.outcome, record.verdict.credit);
        if overturned {
            Self::record(&agreement, Feat::Overturned)?;
        }
        let before = agreement.timers.due();
        if agreement.finalized == period {
            agreement.timers.finalize = Some(now);
        }
        let indicators = indicators.clone();
        Periods::<T>::insert(id, period, PeriodRecord { phase, indicators, verdict: verdict.clone() });
        ChallengedUntil::<T>::remove(id, period);
        Self::save(id, agreement, before);
        Self::deposit_event(Event::PeriodRuled { agreement: id, period, verdict, overturned });
        Ok(())
    }
}
