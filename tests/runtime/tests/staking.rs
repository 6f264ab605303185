// SPDX-License-Identifier: Apache-2.0

//! Validators are elected by bonds, join and leave, and are paid to the planck without a planck being created.

use dsla_primitives::Balance;
use dsla_runtime::{
    configs::{
        money::{TreasuryAccount, ValidatorReserveAccount},
        rewards,
        staking::VoterBags,
    },
    constants::{
        currency::{DSLA, EXISTENTIAL_DEPOSIT, TOTAL_SUPPLY},
        staking::{BONDING_DURATION, HISTORY_DEPTH, MIN_VALIDATOR_BOND, SESSIONS_PER_ERA},
        time::{EPOCH_DURATION_IN_SLOTS, SLOT_DURATION},
    },
    genesis_presets::{REHEARSAL_BOND, STAGING, VALIDATOR_RESERVE},
    AccountId, Babe, Balances, Grandpa, ImOnline, Runtime, RuntimeEvent, RuntimeOrigin, Session, Staking,
};
use dsla_runtime_tests::{
    people::DAY,
    validators::{all, validator, Made},
    Env, Person, GENESIS,
};
use pallet_bags_list::{Call as Rebag, ListError};
use pallet_staking::{Call as Stake, Error, RewardDestination, ValidatorPrefs};
use pallet_transaction_payment::Event as Paid;
use sp_runtime::{MultiAddress, Perbill};
use sp_staking::EraIndex;
use std::collections::BTreeMap;

/// A year of 365.25 days in milliseconds.
const YEAR: u128 = 31_557_600_000;
/// Points for a block.
const POINTS: u128 = 20;

fn supply(env: &mut Env) -> Balance {
    env.read(Balances::total_issuance)
}

fn free(env: &mut Env, who: &AccountId) -> Balance {
    env.read(|| Balances::free_balance(who))
}

fn bond(amount: Balance) -> Stake<Runtime> {
    Stake::bond { value: amount, payee: RewardDestination::Stash }
}

fn nominate(target: &AccountId) -> Stake<Runtime> {
    Stake::nominate { targets: vec![target.clone().into()] }
}

fn payout(validator: &AccountId, era: EraIndex) -> Stake<Runtime> {
    Stake::payout_stakers { validator_stash: validator.clone(), era }
}

/// Shares as the chain knows them: billionths, rounded down.
fn share(part: u128, whole: u128) -> u128 {
    part * 1_000_000_000 / whole
}

/// So many billionths of an amount, rounded to the nearest planck, and down from the middle.
fn of(billionths: u128, amount: u128) -> u128 {
    let product = amount * billionths;
    product / 1_000_000_000 + u128::from(product % 1_000_000_000 > 500_000_000)
}

/// What each validator's blocks are worth, and how long each era was, from nothing but the list of blocks.
#[derive(Default)]
struct Chronicle {
    points: BTreeMap<EraIndex, BTreeMap<AccountId, u128>>,
    times: BTreeMap<EraIndex, (u64, u64)>,
    last_session: u64,
    genesis_slot: u64,
}

impl Chronicle {
    fn note(&mut self, blocks: &[Made]) {
        for (time, author) in blocks {
            let slot = time / SLOT_DURATION;
            if self.genesis_slot == 0 {
                self.genesis_slot = slot;
            }
            // The block that begins a session is still a service to the one before.
            let served: EraIndex = (self.last_session / u64::from(SESSIONS_PER_ERA)).try_into().unwrap();
            *self.points.entry(served).or_default().entry(author.clone()).or_default() += POINTS;
            self.last_session = (slot - self.genesis_slot) / EPOCH_DURATION_IN_SLOTS;
            let era: EraIndex = (self.last_session / u64::from(SESSIONS_PER_ERA)).try_into().unwrap();
            self.times.entry(era).and_modify(|(_, end)| *end = *time).or_insert((*time, *time));
        }
    }

    /// From its first block to its last.
    fn duration(&self, era: EraIndex) -> u128 {
        let (start, end) = self.times[&era];
        u128::from(end - start)
    }

    /// A validator's share of an era's points.
    fn share(&self, era: EraIndex, who: &AccountId) -> u128 {
        let points = &self.points[&era];
        share(points.get(who).copied().unwrap_or(0), points.values().sum())
    }
}

/// Ten percent a year of what is not promised, for the length of an era.
fn promise(reserve: u128, promised: u128, duration: u128) -> u128 {
    (reserve - promised) * 1_000 * duration / (10_000 * YEAR)
}

/// What the transaction of the last block cost.
fn fee(env: &mut Env) -> Balance {
    let paid = env.events().into_iter().find_map(|event| match event {
        RuntimeEvent::TransactionPayment(Paid::TransactionFeePaid { actual_fee, .. }) => Some(actual_fee),
        _ => None,
    });
    paid.expect("there was a transaction")
}

#[test]
fn ten_eras_should_be_paid_as_computed_by_hand_and_leave_the_supply_as_it_was() {
    let mut env = Env::rehearsal();
    let validators = all();
    let (first, second) = (validator(1), validator(2));
    let nominator = env.funded("nominator", 60_000 * DSLA);
    let author = validators[3].clone();
    let mut chronicle = Chronicle::default();
    let times = (1..).map(|slot| GENESIS + slot * SLOT_DURATION);
    chronicle.note(&times.zip(env.validators()).collect::<Vec<_>>());

    // One validator takes a commission, and has a nominator; another has its rewards paid out and not bonded.
    env.fund(&first.id(), 10 * DSLA);
    env.fund(&second.id(), 10 * DSLA);
    env.author(&author);
    let prefs = ValidatorPrefs { commission: Perbill::from_percent(10), blocked: false };
    for (who, call) in [
        (&first, Stake::validate { prefs }),
        (&second, Stake::set_payee { payee: RewardDestination::Stash }),
        (&nominator, bond(50_000 * DSLA)),
        (&nominator, nominate(&first.id())),
    ] {
        env.submit(who, call).unwrap();
        chronicle.note(&[(env.now(), author.clone())]);
    }

    let mut reserve = VALIDATOR_RESERVE - EXISTENTIAL_DEPOSIT;
    let mut promises: BTreeMap<EraIndex, u128> = BTreeMap::new();
    let mut unclaimed: u128 = 0;
    for era in 0..10 {
        chronicle.note(&env.until_era(era + 1, &validators));
        let promised = promise(reserve, promises.values().sum(), chronicle.duration(era));
        assert!(promised > 50_000 * DSLA, "six hours of ten percent of a thousand million");
        assert_eq!(env.read(|| pallet_staking::ErasValidatorReward::<Runtime>::get(era)), Some(promised), "era {era}");
        promises.insert(era, promised);
        unclaimed += promised;
        let points = env.points(era);
        for who in &validators {
            assert_eq!(u128::from(points.individual[who]), chronicle.points[&era][who], "era {era}");
        }

        // Half-way one validator's rewards of one era are claimed, by somebody else.
        if era == 4 {
            let before = free(&mut env, &second.id());
            env.author(&author);
            env.submit(&nominator, payout(&second.id(), 2)).unwrap();
            chronicle.note(&[(env.now(), author.clone())]);
            let reward = of(chronicle.share(2, &second.id()), promises[&2]);
            assert_eq!(free(&mut env, &second.id()) - before, reward);
            reserve -= reward;
            unclaimed -= reward;
        }
        assert_eq!(env.read(rewards::reserve), reserve);
        assert!(reserve >= unclaimed);
        assert_eq!(supply(&mut env), TOTAL_SUPPLY);
    }

    // Everything is claimed.
    env.author(&author);
    for (era, who) in (0..10).flat_map(|era| validators.iter().map(move |who| (era, who))) {
        if (era, who) != (2, &second.id()) {
            let exposure = env.exposure(era, who);
            // Both the nomination and the commission of era 0 count from the next election on.
            let (backing, commission) =
                if *who == first.id() && era > 0 { (50_000 * DSLA, 100_000_000) } else { (0, 0) };
            assert_eq!((exposure.own, exposure.total), (REHEARSAL_BOND, REHEARSAL_BOND + backing), "era {era}");
            let whole = of(chronicle.share(era, who), promises[&era]);
            let commission = of(commission, whole);
            let rest = whole - commission;
            let to_validator = of(share(exposure.own, exposure.total), rest) + commission;
            let to_nominator = of(share(backing, exposure.total), rest);

            let before = [env.owned(who), env.owned(&nominator.id())];
            env.submit(&nominator, payout(who, era)).unwrap();
            let fee = fee(&mut env);
            // A fifth of a fee is the treasury's, rounded down.
            let to_author = if *who == author { fee - fee / 5 } else { 0 };
            assert_eq!(env.owned(who), before[0] + to_validator + to_author, "era {era}");
            assert_eq!(env.owned(&nominator.id()), before[1] + to_nominator - fee, "era {era}");
            reserve -= to_validator + to_nominator;
            assert_eq!(env.read(rewards::reserve), reserve, "era {era}");
            assert_eq!(supply(&mut env), TOTAL_SUPPLY);
        }
        let again = env.submit(&nominator, payout(who, era));
        assert_eq!(again, Err(Error::<Runtime>::AlreadyClaimed.into()));
    }
    // What was rounded away stays where it is. Shares are rounded to billionths, so that it is little.
    let promised: u128 = promises.values().sum();
    let paid = VALIDATOR_RESERVE - EXISTENTIAL_DEPOSIT - reserve;
    assert!(paid <= promised && promised - paid < promised / 100_000_000, "{paid} of {promised}");
}

#[test]
fn the_worked_example_of_the_documentation_should_be_right() {
    let text = include_str!("../../../docs/design/validators.md");
    let reserve = VALIDATOR_RESERVE - EXISTENTIAL_DEPOSIT;
    let era = 6 * 3_600_000;
    let first = rewards::payout(reserve, 1_000, era);
    assert_eq!(first, promise(reserve, 0, era.into()));
    let second = rewards::payout(reserve - first, 1_000, era);
    for amount in [first, second] {
        let (whole, plancks) = (amount / DSLA, amount % DSLA);
        let digits = format!("{plancks:018}");
        let groups: Vec<_> = digits.as_bytes().chunks(3).map(|chunk| std::str::from_utf8(chunk).unwrap()).collect();
        let shown = format!("{},{:03}.{}", whole / 1_000, whole % 1_000, groups.join(" "));
        assert!(text.contains(&shown), "{shown}");
    }
}

#[test]
fn payout_should_round_down_and_be_capped() {
    assert_eq!(rewards::payout(0, 1_000, 21_600_000), 0);
    assert_eq!(rewards::payout(TOTAL_SUPPLY, 0, 21_600_000), 0);
    assert_eq!(rewards::payout(TOTAL_SUPPLY, 1_000, 0), 0);
    // A planck is promised as soon as the whole year's would be enough, and no earlier.
    let enough = 10_000 * YEAR / (1_000 * 21_600_000);
    assert_eq!(enough * 1_000 * 21_600_000, 10_000 * YEAR);
    assert_eq!(rewards::payout(enough - 1, 1_000, 21_600_000), 0);
    assert_eq!(rewards::payout(enough, 1_000, 21_600_000), 1);
    let day = rewards::payout(VALIDATOR_RESERVE, 1_000, 86_400_000);
    assert_eq!(rewards::payout(VALIDATOR_RESERVE, 1_000, 86_400_001), day);
    assert_eq!(rewards::payout(VALIDATOR_RESERVE, 1_000, u64::MAX), day);
    // The most that parameters and arithmetic allow.
    assert!(rewards::payout(Balance::MAX, 2_500, u64::MAX) < Balance::MAX / 1_400);
}

#[test]
fn a_fifth_validator_should_join_author_and_leave_with_its_bond() {
    let mut env = Env::rehearsal();
    let four = all();
    let fifth = env.funded("fifth", 50_000 * DSLA);
    let (keys, proof) = env.session_keys("fifth machine", &fifth.id());
    env.submit(&fifth, bond(40_000 * DSLA)).unwrap();
    let (_, stolen) = env.session_keys("fifth machine", &four[0]);
    let set = |proof| pallet_session::Call::<Runtime>::set_keys { keys: keys.clone(), proof };
    assert_eq!(env.submit(&fifth, set(stolen)), Err(pallet_session::Error::<Runtime>::InvalidProof.into()));
    env.submit(&fifth, set(proof)).unwrap();
    env.submit(&fifth, Stake::<Runtime>::validate { prefs: Default::default() }).unwrap();
    assert!(!env.validators().contains(&fifth.id()));

    // Elected for era 1, and there it makes blocks.
    let five = [four.clone(), vec![fifth.id()]].concat();
    env.until_era(1, &five);
    assert!(env.validators().contains(&fifth.id()));
    assert_eq!(env.exposure(1, &fifth.id()).own, 40_000 * DSLA);
    env.read(|| {
        assert_eq!(Babe::authorities().len(), 5);
        assert_eq!(pallet_im_online::Keys::<Runtime>::get().len(), 5);
        assert!(Babe::authorities().iter().any(|(key, _)| *key == keys.babe));
    });
    env.until_era(2, &five);
    assert!(env.points(1).individual[&fifth.id()] > 0);
    // GRANDPA follows too.
    env.read(|| assert!(Grandpa::grandpa_authorities().iter().any(|(key, _)| *key == keys.grandpa)));

    // It leaves: not elected any more, and its bond is free after 28 eras.
    let unbond = |value| Stake::<Runtime>::unbond { value };
    assert_eq!(env.submit(&fifth, unbond(39_000 * DSLA)), Err(Error::<Runtime>::InsufficientBond.into()));
    env.submit(&fifth, Stake::<Runtime>::chill {}).unwrap();
    env.submit(&fifth, unbond(40_000 * DSLA)).unwrap();
    let left_in = env.active_era();
    env.until_era(left_in + 1, &five);
    assert!(!env.validators().contains(&fifth.id()));
    env.submit(&fifth, pallet_session::Call::<Runtime>::purge_keys {}).unwrap();
    env.read(|| assert_eq!(Babe::authorities().len(), 4));

    let withdraw = || Stake::<Runtime>::withdraw_unbonded { num_slashing_spans: 0 };
    env.until_era(left_in + BONDING_DURATION - 1, &four);
    env.submit(&fifth, withdraw()).unwrap();
    assert_eq!(env.ledger(&fifth.id()).expect("is bonded").total, 40_000 * DSLA);
    env.until_era(left_in + BONDING_DURATION, &four);
    let before = free(&mut env, &fifth.id());
    env.submit(&fifth, withdraw()).unwrap();
    assert_eq!(env.ledger(&fifth.id()), None);
    assert!(free(&mut env, &fifth.id()) > before + 39_999 * DSLA);
    assert_eq!(supply(&mut env), TOTAL_SUPPLY);
}

#[test]
fn a_validator_should_need_the_least_bond_and_a_nominator_its_own() {
    let mut env = Env::rehearsal();
    let poor = env.funded("poor", 20_000 * DSLA);
    env.submit(&poor, bond(MIN_VALIDATOR_BOND - 1)).unwrap();
    let validate = || Stake::<Runtime>::validate { prefs: Default::default() };
    assert_eq!(env.submit(&poor, validate()), Err(Error::<Runtime>::InsufficientBond.into()));
    env.submit(&poor, Stake::<Runtime>::bond_extra { max_additional: 1 }).unwrap();
    env.submit(&poor, validate()).unwrap();

    let poorer = env.funded("poorer", 200 * DSLA);
    env.submit(&poorer, bond(100 * DSLA - 1)).unwrap();
    let target = all()[0].clone();
    assert_eq!(env.submit(&poorer, nominate(&target)), Err(Error::<Runtime>::InsufficientBond.into()));
    env.submit(&poorer, Stake::<Runtime>::bond_extra { max_additional: 1 }).unwrap();
    env.submit(&poorer, nominate(&target)).unwrap();
}

#[test]
fn a_bond_that_does_not_vote_should_stay_out_of_the_list_of_voters() {
    let mut env = Env::rehearsal();
    let holder = env.funded("holder", 2_000 * DSLA);
    let id = holder.id();
    let rebag = || Rebag::<Runtime, VoterBags>::rebag { dislocated: id.clone().into() };
    let not_there = Err(pallet_bags_list::Error::<Runtime, VoterBags>::List(ListError::NodeNotFound).into());
    let is_listed = |env: &mut Env| env.read(|| pallet_bags_list::ListNodes::<Runtime, VoterBags>::contains_key(&id));
    env.submit(&holder, bond(1_000 * DSLA)).unwrap();
    assert_eq!(env.submit(&holder, rebag()), not_there);
    assert!(!is_listed(&mut env));
    env.submit(&holder, nominate(&all()[0])).unwrap();
    env.submit(&holder, rebag()).unwrap();
    assert!(is_listed(&mut env));
    env.submit(&holder, Stake::chill {}).unwrap();
    assert_eq!(env.submit(&holder, rebag()), not_there);
    assert!(!is_listed(&mut env));
    // The election panics here, as in every test, when it meets somebody in the list who does not vote.
    env.until_era(1, &all());
}

#[test]
fn bonds_without_machines_should_win_no_seat() {
    let mut env = Env::rehearsal();
    let four = all();
    env.read(|| Staking::set_validator_count(RuntimeOrigin::root(), 4).unwrap());
    // More than all four together, five times, and not one session key.
    let strangers: Vec<_> = (0..5).map(|i| env.funded(&format!("stranger{i}"), 200_000 * DSLA)).collect();
    for stranger in &strangers {
        env.submit(stranger, bond(100_000 * DSLA)).unwrap();
        env.submit(stranger, Stake::<Runtime>::validate { prefs: Default::default() }).unwrap();
    }
    env.until_era(3, &four);
    let mut elected = env.validators();
    elected.sort();
    let mut honest = four.clone();
    honest.sort();
    assert_eq!(elected, honest);
    for stranger in &strangers {
        assert_eq!(env.exposure(3, &stranger.id()).total, 0);
    }
}

#[test]
fn what_nobody_claims_should_stay_in_the_reserve() {
    let mut env = Env::new();
    let reserve = env.read(rewards::reserve);
    let alice = env.validators();
    env.until_era(HISTORY_DEPTH + 5, &alice);
    assert_eq!(env.read(rewards::reserve), reserve);
    let kept = env.read(|| pallet_staking::ErasValidatorReward::<Runtime>::iter_keys().count());
    assert!(kept <= 1 + usize::try_from(HISTORY_DEPTH).unwrap(), "{kept}");
    assert!(env.read(rewards::promised) < reserve / 100);
    let old = env.submit(&Person::new("Bob"), payout(&alice[0], 0));
    assert_eq!(old, Err(Error::<Runtime>::InvalidEraToReward.into()));
    env.submit(&Person::new("Bob"), payout(&alice[0], 10)).unwrap();
}

#[test]
fn a_jump_of_the_clock_should_pay_no_windfall_and_leave_the_author_in_place() {
    let mut env = Env::new();
    let reserve = env.read(rewards::reserve);
    let alice = env.validators();
    assert_eq!(alice.len(), 1);
    for _ in 0..20 {
        env.pass_to(env.now() + 40 * DAY);
        env.blocks(3);
    }
    let later = env.active_era() + 2;
    env.until_era(later, &alice);
    assert_eq!(env.validators(), alice);
    let day = rewards::payout(reserve, 1_000, 86_400_000);
    let era = env.active_era();
    for paid in 0..era {
        let promised = env.read(|| pallet_staking::ErasValidatorReward::<Runtime>::get(paid));
        assert!(promised.is_some_and(|promised| promised <= day), "era {paid}");
    }
    assert_eq!(env.read(|| pallet_offences::Reports::<Runtime>::iter().count()), 0, "Alice was always there");
}

#[test]
fn the_treasury_should_pay_when_the_reserve_cannot() {
    let mut env = Env::rehearsal();
    let four = all();
    env.until_era(1, &four);
    // Only governance could take the reserve away.
    env.read(|| {
        let all_of_it = rewards::reserve();
        let reserve = ValidatorReserveAccount::get().into();
        let bob = MultiAddress::Id(Person::new("Bob").id());
        Balances::force_transfer(RuntimeOrigin::root(), reserve, bob, all_of_it - 10 * DSLA).unwrap();
    });
    let claimant = env.funded("claimant", 10 * DSLA);
    let treasury = free(&mut env, &TreasuryAccount::get());
    let before = env.owned(&four[1]);
    env.author(&four[0]);
    env.submit(&claimant, payout(&four[1], 0)).unwrap();
    let reward = env.owned(&four[1]) - before;
    assert!(reward > 10_000 * DSLA);
    assert_eq!(env.read(rewards::reserve), 0);
    let to_treasury = fee(&mut env) / 5;
    assert_eq!(free(&mut env, &TreasuryAccount::get()), treasury - (reward - 10 * DSLA) + to_treasury);
    assert_eq!(supply(&mut env), TOTAL_SUPPLY);
    // Nothing is left to promise.
    env.until_era(2, &four);
    assert_eq!(env.read(|| pallet_staking::ErasValidatorReward::<Runtime>::get(1)), Some(0));
}

#[test]
fn governance_should_change_the_rate_within_its_range() {
    use dsla_runtime::parameters::{dynamic_params::staking, QuarterAtMost};
    let mut env = Env::rehearsal();
    let four = all();
    env.read(|| {
        let key_value = dsla_runtime::RuntimeParameters::Staking(staking::Parameters::YearlyPayout(
            staking::YearlyPayout,
            QuarterAtMost::new(0),
        ));
        dsla_runtime::Parameters::set_parameter(RuntimeOrigin::root(), key_value).unwrap();
    });
    env.until_era(1, &four);
    assert_eq!(env.read(|| pallet_staking::ErasValidatorReward::<Runtime>::get(0)), Some(0));
    assert!(QuarterAtMost::new(2_501).is_none());
}

#[test]
fn genesis_should_be_the_first_era() {
    let mut env = Env::of(STAGING);
    assert_eq!(env.now(), GENESIS + SLOT_DURATION);
    assert_eq!(env.active_era(), 0);
    let (mut validators, mut expected) = (env.validators(), all());
    validators.sort();
    expected.sort();
    assert_eq!(validators, expected);
    env.read(|| {
        assert_eq!(Session::current_index(), 0);
        assert!(ImOnline::is_online(0), "has made the first block");
        assert!(!ImOnline::is_online(1));
    });
}
