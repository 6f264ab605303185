// SPDX-License-Identifier: Apache-2.0

use super::*;

const DEADLINE: u64 = START + FULFIL_WITHIN;

#[test]
fn refund_should_pay_back_burn_the_nft_and_make_room() {
    build_and_execute(|| {
        let offer = listed(listing());
        let voucher = redeemed(ALICE, offer, 2);
        Now::set(DEADLINE);
        assert_ok!(Marketplace::refund(signed(ALICE), voucher));
        assert_last(Event::VoucherRefunded {
            voucher,
            offer,
            to: ALICE,
            paid: 200,
            by_seller: false,
            offer_removed: false,
        });
        assert_eq!(state(voucher), VoucherState::Refunded);
        assert_eq!((free(ALICE), Held::get(AGREEMENT), Cover::get(AGREEMENT)), (ENDOWMENT, 0, 0));
        assert_eq!(Nfts::get(voucher), None);
        assert!(!Redeemed::<Test>::contains_key(offer, ALICE));
        // The pieces do not return to the stock.
        let stored = Offers::<Test>::get(offer).unwrap();
        assert_eq!((stored.outstanding, stored.stock), (0, STOCK - 2));
    });
}

#[test]
fn refund_should_be_refused_when_the_seller_still_has_time() {
    build_and_execute(|| {
        let voucher = redeemed(ALICE, listed(listing()), 1);
        for now in [START, DEADLINE - 1] {
            Now::set(now);
            assert_noop!(Marketplace::refund(signed(ALICE), voucher), Error::TooEarly);
        }
    });
    for now in [DEADLINE, DEADLINE + 1] {
        build_and_execute(|| {
            let voucher = redeemed(ALICE, listed(listing()), 1);
            Now::set(now);
            assert_ok!(Marketplace::refund(signed(ALICE), voucher));
        });
    }
}

#[test]
fn refund_should_belong_to_the_holder_when_the_voucher_changed_hands() {
    build_and_execute(|| {
        let offer = listed(listing());
        let (moved, kept) = (redeemed(ALICE, offer, 2), redeemed(ALICE, offer, 1));
        transfer(moved, BOB);
        Now::set(DEADLINE);
        assert_noop!(Marketplace::refund(signed(ALICE), moved), Error::NotAuthorized);
        assert_ok!(Marketplace::refund(signed(BOB), moved));
        assert_last(Event::VoucherRefunded {
            voucher: moved,
            offer,
            to: BOB,
            paid: 200,
            by_seller: false,
            offer_removed: false,
        });
        assert_eq!((free(ALICE), free(BOB)), (ENDOWMENT - 300, ENDOWMENT + 200));
        // The room is the buyer's, and only that of these pieces.
        assert_eq!(Redeemed::<Test>::get(offer, ALICE), 1);
        assert!(!Redeemed::<Test>::contains_key(offer, BOB));
        assert_eq!(state(kept), VoucherState::Issued);
    });
}

#[test]
fn refund_should_fall_back_to_the_buyer_when_the_holder_burned_the_nft() {
    build_and_execute(|| {
        let voucher = redeemed(ALICE, listed(listing()), 1);
        transfer(voucher, BOB);
        Nfts::remove(voucher);
        Now::set(DEADLINE);
        assert_noop!(Marketplace::refund(signed(BOB), voucher), Error::NotAuthorized);
        assert_ok!(Marketplace::refund(signed(ALICE), voucher));
        assert_eq!(free(ALICE), ENDOWMENT);
    });
}

#[test]
fn refund_should_go_to_the_wallet_when_claimable_money_was_redeemed() {
    build_and_execute(|| {
        let offer = listed(listing());
        owe(OTHER_AGREEMENT, ALICE, PRICE);
        let source = PaymentSource::Claimable(OTHER_AGREEMENT);
        assert_ok!(redeem_from(ALICE, offer, 1, PRICE, source, TERMS));
        Now::set(DEADLINE);
        assert_ok!(Marketplace::refund(signed(ALICE), 0));
        assert_eq!((free(ALICE), Claimables::get((OTHER_AGREEMENT, ALICE))), (ENDOWMENT + PRICE, 0));
    });
}

#[test]
fn refund_should_be_possible_when_the_agreement_has_ended() {
    build_and_execute(|| {
        let voucher = redeemed(ALICE, listed(listing()), 1);
        set_status(AGREEMENT, dsla_primitives::traits::AgreementStatus::Terminated);
        Now::set(DEADLINE);
        assert_ok!(Marketplace::refund(signed(ALICE), voucher));
    });
}

#[test]
fn refund_should_make_room_for_another_try() {
    build_and_execute(|| {
        let offer = listed(listing());
        let voucher = redeemed(ALICE, offer, LIMIT);
        assert_noop!(redeem(ALICE, offer, 1), Error::LimitExceeded);
        Now::set(DEADLINE);
        assert_ok!(Marketplace::refund(signed(ALICE), voucher));
        assert_ok!(redeem(ALICE, offer, LIMIT));
    });
}

#[test]
fn refund_should_be_refused_when_the_voucher_is_unknown() {
    build_and_execute(|| {
        assert_noop!(Marketplace::refund(signed(ALICE), 0), Error::VoucherNotFound);
    });
}
