// SPDX-License-Identifier: Apache-2.0

//! What is stored, and its state machines. Nothing here knows of storage.

// The derived codec of an enum casts its index.
#![allow(clippy::cast_possible_truncation)]

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use dsla_primitives::{terms::Document, AgreementId, Balance, Moment, Name, OfferId};
use scale_info::TypeInfo;

/// Id of a voucher, and of its NFT.
pub type VoucherId = u32;

/// The most counters one call of `clear_counters` removes.
pub const MAX_CLEARED: u32 = 100;

/// What an offer is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum OfferKind {
    /// A discount or a gift of the seller.
    Promotion,
    /// A mark of distinction: its voucher stays with the account that earned it.
    Trophy,
    /// Several things at once.
    Bundle,
}

impl OfferKind {
    /// Whether a voucher of this kind can never change hands.
    pub fn is_soul_bound(self) -> bool {
        matches!(self, Self::Trophy)
    }
}

/// Where an offer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum OfferStatus {
    /// It can be redeemed until it expires.
    Listed,
    /// Its seller has taken it back. It stays until its last voucher is settled.
    Withdrawn,
}

/// What can be done with an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferAction {
    /// The seller adds pieces.
    Restock,
    /// Somebody buys pieces.
    Redeem,
    /// The seller takes it back.
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
        let Listing { kind, name, price, stock, limit, expiry, document, fulfil_within } = listing;
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
            outstanding: 0,
            status: OfferStatus::Listed,
            ticket,
        }
    }

    /// The price of `quantity` pieces; `None` on overflow.
    pub fn total(&self, quantity: u32) -> Option<Balance> {
        self.price.checked_mul(quantity.into())
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

/// Where a voucher stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum VoucherState {
    /// Paid; the money is held back in the pool.
    Issued,
    /// The seller has fulfilled it; the money has become cover.
    Fulfilled,
    /// The holder has the money back.
    Refunded,
}

/// What can be done with a voucher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoucherAction {
    /// The seller marks it as fulfilled.
    Fulfil,
    /// The holder takes the money back.
    Refund,
    /// The seller gives the money back.
    Cancel,
}

impl VoucherState {
    /// The state after `action`; `None` when the action is not allowed.
    pub fn next(self, action: VoucherAction) -> Option<Self> {
        match (self, action) {
            (Self::Issued, VoucherAction::Fulfil) => Some(Self::Fulfilled),
            (Self::Issued, VoucherAction::Refund | VoucherAction::Cancel) => Some(Self::Refunded),
            (Self::Fulfilled | Self::Refunded, _) => None,
        }
    }
}

/// The right to what an offer promises, or to the money back. Whoever holds the NFT of the same id has it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Voucher<AccountId> {
    /// The offer it came from.
    pub offer: OfferId,
    /// Who redeemed; the NFT may have moved on since.
    pub buyer: AccountId,
    /// How many pieces.
    pub quantity: u32,
    /// What was paid for them, in plancks.
    pub paid: Balance,
    /// From this moment on the holder may take the money back.
    pub fulfil_by: Moment,
    /// Where it stands.
    pub state: VoucherState,
}

impl<AccountId> Voucher<AccountId> {
    /// Whether the seller's time is over.
    pub fn is_overdue(&self, now: Moment) -> bool {
        now >= self.fulfil_by
    }
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
    fn voucher_should_move_only_along_its_states() {
        use VoucherAction::*;
        use VoucherState::*;
        let table = [
            (Issued, Fulfil, Some(Fulfilled)),
            (Issued, Refund, Some(Refunded)),
            (Issued, Cancel, Some(Refunded)),
            (Fulfilled, Fulfil, None),
            (Fulfilled, Refund, None),
            (Fulfilled, Cancel, None),
            (Refunded, Fulfil, None),
            (Refunded, Refund, None),
            (Refunded, Cancel, None),
        ];
        for (state, action, expected) in table {
            assert_eq!(state.next(action), expected, "{state:?} {action:?}");
        }
    }

    #[test]
    fn only_trophies_should_be_soul_bound() {
        assert!(OfferKind::Trophy.is_soul_bound());
        assert!(!OfferKind::Promotion.is_soul_bound());
        assert!(!OfferKind::Bundle.is_soul_bound());
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
    fn voucher_should_be_overdue_from_its_deadline_on() {
        let voucher = Voucher {
            offer: OfferId(0),
            buyer: 1u64,
            quantity: 1,
            paid: 1,
            fulfil_by: 100,
            state: VoucherState::Issued,
        };
        assert!(!voucher.is_overdue(99));
        assert!(voucher.is_overdue(100));
        assert!(voucher.is_overdue(101));
    }
}
