// SPDX-License-Identifier: Apache-2.0

//! Who disputes verdicts, and how panels vote.

use super::Plan;
use crate::{
    model::{
        challenges::{SealedVote, Stage, Vote},
        AccountId, Model,
    },
    ops::{By, Call, Op, Who},
};
use dsla_primitives::{
    api::Phase,
    terms::Objective,
    verdict::{Indicator, Indicators},
    AgreementId, RoundId,
};
use sp_runtime::FixedU128;

impl Plan {
    pub(super) fn dispute(&mut self, model: &Model, people: &[AccountId]) -> Option<Op> {
        // Open challenges first: their panels have little time.
        if !model.challenges.is_empty() && self.dice.chance(85) {
            let rounds: Vec<RoundId> = model.challenges.keys().copied().collect();
            let round = *self.dice.pick(&rounds)?;
            if let Some(op) = self.pursue(model, people, round) {
                return Some(op);
            }
        }
        let mut open = Vec::new();
        for (id, agreement) in model.agreements.iter().enumerate() {
            for (period, line) in agreement.log.iter().enumerate().skip(agreement.finalized as usize) {
                let in_time = match line.phase {
                    Phase::Proposed { until } => model.now() < until,
                    Phase::Challenged { .. } => true,
                    Phase::Final { .. } => false,
                };
                if in_time {
                    open.push(RoundId::new(AgreementId(id as u64), period as u32));
                }
            }
        }
        let round = *self.dice.pick(&open)?;
        // Few verdicts are disputed.
        if model.challenges.len() > 2 || !self.dice.chance(25) {
            return None;
        }
        let who = self.party(model, people, round)?;
        let indicators = self.counter(model, round);
        Some(Op { by: By::Signed(who), call: Call::Challenge(round, indicators) })
    }

    fn party(&mut self, model: &Model, people: &[AccountId], round: RoundId) -> Option<Who> {
        let at = round.agreement.0 as usize;
        let pool = &model.pools[at];
        let mut parties: Vec<&AccountId> = pool.ledgers.keys().collect();
        parties.push(&pool.provider);
        let who = *self.dice.pick(&parties)?;
        if self.dice.chance(5) {
            Some(self.anybody())
        } else {
            self.number_of(people, who)
        }
    }

    fn counter(&mut self, model: &Model, round: RoundId) -> Indicators {
        let agreement = &model.agreements[round.agreement.0 as usize];
        let terms = agreement.terms_in(round.period).clone();
        let mut indicators: Vec<Indicator> = terms.objectives.iter().map(|objective| self.other(objective)).collect();
        if self.dice.chance(3) {
            indicators.pop();
        }
        Indicators::truncate_from(indicators)
    }

    fn other(&mut self, objective: &Objective) -> Indicator {
        let (min, max) = (objective.bounds.min.into_inner(), objective.bounds.max.into_inner());
        match self.dice.below(6) {
            0 => Indicator::NoData,
            1 => Indicator::Value(objective.target),
            2 => Indicator::Value(objective.bounds.min),
            3 => Indicator::Value(objective.bounds.max),
            _ => Indicator::Value(FixedU128::from_inner(min + self.dice.upto(max - min))),
        }
    }

    /// Goes on with an open challenge.
    fn pursue(&mut self, model: &Model, people: &[AccountId], round: RoundId) -> Option<Op> {
        let challenge = &model.challenges[&round];
        let choices = challenge.claims.len() as u64 + 1;
        let appeal = challenge.appeal.is_some();
        // What most of a panel believes; a third of the panels has no opinion in common.
        let opinion =
            super::Dice::new(self.seed ^ (round.agreement.0 << 16) ^ u64::from(round.period)).below(3 * choices);
        let at = self.dice.below(challenge.panel.len() as u64) as usize;
        match challenge.stage {
            Stage::Collecting if self.dice.chance(20) => {
                let who = self.party(model, people, round)?;
                Some(Op { by: By::Signed(who), call: Call::Challenge(round, self.counter(model, round)) })
            }
            Stage::Voting => {
                let (member, vote) = challenge.panel.get(at)?;
                if *vote != Vote::Open && self.dice.chance(95) {
                    return None;
                }
                let flip = appeal && self.dice.chance(30);
                let choice = if opinion < choices && !flip { opinion } else { self.dice.below(choices) } as u8;
                let bound_to = if self.dice.chance(98) { member.clone() } else { people[0].clone() };
                let sealed = SealedVote { choice, salt: self.dice.below(256) as u8, bound_to, appeal };
                Some(Op { by: By::Signed(self.number_of(people, member)?), call: Call::CommitVote(round, sealed) })
            }
            Stage::Revealing => {
                let (member, vote) = challenge.panel.get(at)?;
                let Vote::Committed(sealed) = vote else { return None };
                let choice = if self.dice.chance(98) { sealed.choice } else { 9 };
                let call = Call::RevealVote(round, choice, sealed.salt);
                Some(Op { by: By::Signed(self.number_of(people, member)?), call })
            }
            Stage::Appealable(_) if self.dice.chance(40) => {
                let claimants = challenge.claims.iter().map(|(claimant, _)| claimant);
                let parties: Vec<&AccountId> = claimants.chain([&challenge.provider]).collect();
                let party = *self.dice.pick(&parties)?;
                let who = if self.dice.chance(80) {
                    self.number_of(people, party)?
                } else {
                    self.party(model, people, round)?
                };
                Some(Op { by: By::Signed(who), call: Call::Appeal(round) })
            }
            Stage::Arbitration if self.dice.chance(20) => {
                Some(Op { by: By::Root, call: Call::Arbitrate(round, self.dice.below(choices) as u8) })
            }
            _ if self.dice.chance(10) => Some(Op { by: By::Signed(self.anybody()), call: Call::Advance(round) }),
            _ => None,
        }
    }
}
