// SPDX-License-Identifier: Apache-2.0

//! Compiles variants of the runtime to wasm, for scripts that load them from the disk.
//!
//! | file name begins with | what is different |
//! |---|---|
//! | `benchmark_` | has the feature `runtime-benchmarks`: `dsla-node benchmark pallet --runtime` measures it |
//! | `fast_` | has the feature `fast-runtime`: short slots, epochs and eras, for `tests/network` |
//! | `short_` | has the feature `short-referenda`: a network with it can be upgraded within minutes |
//! | `next_` | the short one, one version later and with a migration of many blocks: what a network is upgraded to |
//! | `checked_` | the same with `try-runtime`: looks whether a state is whole |
//!
//! The last three are only built when the variable `DSLA_VARIANTS` names them: `scripts/network.sh` does.
//!
//! They are a crate of their own so that the runtime, the node and all their dependencies are only ever compiled with
//! one set of features, and need not be compiled again for a variant.
