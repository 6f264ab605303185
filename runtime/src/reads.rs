// SPDX-License-Identifier: Apache-2.0

//! What `DslaApi` answers, put together from what the pallets know.

mod actions;

pub use actions::actions;

use crate::{configs::dsla::Rent, AccountId, Balance, Challenge, Compensation, Runtime, Sla, Timestamp};
use alloc::vec::Vec;
use dsla_primitives::{
    api::{AgreementView, Holding, LogEntry, PanelDuty, Preview, Reliability},
    settlement::UnitAmounts,
    terms::Terms,
    traits::AgreementInspect,
    verdict::{Indicator, Verdict},
    AgreementId, PeriodIndex, RoundId, ServiceId,
};
use pallet_challenge::types::{Duty, Instance};
use pallet_sla::Agreements;
use sp_runtime::traits::Convert;

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
        // No terms take so much room that its size overflows.
        deposit: Sla::preview_footprint(terms).map(Rent::convert).unwrap_or_default(),
    }
}

/// A page of what an account has under its agreements.
pub fn portfolio(who: &AccountId, from: Option<AgreementId>, limit: u32) -> (Vec<Holding>, Option<AgreementId>) {
    let (page, next) = Compensation::claimables(who, from, limit);
    let holdings = page.into_iter().filter_map(|(agreement, claimable)| {
        let entry = Agreements::<Runtime>::get(agreement)?;
        let terms = <Sla as AgreementInspect<AccountId>>::terms(RoundId::new(agreement, entry.finalized))?;
        let current = terms.schedule.period_at(Timestamp::get()).unwrap_or(0);
        let ledger = Compensation::ledger(agreement, who)?;
        let runs = |position: &&pallet_compensation::Position| position.from <= current && current < position.until;
        let backing = ledger.backing;
        Some(Holding {
            agreement,
            status: entry.status,
            is_provider: entry.provider == *who,
            // Sums of what one account prepaid or was given fit: the pool counts them all in the same type.
            units: ledger.subscriptions.iter().filter(runs).fold(0, |sum, position| position.share.saturating_add(sum)),
            prepaid_until: ledger.subscriptions.iter().map(|position| position.until).max().unwrap_or(0),
            team_weight: ledger
                .memberships
                .iter()
                .filter(runs)
                .fold(0, |sum, position| position.share.saturating_add(sum)),
            shares: backing.shares,
            shares_value: Compensation::value_of_shares(agreement, backing.shares).unwrap_or(0),
            shares_noticed: backing.notice,
            deposits: backing.deposits.iter().fold(0, |sum: Balance, (_, amount)| sum.saturating_add(*amount)),
            claimable,
        })
    });
    (holdings.collect(), next)
}

/// How reliable a provider has been.
pub fn reliability(provider: &AccountId) -> Option<Reliability> {
    Sla::reliability(provider).map(figures)
}

/// How reliable a service has been.
pub fn service_reliability(service: ServiceId) -> Option<Reliability> {
    Sla::service_reliability(service).map(figures)
}

fn figures(of: pallet_sla::types::Reliability) -> Reliability {
    let record = of.record;
    Reliability {
        agreements: record.agreements,
        agreements_completed: record.agreements_completed,
        agreements_terminated: record.agreements_terminated,
        periods_met: record.periods_met,
        periods_missed: record.periods_missed,
        periods_no_data: record.periods_no_data,
        periods_overturned: record.periods_overturned,
        score: of.score,
    }
}

/// What an account owes as a member of panels.
pub fn panel_duties(who: &AccountId) -> Vec<PanelDuty> {
    Challenge::duties(who)
        .into_iter()
        .map(|(round, duty)| {
            let (instance, until, reveal) = match duty {
                Duty::Commit { instance, until } => (instance, until, false),
                Duty::Reveal { instance, until } => (instance, until, true),
            };
            PanelDuty { round, appeal: instance == Instance::Appeal, reveal, until }
        })
        .collect()
}
