// SPDX-License-Identifier: Apache-2.0

use super::*;
use dsla_primitives::traits::AgreementStatus::*;
use sp_runtime::{traits::Dispatchable, ArithmeticError, TokenError};

#[test]
fn redeem_should_hold_the_price_back_and_issue_a_voucher() {
    build_and_execute(|| {
        let offer = listed(listing());
        let voucher = redeemed(ALICE, offer, 3);
        let fulfil_by = START + FULFIL_WITHIN;
        assert_last(Event::OfferRedeemed { offer, voucher, buyer: ALICE, quantity: 3, paid: 300, fulfil_by });

        let stored = Vouchers::<Test>::get(voucher).unwrap();
        assert_eq!((stored.offer, stored.buyer, stored.quantity, stored.paid), (offer, ALICE, 3, 300));
        assert_eq!((stored.fulfil_by, stored.state), (fulfil_by, VoucherState::Issued));
        assert_eq!(Nfts::get(voucher), Some((ALICE, false, listing().document.uri)));

        let stored = Offers::<Test>::get(offer).unwrap();
        assert_eq!((stored.stock, stored.outstanding), (STOCK - 3, 1));
        assert_eq!(Redeemed::<Test>::get(offer, ALICE), 3);
        assert_eq!((free(ALICE), Held::get(AGREEMENT)), (ENDOWMENT - 300, 300));
        assert_eq!(redeemed(BOB, offer, 1), voucher + 1);
    });
}

#[test]
fn redeem_should_pay_from_what_is_claimable() {
    build_and_execute(|| {
        let offer = listed(listing());
        owe(OTHER_AGREEMENT, ALICE, 250);
        let source = PaymentSource::Claimable(OTHER_AGREEMENT);
        assert_ok!(redeem_from(ALICE, offer, 2, PRICE, source, TERMS));
        assert_eq!(Claimables::get((OTHER_AGREEMENT, ALICE)), 50);
        assert_eq!((free(ALICE), Held::get(AGREEMENT)), (ENDOWMENT, 200));
        // Not enough is left for another piece.
        let short =
            RuntimeCall::Marketplace(Call::redeem { offer, quantity: 1, max_price: PRICE, source, terms_hash: TERMS });
        assert_noop!(
            short.dispatch(signed(ALICE)).map_err(|error| error.error),
            DispatchError::Other("claimable too small")
        );
    });
}

#[test]
fn redeem_should_bind_the_voucher_to_the_buyer_when_it_is_a_trophy() {
    for (kind, soul_bound) in [(OfferKind::Promotion, false), (OfferKind::Trophy, true)] {
        build_and_execute(|| {
            let offer = listed(Listing { kind, ..listing() });
            let voucher = redeemed(ALICE, offer, 1);
            assert_eq!(Nfts::get(voucher).unwrap().1, soul_bound);
        });
    }
}

#[test]
fn redeem_should_be_refused_when_the_offer_is_unknown() {
    build_and_execute(|| {
        assert_noop!(redeem(ALICE, OfferId(0), 1), Error::OfferNotFound);
    });
}

#[test]
fn redeem_should_be_refused_when_the_offer_is_withdrawn() {
    build_and_execute(|| {
        let offer = listed(listing());
        redeemed(ALICE, offer, 1);
        assert_ok!(Marketplace::withdraw_offer(signed(PROVIDER), offer));
        assert_noop!(redeem(ALICE, offer, 1), Error::OfferWithdrawn);
    });
}

#[test]
fn redeem_should_be_refused_when_the_offer_has_expired() {
    build_and_execute(|| {
        let offer = listed(listing());
        Now::set(EXPIRY - 1);
        assert_ok!(redeem(ALICE, offer, 1));
        for now in [EXPIRY, EXPIRY + 1] {
            Now::set(now);
            assert_noop!(redeem(ALICE, offer, 1), Error::OfferExpired);
        }
    });
}

#[test]
fn redeem_should_depend_on_the_status_of_the_agreement() {
    for (status, allowed) in [(Draft, false), (Open, true), (Active, true), (Completed, false), (Terminated, false)] {
        build_and_execute(|| {
            let offer = listed(listing());
            set_status(AGREEMENT, status);
            match allowed {
                true => {
                    assert_ok!(redeem(ALICE, offer, 1));
                }
                false => {
                    assert_noop!(redeem(ALICE, offer, 1), Error::AgreementNotOpen);
                }
            }
        });
    }
}

#[test]
fn redeem_should_be_refused_when_the_agreement_is_gone() {
    build_and_execute(|| {
        let offer = listed(listing());
        Agreements::remove(AGREEMENT);
        assert_noop!(redeem(ALICE, offer, 1), Error::AgreementNotFound);
    });
}

#[test]
fn redeem_should_be_refused_when_the_quantity_is_zero() {
    build_and_execute(|| {
        let offer = listed(listing());
        assert_noop!(redeem(ALICE, offer, 0), Error::ZeroQuantity);
    });
}

#[test]
fn redeem_should_compare_the_price_of_a_piece_with_the_maximum() {
    build_and_execute(|| {
        let offer = listed(listing());
        let pay = |max| redeem_from(ALICE, offer, 2, max, PaymentSource::Wallet, TERMS);
        assert_noop!(pay(0), Error::PriceAboveMaximum);
        assert_noop!(pay(PRICE - 1), Error::PriceAboveMaximum);
        assert_ok!(pay(PRICE));
        assert_ok!(pay(PRICE + 1));
        // The price is what the seller asks, not what the buyer would have paid.
        assert_eq!(free(ALICE), ENDOWMENT - 4 * PRICE);
    });
}

#[test]
fn redeem_should_be_refused_when_the_terms_are_not_those_agreed_to() {
    build_and_execute(|| {
        let offer = listed(listing());
        let other = H256::repeat_byte(8);
        assert_noop!(redeem_from(ALICE, offer, 1, PRICE, PaymentSource::Wallet, other), Error::TermsChanged);
    });
}

#[test]
fn redeem_should_be_refused_when_the_stock_is_too_small() {
    build_and_execute(|| {
        let offer = listed(Listing { stock: 3, ..listing() });
        assert_noop!(redeem(ALICE, offer, 4), Error::StockExceeded);
        assert_noop!(redeem(ALICE, offer, u32::MAX), Error::StockExceeded);
        assert_ok!(redeem(ALICE, offer, 3));
        assert_noop!(redeem(BOB, offer, 1), Error::StockExceeded);
        assert_ok!(Marketplace::restock(signed(PROVIDER), offer, 1));
        assert_ok!(redeem(BOB, offer, 1));
    });
}

#[test]
fn redeem_should_be_refused_when_the_account_would_exceed_the_limit() {
    build_and_execute(|| {
        let offer = listed(listing());
        assert_noop!(redeem(ALICE, offer, LIMIT + 1), Error::LimitExceeded);
        assert_ok!(redeem(ALICE, offer, LIMIT - 1));
        assert_noop!(redeem(ALICE, offer, 2), Error::LimitExceeded);
        let voucher = redeemed(ALICE, offer, 1);
        assert_noop!(redeem(ALICE, offer, 1), Error::LimitExceeded);
        // Neither handing the voucher on nor its fulfilment makes room.
        transfer(voucher, BOB);
        assert_noop!(redeem(ALICE, offer, 1), Error::LimitExceeded);
        assert_ok!(Marketplace::fulfil(signed(PROVIDER), voucher));
        assert_noop!(redeem(ALICE, offer, 1), Error::LimitExceeded);
        // The limit is one of each account and each offer.
        assert_ok!(redeem(BOB, offer, 1));
        let other = listed(listing());
        assert_ok!(redeem(ALICE, other, LIMIT));
    });
}

#[test]
fn redeem_should_be_refused_when_the_amount_overflows() {
    build_and_execute(|| {
        let offer = listed(Listing { price: Balance::MAX, ..listing() });
        let pay = |quantity| redeem_from(ALICE, offer, quantity, Balance::MAX, PaymentSource::Wallet, TERMS);
        assert_noop!(pay(2), Error::AmountOverflow);
        // It fits, but nobody has it.
        assert_noop!(pay(1), ArithmeticError::Underflow);
    });
}

#[test]
fn redeem_should_be_refused_when_ids_are_used_up() {
    build_and_execute(|| {
        let offer = listed(listing());
        NextVoucherId::<Test>::put(u32::MAX);
        assert_noop!(redeem(ALICE, offer, 1), Error::IdsExhausted);
    });
}

#[test]
fn redeem_should_be_refused_when_the_deadline_does_not_fit() {
    build_and_execute(|| {
        let offer = listed(Listing { expiry: u64::MAX, ..listing() });
        Now::set(u64::MAX - FULFIL_WITHIN + 1);
        assert_noop!(redeem(ALICE, offer, 1), ArithmeticError::Overflow);
        Now::set(u64::MAX - FULFIL_WITHIN);
        assert_ok!(redeem(ALICE, offer, 1));
    });
}

#[test]
fn redeem_should_change_nothing_when_the_nft_cannot_be_minted() {
    build_and_execute(|| {
        let offer = listed(listing());
        MintFails::set(true);
        let call = RuntimeCall::Marketplace(Call::redeem {
            offer,
            quantity: 1,
            max_price: PRICE,
            source: PaymentSource::Wallet,
            terms_hash: TERMS,
        });
        assert_noop!(call.dispatch(signed(ALICE)).map_err(|error| error.error), DispatchError::Other("cannot mint"));
    });
}

#[test]
fn redeem_should_be_refused_when_the_wallet_has_too_little() {
    build_and_execute(|| {
        let offer = listed(Listing { price: ENDOWMENT - ED, ..listing() });
        let pay = |who| redeem_from(who, offer, 1, Balance::MAX, PaymentSource::Wallet, TERMS);
        assert_ok!(Balances::transfer_keep_alive(signed(ALICE), BOB, 1));
        assert_noop!(pay(ALICE), TokenError::NotExpendable);
        assert_ok!(pay(BOB));
    });
}
