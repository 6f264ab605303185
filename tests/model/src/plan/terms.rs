// SPDX-License-Identifier: Apache-2.0

//! Terms, amendments, and what providers have to do.

use super::{Dice, Plan, DSLA, HOUR, MINUTE, SECOND};
use crate::{
    drive::{PROVIDERS, REPORTERS},
    model::{
        agreements::Agreement,
        pool::Pool,
        terms::{boundary, passed, Terms},
        verdict::max_compensation,
        AccountId, Model, DAY,
    },
    ops::{By, Call, Op},
};
use dsla_primitives::{
    schedule::{Period, Schedule},
    terms::{
        Access, BonusRow, Bounds, Comparator, Credit, Document, Maintenance, Objective, Oracle, Pricing, Source, Tier,
    },
    traits::AgreementStatus as Status,
    Balance,
};
use frame_support::BoundedVec;
use sp_core::H256;
use sp_runtime::{FixedU128, Perbill};

/// How many agreements run at a time.
const RUNNING: usize = 4;

impl Plan {
    /// What a provider does.
    pub(super) fn chore(&mut self, model: &Model, people: &[AccountId]) -> Option<Op> {
        let provider = self.dice.below(PROVIDERS.end as u64) as usize;
        let (who, by) = (&people[provider], By::Signed(provider));
        let op = |call| Some(Op { by, call });
        if !model.providers.contains_key(who) {
            return op(Call::RegisterProvider(bytes(b"provider"), bytes(b"https://example.org")));
        }
        let service = model.services.iter().position(|service| service.as_ref().is_some_and(|s| s.provider == *who));
        let Some(service) = service.filter(|_| !self.dice.chance(1)) else {
            let document = Document { hash: H256::repeat_byte(1), uri: bytes(b"https://example.org/service") };
            return op(Call::RegisterService(bytes(b"web"), document));
        };
        let draft = |agreement: &Agreement| agreement.status == Status::Draft && agreement.provider == *who;
        if let Some((id, agreement)) = self.agreement(model, draft) {
            let late = agreement.terms().schedule.start <= model.now();
            let pool = &model.pools[id.0 as usize];
            let most = max_compensation(&agreement.terms().pricing);
            let call = match self.dice.below(10) {
                _ if late => Call::DiscardAgreement(id),
                0 => Call::DiscardAgreement(id),
                1 => Call::FundRewards(id, agreement.terms().pricing.team_reward * u128::from(self.dice.between(1, 9))),
                2 => Call::Allow(id, self.somebody()),
                3 => Call::SetMember(id, self.somebody(), self.dice.between(1, 9)),
                4..7 if pool.junior == 0 => Call::StakeCover(id, self.cover(most)),
                _ if pool.junior == 0 && most > 0 => Call::StakeCover(id, self.cover(most)),
                _ => Call::OpenAgreement(id),
            };
            return op(call);
        }
        let alive = model.agreements.iter().filter(|agreement| !agreement.is_over()).count();
        if alive < RUNNING {
            let terms = self.terms(model, people);
            return op(Call::RegisterAgreement(service as u64, Box::new(terms)));
        }
        let (id, agreement) = self.agreement(model, |agreement| agreement.runs() && agreement.provider == *who)?;
        let pool = &model.pools[id.0 as usize];
        let next = passed(&agreement.terms().schedule, model.now());
        let call = match self.dice.below(100) {
            0..30 if agreement.ending.is_some() || agreement.waiting.is_some() => {
                Call::StakeCover(id, self.around(max_compensation(&agreement.terms().pricing)))
            }
            0..30 => {
                let ahead = self.dice.below(3) as u32;
                Call::ProposeAmendment(id, Box::new(self.amendment(agreement, pool)), next + 1 + ahead)
            }
            30..33 => Call::GiveNotice(id),
            33..34 => {
                return Some(Op { by: By::Root, call: Call::Terminate(id, Some(next + self.dice.below(4) as u32)) })
            }
            34..45 => self.maintenance(model, id.0),
            45..55 => Call::Allow(id, self.somebody()),
            55..58 => Call::Disallow(id, self.somebody()),
            58..75 => Call::SetMember(id, self.somebody(), self.dice.below(6)),
            75..80 => Call::FundRewards(id, self.around(agreement.terms().pricing.team_reward)),
            80..88 => Call::StakeCover(id, self.around(max_compensation(&agreement.terms().pricing))),
            88..93 => Call::WithdrawCover(id, self.dice.upto(pool.junior)),
            93..94 => Call::UpdateProvider(bytes(b"another name"), bytes(b"https://example.org/other")),
            94..95 => Call::RemoveService(self.dice.below(model.services.len() as u64)),
            95..96 => Call::DeregisterProvider,
            _ => Call::Settle(id),
        };
        op(call)
    }

    /// Cover for some units.
    fn cover(&mut self, most: Balance) -> Balance {
        if most == 0 {
            return 1 + self.dice.upto(DSLA);
        }
        // With few units a loss can take everything to the last planck.
        let most_units = if self.tight() || self.dice.chance(30) { 2 } else { 40 };
        let units = self.dice.between(1, most_units);
        most * u128::from(units) + self.dice.upto(most) + if self.dice.chance(40) { 2 * DSLA } else { 0 }
    }

    /// An amount of about that size.
    pub(super) fn around(&mut self, amount: Balance) -> Balance {
        1 + self.dice.upto(amount.saturating_mul(4).min(50_000 * DSLA))
    }

    fn maintenance(&mut self, model: &Model, id: u64) -> Call {
        let agreement = &model.agreements[id as usize];
        let schedule = &agreement.terms().schedule;
        let period = passed(schedule, model.now()).saturating_sub(self.dice.below(2) as u32);
        let (begin, end) = (boundary(schedule, period), boundary(schedule, period + 1));
        let start = begin + self.dice.below(end - begin);
        let length = self.dice.below(agreement.terms().maintenance.quota.max(MINUTE));
        Call::AnnounceMaintenance(dsla_primitives::AgreementId(id), period, start, start + length)
    }

    /// Terms with odd numbers; one in thirty is unsound.
    fn terms(&mut self, model: &Model, people: &[AccountId]) -> Terms {
        let kind = if self.slow() { self.dice.between(5, 9) } else { self.dice.below(6) };
        let tight = self.tight();
        let dice = &mut self.dice;
        let start = model.now() + dice.between(MINUTE, 40 * MINUTE);
        let (period, window) = match kind {
            0..4 => (Period::Custom(dice.between(10 * MINUTE, 3 * HOUR)), 10 * MINUTE),
            4..6 => (Period::Hourly, 20 * MINUTE),
            6..8 => (Period::Daily, 2 * HOUR),
            8 => (Period::Weekly, DAY),
            _ => (Period::Monthly, DAY),
        };
        let members = dice.between(3, 5);
        let mut committee: Vec<AccountId> = Vec::new();
        while (committee.len() as u64) < members {
            let who = &people[dice.between(REPORTERS.start as u64, REPORTERS.end as u64 - 1) as usize];
            if !committee.contains(who) {
                committee.push(who.clone());
            }
        }
        committee.sort();
        let least = (members as u32 - 1) / 3 * 2 + 1;
        let pricing = pricing(dice);
        let count = dice.between(1, 3);
        let objectives: Vec<Objective> =
            (0..count).map(|at| objective(dice, weight(at, count), pricing.max_bonus)).collect();
        let mut terms = Terms {
            schedule: Schedule { start, period, periods: dice.between(2, 14) as u32 },
            objectives: BoundedVec::truncate_from(objectives),
            pricing,
            oracle: Oracle {
                committee: BoundedVec::truncate_from(committee),
                quorum: dice.between(least.into(), members) as u32,
                report_window: dice.between(18 * SECOND, window),
                reveal_window: dice.chance(30).then(|| dice.between(18 * SECOND, window)),
                challenge_window: dice.between(18 * SECOND, 2 * window),
            },
            access: if dice.chance(15) { Access::AllowList } else { Access::Open },
            maintenance: if dice.chance(40) {
                Maintenance { quota: dice.below(5 * MINUTE), notice: dice.below(HOUR) }
            } else {
                Maintenance { quota: 0, notice: 0 }
            },
            notice_periods: dice.chance(60).then(|| dice.below(3) as u32),
            document: Document { hash: H256::repeat_byte(7), uri: bytes(b"https://example.org/terms") },
        };
        if tight && dice.chance(70) {
            terms.pricing.premium_share = Perbill::zero();
            terms.pricing.credit_cap = Perbill::one();
            terms.pricing.cover_per_unit = 5 * DSLA + dice.upto(50 * DSLA);
            // Every miss costs everything.
            let target = terms.objectives[0].target;
            let all = Tier { threshold: target, credit: Perbill::one() };
            terms.objectives[0].credit = Credit::Tiers(BoundedVec::truncate_from(vec![all]));
            terms.objectives[0].weight = Perbill::one();
            terms.objectives.truncate(1);
        }
        if dice.chance(3) {
            spoil(dice, &mut terms, model);
        }
        terms
    }

    /// New terms that could follow: better for customers, better for backers, or just different.
    fn amendment(&mut self, agreement: &Agreement, pool: &Pool) -> Terms {
        let dice = &mut self.dice;
        let mut terms = agreement.terms().clone();
        terms.schedule.periods += dice.below(6) as u32;
        let p = &mut terms.pricing;
        let share = Perbill::from_percent(dice.between(50, 100) as u32);
        let backed = pool.senior + pool.pending() > 0;
        match dice.below(if backed { 5 } else { 3 }) {
            // No worse for customers.
            0 | 3 => {
                p.unit_price = share * p.unit_price;
                if !backed {
                    p.cover_per_unit = p.cover_per_unit.saturating_add(p.cover_per_unit / 10);
                }
                p.no_data_pay = share * p.no_data_pay;
            }
            // No worse for backers.
            1 | 4 => {
                p.unit_price = p.unit_price.saturating_add(p.unit_price / 7 + 1);
                p.cover_per_unit = share * p.cover_per_unit;
                p.credit_cap = share * p.credit_cap;
                p.premium_share = p.premium_share.max(dice.share());
            }
            _ => {
                *p = pricing(dice);
                for objective in &mut terms.objectives {
                    objective.bonuses = BoundedVec::default();
                }
                terms.document.hash = H256::repeat_byte(8);
            }
        }
        if dice.chance(5) {
            terms.schedule.start += 1;
        }
        terms
    }
}

/// Makes terms unsound.
fn spoil(dice: &mut Dice, terms: &mut Terms, model: &Model) {
    match dice.below(8) {
        0 => terms.schedule.start = model.now() - MINUTE,
        1 => terms.schedule.periods = 0,
        2 => terms.objectives[0].weight = Perbill::zero(),
        3 => terms.oracle.quorum = 0,
        4 => terms.oracle.report_window = SECOND,
        5 => terms.maintenance.quota = u64::MAX,
        6 => terms.objectives[0].bounds.max = FixedU128::from_u32(0),
        _ => terms.pricing.unit_price = u128::MAX,
    }
}

fn weight(at: u64, count: u64) -> Perbill {
    match (at, count) {
        (_, 1) => Perbill::one(),
        (0, 2) => Perbill::from_parts(333_333_333),
        (1, 2) => Perbill::from_parts(666_666_667),
        (0 | 1, _) => Perbill::from_percent(30),
        _ => Perbill::from_percent(40),
    }
}

fn pricing(dice: &mut Dice) -> Pricing {
    let scale = *dice.pick(&[10, 1_000, DSLA / 3, 20 * DSLA, 20 * DSLA]).unwrap_or(&DSLA);
    let unit_price = if dice.chance(8) { 0 } else { dice.upto(scale) };
    let cover_per_unit = if dice.chance(8) { 0 } else { dice.upto(3 * scale) };
    Pricing {
        unit_price,
        cover_per_unit,
        credit_cap: if dice.chance(60) { Perbill::one() } else { dice.share() },
        at_risk: dice.share(),
        max_bonus: if dice.chance(50) { Perbill::zero() } else { dice.share() },
        premium_share: dice.share(),
        team_reward: dice.upto(scale),
        no_data_pay: dice.share(),
    }
}

/// Objectives of several kinds: a percentage, a delay, a ratio, an exact number.
fn objective(dice: &mut Dice, weight: Perbill, max_bonus: Perbill) -> Objective {
    let value = FixedU128::from_rational;
    let deviation = Credit::Deviation { cap: if dice.chance(50) { Perbill::one() } else { dice.share() } };
    let tiers = |rows: &[(FixedU128, u32)]| {
        let row = |(threshold, percent): &(FixedU128, u32)| Tier {
            threshold: *threshold,
            credit: Perbill::from_percent(*percent),
        };
        Credit::Tiers(BoundedVec::truncate_from(rows.iter().map(row).collect()))
    };
    let (comparator, target, table, bounds, better, tolerance) = match dice.below(5) {
        0 | 1 => (
            if dice.chance(50) { Comparator::GreaterOrEqual } else { Comparator::Greater },
            value(999, 10),
            tiers(&[(value(999, 10), 10), (value(99, 1), 30), (value(95, 1), 100)]),
            (value(0, 1), value(100, 1)),
            Some(value(9_999, 100)),
            value(1, 1),
        ),
        2 => (
            if dice.chance(50) { Comparator::Less } else { Comparator::LessOrEqual },
            value(200, 1),
            tiers(&[(value(200, 1), 7), (value(500, 1), 77)]),
            (value(0, 1), value(60_000, 1)),
            Some(value(100, 1)),
            value(50, 1),
        ),
        3 => (
            Comparator::GreaterOrEqual,
            value(999, 1_000),
            tiers(&[(value(999, 1_000), 33), (value(9, 10), 66)]),
            (value(0, 1), value(1, 1)),
            None,
            value(1, 100),
        ),
        _ => (
            if dice.chance(50) { Comparator::Equal } else { Comparator::NotEqual },
            value(dice.below(2).into(), 1),
            tiers(&[]),
            (value(0, 1), value(5, 1)),
            None,
            value(0, 1),
        ),
    };
    let single =
        Credit::Tiers(BoundedVec::truncate_from(vec![Tier { threshold: target, credit: Perbill::from_percent(50) }]));
    let credit = match comparator {
        Comparator::NotEqual => single,
        Comparator::Equal => {
            if dice.chance(50) {
                single
            } else {
                deviation
            }
        }
        _ => {
            if dice.chance(70) {
                table
            } else {
                deviation
            }
        }
    };
    let bonuses = better.filter(|_| max_bonus > Perbill::zero() && dice.chance(60)).map(|threshold| BonusRow {
        threshold,
        bonus: Perbill::from_parts(dice.between(1, max_bonus.deconstruct().into()) as u32),
    });
    Objective {
        source: Source::Reported { unit: bytes(b"unit") },
        comparator,
        target,
        weight,
        credit,
        bonuses: BoundedVec::truncate_from(bonuses.into_iter().collect()),
        bounds: Bounds { min: bounds.0, max: bounds.1 },
        tolerance,
    }
}

/// Bounded bytes.
pub(super) fn bytes<const N: u32>(text: &[u8]) -> BoundedVec<u8, sp_core::ConstU32<N>> {
    BoundedVec::truncate_from(text.to_vec())
}
