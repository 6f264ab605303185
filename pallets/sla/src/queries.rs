// SPDX-License-Identifier: Apache-2.0

//! Reads for the runtime API. All bounded by [`MAX_PAGE`].

use crate::{agreements::check, AgreementTerms, Agreements, Config, NextAgreementId, Pallet, PeriodRecord, Periods};
use alloc::vec::Vec;
use dsla_primitives::{api::MAX_PAGE, terms::Terms, AgreementId, Moment, PeriodIndex};

impl<T: Config> Pallet<T> {
    /// The SLA log of `agreement` from period `from` on, at most `limit` and at most [`MAX_PAGE`] lines: period, its begin
    /// and end, and what was decided.
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
}
