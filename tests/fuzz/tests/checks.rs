// SPDX-License-Identifier: Apache-2.0

//! The checks notice what they are there for.

use dsla_fuzz::{
    chain::{self, Chain},
    people, play, world,
};
use dsla_runtime::{constants::currency::DSLA, Balances, Runtime, System};
use frame_support::{
    dispatch::DispatchClass,
    traits::fungible::{Mutate, Unbalanced},
    weights::Weight,
};

/// A block in which `act` happens.
fn block_with(act: impl FnOnce()) {
    world::visit(|| {
        let mut chain = Chain::new();
        chain.open();
        act();
        chain.close();
        chain::check_invariants();
    });
}

#[test]
fn ordinary_block_should_pass() {
    block_with(|| {});
    play(&[]);
}

#[test]
#[should_panic(expected = "nothing may be minted")]
fn minting_should_be_noticed() {
    block_with(|| {
        Balances::mint_into(&people::id(people::ANNA), DSLA).expect("works");
    });
}

#[test]
#[should_panic(expected = "the balances must sum to the total issuance")]
fn money_without_issuance_should_be_noticed() {
    block_with(|| {
        Balances::increase_balance(&people::id(people::ANNA), DSLA, frame_support::traits::tokens::Precision::Exact)
            .expect("works");
    });
}

#[test]
#[should_panic(expected = "the block weighs")]
fn block_that_weighs_too_much_should_be_noticed() {
    block_with(|| {
        System::register_extra_weight_unchecked(Weight::from_parts(3_000_000_000_000, 0), DispatchClass::Normal);
    });
}

#[test]
#[should_panic(expected = "compensation")]
fn broken_books_should_be_noticed() {
    block_with(|| {
        pallet_compensation::Pools::<Runtime>::mutate(dsla_primitives::AgreementId(0), |pool| {
            pool.as_mut().expect("a pool").buckets.owed += 1;
        });
    });
}

#[test]
#[should_panic(expected = "an account needs a provider for its consumers")]
fn consumer_without_provider_should_be_noticed() {
    block_with(|| {
        frame_system::Account::<Runtime>::mutate(people::id(people::NEWCOMER), |account| account.consumers = 1);
    });
}

#[test]
#[should_panic(expected = "a bond needs money behind it")]
fn bond_without_money_should_be_noticed() {
    block_with(|| {
        pallet_staking::Ledger::<Runtime>::mutate(people::id(people::ALICE), |ledger| {
            ledger.as_mut().expect("has bonded").total += 1;
        });
    });
}

#[test]
#[should_panic(expected = "a hold needs money behind it")]
fn hold_without_money_should_be_noticed() {
    block_with(|| {
        pallet_balances::Holds::<Runtime>::mutate(people::id(people::ALICE), |holds| {
            holds.iter_mut().next().expect("holds her bond").amount += 1_000_000 * DSLA;
        });
    });
}
