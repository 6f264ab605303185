// SPDX-License-Identifier: Apache-2.0

//! Builds what `src/lib.rs` describes.

use substrate_wasm_builder::WasmBuilder;

fn main() {
    // In full: the builder compares it with what cargo says.
    let runtime = std::fs::canonicalize("../../runtime/Cargo.toml").expect("the runtime is part of the workspace");
    for (name, feature) in
        [("benchmark_wasm_binary.rs", "runtime-benchmarks"), ("fast_wasm_binary.rs", "fast-runtime")]
    {
        WasmBuilder::new()
            .with_project(&runtime)
            .expect("a manifest")
            .export_heap_base()
            .import_memory()
            .set_file_name(name)
            .enable_feature(feature)
            .build();
    }
}
