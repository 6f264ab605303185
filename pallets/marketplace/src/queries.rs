// SPDX-License-Identifier: Apache-2.0

//! Reads for the runtime API.

use crate::{
    offers::OfferOf,
    types::{OfferStatus, Voucher, VoucherId},
    Config, Offers, Pallet, Ratings, SellerRecords, Vouchers, VouchersOf,
};
use alloc::vec::Vec;
use dsla_primitives::{
    api::MAX_PAGE,
    market::{OfferView, SellerRecord, VoucherView},
    traits::{AgreementInspect, AgreementStatus, VoucherRegistry},
    Moment, OfferId,
};
use frame_support::traits::{Get, Time};

/// A page of what `view` makes of `keys`, and the key after which the next page begins; `None` when there is none. What
/// `view` finds nothing for is left out.
fn page<Key: Copy, View>(
    mut keys: impl Iterator<Item = Key>,
    limit: u32,
    view: impl Fn(Key) -> Option<View>,
) -> (Vec<View>, Option<Key>) {
    let (mut page, mut last) = (Vec::new(), None);
    for _ in 0..limit.min(MAX_PAGE) {
        let Some(key) = keys.next() else { return (page, None) };
        page.extend(view(key));
        last = Some(key);
    }
    let next = last.filter(|_| keys.next().is_some());
    (page, next)
}

impl<T: Config> Pallet<T> {
    /// The offers after the one named `after`, in no particular but a fixed order; at most `limit`, at most
    /// [`MAX_PAGE`]. The second value is the `after` of the next page; `None` when there is none.
    pub fn offers(after: Option<OfferId>, limit: u32) -> (Vec<OfferView<T::AccountId>>, Option<OfferId>) {
        match after {
            Some(last) => page(Offers::<T>::iter_keys_from(Offers::<T>::hashed_key_for(last)), limit, Self::offer),
            None => page(Offers::<T>::iter_keys(), limit, Self::offer),
        }
    }

    /// An offer with everything a buyer needs to know.
    pub fn offer(id: OfferId) -> Option<OfferView<T::AccountId>> {
        let offer = Offers::<T>::get(id)?;
        let available = Self::available(&offer, T::Time::now());
        Some(OfferView {
            id,
            available,
            rating: Ratings::<T>::get(id),
            record: SellerRecords::<T>::get(&offer.seller),
            seller: offer.seller,
            agreement: offer.agreement,
            kind: offer.kind,
            name: offer.name,
            price: offer.price,
            seller_share: offer.seller_share,
            stock: offer.stock,
            limit: offer.limit,
            expiry: offer.expiry,
            document: offer.document,
            fulfil_within: offer.fulfil_within,
            outstanding: offer.outstanding,
            withdrawn: offer.status == OfferStatus::Withdrawn,
        })
    }

    /// The vouchers `who` has redeemed, settled ones included, after the one named `after`, in no particular but a
    /// fixed order; at most `limit`, at most [`MAX_PAGE`]. The second value is the `after` of the next page; `None`
    /// when there is none.
    pub fn vouchers_of(
        who: &T::AccountId,
        after: Option<VoucherId>,
        limit: u32,
    ) -> (Vec<VoucherView<T::AccountId>>, Option<VoucherId>) {
        match after {
            Some(last) => {
                let from = VouchersOf::<T>::hashed_key_for(who, last);
                page(VouchersOf::<T>::iter_key_prefix_from(who, from), limit, Self::voucher)
            }
            None => page(VouchersOf::<T>::iter_key_prefix(who), limit, Self::voucher),
        }
    }

    /// A voucher with everything its buyer needs to know.
    pub fn voucher(id: VoucherId) -> Option<VoucherView<T::AccountId>> {
        let voucher = Vouchers::<T>::get(id)?;
        let rateable = voucher.stars.is_none() && voucher.refilled() >= Some(T::MinRatedRefill::get());
        let rate_by = voucher.rate_by(T::RatingWindow::get()).filter(|_| rateable);
        let Voucher { offer, seller, quantity, paid, to_seller, fulfil_by, state, stars, .. } = voucher;
        let holder = T::Vouchers::owner(id);
        Some(VoucherView { id, offer, seller, holder, quantity, paid, to_seller, fulfil_by, state, rate_by, stars })
    }

    /// The track record of a seller.
    pub fn seller_record(seller: &T::AccountId) -> SellerRecord {
        SellerRecords::<T>::get(seller)
    }

    /// How many pieces can be redeemed at `now`.
    fn available(offer: &OfferOf<T>, now: Moment) -> u32 {
        let open = |status| matches!(status, AgreementStatus::Open | AgreementStatus::Active);
        if !offer.is_on_sale(now) || !T::Agreements::agreement(offer.agreement).is_some_and(|info| open(info.status)) {
            return 0;
        }
        offer.stock.min(Self::bundles_left(offer.kind.parts(), now))
    }
}
