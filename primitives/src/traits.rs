// SPDX-License-Identifier: Apache-2.0

//! How the pallets meet.
//!
//! ```text
//! IndicatorSource ─► pallet-sla ─► OnVerdict ─► pallet-compensation ─► PoolRefill ◄─ pallet-marketplace
//!      (sli-oracle)     │ AgreementInspect, OnAgreement      │ RewardReporters            │ VoucherRegistry
//! ```
//!
//! Data flows from left to right; only a redemption flows back, into a pool. `pallet-challenge` stands beside: it lets a
//! verdict wait ([`Verdicts`]), asks who is a party ([`Parties`]) and draws a panel ([`Reporters`]).

use crate::{
    terms::Terms,
    verdict::{Indicators, Outcome, Verdict},
    AgreementId, Balance, Moment, PeriodIndex, RoundId, ServiceId, TermsVersion, Uri,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use impl_trait_for_tuples::impl_for_tuples;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::H256;
use sp_runtime::{DispatchError, DispatchResult};

/// Where an agreement stands.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
pub enum AgreementStatus {
    /// Registered; the provider stakes cover and may still discard it.
    Draft,
    /// Customers may subscribe; the first period has not begun.
    Open,
    /// Periods run.
    Active,
    /// Every period is final.
    Completed,
    /// Ended early.
    Terminated,
}

impl AgreementStatus {
    /// Whether nothing will be measured or settled any more.
    pub fn has_ended(self) -> bool {
        matches!(self, Self::Completed | Self::Terminated)
    }
}

/// What other pallets may know of an agreement without its terms.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct AgreementInfo<AccountId> {
    /// The service it is about.
    pub service: ServiceId,
    /// The provider, who answers for it.
    pub provider: AccountId,
    /// Where it stands.
    pub status: AgreementStatus,
    /// The version of the terms in force.
    pub version: TermsVersion,
    /// How many periods it runs: those of the schedule, or fewer when it ends early.
    pub periods: PeriodIndex,
    /// How many periods are final; periods become final in order.
    pub finalized: PeriodIndex,
}

/// New terms that wait for the boundary at which they come into force. They cannot be taken back.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Amendment<AccountId> {
    /// Their version: that of the terms in force, plus one.
    pub version: TermsVersion,
    /// The first period they are in force in.
    pub from: PeriodIndex,
    /// Whether they are no worse for the customers, who keep their subscriptions without signing.
    pub carried_over: bool,
    /// The terms.
    pub terms: Terms<AccountId>,
}

/// Looks agreements up. Implemented by the pallet that keeps them.
pub trait AgreementInspect<AccountId> {
    /// The agreement, or `None` when there is none with this id.
    fn agreement(id: AgreementId) -> Option<AgreementInfo<AccountId>>;
    /// The terms in force in a period; for a period that an amendment waits for, the amended ones.
    fn terms(round: RoundId) -> Option<Terms<AccountId>>;
    /// The amendment that waits, if one does.
    fn amendment(id: AgreementId) -> Option<Amendment<AccountId>>;
    /// Whether `who` is allowed to subscribe: everybody under open terms, else those on the list.
    fn may_subscribe(id: AgreementId, who: &AccountId) -> bool;
    /// How a final period came out; `None` while it is not final.
    fn outcome(round: RoundId) -> Option<Outcome>;
}

/// There are no agreements.
impl<AccountId> AgreementInspect<AccountId> for () {
    fn agreement(_: AgreementId) -> Option<AgreementInfo<AccountId>> {
        None
    }
    fn terms(_: RoundId) -> Option<Terms<AccountId>> {
        None
    }
    fn amendment(_: AgreementId) -> Option<Amendment<AccountId>> {
        None
    }
    fn may_subscribe(_: AgreementId, _: &AccountId) -> bool {
        false
    }
    fn outcome(_: RoundId) -> Option<Outcome> {
        None
    }
}

/// What a source of indicators answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Collected {
    /// Not yet: measurements may still arrive; ask again at `until`.
    Open {
        /// The moment at which the answer can change without further measurements.
        until: Moment,
    },
    /// The indicators, in the order of the objectives. From now on the answer never changes.
    Closed(Indicators),
}

/// Who can give the indicators of a period.
pub trait IndicatorSource<AccountId> {
    /// The indicators of `round`, which ended at `ended`, under `terms`.
    fn collect(round: RoundId, terms: &Terms<AccountId>, ended: Moment, now: Moment) -> Collected;
}

/// Nobody measures: there is never data.
impl<AccountId> IndicatorSource<AccountId> for () {
    fn collect(_: RoundId, _: &Terms<AccountId>, _: Moment, _: Moment) -> Collected {
        Collected::Closed(Default::default())
    }
}

/// A period whose verdict is final.
#[derive(Debug)]
pub struct FinalPeriod<'a, AccountId> {
    /// Which period.
    pub round: RoundId,
    /// The provider of the agreement.
    pub provider: &'a AccountId,
    /// The terms in force.
    pub terms: &'a Terms<AccountId>,
    /// What was measured, or ruled after a challenge.
    pub indicators: &'a Indicators,
    /// The verdict.
    pub verdict: &'a Verdict,
    /// Who called `settle`; `None` when the chain did it by itself.
    pub settler: Option<&'a AccountId>,
}

/// Whether an agreement can go on after a period was settled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// It can.
    #[default]
    Sound,
    /// The cover has been too small for too long: the agreement must end at the next boundary.
    Uncovered,
}

/// Who acts on a final verdict. Called once for every period of an agreement, in order. An error rolls everything
/// back and the period is tried again later, so an implementation must fail only when retrying can help.
pub trait OnVerdict<AccountId> {
    /// Acts on `period`.
    fn on_verdict(period: &FinalPeriod<AccountId>) -> Result<Standing, DispatchError>;
    /// How many bytes, keys included, it keeps for good of each period under `terms`, at the most. Somebody has to pay for them.
    fn kept(terms: &Terms<AccountId>) -> u64;
}

/// All act; if the agreement cannot go on for one of them, it cannot.
#[impl_for_tuples(4)]
impl<AccountId> OnVerdict<AccountId> for Tuple {
    fn on_verdict(period: &FinalPeriod<AccountId>) -> Result<Standing, DispatchError> {
        #[allow(unused_mut, reason = "no elements, no change")]
        let mut standing = Standing::Sound;
        for_tuples!( #(
            if Tuple::on_verdict(period)? == Standing::Uncovered {
                standing = Standing::Uncovered;
            }
        )* );
        Ok(standing)
    }

    fn kept(_terms: &Terms<AccountId>) -> u64 {
        #[allow(unused_mut, reason = "no elements, no change")]
        let mut bytes = 0u64;
        // Saturating: no terms are that large.
        for_tuples!( #( bytes = bytes.saturating_add(Tuple::kept(_terms)); )* );
        bytes
    }
}

/// Who must know when agreements come and go.
pub trait OnAgreement<AccountId> {
    /// `provider` has registered `agreement`. An error refuses the registration.
    fn on_registered(agreement: AgreementId, provider: &AccountId) -> DispatchResult;
    /// New terms are about to be proposed that follow `old`. An error refuses them.
    fn on_proposed(agreement: AgreementId, amendment: &Amendment<AccountId>, old: &Terms<AccountId>) -> DispatchResult;
    /// The boundary has come at which `amendment` replaces `old`: it is in force from period `amendment.from` on. Periods
    /// before may not be settled yet.
    fn on_amended(agreement: AgreementId, amendment: &Amendment<AccountId>, old: &Terms<AccountId>) -> DispatchResult;
    /// `agreement` has ended: completed, terminated or discarded as a draft.
    fn on_ended(agreement: AgreementId) -> DispatchResult;
}

#[impl_for_tuples(4)]
impl<AccountId> OnAgreement<AccountId> for Tuple {
    fn on_registered(agreement: AgreementId, provider: &AccountId) -> DispatchResult {
        for_tuples!( #( Tuple::on_registered(agreement, provider)?; )* );
        Ok(())
    }
    fn on_proposed(agreement: AgreementId, amendment: &Amendment<AccountId>, old: &Terms<AccountId>) -> DispatchResult {
        for_tuples!( #( Tuple::on_proposed(agreement, amendment, old)?; )* );
        Ok(())
    }
    fn on_amended(agreement: AgreementId, amendment: &Amendment<AccountId>, old: &Terms<AccountId>) -> DispatchResult {
        for_tuples!( #( Tuple::on_amended(agreement, amendment, old)?; )* );
        Ok(())
    }
    fn on_ended(agreement: AgreementId) -> DispatchResult {
        for_tuples!( #( Tuple::on_ended(agreement)?; )* );
        Ok(())
    }
}

/// A verdict that can be challenged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposedVerdict<AccountId> {
    /// Who answers for the agreement.
    pub provider: AccountId,
    /// The terms in force in the period.
    pub terms: Terms<AccountId>,
    /// What was measured.
    pub indicators: Indicators,
    /// End of the challenge window: challenges are taken before it.
    pub until: Moment,
}

/// Verdicts as a challenge sees them. Implemented by the pallet that keeps the agreements.
pub trait Verdicts<AccountId> {
    /// The verdict of `round` while it is proposed, or challenged already; `None` before and after.
    fn proposed(round: RoundId) -> Option<ProposedVerdict<AccountId>>;
    /// Lets the verdict of `round` wait for a ruling. Does nothing when it waits already.
    fn suspend(round: RoundId) -> DispatchResult;
    /// Rules that `indicators` are those of `round`: it is judged by them and becomes final without another challenge
    /// window.
    fn rule(round: RoundId, indicators: &Indicators) -> DispatchResult;
}

/// Who has a stake in an agreement. Implemented by the pallet that keeps the pools.
pub trait Parties<AccountId> {
    /// Whether `who` was subscribed in the period of `round`.
    fn is_customer(round: RoundId, who: &AccountId) -> bool;
    /// Whether `who` backs the pool.
    fn is_backer(agreement: AgreementId, who: &AccountId) -> bool;
}

/// There are none.
impl<AccountId> Parties<AccountId> for () {
    fn is_customer(_: RoundId, _: &AccountId) -> bool {
        false
    }
    fn is_backer(_: AgreementId, _: &AccountId) -> bool {
        false
    }
}

/// The reporters, from whom panels are drawn.
pub trait Reporters<AccountId> {
    /// Up to `size` different reporters who may report, none of them in `exclude`, chosen by `seed`. Fewer when there are
    /// too few. Looks at a bounded number of them.
    fn draw(seed: H256, size: u32, exclude: &[AccountId]) -> Vec<AccountId>;
    /// `who` has neglected a duty.
    fn strike(who: &AccountId);
}

/// Who pays reporters their part of the verification fee.
pub trait RewardReporters<AccountId> {
    /// Takes at most `amount` from `payer`: the same share of it for each of those who reported on `period`, but nothing for
    /// those who reported wrongly. Returns what was taken; the rest (rounding, the shares of wrong reports, or everything
    /// when nobody reported) stays with `payer`.
    fn reward(period: &FinalPeriod<AccountId>, payer: &AccountId, amount: Balance) -> Result<Balance, DispatchError>;
}

/// Nobody is paid.
impl<AccountId> RewardReporters<AccountId> for () {
    fn reward(_: &FinalPeriod<AccountId>, _: &AccountId, _: Balance) -> Result<Balance, DispatchError> {
        Ok(0)
    }
}

/// Where the buyer of an offer takes the DSLA from.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
pub enum PaymentSource {
    /// The free balance of the wallet.
    Wallet,
    /// What the buyer can claim under this agreement, without a detour over the wallet.
    Claimable(AgreementId),
}

/// The way back into a compensation pool.
///
/// A redemption is held back in the pool until the offer is fulfilled; then it becomes cover. If it is not fulfilled,
/// the buyer gets it back.
pub trait PoolRefill<AccountId> {
    /// Takes `amount` from `who` and holds it back in the pool of `agreement`.
    fn hold_back(agreement: AgreementId, who: &AccountId, source: PaymentSource, amount: Balance) -> DispatchResult;
    /// Turns `amount` held back into cover.
    fn release(agreement: AgreementId, amount: Balance) -> DispatchResult;
    /// Pays `amount` held back to the wallet of `to`.
    fn refund(agreement: AgreementId, to: &AccountId, amount: Balance) -> DispatchResult;
}

/// The register of vouchers, one NFT each.
pub trait VoucherRegistry<AccountId> {
    /// Mints voucher `id` for `owner`; a soul-bound one can never be transferred. `document` says what it stands for.
    fn mint(id: u32, owner: &AccountId, soul_bound: bool, document: &Uri) -> DispatchResult;
    /// Who holds voucher `id`; `None` when there is none.
    fn owner(id: u32) -> Option<AccountId>;
    /// Removes voucher `id`.
    fn burn(id: u32) -> DispatchResult;
}

/// The register of credentials, one NFT each, which stays with the account it was minted for.
pub trait CredentialRegistry<AccountId> {
    /// Mints credential `id` for `owner`; it can never be transferred. `data` says what it proves, in at most 256 bytes.
    fn mint(id: u32, owner: &AccountId, data: &[u8]) -> DispatchResult;
    /// Who holds credential `id`; `None` when there is none.
    fn owner(id: u32) -> Option<AccountId>;
    /// Removes credential `id`.
    fn burn(id: u32) -> DispatchResult;
}

/// Sets the stage for benchmarks on the real runtime: worst-case agreements, rounds and pools.
#[cfg(feature = "runtime-benchmarks")]
pub trait Scenario<AccountId> {
    /// The chain's time.
    fn now() -> Moment;
    /// Moves the chain's time to `now`.
    fn set_time(now: Moment);
    /// An account with plenty of DSLA.
    fn funded(name: &'static str, index: u32) -> AccountId;
    /// A registered provider with a registered service.
    fn service() -> (AccountId, ServiceId);
    /// Terms of the largest size that are valid now: 8 objectives with full tables and a full committee of bonded
    /// reporters, starting one hour from now and running for at least 120 periods.
    fn terms() -> Terms<AccountId>;
    /// An agreement under [`Self::terms`] with plenty of cover and team budget, in status `Open`, and its provider.
    fn open_agreement() -> (AgreementId, AccountId);
    /// Subscribes `who` to one unit for the whole prepaid horizon.
    fn subscribe(agreement: AgreementId, who: &AccountId);
    /// Moves time past the end of period `round.period` and lets every member of the committee report a miss.
    fn report(round: RoundId);
    /// Reports and judges `round`, so that it is proposed.
    fn propose(round: RoundId);
    /// Reports and settles `round`, so that it is final.
    fn settle(round: RoundId);
    /// Backs the pool with plenty, as of the first period.
    fn back(agreement: AgreementId, who: &AccountId);
    /// As [`Self::open_agreement`], under terms with sealed reports.
    fn open_sealed_agreement() -> (AgreementId, AccountId);
    /// Moves time past the end of period `round.period` of an agreement that is active then; nobody has reported.
    fn end_period(round: RoundId);
    /// So many reporters that may report, none of them in the committee of [`Self::terms`]. Nobody else may report but that
    /// committee.
    fn reporters(count: u32) -> Vec<AccountId>;
    /// Moves on by a block, and brings randomness that is known only since then.
    fn new_randomness();
    /// As [`Self::open_agreement`], under `terms`.
    fn open_agreement_under(terms: Terms<AccountId>) -> (AgreementId, AccountId);
    /// Lets `who`, who is subscribed, accept the amendment that waits.
    fn accept_amendment(agreement: AgreementId, who: &AccountId);
    /// Proposes terms for `agreement` that customers have to sign, from the second period that has not begun on. Returns
    /// their version.
    fn propose_amendment(agreement: AgreementId) -> TermsVersion;
    /// Lets the terms of `agreement` have changed until `version` is in force, with all changes from period `from` on, and
    /// another change wait for the period after that, unless there can be none; `carried_over` says whether it is no
    /// worse for customers. The terms stay as large as they are.
    fn age(agreement: AgreementId, version: TermsVersion, from: PeriodIndex, carried_over: bool);
    /// Gives `who` a ledger that takes the most work to bring up to date, on top of a subscription it may have. Nothing can
    /// be settled any more then.
    fn fill_ledger(agreement: AgreementId, who: &AccountId);
    /// Lets the settlement of `round`, which is the next one, take the most work: with a backlog, deposits and exits of
    /// backers, too little cover for too long, and rewards of other reporters.
    fn burden(round: RoundId);
}
