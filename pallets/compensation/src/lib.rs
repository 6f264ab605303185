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
pub use types::{
    ClaimFee, FeeShares, Index, Ledger, PeriodSettlement, Pool, Position, Short, TeamChange, Version, MAX_POSITIONS,
    OPEN_END,
};
pub use vault::{Backing, Epoch, Vault};
pub use weights::WeightInfo;

mod amendments;
mod backing;
mod capacity;
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
pub mod vault;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
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
    use super::{subscribe::Order, types::Cursor, *};
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
    use sp_runtime::Perbill;

    /// The most agreements of one [`Call::claim_many`].
    pub const MAX_CLAIMS: u32 = 16;

    /// The agreements of one [`Call::claim_many`].
    pub type Claims = BoundedVec<AgreementId, ConstU32<MAX_CLAIMS>>;

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
        /// What a claim of compensation costs; any value is safe, because the sum of the shares is cut at 10 %.
        type ClaimFee: Get<ClaimFee>;
        /// The least a backer pays in, and the least that stays when it leaves with a part. Too small a value lets
        /// somebody earn the backers' premium with a crumb.
        type MinBacking: Get<Balance>;
        /// The least share of the cover, with what waits to become cover, that the provider's own stake must have.
        type MinJuniorShare: Get<Perbill>;
        /// For how many further settled periods a pool may be short of cover before the agreement has to end.
        type GracePeriods: Get<u32>;
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

    /// Raised by every migration of what is stored here.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    /// The pallet.
    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    // Hashers: ids of agreements and numbers of periods are given out by the chain in order, so nobody can choose them
    // to unbalance the trie and `Twox64Concat` suffices. Accounts are chosen by users: `Blake2_128Concat`.

    /// The pool of each agreement, until everything in it has been paid out.
    #[pallet::storage]
    pub type Pools<T: Config> = StorageMap<_, Twox64Concat, AgreementId, Pool<T::AccountId>>;

    /// Units subscribed in each period that is not settled, without those for which an amendment that waits was signed.
    #[pallet::storage]
    pub type PeriodUnits<T: Config> =
        StorageDoubleMap<_, Twox64Concat, AgreementId, Twox64Concat, PeriodIndex, Units, ValueQuery>;

    /// Units for which the amendment that waits was signed, in each period from which on it is in force.
    #[pallet::storage]
    pub type AcceptedUnits<T: Config> =
        StorageDoubleMap<_, Twox64Concat, AgreementId, Twox64Concat, PeriodIndex, Units, ValueQuery>;

    /// What a unit costs under each version of the terms under which somebody has prepaid. Kept for good.
    #[pallet::storage]
    pub type Versions<T: Config> = StorageDoubleMap<_, Twox64Concat, AgreementId, Twox64Concat, TermsVersion, Version>;

    /// Deposits and exits of backers in each period: waiting, or priced and not in the ledgers yet.
    #[pallet::storage]
    pub type Epochs<T: Config> = StorageDoubleMap<_, Twox64Concat, AgreementId, Twox64Concat, PeriodIndex, Epoch>;

    /// How the team's total weight changes at the begin of each period that is not settled.
    #[pallet::storage]
    pub type TeamChanges<T: Config> =
        StorageDoubleMap<_, Twox64Concat, AgreementId, Twox64Concat, PeriodIndex, TeamChange, ValueQuery>;

    /// What moved when each period was settled, and what one share has earned up to its end. Kept for good.
    #[pallet::storage]
    pub type Settlements<T: Config> =
        StorageDoubleMap<_, Twox64Concat, AgreementId, Twox64Concat, PeriodIndex, PeriodSettlement>;

    /// Subscriptions, memberships, backing and credit of each account under each agreement.
    #[pallet::storage]
    pub type Accounts<T: Config> =
        StorageDoubleMap<_, Twox64Concat, AgreementId, Blake2_128Concat, T::AccountId, Ledger, ValueQuery>;

    /// The agreements under which an account has something, or whose provider it is.
    #[pallet::storage]
    pub type Portfolio<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Twox64Concat, AgreementId, (), OptionQuery>;

    /// The agreements that wait for the automatic payout and since when, first come, first served. It begins `SweepDelay` later.
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
        /// agreement ends. Ends a shortage of cover when it is enough.
        ///
        /// ## Errors
        /// `PoolNotFound`, `NotAuthorized`, `WrongState`, `ZeroAmount`, `AmountTooLarge`,
        /// `InsufficientFunds`.
        ///
        /// ## Events
        /// `CoverStaked`; `CoverRestored` as well when that ended a shortage.
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
        /// compensation of all periods together that are over and not settled, and of any one prepaid period that is
        /// not over, without the stake of backers under notice. What remains of the stake alone must cover all periods
        /// together that have begun and are not settled, since the first loss is the provider's; and while there are
        /// backers it must be the least share of the cover. After the end everything can be taken.
        ///
        /// ## Errors
        /// `PoolNotFound`, `NotAuthorized`, `ZeroAmount`, `InsufficientCover`, `CoverNeeded`, `JuniorTooSmall`,
        /// `SettlementBehind`, `AmountTooLarge`, `BelowExistentialDeposit`.
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
        /// `max_payment` the most the customer is ready to pay: nothing can change under the customer's hands. While
        /// new terms wait, what is bought is bought under the old ones and treated as if it had been bought before.
        ///
        /// ## Errors
        /// `ZeroUnits`, `ZeroPeriods`, `MaxPrepaidPeriodsExceeded`, `PoolNotFound`, `AgreementNotFound`, `WrongState`,
        /// `TermsChanged`, `AmendmentDue`, `NotAllowed`, `NotEnoughPeriodsLeft`, `AmountTooLarge`, `PaymentTooHigh`,
        /// `CoverTooSmall`, `MaxPositionsExceeded`, `InsufficientFunds`.
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
            let order = Order { units, periods, max_payment };
            Self::do_subscribe(agreement, &ensure_signed(origin)?, terms_version, order)
        }

        /// Pays the caller everything it has earned under an agreement.
        ///
        /// ## Dispatch Origin
        /// Signed by anyone who has something to claim.
        ///
        /// ## Details
        /// Refunds, compensation, team rewards, exits of backers, income of the provider and fees for settling, up to
        /// the period settled last. A part of the compensation may be kept as a fee. No transaction fee when something
        /// can be paid.
        ///
        /// ## Errors
        /// `PoolNotFound`, `NothingToClaim`, `BelowExistentialDeposit`.
        ///
        /// ## Events
        /// `Claimed`, `ClaimFeePaid` when there is one; `PoolClosed` as well when that was the last.
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::claim())]
        #[pallet::feeless_if(|origin: &OriginFor<T>, agreement: &AgreementId| -> bool {
            ensure_signed(origin.clone()).is_ok_and(|who| Pallet::<T>::can_claim(*agreement, &who))
        })]
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
        /// `Claimed`, `ClaimFeePaid` when there is one; `PoolClosed` as well when that was the last.
        #[pallet::call_index(7)]
        #[pallet::weight(T::WeightInfo::claim_for())]
        #[pallet::feeless_if(|_: &OriginFor<T>, agreement: &AgreementId, who: &T::AccountId| -> bool {
            Pallet::<T>::can_claim(*agreement, who)
        })]
        pub fn claim_for(
            origin: OriginFor<T>,
            agreement: AgreementId,
            who: T::AccountId,
        ) -> DispatchResultWithPostInfo {
            let by = ensure_signed(origin)?;
            Self::do_claim(agreement, &who, Some(by))?;
            Ok(Pays::No.into())
        }

        /// Pays the caller everything it has earned under several agreements.
        ///
        /// ## Dispatch Origin
        /// Signed by anyone who has something to claim.
        ///
        /// ## Details
        /// As `claim` for each of them. Those under which nothing can be paid are passed over; if that is all of them,
        /// the call fails. No transaction fee when something can be paid.
        ///
        /// ## Errors
        /// `NothingToClaim`, `BelowExistentialDeposit`.
        ///
        /// ## Events
        /// For each agreement those of `claim`, or `PayoutFailed`.
        #[pallet::call_index(8)]
        #[pallet::weight(T::WeightInfo::claim_many(u32::try_from(agreements.len()).unwrap_or(MAX_CLAIMS)))]
        #[pallet::feeless_if(|origin: &OriginFor<T>, agreements: &Claims| -> bool {
            ensure_signed(origin.clone())
                .is_ok_and(|who| agreements.iter().any(|agreement| Pallet::<T>::can_claim(*agreement, &who)))
        })]
        pub fn claim_many(origin: OriginFor<T>, agreements: Claims) -> DispatchResultWithPostInfo {
            Self::do_claim_many(&agreements, &ensure_signed(origin)?)?;
            Ok(Pays::No.into())
        }

        /// Subscribes somebody to units of the service and prepays them.
        ///
        /// ## Dispatch Origin
        /// Signed by the provider.
        ///
        /// ## Details
        /// As `subscribe` for `who`, under the terms in force, but the provider pays and gets what a period does not
        /// cost. Compensation goes to `who`, who can cancel but not extend the subscription. At most half of an
        /// account's subscriptions can be sponsored.
        ///
        /// ## Errors
        /// `NotAuthorized`, `ZeroUnits`, `ZeroPeriods`, `MaxPrepaidPeriodsExceeded`, `PoolNotFound`,
        /// `AgreementNotFound`, `WrongState`, `AmendmentDue`, `NotAllowed`, `NotEnoughPeriodsLeft`, `AmountTooLarge`,
        /// `PaymentTooHigh`, `CoverTooSmall`, `MaxPositionsExceeded`, `InsufficientFunds`.
        ///
        /// ## Events
        /// `Sponsored`.
        #[pallet::call_index(9)]
        #[pallet::weight(T::WeightInfo::sponsor((*periods).min(T::MaxPrepaidPeriods::get())))]
        pub fn sponsor(
            origin: OriginFor<T>,
            agreement: AgreementId,
            who: T::AccountId,
            #[pallet::compact] units: Units,
            #[pallet::compact] periods: PeriodIndex,
            #[pallet::compact] max_payment: Balance,
        ) -> DispatchResult {
            let order = Order { units, periods, max_payment };
            Self::do_sponsor(agreement, &ensure_signed(origin)?, &who, order)
        }

        /// Gives the periods of a subscription back that have not begun.
        ///
        /// ## Dispatch Origin
        /// Signed by the customer.
        ///
        /// ## Details
        /// `id` names the subscription in the ledger of the caller. It counts until the next boundary. The prepayment
        /// for later periods can be claimed: by the customer, or by the provider if it was sponsored.
        ///
        /// ## Errors
        /// `PoolNotFound`, `WrongState`, `AgreementNotFound`, `PositionNotFound`, `NothingToCancel`.
        ///
        /// ## Events
        /// `SubscriptionCanceled`.
        #[pallet::call_index(10)]
        #[pallet::weight(T::WeightInfo::cancel_subscription(T::MaxPrepaidPeriods::get()))]
        pub fn cancel_subscription(
            origin: OriginFor<T>,
            agreement: AgreementId,
            #[pallet::compact] id: u32,
        ) -> DispatchResultWithPostInfo {
            let periods = Self::do_cancel_subscription(agreement, &ensure_signed(origin)?, id)?;
            Ok(Some(T::WeightInfo::cancel_subscription(periods)).into())
        }

        /// Prepays more periods of a subscription.
        ///
        /// ## Dispatch Origin
        /// Signed by the customer.
        ///
        /// ## Details
        /// Adds `periods` at its end, under the terms in force, which are named as in `subscribe`. It must not have
        /// ended yet, and reach no further than a new subscription could. A subscription for which new terms were
        /// signed can be extended when they are in force.
        ///
        /// ## Errors
        /// As `subscribe`; also `PositionNotFound`, `PositionSponsored`.
        ///
        /// ## Events
        /// `SubscriptionExtended`.
        #[pallet::call_index(11)]
        #[pallet::weight(T::WeightInfo::extend_subscription((*periods).min(T::MaxPrepaidPeriods::get())))]
        pub fn extend_subscription(
            origin: OriginFor<T>,
            agreement: AgreementId,
            #[pallet::compact] id: u32,
            #[pallet::compact] periods: PeriodIndex,
            terms_version: TermsVersion,
            #[pallet::compact] max_payment: Balance,
        ) -> DispatchResult {
            Self::do_extend(agreement, &ensure_signed(origin)?, id, terms_version, periods, max_payment)
        }

        /// Signs new terms for what the caller has prepaid.
        ///
        /// ## Dispatch Origin
        /// Signed by the customer.
        ///
        /// ## Details
        /// For each subscription that reaches beyond the boundary at which the new terms come into force: the part from
        /// there on is given back and prepaid again under the new terms. The difference is paid now, or can be claimed.
        /// Who does not sign leaves at that boundary and gets the unspent prepayment back. Units that the provider
        /// sponsors change over only if they do not become dearer; the difference is the provider's. Later
        /// subscriptions under the old terms need another signature.
        ///
        /// ## Errors
        /// `PoolNotFound`, `WrongState`, `NoAmendment`, `TermsChanged`, `NothingToAccept`, `AgreementNotFound`,
        /// `AmendmentDue`, `MaxPositionsExceeded`, `AmountTooLarge`, `CoverTooSmall`, `PaymentTooHigh`,
        /// `InsufficientFunds`.
        ///
        /// ## Events
        /// `AmendmentAccepted`.
        #[pallet::call_index(12)]
        #[pallet::weight(T::WeightInfo::accept_amendment(T::MaxPrepaidPeriods::get()))]
        pub fn accept_amendment(
            origin: OriginFor<T>,
            agreement: AgreementId,
            version: TermsVersion,
            #[pallet::compact] max_payment: Balance,
        ) -> DispatchResultWithPostInfo {
            let periods = Self::do_accept(agreement, &ensure_signed(origin)?, version, max_payment)?;
            Ok(Some(T::WeightInfo::accept_amendment(periods)).into())
        }

        /// Adds to the cover as a backer, for a share of the income.
        ///
        /// ## Dispatch Origin
        /// Signed by the backer.
        ///
        /// ## Details
        /// Moves `amount` from the wallet to the pool, where it waits. When the period that runs now (the first one,
        /// before the start) is settled, it becomes shares at the price after that settlement: it bears no loss and
        /// earns no premium before. If the pool is slashed too deep by then, or the agreement ends, it can be claimed.
        /// `terms_version` is the newest version that the backer has read: that of an amendment, if one waits.
        ///
        /// ## Errors
        /// `PoolNotFound`, `AgreementNotFound`, `WrongState`, `TermsChanged`, `BackingTooSmall`,
        /// `NotEnoughPeriodsLeft`, `PoolSlashed`, `AmountTooLarge`, `JuniorTooSmall`, `MaxBackingsExceeded`,
        /// `InsufficientFunds`.
        ///
        /// ## Events
        /// `Backed`.
        #[pallet::call_index(13)]
        #[pallet::weight(T::WeightInfo::back())]
        pub fn back(
            origin: OriginFor<T>,
            agreement: AgreementId,
            #[pallet::compact] amount: Balance,
            terms_version: TermsVersion,
        ) -> DispatchResult {
            Self::do_back(agreement, &ensure_signed(origin)?, amount, terms_version)
        }

        /// Takes back what was paid in while the period that still runs began to run.
        ///
        /// ## Dispatch Origin
        /// Signed by the backer.
        ///
        /// ## Details
        /// Pays everything the caller has paid in during `period` to its wallet. Only while that period runs: then it
        /// has not begun to count, and nothing about its price is known.
        ///
        /// ## Errors
        /// `PoolNotFound`, `WrongState`, `AgreementNotFound`, `BackingNotFound`, `TooLate`, `BelowExistentialDeposit`.
        ///
        /// ## Events
        /// `BackingCanceled`.
        #[pallet::call_index(14)]
        #[pallet::weight(T::WeightInfo::cancel_backing())]
        pub fn cancel_backing(
            origin: OriginFor<T>,
            agreement: AgreementId,
            #[pallet::compact] period: PeriodIndex,
        ) -> DispatchResult {
            Self::do_cancel_backing(agreement, &ensure_signed(origin)?, period)
        }

        /// Gives notice for shares, the first step out of the pool.
        ///
        /// ## Dispatch Origin
        /// Signed by the backer.
        ///
        /// ## Details
        /// From now on new subscriptions and more periods cannot count on the shares. They go on bearing losses and
        /// earning premiums until they leave.
        ///
        /// ## Errors
        /// `PoolNotFound`, `WrongState`, `AgreementNotFound`, `BackingNotFound`, `ZeroAmount`, `InsufficientShares`.
        ///
        /// ## Events
        /// `BackingNoticeGiven`.
        #[pallet::call_index(15)]
        #[pallet::weight(T::WeightInfo::give_backing_notice())]
        pub fn give_backing_notice(
            origin: OriginFor<T>,
            agreement: AgreementId,
            #[pallet::compact] shares: Balance,
        ) -> DispatchResult {
            Self::do_give_notice(agreement, &ensure_signed(origin)?, shares)
        }

        /// Withdraws a notice.
        ///
        /// ## Dispatch Origin
        /// Signed by the backer.
        ///
        /// ## Details
        /// New subscriptions can count on the shares again.
        ///
        /// ## Errors
        /// `PoolNotFound`, `WrongState`, `AgreementNotFound`, `BackingNotFound`, `ZeroAmount`, `NoticeNeeded`.
        ///
        /// ## Events
        /// `BackingNoticeWithdrawn`.
        #[pallet::call_index(16)]
        #[pallet::weight(T::WeightInfo::withdraw_notice())]
        pub fn withdraw_notice(
            origin: OriginFor<T>,
            agreement: AgreementId,
            #[pallet::compact] shares: Balance,
        ) -> DispatchResult {
            Self::do_withdraw_notice(agreement, &ensure_signed(origin)?, shares)
        }

        /// Leaves the pool with shares under notice.
        ///
        /// ## Dispatch Origin
        /// Signed by the backer.
        ///
        /// ## Details
        /// Accepted as soon as the rest of the cover suffices for every period prepaid after the one that runs now. The
        /// shares still bear the losses up to and including that period; they are paid at the price after it was
        /// settled, which can then be claimed. Cannot be taken back. After the end of the agreement all shares can be
        /// claimed without this.
        ///
        /// ## Errors
        /// `PoolNotFound`, `WrongState`, `AgreementNotFound`, `BackingNotFound`, `ZeroAmount`, `NoticeNeeded`,
        /// `BackingTooSmall`, `CoverNeeded`, `SettlementBehind`, `AmountTooLarge`, `MaxBackingsExceeded`.
        ///
        /// ## Events
        /// `ExitRequested`.
        #[pallet::call_index(17)]
        #[pallet::weight(T::WeightInfo::exit(Pallet::<T>::max_checked_periods()))]
        pub fn exit(
            origin: OriginFor<T>,
            agreement: AgreementId,
            #[pallet::compact] shares: Balance,
        ) -> DispatchResultWithPostInfo {
            let checked = Self::do_exit(agreement, &ensure_signed(origin)?, shares)?;
            Ok(Some(T::WeightInfo::exit(checked)).into())
        }
    }
}
