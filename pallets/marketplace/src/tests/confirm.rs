// SPDX-License-Identifier: Apache-2.0

use super::*;

#[test]
fn confirm_should_do_what_fulfil_does() {
    build_and_execute(|| {
        let offer = listed(listing());
        let voucher = redeemed(ALICE, offer, 2);
        assert_ok!(Marketplace::confirm(signed(ALICE), voucher));
        assert_last(Event::VoucherFulfilled {
            voucher,
            offer,
            paid: 200,
            to_seller: 0,
            by_seller: false,
            offer_removed: false,
        });
        assert_eq!(state(voucher), VoucherState::Fulfilled);
        assert_eq!((Held::get(AGREEMENT), Cover::get(AGREEMENT)), (0, 200));
        assert_eq!(Nfts::get(voucher).unwrap().0, ALICE);
        assert_eq!(SellerRecords::<Test>::get(PROVIDER).fulfilled, 1);
    });
}

#[test]
fn confirm_should_be_for_the_holder_when_the_voucher_changed_hands() {
    build_and_execute(|| {
        let voucher = redeemed(ALICE, listed(listing()), 1);
        transfer(voucher, BOB);
        // Else a buyer who has sold a voucher could take the right to the money back from who bought it.
        assert_noop!(Marketplace::confirm(signed(ALICE), voucher), Error::NotAuthorized);
        assert_ok!(Marketplace::confirm(signed(BOB), voucher));
    });
}

#[test]
fn confirm_should_fall_back_to_the_buyer_when_the_holder_burned_the_nft() {
    build_and_execute(|| {
        let voucher = redeemed(ALICE, listed(listing()), 1);
        transfer(voucher, BOB);
        Nfts::remove(voucher);
        assert_noop!(Marketplace::confirm(signed(BOB), voucher), Error::NotAuthorized);
        assert_ok!(Marketplace::confirm(signed(ALICE), voucher));
    });
}

#[test]
fn confirm_should_be_possible_at_any_time() {
    let deadline = START + FULFIL_WITHIN;
    for now in [START, deadline - 1, deadline, u64::MAX] {
        build_and_execute(|| {
            let voucher = redeemed(ALICE, listed(listing()), 1);
            Now::set(now);
            assert_ok!(Marketplace::confirm(signed(ALICE), voucher));
        });
    }
}

#[test]
fn confirm_should_remove_the_offer_when_it_was_the_last_voucher() {
    build_and_execute(|| {
        let offer = listed(listing());
        let voucher = redeemed(ALICE, offer, 1);
        assert_ok!(Marketplace::withdraw_offer(signed(PROVIDER), offer));
        assert_ok!(Marketplace::confirm(signed(ALICE), voucher));
        assert_eq!((Offers::<Test>::get(offer), deposit_of(PROVIDER)), (None, 0));
    });
}

#[test]
fn confirm_should_be_refused_when_the_voucher_is_unknown() {
    build_and_execute(|| {
        assert_noop!(Marketplace::confirm(signed(ALICE), 0), Error::VoucherNotFound);
    });
}

#[test]
fn confirm_should_be_refused_when_the_voucher_is_settled() {
    build_and_execute(|| {
        let offer = listed(listing());
        let (first, second) = (redeemed(ALICE, offer, 1), redeemed(ALICE, offer, 1));
        assert_ok!(Marketplace::confirm(signed(ALICE), first));
        assert_noop!(Marketplace::confirm(signed(ALICE), first), Error::WrongState);
        assert_ok!(Marketplace::cancel_voucher(signed(PROVIDER), second));
        assert_noop!(Marketplace::confirm(signed(ALICE), second), Error::WrongState);
    });
}
