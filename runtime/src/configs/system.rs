// SPDX-License-Identifier: Apache-2.0

//! The block: its limits, its identity, and the parameters governance may change.

use super::{governance::origins::EnsureParametersAdmin, safety::CallFilter};
use crate::{
    constants::SS58_PREFIX, AccountId, Balance, Block, BlockNumber, Hash, MultiBlockMigrations, Nonce, PalletInfo,
    Runtime, RuntimeCall, RuntimeEvent, RuntimeOrigin, RuntimeParameters, RuntimeTask, VERSION,
};
use frame_support::{
    derive_impl,
    dispatch::DispatchClass,
    parameter_types,
    traits::{AsEnsureOriginWithArg, ConstU32, EitherOf},
    weights::{
        constants::{ParityDbWeight, WEIGHT_REF_TIME_PER_SECOND},
        Weight,
    },
};
use frame_system::{
    limits::{BlockLength, BlockWeights},
    EnsureRoot,
};
use sp_runtime::Perbill;
use sp_version::RuntimeVersion;

/// Part of a block that ordinary transactions may fill. The rest is kept for operational ones, so that the chain can
/// be steered (pause, upgrade, equivocation report) while it is flooded.
pub const NORMAL_DISPATCH_RATIO: Perbill = Perbill::from_percent(75);

/// A block may compute for a third of its slot; the other two thirds are for spreading and checking it. A solo chain
/// has no proof size to limit.
pub const MAXIMUM_BLOCK_WEIGHT: Weight = Weight::from_parts(WEIGHT_REF_TIME_PER_SECOND.saturating_mul(2), u64::MAX);

/// Most bytes all extrinsics of a block can have.
pub const MAXIMUM_BLOCK_LENGTH: u32 = 5 * 1024 * 1024;

parameter_types! {
    /// Hashes of the last blocks kept in the state: a mortal transaction can live that long (almost seven hours).
    pub const BlockHashCount: BlockNumber = 4096;
    /// The version the chain reports.
    pub const Version: RuntimeVersion = VERSION;
    /// Address prefix.
    pub const SS58Prefix: u8 = SS58_PREFIX;
    /// Computing limits of a block, by class of extrinsic.
    pub RuntimeBlockWeights: BlockWeights =
        BlockWeights::with_sensible_defaults(MAXIMUM_BLOCK_WEIGHT, NORMAL_DISPATCH_RATIO);
    /// Size limits of a block, by class of extrinsic.
    pub RuntimeBlockLength: BlockLength = BlockLength::builder()
        .max_length(MAXIMUM_BLOCK_LENGTH)
        .modify_max_length_for_class(DispatchClass::Normal, |length| *length = NORMAL_DISPATCH_RATIO * *length)
        .build();
}

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Runtime {
    type Block = Block;
    type BlockWeights = RuntimeBlockWeights;
    type BlockLength = RuntimeBlockLength;
    type BlockHashCount = BlockHashCount;
    type AccountId = AccountId;
    type AccountData = pallet_balances::AccountData<Balance>;
    type Nonce = Nonce;
    type Hash = Hash;
    // The node is compiled without RocksDB.
    type DbWeight = ParityDbWeight;
    type Version = Version;
    type SS58Prefix = SS58Prefix;
    type SystemWeightInfo = frame_system::weights::SubstrateWeight<Runtime>;
    type ExtensionsWeightInfo = frame_system::SubstrateExtensionsWeight<Runtime>;
    type MaxConsumers = ConstU32<128>;
    type BaseCallFilter = CallFilter;
    type SingleBlockMigrations = crate::migrations::SingleBlock;
    type MultiBlockMigrator = MultiBlockMigrations;
}

impl pallet_parameters::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeParameters = RuntimeParameters;
    type AdminOrigin = AsEnsureOriginWithArg<EitherOf<EnsureRoot<AccountId>, EnsureParametersAdmin>>;
    type WeightInfo = crate::weights::pallet_parameters::WeightInfo<Runtime>;
}
