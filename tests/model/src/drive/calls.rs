// SPDX-License-Identifier: Apache-2.0

//! Operations as calls of the runtime.

use crate::{
    model::{
        challenges::SealedVote,
        reports::{Measure, Report, Sealed},
        AccountId, Model, Params,
    },
    ops::{Call, Op, Setting},
};
use dsla_primitives::{terms::Document, Moment};
use dsla_runtime::{
    configs::vouchers::VOUCHERS,
    parameters::{
        dynamic_params::{challenges, marketplace, pools, reporters, settlement},
        Ranged,
    },
    Runtime, RuntimeCall, RuntimeParameters, System,
};
use frame_support::BoundedVec;
use pallet_challenge::Instance;
use pallet_sli_oracle::{Measurement, Reveal, SubmittedReport};
use sp_core::H256;

use pallet_balances::Call as Wallets;
use pallet_challenge::Call as Disputes;
use pallet_compensation::Call as Pool;
use pallet_marketplace::Call as Market;
use pallet_sla::Call as Sla;
use pallet_sli_oracle::Call as Oracle;

/// The calls that `op` stands for; several only for a change of numbers.
pub fn runtime_calls(model: &Model, people: &[AccountId], op: &Op) -> Vec<RuntimeCall> {
    if let Call::Set(Setting(params)) = &op.call {
        return set(params)
            .into_iter()
            .map(|value| pallet_parameters::Call::set_parameter { key_value: value }.into())
            .collect();
    }
    vec![runtime_call(model, people, op)]
}

fn runtime_call(model: &Model, people: &[AccountId], op: &Op) -> RuntimeCall {
    let of = |who: &usize| people[*who].clone();
    match op.call.clone() {
        Call::RegisterProvider(name, uri) => Sla::<Runtime>::register_provider { name, uri }.into(),
        Call::UpdateProvider(name, uri) => Sla::<Runtime>::update_provider { name, uri }.into(),
        Call::DeregisterProvider => Sla::<Runtime>::deregister_provider {}.into(),
        Call::RegisterService(name, document) => Sla::<Runtime>::register_service { name, document }.into(),
        Call::RemoveService(id) => Sla::<Runtime>::remove_service { service: dsla_primitives::ServiceId(id) }.into(),
        Call::RegisterAgreement(service, terms) => {
            Sla::<Runtime>::register_agreement { service: dsla_primitives::ServiceId(service), terms: *terms }.into()
        }
        Call::DiscardAgreement(agreement) => Sla::<Runtime>::discard_agreement { agreement }.into(),
        Call::OpenAgreement(agreement) => Sla::<Runtime>::open_agreement { agreement }.into(),
        Call::Settle(agreement) => Sla::<Runtime>::settle { agreement }.into(),
        Call::ProposeAmendment(agreement, terms, from) => {
            Sla::<Runtime>::propose_amendment { agreement, terms: *terms, from }.into()
        }
        Call::GiveNotice(agreement) => Sla::<Runtime>::give_notice { agreement }.into(),
        Call::Terminate(agreement, at) => Sla::<Runtime>::terminate { agreement, at }.into(),
        Call::Allow(agreement, who) => Sla::<Runtime>::allow { agreement, who: of(&who) }.into(),
        Call::Disallow(agreement, who) => Sla::<Runtime>::disallow { agreement, who: of(&who) }.into(),
        Call::AnnounceMaintenance(agreement, period, start, end) => {
            Sla::<Runtime>::announce_maintenance { agreement, period, start, end }.into()
        }

        Call::RegisterReporter(bond) => Oracle::<Runtime>::register_reporter { bond, uri: Default::default() }.into(),
        Call::BondExtra(amount) => Oracle::<Runtime>::bond_extra { amount }.into(),
        Call::UpdateReporter(uri) => Oracle::<Runtime>::update_reporter { uri }.into(),
        Call::Leave => Oracle::<Runtime>::leave {}.into(),
        Call::WithdrawBond => Oracle::<Runtime>::withdraw_bond {}.into(),
        Call::Rejoin => Oracle::<Runtime>::rejoin {}.into(),
        Call::Submit(reports) => {
            let reports = BoundedVec::truncate_from(reports.iter().map(submitted).collect());
            Oracle::<Runtime>::submit { reports }.into()
        }
        Call::Commit(batch) => {
            let commitments = batch.iter().map(|sealed| (sealed.report.round, hash_of_report(sealed))).collect();
            Oracle::<Runtime>::commit { commitments: BoundedVec::truncate_from(commitments) }.into()
        }
        Call::Reveal(batch) => {
            let reveals = batch.iter().map(|(report, salt)| Reveal { report: submitted(report), salt: [*salt; 32] });
            Oracle::<Runtime>::reveal { reveals: BoundedVec::truncate_from(reveals.collect()) }.into()
        }
        Call::GiveUpSeat(agreement) => Oracle::<Runtime>::give_up_seat { agreement }.into(),
        Call::ClaimRewards(agreement) => Oracle::<Runtime>::claim_rewards { agreement }.into(),
        Call::ClaimRewardsFor(agreement, who) => {
            Oracle::<Runtime>::claim_rewards_for { agreement, reporter: of(&who) }.into()
        }

        Call::StakeCover(agreement, amount) => Pool::<Runtime>::stake_cover { agreement, amount }.into(),
        Call::WithdrawCover(agreement, amount) => Pool::<Runtime>::withdraw_cover { agreement, amount }.into(),
        Call::FundRewards(agreement, amount) => Pool::<Runtime>::fund_rewards { agreement, amount }.into(),
        Call::WithdrawRewards(agreement, amount) => Pool::<Runtime>::withdraw_rewards { agreement, amount }.into(),
        Call::SetMember(agreement, who, weight) => {
            Pool::<Runtime>::set_member { agreement, who: of(&who), weight }.into()
        }
        Call::Subscribe { agreement, units, periods, version, max_payment } => {
            Pool::<Runtime>::subscribe { agreement, units, periods, terms_version: version, max_payment }.into()
        }
        Call::Sponsor { agreement, who, units, periods, max_payment } => {
            Pool::<Runtime>::sponsor { agreement, who: of(&who), units, periods, max_payment }.into()
        }
        Call::CancelSubscription(agreement, id) => Pool::<Runtime>::cancel_subscription { agreement, id }.into(),
        Call::ExtendSubscription { agreement, id, periods, version, max_payment } => {
            Pool::<Runtime>::extend_subscription { agreement, id, periods, terms_version: version, max_payment }.into()
        }
        Call::AcceptAmendment(agreement, version, max_payment) => {
            Pool::<Runtime>::accept_amendment { agreement, version, max_payment }.into()
        }
        Call::Back(agreement, amount, version) => {
            Pool::<Runtime>::back { agreement, amount, terms_version: version }.into()
        }
        Call::CancelBacking(agreement, period) => Pool::<Runtime>::cancel_backing { agreement, period }.into(),
        Call::GiveBackingNotice(agreement, shares) => Pool::<Runtime>::give_backing_notice { agreement, shares }.into(),
        Call::WithdrawNotice(agreement, shares) => Pool::<Runtime>::withdraw_notice { agreement, shares }.into(),
        Call::Exit(agreement, shares) => Pool::<Runtime>::exit { agreement, shares }.into(),
        Call::Claim(agreement) => Pool::<Runtime>::claim { agreement }.into(),
        Call::ClaimFor(agreement, who) => Pool::<Runtime>::claim_for { agreement, who: of(&who) }.into(),
        Call::ClaimMany(ids) => Pool::<Runtime>::claim_many { agreements: BoundedVec::truncate_from(ids) }.into(),

        Call::Challenge(round, indicators) => Disputes::<Runtime>::challenge { round, indicators }.into(),
        Call::CommitVote(round, sealed) => {
            Disputes::<Runtime>::commit_vote { round, hash: hash_of_vote(round, &sealed) }.into()
        }
        Call::RevealVote(round, choice, salt) => {
            Disputes::<Runtime>::reveal_vote { round, choice, salt: [salt; 32] }.into()
        }
        Call::Appeal(round) => Disputes::<Runtime>::appeal { round }.into(),
        Call::Arbitrate(round, choice) => Disputes::<Runtime>::arbitrate { round, choice }.into(),
        Call::Advance(round) => Disputes::<Runtime>::advance { round }.into(),

        Call::ListOffer(agreement, listing) => Market::<Runtime>::list_offer {
            agreement,
            kind: listing.kind,
            name: BoundedVec::truncate_from(listing.name),
            price: listing.price,
            stock: listing.stock,
            limit: listing.limit,
            expiry: listing.expiry,
            document: Document { hash: listing.hash, uri: Default::default() },
            fulfil_within: listing.fulfil_within,
            seller_share: listing.seller_share,
        }
        .into(),
        Call::Restock(offer, added) => Market::<Runtime>::restock { offer: offer_id(offer), added }.into(),
        Call::WithdrawOffer(offer) => Market::<Runtime>::withdraw_offer { offer: offer_id(offer) }.into(),
        Call::Delist(offer) => Market::<Runtime>::delist { offer: offer_id(offer) }.into(),
        Call::RemoveExpired(offer) => Market::<Runtime>::remove_expired { offer: offer_id(offer) }.into(),
        Call::ClearCounters(offer, limit) => Market::<Runtime>::clear_counters { offer: offer_id(offer), limit }.into(),
        Call::Redeem { offer, quantity, max_price, source, hash } => {
            Market::<Runtime>::redeem { offer: offer_id(offer), quantity, max_price, source, terms_hash: hash }.into()
        }
        Call::Fulfil(voucher) => Market::<Runtime>::fulfil { voucher }.into(),
        Call::Confirm(voucher) => Market::<Runtime>::confirm { voucher }.into(),
        Call::RefundVoucher(voucher) => Market::<Runtime>::refund { voucher }.into(),
        Call::CancelVoucher(voucher) => Market::<Runtime>::cancel_voucher { voucher }.into(),
        Call::Rate(voucher, stars) => Market::<Runtime>::rate { voucher, stars }.into(),
        Call::AuthorizePartner(agreement, who) => {
            Market::<Runtime>::authorize_partner { agreement, merchant: of(&who) }.into()
        }
        Call::RevokePartner(agreement, who) => {
            Market::<Runtime>::revoke_partner { agreement, merchant: of(&who) }.into()
        }
        Call::MintBreachCredential(round) => Market::<Runtime>::mint_breach_credential { round }.into(),
        Call::BurnCredential(round) => Market::<Runtime>::burn_credential { round }.into(),
        Call::PassVoucher(item, to) => {
            pallet_nfts::Call::<Runtime>::transfer { collection: VOUCHERS, item, dest: of(&to).into() }.into()
        }
        Call::BurnVoucher(item) => pallet_nfts::Call::<Runtime>::burn { collection: VOUCHERS, item }.into(),

        Call::Transfer(to, value) => Wallets::<Runtime>::transfer_keep_alive { dest: of(&to).into(), value }.into(),
        Call::Gift(agreement, value) => {
            let dest = (model.facts.pool_account)(agreement.0).into();
            Wallets::<Runtime>::transfer_keep_alive { dest, value }.into()
        }
        Call::Set(_) => unreachable!("several calls"),
    }
}

fn offer_id(offer: u64) -> dsla_primitives::OfferId {
    dsla_primitives::OfferId(offer)
}

fn submitted(report: &Report) -> SubmittedReport {
    let measurement = |measure: &Measure| match *measure {
        Measure::Value(value) => Measurement::Value(value),
        Measure::Ratio(good, total) => Measurement::Ratio { good, total },
        Measure::NoData => Measurement::NoData,
    };
    SubmittedReport {
        round: report.round,
        measurements: BoundedVec::truncate_from(report.measures.iter().map(measurement).collect()),
        evidence: H256::repeat_byte(report.evidence),
    }
}

fn hash_of_report(sealed: &Sealed) -> H256 {
    let genesis = System::block_hash(0);
    pallet_sli_oracle::commitment(&genesis, &sealed.bound_to, &submitted(&sealed.report), &[sealed.salt; 32])
}

fn hash_of_vote(round: dsla_primitives::RoundId, sealed: &SealedVote) -> H256 {
    let instance = if sealed.appeal { Instance::Appeal } else { Instance::First };
    let genesis = System::block_hash(0);
    pallet_challenge::commitment(&genesis, round, instance, &sealed.bound_to, sealed.choice, &[sealed.salt; 32])
}

/// The values of all numbers.
fn set(params: &Params) -> Vec<RuntimeParameters> {
    fn fits<T: Into<u128> + Copy, const MIN: u128, const MAX: u128>(value: T) -> Option<Ranged<T, MIN, MAX>> {
        Some(Ranged::new(value).expect("the plan keeps to the range"))
    }
    let moment = |value: Moment| value;
    let p = params.clone();
    let [reporters_share, settler_share, treasury_share] = p.fee_shares;
    let [claim_provider, claim_treasury] = p.claim_fee;
    use challenges::Parameters as C;
    use marketplace::Parameters as M;
    use pools::Parameters as P;
    use reporters::Parameters as R;
    use settlement::Parameters as S;
    vec![
        RuntimeParameters::Reporters(R::MinBond(reporters::MinBond, fits(p.min_bond))),
        RuntimeParameters::Reporters(R::Unbonding(reporters::Unbonding, fits(moment(p.unbonding)))),
        RuntimeParameters::Reporters(R::MaxStrikes(reporters::MaxStrikes, fits(p.max_strikes))),
        RuntimeParameters::Reporters(R::SlashShare(reporters::SlashShare, Some(p.slash_share))),
        RuntimeParameters::Settlement(S::VerificationFee(settlement::VerificationFee, fits(p.verification_fee))),
        RuntimeParameters::Settlement(S::ReportersShare(settlement::ReportersShare, Some(reporters_share))),
        RuntimeParameters::Settlement(S::SettlerShare(settlement::SettlerShare, Some(settler_share))),
        RuntimeParameters::Settlement(S::TreasuryShare(settlement::TreasuryShare, Some(treasury_share))),
        RuntimeParameters::Settlement(S::SweepDelay(settlement::SweepDelay, fits(p.sweep_delay))),
        RuntimeParameters::Settlement(S::ClaimFeeProvider(settlement::ClaimFeeProvider, Some(claim_provider))),
        RuntimeParameters::Settlement(S::ClaimFeeTreasury(settlement::ClaimFeeTreasury, Some(claim_treasury))),
        RuntimeParameters::Pools(P::MinBacking(pools::MinBacking, fits(p.min_backing))),
        RuntimeParameters::Pools(P::MinJuniorShare(pools::MinJuniorShare, Some(p.min_junior_share))),
        RuntimeParameters::Pools(P::GracePeriods(pools::GracePeriods, fits(p.grace_periods))),
        RuntimeParameters::Challenges(C::BaseBond(challenges::BaseBond, fits(p.base_bond))),
        RuntimeParameters::Challenges(C::PanelSize(challenges::PanelSize, fits(p.panel_size))),
        RuntimeParameters::Challenges(C::VoteWindow(challenges::VoteWindow, fits(p.vote_window))),
        RuntimeParameters::Challenges(C::RevealWindow(challenges::RevealWindow, fits(p.reveal_window))),
        RuntimeParameters::Challenges(C::AppealWindow(challenges::AppealWindow, fits(p.appeal_window))),
        RuntimeParameters::Challenges(C::ArbitrationWindow(challenges::ArbitrationWindow, fits(p.arbitration_window))),
        RuntimeParameters::Marketplace(M::MinRatedRefill(marketplace::MinRatedRefill, fits(p.min_rated_refill))),
        RuntimeParameters::Marketplace(M::MaxSellerShare(marketplace::MaxSellerShare, Some(p.max_seller_share))),
    ]
}
