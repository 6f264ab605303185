// SPDX-License-Identifier: Apache-2.0

use super::*;
use dsla_primitives::traits::AgreementStatus::*;

fn refused(change: impl FnOnce(&mut Listing), error: Error) {
    build_and_execute(|| {
        let mut listing = listing();
        change(&mut listing);
        assert_noop!(list(signed(PROVIDER), AGREEMENT, listing), error);
    });
}

fn accepted(change: impl FnOnce(&mut Listing)) {
    build_and_execute(|| {
        let mut listing = listing();
        change(&mut listing);
        assert_ok!(list(signed(PROVIDER), AGREEMENT, listing));
    });
}

#[test]
fn list_offer_should_store_it_and_take_a_deposit() {
    build_and_execute(|| {
        let first = listed(listing());
        assert_last(Event::OfferListed { offer: first, seller: PROVIDER, agreement: AGREEMENT });
        let offer = Offers::<Test>::get(first).unwrap();
        assert_eq!((first, offer.seller, offer.agreement), (OfferId(0), PROVIDER, AGREEMENT));
        assert_eq!((offer.kind, offer.price, offer.stock, offer.limit), (OfferKind::Promotion, PRICE, STOCK, LIMIT));
        assert_eq!((offer.expiry, offer.fulfil_within), (EXPIRY, FULFIL_WITHIN));
        assert_eq!((offer.document.hash, offer.name), (TERMS, listing().name));
        assert_eq!((offer.outstanding, offer.status), (0, OfferStatus::Listed));

        let deposit = deposit_of(PROVIDER);
        assert!(deposit > 0);
        assert_eq!(free(PROVIDER), ENDOWMENT - deposit);

        assert_eq!(listed(listing()), OfferId(1));
        assert_eq!(deposit_of(PROVIDER), 2 * deposit);
        assert_eq!(OfferCount::<Test>::get(PROVIDER), 2);
        assert_eq!(own_events(), 2);
    });
}

#[test]
fn list_offer_should_be_refused_when_the_agreement_is_unknown() {
    build_and_execute(|| {
        assert_noop!(list(signed(PROVIDER), AgreementId(99), listing()), Error::AgreementNotFound);
    });
}

#[test]
fn list_offer_should_be_refused_when_the_caller_is_not_the_provider() {
    build_and_execute(|| {
        for who in [ALICE, STRANGER, OTHER_PROVIDER] {
            assert_noop!(list(signed(who), AGREEMENT, listing()), Error::NotAuthorized);
        }
    });
}

#[test]
fn list_offer_should_depend_on_the_status_of_the_agreement() {
    for (status, allowed) in [(Draft, true), (Open, true), (Active, true), (Completed, false), (Terminated, false)] {
        build_and_execute(|| {
            set_status(AGREEMENT, status);
            match allowed {
                true => {
                    assert_ok!(list(signed(PROVIDER), AGREEMENT, listing()));
                }
                false => {
                    assert_noop!(list(signed(PROVIDER), AGREEMENT, listing()), Error::AgreementEnded);
                }
            }
        });
    }
}

#[test]
fn list_offer_should_be_refused_when_the_name_is_empty_or_not_utf8() {
    refused(|listing| listing.name = Default::default(), Error::InvalidName);
    refused(|listing| listing.name = vec![0xff].try_into().unwrap(), Error::InvalidName);
    accepted(|listing| listing.name = vec![b'n'; 64].try_into().unwrap());
}

#[test]
fn list_offer_should_be_refused_when_a_number_is_zero() {
    refused(|listing| listing.price = 0, Error::ZeroPrice);
    refused(|listing| listing.stock = 0, Error::ZeroStock);
    refused(|listing| listing.limit = 0, Error::ZeroLimit);
    refused(|listing| listing.fulfil_within = 0, Error::FulfilmentTooShort);
}

#[test]
fn list_offer_should_be_accepted_when_numbers_are_as_small_or_as_large_as_can_be() {
    accepted(|listing| {
        (listing.price, listing.stock, listing.limit, listing.fulfil_within) = (1, 1, 1, 1);
    });
    accepted(|listing| {
        (listing.price, listing.stock, listing.limit) = (Balance::MAX, u32::MAX, u32::MAX);
        listing.expiry = u64::MAX;
    });
}

#[test]
fn list_offer_should_be_refused_when_it_would_expire_at_once() {
    refused(|listing| listing.expiry = START - 1, Error::ExpiryInPast);
    refused(|listing| listing.expiry = START, Error::ExpiryInPast);
    accepted(|listing| listing.expiry = START + 1);
}

#[test]
fn list_offer_should_be_refused_when_fulfilment_may_take_too_long() {
    accepted(|listing| listing.fulfil_within = MAX_FULFILMENT - 1);
    accepted(|listing| listing.fulfil_within = MAX_FULFILMENT);
    refused(|listing| listing.fulfil_within = MAX_FULFILMENT + 1, Error::FulfilmentTooLong);
    refused(|listing| listing.fulfil_within = u64::MAX, Error::FulfilmentTooLong);
}

#[test]
fn list_offer_should_be_refused_when_the_seller_has_the_most_offers() {
    build_and_execute(|| {
        for _ in 0..MAX_OFFERS {
            listed(listing());
        }
        assert_noop!(list(signed(PROVIDER), AGREEMENT, listing()), Error::MaxOffersExceeded);
        // The cap is per seller.
        assert_ok!(list(signed(OTHER_PROVIDER), OTHER_AGREEMENT, listing()));

        assert_ok!(Marketplace::withdraw_offer(signed(PROVIDER), OfferId(0)));
        listed(listing());
    });
}

#[test]
fn list_offer_should_count_withdrawn_offers_when_their_vouchers_are_unsettled() {
    build_and_execute(|| {
        for _ in 0..MAX_OFFERS {
            listed(listing());
        }
        let voucher = redeemed(ALICE, OfferId(0), 1);
        assert_ok!(Marketplace::withdraw_offer(signed(PROVIDER), OfferId(0)));
        assert_noop!(list(signed(PROVIDER), AGREEMENT, listing()), Error::MaxOffersExceeded);

        assert_ok!(Marketplace::fulfil(signed(PROVIDER), voucher));
        listed(listing());
    });
}

#[test]
fn list_offer_should_be_refused_when_the_deposit_cannot_be_paid() {
    build_and_execute(|| {
        assert_ok!(Balances::transfer_keep_alive(signed(PROVIDER), STRANGER, ENDOWMENT - ED));
        assert_noop!(list(signed(PROVIDER), AGREEMENT, listing()), sp_runtime::TokenError::FundsUnavailable);
    });
}

#[test]
fn list_offer_should_be_refused_when_ids_are_used_up() {
    build_and_execute(|| {
        NextOfferId::<Test>::put(OfferId(u64::MAX));
        assert_noop!(list(signed(PROVIDER), AGREEMENT, listing()), Error::IdsExhausted);
    });
}

#[test]
fn list_offer_should_count_a_partners_offers_for_the_partner() {
    build_and_execute(|| {
        authorize();
        listed(listing());
        for _ in 0..MAX_OFFERS {
            listed_by(PARTNER, listing());
        }
        assert_noop!(list(signed(PARTNER), AGREEMENT, listing()), Error::MaxOffersExceeded);
        assert_eq!((OfferCount::<Test>::get(PARTNER), OfferCount::<Test>::get(PROVIDER)), (MAX_OFFERS, 1));
    });
}
