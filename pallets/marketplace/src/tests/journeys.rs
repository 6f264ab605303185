// SPDX-License-Identifier: Apache-2.0

//! Whole stories.

use super::*;

#[test]
fn storage_should_return_to_where_it_was_when_everything_is_settled_and_cleared() {
    build_and_execute(|| {
        let offer = listed(listing());
        let vouchers = [redeemed(ALICE, offer, 2), redeemed(BOB, offer, 3), redeemed(BOB, offer, 1)];
        assert_ok!(Marketplace::fulfil(signed(PROVIDER), vouchers[0]));
        assert_ok!(Marketplace::withdraw_offer(signed(PROVIDER), offer));
        assert_ok!(Marketplace::cancel_voucher(signed(PROVIDER), vouchers[1]));
        Now::set(START + FULFIL_WITHIN);
        assert_ok!(Marketplace::refund(signed(BOB), vouchers[2]));
        assert_ok!(Marketplace::clear_counters(signed(STRANGER), offer, 10));

        assert_eq!(Offers::<Test>::iter().count(), 0);
        assert_eq!(OfferCount::<Test>::iter().count(), 0);
        assert_eq!(Redeemed::<Test>::iter().count(), 0);
        assert_eq!((free(PROVIDER), free(BOB)), (ENDOWMENT, ENDOWMENT));
        assert_eq!(Cover::get(AGREEMENT), 2 * PRICE);
    });
}

#[test]
fn voucher_should_be_worth_the_same_to_each_of_its_holders() {
    build_and_execute(|| {
        let offer = listed(listing());
        let voucher = redeemed(ALICE, offer, 5);
        transfer(voucher, BOB);
        transfer(voucher, STRANGER);
        Now::set(START + FULFIL_WITHIN);
        assert_ok!(Marketplace::refund(signed(STRANGER), voucher));
        assert_eq!(free(STRANGER), ENDOWMENT + 5 * PRICE);
    });
}

#[test]
fn seller_should_keep_deposits_of_one_price_when_it_has_several_offers() {
    build_and_execute(|| {
        let (first, second) = (listed(listing()), listed(listing()));
        let one = deposit_of(PROVIDER) / 2;
        assert_ok!(Marketplace::withdraw_offer(signed(PROVIDER), first));
        assert_eq!(deposit_of(PROVIDER), one);
        assert_ok!(Marketplace::withdraw_offer(signed(PROVIDER), second));
        assert_eq!(deposit_of(PROVIDER), 0);
    });
}
