// SPDX-License-Identifier: Apache-2.0

#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
    not(any(test, feature = "runtime-benchmarks")),
    deny(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        clippy::cast_sign_loss,
        clippy::expect_used,
        clippy::float_arithmetic,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used
    )
)]

pub mod types;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
mod mock;
mod offers;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "std", feature = "try-runtime"))]
mod try_state;
mod vouchers;

pub use pallet::*;
pub use weights::WeightInfo;

// The macros of the pallet write full paths, cast the indices of enums, and expect the pallet to be in the runtime.
#[allow(unused_qualifications, clippy::cast_possible_truncation, clippy::expect_used, clippy::too_many_arguments)]
#[frame_support::pallet]
pub mod pallet {
    use super::*;
    use crate::types::{Listing, OfferKind, VoucherId, MAX_CLEARED};
    use dsla_primitives::{
        terms::Document,
        traits::{AgreementInspect, PaymentSource, PoolRefill, VoucherRegistry},
        AgreementId, Balance, Moment, Name, OfferId,
    };
    use frame_support::pallet_prelude::*;
    use frame_support::traits::{Consideration, Footprint, Time};
    use frame_system::pallet_prelude::*;
    use sp_core::H256;

    /// The pallet.
    #[pallet::pallet]
    pub struct Pallet<T>(_);

    /// What the runtime has to give.
    #[pallet::config]
    pub trait Config: frame_system::Config {
        /// The clock.
        type Time: Time<Moment = Moment>;
        /// Who knows the agreements.
        type Agreements: AgreementInspect<Self::AccountId>;
        /// The pools that redemptions refill.
        type Pool: PoolRefill<Self::AccountId>;
        /// The register of the vouchers' NFTs.
        type Vouchers: VoucherRegistry<Self::AccountId>;
        /// The deposit for an offer.
        type OfferDeposit: Consideration<Self::AccountId, Footprint>;
        /// The longest time a seller may take to fulfil a redemption.
        #[pallet::constant]
        type MaxFulfilment: Get<Moment>;
        /// The most offers a seller has at a time, withdrawn ones with unsettled vouchers included.
        #[pallet::constant]
        type MaxOffersPerSeller: Get<u32>;
        /// Weights of the calls.
        type WeightInfo: WeightInfo;
        /// Sets the stage for benchmarks.
        #[cfg(feature = "runtime-benchmarks")]
        type Scenario: dsla_primitives::traits::Scenario<Self::AccountId>;
    }

    /// Why money is on hold.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// Deposit for an offer on the marketplace.
        #[codec(index = 0)]
        Offer,
    }

    /// The offers: listed ones, and withdrawn ones with unsettled vouchers.
    // Nobody chooses ids, so a fast hash would do; the cautious one costs little and is the same everywhere.
    #[pallet::storage]
    pub type Offers<T: Config> = StorageMap<_, Blake2_128Concat, OfferId, offers::OfferOf<T>>;

    /// The id of the next offer.
    #[pallet::storage]
    pub type NextOfferId<T: Config> = StorageValue<_, OfferId, ValueQuery>;

    /// How many offers in `Offers` a seller has.
    #[pallet::storage]
    pub type OfferCount<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, u32, ValueQuery>;

    /// The vouchers. Settled ones stay, as the record of what a buyer got.
    #[pallet::storage]
    pub type Vouchers<T: Config> = StorageMap<_, Blake2_128Concat, VoucherId, vouchers::VoucherOf<T>>;

    /// The id of the next voucher.
    #[pallet::storage]
    pub type NextVoucherId<T: Config> = StorageValue<_, VoucherId, ValueQuery>;

    /// How many pieces of an offer an account has redeemed and not been paid back. See `clear_counters`.
    #[pallet::storage]
    pub type Redeemed<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, OfferId, Blake2_128Concat, T::AccountId, u32, ValueQuery>;

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// An offer was listed.
        OfferListed {
            /// Its id.
            offer: OfferId,
            /// Who sells.
            seller: T::AccountId,
            /// The agreement whose pool it refills.
            agreement: AgreementId,
        },
        /// An offer got more pieces.
        OfferRestocked {
            /// Which offer.
            offer: OfferId,
            /// How many pieces were added.
            added: u32,
            /// How many are for sale now.
            stock: u32,
        },
        /// A seller took an offer back.
        OfferWithdrawn {
            /// Which offer.
            offer: OfferId,
            /// Whether it was removed and its deposit returned at once, not with its last voucher.
            removed: bool,
        },
        /// Pieces of an offer were redeemed. The money is held back in the pool.
        OfferRedeemed {
            /// Which offer.
            offer: OfferId,
            /// The voucher, and the id of its NFT.
            voucher: VoucherId,
            /// Who redeemed.
            buyer: T::AccountId,
            /// How many pieces.
            quantity: u32,
            /// What was paid, in plancks.
            paid: Balance,
            /// From when on the money can be taken back.
            fulfil_by: Moment,
        },
        /// A seller fulfilled a voucher. The money has become cover of the pool.
        VoucherFulfilled {
            /// Which voucher.
            voucher: VoucherId,
            /// The offer it came from.
            offer: OfferId,
            /// What had been paid, in plancks.
            paid: Balance,
            /// Whether this was the last voucher of a withdrawn offer: it was removed and its deposit returned.
            offer_removed: bool,
        },
        /// The money for a voucher went back to its holder.
        VoucherRefunded {
            /// Which voucher.
            voucher: VoucherId,
            /// The offer it came from.
            offer: OfferId,
            /// Who was paid.
            to: T::AccountId,
            /// What was paid back, in plancks.
            paid: Balance,
            /// Whether the seller gave it back; otherwise the holder took it, after the deadline.
            by_seller: bool,
            /// Whether this was the last voucher of a withdrawn offer: it was removed and its deposit returned.
            offer_removed: bool,
        },
        /// Counters of an offer that is gone were removed.
        CountersCleared {
            /// Which offer.
            offer: OfferId,
            /// How many counters.
            cleared: u32,
        },
    }

    /// Why a call was refused.
    #[pallet::error]
    pub enum Error<T> {
        /// There is no offer with this id: it was never listed, or it was withdrawn and is settled. Check the id.
        OfferNotFound,
        /// There is no voucher with this id. Check the id.
        VoucherNotFound,
        /// There is no agreement with this id. Check the id.
        AgreementNotFound,
        /// Only the provider of the agreement, seller of the offer, or holder of the voucher may. Sign as that account.
        NotAuthorized,
        /// The agreement has ended, there is nothing to refill. List the offer for another one.
        AgreementEnded,
        /// The agreement is a draft or has ended. Wait until it is open, or redeem another offer.
        AgreementNotOpen,
        /// The seller has taken the offer back. Redeem another one.
        OfferWithdrawn,
        /// The offer has expired. Redeem another one; the seller can list it again.
        OfferExpired,
        /// The voucher is fulfilled or refunded already; that is final.
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
        /// At least one piece must be redeemed.
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
        /// There are not that many pieces left. Redeem less.
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
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn integrity_test() {
            assert!(T::MaxFulfilment::get() > 0, "no offer could be listed");
            assert!(T::MaxOffersPerSeller::get() > 0, "no offer could be listed");
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// List an offer whose redemptions refill the pool of an agreement.
        ///
        /// ## Dispatch Origin
        /// Signed by the provider of `agreement`.
        ///
        /// ## Details
        /// `price` is per piece, `limit` is the most pieces per account. Nothing can be redeemed from `expiry` on. What is
        /// not fulfilled within `fulfil_within` milliseconds can be refunded. `document` holds the terms; they never
        /// change, nor does the price. Takes a deposit, returned when the offer is withdrawn and its vouchers settled.
        ///
        /// ## Errors
        /// `AgreementNotFound`, `NotAuthorized`, `AgreementEnded`, `InvalidName`, `ZeroPrice`, `ZeroStock`,
        /// `ZeroLimit`, `ExpiryInPast`, `FulfilmentTooShort`, `FulfilmentTooLong`, `MaxOffersExceeded`,
        /// `IdsExhausted`; those of the deposit.
        ///
        /// ## Events
        /// `OfferListed`.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::list_offer())]
        pub fn list_offer(
            origin: OriginFor<T>,
            agreement: AgreementId,
            kind: OfferKind,
            name: Name,
            price: Balance,
            stock: u32,
            limit: u32,
            expiry: Moment,
            document: Document,
            fulfil_within: Moment,
        ) -> DispatchResult {
            let listing = Listing { kind, name, price, stock, limit, expiry, document, fulfil_within };
            Self::do_list_offer(ensure_signed(origin)?, agreement, listing)
        }

        /// Add pieces to an offer.
        ///
        /// ## Dispatch Origin
        /// Signed by the seller.
        ///
        /// ## Errors
        /// `OfferNotFound`, `NotAuthorized`, `OfferWithdrawn`, `OfferExpired`, `ZeroStock`, `MaxStockExceeded`.
        ///
        /// ## Events
        /// `OfferRestocked`.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::restock())]
        pub fn restock(origin: OriginFor<T>, offer: OfferId, added: u32) -> DispatchResult {
            Self::do_restock(&ensure_signed(origin)?, offer, added)
        }

        /// Take an offer back: nobody can redeem it any more.
        ///
        /// ## Dispatch Origin
        /// Signed by the seller.
        ///
        /// ## Details
        /// Vouchers that were issued keep their rights. When the last one is settled, or at once when there is none,
        /// the offer is removed and its deposit returned.
        ///
        /// ## Errors
        /// `OfferNotFound`, `NotAuthorized`, `OfferWithdrawn`.
        ///
        /// ## Events
        /// `OfferWithdrawn`.
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::withdraw_offer())]
        pub fn withdraw_offer(origin: OriginFor<T>, offer: OfferId) -> DispatchResult {
            Self::do_withdraw_offer(&ensure_signed(origin)?, offer)
        }

        /// Redeem DSLA for pieces of an offer.
        ///
        /// ## Dispatch Origin
        /// Signed by the buyer.
        ///
        /// ## Details
        /// Pays `quantity` times the price from `source`: the wallet, or what the buyer can claim under an agreement. The
        /// money is held back in the pool of the offer's agreement until the voucher is settled. One voucher NFT stands
        /// for all pieces. `max_price` (per piece) and `terms_hash` are what the buyer has seen and agrees to.
        ///
        /// ## Errors
        /// `OfferNotFound`, `OfferWithdrawn`, `OfferExpired`, `AgreementNotFound`, `AgreementNotOpen`,
        /// `ZeroQuantity`, `PriceAboveMaximum`, `TermsChanged`, `StockExceeded`, `LimitExceeded`, `AmountOverflow`,
        /// `IdsExhausted`; those of the pool when the source has too little.
        ///
        /// ## Events
        /// `OfferRedeemed`.
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::redeem())]
        pub fn redeem(
            origin: OriginFor<T>,
            offer: OfferId,
            quantity: u32,
            max_price: Balance,
            source: PaymentSource,
            terms_hash: H256,
        ) -> DispatchResult {
            Self::do_redeem(ensure_signed(origin)?, offer, quantity, max_price, source, terms_hash)
        }

        /// Mark a voucher as fulfilled: its money becomes cover of the pool.
        ///
        /// ## Dispatch Origin
        /// Signed by the seller.
        ///
        /// ## Details
        /// Possible until the voucher is settled, also after its deadline. The NFT stays with its holder.
        ///
        /// ## Errors
        /// `VoucherNotFound`, `WrongState`, `NotAuthorized`.
        ///
        /// ## Events
        /// `VoucherFulfilled`.
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::fulfil())]
        pub fn fulfil(origin: OriginFor<T>, voucher: VoucherId) -> DispatchResult {
            Self::do_fulfil(&ensure_signed(origin)?, voucher)
        }

        /// Take the money for a voucher back that was not fulfilled in time.
        ///
        /// ## Dispatch Origin
        /// Signed by the holder of the voucher's NFT; by the buyer if that NFT was burned.
        ///
        /// ## Details
        /// The NFT is burned. The pieces no longer count towards the buyer's limit; they do not go back to the stock.
        ///
        /// ## Errors
        /// `VoucherNotFound`, `WrongState`, `NotAuthorized`, `TooEarly`.
        ///
        /// ## Events
        /// `VoucherRefunded`.
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::refund())]
        pub fn refund(origin: OriginFor<T>, voucher: VoucherId) -> DispatchResult {
            Self::do_refund(&ensure_signed(origin)?, voucher)
        }

        /// Give the money for a voucher back to its holder.
        ///
        /// ## Dispatch Origin
        /// Signed by the seller.
        ///
        /// ## Details
        /// Possible until the voucher is settled. Does what `refund` does, at once.
        ///
        /// ## Errors
        /// `VoucherNotFound`, `WrongState`, `NotAuthorized`.
        ///
        /// ## Events
        /// `VoucherRefunded`.
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::cancel_voucher())]
        pub fn cancel_voucher(origin: OriginFor<T>, voucher: VoucherId) -> DispatchResult {
            Self::do_cancel_voucher(&ensure_signed(origin)?, voucher)
        }

        /// Remove counters that no offer needs any more.
        ///
        /// ## Dispatch Origin
        /// Signed by anyone.
        ///
        /// ## Details
        /// Removes at most `limit` counters of buyers of `offer`, and at most 100 per call. Free of charge.
        ///
        /// ## Errors
        /// `OfferNotRemoved`, `NothingToClear`.
        ///
        /// ## Events
        /// `CountersCleared`.
        #[pallet::call_index(7)]
        #[pallet::weight(T::WeightInfo::clear_counters((*limit).min(MAX_CLEARED)))]
        pub fn clear_counters(origin: OriginFor<T>, offer: OfferId, limit: u32) -> DispatchResultWithPostInfo {
            ensure_signed(origin)?;
            let cleared = Self::do_clear_counters(offer, limit)?;
            Ok((Some(T::WeightInfo::clear_counters(cleared)), Pays::No).into())
        }
    }
}
