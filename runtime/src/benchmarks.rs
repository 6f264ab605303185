// SPDX-License-Identifier: Apache-2.0

//! The benchmarks `benchmark pallet` finds in a runtime built with `runtime-benchmarks`.

use crate::*;

pub use frame_benchmarking::baseline::Pallet as BaselineBench;
pub use frame_system_benchmarking::{extensions::Pallet as SystemExtensionsBench, Pallet as SystemBench};

impl frame_benchmarking::baseline::Config for Runtime {}
impl frame_system_benchmarking::Config for Runtime {}

frame_benchmarking::define_benchmarks!(
    [frame_benchmarking, BaselineBench::<Runtime>]
    [frame_system, SystemBench::<Runtime>]
    [frame_system_extensions, SystemExtensionsBench::<Runtime>]
    [pallet_timestamp, Timestamp]
    [pallet_parameters, Parameters]
    [pallet_babe, Babe]
    [pallet_grandpa, Grandpa]
    [pallet_balances, Balances]
    [pallet_utility, Utility]
    [pallet_multisig, Multisig]
    [pallet_proxy, Proxy]
    [pallet_nfts, Nfts]
    [pallet_sli_oracle, SliOracle]
    [pallet_sla, Sla]
    [pallet_compensation, Compensation]
    [pallet_marketplace, Marketplace]
    [pallet_challenge, Challenge]
);
