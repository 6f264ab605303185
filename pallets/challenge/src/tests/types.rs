// SPDX-License-Identifier: Apache-2.0

//! The pure parts.

use super::*;
use codec::{Encode, MaxEncodedLen};
use proptest::prelude::*;
use std::collections::BTreeMap;

#[test]
fn no_challenge_should_take_longer_than_others_count_on() {
    let days = MAX_DELAY / 86_400_000;
    assert_eq!((days, MAX_DELAY % 86_400_000), (57, 0));
    const { assert!(MAX_DELAY <= MAX_CHALLENGE_DELAY) };
}

#[test]
fn commitment_should_hash_the_documented_bytes() {
    let round = RoundId::new(dsla_primitives::AgreementId(0x0102), 3);
    let mut bytes = b"dsla/vote/v1".to_vec();
    bytes.extend([0x9e; 32]);
    bytes.extend([2, 1, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0]);
    bytes.push(1);
    bytes.extend(77u64.to_le_bytes());
    bytes.push(2);
    bytes.extend([5; 32]);
    let expected = H256::from(sp_io::hashing::blake2_256(&bytes));
    assert_eq!(commitment(&GENESIS, round, Instance::Appeal, &77u64, 2, &[5; 32]), expected);
}

#[test]
fn commitment_should_bind_everything() {
    let base = || commitment(&GENESIS, ROUND, Instance::First, &1u64, 1, &[5; 32]);
    for other in [
        commitment(&H256::zero(), ROUND, Instance::First, &1u64, 1, &[5; 32]),
        commitment(&GENESIS, OTHER_ROUND, Instance::First, &1u64, 1, &[5; 32]),
        commitment(&GENESIS, ROUND, Instance::Appeal, &1u64, 1, &[5; 32]),
        commitment(&GENESIS, ROUND, Instance::First, &2u64, 1, &[5; 32]),
        commitment(&GENESIS, ROUND, Instance::First, &1u64, 2, &[5; 32]),
        commitment(&GENESIS, ROUND, Instance::First, &1u64, 1, &[6; 32]),
    ] {
        assert_ne!(other, base());
    }
}

#[test]
fn codec_indices_should_never_change() {
    let encoded = [
        Stage::<u64>::Collecting { until: 0 }.encode()[0],
        Stage::Drawing { since: 0u64, until: 0 }.encode()[0],
        Stage::<u64>::Voting { until: 0 }.encode()[0],
        Stage::<u64>::Revealing { until: 0 }.encode()[0],
        Stage::<u64>::Appealable { decision: 0, until: 0 }.encode()[0],
        Stage::<u64>::Arbitration { until: 0 }.encode()[0],
    ];
    assert_eq!(encoded, [0, 1, 2, 3, 4, 5]);
    assert_eq!([Instance::First.encode(), Instance::Appeal.encode()], [[0], [1]]);
    assert_eq!(
        [Decider::Panel, Decider::Appeal, Decider::Arbiter, Decider::Default].map(|by| by.encode()),
        [[0], [1], [2], [3]]
    );
    assert_eq!(HoldReason::ChallengeBond.encode(), [0]);
}

#[test]
fn storage_should_stay_small() {
    use sp_runtime::AccountId32;
    assert!(Challenge::<AccountId32, u32>::max_encoded_len() <= 3_200);
    assert!(Ruling::<AccountId32>::max_encoded_len() <= 1_700);
}

fn any_panel() -> impl Strategy<Value = Vec<Seat<u64>>> {
    let vote = prop_oneof![
        1 => Just(Vote::Open),
        1 => Just(Vote::Committed(H256::zero())),
        4 => (0..=8u8).prop_map(Vote::Revealed),
    ];
    prop::collection::vec(vote.prop_map(|vote| Seat { member: 0, vote }), 0..16)
}

proptest! {
    /// Against a count in a map, the slow way.
    #[test]
    fn decide_should_find_the_plurality_of_at_least_half(panel in any_panel()) {
        let mut counts = BTreeMap::<Choice, usize>::new();
        for seat in &panel {
            if let Vote::Revealed(choice) = seat.vote {
                *counts.entry(choice).or_default() += 1;
            }
        }
        let revealed = counts.values().sum::<usize>();
        let most = counts.values().max().copied().unwrap_or(0);
        let leaders = counts.iter().filter(|(_, count)| **count == most).map(|(choice, _)| *choice).collect::<Vec<_>>();
        let expected = if revealed == 0 || 2 * revealed < panel.len() {
            Err(Undecided::TooFewVotes)
        } else if leaders.len() == 1 {
            Ok(leaders[0])
        } else {
            Err(Undecided::Tie)
        };
        prop_assert_eq!(decide(&panel), expected);
    }
}
