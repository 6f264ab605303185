// SPDX-License-Identifier: Apache-2.0

//! The largest election the limits allow.

use dsla_runtime::{
    configs::staking::Election,
    constants::{
        currency::DSLA,
        staking::{
            MAX_ACTIVE_VALIDATORS, MAX_CANDIDATES, MAX_ELECTING_VOTERS, MAX_NOMINATIONS, MIN_VALIDATOR_BOND,
            PLANCKS_PER_VOTE,
        },
    },
    genesis_presets::REHEARSAL_KEYS,
    AccountId, Runtime, RuntimeOrigin, Staking,
};
use dsla_runtime_tests::Env;
use frame_election_provider_support::{onchain::OnChainExecution, ElectionProvider};
use pallet_staking::{Error, RewardDestination};
use std::time::Instant;

fn numbered(kind: u8, number: u32) -> AccountId {
    let mut bytes = [kind; 32];
    bytes[..4].copy_from_slice(&number.to_le_bytes());
    bytes.into()
}

fn bonded(who: &AccountId, amount: u128) {
    Staking::bond(RuntimeOrigin::signed(who.clone()), amount, RewardDestination::Stash).expect("bonds");
}

#[test]
fn the_largest_election_should_fill_every_seat_and_count_every_vote() {
    let mut env = Env::rehearsal();
    let candidates: Vec<_> = (4..MAX_CANDIDATES).map(|number| numbered(0xca, number)).collect();
    let voters: Vec<_> = (MAX_CANDIDATES..MAX_ELECTING_VOTERS).map(|number| numbered(0x70, number)).collect();
    for who in &candidates {
        env.fund(who, 2 * MIN_VALIDATOR_BOND);
    }
    for who in &voters {
        env.fund(who, 200_000 * DSLA);
    }
    // Any keys will do: nobody looks at them here.
    let keys = env.read(|| pallet_session::NextKeys::<Runtime>::get(AccountId::from(REHEARSAL_KEYS[0].0))).unwrap();
    env.read(|| {
        for (number, who) in candidates.iter().enumerate() {
            bonded(who, MIN_VALIDATOR_BOND + u128::try_from(number).unwrap() * DSLA);
            Staking::validate(RuntimeOrigin::signed(who.clone()), Default::default()).expect("validates");
            pallet_session::NextKeys::<Runtime>::insert(who, keys.clone());
        }
        for (number, who) in voters.iter().enumerate() {
            bonded(who, (1_000 + u128::try_from(number).unwrap()) * DSLA);
            // Votes overlap, and no two are the same: the hardest to balance.
            let most = usize::try_from(MAX_NOMINATIONS).unwrap();
            let targets =
                (0..most).map(|i| candidates[(number * 7 + i * 31) % candidates.len()].clone().into()).collect();
            Staking::nominate(RuntimeOrigin::signed(who.clone()), targets).expect("nominates");
        }
        Staking::set_validator_count(RuntimeOrigin::root(), MAX_ACTIVE_VALIDATORS).expect("there is room");
    });
    env.commit();

    let begin = Instant::now();
    let elected = env.read(|| OnChainExecution::<Election>::elect(0)).expect("elects");
    println!(
        "{MAX_ELECTING_VOTERS} voters, {MAX_CANDIDATES} candidates, {MAX_ACTIVE_VALIDATORS} seats: {:?}",
        begin.elapsed()
    );
    assert_eq!(elected.len(), usize::try_from(MAX_ACTIVE_VALIDATORS).unwrap());
    // Each voter's votes are divided among those it voted for and nobody else, to the vote.
    let mut divided = std::collections::BTreeMap::<_, u128>::new();
    for (_, support) in elected.iter() {
        assert_eq!(support.total, support.voters.iter().map(|(_, votes)| votes).sum::<u128>());
        support.voters.iter().for_each(|(voter, votes)| *divided.entry(voter.clone()).or_default() += votes);
    }
    let counted = voters.iter().enumerate().filter(|(number, voter)| {
        let bond = 1_000 + u128::try_from(*number).unwrap();
        divided.get(voter).is_some_and(|votes| *votes == bond * DSLA / PLANCKS_PER_VOTE)
    });
    let (counted, divided) = (counted.count(), divided.keys().filter(|who| voters.contains(who)).count());
    assert!(counted == divided && counted > voters.len() / 2, "{counted} of {divided} of {}", voters.len());

    // Not one candidate more.
    let more = numbered(0xff, 0);
    env.fund(&more, 2 * MIN_VALIDATOR_BOND);
    env.read(|| {
        bonded(&more, MIN_VALIDATOR_BOND);
        let refused = Staking::validate(RuntimeOrigin::signed(more.clone()), Default::default());
        assert_eq!(refused, Err(Error::<Runtime>::TooManyValidators.into()));
    });

    // The whole block that plans an era, and those that begin it.
    let four = dsla_runtime_tests::validators::all();
    let mut slowest = std::time::Duration::ZERO;
    for _ in 0..6 {
        let begin = Instant::now();
        env.session(&four[..1]);
        slowest = slowest.max(begin.elapsed() / 2);
    }
    println!("slowest session of two blocks: {slowest:?} a block");
    let validators = env.validators();
    assert_eq!(validators.len(), usize::try_from(MAX_ACTIVE_VALIDATORS).unwrap());
}
