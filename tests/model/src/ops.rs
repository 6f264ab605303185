// SPDX-License-Identifier: Apache-2.0

//! The operations, and what each of them does to the model.

use crate::model::{
    challenges::{Choice, SealedVote},
    market::Listing,
    reports::{Report, Sealed},
    terms::Terms,
    AccountId, Model, Outcome, Params,
};
use dsla_primitives::{
    terms::Document, traits::PaymentSource, verdict::Indicators, AgreementId, Balance, Moment, Name, PeriodIndex,
    RoundId, Uri,
};
use sp_core::H256;

/// Somebody, by number.
pub type Who = usize;

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// An account.
    Signed(Who),
    /// Root.
    Root,
    /// Nobody.
    None,
}

/// A call and who makes it.
#[derive(Clone, Debug)]
pub struct Op {
    /// Who.
    pub by: By,
    /// What.
    pub call: Call,
}

/// A new value of a number that root can change.
#[derive(Clone, Debug)]
pub struct Setting(pub Box<Params>);

/// What can be called. Fields are those of the calls of the runtime; a commitment shows what was committed to.
#[allow(missing_docs, reason = "the calls of the runtime are documented there")]
#[derive(Clone, Debug)]
pub enum Call {
    RegisterProvider(Name, Uri),
    UpdateProvider(Name, Uri),
    DeregisterProvider,
    RegisterService(Name, Document),
    RemoveService(u64),
    RegisterAgreement(u64, Box<Terms>),
    DiscardAgreement(AgreementId),
    OpenAgreement(AgreementId),
    Settle(AgreementId),
    ProposeAmendment(AgreementId, Box<Terms>, PeriodIndex),
    GiveNotice(AgreementId),
    Terminate(AgreementId, Option<PeriodIndex>),
    Allow(AgreementId, Who),
    Disallow(AgreementId, Who),
    AnnounceMaintenance(AgreementId, PeriodIndex, Moment, Moment),

    RegisterReporter(Balance),
    BondExtra(Balance),
    UpdateReporter(Uri),
    Leave,
    WithdrawBond,
    Rejoin,
    Submit(Vec<Report>),
    Commit(Vec<Sealed>),
    Reveal(Vec<(Report, u8)>),
    GiveUpSeat(AgreementId),
    ClaimRewards(AgreementId),
    ClaimRewardsFor(AgreementId, Who),

    StakeCover(AgreementId, Balance),
    WithdrawCover(AgreementId, Balance),
    FundRewards(AgreementId, Balance),
    WithdrawRewards(AgreementId, Balance),
    SetMember(AgreementId, Who, u64),
    Subscribe {
        agreement: AgreementId,
        units: u64,
        periods: PeriodIndex,
        version: u32,
        max_payment: Balance,
    },
    Sponsor {
        agreement: AgreementId,
        who: Who,
        units: u64,
        periods: PeriodIndex,
        max_payment: Balance,
    },
    CancelSubscription(AgreementId, u32),
    ExtendSubscription {
        agreement: AgreementId,
        id: u32,
        periods: PeriodIndex,
        version: u32,
        max_payment: Balance,
    },
    AcceptAmendment(AgreementId, u32, Balance),
    Back(AgreementId, Balance, u32),
    CancelBacking(AgreementId, PeriodIndex),
    GiveBackingNotice(AgreementId, Balance),
    WithdrawNotice(AgreementId, Balance),
    Exit(AgreementId, Balance),
    Claim(AgreementId),
    ClaimFor(AgreementId, Who),
    ClaimMany(Vec<AgreementId>),

    Challenge(RoundId, Indicators),
    CommitVote(RoundId, SealedVote),
    RevealVote(RoundId, Choice, u8),
    Appeal(RoundId),
    Arbitrate(RoundId, Choice),
    Advance(RoundId),

    ListOffer(AgreementId, Box<Listing>),
    Restock(u64, u32),
    WithdrawOffer(u64),
    Delist(u64),
    RemoveExpired(u64),
    ClearCounters(u64, u32),
    Redeem {
        offer: u64,
        quantity: u32,
        max_price: Balance,
        source: PaymentSource,
        hash: H256,
    },
    Fulfil(u32),
    Confirm(u32),
    RefundVoucher(u32),
    CancelVoucher(u32),
    Rate(u32, u8),
    AuthorizePartner(AgreementId, Who),
    RevokePartner(AgreementId, Who),
    MintBreachCredential(RoundId),
    BurnCredential(RoundId),
    PassVoucher(u32, Who),
    BurnVoucher(u32),

    /// A transfer between accounts.
    Transfer(Who, Balance),
    /// A gift to the account of a pool.
    Gift(AgreementId, Balance),
    /// Root changes numbers.
    Set(Setting),
}

impl Call {
    /// Its name, for tables.
    pub fn name(&self) -> String {
        let text = format!("{self:?}");
        text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned()
    }
}

impl Model {
    /// Does `op`.
    pub fn apply(&mut self, people: &[AccountId], op: &Op) -> Outcome {
        let of = |who: &Who| &people[*who];
        let by = match (op.by, &op.call) {
            (By::Root, Call::Terminate(agreement, at)) => return self.terminate(*agreement, *at),
            (By::Root, Call::Arbitrate(round, choice)) => return self.arbitrate(*round, *choice),
            (By::Root, Call::Set(Setting(params))) => {
                self.params = (**params).clone();
                return Ok(());
            }
            // The register of NFTs lets root burn any of them.
            (By::Root, Call::BurnVoucher(voucher)) => return self.burn_voucher(*voucher),
            (_, Call::Terminate(..) | Call::Arbitrate(..) | Call::Set(..)) => return Err("not root"),
            (By::Signed(who), _) => of(&who),
            (By::Root | By::None, _) => return Err("not signed"),
        };
        match &op.call {
            Call::Terminate(..) | Call::Arbitrate(..) | Call::Set(..) => unreachable!("done above"),
            Call::RegisterProvider(name, uri) => self.register_provider(by, name, uri),
            Call::UpdateProvider(name, uri) => self.update_provider(by, name, uri),
            Call::DeregisterProvider => self.deregister_provider(by),
            Call::RegisterService(name, document) => self.register_service(by, name, document),
            Call::RemoveService(id) => self.remove_service(by, *id),
            Call::RegisterAgreement(service, terms) => self.register_agreement(by, *service, terms),
            Call::DiscardAgreement(id) => self.discard_agreement(by, *id),
            Call::OpenAgreement(id) => self.open_agreement(by, *id),
            Call::Settle(id) => self.settle(by, *id),
            Call::ProposeAmendment(id, terms, from) => self.propose_amendment(by, *id, terms, *from),
            Call::GiveNotice(id) => self.give_notice(by, *id),
            Call::Allow(id, who) => self.allow(by, *id, of(who)),
            Call::Disallow(id, who) => self.disallow(by, *id, of(who)),
            Call::AnnounceMaintenance(id, period, from, to) => {
                self.announce_maintenance(by, *id, *period, (*from, *to))
            }

            Call::RegisterReporter(bond) => self.register_reporter(by, *bond),
            Call::BondExtra(amount) => self.bond_extra(by, *amount),
            Call::UpdateReporter(_) => self.update_reporter(by),
            Call::Leave => self.leave(by),
            Call::WithdrawBond => self.withdraw_bond(by),
            Call::Rejoin => self.rejoin(by),
            Call::Submit(reports) => self.submit(by, reports),
            Call::Commit(batch) => self.commit(by, batch),
            Call::Reveal(batch) => self.reveal(by, batch),
            Call::GiveUpSeat(id) => self.give_up_seat(by, *id),
            Call::ClaimRewards(id) => self.claim_rewards(*id, by),
            Call::ClaimRewardsFor(id, who) => self.claim_rewards(*id, of(who)),

            Call::StakeCover(id, amount) => self.stake_cover(by, *id, *amount),
            Call::WithdrawCover(id, amount) => self.withdraw_cover(by, *id, *amount),
            Call::FundRewards(id, amount) => self.fund_rewards(by, *id, *amount),
            Call::WithdrawRewards(id, amount) => self.withdraw_rewards(by, *id, *amount),
            Call::SetMember(id, who, weight) => self.set_member(by, *id, of(who), *weight),
            Call::Subscribe { agreement, units, periods, version, max_payment } => {
                self.subscribe(by, *agreement, *units, *periods, *version, *max_payment)
            }
            Call::Sponsor { agreement, who, units, periods, max_payment } => {
                self.sponsor(by, *agreement, of(who), *units, *periods, *max_payment)
            }
            Call::CancelSubscription(id, span) => self.cancel_subscription(by, *id, *span),
            Call::ExtendSubscription { agreement, id, periods, version, max_payment } => {
                self.extend_subscription(by, *agreement, *id, *periods, *version, *max_payment)
            }
            Call::AcceptAmendment(id, version, max_payment) => self.accept_amendment(by, *id, *version, *max_payment),
            Call::Back(id, amount, version) => self.back(by, *id, *amount, *version),
            Call::CancelBacking(id, period) => self.cancel_backing(by, *id, *period),
            Call::GiveBackingNotice(id, shares) => self.give_backing_notice(by, *id, *shares),
            Call::WithdrawNotice(id, shares) => self.withdraw_notice(by, *id, *shares),
            Call::Exit(id, shares) => self.exit(by, *id, *shares),
            Call::Claim(id) => self.claim(*id, by),
            Call::ClaimFor(id, who) => self.claim(*id, of(who)),
            Call::ClaimMany(ids) => self.claim_many(by, ids),

            Call::Challenge(round, indicators) => self.challenge(by, *round, indicators),
            Call::CommitVote(round, sealed) => self.commit_vote(by, *round, sealed),
            Call::RevealVote(round, choice, salt) => self.reveal_vote(by, *round, *choice, *salt),
            Call::Appeal(round) => self.appeal(by, *round),
            Call::Advance(round) => self.advance(*round),

            Call::ListOffer(id, listing) => self.list_offer(by, *id, listing),
            Call::Restock(offer, added) => self.restock(by, *offer, *added),
            Call::WithdrawOffer(offer) => self.withdraw_offer(by, *offer),
            Call::Delist(offer) => self.delist(by, *offer),
            Call::RemoveExpired(offer) => self.remove_expired(*offer),
            Call::ClearCounters(offer, limit) => self.clear_counters(*offer, *limit),
            Call::Redeem { offer, quantity, max_price, source, hash } => {
                self.redeem(by, *offer, *quantity, *max_price, *source, *hash)
            }
            Call::Fulfil(voucher) => self.fulfil(by, *voucher),
            Call::Confirm(voucher) => self.confirm(by, *voucher),
            Call::RefundVoucher(voucher) => self.refund_voucher(by, *voucher),
            Call::CancelVoucher(voucher) => self.cancel_voucher(by, *voucher),
            Call::Rate(voucher, stars) => self.rate(by, *voucher, *stars),
            Call::AuthorizePartner(id, who) => self.authorize_partner(by, *id, of(who)),
            Call::RevokePartner(id, who) => self.revoke_partner(by, *id, of(who)),
            Call::MintBreachCredential(round) => self.mint_breach_credential(by, *round),
            Call::BurnCredential(round) => self.burn_credential(by, *round),
            Call::PassVoucher(voucher, to) => self.pass_voucher(by, *voucher, Some(of(to))),
            Call::BurnVoucher(voucher) => self.pass_voucher(by, *voucher, None),

            Call::Transfer(to, amount) => self.accounts.pay(by, of(to), *amount),
            Call::Gift(id, amount) => {
                let account = (self.facts.pool_account)(id.0);
                self.accounts.pay(by, &account, *amount)
            }
        }
    }
}
