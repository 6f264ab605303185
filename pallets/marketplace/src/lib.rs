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

extern crate alloc;

pub mod types;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod bundles;
mod credentials;
mod errors;
mod events;
#[cfg(test)]
mod mock;
mod offers;
mod partners;
mod queries;
mod ratings;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "std", feature = "try-runtime"))]
mod try_state;
mod vouchers;

pub use pallet::*;
pub use weights::WeightInfo;

use frame_support::pallet_macros::import_section;

// The macros of the pallet write full paths, cast the indices of enums, and expect the pallet to be in the runtime.
#[allow(unused_qualifications, clippy::cast_possible_truncation, clippy::expect_used, clippy::too_many_arguments)]
#[import_section(errors::errors)]
#[import_section(events::events)]
#[frame_support::pallet]
pub mod pallet {
    use super::*;
    use crate::types::{
        CredentialId, Listing, OfferKind, Rating, RatingSum, SellerRecord, VoucherId, MAX_CLEARED, MAX_PARTS,
    };
    use dsla_primitives::{
        terms::Document,
        traits::{AgreementInspect, CredentialRegistry, Parties, PaymentSource, PoolRefill, VoucherRegistry},
        AgreementId, Balance, Moment, Name, OfferId, RoundId,
    };
    use frame_support::pallet_prelude::*;
    use frame_support::traits::{Consideration, Footprint, Time};
    use frame_system::pallet_prelude::*;
    use sp_core::H256;
    use sp_runtime::Perbill;

    /// Raised by every migration of what is stored here.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    /// The pallet.
    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
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
        /// Who knows the customers of an agreement.
        type Parties: Parties<Self::AccountId>;
        /// The register of the credentials' NFTs.
        type Credentials: CredentialRegistry<Self::AccountId>;
        /// The deposit for an offer.
        type OfferDeposit: Consideration<Self::AccountId, Footprint>;
        /// The deposit for a partner, paid by the provider.
        type PartnerDeposit: Consideration<Self::AccountId, Footprint>;
        /// The deposit for a credential and its NFT.
        type CredentialDeposit: Consideration<Self::AccountId, Footprint>;
        /// The longest time a seller may take to fulfil a redemption.
        #[pallet::constant]
        type MaxFulfilment: Get<Moment>;
        /// The most offers a seller has at a time, withdrawn ones with unsettled vouchers included.
        #[pallet::constant]
        type MaxOffersPerSeller: Get<u32>;
        /// The most partners an agreement has at a time.
        #[pallet::constant]
        type MaxPartners: Get<u32>;
        /// How long after its fulfilment a voucher can be rated.
        #[pallet::constant]
        type RatingWindow: Get<Moment>;
        /// What a voucher must have brought to the pool for its buyer to rate it.
        type MinRatedRefill: Get<Balance>;
        /// The largest share of the price a seller may ask for. It binds offers when they are listed.
        type MaxSellerShare: Get<Perbill>;
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
        /// Deposit for a partner.
        #[codec(index = 1)]
        Partner,
        /// Deposit for a credential.
        #[codec(index = 2)]
        Credential,
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

    /// The merchants that may list offers for the pool of an agreement, besides its provider.
    #[pallet::storage]
    pub type Partners<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, AgreementId, Blake2_128Concat, T::AccountId, partners::PartnerOf<T>>;

    /// How many partners in `Partners` an agreement has.
    #[pallet::storage]
    pub type PartnerCount<T: Config> = StorageMap<_, Blake2_128Concat, AgreementId, u32, ValueQuery>;

    /// The vouchers by who redeemed them. They stay as long as the vouchers do.
    #[pallet::storage]
    pub type VouchersOf<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Blake2_128Concat, VoucherId, (), OptionQuery>;

    /// What buyers think of an offer. Stays when the offer is gone, as a part of the seller's record.
    #[pallet::storage]
    pub type Ratings<T: Config> = StorageMap<_, Blake2_128Concat, OfferId, RatingSum, ValueQuery>;

    /// The latest rating of an offer by an account; so that each counts once, however many vouchers it has.
    #[pallet::storage]
    pub type OfferRatings<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, OfferId, Blake2_128Concat, T::AccountId, Rating>;

    /// The latest rating of a seller by an account; so that each counts once, however many offers there are.
    #[pallet::storage]
    pub type SellerRatings<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Blake2_128Concat, T::AccountId, Rating>;

    /// The track record of a seller.
    #[pallet::storage]
    pub type SellerRecords<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, SellerRecord, ValueQuery>;

    /// The credentials: proofs that an account was a customer of a missed period.
    #[pallet::storage]
    pub type Credentials<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Blake2_128Concat, RoundId, credentials::CredentialOf<T>>;

    /// The id of the next credential.
    #[pallet::storage]
    pub type NextCredentialId<T: Config> = StorageValue<_, CredentialId, ValueQuery>;

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn integrity_test() {
            assert!(T::MaxFulfilment::get() > 0, "no offer could be listed");
            assert!(T::MaxOffersPerSeller::get() > 0, "no offer could be listed");
            assert!(T::RatingWindow::get() > 0, "nothing could be rated");
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
        /// Signed by the provider of `agreement` or a partner it has authorized.
        ///
        /// ## Details
        /// `price` is per piece, `limit` is the most pieces per account. Nothing can be redeemed from `expiry` on. What
        /// is not fulfilled within `fulfil_within` milliseconds can be refunded. `document` holds the terms; they never
        /// change, nor does the price. Of what is paid, `seller_share`, rounded down, goes to the seller's wallet at
        /// fulfilment, and the rest into the pool. A bundle holds pieces of other offers of the same seller for the
        /// same pool. Takes a deposit, returned when the offer is withdrawn and its vouchers settled.
        ///
        /// ## Errors
        /// `AgreementNotFound`, `NotAuthorized`, `AgreementEnded`, `InvalidName`, `ZeroPrice`, `ZeroStock`,
        /// `ZeroLimit`, `ExpiryInPast`, `FulfilmentTooShort`, `FulfilmentTooLong`, `SellerShareTooLarge`,
        /// `EmptyBundle`, `ZeroQuantity`, `DuplicatePart`, `PartUnavailable`, `ForeignPart`, `NestedBundle`,
        /// `MaxOffersExceeded`, `IdsExhausted`; those of the deposit.
        ///
        /// ## Events
        /// `OfferListed`.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::list_offer(kind.part_count()))]
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
            seller_share: Perbill,
        ) -> DispatchResult {
            let listing = Listing { kind, name, price, stock, limit, expiry, document, fulfil_within, seller_share };
            Self::do_list_offer(ensure_signed(origin)?, agreement, listing)
        }

        /// Add pieces to an offer.
        ///
        /// ## Dispatch Origin
        /// Signed by the seller. A partner must still be authorized.
        ///
        /// ## Errors
        /// `OfferNotFound`, `NotAuthorized`, `AgreementNotFound`, `OfferWithdrawn`, `OfferExpired`, `ZeroStock`,
        /// `MaxStockExceeded`.
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
        /// Pays `quantity` times the price from `source`: the wallet, or what the buyer can claim under an agreement.
        /// The money is held back in the pool of the offer's agreement until the voucher is settled. One voucher NFT
        /// stands for all pieces. `max_price` (per piece) and `terms_hash` are what the buyer has seen and agrees to. A
        /// bundle takes its pieces from the stock of its parts as well; their limits per account do not apply. Weight
        /// for parts that a bundle does not have is given back.
        ///
        /// ## Errors
        /// `OfferNotFound`, `OfferWithdrawn`, `OfferExpired`, `AgreementNotFound`, `AgreementNotOpen`,
        /// `ZeroQuantity`, `PriceAboveMaximum`, `TermsChanged`, `StockExceeded`, `LimitExceeded`, `PartUnavailable`,
        /// `AmountOverflow`, `IdsExhausted`; those of the pool when the source has too little.
        ///
        /// ## Events
        /// `OfferRedeemed`.
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::redeem(MAX_PARTS))]
        pub fn redeem(
            origin: OriginFor<T>,
            offer: OfferId,
            quantity: u32,
            max_price: Balance,
            source: PaymentSource,
            terms_hash: H256,
        ) -> DispatchResultWithPostInfo {
            let parts = Self::do_redeem(ensure_signed(origin)?, offer, quantity, max_price, source, terms_hash)?;
            Ok(Some(T::WeightInfo::redeem(parts)).into())
        }

        /// Mark a voucher as fulfilled: its money becomes cover of the pool.
        ///
        /// ## Dispatch Origin
        /// Signed by the seller.
        ///
        /// ## Details
        /// Possible until the voucher is settled, also after its deadline. The NFT stays with its holder. The seller's
        /// part, if the offer has one, goes to its wallet.
        ///
        /// ## Errors
        /// `VoucherNotFound`, `WrongState`, `NotAuthorized`; those of the pool when the wallet cannot take so little.
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
        /// `VoucherNotFound`, `WrongState`, `NotAuthorized`; those of the pool when the holder's wallet cannot take so
        /// little.
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

        /// Confirm that a voucher was fulfilled, for a seller who does not say so itself.
        ///
        /// ## Dispatch Origin
        /// Signed by the holder of the voucher's NFT; by the buyer if that NFT was burned.
        ///
        /// ## Details
        /// Does what `fulfil` does. It is for the holder to say, because it gives up the right to the money back.
        ///
        /// ## Errors
        /// `VoucherNotFound`, `WrongState`, `NotAuthorized`; those of the pool when the seller's wallet cannot take so
        /// little.
        ///
        /// ## Events
        /// `VoucherFulfilled`.
        #[pallet::call_index(8)]
        #[pallet::weight(T::WeightInfo::confirm())]
        pub fn confirm(origin: OriginFor<T>, voucher: VoucherId) -> DispatchResult {
            Self::do_confirm(&ensure_signed(origin)?, voucher)
        }

        /// Rate what was got for a voucher.
        ///
        /// ## Dispatch Origin
        /// Signed by the buyer who redeemed, whoever holds the NFT.
        ///
        /// ## Details
        /// `stars` are 1 to 5. Possible once for a fulfilled voucher, before `RatingWindow` is over. An account counts
        /// once per offer and once per seller: its latest rating takes the place of the one before.
        ///
        /// ## Errors
        /// `VoucherNotFound`, `WrongState`, `NotAuthorized`, `OwnVoucher`, `AlreadyRated`, `TooLate`, `PaidTooLittle`,
        /// `InvalidStars`.
        ///
        /// ## Events
        /// `VoucherRated`.
        #[pallet::call_index(9)]
        #[pallet::weight(T::WeightInfo::rate())]
        pub fn rate(origin: OriginFor<T>, voucher: VoucherId, stars: u8) -> DispatchResult {
            Self::do_rate(ensure_signed(origin)?, voucher, stars)
        }

        /// Take an offer off one's pool: nobody can redeem it any more.
        ///
        /// ## Dispatch Origin
        /// Signed by the provider of the agreement whose pool it refills, whoever sells.
        ///
        /// ## Details
        /// Does what `withdraw_offer` does: vouchers keep their rights, the deposit goes back to the seller.
        ///
        /// ## Errors
        /// `OfferNotFound`, `AgreementNotFound`, `NotAuthorized`, `OfferWithdrawn`.
        ///
        /// ## Events
        /// `OfferDelisted`.
        #[pallet::call_index(10)]
        #[pallet::weight(T::WeightInfo::delist())]
        pub fn delist(origin: OriginFor<T>, offer: OfferId) -> DispatchResult {
            Self::do_delist(&ensure_signed(origin)?, offer)
        }

        /// Remove an offer that has expired and has no unsettled vouchers.
        ///
        /// ## Dispatch Origin
        /// Signed by anyone.
        ///
        /// ## Details
        /// The deposit goes back to the seller. Free of charge.
        ///
        /// ## Errors
        /// `OfferNotFound`, `NotExpired`, `VouchersRemain`.
        ///
        /// ## Events
        /// `OfferRemoved`.
        #[pallet::call_index(11)]
        #[pallet::weight(T::WeightInfo::remove_expired())]
        pub fn remove_expired(origin: OriginFor<T>, offer: OfferId) -> DispatchResultWithPostInfo {
            ensure_signed(origin)?;
            Self::do_remove_expired(offer)?;
            Ok(Pays::No.into())
        }

        /// Let a merchant list offers that refill the pool of an agreement.
        ///
        /// ## Dispatch Origin
        /// Signed by the provider of `agreement`.
        ///
        /// ## Details
        /// Takes a deposit from the provider, returned by `revoke_partner`.
        ///
        /// ## Errors
        /// `AgreementNotFound`, `NotAuthorized`, `AgreementEnded`, `AlreadyAuthorized`, `MaxPartnersExceeded`; those of
        /// the deposit.
        ///
        /// ## Events
        /// `PartnerAuthorized`.
        #[pallet::call_index(12)]
        #[pallet::weight(T::WeightInfo::authorize_partner())]
        pub fn authorize_partner(
            origin: OriginFor<T>,
            agreement: AgreementId,
            merchant: T::AccountId,
        ) -> DispatchResult {
            Self::do_authorize_partner(ensure_signed(origin)?, agreement, merchant)
        }

        /// Take a merchant's right to list offers back.
        ///
        /// ## Dispatch Origin
        /// Signed by the provider that has authorized it.
        ///
        /// ## Details
        /// Offers that are listed stay, but get no more pieces; `delist` ends them. The deposit is returned.
        ///
        /// ## Errors
        /// `PartnerNotFound`, `NotAuthorized`.
        ///
        /// ## Events
        /// `PartnerRevoked`.
        #[pallet::call_index(13)]
        #[pallet::weight(T::WeightInfo::revoke_partner())]
        pub fn revoke_partner(origin: OriginFor<T>, agreement: AgreementId, merchant: T::AccountId) -> DispatchResult {
            Self::do_revoke_partner(&ensure_signed(origin)?, agreement, merchant)
        }

        /// Mint the proof that one was a customer of a missed period.
        ///
        /// ## Dispatch Origin
        /// Signed by an account that was subscribed in the period.
        ///
        /// ## Details
        /// The proof is an NFT that stays with the account and names the agreement, the period and its outcome. One for
        /// each account and period. Takes a deposit, returned by `burn_credential`.
        ///
        /// ## Errors
        /// `NotMissed`, `NotCustomer`, `AlreadyExists`, `IdsExhausted`; those of the deposit.
        ///
        /// ## Events
        /// `CredentialMinted`.
        #[pallet::call_index(14)]
        #[pallet::weight(T::WeightInfo::mint_breach_credential())]
        pub fn mint_breach_credential(origin: OriginFor<T>, round: RoundId) -> DispatchResult {
            Self::do_mint_breach_credential(ensure_signed(origin)?, round)
        }

        /// Give one's proof of a missed period back.
        ///
        /// ## Dispatch Origin
        /// Signed by the account it was minted for.
        ///
        /// ## Details
        /// The NFT is burned and the deposit returned. It can be minted anew.
        ///
        /// ## Errors
        /// `CredentialNotFound`.
        ///
        /// ## Events
        /// `CredentialBurned`.
        #[pallet::call_index(15)]
        #[pallet::weight(T::WeightInfo::burn_credential())]
        pub fn burn_credential(origin: OriginFor<T>, round: RoundId) -> DispatchResult {
            Self::do_burn_credential(ensure_signed(origin)?, round)
        }
    }
}
