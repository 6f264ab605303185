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
            /// The rest in the pool's account: the existential deposit, and what strangers sent there.
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
    }
}
