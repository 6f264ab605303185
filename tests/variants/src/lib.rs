// SPDX-License-Identifier: Apache-2.0

//! Compiles variants of the runtime to wasm, for scripts that load them from the disk.
//!
//! | file name begins with | what is different |
//! |---|---|
//! | `benchmark_` | has the feature `runtime-benchmarks`: `dsla-node benchmark pallet --runtime` measures it |
//! | `fast_` | has the feature `fast-runtime`: short slots, epochs and eras, for the tests in `tests/network` |
//!
//! They are a crate of their own so that the runtime, the node and all their dependencies are only ever compiled with
//! one set of features, and need not be compiled again for a variant.
