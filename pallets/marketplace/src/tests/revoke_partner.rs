// SPDX-License-Identifier: Apache-2.0

use super::*;

#[test]
fn revoke_partner_should_return_the_deposit_and_keep_what_is_listed() {
    build_and_execute(|| {
        authorize();
        let offer = listed_by(PARTNER, listing());
        assert_ok!(Marketplace::revoke_partner(signed(PROVIDER), AGREEMENT, PARTNER));
        assert_last(Event::PartnerRevoked { agreement: AGREEMENT, merchant: PARTNER });
        assert_eq!((held_of(&PartnerHold::get(), PROVIDER), free(PROVIDER)), (0, ENDOWMENT));
        assert!(!Partners::<Test>::contains_key(AGREEMENT, PARTNER) && !PartnerCount::<Test>::contains_key(AGREEMENT));

        assert_noop!(list(signed(PARTNER), AGREEMENT, listing()), Error::NotAuthorized);
        assert_noop!(Marketplace::restock(signed(PARTNER), offer, 1), Error::NotAuthorized);
        let vouchers = [redeemed(ALICE, offer, 1), redeemed(BOB, offer, 1)];
        assert_ok!(Marketplace::fulfil(signed(PARTNER), vouchers[0]));
        assert_ok!(Marketplace::cancel_voucher(signed(PARTNER), vouchers[1]));
        assert_ok!(Marketplace::withdraw_offer(signed(PARTNER), offer));
        assert_eq!(deposit_of(PARTNER), 0);
    });
}

#[test]
fn revoke_partner_should_leave_other_partners_alone() {
    build_and_execute(|| {
        authorize();
        assert_ok!(Marketplace::authorize_partner(signed(PROVIDER), AGREEMENT, BOB));
        let deposit = held_of(&PartnerHold::get(), PROVIDER);
        assert_ok!(Marketplace::revoke_partner(signed(PROVIDER), AGREEMENT, BOB));
        assert_eq!(held_of(&PartnerHold::get(), PROVIDER), deposit / 2);
        assert_eq!(PartnerCount::<Test>::get(AGREEMENT), 1);
        listed_by(PARTNER, listing());
    });
}

#[test]
fn revoke_partner_should_be_possible_when_the_agreement_has_ended_or_is_gone() {
    build_and_execute(|| {
        authorize();
        assert_ok!(Marketplace::authorize_partner(signed(PROVIDER), AGREEMENT, BOB));
        set_status(AGREEMENT, dsla_primitives::traits::AgreementStatus::Terminated);
        assert_ok!(Marketplace::revoke_partner(signed(PROVIDER), AGREEMENT, PARTNER));
        Agreements::remove(AGREEMENT);
        assert_ok!(Marketplace::revoke_partner(signed(PROVIDER), AGREEMENT, BOB));
        assert_eq!(free(PROVIDER), ENDOWMENT);
    });
}

#[test]
fn revoke_partner_should_be_refused_when_the_caller_has_not_authorized_it() {
    build_and_execute(|| {
        authorize();
        for who in [PARTNER, STRANGER, OTHER_PROVIDER] {
            assert_noop!(Marketplace::revoke_partner(signed(who), AGREEMENT, PARTNER), Error::NotAuthorized);
        }
    });
}

#[test]
fn revoke_partner_should_be_refused_when_there_is_no_such_partner() {
    build_and_execute(|| {
        let revoke = |agreement| Marketplace::revoke_partner(signed(PROVIDER), agreement, PARTNER);
        assert_noop!(revoke(AGREEMENT), Error::PartnerNotFound);
        authorize();
        assert_noop!(revoke(OTHER_AGREEMENT), Error::PartnerNotFound);
        assert_ok!(revoke(AGREEMENT));
        assert_noop!(revoke(AGREEMENT), Error::PartnerNotFound);
    });
}
