// SPDX-License-Identifier: Apache-2.0

//! What must hold between any two calls.

use crate::{
    steps::judged_at, Agenda, AgendaKey, AgreementOf, AgreementTerms, Agreements, Allowed, AmendmentTickets,
    ChallengedUntil, Config, Feat, MaintenanceWindows, NextAgreementId, NextServiceId, Pallet, Periods, Providers,
    Services, Timers, TrackRecord, Window, Windows,
};
use alloc::{collections::BTreeMap, vec::Vec};
use dsla_primitives::{
    api::Phase, terms::Terms, traits::AgreementStatus, AgreementId, PeriodIndex, ServiceId, TermsVersion, MAX_VERSIONS,
};
use frame_support::ensure;
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
    /// Checks every invariant of the pallet. For tests and try-runtime only: it reads all of the storage.
    pub fn do_try_state() -> Result<(), DispatchError> {
        let mut live_of = BTreeMap::new();
        let mut entries = 0usize;
        for (id, agreement) in Agreements::<T>::iter() {
            Self::check_agreement(id, &agreement)?;
            if !agreement.status.has_ended() {
                let live: &mut u32 = live_of.entry(agreement.service).or_default();
                *live = live.saturating_add(1);
            }
            if let Some(due) = agreement.timers.due() {
                ensure!(Agenda::<T>::contains_key(AgendaKey::new(due, id)), "an agreement is not on the agenda");
                entries = entries.saturating_add(1);
            }
        }
        // Each agreement with a due time has its entry, so equal numbers mean that there are no others.
        ensure!(Agenda::<T>::iter_keys().count() == entries, "an agenda entry without its agreement");
        Self::check_directory(live_of)?;
        Self::check_orphans()
    }

    /// Services and providers have the counts and records of their agreements, whose live ones are counted in
    /// `live_of`.
    fn check_directory(mut live_of: BTreeMap<ServiceId, u32>) -> Result<(), DispatchError> {
        let mut services_of = BTreeMap::<T::AccountId, u32>::new();
        let (mut service_records, mut provider_records) = (BTreeMap::new(), BTreeMap::new());
        for (id, agreement) in Agreements::<T>::iter() {
            let feats = Self::feats_of(id, &agreement)?;
            add(service_records.entry(agreement.service).or_default(), &feats, agreement.proposed)?;
            add(provider_records.entry(agreement.provider).or_default(), &feats, agreement.proposed)?;
        }
        for (id, service) in Services::<T>::iter() {
            ensure!(id < NextServiceId::<T>::get(), "a service id that was not handed out");
            ensure!(live_of.remove(&id).unwrap_or_default() == service.agreements, "wrong count of agreements");
            let expected = service_records.remove(&id).unwrap_or_default();
            ensure!(covers(&expected, &service.record, true), "a service's record is not that of its agreements");
            let services = services_of.entry(service.provider).or_default();
            *services = services.saturating_add(1);
        }
        ensure!(live_of.is_empty(), "an agreement without its service");
        for (who, provider) in Providers::<T>::iter() {
            ensure!(services_of.remove(&who).unwrap_or_default() == provider.services, "wrong count of services");
            // Less when the provider left and came back: then the record begins anew.
            let most = provider_records.remove(&who).unwrap_or_default();
            ensure!(covers(&most, &provider.record, false), "a track record without its agreements");
        }
        ensure!(services_of.is_empty(), "a service without its provider");
        Ok(())
    }

    /// What `agreement` adds to track records, as far as its log tells.
    fn feats_of(id: AgreementId, agreement: &AgreementOf<T>) -> Result<TrackRecord, DispatchError> {
        let feats: &[Feat] = match agreement.status {
            AgreementStatus::Draft => &[],
            AgreementStatus::Terminated if agreement.ticket.is_none() => &[],
            AgreementStatus::Open | AgreementStatus::Active => &[Feat::Opened],
            AgreementStatus::Completed => &[Feat::Opened, Feat::Completed],
            AgreementStatus::Terminated => &[Feat::Opened, Feat::Terminated],
        };
        let record = feats.iter().try_fold(TrackRecord::default(), |record, feat| record.with(*feat));
        (0..agreement.finalized)
            .filter_map(|period| Periods::<T>::get(id, period))
            .try_fold(record, |record, line| Some(record?.with(Feat::Finalized(&line.verdict))))
            .flatten()
            .ok_or("a track record overflows".into())
    }

    /// Every entry of the other maps belongs to an agreement that has it.
    fn check_orphans() -> Result<(), DispatchError> {
        for (id, period) in Periods::<T>::iter_keys() {
            let proposed = Agreements::<T>::get(id).map_or(0, |agreement| agreement.proposed);
            ensure!(period < proposed, "a period that was not judged");
        }
        for (id, version) in AgreementTerms::<T>::iter_keys() {
            let known = Agreements::<T>::get(id).is_some_and(|agreement| version <= latest::<T>(&agreement));
            ensure!(known, "terms without their agreement");
            let paid = AmendmentTickets::<T>::contains_key(id, version);
            ensure!(paid == (version > 0), "new terms without their deposit");
        }
        for (id, version) in AmendmentTickets::<T>::iter_keys() {
            ensure!(AgreementTerms::<T>::contains_key(id, version), "a deposit without its terms");
        }
        for (id, _) in Allowed::<T>::iter_keys() {
            ensure!(Agreements::<T>::contains_key(id), "a list without its agreement");
        }
        for (id, period, windows) in MaintenanceWindows::<T>::iter() {
            Self::check_windows(id, period, &windows)?;
        }
        for (id, period) in ChallengedUntil::<T>::iter_keys() {
            let challenged =
                Periods::<T>::get(id, period).is_some_and(|record| matches!(record.phase, Phase::Challenged { .. }));
            ensure!(challenged, "a challenge without its verdict");
        }
        Ok(())
    }

    fn check_windows(id: AgreementId, period: PeriodIndex, windows: &Windows) -> Result<(), DispatchError> {
        let agreement = Agreements::<T>::get(id).ok_or("maintenance without its agreement")?;
        let versions = (0..=latest::<T>(&agreement)).filter_map(|version| AgreementTerms::<T>::get(id, version));
        let versions = versions.collect::<Vec<Terms<T::AccountId>>>();
        // The period may be beyond an end that was decided after the announcement, and the quota that of terms which
        // were amended after it.
        let schedule = versions.last().ok_or("maintenance without terms")?.schedule;
        let quota = versions.iter().map(|terms| terms.maintenance.quota).max();
        ensure!(!windows.is_empty() && period < schedule.periods, "maintenance in no period");
        let mut free = schedule.boundary(period).ok_or("no such boundary")?;
        for Window { start, end } in windows {
            ensure!(free <= *start && start < end, "maintenance windows overlap");
            free = *end;
        }
        let end = period.checked_add(1).and_then(|next| schedule.boundary(next));
        ensure!(Some(free) <= end, "maintenance beyond its period");
        let total = windows.iter().map(Window::length).fold(0, u64::saturating_add);
        ensure!(Some(total) <= quota, "more maintenance than any terms allow");
        Ok(())
    }

    fn check_agreement(id: AgreementId, agreement: &AgreementOf<T>) -> Result<(), DispatchError> {
        let Timers { propose, finalize, amend, amend_retry, .. } = agreement.timers;
        ensure!(id < NextAgreementId::<T>::get(), "an agreement id that was not handed out");
        let Some(terms) = AgreementTerms::<T>::get(id, agreement.version) else {
            let discarded = agreement.status == AgreementStatus::Terminated && agreement.ticket.is_none();
            ensure!(discarded && agreement.timers == Timers::default(), "an agreement without its terms");
            return Ok(());
        };
        ensure!(agreement.ticket.is_some(), "terms without their deposit");
        Self::check_versions(id, agreement, &terms)?;
        let (periods, finalized) = (agreement.periods, agreement.finalized);
        let limit = agreement.ending.map_or(terms.schedule.periods, |ending| ending.periods);
        ensure!(periods == terms.schedule.periods.min(limit), "wrong number of periods");
        ensure!(finalized <= agreement.proposed && agreement.proposed <= periods, "progress out of order");
        let quiet = agreement.timers == Timers { amend, amend_retry, ..Timers::default() };
        match agreement.status {
            AgreementStatus::Draft => {
                ensure!(agreement.timers == Timers::default() && agreement.proposed == 0, "a draft with progress");
                ensure!(agreement.version == 0 && agreement.ending.is_none(), "a draft with changes");
            }
            AgreementStatus::Open => {
                let begins = (periods > 0).then_some(terms.schedule.start);
                ensure!(propose == begins && agreement.proposed == 0, "wrong activation");
                ensure!(finalize.is_some() == (periods == 0), "wrong end of an agreement that has not begun");
            }
            AgreementStatus::Active => {
                let judges = agreement.proposed < periods && !agreement.awaits_terms();
                ensure!(propose.is_some() == judges, "no time to judge a period");
                let next = Self::terms_in(id, agreement, agreement.proposed).ok_or("no terms for the next period")?;
                let earliest = judged_at(&next, agreement.proposed).ok_or("no time to judge the next period")?;
                ensure!(propose.is_none_or(|at| at >= earliest), "a period is judged too early");
                let challenged = ChallengedUntil::<T>::contains_key(id, finalized);
                let settles = (finalized < agreement.proposed && !challenged) || finalized == periods;
                ensure!(finalize.is_some() == settles, "no time to settle a period");
            }
            AgreementStatus::Completed => {
                ensure!(quiet && amend.is_none() && finalized == periods, "not complete");
                ensure!(agreement.ending.is_none(), "completed, but ended early");
            }
            AgreementStatus::Terminated => {
                ensure!(quiet && finalized == periods && agreement.ending.is_some(), "not terminated");
            }
        }
        (0..agreement.proposed).try_for_each(|period| Self::check_period(id, agreement, period))
    }

    fn check_versions(
        id: AgreementId,
        agreement: &AgreementOf<T>,
        terms: &Terms<T::AccountId>,
    ) -> Result<(), DispatchError> {
        let Timers { amend, amend_retry, .. } = agreement.timers;
        let starts = &agreement.starts;
        ensure!(usize::try_from(agreement.version) == Ok(starts.len()), "a version without its first period");
        let rising = starts.iter().zip(starts.iter().skip(1)).all(|(a, b)| a < b);
        ensure!(rising && starts.first() != Some(&0), "versions out of order");
        ensure!(latest::<T>(agreement) < MAX_VERSIONS, "too many versions");
        ensure!((0..=latest::<T>(agreement)).all(|v| AgreementTerms::<T>::contains_key(id, v)), "a version is missing");
        let Some(waiting) = agreement.waiting else {
            ensure!(amend.is_none() && amend_retry == 0, "a time to amend nothing");
            return Ok(());
        };
        let new = AgreementTerms::<T>::get(id, latest::<T>(agreement)).ok_or("an amendment without its terms")?;
        ensure!(new.continues(terms) && new.schedule.periods == waiting.periods, "an amendment that does not fit");
        ensure!(starts.last().is_none_or(|last| *last < waiting.from), "an amendment out of order");
        if agreement.amendment().is_some() {
            ensure!(waiting.from < agreement.periods, "an amendment beyond the end");
            ensure!(amend == terms.schedule.boundary(waiting.from), "wrong time to amend");
        } else {
            ensure!(amend.is_some(), "no time to drop an amendment");
        }
        Ok(())
    }

    fn check_period(id: AgreementId, agreement: &AgreementOf<T>, period: PeriodIndex) -> Result<(), DispatchError> {
        let record = Periods::<T>::get(id, period).ok_or("a period missing in the log")?;
        let challenged = ChallengedUntil::<T>::contains_key(id, period);
        ensure!(challenged == matches!(record.phase, Phase::Challenged { .. }), "a challenge without its window");
        match record.phase {
            Phase::Final { .. } => ensure!(period < agreement.finalized, "a period final too early"),
            Phase::Challenged { .. } => ensure!(period >= agreement.finalized, "a period final although challenged"),
            Phase::Proposed { until } => {
                ensure!(period >= agreement.finalized, "a period that should be final");
                let oldest = period == agreement.finalized;
                ensure!(!oldest || agreement.timers.finalize == Some(until), "wrong time to settle");
            }
        }
        Ok(())
    }
}

/// The latest version of the terms that is stored.
fn latest<T: Config>(agreement: &AgreementOf<T>) -> TermsVersion {
    agreement.version.saturating_add(u32::from(agreement.waiting.is_some()))
}

/// Adds `more` to `record`; every judged period may have been overturned once.
fn add(record: &mut TrackRecord, more: &TrackRecord, proposed: PeriodIndex) -> Result<(), DispatchError> {
    let sum = || {
        Some(TrackRecord {
            agreements: record.agreements.checked_add(more.agreements)?,
            agreements_completed: record.agreements_completed.checked_add(more.agreements_completed)?,
            agreements_terminated: record.agreements_terminated.checked_add(more.agreements_terminated)?,
            periods_met: record.periods_met.checked_add(more.periods_met)?,
            periods_missed: record.periods_missed.checked_add(more.periods_missed)?,
            periods_no_data: record.periods_no_data.checked_add(more.periods_no_data)?,
            periods_overturned: record.periods_overturned.checked_add(proposed.into())?,
            credit_sum: record.credit_sum.checked_add(more.credit_sum)?,
        })
    };
    *record = sum().ok_or("a track record overflows")?;
    Ok(())
}

/// Whether `record` counts no more than `most`, or, but for what was overturned, the same.
fn covers(most: &TrackRecord, record: &TrackRecord, same: bool) -> bool {
    let TrackRecord {
        agreements,
        agreements_completed,
        agreements_terminated,
        periods_met,
        periods_missed,
        periods_no_data,
        periods_overturned,
        credit_sum,
    } = *most;
    let no_more = record.agreements <= agreements
        && record.agreements_completed <= agreements_completed
        && record.agreements_terminated <= agreements_terminated
        && record.periods_met <= periods_met
        && record.periods_missed <= periods_missed
        && record.periods_no_data <= periods_no_data
        && record.periods_overturned <= periods_overturned
        && record.credit_sum <= credit_sum;
    no_more && (!same || TrackRecord { periods_overturned: record.periods_overturned, ..*most } == *record)
}
