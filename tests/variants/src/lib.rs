// SPDX-License-Identifier: Apache-2.0

//! Compiles variants of the runtime to wasm, for scripts that load them from the disk.
//!
//! | file name begins with | what is different |
//! |---|---|
//! | `benchmark_` | has the feature `runtime-benchmarks`: `dsla-node benchmark pallet --runtime` measures it |
//! | `fast_` | has the feature `fast-runtime`: short slots, epochs, eras and referenda, for `tests/network` |
//! | `next_` | the fast one, one version later and with a migration of many blocks: what a network is upgraded to |
//! | `checked_` | the same with `try-runtime`: looks whether a state is whole |
//!
//! The last two are only built when the variable `DSLA_VARIANTS` names them: `scripts/network.sh` does.
//!
//! They are a crate of their own so that the runtime, the node and all their dependencies are only ever compiled with
//! one set of features, and need not be compiled again for a variant.
