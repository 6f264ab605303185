// SPDX-License-Identifier: Apache-2.0

//! The first state of each network.
//!
//! A preset is the one source of a network's genesis; `chain-specs/<network>/genesis.json` is a copy of it for people
//! to read, and a test keeps the two equal. In every preset all tokens that will ever exist are given out, and the
//! treasury has what nobody else was given.

use crate::{
    configs::money::{TreasuryAccount, ValidatorReserveAccount},
    constants::{
        currency::{DSLA, EXISTENTIAL_DEPOSIT, TOTAL_SUPPLY},
        staking::{MAX_CANDIDATES, MIN_NOMINATOR_BOND, MIN_VALIDATOR_BOND, VALIDATOR_COUNT},
        time::PRIMARY_PROBABILITY,
    },
    AccountId, BabeConfig, Balance, BalancesConfig, RuntimeGenesisConfig, SessionConfig, SessionKeys, SliOracle,
    StakingConfig,
};
use alloc::{vec, vec::Vec};
use frame_support::build_struct_json_patch;
use pallet_staking::StakerStatus;
use serde_json::Value;
use sp_consensus_babe::{AllowedSlots, BabeEpochConfiguration};
use sp_core::{ed25519, hex2array, sr25519};
use sp_genesis_builder::PresetId;
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};

/// One machine: one validator, and every well-known account has money.
pub const DEVELOPMENT: &str = "development";
/// Three validators that anybody can run on one machine, and the same accounts.
pub const LOCAL: &str = "local";
/// The public test network, before its launch file is applied; see `chain-specs/README.md`.
pub const STAGING: &str = "staging";

/// How BABE gives slots to authors in the first epochs.
///
/// The secondary authors are chosen with a VRF too: that adds to the randomness of the next epoch, and nobody but the
/// author knows beforehand whose slot it is.
pub const BABE_EPOCH_CONFIG: BabeEpochConfiguration =
    BabeEpochConfiguration { c: PRIMARY_PROBABILITY, allowed_slots: AllowedSlots::PrimaryAndSecondaryVRFSlots };

/// What the reserve for validators starts with: a tenth of the supply.
pub const VALIDATOR_RESERVE: Balance = TOTAL_SUPPLY / 10;
/// What each well-known account starts with on the networks where they have money.
pub const DEV_ENDOWMENT: Balance = 10_000_000 * DSLA;
/// What a well-known account that validates bonds of it.
pub const DEV_BOND: Balance = 1_000_000 * DSLA;
/// What each rehearsal validator of the staging network bonds. It has nothing else but the existential deposit.
pub const REHEARSAL_BOND: Balance = MIN_VALIDATOR_BOND;

/// The keys of the staging network's validators until its launch file is applied: one of sr25519, for everything but
/// GRANDPA, and one of ed25519 for that. Four machines, so that one may fail.
///
/// Anybody can derive them (`//dsla//rehearsal//1` to `//dsla//rehearsal//4`), which makes the preset one that can be
/// run and tested, and no network that can be launched: `chain-specs/build.sh` asks for the real keys.
pub const REHEARSAL_KEYS: [([u8; 32], [u8; 32]); 4] = [
    (
        hex2array!("40571cf789b85005f5877a34362149c127033a8a42f1ccb418638d8f0f137d62"),
        hex2array!("47dfcecdb7e831358718c52c1a8d06b522058f8bc15b204b16987170eb1ad063"),
    ),
    (
        hex2array!("c8a956bb3c855a18c32425a9cbc5eac37bfc1f70cdfebd68c37f12a486e94710"),
        hex2array!("8b29911546c80061f85a5e1a6bafab469e0886b25bda97be9908df99b65b5360"),
    ),
    (
        hex2array!("1868f86aaf4397891069369fa2c88c7012ca254cacbdc2c06a1ba2480f5a0453"),
        hex2array!("8f5463ff7cad77e8388b00badf8fed9b7dbc46c8c4f74099921d7615360a29ae"),
    ),
    (
        hex2array!("48115fdd47a7826393859f5b387980a6e120ab3305e9f2bfd75ea475c0932707"),
        hex2array!("ae0a872431ec21ad192136cf7710ab3cf393f840e57bfd1a754c7c8660e12a02"),
    ),
];

/// Names of all presets.
pub fn preset_names() -> Vec<PresetId> {
    [DEVELOPMENT, LOCAL, STAGING].map(PresetId::from).to_vec()
}

/// The preset of that name, as the JSON of what differs from an empty genesis.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
    let patch = match id.as_ref() {
        DEVELOPMENT => development(),
        LOCAL => local(),
        STAGING => staging(),
        _ => return None,
    };
    serde_json::to_vec(&patch).ok()
}

fn development() -> Value {
    genesis(vec![well_known(Sr25519Keyring::Alice, Ed25519Keyring::Alice)], well_known_endowments())
}

fn local() -> Value {
    let validators = vec![
        well_known(Sr25519Keyring::Alice, Ed25519Keyring::Alice),
        well_known(Sr25519Keyring::Bob, Ed25519Keyring::Bob),
        well_known(Sr25519Keyring::Charlie, Ed25519Keyring::Charlie),
    ];
    genesis(validators, well_known_endowments())
}

/// Nobody has money yet but the validators their bonds; the launch file names the first holders, and the validators.
fn staging() -> Value {
    let validators: Vec<Validator> = REHEARSAL_KEYS
        .into_iter()
        .map(|(sr, ed)| Validator {
            account: sr.into(),
            bond: REHEARSAL_BOND,
            keys: session_keys(sr25519::Public::from_raw(sr), ed25519::Public::from_raw(ed)),
        })
        .collect();
    let endowments = validators
        .iter()
        .map(|validator| (validator.account.clone(), validator.bond.saturating_add(EXISTENTIAL_DEPOSIT)))
        .collect();
    genesis(validators, endowments)
}

/// The genesis in which `validators` make blocks and exactly `endowments` are held by people.
fn genesis(validators: Vec<Validator>, endowments: Vec<(AccountId, Balance)>) -> Value {
    // The account that keeps rewards of reporters must exist before the first reward, however small.
    let pot = (SliOracle::pot(), EXISTENTIAL_DEPOSIT);
    let given = endowments.iter().chain([&pot]).fold(VALIDATOR_RESERVE, |sum, (_, amount)| sum.saturating_add(*amount));
    // Saturates only if more than the supply was given out, which no preset does: the tests would fail.
    let treasury = TOTAL_SUPPLY.saturating_sub(given);
    let balances = endowments
        .into_iter()
        .chain([pot, (ValidatorReserveAccount::get(), VALIDATOR_RESERVE), (TreasuryAccount::get(), treasury)])
        .collect::<Vec<_>>();
    let stakers = validators
        .iter()
        .map(|Validator { account, bond, .. }| {
            (account.clone(), account.clone(), *bond, StakerStatus::<AccountId>::Validator)
        })
        .collect::<Vec<_>>();
    let keys = validators
        .into_iter()
        .map(|Validator { account, keys, .. }| (account.clone(), account, keys))
        .collect::<Vec<_>>();

    build_struct_json_patch!(RuntimeGenesisConfig {
        balances: BalancesConfig { balances },
        babe: BabeConfig { epoch_config: BABE_EPOCH_CONFIG },
        session: SessionConfig { keys },
        staking: StakingConfig {
            stakers,
            validator_count: VALIDATOR_COUNT,
            // One is enough to go on with: a smaller set than before is better than one that nobody can leave.
            minimum_validator_count: 1,
            min_validator_bond: MIN_VALIDATOR_BOND,
            min_nominator_bond: MIN_NOMINATOR_BOND,
            max_validator_count: Some(MAX_CANDIDATES),
        },
    })
}

/// A validator: its account, what that bonds, and the keys its machine has.
struct Validator {
    account: AccountId,
    bond: Balance,
    keys: SessionKeys,
}

fn well_known(account: Sr25519Keyring, finality: Ed25519Keyring) -> Validator {
    Validator {
        account: account.to_account_id(),
        bond: DEV_BOND,
        keys: session_keys(account.public(), finality.public()),
    }
}

fn session_keys(sr: sr25519::Public, ed: ed25519::Public) -> SessionKeys {
    SessionKeys { babe: sr.into(), grandpa: ed.into(), im_online: sr.into(), authority_discovery: sr.into() }
}

fn well_known_endowments() -> Vec<(AccountId, Balance)> {
    Sr25519Keyring::well_known().map(|key| (key.to_account_id(), DEV_ENDOWMENT)).collect()
}
