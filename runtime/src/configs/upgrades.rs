// SPDX-License-Identifier: Apache-2.0

//! How an upgrade brings the state to its new form.

use crate::{configs::system::MAXIMUM_BLOCK_WEIGHT, Runtime, RuntimeEvent};
use frame_support::{migrations::FreezeChainOnFailedMigration, parameter_types, traits::ConstU32, weights::Weight};

parameter_types! {
    /// Half a block for a migration, so that a node that is half as fast as the one the weights were measured on still
    /// makes its blocks in time.
    pub MaxMigrationWeight: Weight = MAXIMUM_BLOCK_WEIGHT.saturating_div(2);
}

impl pallet_migrations::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    #[cfg(not(feature = "runtime-benchmarks"))]
    type Migrations = crate::migrations::MultiBlock;
    #[cfg(feature = "runtime-benchmarks")]
    type Migrations = pallet_migrations::mock_helpers::MockedMigrations;
    type CursorMaxLen = ConstU32<65_536>;
    type IdentifierMaxLen = ConstU32<256>;
    type MigrationStatusHandler = ();
    // A state of which one half is old and one half is new must not be worked on: to pay wrongly is worse than to pay
    // late. Blocks go on, without transactions; how to get out is in the runbook for upgrades.
    type FailedMigrationHandler = FreezeChainOnFailedMigration;
    type MaxServiceWeight = MaxMigrationWeight;
    type WeightInfo = pallet_migrations::weights::SubstrateWeight<Runtime>;
}
