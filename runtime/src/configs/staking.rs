// SPDX-License-Identifier: Apache-2.0

//! Who may make blocks: accounts that bond DSLA, elected once an era by those who nominate them.
//!
//! Everything that is particular to this chain is an adapter here, in [`super::rewards`] or in [`super::offences`], so
//! that the staking pallet can be replaced.

use super::{
    consensus::MAX_AUTHORITIES,
    money::TreasuryAccount,
    rewards::{EraPayoutFromReserve, PayFromReserve},
};
use crate::{
    constants::staking::{
        BONDING_DURATION, HISTORY_DEPTH, MAX_ACTIVE_VALIDATORS, MAX_CANDIDATES, MAX_ELECTING_VOTERS,
        MAX_EXPOSURE_PAGE_SIZE, MAX_NOMINATIONS, MAX_UNLOCKING_CHUNKS, MIN_NOMINATOR_BOND, PLANCKS_PER_VOTE,
        SESSIONS_PER_ERA, SLASH_DEFER_DURATION,
    },
    AccountId, Balance, Balances, Runtime, RuntimeEvent, RuntimeHoldReason, Session, Staking, Timestamp, VoterList,
};
use alloc::boxed::Box;
use frame_election_provider_support::{
    bounds::{ElectionBounds, ElectionBoundsBuilder},
    onchain, ScoreProvider, SequentialPhragmen, SortedListProvider, VoteWeight,
};
use frame_support::{
    parameter_types,
    traits::{tokens::imbalance::ResolveTo, ConstBool, ConstU32, Nothing},
};
use frame_system::EnsureRoot;
use pallet_staking::{FixedNominationsQuota, UseValidatorsMap};
use sp_runtime::{traits::UniqueSaturatedInto, Perbill};
use sp_staking::currency_to_vote::CurrencyToVote;

// Whoever is elected must have room in the consensus.
const _: () = assert!(MAX_ACTIVE_VALIDATORS == MAX_AUTHORITIES);

parameter_types! {
    /// Limits of an election.
    pub ElectionLimits: ElectionBounds = ElectionBoundsBuilder::default()
        .voters_count(MAX_ELECTING_VOTERS.into())
        .targets_count(MAX_CANDIDATES.into())
        .build();
    /// Where one bag of voters ends and the next begins, in votes.
    pub const BagThresholds: &'static [VoteWeight] = &BAG_THRESHOLDS;
}

/// How many bags there are, beside the one for all that is above.
const BAGS: usize = 84;

/// The upper ends of the bags: the least a nominator bonds, and from there each a quarter more than the last, rounded
/// down, until the supply is reached.
pub static BAG_THRESHOLDS: [VoteWeight; BAGS] = bag_thresholds();

const fn bag_thresholds() -> [VoteWeight; BAGS] {
    let mut thresholds = [0; BAGS];
    let mut rest: &mut [VoteWeight] = &mut thresholds;
    let mut votes = LEAST_VOTES;
    while let [first, others @ ..] = rest {
        *first = votes;
        votes = votes.saturating_add(votes / 4);
        rest = others;
    }
    thresholds
}

/// Votes of the smallest bond of a nominator.
const LEAST_VOTES: VoteWeight = {
    // Casting is banned; the eight low bytes are all there is, which the assertion shows.
    let votes = MIN_NOMINATOR_BOND / PLANCKS_PER_VOTE;
    let [a, b, c, d, e, f, g, h, ..] = votes.to_le_bytes();
    let low = VoteWeight::from_le_bytes([a, b, c, d, e, f, g, h]);
    assert!(votes >> 64 == 0 && low > 0);
    low
};

/// A fixed number of plancks is a vote, whatever the supply is: votes that were stored stay right when something is
/// burned.
pub struct PlancksToVotes;

impl CurrencyToVote<Balance> for PlancksToVotes {
    /// Rounded down. Nobody has as much as would saturate: see [`PLANCKS_PER_VOTE`].
    fn to_vote(value: Balance, _issuance: Balance) -> u64 {
        (value / PLANCKS_PER_VOTE).unique_saturated_into()
    }

    fn to_currency(value: u128, _issuance: Balance) -> Balance {
        value.saturating_mul(PLANCKS_PER_VOTE)
    }

    fn will_downscale(_issuance: Balance) -> Option<bool> {
        Some(true)
    }
}

/// The accounts that can be elected: those that stand for election and have session keys.
///
/// Without this, bonds without machines behind them could win every seat: the session pallet leaves whoever has no keys
/// out, and the chain would have no authorities left.
pub struct CandidatesWithKeys;

type AllCandidates = UseValidatorsMap<Runtime>;

impl SortedListProvider<AccountId> for CandidatesWithKeys {
    type Error = <AllCandidates as SortedListProvider<AccountId>>::Error;
    type Score = Balance;

    fn iter() -> Box<dyn Iterator<Item = AccountId>> {
        Box::new(AllCandidates::iter().filter(has_session_keys))
    }

    fn iter_from(start: &AccountId) -> Result<Box<dyn Iterator<Item = AccountId>>, Self::Error> {
        Ok(Box::new(AllCandidates::iter_from(start)?.filter(has_session_keys)))
    }

    // The rest is about all who stand for election. The staking pallet compares their count with its own.

    fn count() -> u32 {
        AllCandidates::count()
    }

    fn contains(id: &AccountId) -> bool {
        AllCandidates::contains(id)
    }

    fn on_insert(id: AccountId, score: Balance) -> Result<(), Self::Error> {
        AllCandidates::on_insert(id, score)
    }

    fn on_update(id: &AccountId, score: Balance) -> Result<(), Self::Error> {
        AllCandidates::on_update(id, score)
    }

    fn get_score(id: &AccountId) -> Result<Balance, Self::Error> {
        AllCandidates::get_score(id)
    }

    fn on_remove(id: &AccountId) -> Result<(), Self::Error> {
        AllCandidates::on_remove(id)
    }

    fn unsafe_regenerate(
        all: impl IntoIterator<Item = AccountId>,
        score_of: Box<dyn Fn(&AccountId) -> Option<Balance>>,
    ) -> u32 {
        AllCandidates::unsafe_regenerate(all, score_of)
    }

    fn unsafe_clear() {
        AllCandidates::unsafe_clear();
    }

    fn lock() {
        AllCandidates::lock();
    }

    fn unlock() {
        AllCandidates::unlock();
    }

    #[cfg(feature = "try-runtime")]
    fn try_state() -> Result<(), sp_runtime::TryRuntimeError> {
        AllCandidates::try_state()
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn score_update_worst_case(who: &AccountId, is_increase: bool) -> Balance {
        AllCandidates::score_update_worst_case(who, is_increase)
    }
}

fn has_session_keys(candidate: &AccountId) -> bool {
    pallet_session::NextKeys::<Runtime>::contains_key(candidate)
}

/// The election: sequential Phragmén in the block in which an era is planned. That block takes no transactions.
pub struct Election;

impl onchain::Config for Election {
    type System = Runtime;
    type Solver = SequentialPhragmen<AccountId, Perbill>;
    type DataProvider = Staking;
    type Bounds = ElectionLimits;
    // The smallest bonds are left out when something does not fit; otherwise the election would fail.
    type Sort = ConstBool<true>;
    type MaxWinnersPerPage = ConstU32<MAX_ACTIVE_VALIDATORS>;
    type MaxBackersPerWinner = ConstU32<MAX_ELECTING_VOTERS>;
    type WeightInfo = crate::weights::election::WeightInfo;
}

impl pallet_staking::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeHoldReason = RuntimeHoldReason;
    // Only for the migration of bonds older than this chain.
    type OldCurrency = Balances;
    type Currency = Balances;
    type CurrencyBalance = Balance;
    type CurrencyToVote = PlancksToVotes;
    type UnixTime = Timestamp;
    type ElectionProvider = onchain::OnChainExecution<Election>;
    type GenesisElectionProvider = Self::ElectionProvider;
    type NominationsQuota = FixedNominationsQuota<MAX_NOMINATIONS>;
    type VoterList = VoterList;
    type TargetList = CandidatesWithKeys;
    type HistoryDepth = ConstU32<HISTORY_DEPTH>;
    type SessionsPerEra = ConstU32<SESSIONS_PER_ERA>;
    type BondingDuration = ConstU32<BONDING_DURATION>;
    type SlashDeferDuration = ConstU32<SLASH_DEFER_DURATION>;
    type MaxExposurePageSize = ConstU32<MAX_EXPOSURE_PAGE_SIZE>;
    type MaxValidatorSet = ConstU32<MAX_ACTIVE_VALIDATORS>;
    type MaxUnlockingChunks = ConstU32<MAX_UNLOCKING_CHUNKS>;
    type MaxControllersInDeprecationBatch = ConstU32<100>;
    type EraPayout = EraPayoutFromReserve;
    type Reward = PayFromReserve;
    // There is none, unless governance caps the payout: then what is left over is issued and dropped at once, which
    // leaves the supply as it was.
    type RewardRemainder = ();
    type Slash = ResolveTo<TreasuryAccount, Balances>;
    // Root alone for now: it may cancel a slash that waits.
    type AdminOrigin = EnsureRoot<AccountId>;
    type SessionInterface = Self;
    type NextNewSession = Session;
    type EventListeners = ();
    type Filter = Nothing;
    type BenchmarkingConfig = BenchmarkSizes;
    type WeightInfo = pallet_staking::weights::SubstrateWeight<Runtime>;
}

/// How large the benchmarks of the staking pallet make the network.
pub struct BenchmarkSizes;

impl pallet_staking::BenchmarkingConfig for BenchmarkSizes {
    type MaxNominators = ConstU32<1_000>;
    type MaxValidators = ConstU32<MAX_ACTIVE_VALIDATORS>;
}

/// The votes of those who vote: nominators, and validators, who vote for themselves.
///
/// The staking pallet gives a score to every bond, and the list takes in whoever has one as soon as anybody calls `rebag`.
/// Then accounts that do not vote would be in it, at which the election stumbles.
pub struct VotesOfVoters;

impl ScoreProvider<AccountId> for VotesOfVoters {
    type Score = VoteWeight;

    fn score(who: &AccountId) -> Option<VoteWeight> {
        let votes = pallet_staking::Nominators::<Runtime>::contains_key(who)
            || pallet_staking::Validators::<Runtime>::contains_key(who);
        votes.then(|| Staking::score(who)).flatten()
    }
}

/// The instance of the bags list that sorts voters.
pub type VoterBags = pallet_bags_list::Instance1;

impl pallet_bags_list::Config<VoterBags> for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type ScoreProvider = VotesOfVoters;
    type Score = VoteWeight;
    type BagThresholds = BagThresholds;
    // Bonds grow with rewards; blocks with room to spare put a few accounts into the bag they belong to.
    type MaxAutoRebagPerBlock = ConstU32<5>;
    type WeightInfo = crate::weights::voter_list::WeightInfo;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constants::currency::{DSLA, TOTAL_SUPPLY};

    #[test]
    fn votes_of_the_supply_should_fit_and_come_back() {
        assert_eq!(PlancksToVotes::to_vote(TOTAL_SUPPLY, 0), 10_000_000_000_000_000_000);
        assert_eq!(PlancksToVotes::to_currency(10_000_000_000_000_000_000, 0), TOTAL_SUPPLY);
        assert_eq!(PlancksToVotes::to_vote(PLANCKS_PER_VOTE - 1, TOTAL_SUPPLY), 0);
        assert_eq!(PlancksToVotes::to_vote(DSLA + 1, TOTAL_SUPPLY), 1_000_000_000);
        assert_eq!(PlancksToVotes::to_vote(Balance::MAX, 0), u64::MAX);
    }

    #[test]
    fn bags_should_reach_from_the_smallest_bond_to_the_supply_in_steps_of_a_quarter() {
        let votes = |amount| PlancksToVotes::to_vote(amount, 0);
        let [first, .., last] = BAG_THRESHOLDS;
        assert_eq!(first, votes(MIN_NOMINATOR_BOND));
        assert!(last >= votes(TOTAL_SUPPLY), "{last}");
        assert!(BAG_THRESHOLDS[BAGS - 2] < votes(TOTAL_SUPPLY), "one bag less would do");
        for pair in BAG_THRESHOLDS.windows(2) {
            let exact = u128::from(pair[0]) * 5 / 4;
            assert!(exact.abs_diff(pair[1].into()) <= 1, "{pair:?}");
        }
    }
}
