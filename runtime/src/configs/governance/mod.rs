// SPDX-License-Identifier: Apache-2.0

//! Who decides about the chain: the holders of DSLA, by referenda on tracks.
//!
//! A referendum names an origin and a call. The origin has a track ([`tracks`]); what the origin may do is said in
//! [`origins`]. An approved call waits in the scheduler and is then made in the name of the origin.

pub mod origins;
pub mod tracks;
pub mod treasury;

use self::{
    origins::{EnsureReferendumCanceller, EnsureReferendumKiller},
    tracks::Tracks,
};
use crate::{
    configs::{money::ValidatorReserveAccount, system::MAXIMUM_BLOCK_WEIGHT},
    constants::{
        currency::{deposit, DEPOSIT_PER_BYTE, DSLA},
        governance::{UNDECIDING_TIMEOUT, VOTE_LOCKING},
    },
    AccountId, Balance, Balances, OriginCaller, Preimage, Referenda, Runtime, RuntimeCall, RuntimeEvent,
    RuntimeHoldReason, RuntimeOrigin, Scheduler, System, Treasury,
};
use frame_support::{
    parameter_types,
    traits::{
        fungible::{HoldConsideration, Inspect},
        AsEnsureOriginWithArg, ConstU128, ConstU32, EitherOf, EqualPrivilegeOnly, LinearStoragePrice,
    },
    weights::Weight,
};
use frame_system::{EnsureRoot, EnsureSigned};
use sp_runtime::{traits::Get, Perbill};

impl origins::Config for Runtime {}

parameter_types! {
    /// Why the deposit of a preimage is held.
    pub const PreimageHold: RuntimeHoldReason = RuntimeHoldReason::Preimage(pallet_preimage::HoldReason::Preimage);
    /// Deposit for a preimage: its status and itself.
    pub const PreimageDeposit: Balance = deposit(2, 64);
    /// Deposit for a byte of a preimage.
    pub const PreimageByteDeposit: Balance = DEPOSIT_PER_BYTE;
}

impl pallet_preimage::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_preimage::weights::SubstrateWeight<Runtime>;
    type Currency = Balances;
    type ManagerOrigin = EnsureRoot<AccountId>;
    type Consideration = HoldConsideration<
        AccountId,
        Balances,
        PreimageHold,
        LinearStoragePrice<PreimageDeposit, PreimageByteDeposit, Balance>,
    >;
}

parameter_types! {
    /// Four fifths of a block for what is scheduled: there is room for a runtime upgrade, and for transactions.
    pub MaxScheduledWeight: Weight = Perbill::from_percent(80) * MAXIMUM_BLOCK_WEIGHT;
}

impl pallet_scheduler::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeOrigin = RuntimeOrigin;
    type PalletsOrigin = OriginCaller;
    type RuntimeCall = RuntimeCall;
    type MaximumWeight = MaxScheduledWeight;
    // Referenda schedule what was approved; beyond that, only what root has decided.
    type ScheduleOrigin = EnsureRoot<AccountId>;
    type OriginPrivilegeCmp = EqualPrivilegeOnly;
    type MaxScheduledPerBlock = ConstU32<50>;
    type WeightInfo = pallet_scheduler::weights::SubstrateWeight<Runtime>;
    type Preimages = Preimage;
    type BlockNumberProvider = System;
}

impl pallet_referenda::Config for Runtime {
    type RuntimeCall = RuntimeCall;
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_referenda::weights::SubstrateWeight<Runtime>;
    type Scheduler = Scheduler;
    type Currency = Balances;
    type SubmitOrigin = AsEnsureOriginWithArg<EnsureSigned<AccountId>>;
    type CancelOrigin = EitherOf<EnsureRoot<AccountId>, EnsureReferendumCanceller>;
    type KillOrigin = EitherOf<EnsureRoot<AccountId>, EnsureReferendumKiller>;
    type Slash = Treasury;
    type Votes = Balance;
    type Tally = pallet_conviction_voting::TallyOf<Runtime>;
    // A customer who wants an arbiter must be able to pay it.
    type SubmissionDeposit = ConstU128<{ 100 * DSLA }>;
    type MaxQueued = ConstU32<100>;
    type UndecidingTimeout = UndecidingTimeout;
    type AlarmInterval = ConstU32<1>;
    type Tracks = Tracks;
    type Preimages = Preimage;
    type BlockNumberProvider = System;
}

parameter_types! {
    /// How long a referendum may wait for its decision deposit.
    pub const UndecidingTimeout: crate::BlockNumber = UNDECIDING_TIMEOUT;
    /// How long a vote with the conviction 1 stays locked.
    pub const VoteLockingPeriod: crate::BlockNumber = VOTE_LOCKING;
}

/// All DSLA with which somebody could vote: the supply without the treasury and the reserve for validators, whose
/// accounts nobody has the key of.
///
/// Support is a share of it. Were the two counted, no referendum could pass while they hold most of the supply. The
/// treasury's pallet marks its own as inactive. DSLA in pools counts although a pool does not vote: it belongs to people
/// who chose to put it there.
pub struct VotingSupply;

impl Get<Balance> for VotingSupply {
    fn get() -> Balance {
        // The reserve is a part of the active issuance, so this never saturates.
        Balances::active_issuance().saturating_sub(Balances::total_balance(&ValidatorReserveAccount::get()))
    }
}

impl pallet_conviction_voting::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_conviction_voting::weights::SubstrateWeight<Runtime>;
    type Currency = Balances;
    type Polls = Referenda;
    type MaxTurnout = VotingSupply;
    type MaxVotes = ConstU32<512>;
    type VoteLockingPeriod = VoteLockingPeriod;
    type BlockNumberProvider = System;
    type VotingHooks = ();
}
