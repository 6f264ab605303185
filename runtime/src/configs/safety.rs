// SPDX-License-Identifier: Apache-2.0

//! How the chain is stopped while something is wrong, and what cannot be stopped.
//!
//! The safe mode lets only some calls pass; a pause stops one call. Both come from governance alone, and both end: a
//! call of root passes always, so that whatever was stopped can be mended.
//!
//! Every filter looks at the call itself. What wraps calls (batches, proxies, multisigs, the scheduler) makes each of
//! them through the same filter, so the wrappers are open.

use super::governance::origins::EnsureEmergency;
use crate::{
    constants::governance::SAFE_MODE, AccountId, Balance, Balances, BlockNumber, Runtime, RuntimeCall, RuntimeEvent,
    RuntimeHoldReason, SafeMode, TxPause,
};
use frame_support::{
    parameter_types,
    traits::{CallMetadata, ConstU32, Contains, EitherOf, GetCallMetadata, InsideBoth},
};
use frame_system::{EnsureRoot, EnsureRootWithSuccess, EnsureWithSuccess};
use pallet_tx_pause::RuntimeCallNameOf;

/// Calls of one pallet.
pub enum Calls {
    /// All of them, also such as are added later.
    All,
    /// These, by name.
    Only(&'static [&'static str]),
}

/// What nothing can stop: the block itself, governance, the keys of validators, what wraps other calls, and taking out
/// what is one's own: claims and exits.
pub const ALWAYS_OPEN: &[(&str, Calls)] = &[
    ("System", Calls::All),
    ("Timestamp", Calls::All),
    ("Parameters", Calls::All),
    ("Preimage", Calls::All),
    ("Scheduler", Calls::All),
    ("MultiBlockMigrations", Calls::All),
    ("SafeMode", Calls::All),
    ("TxPause", Calls::All),
    ("Babe", Calls::All),
    ("Session", Calls::All),
    ("Grandpa", Calls::All),
    ("Staking", Calls::Only(&["chill", "payout_stakers", "payout_stakers_by_page", "unbond", "withdraw_unbonded"])),
    // Who could not show that it is there would be slashed.
    ("ImOnline", Calls::All),
    ("Vesting", Calls::Only(&["vest", "vest_other"])),
    ("Treasury", Calls::All),
    ("Utility", Calls::All),
    ("Multisig", Calls::All),
    (
        "Proxy",
        Calls::Only(&[
            "proxy",
            "announce",
            "proxy_announced",
            "reject_announcement",
            "remove_announcement",
            "remove_proxy",
            "remove_proxies",
        ]),
    ),
    ("Referenda", Calls::All),
    ("ConvictionVoting", Calls::All),
    ("SliOracle", Calls::Only(&["claim_rewards", "claim_rewards_for", "give_up_seat", "leave", "withdraw_bond"])),
    ("Sla", Calls::Only(&["give_notice", "settle", "terminate"])),
    (
        "Compensation",
        Calls::Only(&[
            "cancel_backing",
            "cancel_subscription",
            "claim",
            "claim_for",
            "claim_many",
            "exit",
            "give_backing_notice",
            "withdraw_cover",
            "withdraw_rewards",
        ]),
    ),
    ("Marketplace", Calls::Only(&["refund"])),
    ("Challenge", Calls::Only(&["arbitrate"])),
];

/// What the safe mode lets pass in addition, since the clocks of agreements do not stop for it: who could not report,
/// dispute, vote, fulfil or top up in time would lose by it. A single call of these can still be paused.
pub const OPEN_IN_SAFE_MODE: &[(&str, Calls)] = &[
    ("SliOracle", Calls::Only(&["commit", "reveal", "submit"])),
    ("Sla", Calls::Only(&["announce_maintenance"])),
    ("Compensation", Calls::Only(&["stake_cover"])),
    ("Marketplace", Calls::Only(&["cancel_voucher", "confirm", "fulfil"])),
    ("Challenge", Calls::Only(&["advance", "appeal", "challenge", "commit_vote", "reveal_vote"])),
];

/// Is the call in the table?
fn listed(table: &[(&str, Calls)], pallet: &[u8], call: &[u8]) -> bool {
    table.iter().any(|(name, calls)| {
        name.as_bytes() == pallet
            && match calls {
                Calls::All => true,
                Calls::Only(names) => names.iter().any(|name| name.as_bytes() == call),
            }
    })
}

/// What passes in safe mode.
pub struct PassesSafeMode;

impl Contains<RuntimeCall> for PassesSafeMode {
    fn contains(call: &RuntimeCall) -> bool {
        let CallMetadata { function_name, pallet_name } = call.get_call_metadata();
        [ALWAYS_OPEN, OPEN_IN_SAFE_MODE]
            .iter()
            .any(|table| listed(table, pallet_name.as_bytes(), function_name.as_bytes()))
    }
}

/// What cannot be paused.
pub struct Unpausable;

impl Contains<RuntimeCallNameOf<Runtime>> for Unpausable {
    fn contains((pallet, call): &RuntimeCallNameOf<Runtime>) -> bool {
        listed(ALWAYS_OPEN, pallet, call)
    }
}

/// What every call has to pass, unless root makes it.
pub type CallFilter = InsideBoth<SafeMode, TxPause>;

parameter_types! {
    /// How long one decision keeps the safe mode.
    pub const SafeModeDuration: BlockNumber = SAFE_MODE;
    /// No deposit can buy the safe mode: it would be for sale to whoever gains by a standstill.
    pub const NoDeposit: Option<Balance> = None;
    /// There are no deposits to release.
    pub const NoReleaseDelay: Option<BlockNumber> = None;
}

/// Who enters and extends the safe mode, and for how long.
type EnsureSafeMode = EitherOf<
    EnsureRootWithSuccess<AccountId, SafeModeDuration>,
    EnsureWithSuccess<EnsureEmergency, AccountId, SafeModeDuration>,
>;

/// Who ends the safe mode, pauses calls and lets them go on.
type EnsureStopper = EitherOf<EnsureRoot<AccountId>, EnsureEmergency>;

impl pallet_safe_mode::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type WhitelistedCalls = PassesSafeMode;
    type EnterDuration = SafeModeDuration;
    type ExtendDuration = SafeModeDuration;
    type EnterDepositAmount = NoDeposit;
    type ExtendDepositAmount = NoDeposit;
    type ForceEnterOrigin = EnsureSafeMode;
    type ForceExtendOrigin = EnsureSafeMode;
    type ForceExitOrigin = EnsureStopper;
    type ForceDepositOrigin = EnsureRoot<AccountId>;
    type Notify = ();
    type ReleaseDelay = NoReleaseDelay;
    type WeightInfo = pallet_safe_mode::weights::SubstrateWeight<Runtime>;
}

impl pallet_tx_pause::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type PauseOrigin = EnsureStopper;
    type UnpauseOrigin = EnsureStopper;
    type WhitelistedCalls = Unpausable;
    // Longer than any name of a pallet or a call.
    type MaxNameLen = ConstU32<256>;
    type WeightInfo = pallet_tx_pause::weights::SubstrateWeight<Runtime>;
}
