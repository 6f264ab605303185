// SPDX-License-Identifier: Apache-2.0

//! The client's code is generated from the metadata of this very runtime.

use dsla_runtime::Runtime;
use std::{env, fs, path::Path};

/// The newest version of the format that stays as it is. The client's code generator reads it.
const VERSION: u32 = 15;

/// After a change on purpose: `BLESS=1 cargo test -p dsla-runtime --test it client_metadata`
#[test]
fn the_clients_metadata_should_be_that_of_the_runtime() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../client/metadata.scale");
    let metadata = Runtime::metadata_at_version(VERSION).expect("the version is offered");
    if env::var_os("BLESS").is_some() {
        fs::write(&path, &*metadata).expect("the file can be written");
    }
    let committed = fs::read(&path).expect("the file is there");
    assert!(committed == *metadata, "client/metadata.scale is not of this runtime; write it anew with BLESS=1");
}
