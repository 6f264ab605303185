// SPDX-License-Identifier: Apache-2.0

//! The runtime API through which wallets, portals and the reporter read the chain, and what it returns.

use crate::{
    market::{OfferView, SellerRecord, VoucherId, VoucherView},
    settlement::{Buckets, Settlement},
    terms::Terms,
    traits::{AgreementStatus, Amendment},
    verdict::{Indicator, ObjectiveOutcome, Outcome, Verdict},
    AgreementId, Balance, Moment, OfferId, PeriodIndex, RoundId, ServiceId, TermsVersion, Units,
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
    /// What the provider deposits for good when it registers the terms: the price of the room on chain that they and all
    /// of their periods take.
    pub deposit: Balance,
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

/// What an account has under one agreement.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Holding {
    /// The agreement.
    pub agreement: AgreementId,
    /// Where it stands.
    pub status: AgreementStatus,
    /// Whether the account is its provider.
    pub is_provider: bool,
    /// Units it is subscribed to in the period that runs now, or in the first one before it begins.
    pub units: Units,
    /// The first period that is not prepaid by any of its subscriptions.
    pub prepaid_until: PeriodIndex,
    /// Its weight in the team.
    pub team_weight: u64,
    /// Its shares of the backers' vault.
    pub shares: Balance,
    /// What these are worth now, in plancks.
    pub shares_value: Balance,
    /// How many of them are under notice.
    pub shares_noticed: Balance,
    /// Its deposits that become shares when the running period is settled, in plancks.
    pub deposits: Balance,
    /// What it can claim.
    pub claimable: Claimable,
}

/// What an account may do under an agreement, named after the call that does it. Calls that take an amount are tried
/// with the smallest one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, TypeInfo, Serialize, Deserialize)]
pub enum Action {
    /// `sla.openAgreement`
    OpenAgreement,
    /// `sla.discardAgreement`
    DiscardAgreement,
    /// `sla.giveNotice`
    GiveNotice,
    /// `sla.proposeAmendment`, of one more period
    ProposeAmendment,
    /// `sla.settle`
    Settle,
    /// `compensation.stakeCover`
    StakeCover,
    /// `compensation.withdrawCover`
    WithdrawCover,
    /// `compensation.fundRewards`
    FundRewards,
    /// `compensation.withdrawRewards`
    WithdrawRewards,
    /// `compensation.subscribe`
    Subscribe,
    /// `compensation.extendSubscription`
    ExtendSubscription,
    /// `compensation.cancelSubscription`
    CancelSubscription,
    /// `compensation.acceptAmendment`
    AcceptAmendment,
    /// `compensation.claim`
    Claim,
    /// `compensation.back`
    Back,
    /// `compensation.giveBackingNotice`
    GiveBackingNotice,
    /// `compensation.exit`
    Exit,
    /// `sliOracle.submit`
    Report,
    /// `sliOracle.commit`
    CommitReport,
    /// `sliOracle.reveal`
    RevealReport,
    /// `challenge.challenge`, of the oldest verdict that is not final
    Challenge,
    /// `challenge.commitVote` on a verdict of the agreement
    CommitVote,
    /// `challenge.revealVote` on a verdict of the agreement
    RevealVote,
    /// `challenge.appeal`, of the oldest verdict that is not final
    Appeal,
}

/// How reliable a provider or a service has been.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
pub struct Reliability {
    /// Agreements opened to customers.
    pub agreements: u32,
    /// Agreements of which every period is final.
    pub agreements_completed: u32,
    /// Opened agreements that ended early.
    pub agreements_terminated: u32,
    /// Final periods in which every objective was met.
    pub periods_met: u64,
    /// Final periods in which an objective was missed.
    pub periods_missed: u64,
    /// Final periods in which nothing was measured.
    pub periods_no_data: u64,
    /// Periods whose verdict a ruling has changed.
    pub periods_overturned: u64,
    /// The mean of `1 − credit` over the periods with data, rounded down; `None` without one.
    pub score: Option<Perbill>,
}

/// What a member of a panel owes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
pub struct PanelDuty {
    /// Whose verdict is challenged.
    pub round: RoundId,
    /// Whether the panel is that of an appeal.
    pub appeal: bool,
    /// Whether the vote is to be revealed; otherwise it is to be committed to.
    pub reveal: bool,
    /// Before when.
    pub until: Moment,
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
        /// The windows of maintenance announced for a period: begin and end. Reporters leave them out.
        fn maintenance(agreement: AgreementId, period: PeriodIndex) -> Vec<(Moment, Moment)>;
        /// The terms that wait for the boundary at which they come into force, if any do.
        fn amendment(agreement: AgreementId) -> Option<Amendment<AccountId>>;
        /// What `who` has under each of its agreements, after the one named `from`; at most `limit`, at most 100. The second
        /// value is the `from` of the next page; `None` when there is none.
        fn portfolio(who: AccountId, from: Option<AgreementId>, limit: u32) -> (Vec<Holding>, Option<AgreementId>);
        /// What `who` may do under `agreement` now. Each answer is found by trying the call and taking it back.
        fn actions(agreement: AgreementId, who: AccountId) -> Vec<Action>;
        /// How much cover would be missing if `shares` of the backers' vault left now, in plancks; 0 when they can.
        fn cover_missing(agreement: AgreementId, shares: Balance) -> Option<Balance>;
        /// How reliable a provider has been since it registered; `None` when it is none.
        fn reliability(provider: AccountId) -> Option<Reliability>;
        /// How reliable a service has been; `None` when there is none with this id.
        fn service_reliability(service: ServiceId) -> Option<Reliability>;
        /// What `who` owes as a member of panels.
        fn panel_duties(who: AccountId) -> Vec<PanelDuty>;
        /// What the next claim about a round must put up, in plancks; `None` when no claim is taken now.
        fn claim_bond(round: RoundId) -> Option<Balance>;
        /// The offers, after the one named `after`; at most `limit`, at most 100, with the cursor of the next page.
        fn offers(after: Option<OfferId>, limit: u32) -> (Vec<OfferView<AccountId>>, Option<OfferId>);
        /// The vouchers `who` has redeemed, after the one named `after`; at most `limit`, at most 100, with the cursor of the
        /// next page.
        fn vouchers(who: AccountId, after: Option<VoucherId>, limit: u32)
            -> (Vec<VoucherView<AccountId>>, Option<VoucherId>);
        /// What a seller has fulfilled and how it was rated.
        fn seller_record(seller: AccountId) -> SellerRecord;
    }
}
