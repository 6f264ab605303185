// SPDX-License-Identifier: Apache-2.0

//! Words of the marketplace that others read too: what an offer is about, where a voucher stands, what buyers think.

// The derived codec of an enum casts its index.
#![allow(clippy::cast_possible_truncation)]

use crate::{terms::Document, AgreementId, Balance, Moment, Name, OfferId};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::Perbill;

/// Id of a voucher, and of its NFT.
pub type VoucherId = u32;
/// Id of a credential, and of its NFT.
pub type CredentialId = u32;

/// The most parts a bundle has.
pub const MAX_PARTS: u32 = 8;
/// The best rating; the worst is 1.
pub const MAX_STARS: u8 = 5;

/// A part of a bundle.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
pub struct Part {
    /// The offer whose pieces are in the bundle.
    pub offer: OfferId,
    /// How many of its pieces are in one bundle.
    pub quantity: u32,
}

/// What an offer is about.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
pub enum OfferKind {
    /// A discount or a gift of the seller.
    Promotion,
    /// A mark of distinction: its voucher stays with the account that earned it.
    Trophy,
    /// Pieces of other offers of the same seller, for one price and with one voucher.
    Bundle(BoundedVec<Part, ConstU32<MAX_PARTS>>),
}

impl OfferKind {
    /// What a bundle holds; nothing for the other kinds.
    pub fn parts(&self) -> &[Part] {
        match self {
            Self::Promotion | Self::Trophy => &[],
            Self::Bundle(parts) => parts,
        }
    }

    /// How many parts that are: what the work on an offer depends on.
    pub fn part_count(&self) -> u32 {
        u32::try_from(self.parts().len()).unwrap_or(MAX_PARTS)
    }
}

/// Where a voucher stands.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
pub enum VoucherState {
    /// Paid; the money is held back in the pool.
    Issued,
    /// The seller, or the holder for it, has marked it as fulfilled; the money has become cover.
    Fulfilled,
    /// The holder has the money back.
    Refunded,
}

/// What can be done with a voucher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoucherAction {
    /// The seller marks it as fulfilled.
    Fulfil,
    /// The holder confirms that it is fulfilled.
    Confirm,
    /// The holder takes the money back.
    Refund,
    /// The seller gives the money back.
    Cancel,
    /// The buyer rates what it got.
    Rate,
}

impl VoucherState {
    /// The state after `action`; `None` when the action is not allowed.
    pub fn next(self, action: VoucherAction) -> Option<Self> {
        match (self, action) {
            (Self::Issued, VoucherAction::Fulfil | VoucherAction::Confirm) => Some(Self::Fulfilled),
            (Self::Issued, VoucherAction::Refund | VoucherAction::Cancel) => Some(Self::Refunded),
            (Self::Fulfilled, VoucherAction::Rate) => Some(Self::Fulfilled),
            (Self::Issued | Self::Fulfilled | Self::Refunded, _) => None,
        }
    }
}

/// What one buyer thinks.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
pub struct Rating {
    /// From 1, the worst, to [`MAX_STARS`].
    pub stars: u8,
    /// What the rated voucher brought to the pool, in plancks: what was paid without the seller's share.
    pub refilled: Balance,
}

/// What buyers think. Every account counts once, with its latest rating.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
pub struct RatingSum {
    /// How many different accounts have rated.
    pub count: u32,
    /// Their stars together; divided by `count` they are the mean.
    pub stars: u64,
    /// What the rated vouchers brought to pools, in plancks. Says what it would have cost to make the ratings up.
    pub refilled: Balance,
}

impl RatingSum {
    /// The sum with `new` in place of `old`, the same account's former rating; `None` when it does not fit, or `old` is
    /// not part of the sum.
    pub fn with(self, old: Option<Rating>, new: Rating) -> Option<Self> {
        let without = match old {
            None => self,
            Some(old) => Self {
                count: self.count.checked_sub(1)?,
                stars: self.stars.checked_sub(old.stars.into())?,
                refilled: self.refilled.checked_sub(old.refilled)?,
            },
        };
        Some(Self {
            count: without.count.checked_add(1)?,
            stars: without.stars.checked_add(new.stars.into())?,
            refilled: without.refilled.checked_add(new.refilled)?,
        })
    }
}

/// The track record of a seller. What it, or the provider whose pool is refilled, redeems itself does not count.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
pub struct SellerRecord {
    /// Vouchers that were fulfilled.
    pub fulfilled: u32,
    /// Vouchers whose money went back.
    pub refunded: u32,
    /// What buyers think of everything they got from it.
    pub rating: RatingSum,
}

/// An offer with everything a buyer needs to know.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct OfferView<AccountId> {
    /// Its id.
    pub id: OfferId,
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
    /// Share of the price that the seller gets; the rest goes to the pool.
    pub seller_share: Perbill,
    /// Pieces the seller still has for sale.
    pub stock: u32,
    /// Pieces that can be redeemed now: none when it has expired or was withdrawn, and of a bundle no more than its
    /// parts suffice for.
    pub available: u32,
    /// Most pieces an account may redeem.
    pub limit: u32,
    /// From this moment on nothing can be redeemed any more.
    pub expiry: Moment,
    /// The terms of the offer.
    pub document: Document,
    /// How long the seller has to fulfil a redemption, in milliseconds.
    pub fulfil_within: Moment,
    /// Vouchers that are neither fulfilled nor refunded.
    pub outstanding: u32,
    /// Whether it was taken back.
    pub withdrawn: bool,
    /// What buyers think of it.
    pub rating: RatingSum,
    /// The seller's track record.
    pub record: SellerRecord,
}

/// A voucher with everything its buyer needs to know.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct VoucherView<AccountId> {
    /// Its id.
    pub id: VoucherId,
    /// The offer it came from, which may be gone.
    pub offer: OfferId,
    /// Who has to fulfil.
    pub seller: AccountId,
    /// Who holds its NFT; `None` when that was burned.
    pub holder: Option<AccountId>,
    /// How many pieces.
    pub quantity: u32,
    /// What was paid for them, in plancks.
    pub paid: Balance,
    /// How much of it the seller gets when it is fulfilled, in plancks.
    pub to_seller: Balance,
    /// From this moment on the holder may take the money back.
    pub fulfil_by: Moment,
    /// Where it stands.
    pub state: VoucherState,
    /// Before this moment its buyer may rate it; `None` when it may not.
    pub rate_by: Option<Moment>,
    /// How its buyer has rated it, if it has.
    pub stars: Option<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn voucher_should_move_only_along_its_states() {
        use VoucherAction::*;
        use VoucherState::*;
        let table = [
            (Issued, Fulfil, Some(Fulfilled)),
            (Issued, Confirm, Some(Fulfilled)),
            (Issued, Refund, Some(Refunded)),
            (Issued, Cancel, Some(Refunded)),
            (Issued, Rate, None),
            (Fulfilled, Fulfil, None),
            (Fulfilled, Confirm, None),
            (Fulfilled, Refund, None),
            (Fulfilled, Cancel, None),
            (Fulfilled, Rate, Some(Fulfilled)),
            (Refunded, Fulfil, None),
            (Refunded, Confirm, None),
            (Refunded, Refund, None),
            (Refunded, Cancel, None),
            (Refunded, Rate, None),
        ];
        for (state, action, expected) in table {
            assert_eq!(state.next(action), expected, "{state:?} {action:?}");
        }
    }

    #[test]
    fn only_bundles_should_have_parts() {
        let part = Part { offer: OfferId(3), quantity: 2 };
        assert_eq!(OfferKind::Promotion.parts(), &[]);
        assert_eq!(OfferKind::Trophy.parts(), &[]);
        let bundle = OfferKind::Bundle(BoundedVec::truncate_from(vec![part]));
        assert_eq!((bundle.parts(), bundle.part_count()), (&[part][..], 1));
    }

    #[test]
    fn rating_sum_should_count_an_account_once() {
        let (bad, good) = (Rating { stars: 1, refilled: 10 }, Rating { stars: 5, refilled: 7 });
        let one = RatingSum::default().with(None, bad).unwrap();
        assert_eq!(one, RatingSum { count: 1, stars: 1, refilled: 10 });
        assert_eq!(one.with(None, good), Some(RatingSum { count: 2, stars: 6, refilled: 17 }));
        assert_eq!(one.with(Some(bad), good), Some(RatingSum { count: 1, stars: 5, refilled: 7 }));
    }

    #[test]
    fn rating_sum_should_be_none_when_it_does_not_fit() {
        let rating = Rating { stars: 1, refilled: 10 };
        assert_eq!(RatingSum::default().with(Some(rating), rating), None);
        let full = RatingSum { count: u32::MAX, stars: 1, refilled: 10 };
        assert_eq!(full.with(None, rating), None);
        assert_eq!(full.with(Some(rating), rating), Some(full));
        let rich = RatingSum { count: 1, stars: 1, refilled: Balance::MAX };
        assert_eq!(rich.with(None, rating), None);
    }
}
