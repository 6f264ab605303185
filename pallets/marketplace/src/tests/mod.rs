// SPDX-License-Identifier: Apache-2.0

//! Tests of the calls, one file each; and of what must hold whatever is called.

mod authorize_partner;
mod bundles;
mod burn_credential;
mod cancel_voucher;
mod clear_counters;
mod confirm;
mod delist;
mod fulfil;
mod invariants;
mod journeys;
mod list_offer;
mod matrix;
mod mint_breach_credential;
mod queries;
mod rate;
mod redeem;
mod refund;
mod remove_expired;
mod restock;
mod revoke_partner;
mod seller_share;
mod try_state;
mod withdraw_offer;

use crate::{
    mock::*,
    types::{Listing, OfferKind, OfferStatus, Part, RatingSum, VoucherId, VoucherState},
    Call, Credentials, Event, NextOfferId, NextVoucherId, OfferCount, OfferRatings, Offers, PartnerCount, Partners,
    Ratings, Redeemed, SellerRatings, SellerRecords, Vouchers, VouchersOf,
};
use dsla_primitives::{
    terms::Document, traits::PaymentSource, verdict::Outcome, AgreementId, Balance, OfferId, RoundId,
};
use frame_support::{assert_noop, assert_ok, traits::GetCallName};
use sp_core::H256;
use sp_runtime::{DispatchError, DispatchResult, Perbill};

type Error = crate::Error<Test>;

const PRICE: Balance = 100;
const STOCK: u32 = 10;
const LIMIT: u32 = 5;
const EXPIRY: u64 = START + 10_000;
const FULFIL_WITHIN: u64 = 5_000;
const TERMS: H256 = H256::repeat_byte(7);

/// A sound listing, to be changed where a test wants something else.
fn listing() -> Listing {
    Listing {
        kind: OfferKind::Promotion,
        name: b"one month free".to_vec().try_into().unwrap(),
        price: PRICE,
        stock: STOCK,
        limit: LIMIT,
        expiry: EXPIRY,
        document: Document { hash: TERMS, uri: b"https://example.org/terms".to_vec().try_into().unwrap() },
        fulfil_within: FULFIL_WITHIN,
        seller_share: Perbill::zero(),
    }
}

fn list(who: RuntimeOrigin, agreement: AgreementId, listing: Listing) -> DispatchResult {
    let Listing { kind, name, price, stock, limit, expiry, document, fulfil_within, seller_share: share } = listing;
    Marketplace::list_offer(who, agreement, kind, name, price, stock, limit, expiry, document, fulfil_within, share)
}

/// Lists an offer of `who` and gives its id.
fn listed_by(who: AccountId, listing: Listing) -> OfferId {
    let id = NextOfferId::<Test>::get();
    assert_ok!(list(signed(who), AGREEMENT, listing));
    id
}

/// Lists an offer of the provider and gives its id.
fn listed(listing: Listing) -> OfferId {
    listed_by(PROVIDER, listing)
}

/// A bundle of so many pieces of each offer.
fn bundle(parts: &[(OfferId, u32)]) -> OfferKind {
    let parts: Vec<_> = parts.iter().map(|(offer, quantity)| Part { offer: *offer, quantity: *quantity }).collect();
    OfferKind::Bundle(parts.try_into().unwrap())
}

/// Lets the partner list offers for the provider's pool.
fn authorize() {
    assert_ok!(Marketplace::authorize_partner(signed(PROVIDER), AGREEMENT, PARTNER));
}

/// Without what a success tells about weight and fees.
fn plain(result: frame_support::dispatch::DispatchResultWithPostInfo) -> DispatchResult {
    result.map(|_| ()).map_err(|error| error.error)
}

fn redeem(who: AccountId, offer: OfferId, quantity: u32) -> DispatchResult {
    redeem_from(who, offer, quantity, PRICE, PaymentSource::Wallet, TERMS)
}

fn redeem_from(
    who: AccountId,
    offer: OfferId,
    quantity: u32,
    max_price: Balance,
    source: PaymentSource,
    terms: H256,
) -> DispatchResult {
    plain(Marketplace::redeem(signed(who), offer, quantity, max_price, source, terms))
}

/// Redeems for `who` and gives the voucher's id.
fn redeemed(who: AccountId, offer: OfferId, quantity: u32) -> VoucherId {
    let id = NextVoucherId::<Test>::get();
    assert_ok!(redeem(who, offer, quantity));
    id
}

/// Gives the NFT of a voucher away.
fn transfer(voucher: VoucherId, to: AccountId) {
    Nfts::mutate(voucher, |nft| nft.as_mut().unwrap().0 = to);
}

fn state(voucher: VoucherId) -> VoucherState {
    Vouchers::<Test>::get(voucher).unwrap().state
}

fn signed(who: AccountId) -> RuntimeOrigin {
    RuntimeOrigin::signed(who)
}

fn free(who: AccountId) -> Balance {
    pallet_balances::Pallet::<Test>::free_balance(who)
}

fn deposit_of(who: AccountId) -> Balance {
    held_of(&OfferHold::get(), who)
}

fn held_of(reason: &RuntimeHoldReason, who: AccountId) -> Balance {
    use frame_support::traits::fungible::InspectHold;
    Balances::balance_on_hold(reason, &who)
}

/// A final period of the provider's agreement in which Alice was a customer.
fn period(period: u32, outcome: Outcome) -> RoundId {
    let round = RoundId::new(AGREEMENT, period);
    Outcomes::insert(round, outcome);
    Customers::insert((round, ALICE), ());
    round
}

fn assert_last(event: Event<Test>) {
    System::assert_last_event(event.into());
}

/// How many events the marketplace has emitted.
fn own_events() -> usize {
    System::events().iter().filter(|record| matches!(record.event, RuntimeEvent::Marketplace(_))).count()
}

#[test]
fn readme_should_list_every_call() {
    let readme = include_str!("../../README.md");
    let table = readme.split("## Calls").nth(1).unwrap().split("\n## ").next().unwrap();
    let listed: Vec<_> = table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    assert_eq!(listed, Call::<Test>::get_call_names());
}

#[test]
fn calls_should_be_refused_when_not_signed() {
    build_and_execute(|| {
        let offer = listed(listing());
        let voucher = redeemed(ALICE, offer, 1);
        let missed = period(0, Outcome::Missed);
        for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
            let bad = DispatchError::BadOrigin;
            assert_noop!(list(origin.clone(), AGREEMENT, listing()), bad);
            assert_noop!(Marketplace::restock(origin.clone(), offer, 1), bad);
            assert_noop!(Marketplace::withdraw_offer(origin.clone(), offer), bad);
            let source = PaymentSource::Wallet;
            assert_noop!(plain(Marketplace::redeem(origin.clone(), offer, 1, PRICE, source, TERMS)), bad);
            assert_noop!(Marketplace::fulfil(origin.clone(), voucher), bad);
            assert_noop!(Marketplace::refund(origin.clone(), voucher), bad);
            assert_noop!(Marketplace::cancel_voucher(origin.clone(), voucher), bad);
            assert_noop!(plain(Marketplace::clear_counters(origin.clone(), offer, 1)), bad);
            assert_noop!(Marketplace::confirm(origin.clone(), voucher), bad);
            assert_noop!(Marketplace::rate(origin.clone(), voucher, 5), bad);
            assert_noop!(Marketplace::delist(origin.clone(), offer), bad);
            assert_noop!(plain(Marketplace::remove_expired(origin.clone(), offer)), bad);
            assert_noop!(Marketplace::authorize_partner(origin.clone(), AGREEMENT, PARTNER), bad);
            assert_noop!(Marketplace::revoke_partner(origin.clone(), AGREEMENT, PARTNER), bad);
            assert_noop!(Marketplace::mint_breach_credential(origin.clone(), missed), bad);
            assert_noop!(Marketplace::burn_credential(origin, missed), bad);
        }
    });
}
