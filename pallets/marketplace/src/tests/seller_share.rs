// SPDX-License-Identifier: Apache-2.0

//! What the seller gets of the price.

use super::*;

fn with_share(percent: u32, price: Balance) -> Listing {
    Listing { seller_share: Perbill::from_percent(percent), price, ..listing() }
}

/// The partner's offer, without its deposit in the way.
fn offer_of_partner(listing: Listing) -> (OfferId, Balance) {
    authorize();
    let offer = listed_by(PARTNER, listing);
    (offer, free(PARTNER))
}

#[test]
fn seller_should_get_its_share_and_the_pool_the_rest_when_fulfilled() {
    build_and_execute(|| {
        let (offer, before) = offer_of_partner(with_share(30, 99));
        let voucher = redeemed(ALICE, offer, 1);
        // 29.7 is rounded in favour of the pool. Nothing moves before the seller has fulfilled.
        assert_eq!((Vouchers::<Test>::get(voucher).unwrap().to_seller, free(PARTNER)), (29, before));
        assert_eq!(Held::get(AGREEMENT), 99);
        assert_ok!(Marketplace::fulfil(signed(PARTNER), voucher));
        assert_last(Event::VoucherFulfilled {
            voucher,
            offer,
            paid: 99,
            to_seller: 29,
            by_seller: true,
            offer_removed: false,
        });
        assert_eq!((free(PARTNER), Held::get(AGREEMENT), Cover::get(AGREEMENT)), (before + 29, 0, 70));
    });
}

#[test]
fn seller_should_get_its_share_when_the_holder_confirms() {
    build_and_execute(|| {
        let (offer, before) = offer_of_partner(with_share(50, PRICE));
        let voucher = redeemed(ALICE, offer, 1);
        assert_ok!(Marketplace::confirm(signed(ALICE), voucher));
        assert_eq!((free(PARTNER), Cover::get(AGREEMENT)), (before + PRICE / 2, PRICE / 2));
    });
}

#[test]
fn seller_should_get_nothing_when_the_money_goes_back() {
    build_and_execute(|| {
        let (offer, before) = offer_of_partner(with_share(50, PRICE));
        let (first, second) = (redeemed(ALICE, offer, 1), redeemed(BOB, offer, 1));
        assert_ok!(Marketplace::cancel_voucher(signed(PARTNER), first));
        Now::set(START + FULFIL_WITHIN);
        assert_ok!(Marketplace::refund(signed(BOB), second));
        assert_eq!((free(PARTNER), free(ALICE), free(BOB)), (before, ENDOWMENT, ENDOWMENT));
    });
}

#[test]
fn seller_share_should_be_possible_when_it_is_nothing_or_everything() {
    // One planck has no part of half a planck.
    for (percent, price, to_seller) in [(0, 100, 0), (50, 1, 0), (100, 100, 100)] {
        build_and_execute(|| {
            MaxShare::set(Perbill::one());
            let (offer, before) = offer_of_partner(with_share(percent, price));
            let voucher = redeemed(ALICE, offer, 1);
            assert_ok!(Marketplace::fulfil(signed(PARTNER), voucher));
            assert_eq!((free(PARTNER), Cover::get(AGREEMENT)), (before + to_seller, price - to_seller));
        });
    }
}

#[test]
fn seller_share_should_be_that_of_the_listing_when_the_largest_is_lowered_later() {
    build_and_execute(|| {
        let (offer, before) = offer_of_partner(with_share(50, PRICE));
        MaxShare::set(Perbill::zero());
        let voucher = redeemed(ALICE, offer, 1);
        assert_ok!(Marketplace::fulfil(signed(PARTNER), voucher));
        assert_eq!(free(PARTNER), before + PRICE / 2);
    });
}

#[test]
fn list_offer_should_be_refused_when_the_share_is_too_large() {
    build_and_execute(|| {
        let above = Perbill::from_parts(Perbill::from_percent(50).deconstruct() + 1);
        let too_much = Listing { seller_share: above, ..listing() };
        assert_noop!(list(signed(PROVIDER), AGREEMENT, too_much), Error::SellerShareTooLarge);
        assert_ok!(list(signed(PROVIDER), AGREEMENT, with_share(50, PRICE)));
    });
}

#[test]
fn fulfil_should_change_nothing_when_the_seller_cannot_be_paid() {
    use sp_runtime::traits::Dispatchable;
    build_and_execute(|| {
        let (offer, _) = offer_of_partner(with_share(50, PRICE));
        let voucher = redeemed(ALICE, offer, 1);
        let held = Held::take(AGREEMENT);
        let call = || RuntimeCall::Marketplace(Call::fulfil { voucher }).dispatch(signed(PARTNER));
        assert_noop!(call().map_err(|error| error.error), sp_runtime::ArithmeticError::Underflow);
        Held::insert(AGREEMENT, held);
        assert_ok!(call());
    });
}
