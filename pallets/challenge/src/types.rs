// SPDX-License-Identifier: Apache-2.0

//! What a challenge is made of. No storage, no `Config`.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use dsla_primitives::{
    terms::{Objective, MAX_WINDOW, MIN_WINDOW},
    verdict::{Indicator, Indicators},
    AgreementId, Balance, Moment, PeriodIndex, RoundId,
};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_runtime::{
    traits::{BlakeTwo256, EnsureMul, Hash},
    ArithmeticError,
};

/// The most claims of a round. More than one, so that a sham claim cannot shut an honest one out; each puts up more than
/// all before it together, so that filling the places is dear: see [`claim_bond`].
pub const MAX_CLAIMS: u32 = 8;
/// The smallest panel that can decide.
pub const MIN_PANEL: u32 = 3;
/// The largest first panel.
pub const MAX_FIRST_PANEL: u32 = 7;
/// The largest panel: that of an appeal against the largest first one.
pub const MAX_PANEL: u32 = 2 * MAX_FIRST_PANEL + 1;

/// The shortest window of a stage.
pub const MIN_STAGE: Moment = MIN_WINDOW;
/// The longest time to vote, and to wait for randomness: 4 days.
pub const MAX_VOTE_WINDOW: Moment = 4 * 86_400_000;
/// The longest time to reveal votes: 3 days.
pub const MAX_REVEAL_WINDOW: Moment = 3 * 86_400_000;
/// The longest time to appeal: 7 days.
pub const MAX_APPEAL_WINDOW: Moment = 7 * 86_400_000;
/// The longest time to arbitrate: 14 days.
pub const MAX_ARBITRATION_WINDOW: Moment = 14 * 86_400_000;

/// The longest way from the first claim to the ruling: the rest of the challenge window, two panels, the time to appeal
/// and arbitration. It does not count by how much the blocks themselves are late.
pub const MAX_DELAY: Moment = MAX_WINDOW + 2 * PANEL_DELAY + MAX_APPEAL_WINDOW + MAX_ARBITRATION_WINDOW;
/// The longest a panel takes: to be drawn, to vote and to reveal.
const PANEL_DELAY: Moment = 2 * MAX_VOTE_WINDOW + MAX_REVEAL_WINDOW;

/// How long the chain waits before it tries again a ruling that was refused: 10 minutes.
pub const RETRY_DELAY: Moment = 600_000;

/// What a hashed vote begins with, so that it is the hash of nothing else.
pub const VOTE_DOMAIN: [u8; 12] = *b"dsla/vote/v1";
/// What the subject of a draw begins with, so that its randomness is that of nothing else.
pub const PANEL_DOMAIN: [u8; 13] = *b"dsla/panel/v1";

/// What can be ruled: 0 is the proposed verdict, 1 the first claim, 2 the second ...
pub type Choice = u8;

/// The proposed verdict.
pub const PROPOSED: Choice = 0;

/// The seats of a panel.
pub type Panel<AccountId> = BoundedVec<Seat<AccountId>, ConstU32<MAX_PANEL>>;

/// What somebody says the indicators are.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Claim<AccountId> {
    /// Who says so.
    pub claimant: AccountId,
    /// The indicators, in the order of the objectives.
    pub indicators: Indicators,
    /// What the claimant has put up, in plancks.
    pub bond: Balance,
}

/// The appeal against the decision of the first panel.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Appeal<AccountId> {
    /// Who appealed.
    pub appellant: AccountId,
    /// What it put up, in plancks.
    pub bond: Balance,
    /// The panel whose decision it is against, with its votes.
    pub against: BoundedVec<Seat<AccountId>, ConstU32<MAX_FIRST_PANEL>>,
    /// The decision it is against.
    pub decision: Choice,
}

/// Which of the two panels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Instance {
    /// The first one.
    #[codec(index = 0)]
    First,
    /// The larger one, after an appeal.
    #[codec(index = 1)]
    Appeal,
}

/// A member of a panel and its vote.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Seat<AccountId> {
    /// Who.
    pub member: AccountId,
    /// How far its vote is.
    pub vote: Vote,
}

/// How far a vote is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Vote {
    /// Nothing yet.
    #[codec(index = 0)]
    Open,
    /// The member has committed to it.
    #[codec(index = 1)]
    Committed(H256),
    /// The member has voted for this.
    #[codec(index = 2)]
    Revealed(Choice),
}

/// How far a challenge is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Stage<BlockNumber> {
    /// Further claims are taken before `until`, the end of the challenge window.
    #[codec(index = 0)]
    Collecting {
        /// When it ends.
        until: Moment,
    },
    /// Waits for randomness that nobody knew when the claims were closed, or the appeal was made.
    #[codec(index = 1)]
    Drawing {
        /// The block of that.
        since: BlockNumber,
        /// When the chain gives up waiting.
        until: Moment,
    },
    /// The panel commits to its votes.
    #[codec(index = 2)]
    Voting {
        /// When it ends.
        until: Moment,
    },
    /// The panel reveals its votes.
    #[codec(index = 3)]
    Revealing {
        /// When it ends.
        until: Moment,
    },
    /// The first panel has decided; who lost may appeal.
    #[codec(index = 4)]
    Appealable {
        /// What it decided.
        decision: Choice,
        /// When the decision becomes final.
        until: Moment,
    },
    /// No panel could decide; the arbiter may.
    #[codec(index = 5)]
    Arbitration {
        /// When the first decision, or else the proposed verdict, stands for want of another.
        until: Moment,
    },
}

impl<BlockNumber> Stage<BlockNumber> {
    /// When it ends by itself.
    pub fn until(&self) -> Moment {
        match self {
            Self::Collecting { until }
            | Self::Drawing { until, .. }
            | Self::Voting { until }
            | Self::Revealing { until }
            | Self::Appealable { until, .. }
            | Self::Arbitration { until } => *until,
        }
    }
}

/// Why the arbiter is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Undecided {
    /// There was no new randomness in time.
    #[codec(index = 0)]
    NoRandomness,
    /// Fewer than [`MIN_PANEL`] reporters could be drawn, or no more than the panel appealed against has.
    #[codec(index = 1)]
    TooFewReporters,
    /// Less than half of the panel revealed a vote.
    #[codec(index = 2)]
    TooFewVotes,
    /// No choice has more votes than every other.
    #[codec(index = 3)]
    Tie,
}

/// A verdict in dispute.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Challenge<AccountId, BlockNumber> {
    /// Who answers for the agreement.
    pub provider: AccountId,
    /// The proposed indicators: choice 0.
    pub proposed: Indicators,
    /// The claims: choices 1, 2 ...
    pub claims: BoundedVec<Claim<AccountId>, ConstU32<MAX_CLAIMS>>,
    /// What the first claimant has put up, in plancks. The bonds of further claims and of an appeal are multiples of it,
    /// whatever becomes of the parameter.
    pub base_bond: Balance,
    /// How far it is.
    pub stage: Stage<BlockNumber>,
    /// The panel that votes, or voted last; empty before.
    pub panel: Panel<AccountId>,
    /// The appeal, once there is one.
    pub appeal: Option<Appeal<AccountId>>,
    /// When a ruling that was refused is tried again.
    pub retry: Option<Moment>,
}

impl<AccountId: PartialEq, BlockNumber: PartialOrd> Challenge<AccountId, BlockNumber> {
    /// When the chain acts on it at the latest.
    pub fn due(&self) -> Moment {
        self.retry.unwrap_or(self.stage.until())
    }

    /// What the chain can do now, when the latest randomness is known since block `known`. A failure is waited out by
    /// [`Self::due`], not here.
    pub fn step(&self, now: Moment, known: &BlockNumber) -> Option<Step> {
        if let Stage::Drawing { since, .. } = &self.stage {
            if since < known {
                return Some(Step::Draw);
            }
        }
        (self.stage.until() <= now).then_some(match self.stage {
            Stage::Collecting { .. } => Step::CloseClaims,
            Stage::Drawing { .. } => Step::GiveUpDrawing,
            Stage::Voting { .. } => Step::OpenVotes,
            Stage::Revealing { .. } => Step::Tally,
            Stage::Appealable { decision, .. } => Step::Uphold(decision),
            Stage::Arbitration { .. } => Step::Default,
        })
    }

    /// What stands when nobody decides any more: the decision that was appealed against, else the proposed verdict. So
    /// nobody gains by keeping a second panel from deciding.
    pub fn standing(&self) -> Choice {
        self.appeal.as_ref().map_or(PROPOSED, |appeal| appeal.decision)
    }

    /// Which panel it is about.
    pub fn instance(&self) -> Instance {
        if self.appeal.is_some() {
            Instance::Appeal
        } else {
            Instance::First
        }
    }

    /// The indicators of `choice`; `None` when there is no such choice.
    pub fn indicators(&self, choice: Choice) -> Option<&Indicators> {
        match usize::from(choice).checked_sub(1) {
            None => Some(&self.proposed),
            Some(index) => self.claims.get(index).map(|claim| &claim.indicators),
        }
    }

    /// Whether `choice` can be voted for.
    pub fn has_choice(&self, choice: Choice) -> bool {
        self.indicators(choice).is_some()
    }

    /// What the next claim must put up, in plancks; `None` when no further claim has a place.
    pub fn next_bond(&self) -> Option<Result<Balance, ArithmeticError>> {
        let before = u32::try_from(self.claims.len()).ok().filter(|before| *before < MAX_CLAIMS)?;
        Some(claim_bond(self.base_bond, before))
    }

    /// The claims with their choices.
    pub fn choices(&self) -> impl Iterator<Item = (Choice, &Claim<AccountId>)> {
        (1..=Choice::MAX).zip(self.claims.iter())
    }

    /// What `who` has claimed.
    pub fn choice_of(&self, who: &AccountId) -> Option<Choice> {
        self.choices().find(|(_, claim)| claim.claimant == *who).map(|(choice, _)| choice)
    }

    /// Whether a party has lost by `decision`: a claimant when it is not for its claim, everybody else when it is for any
    /// claim. Who did not claim stood by the proposed verdict.
    pub fn has_lost(&self, party: &AccountId, decision: Choice) -> bool {
        self.choice_of(party).unwrap_or(PROPOSED) != decision
    }

    /// The seat of `who` on the panel.
    pub fn seat_mut(&mut self, who: &AccountId) -> Option<&mut Seat<AccountId>> {
        self.panel.iter_mut().find(|seat| seat.member == *who)
    }

    /// The panel that was appealed against, if any, and the present one.
    pub fn seats(&self) -> impl Iterator<Item = &Seat<AccountId>> {
        self.appeal.iter().flat_map(|appeal| appeal.against.iter()).chain(self.panel.iter())
    }

    /// What `who` owes it as a member of the panel.
    pub fn duty(&self, who: &AccountId) -> Option<Duty> {
        let vote = self.panel.iter().find(|seat| seat.member == *who)?.vote;
        let instance = self.instance();
        match (&self.stage, vote) {
            (Stage::Voting { until }, Vote::Open) => Some(Duty::Commit { instance, until: *until }),
            (Stage::Revealing { until }, Vote::Committed(_)) => Some(Duty::Reveal { instance, until: *until }),
            _ => None,
        }
    }
}

/// What the chain does with a challenge, one at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Takes no more claims, and waits for randomness.
    CloseClaims,
    /// Draws a panel.
    Draw,
    /// Waits for randomness no longer, and asks the arbiter.
    GiveUpDrawing,
    /// Takes no more commitments, and lets the panel reveal.
    OpenVotes,
    /// Counts the votes.
    Tally,
    /// Makes the decision of the first panel final.
    Uphold(Choice),
    /// Lets the first decision, or else the proposed verdict, stand.
    Default,
}

/// What a member of a panel owes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Duty {
    /// To commit to a vote.
    #[codec(index = 0)]
    Commit {
        /// On which panel it sits: part of what is hashed.
        instance: Instance,
        /// Before when.
        until: Moment,
    },
    /// To reveal the vote it committed to.
    #[codec(index = 1)]
    Reveal {
        /// On which panel it sits: part of what is hashed.
        instance: Instance,
        /// Before when.
        until: Moment,
    },
}

/// Who decided a challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Decider {
    /// The first panel; nobody appealed.
    #[codec(index = 0)]
    Panel,
    /// The panel of the appeal.
    #[codec(index = 1)]
    Appeal,
    /// The arbiter.
    #[codec(index = 2)]
    Arbiter,
    /// Nobody: the time was over, and the first decision or else the proposed verdict stands.
    #[codec(index = 3)]
    Default,
}

/// What stays of a challenge.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Ruling<AccountId> {
    /// The proposed indicators: choice 0.
    pub proposed: Indicators,
    /// The claims: choices 1, 2 ...
    pub claims: BoundedVec<Claim<AccountId>, ConstU32<MAX_CLAIMS>>,
    /// Who appealed.
    pub appellant: Option<AccountId>,
    /// What was decided.
    pub choice: Choice,
    /// By whom.
    pub by: Decider,
    /// When.
    pub at: Moment,
}

/// Where the bonds of a challenge went, in plancks. Together they are all that was put up.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Payout {
    /// Back to those who put it up.
    pub returned: Balance,
    /// To the claim that won and to the members of the panels who voted for what was decided.
    pub paid: Balance,
    /// Burned.
    pub burned: Balance,
    /// To the treasury.
    pub treasury: Balance,
}

/// What a claim must put up, in plancks, that comes after `before` others: `base`, doubled for each of them.
///
/// The bonds of all claims together are then less than twice that of the last one, and all places cost `2^MAX_CLAIMS − 1`
/// times `base`: who fills them with shams risks that, while an honest claim that comes early costs little.
pub fn claim_bond(base: Balance, before: u32) -> Result<Balance, ArithmeticError> {
    let factor: Balance = 2;
    base.ensure_mul(factor.checked_pow(before).ok_or(ArithmeticError::Overflow)?)
}

/// What an appeal must put up, in plancks: twice `base`, however many claims there are. It puts nothing on the ballot, so
/// it shuts nobody out, and who lost should not have to pay for a ballot that others have crowded.
pub fn appeal_bond(base: Balance) -> Result<Balance, ArithmeticError> {
    base.ensure_mul(2)
}

/// What a member of a panel commits to: BLAKE2b-256 of the SCALE tuple `(domain, genesis, round, instance, voter, choice,
/// salt)`, with [`VOTE_DOMAIN`] as 12 bytes and the hash of block 0. The voter and the instance in it make a copied
/// commitment worthless.
pub fn commitment<GenesisHash: Encode, AccountId: Encode>(
    genesis: &GenesisHash,
    round: RoundId,
    instance: Instance,
    voter: &AccountId,
    choice: Choice,
    salt: &[u8; 32],
) -> H256 {
    BlakeTwo256::hash_of(&(VOTE_DOMAIN, genesis, round, instance, voter, choice, salt))
}

/// Whether `indicators` could be those of `objectives`: one for each, and within its bounds. "No data" always could.
pub fn plausible(indicators: &[Indicator], objectives: &[Objective]) -> bool {
    indicators.len() == objectives.len()
        && indicators.iter().zip(objectives).all(|(indicator, objective)| match indicator {
            Indicator::Value(value) => objective.bounds.contains(*value),
            Indicator::NoData => true,
        })
}

/// What a panel decides: the choice with more revealed votes than any other, if at least half of the panel (rounded up)
/// revealed one.
pub fn decide<AccountId>(panel: &[Seat<AccountId>]) -> Result<Choice, Undecided> {
    let votes = panel
        .iter()
        .filter_map(|seat| if let Vote::Revealed(choice) = seat.vote { Some(choice) } else { None })
        .collect::<Vec<_>>();
    if votes.is_empty() || votes.len() < panel.len().div_ceil(2) {
        return Err(Undecided::TooFewVotes);
    }
    let count = |choice: Choice| votes.iter().filter(|vote| **vote == choice).count();
    let most = votes.iter().map(|vote| count(*vote)).max().unwrap_or(0);
    let mut leaders = votes.iter().filter(|vote| count(**vote) == most);
    let leader = leaders.next().ok_or(Undecided::TooFewVotes)?;
    leaders.all(|other| other == leader).then_some(*leader).ok_or(Undecided::Tie)
}

/// A place in a queue. Encodes to 20 bytes that sort like (at, round).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct QueueKey {
    at: [u8; 8],
    agreement: [u8; 8],
    period: [u8; 4],
}

impl QueueKey {
    /// The place of `round` at `at`: a moment, or the number of a block.
    pub fn new(at: u64, round: RoundId) -> Self {
        Self { at: at.to_be_bytes(), agreement: round.agreement.0.to_be_bytes(), period: round.period.to_be_bytes() }
    }

    /// The moment, or the number of the block.
    pub fn at(&self) -> u64 {
        u64::from_be_bytes(self.at)
    }

    /// Which round.
    pub fn round(&self) -> RoundId {
        let agreement = AgreementId(u64::from_be_bytes(self.agreement));
        RoundId::new(agreement, PeriodIndex::from_be_bytes(self.period))
    }
}
