// SPDX-License-Identifier: Apache-2.0

//! Builds the runtime for wasm when the crate is built with `std`.
//!
//! Three blobs can come out of one build:
//!
//! * the runtime itself, always (`wasm_binary.rs`);
//! * the same runtime with the feature `runtime-benchmarks`, when the environment variable
//!   `DSLA_BENCHMARK_RUNTIME` is `1` (`benchmark_wasm_binary.rs`). The node reads that blob from disk
//!   (`benchmark pallet --runtime <blob>`), so neither the node nor its dependencies are ever compiled with another
//!   feature set;
//! * the same runtime with the feature `fast-runtime`, for tests of networks, when the environment variable
//!   `DSLA_FAST_RUNTIME` is `1` (`fast_wasm_binary.rs`). A test puts that blob into a chain spec.

fn main() {
    #[cfg(feature = "std")]
    std_build::run();
}

#[cfg(feature = "std")]
mod std_build {
    use substrate_wasm_builder::WasmBuilder;

    /// Environment variable that asks for the second blob.
    const BENCHMARK_RUNTIME: &str = "DSLA_BENCHMARK_RUNTIME";

    /// Environment variable that asks for the third blob.
    const FAST_RUNTIME: &str = "DSLA_FAST_RUNTIME";

    pub fn run() {
        println!("cargo:rerun-if-env-changed={BENCHMARK_RUNTIME}");
        println!("cargo:rerun-if-env-changed={FAST_RUNTIME}");

        runtime().build();

        if asked_for(BENCHMARK_RUNTIME) {
            runtime().set_file_name("benchmark_wasm_binary.rs").enable_feature("runtime-benchmarks").build();
        }
        if asked_for(FAST_RUNTIME) {
            runtime().set_file_name("fast_wasm_binary.rs").enable_feature("fast-runtime").build();
        }
    }

    fn asked_for(blob: &str) -> bool {
        std::env::var(blob).is_ok_and(|value| value == "1")
    }

    /// What all blobs have in common.
    fn runtime() -> WasmBuilder {
        let builder = WasmBuilder::init_with_defaults();

        // Offline signers check the metadata hash; it contains the token's symbol and decimals, so these must equal
        // the chain-spec properties (a test in the node asserts it).
        #[cfg(feature = "metadata-hash")]
        let builder = builder.enable_metadata_hash("DSLA", 18);

        builder
    }
}
