// SPDX-License-Identifier: Apache-2.0

//! What must hold between any two calls.

use crate::{
    types::claim_bond, Agenda, Awaiting, ChallengeOf, Challenges, Config, Duties, HoldReason, Instance, Pallet,
    QueueKey, Rulings, Stage, Vote, MAX_FIRST_PANEL, MIN_PANEL,
};
use alloc::{collections::BTreeMap, vec::Vec};
use dsla_primitives::{traits::Verdicts, Balance, RoundId};
use frame_support::{ensure, traits::fungible::InspectHold};
use sp_runtime::{traits::EnsureAddAssign, DispatchError};

impl<T: Config> Pallet<T> {
    /// Checks every invariant of the pallet. For tests and try-runtime only: it reads all of the storage.
    pub fn do_try_state() -> Result<(), DispatchError> {
        let mut bonds = BTreeMap::<T::AccountId, Balance>::new();
        let (mut challenges, mut awaiting, mut duties) = (0usize, 0usize, 0usize);
        for (round, challenge) in Challenges::<T>::iter() {
            Self::check_challenge(round, &challenge)?;
            let claims = challenge.claims.iter().map(|claim| (&claim.claimant, claim.bond));
            let appeal = challenge.appeal.iter().map(|appeal| (&appeal.appellant, appeal.bond));
            for (who, bond) in claims.chain(appeal) {
                bonds.entry(who.clone()).or_default().ensure_add_assign(bond)?;
            }

            challenges = challenges.saturating_add(1);
            ensure!(Agenda::<T>::contains_key(QueueKey::new(challenge.due(), round)), "a challenge not on the agenda");
            if let Stage::Drawing { since, .. } = challenge.stage {
                awaiting = awaiting.saturating_add(1);
                let key = Self::awaiting_key(since, round);
                ensure!(Awaiting::<T>::contains_key(key), "a challenge that waits for no randomness");
            }
            if matches!(challenge.stage, Stage::Voting { .. } | Stage::Revealing { .. }) {
                duties = duties.saturating_add(challenge.panel.len());
                let known = challenge.panel.iter().all(|seat| Duties::<T>::contains_key(&seat.member, round));
                ensure!(known, "a member of a panel without its duty");
            }
        }
        // Each challenge has its entries, so equal numbers mean that there are no others.
        ensure!(Agenda::<T>::iter_keys().count() == challenges, "an agenda entry without its challenge");
        ensure!(Awaiting::<T>::iter_keys().count() == awaiting, "a draw without its challenge");
        ensure!(Duties::<T>::iter_keys().count() == duties, "a duty without its panel");
        for (who, bond) in bonds {
            let held = T::Currency::balance_on_hold(&HoldReason::ChallengeBond.into(), &who);
            ensure!(held == bond, "what is held of an account is not its bonds");
        }
        for (_, ruling) in Rulings::<T>::iter() {
            ensure!(usize::from(ruling.choice) <= ruling.claims.len(), "a ruling for no choice");
        }
        Ok(())
    }

    fn check_challenge(round: RoundId, challenge: &ChallengeOf<T>) -> Result<(), DispatchError> {
        ensure!(T::Verdicts::proposed(round).is_some(), "a challenge without its verdict");
        ensure!(!Rulings::<T>::contains_key(round), "a challenge that is over");
        ensure!(!challenge.claims.is_empty(), "a challenge without a claim");
        let claimants = challenge.claims.iter().map(|claim| claim.claimant.clone()).collect::<Vec<_>>();
        ensure!(all_different(claimants.clone()), "two claims of one account");
        let asked = (0..)
            .zip(&challenge.claims)
            .map(|(before, claim)| claim_bond(challenge.base_bond, before) == Ok(claim.bond));
        ensure!(asked.into_iter().all(|right| right), "a claim with another bond than its place asks for");
        let ballot = challenge.claims.iter().map(|claim| &claim.indicators).chain([&challenge.proposed]);
        ensure!(all_different(ballot.map(codec::Encode::encode).collect()), "a choice is on the ballot twice");

        let members = challenge.seats().map(|seat| seat.member.clone()).collect::<Vec<_>>();
        ensure!(all_different(members.clone()), "a member decides twice");
        let judge_of_itself = claimants.iter().chain([&challenge.provider]).any(|party| members.contains(party));
        ensure!(!judge_of_itself, "a claimant or the provider on a panel");
        let legal = |vote| if let Vote::Revealed(choice) = vote { challenge.has_choice(choice) } else { true };
        ensure!(challenge.seats().all(|seat| legal(seat.vote)), "a vote for no choice");

        let seats = challenge.panel.len();
        let enough = seats >= usize::try_from(MIN_PANEL).unwrap_or(usize::MAX);
        let few = seats <= usize::try_from(MAX_FIRST_PANEL).unwrap_or(0);
        ensure!(challenge.instance() == Instance::Appeal || few, "a first panel too large");
        match challenge.stage {
            Stage::Collecting { .. } => ensure!(seats == 0 && challenge.appeal.is_none(), "a panel too early"),
            Stage::Drawing { .. } => ensure!(seats == 0, "a panel before the draw"),
            Stage::Voting { .. } => {
                let secret = challenge.panel.iter().all(|seat| !matches!(seat.vote, Vote::Revealed(_)));
                ensure!(enough && secret, "a vote revealed too early");
            }
            Stage::Revealing { .. } => ensure!(enough, "a panel too small"),
            Stage::Appealable { decision, .. } => {
                ensure!(challenge.appeal.is_none() && enough, "a second appeal");
                ensure!(challenge.has_choice(decision), "a decision for no choice");
            }
            Stage::Arbitration { .. } => {}
        }
        Ok(())
    }
}

fn all_different<Item: Ord>(mut items: Vec<Item>) -> bool {
    let before = items.len();
    items.sort_unstable();
    items.dedup();
    items.len() == before
}
