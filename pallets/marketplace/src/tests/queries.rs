// SPDX-License-Identifier: Apache-2.0

//! What the runtime API tells.

use super::*;
use dsla_primitives::market::OfferView;

fn view(offer: OfferId) -> OfferView<AccountId> {
    Marketplace::offer(offer).unwrap()
}

#[test]
fn offer_should_tell_everything_a_buyer_needs() {
    build_and_execute(|| {
        authorize();
        let share = Perbill::from_percent(25);
        let offer = listed_by(PARTNER, Listing { seller_share: share, ..listing() });
        for (who, stars) in [(ALICE, 5), (BOB, 4)] {
            let voucher = redeemed(who, offer, 2);
            assert_ok!(Marketplace::confirm(signed(who), voucher));
            assert_ok!(Marketplace::rate(signed(who), voucher, stars));
        }
        redeemed(ALICE, offer, 1);
        let view = view(offer);
        assert_eq!((view.id, view.seller, view.agreement), (offer, PARTNER, AGREEMENT));
        assert_eq!((view.kind, view.name, view.document), (OfferKind::Promotion, listing().name, listing().document));
        assert_eq!((view.price, view.seller_share, view.stock, view.available), (PRICE, share, 5, 5));
        assert_eq!((view.limit, view.expiry, view.fulfil_within), (LIMIT, EXPIRY, FULFIL_WITHIN));
        assert_eq!((view.outstanding, view.withdrawn), (1, false));
        let rating = RatingSum { count: 2, stars: 9, refilled: 300 };
        assert_eq!((view.rating, view.record.rating, view.record.fulfilled), (rating, rating, 2));
        assert_eq!(Marketplace::seller_record(&PARTNER), view.record);
        assert_eq!(Marketplace::offer(OfferId(99)), None);
    });
}

#[test]
fn offer_should_tell_what_can_be_redeemed_now() {
    build_and_execute(|| {
        let part = listed(Listing { stock: 7, ..listing() });
        let offer = listed(Listing { kind: bundle(&[(part, 3)]), expiry: EXPIRY + 1, ..listing() });
        assert_eq!((view(part).available, view(offer).available, view(offer).stock), (7, 2, STOCK));
        assert_ok!(redeem(ALICE, offer, 2));
        assert_eq!(view(offer).available, 0);
        assert_ok!(Marketplace::restock(signed(PROVIDER), part, u32::MAX - 1));
        assert_eq!((view(offer).available, view(offer).stock), (8, 8));

        set_status(AGREEMENT, dsla_primitives::traits::AgreementStatus::Draft);
        assert_eq!((view(part).available, view(offer).available), (0, 0));
        set_status(AGREEMENT, dsla_primitives::traits::AgreementStatus::Open);
        Now::set(EXPIRY);
        assert_eq!((view(part).available, view(offer).available), (0, 0));
        assert_ok!(Marketplace::withdraw_offer(signed(PROVIDER), offer));
        assert_eq!((view(offer).available, view(offer).withdrawn), (0, true));
    });
}

#[test]
fn offers_should_come_page_by_page_each_once() {
    build_and_execute(|| {
        OffersCap::set(205);
        let all: Vec<_> = (0..205).map(|_| listed(listing())).collect();
        let ids = |page: Vec<OfferView<AccountId>>| page.into_iter().map(|view| view.id).collect::<Vec<_>>();

        let (first, next) = Marketplace::offers(None, 2);
        let (mut seen, mut after, mut pages) = (ids(first), next, 1);
        assert_eq!((seen.len(), after), (2, seen.last().copied()));
        // A page begins after its cursor, also when that offer has gone.
        assert_ok!(Marketplace::withdraw_offer(signed(PROVIDER), after.unwrap()));
        while let Some(last) = after {
            let (page, next) = Marketplace::offers(Some(last), u32::MAX);
            assert!(page.len() <= 100);
            seen.extend(ids(page));
            (after, pages) = (next, pages + 1);
        }
        seen.sort();
        assert_eq!((seen, pages), (all, 4));
        assert_eq!(Marketplace::offers(None, 0), (vec![], None));
    });
}

#[test]
fn vouchers_of_should_list_what_an_account_has_redeemed() {
    build_and_execute(|| {
        let offer = listed(Listing { stock: 100, limit: 100, ..listing() });
        let vouchers: Vec<_> = (0..5).map(|_| redeemed(ALICE, offer, 1)).collect();
        let of_bob = redeemed(BOB, offer, 2);
        transfer(vouchers[0], BOB);
        assert_ok!(Marketplace::fulfil(signed(PROVIDER), vouchers[1]));
        assert_ok!(Marketplace::cancel_voucher(signed(PROVIDER), vouchers[2]));

        let (mut seen, mut after) = (vec![], None);
        loop {
            let (page, next) = Marketplace::vouchers_of(&ALICE, after, 2);
            assert!(page.len() <= 2);
            seen.extend(page);
            after = next;
            if after.is_none() {
                break;
            }
        }
        seen.sort_by_key(|view| view.id);
        assert_eq!(seen.iter().map(|view| view.id).collect::<Vec<_>>(), vouchers);
        assert_eq!(seen[0].holder, Some(BOB));
        assert_eq!((seen[1].state, seen[1].rate_by), (VoucherState::Fulfilled, Some(START + RATING_WINDOW)));
        assert_eq!((seen[2].state, seen[2].holder, seen[2].rate_by), (VoucherState::Refunded, None, None));
        assert_eq!((seen[3].offer, seen[3].seller, seen[3].quantity, seen[3].paid), (offer, PROVIDER, 1, PRICE));
        assert_eq!((seen[3].fulfil_by, seen[3].rate_by, seen[3].stars), (START + FULFIL_WITHIN, None, None));

        let (page, next) = Marketplace::vouchers_of(&BOB, None, 100);
        assert_eq!((page.len(), page[0].id, next), (1, of_bob, None));
        assert_eq!(Marketplace::vouchers_of(&STRANGER, None, 100), (vec![], None));
        assert_eq!(VouchersOf::<Test>::iter().count(), 6);
    });
}

#[test]
fn voucher_should_tell_until_when_it_can_be_rated() {
    build_and_execute(|| {
        let (offer, cheap) = (listed(listing()), listed(Listing { price: 1, ..listing() }));
        let [rated, open, own, little] =
            [(ALICE, offer), (ALICE, offer), (PROVIDER, offer), (BOB, cheap)].map(|(who, offer)| {
                let voucher = redeemed(who, offer, 1);
                assert_ok!(Marketplace::fulfil(signed(PROVIDER), voucher));
                voucher
            });
        assert_ok!(Marketplace::rate(signed(ALICE), rated, 4));
        let view = |voucher| Marketplace::voucher(voucher).unwrap();
        assert_eq!((view(rated).stars, view(rated).rate_by), (Some(4), None));
        assert_eq!((view(open).stars, view(open).rate_by), (None, Some(START + RATING_WINDOW)));
        assert_eq!((view(own).rate_by, view(little).rate_by), (None, None));
        assert_eq!(Marketplace::voucher(99), None);
    });
}
