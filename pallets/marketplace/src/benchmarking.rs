// SPDX-License-Identifier: Apache-2.0

//! Worst cases of the calls, on the real runtime.

#![cfg(feature = "runtime-benchmarks")]

extern crate alloc;

use super::{offers::OfferOf, partners::PartnerOf, types::*, *};
use alloc::vec;
use dsla_primitives::{
    terms::Document,
    traits::{PaymentSource, Scenario},
    AgreementId, Balance, Moment, Name, OfferId, RoundId, Uri,
};
use frame_benchmarking::v2::*;
use frame_support::{
    traits::{Consideration, Footprint, Get},
    BoundedVec,
};
use frame_system::RawOrigin;
use sp_core::H256;
use sp_runtime::Perbill;

/// Pieces each buyer redeems: more than one, so that a total is computed.
const QUANTITY: u32 = 2;
/// Less than anything a buyer has in a scenario.
const PRICE: Balance = 1_000_000_000;
const TERMS: H256 = H256::repeat_byte(7);

fn name() -> Name {
    Name::truncate_from(vec![b'n'; 64])
}

fn document() -> Document {
    Document { hash: TERMS, uri: Uri::truncate_from(vec![b'u'; 256]) }
}

/// Ends soon enough for a benchmark to wait for it, and late enough to redeem before.
fn expiry<T: Config>() -> Moment {
    T::Scenario::now() + 1_000_000
}

fn list_kind<T: Config>(agreement: AgreementId, seller: &T::AccountId, kind: OfferKind, price: Balance) -> OfferId {
    let id = NextOfferId::<T>::get();
    T::OfferDeposit::ensure_successful(seller, Footprint::from_mel::<OfferOf<T>>());
    Pallet::<T>::list_offer(
        RawOrigin::Signed(seller.clone()).into(),
        agreement,
        kind,
        name(),
        price,
        u32::MAX,
        u32::MAX,
        expiry::<T>(),
        document(),
        1,
        Perbill::zero(),
    )
    .expect("the provider may list an offer");
    id
}

/// Lists a trophy, the kind whose NFT takes the most work, as large as it can be.
fn list<T: Config>(agreement: AgreementId, seller: &T::AccountId) -> OfferId {
    list_kind::<T>(agreement, seller, OfferKind::Trophy, PRICE)
}

/// A bundle of one piece of each of `parts` trophies; a trophy when there are none.
fn bundle<T: Config>(agreement: AgreementId, seller: &T::AccountId, parts: u32) -> OfferKind {
    if parts == 0 {
        return OfferKind::Trophy;
    }
    let parts = (0..parts).map(|_| Part { offer: list::<T>(agreement, seller), quantity: 1 }).collect();
    OfferKind::Bundle(BoundedVec::truncate_from(parts))
}

/// Redeems for `buyer` and gives the voucher's id.
fn bought<T: Config>(offer: OfferId, buyer: &T::AccountId) -> VoucherId {
    let id = NextVoucherId::<T>::get();
    let origin = RawOrigin::Signed(buyer.clone()).into();
    Pallet::<T>::redeem(origin, offer, QUANTITY, Balance::MAX, PaymentSource::Wallet, TERMS)
        .expect("the buyer has plenty");
    id
}

/// The only voucher of a withdrawn offer, so that settling it also removes the offer; its seller and its buyer. The
/// seller has a share, whatever the largest one is now.
fn last_voucher<T: Config>() -> (VoucherId, OfferId, T::AccountId, T::AccountId) {
    let (agreement, seller) = T::Scenario::open_agreement();
    let buyer = T::Scenario::funded("buyer", 0);
    let offer = list::<T>(agreement, &seller);
    Offers::<T>::mutate(offer, |offer| {
        if let Some(offer) = offer {
            offer.seller_share = Perbill::from_percent(50);
        }
    });
    let voucher = bought::<T>(offer, &buyer);
    Pallet::<T>::withdraw_offer(RawOrigin::Signed(seller.clone()).into(), offer).expect("the seller may withdraw");
    (voucher, offer, seller, buyer)
}

/// A partner of a new agreement, and the provider.
fn partner<T: Config>() -> (AgreementId, T::AccountId, T::AccountId) {
    let (agreement, provider) = T::Scenario::open_agreement();
    let merchant = T::Scenario::funded("merchant", 0);
    T::PartnerDeposit::ensure_successful(&provider, Footprint::from_mel::<PartnerOf<T>>());
    Pallet::<T>::authorize_partner(RawOrigin::Signed(provider.clone()).into(), agreement, merchant.clone())
        .expect("the provider may authorize a partner");
    (agreement, provider, merchant)
}

/// A missed period and one of its customers, who can pay the deposit for a credential.
fn missed<T: Config>() -> (RoundId, T::AccountId) {
    let (agreement, _) = T::Scenario::open_agreement();
    let customer = T::Scenario::funded("customer", 0);
    T::Scenario::subscribe(agreement, &customer);
    let round = RoundId::new(agreement, 0);
    T::Scenario::settle(round);
    T::CredentialDeposit::ensure_successful(&customer, credentials::footprint::<T>());
    (round, customer)
}

fn assert_settled<T: Config>(voucher: VoucherId, offer: OfferId, state: VoucherState) {
    assert_eq!(Vouchers::<T>::get(voucher).map(|voucher| voucher.state), Some(state));
    assert!(!Offers::<T>::contains_key(offer));
}

#[benchmarks]
mod benches {
    use super::*;

    #[benchmark]
    fn list_offer(b: Linear<0, MAX_PARTS>) {
        let (agreement, _, seller) = partner::<T>();
        T::OfferDeposit::ensure_successful(&seller, Footprint::from_mel::<OfferOf<T>>());
        let kind = bundle::<T>(agreement, &seller, b);
        let id = NextOfferId::<T>::get();

        #[extrinsic_call]
        _(
            RawOrigin::Signed(seller),
            agreement,
            kind,
            name(),
            PRICE,
            u32::MAX,
            u32::MAX,
            Moment::MAX,
            document(),
            T::MaxFulfilment::get(),
            T::MaxSellerShare::get(),
        );

        assert!(Offers::<T>::contains_key(id));
    }

    /// By a partner, whose right is looked up.
    #[benchmark]
    fn restock() {
        let (agreement, _, seller) = partner::<T>();
        let offer = list::<T>(agreement, &seller);
        Offers::<T>::mutate(offer, |offer| {
            if let Some(offer) = offer {
                offer.stock = 0;
            }
        });

        #[extrinsic_call]
        _(RawOrigin::Signed(seller), offer, u32::MAX);

        assert_eq!(Offers::<T>::get(offer).map(|offer| offer.stock), Some(u32::MAX));
    }

    /// Without vouchers, so that the offer is removed.
    #[benchmark]
    fn withdraw_offer() {
        let (agreement, seller) = T::Scenario::open_agreement();
        let offer = list::<T>(agreement, &seller);

        #[extrinsic_call]
        _(RawOrigin::Signed(seller), offer);

        assert!(!Offers::<T>::contains_key(offer));
    }

    /// The first redemption of all, paid from what a full ledger comes to.
    #[benchmark]
    fn redeem(b: Linear<0, MAX_PARTS>) {
        let (agreement, seller) = T::Scenario::open_agreement();
        let buyer = T::Scenario::funded("buyer", 0);
        T::Scenario::subscribe(agreement, &buyer);
        T::Scenario::settle(RoundId::new(agreement, 0));
        let kind = bundle::<T>(agreement, &seller, b);
        let offer = list_kind::<T>(agreement, &seller, kind, PRICE);
        let voucher = NextVoucherId::<T>::get();
        T::Scenario::fill_ledger(agreement, &buyer);

        #[extrinsic_call]
        _(RawOrigin::Signed(buyer), offer, QUANTITY, PRICE, PaymentSource::Claimable(agreement), TERMS);

        assert!(Vouchers::<T>::contains_key(voucher));
    }

    #[benchmark]
    fn fulfil() {
        let (voucher, offer, seller, _) = last_voucher::<T>();

        #[extrinsic_call]
        _(RawOrigin::Signed(seller), voucher);

        assert_settled::<T>(voucher, offer, VoucherState::Fulfilled);
    }

    #[benchmark]
    fn refund() {
        let (voucher, offer, _, buyer) = last_voucher::<T>();
        T::Scenario::set_time(Vouchers::<T>::get(voucher).expect("it was issued").fulfil_by);

        #[extrinsic_call]
        _(RawOrigin::Signed(buyer), voucher);

        assert_settled::<T>(voucher, offer, VoucherState::Refunded);
    }

    #[benchmark]
    fn cancel_voucher() {
        let (voucher, offer, seller, _) = last_voucher::<T>();

        #[extrinsic_call]
        _(RawOrigin::Signed(seller), voucher);

        assert_settled::<T>(voucher, offer, VoucherState::Refunded);
    }

    #[benchmark]
    fn clear_counters(n: Linear<1, MAX_CLEARED>) {
        let offer = OfferId(0);
        for index in 0..n {
            Redeemed::<T>::insert(offer, account::<T::AccountId>("buyer", index, 0), 1);
        }

        #[extrinsic_call]
        _(RawOrigin::Signed(T::Scenario::funded("caller", 0)), offer, n);

        assert_eq!(Redeemed::<T>::iter_prefix(offer).count(), 0);
    }

    #[benchmark]
    fn confirm() {
        let (voucher, offer, _, buyer) = last_voucher::<T>();

        #[extrinsic_call]
        _(RawOrigin::Signed(buyer), voucher);

        assert_settled::<T>(voucher, offer, VoucherState::Fulfilled);
    }

    /// In the place of an earlier rating.
    #[benchmark]
    fn rate() {
        let (agreement, seller) = T::Scenario::open_agreement();
        let buyer = T::Scenario::funded("buyer", 0);
        let price = PRICE.max(T::MinRatedRefill::get());
        let offer = list_kind::<T>(agreement, &seller, OfferKind::Promotion, price);
        let origin = || RawOrigin::Signed(buyer.clone());
        let (first, second) = (bought::<T>(offer, &buyer), bought::<T>(offer, &buyer));
        for voucher in [first, second] {
            Pallet::<T>::confirm(origin().into(), voucher).expect("the holder may confirm");
        }
        Pallet::<T>::rate(origin().into(), first, 1).expect("the buyer may rate");

        #[extrinsic_call]
        _(origin(), second, MAX_STARS);

        assert_eq!(Ratings::<T>::get(offer).stars, u64::from(MAX_STARS));
    }

    /// Without vouchers, so that the offer is removed and its seller's deposit returned.
    #[benchmark]
    fn delist() {
        let (agreement, provider, merchant) = partner::<T>();
        let offer = list::<T>(agreement, &merchant);

        #[extrinsic_call]
        _(RawOrigin::Signed(provider), offer);

        assert!(!Offers::<T>::contains_key(offer));
    }

    #[benchmark]
    fn remove_expired() {
        let (agreement, seller) = T::Scenario::open_agreement();
        let offer = list::<T>(agreement, &seller);
        T::Scenario::set_time(expiry::<T>());

        #[extrinsic_call]
        _(RawOrigin::Signed(T::Scenario::funded("caller", 0)), offer);

        assert!(!Offers::<T>::contains_key(offer));
    }

    #[benchmark]
    fn authorize_partner() {
        let (agreement, provider) = T::Scenario::open_agreement();
        T::PartnerDeposit::ensure_successful(&provider, Footprint::from_mel::<PartnerOf<T>>());
        let merchant = T::Scenario::funded("merchant", 0);

        #[extrinsic_call]
        _(RawOrigin::Signed(provider), agreement, merchant.clone());

        assert!(Partners::<T>::contains_key(agreement, merchant));
    }

    #[benchmark]
    fn revoke_partner() {
        let (agreement, provider, merchant) = partner::<T>();

        #[extrinsic_call]
        _(RawOrigin::Signed(provider), agreement, merchant.clone());

        assert!(!Partners::<T>::contains_key(agreement, merchant));
    }

    /// The first credential of all, for a customer with a full ledger.
    #[benchmark]
    fn mint_breach_credential() {
        let (round, customer) = missed::<T>();
        T::Scenario::fill_ledger(round.agreement, &customer);

        #[extrinsic_call]
        _(RawOrigin::Signed(customer.clone()), round);

        assert!(Credentials::<T>::contains_key(customer, round));
    }

    #[benchmark]
    fn burn_credential() {
        let (round, customer) = missed::<T>();
        Pallet::<T>::mint_breach_credential(RawOrigin::Signed(customer.clone()).into(), round)
            .expect("a customer may mint");

        #[extrinsic_call]
        _(RawOrigin::Signed(customer.clone()), round);

        assert!(!Credentials::<T>::contains_key(customer, round));
    }
}
