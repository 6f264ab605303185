// SPDX-License-Identifier: Apache-2.0

//! What is stored, and its state machines. Nothing here knows of storage.

// The derived codec of an enum casts its index.
#![allow(clippy::cast_possible_truncation)]

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use dsla_primitives::{terms::Document, AgreementId, Balance, Moment, Name, OfferId};
use scale_info::TypeInfo;
use sp_runtime::Perbill;

pub use dsla_primitives::market::{
    CredentialId, OfferKind, Part, Rating, RatingSum, SellerRecord, VoucherAction, VoucherId, VoucherState, MAX_PARTS,
    MAX_STARS,
};

/// The most counters one call of `clear_counters` removes.
pub const MAX_CLEARED: u32 = 100;

/// Where an offer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum OfferStatus {
    /// It can be redeemed until it expires.
    Listed,
    /// It was taken back. It stays until its last voucher is settled.
    Withdrawn,
}

/// What can be done with an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferAction {
    /// The seller adds pieces.
    Restock,
    /// Somebody buys pieces.
    Redeem,
    /// The seller, or the provider whose pool is refilled, takes it back; or it has expired and somebody tidies up.
    Withdraw,
}

impl OfferStatus {
    /// The status after `action`; `None` when the action is not allowed.
    pub fn next(self, action: OfferAction) -> Option<Self> {
        match (self, action) {
            (Self::Listed, OfferAction::Restock | OfferAction::Redeem) => Some(Self::Listed),
            (Self::Listed, OfferAction::Withdraw) => Some(Self::Withdrawn),
            (Self::Withdrawn, _) => None,
        }
    }
}

/// What a seller chooses when it lists an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// What the offer is about.
    pub kind: OfferKind,
    /// Its name.
    pub name: Name,
    /// Price of a piece.
    pub price: Balance,
    /// Pieces for sale.
    pub stock: u32,
    /// Most pieces an account may have.
    pub limit: u32,
    /// From when on nothing can be redeemed any more.
    pub expiry: Moment,
    /// The terms of the offer.
    pub document: Document,
    /// How long the seller has to fulfil a redemption.
    pub fulfil_within: Moment,
    /// Share of the price that the seller gets.
    pub seller_share: Perbill,
}

/// An offer.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Offer<AccountId, Ticket> {
    /// Who sells and has to fulfil.
    pub seller: AccountId,
    /// The agreement whose pool is refilled.
    pub agreement: AgreementId,
    /// What the offer is about.
    pub kind: OfferKind,
    /// Its name.
    pub name: Name,
    /// Price of a piece, in plancks.
    pub price: Balance,
    /// Pieces still for sale.
    pub stock: u32,
    /// Most pieces an account may redeem over the life of the offer; pieces whose money went back do not count.
    pub limit: u32,
    /// From this moment on nothing can be redeemed any more.
    pub expiry: Moment,
    /// The terms of the offer.
    pub document: Document,
    /// How long the seller has to fulfil a redemption, in milliseconds.
    pub fulfil_within: Moment,
    /// Share of the price that the seller gets when it has fulfilled; the rest goes to the pool.
    pub seller_share: Perbill,
    /// Vouchers that are neither fulfilled nor refunded.
    pub outstanding: u32,
    /// Where the offer stands.
    pub status: OfferStatus,
    /// The seller's deposit.
    pub ticket: Ticket,
}

impl<AccountId, Ticket> Offer<AccountId, Ticket> {
    /// A new offer of `seller` for the pool of `agreement`.
    pub fn new(seller: AccountId, agreement: AgreementId, listing: Listing, ticket: Ticket) -> Self {
        let Listing { kind, name, price, stock, limit, expiry, document, fulfil_within, seller_share } = listing;
        Self {
            seller,
            agreement,
            kind,
            name,
            price,
            stock,
            limit,
            expiry,
            document,
            fulfil_within,
            seller_share,
            outstanding: 0,
            status: OfferStatus::Listed,
            ticket,
        }
    }

    /// The price of `quantity` pieces; `None` on overflow.
    pub fn total(&self, quantity: u32) -> Option<Balance> {
        self.price.checked_mul(quantity.into())
    }

    /// The seller's part of `paid`, rounded down: what is rounded off goes to the pool.
    pub fn share_of(&self, paid: Balance) -> Balance {
        self.seller_share.mul_floor(paid)
    }

    /// Whether pieces can be redeemed at `now`, as far as the offer itself is concerned.
    pub fn is_on_sale(&self, now: Moment) -> bool {
        self.status == OfferStatus::Listed && now < self.expiry
    }

    /// The pieces an account that has `before` would have with `quantity` more; `None` above the limit.
    pub fn within_limit(&self, before: u32, quantity: u32) -> Option<u32> {
        before.checked_add(quantity).filter(|after| *after <= self.limit)
    }

    /// Whether nobody needs the offer any more.
    pub fn is_done(&self) -> bool {
        self.status == OfferStatus::Withdrawn && self.outstanding == 0
    }
}

/// The right to what an offer promises, or to the money back. Whoever holds the NFT of the same id has it.
///
/// It outlives its offer, so it says itself what must be known after its end.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Voucher<AccountId> {
    /// The offer it came from.
    pub offer: OfferId,
    /// Who has to fulfil.
    pub seller: AccountId,
    /// Who redeemed; the NFT may have moved on since.
    pub buyer: AccountId,
    /// Whether the buyer is neither the seller nor the provider whose pool is refilled. Others do not count in the
    /// seller's record and cannot rate: they pay themselves.
    pub counts: bool,
    /// How many pieces.
    pub quantity: u32,
    /// What was paid for them, in plancks.
    pub paid: Balance,
    /// The seller's part of `paid`, in plancks.
    pub to_seller: Balance,
    /// From this moment on the holder may take the money back.
    pub fulfil_by: Moment,
    /// Where it stands.
    pub state: VoucherState,
    /// When it was fulfilled or refunded.
    pub settled_at: Option<Moment>,
    /// How the buyer has rated it.
    pub stars: Option<u8>,
}

impl<AccountId> Voucher<AccountId> {
    /// Whether the seller's time is over.
    pub fn is_overdue(&self, now: Moment) -> bool {
        now >= self.fulfil_by
    }

    /// What it brings to the pool when it is fulfilled; `None` when the seller's part is larger than the whole.
    pub fn refilled(&self) -> Option<Balance> {
        self.paid.checked_sub(self.to_seller)
    }

    /// The moment before which the buyer of a fulfilled voucher may rate it, if it may be rated for `window`.
    pub fn rate_by(&self, window: Moment) -> Option<Moment> {
        let rateable = self.counts && self.state == VoucherState::Fulfilled;
        // A window without an end is still one.
        self.settled_at.filter(|_| rateable).map(|at| at.saturating_add(window))
    }
}

/// A merchant that may list offers for the pool of a provider.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Partner<AccountId, Ticket> {
    /// The provider that has authorized it and paid the deposit.
    pub provider: AccountId,
    /// The provider's deposit.
    pub ticket: Ticket,
}

/// The proof that an account was a customer of a missed period: an NFT that stays with it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Credential<Ticket> {
    /// Its id, and that of its NFT.
    pub id: CredentialId,
    /// The account's deposit.
    pub ticket: Ticket,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(price: Balance, limit: u32) -> Offer<u64, ()> {
        let listing = Listing {
            kind: OfferKind::Promotion,
            name: Default::default(),
            price,
            stock: 1,
            limit,
            expiry: 10,
            document: Document { hash: Default::default(), uri: Default::default() },
            fulfil_within: 5,
            seller_share: Perbill::from_percent(10),
        };
        Offer::new(1, AgreementId(7), listing, ())
    }

    #[test]
    fn offer_should_move_only_along_its_states() {
        use OfferAction::*;
        use OfferStatus::*;
        let table = [
            (Listed, Restock, Some(Listed)),
            (Listed, Redeem, Some(Listed)),
            (Listed, Withdraw, Some(Withdrawn)),
            (Withdrawn, Restock, None),
            (Withdrawn, Redeem, None),
            (Withdrawn, Withdraw, None),
        ];
        for (state, action, expected) in table {
            assert_eq!(state.next(action), expected, "{state:?} {action:?}");
        }
    }

    #[test]
    fn total_should_be_none_when_it_does_not_fit() {
        assert_eq!(offer(3, 1).total(4), Some(12));
        assert_eq!(offer(Balance::MAX, 1).total(1), Some(Balance::MAX));
        assert_eq!(offer(Balance::MAX, 1).total(2), None);
        assert_eq!(offer(Balance::MAX / 2 + 1, 1).total(2), None);
    }

    #[test]
    fn within_limit_should_count_to_the_limit_and_no_further() {
        assert_eq!(offer(1, 5).within_limit(2, 3), Some(5));
        assert_eq!(offer(1, 5).within_limit(2, 4), None);
        assert_eq!(offer(1, u32::MAX).within_limit(1, u32::MAX), None);
    }

    #[test]
    fn offer_should_be_done_when_withdrawn_and_nothing_is_outstanding() {
        let mut offer = offer(1, 1);
        assert!(!offer.is_done());
        offer.status = OfferStatus::Withdrawn;
        assert!(offer.is_done());
        offer.outstanding = 1;
        assert!(!offer.is_done());
    }

    #[test]
    fn share_should_be_rounded_in_favour_of_the_pool() {
        let offer = offer(1, 1);
        assert_eq!([0, 9, 10, 19, 100].map(|paid| offer.share_of(paid)), [0, 0, 1, 1, 10]);
        assert_eq!(offer.share_of(Balance::MAX), Balance::MAX / 10);
    }

    #[test]
    fn offer_should_be_on_sale_until_it_expires_or_is_withdrawn() {
        let mut offer = offer(1, 1);
        assert_eq!([0, 9, 10, 11].map(|now| offer.is_on_sale(now)), [true, true, false, false]);
        offer.status = OfferStatus::Withdrawn;
        assert!(!offer.is_on_sale(0));
    }

    fn voucher() -> Voucher<u64> {
        Voucher {
            offer: OfferId(0),
            seller: 2,
            buyer: 1,
            counts: true,
            quantity: 1,
            paid: 10,
            to_seller: 3,
            fulfil_by: 100,
            state: VoucherState::Issued,
            settled_at: None,
            stars: None,
        }
    }

    #[test]
    fn voucher_should_be_overdue_from_its_deadline_on() {
        assert_eq!([99, 100, 101].map(|now| voucher().is_overdue(now)), [false, true, true]);
    }

    #[test]
    fn voucher_should_refill_the_pool_without_the_sellers_part() {
        assert_eq!(voucher().refilled(), Some(7));
        assert_eq!(Voucher { to_seller: 11, ..voucher() }.refilled(), None);
    }

    #[test]
    fn voucher_should_be_rateable_only_when_it_is_fulfilled_and_counts() {
        assert_eq!(voucher().rate_by(5), None);
        let fulfilled = Voucher { state: VoucherState::Fulfilled, settled_at: Some(20), ..voucher() };
        assert_eq!(fulfilled.rate_by(5), Some(25));
        assert_eq!(fulfilled.rate_by(u64::MAX), Some(u64::MAX));
        assert_eq!(Voucher { counts: false, ..fulfilled.clone() }.rate_by(5), None);
        assert_eq!(Voucher { state: VoucherState::Refunded, ..fulfilled }.rate_by(5), None);
    }
}
