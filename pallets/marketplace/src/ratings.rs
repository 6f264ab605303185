// SPDX-License-Identifier: Apache-2.0

//! What buyers think, and the track record of sellers.

use crate::{
    types::{Rating, Voucher, VoucherAction, VoucherId, VoucherState, MAX_STARS},
    vouchers::VoucherOf,
    Config, Error, Event, OfferRatings, Pallet, Ratings, SellerRatings, SellerRecords, Vouchers,
};
use frame_support::{
    ensure,
    traits::{Get, Time},
};
use sp_runtime::{ArithmeticError, DispatchResult};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_rate(who: T::AccountId, id: VoucherId, stars: u8) -> DispatchResult {
        let mut voucher = Vouchers::<T>::get(id).ok_or(Error::<T>::VoucherNotFound)?;
        voucher.state = voucher.state.next(VoucherAction::Rate).ok_or(Error::<T>::WrongState)?;
        ensure!(voucher.buyer == who, Error::<T>::NotAuthorized);
        ensure!(voucher.counts, Error::<T>::OwnVoucher);
        ensure!(voucher.stars.is_none(), Error::<T>::AlreadyRated);
        let in_time = voucher.rate_by(T::RatingWindow::get()).is_some_and(|until| T::Time::now() < until);
        ensure!(in_time, Error::<T>::TooLate);
        let refilled = voucher.refilled().ok_or(ArithmeticError::Underflow)?;
        ensure!(refilled >= T::MinRatedRefill::get(), Error::<T>::PaidTooLittle);
        ensure!((1..=MAX_STARS).contains(&stars), Error::<T>::InvalidStars);
        let Voucher { offer, ref seller, .. } = voucher;
        let (seller, rating) = (seller.clone(), Rating { stars, refilled });

        let replaced = Self::count_rating(&voucher, rating)?;

        voucher.stars = Some(stars);
        Vouchers::<T>::insert(id, voucher);
        Self::deposit_event(Event::VoucherRated { voucher: id, offer, seller, buyer: who, stars, replaced });
        Ok(())
    }

    /// Lets `rating` take the place of the buyer's former ones. Tells whether the offer had one.
    fn count_rating(voucher: &VoucherOf<T>, rating: Rating) -> Result<bool, ArithmeticError> {
        let Voucher { offer, ref seller, ref buyer, .. } = *voucher;
        let of_offer = OfferRatings::<T>::get(offer, buyer);
        let sum = Ratings::<T>::get(offer).with(of_offer, rating).ok_or(ArithmeticError::Overflow)?;
        let mut record = SellerRecords::<T>::get(seller);
        let of_seller = SellerRatings::<T>::get(seller, buyer);
        record.rating = record.rating.with(of_seller, rating).ok_or(ArithmeticError::Overflow)?;

        Ratings::<T>::insert(offer, sum);
        OfferRatings::<T>::insert(offer, buyer, rating);
        SellerRecords::<T>::insert(seller, record);
        SellerRatings::<T>::insert(seller, buyer, rating);
        Ok(of_offer.is_some())
    }

    /// Writes the end of a voucher in the seller's record.
    pub(crate) fn record_end(voucher: &VoucherOf<T>) -> Result<(), ArithmeticError> {
        if !voucher.counts {
            return Ok(());
        }
        SellerRecords::<T>::try_mutate(&voucher.seller, |record| {
            let counter = match voucher.state {
                VoucherState::Fulfilled => &mut record.fulfilled,
                VoucherState::Refunded => &mut record.refunded,
                VoucherState::Issued => return Ok(()),
            };
            *counter = counter.checked_add(1).ok_or(ArithmeticError::Overflow)?;
            Ok(())
        })
    }
}
