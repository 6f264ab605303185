// SPDX-License-Identifier: Apache-2.0

//! The client's code is generated from the metadata of this very runtime.

use codec::{Decode, Encode};
use dsla_runtime::Runtime;
use frame_metadata::{RuntimeMetadata, RuntimeMetadataPrefixed};
use scale_info::TypeDef;
use std::{env, fs, path::Path};
use subxt_utils_stripmetadata::StripMetadata;

/// The newest version of the format that stays as it is. The client's code generator reads it.
const VERSION: u32 = 15;
/// What the client speaks to. Code for the others would be most of what is compiled there.
const PALLETS: [&str; 5] = ["System", "Timestamp", "TransactionPayment", "Sla", "SliOracle"];
const APIS: [&str; 1] = ["DslaApi"];

/// What the client has to know of this runtime.
fn of_the_client() -> Vec<u8> {
    let bytes = Runtime::metadata_at_version(VERSION).expect("the version is offered");
    let mut metadata = RuntimeMetadataPrefixed::decode(&mut &bytes[..]).expect("is metadata");
    let RuntimeMetadata::V15(latest) = &mut metadata.1 else { panic!("not version {VERSION}") };
    // Every call and every event has a type in which those of all pallets are.
    let outer = latest.outer_enums.clone();
    for of_all in [outer.call_enum_ty.id, outer.event_enum_ty.id, outer.error_enum_ty.id] {
        let found = latest.types.types.iter_mut().find(|known| known.id == of_all).expect("is known");
        let TypeDef::Variant(pallets) = &mut found.ty.type_def else { panic!("not an enum") };
        pallets.variants.retain(|pallet| PALLETS.contains(&pallet.name.as_str()));
    }
    latest.strip_metadata(|pallet| PALLETS.contains(&pallet), |api| APIS.contains(&api));
    metadata.encode()
}

/// After a change on purpose: `BLESS=1 cargo test -p dsla-runtime --test it client_metadata`
#[test]
fn the_clients_metadata_should_be_that_of_the_runtime() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../client/metadata.scale");
    let metadata = of_the_client();
    if env::var_os("BLESS").is_some() {
        fs::write(&path, &metadata).expect("the file can be written");
    }
    let committed = fs::read(&path).expect("the file is there");
    assert!(committed == metadata, "client/metadata.scale is not of this runtime; write it anew with BLESS=1");
}
