// SPDX-License-Identifier: Apache-2.0

//! A proxy can do what its type says and nothing else.

use crate::common::{account, calls::every_call, chain};
use codec::Encode;
use dsla_runtime::{
    configs::accounts::ProxyType::{
        self, Any, CancelProxy, Claims, Governance, NonTransfer, Reporter, SessionKeys, Staking, SupportDesk,
    },
    constants::currency::DSLA,
    genesis_presets::{DEVELOPMENT, DEV_ENDOWMENT},
    Balances, Proxy, RuntimeCall, RuntimeEvent, RuntimeOrigin, System,
};
use frame_support::{assert_ok, dispatch::DispatchResult, traits::InstanceFilter};
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie};

/// All types, by their index in the state.
const TYPES: [ProxyType; 9] =
    [Any, NonTransfer, CancelProxy, SessionKeys, Reporter, Claims, Staking, Governance, SupportDesk];

/// Who may make which calls (all of a pallet, when none is named), beside `Any`, which may make all. What is not here, no
/// other type may.
#[rustfmt::skip]
const ALLOWED: [(&str, &[&str], &[ProxyType]); 26] = [
    ("System", &["remark", "remark_with_event"], &[NonTransfer]),
    ("Utility", &["batch", "batch_all", "force_batch"],
        &[NonTransfer, Reporter, Claims, Staking, Governance, SupportDesk]),
    ("Proxy", &["reject_announcement"], &[NonTransfer, CancelProxy]),
    ("Session", &["set_keys", "purge_keys"], &[NonTransfer, SessionKeys, Staking]),
    ("Staking", &[], &[Staking]),
    ("VoterList", &[], &[Staking]),
    ("SliOracle", &["submit", "commit", "reveal"], &[NonTransfer, Reporter]),
    ("SliOracle", &["claim_rewards"], &[NonTransfer, Reporter, Claims]),
    ("SliOracle", &["claim_rewards_for"], &[NonTransfer, Claims]),
    ("Challenge", &["commit_vote", "reveal_vote"], &[NonTransfer, Reporter]),
    ("Compensation", &["claim", "claim_for", "claim_many"], &[NonTransfer, Claims]),
    ("Marketplace", &["refund"], &[NonTransfer, Claims]),
    ("Treasury", &["payout", "check_status"], &[NonTransfer, Claims]),
    ("Vesting", &["vest", "vest_other"], &[NonTransfer, Claims]),
    ("ConvictionVoting", &["vote"], &[NonTransfer, Governance]),
    ("ConvictionVoting", &["delegate", "undelegate"], &[NonTransfer, Governance]),
    ("ConvictionVoting", &["unlock"], &[NonTransfer, Governance]),
    ("ConvictionVoting", &["remove_vote", "remove_other_vote"], &[NonTransfer, Governance]),
    ("Referenda", &["submit"], &[NonTransfer, Governance]),
    ("Referenda", &["place_decision_deposit"], &[NonTransfer, Governance]),
    ("Referenda", &["refund_decision_deposit"], &[NonTransfer, Governance]),
    ("Referenda", &["refund_submission_deposit"], &[NonTransfer, Governance]),
    ("Referenda", &["set_metadata"], &[NonTransfer, Governance]),
    ("Preimage", &["note_preimage", "unnote_preimage"], &[NonTransfer, Governance]),
    ("Sla", &["announce_maintenance"], &[NonTransfer, SupportDesk]),
    ("Marketplace", &["fulfil", "cancel_voucher"], &[NonTransfer, SupportDesk]),
];

#[test]
fn every_type_should_allow_what_the_table_says_and_no_other_call() {
    let calls = every_call();
    for (pallet, names, _) in ALLOWED {
        for name in names {
            assert!(calls.iter().any(|call| call.pallet == pallet && call.name == *name), "{pallet}.{name} is no call");
        }
    }
    for example in &calls {
        for kind in TYPES {
            let listed = ALLOWED.iter().any(|(pallet, names, kinds)| {
                *pallet == example.pallet
                    && (names.is_empty() || names.contains(&&*example.name))
                    && kinds.contains(&kind)
            });
            assert_eq!(
                kind.filter(&example.call),
                kind == Any || listed,
                "{kind:?} and {}.{}",
                example.pallet,
                example.name
            );
        }
    }
}

#[test]
fn the_index_of_a_type_should_never_change() {
    for (index, kind) in TYPES.iter().enumerate() {
        assert_eq!(kind.encode(), [index as u8]);
    }
}

fn transfer() -> RuntimeCall {
    RuntimeCall::Balances(pallet_balances::Call::transfer_keep_alive { dest: account(Charlie).into(), value: DSLA })
}

fn remark() -> RuntimeCall {
    RuntimeCall::System(frame_system::Call::remark { remark: vec![1] })
}

fn batch(call: RuntimeCall) -> RuntimeCall {
    RuntimeCall::Utility(pallet_utility::Call::batch_all { calls: vec![call] })
}

/// Calls that end up spending, each in its own way.
fn spending() -> Vec<RuntimeCall> {
    vec![
        transfer(),
        RuntimeCall::Balances(pallet_balances::Call::burn { value: DSLA, keep_alive: true }),
        RuntimeCall::Utility(pallet_utility::Call::as_derivative { index: 0, call: Box::new(transfer()) }),
        RuntimeCall::Multisig(pallet_multisig::Call::as_multi_threshold_1 {
            other_signatories: vec![account(Charlie)],
            call: Box::new(transfer()),
        }),
        RuntimeCall::Proxy(pallet_proxy::Call::proxy {
            real: account(Charlie).into(),
            force_proxy_type: None,
            call: Box::new(transfer()),
        }),
        RuntimeCall::Proxy(pallet_proxy::Call::add_proxy {
            delegate: account(Charlie).into(),
            proxy_type: Any,
            delay: 0,
        }),
        RuntimeCall::Nfts(pallet_nfts::Call::transfer { collection: 0, item: 0, dest: account(Charlie).into() }),
    ]
}

#[test]
fn only_any_should_spend() {
    for call in spending() {
        for kind in TYPES {
            assert_eq!(kind.filter(&call), kind == Any, "{kind:?} {call:?}");
        }
    }
}

#[test]
fn a_superset_should_allow_all_its_subset_allows() {
    let calls = [spending(), every_call().into_iter().map(|example| example.call).collect()].concat();
    for big in TYPES {
        assert!(big.is_superset(&big));
        for small in TYPES.into_iter().filter(|small| big.is_superset(small)) {
            assert!(calls.iter().all(|call| !small.filter(call) || big.filter(call)), "{big:?} {small:?}");
        }
    }
    // An account whose proxy is of a type can name proxies of a smaller type only.
    for kind in TYPES {
        assert!(Any.is_superset(&kind));
        assert_eq!(kind.is_superset(&Any), kind == Any);
        assert_eq!(kind.is_superset(&NonTransfer), kind == Any || kind == NonTransfer);
        assert_eq!(NonTransfer.is_superset(&kind), kind != Any && kind != Staking);
    }
}

/// What comes of a call that Bob makes for Alice.
fn through_bob(call: RuntimeCall) -> DispatchResult {
    assert_ok!(Proxy::proxy(RuntimeOrigin::signed(account(Bob)), account(Alice).into(), None, Box::new(call)));
    let executed = System::events().into_iter().rev().find_map(|record| match record.event {
        RuntimeEvent::Proxy(pallet_proxy::Event::ProxyExecuted { result }) => Some(result),
        _ => None,
    });
    executed.expect("a proxy call has an outcome")
}

#[test]
fn a_staking_proxy_should_stake_but_not_spend() {
    chain(DEVELOPMENT).execute_with(|| {
        assert_ok!(Proxy::add_proxy(RuntimeOrigin::signed(account(Alice)), account(Bob).into(), Staking, 0));
        assert_ok!(through_bob(batch(RuntimeCall::Staking(pallet_staking::Call::chill {}))));
        assert!(!pallet_staking::Validators::<dsla_runtime::Runtime>::contains_key(account(Alice)));
        let filtered = through_bob(batch(transfer()));
        assert_eq!(filtered, Err(frame_system::Error::<dsla_runtime::Runtime>::CallFiltered.into()));
    });
}

#[test]
fn a_batch_should_be_filtered_call_by_call() {
    chain(DEVELOPMENT).execute_with(|| {
        assert_ok!(Proxy::add_proxy(RuntimeOrigin::signed(account(Alice)), account(Bob).into(), NonTransfer, 0));

        assert_ok!(through_bob(batch(remark())));
        let filtered = through_bob(batch(transfer()));
        assert_eq!(filtered, Err(frame_system::Error::<dsla_runtime::Runtime>::CallFiltered.into()));
        assert_eq!(Balances::free_balance(account(Charlie)), DEV_ENDOWMENT);
    });
}
