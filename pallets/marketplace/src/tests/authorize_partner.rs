// SPDX-License-Identifier: Apache-2.0

use super::*;
use dsla_primitives::traits::AgreementStatus::*;

#[test]
fn authorize_partner_should_let_the_merchant_sell_and_take_a_deposit() {
    build_and_execute(|| {
        assert_noop!(list(signed(PARTNER), AGREEMENT, listing()), Error::NotAuthorized);
        authorize();
        assert_last(Event::PartnerAuthorized { agreement: AGREEMENT, merchant: PARTNER });
        let deposit = held_of(&PartnerHold::get(), PROVIDER);
        assert!(deposit > 0);
        assert_eq!((free(PROVIDER), free(PARTNER)), (ENDOWMENT - deposit, ENDOWMENT));

        let offer = listed_by(PARTNER, listing());
        assert_last(Event::OfferListed { offer, seller: PARTNER, agreement: AGREEMENT });
        assert!(deposit_of(PARTNER) > 0);
        // Its redemptions refill the provider's pool.
        let voucher = redeemed(ALICE, offer, 1);
        assert_noop!(Marketplace::fulfil(signed(PROVIDER), voucher), Error::NotAuthorized);
        assert_ok!(Marketplace::fulfil(signed(PARTNER), voucher));
        assert_eq!(Cover::get(AGREEMENT), PRICE);
    });
}

#[test]
fn authorize_partner_should_be_about_one_agreement() {
    build_and_execute(|| {
        authorize();
        assert_noop!(list(signed(PARTNER), OTHER_AGREEMENT, listing()), Error::NotAuthorized);
    });
}

#[test]
fn authorize_partner_should_be_refused_when_the_caller_is_not_the_provider() {
    build_and_execute(|| {
        authorize();
        for who in [PARTNER, STRANGER, OTHER_PROVIDER] {
            let call = Marketplace::authorize_partner(signed(who), AGREEMENT, BOB);
            assert_noop!(call, Error::NotAuthorized);
        }
        let unknown = Marketplace::authorize_partner(signed(PROVIDER), AgreementId(99), BOB);
        assert_noop!(unknown, Error::AgreementNotFound);
    });
}

#[test]
fn authorize_partner_should_be_refused_when_the_merchant_may_sell_already() {
    build_and_execute(|| {
        authorize();
        for merchant in [PARTNER, PROVIDER] {
            let call = Marketplace::authorize_partner(signed(PROVIDER), AGREEMENT, merchant);
            assert_noop!(call, Error::AlreadyAuthorized);
        }
    });
}

#[test]
fn authorize_partner_should_be_refused_when_there_are_the_most_partners() {
    build_and_execute(|| {
        for merchant in 0..u64::from(MAX_PARTNERS) {
            assert_ok!(Marketplace::authorize_partner(signed(PROVIDER), AGREEMENT, 100 + merchant));
        }
        assert_eq!(PartnerCount::<Test>::get(AGREEMENT), MAX_PARTNERS);
        let one_more = || Marketplace::authorize_partner(signed(PROVIDER), AGREEMENT, PARTNER);
        assert_noop!(one_more(), Error::MaxPartnersExceeded);
        // The cap is per agreement.
        assert_ok!(Marketplace::authorize_partner(signed(OTHER_PROVIDER), OTHER_AGREEMENT, PARTNER));
        assert_ok!(Marketplace::revoke_partner(signed(PROVIDER), AGREEMENT, 100));
        assert_ok!(one_more());
    });
}

#[test]
fn authorize_partner_should_depend_on_the_status_of_the_agreement() {
    for (status, allowed) in [(Draft, true), (Open, true), (Active, true), (Completed, false), (Terminated, false)] {
        build_and_execute(|| {
            set_status(AGREEMENT, status);
            let call = || Marketplace::authorize_partner(signed(PROVIDER), AGREEMENT, PARTNER);
            match allowed {
                true => {
                    assert_ok!(call());
                }
                false => {
                    assert_noop!(call(), Error::AgreementEnded);
                }
            }
        });
    }
}

#[test]
fn authorize_partner_should_be_refused_when_the_deposit_cannot_be_paid() {
    build_and_execute(|| {
        assert_ok!(Balances::transfer_keep_alive(signed(PROVIDER), STRANGER, ENDOWMENT - ED));
        let call = Marketplace::authorize_partner(signed(PROVIDER), AGREEMENT, PARTNER);
        assert_noop!(call, sp_runtime::TokenError::FundsUnavailable);
    });
}
