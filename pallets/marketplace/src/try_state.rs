// SPDX-License-Identifier: Apache-2.0

//! What always holds between the storage items.

use crate::{
    types::{OfferStatus, VoucherState},
    Config, NextOfferId, NextVoucherId, OfferCount, Offers, Pallet, Redeemed, Vouchers,
};
use dsla_primitives::traits::VoucherRegistry;
use frame_support::ensure;
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
    /// Checks that offers, vouchers and counters agree with each other.
    pub fn do_try_state() -> Result<(), DispatchError> {
        Self::try_state_offers()?;
        Self::try_state_vouchers()?;
        Self::try_state_counters()
    }

    fn try_state_offers() -> Result<(), DispatchError> {
        let next = NextOfferId::<T>::get();
        for (id, offer) in Offers::<T>::iter() {
            ensure!(id < next, "an offer has an id that was not given out");
            ensure!(offer.price > 0 && offer.limit > 0, "an offer is free or cannot be redeemed");
            ensure!(
                offer.status == OfferStatus::Listed || offer.outstanding > 0,
                "a withdrawn offer without vouchers was not removed"
            );
            let issued = Vouchers::<T>::iter_values()
                .filter(|voucher| voucher.offer == id && voucher.state == VoucherState::Issued)
                .count();
            ensure!(u32::try_from(issued) == Ok(offer.outstanding), "an offer miscounts its vouchers");
        }
        for (seller, count) in OfferCount::<T>::iter() {
            let offers = Offers::<T>::iter_values().filter(|offer| offer.seller == seller).count();
            ensure!(count > 0 && u32::try_from(offers) == Ok(count), "a seller's offers are miscounted");
        }
        for offer in Offers::<T>::iter_values() {
            ensure!(OfferCount::<T>::contains_key(&offer.seller), "a seller's offers are not counted");
        }
        Ok(())
    }

    fn try_state_vouchers() -> Result<(), DispatchError> {
        let (next, next_offer) = (NextVoucherId::<T>::get(), NextOfferId::<T>::get());
        for (id, voucher) in Vouchers::<T>::iter() {
            ensure!(id < next, "a voucher has an id that was not given out");
            ensure!(voucher.quantity > 0 && voucher.paid > 0, "a voucher stands for nothing");
            ensure!(voucher.offer < next_offer, "a voucher comes from no offer");
            match voucher.state {
                VoucherState::Issued => {
                    ensure!(Offers::<T>::contains_key(voucher.offer), "an offer is gone before its voucher");
                }
                VoucherState::Refunded => {
                    ensure!(T::Vouchers::owner(id).is_none(), "the NFT of a refunded voucher was not burned");
                }
                VoucherState::Fulfilled => {}
            }
        }
        Ok(())
    }

    fn try_state_counters() -> Result<(), DispatchError> {
        let pieces = |offer, buyer: &T::AccountId| -> Option<u32> {
            Vouchers::<T>::iter_values()
                .filter(|voucher| voucher.offer == offer && voucher.buyer == *buyer)
                .filter(|voucher| voucher.state != VoucherState::Refunded)
                .try_fold(0u32, |sum, voucher| sum.checked_add(voucher.quantity))
        };
        for (offer, buyer, count) in Redeemed::<T>::iter() {
            ensure!(count > 0 && pieces(offer, &buyer) == Some(count), "a buyer's pieces are miscounted");
            if let Some(offer) = Offers::<T>::get(offer) {
                ensure!(count <= offer.limit, "a buyer has more pieces than the limit");
            }
        }
        for voucher in Vouchers::<T>::iter_values().filter(|voucher| voucher.state != VoucherState::Refunded) {
            // Counters of offers that are gone may have been cleared.
            ensure!(
                !Offers::<T>::contains_key(voucher.offer) || Redeemed::<T>::contains_key(voucher.offer, &voucher.buyer),
                "a buyer's pieces are not counted"
            );
        }
        Ok(())
    }
}
