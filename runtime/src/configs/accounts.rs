// SPDX-License-Identifier: Apache-2.0

//! What makes accounts handy: batches, several signatories, and proxies with limited rights.

use crate::{Balance, Balances, OriginCaller, Runtime, RuntimeCall, RuntimeEvent, System};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
    parameter_types,
    traits::{ConstU32, InstanceFilter},
};
use scale_info::TypeInfo;
use sp_runtime::traits::BlakeTwo256;

/// Deposits, by what is stored.
pub mod deposit_for {
    use crate::{constants::currency::deposit, Balance};

    /// A pending multisig call: key and hash, time point, depositor, and the list of approvals.
    pub const MULTISIG: Balance = deposit(1, 88);
    /// One more signatory of a pending multisig call.
    pub const MULTISIG_SIGNATORY: Balance = deposit(0, 32);
    /// An account's first proxy.
    pub const PROXY: Balance = deposit(1, 8);
    /// One more proxy: an account, a type and a delay.
    pub const PROXY_ENTRY: Balance = deposit(0, 33 + 4);
    /// An account's first announcement of a proxy call.
    pub const ANNOUNCEMENT: Balance = deposit(1, 8);
    /// One more announcement: an account, a hash and a block number.
    pub const ANNOUNCEMENT_ENTRY: Balance = deposit(0, 68);
    /// Session keys: four keys under an account, and an account under each of the four keys.
    pub const SESSION_KEYS: Balance = deposit(5, (32 + 128) + 4 * (4 + 32 + 32));
}

impl pallet_utility::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type PalletsOrigin = OriginCaller;
    type WeightInfo = pallet_utility::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
    /// Deposit for a pending multisig call.
    pub const MultisigDepositBase: Balance = deposit_for::MULTISIG;
    /// Deposit for each of its signatories.
    pub const MultisigDepositFactor: Balance = deposit_for::MULTISIG_SIGNATORY;
    /// Deposit for having proxies.
    pub const ProxyDepositBase: Balance = deposit_for::PROXY;
    /// Deposit for each proxy.
    pub const ProxyDepositFactor: Balance = deposit_for::PROXY_ENTRY;
    /// Deposit for having announcements.
    pub const AnnouncementDepositBase: Balance = deposit_for::ANNOUNCEMENT;
    /// Deposit for each announcement.
    pub const AnnouncementDepositFactor: Balance = deposit_for::ANNOUNCEMENT_ENTRY;
}

impl pallet_multisig::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type Currency = Balances;
    type DepositBase = MultisigDepositBase;
    type DepositFactor = MultisigDepositFactor;
    type MaxSignatories = ConstU32<100>;
    type BlockNumberProvider = System;
    type WeightInfo = pallet_multisig::weights::SubstrateWeight<Runtime>;
}

/// What a proxy may do in the name of the account that appointed it.
///
/// The indices are part of the state: append, never reorder. Every type but [`ProxyType::Any`] is a list of what is
/// allowed, so that a pallet added later is closed to proxies until somebody opens it here.
#[derive(
    Clone,
    Copy,
    Debug,
    Decode,
    DecodeWithMemTracking,
    Default,
    Encode,
    Eq,
    MaxEncodedLen,
    Ord,
    PartialEq,
    PartialOrd,
    TypeInfo,
)]
pub enum ProxyType {
    /// Everything the account itself may do.
    #[codec(index = 0)]
    #[default]
    Any,
    /// Everything that cannot move value out of the account: all that the types below may do, and remarks.
    #[codec(index = 1)]
    NonTransfer,
    /// Only stopping a delayed call that another proxy has announced.
    #[codec(index = 2)]
    CancelProxy,
    /// Only the session keys of a validator, for the operator of its machine.
    #[codec(index = 3)]
    SessionKeys,
    /// Reporting, and voting on panels, for the machine of a reporter. The bond is out of its reach.
    #[codec(index = 4)]
    Reporter,
    /// Claiming what the account has earned, to the account itself.
    #[codec(index = 5)]
    Claims,
    /// Everything about staking: bonds, nominations, payouts, the voter list, session keys, and batches of these. Its
    /// holder can have the rewards paid to another account, but cannot touch the bond itself.
    #[codec(index = 6)]
    Staking,
    /// Referenda and votes, with the deposits these take.
    #[codec(index = 7)]
    Governance,
    /// What a provider's staff does from day to day: announce maintenance, and fulfil or cancel vouchers.
    #[codec(index = 8)]
    SupportDesk,
}

impl InstanceFilter<RuntimeCall> for ProxyType {
    fn filter(&self, call: &RuntimeCall) -> bool {
        match self {
            ProxyType::Any => true,
            ProxyType::NonTransfer => {
                is_remark(call)
                    || is_batch(call)
                    || cancels_announcement(call)
                    || sets_session_keys(call)
                    || reports(call)
                    || claims(call)
                    || governs(call)
                    || serves_customers(call)
            }
            ProxyType::CancelProxy => cancels_announcement(call),
            ProxyType::SessionKeys => sets_session_keys(call),
            ProxyType::Reporter => reports(call) || is_batch(call),
            ProxyType::Claims => claims(call) || is_batch(call),
            ProxyType::Staking => stakes(call) || is_batch(call) || sets_session_keys(call),
            ProxyType::Governance => governs(call) || is_batch(call),
            ProxyType::SupportDesk => serves_customers(call) || is_batch(call),
        }
    }

    fn is_superset(&self, other: &Self) -> bool {
        match (self, other) {
            (ProxyType::Any, _) => true,
            // Not staking: whoever may name the account that rewards are paid to moves value out.
            (ProxyType::NonTransfer, theirs) => !matches!(theirs, ProxyType::Any | ProxyType::Staking),
            (ProxyType::Staking, ProxyType::SessionKeys) => true,
            (mine, theirs) => mine == theirs,
        }
    }
}

fn is_remark(call: &RuntimeCall) -> bool {
    matches!(
        call,
        RuntimeCall::System(frame_system::Call::remark { .. } | frame_system::Call::remark_with_event { .. })
    )
}

/// Batches filter each call they contain again, with the proxy's own filter. `as_derivative` is not among them: a
/// derivative account is another account, with money of its own.
fn is_batch(call: &RuntimeCall) -> bool {
    matches!(
        call,
        RuntimeCall::Utility(
            pallet_utility::Call::batch { .. }
                | pallet_utility::Call::batch_all { .. }
                | pallet_utility::Call::force_batch { .. }
        )
    )
}

fn sets_session_keys(call: &RuntimeCall) -> bool {
    matches!(
        call,
        RuntimeCall::Session(pallet_session::Call::set_keys { .. } | pallet_session::Call::purge_keys { .. })
    )
}

/// The calls of both pallets that are not a signed account's need root, which a proxy never has.
fn stakes(call: &RuntimeCall) -> bool {
    matches!(call, RuntimeCall::Staking(_) | RuntimeCall::VoterList(_))
}

fn cancels_announcement(call: &RuntimeCall) -> bool {
    matches!(call, RuntimeCall::Proxy(pallet_proxy::Call::reject_announcement { .. }))
}

/// What a reporter owes agreements and challenges; nothing that touches its bond or its seats.
fn reports(call: &RuntimeCall) -> bool {
    matches!(
        call,
        RuntimeCall::SliOracle(
            pallet_sli_oracle::Call::submit { .. }
                | pallet_sli_oracle::Call::commit { .. }
                | pallet_sli_oracle::Call::reveal { .. }
                | pallet_sli_oracle::Call::claim_rewards { .. }
        ) | RuntimeCall::Challenge(
            pallet_challenge::Call::commit_vote { .. } | pallet_challenge::Call::reveal_vote { .. }
        )
    )
}

/// What pays an account that which is its own. None of them lets the caller name another receiver of that.
fn claims(call: &RuntimeCall) -> bool {
    matches!(
        call,
        RuntimeCall::SliOracle(
            pallet_sli_oracle::Call::claim_rewards { .. } | pallet_sli_oracle::Call::claim_rewards_for { .. }
        ) | RuntimeCall::Compensation(
            pallet_compensation::Call::claim { .. }
                | pallet_compensation::Call::claim_for { .. }
                | pallet_compensation::Call::claim_many { .. }
        ) | RuntimeCall::Marketplace(pallet_marketplace::Call::refund { .. })
            | RuntimeCall::Treasury(pallet_treasury::Call::payout { .. } | pallet_treasury::Call::check_status { .. })
            | RuntimeCall::Vesting(pallet_vesting::Call::vest { .. } | pallet_vesting::Call::vest_other { .. })
    )
}

/// What anybody may do in referenda; what only governance itself may (cancel, kill) is not a proxy's business.
fn governs(call: &RuntimeCall) -> bool {
    matches!(
        call,
        RuntimeCall::ConvictionVoting(
            pallet_conviction_voting::Call::vote { .. }
                | pallet_conviction_voting::Call::delegate { .. }
                | pallet_conviction_voting::Call::undelegate { .. }
                | pallet_conviction_voting::Call::unlock { .. }
                | pallet_conviction_voting::Call::remove_vote { .. }
                | pallet_conviction_voting::Call::remove_other_vote { .. }
        ) | RuntimeCall::Referenda(
            pallet_referenda::Call::submit { .. }
                | pallet_referenda::Call::place_decision_deposit { .. }
                | pallet_referenda::Call::refund_decision_deposit { .. }
                | pallet_referenda::Call::refund_submission_deposit { .. }
                | pallet_referenda::Call::set_metadata { .. }
        ) | RuntimeCall::Preimage(
            pallet_preimage::Call::note_preimage { .. } | pallet_preimage::Call::unnote_preimage { .. }
        )
    )
}

/// What serves customers and holders of vouchers, without terms, prices or cover.
fn serves_customers(call: &RuntimeCall) -> bool {
    matches!(
        call,
        RuntimeCall::Sla(pallet_sla::Call::announce_maintenance { .. })
            | RuntimeCall::Marketplace(
                pallet_marketplace::Call::fulfil { .. } | pallet_marketplace::Call::cancel_voucher { .. }
            )
    )
}

impl pallet_proxy::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type Currency = Balances;
    type ProxyType = ProxyType;
    type ProxyDepositBase = ProxyDepositBase;
    type ProxyDepositFactor = ProxyDepositFactor;
    type MaxProxies = ConstU32<32>;
    type MaxPending = ConstU32<32>;
    type CallHasher = BlakeTwo256;
    type AnnouncementDepositBase = AnnouncementDepositBase;
    type AnnouncementDepositFactor = AnnouncementDepositFactor;
    type BlockNumberProvider = System;
    type WeightInfo = pallet_proxy::weights::SubstrateWeight<Runtime>;
}
