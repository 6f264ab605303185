// SPDX-License-Identifier: Apache-2.0

//! One example of every call the runtime has.

use codec::Decode;
use dsla_runtime::{Runtime, RuntimeCall};
use frame_metadata::RuntimeMetadata;
use frame_support::traits::GetCallMetadata;
use scale_info::TypeDef;
use sp_io::hashing::blake2_256;

/// A call: its pallet, its name, and an example of it.
pub struct Example {
    pub pallet: String,
    pub name: String,
    pub call: RuntimeCall,
}

/// An example of every call in the metadata.
pub fn every_call() -> Vec<Example> {
    let RuntimeMetadata::V14(metadata) = Runtime::metadata().1 else { panic!("version 14") };
    let mut examples = Vec::new();
    for pallet in &metadata.pallets {
        let Some(calls) = &pallet.calls else { continue };
        let TypeDef::Variant(variants) = &metadata.types.resolve(calls.ty.id).expect("is a type").type_def else {
            panic!("calls are an enum")
        };
        for variant in &variants.variants {
            let example = example(pallet.index, variant.index);
            let call = example.unwrap_or_else(|| panic!("no example of {}.{}", pallet.name, variant.name));
            let named = call.get_call_metadata();
            assert_eq!((named.pallet_name, named.function_name), (&*pallet.name, &*variant.name));
            examples.push(Example { pallet: pallet.name.clone(), name: variant.name.clone(), call });
        }
    }
    let names: usize = RuntimeCall::get_module_names().iter().map(|name| RuntimeCall::get_call_names(name).len()).sum();
    assert_eq!(examples.len(), names);
    examples
}

/// A call of this pallet and index, decoded from zeros, or else from bytes that look random and do the same in each run.
fn example(pallet: u8, call: u8) -> Option<RuntimeCall> {
    (0..2_000u32).find_map(|attempt| {
        let mut bytes = vec![pallet, call];
        for part in 0..128u32 {
            let noise = blake2_256(&[attempt.to_le_bytes(), part.to_le_bytes()].concat());
            // Ever fewer zeros: lengths and variants must be small, values need not.
            bytes.extend(noise.map(|byte| if u32::from(byte) * 2_000 < attempt * 256 { byte % 16 } else { 0 }));
        }
        RuntimeCall::decode(&mut &bytes[..]).ok()
    })
}
