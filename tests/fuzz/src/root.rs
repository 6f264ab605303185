// SPDX-License-Identifier: Apache-2.0

//! What root may be asked to do here.
//!
//! Root can break any chain: it can replace the code, write any storage, mint, and take money out of the pools. That is
//! no fault of a pallet, so such calls are left out, also when they are wrapped in others. What is left is what
//! governance is there for.
//!
//! A referendum or the scheduler can make a call of root later, so nobody may propose or plan what root may not do.

use crate::{calls, people};
use codec::Encode;
use dsla_runtime::{configs::vouchers::CREDENTIALS, OriginCaller, RuntimeCall};
use frame_support::traits::{Bounded, CallMetadata, GetCallMetadata};
use frame_system::RawOrigin;
use sp_runtime::MultiAddress;

/// Whether `call` may be made by root.
pub fn may(call: &RuntimeCall) -> bool {
    use pallet_balances::Call as Balances;
    use pallet_scheduler::Call as Scheduler;
    use pallet_utility::Call as Utility;
    if !is_harmless(call) {
        return false;
    }
    let known = |address: &MultiAddress<_, ()>| match address {
        MultiAddress::Id(who) => people::number(who).is_some(),
        _ => false,
    };
    match call {
        RuntimeCall::System(call) => matches!(
            call,
            frame_system::Call::remark { .. }
                | frame_system::Call::remark_with_event { .. }
                | frame_system::Call::set_heap_pages { .. }
        ),
        // The time is an inherent: a second one in a block is no valid block, whoever signs it.
        RuntimeCall::Timestamp(_) => false,
        RuntimeCall::Balances(call) => match call {
            Balances::force_set_balance { .. }
            | Balances::force_adjust_total_issuance { .. }
            | Balances::force_unreserve { .. } => false,
            Balances::force_transfer { source, .. } => known(source),
            _ => true,
        },
        // A cursor says that a migration runs: all calls stop until it is taken away.
        RuntimeCall::MultiBlockMigrations(call) => !matches!(
            call,
            pallet_migrations::Call::force_set_cursor { .. } | pallet_migrations::Call::force_set_active_cursor { .. }
        ),
        // Writes any bond that has no money behind it.
        RuntimeCall::Staking(pallet_staking::Call::restore_ledger { .. }) => false,
        RuntimeCall::Vesting(pallet_vesting::Call::force_vested_transfer { source, .. }) => known(source),
        RuntimeCall::Scheduler(
            Scheduler::schedule { call, .. }
            | Scheduler::schedule_named { call, .. }
            | Scheduler::schedule_after { call, .. }
            | Scheduler::schedule_named_after { call, .. },
        ) => may(call),
        // The collections of vouchers and credentials belong to the marketplace; governance lets them be. The
        // collection is the first argument wherever there is one.
        RuntimeCall::Nfts(call) => {
            let collection = call.encode().get(1..5).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes);
            collection.is_none_or(|collection| collection < CREDENTIALS)
        }
        RuntimeCall::Utility(call) => match call {
            Utility::batch { calls } | Utility::batch_all { calls } | Utility::force_batch { calls } => {
                calls.iter().all(may)
            }
            Utility::with_weight { call, .. } => may(call),
            Utility::if_else { main, fallback } => may(main) && may(fallback),
            Utility::dispatch_as { as_origin, call } | Utility::dispatch_as_fallible { as_origin, call } => {
                match as_origin.as_ref() {
                    OriginCaller::system(RawOrigin::Root) => may(call),
                    OriginCaller::system(RawOrigin::Signed(who)) => people::number(who).is_some(),
                    OriginCaller::Origins(_) => true,
                    _ => false,
                }
            }
            _ => true,
        },
        _ => true,
    }
}

/// Whether nothing that root may not do can follow from `call`, whoever makes it.
pub fn is_harmless(call: &RuntimeCall) -> bool {
    use pallet_multisig::Call as Multisig;
    use pallet_proxy::Call as Proxy;
    use pallet_utility::Call as Utility;
    // What is no call is never made.
    let proposed = |bytes: &[u8]| calls::decode_first(bytes).is_none_or(|call| may(&call));
    match call {
        RuntimeCall::Preimage(pallet_preimage::Call::note_preimage { bytes }) => proposed(bytes),
        RuntimeCall::Referenda(pallet_referenda::Call::submit { proposal: Bounded::Inline(bytes), .. }) => {
            proposed(bytes)
        }
        RuntimeCall::Utility(call) => match call {
            Utility::batch { calls } | Utility::batch_all { calls } | Utility::force_batch { calls } => {
                calls.iter().all(is_harmless)
            }
            Utility::as_derivative { call, .. }
            | Utility::with_weight { call, .. }
            | Utility::dispatch_as { call, .. }
            | Utility::dispatch_as_fallible { call, .. } => is_harmless(call),
            Utility::if_else { main, fallback } => is_harmless(main) && is_harmless(fallback),
            _ => true,
        },
        RuntimeCall::Proxy(Proxy::proxy { call, .. } | Proxy::proxy_announced { call, .. }) => is_harmless(call),
        RuntimeCall::Multisig(Multisig::as_multi { call, .. } | Multisig::as_multi_threshold_1 { call, .. }) => {
            is_harmless(call)
        }
        _ => true,
    }
}

/// Calls that only root may make; an empty list means all calls of the pallet.
const ROOT_ONLY: [(&str, &[&str]); 15] = [
    ("System", &["set_heap_pages"]),
    ("Parameters", &[]),
    ("Scheduler", &[]),
    ("MultiBlockMigrations", &[]),
    ("TxPause", &[]),
    ("SafeMode", &["force_enter", "force_extend", "force_exit", "force_slash_deposit", "force_release_deposit"]),
    ("Babe", &["plan_config_change"]),
    ("Grandpa", &["note_stalled"]),
    ("Balances", &["force_transfer"]),
    ("Nfts", &["force_create", "force_collection_owner", "force_collection_config"]),
    (
        "Staking",
        &[
            "set_validator_count",
            "increase_validator_count",
            "scale_validator_count",
            "force_no_eras",
            "force_new_era",
            "force_unstake",
            "force_new_era_always",
            "set_invulnerables",
            "cancel_deferred_slash",
            "set_staking_configs",
            "set_min_commission",
            "deprecate_controller_batch",
            "manual_slash",
        ],
    ),
    ("Vesting", &["force_vested_transfer", "force_remove_vesting_schedule"]),
    ("Treasury", &["spend_local", "remove_approval", "spend", "void_spend"]),
    (
        "Identity",
        &[
            "add_registrar",
            "remove_registrar",
            "kill_identity",
            "add_username_authority",
            "remove_username_authority",
            "kill_username",
        ],
    ),
    ("Referenda", &["cancel", "kill", "nudge_referendum", "one_fewer_deciding"]),
];

/// Whether only root may make `call`.
pub fn is_needed(call: &RuntimeCall) -> bool {
    use pallet_preimage::Call as Preimage;
    use pallet_utility::Call as Utility;
    let CallMetadata { pallet_name, function_name } = call.get_call_metadata();
    let listed = |(pallet, calls): &(&str, &[&str])| {
        *pallet == pallet_name && (calls.is_empty() || calls.contains(&function_name))
    };
    if ROOT_ONLY.iter().any(listed) {
        return true;
    }
    match call {
        RuntimeCall::Preimage(call) => {
            matches!(call, Preimage::request_preimage { .. } | Preimage::unrequest_preimage { .. })
        }
        RuntimeCall::Utility(call) => matches!(
            call,
            Utility::dispatch_as { .. } | Utility::dispatch_as_fallible { .. } | Utility::with_weight { .. }
        ),
        RuntimeCall::Sla(pallet_sla::Call::terminate { .. }) => true,
        RuntimeCall::Challenge(pallet_challenge::Call::arbitrate { .. }) => true,
        _ => false,
    }
}

/// Whether nobody may make `call` without a signature: inherents are valid only where a block has them.
pub fn is_inherent(call: &RuntimeCall) -> bool {
    use frame_support::dispatch::{DispatchClass, GetDispatchInfo};
    call.get_dispatch_info().class == DispatchClass::Mandatory
}

#[cfg(test)]
mod tests {
    use super::*;
    use dsla_runtime::Runtime;

    #[test]
    fn root_should_not_mint_however_it_is_wrapped() {
        let mint: RuntimeCall =
            pallet_balances::Call::<Runtime>::force_set_balance { who: people::id(0).into(), new_free: 1 }.into();
        let remark: RuntimeCall = frame_system::Call::<Runtime>::remark { remark: vec![] }.into();
        assert!(may(&remark));
        assert!(!may(&mint));
        let batch = |calls| RuntimeCall::from(pallet_utility::Call::<Runtime>::batch { calls });
        assert!(may(&batch(vec![remark.clone()])));
        assert!(!may(&batch(vec![remark, mint.clone()])));
        let as_root = Box::new(OriginCaller::system(RawOrigin::Root));
        assert!(
            !may(&pallet_utility::Call::<Runtime>::dispatch_as { as_origin: as_root, call: Box::new(mint) }.into())
        );
    }

    #[test]
    fn nobody_should_propose_or_plan_what_root_may_not_do() {
        let mint: RuntimeCall =
            pallet_balances::Call::<Runtime>::force_set_balance { who: people::id(0).into(), new_free: 1 }.into();
        let remark: RuntimeCall = frame_system::Call::<Runtime>::remark { remark: vec![] }.into();
        let note = |call: &RuntimeCall| {
            RuntimeCall::from(pallet_preimage::Call::<Runtime>::note_preimage { bytes: call.encode() })
        };
        assert!(is_harmless(&note(&remark)));
        assert!(!is_harmless(&note(&mint)));
        assert!(!is_harmless(&pallet_utility::Call::<Runtime>::batch { calls: vec![note(&mint)] }.into()));
        let propose = |call: &RuntimeCall| {
            RuntimeCall::from(pallet_referenda::Call::<Runtime>::submit {
                proposal_origin: Box::new(OriginCaller::system(RawOrigin::Root)),
                proposal: Bounded::Inline(call.encode().try_into().expect("short")),
                enactment_moment: frame_support::traits::schedule::DispatchTime::After(0),
            })
        };
        assert!(is_harmless(&propose(&remark)));
        assert!(!is_harmless(&propose(&mint)));
        let plan = |call: RuntimeCall| {
            let call = Box::new(call);
            RuntimeCall::from(pallet_scheduler::Call::<Runtime>::schedule {
                when: 1,
                maybe_periodic: None,
                priority: 0,
                call,
            })
        };
        assert!(may(&plan(remark)));
        assert!(!may(&plan(mint)));
    }

    #[test]
    fn root_only_calls_should_exist() {
        for (pallet, calls) in ROOT_ONLY {
            assert!(RuntimeCall::get_module_names().contains(&pallet), "{pallet}");
            let names = RuntimeCall::get_call_names(pallet);
            assert!(calls.iter().all(|call| names.contains(call)), "{pallet}: {calls:?}");
        }
    }

    #[test]
    fn root_should_leave_vouchers_and_pools_alone() {
        let burn = |collection| RuntimeCall::from(pallet_nfts::Call::<Runtime>::burn { collection, item: 0 });
        assert!(may(&burn(0)));
        assert!(!may(&burn(CREDENTIALS)));
        assert!(!may(&burn(CREDENTIALS + 1)));
        let pool = dsla_runtime::Compensation::pool_account(dsla_primitives::AgreementId(0));
        let take = |source: dsla_runtime::AccountId| {
            RuntimeCall::from(pallet_balances::Call::<Runtime>::force_transfer {
                source: source.into(),
                dest: people::id(0).into(),
                value: 1,
            })
        };
        assert!(may(&take(people::id(1))));
        assert!(!may(&take(pool)));
    }
}
