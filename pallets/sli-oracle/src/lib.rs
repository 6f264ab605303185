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

pub mod aggregate;
pub mod conduct;
mod errors;
mod events;
mod impls;
mod panel;
mod reporters;
mod rewards;
mod rounds;
mod seats;
mod strikes;
#[cfg(any(feature = "std", feature = "try-runtime"))]
mod try_state;
// Deriving `Encode` and `Decode` for an enum writes `as u8` for its indices.
#[allow(clippy::cast_possible_truncation)]
pub mod types;
pub mod weights;
pub mod window;

#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
// Benchmarks run on the real runtime only.
#[cfg(all(test, not(feature = "runtime-benchmarks")))]
mod mock;
#[cfg(all(test, not(feature = "runtime-benchmarks")))]
mod tests;

pub use pallet::*;
pub use types::{commitment, Measurement, Report, Reporter, ReporterState, Reveal, Round, Seat, SubmittedReport};
pub use weights::WeightInfo;

use frame_support::pallet_macros::import_section;

// The macros write `as u8`, `expect` and paths that could be shorter; the calls below leave all work to other modules.
#[allow(clippy::cast_possible_truncation, clippy::expect_used, unused_qualifications)]
#[import_section(errors::errors)]
#[import_section(events::events)]
#[frame_support::pallet]
pub mod pallet {
    use crate::{
        types::{MAX_BATCH, MAX_UNBONDING, MIN_UNBONDING},
        Reporter, Reveal, Round, Seat, SubmittedReport, WeightInfo,
    };
    #[cfg(feature = "runtime-benchmarks")]
    use dsla_primitives::traits::Scenario;
    use dsla_primitives::{traits::AgreementInspect, AgreementId, Balance, Moment, RoundId, Uri, MAX_COMMITTEE};
    use frame_support::{
        dispatch::Pays,
        pallet_prelude::*,
        storage::bounded_btree_map::BoundedBTreeMap,
        traits::{fungible, fungible::Mutate as _, OnUnbalanced, Time},
        DefaultNoBound, PalletId,
    };
    use frame_system::pallet_prelude::*;
    use sp_core::H256;
    use sp_runtime::Perbill;

    /// The rewards reporters have earned under one agreement.
    pub type RewardsOf<T> = BoundedBTreeMap<<T as frame_system::Config>::AccountId, Balance, ConstU32<MAX_COMMITTEE>>;

    /// The seats that were taken under one agreement, at most one for each account.
    pub type SeatsOf<T> = BoundedVec<Seat<<T as frame_system::Config>::AccountId>, ConstU32<MAX_COMMITTEE>>;

    /// Raised by every migration of what is stored here.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// What the runtime decides.
    #[pallet::config]
    pub trait Config: frame_system::Config {
        /// The chain's money.
        type Currency: fungible::Inspect<Self::AccountId, Balance = Balance>
            + fungible::Mutate<Self::AccountId>
            + fungible::hold::Mutate<Self::AccountId, Reason = Self::RuntimeHoldReason>
            + fungible::BalancedHold<Self::AccountId>;

        /// The runtime's reasons to hold money, this pallet's among them.
        type RuntimeHoldReason: From<HoldReason>;

        /// The chain's clock.
        type Time: Time<Moment = Moment>;

        /// Where agreements and their terms are looked up.
        type Agreements: AgreementInspect<Self::AccountId>;

        /// Names the account that keeps rewards until they are claimed.
        #[pallet::constant]
        type PalletId: Get<PalletId>;

        /// The smallest bond with which an account may report. May change: who has less then must add to it.
        type MinBond: Get<Balance>;

        /// How long a bond stays held after its reporter has left. May change; values outside
        /// [`MIN_UNBONDING`]..=[`MAX_UNBONDING`] count as the nearer end, so that no bond is free while a verdict that
        /// rests on it is open, and none is locked away for good.
        type Unbonding: Get<Moment>;

        /// With how many strikes a reporter is slashed. May change; 0 counts as 1.
        type MaxStrikes: Get<u32>;

        /// The share of its bond that a reporter loses when it is slashed, rounded up. May change.
        type SlashShare: Get<Perbill>;

        /// Where slashed bonds go.
        type OnSlash: OnUnbalanced<fungible::Credit<Self::AccountId, Self::Currency>>;

        /// What the calls cost.
        type WeightInfo: WeightInfo;

        /// Sets the stage for benchmarks.
        #[cfg(feature = "runtime-benchmarks")]
        type Scenario: Scenario<Self::AccountId>;
    }

    /// Why this pallet holds money.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// The bond of a reporter.
        #[codec(index = 0)]
        ReporterBond,
    }

    /// The registered reporters.
    // Blake2: accounts are chosen by users.
    #[pallet::storage]
    pub type Reporters<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Reporter, OptionQuery>;

    /// The reporters that may report, numbered from 0 without gaps: panels are drawn from them.
    // Twox: the numbers are the chain's.
    #[pallet::storage]
    pub type ActiveReporters<T: Config> = StorageMap<_, Twox64Concat, u32, T::AccountId, OptionQuery>;

    /// The number of each reporter that may report.
    // Blake2: accounts are chosen by users.
    #[pallet::storage]
    pub type ActiveIndex<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, u32, OptionQuery>;

    /// How many reporters may report.
    #[pallet::storage]
    pub type ActiveCount<T: Config> = StorageValue<_, u32, ValueQuery>;

    /// The reports on each period of each agreement, and the hashes of sealed ones. They stay as the evidence
    /// behind the SLA log.
    // Twox: ids are handed out by the chain, and a round exists only for a period that has ended.
    #[pallet::storage]
    pub type Rounds<T: Config> = StorageMap<_, Twox64Concat, RoundId, Round<T::AccountId>, ValueQuery>;

    /// Who has taken its seat in the committee of an agreement, in the order of taking. Seats go with the verdict on
    /// the last period.
    // Twox: ids are handed out by the chain. One item, so that a settlement reads a committee at once.
    #[pallet::storage]
    pub type Seats<T: Config> = StorageMap<_, Twox64Concat, AgreementId, SeatsOf<T>, ValueQuery>;

    /// What reporters can claim, in plancks, by agreement: one item, so that a settlement pays a committee at once.
    // Twox: ids are handed out by the chain.
    #[pallet::storage]
    pub type Rewards<T: Config> = StorageMap<_, Twox64Concat, AgreementId, RewardsOf<T>, ValueQuery>;

    /// What reporters can claim whom newer members of the committee displaced from `Rewards`, in plancks. An account
    /// can have something in both.
    // An entry arises only from one in `Rewards` and goes with the claim, so there are never more than rewards earned.
    #[pallet::storage]
    pub type FormerRewards<T: Config> =
        StorageDoubleMap<_, Twox64Concat, AgreementId, Blake2_128Concat, T::AccountId, Balance, ValueQuery>;

    /// Gives the account of the rewards its existential deposit, so that any reward can arrive and every one can leave.
    #[pallet::genesis_config]
    #[derive(DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        #[serde(skip)]
        #[doc(hidden)]
        pub _config: PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            let (pot, minimum) = (Pallet::<T>::pot(), Pallet::<T>::minimum_balance());
            if Pallet::<T>::balance(&pot) < minimum {
                // A genesis that cannot be built must not start a chain.
                assert!(T::Currency::mint_into(&pot, minimum).is_ok(), "the reward account can be funded");
            }
        }
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn integrity_test() {
            // Of a parameter that can change this sees the default; `leave` bounds the value of the day.
            assert!(
                (MIN_UNBONDING..=MAX_UNBONDING).contains(&T::Unbonding::get()),
                "the unbonding people read must be the one that is applied"
            );
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Registers the caller as a reporter.
        ///
        /// ## Dispatch Origin
        /// Signed.
        /// ## Details
        /// Holds `bond`, at least the minimum, on the caller's account. `uri` tells people who the reporter is and how
        /// it measures. Registering gives no seat: the provider of an agreement names the committee in its terms.
        /// ## Errors
        /// [`AlreadyRegistered`](Error::AlreadyRegistered), [`BondTooSmall`](Error::BondTooSmall),
        /// [`InsufficientBalance`](Error::InsufficientBalance).
        /// ## Events
        /// [`ReporterRegistered`](Event::ReporterRegistered).
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::register_reporter())]
        pub fn register_reporter(origin: OriginFor<T>, bond: Balance, uri: Uri) -> DispatchResult {
            let reporter = ensure_signed(origin)?;
            Self::do_register(reporter, bond, uri)
        }

        /// Adds to the caller's bond.
        ///
        /// ## Dispatch Origin
        /// Signed, by a reporter that has not left.
        /// ## Details
        /// Holds `amount` more. This is also how a reporter follows when the minimum is raised, and how one that was
        /// slashed may report again.
        /// ## Errors
        /// [`AmountZero`](Error::AmountZero), [`ReporterNotFound`](Error::ReporterNotFound),
        /// [`ReporterLeaving`](Error::ReporterLeaving), [`InsufficientBalance`](Error::InsufficientBalance).
        /// ## Events
        /// [`BondIncreased`](Event::BondIncreased).
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::bond_extra())]
        pub fn bond_extra(origin: OriginFor<T>, amount: Balance) -> DispatchResult {
            let reporter = ensure_signed(origin)?;
            Self::do_bond_extra(reporter, amount)
        }

        /// Changes what the caller says about itself as a reporter.
        ///
        /// ## Dispatch Origin
        /// Signed, by a reporter that has not left.
        /// ## Errors
        /// [`ReporterNotFound`](Error::ReporterNotFound), [`ReporterLeaving`](Error::ReporterLeaving).
        /// ## Events
        /// [`ReporterUpdated`](Event::ReporterUpdated).
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::update_reporter())]
        pub fn update_reporter(origin: OriginFor<T>, uri: Uri) -> DispatchResult {
            let reporter = ensure_signed(origin)?;
            Self::do_update(reporter, uri)
        }

        /// Ends the caller's work as a reporter.
        ///
        /// ## Dispatch Origin
        /// Signed, by a reporter that has not left.
        /// ## Details
        /// From now on its reports are refused, in every committee it sits in; what it has committed to it can still
        /// reveal. It owes reports on periods that have ended before, so it reports first. The bond stays held, and can
        /// be slashed, until the unbonding is over. Rewards stay claimable.
        /// ## Errors
        /// [`ReporterNotFound`](Error::ReporterNotFound), [`ReporterLeaving`](Error::ReporterLeaving).
        /// ## Events
        /// [`ReporterLeft`](Event::ReporterLeft).
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::leave())]
        pub fn leave(origin: OriginFor<T>) -> DispatchResult {
            let reporter = ensure_signed(origin)?;
            Self::do_leave(reporter)
        }

        /// Gives the caller its bond back.
        ///
        /// ## Dispatch Origin
        /// Signed, by a reporter that has left and whose unbonding is over.
        /// ## Details
        /// Releases the bond and removes the reporter. The account may register again.
        /// ## Errors
        /// [`ReporterNotFound`](Error::ReporterNotFound), [`ReporterActive`](Error::ReporterActive),
        /// [`TooEarly`](Error::TooEarly).
        /// ## Events
        /// [`BondWithdrawn`](Event::BondWithdrawn).
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::withdraw_bond())]
        pub fn withdraw_bond(origin: OriginFor<T>) -> DispatchResult {
            let reporter = ensure_signed(origin)?;
            Self::do_withdraw_bond(reporter)
        }

        /// Reports on ended periods: for each the indicators measured and a hash of the evidence.
        ///
        /// ## Dispatch Origin
        /// Signed, by a reporter with a full bond, in the committee of every agreement reported on.
        /// ## Details
        /// All or nothing. A batch that is taken costs no fee: a reporter can report on a round only once, and only
        /// while its window is open. A batch that is refused costs the full fee. A report cannot be changed. The first
        /// report under an agreement takes the seat: from then on the reporter is on duty for every period that ends.
        /// ## Errors
        /// [`EmptyBatch`](Error::EmptyBatch); about the reporter: [`ReporterNotFound`](Error::ReporterNotFound),
        /// [`ReporterLeaving`](Error::ReporterLeaving), [`BondTooSmall`](Error::BondTooSmall); about a round:
        /// [`AgreementNotFound`](Error::AgreementNotFound), [`WrongState`](Error::WrongState),
        /// [`PeriodNotFound`](Error::PeriodNotFound), [`NotInCommittee`](Error::NotInCommittee),
        /// [`TooEarly`](Error::TooEarly), [`RoundSealed`](Error::RoundSealed),
        /// [`AlreadyReported`](Error::AlreadyReported), [`TooLate`](Error::TooLate);
        /// about a measurement: [`WrongMeasurementCount`](Error::WrongMeasurementCount),
        /// [`InvalidRatio`](Error::InvalidRatio), [`ImplausibleValue`](Error::ImplausibleValue).
        /// ## Events
        /// [`ReportsSubmitted`](Event::ReportsSubmitted); [`SeatTaken`](Event::SeatTaken) for each seat.
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::submit(u32::try_from(reports.len()).unwrap_or(MAX_BATCH)))]
        pub fn submit(
            origin: OriginFor<T>,
            reports: BoundedVec<SubmittedReport, ConstU32<MAX_BATCH>>,
        ) -> DispatchResultWithPostInfo {
            let reporter = ensure_signed(origin)?;
            Self::do_submit(reporter, reports)?;
            Ok(Pays::No.into())
        }

        /// Pays the caller what it has earned under an agreement.
        ///
        /// ## Dispatch Origin
        /// Signed.
        /// ## Errors
        /// [`NothingToClaim`](Error::NothingToClaim), [`PayeeBelowMinimum`](Error::PayeeBelowMinimum).
        /// ## Events
        /// [`RewardsClaimed`](Event::RewardsClaimed).
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::claim_rewards())]
        pub fn claim_rewards(origin: OriginFor<T>, agreement: AgreementId) -> DispatchResult {
            let reporter = ensure_signed(origin)?;
            Self::do_claim(agreement, reporter)
        }

        /// Pays a reporter what it has earned under an agreement.
        ///
        /// ## Dispatch Origin
        /// Signed, by anyone.
        /// ## Details
        /// The money goes to `reporter`, whoever calls.
        /// ## Errors
        /// [`NothingToClaim`](Error::NothingToClaim), [`PayeeBelowMinimum`](Error::PayeeBelowMinimum).
        /// ## Events
        /// [`RewardsClaimed`](Event::RewardsClaimed).
        #[pallet::call_index(7)]
        #[pallet::weight(T::WeightInfo::claim_rewards_for())]
        pub fn claim_rewards_for(
            origin: OriginFor<T>,
            agreement: AgreementId,
            reporter: T::AccountId,
        ) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_claim(agreement, reporter)
        }

        /// Commits to sealed reports on ended periods: for each the hash of the report and a salt.
        ///
        /// ## Dispatch Origin
        /// Signed, by a reporter with a full bond, in the committee of every agreement reported on.
        /// ## Details
        /// All or nothing; a batch that is taken costs no fee. A hash cannot be replaced. It binds the chain, the round
        /// and the reporter (see `types::commitment`), so another's hash is of no use. Who commits must reveal. The
        /// first commitment under an agreement takes the seat: from then on the reporter is on duty for every period
        /// that ends.
        /// ## Errors
        /// [`EmptyBatch`](Error::EmptyBatch); about the reporter: [`ReporterNotFound`](Error::ReporterNotFound),
        /// [`ReporterLeaving`](Error::ReporterLeaving), [`BondTooSmall`](Error::BondTooSmall); about a round:
        /// [`AgreementNotFound`](Error::AgreementNotFound), [`WrongState`](Error::WrongState),
        /// [`PeriodNotFound`](Error::PeriodNotFound), [`NotInCommittee`](Error::NotInCommittee),
        /// [`TooEarly`](Error::TooEarly), [`RoundOpen`](Error::RoundOpen),
        /// [`AlreadyCommitted`](Error::AlreadyCommitted), [`TooLate`](Error::TooLate).
        /// ## Events
        /// [`ReportsCommitted`](Event::ReportsCommitted); [`SeatTaken`](Event::SeatTaken) for each seat.
        #[pallet::call_index(8)]
        #[pallet::weight(T::WeightInfo::commit(u32::try_from(commitments.len()).unwrap_or(MAX_BATCH)))]
        pub fn commit(
            origin: OriginFor<T>,
            commitments: BoundedVec<(RoundId, H256), ConstU32<MAX_BATCH>>,
        ) -> DispatchResultWithPostInfo {
            let reporter = ensure_signed(origin)?;
            Self::do_commit(reporter, commitments)?;
            Ok(Pays::No.into())
        }

        /// Opens sealed reports, once nobody can commit any more.
        ///
        /// ## Dispatch Origin
        /// Signed, by a reporter that has committed to every one of them; also one that was slashed or has left since.
        /// ## Details
        /// All or nothing; a batch that is taken costs no fee. Only what is revealed in time counts as reported.
        /// ## Errors
        /// [`EmptyBatch`](Error::EmptyBatch), [`ReporterNotFound`](Error::ReporterNotFound); about a round:
        /// [`AgreementNotFound`](Error::AgreementNotFound), [`WrongState`](Error::WrongState),
        /// [`PeriodNotFound`](Error::PeriodNotFound), [`NotInCommittee`](Error::NotInCommittee),
        /// [`RoundOpen`](Error::RoundOpen), [`TooEarly`](Error::TooEarly), [`TooLate`](Error::TooLate),
        /// [`AlreadyReported`](Error::AlreadyReported), [`NotCommitted`](Error::NotCommitted),
        /// [`CommitmentMismatch`](Error::CommitmentMismatch); about a measurement:
        /// [`WrongMeasurementCount`](Error::WrongMeasurementCount), [`InvalidRatio`](Error::InvalidRatio),
        /// [`ImplausibleValue`](Error::ImplausibleValue).
        /// ## Events
        /// [`ReportsRevealed`](Event::ReportsRevealed).
        #[pallet::call_index(9)]
        #[pallet::weight(T::WeightInfo::reveal(u32::try_from(reveals.len()).unwrap_or(MAX_BATCH)))]
        pub fn reveal(
            origin: OriginFor<T>,
            reveals: BoundedVec<Reveal, ConstU32<MAX_BATCH>>,
        ) -> DispatchResultWithPostInfo {
            let reporter = ensure_signed(origin)?;
            Self::do_reveal(reporter, reveals)?;
            Ok(Pays::No.into())
        }

        /// Takes the caller's leave back.
        ///
        /// ## Dispatch Origin
        /// Signed, by a reporter that has left and has not withdrawn its bond.
        /// ## Details
        /// It may report again. It owed no reports on the periods that ended while it was away.
        /// ## Errors
        /// [`ReporterNotFound`](Error::ReporterNotFound), [`ReporterActive`](Error::ReporterActive),
        /// [`BondTooSmall`](Error::BondTooSmall), [`RejoinedRecently`](Error::RejoinedRecently).
        /// ## Events
        /// [`ReporterRejoined`](Event::ReporterRejoined).
        #[pallet::call_index(10)]
        #[pallet::weight(T::WeightInfo::rejoin())]
        pub fn rejoin(origin: OriginFor<T>) -> DispatchResult {
            let reporter = ensure_signed(origin)?;
            Self::do_rejoin(reporter)
        }

        /// Gives the caller's seat in the committee of an agreement up.
        ///
        /// ## Dispatch Origin
        /// Signed, by an account that has taken a seat under the agreement.
        /// ## Details
        /// No period that ends from now on is a duty any more. It owes reports on periods that have ended before, so it
        /// reports first. It may report on later ones all the same, and takes the seat again with the first such report
        /// after everything it still owed is final.
        /// ## Errors
        /// [`SeatNotFound`](Error::SeatNotFound).
        /// ## Events
        /// [`SeatGivenUp`](Event::SeatGivenUp).
        #[pallet::call_index(11)]
        #[pallet::weight(T::WeightInfo::give_up_seat())]
        pub fn give_up_seat(origin: OriginFor<T>, agreement: AgreementId) -> DispatchResult {
            let reporter = ensure_signed(origin)?;
            Self::do_give_up_seat(reporter, agreement)
        }
    }
}
