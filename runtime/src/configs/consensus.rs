// SPDX-License-Identifier: Apache-2.0

//! Who makes blocks, when, and which blocks are final.
//!
//! Staking chooses the validators ([`super::staking`]), and punishes those that fail ([`super::offences`]).

use super::offences::{BabeEquivocations, GrandpaEquivocations};
use crate::{
    configs::accounts::deposit_for,
    constants::{
        staking::{MAX_ACTIVE_VALIDATORS, MAX_ELECTING_VOTERS, MAX_SET_ID_SESSION_ENTRIES},
        time,
    },
    weights, AccountId, Babe, Balance, Balances, ImOnline, Runtime, RuntimeEvent, Session, SessionKeys, Staking,
};
use frame_support::{
    parameter_types,
    traits::{ConstU32, ConstU64},
};
use pallet_session::{disabling::UpToLimitWithReEnablingDisablingStrategy, historical::NoteHistoricalRoot};
use sp_runtime::traits::{ConvertInto, OpaqueKeys};
use sp_session::MembershipProof;

/// Most validators the consensus pallets make room for.
pub const MAX_AUTHORITIES: u32 = MAX_ACTIVE_VALIDATORS;

parameter_types! {
    /// Deposit for registered session keys: one value of four keys by validator, and four from a key to its owner.
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
    type DisabledValidators = Session;
    type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
    // All who can stand behind one validator are slashed with it.
    type MaxNominators = ConstU32<MAX_ELECTING_VOTERS>;
    type KeyOwnerProof = MembershipProof;
    type EquivocationReportSystem = BabeEquivocations;
    type WeightInfo = weights::consensus::WeightInfo<Runtime>;
}

impl pallet_grandpa::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
    type MaxNominators = ConstU32<MAX_ELECTING_VOTERS>;
    type MaxSetIdSessionEntries = ConstU64<MAX_SET_ID_SESSION_ENTRIES>;
    type KeyOwnerProof = MembershipProof;
    type EquivocationReportSystem = GrandpaEquivocations;
    type WeightInfo = weights::consensus::WeightInfo<Runtime>;
}

impl pallet_authorship::Config for Runtime {
    type FindAuthor = pallet_session::FindAccountFromAuthorIndex<Self, Babe>;
    // An author earns points of the era, and is seen to be there.
    type EventHandler = (Staking, ImOnline);
}

impl pallet_session::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type ValidatorId = AccountId;
    type ValidatorIdOf = ConvertInto;
    type ShouldEndSession = Babe;
    type NextSessionRotation = Babe;
    type SessionManager = NoteHistoricalRoot<Self, Staking>;
    type SessionHandler = <SessionKeys as OpaqueKeys>::KeyTypeIdProviders;
    type Keys = SessionKeys;
    // Less than a third of the validators, the worst offenders first.
    type DisablingStrategy = UpToLimitWithReEnablingDisablingStrategy;
    type Currency = Balances;
    type KeyDeposit = SessionKeyDeposit;
    type WeightInfo = pallet_session::weights::SubstrateWeight<Runtime>;
}
