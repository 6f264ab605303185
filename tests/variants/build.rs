// SPDX-License-Identifier: Apache-2.0

//! Builds what `src/lib.rs` describes.

use substrate_wasm_builder::WasmBuilder;

fn main() {
    // In full: the builder compares it with what cargo says.
    let runtime = std::fs::canonicalize("../../runtime/Cargo.toml").expect("the runtime is part of the workspace");
    WasmBuilder::new()
        .with_project(runtime)
        .expect("a manifest")
        .export_heap_base()
        .import_memory()
        .set_file_name("benchmark_wasm_binary.rs")
        .enable_feature("runtime-benchmarks")
        .build();
}
