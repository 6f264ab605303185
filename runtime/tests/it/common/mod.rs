// SPDX-License-Identifier: Apache-2.0

//! What the tests of this folder share.

pub mod calls;

use dsla_runtime::{genesis_presets, AccountId, RuntimeGenesisConfig, System};
use serde_json::Value;
use sp_keyring::Sr25519Keyring;
use sp_runtime::BuildStorage;

/// The JSON of a preset, as `get_preset` gives it.
pub fn preset(name: &str) -> Value {
    let json = genesis_presets::get_preset(&name.into()).expect("the preset exists");
    serde_json::from_slice(&json).expect("a preset is JSON")
}

/// The first block on top of a preset's genesis.
pub fn chain(name: &str) -> sp_io::TestExternalities {
    let mut genesis = serde_json::to_value(RuntimeGenesisConfig::default()).expect("the default genesis is JSON");
    merge(&mut genesis, preset(name));
    let genesis: RuntimeGenesisConfig = serde_json::from_value(genesis).expect("a preset fits the genesis");
    let mut externalities: sp_io::TestExternalities = genesis.build_storage().expect("the genesis can be built").into();
    externalities.execute_with(|| System::set_block_number(1));
    externalities
}

/// An account that has money in the development preset.
pub fn account(key: Sr25519Keyring) -> AccountId {
    key.to_account_id()
}

/// Puts `patch` over `base`, as the node does when it builds a chain spec.
fn merge(base: &mut Value, patch: Value) {
    match (base, patch) {
        (Value::Object(base), Value::Object(patch)) => {
            for (key, value) in patch {
                merge(base.entry(key).or_insert(Value::Null), value);
            }
        }
        (base, patch) => *base = patch,
    }
}
