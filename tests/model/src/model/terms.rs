// SPDX-License-Identifier: Apache-2.0

//! Which terms are sound, which can follow which, and what they take on chain.

use super::AccountId;
use codec::Encode;
use dsla_primitives::{
    schedule::{Period, Schedule},
    terms::{Access, Comparator, Credit, Objective, Terms as AnyTerms},
    Balance, Moment, PeriodIndex,
};

/// Terms of this chain.
pub type Terms = AnyTerms<AccountId>;

const HOUR: Moment = 3_600_000;
const DAY: Moment = 24 * HOUR;
const WINDOWS: std::ops::RangeInclusive<Moment> = 18_000..=14 * DAY;

/// What an item of `bytes` takes as a deposit.
pub fn deposit(bytes: u64) -> Balance {
    (100 + u128::from(bytes)) * 1_000_000_000_000_000
}

/// Boundary `index`; only of periods that were checked to exist.
pub fn boundary(schedule: &Schedule, index: PeriodIndex) -> Moment {
    schedule.boundary(index).expect("within the calendar")
}

/// How many boundaries have passed at `now`: the number of the first one ahead.
pub fn passed(schedule: &Schedule, now: Moment) -> PeriodIndex {
    (0..).find(|index| boundary(schedule, *index) > now).expect("time has no end")
}

/// When `period` is judged at the earliest.
pub fn judged_at(terms: &Terms, period: PeriodIndex) -> Moment {
    boundary(&terms.schedule, period + 1) + terms.oracle.report_window + terms.oracle.reveal_window.unwrap_or(0)
}

/// The bytes of a period: the line of the log, the reports of everybody and the settlement.
fn line(terms: &Terms) -> u64 {
    let objectives = terms.objectives.len() as u64;
    let log = 32 + 22 * objectives + if terms.maintenance.quota > 0 { 141 } else { 0 };
    let sealed = if terms.oracle.reveal_window.is_some() { 64 } else { 0 };
    let reports = 15 + (65 + 17 * objectives + sealed) * terms.oracle.committee.len() as u64;
    log + reports + 212
}

/// The deposit for first terms and their periods.
pub fn deposit_of_terms(terms: &Terms) -> Balance {
    deposit(terms.encoded_size() as u64 + line(terms) * u64::from(terms.schedule.periods))
}

/// The deposit for an amendment: its terms, and by how much the periods take more.
pub fn deposit_of_amendment(new: &Terms, from: PeriodIndex, old: &Terms) -> Balance {
    let rest = |terms: &Terms| line(terms) * u64::from(terms.schedule.periods - from);
    deposit(new.encoded_size() as u64 + rest(new).saturating_sub(rest(old)))
}

/// Whether terms are sound that begin no earlier than `now`.
pub fn sound(terms: &Terms, now: Moment) -> bool {
    let schedule = &terms.schedule;
    let (shortest, long_enough) = match schedule.period {
        Period::Hourly => (HOUR, true),
        Period::Daily => (DAY, true),
        Period::Weekly => (7 * DAY, true),
        Period::Biweekly => (14 * DAY, true),
        Period::Monthly => (28 * DAY, true),
        Period::Quarterly => (89 * DAY, true),
        Period::Yearly => (365 * DAY, true),
        Period::Custom(length) => (length, length >= 60_000),
    };
    let price = terms.pricing.unit_price;
    let fits = price.checked_add(super::verdict::part_up(price.min(u128::MAX >> 1), terms.pricing.max_bonus)).is_some();
    schedule.start >= now
        && long_enough
        && schedule.periods > 0
        && schedule.end().is_some_and(|end| end < u64::MAX - 60 * DAY)
        && sound_objectives(terms)
        && fits
        && terms.maintenance.quota <= shortest / 2
        && terms.maintenance.notice <= *WINDOWS.end()
        && sound_oracle(terms)
}

fn sound_objectives(terms: &Terms) -> bool {
    let weights: u64 = terms.objectives.iter().map(|o| u64::from(o.weight.deconstruct())).sum();
    weights == 1_000_000_000
        && terms.objectives.iter().all(|o| !o.weight.is_zero() && sound_objective(o, terms.pricing.max_bonus))
}

fn sound_objective(objective: &Objective, max_bonus: sp_runtime::Perbill) -> bool {
    let Objective { comparator, target, credit, bonuses, bounds, .. } = objective;
    let inside = |value| bounds.min <= value && value <= bounds.max;
    // Whether the first is strictly worse than the second.
    let worse = |a, b| match comparator {
        Comparator::Equal | Comparator::NotEqual => false,
        Comparator::Less | Comparator::LessOrEqual => a > b,
        Comparator::Greater | Comparator::GreaterOrEqual => a < b,
    };
    let credit_sound = match credit {
        Credit::Deviation { .. } => *comparator != Comparator::NotEqual,
        Credit::Tiers(rows) => {
            !rows.is_empty()
                && rows[0].threshold == *target
                && !rows[0].credit.is_zero()
                && rows.iter().all(|row| inside(row.threshold))
                && rows
                    .windows(2)
                    .all(|pair| worse(pair[1].threshold, pair[0].threshold) && pair[1].credit > pair[0].credit)
        }
    };
    let (mut threshold, mut bonus, mut bonuses_sound) = (*target, sp_runtime::Perbill::zero(), true);
    for row in bonuses {
        bonuses_sound &= worse(threshold, row.threshold) && row.bonus > bonus && row.bonus <= max_bonus;
        bonuses_sound &= inside(row.threshold);
        (threshold, bonus) = (row.threshold, row.bonus);
    }
    bounds.max.into_inner() <= 10u128.pow(36) && inside(*target) && credit_sound && bonuses_sound
}

fn sound_oracle(terms: &Terms) -> bool {
    let oracle = &terms.oracle;
    let members = oracle.committee.len() as u32;
    // So many liars must be borne, and more than twice as many must agree.
    let liars = if members == 0 { 0 } else { (members - 1) / 3 };
    members > 0
        && oracle.committee.windows(2).all(|pair| pair[0] < pair[1])
        && oracle.quorum > 2 * liars
        && oracle.quorum <= members
        && WINDOWS.contains(&oracle.report_window)
        && WINDOWS.contains(&oracle.challenge_window)
        && oracle.reveal_window.is_none_or(|window| WINDOWS.contains(&window))
}

/// Whether `new` can follow `old`.
pub fn continues(new: &Terms, old: &Terms) -> bool {
    let (new, old) = (&new.schedule, &old.schedule);
    new.start == old.start && new.period == old.period && new.periods >= old.periods
}

/// Whether the same is measured by the same people and compared with the same targets.
fn same_measure(new: &Terms, old: &Terms) -> bool {
    let measure = |o: &Objective| (o.source.clone(), o.comparator, o.target, o.weight, o.bounds, o.tolerance);
    new.oracle == old.oracle
        && new.objectives.iter().map(measure).collect::<Vec<_>>()
            == old.objectives.iter().map(measure).collect::<Vec<_>>()
}

/// Whether every miss is credited at least as much.
fn credits_at_least(a: &Terms, b: &Terms) -> bool {
    a.objectives.iter().zip(&b.objectives).all(|(a, b)| match (&a.credit, &b.credit) {
        (Credit::Tiers(a), Credit::Tiers(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.threshold == b.threshold && a.credit >= b.credit)
        }
        (Credit::Deviation { cap: a }, Credit::Deviation { cap: b }) => a >= b,
        _ => false,
    })
}

/// Whether no customer is worse off under `new`.
pub fn good_for_customers(new: &Terms, old: &Terms) -> bool {
    let (n, o) = (&new.pricing, &old.pricing);
    let bonuses = |(new, old): (&Objective, &Objective)| new.bonuses.is_empty() || new.bonuses == old.bonuses;
    let notice = match (new.notice_periods, old.notice_periods) {
        (None, _) => true,
        (Some(new), Some(old)) => new >= old,
        (Some(_), None) => false,
    };
    continues(new, old)
        && same_measure(new, old)
        && credits_at_least(new, old)
        && new.objectives.iter().zip(&old.objectives).all(bonuses)
        && n.unit_price <= o.unit_price
        && n.cover_per_unit >= o.cover_per_unit
        && n.credit_cap >= o.credit_cap
        && n.at_risk >= o.at_risk
        && n.max_bonus <= o.max_bonus
        && n.no_data_pay <= o.no_data_pay
        && (new.access == Access::Open || new.access == old.access)
        && new.maintenance.quota <= old.maintenance.quota
        && new.maintenance.notice >= old.maintenance.notice
        && notice
        && new.document == old.document
}

/// Whether no backer is worse off under `new`.
pub fn good_for_backers(new: &Terms, old: &Terms) -> bool {
    let (n, o) = (&new.pricing, &old.pricing);
    let bonuses = |(new, old): (&Objective, &Objective)| {
        old.bonuses.iter().all(|row| new.bonuses.iter().any(|n| n.threshold == row.threshold && n.bonus >= row.bonus))
    };
    continues(new, old)
        && same_measure(new, old)
        && credits_at_least(old, new)
        && new.objectives.iter().zip(&old.objectives).all(bonuses)
        && n.cover_per_unit <= o.cover_per_unit
        && n.credit_cap <= o.credit_cap
        && n.unit_price >= o.unit_price
        && n.at_risk <= o.at_risk
        && n.max_bonus >= o.max_bonus
        && n.no_data_pay >= o.no_data_pay
        && n.premium_share >= o.premium_share
        && new.maintenance.quota >= old.maintenance.quota
        && new.maintenance.notice <= old.maintenance.notice
}
