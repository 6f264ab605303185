// SPDX-License-Identifier: Apache-2.0

use super::*;

/// A fulfilled voucher of `who` for `pieces` of `offer`.
fn fulfilled(who: AccountId, offer: OfferId, pieces: u32) -> VoucherId {
    let voucher = redeemed(who, offer, pieces);
    let seller = Offers::<Test>::get(offer).unwrap().seller;
    assert_ok!(Marketplace::fulfil(signed(seller), voucher));
    voucher
}

fn rate(who: AccountId, voucher: VoucherId, stars: u8) -> DispatchResult {
    Marketplace::rate(signed(who), voucher, stars)
}

fn sum(count: u32, stars: u64, refilled: Balance) -> RatingSum {
    RatingSum { count, stars, refilled }
}

#[test]
fn rate_should_count_in_the_offer_and_in_the_record_of_its_seller() {
    build_and_execute(|| {
        let offer = listed(listing());
        let (first, second) = (fulfilled(ALICE, offer, 2), fulfilled(BOB, offer, 1));
        assert_ok!(rate(ALICE, first, 5));
        let replaced = false;
        assert_last(Event::VoucherRated { voucher: first, offer, seller: PROVIDER, buyer: ALICE, stars: 5, replaced });
        assert_ok!(rate(BOB, second, 2));
        assert_eq!(Ratings::<Test>::get(offer), sum(2, 7, 300));
        let record = SellerRecords::<Test>::get(PROVIDER);
        assert_eq!((record.fulfilled, record.refunded, record.rating), (2, 0, sum(2, 7, 300)));
        assert_eq!(Vouchers::<Test>::get(first).unwrap().stars, Some(5));
    });
}

#[test]
fn rate_should_take_the_place_of_the_same_accounts_earlier_rating() {
    build_and_execute(|| {
        let (offer, other) = (listed(listing()), listed(listing()));
        let vouchers = [fulfilled(ALICE, offer, 1), fulfilled(ALICE, offer, 2), fulfilled(ALICE, other, 1)];
        assert_ok!(rate(ALICE, vouchers[0], 5));
        assert_ok!(rate(ALICE, vouchers[1], 1));
        let replaced = true;
        assert_last(Event::VoucherRated {
            voucher: vouchers[1],
            offer,
            seller: PROVIDER,
            buyer: ALICE,
            stars: 1,
            replaced,
        });
        assert_eq!(Ratings::<Test>::get(offer), sum(1, 1, 200));
        // An offer has its own, but the seller is judged by Alice once, as she judged last.
        assert_ok!(rate(ALICE, vouchers[2], 4));
        assert_eq!(Ratings::<Test>::get(other), sum(1, 4, 100));
        assert_eq!(Ratings::<Test>::get(offer), sum(1, 1, 200));
        assert_eq!(SellerRecords::<Test>::get(PROVIDER).rating, sum(1, 4, 100));
    });
}

#[test]
fn rate_should_stay_when_the_offer_is_gone_and_still_be_possible() {
    build_and_execute(|| {
        let offer = listed(listing());
        let (first, second) = (fulfilled(ALICE, offer, 1), fulfilled(BOB, offer, 1));
        assert_ok!(rate(ALICE, first, 5));
        assert_ok!(Marketplace::withdraw_offer(signed(PROVIDER), offer));
        assert_ok!(plain(Marketplace::clear_counters(signed(STRANGER), offer, 10)));
        assert_ok!(rate(BOB, second, 3));
        assert_eq!(Ratings::<Test>::get(offer), sum(2, 8, 200));
        assert_eq!(SellerRecords::<Test>::get(PROVIDER).rating, sum(2, 8, 200));
    });
}

#[test]
fn rate_should_be_for_the_buyer_and_not_for_a_later_holder() {
    build_and_execute(|| {
        let voucher = fulfilled(ALICE, listed(listing()), 1);
        transfer(voucher, BOB);
        assert_noop!(rate(BOB, voucher, 5), Error::NotAuthorized);
        assert_noop!(rate(PROVIDER, voucher, 5), Error::NotAuthorized);
        assert_ok!(rate(ALICE, voucher, 5));
    });
}

#[test]
fn rate_should_be_refused_when_the_buyer_pays_itself() {
    build_and_execute(|| {
        authorize();
        let (own, of_partner) = (listed(listing()), listed_by(PARTNER, listing()));
        // The seller, and the provider whose pool is refilled.
        for (who, offer) in [(PROVIDER, own), (PARTNER, of_partner), (PROVIDER, of_partner)] {
            let voucher = fulfilled(who, offer, 1);
            assert_noop!(rate(who, voucher, 5), Error::OwnVoucher);
        }
        assert_eq!(SellerRecords::<Test>::iter().count(), 0);
        // To another seller, a partner is a customer like others.
        assert_ok!(rate(PARTNER, fulfilled(PARTNER, own, 1), 5));
    });
}

#[test]
fn rate_should_be_refused_when_the_voucher_is_not_fulfilled() {
    build_and_execute(|| {
        let offer = listed(listing());
        let voucher = redeemed(ALICE, offer, 1);
        assert_noop!(rate(ALICE, voucher, 5), Error::WrongState);
        assert_ok!(Marketplace::cancel_voucher(signed(PROVIDER), voucher));
        assert_noop!(rate(ALICE, voucher, 5), Error::WrongState);
        assert_noop!(rate(ALICE, 99, 5), Error::VoucherNotFound);
        assert_eq!(SellerRecords::<Test>::get(PROVIDER).refunded, 1);
    });
}

#[test]
fn rate_should_be_possible_once_for_each_voucher() {
    build_and_execute(|| {
        let voucher = fulfilled(ALICE, listed(listing()), 1);
        assert_ok!(rate(ALICE, voucher, 5));
        assert_noop!(rate(ALICE, voucher, 1), Error::AlreadyRated);
    });
}

#[test]
fn rate_should_be_refused_when_the_window_is_over() {
    build_and_execute(|| {
        let offer = listed(listing());
        let (first, second) = (redeemed(ALICE, offer, 1), redeemed(BOB, offer, 1));
        // Counted from the fulfilment.
        Now::set(START + 500);
        assert_ok!(Marketplace::fulfil(signed(PROVIDER), first));
        assert_ok!(Marketplace::confirm(signed(BOB), second));
        Now::set(START + 500 + RATING_WINDOW);
        assert_noop!(rate(BOB, second, 5), Error::TooLate);
        Now::set(START + 500 + RATING_WINDOW - 1);
        assert_ok!(rate(ALICE, first, 5));
    });
}

#[test]
fn rate_should_be_refused_when_too_little_went_to_the_pool() {
    build_and_execute(|| {
        let price = MIN_RATED - 1;
        let cheap = listed(Listing { price, ..listing() });
        let (one, two) = (fulfilled(ALICE, cheap, 1), fulfilled(ALICE, cheap, 2));
        assert_noop!(rate(ALICE, one, 5), Error::PaidTooLittle);
        assert_ok!(rate(ALICE, two, 5));
        // What the seller gets itself does not count: half of it, rounded down.
        let half = |price| Listing { seller_share: Perbill::from_percent(50), price, ..listing() };
        let (below, enough) = (listed(half(2 * MIN_RATED - 2)), listed(half(2 * MIN_RATED - 1)));
        let (below, enough) = (fulfilled(BOB, below, 1), fulfilled(BOB, enough, 1));
        assert_noop!(rate(BOB, below, 5), Error::PaidTooLittle);
        assert_ok!(rate(BOB, enough, 5));
    });
}

#[test]
fn rate_should_be_refused_when_the_stars_are_not_one_to_five() {
    for (stars, allowed) in [(0, false), (1, true), (5, true), (6, false), (u8::MAX, false)] {
        build_and_execute(|| {
            let voucher = fulfilled(ALICE, listed(listing()), 1);
            match allowed {
                true => {
                    assert_ok!(rate(ALICE, voucher, stars));
                }
                false => {
                    assert_noop!(rate(ALICE, voucher, stars), Error::InvalidStars);
                }
            }
        });
    }
}

#[test]
fn ring_of_one_account_should_add_one_rating_whatever_it_redeems() {
    build_and_execute(|| {
        let offer = listed(Listing { stock: 100, limit: 100, ..listing() });
        assert_ok!(rate(ALICE, fulfilled(ALICE, offer, 1), 1));
        for _ in 0..20 {
            assert_ok!(rate(BOB, fulfilled(BOB, offer, 1), 5));
        }
        assert_eq!(Ratings::<Test>::get(offer), sum(2, 6, 200));
        assert_eq!(SellerRecords::<Test>::get(PROVIDER).rating, sum(2, 6, 200));
        assert_eq!((OfferRatings::<Test>::iter().count(), SellerRatings::<Test>::iter().count()), (2, 2));
    });
}

#[test]
fn ring_of_many_accounts_should_pay_the_pool_for_each_rating() {
    build_and_execute(|| {
        authorize();
        let share = Perbill::from_percent(50);
        let offer = listed_by(PARTNER, Listing { price: 2 * MIN_RATED, seller_share: share, ..listing() });
        for n in 1..=STOCK {
            let puppet = 10_000 + u64::from(n);
            assert_ok!(Balances::transfer_keep_alive(signed(PARTNER), puppet, 2 * MIN_RATED + ED));
            assert_ok!(rate(puppet, fulfilled(puppet, offer, 1), 5));
            let rating = Ratings::<Test>::get(offer);
            assert_eq!((rating.count, rating.refilled), (n, Cover::get(AGREEMENT)));
            assert!(Cover::get(AGREEMENT) >= Balance::from(n) * MIN_RATED);
        }
    });
}
