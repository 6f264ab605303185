// SPDX-License-Identifier: Apache-2.0

//! Worst cases of the calls, on the real runtime.

#![cfg(feature = "runtime-benchmarks")]

extern crate alloc;

use super::{offers::OfferOf, types::*, *};
use alloc::vec;
use dsla_primitives::{
    terms::Document,
    traits::{PaymentSource, Scenario},
    AgreementId, Balance, Moment, Name, OfferId, RoundId, Uri,
};
use frame_benchmarking::v2::*;
use frame_support::traits::{Consideration, Footprint, Get};
use frame_system::RawOrigin;
use sp_core::H256;

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

/// Lists a trophy, the kind whose NFT takes the most work, as large as it can be.
fn list<T: Config>(agreement: AgreementId, seller: &T::AccountId) -> OfferId {
    let id = NextOfferId::<T>::get();
    T::OfferDeposit::ensure_successful(seller, Footprint::from_mel::<OfferOf<T>>());
    Pallet::<T>::list_offer(
        RawOrigin::Signed(seller.clone()).into(),
        agreement,
        OfferKind::Trophy,
        name(),
        PRICE,
        u32::MAX,
        u32::MAX,
        Moment::MAX,
        document(),
        1,
    )
    .expect("the provider may list an offer");
    id
}

fn redeem<T: Config>(offer: OfferId, buyer: &T::AccountId) -> VoucherId {
    let id = NextVoucherId::<T>::get();
    let origin = RawOrigin::Signed(buyer.clone()).into();
    Pallet::<T>::redeem(origin, offer, QUANTITY, PRICE, PaymentSource::Wallet, TERMS).expect("the buyer has plenty");
    id
}

/// The only voucher of a withdrawn offer, so that settling it also removes the offer; its seller and its buyer.
fn last_voucher<T: Config>() -> (VoucherId, OfferId, T::AccountId, T::AccountId) {
    let (agreement, seller) = T::Scenario::open_agreement();
    let buyer = T::Scenario::funded("buyer", 0);
    let offer = list::<T>(agreement, &seller);
    let voucher = redeem::<T>(offer, &buyer);
    Pallet::<T>::withdraw_offer(RawOrigin::Signed(seller.clone()).into(), offer).expect("the seller may withdraw");
    (voucher, offer, seller, buyer)
}

fn assert_settled<T: Config>(voucher: VoucherId, offer: OfferId, state: VoucherState) {
    assert_eq!(Vouchers::<T>::get(voucher).map(|voucher| voucher.state), Some(state));
    assert!(!Offers::<T>::contains_key(offer));
}

#[benchmarks]
mod benches {
    use super::*;

    #[benchmark]
    fn list_offer() {
        let (agreement, seller) = T::Scenario::open_agreement();
        T::OfferDeposit::ensure_successful(&seller, Footprint::from_mel::<OfferOf<T>>());
        let id = NextOfferId::<T>::get();

        #[extrinsic_call]
        _(
            RawOrigin::Signed(seller),
            agreement,
            OfferKind::Trophy,
            name(),
            PRICE,
            u32::MAX,
            u32::MAX,
            Moment::MAX,
            document(),
            T::MaxFulfilment::get(),
        );

        assert!(Offers::<T>::contains_key(id));
    }

    #[benchmark]
    fn restock() {
        let (agreement, seller) = T::Scenario::open_agreement();
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

    /// The first redemption of all, paid from compensation.
    #[benchmark]
    fn redeem() {
        let (agreement, seller) = T::Scenario::open_agreement();
        let buyer = T::Scenario::funded("buyer", 0);
        T::Scenario::subscribe(agreement, &buyer);
        T::Scenario::settle(RoundId::new(agreement, 0));
        let offer = list::<T>(agreement, &seller);
        let voucher = NextVoucherId::<T>::get();

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
}
