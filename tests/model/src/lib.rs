// SPDX-License-Identifier: Apache-2.0

//! A second opinion on the money of the chain.
//!
//! [`model`] has the rules of agreements, reports, challenges, pools and the marketplace once more, in plain Rust: whole
//! numbers, lists, loops over everybody. [`plan`] makes random operations that mostly make sense, [`drive`] does each of
//! them to the real runtime and to the model, and compares both after every block to the planck. On a difference it tells
//! the seed, the block, what differs, and a short list of operations that leads there.
//!
//! `cargo test -p dsla-model` runs 100,000 operations; `cargo run -p dsla-model --bin long -- 1000000` runs as many as
//! one likes.

pub mod drive;
pub mod model;
pub mod ops;
pub mod plan;
