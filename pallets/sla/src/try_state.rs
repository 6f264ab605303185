// SPDX-License-Identifier: Apache-2.0

//! What must hold between any two calls.

use crate::{
    Agenda, AgendaKey, AgreementOf, AgreementTerms, Agreements, Config, NextAgreementId, NextServiceId, Pallet,
    Periods, Providers, Services, Timers,
};
use alloc::collections::BTreeMap;
use dsla_primitives::{api::Phase, traits::AgreementStatus, AgreementId, PeriodIndex};
use frame_support::ensure;
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
    /// Checks every invariant of the pallet. For tests and try-runtime only: it reads all of the storage.
    pub fn do_try_state() -> Result<(), DispatchError> {
        let mut services_of = BTreeMap::<T::AccountId, u32>::new();
        let mut live_of = BTreeMap::new();
        let mut final_of = BTreeMap::<T::AccountId, u64>::new();
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
            let periods = final_of.entry(agreement.provider).or_default();
            *periods = periods.saturating_add(agreement.finalized.into());
        }
        // Each agreement with a due time has its entry, so equal numbers mean that there are no others.
        ensure!(Agenda::<T>::iter_keys().count() == entries, "an agenda entry without its agreement");

        for (id, service) in Services::<T>::iter() {
            ensure!(id < NextServiceId::<T>::get(), "a service id that was not handed out");
            ensure!(live_of.remove(&id).unwrap_or_default() == service.agreements, "wrong count of agreements");
            let services = services_of.entry(service.provider).or_default();
            *services = services.saturating_add(1);
        }
        ensure!(live_of.is_empty(), "an agreement without its service");

        for (who, provider) in Providers::<T>::iter() {
            ensure!(services_of.remove(&who).unwrap_or_default() == provider.services, "wrong count of services");
            let record = provider.record;
            let counted =
                record.periods_met.saturating_add(record.periods_missed).saturating_add(record.periods_no_data);
            // Less when the provider left and came back: then the record begins anew.
            ensure!(counted <= final_of.remove(&who).unwrap_or_default(), "a track record without its periods");
        }
        ensure!(services_of.is_empty(), "a service without its provider");

        for (id, period) in Periods::<T>::iter_keys() {
            let proposed = Agreements::<T>::get(id).map_or(0, |agreement| agreement.proposed);
            ensure!(period < proposed, "a period that was not judged");
        }
        for (id, version) in AgreementTerms::<T>::iter_keys() {
            let known = Agreements::<T>::get(id).is_some_and(|agreement| version <= agreement.version);
            ensure!(known, "terms without their agreement");
        }
        Ok(())
    }

    fn check_agreement(id: AgreementId, agreement: &AgreementOf<T>) -> Result<(), DispatchError> {
        let Timers { propose, finalize, .. } = agreement.timers;
        let discarded = agreement.status == AgreementStatus::Terminated;
        ensure!(id < NextAgreementId::<T>::get(), "an agreement id that was not handed out");
        ensure!(agreement.ticket.is_none() == discarded, "a deposit without what it is for");
        let Some(terms) = AgreementTerms::<T>::get(id, agreement.version) else {
            ensure!(discarded && agreement.timers == Timers::default(), "an agreement without its terms");
            return Ok(());
        };
        let periods = terms.schedule.periods;
        ensure!(agreement.finalized <= agreement.proposed && agreement.proposed <= periods, "progress out of order");
        match agreement.status {
            AgreementStatus::Draft => {
                ensure!(agreement.timers == Timers::default() && agreement.proposed == 0, "a draft with progress");
            }
            AgreementStatus::Open => {
                let start = Some(terms.schedule.start);
                ensure!(propose == start && finalize.is_none() && agreement.proposed == 0, "wrong activation");
            }
            AgreementStatus::Active => {
                ensure!(propose.is_some() == (agreement.proposed < periods), "no time to judge a period");
                let settles = agreement.finalized < agreement.proposed || agreement.finalized == periods;
                ensure!(finalize.is_some() == settles, "no time to settle a period");
            }
            AgreementStatus::Completed => {
                ensure!(agreement.timers == Timers::default() && agreement.finalized == periods, "not complete");
            }
            AgreementStatus::Terminated => return Err("a discarded agreement with terms".into()),
        }
        (0..agreement.proposed).try_for_each(|period| Self::check_period(id, agreement, period))
    }

    fn check_period(id: AgreementId, agreement: &AgreementOf<T>, period: PeriodIndex) -> Result<(), DispatchError> {
        let record = Periods::<T>::get(id, period).ok_or("a period missing in the log")?;
        match record.phase {
            Phase::Final { .. } => ensure!(period < agreement.finalized, "a period final too early"),
            Phase::Proposed { until } => {
                ensure!(period >= agreement.finalized, "a period that should be final");
                let oldest = period == agreement.finalized;
                ensure!(!oldest || agreement.timers.finalize == Some(until), "wrong time to settle");
            }
        }
        Ok(())
    }
}
