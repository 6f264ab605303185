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

use frame_support::pallet_macros::import_section;

pub use pallet::*;
pub use types::{FeeShares, Index, Ledger, PeriodSettlement, Pool, Position, TeamChange, MAX_POSITIONS, OPEN_END};
pub use weights::WeightInfo;

mod claim;
mod cover;
mod errors;
mod events;
mod impls;
mod queries;
mod settlement;
mod subscribe;
mod sweep;
mod team;

pub mod settle;
pub mod types;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "std", feature = "try-runtime"))]
mod try_state;

/// The pallet: storage, calls, events and errors.
#[allow(
    clippy::cast_possible_truncation,
    clippy::expect_used,
    unused_qualifications,
    reason = "code written by the macros, which the lints take for ours because sections are imported"
)]
#[import_section(events::events)]
#[import_section(errors::errors)]
#[frame_support::pallet]
pub mod pallet {
    use super::{types::Cursor, *};
    use dsla_primitives::{
        settlement::Settlement,
        traits::{AgreementInspect, PaymentSource, RewardReporters},
        AgreementId, Balance, Moment, PeriodIndex, TermsVersion, Units,
    };
    use frame_support::{
        pallet_prelude::*,
        traits::{
            fungible::{Balanced, Credit, Inspect, Mutate},
            OnUnbalanced, Time,
        },
        PalletId,
    };
    use frame_system::pallet_prelude::*;

    /// What the runtime decides.
    #[pallet::config]
    pub trait Config: frame_system::Config {
        /// DSLA.
        type Currency: Inspect<Self::AccountId, Balance = Balance> + Mutate<Self::AccountId> + Balanced<Self::AccountId>;
        /// Who keeps the agreements.
        type Agreements: AgreementInspect<Self::AccountId>;
        /// Who shares the reporters' part of the verification fee.
        type Reporters: RewardReporters<Self::AccountId>;
        /// Takes the treasury's part of the verification fee.
        type Treasury: OnUnbalanced<Credit<Self::AccountId, Self::Currency>>;
        /// The chain's clock.
        type Time: Time<Moment = Moment>;
        /// What verifying one period costs. Any value is safe: never more is taken than there is.
        type VerificationFee: Get<Balance>;
        /// How that is shared.
        type FeeShares: Get<FeeShares>;
        /// How long after a settlement the automatic payout begins, in milliseconds; any value is safe. Until then a
        /// recipient may redeem what it earned without a detour over the wallet.
        type SweepDelay: Get<Moment>;
        /// From it the accounts of the pools are derived.
        #[pallet::constant]
        type PalletId: Get<PalletId>;
        /// The most periods a customer prepays at once.
        #[pallet::constant]
        type MaxPrepaidPeriods: Get<u32>;
        /// The most accounts the automatic payout handles in a block.
        #[pallet::constant]
        type MaxPayoutsPerBlock: Get<u32>;
        /// Measured weights.
        type WeightInfo: WeightInfo;
        /// Sets the stage for benchmarks.
        #[cfg(feature = "runtime-benchmarks")]
        type Scenario: dsla_primitives::traits::Scenario<Self::AccountId>;
    }

    /// The pallet.
    #[pallet::pallet]
    pub struct Pallet<T>(_);

    // Hashers: ids of agreements and numbers of periods are given out by the chain in order, so nobody can choose them
    // to unbalance the trie and `Twox64Concat` suffices. Accounts are chosen by users: `Blake2_128Concat`.

    /// The pool of each agreement, until everything in it has been paid out.
    #[pallet::storage]
    pub type Pools<T: Config> = StorageMap<_, Twox64Concat, AgreementId, Pool<T::AccountId>>;

    /// Units subscribed in each period that is not settled.
    #[pallet::storage]
    pub type PeriodUnits<T: Config> =
        StorageDoubleMap<_, Twox64Concat, AgreementId, Twox64Concat, PeriodIndex, Units, ValueQuery>;

    /// How the team's total weight changes at the begin of each period that is not settled.
    #[pallet::storage]
    pub type TeamChanges<T: Config> =
        StorageDoubleMap<_, Twox64Concat, AgreementId, Twox64Concat, PeriodIndex, TeamChange, ValueQuery>;

    /// What moved when each period was settled, and what one share has earned up to its end. Kept for good.
    #[pallet::storage]
    pub type Settlements<T: Config> =
        StorageDoubleMap<_, Twox64Concat, AgreementId, Twox64Concat, PeriodIndex, PeriodSettlement>;

    /// Subscriptions, memberships and credit of each account under each agreement.
    #[pallet::storage]
    pub type Accounts<T: Config> =
        StorageDoubleMap<_, Twox64Concat, AgreementId, Blake2_128Concat, T::AccountId, Ledger, ValueQuery>;

    /// The agreements under which an account has something, or whose provider it is.
    #[pallet::storage]
    pub type Portfolio<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Twox64Concat, AgreementId, (), OptionQuery>;

    /// The agreements that wait for the automatic payout and when it begins, first come, first served.
    #[pallet::storage]
    pub type SweepQueue<T: Config> = StorageMap<_, Twox64Concat, u64, (AgreementId, Moment)>;

    /// The place of the first agreement in the queue.
    #[pallet::storage]
    pub type SweepHead<T: Config> = StorageValue<_, u64, ValueQuery>;

    /// The place after the last agreement in the queue.
    #[pallet::storage]
    pub type SweepTail<T: Config> = StorageValue<_, u64, ValueQuery>;

    /// How far the automatic payout of the first agreement in the queue has come; empty before it begins.
    #[pallet::storage]
    pub type SweepCursor<T: Config> = StorageValue<_, Cursor<T::AccountId>>;

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_idle(_: BlockNumberFor<T>, remaining: Weight) -> Weight {
            Self::sweep(remaining)
        }

        fn integrity_test() {
            assert!(T::MaxPrepaidPeriods::get() > 0, "customers could not subscribe");
            assert!(T::FeeShares::get().is_valid(), "the shares of the verification fee exceed 100 %");
            // Account ids that are too short would cut the number off, and all agreements would share one account.
            assert_ne!(Self::pool_account(AgreementId(0)), Self::pool_account(AgreementId(1)), "account ids too short");
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Adds to the cover of an agreement, from which its customers are compensated.
        ///
        /// ## Dispatch Origin
        /// Signed by the provider.
        ///
        /// ## Details
        /// Moves `amount` from the wallet to the provider's stake in the pool. It bears losses first. Allowed until the
        /// agreement ends.
        ///
        /// ## Errors
        /// `PoolNotFound`, `NotAuthorized`, `WrongState`, `ZeroAmount`, `AmountTooLarge`,
        /// `InsufficientFunds`.
        ///
        /// ## Events
        /// `CoverStaked`.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::stake_cover())]
        pub fn stake_cover(
            origin: OriginFor<T>,
            agreement: AgreementId,
            #[pallet::compact] amount: Balance,
        ) -> DispatchResult {
            Self::do_stake_cover(agreement, &ensure_signed(origin)?, amount)
        }

        /// Takes cover back that no customer's prepaid period needs.
        ///
        /// ## Dispatch Origin
        /// Signed by the provider.
        ///
        /// ## Details
        /// Pays `amount` of the provider's stake to its wallet. What remains must cover the highest possible
        /// compensation of every prepaid period that is not settled. After the end everything can be taken.
        ///
        /// ## Errors
        /// `PoolNotFound`, `NotAuthorized`, `ZeroAmount`, `InsufficientCover`, `CoverNeeded`, `SettlementBehind`,
        /// `BelowExistentialDeposit`.
        ///
        /// ## Events
        /// `CoverWithdrawn`; `PoolClosed` as well when that was the last.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::withdraw_cover(Pallet::<T>::max_checked_periods()))]
        pub fn withdraw_cover(
            origin: OriginFor<T>,
            agreement: AgreementId,
            #[pallet::compact] amount: Balance,
        ) -> DispatchResultWithPostInfo {
            let checked = Self::do_withdraw_cover(agreement, &ensure_signed(origin)?, amount)?;
            Ok(Some(T::WeightInfo::withdraw_cover(checked)).into())
        }

        /// Adds to the budget from which the team is rewarded.
        ///
        /// ## Dispatch Origin
        /// Signed by the provider.
        ///
        /// ## Details
        /// Moves `amount` from the wallet to the pool. It is bound until the agreement ends.
        ///
        /// ## Errors
        /// `PoolNotFound`, `NotAuthorized`, `WrongState`, `ZeroAmount`, `AmountTooLarge`,
        /// `InsufficientFunds`.
        ///
        /// ## Events
        /// `RewardsFunded`.
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::fund_rewards())]
        pub fn fund_rewards(
            origin: OriginFor<T>,
            agreement: AgreementId,
            #[pallet::compact] amount: Balance,
        ) -> DispatchResult {
            Self::do_fund_rewards(agreement, &ensure_signed(origin)?, amount)
        }

        /// Takes the rest of the team's budget back after the agreement has ended.
        ///
        /// ## Dispatch Origin
        /// Signed by the provider.
        ///
        /// ## Details
        /// Rewards earned are not in the budget any more, so this never takes anything from a member.
        ///
        /// ## Errors
        /// `PoolNotFound`, `NotAuthorized`, `WrongState`, `ZeroAmount`, `InsufficientRewards`,
        /// `BelowExistentialDeposit`.
        ///
        /// ## Events
        /// `RewardsWithdrawn`; `PoolClosed` as well when that was the last.
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::withdraw_rewards())]
        pub fn withdraw_rewards(
            origin: OriginFor<T>,
            agreement: AgreementId,
            #[pallet::compact] amount: Balance,
        ) -> DispatchResult {
            Self::do_withdraw_rewards(agreement, &ensure_signed(origin)?, amount)
        }

        /// Sets the weight of a member of the team; 0 lets the member leave.
        ///
        /// ## Dispatch Origin
        /// Signed by the provider.
        ///
        /// ## Details
        /// Counts from the next period on. The reward of a period is shared by weight among those who were in the team
        /// in it: who joins earns nothing from earlier periods, and who leaves keeps what was earned. A second change
        /// before the next period replaces the first.
        ///
        /// ## Errors
        /// `PoolNotFound`, `NotAuthorized`, `WrongState`, `AgreementNotFound`, `NotEnoughPeriodsLeft`,
        /// `MemberNotFound`, `WeightUnchanged`, `AmountTooLarge`, `MaxPositionsExceeded`.
        ///
        /// ## Events
        /// `MemberSet`.
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::set_member())]
        pub fn set_member(
            origin: OriginFor<T>,
            agreement: AgreementId,
            who: T::AccountId,
            #[pallet::compact] weight: u64,
        ) -> DispatchResult {
            Self::do_set_member(agreement, &ensure_signed(origin)?, &who, weight)
        }

        /// Subscribes to units of the service for some periods and prepays them.
        ///
        /// ## Dispatch Origin
        /// Signed by the customer.
        ///
        /// ## Details
        /// Counts from the next period on. The price and the highest bonus of every period are paid now; what a period
        /// does not cost can be claimed once it is settled. `terms_version` is the version the customer has read, and
        /// `max_payment` the most the customer is ready to pay: nothing can change under the customer's hands.
        ///
        /// ## Errors
        /// `ZeroUnits`, `ZeroPeriods`, `MaxPrepaidPeriodsExceeded`, `PoolNotFound`, `AgreementNotFound`, `WrongState`,
        /// `TermsChanged`, `NotEnoughPeriodsLeft`, `AmountTooLarge`, `PaymentTooHigh`, `CoverTooSmall`,
        /// `MaxPositionsExceeded`, `InsufficientFunds`.
        ///
        /// ## Events
        /// `Subscribed`.
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::subscribe((*periods).min(T::MaxPrepaidPeriods::get())))]
        pub fn subscribe(
            origin: OriginFor<T>,
            agreement: AgreementId,
            #[pallet::compact] units: Units,
            #[pallet::compact] periods: PeriodIndex,
            terms_version: TermsVersion,
            #[pallet::compact] max_payment: Balance,
        ) -> DispatchResult {
            Self::do_subscribe(agreement, &ensure_signed(origin)?, units, periods, terms_version, max_payment)
        }

        /// Pays the caller everything it has earned under an agreement.
        ///
        /// ## Dispatch Origin
        /// Signed by anyone who has something to claim.
        ///
        /// ## Details
        /// Refunds, compensation, team rewards, income of the provider and fees for settling, up to the period settled
        /// last. Free of charge when something was paid.
        ///
        /// ## Errors
        /// `PoolNotFound`, `NothingToClaim`, `BelowExistentialDeposit`.
        ///
        /// ## Events
        /// `Claimed`; `PoolClosed` as well when that was the last.
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::claim())]
        pub fn claim(origin: OriginFor<T>, agreement: AgreementId) -> DispatchResultWithPostInfo {
            let who = ensure_signed(origin)?;
            Self::do_claim(agreement, &who, Some(who.clone()))?;
            Ok(Pays::No.into())
        }

        /// Pays another account everything it has earned under an agreement.
        ///
        /// ## Dispatch Origin
        /// Signed by anyone.
        ///
        /// ## Details
        /// As `claim`, but the money goes to the wallet of `who`, never to the caller.
        ///
        /// ## Errors
        /// `PoolNotFound`, `NothingToClaim`, `BelowExistentialDeposit`.
        ///
        /// ## Events
        /// `Claimed`; `PoolClosed` as well when that was the last.
        #[pallet::call_index(7)]
        #[pallet::weight(T::WeightInfo::claim_for())]
        pub fn claim_for(
            origin: OriginFor<T>,
            agreement: AgreementId,
            who: T::AccountId,
        ) -> DispatchResultWithPostInfo {
            let by = ensure_signed(origin)?;
            Self::do_claim(agreement, &who, Some(by))?;
            Ok(Pays::No.into())
        }
    }
}
