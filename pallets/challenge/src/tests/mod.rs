// SPDX-License-Identifier: Apache-2.0

//! Tests: one file per call or feature.

mod advance;
mod appeal;
mod arbitrate;
mod bonds;
mod challenge;
mod commit_vote;
mod example;
mod games;
mod queries;
mod queues;
mod readme;
mod reveal_vote;
mod table;
mod try_state;
mod types;

pub use crate::{
    mock::*, types::*, Agenda, Awaiting, Call, ChallengeOf, Challenges, Duties, Event, HoldReason, Rulings, WeightInfo,
};
pub use dsla_primitives::{verdict::Indicator, Balance, Moment, RoundId, MAX_CHALLENGE_DELAY};
pub use frame_support::{
    assert_noop, assert_ok,
    dispatch::{DispatchResultWithPostInfo, Pays},
    traits::{
        fungible::{Inspect as _, InspectHold as _, Mutate as _},
        tokens::{Fortitude, Precision, Preservation},
    },
    weights::{Weight, WeightMeter},
};
pub use sp_core::H256;
pub use sp_runtime::{DispatchError, DispatchResult};

pub type Error = crate::Error<Test>;

/// What Alice and Bob claim.
pub const ALICE_SAYS: (u128, u128) = (900, 100);
pub const BOB_SAYS: (u128, u128) = (950, 100);

pub fn signed(who: AccountId) -> RuntimeOrigin {
    RuntimeOrigin::signed(who)
}

pub fn challenge(who: AccountId, (availability, latency): (u128, u128)) -> DispatchResult {
    Challenging::challenge(signed(who), ROUND, indicators(availability, latency))
}

pub fn held(who: AccountId) -> Balance {
    Balances::balance_on_hold(&HoldReason::ChallengeBond.into(), &who)
}

pub fn stored() -> ChallengeOf<Test> {
    Challenges::<Test>::get(ROUND).unwrap()
}

pub fn ruling() -> Ruling<AccountId> {
    Rulings::<Test>::get(ROUND).unwrap()
}

/// The members of the panel.
pub fn panel() -> Vec<AccountId> {
    stored().panel.into_iter().map(|seat| seat.member).collect()
}

pub fn salt(voter: AccountId) -> [u8; 32] {
    [voter as u8; 32]
}

/// The hash of the vote of `voter` on the present panel.
pub fn hash_of(voter: AccountId, choice: Choice) -> H256 {
    commitment(&GENESIS, ROUND, stored().instance(), &voter, choice, &salt(voter))
}

pub fn commit(voter: AccountId, choice: Choice) -> DispatchResultWithPostInfo {
    Challenging::commit_vote(signed(voter), ROUND, hash_of(voter, choice))
}

pub fn reveal(voter: AccountId, choice: Choice) -> DispatchResultWithPostInfo {
    Challenging::reveal_vote(signed(voter), ROUND, choice, salt(voter))
}

pub fn appeal(who: AccountId) -> DispatchResult {
    Challenging::appeal(signed(who), ROUND)
}

pub fn arbitrate(choice: Choice) -> DispatchResult {
    Challenging::arbitrate(RuntimeOrigin::root(), ROUND, choice)
}

pub fn advance() -> DispatchResultWithPostInfo {
    Challenging::advance(signed(STRANGER), ROUND)
}

/// Lets the present stage end by itself.
pub fn pass() {
    block_at(stored().stage.until());
}

/// Alice and Bob claim.
pub fn claimed() {
    assert_ok!(challenge(ALICE, ALICE_SAYS));
    assert_ok!(challenge(BOB, BOB_SAYS));
}

/// As many claims as there can be.
pub fn full() {
    for (index, who) in (0..).zip([ALICE, BOB, PROVIDER, BACKER, CHARLIE, DOUBLE, DORA, EMIL]) {
        assert_ok!(challenge(who, (900 + index, 100)));
    }
}

/// From the claims, or an appeal, to a panel that votes.
pub fn drawn() -> Vec<AccountId> {
    if let Stage::Collecting { .. } = stored().stage {
        pass();
    }
    new_randomness();
    panel()
}

/// From a panel that can vote to the count: the first members of the panel vote like this, the others do nothing.
pub fn voted(choices: &[Choice]) {
    let panel = panel();
    for (voter, choice) in panel.iter().zip(choices) {
        assert_ok!(commit(*voter, *choice));
    }
    pass();
    for (voter, choice) in panel.iter().zip(choices) {
        assert_ok!(reveal(*voter, *choice));
    }
    pass();
}

/// Alice and Bob claim, and the first panel decides.
pub fn decided(choices: &[Choice]) {
    claimed();
    drawn();
    voted(choices);
}

/// Alice and Bob claim, and the first panel is of two minds.
pub fn tied() {
    decided(&[0, 0, 1, 1]);
    assert!(matches!(stored().stage, Stage::Arbitration { .. }));
}

/// The events of this pallet.
pub fn events() -> Vec<Event<Test>> {
    System::events()
        .into_iter()
        .filter_map(|record| if let RuntimeEvent::Challenging(event) = record.event { Some(event) } else { None })
        .collect()
}

pub fn last_event() -> Event<Test> {
    events().pop().unwrap()
}

/// Where the bonds went.
pub fn payout() -> Payout {
    match last_event() {
        Event::Ruled { payout, .. } => payout,
        other => panic!("not ruled: {other:?}"),
    }
}
