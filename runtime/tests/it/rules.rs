// SPDX-License-Identifier: Apache-2.0

//! Rules the whole runtime keeps.

use crate::common::chain;
use codec::Encode;
use dsla_runtime::{
    configs::system::{RuntimeBlockLength, RuntimeBlockWeights, MAXIMUM_BLOCK_LENGTH, MAXIMUM_BLOCK_WEIGHT},
    constants::SS58_PREFIX,
    genesis_presets::{DEVELOPMENT, LOCAL, STAGING},
    Challenge, Compensation, Marketplace, Runtime, RuntimeCall, Sla, SliOracle, VERSION,
};
use frame_metadata::{
    v14::{RuntimeMetadataV14, StorageEntryType, StorageHasher},
    RuntimeMetadata,
};
use frame_support::{
    dispatch::DispatchClass,
    traits::{GetCallMetadata, GetStorageVersion, PalletInfoAccess, StorageVersion},
};
use scale_info::TypeDef;
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
    let mut paths = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/configs")];
    let mut configs = 0;
    while let Some(path) = paths.pop() {
        if path.is_dir() {
            let files = fs::read_dir(path).expect("the folder can be read");
            paths.extend(files.map(|file| file.expect("the folder can be read").path()));
            continue;
        }
        configs += 1;
        let text = fs::read_to_string(&path).expect("a config is text");
        for line in text.lines().filter(|line| line.contains("WeightInfo =")) {
            assert!(!line.contains("= ()"), "{}: {line}", path.display());
        }
    }
    assert!(configs > 10, "the configs are there");
}

#[test]
fn transactions_should_carry_only_what_polkadot_js_knows() {
    let extensions = <dsla_runtime::TxExtension as sp_runtime::traits::TransactionExtension<RuntimeCall>>::metadata();
    let names: Vec<_> = extensions.iter().map(|extension| extension.identifier).collect();
    assert_eq!(names, KNOWN_TO_POLKADOT_JS);
}

/// Version 1 is for validators' signs of life. Wallets never make one, and show it right because its bytes are those of
/// version 0.
#[test]
fn the_extension_of_authorized_calls_should_add_nothing_but_an_empty_one() {
    use sp_runtime::traits::TransactionExtension;
    let extensions = <dsla_runtime::AuthorizedExtension as TransactionExtension<RuntimeCall>>::metadata();
    let names: Vec<_> = extensions.iter().map(|extension| extension.identifier).collect();
    assert_eq!(names, [&["AuthorizeCall"], &KNOWN_TO_POLKADOT_JS[..]].concat());
    assert!(frame_system::AuthorizeCall::<Runtime>::new().encode().is_empty());
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

/// The pallets that are ours; polkadot.js shows their docs to the people who call them.
const OURS: [&str; 5] = ["Sla", "SliOracle", "Compensation", "Challenge", "Marketplace"];

fn metadata() -> RuntimeMetadataV14 {
    match Runtime::metadata().1 {
        RuntimeMetadata::V14(metadata) => metadata,
        other => panic!("version {}", other.version()),
    }
}

#[test]
fn everything_polkadot_js_shows_of_our_pallets_should_be_documented() {
    let metadata = metadata();
    let mut bare = Vec::new();
    let variants = |ty: u32| match &metadata.types.resolve(ty).expect("is a type").type_def {
        TypeDef::Variant(variants) => variants.variants.clone(),
        _ => panic!("an enum"),
    };
    for pallet in metadata.pallets.iter().filter(|pallet| OURS.contains(&pallet.name.as_str())) {
        let mut note = |kind: &str, name: &str, docs: &[String]| {
            if docs.iter().all(|line| line.trim().is_empty()) {
                bare.push(format!("{} {kind} {name}", pallet.name));
            }
        };
        let enums = [
            ("call", pallet.calls.as_ref().map(|calls| calls.ty.id)),
            ("event", pallet.event.as_ref().map(|event| event.ty.id)),
            ("error", pallet.error.as_ref().map(|error| error.ty.id)),
        ];
        for (kind, ty) in enums {
            for variant in variants(ty.expect("our pallets have all three")) {
                note(kind, &variant.name, &variant.docs);
                for field in variant.fields.iter().filter(|_| kind == "event") {
                    note("field", &format!("{}.{}", variant.name, field.name.as_deref().unwrap_or("?")), &field.docs);
                }
            }
        }
        for entry in &pallet.storage.as_ref().expect("our pallets store").entries {
            note("storage", &entry.name, &entry.docs);
        }
        for constant in &pallet.constants {
            note("constant", &constant.name, &constant.docs);
        }
    }
    assert_eq!(bare, Vec::<String>::new());
    assert_eq!(metadata.pallets.iter().filter(|pallet| OURS.contains(&pallet.name.as_str())).count(), OURS.len());
}

/// A key that its user chooses could be mined until many paths of the trie run together; a cryptographic hash keeps that
/// from paying.
#[test]
fn keys_that_users_choose_should_be_hashed_cryptographically() {
    let metadata = metadata();
    let chosen = |ty: u32| {
        let path = metadata.types.resolve(ty).expect("is a type").path.segments.join("::");
        path.ends_with("AccountId32") || path.ends_with("H256")
    };
    let mut weak = Vec::new();
    for pallet in metadata.pallets.iter().filter(|pallet| OURS.contains(&pallet.name.as_str())) {
        for entry in &pallet.storage.as_ref().expect("our pallets store").entries {
            let StorageEntryType::Map { hashers, key, .. } = &entry.ty else { continue };
            let keys = match &metadata.types.resolve(key.id).expect("is a type").type_def {
                TypeDef::Tuple(keys) if hashers.len() > 1 => keys.fields.iter().map(|key| key.id).collect(),
                _ => vec![key.id],
            };
            for (hasher, _) in hashers.iter().zip(keys).filter(|(_, key)| chosen(*key)) {
                if *hasher != StorageHasher::Blake2_128Concat {
                    weak.push(format!("{}.{}", pallet.name, entry.name));
                }
            }
        }
    }
    assert_eq!(weak, Vec::<String>::new());
}

/// One runtime serves all networks, so its metadata on the staging network is what validators will run.
#[test]
fn there_should_be_no_sudo_on_any_network_people_rely_on() {
    chain(STAGING).execute_with(|| {
        let is_sudo = |name: &str| name.to_lowercase().contains("sudo");
        for pallet in metadata().pallets {
            assert!(!is_sudo(&pallet.name), "{}", pallet.name);
        }
        for pallet in RuntimeCall::get_module_names() {
            for call in RuntimeCall::get_call_names(pallet) {
                assert!(!is_sudo(call), "{pallet}.{call}");
            }
        }
        let prefix = sp_io::hashing::twox_128(b"Sudo");
        let next = sp_io::storage::next_key(&prefix);
        assert!(!next.is_some_and(|key| key.starts_with(&prefix)), "a key of sudo is in the genesis");
    });
}

#[test]
fn our_pallets_should_begin_with_a_storage_version_of_their_own() {
    fn check<P: GetStorageVersion<InCodeStorageVersion = StorageVersion> + PalletInfoAccess>(network: &str) {
        let [in_code, on_chain] = [P::in_code_storage_version(), P::on_chain_storage_version()];
        assert!(in_code >= StorageVersion::new(1) && in_code == on_chain, "{} on {network}", P::name());
    }
    for network in [DEVELOPMENT, LOCAL, STAGING] {
        chain(network).execute_with(|| {
            check::<Sla>(network);
            check::<SliOracle>(network);
            check::<Compensation>(network);
            check::<Challenge>(network);
            check::<Marketplace>(network);
        });
    }
}
