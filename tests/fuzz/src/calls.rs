// SPDX-License-Identifier: Apache-2.0

//! Makes calls: any by the types of its arguments, and those whose arguments have to fit each other, or the one who
//! signs, by what they mean.

mod agreed;
mod governing;
mod market;
mod reports;
mod terms;
mod validating;

pub use agreed::multisig_account;
pub use terms::terms;
pub use validating::is_report;

use crate::{
    catalogue::{CallType, CATALOGUE},
    input::Bytes,
    values,
};
use codec::DecodeLimit;
use dsla_runtime::{AccountId, RuntimeCall};

/// How deep a call may be nested: as deep as governance and multisigs decode calls they keep.
pub const DECODE_DEPTH: u32 = frame_support::MAX_EXTRINSIC_DEPTH;

/// A call, and who could sign it, if that follows from the call.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The call.
    pub call: RuntimeCall,
    /// Who could sign it.
    pub by: Option<AccountId>,
}

impl Wanted {
    fn by(call: impl Into<RuntimeCall>, by: AccountId) -> Option<Self> {
        Some(Self { call: call.into(), by: Some(by) })
    }

    fn any(call: impl Into<RuntimeCall>) -> Option<Self> {
        Some(Self { call: call.into(), by: None })
    }
}

/// Any call, chosen and filled in by `bytes`; none if the arguments cannot be decoded.
pub fn any(bytes: &mut Bytes, depth: u32) -> Option<Wanted> {
    let wheel = CATALOGUE.wheel();
    let key = wheel[bytes.below(wheel.len())];
    of_type(CATALOGUE.call(key)?, bytes, depth)
}

/// A call of that type.
pub fn of_type(ty: &CallType, bytes: &mut Bytes, depth: u32) -> Option<Wanted> {
    if !bytes.chance(10) {
        if let Some(wanted) = fitting(&ty.name, bytes, depth) {
            return Some(wanted);
        }
    }
    let encoded = values::arguments(ty, bytes, depth);
    decode(&encoded).map(|call| Wanted { call, by: None })
}

/// A call of which every byte is used, as it is decoded in a transaction.
pub fn decode(mut encoded: &[u8]) -> Option<RuntimeCall> {
    RuntimeCall::decode_all_with_depth_limit(DECODE_DEPTH, &mut encoded).ok()
}

/// The call at the begin of some bytes, as the scheduler decodes what was proposed.
pub fn decode_first(mut encoded: &[u8]) -> Option<RuntimeCall> {
    RuntimeCall::decode_with_depth_limit(DECODE_DEPTH, &mut encoded).ok()
}

/// The calls that random arguments would hardly ever fit.
fn fitting(name: &str, bytes: &mut Bytes, depth: u32) -> Option<Wanted> {
    match name {
        "SliOracle::submit" => reports::submit(bytes),
        "SliOracle::commit" => reports::commit(bytes),
        "SliOracle::reveal" => reports::reveal(bytes),
        "Challenge::challenge" => reports::challenge(bytes),
        "Challenge::commit_vote" => reports::commit_vote(bytes),
        "Challenge::reveal_vote" => reports::reveal_vote(bytes),
        "Sla::register_agreement" => terms::register_agreement(bytes),
        "Sla::propose_amendment" => terms::propose_amendment(bytes),
        "Sla::announce_maintenance" => terms::announce_maintenance(bytes),
        "SliOracle::claim_rewards" => reports::claim_rewards(bytes),
        "SliOracle::withdraw_bond" => reports::withdraw_bond(bytes),
        "SliOracle::rejoin" => reports::rejoin(bytes),
        "Challenge::appeal" => reports::appeal(bytes),
        "Challenge::arbitrate" => reports::arbitrate(bytes),
        "Sla::disallow" => terms::disallow(bytes),
        "Nfts::cancel_approval" => agreed::cancel_approval(bytes),
        "Challenge::advance" => reports::advance(bytes),
        "Sla::settle" => terms::settle(bytes),
        "Compensation::accept_amendment" => market::accept_amendment(bytes),
        "Compensation::cancel_backing" => market::cancel_backing(bytes),
        "Marketplace::revoke_partner" => market::revoke_partner(bytes),
        "Nfts::destroy" => agreed::destroy(bytes),
        "Compensation::subscribe" => market::subscribe(bytes),
        "Compensation::extend_subscription" => market::extend_subscription(bytes),
        "Marketplace::list_offer" => market::list_offer(bytes),
        "Marketplace::redeem" => market::redeem(bytes),
        "Multisig::as_multi_threshold_1" => agreed::as_multi_threshold_1(bytes, depth),
        "Multisig::as_multi" => agreed::as_multi(bytes, depth),
        "Multisig::approve_as_multi" => agreed::approve_as_multi(bytes),
        "Multisig::cancel_as_multi" => agreed::cancel_as_multi(bytes),
        "Multisig::poke_deposit" => agreed::poke_deposit(bytes),
        "Proxy::proxy" => agreed::proxy(bytes, depth),
        "Proxy::announce" => agreed::announce(bytes),
        "Proxy::remove_announcement" => agreed::remove_announcement(bytes),
        "Proxy::reject_announcement" => agreed::reject_announcement(bytes),
        "Proxy::remove_proxy" => agreed::remove_proxy(bytes),
        "Session::purge_keys" => agreed::purge_keys(bytes),
        "Proxy::proxy_announced" => agreed::proxy_announced(bytes),
        "Proxy::kill_pure" => agreed::kill_pure(bytes),
        "Session::set_keys" => agreed::set_keys(bytes),
        "Nfts::mint_pre_signed" => agreed::mint_pre_signed(bytes),
        "Nfts::set_attributes_pre_signed" => agreed::set_attributes_pre_signed(bytes),
        "Referenda::submit" => governing::submit(bytes, depth),
        "Preimage::note_preimage" => governing::note_preimage(bytes, depth),
        "Scheduler::schedule_named" | "Scheduler::schedule" => governing::schedule_named(bytes, depth),
        "Scheduler::cancel" => governing::cancel(bytes),
        "Scheduler::set_retry" => governing::set_retry(bytes),
        "Scheduler::cancel_retry" => governing::cancel_retry(bytes),
        "Scheduler::cancel_named" | "Scheduler::set_retry_named" | "Scheduler::cancel_retry_named" => {
            governing::with_task_name(name, bytes)
        }
        "TxPause::pause" => governing::pause(bytes),
        "TxPause::unpause" => governing::unpause(bytes),
        "Identity::provide_judgement" => governing::provide_judgement(bytes),
        "Identity::request_judgement" => governing::request_judgement(bytes),
        "Identity::rename_sub" => governing::rename_sub(bytes),
        "ConvictionVoting::remove_other_vote" => governing::remove_other_vote(bytes),
        "Treasury::check_status" => governing::check_status(bytes),
        "Preimage::unrequest_preimage" => governing::unrequest_preimage(bytes),
        "Vesting::force_remove_vesting_schedule" => governing::force_remove_vesting_schedule(bytes),
        "Identity::set_username_for" => governing::set_username_for(bytes),
        "Identity::remove_username_authority" => governing::remove_username_authority(bytes),
        "Identity::accept_username"
        | "Identity::remove_expired_approval"
        | "Identity::set_primary_username"
        | "Identity::unbind_username"
        | "Identity::remove_username"
        | "Identity::kill_username" => governing::with_username(name, bytes),
        "Staking::nominate" => validating::nominate(bytes),
        "Staking::payout_stakers" | "Staking::payout_stakers_by_page" => validating::payout(name, bytes),
        "Staking::set_staking_configs" => validating::set_staking_configs(bytes),
        "Staking::chill_other" => validating::chill_other(bytes),
        "Staking::reap_stash" => validating::reap_stash(bytes),
        "Staking::manual_slash" => validating::manual_slash(bytes),
        "Staking::cancel_deferred_slash" => validating::cancel_deferred_slash(bytes),
        "VoterList::put_in_front_of" | "VoterList::put_in_front_of_other" => validating::in_front(name, bytes),
        "ImOnline::heartbeat" => validating::heartbeat(bytes),
        "Babe::report_equivocation" | "Babe::report_equivocation_unsigned" => validating::two_blocks(name, bytes),
        "Grandpa::report_equivocation" | "Grandpa::report_equivocation_unsigned" => validating::two_votes(name, bytes),
        _ => None,
    }
}
