// SPDX-License-Identifier: Apache-2.0

//! The errors of the pallet.

use frame_support::pallet_macros::pallet_section;

/// Imported into the pallet's module by `lib.rs`.
#[pallet_section]
pub mod errors {
    /// Why a call is refused.
    #[pallet::error]
    pub enum Error<T> {
        /// The round has no proposed verdict: it has not been judged yet, or is final. Read its phase first.
        VerdictNotProposed,
        /// The round has been ruled on already. Nothing can be done about it any more.
        AlreadyRuled,
        /// There is no open challenge of this round. Check the round.
        ChallengeNotFound,
        /// The challenge is at another stage. Read its stage first.
        WrongStage,
        /// The window of this stage is over. Nothing: the chain goes on to the next stage.
        TooLate,
        /// Nothing is due for this challenge. Read when its stage ends and call again then.
        NothingDue,
        /// The account is neither the provider nor a customer of the period nor a backer. Let one of these sign.
        NotAParty,
        /// The account belongs to the committee whose measurements are disputed. Let a party sign that does not.
        CommitteeMember,
        /// The account has a claim in this challenge. One is enough: nothing to do.
        AlreadyClaimed,
        /// The challenge has as many claims as it can have. Nothing: support one of them outside the chain.
        MaxClaimsExceeded,
        /// There is not one indicator for each objective. Give all, in the order of the terms.
        WrongCount,
        /// An indicator lies outside the bounds of its objective. Give plausible ones.
        Implausible,
        /// The indicators are the proposed ones. Give others; what is proposed needs no claim.
        NothingDisputed,
        /// Another claim has the same indicators. Nothing: it is on the ballot already.
        DuplicateClaim,
        /// The free balance does not cover the bond and the existential deposit. Get DSLA, or let another party claim.
        InsufficientBalance,
        /// The account is not on the panel that votes. Sign with the account that was drawn.
        NotOnPanel,
        /// The account has committed to a vote, which cannot be changed. Wait, and reveal it.
        AlreadyCommitted,
        /// The account has not committed to a vote. Nothing: commitments are not taken any more.
        NotCommitted,
        /// The account has revealed its vote. Nothing to do.
        AlreadyRevealed,
        /// There is no such choice. Choose 0 for the proposed verdict or the number of a claim.
        ChoiceNotFound,
        /// Choice and salt do not hash to what was committed to. Give exactly what was hashed.
        CommitmentMismatch,
        /// The decision is what the account stood for, so it has nothing to appeal against. Let a party that lost appeal.
        NotLost,
        /// The storage of the challenge contradicts itself. Report it to the developers: this should not happen.
        Corrupted,
    }
}
