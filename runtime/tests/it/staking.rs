// SPDX-License-Identifier: Apache-2.0

//! What staking may cost, and who pays for it. The journeys are in `tests/runtime/tests/{staking,offences}.rs`.

use crate::common::{account, chain};
use dsla_runtime::{
    configs::{
        money::{TreasuryAccount, ValidatorReserveAccount},
        rewards::{self, PayFromReserve},
        system::{RuntimeBlockWeights, MAXIMUM_BLOCK_WEIGHT},
    },
    constants::{
        currency::{DSLA, TOTAL_SUPPLY},
        staking::{
            MAX_ACTIVE_VALIDATORS, MAX_CANDIDATES, MAX_ELECTING_VOTERS, MAX_EXPOSURE_PAGE_SIZE, MAX_NOMINATIONS,
        },
    },
    genesis_presets::{DEVELOPMENT, DEV_ENDOWMENT},
    weights::consensus::WeightInfo,
    AccountId, Balance, Balances, Runtime, RuntimeOrigin,
};
use frame_support::{
    assert_ok,
    dispatch::DispatchClass,
    traits::{
        fungible::{Balanced, Debt},
        tokens::Precision,
        Get, OnUnbalanced,
    },
    weights::{constants::WEIGHT_REF_TIME_PER_MILLIS, Weight},
};
use sp_keyring::Sr25519Keyring::{Bob, Charlie};

/// As the staking pallet does it.
fn minted(who: &AccountId, amount: Balance) -> Debt<AccountId, Balances> {
    Balances::deposit(who, amount, Precision::Exact).expect("the account exists")
}

fn sum_of_balances() -> Balance {
    frame_system::Account::<Runtime>::iter_values().map(|account| account.data.free + account.data.reserved).sum()
}

/// Leaves `left` of what an account can spend.
fn spend(from: AccountId, left: Balance) {
    let spendable = Balances::free_balance(&from) - dsla_runtime::constants::currency::EXISTENTIAL_DEPOSIT;
    assert_ok!(Balances::force_transfer(RuntimeOrigin::root(), from.into(), account(Charlie).into(), spendable - left));
}

#[test]
fn the_reserve_should_pay_what_was_minted() {
    chain(DEVELOPMENT).execute_with(|| {
        let before = (rewards::reserve(), Balances::free_balance(TreasuryAccount::get()));
        PayFromReserve::on_unbalanced(minted(&account(Bob), 5 * DSLA));
        assert_eq!(Balances::free_balance(account(Bob)), DEV_ENDOWMENT + 5 * DSLA);
        assert_eq!(rewards::reserve(), before.0 - 5 * DSLA);
        assert_eq!(Balances::free_balance(TreasuryAccount::get()), before.1);
        assert_eq!((Balances::total_issuance(), sum_of_balances()), (TOTAL_SUPPLY, TOTAL_SUPPLY));
    });
}

#[test]
fn the_treasury_should_pay_the_rest_and_then_the_supply() {
    chain(DEVELOPMENT).execute_with(|| {
        spend(ValidatorReserveAccount::get(), 3 * DSLA);
        let treasury = Balances::free_balance(TreasuryAccount::get());
        PayFromReserve::on_unbalanced(minted(&account(Bob), 5 * DSLA));
        assert_eq!(rewards::reserve(), 0);
        assert_eq!(Balances::free_balance(TreasuryAccount::get()), treasury - 2 * DSLA);
        assert_eq!((Balances::total_issuance(), sum_of_balances()), (TOTAL_SUPPLY, TOTAL_SUPPLY));

        // Nobody can pay all of it: what is missing is counted, and the accounts live on.
        spend(TreasuryAccount::get(), DSLA);
        PayFromReserve::on_unbalanced(minted(&account(Bob), 5 * DSLA));
        let supply = TOTAL_SUPPLY + 4 * DSLA;
        assert_eq!((Balances::total_issuance(), sum_of_balances()), (supply, supply));
        assert!(Balances::free_balance(ValidatorReserveAccount::get()) > 0);
        assert!(Balances::free_balance(TreasuryAccount::get()) > 0);
    });
}

/// A report slashes all who are behind a validator, a payout pays a page of them: each must fit into a block together with
/// others.
#[test]
fn the_largest_election_should_fit_into_a_block_and_leave_room_for_what_else_begins_an_era() {
    let weight =
        <dsla_runtime::weights::election::WeightInfo as frame_election_provider_support::weights::WeightInfo>::phragmen(
            MAX_ELECTING_VOTERS,
            MAX_CANDIDATES,
            MAX_NOMINATIONS,
        );
    assert!(weight.ref_time() < MAXIMUM_BLOCK_WEIGHT.ref_time() / 3 * 2, "{weight:?}");
    // No less than was measured.
    assert!(weight.ref_time() > 800 * WEIGHT_REF_TIME_PER_MILLIS);
}

#[test]
fn reports_and_payouts_should_take_less_than_half_of_what_a_block_has_for_transactions() {
    let weights: frame_system::limits::BlockWeights = RuntimeBlockWeights::get();
    let room = weights.get(DispatchClass::Normal).max_total.expect("is limited");
    let fits = |weight: Weight, what: &str| {
        assert!(weight.ref_time() < room.ref_time() / 2, "{what}: {weight:?} of {room:?}");
    };
    fits(
        <WeightInfo<Runtime> as pallet_babe::WeightInfo>::report_equivocation(
            MAX_ACTIVE_VALIDATORS,
            MAX_ELECTING_VOTERS,
        ),
        "report",
    );
    fits(
        <<Runtime as pallet_staking::Config>::WeightInfo as pallet_staking::WeightInfo>::payout_stakers_alive_staked(
            MAX_EXPOSURE_PAGE_SIZE,
        ),
        "payout",
    );
    assert_eq!(<<Runtime as pallet_babe::Config>::MaxNominators as Get<u32>>::get(), MAX_ELECTING_VOTERS);
    assert_eq!(<<Runtime as pallet_grandpa::Config>::MaxNominators as Get<u32>>::get(), MAX_ELECTING_VOTERS);
}
