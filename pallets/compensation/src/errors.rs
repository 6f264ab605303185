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
        /// The cover is needed for prepaid periods. Withdraw less, or leave with fewer shares; `cover_required` says
        /// how much has to stay, `stake_required` how much of that as stake of its own, `cover_missing` how much is
        /// missing for an exit.
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
        /// The account is not on the list of those who may subscribe. Ask the provider to put it there.
        NotAllowed,
        /// New terms have had their time but are not in force yet, so nothing can be priced. Call `settle` of the
        /// agreement first.
        AmendmentDue,
        /// The account has no such subscription, or it is over. Look the id up; to start anew, subscribe.
        PositionNotFound,
        /// Somebody else has prepaid this subscription and would get its refunds. Subscribe to units of your own.
        PositionSponsored,
        /// No period of the subscription lies ahead, so there is nothing to give back. It ends by itself.
        NothingToCancel,
        /// No new terms wait for this agreement. There is nothing to sign.
        NoAmendment,
        /// Nothing of the account needs a signature: the new terms carry subscriptions over, or none of its
        /// subscriptions reaches them, or only sponsored ones do, for which nobody else can be bound to pay more.
        NothingToAccept,
        /// The new terms are worse for the backers of the pool. Propose terms that are not, or wait until they have
        /// left.
        BackersPresent,
        /// The terms of this agreement cannot be changed any more. Register a new agreement.
        MaxVersionsExceeded,
        /// The amount is below the minimum, or what stays in the pool would be. Pay in more, or leave with everything.
        BackingTooSmall,
        /// The provider's own stake would be too small a share of the cover. The provider must stake more, or withdraw
        /// less.
        JuniorTooSmall,
        /// The shares of this pool have lost so much that it takes no backers. Wait until premiums have raised them, or
        /// back another pool.
        PoolSlashed,
        /// The account has deposits or exits of too many periods that wait for settlement. Call `settle` of the
        /// agreement.
        MaxBackingsExceeded,
        /// The account has nothing like that in this pool's vault. Check the account and the period.
        BackingNotFound,
        /// The period in which this was paid in is over, so it has begun to count. Give notice and leave instead.
        TooLate,
        /// The account has fewer shares that are not under notice. Name at most what is there.
        InsufficientShares,
        /// So many shares are not under notice. Give notice first.
        NoticeNeeded,
    }
}
