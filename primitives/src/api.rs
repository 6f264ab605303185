// SPDX-License-Identifier: Apache-2.0

//! The runtime API through which wallets, portals and the reporter read the chain, and what it returns.

use crate::{
    settlement::{Buckets, Settlement},
    terms::Terms,
    traits::AgreementStatus,
    verdict::{Indicator, ObjectiveOutcome, Outcome, Verdict},
    AgreementId, Balance, Moment, PeriodIndex, RoundId, ServiceId, TermsVersion, Units,
};
use alloc::vec::Vec;
use codec::{Codec, Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::Perbill;

/// The most entries of a page.
pub const MAX_PAGE: u32 = 100;

/// What an account can claim, by where it comes from. In plancks.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
pub struct Claimable {
    /// Prepayment that was not used up.
    pub refund: Balance,
    /// Compensation for missed periods.
    pub compensation: Balance,
    /// Team rewards.
    pub reward: Balance,
    /// Income of the provider, and fees earned by settling.
    pub income: Balance,
    /// What a backer took out of the pool, at its price.
    pub exit: Balance,
}

impl Claimable {
    /// Everything together; `None` on overflow.
    pub fn total(&self) -> Option<Balance> {
        [self.refund, self.compensation, self.reward, self.income, self.exit]
            .into_iter()
            .try_fold(0, Balance::checked_add)
    }
}

/// An agreement with its terms, status and pool.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct AgreementView<AccountId> {
    /// Its id.
    pub id: AgreementId,
    /// The service it is about.
    pub service: ServiceId,
    /// The provider.
    pub provider: AccountId,
    /// Where it stands.
    pub status: AgreementStatus,
    /// The version of the terms in force.
    pub version: TermsVersion,
    /// The terms in force.
    pub terms: Terms<AccountId>,
    /// The period that runs now, if one does.
    pub current_period: Option<PeriodIndex>,
    /// The first period a subscription bought now would count for.
    pub next_period: PeriodIndex,
    /// How many periods have a proposed or final verdict.
    pub proposed: PeriodIndex,
    /// How many periods are final.
    pub finalized: PeriodIndex,
    /// When the chain acts on the agreement next; `None` when it never will again.
    pub next_due: Option<Moment>,
    /// The account of the pool.
    pub pool_account: AccountId,
    /// What is in the pool.
    pub buckets: Buckets,
    /// Units subscribed in the period that runs now.
    pub units: Units,
}

/// How far the verdict of a period has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo, Serialize, Deserialize)]
pub enum Phase {
    /// Proposed; it becomes final at `until` unless it is challenged.
    Proposed {
        /// End of the challenge window.
        until: Moment,
    },
    /// Challenged: it waits for a ruling, which is bounded in time.
    Challenged {
        /// When the first challenge came.
        since: Moment,
    },
    /// Final, and settled at `at`.
    Final {
        /// When.
        at: Moment,
    },
}

/// A line of the SLA log: one period of an agreement.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct LogEntry {
    /// Which period.
    pub period: PeriodIndex,
    /// Its begin.
    pub start: Moment,
    /// Its end.
    pub end: Moment,
    /// How far its verdict has come.
    pub phase: Phase,
    /// What was measured, in the order of the objectives.
    pub indicators: Vec<Indicator>,
    /// How each objective came out.
    pub objectives: Vec<ObjectiveOutcome>,
    /// How the period came out.
    pub outcome: Outcome,
    /// The credit.
    pub credit: Perbill,
    /// The bonus.
    pub bonus: Perbill,
    /// What moved; `None` until the verdict is final.
    pub settlement: Option<Settlement>,
}

/// What terms would mean for given indicators. Amounts per unit and period.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Preview {
    /// Why the terms would be refused: the name of the error of `pallet-sla`; empty when they would be taken.
    pub refused: Vec<u8>,
    /// The verdict.
    pub verdict: Verdict,
    /// What a customer prepays.
    pub prepayment: Balance,
    /// What a customer pays in the end.
    pub pay: Balance,
    /// What a customer gets back of the prepayment.
    pub refund: Balance,
    /// The compensation of a fully covered unit.
    pub compensation: Balance,
    /// The cover one unit needs.
    pub cover: Balance,
}

/// What a member of a committee owes for a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo, Serialize, Deserialize)]
pub enum Duty {
    /// An open report.
    Report,
    /// The hash of a sealed report.
    Commit,
    /// The sealed report behind the hash.
    Reveal,
}

/// A period for which an account of the committee has not done its duty yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
pub struct DueReport {
    /// Which period of which agreement.
    pub round: RoundId,
    /// Begin of the period.
    pub start: Moment,
    /// End of the period.
    pub end: Moment,
    /// Until when it is taken as things stand.
    pub until: Moment,
    /// What is owed.
    pub duty: Duty,
}

sp_api::decl_runtime_apis! {
    /// Reads of DSLA Chain.
    pub trait DslaApi<AccountId> where AccountId: Codec {
        /// An agreement with its terms, status and pool; `None` when there is none with this id.
        fn agreement(id: AgreementId) -> Option<AgreementView<AccountId>>;
        /// The ids of the agreements, in order, from `from` on; at most `limit`, at most 100.
        fn agreements(from: AgreementId, limit: u32) -> Vec<AgreementId>;
        /// What `who` can claim under `agreement` now.
        fn claimable(agreement: AgreementId, who: AccountId) -> Claimable;
        /// What `who` can claim under each of its agreements, with the cursor of the next page (`None`: no more).
        fn claimables(who: AccountId, from: Option<AgreementId>, limit: u32)
            -> (Vec<(AgreementId, Claimable)>, Option<AgreementId>);
        /// The SLA log of `agreement` from period `from` on; at most `limit`, at most 100 entries.
        fn sla_log(agreement: AgreementId, from: PeriodIndex, limit: u32) -> Vec<LogEntry>;
        /// What `terms` would mean for `indicators` (in the order of the objectives).
        fn preview(terms: Terms<AccountId>, indicators: Vec<Indicator>) -> Preview;
        /// What `reporter` owes under `agreement` now, oldest first; at most `limit`, at most 100.
        fn due_reports(agreement: AgreementId, reporter: AccountId, limit: u32) -> Vec<DueReport>;
    }
}
