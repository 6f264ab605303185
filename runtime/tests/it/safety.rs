// SPDX-License-Identifier: Apache-2.0

//! What the safe mode and a pause stop, and that nothing that wraps a call gets round them.

use crate::common::{
    account,
    calls::{every_call, Example},
    chain,
};
use dsla_runtime::{
    configs::safety::{Calls, PassesSafeMode, Unpausable, ALWAYS_OPEN, OPEN_IN_SAFE_MODE},
    constants::currency::DSLA,
    genesis_presets::DEVELOPMENT,
    Balances, Multisig, OriginCaller, Preimage, Proxy, Runtime, RuntimeCall, RuntimeEvent, RuntimeOrigin, SafeMode,
    Scheduler, System, TxPause,
};
use frame_support::{
    assert_ok,
    dispatch::GetDispatchInfo,
    traits::{
        schedule::{v3::Anon, DispatchTime},
        Contains, Hooks, StorePreimage,
    },
    BoundedVec,
};
use frame_system::RawOrigin;
use sp_keyring::Sr25519Keyring::{Alice, Bob};
use sp_runtime::{
    traits::{BlakeTwo256, Dispatchable, Hash},
    DispatchError, DispatchResult,
};

/// What the safe mode stops and a pause may. A call that is added is missing here or in the tables of `safety.rs`, and the
/// test says so: somebody has to decide.
#[rustfmt::skip]
const STOPPED: [(&str, &[&str]); 13] = [
    ("Staking", &["bond", "bond_extra", "validate", "nominate", "set_payee", "set_controller", "set_validator_count",
        "increase_validator_count", "scale_validator_count", "force_no_eras", "force_new_era", "set_invulnerables",
        "force_unstake", "force_new_era_always", "cancel_deferred_slash", "rebond", "reap_stash", "kick",
        "set_staking_configs", "chill_other", "force_apply_min_commission", "set_min_commission", "update_payee",
        "deprecate_controller_batch", "restore_ledger", "migrate_currency", "manual_slash"]),
    ("VoterList", ALL),
    ("Balances", &["transfer_allow_death", "force_transfer", "transfer_keep_alive", "transfer_all", "force_unreserve",
        "upgrade_accounts", "force_set_balance", "force_adjust_total_issuance", "burn"]),
    ("Vesting", &["vested_transfer", "force_vested_transfer", "merge_schedules", "force_remove_vesting_schedule"]),
    ("Proxy", &["add_proxy", "create_pure", "kill_pure", "poke_deposit"]),
    ("Nfts", ALL),
    ("Identity", ALL),
    ("SliOracle", &["register_reporter", "bond_extra", "update_reporter", "rejoin"]),
    ("Sla", &["register_provider", "update_provider", "deregister_provider", "register_service", "remove_service",
        "register_agreement", "discard_agreement", "open_agreement", "propose_amendment", "allow", "disallow"]),
    ("Compensation", &["fund_rewards", "set_member", "subscribe", "sponsor", "extend_subscription",
        "accept_amendment", "back", "withdraw_notice"]),
    ("Marketplace", &["list_offer", "restock", "withdraw_offer", "redeem", "clear_counters", "rate", "delist",
        "remove_expired", "authorize_partner", "revoke_partner", "mint_breach_credential", "burn_credential"]),
    ("Parameters", &[]),
    ("Challenge", &[]),
];

/// Every call of the pallet.
const ALL: &[&str] = &["*"];

/// Calls that have to pass whatever happens: paying out what is owed, leaving, and governing.
const VITAL: [(&str, &str); 29] = [
    ("Staking", "chill"),
    ("Staking", "unbond"),
    ("Staking", "withdraw_unbonded"),
    ("Staking", "payout_stakers"),
    ("ImOnline", "heartbeat"),
    ("Compensation", "claim"),
    ("Compensation", "claim_for"),
    ("Compensation", "claim_many"),
    ("Compensation", "exit"),
    ("Compensation", "withdraw_cover"),
    ("Compensation", "cancel_subscription"),
    ("SliOracle", "claim_rewards"),
    ("SliOracle", "leave"),
    ("SliOracle", "withdraw_bond"),
    ("Marketplace", "refund"),
    ("Session", "set_keys"),
    ("Timestamp", "set"),
    ("Parameters", "set_parameter"),
    ("Preimage", "note_preimage"),
    ("Referenda", "submit"),
    ("Referenda", "place_decision_deposit"),
    ("ConvictionVoting", "vote"),
    ("ConvictionVoting", "unlock"),
    ("Treasury", "payout"),
    ("System", "apply_authorized_upgrade"),
    ("SafeMode", "force_exit"),
    ("TxPause", "unpause"),
    ("Challenge", "arbitrate"),
    ("Sla", "settle"),
];

fn stopped(example: &Example) -> bool {
    STOPPED
        .iter()
        .any(|(pallet, names)| *pallet == example.pallet && (*names == ALL || names.contains(&&*example.name)))
}

type FullName = pallet_tx_pause::RuntimeCallNameOf<Runtime>;

fn full_name(pallet: &str, name: &str) -> FullName {
    let bytes = |text: &str| BoundedVec::truncate_from(text.as_bytes().to_vec());
    (bytes(pallet), bytes(name))
}

fn filtered() -> DispatchError {
    frame_system::Error::<Runtime>::CallFiltered.into()
}

#[test]
fn every_name_in_the_tables_should_be_that_of_a_call() {
    let calls = every_call();
    let exists =
        |pallet: &str, name: &str| calls.iter().any(|call| call.pallet == pallet && (name == "*" || call.name == name));
    for (pallet, names) in ALWAYS_OPEN.iter().chain(OPEN_IN_SAFE_MODE) {
        match names {
            Calls::All => assert!(exists(pallet, "*"), "{pallet}"),
            Calls::Only(names) => names.iter().for_each(|name| assert!(exists(pallet, name), "{pallet}.{name}")),
        }
    }
    for (pallet, names) in STOPPED {
        names.iter().for_each(|name| assert!(exists(pallet, name), "{pallet}.{name}"));
    }
}

#[test]
fn the_safe_mode_should_stop_just_what_is_said_to_be_stopped() {
    for example in every_call() {
        let expected = !stopped(&example);
        assert_eq!(PassesSafeMode::contains(&example.call), expected, "{}.{}", example.pallet, example.name);
    }
}

#[test]
fn claims_exits_and_governance_should_pass_and_be_unpausable() {
    let calls = every_call();
    for (pallet, name) in VITAL {
        let example = calls.iter().find(|call| call.pallet == pallet && call.name == name).expect("is a call");
        assert!(PassesSafeMode::contains(&example.call), "{pallet}.{name}");
        assert!(Unpausable::contains(&full_name(pallet, name)), "{pallet}.{name}");
    }
}

#[test]
fn whatever_the_safe_mode_stops_can_be_paused_alone() {
    for example in every_call().iter().filter(|example| stopped(example)) {
        assert!(!Unpausable::contains(&full_name(&example.pallet, &example.name)), "{}", example.name);
    }
}

/// What makes calls that it was given, one function for each, and how the call inside ended.
type Wrapper = (&'static str, fn(RuntimeCall) -> DispatchResult);

fn alice() -> RuntimeOrigin {
    RuntimeOrigin::signed(account(Alice))
}

fn bob() -> RuntimeOrigin {
    RuntimeOrigin::signed(account(Bob))
}

fn made(call: impl Into<RuntimeCall>) -> DispatchResult {
    call.into().dispatch(alice()).map(drop).map_err(|failed| failed.error)
}

/// The newest event of which `look` makes something.
fn newest<R>(look: impl FnMut(RuntimeEvent) -> Option<R>) -> R {
    System::events().into_iter().rev().map(|record| record.event).find_map(look).expect("there is such an event")
}

const WRAPPERS: [Wrapper; 12] = [
    ("nothing", made),
    ("batch", |call| {
        assert_ok!(made(pallet_utility::Call::batch { calls: vec![call] }));
        newest(|event| match event {
            RuntimeEvent::Utility(pallet_utility::Event::BatchInterrupted { error, .. }) => Some(Err(error)),
            RuntimeEvent::Utility(pallet_utility::Event::BatchCompleted) => Some(Ok(())),
            _ => None,
        })
    }),
    ("batch_all", |call| made(pallet_utility::Call::batch_all { calls: vec![call] })),
    ("force_batch", |call| {
        assert_ok!(made(pallet_utility::Call::force_batch { calls: vec![call] }));
        newest(|event| match event {
            RuntimeEvent::Utility(pallet_utility::Event::ItemFailed { error }) => Some(Err(error)),
            RuntimeEvent::Utility(pallet_utility::Event::ItemCompleted) => Some(Ok(())),
            _ => None,
        })
    }),
    ("if_else", |call| made(pallet_utility::Call::if_else { main: Box::new(call.clone()), fallback: Box::new(call) })),
    ("as_derivative", |call| made(pallet_utility::Call::as_derivative { index: 0, call: Box::new(call) })),
    ("proxy", |call| {
        assert_ok!(Proxy::proxy(bob(), account(Alice).into(), None, Box::new(call)));
        executed_by_proxy()
    }),
    ("proxy_announced", |call| {
        assert_ok!(Proxy::announce(bob(), account(Alice).into(), BlakeTwo256::hash_of(&call)));
        assert_ok!(Proxy::proxy_announced(bob(), account(Bob).into(), account(Alice).into(), None, Box::new(call)));
        executed_by_proxy()
    }),
    ("as_multi_threshold_1", |call| {
        made(pallet_multisig::Call::as_multi_threshold_1 {
            other_signatories: vec![account(Bob)],
            call: Box::new(call),
        })
    }),
    ("as_multi", |call| {
        let weight = call.get_dispatch_info().call_weight;
        let hash = call.using_encoded_hash();
        let other = |who| vec![account(who)];
        assert_ok!(Multisig::approve_as_multi(alice(), 2, other(Bob), None, hash, weight));
        let when = Some(Multisig::timepoint());
        assert_ok!(Multisig::as_multi(bob(), 2, other(Alice), when, Box::new(call), weight));
        newest(|event| match event {
            RuntimeEvent::Multisig(pallet_multisig::Event::MultisigExecuted { result, .. }) => Some(result),
            _ => None,
        })
    }),
    ("scheduler", |call| scheduled(call, OriginCaller::system(RawOrigin::Signed(account(Alice))))),
    ("batch in a batch", |call| {
        let batch = pallet_utility::Call::batch_all { calls: vec![call] };
        assert_ok!(made(pallet_utility::Call::force_batch { calls: vec![batch.into()] }));
        newest(|event| match event {
            RuntimeEvent::Utility(pallet_utility::Event::ItemFailed { error }) => Some(Err(error)),
            RuntimeEvent::Utility(pallet_utility::Event::BatchCompleted) => Some(Ok(())),
            _ => None,
        })
    }),
];

trait UsingEncodedHash {
    fn using_encoded_hash(&self) -> [u8; 32];
}

impl UsingEncodedHash for RuntimeCall {
    fn using_encoded_hash(&self) -> [u8; 32] {
        codec::Encode::using_encoded(self, sp_io::hashing::blake2_256)
    }
}

fn executed_by_proxy() -> DispatchResult {
    newest(|event| match event {
        RuntimeEvent::Proxy(pallet_proxy::Event::ProxyExecuted { result }) => Some(result),
        _ => None,
    })
}

fn scheduled(call: RuntimeCall, origin: OriginCaller) -> DispatchResult {
    let next = System::block_number() + 1;
    let bounded = Preimage::bound(call).expect("is short");
    assert_ok!(<Scheduler as Anon<_, _, _>>::schedule(DispatchTime::At(next), None, 100, origin, bounded));
    System::set_block_number(next);
    Scheduler::on_initialize(next);
    newest(|event| match event {
        RuntimeEvent::Scheduler(pallet_scheduler::Event::Dispatched { result, .. }) => Some(result),
        _ => None,
    })
}

/// A chain on which Bob is the proxy of Alice.
fn prepared() -> sp_io::TestExternalities {
    let mut chain = chain(DEVELOPMENT);
    chain.execute_with(|| {
        assert_ok!(Proxy::add_proxy(alice(), account(Bob).into(), Default::default(), 0));
    });
    chain
}

fn in_a_transaction<R>(act: impl FnOnce() -> R) -> R {
    use frame_support::storage::{with_transaction_unchecked, TransactionOutcome};
    with_transaction_unchecked(|| TransactionOutcome::Rollback(act()))
}

#[test]
fn no_wrapper_should_get_round_the_safe_mode() {
    prepared().execute_with(|| {
        assert_ok!(SafeMode::force_enter(RuntimeOrigin::root()));
        let mut checked = 0;
        for example in every_call().into_iter().filter(stopped) {
            for (wrapper, run) in WRAPPERS {
                let result = in_a_transaction(|| run(example.call.clone()));
                assert_eq!(result, Err(filtered()), "{wrapper} and {}.{}", example.pallet, example.name);
                checked += 1;
            }
        }
        assert!(checked > 100 * WRAPPERS.len(), "{checked}");
    });
}

#[test]
fn no_wrapper_should_get_round_a_pause() {
    prepared().execute_with(|| {
        for example in every_call() {
            let name = full_name(&example.pallet, &example.name);
            if Unpausable::contains(&name) {
                assert!(TxPause::pause(RuntimeOrigin::root(), name).is_err());
                continue;
            }
            assert_ok!(TxPause::pause(RuntimeOrigin::root(), name.clone()));
            for (wrapper, run) in WRAPPERS {
                let result = in_a_transaction(|| run(example.call.clone()));
                assert_eq!(result, Err(filtered()), "{wrapper} and {}.{}", example.pallet, example.name);
            }
            assert_ok!(TxPause::unpause(RuntimeOrigin::root(), name));
        }
    });
}

/// The wrappers do make calls: what the matrices above see is the filter and not a wrapper that fails.
#[test]
fn every_wrapper_should_make_a_call_that_passes() {
    let transfer =
        RuntimeCall::Balances(pallet_balances::Call::transfer_allow_death { dest: account(Bob).into(), value: DSLA });
    let remark = RuntimeCall::System(frame_system::Call::remark { remark: vec![1] });
    prepared().execute_with(|| {
        for (wrapper, run) in WRAPPERS {
            assert_eq!(in_a_transaction(|| run(remark.clone())), Ok(()), "{wrapper}");
        }
        // In safe mode too, and a pause of one call leaves the others.
        assert_ok!(SafeMode::force_enter(RuntimeOrigin::root()));
        assert_ok!(TxPause::pause(RuntimeOrigin::root(), full_name("Balances", "transfer_allow_death")));
        for (wrapper, run) in WRAPPERS {
            assert_eq!(in_a_transaction(|| run(remark.clone())), Ok(()), "{wrapper}");
            assert_eq!(in_a_transaction(|| run(transfer.clone())), Err(filtered()), "{wrapper}");
        }
    });
}

#[test]
fn root_should_pass_always() {
    prepared().execute_with(|| {
        assert_ok!(SafeMode::force_enter(RuntimeOrigin::root()));
        assert_ok!(TxPause::pause(RuntimeOrigin::root(), full_name("Balances", "force_transfer")));
        let before = Balances::free_balance(account(Bob));
        let call = RuntimeCall::Balances(pallet_balances::Call::force_transfer {
            source: account(Alice).into(),
            dest: account(Bob).into(),
            value: DSLA,
        });
        assert_eq!(scheduled(call, RawOrigin::Root.into()), Ok(()));
        assert_eq!(Balances::free_balance(account(Bob)), before + DSLA);

        // Also in the name of somebody: so root can give back what is stuck.
        let as_origin = Box::new(OriginCaller::system(RawOrigin::Signed(account(Alice))));
        let call = pallet_balances::Call::transfer_allow_death { dest: account(Bob).into(), value: DSLA };
        let call = RuntimeCall::Utility(pallet_utility::Call::dispatch_as { as_origin, call: Box::new(call.into()) });
        assert_eq!(made(call.clone()), Err(DispatchError::BadOrigin));
        assert_eq!(scheduled(call, RawOrigin::Root.into()), Ok(()));
        assert_eq!(Balances::free_balance(account(Bob)), before + 2 * DSLA);
    });
}

#[test]
fn nobody_but_governance_should_stop_anything() {
    use dsla_runtime::configs::governance::origins::Origin::*;
    chain(DEVELOPMENT).execute_with(|| {
        let name = || full_name("Balances", "transfer_all");
        for origin in [Treasurer, ParametersAdmin, Arbiter, ReferendumCanceller, ReferendumKiller] {
            assert!(SafeMode::force_enter(origin.into()).is_err());
            assert!(TxPause::pause(origin.into(), name()).is_err());
        }
        assert!(SafeMode::force_enter(alice()).is_err());
        assert!(TxPause::pause(alice(), name()).is_err());
        assert!(SafeMode::enter(alice()).is_err());

        assert_ok!(TxPause::pause(Emergency.into(), name()));
        assert_ok!(TxPause::unpause(Emergency.into(), name()));
        assert_ok!(SafeMode::force_enter(Emergency.into()));
        assert!(SafeMode::extend(alice()).is_err());
        assert!(SafeMode::force_exit(alice()).is_err());
        assert_ok!(SafeMode::force_extend(Emergency.into()));
        assert_ok!(SafeMode::force_exit(Emergency.into()));
    });
}
