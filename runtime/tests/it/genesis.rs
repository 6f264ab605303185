// SPDX-License-Identifier: Apache-2.0

//! Every network's genesis: the supply is exact, and the copies in `chain-specs/` are copies.

use crate::common::{chain, preset};
use dsla_runtime::{
    configs::money::{TreasuryAccount, ValidatorReserveAccount},
    constants::currency::{EXISTENTIAL_DEPOSIT, TOTAL_SUPPLY},
    genesis_presets::{self, DEVELOPMENT, DEV_BOND, LOCAL, REHEARSAL_BOND, REHEARSAL_KEYS, STAGING, VALIDATOR_RESERVE},
    AuthorityDiscovery, Babe, Balances, Grandpa, Runtime, Session, Staking,
};
use frame_support::traits::fungible::InspectHold;
use pallet_staking::{Forcing, HoldReason};
use serde_json::Value;
use sp_core::{crypto::Pair, ed25519, sr25519};
use sp_genesis_builder::PresetId;
use sp_keyring::Sr25519Keyring;
use std::{fs, path::PathBuf};

const NETWORKS: [&str; 3] = [DEVELOPMENT, LOCAL, STAGING];

#[test]
fn preset_names_should_be_the_networks() {
    assert_eq!(genesis_presets::preset_names(), NETWORKS.map(PresetId::from));
    assert!(genesis_presets::get_preset(&"mainnet".into()).is_none());
}

#[test]
fn total_issuance_should_equal_the_supply_in_every_preset() {
    for network in NETWORKS {
        chain(network).execute_with(|| {
            assert_eq!(Balances::total_issuance(), TOTAL_SUPPLY, "{network}");
            assert!(Balances::free_balance(TreasuryAccount::get()) >= EXISTENTIAL_DEPOSIT, "{network}");
            assert_eq!(Balances::free_balance(ValidatorReserveAccount::get()), VALIDATOR_RESERVE, "{network}");
        });
    }
}

#[test]
fn every_validator_should_be_elected_bonded_and_in_every_authority_set() {
    for (network, validators) in [(DEVELOPMENT, 1), (LOCAL, 3), (STAGING, REHEARSAL_KEYS.len())] {
        chain(network).execute_with(|| {
            assert_eq!(Session::validators().len(), validators, "{network}");
            assert_eq!(Babe::authorities().len(), validators, "{network}");
            assert_eq!(Grandpa::grandpa_authorities().len(), validators, "{network}");
            assert_eq!(pallet_im_online::Keys::<Runtime>::get().len(), validators, "{network}");
            assert_eq!(AuthorityDiscovery::authorities().len(), validators, "{network}");
            assert_eq!(pallet_staking::Validators::<Runtime>::count() as usize, validators, "{network}");
            assert_eq!(pallet_staking::CurrentEra::<Runtime>::get(), Some(0), "{network}");
            assert_eq!(pallet_staking::ForceEra::<Runtime>::get(), Forcing::NotForcing, "{network}");
            assert_eq!(pallet_staking::Invulnerables::<Runtime>::get(), [], "{network}");
            for validator in Session::validators() {
                let bond = if network == STAGING { REHEARSAL_BOND } else { DEV_BOND };
                assert_eq!(Balances::balance_on_hold(&HoldReason::Staking.into(), &validator), bond, "{network}");
                assert_eq!(Staking::api_eras_stakers(0, validator).own, bond, "{network}");
            }
        });
    }
}

#[test]
fn staging_should_give_nothing_but_bonds_to_a_key_anybody_has() {
    chain(STAGING).execute_with(|| {
        for key in Sr25519Keyring::iter() {
            assert_eq!(Balances::free_balance(key.to_account_id()), 0);
        }
        for validator in Session::validators() {
            assert_eq!(Balances::free_balance(&validator), EXISTENTIAL_DEPOSIT);
            assert_eq!(Balances::reserved_balance(&validator), REHEARSAL_BOND);
        }
    });
}

#[test]
fn rehearsal_keys_should_be_derived_as_documented() {
    let derived = std::array::from_fn(|index| {
        let suri = format!("//dsla//rehearsal//{}", index + 1);
        let babe = sr25519::Pair::from_string(&suri, None).expect("a valid derivation");
        let grandpa = ed25519::Pair::from_string(&suri, None).expect("a valid derivation");
        (babe.public().0, grandpa.public().0)
    });
    assert_eq!(REHEARSAL_KEYS, derived, "{}", derived.map(|(b, g)| format!("{}\n{}\n", hex(b), hex(g))).concat());
}

/// `BLESS=1 cargo test -p dsla-runtime --test it genesis` writes the files anew after a preset was changed on purpose.
#[test]
fn chain_spec_files_should_equal_the_presets() {
    for network in NETWORKS {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../chain-specs").join(network).join("genesis.json");
        let expected = preset(network);
        if std::env::var_os("BLESS").is_some() {
            let json = serde_json::to_string_pretty(&expected).expect("a preset is JSON");
            fs::write(&path, json + "\n").expect("chain-specs can be written");
        }
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let found: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(
            found,
            expected,
            "{} is not the preset `{network}`. The preset is right: run\n  BLESS=1 cargo test -p dsla-runtime --test it genesis",
            path.display()
        );
    }
}

fn hex(bytes: [u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
