// SPDX-License-Identifier: Apache-2.0

//! Builds what `src/lib.rs` describes.

use substrate_wasm_builder::WasmBuilder;

/// Which variants to build, by name and with spaces between them; without it, the first two.
const CHOICE: &str = "DSLA_VARIANTS";

/// Name, and the features of the runtime.
const VARIANTS: [(&str, &[&str]); 5] = [
    ("benchmark", &["runtime-benchmarks"]),
    ("fast", &["fast-runtime"]),
    ("short", &["short-referenda"]),
    ("next", &["short-referenda", "upgrade-rehearsal"]),
    ("checked", &["short-referenda", "upgrade-rehearsal", "try-runtime"]),
];

fn main() {
    println!("cargo:rerun-if-env-changed={CHOICE}");
    let choice = std::env::var(CHOICE).unwrap_or_else(|_| "benchmark fast".into());
    for wanted in choice.split_whitespace() {
        assert!(VARIANTS.iter().any(|(name, _)| *name == wanted), "{CHOICE} names {wanted}, which is no variant");
    }
    // In full: the builder compares it with what cargo says.
    let runtime = std::fs::canonicalize("../../runtime/Cargo.toml").expect("the runtime is part of the workspace");
    for (name, features) in VARIANTS.iter().filter(|(name, _)| choice.split_whitespace().any(|wanted| wanted == *name))
    {
        let mut builder = WasmBuilder::new()
            .with_project(&runtime)
            .expect("a manifest")
            .export_heap_base()
            .import_memory()
            .set_file_name(format!("{name}_wasm_binary.rs"));
        for feature in *features {
            builder = builder.enable_feature(*feature);
        }
        builder.build();
    }
}
