// SPDX-License-Identifier: Apache-2.0

use super::*;

#[test]
fn restock_should_add_pieces() {
    build_and_execute(|| {
        let offer = listed(listing());
        assert_ok!(Marketplace::restock(signed(PROVIDER), offer, 3));
        assert_last(Event::OfferRestocked { offer, added: 3, stock: STOCK + 3 });
        assert_eq!(Offers::<Test>::get(offer).unwrap().stock, STOCK + 3);
    });
}

#[test]
fn restock_should_be_refused_when_the_offer_is_unknown() {
    build_and_execute(|| {
        assert_noop!(Marketplace::restock(signed(PROVIDER), OfferId(0), 1), Error::OfferNotFound);
    });
}

#[test]
fn restock_should_be_refused_when_nothing_is_added() {
    build_and_execute(|| {
        let offer = listed(listing());
        assert_noop!(Marketplace::restock(signed(PROVIDER), offer, 0), Error::ZeroStock);
    });
}

#[test]
fn restock_should_be_refused_when_the_stock_does_not_fit() {
    build_and_execute(|| {
        let offer = listed(listing());
        assert_noop!(Marketplace::restock(signed(PROVIDER), offer, u32::MAX - STOCK + 1), Error::MaxStockExceeded);
        assert_ok!(Marketplace::restock(signed(PROVIDER), offer, u32::MAX - STOCK));
        assert_noop!(Marketplace::restock(signed(PROVIDER), offer, 1), Error::MaxStockExceeded);
    });
}

#[test]
fn restock_should_be_refused_when_the_offer_has_expired() {
    build_and_execute(|| {
        let offer = listed(listing());
        Now::set(EXPIRY - 1);
        assert_ok!(Marketplace::restock(signed(PROVIDER), offer, 1));
        for now in [EXPIRY, EXPIRY + 1] {
            Now::set(now);
            assert_noop!(Marketplace::restock(signed(PROVIDER), offer, 1), Error::OfferExpired);
        }
    });
}

#[test]
fn restock_should_be_refused_when_the_agreement_is_gone() {
    build_and_execute(|| {
        let offer = listed(listing());
        Agreements::remove(AGREEMENT);
        assert_noop!(Marketplace::restock(signed(PROVIDER), offer, 1), Error::AgreementNotFound);
    });
}
