// SPDX-License-Identifier: Apache-2.0

//! The events of the pallet.

use frame_support::pallet_macros::pallet_section;

/// Imported into the pallet's module by `lib.rs`.
#[pallet_section]
pub mod events {
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
        /// A seller took its offer back.
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
        /// A voucher was fulfilled. The money has become cover of the pool, without the seller's part.
        VoucherFulfilled {
            /// Which voucher.
            voucher: VoucherId,
            /// The offer it came from.
            offer: OfferId,
            /// What had been paid, in plancks.
            paid: Balance,
            /// How much of it went to the seller's wallet, in plancks.
            to_seller: Balance,
            /// Whether the seller marked it; otherwise the holder confirmed it.
            by_seller: bool,
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
        /// A provider authorized a merchant to list offers that refill its pool.
        PartnerAuthorized {
            /// The agreement whose pool is refilled.
            agreement: AgreementId,
            /// The merchant.
            merchant: T::AccountId,
        },
        /// A provider took that right back. Offers that are listed stay.
        PartnerRevoked {
            /// The agreement.
            agreement: AgreementId,
            /// The merchant.
            merchant: T::AccountId,
        },
        /// A provider took an offer off its pool.
        OfferDelisted {
            /// Which offer.
            offer: OfferId,
            /// Its seller, whose deposit is returned.
            seller: T::AccountId,
            /// Whether it was removed and its deposit returned at once, not with its last voucher.
            removed: bool,
        },
        /// An expired offer was removed and its deposit returned.
        OfferRemoved {
            /// Which offer.
            offer: OfferId,
            /// Its seller, who got the deposit back.
            seller: T::AccountId,
        },
        /// A buyer rated what it got.
        VoucherRated {
            /// Which voucher.
            voucher: VoucherId,
            /// The offer it came from.
            offer: OfferId,
            /// Who sold.
            seller: T::AccountId,
            /// Who rated.
            buyer: T::AccountId,
            /// From 1, the worst, to 5.
            stars: u8,
            /// Whether it takes the place of the buyer's earlier rating of this offer.
            replaced: bool,
        },
        /// A customer of a missed period took its proof.
        CredentialMinted {
            /// The credential, and the id of its NFT.
            credential: CredentialId,
            /// Whose it is, for good.
            owner: T::AccountId,
            /// The missed period.
            round: RoundId,
        },
        /// A proof was given back and its deposit returned.
        CredentialBurned {
            /// The credential.
            credential: CredentialId,
            /// Whose it was.
            owner: T::AccountId,
            /// The missed period.
            round: RoundId,
        },
    }
}
