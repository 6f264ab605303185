// SPDX-License-Identifier: Apache-2.0

//! Writes the metadata of a running node to `client/metadata.scale`. Run it through `update-metadata.sh`.

use anyhow::Context;
use std::{env, fs, path::Path};

/// The newest version of the metadata format that stays as it is. The code generator reads it.
const VERSION: u32 = 15;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let url = env::args().nth(1).unwrap_or_else(|| "ws://127.0.0.1:9944".into());
    let metadata = dsla_client::fetch_metadata(&url, VERSION).await?;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("metadata.scale");
    fs::write(&path, &metadata).with_context(|| format!("cannot write {}", path.display()))?;
    println!("{}: {} bytes, version {VERSION}, from {url}", path.display(), metadata.len());
    Ok(())
}
