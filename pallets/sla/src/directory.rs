// SPDX-License-Identifier: Apache-2.0

//! Providers and their services.

use crate::{
    is_label, AgreementOf, Config, Error, Event, Feat, NextServiceId, Pallet, Provider, Providers, Service, ServiceOf,
    Services, TrackRecord,
};
use dsla_primitives::{terms::Document, Name, ServiceId, Uri};
use frame_support::{
    ensure,
    traits::{Consideration, Footprint},
};
use sp_runtime::{ArithmeticError, DispatchResult};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_register_provider(who: T::AccountId, name: Name, uri: Uri) -> DispatchResult {
        ensure!(!Providers::<T>::contains_key(&who), Error::<T>::ProviderAlreadyExists);
        ensure!(core::str::from_utf8(&name).is_ok(), Error::<T>::InvalidName);
        let ticket = T::ProviderDeposit::new(&who, profile(&who, &name, &uri))?;
        Providers::<T>::insert(&who, Provider { name, uri, ticket, record: TrackRecord::default(), services: 0 });
        Self::deposit_event(Event::ProviderRegistered { provider: who });
        Ok(())
    }

    pub(crate) fn do_update_provider(who: T::AccountId, name: Name, uri: Uri) -> DispatchResult {
        let provider = Providers::<T>::get(&who).ok_or(Error::<T>::ProviderNotFound)?;
        ensure!(core::str::from_utf8(&name).is_ok(), Error::<T>::InvalidName);
        let ticket = provider.ticket.update(&who, profile(&who, &name, &uri))?;
        Providers::<T>::insert(&who, Provider { name, uri, ticket, ..provider });
        Self::deposit_event(Event::ProviderUpdated { provider: who });
        Ok(())
    }

    pub(crate) fn do_deregister_provider(who: T::AccountId) -> DispatchResult {
        let provider = Providers::<T>::get(&who).ok_or(Error::<T>::ProviderNotFound)?;
        ensure!(provider.services == 0, Error::<T>::ServicesRemain);
        provider.ticket.drop(&who)?;
        Providers::<T>::remove(&who);
        Self::deposit_event(Event::ProviderDeregistered { provider: who });
        Ok(())
    }

    pub(crate) fn do_register_service(who: T::AccountId, name: Name, document: Document) -> DispatchResult {
        ensure!(is_label(&name), Error::<T>::InvalidName);
        let mut provider = Providers::<T>::get(&who).ok_or(Error::<T>::ProviderNotFound)?;
        let id = NextServiceId::<T>::get();
        let next = id.next().ok_or(Error::<T>::IdsExhausted)?;
        provider.services = provider.services.checked_add(1).ok_or(ArithmeticError::Overflow)?;
        let record = TrackRecord::default();
        let ticket = T::ServiceDeposit::new(&who, Footprint::from_encodable((id, &who, &name, &document, record)))?;
        NextServiceId::<T>::put(next);
        Providers::<T>::insert(&who, provider);
        Services::<T>::insert(id, Service { provider: who.clone(), name, document, ticket, agreements: 0, record });
        Self::deposit_event(Event::ServiceRegistered { service: id, provider: who });
        Ok(())
    }

    pub(crate) fn do_remove_service(who: T::AccountId, id: ServiceId) -> DispatchResult {
        let service = Self::service_of(&who, id)?;
        ensure!(service.agreements == 0, Error::<T>::AgreementsRemain);
        let mut provider = Providers::<T>::get(&who).ok_or(Error::<T>::ProviderNotFound)?;
        provider.services = provider.services.checked_sub(1).ok_or(ArithmeticError::Underflow)?;
        service.ticket.drop(&who)?;
        Providers::<T>::insert(&who, provider);
        Services::<T>::remove(id);
        Self::deposit_event(Event::ServiceRemoved { service: id });
        Ok(())
    }

    /// Adds `feat` to the track records of the provider and the service of an agreement.
    pub(crate) fn record(agreement: &AgreementOf<T>, feat: Feat) -> DispatchResult {
        let mut provider = Providers::<T>::get(&agreement.provider).ok_or(Error::<T>::Corrupted)?;
        let mut service = Services::<T>::get(agreement.service).ok_or(Error::<T>::Corrupted)?;
        provider.record = provider.record.with(feat).ok_or(ArithmeticError::Overflow)?;
        service.record = service.record.with(feat).ok_or(ArithmeticError::Overflow)?;
        Providers::<T>::insert(&agreement.provider, provider);
        Services::<T>::insert(agreement.service, service);
        Ok(())
    }

    /// The service `id`, provided that it belongs to `who`.
    pub(crate) fn service_of(who: &T::AccountId, id: ServiceId) -> Result<ServiceOf<T>, Error<T>> {
        let service = Services::<T>::get(id).ok_or(Error::<T>::ServiceNotFound)?;
        ensure!(service.provider == *who, Error::<T>::NotAuthorized);
        Ok(service)
    }
}

fn profile<AccountId: codec::Encode>(who: &AccountId, name: &Name, uri: &Uri) -> Footprint {
    Footprint::from_encodable((who, name, uri, TrackRecord::default()))
}
