// SPDX-License-Identifier: Apache-2.0

//! The errors of the pallet.

use frame_support::pallet_macros::pallet_section;

/// Imported into the pallet's module by `lib.rs`.
#[pallet_section]
pub mod errors {
    /// Why a call was refused.
    #[pallet::error]
    pub enum Error<T> {
        /// There is no offer with this id: it was never listed, or it was withdrawn and is settled. Check the id.
        OfferNotFound,
        /// There is no voucher with this id. Check the id.
        VoucherNotFound,
        /// There is no agreement with this id. Check the id.
        AgreementNotFound,
        /// Only the provider of the agreement or its partner, seller of the offer, holder or buyer of the voucher may.
        /// Sign as that account, or let the provider authorize it.
        NotAuthorized,
        /// The agreement has ended, there is nothing to refill. List the offer for another one.
        AgreementEnded,
        /// The agreement is a draft or has ended. Wait until it is open, or redeem another offer.
        AgreementNotOpen,
        /// The offer was taken back. Redeem another one.
        OfferWithdrawn,
        /// The offer has expired. Redeem another one; the seller can list it again.
        OfferExpired,
        /// The voucher is fulfilled or refunded already, which is final; or it is to be rated and is not fulfilled.
        WrongState,
        /// The seller still has time to fulfil. Try again at the voucher's `fulfil_by`.
        TooEarly,
        /// The name is empty or is not UTF-8. Choose another one.
        InvalidName,
        /// A piece must cost something. Set a price.
        ZeroPrice,
        /// There must be at least one piece to sell or to add.
        ZeroStock,
        /// An account must be allowed at least one piece. Raise the limit.
        ZeroLimit,
        /// At least one piece must be redeemed, and a part of a bundle must hold at least one.
        ZeroQuantity,
        /// The offer would expire at once. Choose a later moment.
        ExpiryInPast,
        /// There must be some time to fulfil a redemption. Take longer.
        FulfilmentTooShort,
        /// Buyers' money must not wait longer than `MaxFulfilment`. Take less time.
        FulfilmentTooLong,
        /// The seller has `MaxOffersPerSeller` offers. Withdraw one, and settle its vouchers.
        MaxOffersExceeded,
        /// The stock does not fit in 32 bits. Add less.
        MaxStockExceeded,
        /// A piece costs more than the caller is ready to pay. Look at the offer again.
        PriceAboveMaximum,
        /// The terms are not those the caller has agreed to. Read them again and give the hash of the new ones.
        TermsChanged,
        /// There are not that many pieces left, of the offer or of a part of the bundle. Redeem less.
        StockExceeded,
        /// The account would have more pieces than the limit of the offer. Redeem less.
        LimitExceeded,
        /// The price of so many pieces is more than any balance. Redeem less.
        AmountOverflow,
        /// Every id has been given out.
        IdsExhausted,
        /// The offer still needs its counters. Wait until it is withdrawn and its vouchers are settled.
        OfferNotRemoved,
        /// There are no counters of this offer, or the limit is zero.
        NothingToClear,
        /// The seller asks for a larger share than `MaxSellerShare`. Ask for less.
        SellerShareTooLarge,
        /// A bundle without parts. Name what it holds, or list a promotion.
        EmptyBundle,
        /// A part of the bundle is not on offer: it was never listed, is withdrawn, or has expired. Choose another
        /// part; buyers choose another offer.
        PartUnavailable,
        /// A part of the bundle is of another seller or refills another pool. Choose parts of the same.
        ForeignPart,
        /// A part of the bundle is a bundle itself. Name its parts instead.
        NestedBundle,
        /// A part of the bundle is named twice. Name it once, with more pieces.
        DuplicatePart,
        /// The merchant is a partner already, or is the provider. There is nothing to do.
        AlreadyAuthorized,
        /// The merchant is no partner of this agreement. Check both.
        PartnerNotFound,
        /// The agreement has `MaxPartners` partners. Revoke one first.
        MaxPartnersExceeded,
        /// The offer has not expired. Wait, or let its seller withdraw it.
        NotExpired,
        /// The offer has vouchers that are neither fulfilled nor refunded. Settle them first.
        VouchersRemain,
        /// A rating has 1 to 5 stars. Choose one of them.
        InvalidStars,
        /// The seller, and the provider whose pool is refilled, pay themselves: they cannot rate.
        OwnVoucher,
        /// The voucher has been rated. Redeem again to rate again.
        AlreadyRated,
        /// The time to rate is over; it is counted from when the voucher was fulfilled. Redeem again to rate.
        TooLate,
        /// The voucher has brought less to the pool than `MinRatedRefill`. Redeem for more to rate.
        PaidTooLittle,
        /// The period is not final, or was not missed. Wait until it is final; only missed periods give a credential.
        NotMissed,
        /// The account was not subscribed in that period, or its pool no longer knows. Sign as one that was, before the
        /// pool closes.
        NotCustomer,
        /// The account has its credential of that period. There is one each.
        AlreadyExists,
        /// The account has no credential of that period. Check the agreement and the period.
        CredentialNotFound,
    }
}
