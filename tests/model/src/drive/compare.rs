// SPDX-License-Identifier: Apache-2.0

//! Compares the runtime with the model, and says what differs first.

use crate::model::{
    accounts::Reason,
    agreements::{Agreement, Record, Why},
    challenges::{Challenge, Decider, Stage, Vote},
    pool::Pool,
    reports::State,
    verdict::{Judged, Verdict},
    AccountId, Model,
};
use dsla_primitives::{verdict::ObjectiveOutcome, AgreementId, Balance, OfferId, RoundId, ServiceId};
use dsla_runtime::{
    configs::vouchers::{CREDENTIALS, VOUCHERS},
    Compensation, Nfts, Runtime, RuntimeHoldReason, SliOracle,
};
use pallet_challenge as disputes;
use pallet_sla::EndReason;
use pallet_sli_oracle::ReporterState;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
};

/// What a comparison remembers.
pub struct Comparison {
    /// The supply at the beginning.
    issuance: Balance,
    /// The pool of each agreement as it was last compared, on both sides.
    pools: BTreeMap<u64, (Vec<u8>, Pool)>,
}

type Same = Result<(), String>;

fn same<T: PartialEq + Debug>(what: impl FnOnce() -> String, real: T, wanted: T) -> Same {
    if real == wanted {
        Ok(())
    } else {
        Err(format!("{}: runtime {real:?}, model {wanted:?}", what()))
    }
}

impl Comparison {
    /// For a chain with this supply.
    pub fn new(issuance: Balance) -> Self {
        Self { issuance, pools: BTreeMap::new() }
    }

    /// Compares. What cannot have changed since the last comparison, and what is over for long, is looked at only when
    /// `thorough`.
    pub fn compare(&mut self, model: &Model, people: &[AccountId], thorough: bool) -> Same {
        challenges(model)?;
        self.wallets(model, people)?;
        for (id, agreement) in model.agreements.iter().enumerate() {
            let open = !agreement.is_over() || agreement.due().is_some();
            if open || thorough {
                agreement_of(id as u64, agreement, thorough)?;
            }
            self.pool(id as u64, model, people, thorough)?;
        }
        records(model)?;
        reporters(model, people, thorough)?;
        market(model, people, thorough)
    }

    fn wallets(&self, model: &Model, people: &[AccountId]) -> Same {
        let pools = (0..model.pools.len() as u64).map(|id| (model.facts.pool_account)(id));
        let known = [model.facts.treasury.clone(), model.facts.pot.clone()];
        for who in people.iter().cloned().chain(known).chain(pools) {
            let data = frame_system::Account::<Runtime>::get(&who).data;
            let name = || {
                let place = people.iter().position(|other| *other == who);
                place.map_or(format!("{who}"), |at| super::CAST[at].0.to_owned())
            };
            same(|| format!("free of {}", name()), data.free, model.accounts.free(&who))?;
            let held = model.accounts.wallets.get(&who).map(|wallet| wallet.held.clone()).unwrap_or_default();
            same(|| format!("held of {}", name()), data.reserved, held.values().sum())?;
            if data.reserved > 0 {
                let mut real: BTreeMap<Reason, Balance> = BTreeMap::new();
                for hold in pallet_balances::Holds::<Runtime>::get(&who) {
                    *real.entry(reason(hold.id)).or_default() += hold.amount;
                }
                real.retain(|_, amount| *amount > 0);
                same(|| format!("held of {} by reason", name()), real, held)?;
            }
        }
        let issuance = pallet_balances::TotalIssuance::<Runtime>::get();
        same(|| "total issuance".into(), issuance, self.issuance - model.accounts.burned)
    }

    fn pool(&mut self, id: u64, model: &Model, people: &[AccountId], thorough: bool) -> Same {
        let (agreement, pool) = (AgreementId(id), &model.pools[id as usize]);
        let stored = pallet_compensation::Pools::<Runtime>::get(agreement);
        same(|| format!("pool {id} open"), stored.is_some(), !pool.closed)?;
        if pool.ended || pool.closed {
            // One by one the automatic payout removes them, so each counts against what it can do in a block.
            let rows = pallet_compensation::PeriodUnits::<Runtime>::iter_key_prefix(agreement).count()
                + pallet_compensation::AcceptedUnits::<Runtime>::iter_key_prefix(agreement).count()
                + pallet_compensation::TeamChanges::<Runtime>::iter_key_prefix(agreement).count();
            same(|| format!("rows left in pool {id}"), rows, pool.stale_rows)?;
        }
        let rows = pallet_compensation::Epochs::<Runtime>::iter_key_prefix(agreement).collect::<BTreeSet<_>>();
        same(|| format!("epochs of pool {id}"), rows, pool.waiters.keys().copied().collect())?;
        let Some(real) = stored else {
            self.pools.remove(&id);
            return Ok(());
        };
        // Every change of a ledger that anybody could claim from changes one of these as well.
        let marks = (codec::Encode::encode(&real), pool.clone());
        if !thorough && self.pools.get(&id) == Some(&marks) {
            return Ok(());
        }
        self.pools.insert(id, marks);
        same(|| format!("buckets of pool {id}"), real.buckets, pool.buckets())?;
        same(|| format!("income of the provider of pool {id}"), real.provider_owed, pool.provider_owed)?;
        same(|| format!("settled periods of pool {id}"), real.settled, pool.settled)?;
        same(|| format!("end of prepayments of pool {id}"), real.prepaid_until, pool.prepaid_until)?;
        let vault = (real.vault.shares, real.vault.notice, real.vault.exiting);
        same(|| format!("shares, notice, exiting of pool {id}"), vault, (pool.shares, pool.notice(), pool.exiting()))?;
        let short = real.short.map(|short| (short.since, short.missing));
        same(|| format!("shortage of pool {id}"), short, pool.short.map(|short| (short.since, short.missing)))?;
        same(|| format!("pool {id} ended, queued"), (real.ended, real.queued), (pool.ended, pool.queued))?;
        if !pool.ended {
            let capacity = Compensation::capacity(agreement).map_err(|error| format!("{error:?}"))?;
            same(|| format!("capacity of pool {id}"), capacity, pool.capacity())?;
            for period in pool.settled..pool.prepaid_until {
                let units = pallet_compensation::PeriodUnits::<Runtime>::get(agreement, period);
                same(|| format!("units of {id}/{period}"), units.into(), pool.units(period, false))?;
                let units = pallet_compensation::AcceptedUnits::<Runtime>::get(agreement, period);
                same(|| format!("signed units of {id}/{period}"), units.into(), pool.units(period, true))?;
            }
        }
        if let Some(last) = pool.settled.checked_sub(1) {
            let amounts = Compensation::settlement(agreement, last).ok_or("a settlement is missing")?.amounts;
            let real = [
                amounts.units.into(),
                amounts.income,
                amounts.premium,
                amounts.refunds,
                amounts.compensation,
                amounts.junior_loss,
                amounts.senior_loss,
                amounts.team_reward,
                amounts.fee,
                amounts.burned,
            ];
            same(|| format!("settlement of {id}/{last}"), real, pool.last)?;
        }
        for (who, name) in people.iter().zip(super::CAST.map(|(name, _)| name)) {
            let kept = pallet_compensation::Accounts::<Runtime>::contains_key(agreement, who);
            same(|| format!("a ledger of {name} in pool {id}"), kept, pool.ledgers.contains_key(who))?;
            if !kept && *who != pool.provider {
                continue;
            }
            let claimable = Compensation::claimable(agreement, who);
            same(|| format!("claimable of {name} in pool {id}"), claimable, pool.claimable(who))?;
            let backing = Compensation::backing(agreement, who);
            let ledger = pool.ledgers.get(who).cloned().unwrap_or_default();
            same(
                || format!("shares and notice of {name} in pool {id}"),
                (backing.shares, backing.notice),
                (ledger.shares, ledger.notice),
            )?;
            let mut deposits = backing.deposits.to_vec();
            deposits.sort_unstable();
            let mut wanted = ledger.deposits.clone();
            wanted.sort_unstable();
            same(|| format!("deposits of {name} in pool {id}"), deposits, wanted)?;
        }
        Ok(())
    }
}

fn reason(real: RuntimeHoldReason) -> Reason {
    use pallet_marketplace::HoldReason as M;
    use pallet_sla::HoldReason as S;
    match real {
        RuntimeHoldReason::Sla(S::Provider) => Reason::Provider,
        RuntimeHoldReason::Sla(S::Service) => Reason::Service,
        RuntimeHoldReason::Sla(S::Agreement) => Reason::Agreement,
        RuntimeHoldReason::Sla(S::AllowListEntry) => Reason::AllowList,
        RuntimeHoldReason::SliOracle(_) => Reason::Reporter,
        RuntimeHoldReason::Challenge(_) => Reason::Challenge,
        RuntimeHoldReason::Marketplace(M::Offer) => Reason::Offer,
        RuntimeHoldReason::Marketplace(M::Partner) => Reason::Partner,
        RuntimeHoldReason::Marketplace(M::Credential) => Reason::Credential,
        other => unreachable!("nobody holds for {other:?}"),
    }
}

fn why(reason: EndReason) -> Why {
    match reason {
        EndReason::Notice => Why::Notice,
        EndReason::Governance => Why::Governance,
        EndReason::Uncovered => Why::Uncovered,
    }
}

fn agreement_of(id: u64, agreement: &Agreement, thorough: bool) -> Same {
    let real = pallet_sla::Agreements::<Runtime>::get(AgreementId(id)).ok_or(format!("no agreement {id}"))?;
    let due = real.timers.due();
    same(|| format!("status of {id}"), real.status, agreement.status)?;
    same(|| format!("version of {id}"), real.version, agreement.version())?;
    same(|| format!("periods of {id}"), real.periods, agreement.periods)?;
    let ending = real.ending.map(|ending| (ending.periods, why(ending.reason)));
    same(|| format!("early end of {id}"), ending, agreement.ending)?;
    let waiting = real.waiting.map(|waiting| (waiting.from, waiting.carried_over));
    let wanted = agreement.waiting.as_ref().map(|waiting| (waiting.from, waiting.carried_over));
    same(|| format!("amendment of {id}"), waiting, wanted)?;
    let judged = agreement.log.len() as u32;
    same(
        || format!("judged and final periods of {id}"),
        (real.proposed, real.finalized),
        (judged, agreement.finalized),
    )?;
    same(|| format!("next step of {id}"), due, agreement.due())?;
    let from = if thorough { 0 } else { agreement.finalized.saturating_sub(4) as usize };
    for (period, line) in agreement.log.iter().enumerate().skip(from) {
        let real = pallet_sla::Periods::<Runtime>::get(AgreementId(id), period as u32).ok_or("no verdict")?;
        same(|| format!("phase of {id}/{period}"), real.phase, line.phase)?;
        same(|| format!("indicators of {id}/{period}"), real.indicators, line.indicators.clone())?;
        let verdict = Verdict {
            outcome: real.verdict.outcome,
            credit: real.verdict.credit.deconstruct().into(),
            bonus: real.verdict.bonus.deconstruct().into(),
            objectives: real.verdict.objectives.iter().map(judged_as).collect(),
        };
        same(|| format!("verdict of {id}/{period}"), verdict, line.verdict.clone())?;
    }
    Ok(())
}

fn judged_as(outcome: &ObjectiveOutcome) -> Judged {
    match outcome {
        ObjectiveOutcome::Met { bonus } => Judged::Met(bonus.deconstruct().into()),
        ObjectiveOutcome::Missed { credit } => Judged::Missed(credit.deconstruct().into()),
        ObjectiveOutcome::NoData => Judged::NoData,
    }
}

fn records(model: &Model) -> Same {
    let record = |real: pallet_sla::TrackRecord| Record {
        agreements: [real.agreements, real.agreements_completed, real.agreements_terminated],
        periods: [real.periods_met, real.periods_missed, real.periods_no_data, real.periods_overturned],
        credits: real.credit_sum.into(),
    };
    for (who, provider) in &model.providers {
        let real = pallet_sla::Providers::<Runtime>::get(who).ok_or("no provider")?;
        same(|| "services of a provider".into(), real.services, provider.services)?;
        same(|| "track record of a provider".into(), record(real.record), provider.record)?;
    }
    for (id, service) in model.services.iter().enumerate() {
        let real = pallet_sla::Services::<Runtime>::get(ServiceId(id as u64));
        let real = real.map(|real| (real.agreements, record(real.record)));
        let wanted = service.as_ref().map(|service| (service.agreements, service.record));
        same(|| format!("service {id}"), real, wanted)?;
    }
    Ok(())
}

fn reporters(model: &Model, people: &[AccountId], thorough: bool) -> Same {
    for (who, (name, _)) in people.iter().zip(super::CAST) {
        let real = pallet_sli_oracle::Reporters::<Runtime>::get(who).map(|real| {
            let state = match real.state {
                ReporterState::Active => State::Active,
                ReporterState::Leaving { since, until } => State::Leaving { since, until },
                ReporterState::Suspended => State::Suspended,
            };
            (real.bond, state, real.strikes, real.forgiven_at, real.reports)
        });
        let wanted = model.reporters.get(who);
        let wanted = wanted.map(|r| (r.bond, r.state, r.strikes, r.forgiven_at, r.reports));
        same(|| format!("reporter {name} (bond, state, strikes, forgiven, reports)"), real, wanted)?;
    }
    if thorough {
        let count = pallet_sli_oracle::ActiveCount::<Runtime>::get();
        let active: Vec<_> = (0..count).filter_map(pallet_sli_oracle::ActiveReporters::<Runtime>::get).collect();
        same(|| "active reporters".into(), active, model.active.clone())?;
        for (id, agreement) in model.agreements.iter().enumerate() {
            let id = id as u64;
            for who in people {
                let real = SliOracle::claimable(AgreementId(id), who).map_err(|error| format!("{error:?}"))?;
                let wanted = model.rewards.get(&(id, who.clone())).copied().unwrap_or(0);
                same(|| format!("rewards of a reporter under {id}"), real, wanted)?;
            }
            let seats = pallet_sli_oracle::Seats::<Runtime>::get(AgreementId(id));
            let real: Vec<_> = seats.into_iter().map(|seat| (seat.reporter, seat.since, seat.until)).collect();
            let wanted = model.seats.get(&id).cloned().unwrap_or_default();
            let wanted: Vec<_> = wanted.into_iter().map(|seat| (seat.reporter, seat.since, seat.until)).collect();
            same(|| format!("seats of {id}"), real, wanted)?;
            for period in agreement.finalized..agreement.periods.min(agreement.finalized + 40) {
                let round = RoundId::new(AgreementId(id), period);
                let real = pallet_sli_oracle::Rounds::<Runtime>::get(round);
                let wanted = model.rounds.get(&round).cloned().unwrap_or_default();
                let counts = (real.reports.len(), real.commitments.len(), real.extended);
                let expected = (wanted.reports.len(), wanted.sealed.len(), wanted.extended);
                same(|| format!("reports on {id}/{period}"), counts, expected)?;
            }
        }
    }
    Ok(())
}

fn challenges(model: &Model) -> Same {
    let open = disputes::Challenges::<Runtime>::iter_keys().count();
    same(|| "open challenges".into(), open, model.challenges.len())?;
    for (round, challenge) in &model.challenges {
        let name = || format!("challenge of {}/{}", round.agreement.0, round.period);
        let real = disputes::Challenges::<Runtime>::get(round).ok_or_else(|| format!("no {}", name()))?;
        let stage = match real.stage {
            disputes::Stage::Collecting { .. } => Stage::Collecting,
            disputes::Stage::Drawing { since, .. } => Stage::Drawing(since.into()),
            disputes::Stage::Voting { .. } => Stage::Voting,
            disputes::Stage::Revealing { .. } => Stage::Revealing,
            disputes::Stage::Appealable { decision, .. } => Stage::Appealable(decision),
            disputes::Stage::Arbitration { .. } => Stage::Arbitration,
        };
        same(|| format!("stage of {}", name()), (stage, real.due()), (challenge.stage, challenge.until))?;
        same(|| format!("base bond of {}", name()), real.base_bond, challenge.base_bond)?;
        let bonds: Vec<_> = real.claims.iter().map(|claim| claim.bond).collect();
        same(|| format!("bonds of {}", name()), &bonds, &challenge.bonds)?;
        let claims: Vec<_> =
            real.claims.iter().map(|claim| (claim.claimant.clone(), claim.indicators.clone())).collect();
        same(|| format!("claims of {}", name()), claims, challenge.claims.clone())?;
        same(|| format!("panel of {}", name()), seats(&real.panel), votes(challenge))?;
    }
    let ruled = disputes::Rulings::<Runtime>::iter_keys().count();
    same(|| "rulings".into(), ruled, model.rulings.len())?;
    for (round, ruling) in model.rulings.iter().rev().take(3) {
        let real = disputes::Rulings::<Runtime>::get(round).ok_or("no ruling")?;
        let by = match real.by {
            disputes::Decider::Panel => Decider::Panel,
            disputes::Decider::Appeal => Decider::Appeal,
            disputes::Decider::Arbiter => Decider::Arbiter,
            disputes::Decider::Default => Decider::Default,
        };
        same(
            || format!("ruling of {}/{}", round.agreement.0, round.period),
            (real.choice, by),
            (ruling.choice, ruling.by),
        )?;
    }
    Ok(())
}

/// A member of a panel, and whether it has committed, or what it has voted for.
type Seats = Vec<(AccountId, Option<Option<u8>>)>;

fn seats(panel: &[disputes::Seat<AccountId>]) -> Seats {
    let vote = |vote| match vote {
        disputes::Vote::Open => None,
        disputes::Vote::Committed(_) => Some(None),
        disputes::Vote::Revealed(choice) => Some(Some(choice)),
    };
    panel.iter().map(|seat| (seat.member.clone(), vote(seat.vote))).collect()
}

fn votes(challenge: &Challenge) -> Seats {
    let vote = |vote: &Vote| match vote {
        Vote::Open => None,
        Vote::Committed(_) => Some(None),
        Vote::Revealed(choice) => Some(Some(*choice)),
    };
    challenge.panel.iter().map(|(member, it)| (member.clone(), vote(it))).collect()
}

fn market(model: &Model, people: &[AccountId], thorough: bool) -> Same {
    use pallet_marketplace as market;
    let next = market::NextOfferId::<Runtime>::get().0;
    same(|| "offers ever".into(), next, model.market.offer_count)?;
    let vouchers = market::NextVoucherId::<Runtime>::get() as usize;
    same(|| "vouchers ever".into(), vouchers, model.market.vouchers.len())?;
    let credentials = market::NextCredentialId::<Runtime>::get();
    same(|| "credentials ever".into(), credentials, model.market.credential_count)?;
    for (id, offer) in &model.market.offers {
        let real = market::Offers::<Runtime>::get(OfferId(*id)).ok_or_else(|| format!("no offer {id}"))?;
        let withdrawn = real.status == market::types::OfferStatus::Withdrawn;
        let wanted = (offer.listing.stock, offer.outstanding, offer.withdrawn);
        same(
            || format!("offer {id} (stock, outstanding, withdrawn)"),
            (real.stock, real.outstanding, withdrawn),
            wanted,
        )?;
    }
    for (id, voucher) in model.market.vouchers.iter().enumerate() {
        let over = voucher.state != dsla_primitives::market::VoucherState::Issued;
        if over && !thorough && id + 20 < model.market.vouchers.len() {
            continue;
        }
        let id = id as u32;
        let real = market::Vouchers::<Runtime>::get(id).ok_or_else(|| format!("no voucher {id}"))?;
        let state = (real.state, real.paid, real.to_seller, real.stars, Nfts::owner(VOUCHERS, id));
        let wanted = (voucher.state, voucher.paid, voucher.to_seller, voucher.stars, voucher.holder.clone());
        same(|| format!("voucher {id}"), state, wanted)?;
    }
    if thorough {
        let count = market::Offers::<Runtime>::iter_keys().count();
        same(|| "offers".into(), count, model.market.offers.len())?;
        let redeemed = market::Redeemed::<Runtime>::iter_values().count();
        same(|| "counters of redemptions".into(), redeemed, model.market.redeemed.len())?;
        for (who, (name, _)) in people.iter().zip(super::CAST) {
            let real = market::SellerRecords::<Runtime>::get(who);
            let wanted = model.market.records.get(who).copied().unwrap_or_default();
            same(|| format!("record of {name} as a seller"), real, wanted)?;
        }
        for id in 0..model.market.offer_count {
            let wanted = model.market.ratings.get(&id).copied().unwrap_or_default();
            same(|| format!("ratings of offer {id}"), market::Ratings::<Runtime>::get(OfferId(id)), wanted)?;
        }
        let partners = market::Partners::<Runtime>::iter_keys().count();
        same(|| "partners".into(), partners, model.market.partners.len())?;
        for ((who, round), id) in &model.market.credentials {
            let real = market::Credentials::<Runtime>::get(who, round).map(|credential| credential.id);
            same(|| format!("credential {id}"), real, Some(*id))?;
            same(|| format!("owner of credential {id}"), Nfts::owner(CREDENTIALS, *id), Some(who.clone()))?;
        }
    }
    Ok(())
}
