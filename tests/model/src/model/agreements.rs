// SPDX-License-Identifier: Apache-2.0

//! Providers, services and agreements: what they are, how time moves them on, and how they end.

use super::{
    accounts::{Reason, MINIMUM},
    pool::Pool,
    reports::Answer,
    terms::{
        boundary, continues, deposit, deposit_of_amendment, deposit_of_terms, good_for_customers, judged_at, passed,
        sound, Terms,
    },
    verdict::{judge, Verdict},
    AccountId, Model, Outcome,
};
use codec::Encode;
use dsla_primitives::{
    api::Phase,
    terms::{Access, Document},
    traits::AgreementStatus as Status,
    verdict::{Indicators, Outcome as PeriodOutcome},
    AgreementId, Balance, Moment, Name, PeriodIndex, RoundId, Uri,
};
use std::collections::BTreeMap;

/// The most versions of terms.
const MAX_VERSIONS: usize = 16;
/// The most maintenance windows of a period.
const MAX_WINDOWS: usize = 8;
/// How many bytes a track record takes.
const RECORD_BYTES: u64 = 52;

/// What was delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Agreements opened, completed and ended early.
    pub agreements: [u32; 3],
    /// Periods met, missed, without data, and overturned.
    pub periods: [u64; 4],
    /// All credits, in parts.
    pub credits: u128,
}

/// A provider.
#[derive(Clone, Debug)]
pub struct Provider {
    /// For the profile.
    pub deposit: Balance,
    /// How many services it has.
    pub services: u32,
    /// What it has delivered.
    pub record: Record,
}

/// A service.
#[derive(Clone, Debug)]
pub struct Service {
    /// Who provides it.
    pub provider: AccountId,
    /// For the entry.
    pub deposit: Balance,
    /// How many agreements have not ended.
    pub agreements: u32,
    /// What was delivered.
    pub record: Record,
}

/// Why an agreement ends early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The provider gave notice.
    Notice,
    /// Root decided so.
    Governance,
    /// Too little cover for too long.
    Uncovered,
}

/// Terms that have come into force, and when.
#[derive(Clone, Debug)]
pub struct InForce {
    /// The first period.
    pub from: PeriodIndex,
    /// The terms.
    pub terms: Terms,
}

/// An amendment.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Its first period.
    pub from: PeriodIndex,
    /// The terms.
    pub terms: Terms,
    /// Whether customers keep what they have without signing.
    pub carried_over: bool,
    /// The provider's deposit.
    pub deposit: Balance,
}

/// A verdict.
#[derive(Clone, Debug)]
pub struct Line {
    /// How far it is.
    pub phase: Phase,
    /// What was measured.
    pub indicators: Indicators,
    /// What was decided.
    pub verdict: Verdict,
    /// The end of the challenge window, also while it is challenged.
    pub until: Moment,
}

/// An agreement.
#[derive(Clone, Debug)]
pub struct Agreement {
    /// About which service.
    pub service: usize,
    /// Who answers for it.
    pub provider: AccountId,
    /// Where it stands.
    pub status: Status,
    /// All versions that have come into force.
    pub versions: Vec<InForce>,
    /// The one that waits, also when the agreement does not live to see it.
    pub waiting: Option<Waiting>,
    /// How many periods it runs.
    pub periods: PeriodIndex,
    /// The early end.
    pub ending: Option<(PeriodIndex, Why)>,
    /// The log.
    pub log: Vec<Line>,
    /// How many periods are final.
    pub finalized: PeriodIndex,
    /// When it begins, or its next period is judged.
    pub judge_at: Option<Moment>,
    /// When its oldest verdict becomes final, or it ends.
    pub final_at: Option<Moment>,
    /// When the amendment comes into force or is dropped.
    pub amend_at: Option<Moment>,
    /// For terms and log.
    pub deposit: Balance,
    /// Who may subscribe when not everybody may, and the deposits.
    pub allowed: BTreeMap<AccountId, Balance>,
    /// Announced maintenance.
    pub windows: BTreeMap<PeriodIndex, Vec<(Moment, Moment)>>,
}

impl Agreement {
    /// Whether it has customers and may have more.
    pub fn runs(&self) -> bool {
        matches!(self.status, Status::Open | Status::Active)
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        matches!(self.status, Status::Completed | Status::Terminated)
    }

    /// The terms in force now.
    pub fn terms(&self) -> &Terms {
        &self.versions.last().expect("there is a first one").terms
    }

    /// The version of these.
    pub fn version(&self) -> u32 {
        self.versions.len() as u32 - 1
    }

    /// The amendment that will come into force.
    pub fn amendment(&self) -> Option<&Waiting> {
        self.waiting.as_ref().filter(|waiting| self.ending.is_none_or(|(end, _)| waiting.from < end))
    }

    /// The terms in force in `period`.
    pub fn terms_in(&self, period: PeriodIndex) -> &Terms {
        if let Some(waiting) = self.amendment().filter(|waiting| waiting.from <= period) {
            return &waiting.terms;
        }
        &self.versions.iter().rev().find(|version| version.from <= period).expect("the first begins at 0").terms
    }

    /// When the chain acts on it next.
    pub fn due(&self) -> Option<Moment> {
        [self.judge_at, self.final_at, self.amend_at].into_iter().flatten().min()
    }

    fn awaits_terms(&self) -> bool {
        self.amendment().is_some_and(|waiting| waiting.from as usize <= self.log.len())
    }

    fn end_early(&mut self, at: PeriodIndex, why: Why, now: Moment) -> Outcome {
        let scheduled = self.waiting.as_ref().map_or(self.periods, |waiting| waiting.terms.schedule.periods);
        if at >= self.ending.map_or(scheduled, |(end, _)| end) {
            return Err("it ends by then anyway");
        }
        self.ending = Some((at, why));
        self.periods = self.periods.min(at);
        if self.waiting.is_some() && self.amendment().is_none() {
            self.amend_at = Some(now);
        }
        if self.periods == 0 {
            (self.judge_at, self.final_at) = (None, Some(now));
        }
        Ok(())
    }
}

impl Model {
    /// The agreement `id`, if `who` is its provider.
    pub(crate) fn provided(&mut self, who: &AccountId, id: AgreementId) -> Outcome<&mut Agreement> {
        let agreement = self.agreements.get_mut(id.0 as usize).ok_or("no such agreement")?;
        if agreement.provider == *who {
            Ok(agreement)
        } else {
            Err("not the provider")
        }
    }

    /// The agreement `id`.
    pub(crate) fn agreement(&self, id: AgreementId) -> Outcome<&Agreement> {
        self.agreements.get(id.0 as usize).ok_or("no such agreement")
    }

    fn records(&mut self, id: AgreementId, change: impl Fn(&mut Record)) {
        let Agreement { service, provider, .. } = &self.agreements[id.0 as usize];
        change(&mut self.providers.get_mut(provider).expect("it stays as long as it has services").record);
        change(&mut self.services[*service].as_mut().expect("it stays as long as it has agreements").record);
    }

    pub(crate) fn register_provider(&mut self, who: &AccountId, name: &Name, uri: &Uri) -> Outcome {
        if self.providers.contains_key(who) || std::str::from_utf8(name).is_err() {
            return Err("a provider already, or a bad name");
        }
        let deposit = profile(who, name, uri);
        self.accounts.hold(who, Reason::Provider, deposit)?;
        self.providers.insert(who.clone(), Provider { deposit, services: 0, record: Record::default() });
        Ok(())
    }

    pub(crate) fn update_provider(&mut self, who: &AccountId, name: &Name, uri: &Uri) -> Outcome {
        let provider = self.providers.get_mut(who).filter(|_| std::str::from_utf8(name).is_ok());
        let provider = provider.ok_or("no provider, or a bad name")?;
        let new = profile(who, name, uri);
        if new > provider.deposit {
            self.accounts.hold(who, Reason::Provider, new - provider.deposit)?;
        } else {
            self.accounts.release(who, Reason::Provider, provider.deposit - new);
        }
        provider.deposit = new;
        Ok(())
    }

    pub(crate) fn deregister_provider(&mut self, who: &AccountId) -> Outcome {
        let provider = self.providers.get(who).filter(|provider| provider.services == 0);
        let deposit = provider.ok_or("no provider, or with services")?.deposit;
        self.providers.remove(who);
        self.accounts.release(who, Reason::Provider, deposit);
        Ok(())
    }

    pub(crate) fn register_service(&mut self, who: &AccountId, name: &Name, document: &Document) -> Outcome {
        let plain = |c: &u8| c.is_ascii_lowercase() || c.is_ascii_digit();
        let label = name.len() <= 63
            && name.iter().all(|c| plain(c) || *c == b'-')
            && name.first().is_some_and(plain)
            && name.last().is_some_and(plain);
        let provider = self.providers.get_mut(who).filter(|_| label).ok_or("no provider, or a bad name")?;
        let deposit = deposit((self.services.len() as u64, who, name, document).encoded_size() as u64 + RECORD_BYTES);
        self.accounts.hold(who, Reason::Service, deposit)?;
        provider.services += 1;
        let record = Record::default();
        self.services.push(Some(Service { provider: who.clone(), deposit, agreements: 0, record }));
        Ok(())
    }

    fn service(&self, who: &AccountId, id: u64) -> Outcome<&Service> {
        let service = self.services.get(id as usize).and_then(|service| service.as_ref()).ok_or("no such service")?;
        if service.provider == *who {
            Ok(service)
        } else {
            Err("not its provider")
        }
    }

    pub(crate) fn remove_service(&mut self, who: &AccountId, id: u64) -> Outcome {
        let service = self.service(who, id)?;
        if service.agreements > 0 {
            return Err("it has agreements");
        }
        self.accounts.release(who, Reason::Service, service.deposit);
        self.services[id as usize] = None;
        self.providers.get_mut(who).expect("it has a service").services -= 1;
        Ok(())
    }

    pub(crate) fn register_agreement(&mut self, who: &AccountId, service: u64, terms: &Terms) -> Outcome {
        self.service(who, service)?;
        if !sound(terms, self.now()) {
            return Err("unsound terms");
        }
        let deposit = deposit_of_terms(terms);
        // The account of the pool must live, too.
        if self.accounts.spendable(who) < deposit + MINIMUM {
            return Err("too little money");
        }
        self.accounts.hold(who, Reason::Agreement, deposit)?;
        let id = self.agreements.len() as u64;
        self.accounts.pay(who, &(self.facts.pool_account)(id), MINIMUM)?;
        self.services[service as usize].as_mut().expect("it is there").agreements += 1;
        self.agreements.push(Agreement {
            service: service as usize,
            provider: who.clone(),
            status: Status::Draft,
            versions: vec![InForce { from: 0, terms: terms.clone() }],
            waiting: None,
            periods: terms.schedule.periods,
            ending: None,
            log: Vec::new(),
            finalized: 0,
            judge_at: None,
            final_at: None,
            amend_at: None,
            deposit,
            allowed: BTreeMap::new(),
            windows: BTreeMap::new(),
        });
        self.pools.push(Pool::new(who.clone(), &terms.pricing));
        Ok(())
    }

    pub(crate) fn discard_agreement(&mut self, who: &AccountId, id: AgreementId) -> Outcome {
        let agreement = self.provided(who, id)?;
        if agreement.status != Status::Draft {
            return Err("no draft");
        }
        agreement.status = Status::Terminated;
        let (service, deposit) = (agreement.service, agreement.deposit);
        self.accounts.release(who, Reason::Agreement, deposit);
        self.services[service].as_mut().expect("it has an agreement").agreements -= 1;
        self.end_pool(id);
        Ok(())
    }

    pub(crate) fn open_agreement(&mut self, who: &AccountId, id: AgreementId) -> Outcome {
        let now = self.now();
        let agreement = self.provided(who, id)?;
        let start = agreement.terms().schedule.start;
        if agreement.status != Status::Draft || now >= start {
            return Err("no draft, or too late");
        }
        agreement.status = Status::Open;
        agreement.judge_at = Some(start);
        self.records(id, |record| record.agreements[0] += 1);
        Ok(())
    }

    pub(crate) fn propose_amendment(
        &mut self,
        who: &AccountId,
        id: AgreementId,
        terms: &Terms,
        from: PeriodIndex,
    ) -> Outcome {
        let now = self.now();
        let agreement = self.provided(who, id)?;
        if !agreement.runs() || agreement.ending.is_some() || agreement.waiting.is_some() {
            return Err("no room for an amendment");
        }
        let old = agreement.terms().clone();
        if agreement.versions.len() >= MAX_VERSIONS || !sound(terms, terms.schedule.start) || !continues(terms, &old) {
            return Err("unsound amendment");
        }
        // A full period between now and then.
        if from <= passed(&old.schedule, now) || from >= agreement.periods {
            return Err("too early, or beyond the end");
        }
        let carried_over = good_for_customers(terms, &old);
        let deposit = deposit_of_amendment(terms, from, &old);
        let at = boundary(&old.schedule, from);
        let waiting = Waiting { from, terms: terms.clone(), carried_over, deposit };
        self.may_amend(id, &waiting, &old)?;
        self.accounts.hold(who, Reason::Agreement, deposit)?;
        let agreement = &mut self.agreements[id.0 as usize];
        agreement.waiting = Some(waiting);
        agreement.amend_at = Some(at);
        Ok(())
    }

    pub(crate) fn give_notice(&mut self, who: &AccountId, id: AgreementId) -> Outcome {
        let now = self.now();
        let agreement = self.provided(who, id)?;
        let notice = agreement.terms().notice_periods.filter(|_| agreement.runs()).ok_or("no notice possible")?;
        let next = passed(&agreement.terms().schedule, now);
        agreement.end_early(next.saturating_add(notice), Why::Notice, now)
    }

    pub(crate) fn terminate(&mut self, id: AgreementId, at: Option<PeriodIndex>) -> Outcome {
        let now = self.now();
        let agreement = self.agreements.get_mut(id.0 as usize).ok_or("no such agreement")?;
        if !agreement.runs() {
            return Err("it does not run");
        }
        let next = passed(&agreement.terms().schedule, now);
        let at = at.unwrap_or(next);
        if at < next {
            return Err("too early");
        }
        agreement.end_early(at, Why::Governance, now)
    }

    pub(crate) fn allow(&mut self, provider: &AccountId, id: AgreementId, who: &AccountId) -> Outcome {
        let agreement = self.provided(provider, id)?;
        if agreement.is_over() || agreement.allowed.contains_key(who) {
            return Err("over, or allowed already");
        }
        let deposit = deposit(40);
        self.accounts.hold(provider, Reason::AllowList, deposit)?;
        self.agreements[id.0 as usize].allowed.insert(who.clone(), deposit);
        Ok(())
    }

    pub(crate) fn disallow(&mut self, provider: &AccountId, id: AgreementId, who: &AccountId) -> Outcome {
        let deposit = self.provided(provider, id)?.allowed.remove(who).ok_or("not allowed")?;
        self.accounts.release(provider, Reason::AllowList, deposit);
        Ok(())
    }

    pub(crate) fn announce_maintenance(
        &mut self,
        who: &AccountId,
        id: AgreementId,
        period: PeriodIndex,
        window: (Moment, Moment),
    ) -> Outcome {
        let now = self.now();
        let agreement = self.provided(who, id)?;
        if !agreement.runs() || period >= agreement.periods {
            return Err("no such period");
        }
        let terms = agreement.terms_in(period);
        let (begin, end) = (boundary(&terms.schedule, period), boundary(&terms.schedule, period + 1));
        let (from, to) = window;
        if from < begin || to <= from || end < to || from < now + terms.maintenance.notice {
            return Err("outside, or too late");
        }
        let quota = terms.maintenance.quota;
        let windows = agreement.windows.entry(period).or_default();
        let overlaps = windows.iter().any(|(start, end)| *start < to && from < *end);
        let sum: Moment = windows.iter().map(|(start, end)| end - start).sum();
        if overlaps || sum + (to - from) > quota || windows.len() >= MAX_WINDOWS {
            return Err("overlap, or too much");
        }
        windows.push(window);
        windows.sort();
        Ok(())
    }

    /// Whether `who` may subscribe by the terms in force.
    pub(crate) fn may_subscribe(&self, id: AgreementId, who: &AccountId) -> bool {
        let agreement = &self.agreements[id.0 as usize];
        agreement.terms().access == Access::Open || agreement.allowed.contains_key(who)
    }

    /// Does everything that is due, oldest first.
    pub(crate) fn serve_agreements(&mut self) {
        loop {
            let due =
                self.agreements.iter().enumerate().filter_map(|(id, agreement)| Some((agreement.due()?, id))).min();
            match due {
                Some((due, id)) if due <= self.now() => self.step(AgreementId(id as u64), None),
                _ => return,
            }
        }
    }

    pub(crate) fn settle(&mut self, who: &AccountId, id: AgreementId) -> Outcome {
        if self.agreement(id)?.due().is_none_or(|due| due > self.now()) {
            return Err("nothing is due");
        }
        self.step(id, Some(who));
        Ok(())
    }

    /// Does what has been due longest: an amendment before a settlement, a settlement before a judgement.
    fn step(&mut self, id: AgreementId, settler: Option<&AccountId>) {
        let agreement = &self.agreements[id.0 as usize];
        let due = agreement.due();
        if agreement.amend_at == due {
            if agreement.amendment().is_some() {
                self.amend(id)
            } else {
                self.drop_amendment(id)
            }
        } else if agreement.final_at == due {
            if (agreement.finalized as usize) < agreement.log.len() {
                self.finalize(id, settler)
            } else {
                self.end_agreement(id)
            }
        } else if agreement.status == Status::Open {
            let agreement = &mut self.agreements[id.0 as usize];
            agreement.status = Status::Active;
            agreement.judge_at = Some(judged_at(agreement.terms_in(0), 0));
        } else {
            self.judge_period(id);
        }
    }

    fn judge_period(&mut self, id: AgreementId) {
        let agreement = &self.agreements[id.0 as usize];
        let (period, now) = (agreement.log.len() as PeriodIndex, self.now());
        let terms = agreement.terms_in(period).clone();
        let indicators = match self.answer(RoundId::new(id, period), &terms) {
            Answer::Later(until) => {
                self.see("reports extended");
                self.agreements[id.0 as usize].judge_at = Some(until.max(now + 1));
                return;
            }
            Answer::Now(indicators) => indicators,
        };
        let verdict = judge(&terms.objectives, &terms.pricing, &indicators);
        let until = now + terms.oracle.challenge_window;
        if verdict.outcome == PeriodOutcome::NoData {
            self.see("period without data");
        }
        let agreement = &mut self.agreements[id.0 as usize];
        agreement.log.push(Line { phase: Phase::Proposed { until }, indicators, verdict, until });
        let next = period + 1;
        agreement.judge_at = if next == agreement.periods || agreement.awaits_terms() {
            None
        } else {
            Some(judged_at(agreement.terms_in(next), next))
        };
        if agreement.finalized == period {
            agreement.final_at = Some(until);
        }
    }

    fn finalize(&mut self, id: AgreementId, settler: Option<&AccountId>) {
        let now = self.now();
        let agreement = &mut self.agreements[id.0 as usize];
        let period = agreement.finalized;
        let terms = agreement.terms_in(period).clone();
        let line = &mut agreement.log[period as usize];
        assert!(matches!(line.phase, Phase::Proposed { until } if until <= now), "only then it becomes final");
        line.phase = Phase::Final { at: now };
        let line = line.clone();
        agreement.finalized += 1;
        agreement.final_at = match agreement.log.get(agreement.finalized as usize).map(|line| line.phase) {
            Some(Phase::Proposed { until }) => Some(until),
            Some(_) => None,
            None => (agreement.finalized == agreement.periods).then_some(now),
        };
        let nth = match line.verdict.outcome {
            PeriodOutcome::Met => 0,
            PeriodOutcome::Missed => 1,
            PeriodOutcome::NoData => 2,
        };
        self.records(id, |record| {
            record.periods[nth] += 1;
            record.credits += line.verdict.credit;
        });
        let uncovered = self.settle_period(id, period, &terms, &line, settler);
        self.judge_reporters(RoundId::new(id, period), &terms, &line.indicators);
        if uncovered {
            let next = passed(&terms.schedule, now);
            if self.agreements[id.0 as usize].end_early(next, Why::Uncovered, now).is_ok() {
                self.see("uncovered end");
            }
        }
    }

    fn amend(&mut self, id: AgreementId) {
        let agreement = &mut self.agreements[id.0 as usize];
        let waiting = agreement.waiting.take().expect("it waits");
        let Waiting { from, ref terms, .. } = waiting;
        if from as usize <= agreement.log.len() {
            agreement.judge_at = Some(judged_at(terms, from));
        }
        agreement.versions.push(InForce { from, terms: terms.clone() });
        let periods = terms.schedule.periods;
        agreement.periods = agreement.ending.map_or(periods, |(end, _)| end.min(periods));
        agreement.amend_at = None;
        self.amend_pool(id, &waiting);
    }

    fn drop_amendment(&mut self, id: AgreementId) {
        let agreement = &mut self.agreements[id.0 as usize];
        let waiting = agreement.waiting.take().expect("it waits");
        agreement.amend_at = None;
        let provider = agreement.provider.clone();
        self.accounts.release(&provider, Reason::Agreement, waiting.deposit);
        self.see("amendment dropped");
    }

    fn end_agreement(&mut self, id: AgreementId) {
        let agreement = &mut self.agreements[id.0 as usize];
        assert_eq!(agreement.finalized, agreement.periods, "it ends after its last period");
        let (status, nth) = if agreement.ending.is_none() { (Status::Completed, 1) } else { (Status::Terminated, 2) };
        agreement.status = status;
        (agreement.judge_at, agreement.final_at) = (None, None);
        let service = agreement.service;
        self.records(id, |record| record.agreements[nth] += 1);
        self.services[service].as_mut().expect("it has an agreement").agreements -= 1;
        self.see(if nth == 1 { "agreement completed" } else { "agreement terminated" });
        self.end_pool(id);
    }

    /// The verdict of `round` that can be challenged, or is.
    pub(crate) fn open_line(&mut self, round: RoundId) -> Option<&mut Line> {
        let line = self.agreements.get_mut(round.agreement.0 as usize)?.log.get_mut(round.period as usize)?;
        (!matches!(line.phase, Phase::Final { .. })).then_some(line)
    }

    /// Lets a verdict wait for a ruling.
    pub(crate) fn suspend(&mut self, round: RoundId) {
        let now = self.now();
        let agreement = &mut self.agreements[round.agreement.0 as usize];
        agreement.log[round.period as usize].phase = Phase::Challenged { since: now };
        if agreement.finalized == round.period {
            agreement.final_at = None;
        }
    }

    /// Rules what the indicators of a period are.
    pub(crate) fn rule_period(&mut self, round: RoundId, indicators: &Indicators) {
        let now = self.now();
        let agreement = &mut self.agreements[round.agreement.0 as usize];
        let terms = agreement.terms_in(round.period).clone();
        let verdict = judge(&terms.objectives, &terms.pricing, indicators);
        let line = &mut agreement.log[round.period as usize];
        let overturned = (verdict.outcome, verdict.credit) != (line.verdict.outcome, line.verdict.credit);
        *line = Line { phase: Phase::Proposed { until: now }, indicators: indicators.clone(), verdict, until: now };
        if agreement.finalized == round.period {
            agreement.final_at = Some(now);
        }
        if overturned {
            self.see("verdict overturned");
            self.records(round.agreement, |record| record.periods[3] += 1);
        }
    }
}

fn profile(who: &AccountId, name: &Name, uri: &Uri) -> Balance {
    deposit((who, name, uri).encoded_size() as u64 + RECORD_BYTES)
}
