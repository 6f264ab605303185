// SPDX-License-Identifier: Apache-2.0

//! The life of an offer: listed, restocked, withdrawn, removed.

use crate::{
    types::{Listing, Offer, OfferAction, MAX_CLEARED},
    Config, Error, Event, NextOfferId, OfferCount, Offers, Pallet, Redeemed,
};
use dsla_primitives::{traits::AgreementInspect, AgreementId, Moment, OfferId};
use frame_support::{
    ensure,
    traits::{Consideration, Footprint, Get, Time},
};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};

/// An offer of this runtime.
pub type OfferOf<T> = Offer<<T as frame_system::Config>::AccountId, <T as Config>::OfferDeposit>;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_list_offer(seller: T::AccountId, agreement: AgreementId, listing: Listing) -> DispatchResult {
        let info = Self::agreement_to_sell_for(agreement, &seller)?;
        ensure!(!info.status.has_ended(), Error::<T>::AgreementEnded);
        let now = T::Time::now();
        Self::ensure_sound(&listing, now)?;
        Self::ensure_sound_parts(&listing.kind, &seller, agreement, now)?;
        let count = OfferCount::<T>::get(&seller).checked_add(1).ok_or(Error::<T>::MaxOffersExceeded)?;
        ensure!(count <= T::MaxOffersPerSeller::get(), Error::<T>::MaxOffersExceeded);
        let id = NextOfferId::<T>::get();
        let next = id.next().ok_or(Error::<T>::IdsExhausted)?;

        let ticket = T::OfferDeposit::new(&seller, Footprint::from_mel::<OfferOf<T>>())?;

        NextOfferId::<T>::put(next);
        OfferCount::<T>::insert(&seller, count);
        Offers::<T>::insert(id, Offer::new(seller.clone(), agreement, listing, ticket));
        Self::deposit_event(Event::OfferListed { offer: id, seller, agreement });
        Ok(())
    }

    fn ensure_sound(listing: &Listing, now: Moment) -> Result<(), Error<T>> {
        ensure!(!listing.name.is_empty() && core::str::from_utf8(&listing.name).is_ok(), Error::<T>::InvalidName);
        ensure!(listing.price > 0, Error::<T>::ZeroPrice);
        ensure!(listing.stock > 0, Error::<T>::ZeroStock);
        ensure!(listing.limit > 0, Error::<T>::ZeroLimit);
        ensure!(listing.expiry > now, Error::<T>::ExpiryInPast);
        ensure!(listing.fulfil_within > 0, Error::<T>::FulfilmentTooShort);
        ensure!(listing.fulfil_within <= T::MaxFulfilment::get(), Error::<T>::FulfilmentTooLong);
        ensure!(listing.seller_share <= T::MaxSellerShare::get(), Error::<T>::SellerShareTooLarge);
        Ok(())
    }

    pub(crate) fn do_restock(who: &T::AccountId, id: OfferId, added: u32) -> DispatchResult {
        let mut offer = Self::offer_of_seller(who, id)?;
        // A partner whose right was taken back keeps its offers, but cannot make them larger.
        Self::agreement_to_sell_for(offer.agreement, who)?;
        offer.status = offer.status.next(OfferAction::Restock).ok_or(Error::<T>::OfferWithdrawn)?;
        ensure!(T::Time::now() < offer.expiry, Error::<T>::OfferExpired);
        ensure!(added > 0, Error::<T>::ZeroStock);
        offer.stock = offer.stock.checked_add(added).ok_or(Error::<T>::MaxStockExceeded)?;

        let stock = offer.stock;
        Offers::<T>::insert(id, offer);
        Self::deposit_event(Event::OfferRestocked { offer: id, added, stock });
        Ok(())
    }

    pub(crate) fn do_withdraw_offer(who: &T::AccountId, id: OfferId) -> DispatchResult {
        let mut offer = Self::offer_of_seller(who, id)?;
        offer.status = offer.status.next(OfferAction::Withdraw).ok_or(Error::<T>::OfferWithdrawn)?;

        let removed = Self::store_or_remove(id, offer)?;
        Self::deposit_event(Event::OfferWithdrawn { offer: id, removed });
        Ok(())
    }

    pub(crate) fn do_delist(who: &T::AccountId, id: OfferId) -> DispatchResult {
        let mut offer = Offers::<T>::get(id).ok_or(Error::<T>::OfferNotFound)?;
        let info = T::Agreements::agreement(offer.agreement).ok_or(Error::<T>::AgreementNotFound)?;
        ensure!(info.provider == *who, Error::<T>::NotAuthorized);
        offer.status = offer.status.next(OfferAction::Withdraw).ok_or(Error::<T>::OfferWithdrawn)?;

        let seller = offer.seller.clone();
        let removed = Self::store_or_remove(id, offer)?;
        Self::deposit_event(Event::OfferDelisted { offer: id, seller, removed });
        Ok(())
    }

    pub(crate) fn do_remove_expired(id: OfferId) -> DispatchResult {
        let mut offer = Offers::<T>::get(id).ok_or(Error::<T>::OfferNotFound)?;
        ensure!(T::Time::now() >= offer.expiry, Error::<T>::NotExpired);
        ensure!(offer.outstanding == 0, Error::<T>::VouchersRemain);
        // Withdrawn ones without vouchers are gone already.
        offer.status = offer.status.next(OfferAction::Withdraw).ok_or(Error::<T>::OfferWithdrawn)?;

        let seller = offer.seller.clone();
        Self::store_or_remove(id, offer)?;
        Self::deposit_event(Event::OfferRemoved { offer: id, seller });
        Ok(())
    }

    pub(crate) fn do_clear_counters(id: OfferId, limit: u32) -> Result<u32, DispatchError> {
        ensure!(!Offers::<T>::contains_key(id), Error::<T>::OfferNotRemoved);
        // The range comes first: it ends the zip before one counter too many is drained.
        let drained = (0..limit.min(MAX_CLEARED)).zip(Redeemed::<T>::drain_prefix(id)).count();
        let cleared = u32::try_from(drained).map_err(|_| ArithmeticError::Overflow)?;
        ensure!(cleared > 0, Error::<T>::NothingToClear);

        Self::deposit_event(Event::CountersCleared { offer: id, cleared });
        Ok(cleared)
    }

    fn offer_of_seller(who: &T::AccountId, id: OfferId) -> Result<OfferOf<T>, Error<T>> {
        let offer = Offers::<T>::get(id).ok_or(Error::<T>::OfferNotFound)?;
        ensure!(offer.seller == *who, Error::<T>::NotAuthorized);
        Ok(offer)
    }

    /// Stores a changed offer; or removes it and returns its deposit when nobody needs it any more. Tells whether it
    /// was removed.
    pub(crate) fn store_or_remove(id: OfferId, offer: OfferOf<T>) -> Result<bool, DispatchError> {
        if !offer.is_done() {
            Offers::<T>::insert(id, offer);
            return Ok(false);
        }
        let Offer { seller, ticket, .. } = offer;
        OfferCount::<T>::try_mutate_exists(&seller, |count| -> DispatchResult {
            let left = count.unwrap_or_default().checked_sub(1).ok_or(ArithmeticError::Underflow)?;
            *count = (left > 0).then_some(left);
            Ok(())
        })?;
        ticket.drop(&seller)?;
        Offers::<T>::remove(id);
        Ok(true)
    }
}
