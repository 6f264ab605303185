// SPDX-License-Identifier: Apache-2.0

//! Bundles, from their listing to their end.

use super::*;

/// A bundle of `parts` that costs as much as anything else here.
fn listing_of(parts: &[(OfferId, u32)]) -> Listing {
    Listing { kind: bundle(parts), ..listing() }
}

fn stock_of(offer: OfferId) -> u32 {
    Offers::<Test>::get(offer).unwrap().stock
}

#[test]
fn bundle_should_take_its_pieces_from_the_stock_of_each_part() {
    build_and_execute(|| {
        let (first, second) = (listed(listing()), listed(listing()));
        let offer = listed(listing_of(&[(first, 2), (second, 3)]));
        let voucher = redeemed(ALICE, offer, 2);
        assert_eq!([first, second, offer].map(stock_of), [STOCK - 4, STOCK - 6, STOCK - 2]);
        // One voucher, for the price of the bundle alone, and only its own limit counts.
        assert_eq!((Vouchers::<Test>::iter().count(), Held::get(AGREEMENT)), (1, 2 * PRICE));
        assert_eq!(Redeemed::<Test>::iter().collect::<Vec<_>>(), [(offer, ALICE, 2)]);
        assert!(!Nfts::get(voucher).unwrap().1);
        assert_eq!(Offers::<Test>::get(first).unwrap().outstanding, 0);
    });
}

#[test]
fn bundle_should_be_soul_bound_when_it_holds_a_trophy() {
    build_and_execute(|| {
        let trophy = listed(Listing { kind: OfferKind::Trophy, ..listing() });
        let plain = listed(listing());
        let offer = listed(listing_of(&[(trophy, 1), (plain, 1)]));
        let voucher = redeemed(ALICE, offer, 1);
        assert!(Nfts::get(voucher).unwrap().1);
    });
}

#[test]
fn bundle_should_not_give_pieces_back_when_its_money_goes_back() {
    build_and_execute(|| {
        let part = listed(listing());
        let offer = listed(listing_of(&[(part, 3)]));
        let voucher = redeemed(ALICE, offer, 2);
        assert_ok!(Marketplace::cancel_voucher(signed(PROVIDER), voucher));
        assert_eq!([part, offer].map(stock_of), [STOCK - 6, STOCK - 2]);
        assert_eq!(free(ALICE), ENDOWMENT);
    });
}

#[test]
fn bundle_should_charge_only_for_the_parts_it_has() {
    use crate::{types::MAX_PARTS, WeightInfo};
    build_and_execute(|| {
        let part = listed(listing());
        let offer = listed(listing_of(&[(part, 1)]));
        let weight = |offer| {
            let source = PaymentSource::Wallet;
            Marketplace::redeem(signed(ALICE), offer, 1, PRICE, source, TERMS).unwrap().actual_weight
        };
        assert_eq!(weight(part), Some(<() as WeightInfo>::redeem(0)));
        assert_eq!(weight(offer), Some(<() as WeightInfo>::redeem(1)));
        assert!(<() as WeightInfo>::redeem(MAX_PARTS).all_gt(<() as WeightInfo>::redeem(1)));
    });
}

#[test]
fn bundle_should_be_redeemed_down_to_the_last_piece_of_a_part_and_no_further() {
    build_and_execute(|| {
        let (scarce, plenty) = (listed(Listing { stock: 3, ..listing() }), listed(listing()));
        let offer = listed(listing_of(&[(plenty, 1), (scarce, 1)]));
        assert_noop!(redeem(ALICE, offer, 4), Error::StockExceeded);
        assert_ok!(redeem(ALICE, offer, 3));
        assert_noop!(redeem(BOB, offer, 1), Error::StockExceeded);
        assert_ok!(Marketplace::restock(signed(PROVIDER), scarce, 1));
        assert_ok!(redeem(BOB, offer, 1));
    });
}

#[test]
fn bundle_should_be_refused_when_its_pieces_are_more_than_a_number_holds() {
    build_and_execute(|| {
        let part = listed(Listing { stock: u32::MAX, ..listing() });
        let offer = listed(Listing { limit: u32::MAX, stock: u32::MAX, price: 1, ..listing_of(&[(part, u32::MAX)]) });
        assert_noop!(redeem(ALICE, offer, 2), Error::StockExceeded);
        assert_ok!(redeem(ALICE, offer, 1));
    });
}

#[test]
fn bundle_should_be_refused_when_a_part_is_gone_withdrawn_or_expired() {
    build_and_execute(|| {
        let part = listed(listing());
        let offer = listed(listing_of(&[(part, 1)]));
        redeemed(BOB, part, 1);
        assert_ok!(Marketplace::withdraw_offer(signed(PROVIDER), part));
        // Withdrawn with a voucher, then removed with it.
        assert_noop!(redeem(ALICE, offer, 1), Error::PartUnavailable);
        assert_ok!(Marketplace::fulfil(signed(PROVIDER), 0));
        assert_eq!(Offers::<Test>::get(part), None);
        assert_noop!(redeem(ALICE, offer, 1), Error::PartUnavailable);
    });
    build_and_execute(|| {
        let part = listed(Listing { expiry: EXPIRY - 10, ..listing() });
        let offer = listed(listing_of(&[(part, 1)]));
        Now::set(EXPIRY - 11);
        assert_ok!(redeem(ALICE, offer, 1));
        Now::set(EXPIRY - 10);
        assert_noop!(redeem(ALICE, offer, 1), Error::PartUnavailable);
    });
}

#[test]
fn bundle_should_keep_its_vouchers_when_a_part_is_withdrawn() {
    build_and_execute(|| {
        let part = listed(listing());
        let offer = listed(listing_of(&[(part, 1)]));
        let voucher = redeemed(ALICE, offer, 1);
        assert_ok!(Marketplace::withdraw_offer(signed(PROVIDER), part));
        assert_eq!(Offers::<Test>::get(part), None);
        assert_ok!(Marketplace::fulfil(signed(PROVIDER), voucher));
    });
}

#[test]
fn bundle_should_not_be_listed_when_it_is_empty_or_a_part_is() {
    build_and_execute(|| {
        let part = listed(listing());
        assert_noop!(list(signed(PROVIDER), AGREEMENT, listing_of(&[])), Error::EmptyBundle);
        assert_noop!(list(signed(PROVIDER), AGREEMENT, listing_of(&[(part, 0)])), Error::ZeroQuantity);
    });
}

#[test]
fn bundle_should_not_be_listed_when_it_names_a_part_twice() {
    build_and_execute(|| {
        let (first, second) = (listed(listing()), listed(listing()));
        let twice = listing_of(&[(first, 1), (second, 1), (first, 2)]);
        assert_noop!(list(signed(PROVIDER), AGREEMENT, twice), Error::DuplicatePart);
    });
}

#[test]
fn bundle_should_not_be_listed_when_a_part_is_not_on_sale() {
    build_and_execute(|| {
        // Not even itself, which would have the next id.
        let unknown = listing_of(&[(NextOfferId::<Test>::get(), 1)]);
        assert_noop!(list(signed(PROVIDER), AGREEMENT, unknown), Error::PartUnavailable);

        let part = listed(listing());
        redeemed(ALICE, part, 1);
        assert_ok!(Marketplace::withdraw_offer(signed(PROVIDER), part));
        assert_noop!(list(signed(PROVIDER), AGREEMENT, listing_of(&[(part, 1)])), Error::PartUnavailable);

        let expired = listed(listing());
        Now::set(EXPIRY);
        let late = Listing { expiry: EXPIRY + 1, ..listing_of(&[(expired, 1)]) };
        assert_noop!(list(signed(PROVIDER), AGREEMENT, late), Error::PartUnavailable);
    });
}

#[test]
fn bundle_should_not_be_listed_when_a_part_is_of_another_seller_or_pool() {
    build_and_execute(|| {
        authorize();
        let of_partner = listed_by(PARTNER, listing());
        assert_noop!(list(signed(PROVIDER), AGREEMENT, listing_of(&[(of_partner, 1)])), Error::ForeignPart);
        assert_ok!(list(signed(PARTNER), AGREEMENT, listing_of(&[(of_partner, 1)])));

        assert_ok!(Marketplace::authorize_partner(signed(OTHER_PROVIDER), OTHER_AGREEMENT, PARTNER));
        assert_noop!(list(signed(PARTNER), OTHER_AGREEMENT, listing_of(&[(of_partner, 1)])), Error::ForeignPart);
    });
}

#[test]
fn bundle_should_not_be_listed_when_a_part_is_a_bundle() {
    build_and_execute(|| {
        let part = listed(listing());
        let inner = listed(listing_of(&[(part, 1)]));
        assert_noop!(list(signed(PROVIDER), AGREEMENT, listing_of(&[(inner, 1)])), Error::NestedBundle);
    });
}

#[test]
fn bundle_should_have_as_many_parts_as_there_is_room_for() {
    build_and_execute(|| {
        OffersCap::set(9);
        let parts: Vec<_> = (0..8).map(|_| (listed(listing()), 1)).collect();
        let offer = listed(listing_of(&parts));
        assert_ok!(redeem(ALICE, offer, 1));
        assert!(parts.iter().all(|(part, _)| stock_of(*part) == STOCK - 1));
    });
}
