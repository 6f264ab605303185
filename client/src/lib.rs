// SPDX-License-Identifier: Apache-2.0

//! Typed access to a DSLA Chain node: the one crate with generated code and committed metadata.
//!
//! `metadata.scale` is what the runtime says about itself; a test of the runtime keeps it so. The
//! code generated from it stays inside this crate: callers see the plain types of [`types`] and nothing of `subxt`, so
//! a new runtime changes this crate and no other.
//!
//! Reads are made at the **best** block, not at the last finalized one: report windows can be as short as three
//! blocks. Nothing is lost on a fork, because the chain itself says which reports it lacks (see
//! [`Client::due_reports`]).

mod client;
mod error;
mod generated;
mod signer;
mod submit;
pub mod types;

pub use client::Client;
pub use error::Error;
pub use signer::Signer;

use subxt::config::{substrate::BlakeTwo256, Hasher};

/// The hash of the chain: BLAKE2b with 256 bits.
pub fn blake2_256(bytes: &[u8]) -> [u8; 32] {
    BlakeTwo256.hash(bytes).0
}
