// SPDX-License-Identifier: Apache-2.0

//! Who makes blocks, when, and which blocks are final.
//!
//! The validators are those of the genesis; each may change its keys, none can join or leave. Staking replaces
//! `SessionManager`, `DisablingStrategy` and the two `EquivocationReportSystem`s later, all of them in this file.

use crate::{
    configs::accounts::deposit_for, constants::time, weights, AccountId, Babe, Balance, Balances, Runtime,
    RuntimeEvent, SessionKeys,
};
use frame_support::{
    parameter_types,
    traits::{ConstU32, ConstU64},
};
use sp_core::Void;
use sp_runtime::traits::{ConvertInto, OpaqueKeys};

/// Most validators the consensus pallets make room for.
pub const MAX_AUTHORITIES: u32 = 1_000;

parameter_types! {
    /// Deposit for registered session keys: one value of two keys by validator, and two from a key to its owner.
    pub const SessionKeyDeposit: Balance = deposit_for::SESSION_KEYS;
}

impl pallet_timestamp::Config for Runtime {
    type Moment = u64;
    // BABE refuses a block whose time does not fall into its slot.
    type OnTimestampSet = Babe;
    type MinimumPeriod = ConstU64<{ time::SLOT_DURATION / 2 }>;
    type WeightInfo = pallet_timestamp::weights::SubstrateWeight<Runtime>;
}

impl pallet_babe::Config for Runtime {
    type EpochDuration = ConstU64<{ time::EPOCH_DURATION_IN_SLOTS }>;
    type ExpectedBlockTime = ConstU64<{ time::MILLISECS_PER_BLOCK }>;
    // Sessions end when epochs do, and the session pallet then tells BABE the new authorities.
    type EpochChangeTrigger = pallet_babe::ExternalTrigger;
    type DisabledValidators = crate::Session;
    type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
    type MaxNominators = ConstU32<0>;
    // A type with no values: nobody can prove an equivocation as long as nobody can be punished for it.
    type KeyOwnerProof = Void;
    type EquivocationReportSystem = ();
    type WeightInfo = weights::consensus::WeightInfo<Runtime>;
}

impl pallet_grandpa::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
    type MaxNominators = ConstU32<0>;
    // Only an equivocation proof would look a set id's session up.
    type MaxSetIdSessionEntries = ConstU64<0>;
    type KeyOwnerProof = Void;
    type EquivocationReportSystem = ();
    type WeightInfo = weights::consensus::WeightInfo<Runtime>;
}

impl pallet_authorship::Config for Runtime {
    type FindAuthor = pallet_session::FindAccountFromAuthorIndex<Self, Babe>;
    type EventHandler = ();
}

impl pallet_session::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type ValidatorId = AccountId;
    type ValidatorIdOf = ConvertInto;
    type ShouldEndSession = Babe;
    type NextSessionRotation = Babe;
    // Never a new set: the validators of the genesis stay.
    type SessionManager = ();
    type SessionHandler = <SessionKeys as OpaqueKeys>::KeyTypeIdProviders;
    type Keys = SessionKeys;
    // No offences are reported, so nobody is ever disabled.
    type DisablingStrategy = ();
    type Currency = Balances;
    type KeyDeposit = SessionKeyDeposit;
    type WeightInfo = pallet_session::weights::SubstrateWeight<Runtime>;
}
