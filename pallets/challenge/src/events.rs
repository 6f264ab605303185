// SPDX-License-Identifier: Apache-2.0

//! The events of the pallet.

use frame_support::pallet_macros::pallet_section;

/// Imported into the pallet's module by `lib.rs`.
#[pallet_section]
pub mod events {
    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// Somebody disputes the proposed verdict of a round. The first claim suspends it.
        Claimed {
            /// The round.
            round: RoundId,
            /// The number of the claim on the ballot.
            choice: Choice,
            /// Who claims.
            claimant: T::AccountId,
            /// What the claimant says the indicators are.
            indicators: Indicators,
            /// What the claimant has put up, in plancks.
            bond: Balance,
            /// Until when further claims are taken.
            until: Moment,
        },
        /// The challenge window is over. A panel is drawn as soon as there is randomness that nobody knows yet.
        ClaimsClosed {
            /// The round.
            round: RoundId,
            /// When the chain gives up waiting.
            until: Moment,
        },
        /// A panel was drawn. Its members commit to their votes now.
        PanelDrawn {
            /// The round.
            round: RoundId,
            /// Which panel.
            instance: Instance,
            /// The members.
            members: BoundedVec<T::AccountId, ConstU32<MAX_PANEL>>,
            /// Until when they can commit.
            until: Moment,
        },
        /// A member of a panel has committed to its vote.
        VoteCommitted {
            /// The round.
            round: RoundId,
            /// Which panel.
            instance: Instance,
            /// The member.
            voter: T::AccountId,
        },
        /// No more commitments are taken. The members of the panel reveal their votes now.
        VotingClosed {
            /// The round.
            round: RoundId,
            /// Which panel.
            instance: Instance,
            /// Until when they can reveal.
            until: Moment,
        },
        /// A member of a panel has revealed its vote.
        VoteRevealed {
            /// The round.
            round: RoundId,
            /// Which panel.
            instance: Instance,
            /// The member.
            voter: T::AccountId,
            /// What it voted for.
            choice: Choice,
        },
        /// The first panel has decided. Who lost may appeal.
        PanelDecided {
            /// The round.
            round: RoundId,
            /// What it decided.
            decision: Choice,
            /// When the decision becomes final.
            until: Moment,
        },
        /// Somebody who lost has appealed. Another, larger panel is drawn.
        Appealed {
            /// The round.
            round: RoundId,
            /// Who appealed.
            appellant: T::AccountId,
            /// What the appellant has put up, in plancks.
            bond: Balance,
            /// When the chain gives up waiting for randomness.
            until: Moment,
        },
        /// No panel could decide. The arbiter may.
        ArbitrationOpened {
            /// The round.
            round: RoundId,
            /// Which panel could not.
            instance: Instance,
            /// Why not.
            reason: Undecided,
            /// When the first decision, or else the proposed verdict, stands for want of another.
            until: Moment,
        },
        /// A challenge is over.
        Ruled {
            /// The round.
            round: RoundId,
            /// What was decided.
            choice: Choice,
            /// By whom.
            by: Decider,
            /// Where the bonds went.
            payout: Payout,
        },
        /// A ruling was refused and is tried again later. Nothing was changed.
        RulingDeferred {
            /// The round.
            round: RoundId,
            /// Why it was refused.
            error: DispatchError,
        },
        /// A queue names a round that it should not, and does not any more. Nothing else was changed.
        QueueEntryDropped {
            /// The round.
            round: RoundId,
        },
    }
}
