// SPDX-License-Identifier: Apache-2.0

//! The code generated from `metadata.scale`, and the translation between its types and those of [`crate::types`].
//!
//! Nothing else in the project names a generated type. When the runtime moves a type, this file is where it shows.

use crate::types::{Account, Agreement, Claimable, DueReport, Measurement, Objective, Report, Round, Status};
use chain::runtime_types::{
    bounded_collections::bounded_vec::BoundedVec,
    dsla_primitives::{api, terms::Source, traits::AgreementStatus, AgreementId, RoundId},
    pallet_sli_oracle::types as oracle,
    sp_arithmetic::fixed_point::FixedU128,
};
use subxt::utils::{AccountId32, H256};

#[subxt::subxt(runtime_metadata_path = "metadata.scale")]
#[allow(clippy::all, missing_docs, unused_qualifications)]
pub(crate) mod chain {}

/// The id of an agreement.
pub(crate) fn agreement_id(id: u64) -> AgreementId {
    AgreementId(id)
}

/// An account.
pub(crate) fn account_id(account: Account) -> AccountId32 {
    AccountId32(account)
}

impl From<RoundId> for Round {
    fn from(round: RoundId) -> Self {
        Self { agreement: round.agreement.0, period: round.period }
    }
}

/// Those of `due` that are open reports.
pub(crate) fn open_reports(due: Vec<api::DueReport>) -> Vec<DueReport> {
    due.into_iter().filter(|due| matches!(due.duty, api::Duty::Report)).map(Into::into).collect()
}

impl From<api::DueReport> for DueReport {
    fn from(due: api::DueReport) -> Self {
        Self { round: due.round.into(), start: due.start, end: due.end, until: due.until }
    }
}

impl From<api::Claimable> for Claimable {
    fn from(claimable: api::Claimable) -> Self {
        let api::Claimable { refund, compensation, reward, income, exit } = claimable;
        Self { refund, compensation, reward, income, exit }
    }
}

impl From<AgreementStatus> for Status {
    fn from(status: AgreementStatus) -> Self {
        match status {
            AgreementStatus::Draft => Self::Draft,
            AgreementStatus::Open => Self::Open,
            AgreementStatus::Active => Self::Active,
            AgreementStatus::Completed => Self::Completed,
            AgreementStatus::Terminated => Self::Terminated,
        }
    }
}

impl From<api::AgreementView<AccountId32>> for Agreement {
    fn from(view: api::AgreementView<AccountId32>) -> Self {
        let objectives = view.terms.objectives.0.into_iter().map(|objective| {
            let Source::Reported { unit } = objective.source;
            Objective {
                unit: String::from_utf8_lossy(&unit.0).into_owned(),
                min: objective.bounds.min.0,
                max: objective.bounds.max.0,
            }
        });
        Self {
            id: view.id.0,
            status: view.status.into(),
            objectives: objectives.collect(),
            committee: view.terms.oracle.committee.0.into_iter().map(|account| account.0).collect(),
            sealed: view.terms.oracle.reveal_window.is_some(),
            next_due: view.next_due,
        }
    }
}

impl From<Measurement> for oracle::Measurement {
    fn from(measurement: Measurement) -> Self {
        match measurement {
            Measurement::Value(inner) => Self::Value(FixedU128(inner)),
            Measurement::Ratio { good, total } => Self::Ratio { good, total },
            Measurement::NoData => Self::NoData,
        }
    }
}

impl From<Report> for oracle::SubmittedReport {
    fn from(report: Report) -> Self {
        Self {
            round: RoundId { agreement: AgreementId(report.round.agreement), period: report.round.period },
            measurements: BoundedVec(report.measurements.into_iter().map(Into::into).collect()),
            evidence: H256(report.evidence),
        }
    }
}

/// The call `SliOracle.submit`.
pub(crate) fn submit(reports: Vec<Report>) -> impl subxt::tx::Payload {
    chain::transactions().sli_oracle().submit(BoundedVec(reports.into_iter().map(Into::into).collect()))
}

/// The call `Sla.settle`.
pub(crate) fn settle(agreement: u64) -> impl subxt::tx::Payload {
    chain::transactions().sla().settle(AgreementId(agreement))
}
