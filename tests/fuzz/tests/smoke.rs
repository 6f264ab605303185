// SPDX-License-Identifier: Apache-2.0

//! Replays the corpus and some random inputs, without libFuzzer and always the same.

use dsla_fuzz::{
    catalogue::CATALOGUE,
    chain,
    input::{Bytes, MAX_RECORDS, RECORD},
    journeys::{journey, Step, JOURNEYS},
    play,
    tally::{self, Tally},
    world,
};
use std::{fs, path::Path, sync::Mutex};

/// How many random inputs are played.
const RANDOM: u32 = 25;

/// Calls that the corpus need not make work, each for a reason.
const NEVER: [&str; 23] = [
    // Root is not asked to, see `dsla_fuzz::root`.
    "System::set_code",
    "System::set_code_without_checks",
    "System::set_storage",
    "System::kill_storage",
    "System::kill_prefix",
    "System::authorize_upgrade",
    "System::authorize_upgrade_without_checks",
    "System::apply_authorized_upgrade",
    "Balances::force_unreserve",
    "Balances::force_set_balance",
    "Balances::force_adjust_total_issuance",
    // Stops all calls until it is taken back.
    "MultiBlockMigrations::force_set_cursor",
    "MultiBlockMigrations::force_set_active_cursor",
    // Writes a bond that has no money behind it.
    "Staking::restore_ledger",
    // Nobody can buy the safe mode, so that there are no deposits.
    "SafeMode::enter",
    "SafeMode::extend",
    "SafeMode::release_deposit",
    "SafeMode::force_release_deposit",
    "SafeMode::force_slash_deposit",
    // Only for a bond of which a slash has left nothing, 26 eras after the offence: longer than an input.
    "Staking::reap_stash",
    // For bonds from before a stash was its own controller, and from before they were holds.
    "Staking::set_controller",
    "Staking::update_payee",
    "Staking::migrate_currency",
];

/// How many errors of our pallets the corpus reaches at least.
const ERRORS: usize = 148;

/// The counts are those of the process, so one test at a time.
static ONE: Mutex<()> = Mutex::new(());

fn tally_of(inputs: impl IntoIterator<Item = Vec<u8>>) -> Tally {
    let _one = ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    tally::with(std::mem::take);
    inputs.into_iter().for_each(|input| play(&input));
    tally::with(std::mem::take)
}

fn random(seed: u32) -> Vec<u8> {
    let mut dice = Bytes::new(&seed.to_le_bytes());
    dice.rest();
    let length = (1 + dice.below(MAX_RECORDS)) * RECORD;
    (0..length).map(|_| dice.byte()).collect()
}

fn corpus() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("a file").path()).collect();
    paths.sort();
    paths.into_iter().map(|path| fs::read(path).expect("readable")).collect()
}

#[test]
fn corpus_should_break_nothing_and_reach_every_call() {
    let tally = tally_of(corpus());
    println!("{}", tally.report());
    let missing: Vec<String> =
        tally.never_worked().into_iter().filter(|call| !NEVER.contains(&call.as_str())).collect();
    assert!(missing.is_empty(), "the corpus no longer makes these work: {missing:?}; search again and distill");
    let (seen, all) = (tally.errors().len(), CATALOGUE.errors().count());
    assert!(seen >= ERRORS, "the corpus reaches {seen} of {all} errors of our pallets; it reached {ERRORS}");
    assert!(NEVER.iter().all(|call| !tally.worked().contains(*call)), "a call that is left out has worked");
}

#[test]
fn corpus_should_be_small() {
    let inputs = corpus();
    let bytes: usize = inputs.iter().map(Vec::len).sum();
    assert!(!inputs.is_empty() && bytes <= 200_000, "{} inputs of {bytes} bytes", inputs.len());
}

/// Also where inputs for the corpus come from when much has changed: with `DSLA_FUZZ_KEEP` they are written to that folder.
#[test]
fn journeys_should_lead_to_calls_that_work_after_others_only() {
    let keep = std::env::var_os("DSLA_FUZZ_KEEP").map(std::path::PathBuf::from);
    let ends = JOURNEYS.iter().filter_map(|steps| match steps.last() {
        Some(Step::Call(name)) => Some((steps, name)),
        _ => None,
    });
    for (number, (steps, name)) in ends.enumerate() {
        let works = |seed: &u32| {
            let mut dice = Bytes::new(&[seed.to_le_bytes(), (number as u32).to_le_bytes()].concat());
            dice.rest();
            let input = journey(steps, &mut dice);
            let works = tally_of([input.clone()]).worked().contains(*name);
            if let (true, Some(folder)) = (works, &keep) {
                fs::write(folder.join(format!("journey-{number}")), input).expect("the folder is there");
            }
            works
        };
        assert!((0..100).any(|seed| works(&seed)), "no way leads to {name}");
    }
}

#[test]
fn random_inputs_should_break_nothing() {
    let tally = tally_of((0..RANDOM).map(random));
    assert_eq!(tally.inputs, u64::from(RANDOM));
    assert!(tally.worked().len() > 30, "random inputs make {} calls work", tally.worked().len());
}

#[test]
fn input_should_come_to_the_same_every_time_and_leave_the_first_state_alone() {
    let first = world::visit(chain::root);
    let once = tally_of([random(1), random(2)]);
    assert_eq!(world::visit(chain::root), first);
    let again = tally_of([random(1), random(2)]);
    assert!(once.counts().eq(again.counts()));
}
