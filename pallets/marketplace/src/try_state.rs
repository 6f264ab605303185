// SPDX-License-Identifier: Apache-2.0

//! What always holds between the storage items.

use crate::{
    types::{OfferKind, OfferStatus, RatingSum, VoucherState, MAX_STARS},
    Config, Credentials, NextCredentialId, NextOfferId, NextVoucherId, OfferCount, OfferRatings, Offers, Pallet,
    PartnerCount, Partners, Ratings, Redeemed, SellerRatings, SellerRecords, Vouchers, VouchersOf,
};
use alloc::collections::{BTreeMap, BTreeSet};
use dsla_primitives::traits::{CredentialRegistry, VoucherRegistry};
use frame_support::ensure;
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
    /// Checks that offers, partners, vouchers, counters, ratings and credentials agree with each other.
    pub fn do_try_state() -> Result<(), DispatchError> {
        Self::try_state_offers()?;
        Self::try_state_partners()?;
        Self::try_state_vouchers()?;
        Self::try_state_counters()?;
        Self::try_state_ratings()?;
        Self::try_state_records()?;
        Self::try_state_credentials()
    }

    fn try_state_offers() -> Result<(), DispatchError> {
        let next = NextOfferId::<T>::get();
        for (id, offer) in Offers::<T>::iter() {
            ensure!(id < next, "an offer has an id that was not given out");
            ensure!(offer.price > 0 && offer.limit > 0, "an offer is free or cannot be redeemed");
            ensure!(!matches!(&offer.kind, OfferKind::Bundle(parts) if parts.is_empty()), "a bundle holds nothing");
            for part in offer.kind.parts() {
                ensure!(part.offer < id && part.quantity > 0, "a bundle is older than its part, or a part is empty");
            }
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

    fn try_state_partners() -> Result<(), DispatchError> {
        let mut counts = BTreeMap::<_, u32>::new();
        for (agreement, merchant, partner) in Partners::<T>::iter() {
            ensure!(partner.provider != merchant, "a provider is its own partner");
            let count = counts.entry(agreement).or_default();
            *count = count.saturating_add(1);
        }
        ensure!(PartnerCount::<T>::iter().count() == counts.len(), "partners are counted where there are none");
        for (agreement, count) in counts {
            ensure!(PartnerCount::<T>::get(agreement) == count, "the partners of an agreement are miscounted");
        }
        Ok(())
    }

    fn try_state_vouchers() -> Result<(), DispatchError> {
        let (next, next_offer) = (NextVoucherId::<T>::get(), NextOfferId::<T>::get());
        for (id, voucher) in Vouchers::<T>::iter() {
            ensure!(id < next, "a voucher has an id that was not given out");
            ensure!(voucher.quantity > 0 && voucher.paid > 0, "a voucher stands for nothing");
            ensure!(voucher.offer < next_offer, "a voucher comes from no offer");
            ensure!(voucher.to_seller <= voucher.paid, "a seller gets more than was paid");
            ensure!(VouchersOf::<T>::contains_key(&voucher.buyer, id), "a buyer's voucher is not in its list");
            ensure!(
                voucher.settled_at.is_some() == (voucher.state != VoucherState::Issued),
                "a voucher was settled at no time, or has a time and was not settled"
            );
            ensure!(
                voucher.stars.is_none() || (voucher.counts && voucher.state == VoucherState::Fulfilled),
                "a voucher was rated that must not be"
            );
            match voucher.state {
                VoucherState::Issued => {
                    let offer = Offers::<T>::get(voucher.offer).ok_or("an offer is gone before its voucher")?;
                    ensure!(offer.seller == voucher.seller, "a voucher names another seller than its offer");
                    ensure!(offer.share_of(voucher.paid) == voucher.to_seller, "a seller's part is not its share");
                }
                VoucherState::Refunded => {
                    ensure!(T::Vouchers::owner(id).is_none(), "the NFT of a refunded voucher was not burned");
                }
                VoucherState::Fulfilled => {}
            }
        }
        for (buyer, id, ()) in VouchersOf::<T>::iter() {
            let is_buyer = Vouchers::<T>::get(id).is_some_and(|voucher| voucher.buyer == buyer);
            ensure!(is_buyer, "an account lists a voucher it has not redeemed");
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

    fn try_state_ratings() -> Result<(), DispatchError> {
        let mut of_offers = BTreeMap::new();
        for (offer, buyer, rating) in OfferRatings::<T>::iter() {
            ensure!((1..=MAX_STARS).contains(&rating.stars), "a rating has no stars, or too many");
            let has_voucher = Vouchers::<T>::iter_values()
                .any(|voucher| voucher.offer == offer && voucher.buyer == buyer && voucher.stars == Some(rating.stars));
            ensure!(has_voucher, "an account has rated without a voucher");
            let sum: &mut RatingSum = of_offers.entry(offer).or_default();
            *sum = sum.with(None, rating).ok_or("the ratings of an offer do not fit")?;
        }
        ensure!(
            Ratings::<T>::iter().collect::<BTreeMap<_, _>>() == of_offers,
            "the ratings of an offer are not the sum of those of its buyers"
        );
        let rated = Vouchers::<T>::iter_values().filter(|voucher| voucher.stars.is_some());
        for voucher in rated {
            ensure!(
                OfferRatings::<T>::contains_key(voucher.offer, &voucher.buyer)
                    && SellerRatings::<T>::contains_key(&voucher.seller, &voucher.buyer),
                "a rating was lost"
            );
        }
        Ok(())
    }

    fn try_state_records() -> Result<(), DispatchError> {
        for (seller, record) in SellerRecords::<T>::iter() {
            let sum = SellerRatings::<T>::iter_prefix_values(&seller)
                .try_fold(RatingSum::default(), |sum, rating| sum.with(None, rating));
            ensure!(sum == Some(record.rating), "the ratings of a seller are not the sum of those of its buyers");
            let count = |state| {
                let is_one = |voucher: &crate::vouchers::VoucherOf<T>| {
                    voucher.counts && voucher.seller == seller && voucher.state == state
                };
                u32::try_from(Vouchers::<T>::iter_values().filter(is_one).count())
            };
            ensure!(count(VoucherState::Fulfilled) == Ok(record.fulfilled), "fulfilled vouchers are miscounted");
            ensure!(count(VoucherState::Refunded) == Ok(record.refunded), "refunded vouchers are miscounted");
        }
        let mut ended = Vouchers::<T>::iter_values().filter(|voucher| voucher.counts && voucher.settled_at.is_some());
        ensure!(ended.all(|voucher| SellerRecords::<T>::contains_key(&voucher.seller)), "a seller has no record");
        Ok(())
    }

    fn try_state_credentials() -> Result<(), DispatchError> {
        let next = NextCredentialId::<T>::get();
        let mut ids = BTreeSet::new();
        for (owner, _, credential) in Credentials::<T>::iter() {
            ensure!(credential.id < next, "a credential has an id that was not given out");
            ensure!(ids.insert(credential.id), "two credentials have the same id");
            let holder = T::Credentials::owner(credential.id);
            ensure!(holder.is_none_or(|holder| holder == owner), "a credential has left the account it was minted for");
        }
        Ok(())
    }
}
