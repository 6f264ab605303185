// SPDX-License-Identifier: Apache-2.0

//! Bundles: offers made of pieces of other offers.

use crate::{
    types::{OfferKind, Part},
    Config, Error, Offers, Pallet,
};
use dsla_primitives::{AgreementId, Moment};
use frame_support::ensure;

impl<T: Config> Pallet<T> {
    /// Checks the parts of an offer about to be listed by `seller` for the pool of `agreement`.
    pub(crate) fn ensure_sound_parts(
        kind: &OfferKind,
        seller: &T::AccountId,
        agreement: AgreementId,
        now: Moment,
    ) -> Result<(), Error<T>> {
        let OfferKind::Bundle(parts) = kind else { return Ok(()) };
        ensure!(!parts.is_empty(), Error::<T>::EmptyBundle);
        for (position, part) in parts.iter().enumerate() {
            ensure!(part.quantity > 0, Error::<T>::ZeroQuantity);
            let named_before = parts.iter().take(position).any(|other| other.offer == part.offer);
            ensure!(!named_before, Error::<T>::DuplicatePart);
            let offer = Offers::<T>::get(part.offer).ok_or(Error::<T>::PartUnavailable)?;
            ensure!(offer.seller == *seller && offer.agreement == agreement, Error::<T>::ForeignPart);
            ensure!(!matches!(offer.kind, OfferKind::Bundle(_)), Error::<T>::NestedBundle);
            ensure!(offer.is_on_sale(now), Error::<T>::PartUnavailable);
        }
        Ok(())
    }

    /// Takes the pieces of `quantity` bundles from the stock of their parts. Tells whether a trophy is among them: then
    /// the voucher of the bundle is soul-bound like one of its own.
    ///
    /// Whatever is taken stays taken when the money goes back, as with every offer: the seller decides with `restock`.
    pub(crate) fn take_parts(parts: &[Part], quantity: u32, now: Moment) -> Result<bool, Error<T>> {
        let mut has_trophy = false;
        for part in parts {
            let mut offer = Offers::<T>::get(part.offer).ok_or(Error::<T>::PartUnavailable)?;
            ensure!(offer.is_on_sale(now), Error::<T>::PartUnavailable);
            let pieces = part.quantity.checked_mul(quantity).ok_or(Error::<T>::StockExceeded)?;
            offer.stock = offer.stock.checked_sub(pieces).ok_or(Error::<T>::StockExceeded)?;
            has_trophy |= offer.kind == OfferKind::Trophy;
            Offers::<T>::insert(part.offer, offer);
        }
        Ok(has_trophy)
    }

    /// How many bundles the stock of their parts suffices for; as many as one likes when there are no parts.
    pub(crate) fn bundles_left(parts: &[Part], now: Moment) -> u32 {
        parts.iter().fold(u32::MAX, |least, part| {
            let stock =
                Offers::<T>::get(part.offer).filter(|offer| offer.is_on_sale(now)).map_or(0, |offer| offer.stock);
            least.min(stock.checked_div(part.quantity).unwrap_or(0))
        })
    }
}
