// SPDX-License-Identifier: Apache-2.0

//! Announced work on a service. Reporters leave it out of what they measure, so an announcement is final.

use crate::{Config, Error, Event, MaintenanceWindows, Pallet, Window, Windows};
use dsla_primitives::{traits::AgreementStatus, AgreementId, Moment, PeriodIndex};
use frame_support::{ensure, traits::Time};
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_announce_maintenance(
        who: T::AccountId,
        id: AgreementId,
        period: PeriodIndex,
        window: Window,
    ) -> DispatchResult {
        let agreement = Self::agreement_of(&who, id)?;
        ensure!(matches!(agreement.status, AgreementStatus::Open | AgreementStatus::Active), Error::<T>::WrongState);
        ensure!(period < agreement.periods, Error::<T>::PeriodNotFound);
        let terms = Self::terms_in(id, &agreement, period).ok_or(Error::<T>::Corrupted)?;
        let begin = terms.schedule.boundary(period).ok_or(Error::<T>::Corrupted)?;
        let end = period.checked_add(1).and_then(|next| terms.schedule.boundary(next)).ok_or(Error::<T>::Corrupted)?;
        let inside = begin <= window.start && window.start < window.end && window.end <= end;
        ensure!(inside, Error::<T>::WindowOutsidePeriod);
        // Nothing is announced after the fact, even where the terms ask for no notice.
        let earliest = T::Time::now().checked_add(terms.maintenance.notice);
        ensure!(earliest.is_some_and(|earliest| earliest <= window.start), Error::<T>::NoticeTooShort);
        let mut windows = MaintenanceWindows::<T>::get(id, period);
        insert::<T>(&mut windows, window, terms.maintenance.quota)?;
        MaintenanceWindows::<T>::insert(id, period, windows);
        let Window { start, end } = window;
        Self::deposit_event(Event::MaintenanceAnnounced { agreement: id, period, start, end });
        Ok(())
    }
}

/// Adds `window` in its place, provided that it overlaps no other and that all together are no longer than `quota`.
fn insert<T: Config>(windows: &mut Windows, window: Window, quota: Moment) -> Result<(), Error<T>> {
    let overlaps = windows.iter().any(|other| other.start < window.end && window.start < other.end);
    ensure!(!overlaps, Error::<T>::WindowsOverlap);
    let total = windows.iter().map(Window::length).try_fold(window.length(), Moment::checked_add);
    ensure!(total.is_some_and(|total| total <= quota), Error::<T>::MaintenanceQuotaExceeded);
    let place = windows.partition_point(|other| other.start < window.start);
    windows.try_insert(place, window).map_err(|_| Error::<T>::MaxWindowsExceeded)
}
