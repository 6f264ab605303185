// SPDX-License-Identifier: Apache-2.0

//! Reporters and their reports: who may say what when, what comes out, and what becomes of those who neglect it.

use super::{
    accounts::Reason,
    terms::{boundary, Terms},
    verdict::{lower_median, part_up},
    AccountId, Model, Outcome, DAY,
};
use dsla_primitives::{
    traits::AgreementStatus as Status,
    verdict::{Indicator, Indicators},
    AgreementId, Balance, Moment, RoundId,
};
use sp_core::H256;
use sp_io::hashing::blake2_256;
use sp_runtime::FixedU128;
use std::collections::BTreeMap;

/// How long bonds are held at least, and at most.
const UNBONDING: (Moment, Moment) = ((2 + 1 + 1) * 14 * DAY + 60 * DAY + DAY, 365 * DAY);
/// The most seats.
const MAX_SEATS: usize = 16;

/// Whether a reporter may report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It may.
    Active,
    /// It has left.
    Leaving {
        /// When.
        since: Moment,
        /// When it can take its bond.
        until: Moment,
    },
    /// Its bond is too small after a slash.
    Suspended,
}

/// A reporter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reporter {
    /// What it has put up.
    pub bond: Balance,
    /// Whether it may report.
    pub state: State,
    /// Strikes.
    pub strikes: u32,
    /// When it registered.
    pub since: Moment,
    /// When it had left and came back.
    pub away: Option<(Moment, Moment)>,
    /// When a strike was forgiven last.
    pub forgiven_at: Moment,
    /// Reports taken.
    pub reports: u64,
}

/// A seat in a committee that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// By whom.
    pub reporter: AccountId,
    /// When.
    pub since: Moment,
    /// When it was given up.
    pub until: Option<Moment>,
}

/// What was measured for an objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// The indicator.
    Value(FixedU128),
    /// Good ones of all.
    Ratio(u64, u64),
    /// Nothing.
    NoData,
}

/// A report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// About which period.
    pub round: RoundId,
    /// One for each objective.
    pub measures: Vec<Measure>,
    /// Stands for a hash.
    pub evidence: u8,
}

/// What a reporter has committed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The report.
    pub report: Report,
    /// Stands for something random.
    pub salt: u8,
    /// Who can open it; somebody else when it was copied.
    pub bound_to: AccountId,
}

/// The reports of a period.
#[derive(Clone, Debug, Default)]
pub struct Round {
    /// In the order in which they came.
    pub reports: Vec<(AccountId, Indicators)>,
    /// Commitments.
    pub sealed: BTreeMap<AccountId, Sealed>,
    /// Whether one came in the extension.
    pub extended: bool,
}

/// What a period takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Reports.
    Report(Moment),
    /// Commitments.
    Commit(Moment),
    /// What was committed to.
    Reveal(Moment),
    /// Nothing.
    Closed,
}

/// What is known about a period.
pub enum Answer {
    /// Not yet; ask again then.
    Later(Moment),
    /// This.
    Now(Indicators),
}

impl Round {
    /// What is taken at `now`.
    pub fn phase(&self, terms: &Terms, ended: Moment, now: Moment) -> Phase {
        let oracle = &terms.oracle;
        let (regular, extended) = (ended + oracle.report_window, ended + 2 * oracle.report_window);
        let quorum = oracle.quorum as usize;
        let Some(reveal) = oracle.reveal_window else {
            return if now < regular {
                Phase::Report(regular)
            } else if self.reports.len() < quorum && now < extended {
                Phase::Report(extended)
            } else {
                Phase::Closed
            };
        };
        let enough = self.sealed.len() >= quorum;
        if now < regular {
            Phase::Commit(regular)
        } else if enough && !self.extended {
            if now < regular + reveal {
                Phase::Reveal(regular + reveal)
            } else {
                Phase::Closed
            }
        } else if now < extended {
            Phase::Commit(extended)
        } else if enough && now < extended + reveal {
            Phase::Reveal(extended + reveal)
        } else {
            Phase::Closed
        }
    }

    fn report_of(&self, who: &AccountId) -> Option<&Indicators> {
        self.reports.iter().find(|(reporter, _)| reporter == who).map(|(_, indicators)| indicators)
    }
}

impl Model {
    pub(crate) fn register_reporter(&mut self, who: &AccountId, bond: Balance) -> Outcome {
        if self.reporters.contains_key(who) || bond < self.params.min_bond {
            return Err("a reporter already, or too small a bond");
        }
        self.accounts.hold(who, Reason::Reporter, bond)?;
        let since = self.now();
        let state = State::Active;
        self.reporters
            .insert(who.clone(), Reporter { bond, state, strikes: 0, since, away: None, forgiven_at: 0, reports: 0 });
        self.active.push(who.clone());
        Ok(())
    }

    fn present(&self, who: &AccountId) -> Outcome<&Reporter> {
        let present = |reporter: &&Reporter| !matches!(reporter.state, State::Leaving { .. });
        self.reporters.get(who).filter(present).ok_or("no reporter, or gone")
    }

    fn is_able(&self, who: &AccountId) -> bool {
        let able = |reporter: &Reporter| reporter.state == State::Active && reporter.bond >= self.params.min_bond;
        self.reporters.get(who).is_some_and(able)
    }

    fn deactivate(&mut self, who: &AccountId) {
        let at = self.active.iter().position(|other| other == who).expect("it is active");
        // The last one takes its place: that is how lots name them.
        self.active.swap_remove(at);
    }

    pub(crate) fn bond_extra(&mut self, who: &AccountId, amount: Balance) -> Outcome {
        self.present(who)?;
        if amount == 0 {
            return Err("nothing");
        }
        self.accounts.hold(who, Reason::Reporter, amount)?;
        let reporter = self.reporters.get_mut(who).expect("it is there");
        reporter.bond += amount;
        if reporter.state == State::Suspended && reporter.bond >= self.params.min_bond {
            reporter.state = State::Active;
            self.active.push(who.clone());
        }
        Ok(())
    }

    pub(crate) fn update_reporter(&mut self, who: &AccountId) -> Outcome {
        self.present(who).map(|_| ())
    }

    pub(crate) fn leave(&mut self, who: &AccountId) -> Outcome {
        let was_active = self.present(who)?.state == State::Active;
        let since = self.now();
        let until = since + self.params.unbonding.clamp(UNBONDING.0, UNBONDING.1);
        if was_active {
            self.deactivate(who);
        }
        self.reporters.get_mut(who).expect("it is there").state = State::Leaving { since, until };
        Ok(())
    }

    pub(crate) fn withdraw_bond(&mut self, who: &AccountId) -> Outcome {
        let reporter = self.reporters.get(who).ok_or("no reporter")?;
        let free = matches!(reporter.state, State::Leaving { until, .. } if until <= self.now());
        let bond = if free { reporter.bond } else { return Err("not gone for long enough") };
        self.accounts.release(who, Reason::Reporter, bond);
        self.reporters.remove(who);
        self.see("bond withdrawn");
        Ok(())
    }

    pub(crate) fn rejoin(&mut self, who: &AccountId) -> Outcome {
        let now = self.now();
        let reporter = self.reporters.get_mut(who).ok_or("no reporter")?;
        let State::Leaving { since, .. } = reporter.state else { return Err("not gone") };
        if reporter.bond < self.params.min_bond || reporter.away.is_some_and(|(_, to)| now < to + UNBONDING.0) {
            return Err("too small a bond, or back not long ago");
        }
        (reporter.state, reporter.away) = (State::Active, Some((since, now)));
        self.active.push(who.clone());
        self.see("reporter back");
        Ok(())
    }

    pub(crate) fn submit(&mut self, who: &AccountId, reports: &[Report]) -> Outcome {
        let able = self.is_able(who);
        self.batch(who, able, reports, |report| report.round, Self::take_report)?;
        self.reporters.get_mut(who).expect("it is able").reports += reports.len() as u64;
        Ok(())
    }

    pub(crate) fn commit(&mut self, who: &AccountId, batch: &[Sealed]) -> Outcome {
        let able = self.is_able(who);
        self.batch(who, able, batch, |sealed| sealed.report.round, Self::take_commitment)
    }

    pub(crate) fn reveal(&mut self, who: &AccountId, batch: &[(Report, u8)]) -> Outcome {
        let known = self.reporters.contains_key(who);
        self.batch(who, known, batch, |(report, _)| report.round, Self::take_reveal)?;
        self.reporters.get_mut(who).expect("it is known").reports += batch.len() as u64;
        Ok(())
    }

    /// All of a batch, or nothing.
    fn batch<T>(
        &mut self,
        who: &AccountId,
        allowed: bool,
        items: &[T],
        round: impl Fn(&T) -> RoundId,
        take: impl Fn(&mut Self, &AccountId, &T) -> Outcome,
    ) -> Outcome {
        if !allowed || items.is_empty() {
            return Err("not a reporter, or nothing");
        }
        let ids: Vec<RoundId> = items.iter().map(round).collect();
        let rounds: Vec<_> = ids.iter().map(|id| (*id, self.rounds.get(id).cloned())).collect();
        let seats: Vec<_> = ids.iter().map(|id| (id.agreement.0, self.seats.get(&id.agreement.0).cloned())).collect();
        for item in items {
            if let Err(error) = take(self, who, item) {
                for (id, round) in rounds {
                    restore(&mut self.rounds, id, round);
                }
                for (id, seats) in seats {
                    restore(&mut self.seats, id, seats);
                }
                return Err(error);
            }
        }
        Ok(())
    }

    /// The terms, end and phase of a period, seen by a member of its committee.
    fn ended_round(&self, who: &AccountId, id: RoundId) -> Outcome<(Terms, Moment, Phase)> {
        let agreement = self.agreement(id.agreement)?;
        if agreement.status != Status::Active || id.period >= agreement.periods {
            return Err("no such period");
        }
        let terms = agreement.terms_in(id.period).clone();
        let ended = boundary(&terms.schedule, id.period + 1);
        if !terms.oracle.committee.contains(who) || ended > self.now() {
            return Err("not in the committee, or too early");
        }
        let phase = self.rounds.get(&id).cloned().unwrap_or_default().phase(&terms, ended, self.now());
        Ok((terms, ended, phase))
    }

    fn take_report(&mut self, who: &AccountId, report: &Report) -> Outcome {
        let (terms, ended, phase) = self.ended_round(who, report.round)?;
        let indicators = plausible(report, &terms)?;
        let round = self.rounds.entry(report.round).or_default();
        if !matches!(phase, Phase::Report(_)) || round.report_of(who).is_some() {
            return Err("not now, or not again");
        }
        round.reports.push((who.clone(), indicators));
        self.take_seat(who, report.round.agreement, &terms, ended);
        Ok(())
    }

    fn take_commitment(&mut self, who: &AccountId, sealed: &Sealed) -> Outcome {
        let id = sealed.report.round;
        let (terms, ended, phase) = self.ended_round(who, id)?;
        let late = ended + terms.oracle.report_window <= self.now();
        let round = self.rounds.entry(id).or_default();
        if !matches!(phase, Phase::Commit(_)) || round.sealed.contains_key(who) {
            return Err("not now, or not again");
        }
        round.extended |= late;
        round.sealed.insert(who.clone(), sealed.clone());
        self.take_seat(who, id.agreement, &terms, ended);
        Ok(())
    }

    fn take_reveal(&mut self, who: &AccountId, (report, salt): &(Report, u8)) -> Outcome {
        let (terms, _, phase) = self.ended_round(who, report.round)?;
        let indicators = plausible(report, &terms)?;
        let round = self.rounds.entry(report.round).or_default();
        if !matches!(phase, Phase::Reveal(_)) || round.report_of(who).is_some() {
            return Err("not now, or not again");
        }
        let sealed = round.sealed.get(who).ok_or("not committed")?;
        if sealed.report != *report || sealed.salt != *salt || sealed.bound_to != *who {
            return Err("not what was committed to");
        }
        round.reports.push((who.clone(), indicators));
        Ok(())
    }

    fn take_seat(&mut self, who: &AccountId, id: AgreementId, terms: &Terms, ended: Moment) {
        let now = self.now();
        let agreement = &self.agreements[id.0 as usize];
        // The end of the oldest period that is not final.
        let open = boundary(&terms.schedule, agreement.finalized + 1);
        let running = super::terms::passed(&terms.schedule, now).saturating_sub(1).min(agreement.periods - 1);
        let committee = agreement.terms_in(running).oracle.committee.clone();
        let seats = self.seats.entry(id.0).or_default();
        let seat = Seat { reporter: who.clone(), since: now, until: None };
        if let Some(former) = seats.iter_mut().find(|seat| seat.reporter == *who) {
            if former.until.is_some_and(|until| until <= ended && until <= open) {
                *former = seat;
            }
            return;
        }
        if seats.len() >= MAX_SEATS {
            seats.retain(|seat| committee.contains(&seat.reporter));
        }
        if seats.len() < MAX_SEATS {
            seats.push(seat);
        }
    }

    pub(crate) fn give_up_seat(&mut self, who: &AccountId, id: AgreementId) -> Outcome {
        let now = self.now();
        let seats = self.seats.get_mut(&id.0).ok_or("no seat")?;
        let held = seats.iter_mut().find(|seat| seat.reporter == *who && seat.until.is_none());
        held.ok_or("no seat")?.until = Some(now);
        self.see("seat given up");
        Ok(())
    }

    /// What the indicators of a period that has ended are.
    pub(crate) fn answer(&self, id: RoundId, terms: &Terms) -> Answer {
        let round = self.rounds.get(&id).cloned().unwrap_or_default();
        match round.phase(terms, boundary(&terms.schedule, id.period + 1), self.now()) {
            Phase::Report(until) | Phase::Commit(until) | Phase::Reveal(until) => Answer::Later(until),
            Phase::Closed => {
                let values = |at: usize| {
                    let values = round.reports.iter().filter_map(|(_, indicators)| match indicators[at] {
                        Indicator::Value(value) => Some(value),
                        Indicator::NoData => None,
                    });
                    lower_median(values.collect(), terms.oracle.quorum)
                };
                Answer::Now(Indicators::truncate_from((0..terms.objectives.len()).map(values).collect()))
            }
        }
    }

    /// What becomes of the committee of a final period.
    pub(crate) fn judge_reporters(&mut self, id: RoundId, terms: &Terms, indicators: &Indicators) {
        let ended = boundary(&terms.schedule, id.period + 1);
        let round = self.rounds.get(&id).cloned().unwrap_or_default();
        let seats = self.seats.get(&id.agreement.0).cloned().unwrap_or_default();
        for member in &terms.oracle.committee {
            if let Some(reported) = round.report_of(member) {
                match judged(reported, terms, indicators) {
                    Some(false) => {
                        self.see("strike for a wrong report");
                        self.strike(member);
                    }
                    Some(true) => self.forgive(member),
                    None => {}
                }
            } else if round.sealed.contains_key(member) {
                // Without a quorum of commitments nobody could reveal.
                if round.sealed.len() >= terms.oracle.quorum as usize {
                    self.see("strike for what was not revealed");
                    self.strike(member);
                }
            } else {
                let seat = |seat: &Seat| {
                    seat.reporter == *member && seat.since <= ended && seat.until.is_none_or(|until| ended < until)
                };
                let on_duty = |reporter: &Reporter| {
                    let away = reporter.away.is_some_and(|(from, to)| from <= ended && ended < to);
                    let gone = matches!(reporter.state, State::Leaving { since, .. } if since <= ended);
                    reporter.since <= ended && !away && !gone
                };
                if seats.iter().any(seat) && self.reporters.get(member).is_some_and(on_duty) {
                    self.see("strike for absence");
                    self.strike(member);
                }
            }
        }
        if self.agreements[id.agreement.0 as usize].periods <= id.period + 1 {
            self.seats.remove(&id.agreement.0);
        }
    }

    /// One more strike; too many of them cost a part of the bond.
    pub(crate) fn strike(&mut self, who: &AccountId) {
        let Some(reporter) = self.reporters.get_mut(who) else { return };
        reporter.strikes += 1;
        if reporter.strikes < self.params.max_strikes {
            return;
        }
        reporter.strikes = 0;
        let amount = part_up(reporter.bond, self.params.slash_share);
        reporter.bond -= amount;
        let suspended = reporter.state == State::Active && reporter.bond < self.params.min_bond;
        if suspended {
            reporter.state = State::Suspended;
        }
        if amount > 0 {
            let treasury = self.facts.treasury.clone();
            self.accounts.pay_held(who, Reason::Reporter, amount, &treasury);
            self.see("slash");
        }
        if suspended {
            self.deactivate(who);
            self.see("suspension");
        }
    }

    fn forgive(&mut self, who: &AccountId) {
        let now = self.now();
        let Some(reporter) = self.reporters.get_mut(who) else { return };
        if reporter.strikes > 0 && now >= reporter.forgiven_at + 7 * DAY {
            reporter.strikes -= 1;
            reporter.forgiven_at = now;
            self.see("strike forgiven");
        }
    }

    /// Pays a share of `amount` for each report, from the account `payer`, but none for those that were wrong. Returns what
    /// was paid.
    pub(crate) fn reward_reporters(
        &mut self,
        id: RoundId,
        (terms, indicators): (&Terms, &Indicators),
        payer: &AccountId,
        amount: Balance,
    ) -> Balance {
        let reports = self.rounds.get(&id).map(|round| round.reports.clone()).unwrap_or_default();
        let share = amount.checked_div(reports.len() as u128).unwrap_or(0);
        let right = |(_, reported): &(AccountId, Indicators)| judged(reported, terms, indicators) != Some(false);
        let reporters: Vec<AccountId> = reports.into_iter().filter(right).map(|(who, _)| who).collect();
        let total = share * reporters.len() as u128;
        if total == 0 {
            return 0;
        }
        let pot = self.facts.pot.clone();
        self.accounts.pay(payer, &pot, total).expect("the fee is in the pool");
        for reporter in reporters {
            *self.rewards.entry((id.agreement.0, reporter)).or_default() += share;
        }
        total
    }

    pub(crate) fn claim_rewards(&mut self, id: AgreementId, who: &AccountId) -> Outcome {
        let amount = self.rewards.get(&(id.0, who.clone())).copied().ok_or("nothing to claim")?;
        let pot = self.facts.pot.clone();
        self.accounts.pay(&pot, who, amount)?;
        self.rewards.remove(&(id.0, who.clone()));
        Ok(())
    }

    /// Up to `size` different reporters that may report and are not excluded, by lot.
    pub(crate) fn draw(&self, seed: H256, size: u32, exclude: &[AccountId]) -> Vec<AccountId> {
        let mut drawn: Vec<AccountId> = Vec::new();
        for look in 0..8 * size + 32 {
            if drawn.len() >= size as usize || self.active.is_empty() {
                break;
            }
            let mut subject = b"dsla/draw/v1".to_vec();
            subject.extend_from_slice(seed.as_bytes());
            subject.extend_from_slice(&look.to_le_bytes());
            let lot = u128::from_le_bytes(blake2_256(&subject)[..16].try_into().expect("16 bytes"));
            let who = &self.active[(lot % self.active.len() as u128) as usize];
            if !drawn.contains(who) && !exclude.contains(who) && self.is_able(who) {
                drawn.push(who.clone());
            }
        }
        drawn
    }
}

fn restore<K: Ord, V>(map: &mut BTreeMap<K, V>, key: K, former: Option<V>) {
    match former {
        Some(value) => map.insert(key, value),
        None => map.remove(&key),
    };
}

/// Whether a report is right, seen from the final indicators; `None` when that cannot be said.
fn judged(reported: &Indicators, terms: &Terms, indicators: &Indicators) -> Option<bool> {
    let (mut near, mut far, mut silent) = (false, false, true);
    for (at, objective) in terms.objectives.iter().enumerate() {
        if let Indicator::Value(said) = reported[at] {
            silent = false;
            if let Indicator::Value(value) = indicators[at] {
                let distance = said.into_inner().abs_diff(value.into_inner());
                far |= distance > objective.tolerance.into_inner();
                near = true;
            }
        }
    }
    let data = indicators.iter().any(|indicator| *indicator != Indicator::NoData);
    if far || (silent && data) {
        Some(false)
    } else {
        near.then_some(true)
    }
}

/// The indicators that a report stands for.
fn plausible(report: &Report, terms: &Terms) -> Outcome<Indicators> {
    if report.measures.len() != terms.objectives.len() {
        return Err("one for each objective");
    }
    let indicators = report.measures.iter().zip(&terms.objectives).map(|(measure, objective)| {
        let value = match *measure {
            Measure::NoData | Measure::Ratio(0, 0) => return Ok(Indicator::NoData),
            Measure::Value(value) => value,
            Measure::Ratio(good, total) if good <= total => {
                FixedU128::from_inner(super::verdict::mul_div(good.into(), 10u128.pow(18), total.into()))
            }
            Measure::Ratio(..) => return Err("more good ones than there are"),
        };
        let inside = objective.bounds.min <= value && value <= objective.bounds.max;
        if inside {
            Ok(Indicator::Value(value))
        } else {
            Err("implausible")
        }
    });
    Ok(Indicators::truncate_from(indicators.collect::<Result<Vec<_>, _>>()?))
}
