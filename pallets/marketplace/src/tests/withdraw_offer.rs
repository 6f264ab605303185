// SPDX-License-Identifier: Apache-2.0

use super::*;

#[test]
fn withdraw_offer_should_remove_it_and_return_the_deposit_when_there_is_no_voucher() {
    build_and_execute(|| {
        let offer = listed(listing());
        assert_ok!(Marketplace::withdraw_offer(signed(PROVIDER), offer));
        assert_last(Event::OfferWithdrawn { offer, removed: true });
        assert_eq!(Offers::<Test>::get(offer), None);
        assert_eq!((deposit_of(PROVIDER), free(PROVIDER)), (0, ENDOWMENT));
        assert!(!OfferCount::<Test>::contains_key(PROVIDER));
    });
}

#[test]
fn withdraw_offer_should_remove_it_when_all_vouchers_are_settled() {
    build_and_execute(|| {
        let offer = listed(listing());
        let (first, second) = (redeemed(ALICE, offer, 1), redeemed(BOB, offer, 1));
        assert_ok!(Marketplace::fulfil(signed(PROVIDER), first));
        assert_ok!(Marketplace::cancel_voucher(signed(PROVIDER), second));
        assert_ok!(Marketplace::withdraw_offer(signed(PROVIDER), offer));
        assert_last(Event::OfferWithdrawn { offer, removed: true });
        assert_eq!(deposit_of(PROVIDER), 0);
    });
}

#[test]
fn withdraw_offer_should_keep_it_until_the_last_voucher_is_settled() {
    build_and_execute(|| {
        let offer = listed(listing());
        let deposit = deposit_of(PROVIDER);
        let vouchers = [redeemed(ALICE, offer, 1), redeemed(ALICE, offer, 2), redeemed(BOB, offer, 1)];
        assert_ok!(Marketplace::withdraw_offer(signed(PROVIDER), offer));
        assert_last(Event::OfferWithdrawn { offer, removed: false });
        assert_noop!(redeem(BOB, offer, 1), Error::OfferWithdrawn);

        assert_ok!(Marketplace::fulfil(signed(PROVIDER), vouchers[0]));
        assert_last(Event::VoucherFulfilled {
            voucher: vouchers[0],
            offer,
            paid: PRICE,
            to_seller: 0,
            by_seller: true,
            offer_removed: false,
        });
        assert_ok!(Marketplace::cancel_voucher(signed(PROVIDER), vouchers[1]));
        assert_eq!(Offers::<Test>::get(offer).unwrap().outstanding, 1);
        assert_eq!(deposit_of(PROVIDER), deposit);

        Now::set(START + FULFIL_WITHIN);
        assert_ok!(Marketplace::refund(signed(BOB), vouchers[2]));
        assert_last(Event::VoucherRefunded {
            voucher: vouchers[2],
            offer,
            to: BOB,
            paid: PRICE,
            by_seller: false,
            offer_removed: true,
        });
        assert_eq!(Offers::<Test>::get(offer), None);
        assert_eq!((deposit_of(PROVIDER), free(PROVIDER)), (0, ENDOWMENT));
    });
}

#[test]
fn withdraw_offer_should_be_allowed_when_it_has_expired_or_its_agreement_has_ended() {
    build_and_execute(|| {
        let (expired, ended) = (listed(listing()), listed(listing()));
        Now::set(EXPIRY + 1);
        assert_ok!(Marketplace::withdraw_offer(signed(PROVIDER), expired));
        set_status(AGREEMENT, dsla_primitives::traits::AgreementStatus::Terminated);
        assert_ok!(Marketplace::withdraw_offer(signed(PROVIDER), ended));
        assert_eq!(deposit_of(PROVIDER), 0);
    });
}

#[test]
fn withdraw_offer_should_be_refused_when_the_offer_is_unknown() {
    build_and_execute(|| {
        assert_noop!(Marketplace::withdraw_offer(signed(PROVIDER), OfferId(0)), Error::OfferNotFound);
    });
}

#[test]
fn withdrawn_id_should_never_be_used_again() {
    build_and_execute(|| {
        let offer = listed(listing());
        assert_ok!(Marketplace::withdraw_offer(signed(PROVIDER), offer));
        assert_ne!(listed(listing()), offer);
        assert_noop!(Marketplace::withdraw_offer(signed(PROVIDER), offer), Error::OfferNotFound);
    });
}
