// SPDX-License-Identifier: Apache-2.0

//! Tests of the runtime as a whole: what its tables, its metadata and its genesis are. One binary for all of them, since
//! each would compile the runtime's generic code again.

mod client_metadata;
mod common;
mod fees;
mod genesis;
mod governance;
mod parameters;
mod proxies;
mod rules;
mod safety;
mod staking;
