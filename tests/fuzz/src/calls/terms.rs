// SPDX-License-Identifier: Apache-2.0

//! Terms of agreements: sensible ones, mostly with something changed.

use super::Wanted;
use crate::{
    chain,
    input::Bytes,
    people,
    values::{self, DAY, HOUR},
};
use dsla_primitives::{
    schedule::Period,
    terms::{min_quorum, Access, Bounds, Comparator, Credit, Terms, Tier, MAX_WINDOW},
    traits::AgreementInspect,
    RoundId, ServiceId,
};
use dsla_runtime::{AccountId, Runtime, Sla};
use dsla_runtime_tests::people::{availability, bonus, milli, terms as usual};
use frame_support::BoundedVec;
use pallet_sla::Call;
use sp_runtime::{FixedU128, Perbill};

/// Terms from `from`, or from usual ones, with some changes.
pub fn terms(bytes: &mut Bytes, from: Option<Terms<AccountId>>) -> Terms<AccountId> {
    let mut terms = from.unwrap_or_else(|| {
        let period = bytes.pick(&[
            Period::Custom(4 * HOUR),
            Period::Hourly,
            Period::Daily,
            Period::Weekly,
            Period::Biweekly,
            Period::Monthly,
            Period::Quarterly,
            Period::Yearly,
        ]);
        let mut terms = usual(chain::now() + HOUR, period, 6, &[]);
        let members = 1 + bytes.below(5);
        let first = bytes.below(9);
        seat(&mut terms, (first..first + members).map(|i| people::id(people::REPORTERS + i)).collect());
        terms
    });
    for _ in 0..bytes.pick(&[0, 0, 1, 1, 1, 2, 3]) {
        change(&mut terms, bytes);
    }
    terms
}

fn seat(terms: &mut Terms<AccountId>, mut members: Vec<AccountId>) {
    members.sort();
    terms.oracle.quorum = min_quorum(members.len() as u32);
    terms.oracle.committee = BoundedVec::truncate_from(members);
}

fn change(terms: &mut Terms<AccountId>, bytes: &mut Bytes) {
    let (pricing, oracle, schedule) = (&mut terms.pricing, &mut terms.oracle, &mut terms.schedule);
    let share = |bytes: &mut Bytes| Perbill::from_parts(values::parts(bytes, 1_000_000_000));
    let window = |bytes: &mut Bytes| match bytes.byte() {
        0..60 => HOUR,
        60..100 => 18_000,
        100..120 => 17_999,
        120..160 => MAX_WINDOW,
        160..180 => MAX_WINDOW + 1,
        180..220 => DAY,
        _ => values::moment(bytes),
    };
    match bytes.byte() % 30 {
        0 => schedule.start = values::moment(bytes),
        1 => schedule.periods = values::small("periods", bytes),
        2 => schedule.period = Period::Custom(values::moment(bytes)),
        3 => pricing.unit_price = values::amount(bytes),
        4 => pricing.cover_per_unit = values::amount(bytes),
        5 => pricing.team_reward = values::amount(bytes),
        6 => pricing.credit_cap = share(bytes),
        7 => pricing.at_risk = share(bytes),
        8 => pricing.max_bonus = share(bytes),
        9 => pricing.premium_share = share(bytes),
        10 => pricing.no_data_pay = share(bytes),
        11 => oracle.quorum = values::small("quorum", bytes),
        12 => oracle.report_window = window(bytes),
        13 => oracle.challenge_window = window(bytes),
        14 => oracle.reveal_window = bytes.chance(75).then(|| window(bytes)),
        15 => {
            let members = bytes.below(5);
            oracle.committee = BoundedVec::truncate_from((0..members).map(|_| values::account(bytes)).collect());
        }
        16 => terms.access = bytes.pick(&[Access::Open, Access::AllowList]),
        17 => terms.maintenance.quota = values::moment(bytes),
        18 => terms.maintenance.notice = window(bytes),
        19 => terms.notice_periods = bytes.chance(70).then(|| values::small("periods", bytes)),
        20 => terms.document.hash = values::hash(bytes),
        21 => {
            let half = availability(Perbill::from_percent(50));
            terms.objectives = BoundedVec::truncate_from(vec![half.clone(), half]);
        }
        22 => terms.objectives = BoundedVec::default(),
        _ => objective(terms, bytes),
    }
}

fn objective(terms: &mut Terms<AccountId>, bytes: &mut Bytes) {
    let max_bonus = &mut terms.pricing.max_bonus;
    let Some(objective) = terms.objectives.iter_mut().next() else { return };
    match bytes.byte() % 9 {
        0 => objective.weight = Perbill::from_parts(values::parts(bytes, 1_000_000_000)),
        1 => objective.target = values::milli(bytes),
        2 => objective.bounds = Bounds { min: values::milli(bytes), max: values::milli(bytes) },
        3 => objective.tolerance = values::milli(bytes),
        4 => objective.credit = Credit::Deviation { cap: Perbill::from_parts(values::parts(bytes, 1_000_000_000)) },
        5 => {
            *max_bonus = Perbill::from_percent(20);
            let rows = (0..bytes.below(4)).map(|i| bonus(99_910 + 10 * i as u128, 5 * (i as u32 + 1)));
            objective.bonuses = BoundedVec::truncate_from(rows.collect());
        }
        6 => {
            let rows =
                (0..bytes.below(4)).map(|_| bonus(99_000 + u128::from(bytes.byte()) * 4, u32::from(bytes.byte())));
            objective.bonuses = BoundedVec::truncate_from(rows.collect());
        }
        7 => {
            let rows = (0..bytes.below(4)).map(|_| Tier {
                threshold: milli(u128::from(bytes.byte()) * 400),
                credit: Perbill::from_percent(u32::from(bytes.byte())),
            });
            objective.credit = Credit::Tiers(BoundedVec::truncate_from(rows.collect()));
        }
        _ => {
            use Comparator::*;
            objective.comparator = bytes.pick(&[Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual]);
            let one_row = vec![Tier { threshold: objective.target, credit: Perbill::from_percent(50) }];
            objective.credit = Credit::Tiers(BoundedVec::truncate_from(one_row));
            objective.tolerance = FixedU128::from_u32(1);
        }
    }
}

pub fn register_agreement(bytes: &mut Bytes) -> Option<Wanted> {
    let terms = terms(bytes, None);
    let service = ServiceId(u64::from(bytes.pick(&[0_u8, 0, 0, 1, 2])));
    Wanted::by(Call::<Runtime>::register_agreement { service, terms }, people::id(people::PROVIDER))
}

pub fn propose_amendment(bytes: &mut Bytes) -> Option<Wanted> {
    let agreement = values::agreement(bytes);
    let info = <Sla as AgreementInspect<AccountId>>::agreement(agreement)?;
    let old = <Sla as AgreementInspect<AccountId>>::terms(RoundId::new(agreement, info.finalized))?;
    let next = old.schedule.next_boundary(chain::now()).unwrap_or(0);
    let terms = terms(bytes, Some(old));
    let from = next.wrapping_add(bytes.pick(&[1_u32, 1, 1, 2, 3, 0, u32::MAX]));
    Wanted::by(Call::<Runtime>::propose_amendment { agreement, terms, from }, info.provider)
}

pub fn announce_maintenance(bytes: &mut Bytes) -> Option<Wanted> {
    let agreement = values::agreement(bytes);
    let info = <Sla as AgreementInspect<AccountId>>::agreement(agreement)?;
    let schedule = <Sla as AgreementInspect<AccountId>>::terms(RoundId::new(agreement, info.finalized))?.schedule;
    let period = schedule.next_boundary(chain::now()).unwrap_or(0).wrapping_sub(bytes.pick(&[0_u32, 1, 1, 2]));
    let begin = schedule.boundary(period).unwrap_or(0);
    let start = begin.saturating_add(u64::from(bytes.byte()) * 60_000);
    let end = start.saturating_add(bytes.pick(&[60_000_u64, 10 * 60_000, HOUR, 0, DAY]));
    Wanted::by(Call::<Runtime>::announce_maintenance { agreement, period, start, end }, info.provider)
}

/// The agreement with which something happens next, or the one after it.
pub fn settle(bytes: &mut Bytes) -> Option<Wanted> {
    let place = usize::from(bytes.pick(&[0_u8, 0, 0, 1, 2]));
    let agreement = pallet_sla::Agenda::<Runtime>::iter_keys().nth(place)?.agreement();
    Wanted::any(Call::<Runtime>::settle { agreement })
}

/// Somebody on a list.
pub fn disallow(bytes: &mut Bytes) -> Option<Wanted> {
    let allowed: Vec<_> = pallet_sla::Allowed::<Runtime>::iter_keys().collect();
    if allowed.is_empty() {
        return None;
    }
    let (agreement, who) = bytes.pick(&allowed);
    Wanted::any(Call::<Runtime>::disallow { agreement, who })
}
