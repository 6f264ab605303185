// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{types::MAX_CLEARED, WeightInfo};
use frame_support::dispatch::Pays;

/// An offer that is gone and has left `counters` counters.
fn gone(counters: u32) -> OfferId {
    let offer = listed(Listing { stock: counters, ..listing() });
    for n in 0..counters {
        let buyer = 10_000 + u64::from(n);
        assert_ok!(Balances::transfer_keep_alive(signed(STRANGER), buyer, PRICE + ED));
        let voucher = redeemed(buyer, offer, 1);
        assert_ok!(Marketplace::fulfil(signed(PROVIDER), voucher));
    }
    assert_ok!(Marketplace::withdraw_offer(signed(PROVIDER), offer));
    offer
}

fn left(offer: OfferId) -> usize {
    Redeemed::<Test>::iter_prefix(offer).count()
}

#[test]
fn clear_counters_should_remove_as_many_as_asked_and_be_free() {
    build_and_execute(|| {
        let offer = gone(5);
        let info = Marketplace::clear_counters(signed(STRANGER), offer, 2).unwrap();
        assert_eq!(info.pays_fee, Pays::No);
        assert_eq!(info.actual_weight, Some(<() as WeightInfo>::clear_counters(2)));
        assert_last(Event::CountersCleared { offer, cleared: 2 });
        assert_eq!(left(offer), 3);

        let info = Marketplace::clear_counters(signed(STRANGER), offer, 10).unwrap();
        assert_eq!(info.actual_weight, Some(<() as WeightInfo>::clear_counters(3)));
        assert_last(Event::CountersCleared { offer, cleared: 3 });
        assert_eq!(left(offer), 0);
        assert_noop!(Marketplace::clear_counters(signed(STRANGER), offer, 10), Error::NothingToClear);
    });
}

#[test]
fn clear_counters_should_remove_no_more_than_the_weight_pays_for() {
    build_and_execute(|| {
        let offer = gone(MAX_CLEARED + 1);
        assert_ok!(Marketplace::clear_counters(signed(STRANGER), offer, u32::MAX));
        assert_last(Event::CountersCleared { offer, cleared: MAX_CLEARED });
        assert_eq!(left(offer), 1);
    });
}

#[test]
fn clear_counters_should_leave_other_offers_alone() {
    build_and_execute(|| {
        let kept = listed(listing());
        redeemed(ALICE, kept, 1);
        let offer = gone(1);
        assert_ok!(Marketplace::clear_counters(signed(STRANGER), offer, 10));
        assert_eq!((left(offer), left(kept)), (0, 1));
    });
}

#[test]
fn clear_counters_should_be_refused_when_the_offer_still_exists() {
    build_and_execute(|| {
        let offer = listed(listing());
        let voucher = redeemed(ALICE, offer, 1);
        assert_noop!(Marketplace::clear_counters(signed(STRANGER), offer, 1), Error::OfferNotRemoved);
        assert_ok!(Marketplace::withdraw_offer(signed(PROVIDER), offer));
        assert_noop!(Marketplace::clear_counters(signed(PROVIDER), offer, 1), Error::OfferNotRemoved);
        assert_ok!(Marketplace::fulfil(signed(PROVIDER), voucher));
        assert_ok!(Marketplace::clear_counters(signed(STRANGER), offer, 1));
    });
}

#[test]
fn clear_counters_should_be_refused_when_there_is_nothing_to_do() {
    build_and_execute(|| {
        let offer = gone(1);
        assert_noop!(Marketplace::clear_counters(signed(STRANGER), offer, 0), Error::NothingToClear);
        assert_noop!(Marketplace::clear_counters(signed(STRANGER), OfferId(99), 1), Error::NothingToClear);
    });
}
