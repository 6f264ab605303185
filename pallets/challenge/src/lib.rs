// SPDX-License-Identifier: Apache-2.0

#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
    not(any(test, feature = "runtime-benchmarks")),
    deny(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        clippy::cast_sign_loss,
        clippy::expect_used,
        clippy::float_arithmetic,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used
    )
)]

extern crate alloc;

mod agenda;
mod appeals;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod bonds;
mod claims;
mod errors;
mod events;
mod queries;
pub mod split;
mod steps;
#[cfg(any(feature = "std", feature = "try-runtime"))]
mod try_state;
// Deriving `Encode` and `Decode` for an enum writes `as u8` for its indices.
#[allow(clippy::cast_possible_truncation)]
pub mod types;
mod votes;
pub mod weights;

// Benchmarks run on the real runtime only.
#[cfg(all(test, not(feature = "runtime-benchmarks")))]
mod mock;
#[cfg(all(test, not(feature = "runtime-benchmarks")))]
mod tests;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

use frame_support::pallet_macros::import_section;
use frame_system::pallet_prelude::BlockNumberFor;

/// A challenge as stored.
pub type ChallengeOf<T> = Challenge<<T as frame_system::Config>::AccountId, BlockNumberFor<T>>;

// The macros write `as u8`, `expect` and paths that could be shorter; the calls below leave all work to other modules.
#[allow(unused_qualifications, clippy::cast_possible_truncation, clippy::expect_used)]
#[import_section(errors::errors)]
#[import_section(events::events)]
#[frame_support::pallet]
pub mod pallet {
    use super::*;
    #[cfg(feature = "runtime-benchmarks")]
    use dsla_primitives::traits::Scenario;
    use dsla_primitives::{
        traits::{AgreementInspect, Parties, Reporters, Verdicts},
        verdict::Indicators,
        Balance, Moment, RoundId, MAX_CHALLENGE_DELAY,
    };
    use frame_support::{
        dispatch::Pays,
        pallet_prelude::*,
        traits::{fungible, OnUnbalanced, Randomness, Time},
        weights::WeightMeter,
    };
    use frame_system::pallet_prelude::*;
    use sp_core::H256;

    /// Raised by every migration of what is stored here.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    /// The pallet.
    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// What the runtime provides.
    #[pallet::config]
    pub trait Config: frame_system::Config {
        /// Who keeps the verdicts.
        type Verdicts: Verdicts<Self::AccountId>;

        /// Who knows the agreements and their terms.
        type Agreements: AgreementInspect<Self::AccountId>;

        /// Who knows the customers and backers.
        type Parties: Parties<Self::AccountId>;

        /// Who draws panels, and hears of members that neglect them.
        type Reporters: Reporters<Self::AccountId>;

        /// The chain's money.
        type Currency: fungible::Inspect<Self::AccountId, Balance = Balance>
            + fungible::MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>
            + fungible::BalancedHold<Self::AccountId>;

        /// The runtime's reasons to hold money, this pallet's among them.
        type RuntimeHoldReason: From<HoldReason>;

        /// Who gets the treasury's part of lost bonds, and what a payee cannot receive.
        type Treasury: OnUnbalanced<fungible::Credit<Self::AccountId, Self::Currency>>;

        /// The chain's clock.
        type Time: Time<Moment = Moment>;

        /// Randomness, with the block since which it is known. A panel is drawn from randomness known only since a later
        /// block than that in which the claims were closed.
        type Randomness: Randomness<H256, BlockNumberFor<Self>>;

        /// Who decides when panels do not: governance.
        type ArbiterOrigin: EnsureOrigin<Self::RuntimeOrigin>;

        /// Seats of the first panel; a panel of appeal has twice as many and one. May change; values outside
        /// [`MIN_PANEL`]..=[`MAX_FIRST_PANEL`] count as the nearer end.
        type PanelSize: Get<u32>;

        /// What the first claim of a round must put up, in plancks: the base bond. Each further claim puts up twice as much
        /// as the one before, an appeal twice the base bond. May change; less than the existential deposit counts as that.
        type BaseBond: Get<Balance>;

        /// How long a panel may commit, and how long the chain waits for randomness: longer than an epoch. May change;
        /// values outside [`MIN_STAGE`]..=[`MAX_VOTE_WINDOW`] count as the nearer end.
        type VoteWindow: Get<Moment>;

        /// How long a panel may reveal. May change; values outside [`MIN_STAGE`]..=[`MAX_REVEAL_WINDOW`] count as the
        /// nearer end.
        type RevealWindow: Get<Moment>;

        /// How long a decision can be appealed against. May change; values outside [`MIN_STAGE`]..=[`MAX_APPEAL_WINDOW`]
        /// count as the nearer end.
        type AppealWindow: Get<Moment>;

        /// How long the arbiter may decide. May change; values outside [`MIN_STAGE`]..=[`MAX_ARBITRATION_WINDOW`] count
        /// as the nearer end.
        type ArbitrationWindow: Get<Moment>;

        /// The most weight of a block that the queues take.
        #[pallet::constant]
        type MaxServiceWeight: Get<Weight>;

        /// Weights of the calls and of the steps.
        type WeightInfo: WeightInfo;

        /// Sets the stage for benchmarks.
        #[cfg(feature = "runtime-benchmarks")]
        type Scenario: Scenario<Self::AccountId>;
    }

    /// Why this pallet holds money.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// The bond of a claim or an appeal.
        #[codec(index = 0)]
        ChallengeBond,
    }

    // Hashers: accounts are chosen by users, so their keys are hashed cryptographically. Rounds are handed out by the
    // chain in order, so nobody can craft keys that unbalance the trie, and the cheaper hash is safe.

    /// The open challenges. Each is gone with its ruling.
    #[pallet::storage]
    pub type Challenges<T: Config> = StorageMap<_, Twox64Concat, RoundId, ChallengeOf<T>>;

    /// What was ruled: the record of the challenges that are over.
    #[pallet::storage]
    pub type Rulings<T: Config> = StorageMap<_, Twox64Concat, RoundId, Ruling<T::AccountId>>;

    /// The panels that reporters sit on, from the draw until the votes are counted.
    #[pallet::storage]
    pub type Duties<T: Config> = StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Twox64Concat, RoundId, ()>;

    /// When the chain acts on each open challenge at the latest.
    ///
    /// The trie itself keeps it sorted: keys are stored as they are (`Identity`), and their 20 big-endian bytes sort by
    /// time, then by round. `Identity` is safe although parties choose times: all keys have the same 20 bytes, so no path
    /// below the map's prefix is deeper than 40 nibbles, whatever anybody does.
    #[pallet::storage]
    pub type Agenda<T: Config> = StorageMap<_, Identity, QueueKey, ()>;

    /// The challenges that wait for randomness, by the block after which it must become known. `Identity` for the same
    /// reasons as in [`Agenda`].
    #[pallet::storage]
    pub type Awaiting<T: Config> = StorageMap<_, Identity, QueueKey, ()>;

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        /// Works through the queues.
        ///
        /// The executive polls right after the inherents and before the first ordinary extrinsic: when new randomness has
        /// come with this block, panels are drawn before anybody can register reporters that suit it.
        fn on_poll(_: BlockNumberFor<T>, meter: &mut WeightMeter) {
            Self::serve_queues(meter);
        }

        fn integrity_test() {
            // Bonds of reporters outlast a challenge, and settlements wait for it: both count on this.
            const { assert!(MAX_DELAY <= MAX_CHALLENGE_DELAY, "a challenge takes too long") };
            // A look at each queue and the heaviest step must fit, else that step would never be done.
            let looks = T::WeightInfo::queue_base().saturating_mul(2);
            let needed = looks.saturating_add(Step::max_weight::<T::WeightInfo>());
            assert!(T::MaxServiceWeight::get().all_gte(needed), "MaxServiceWeight must fit any step: {needed:?}");
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Dispute the proposed verdict of a round: say what the indicators are.
        ///
        /// ## Dispatch Origin
        /// Signed by a party: the provider, a customer of the period, or a backer; not by a member of the committee.
        ///
        /// ## Details
        /// Before the end of the challenge window. The first claim suspends the verdict; up to seven more may join. A bond
        /// is held: it comes back if the claim wins, and is lost if another choice does. The first claim puts up the base
        /// bond, each further one twice as much as the one before. One claim for each account.
        ///
        /// ## Errors
        /// `AlreadyRuled`, `VerdictNotProposed`, `WrongStage`, `TooLate`, `CommitteeMember`, `NotAParty`, `WrongCount`,
        /// `Implausible`, `NothingDisputed`, `DuplicateClaim`, `AlreadyClaimed`, `MaxClaimsExceeded`,
        /// `InsufficientBalance`.
        ///
        /// ## Events
        /// `Claimed`
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::challenge())]
        pub fn challenge(origin: OriginFor<T>, round: RoundId, indicators: Indicators) -> DispatchResult {
            Self::do_challenge(ensure_signed(origin)?, round, indicators)
        }

        /// Commit to a vote, without telling it.
        ///
        /// ## Dispatch Origin
        /// Signed by a member of the panel that votes.
        ///
        /// ## Details
        /// The hash is that of [`commitment`]; keep the salt. It cannot be changed. Free of charge when it is taken. A
        /// member that does not commit, or not reveal, is struck.
        ///
        /// ## Errors
        /// `ChallengeNotFound`, `WrongStage`, `TooLate`, `NotOnPanel`, `AlreadyCommitted`.
        ///
        /// ## Events
        /// `VoteCommitted`
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::commit_vote())]
        pub fn commit_vote(origin: OriginFor<T>, round: RoundId, hash: H256) -> DispatchResultWithPostInfo {
            Self::do_commit(ensure_signed(origin)?, round, hash)?;
            Ok(Pays::No.into())
        }

        /// Reveal a vote.
        ///
        /// ## Dispatch Origin
        /// Signed by a member of the panel that votes.
        ///
        /// ## Details
        /// `choice` is 0 for the proposed verdict, 1 for the first claim, and so on. Free of charge when it is taken.
        ///
        /// ## Errors
        /// `ChallengeNotFound`, `WrongStage`, `TooLate`, `NotOnPanel`, `NotCommitted`, `AlreadyRevealed`,
        /// `ChoiceNotFound`, `CommitmentMismatch`.
        ///
        /// ## Events
        /// `VoteRevealed`
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::reveal_vote())]
        pub fn reveal_vote(
            origin: OriginFor<T>,
            round: RoundId,
            choice: Choice,
            salt: [u8; 32],
        ) -> DispatchResultWithPostInfo {
            Self::do_reveal(ensure_signed(origin)?, round, choice, salt)?;
            Ok(Pays::No.into())
        }

        /// Appeal against the decision of the first panel.
        ///
        /// ## Dispatch Origin
        /// Signed by a party that lost: a claimant whose claim was not chosen; when a claim was, also the provider, and a
        /// customer or backer without a claim who is no member of the committee.
        ///
        /// ## Details
        /// Once for each challenge. Twice the base bond is held, however many claims there are: it comes back if another choice wins in the end.
        /// Another, larger panel is drawn.
        ///
        /// ## Errors
        /// `ChallengeNotFound`, `WrongStage`, `TooLate`, `NotLost`, `CommitteeMember`, `NotAParty`,
        /// `InsufficientBalance`.
        ///
        /// ## Events
        /// `Appealed`
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::appeal())]
        pub fn appeal(origin: OriginFor<T>, round: RoundId) -> DispatchResult {
            Self::do_appeal(ensure_signed(origin)?, round)
        }

        /// Decide a challenge that no panel could decide.
        ///
        /// ## Dispatch Origin
        /// The arbiter.
        ///
        /// ## Details
        /// Before the end of the stage, at which the decision that was appealed against, or else the proposed
        /// verdict, stands.
        ///
        /// ## Errors
        /// `ChallengeNotFound`, `WrongStage`, `TooLate`, `ChoiceNotFound`; what makes the ruling fail.
        ///
        /// ## Events
        /// `Ruled`
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::arbitrate())]
        pub fn arbitrate(origin: OriginFor<T>, round: RoundId, choice: Choice) -> DispatchResult {
            T::ArbiterOrigin::ensure_origin(origin)?;
            Self::do_arbitrate(round, choice)
        }

        /// Do the step of a challenge that is due now.
        ///
        /// ## Dispatch Origin
        /// Signed by anyone.
        ///
        /// ## Details
        /// The chain does the same by itself as far as the blocks have room. A ruling that was deferred can be tried at
        /// once.
        ///
        /// ## Errors
        /// `ChallengeNotFound`, `NothingDue`, `Corrupted`; what makes the ruling fail.
        ///
        /// ## Events
        /// `ClaimsClosed`, `PanelDrawn`, `VotingClosed`, `PanelDecided`, `ArbitrationOpened` or `Ruled`
        #[pallet::call_index(5)]
        #[pallet::weight(Step::max_weight::<T::WeightInfo>())]
        pub fn advance(origin: OriginFor<T>, round: RoundId) -> DispatchResultWithPostInfo {
            ensure_signed(origin)?;
            let step = Self::do_advance(round)?;
            Ok(Some(step.weight::<T::WeightInfo>()).into())
        }
    }
}
