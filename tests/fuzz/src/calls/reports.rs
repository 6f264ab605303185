// SPDX-License-Identifier: Apache-2.0

//! Reports on periods, and votes on challenged verdicts.

use super::Wanted;
use crate::{chain, input::Bytes, people, values};
use dsla_primitives::{terms::Terms, traits::AgreementInspect, verdict::Indicator, AgreementId, RoundId};
use dsla_runtime::{AccountId, Runtime, Sla, System};
use frame_support::BoundedVec;
use pallet_challenge::{types::Stage, Instance};
use pallet_sli_oracle::{Call as Oracle, Measurement, Reveal, SubmittedReport};
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

/// A challenge in which something can be voted, and a member of its panel with the salt that is its own.
fn seat(bytes: &mut Bytes) -> Option<(RoundId, Instance, AccountId, [u8; 32], Option<H256>)> {
    let open: Vec<_> = pallet_challenge::Challenges::<Runtime>::iter()
        .filter(|(_, challenge)| matches!(challenge.stage, Stage::Voting { .. } | Stage::Revealing { .. }))
        .collect();
    if open.is_empty() {
        return None;
    }
    let (round, challenge) = bytes.pick(&open);
    let seat = bytes.pick(&challenge.panel);
    let salt = [people::number(&seat.member).unwrap_or(0) as u8; 32];
    let committed = match seat.vote {
        pallet_challenge::types::Vote::Committed(hash) => Some(hash),
        _ => None,
    };
    Some((round, challenge.instance(), seat.member, salt, committed))
}

pub fn commit_vote(bytes: &mut Bytes) -> Option<Wanted> {
    let (round, instance, by, salt, _) = seat(bytes)?;
    let choice = bytes.byte() % 3;
    let hash = pallet_challenge::commitment(&System::block_hash(0), round, instance, &by, choice, &salt);
    Wanted::by(pallet_challenge::Call::<Runtime>::commit_vote { round, hash }, by)
}

pub fn reveal_vote(bytes: &mut Bytes) -> Option<Wanted> {
    let (round, instance, by, salt, committed) = seat(bytes)?;
    let genesis = System::block_hash(0);
    let meant = (0..3)
        .find(|choice| committed == Some(pallet_challenge::commitment(&genesis, round, instance, &by, *choice, &salt)));
    let choice = meant.filter(|_| bytes.chance(90)).unwrap_or(bytes.byte() % 5);
    Wanted::by(pallet_challenge::Call::<Runtime>::reveal_vote { round, choice, salt }, by)
}
