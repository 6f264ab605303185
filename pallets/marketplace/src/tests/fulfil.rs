// SPDX-License-Identifier: Apache-2.0

use super::*;

#[test]
fn fulfil_should_turn_the_money_into_cover_and_leave_the_nft() {
    build_and_execute(|| {
        let offer = listed(listing());
        let voucher = redeemed(ALICE, offer, 2);
        assert_ok!(Marketplace::fulfil(signed(PROVIDER), voucher));
        assert_last(Event::VoucherFulfilled {
            voucher,
            offer,
            paid: 200,
            to_seller: 0,
            by_seller: true,
            offer_removed: false,
        });
        assert_eq!(state(voucher), VoucherState::Fulfilled);
        assert_eq!((Held::get(AGREEMENT), Cover::get(AGREEMENT)), (0, 200));
        assert_eq!(Nfts::get(voucher).unwrap().0, ALICE);
        let stored = Offers::<Test>::get(offer).unwrap();
        assert_eq!((stored.outstanding, stored.stock), (0, STOCK - 2));
        assert_eq!(Redeemed::<Test>::get(offer, ALICE), 2);
    });
}

#[test]
fn fulfil_should_be_possible_before_at_and_after_the_deadline() {
    let deadline = START + FULFIL_WITHIN;
    for now in [START, deadline - 1, deadline, deadline + 1, u64::MAX] {
        build_and_execute(|| {
            let voucher = redeemed(ALICE, listed(listing()), 1);
            Now::set(now);
            assert_ok!(Marketplace::fulfil(signed(PROVIDER), voucher));
        });
    }
}

#[test]
fn fulfil_should_be_possible_when_the_agreement_has_ended() {
    build_and_execute(|| {
        let voucher = redeemed(ALICE, listed(listing()), 1);
        set_status(AGREEMENT, dsla_primitives::traits::AgreementStatus::Completed);
        assert_ok!(Marketplace::fulfil(signed(PROVIDER), voucher));
    });
}

#[test]
fn fulfil_should_be_possible_when_the_holder_has_burned_the_nft() {
    build_and_execute(|| {
        let voucher = redeemed(ALICE, listed(listing()), 1);
        Nfts::remove(voucher);
        assert_ok!(Marketplace::fulfil(signed(PROVIDER), voucher));
        assert_eq!(Cover::get(AGREEMENT), PRICE);
    });
}

#[test]
fn fulfil_should_remove_the_offer_when_it_was_the_last_voucher() {
    build_and_execute(|| {
        let offer = listed(listing());
        let voucher = redeemed(ALICE, offer, 1);
        assert_ok!(Marketplace::withdraw_offer(signed(PROVIDER), offer));
        assert_ok!(Marketplace::fulfil(signed(PROVIDER), voucher));
        assert_last(Event::VoucherFulfilled {
            voucher,
            offer,
            paid: PRICE,
            to_seller: 0,
            by_seller: true,
            offer_removed: true,
        });
        assert_eq!(Offers::<Test>::get(offer), None);
        assert_eq!(deposit_of(PROVIDER), 0);
    });
}

#[test]
fn fulfil_should_be_refused_when_the_voucher_is_unknown() {
    build_and_execute(|| {
        assert_noop!(Marketplace::fulfil(signed(PROVIDER), 0), Error::VoucherNotFound);
    });
}
