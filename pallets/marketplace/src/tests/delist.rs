// SPDX-License-Identifier: Apache-2.0

use super::*;

#[test]
fn delist_should_remove_a_partners_offer_and_return_its_deposit_to_the_partner() {
    build_and_execute(|| {
        authorize();
        let before = free(PROVIDER);
        let offer = listed_by(PARTNER, listing());
        assert!(deposit_of(PARTNER) > 0);
        assert_ok!(Marketplace::delist(signed(PROVIDER), offer));
        assert_last(Event::OfferDelisted { offer, seller: PARTNER, removed: true });
        assert_eq!(Offers::<Test>::get(offer), None);
        assert_eq!((deposit_of(PARTNER), free(PARTNER), free(PROVIDER)), (0, ENDOWMENT, before));
        assert!(!OfferCount::<Test>::contains_key(PARTNER));
    });
}

#[test]
fn delist_should_leave_vouchers_their_rights() {
    build_and_execute(|| {
        authorize();
        let offer = listed_by(PARTNER, listing());
        let vouchers = [redeemed(ALICE, offer, 1), redeemed(BOB, offer, 1)];
        assert_ok!(Marketplace::delist(signed(PROVIDER), offer));
        assert_last(Event::OfferDelisted { offer, seller: PARTNER, removed: false });
        assert_noop!(redeem(ALICE, offer, 1), Error::OfferWithdrawn);
        assert!(deposit_of(PARTNER) > 0);

        assert_ok!(Marketplace::fulfil(signed(PARTNER), vouchers[0]));
        Now::set(START + FULFIL_WITHIN);
        assert_ok!(Marketplace::refund(signed(BOB), vouchers[1]));
        assert_eq!((Offers::<Test>::get(offer), deposit_of(PARTNER), free(BOB)), (None, 0, ENDOWMENT));
    });
}

#[test]
fn delist_should_be_possible_when_the_offer_is_the_providers_own_or_the_partner_was_revoked() {
    build_and_execute(|| {
        let own = listed(listing());
        authorize();
        let of_partner = listed_by(PARTNER, listing());
        assert_ok!(Marketplace::revoke_partner(signed(PROVIDER), AGREEMENT, PARTNER));
        assert_ok!(Marketplace::delist(signed(PROVIDER), own));
        assert_ok!(Marketplace::delist(signed(PROVIDER), of_partner));
        assert_eq!((deposit_of(PROVIDER), deposit_of(PARTNER)), (0, 0));
    });
}

#[test]
fn delist_should_be_refused_when_the_caller_is_not_the_provider() {
    build_and_execute(|| {
        authorize();
        let offer = listed_by(PARTNER, listing());
        for who in [PARTNER, ALICE, OTHER_PROVIDER] {
            assert_noop!(Marketplace::delist(signed(who), offer), Error::NotAuthorized);
        }
    });
}

#[test]
fn delist_should_be_refused_when_there_is_nothing_to_delist() {
    build_and_execute(|| {
        assert_noop!(Marketplace::delist(signed(PROVIDER), OfferId(0)), Error::OfferNotFound);
        let offer = listed(listing());
        redeemed(ALICE, offer, 1);
        assert_ok!(Marketplace::delist(signed(PROVIDER), offer));
        assert_noop!(Marketplace::delist(signed(PROVIDER), offer), Error::OfferWithdrawn);
    });
}

#[test]
fn delist_should_be_refused_when_the_agreement_is_gone() {
    build_and_execute(|| {
        let offer = listed(listing());
        Agreements::remove(AGREEMENT);
        assert_noop!(Marketplace::delist(signed(PROVIDER), offer), Error::AgreementNotFound);
        // The seller still gets its deposit back.
        assert_ok!(Marketplace::withdraw_offer(signed(PROVIDER), offer));
    });
}
