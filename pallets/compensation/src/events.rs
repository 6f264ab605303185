// SPDX-License-Identifier: Apache-2.0

//! What the pallet tells the world, one event for each step that moves money.

use frame_support::pallet_macros::pallet_section;

/// The events of the pallet.
#[pallet_section]
mod events {
    /// What happened. Amounts in plancks.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A pool was opened for a new agreement.
        PoolOpened {
            /// The agreement.
            agreement: AgreementId,
            /// Its provider.
            provider: T::AccountId,
        },
        /// The provider added to the cover.
        CoverStaked {
            /// The agreement.
            agreement: AgreementId,
            /// How much.
            amount: Balance,
        },
        /// The provider took cover back.
        CoverWithdrawn {
            /// The agreement.
            agreement: AgreementId,
            /// How much.
            amount: Balance,
        },
        /// The provider added to the budget of the team.
        RewardsFunded {
            /// The agreement.
            agreement: AgreementId,
            /// How much.
            amount: Balance,
        },
        /// The provider took the rest of the team's budget back.
        RewardsWithdrawn {
            /// The agreement.
            agreement: AgreementId,
            /// How much.
            amount: Balance,
        },
        /// The weight of a team member was set.
        MemberSet {
            /// The agreement.
            agreement: AgreementId,
            /// The member.
            who: T::AccountId,
            /// The new weight; 0 means that the member leaves.
            weight: u64,
            /// The first period for which it counts.
            from: PeriodIndex,
        },
        /// A customer subscribed and prepaid.
        Subscribed {
            /// The agreement.
            agreement: AgreementId,
            /// The customer.
            who: T::AccountId,
            /// How many units.
            units: Units,
            /// The first period.
            from: PeriodIndex,
            /// The first period that is not included.
            until: PeriodIndex,
            /// What was prepaid.
            payment: Balance,
        },
        /// What an account had earned was paid to its wallet.
        Claimed {
            /// The agreement.
            agreement: AgreementId,
            /// Who was paid.
            who: T::AccountId,
            /// How much.
            amount: Balance,
            /// Who asked for it; nobody when the chain paid by itself.
            by: Option<T::AccountId>,
        },
        /// The automatic payout could not pay an account. Nothing is lost: it can be claimed, and the chain tries again
        /// after the next settlement.
        PayoutFailed {
            /// The agreement.
            agreement: AgreementId,
            /// Who could not be paid.
            who: T::AccountId,
            /// Why not.
            error: DispatchError,
        },
        /// A period was settled.
        PeriodSettled {
            /// The agreement.
            agreement: AgreementId,
            /// The period.
            period: PeriodIndex,
            /// What moved.
            amounts: Settlement,
        },
        /// The reporters of a period could not be paid; their part of the fee was burned.
        ReportersNotPaid {
            /// The agreement.
            agreement: AgreementId,
            /// The period.
            period: PeriodIndex,
            /// Why not.
            error: DispatchError,
        },
        /// The agreement has ended and no period of it will be settled any more.
        PoolEnded {
            /// The agreement.
            agreement: AgreementId,
            /// Prepayment for periods that never came, which customers can now claim.
            unspent: Balance,
        },
        /// Everything in the pool of an ended agreement was paid out, and its account closed.
        PoolClosed {
            /// The agreement.
            agreement: AgreementId,
            /// The rest in the pool's account: the existential deposit, and what strangers sent there. A gift that is locked stays
            /// there for ever.
            amount: Balance,
            /// Who got the rest; nobody means the treasury, because the provider could not receive it.
            to: Option<T::AccountId>,
        },
        /// A payment on the marketplace was taken into the pool and is held back.
        HeldBack {
            /// The agreement whose pool is refilled.
            agreement: AgreementId,
            /// The buyer.
            who: T::AccountId,
            /// Where the payment was taken from.
            source: PaymentSource,
            /// How much.
            amount: Balance,
        },
        /// A payment held back became cover.
        HeldBackReleased {
            /// The agreement.
            agreement: AgreementId,
            /// How much.
            amount: Balance,
        },
        /// A payment held back was paid back.
        HeldBackRefunded {
            /// The agreement.
            agreement: AgreementId,
            /// Who got it.
            to: T::AccountId,
            /// How much.
            amount: Balance,
        },
        /// A claim of compensation cost a fee, which was taken from it.
        ClaimFeePaid {
            /// The agreement.
            agreement: AgreementId,
            /// Who claimed.
            who: T::AccountId,
            /// What the provider earned of it.
            provider: Balance,
            /// What the treasury got.
            treasury: Balance,
        },
        /// The provider prepaid units for a customer.
        Sponsored {
            /// The agreement.
            agreement: AgreementId,
            /// The customer.
            who: T::AccountId,
            /// How many units.
            units: Units,
            /// The first period.
            from: PeriodIndex,
            /// The first period that is not included.
            until: PeriodIndex,
            /// What the provider prepaid.
            payment: Balance,
        },
        /// A customer prepaid more periods of a subscription.
        SubscriptionExtended {
            /// The agreement.
            agreement: AgreementId,
            /// The customer.
            who: T::AccountId,
            /// Which subscription.
            id: u32,
            /// The first period that is not included now.
            until: PeriodIndex,
            /// What was prepaid.
            payment: Balance,
        },
        /// A subscription was canceled. Its prepayment for the periods from then on can be claimed.
        SubscriptionCanceled {
            /// The agreement.
            agreement: AgreementId,
            /// The customer.
            who: T::AccountId,
            /// Which subscription.
            id: u32,
            /// The first period that does not count any more.
            from: PeriodIndex,
            /// What is given back.
            refund: Balance,
        },
        /// A customer signed new terms for the periods it has prepaid.
        AmendmentAccepted {
            /// The agreement.
            agreement: AgreementId,
            /// The customer.
            who: T::AccountId,
            /// The version of the new terms.
            version: TermsVersion,
            /// What the customer paid because they are dearer.
            payment: Balance,
            /// What is given back to the customer because they are cheaper.
            refund: Balance,
            /// What is given back to the provider for the units it has sponsored, because they are cheaper.
            sponsor_refund: Balance,
        },
        /// New terms are in force. What they cost less, or the whole prepayment of those who did not sign, can be
        /// claimed.
        PoolAmended {
            /// The agreement.
            agreement: AgreementId,
            /// Their version.
            version: TermsVersion,
            /// The first period they are in force in.
            from: PeriodIndex,
            /// What is given back, to all customers together.
            refunds: Balance,
        },
        /// A backer paid into the pool. It becomes cover when the period that runs is settled.
        Backed {
            /// The agreement.
            agreement: AgreementId,
            /// The backer.
            who: T::AccountId,
            /// How much.
            amount: Balance,
            /// The period that runs.
            period: PeriodIndex,
        },
        /// A backer took back what had not begun to count.
        BackingCanceled {
            /// The agreement.
            agreement: AgreementId,
            /// The backer.
            who: T::AccountId,
            /// How much.
            amount: Balance,
            /// In which period it was paid.
            period: PeriodIndex,
        },
        /// A backer gave notice: new subscriptions cannot count on these shares any more.
        BackingNoticeGiven {
            /// The agreement.
            agreement: AgreementId,
            /// The backer.
            who: T::AccountId,
            /// How many shares.
            shares: Balance,
        },
        /// A backer withdrew its notice.
        BackingNoticeWithdrawn {
            /// The agreement.
            agreement: AgreementId,
            /// The backer.
            who: T::AccountId,
            /// For how many shares.
            shares: Balance,
        },
        /// A backer leaves with shares, at the price after the period that runs was settled.
        ExitRequested {
            /// The agreement.
            agreement: AgreementId,
            /// The backer.
            who: T::AccountId,
            /// How many shares.
            shares: Balance,
            /// The period that runs.
            period: PeriodIndex,
        },
        /// What backers paid in while a period ran became shares, and shares that leave became money.
        BackingPriced {
            /// The agreement.
            agreement: AgreementId,
            /// The period.
            period: PeriodIndex,
            /// What was paid in.
            deposits: Balance,
            /// The shares made for it; none when it goes back because the pool was slashed too deep.
            shares: Balance,
            /// The shares that leave.
            exit_shares: Balance,
            /// What they are paid.
            exits: Balance,
        },
        /// Losses have used up the whole stake of the backers: their shares are void.
        BackersWipedOut {
            /// The agreement.
            agreement: AgreementId,
            /// The period with which it happened.
            period: PeriodIndex,
        },
        /// The cover is too small for what is prepaid. If it stays so for too long, the agreement ends.
        CoverShort {
            /// The agreement.
            agreement: AgreementId,
            /// The period settled last.
            period: PeriodIndex,
            /// How much is missing.
            missing: Balance,
        },
        /// The cover suffices again for what is prepaid.
        CoverRestored {
            /// The agreement.
            agreement: AgreementId,
        },
    }
}
