// SPDX-License-Identifier: Apache-2.0

//! Referenda, as people hold them: preimage, submission, deposit, votes, enactment.

use crate::{Env, Person};
use codec::Encode;
use dsla_runtime::{
    configs::governance::origins::Origin,
    constants::{currency::DSLA, governance::Stages},
    Balance, OriginCaller, Preimage, Referenda, Runtime, RuntimeCall, RuntimeEvent,
};
use frame_support::traits::{schedule::DispatchTime, Bounded, QueryPreimage};
use frame_system::RawOrigin;
use pallet_conviction_voting::{AccountVote, Conviction, Vote};
use pallet_referenda::{ReferendumIndex, ReferendumInfo, ReferendumInfoFor};
use sp_core::H256;
use sp_runtime::{
    traits::{BlakeTwo256, Hash},
    DispatchResult,
};

/// People who have ten million DSLA each on the development chain, a twelfth of all that can vote.
pub const HOLDERS: [&str; 12] = [
    "Alice",
    "Bob",
    "Charlie",
    "Dave",
    "Eve",
    "Ferdie",
    "Alice//stash",
    "Bob//stash",
    "Charlie//stash",
    "Dave//stash",
    "Eve//stash",
    "Ferdie//stash",
];

/// What each of them votes with; the rest pays fees and deposits.
pub const VOTE: Balance = 8_000_000 * DSLA;

/// The origin of root.
pub fn root() -> OriginCaller {
    RawOrigin::Root.into()
}

/// One of the other origins.
pub fn origin(origin: Origin) -> OriginCaller {
    OriginCaller::Origins(origin)
}

impl Env {
    /// Stores the call, submits a referendum about it and places the deposit for its decision.
    pub fn submit_referendum(
        &mut self,
        who: &Person,
        origin: OriginCaller,
        call: impl Into<RuntimeCall>,
    ) -> ReferendumIndex {
        self.submit_bytes(who, origin, call.into().encode())
    }

    /// The same for any bytes.
    pub fn submit_bytes(&mut self, who: &Person, origin: OriginCaller, bytes: Vec<u8>) -> ReferendumIndex {
        let index = self.read(pallet_referenda::ReferendumCount::<Runtime>::get);
        let (hash, len): (H256, _) = (BlakeTwo256::hash(&bytes), bytes.len().try_into().expect("short"));
        if self.read(|| Preimage::len(&hash)).is_none() {
            self.submit(who, pallet_preimage::Call::<Runtime>::note_preimage { bytes }).expect("is stored");
        }
        let submit = pallet_referenda::Call::<Runtime>::submit {
            proposal_origin: Box::new(origin),
            proposal: Bounded::Lookup { hash, len },
            enactment_moment: DispatchTime::After(0),
        };
        self.submit(who, submit).expect("is submitted");
        self.submit(who, pallet_referenda::Call::<Runtime>::place_decision_deposit { index }).expect("has the deposit");
        index
    }

    /// The first `count` holders vote aye, each with [`VOTE`] and the conviction 1.
    pub fn vote_aye(&mut self, index: ReferendumIndex, count: usize) {
        for name in &HOLDERS[..count] {
            self.vote(&Person::new(name), index, VOTE, true, Conviction::Locked1x).expect("votes");
        }
    }

    /// One vote.
    pub fn vote(
        &mut self,
        who: &Person,
        poll_index: ReferendumIndex,
        balance: Balance,
        aye: bool,
        conviction: Conviction,
    ) -> DispatchResult {
        let vote = AccountVote::Standard { vote: Vote { aye, conviction }, balance };
        self.submit(who, pallet_conviction_voting::Call::<Runtime>::vote { poll_index, vote })
    }

    /// Lets the time pass that a referendum with enough votes from the begin takes, and says how its call ended: `None`
    /// if it was not made.
    pub fn enact(&mut self, stages: &Stages) -> Option<DispatchResult> {
        // The referendum was submitted some blocks ago, so the enactment is among the last of these blocks.
        self.pass_blocks(stages.shortest() - 60);
        self.watch(90)
    }

    /// Makes blocks until the scheduler has made a call that was approved, at most `blocks`.
    pub fn watch(&mut self, blocks: u32) -> Option<DispatchResult> {
        for _ in 0..blocks {
            self.blocks(1);
            let ended = self.events().into_iter().find_map(|event| match event {
                // The referenda's own alarms have no name.
                RuntimeEvent::Scheduler(pallet_scheduler::Event::Dispatched { id: Some(_), result, .. }) => {
                    Some(result)
                }
                _ => None,
            });
            if ended.is_some() {
                return ended;
            }
        }
        None
    }

    /// Where a referendum is.
    pub fn referendum(&mut self, index: ReferendumIndex) -> pallet_referenda::ReferendumInfoOf<Runtime, ()> {
        self.read(|| ReferendumInfoFor::<Runtime>::get(index)).expect("was submitted")
    }

    /// Was it approved?
    pub fn approved(&mut self, index: ReferendumIndex) -> bool {
        matches!(self.referendum(index), ReferendumInfo::Approved(..))
    }

    /// Is it being decided, and passing?
    pub fn confirming(&mut self, index: ReferendumIndex) -> bool {
        self.read(|| Referenda::ensure_ongoing(index))
            .is_ok_and(|status| status.deciding.is_some_and(|deciding| deciding.confirming.is_some()))
    }
}
