// SPDX-License-Identifier: Apache-2.0

//! Builds the runtime for wasm when the crate is built with `std`. Other variants of it: `tests/variants`.

fn main() {
    #[cfg(feature = "std")]
    {
        let builder = substrate_wasm_builder::WasmBuilder::init_with_defaults();

        // Offline signers check the metadata hash; it contains the token's symbol and decimals, so these must equal
        // the chain-spec properties (a test in the node asserts it).
        #[cfg(feature = "metadata-hash")]
        let builder = builder.enable_metadata_hash("DSLA", 18);

        builder.build();
    }
}
