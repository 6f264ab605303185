// SPDX-License-Identifier: Apache-2.0

//! What an account may do now.
//!
//! Each call is tried and taken back, so the answer cannot differ from what the call will do. That is dear, and nobody
//! pays for it: this is only reached through the runtime API, off the chain.

use super::panel_duties;
use crate::{AccountId, Balance, Compensation, Runtime, RuntimeCall, Sla, SliOracle};
use alloc::vec::Vec;
use dsla_primitives::{
    api::{Action, Duty},
    traits::{AgreementInspect, Verdicts},
    verdict::{Indicator, Indicators},
    AgreementId, RoundId,
};
use frame_support::{
    storage::{with_transaction, TransactionOutcome},
    traits::Get,
    BoundedVec,
};
use frame_system::RawOrigin;
use pallet_challenge::Call as ChallengeCall;
use pallet_compensation::{Call as PoolCall, Config as PoolConfig};
use pallet_sla::Call as SlaCall;
use sp_runtime::{traits::Dispatchable, DispatchError};

/// What `who` may do under `agreement` now, in the order of [`Action`].
pub fn actions(agreement: AgreementId, who: &AccountId) -> Vec<Action> {
    let mut actions = candidates(agreement, who)
        .into_iter()
        .filter(|(_, call)| works(who, call.clone()))
        .map(|(action, _)| action)
        .chain(duties(agreement, who))
        .collect::<Vec<_>>();
    actions.sort();
    actions.dedup();
    actions
}

/// Whether `call` would succeed.
fn works(who: &AccountId, call: RuntimeCall) -> bool {
    with_transaction(|| {
        let outcome = call.dispatch(RawOrigin::Signed(who.clone()).into());
        TransactionOutcome::Rollback(Ok::<_, DispatchError>(outcome.is_ok()))
    })
    .unwrap_or(false)
}

/// Calls that could work, with the smallest amounts.
fn candidates(agreement: AgreementId, who: &AccountId) -> Vec<(Action, RuntimeCall)> {
    let Some(info) = <Sla as AgreementInspect<AccountId>>::agreement(agreement) else {
        return Vec::new();
    };
    let (amount, max_payment, terms_version) = (1, Balance::MAX, info.version);
    let mut calls: Vec<(Action, RuntimeCall)> = alloc::vec![
        (Action::OpenAgreement, SlaCall::open_agreement { agreement }.into()),
        (Action::DiscardAgreement, SlaCall::discard_agreement { agreement }.into()),
        (Action::GiveNotice, SlaCall::give_notice { agreement }.into()),
        (Action::Settle, SlaCall::settle { agreement }.into()),
        (Action::StakeCover, PoolCall::stake_cover { agreement, amount }.into()),
        (Action::WithdrawCover, PoolCall::withdraw_cover { agreement, amount }.into()),
        (Action::FundRewards, PoolCall::fund_rewards { agreement, amount }.into()),
        (Action::WithdrawRewards, PoolCall::withdraw_rewards { agreement, amount }.into()),
        (Action::Subscribe, PoolCall::subscribe { agreement, units: 1, periods: 1, terms_version, max_payment }.into(),),
        (Action::Claim, PoolCall::claim { agreement }.into()),
        (
            Action::Back,
            PoolCall::back { agreement, amount: <Runtime as PoolConfig>::MinBacking::get(), terms_version }.into(),
        ),
    ];
    if let Some(terms) = <Sla as AgreementInspect<AccountId>>::terms(RoundId::new(agreement, info.finalized)) {
        let from = terms.schedule.next_boundary(crate::Timestamp::get()).unwrap_or(0).saturating_add(1);
        let mut terms = terms;
        terms.schedule.periods = terms.schedule.periods.saturating_add(1);
        calls.push((Action::ProposeAmendment, SlaCall::propose_amendment { agreement, terms, from }.into()));
    }
    if let Some(amendment) = <Sla as AgreementInspect<AccountId>>::amendment(agreement) {
        let version = amendment.version;
        calls.push((Action::AcceptAmendment, PoolCall::accept_amendment { agreement, version, max_payment }.into()));
    }
    if let Some(ledger) = Compensation::ledger(agreement, who) {
        for id in ledger.subscriptions.iter().map(|position| position.id) {
            calls.push((Action::CancelSubscription, PoolCall::cancel_subscription { agreement, id }.into()));
            calls.push((
                Action::ExtendSubscription,
                PoolCall::extend_subscription { agreement, id, periods: 1, terms_version, max_payment }.into(),
            ));
        }
        // All of them: a part may be too small to stay.
        let (shares, notice) = (ledger.backing.shares, ledger.backing.notice);
        calls.push((
            Action::GiveBackingNotice,
            PoolCall::give_backing_notice { agreement, shares: shares.saturating_sub(notice) }.into(),
        ));
        calls.push((Action::Exit, PoolCall::exit { agreement, shares: notice }.into()));
    }
    let round = RoundId::new(agreement, info.finalized);
    if let Some(proposed) = <Sla as Verdicts<AccountId>>::proposed(round) {
        calls.push((Action::Challenge, ChallengeCall::challenge { round, indicators: other(&proposed) }.into()));
        calls.push((Action::Appeal, ChallengeCall::appeal { round }.into()));
    }
    calls
}

/// Some claim that differs from the proposed verdict.
fn other(proposed: &dsla_primitives::traits::ProposedVerdict<AccountId>) -> Indicators {
    let nothing = proposed.terms.objectives.iter().map(|_| Indicator::NoData).collect::<Vec<_>>();
    if nothing[..] != proposed.indicators[..] {
        return BoundedVec::truncate_from(nothing);
    }
    let targets = proposed.terms.objectives.iter().map(|objective| Indicator::Value(objective.target)).collect();
    BoundedVec::truncate_from(targets)
}

/// What others wait for. Whether it works depends on what the account has measured.
fn duties(agreement: AgreementId, who: &AccountId) -> Vec<Action> {
    let reports = SliOracle::due_reports(agreement, who, 1).into_iter().map(|due| match due.duty {
        Duty::Report => Action::Report,
        Duty::Commit => Action::CommitReport,
        Duty::Reveal => Action::RevealReport,
    });
    let votes = panel_duties(who).into_iter().filter(|duty| duty.round.agreement == agreement).map(|duty| {
        if duty.reveal {
            Action::RevealVote
        } else {
            Action::CommitVote
        }
    });
    reports.chain(votes).collect()
}
