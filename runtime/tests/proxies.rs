// SPDX-License-Identifier: Apache-2.0

//! A proxy can do what its type says and nothing else.

mod common;

use common::{account, chain};
use dsla_runtime::{
    configs::accounts::ProxyType::{self, Any, CancelProxy, NonTransfer, SessionKeys, Staking},
    constants::currency::DSLA,
    genesis_presets::{DEVELOPMENT, DEV_ENDOWMENT},
    Balances, Proxy, RuntimeCall, RuntimeEvent, RuntimeOrigin, System,
};
use frame_support::{assert_ok, traits::InstanceFilter};
use pallet_staking::RewardDestination;
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie};

const TYPES: [ProxyType; 5] = [Any, NonTransfer, CancelProxy, SessionKeys, Staking];

fn transfer() -> RuntimeCall {
    RuntimeCall::Balances(pallet_balances::Call::transfer_keep_alive { dest: account(Charlie).into(), value: DSLA })
}

fn remark() -> RuntimeCall {
    RuntimeCall::System(frame_system::Call::remark { remark: vec![1] })
}

fn purge_keys() -> RuntimeCall {
    RuntimeCall::Session(pallet_session::Call::purge_keys {})
}

/// Calls of every kind of staker.
fn staking() -> Vec<RuntimeCall> {
    vec![
        RuntimeCall::Staking(pallet_staking::Call::bond { value: DSLA, payee: RewardDestination::Staked }),
        RuntimeCall::Staking(pallet_staking::Call::unbond { value: DSLA }),
        RuntimeCall::Staking(pallet_staking::Call::withdraw_unbonded { num_slashing_spans: 0 }),
        RuntimeCall::Staking(pallet_staking::Call::validate { prefs: Default::default() }),
        RuntimeCall::Staking(pallet_staking::Call::nominate { targets: vec![account(Charlie).into()] }),
        RuntimeCall::Staking(pallet_staking::Call::chill {}),
        RuntimeCall::Staking(pallet_staking::Call::set_payee { payee: RewardDestination::Stash }),
        RuntimeCall::Staking(pallet_staking::Call::payout_stakers { validator_stash: account(Alice), era: 0 }),
        RuntimeCall::VoterList(pallet_bags_list::Call::rebag { dislocated: account(Alice).into() }),
    ]
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
fn each_type_should_allow_what_it_is_for() {
    let reject = RuntimeCall::Proxy(pallet_proxy::Call::reject_announcement {
        delegate: account(Bob).into(),
        call_hash: Default::default(),
    });
    let allowed = |call: &RuntimeCall| TYPES.map(|kind| kind.filter(call));
    assert_eq!(allowed(&remark()), [true, true, false, false, false]);
    assert_eq!(allowed(&reject), [true, true, true, false, false]);
    assert_eq!(allowed(&purge_keys()), [true, true, false, true, true]);
    assert_eq!(allowed(&batch(purge_keys())), [true, true, false, false, true]);
    for call in staking() {
        assert_eq!(allowed(&call), [true, false, false, false, true], "{call:?}");
    }
}

#[test]
fn a_superset_should_allow_all_its_subset_allows() {
    let calls = [spending(), staking(), vec![remark(), purge_keys(), batch(remark())]].concat();
    for big in TYPES {
        assert!(big.is_superset(&big));
        for small in TYPES.into_iter().filter(|small| big.is_superset(small)) {
            assert!(calls.iter().all(|call| !small.filter(call) || big.filter(call)), "{big:?} {small:?}");
        }
    }
    assert!(!NonTransfer.is_superset(&Any) && !SessionKeys.is_superset(&NonTransfer));
    assert!(!NonTransfer.is_superset(&Staking) && Staking.is_superset(&SessionKeys));
}

#[test]
fn a_staking_proxy_should_stake_but_not_spend() {
    chain(DEVELOPMENT).execute_with(|| {
        assert_ok!(Proxy::add_proxy(RuntimeOrigin::signed(account(Alice)), account(Bob).into(), Staking, 0));
        let through_bob = |call| {
            assert_ok!(Proxy::proxy(RuntimeOrigin::signed(account(Bob)), account(Alice).into(), None, Box::new(call)));
            let executed = System::events().into_iter().rev().find_map(|record| match record.event {
                RuntimeEvent::Proxy(pallet_proxy::Event::ProxyExecuted { result }) => Some(result),
                _ => None,
            });
            executed.expect("a proxy call has an outcome")
        };
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

        let through_bob = |call| {
            assert_ok!(Proxy::proxy(RuntimeOrigin::signed(account(Bob)), account(Alice).into(), None, Box::new(call)));
            let executed = System::events().into_iter().rev().find_map(|record| match record.event {
                RuntimeEvent::Proxy(pallet_proxy::Event::ProxyExecuted { result }) => Some(result),
                _ => None,
            });
            executed.expect("a proxy call has an outcome")
        };

        assert_ok!(through_bob(batch(remark())));
        let filtered = through_bob(batch(transfer()));
        assert_eq!(filtered, Err(frame_system::Error::<dsla_runtime::Runtime>::CallFiltered.into()));
        assert_eq!(Balances::free_balance(account(Charlie)), DEV_ENDOWMENT);
    });
}
