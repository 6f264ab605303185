// SPDX-License-Identifier: Apache-2.0

//! Reports on periods, and votes on challenged verdicts.

use super::Wanted;
use crate::{chain, input::Bytes, people, values};
use dsla_primitives::{terms::Terms, traits::AgreementInspect, verdict::Indicator, AgreementId, RoundId};
use dsla_runtime::{AccountId, Runtime, Sla, System};
use frame_support::BoundedVec;
use pallet_challenge::{
    types::{Stage, Vote},
    Instance,
};
use pallet_sli_oracle::{types::ReporterState, Call as Oracle, Measurement, Reveal, SubmittedReport};
use sp_core::H256;

/// One or two reports with measurements of the terms' number, and a member of the committee.
fn reports(bytes: &mut Bytes) -> Option<(Vec<SubmittedReport>, AccountId)> {
    let first = if bytes.chance(75) { ended_last(values::agreement(bytes))? } else { values::round(bytes) };
    let terms = <Sla as AgreementInspect<AccountId>>::terms(first)?;
    let member = bytes.pick(&terms.oracle.committee);
    let mut all = vec![report(first, &terms, bytes)];
    if bytes.chance(15) {
        let second = RoundId::new(first.agreement, first.period.wrapping_add(u32::from(bytes.byte() % 2)));
        all.push(report(second, &terms, bytes));
    }
    Some((all, member))
}

/// The period of an agreement that ended last.
fn ended_last(agreement: AgreementId) -> Option<RoundId> {
    let info = <Sla as AgreementInspect<AccountId>>::agreement(agreement)?;
    let terms = <Sla as AgreementInspect<AccountId>>::terms(RoundId::new(agreement, info.finalized))?;
    let next = terms.schedule.next_boundary(chain::now())?;
    Some(RoundId::new(agreement, next.saturating_sub(2)))
}

/// The same few values again and again: so there are majorities, and what was committed to can be revealed.
fn report(round: RoundId, terms: &Terms<AccountId>, bytes: &mut Bytes) -> SubmittedReport {
    let measure = |bytes: &mut Bytes| match bytes.byte() {
        byte @ 0..200 => Measurement::Value(sp_runtime::FixedU128::from_rational(
            [99_990, 99_500, 97_000, 0, 100_000][usize::from(byte) % 5],
            1_000,
        )),
        200..215 => Measurement::NoData,
        byte @ 215..235 => Measurement::Ratio { good: u64::from(byte) - 215, total: (u64::from(byte) - 208).min(20) },
        _ => Measurement::Value(values::milli(bytes)),
    };
    let count = if bytes.chance(95) { terms.objectives.len() } else { bytes.below(3) };
    let measurements = BoundedVec::truncate_from((0..count).map(|_| measure(bytes)).collect());
    SubmittedReport { round, measurements, evidence: H256::repeat_byte(1) }
}

pub fn submit(bytes: &mut Bytes) -> Option<Wanted> {
    let (reports, by) = reports(bytes)?;
    Wanted::by(Oracle::submit { reports: BoundedVec::truncate_from(reports) }, by)
}

pub fn commit(bytes: &mut Bytes) -> Option<Wanted> {
    let salt = [bytes.byte() % 2; 32];
    let (reports, by) = reports(bytes)?;
    let genesis = System::block_hash(0);
    let sealed = |report: &SubmittedReport| (report.round, pallet_sli_oracle::commitment(&genesis, &by, report, &salt));
    let commitments = BoundedVec::truncate_from(reports.iter().map(sealed).collect());
    Wanted::by(Oracle::commit { commitments }, by)
}

/// What was committed to cannot be read from the hash: try what could have been.
pub fn reveal(bytes: &mut Bytes) -> Option<Wanted> {
    let sealed: Vec<_> =
        pallet_sli_oracle::Rounds::<Runtime>::iter().filter(|(_, round)| !round.commitments.is_empty()).collect();
    let genesis = System::block_hash(0);
    if !sealed.is_empty() && bytes.chance(80) {
        let (round, stored) = bytes.pick(&sealed);
        let terms = <Sla as AgreementInspect<AccountId>>::terms(round)?;
        let commitments = stored.commitments.to_vec();
        let commitment = bytes.pick(&commitments);
        for value in [99_990, 99_500, 97_000, 0, 100_000] {
            for salt in 0..2 {
                let value = sp_runtime::FixedU128::from_rational(value, 1_000);
                let measurements = vec![Measurement::Value(value); terms.objectives.len()];
                let report = SubmittedReport {
                    round,
                    measurements: BoundedVec::truncate_from(measurements),
                    evidence: H256::repeat_byte(1),
                };
                let salt = [salt; 32];
                if pallet_sli_oracle::commitment(&genesis, &commitment.reporter, &report, &salt) == commitment.hash {
                    let reveals = BoundedVec::truncate_from(vec![Reveal { report, salt }]);
                    return Wanted::by(Oracle::reveal { reveals }, commitment.reporter);
                }
            }
        }
    }
    let (reports, by) = reports(bytes)?;
    let salt = [bytes.byte() % 2; 32];
    let reveals = reports.into_iter().map(|report| Reveal { report, salt }).collect();
    Wanted::by(Oracle::reveal { reveals: BoundedVec::truncate_from(reveals) }, by)
}

pub fn challenge(bytes: &mut Bytes) -> Option<Wanted> {
    let round = values::round(bytes);
    let count = <Sla as AgreementInspect<AccountId>>::terms(round).map_or(1, |terms| terms.objectives.len());
    let count = if bytes.chance(95) { count } else { bytes.below(3) };
    let indicators = (0..count).map(|_| match bytes.byte() {
        0..20 => Indicator::NoData,
        _ => Indicator::Value(values::milli(bytes)),
    });
    let indicators = BoundedVec::truncate_from(indicators.collect());
    Wanted::any(pallet_challenge::Call::<Runtime>::challenge { round, indicators })
}

/// A seat on the panel of a challenge.
struct Seat {
    round: RoundId,
    instance: Instance,
    member: AccountId,
    committed: Option<H256>,
}

impl Seat {
    /// One of a challenge in which something can be voted.
    fn any(bytes: &mut Bytes) -> Option<Self> {
        let open: Vec<_> = pallet_challenge::Challenges::<Runtime>::iter()
            .filter(|(_, challenge)| matches!(challenge.stage, Stage::Voting { .. } | Stage::Revealing { .. }))
            .collect();
        if open.is_empty() {
            return None;
        }
        let (round, challenge) = bytes.pick(&open);
        let seat = bytes.pick(&challenge.panel);
        let committed = if let Vote::Committed(hash) = seat.vote { Some(hash) } else { None };
        Some(Self { round, instance: challenge.instance(), member: seat.member, committed })
    }

    /// Each member has its own.
    fn salt(&self) -> [u8; 32] {
        [people::number(&self.member).unwrap_or(0) as u8; 32]
    }

    fn commitment(&self, choice: u8) -> H256 {
        let genesis = System::block_hash(0);
        pallet_challenge::commitment(&genesis, self.round, self.instance, &self.member, choice, &self.salt())
    }
}

pub fn commit_vote(bytes: &mut Bytes) -> Option<Wanted> {
    let seat = Seat::any(bytes)?;
    let hash = seat.commitment(bytes.byte() % 3);
    Wanted::by(pallet_challenge::Call::<Runtime>::commit_vote { round: seat.round, hash }, seat.member)
}

pub fn reveal_vote(bytes: &mut Bytes) -> Option<Wanted> {
    let seat = Seat::any(bytes)?;
    let meant = (0..3).find(|choice| seat.committed == Some(seat.commitment(*choice)));
    let choice = meant.filter(|_| bytes.chance(90)).unwrap_or(bytes.byte() % 5);
    let call = pallet_challenge::Call::<Runtime>::reveal_vote { round: seat.round, choice, salt: seat.salt() };
    Wanted::by(call, seat.member)
}

/// Somebody of the committee.
pub fn claim_rewards(bytes: &mut Bytes) -> Option<Wanted> {
    let agreement = values::agreement(bytes);
    let terms = <Sla as AgreementInspect<AccountId>>::terms(RoundId::new(agreement, 0))?;
    Wanted::by(Oracle::claim_rewards { agreement }, bytes.pick(&terms.oracle.committee))
}

/// Somebody who has left.
fn left(bytes: &mut Bytes) -> Option<AccountId> {
    let left: Vec<AccountId> = pallet_sli_oracle::Reporters::<Runtime>::iter()
        .filter(|(_, reporter)| matches!(reporter.state, ReporterState::Leaving { .. }))
        .map(|(who, _)| who)
        .collect();
    (!left.is_empty()).then(|| bytes.pick(&left))
}

pub fn withdraw_bond(bytes: &mut Bytes) -> Option<Wanted> {
    Wanted::by(Oracle::<Runtime>::withdraw_bond {}, left(bytes)?)
}

pub fn rejoin(bytes: &mut Bytes) -> Option<Wanted> {
    Wanted::by(Oracle::<Runtime>::rejoin {}, left(bytes)?)
}

/// A challenge that is under way.
fn challenged(bytes: &mut Bytes) -> Option<RoundId> {
    let open: Vec<RoundId> = pallet_challenge::Challenges::<Runtime>::iter_keys().collect();
    (!open.is_empty()).then(|| bytes.pick(&open))
}

pub fn appeal(bytes: &mut Bytes) -> Option<Wanted> {
    Wanted::any(pallet_challenge::Call::<Runtime>::appeal { round: challenged(bytes)? })
}

pub fn arbitrate(bytes: &mut Bytes) -> Option<Wanted> {
    let round = challenged(bytes)?;
    Wanted::any(pallet_challenge::Call::<Runtime>::arbitrate { round, choice: bytes.byte() % 4 })
}

pub fn advance(bytes: &mut Bytes) -> Option<Wanted> {
    Wanted::any(pallet_challenge::Call::<Runtime>::advance { round: challenged(bytes)? })
}
