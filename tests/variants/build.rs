// SPDX-License-Identifier: Apache-2.0

//! Builds what `src/lib.rs` describes.

use substrate_wasm_builder::WasmBuilder;

fn main() {
    WasmBuilder::new()
        .with_project("../../runtime/Cargo.toml")
        .expect("the runtime is where it is")
        .export_heap_base()
        .import_memory()
        .set_file_name("benchmark_wasm_binary.rs")
        .enable_feature("runtime-benchmarks")
        .build();
}
