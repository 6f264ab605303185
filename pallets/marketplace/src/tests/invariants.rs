// SPDX-License-Identifier: Apache-2.0

//! What holds after any sequence of calls.

use super::*;
use proptest::prelude::*;
use sp_runtime::traits::Dispatchable;
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
enum Op {
    List { price: Balance, stock: u32, limit: u32, trophy: bool, other: bool },
    Restock { offer: u64, added: u32 },
    Withdraw { who: AccountId, offer: u64 },
    Redeem { who: AccountId, offer: u64, quantity: u32, claimable: bool },
    Fulfil { who: AccountId, voucher: VoucherId },
    Refund { who: AccountId, voucher: VoucherId },
    Cancel { who: AccountId, voucher: VoucherId },
    Clear { offer: u64, limit: u32 },
    Transfer { voucher: VoucherId, to: AccountId },
    Burn { voucher: VoucherId },
    Pass { time: u64 },
}

fn op() -> impl Strategy<Value = Op> {
    let offer = 0..6u64;
    let voucher = 0..12u32;
    // Mostly those who may, sometimes somebody else.
    let seller = prop_oneof![4 => Just(PROVIDER), 1 => Just(OTHER_PROVIDER), 1 => Just(ALICE)];
    let buyer = prop_oneof![Just(ALICE), Just(BOB), Just(PROVIDER)];
    let price = prop_oneof![9 => 1..5_000u128, 1 => Just(Balance::MAX / 2)];
    prop_oneof![
        3 => (price, 1..20u32, 1..9u32, any::<bool>(), any::<bool>())
            .prop_map(|(price, stock, limit, trophy, other)| Op::List { price, stock, limit, trophy, other }),
        1 => (offer.clone(), 0..5u32).prop_map(|(offer, added)| Op::Restock { offer, added }),
        2 => (seller.clone(), offer.clone()).prop_map(|(who, offer)| Op::Withdraw { who, offer }),
        9 => (buyer.clone(), offer.clone(), 0..5u32, any::<bool>())
            .prop_map(|(who, offer, quantity, claimable)| Op::Redeem { who, offer, quantity, claimable }),
        4 => (seller.clone(), voucher.clone()).prop_map(|(who, voucher)| Op::Fulfil { who, voucher }),
        6 => (buyer.clone(), voucher.clone()).prop_map(|(who, voucher)| Op::Refund { who, voucher }),
        2 => (seller, voucher.clone()).prop_map(|(who, voucher)| Op::Cancel { who, voucher }),
        2 => (offer, 0..3u32).prop_map(|(offer, limit)| Op::Clear { offer, limit }),
        2 => (voucher.clone(), buyer).prop_map(|(voucher, to)| Op::Transfer { voucher, to }),
        1 => voucher.prop_map(|voucher| Op::Burn { voucher }),
        3 => (1..4_000u64).prop_map(|time| Op::Pass { time }),
    ]
}

fn dispatch(who: AccountId, call: Call<Test>) -> bool {
    RuntimeCall::Marketplace(call).dispatch(signed(who)).is_ok()
}

/// Applies `op`; tells whether it succeeded.
fn apply(op: Op) -> bool {
    match op {
        Op::List { price, stock, limit, trophy, other } => {
            let (who, agreement) = if other { (OTHER_PROVIDER, OTHER_AGREEMENT) } else { (PROVIDER, AGREEMENT) };
            let Listing { name, document, fulfil_within, .. } = listing();
            let kind = if trophy { OfferKind::Trophy } else { OfferKind::Bundle };
            let expiry = Now::get() + 8_000;
            dispatch(
                who,
                Call::list_offer { agreement, kind, name, price, stock, limit, expiry, document, fulfil_within },
            )
        }
        Op::Restock { offer, added } => dispatch(PROVIDER, Call::restock { offer: OfferId(offer), added }),
        Op::Withdraw { who, offer } => dispatch(who, Call::withdraw_offer { offer: OfferId(offer) }),
        Op::Redeem { who, offer, quantity, claimable } => {
            let source = if claimable { PaymentSource::Claimable(OTHER_AGREEMENT) } else { PaymentSource::Wallet };
            let offer = OfferId(offer);
            dispatch(who, Call::redeem { offer, quantity, max_price: Balance::MAX, source, terms_hash: TERMS })
        }
        Op::Fulfil { who, voucher } => dispatch(who, Call::fulfil { voucher }),
        Op::Refund { who, voucher } => dispatch(who, Call::refund { voucher }),
        Op::Cancel { who, voucher } => dispatch(who, Call::cancel_voucher { voucher }),
        Op::Clear { offer, limit } => dispatch(STRANGER, Call::clear_counters { offer: OfferId(offer), limit }),
        Op::Transfer { voucher, to } => Nfts::mutate(voucher, |nft| match nft {
            Some((owner, false, _)) => {
                *owner = to;
                true
            }
            _ => false,
        }),
        Op::Burn { voucher } => match Nfts::get(voucher) {
            Some((_, false, _)) => {
                Nfts::remove(voucher);
                true
            }
            _ => false,
        },
        Op::Pass { time } => {
            Now::mutate(|now| *now += time);
            true
        }
    }
}

/// What the vouchers say has been paid in, released and paid back.
fn totals() -> (Balance, Balance, Balance) {
    Vouchers::<Test>::iter_values().fold((0, 0, 0), |(held, released, refunded), voucher| match voucher.state {
        VoucherState::Issued => (held + voucher.paid, released, refunded),
        VoucherState::Fulfilled => (held, released + voucher.paid, refunded),
        VoucherState::Refunded => (held, released, refunded + voucher.paid),
    })
}

fn wealth() -> Balance {
    use frame_support::traits::fungible::Inspect;
    [PROVIDER, ALICE, BOB, STRANGER, OTHER_PROVIDER].iter().map(Balances::total_balance).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Money in = released + paid back + held back, whatever is called in whatever order; a voucher ends once and stays
    /// as it ended; failing calls change nothing.
    #[test]
    fn money_should_be_conserved_when_calls_come_in_any_order(ops in prop::collection::vec(op(), 1..80)) {
        build_and_execute(|| {
            for who in [ALICE, BOB, PROVIDER] {
                owe(OTHER_AGREEMENT, who, 20_000);
            }
            let mut ended: BTreeMap<VoucherId, VoucherState> = BTreeMap::new();
            let mut paid_in = 0;
            for op in ops {
                let before = wealth();
                let root = sp_io::storage::root(sp_runtime::StateVersion::V1);
                let (op_is_redeem, claimable_before) =
                    (matches!(op, Op::Redeem { .. }), Claimables::iter_values().sum::<Balance>());
                if !apply(op) {
                    assert_eq!(root, sp_io::storage::root(sp_runtime::StateVersion::V1), "a failing call has left traces");
                    continue;
                }
                if op_is_redeem {
                    paid_in += before - wealth() + claimable_before - Claimables::iter_values().sum::<Balance>();
                }
                check_everything();
                let (held, released, refunded) = totals();
                assert_eq!(paid_in, held + released + refunded);
                assert_eq!(held, Held::iter_values().sum::<Balance>());
                assert_eq!(released, Cover::iter_values().sum::<Balance>());
                for (id, voucher) in Vouchers::<Test>::iter() {
                    if let Some(end) = ended.get(&id) {
                        assert_eq!(*end, voucher.state, "voucher {id} ended twice");
                    } else if voucher.state != VoucherState::Issued {
                        ended.insert(id, voucher.state);
                    }
                }
            }
            settle_everything();
            let (held, released, refunded) = totals();
            assert_eq!((held, released + refunded), (0, paid_in));
        });
    }
}

/// Whatever came before, every voucher can be ended, and every deposit returned.
fn settle_everything() {
    Now::mutate(|now| *now += FULFIL_WITHIN);
    let open: Vec<_> = Vouchers::<Test>::iter().filter(|(_, v)| v.state == VoucherState::Issued).collect();
    for (id, voucher) in open {
        let holder = Nfts::get(id).map_or(voucher.buyer, |(owner, ..)| owner);
        assert_ok!(Marketplace::refund(signed(holder), id));
    }
    let left: Vec<_> = Offers::<Test>::iter().collect();
    for (id, offer) in left {
        assert_ok!(Marketplace::withdraw_offer(signed(offer.seller), id));
    }
    assert_eq!((deposit_of(PROVIDER), deposit_of(OTHER_PROVIDER)), (0, 0));
}
