// SPDX-License-Identifier: Apache-2.0

use super::*;

#[test]
fn cancel_voucher_should_pay_back_at_any_time() {
    let deadline = START + FULFIL_WITHIN;
    for now in [START, deadline - 1, deadline, deadline + 1] {
        build_and_execute(|| {
            let offer = listed(listing());
            let voucher = redeemed(ALICE, offer, 2);
            Now::set(now);
            assert_ok!(Marketplace::cancel_voucher(signed(PROVIDER), voucher));
            assert_last(Event::VoucherRefunded {
                voucher,
                offer,
                to: ALICE,
                paid: 200,
                by_seller: true,
                offer_removed: false,
            });
            assert_eq!(state(voucher), VoucherState::Refunded);
            assert_eq!((free(ALICE), Held::get(AGREEMENT)), (ENDOWMENT, 0));
            assert_eq!(Nfts::get(voucher), None);
            assert!(!Redeemed::<Test>::contains_key(offer, ALICE));
        });
    }
}

#[test]
fn cancel_voucher_should_pay_the_holder_when_the_voucher_changed_hands() {
    build_and_execute(|| {
        let voucher = redeemed(ALICE, listed(listing()), 1);
        transfer(voucher, BOB);
        assert_ok!(Marketplace::cancel_voucher(signed(PROVIDER), voucher));
        assert_eq!((free(ALICE), free(BOB)), (ENDOWMENT - PRICE, ENDOWMENT + PRICE));
    });
}

#[test]
fn cancel_voucher_should_pay_the_buyer_when_the_holder_burned_the_nft() {
    build_and_execute(|| {
        let voucher = redeemed(ALICE, listed(listing()), 1);
        transfer(voucher, BOB);
        Nfts::remove(voucher);
        assert_ok!(Marketplace::cancel_voucher(signed(PROVIDER), voucher));
        assert_eq!((free(ALICE), free(BOB)), (ENDOWMENT, ENDOWMENT));
    });
}

#[test]
fn cancel_voucher_should_remove_the_offer_when_it_was_the_last_voucher() {
    build_and_execute(|| {
        let offer = listed(listing());
        let voucher = redeemed(ALICE, offer, 1);
        assert_ok!(Marketplace::withdraw_offer(signed(PROVIDER), offer));
        assert_ok!(Marketplace::cancel_voucher(signed(PROVIDER), voucher));
        assert_last(Event::VoucherRefunded {
            voucher,
            offer,
            to: ALICE,
            paid: PRICE,
            by_seller: true,
            offer_removed: true,
        });
        assert_eq!(Offers::<Test>::get(offer), None);
        assert_eq!(deposit_of(PROVIDER), 0);
    });
}

#[test]
fn cancel_voucher_should_be_refused_when_the_voucher_is_unknown() {
    build_and_execute(|| {
        assert_noop!(Marketplace::cancel_voucher(signed(PROVIDER), 0), Error::VoucherNotFound);
    });
}
