// SPDX-License-Identifier: Apache-2.0

//! What `do_try_state` finds.

use super::*;
use crate::{types::Rating, NextCredentialId};

/// Plays a story that leaves something in every storage item, corrupts it, and puts things right again.
fn finds(expected: &'static str, corrupt: impl FnOnce()) {
    build_and_execute(|| {
        authorize();
        let part = listed(Listing { kind: OfferKind::Trophy, ..listing() });
        listed(Listing { kind: bundle(&[(part, 1)]), ..listing() });
        let voucher = redeemed(ALICE, part, 1);
        redeemed(BOB, part, 1);
        assert_ok!(Marketplace::fulfil(signed(PROVIDER), voucher));
        assert_ok!(Marketplace::rate(signed(ALICE), voucher, 4));
        let round = period(0, Outcome::Missed);
        assert_ok!(Marketplace::mint_breach_credential(signed(ALICE), round));
        assert_ok!(Marketplace::do_try_state());

        let found = frame_support::storage::with_transaction(|| {
            corrupt();
            let found = Marketplace::do_try_state();
            sp_runtime::TransactionOutcome::Rollback(Ok::<_, DispatchError>(found))
        });
        assert_eq!(found, Ok(Err(DispatchError::Other(expected))));
    });
}

fn offer(change: impl FnOnce(&mut crate::offers::OfferOf<Test>)) {
    Offers::<Test>::mutate(OfferId(1), |offer| change(offer.as_mut().unwrap()));
}

fn voucher(id: VoucherId, change: impl FnOnce(&mut crate::vouchers::VoucherOf<Test>)) {
    Vouchers::<Test>::mutate(id, |voucher| change(voucher.as_mut().unwrap()));
}

#[test]
fn try_state_should_find_offers_that_contradict_themselves() {
    finds("an offer has an id that was not given out", || NextOfferId::<Test>::put(OfferId(1)));
    finds("an offer is free or cannot be redeemed", || offer(|offer| offer.price = 0));
    finds("a bundle holds nothing", || offer(|offer| offer.kind = bundle(&[])));
    finds("a bundle is older than its part, or a part is empty", || {
        offer(|offer| offer.kind = bundle(&[(OfferId(1), 1)]));
    });
    finds("a bundle is older than its part, or a part is empty", || {
        offer(|offer| offer.kind = bundle(&[(OfferId(0), 0)]));
    });
    finds("a withdrawn offer without vouchers was not removed", || {
        offer(|offer| offer.status = OfferStatus::Withdrawn)
    });
    finds("an offer miscounts its vouchers", || offer(|offer| offer.outstanding = 1));
    finds("a seller's offers are miscounted", || OfferCount::<Test>::insert(PROVIDER, 1));
    finds("a seller's offers are not counted", || OfferCount::<Test>::remove(PROVIDER));
}

#[test]
fn try_state_should_find_partners_that_are_miscounted() {
    finds("the partners of an agreement are miscounted", || PartnerCount::<Test>::insert(AGREEMENT, 2));
    finds("partners are counted where there are none", || PartnerCount::<Test>::insert(OTHER_AGREEMENT, 1));
    finds("a provider is its own partner", || {
        let partner = Partners::<Test>::take(AGREEMENT, PARTNER).unwrap();
        Partners::<Test>::insert(AGREEMENT, PROVIDER, partner);
    });
}

#[test]
fn try_state_should_find_vouchers_that_contradict_themselves() {
    finds("a voucher has an id that was not given out", || NextVoucherId::<Test>::put(1));
    finds("a voucher stands for nothing", || voucher(0, |voucher| voucher.quantity = 0));
    finds("a voucher comes from no offer", || voucher(0, |voucher| voucher.offer = OfferId(2)));
    finds("a seller gets more than was paid", || voucher(0, |voucher| voucher.to_seller = PRICE + 1));
    finds("a buyer's voucher is not in its list", || VouchersOf::<Test>::remove(ALICE, 0));
    finds("an account lists a voucher it has not redeemed", || VouchersOf::<Test>::insert(ALICE, 1, ()));
    finds("a voucher was settled at no time, or has a time and was not settled", || {
        voucher(1, |voucher| voucher.settled_at = Some(START));
    });
    finds("a voucher was rated that must not be", || voucher(1, |voucher| voucher.stars = Some(5)));
    finds("a voucher names another seller than its offer", || voucher(1, |voucher| voucher.seller = PARTNER));
    finds("a seller's part is not its share", || voucher(1, |voucher| voucher.to_seller = 1));
    finds("a buyer's pieces are miscounted", || Redeemed::<Test>::insert(OfferId(0), ALICE, 2));
    finds("a buyer's pieces are not counted", || Redeemed::<Test>::remove(OfferId(0), ALICE));
}

#[test]
fn try_state_should_find_ratings_and_records_that_do_not_add_up() {
    let good = Rating { stars: 5, refilled: PRICE };
    finds("a rating has no stars, or too many", || {
        OfferRatings::<Test>::insert(OfferId(0), ALICE, Rating { stars: 6, ..good });
    });
    finds("an account has rated without a voucher", || OfferRatings::<Test>::insert(OfferId(0), BOB, good));
    finds("the ratings of an offer are not the sum of those of its buyers", || {
        Ratings::<Test>::mutate(OfferId(0), |sum| sum.stars += 1);
    });
    finds("a rating was lost", || {
        OfferRatings::<Test>::remove(OfferId(0), ALICE);
        Ratings::<Test>::remove(OfferId(0));
    });
    finds("the ratings of a seller are not the sum of those of its buyers", || {
        SellerRatings::<Test>::insert(PROVIDER, ALICE, good);
    });
    finds("fulfilled vouchers are miscounted", || {
        SellerRecords::<Test>::mutate(PROVIDER, |record| record.fulfilled = 2);
    });
    finds("refunded vouchers are miscounted", || {
        SellerRecords::<Test>::mutate(PROVIDER, |record| record.refunded = 1);
    });
    finds("a seller has no record", || SellerRecords::<Test>::remove(PROVIDER));
}

#[test]
fn try_state_should_find_credentials_that_are_not_what_they_were() {
    finds("a credential has an id that was not given out", || NextCredentialId::<Test>::put(0));
    finds("a credential has left the account it was minted for", || {
        CredentialNfts::mutate(0, |nft| nft.as_mut().unwrap().0 = BOB);
    });
    finds("two credentials have the same id", || {
        let other = RoundId::new(AGREEMENT, 9);
        let copy = Credentials::<Test>::get(ALICE, RoundId::new(AGREEMENT, 0)).unwrap();
        Credentials::<Test>::insert(ALICE, other, copy);
    });
}
