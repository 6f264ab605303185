// SPDX-License-Identifier: Apache-2.0

//! What `DslaApi` answers, put together from what the pallets know.

use crate::{AccountId, Compensation, Runtime, Sla, Timestamp};
use alloc::vec::Vec;
use dsla_primitives::{
    api::{AgreementView, LogEntry, Preview},
    settlement::UnitAmounts,
    terms::Terms,
    traits::AgreementInspect,
    verdict::{Indicator, Verdict},
    AgreementId, PeriodIndex, RoundId,
};
use pallet_sla::Agreements;

/// An agreement with its terms, status and pool.
pub fn agreement(id: AgreementId) -> Option<AgreementView<AccountId>> {
    let entry = Agreements::<Runtime>::get(id)?;
    let now = Timestamp::get();
    let terms = <Sla as AgreementInspect<AccountId>>::terms(RoundId::new(id, entry.finalized))?;
    let current_period = terms.schedule.period_at(now);
    Some(AgreementView {
        id,
        service: entry.service,
        provider: entry.provider,
        status: entry.status,
        version: entry.version,
        current_period,
        next_period: terms.schedule.next_boundary(now)?,
        terms,
        proposed: entry.proposed,
        finalized: entry.finalized,
        next_due: Sla::next_due(id),
        pool_account: Compensation::pool_account(id),
        buckets: Compensation::buckets(id),
        units: current_period.map_or(0, |period| Compensation::units(id, period)),
    })
}

/// A page of the SLA log.
pub fn sla_log(id: AgreementId, from: PeriodIndex, limit: u32) -> Vec<LogEntry> {
    Sla::log(id, from, limit)
        .into_iter()
        .map(|(period, start, end, record)| LogEntry {
            period,
            start,
            end,
            phase: record.phase,
            indicators: record.indicators.into_inner(),
            objectives: record.verdict.objectives.into_inner(),
            outcome: record.verdict.outcome,
            credit: record.verdict.credit,
            bonus: record.verdict.bonus,
            settlement: Compensation::settlement(id, period).map(|settled| settled.amounts),
        })
        .collect()
}

/// What terms would mean for given indicators.
pub fn preview(terms: &Terms<AccountId>, indicators: &[Indicator]) -> Preview {
    let verdict = Verdict::assess(&terms.objectives, &terms.pricing, indicators);
    let refused = Sla::preview_refusal(terms, Timestamp::get()).unwrap_or_default().as_bytes().to_vec();
    // Amounts that overflow are one of the reasons to refuse; then there is nothing to show.
    let unit = UnitAmounts::of(&terms.pricing, &verdict).unwrap_or(UnitAmounts {
        prepayment: 0,
        pay: 0,
        refund: 0,
        compensation: 0,
    });
    Preview {
        refused,
        verdict,
        prepayment: unit.prepayment,
        pay: unit.pay,
        refund: unit.refund,
        compensation: unit.compensation,
        cover: terms.pricing.max_compensation(),
    }
}
