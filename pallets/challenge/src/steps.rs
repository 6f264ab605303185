// SPDX-License-Identifier: Apache-2.0

//! From one stage of a challenge to the next.

use crate::{
    decide, Agenda, Awaiting, ChallengeOf, Challenges, Choice, Config, Decider, Duties, Error, Event, Instance, Pallet,
    QueueKey, Ruling, Rulings, Seat, Stage, Step, Undecided, Vote, MAX_APPEAL_WINDOW, MAX_ARBITRATION_WINDOW,
    MAX_FIRST_PANEL, MAX_REVEAL_WINDOW, MAX_VOTE_WINDOW, MIN_PANEL, MIN_STAGE, PANEL_DOMAIN,
};
use codec::Encode;
use dsla_primitives::{
    traits::{Reporters, Verdicts},
    Moment, RoundId,
};
use frame_support::{
    dispatch::DispatchResult,
    traits::{Get, Randomness, Time},
    BoundedVec,
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::UniqueSaturatedInto;

impl<T: Config> Pallet<T> {
    /// Does `step`. The caller rolls back on failure. Only a ruling can fail, when it is refused.
    pub(crate) fn do_step(round: RoundId, challenge: ChallengeOf<T>, step: Step) -> DispatchResult {
        match step {
            Step::CloseClaims => {
                let until = Self::await_randomness(round, challenge);
                Self::deposit_event(Event::ClaimsClosed { round, until });
                Ok(())
            }
            Step::Draw => {
                Self::draw(round, challenge);
                Ok(())
            }
            Step::GiveUpDrawing => {
                Self::ask_arbiter(round, challenge, Undecided::NoRandomness);
                Ok(())
            }
            Step::OpenVotes => {
                Self::open_votes(round, challenge);
                Ok(())
            }
            Step::Tally => Self::tally(round, challenge),
            Step::Uphold(decision) => Self::rule(round, challenge, decision, Decider::Panel),
            Step::Default => {
                let standing = challenge.standing();
                Self::rule(round, challenge, standing, Decider::Default)
            }
        }
    }

    /// Waits for randomness that is not known in this block yet. Returns until when.
    pub(crate) fn await_randomness(round: RoundId, challenge: ChallengeOf<T>) -> Moment {
        let until = Self::end_of(T::VoteWindow::get(), MAX_VOTE_WINDOW);
        Self::enter(round, challenge, Stage::Drawing { since: frame_system::Pallet::<T>::block_number(), until });
        until
    }

    fn draw(round: RoundId, mut challenge: ChallengeOf<T>) {
        let instance = challenge.instance();
        let (seed, _) = T::Randomness::random(&(PANEL_DOMAIN, round, instance).encode());
        let first = T::PanelSize::get().clamp(MIN_PANEL, MAX_FIRST_PANEL);
        // Nobody who measured, claims, answers or has decided before.
        let mut exclude = Self::committee(round);
        exclude.push(challenge.provider.clone());
        exclude.extend(challenge.claims.iter().map(|claim| claim.claimant.clone()));
        let (size, least) = match &challenge.appeal {
            None => (first, MIN_PANEL),
            Some(appeal) => {
                exclude.push(appeal.appellant.clone());
                exclude.extend(appeal.against.iter().map(|seat| seat.member.clone()));
                // The panel appealed against may be larger than a first panel is now. Both bounds are small.
                let before = u32::try_from(appeal.against.len()).unwrap_or(MAX_FIRST_PANEL);
                (first.max(before).saturating_mul(2).saturating_add(1), before.saturating_add(1).max(MIN_PANEL))
            }
        };
        let members = T::Reporters::draw(seed, size, &exclude);
        let members = BoundedVec::truncate_from(members);
        if u32::try_from(members.len()).is_ok_and(|drawn| drawn < least) {
            return Self::ask_arbiter(round, challenge, Undecided::TooFewReporters);
        }
        for member in &members {
            Duties::<T>::insert(member, round, ());
        }
        challenge.panel = BoundedVec::truncate_from(
            members.iter().map(|member| Seat { member: member.clone(), vote: Vote::Open }).collect(),
        );
        let until = Self::end_of(T::VoteWindow::get(), MAX_VOTE_WINDOW);
        Self::enter(round, challenge, Stage::Voting { until });
        Self::deposit_event(Event::PanelDrawn { round, instance, members, until });
    }

    fn open_votes(round: RoundId, challenge: ChallengeOf<T>) {
        let instance = challenge.instance();
        let until = Self::end_of(T::RevealWindow::get(), MAX_REVEAL_WINDOW);
        Self::enter(round, challenge, Stage::Revealing { until });
        Self::deposit_event(Event::VotingClosed { round, instance, until });
    }

    fn tally(round: RoundId, challenge: ChallengeOf<T>) -> DispatchResult {
        for seat in &challenge.panel {
            Duties::<T>::remove(&seat.member, round);
            if !matches!(seat.vote, Vote::Revealed(_)) {
                T::Reporters::strike(&seat.member);
            }
        }
        match (decide(&challenge.panel), challenge.instance()) {
            (Err(reason), _) => {
                Self::ask_arbiter(round, challenge, reason);
                Ok(())
            }
            (Ok(decision), Instance::First) => {
                let until = Self::end_of(T::AppealWindow::get(), MAX_APPEAL_WINDOW);
                Self::enter(round, challenge, Stage::Appealable { decision, until });
                Self::deposit_event(Event::PanelDecided { round, decision, until });
                Ok(())
            }
            (Ok(decision), Instance::Appeal) => Self::rule(round, challenge, decision, Decider::Appeal),
        }
    }

    fn ask_arbiter(round: RoundId, challenge: ChallengeOf<T>, reason: Undecided) {
        let instance = challenge.instance();
        let until = Self::end_of(T::ArbitrationWindow::get(), MAX_ARBITRATION_WINDOW);
        Self::enter(round, challenge, Stage::Arbitration { until });
        Self::deposit_event(Event::ArbitrationOpened { round, instance, reason, until });
    }

    /// Ends the challenge: settles the bonds, keeps the record and has the round ruled.
    pub(crate) fn rule(round: RoundId, challenge: ChallengeOf<T>, choice: Choice, by: Decider) -> DispatchResult {
        let indicators = challenge.indicators(choice).ok_or(Error::<T>::Corrupted)?.clone();
        let payout = Self::settle_bonds(&challenge, choice, by)?;
        Self::unqueue(round, &challenge);
        Challenges::<T>::remove(round);
        let ruling = Ruling {
            proposed: challenge.proposed,
            claims: challenge.claims,
            appellant: challenge.appeal.map(|appeal| appeal.appellant),
            choice,
            by,
            at: T::Time::now(),
        };
        Rulings::<T>::insert(round, ruling);
        // Last, after everything of our own is stored: whoever looks at us from in there sees the ruling.
        T::Verdicts::rule(round, &indicators)?;
        Self::deposit_event(Event::Ruled { round, choice, by, payout });
        Ok(())
    }

    /// Moves a challenge to its next stage and to its new place in the queues.
    fn enter(round: RoundId, mut challenge: ChallengeOf<T>, stage: Stage<BlockNumberFor<T>>) {
        Self::unqueue(round, &challenge);
        challenge.stage = stage;
        challenge.retry = None;
        if let Stage::Drawing { since, .. } = challenge.stage {
            Awaiting::<T>::insert(Self::awaiting_key(since, round), ());
        }
        Self::put(round, &challenge);
    }

    /// Stores a challenge and its place on the agenda; a former place must have been left.
    pub(crate) fn put(round: RoundId, challenge: &ChallengeOf<T>) {
        Agenda::<T>::insert(QueueKey::new(challenge.due(), round), ());
        Challenges::<T>::insert(round, challenge);
    }

    /// Takes a challenge out of the queues.
    pub(crate) fn unqueue(round: RoundId, challenge: &ChallengeOf<T>) {
        Agenda::<T>::remove(QueueKey::new(challenge.due(), round));
        if let Stage::Drawing { since, .. } = challenge.stage {
            Awaiting::<T>::remove(Self::awaiting_key(since, round));
        }
    }

    /// The place of a challenge that waits for randomness known only after block `since`.
    pub(crate) fn awaiting_key(since: BlockNumberFor<T>, round: RoundId) -> QueueKey {
        QueueKey::new(since.unique_saturated_into(), round)
    }

    /// When a stage that begins now and lasts for `window` ends.
    fn end_of(window: Moment, longest: Moment) -> Moment {
        // Saturating: what is due at the end of time is due after everything else.
        T::Time::now().saturating_add(window.clamp(MIN_STAGE, longest))
    }
}
