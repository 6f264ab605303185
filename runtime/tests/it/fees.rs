// SPDX-License-Identifier: Apache-2.0

//! Fees are split as said, dust goes to the treasury, and the supply never changes.

use crate::common::{account, chain};
use dsla_runtime::{
    configs::money::{MinimumMultiplier, SplitFees, TreasuryAccount, ValidatorReserveAccount},
    configs::system::RuntimeBlockWeights,
    constants::currency::{DSLA, EXISTENTIAL_DEPOSIT, MILLI_DSLA, TOTAL_SUPPLY},
    genesis_presets::{DEVELOPMENT, DEV_BOND, DEV_ENDOWMENT, STAGING},
    parameters::dynamic_params::fees::{Parameters as Fees, TreasuryShare},
    AccountId, Authorship, Balance, Balances, Parameters, Runtime, RuntimeCall, RuntimeOrigin, RuntimeParameters,
    System, TransactionPayment,
};
use frame_support::{
    assert_ok,
    dispatch::{DispatchClass, GetDispatchInfo},
    traits::{
        fungible::{Balanced, Credit},
        tokens::{Fortitude, Precision, Preservation},
        Get, OnUnbalanced,
    },
};
use pallet_transaction_payment::Multiplier;
use sp_consensus_babe::digests::{CompatibleDigestItem, PreDigest, SecondaryPlainPreDigest};
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie};
use sp_runtime::{traits::Convert, Digest, DigestItem, Permill};

/// What Alice, who validates, is free to spend.
const ALICE: Balance = DEV_ENDOWMENT - DEV_BOND;

/// Starts a block whose author is the first validator: Alice on the development chain.
fn block_of_the_first_authority() {
    let claim = PreDigest::SecondaryPlain(SecondaryPlainPreDigest { authority_index: 0, slot: 1.into() });
    System::initialize(&2, &Default::default(), &Digest { logs: vec![DigestItem::babe_pre_digest(claim)] });
}

fn taken_from(who: &AccountId, amount: Balance) -> Credit<AccountId, Balances> {
    Balances::withdraw(who, amount, Precision::Exact, Preservation::Preserve, Fortitude::Polite)
        .expect("the account has enough")
}

fn pay(fee: Balance, tip: Balance) {
    SplitFees::on_unbalanceds([taken_from(&account(Bob), fee), taken_from(&account(Bob), tip)].into_iter());
}

#[test]
fn fee_and_tip_should_go_to_author_and_treasury() {
    chain(DEVELOPMENT).execute_with(|| {
        block_of_the_first_authority();
        let treasury = Balances::free_balance(TreasuryAccount::get());

        pay(70 * DSLA, 30 * DSLA);

        assert_eq!(Balances::free_balance(account(Alice)), ALICE + 80 * DSLA);
        assert_eq!(Balances::free_balance(TreasuryAccount::get()), treasury + 20 * DSLA);
        assert_eq!(Balances::free_balance(account(Bob)), DEV_ENDOWMENT - 100 * DSLA);
        assert_eq!(Balances::total_issuance(), TOTAL_SUPPLY);
    });
}

#[test]
fn the_rest_of_a_division_should_go_to_the_author() {
    chain(DEVELOPMENT).execute_with(|| {
        block_of_the_first_authority();
        let treasury = Balances::free_balance(TreasuryAccount::get());

        pay(8, 1);

        assert_eq!(Balances::free_balance(TreasuryAccount::get()), treasury + 1);
        assert_eq!(Balances::free_balance(account(Alice)), ALICE + 8);
    });
}

#[test]
fn everything_should_go_to_the_treasury_when_a_block_has_no_author() {
    chain(DEVELOPMENT).execute_with(|| {
        let treasury = Balances::free_balance(TreasuryAccount::get());
        pay(DSLA, 0);
        assert_eq!(Balances::free_balance(TreasuryAccount::get()), treasury + DSLA);
        assert_eq!(Balances::total_issuance(), TOTAL_SUPPLY);
    });
}

#[test]
fn everything_should_go_to_the_treasury_when_the_author_has_no_account_and_gets_less_than_one_needs() {
    chain(STAGING).execute_with(|| {
        // No account of a validator is gone as long as it is bonded; here somebody else takes its seat.
        pallet_session::Validators::<Runtime>::mutate(|validators| validators[0] = account(Charlie));
        block_of_the_first_authority();
        let author = Authorship::author().expect("the block has an author");
        assert_eq!(author, account(Charlie));
        let treasury = Balances::free_balance(TreasuryAccount::get());
        let reserve = ValidatorReserveAccount::get();

        SplitFees::on_unbalanceds([taken_from(&reserve, EXISTENTIAL_DEPOSIT)].into_iter());
        assert_eq!(Balances::free_balance(&author), 0);
        assert_eq!(Balances::free_balance(TreasuryAccount::get()), treasury + EXISTENTIAL_DEPOSIT);

        SplitFees::on_unbalanceds([taken_from(&reserve, 10 * EXISTENTIAL_DEPOSIT)].into_iter());
        assert_eq!(Balances::free_balance(&author), 8 * EXISTENTIAL_DEPOSIT);
        assert_eq!(Balances::total_issuance(), TOTAL_SUPPLY);
    });
}

#[test]
fn the_treasurys_share_should_be_what_root_sets() {
    chain(DEVELOPMENT).execute_with(|| {
        assert_eq!(TreasuryShare::get(), Permill::from_percent(20));
        let half = RuntimeParameters::Fees(Fees::TreasuryShare(TreasuryShare, Some(Permill::from_percent(50))));
        assert!(Parameters::set_parameter(RuntimeOrigin::signed(account(Alice)), half.clone()).is_err());
        assert_ok!(Parameters::set_parameter(RuntimeOrigin::root(), half));

        block_of_the_first_authority();
        pay(10 * DSLA, 0);
        assert_eq!(Balances::free_balance(account(Alice)), ALICE + 5 * DSLA);
    });
}

#[test]
fn dust_should_go_to_the_treasury() {
    chain(DEVELOPMENT).execute_with(|| {
        let treasury = Balances::free_balance(TreasuryAccount::get());
        let dust = EXISTENTIAL_DEPOSIT - 1;

        assert_ok!(Balances::transfer_allow_death(
            RuntimeOrigin::signed(account(Bob)),
            account(Charlie).into(),
            DEV_ENDOWMENT - dust
        ));

        assert_eq!(Balances::free_balance(account(Bob)), 0);
        assert_eq!(Balances::free_balance(TreasuryAccount::get()), treasury + dust);
        assert_eq!(Balances::total_issuance(), TOTAL_SUPPLY);
    });
}

#[test]
fn a_transfer_should_cost_about_a_hundredth_of_a_token() {
    chain(DEVELOPMENT).execute_with(|| {
        let call = RuntimeCall::Balances(pallet_balances::Call::transfer_keep_alive {
            dest: account(Bob).into(),
            value: DSLA,
        });
        let fee = TransactionPayment::compute_fee(150, &call.get_dispatch_info(), 0);
        assert!((5 * MILLI_DSLA..20 * MILLI_DSLA).contains(&fee), "{fee}");
    });
}

#[test]
fn fees_should_rise_again_from_the_lowest_multiplier_when_blocks_are_full() {
    chain(DEVELOPMENT).execute_with(|| {
        let limits: frame_system::limits::BlockWeights = RuntimeBlockWeights::get();
        let full = limits.get(DispatchClass::Normal).max_total.expect("normal extrinsics are limited");
        System::set_block_consumed_resources(full, 0);

        let lowest: Multiplier = MinimumMultiplier::get();
        let next = <Runtime as pallet_transaction_payment::Config>::FeeMultiplierUpdate::convert(lowest);
        assert!(next > lowest);
    });
}
