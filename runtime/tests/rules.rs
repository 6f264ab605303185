// SPDX-License-Identifier: Apache-2.0

//! Rules the whole runtime keeps.

mod common;

use common::chain;
use dsla_runtime::{
    configs::system::{RuntimeBlockLength, RuntimeBlockWeights, MAXIMUM_BLOCK_LENGTH, MAXIMUM_BLOCK_WEIGHT},
    constants::SS58_PREFIX,
    genesis_presets::DEVELOPMENT,
    Runtime, VERSION,
};
use frame_support::dispatch::DispatchClass;
use std::{fs, path::Path};

/// polkadot.js 16.5.6 knows these; with another one it would warn, and perhaps sign wrongly.
const KNOWN_TO_POLKADOT_JS: [&str; 10] = [
    "CheckNonZeroSender",
    "CheckSpecVersion",
    "CheckTxVersion",
    "CheckGenesis",
    "CheckMortality",
    "CheckNonce",
    "CheckWeight",
    "ChargeTransactionPayment",
    "CheckMetadataHash",
    "WeightReclaim",
];

#[test]
fn no_pallet_should_have_the_weights_of_nobody() {
    let configs = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/configs");
    for file in fs::read_dir(configs).expect("the configs are there") {
        let path = file.expect("the folder can be read").path();
        let text = fs::read_to_string(&path).expect("a config is text");
        for line in text.lines().filter(|line| line.contains("WeightInfo =")) {
            assert!(!line.contains("= ()"), "{}: {line}", path.display());
        }
    }
}

#[test]
fn transactions_should_carry_only_what_polkadot_js_knows() {
    let extensions =
        <dsla_runtime::TxExtension as sp_runtime::traits::TransactionExtension<dsla_runtime::RuntimeCall>>::metadata();
    let names: Vec<_> = extensions.iter().map(|extension| extension.identifier).collect();
    assert_eq!(names, KNOWN_TO_POLKADOT_JS);
}

#[test]
fn metadata_should_be_offered_in_three_versions() {
    let versions = Runtime::metadata_versions();
    for version in [14, 15, 16] {
        assert!(versions.contains(&version) && Runtime::metadata_at_version(version).is_some(), "{version}");
    }
}

#[test]
fn normal_extrinsics_should_leave_a_quarter_of_the_block_free() {
    let weights: frame_system::limits::BlockWeights = RuntimeBlockWeights::get();
    let normal = weights.get(DispatchClass::Normal).max_total.expect("normal extrinsics are limited");
    assert_eq!(normal.ref_time(), MAXIMUM_BLOCK_WEIGHT.ref_time() / 4 * 3);
    let length: frame_system::limits::BlockLength = RuntimeBlockLength::get();
    assert_eq!(*length.max.get(DispatchClass::Normal), MAXIMUM_BLOCK_LENGTH / 4 * 3);
    assert_eq!(*length.max.get(DispatchClass::Operational), MAXIMUM_BLOCK_LENGTH);
}

#[test]
fn the_version_should_be_in_the_state_from_genesis() {
    chain(DEVELOPMENT).execute_with(|| {
        assert_eq!(<Runtime as frame_system::Config>::Version::get(), VERSION);
        assert_eq!(<Runtime as frame_system::Config>::SS58Prefix::get(), SS58_PREFIX);
    });
}
