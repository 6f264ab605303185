// SPDX-License-Identifier: Apache-2.0

//! Why a call is refused, and what to do about it.

use frame_support::pallet_macros::pallet_section;

/// The errors of the pallet.
#[pallet_section]
mod errors {
    /// Why something is refused.
    #[pallet::error]
    pub enum Error<T> {
        /// There is no pool for this agreement: the id is wrong, or everything was paid out and the pool closed.
        PoolNotFound,
        /// There is a pool for this agreement already. Ids of agreements are never used twice; report this.
        AlreadyExists,
        /// The agreement or its terms are unknown. Check the id.
        AgreementNotFound,
        /// Only the provider of the agreement may do this. Sign with the provider's account.
        NotAuthorized,
        /// The agreement is not in a state that allows this: customers subscribe while it is open or active, cover and
        /// team change until it ends, the team's budget is taken back after it has ended.
        WrongState,
        /// The amount is zero. Name the amount to move.
        ZeroAmount,
        /// No units were asked for. Subscribe to at least one.
        ZeroUnits,
        /// No periods were asked for. Subscribe to at least one.
        ZeroPeriods,
        /// So many periods cannot be prepaid at once. See the constant `MaxPrepaidPeriods`.
        MaxPrepaidPeriodsExceeded,
        /// The agreement does not run that long. Ask for fewer periods; in its last period nothing can be started.
        NotEnoughPeriodsLeft,
        /// The version named is not the one in force. Read the terms again and name their version.
        TermsChanged,
        /// The payment is above the maximum named. Check the price and name a higher maximum.
        PaymentTooHigh,
        /// The pool's cover is too small for that many units. Ask for fewer, or wait until the provider stakes more.
        CoverTooSmall,
        /// The cover is needed for prepaid periods. Withdraw less; `cover_required` says how much has to stay.
        CoverNeeded,
        /// The wallet cannot pay that much and keep its existential deposit. Send it some DSLA, or pay less.
        InsufficientFunds,
        /// The provider's stake is smaller than the amount. Withdraw at most what is there.
        InsufficientCover,
        /// The budget of the team is smaller than the amount. Withdraw at most what is there.
        InsufficientRewards,
        /// So many periods wait for settlement that the cover they need cannot be computed. Call `settle` of the
        /// agreement first.
        SettlementBehind,
        /// The account has too many different subscriptions or memberships under this agreement. Wait until one has
        /// been settled, or subscribe to a span it has already.
        MaxPositionsExceeded,
        /// The numbers are so large that their product or sum is out of range. Use smaller ones.
        AmountTooLarge,
        /// The member has exactly this weight already. There is nothing to change.
        WeightUnchanged,
        /// The account is not in the team, so it cannot leave. Check the account.
        MemberNotFound,
        /// The account has nothing to claim under this agreement. Wait until the next period is settled.
        NothingToClaim,
        /// The wallet does not exist and the amount is too small to create it. Nothing is lost: send the wallet some
        /// DSLA, or wait until more is due.
        BelowExistentialDeposit,
        /// The account can claim less than the amount under that agreement. Pay a part of it, or from the wallet.
        InsufficientClaimable,
        /// Less than the amount is held back in this pool. Check the amount.
        InsufficientHeldBack,
        /// The provider cannot pay the existential deposit of the pool's account. Send the provider some DSLA.
        DepositNotPaid,
        /// Another period has to be settled first. Periods are settled once each and in order.
        OutOfOrder,
    }
}
