// SPDX-License-Identifier: Apache-2.0

//! Redeeming from oneself.
//!
//! **World**: a customer has compensation to claim under the agreement of an honest provider. That provider has authorized
//! a merchant; a second provider has an agreement, and a pool, of its own.
//!
//! **Coalition**: the customer, a second account, the merchant and the second provider. They have listed offers, with and
//! without a share for the seller, for both pools, and redeem them from what can be claimed or from the wallet, fulfil,
//! confirm, cancel, wait and take the money back, pass vouchers on and burn them, stake and withdraw cover, in any order.
//!
//! **Honest baseline**: the customer claims.
//!
//! **Dust**: none.
//!
//! **Weakened**: a fee on claims, which is a **known limit with a profit** ([`Real::with_claim_fee`]): payments on the
//! marketplace out of what can be claimed cost nothing, so whoever sells to itself and gives the money back has it in the
//! wallet without the fee. The fee is 0 unless root sets one.

use crate::{
    search::{knob, Game, Knob},
    world::{account, plain_terms, register_agreement, Play, Stage, World, AGREEMENT, WINDOW},
};
use dsla_primitives::{
    market::{OfferKind, VoucherId},
    schedule::Period,
    terms::Document,
    traits::PaymentSource,
    AgreementId, Balance, OfferId, ServiceId,
};
use dsla_runtime::{
    configs::vouchers::VOUCHERS,
    constants::currency::DSLA,
    parameters::dynamic_params::settlement::{ClaimFeeProvider, ClaimFeeTreasury, Parameters},
    AccountId, Runtime, RuntimeParameters,
};
use dsla_runtime_tests::people::DAY;
use frame_support::BoundedVec;
use pallet_compensation::Call as Pool;
use pallet_marketplace::Call as Market;
use sp_core::H256;
use sp_runtime::Perbill;

/// Nothing is rounded that an attacker could move.
pub const DUST: Balance = 0;
/// What the customer can claim as compensation.
pub const COMPENSATION: Balance = 200 * DSLA;
/// The claim fee of [`Real::with_claim_fee`]: provider and treasury.
pub const CLAIM_FEE: Perbill = Perbill::from_percent(10);

/// The pool of the coalition.
const OWN: AgreementId = AgreementId(1);
const FULFIL_WITHIN: u64 = 30_000;
const MOVES: usize = 7;
/// What a piece of each offer costs.
const PRICES: [Balance; 4] = [DSLA, 50 * DSLA, 3 * DSLA + 1, 100 * DSLA];
const QUANTITIES: [u32; 5] = [1, 2, 3, 4, 50];

/// The real runtime, with or without a fee on claims.
pub struct Real {
    world: World,
    honest: i128,
}

impl Real {
    /// As it begins: claims cost nothing.
    pub fn new() -> Self {
        Self::with(false)
    }

    /// With the highest fee on claims.
    pub fn with_claim_fee() -> Self {
        Self::with(true)
    }

    fn with(fee: bool) -> Self {
        let stage = Stage {
            committee: &["reporter"],
            reporters: &[],
            people: &[("customer", 10_000), ("holder", 10_000), ("merchant", 10_000), ("seller", 10_000)],
            cover: 10_000 * DSLA,
        };
        let world = World::new(
            &stage,
            |start, committee| {
                let mut terms = plain_terms(start, 3, committee);
                terms.pricing.unit_price = 10 * DSLA;
                terms.pricing.cover_per_unit = 20 * DSLA;
                terms
            },
            |play| prepare(play, fee),
        );
        let mut real = Self { world, honest: 0 };
        real.honest = real.wealth(&[0; 3 * MOVES]);
        real
    }

    fn wealth(&mut self, genes: &[u8]) -> i128 {
        self.world.play(|play| {
            let coalition = ["customer", "holder", "merchant", "seller"].map(account);
            let mut vouchers = Vec::new();
            for step in genes.chunks(3) {
                act(play, step, &coalition, &mut vouchers);
            }
            let [customer, holder, merchant, seller] = &coalition;
            // What is left of the vouchers comes back, and then everything is taken.
            for voucher in vouchers {
                for who in [merchant, seller] {
                    play.call(who, Market::<Runtime>::cancel_voucher { voucher });
                }
            }
            withdraw(play, seller);
            play.settle_all();
            play.close_pool(AGREEMENT, &account("provider"), &[customer, holder, merchant, seller]);
            play.wealth(&[customer, holder, merchant, seller])
        })
    }
}

impl Default for Real {
    fn default() -> Self {
        Self::new()
    }
}

/// A missed period, and offers of the coalition for both pools.
fn prepare(play: &mut Play, fee: bool) {
    let [provider, customer, merchant, seller] = ["provider", "customer", "merchant", "seller"].map(account);
    if fee {
        let share = Some(Perbill::from_parts(CLAIM_FEE.deconstruct() / 2));
        for value in [
            Parameters::ClaimFeeProvider(ClaimFeeProvider, share),
            Parameters::ClaimFeeTreasury(ClaimFeeTreasury, share),
        ] {
            let key_value = RuntimeParameters::Settlement(value);
            play.root(pallet_parameters::Call::<Runtime>::set_parameter { key_value });
        }
    }
    // Periods of a month, so that none is settled during the game.
    let mut terms = play.terms.clone();
    terms.schedule.period = Period::Monthly;
    register_agreement(&seller, ServiceId(1), OWN, &terms, 100 * DSLA);
    play.must(&provider, Market::<Runtime>::authorize_partner { agreement: AGREEMENT, merchant: merchant.clone() });
    let offers = [(&seller, OWN, 0), (&seller, OWN, 50), (&merchant, AGREEMENT, 0), (&merchant, AGREEMENT, 50)];
    for ((who, agreement, share), price) in offers.into_iter().zip(PRICES) {
        let listing = Market::<Runtime>::list_offer {
            agreement,
            kind: OfferKind::Promotion,
            name: BoundedVec::truncate_from(b"offer".to_vec()),
            price,
            stock: 1_000,
            limit: 1_000,
            expiry: play.now() + 90 * DAY,
            document: Document { hash: H256::repeat_byte(3), uri: Default::default() },
            fulfil_within: FULFIL_WITHIN,
            seller_share: Perbill::from_percent(share),
        };
        play.must(who, listing);
    }
    assert!(play.subscribe(&customer, 10, 1));
    play.to(play.boundary(1));
    assert!(play.report(&account("reporter"), 0, Some(90_000)));
    for _ in 0..3 {
        play.to(play.now() + WINDOW);
    }
    assert_eq!(dsla_runtime::Compensation::claimable(AGREEMENT, &customer).compensation, COMPENSATION);
}

impl Game for Real {
    fn knobs(&self) -> Vec<Knob> {
        (0..MOVES)
            .flat_map(|index| {
                let coarse: &[u8] = match index {
                    0 => &[2, 3],
                    1 => &[4, 5, 6, 12],
                    2 => &[5, 7, 10],
                    _ => &[0],
                };
                [
                    knob(format!("move {index}"), 13, coarse),
                    knob(format!("offer {index}"), PRICES.len() as u8, if index == 0 { &[0, 1, 2, 3] } else { &[0] }),
                    knob(format!("quantity {index}"), QUANTITIES.len() as u8, if index == 0 { &[0, 3] } else { &[0] }),
                ]
            })
            .collect()
    }

    fn profit(&mut self, genes: &[u8]) -> i128 {
        self.wealth(genes) - self.honest
    }
}

fn withdraw(play: &mut Play, seller: &AccountId) {
    let amount = dsla_runtime::Compensation::buckets(OWN).junior;
    play.call(seller, Pool::<Runtime>::withdraw_cover { agreement: OWN, amount });
}

fn act(play: &mut Play, step: &[u8], coalition: &[AccountId; 4], vouchers: &mut Vec<VoucherId>) {
    let [kind, offer, quantity] = step else { panic!("{step:?}") };
    let [customer, holder, merchant, seller] = coalition;
    let (index, quantity) = (usize::from(*offer), QUANTITIES[usize::from(*quantity)]);
    let offer = OfferId(u64::from(*offer));
    let last = vouchers.last().copied();
    let mut redeem = |play: &mut Play, source| {
        let voucher = pallet_marketplace::NextVoucherId::<Runtime>::get();
        let terms_hash = H256::repeat_byte(3);
        let call = Market::<Runtime>::redeem { offer, quantity, max_price: PRICES[index], source, terms_hash };
        if play.call(customer, call) {
            vouchers.push(voucher);
        }
    };
    match (kind, last) {
        (1, _) => drop(play.call(customer, Pool::<Runtime>::claim { agreement: AGREEMENT })),
        (2, _) => redeem(play, PaymentSource::Claimable(AGREEMENT)),
        (3, _) => redeem(play, PaymentSource::Wallet),
        (4, Some(voucher)) => {
            for who in [merchant, seller] {
                play.call(who, Market::<Runtime>::cancel_voucher { voucher });
            }
        }
        (5, Some(voucher)) => {
            for who in [merchant, seller] {
                play.call(who, Market::<Runtime>::fulfil { voucher });
            }
        }
        (6, Some(voucher)) => {
            for who in [customer, holder] {
                play.call(who, Market::<Runtime>::confirm { voucher });
            }
        }
        (7, Some(voucher)) => {
            for who in [customer, holder] {
                play.call(who, Market::<Runtime>::refund { voucher });
            }
        }
        (8, Some(item)) => {
            let dest = holder.clone().into();
            play.call(customer, pallet_nfts::Call::<Runtime>::transfer { collection: VOUCHERS, item, dest });
        }
        (9, Some(item)) => {
            for who in [customer, holder] {
                play.call(who, pallet_nfts::Call::<Runtime>::burn { collection: VOUCHERS, item });
            }
        }
        (10, _) => withdraw(play, seller),
        (11, _) => drop(play.call(seller, Pool::<Runtime>::stake_cover { agreement: OWN, amount: 10 * DSLA })),
        (12, _) => play.to(play.now() + FULFIL_WITHIN),
        _ => {}
    }
}
