// SPDX-License-Identifier: Apache-2.0

//! Reads for the runtime API. All bounded by [`MAX_PAGE`].

use crate::{
    agreements::check, footprint, AgreementTerms, Agreements, Config, MaintenanceWindows, NextAgreementId, Pallet,
    PeriodRecord, Periods, Providers, Reliability, Services,
};
use alloc::vec::Vec;
use dsla_primitives::{api::MAX_PAGE, terms::Terms, traits::OnVerdict, AgreementId, Moment, PeriodIndex, ServiceId};
use frame_support::traits::Footprint;

impl<T: Config> Pallet<T> {
    /// The SLA log of `agreement` from period `from` on, at most `limit` and at most [`MAX_PAGE`] lines: period, its
    /// begin and end, and what was decided.
    pub fn log(
        agreement: AgreementId,
        from: PeriodIndex,
        limit: u32,
    ) -> Vec<(PeriodIndex, Moment, Moment, PeriodRecord)> {
        let Some(entry) = Agreements::<T>::get(agreement) else { return Vec::new() };
        let Some(terms) = AgreementTerms::<T>::get(agreement, entry.version) else { return Vec::new() };
        let to = from.saturating_add(limit.min(MAX_PAGE)).min(entry.proposed);
        (from..to)
            .filter_map(|period| {
                let start = terms.schedule.boundary(period)?;
                let end = terms.schedule.boundary(period.checked_add(1)?)?;
                Some((period, start, end, Periods::<T>::get(agreement, period)?))
            })
            .collect()
    }

    /// When the chain acts on `agreement` next; `None` when it never will again, or not before somebody opens it.
    pub fn next_due(agreement: AgreementId) -> Option<Moment> {
        Agreements::<T>::get(agreement)?.timers.due()
    }

    /// The ids of the agreements from `from` on, in order; at most `limit` and at most [`MAX_PAGE`].
    pub fn ids(from: AgreementId, limit: u32) -> Vec<AgreementId> {
        // Agreements are never removed, so the ids have no gaps.
        let to = from.0.saturating_add(limit.min(MAX_PAGE).into()).min(NextAgreementId::<T>::get().0);
        (from.0..to).map(AgreementId).collect()
    }

    /// The name of the error with which `terms` would be refused at `now`; `None` when they would be taken.
    pub fn preview_refusal(terms: &Terms<T::AccountId>, now: Moment) -> Option<&'static str> {
        check::<T>(terms, now).err().map(Into::into)
    }

    /// The room on chain that `terms` and their periods take, which the provider's deposit pays for; `None` on overflow.
    pub fn preview_footprint(terms: &Terms<T::AccountId>) -> Option<Footprint> {
        footprint(terms, T::OnVerdict::kept)
    }

    /// The announced maintenance of a period, in order: begins and ends.
    pub fn maintenance(agreement: AgreementId, period: PeriodIndex) -> Vec<(Moment, Moment)> {
        let windows = MaintenanceWindows::<T>::get(agreement, period);
        windows.iter().map(|window| (window.start, window.end)).collect()
    }

    /// How reliable a provider has been since it registered; `None` when it is none.
    pub fn reliability(provider: &T::AccountId) -> Option<Reliability> {
        Some(Providers::<T>::get(provider)?.record.into())
    }

    /// How reliable a service has been; `None` when there is none with this id.
    pub fn service_reliability(service: ServiceId) -> Option<Reliability> {
        Some(Services::<T>::get(service)?.record.into())
    }
}
