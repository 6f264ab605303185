// SPDX-License-Identifier: Apache-2.0

//! The rehearsal of an upgrade with a migration that takes many blocks, on the real runtime.
//!
//! `cargo test -p dsla-runtime-tests --features upgrade-rehearsal --test upgrade`

use dsla_primitives::schedule::Period;
use dsla_runtime::{
    configs::{system::MAXIMUM_BLOCK_WEIGHT, upgrades::MaxMigrationWeight},
    constants::currency::DSLA,
    migrations::rehearsal::RewriteAccounts,
    Balances, MultiBlockMigrations, OriginCaller, Preimage, Runtime, RuntimeCall, SafeMode, Scheduler, Sla, System,
    VERSION,
};
use dsla_runtime_tests::{people, Env, Person};
use frame_support::{
    assert_ok,
    dispatch::DispatchClass,
    migrations::MultiStepMigrator,
    traits::{
        fungible::Mutate,
        schedule::{v3::Anon, DispatchTime},
        StorePreimage,
    },
};
use frame_system::{LastRuntimeUpgrade, LastRuntimeUpgradeInfo, RawOrigin};
use pallet_migrations::{Cursor, MigrationCursor};
use sp_core::crypto::AccountId32;

/// Puts the chain where it is when this runtime has just replaced the one before.
fn as_if_upgraded(env: &mut Env) {
    env.read(|| {
        let before =
            LastRuntimeUpgradeInfo { spec_version: (VERSION.spec_version - 1).into(), spec_name: VERSION.spec_name };
        LastRuntimeUpgrade::<Runtime>::put(before);
    });
}

/// Gives `count` new accounts a DSLA each, from Alice.
fn populate(env: &mut Env, count: u32) {
    let alice = Person::new("Alice").id();
    env.read(|| {
        for number in 0..count {
            let mut who = [0xBB; 32];
            who[..4].copy_from_slice(&number.to_le_bytes());
            let preserve = frame_support::traits::tokens::Preservation::Preserve;
            Balances::transfer(&alice, &AccountId32::new(who), DSLA, preserve).expect("Alice is rich");
        }
    });
    env.commit();
}

fn transfer() -> RuntimeCall {
    let dest = Person::new("Bob").id().into();
    pallet_balances::Call::<Runtime>::transfer_keep_alive { dest, value: DSLA }.into()
}

fn ongoing(env: &mut Env) -> bool {
    env.read(MultiBlockMigrations::ongoing)
}

/// How many accounts fit into one block by weight.
fn accounts_per_block() -> u64 {
    MaxMigrationWeight::get().ref_time() / RewriteAccounts::weight_of_one().ref_time()
}

#[test]
fn a_migration_should_take_many_blocks_and_change_no_planck() {
    let mut env = Env::new();
    let _stage = env.stage(|start, committee| people::terms(start, Period::Monthly, 3, committee));
    let accounts = 100_000;
    populate(&mut env, accounts);
    env.blocks(1);
    let root = |env: &mut Env| {
        env.read(|| frame_system::Account::<Runtime>::iter().collect::<std::collections::BTreeMap<_, _>>())
    };
    let before = root(&mut env);
    as_if_upgraded(&mut env);
    let mut blocks = 0;
    let mut heaviest = 0;
    loop {
        env.blocks(1);
        blocks += 1;
        let weight = env.read(|| System::block_weight().get(DispatchClass::Mandatory).ref_time());
        heaviest = heaviest.max(weight);
        if !ongoing(&mut env) {
            break;
        }
        assert!(blocks < 1_000);
    }
    let least = u64::from(accounts) / accounts_per_block();
    println!(
        "{accounts} accounts in {blocks} blocks; heaviest block {} %",
        heaviest * 100 / MAXIMUM_BLOCK_WEIGHT.ref_time()
    );
    assert!((least..least + 4).contains(&blocks), "{blocks} {least}");
    assert!(blocks > 5, "many blocks");
    // Half a block, and what every block has.
    assert!(heaviest <= MAXIMUM_BLOCK_WEIGHT.ref_time() / 100 * 70, "{heaviest}");
    // Nothing was lost. The author and the treasury may have got something for the last blocks.
    let after = root(&mut env);
    assert_eq!(before.len(), after.len());
    let total = |accounts: &std::collections::BTreeMap<
        _,
        frame_system::AccountInfo<u32, pallet_balances::AccountData<u128>>,
    >| { accounts.values().map(|info| info.data.free + info.data.reserved).sum::<u128>() };
    assert_eq!(total(&before), total(&after));
    assert_eq!(before, after);
    // Users are back, and the same runtime does not migrate again.
    env.submit(&Person::new("Alice"), transfer()).unwrap();
    as_if_upgraded(&mut env);
    env.blocks(2);
    assert!(!ongoing(&mut env));
    env.read(|| assert_eq!(pallet_migrations::Historic::<Runtime>::iter().count(), 1));
}

#[test]
fn transactions_should_wait_and_the_agenda_be_caught_up_with() {
    let mut env = Env::new();
    let stage = env.stage(|start, committee| people::terms(start, Period::Hourly, 3, committee));
    populate(&mut env, 40_000);
    env.pass_to(stage.terms.schedule.boundary(0).unwrap() - 6_000 * 2);
    as_if_upgraded(&mut env);
    env.blocks(1);
    assert!(ongoing(&mut env));
    assert!(env.only_inherents(), "authors must leave transactions in the pool");
    let info = |env: &mut Env| {
        env.read(|| {
            <Sla as dsla_primitives::traits::AgreementInspect<_>>::agreement(dsla_primitives::AgreementId(0))
                .unwrap()
                .status
        })
    };
    let open = info(&mut env);
    while ongoing(&mut env) {
        assert_eq!(info(&mut env), open, "the agenda waits too");
        env.blocks(1);
    }
    env.blocks(3);
    assert_ne!(info(&mut env), open, "the agreement has begun, late by some blocks");
    assert!(!env.only_inherents());
    env.submit(&Person::new("Alice"), transfer()).unwrap();
}

#[test]
fn a_failed_migration_should_freeze_transactions_and_what_was_scheduled_before_should_free_them() {
    // Somebody may have entered the safe mode for the upgrade.
    for safe in [false, true] {
        let mut env = Env::new();
        populate(&mut env, 40_000);
        if safe {
            let enter = pallet_safe_mode::Call::<Runtime>::force_enter {};
            env.read(|| assert_ok!(RuntimeCall::from(enter).dispatch(RawOrigin::Root.into())));
        }
        // What the runbook asks for: with the upgrade, root schedules the way out.
        let at = env.read(System::block_number) + 30;
        env.read(|| {
            let calls = vec![
                pallet_safe_mode::Call::<Runtime>::force_enter {}.into(),
                pallet_migrations::Call::<Runtime>::force_set_cursor { cursor: None }.into(),
            ];
            let call = RuntimeCall::Utility(pallet_utility::Call::force_batch { calls });
            let bounded = Preimage::bound(call).expect("is short");
            let root: OriginCaller = RawOrigin::Root.into();
            assert_ok!(<Scheduler as Anon<_, _, _>>::schedule(DispatchTime::At(at), None, 0, root, bounded));
        });
        // One account cannot be decoded by the "new" code.
        let key = frame_system::Account::<Runtime>::hashed_key_for(AccountId32::new([0xBC; 32]));
        env.read(|| sp_io::storage::set(&key, &[1, 2, 3]));
        as_if_upgraded(&mut env);
        env.blocks(20);
        assert_eq!(env.read(Cursor::<Runtime>::get), Some(MigrationCursor::Stuck));
        assert!(env.only_inherents());
        assert_eq!(env.read(SafeMode::is_entered), safe);
        env.blocks(20);
        assert!(!env.only_inherents());
        assert!(env.read(SafeMode::is_entered));
        env.read(|| sp_io::storage::clear(&key));
        let filtered = frame_system::Error::<Runtime>::CallFiltered.into();
        assert_eq!(env.submit(&Person::new("Alice"), transfer()), Err(filtered));
        let remark = frame_system::Call::<Runtime>::remark { remark: vec![1] };
        env.submit(&Person::new("Alice"), remark).unwrap();
    }
}
