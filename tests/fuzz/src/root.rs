// SPDX-License-Identifier: Apache-2.0

//! What root may be asked to do here.
//!
//! Root can break any chain: it can replace the code, write any storage, mint, and take money out of the pools. That is
//! no fault of a pallet, so such calls are left out, also when they are wrapped in others. What is left is what
//! governance is there for.

use crate::people;
use codec::Encode;
use dsla_runtime::{configs::vouchers::CREDENTIALS, OriginCaller, RuntimeCall};
use frame_system::RawOrigin;
use sp_runtime::MultiAddress;

/// Whether `call` may be made by root.
pub fn may(call: &RuntimeCall) -> bool {
    use pallet_balances::Call as Balances;
    use pallet_utility::Call as Utility;
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
                    _ => false,
                }
            }
            _ => true,
        },
        _ => true,
    }
}

/// Whether only root may make `call`.
pub fn is_needed(call: &RuntimeCall) -> bool {
    use pallet_balances::Call as Balances;
    use pallet_nfts::Call as Nfts;
    use pallet_utility::Call as Utility;
    match call {
        RuntimeCall::System(frame_system::Call::set_heap_pages { .. }) => true,
        RuntimeCall::Parameters(_) | RuntimeCall::Babe(_) | RuntimeCall::Grandpa(_) => true,
        RuntimeCall::Balances(call) => matches!(call, Balances::force_transfer { .. }),
        RuntimeCall::Nfts(call) => matches!(
            call,
            Nfts::force_create { .. } | Nfts::force_collection_owner { .. } | Nfts::force_collection_config { .. }
        ),
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
