// SPDX-License-Identifier: Apache-2.0

use super::*;
use frame_support::dispatch::Pays;

fn remove(who: AccountId, offer: OfferId) -> DispatchResult {
    plain(Marketplace::remove_expired(signed(who), offer))
}

#[test]
fn remove_expired_should_return_the_deposit_to_the_seller_and_be_free() {
    build_and_execute(|| {
        let offer = listed(listing());
        Now::set(EXPIRY);
        let info = Marketplace::remove_expired(signed(STRANGER), offer).unwrap();
        assert_eq!(info.pays_fee, Pays::No);
        assert_last(Event::OfferRemoved { offer, seller: PROVIDER });
        assert_eq!(Offers::<Test>::get(offer), None);
        assert_eq!((deposit_of(PROVIDER), free(PROVIDER), free(STRANGER)), (0, ENDOWMENT, ENDOWMENT));
        assert!(!OfferCount::<Test>::contains_key(PROVIDER));
    });
}

#[test]
fn remove_expired_should_be_refused_when_the_offer_has_not_expired() {
    build_and_execute(|| {
        let offer = listed(listing());
        for now in [START, EXPIRY - 1] {
            Now::set(now);
            assert_noop!(remove(STRANGER, offer), Error::NotExpired);
            assert_noop!(remove(PROVIDER, offer), Error::NotExpired);
        }
        Now::set(EXPIRY + 1);
        assert_ok!(remove(STRANGER, offer));
    });
}

#[test]
fn remove_expired_should_be_refused_when_vouchers_are_unsettled() {
    build_and_execute(|| {
        let offer = listed(listing());
        let vouchers = [redeemed(ALICE, offer, 1), redeemed(BOB, offer, 1)];
        Now::set(EXPIRY);
        assert_noop!(remove(STRANGER, offer), Error::VouchersRemain);
        assert_ok!(Marketplace::fulfil(signed(PROVIDER), vouchers[0]));
        assert_noop!(remove(STRANGER, offer), Error::VouchersRemain);
        assert_ok!(Marketplace::refund(signed(BOB), vouchers[1]));
        assert_ok!(remove(STRANGER, offer));
        // What buyers thought stays, and their vouchers do.
        assert_eq!((Vouchers::<Test>::iter().count(), SellerRecords::<Test>::get(PROVIDER).fulfilled), (2, 1));
    });
}

#[test]
fn remove_expired_should_be_refused_when_the_offer_is_unknown_or_withdrawn() {
    build_and_execute(|| {
        assert_noop!(remove(STRANGER, OfferId(0)), Error::OfferNotFound);
        let offer = listed(listing());
        redeemed(ALICE, offer, 1);
        assert_ok!(Marketplace::withdraw_offer(signed(PROVIDER), offer));
        Now::set(EXPIRY);
        assert_noop!(remove(STRANGER, offer), Error::VouchersRemain);
    });
}
