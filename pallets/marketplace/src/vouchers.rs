// SPDX-License-Identifier: Apache-2.0

//! The life of a voucher: redeemed, then fulfilled or paid back.

use crate::{
    offers::OfferOf,
    types::{OfferAction, OfferKind, Voucher, VoucherAction, VoucherId, VoucherState},
    Config, Error, Event, NextVoucherId, Offers, Pallet, Redeemed, Vouchers, VouchersOf,
};
use dsla_primitives::{
    traits::{AgreementInspect, AgreementStatus, PaymentSource, PoolRefill, VoucherRegistry},
    Balance, OfferId,
};
use frame_support::{ensure, traits::Time};
use sp_core::H256;
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};

/// A voucher of this runtime.
pub type VoucherOf<T> = Voucher<<T as frame_system::Config>::AccountId>;

/// A voucher about to be settled, with its offer.
struct Settlement<T: Config> {
    id: VoucherId,
    voucher: VoucherOf<T>,
    offer: OfferOf<T>,
}

impl<T: Config> Pallet<T> {
    /// Returns how many parts the offer has.
    pub(crate) fn do_redeem(
        buyer: T::AccountId,
        id: OfferId,
        quantity: u32,
        max_price: Balance,
        source: PaymentSource,
        terms_hash: H256,
    ) -> Result<u32, DispatchError> {
        let mut offer = Offers::<T>::get(id).ok_or(Error::<T>::OfferNotFound)?;
        let now = T::Time::now();
        offer.status = offer.status.next(OfferAction::Redeem).ok_or(Error::<T>::OfferWithdrawn)?;
        ensure!(now < offer.expiry, Error::<T>::OfferExpired);
        let agreement = T::Agreements::agreement(offer.agreement).ok_or(Error::<T>::AgreementNotFound)?;
        ensure!(
            matches!(agreement.status, AgreementStatus::Open | AgreementStatus::Active),
            Error::<T>::AgreementNotOpen
        );
        ensure!(quantity > 0, Error::<T>::ZeroQuantity);
        ensure!(offer.price <= max_price, Error::<T>::PriceAboveMaximum);
        ensure!(offer.document.hash == terms_hash, Error::<T>::TermsChanged);
        offer.stock = offer.stock.checked_sub(quantity).ok_or(Error::<T>::StockExceeded)?;
        let redeemed = offer.within_limit(Redeemed::<T>::get(id, &buyer), quantity).ok_or(Error::<T>::LimitExceeded)?;
        let paid = offer.total(quantity).ok_or(Error::<T>::AmountOverflow)?;
        let fulfil_by = now.checked_add(offer.fulfil_within).ok_or(ArithmeticError::Overflow)?;
        offer.outstanding = offer.outstanding.checked_add(1).ok_or(ArithmeticError::Overflow)?;
        let voucher = NextVoucherId::<T>::get();
        let next = voucher.checked_add(1).ok_or(Error::<T>::IdsExhausted)?;

        // No part is the bundle itself, which is stored below.
        let has_trophy = Self::take_parts(offer.kind.parts(), quantity, now)?;

        T::Pool::hold_back(offer.agreement, &buyer, source, paid)?;
        let soul_bound = has_trophy || offer.kind == OfferKind::Trophy;
        T::Vouchers::mint(voucher, &buyer, soul_bound, &offer.document.uri)?;

        NextVoucherId::<T>::put(next);
        Redeemed::<T>::insert(id, &buyer, redeemed);
        VouchersOf::<T>::insert(&buyer, voucher, ());
        let issued = Voucher {
            offer: id,
            seller: offer.seller.clone(),
            buyer: buyer.clone(),
            counts: buyer != offer.seller && buyer != agreement.provider,
            quantity,
            paid,
            to_seller: offer.share_of(paid),
            fulfil_by,
            state: VoucherState::Issued,
            settled_at: None,
            stars: None,
        };
        Vouchers::<T>::insert(voucher, issued);
        let parts = offer.kind.part_count();
        Offers::<T>::insert(id, offer);
        Self::deposit_event(Event::OfferRedeemed { offer: id, voucher, buyer, quantity, paid, fulfil_by });
        Ok(parts)
    }

    pub(crate) fn do_fulfil(who: &T::AccountId, id: VoucherId) -> DispatchResult {
        let settlement = Self::begin(id, VoucherAction::Fulfil)?;
        ensure!(settlement.offer.seller == *who, Error::<T>::NotAuthorized);
        Self::fulfilled(settlement, true)
    }

    pub(crate) fn do_confirm(who: &T::AccountId, id: VoucherId) -> DispatchResult {
        let settlement = Self::begin(id, VoucherAction::Confirm)?;
        ensure!(Self::holder(&settlement) == *who, Error::<T>::NotAuthorized);
        Self::fulfilled(settlement, false)
    }

    pub(crate) fn do_refund(who: &T::AccountId, id: VoucherId) -> DispatchResult {
        let settlement = Self::begin(id, VoucherAction::Refund)?;
        ensure!(Self::holder(&settlement) == *who, Error::<T>::NotAuthorized);
        ensure!(settlement.voucher.is_overdue(T::Time::now()), Error::<T>::TooEarly);
        Self::pay_back(settlement, false)
    }

    pub(crate) fn do_cancel_voucher(who: &T::AccountId, id: VoucherId) -> DispatchResult {
        let settlement = Self::begin(id, VoucherAction::Cancel)?;
        ensure!(settlement.offer.seller == *who, Error::<T>::NotAuthorized);
        Self::pay_back(settlement, true)
    }

    /// Loads voucher `id` as it will be after `action`.
    fn begin(id: VoucherId, action: VoucherAction) -> Result<Settlement<T>, Error<T>> {
        let mut voucher = Vouchers::<T>::get(id).ok_or(Error::<T>::VoucherNotFound)?;
        voucher.state = voucher.state.next(action).ok_or(Error::<T>::WrongState)?;
        // An offer outlives its unsettled vouchers.
        let offer = Offers::<T>::get(voucher.offer).ok_or(Error::<T>::OfferNotFound)?;
        Ok(Settlement { id, voucher, offer })
    }

    /// Whom the money of a voucher belongs to if it goes back. The register of NFTs lets holders burn what they hold:
    /// then the right falls back to the buyer, so that there is always somebody who can end the voucher.
    fn holder(Settlement { id, voucher, .. }: &Settlement<T>) -> T::AccountId {
        T::Vouchers::owner(*id).unwrap_or_else(|| voucher.buyer.clone())
    }

    fn fulfilled(settlement: Settlement<T>, by_seller: bool) -> DispatchResult {
        let Settlement { id, ref voucher, offer: OfferOf::<T> { agreement, .. } } = settlement;
        let Voucher { offer, ref seller, paid, to_seller, .. } = *voucher;
        let refilled = voucher.refilled().ok_or(ArithmeticError::Underflow)?;

        if to_seller > 0 {
            T::Pool::refund(agreement, seller, to_seller)?;
        }
        if refilled > 0 {
            T::Pool::release(agreement, refilled)?;
        }

        let offer_removed = Self::settle(settlement)?;
        Self::deposit_event(Event::VoucherFulfilled { voucher: id, offer, paid, to_seller, by_seller, offer_removed });
        Ok(())
    }

    fn pay_back(settlement: Settlement<T>, by_seller: bool) -> DispatchResult {
        let (id, to) = (settlement.id, Self::holder(&settlement));
        let Voucher { offer, ref buyer, quantity, paid, .. } = settlement.voucher;

        T::Pool::refund(settlement.offer.agreement, &to, paid)?;
        if T::Vouchers::owner(id).is_some() {
            T::Vouchers::burn(id)?;
        }

        // Who did not get the pieces may try again.
        Redeemed::<T>::try_mutate_exists(offer, buyer, |count| -> DispatchResult {
            let left = count.unwrap_or_default().checked_sub(quantity).ok_or(ArithmeticError::Underflow)?;
            *count = (left > 0).then_some(left);
            Ok(())
        })?;
        let offer_removed = Self::settle(settlement)?;
        Self::deposit_event(Event::VoucherRefunded { voucher: id, offer, to, paid, by_seller, offer_removed });
        Ok(())
    }

    /// Stores a voucher that has reached its end, and what is left of its offer. Tells whether the offer was removed.
    fn settle(Settlement { id, mut voucher, mut offer }: Settlement<T>) -> Result<bool, DispatchError> {
        voucher.settled_at = Some(T::Time::now());
        Self::record_end(&voucher)?;
        offer.outstanding = offer.outstanding.checked_sub(1).ok_or(ArithmeticError::Underflow)?;
        let offer_removed = Self::store_or_remove(voucher.offer, offer)?;
        Vouchers::<T>::insert(id, voucher);
        Ok(offer_removed)
    }
}
