// SPDX-License-Identifier: Apache-2.0

//! What reporters do: mostly the truth, in time.

use super::{Dice, Plan, DSLA};
use crate::{
    drive::REPORTERS,
    model::{
        agreements::Agreement,
        reports::{Measure, Phase, Report, Sealed, State},
        terms::{boundary, passed, Terms},
        AccountId, Model,
    },
    ops::{By, Call, Op, Who},
};
use dsla_primitives::{
    terms::{Credit, Objective},
    traits::AgreementStatus as Status,
    AgreementId, RoundId,
};
use sp_runtime::FixedU128;

/// Something that a member of a committee can do now.
pub(super) enum Duty {
    Report,
    Commit,
    Reveal(Report, u8),
}

impl Plan {
    /// What all members of committees can do now.
    pub(super) fn duties(&self, model: &Model) -> Vec<(RoundId, AccountId, Duty)> {
        let mut duties = Vec::new();
        for (id, agreement) in model.agreements.iter().enumerate() {
            if agreement.status != Status::Active {
                continue;
            }
            let ended = passed(&agreement.terms().schedule, model.now()).saturating_sub(1).min(agreement.periods);
            for period in agreement.log.len() as u32..ended {
                self.duties_of(model, RoundId::new(AgreementId(id as u64), period), agreement, &mut duties);
            }
        }
        duties
    }

    fn duties_of(
        &self,
        model: &Model,
        id: RoundId,
        agreement: &Agreement,
        duties: &mut Vec<(RoundId, AccountId, Duty)>,
    ) {
        let terms = agreement.terms_in(id.period);
        let round = model.rounds.get(&id).cloned().unwrap_or_default();
        let phase = round.phase(terms, boundary(&terms.schedule, id.period + 1), model.now());
        for (at, member) in terms.oracle.committee.iter().enumerate() {
            // Some never do anything in some periods; in others nobody does.
            let mood =
                Dice::new(self.seed ^ (id.agreement.0 << 20) ^ (u64::from(id.period) << 8) ^ at as u64).below(100);
            let all = Dice::new(self.seed ^ (id.agreement.0 << 20) ^ (u64::from(id.period) << 8) ^ 255).below(100);
            if mood < 5 || all < 5 || round.reports.iter().any(|(who, _)| who == member) {
                continue;
            }
            let gone = model.reporters.get(member).is_some_and(|r| matches!(r.state, State::Leaving { .. }));
            if gone && !matches!(phase, Phase::Reveal(_)) && mood > 10 {
                continue;
            }
            let duty = match (phase, round.sealed.get(member)) {
                (Phase::Report(_), _) => Duty::Report,
                (Phase::Commit(_), None) => Duty::Commit,
                (Phase::Reveal(_), Some(sealed)) if mood > 9 && (sealed.bound_to == *member || mood > 90) => {
                    Duty::Reveal(sealed.report.clone(), sealed.salt)
                }
                _ => continue,
            };
            duties.push((id, member.clone(), duty));
        }
    }

    /// One of the duties, or a batch of them.
    pub(super) fn report(&mut self, model: &Model, people: &[AccountId]) -> Option<Op> {
        let duties = self.duties(model);
        let (round, member, duty) = self.dice.pick(&duties)?;
        let who = self.number_of(people, member)?;
        if !model.reporters.contains_key(member) && self.dice.chance(90) {
            let bond = model.params.min_bond + self.dice.upto(500 * DSLA);
            return Some(Op { by: By::Signed(who), call: Call::RegisterReporter(bond) });
        }
        let short = model
            .reporters
            .get(member)
            .is_some_and(|reporter| reporter.state == State::Suspended || reporter.bond < model.params.min_bond);
        if short && self.dice.chance(70) {
            return Some(Op { by: By::Signed(who), call: Call::BondExtra(2 * model.params.min_bond) });
        }
        let call = match duty {
            Duty::Report => {
                let mut reports = vec![self.measured(model, *round, 3)];
                for (other, _, _) in duties
                    .iter()
                    .filter(|(other, it, duty)| it == member && other != round && matches!(duty, Duty::Report))
                {
                    if self.dice.chance(60) {
                        reports.push(self.measured(model, *other, 3));
                    }
                }
                Call::Submit(reports)
            }
            Duty::Commit => {
                // Who seals nonsense can never open it.
                let nonsense = u64::from(self.dice.chance(5)) * 3;
                let report = self.measured(model, *round, nonsense);
                let salt = self.dice.below(256) as u8;
                let bound_to = if self.dice.chance(97) { member.clone() } else { people[self.anybody()].clone() };
                Call::Commit(vec![Sealed { report, salt, bound_to }])
            }
            Duty::Reveal(report, salt) => {
                let salt = if self.dice.chance(98) { *salt } else { salt.wrapping_add(1) };
                Call::Reveal(vec![(report.clone(), salt)])
            }
        };
        Some(Op { by: By::Signed(who), call })
    }

    /// What somebody says; with so many percent of nonsense.
    fn measured(&mut self, model: &Model, id: RoundId, nonsense: u64) -> Report {
        let terms = model.agreements[id.agreement.0 as usize].terms_in(id.period).clone();
        let mut measures: Vec<Measure> =
            (0..terms.objectives.len()).map(|at| self.measure(id, at, &terms, nonsense)).collect();
        if self.dice.chance(nonsense / 2) {
            measures.pop();
        }
        Report { round: id, measures, evidence: self.dice.below(256) as u8 }
    }

    fn measure(&mut self, id: RoundId, at: usize, terms: &Terms, nonsense: u64) -> Measure {
        let objective = &terms.objectives[at];
        let mut fate = Dice::new(self.seed ^ (id.agreement.0 << 32) ^ (u64::from(id.period) << 8) ^ at as u64);
        let truth = truth(&mut fate, objective);
        let dice = &mut self.dice;
        let inside = |value: FixedU128| value.max(objective.bounds.min).min(objective.bounds.max);
        match dice.below(100) {
            0..3 => Measure::NoData,
            3..9 => {
                let span = objective.bounds.max.into_inner() - objective.bounds.min.into_inner();
                Measure::Value(FixedU128::from_inner(objective.bounds.min.into_inner() + dice.upto(span)))
            }
            9 if nonsense > 0 => Measure::Value(FixedU128::from_inner(u128::MAX)),
            10..30 if objective.bounds.max <= FixedU128::from_u32(1) => {
                let total = dice.below(10_000);
                let good = (truth.into_inner() * u128::from(total) / 10u128.pow(18)) as u64;
                Measure::Ratio(good + u64::from(dice.chance(nonsense)) * total, total)
            }
            _ => {
                let half = objective.tolerance.into_inner() / 2;
                let noise = dice.upto(half);
                let value = if dice.chance(50) {
                    truth.into_inner().saturating_add(noise)
                } else {
                    truth.into_inner().saturating_sub(noise)
                };
                Measure::Value(inside(FixedU128::from_inner(value)))
            }
        }
    }

    /// Joining, leaving, bonds, rewards.
    pub(super) fn reporter(&mut self, model: &Model, people: &[AccountId]) -> Option<Op> {
        let who = self.dice.between(REPORTERS.start as u64, REPORTERS.end as u64 - 1) as Who;
        let known = model.reporters.get(&people[who]);
        let call = match known.map(|reporter| reporter.state) {
            None => Call::RegisterReporter(model.params.min_bond + self.dice.upto(1_000 * DSLA)),
            Some(State::Leaving { until, .. }) if until <= model.now() => Call::WithdrawBond,
            Some(State::Leaving { .. }) => {
                if self.dice.chance(25) {
                    Call::WithdrawBond
                } else {
                    Call::Rejoin
                }
            }
            Some(State::Suspended) if self.dice.chance(70) => Call::BondExtra(model.params.min_bond),
            Some(_) => match self.dice.below(20) {
                0 if self.dice.chance(40) => Call::Leave,
                0..4 => Call::BondExtra(self.dice.upto(100 * DSLA)),
                4..6 => Call::GiveUpSeat(self.some_agreement(model)),
                6 => Call::UpdateReporter(super::terms::bytes(b"https://example.org/me")),
                _ => {
                    let keys: Vec<_> = model.rewards.keys().collect();
                    let (id, earner) = self.dice.pick(&keys)?;
                    let who = self.number_of(people, earner)?;
                    let call = if self.dice.chance(50) {
                        Call::ClaimRewards(AgreementId(*id))
                    } else {
                        return Some(Op {
                            by: By::Signed(self.anybody()),
                            call: Call::ClaimRewardsFor(AgreementId(*id), who),
                        });
                    };
                    return Some(Op { by: By::Signed(who), call });
                }
            },
        };
        Some(Op { by: By::Signed(who), call })
    }
}

/// What really happened: half of the time the target is met.
fn truth(fate: &mut Dice, objective: &Objective) -> FixedU128 {
    let mut values = vec![objective.target, objective.bounds.min, objective.bounds.max];
    if let Credit::Tiers(rows) = &objective.credit {
        values.extend(rows.iter().map(|row| row.threshold));
    }
    values.extend(objective.bonuses.iter().map(|row| row.threshold));
    let mut value = values[fate.below(values.len() as u64) as usize].into_inner();
    if fate.chance(50) {
        let step = 1 + fate.upto(objective.bounds.max.into_inner() / 100);
        value = if fate.chance(50) { value.saturating_add(step) } else { value.saturating_sub(step) };
    }
    FixedU128::from_inner(value).max(objective.bounds.min).min(objective.bounds.max)
}
