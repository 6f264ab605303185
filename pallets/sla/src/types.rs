// SPDX-License-Identifier: Apache-2.0

//! What the pallet stores, and the pure rules about it.

use codec::{Decode, Encode, MaxEncodedLen};
use dsla_primitives::{
    api::Phase,
    terms::{Document, Terms},
    verdict::{Indicators, Outcome, Verdict},
    AgreementId, Moment, Name, PeriodIndex, Uri,
};
use frame_support::{
    traits::{ConstU32, Footprint},
    BoundedVec,
};
use scale_info::TypeInfo;
use sp_runtime::{traits::CheckedSub, Perbill};

/// A provider: profile and track record.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Provider<Ticket> {
    /// Its name.
    pub name: Name,
    /// Where a document about it is.
    pub uri: Uri,
    /// The deposit for this profile.
    pub ticket: Ticket,
    /// What it has delivered.
    pub record: TrackRecord,
    /// How many services it has.
    pub services: u32,
}

/// What was delivered: by a provider since it registered, or under the agreements about a service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct TrackRecord {
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
    /// Periods whose verdict a ruling has changed: another outcome or another credit.
    pub periods_overturned: u64,
    /// The credits of all final periods, in parts per billion.
    pub credit_sum: u64,
}

/// What a track record counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feat<'a> {
    /// An agreement was opened.
    Opened,
    /// An agreement was completed.
    Completed,
    /// An agreement ended early.
    Terminated,
    /// A verdict became final.
    Finalized(&'a Verdict),
    /// A ruling changed a verdict.
    Overturned,
}

impl TrackRecord {
    /// With one more `feat`; `None` on overflow.
    pub fn with(mut self, feat: Feat) -> Option<Self> {
        match feat {
            Feat::Opened => self.agreements = self.agreements.checked_add(1)?,
            Feat::Completed => self.agreements_completed = self.agreements_completed.checked_add(1)?,
            Feat::Terminated => self.agreements_terminated = self.agreements_terminated.checked_add(1)?,
            Feat::Overturned => self.periods_overturned = self.periods_overturned.checked_add(1)?,
            Feat::Finalized(verdict) => {
                let counter = match verdict.outcome {
                    Outcome::Met => &mut self.periods_met,
                    Outcome::Missed => &mut self.periods_missed,
                    Outcome::NoData => &mut self.periods_no_data,
                };
                *counter = counter.checked_add(1)?;
                self.credit_sum = self.credit_sum.checked_add(verdict.credit.deconstruct().into())?;
            }
        }
        Some(self)
    }

    /// The mean of `1 − credit` over the periods with data, rounded down; `None` without one.
    pub fn score(&self) -> Option<Perbill> {
        let periods = self.periods_met.checked_add(self.periods_missed)?;
        // Each credit is at most 100 %, so the mean is, too.
        let mean = self.credit_sum.checked_add(periods.checked_sub(1)?)?.checked_div(periods)?;
        Perbill::one().checked_sub(&Perbill::from_parts(u32::try_from(mean).ok()?))
    }
}

/// How reliable a provider or a service has been.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Reliability {
    /// The track record.
    pub record: TrackRecord,
    /// The mean of `1 − credit` over the periods with data, rounded down; `None` without one.
    pub score: Option<Perbill>,
}

impl From<TrackRecord> for Reliability {
    fn from(record: TrackRecord) -> Self {
        Self { record, score: record.score() }
    }
}

/// A service of a provider.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Service<AccountId, Ticket> {
    /// Who provides it.
    pub provider: AccountId,
    /// Its name: `metadata.name` of OpenSLO.
    pub name: Name,
    /// What it is.
    pub document: Document,
    /// The deposit for this entry.
    pub ticket: Ticket,
    /// How many of its agreements have not ended.
    pub agreements: u32,
    /// What was delivered under its agreements.
    pub record: TrackRecord,
}

/// A line of the SLA log.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct PeriodRecord {
    /// How far the verdict has come.
    pub phase: Phase,
    /// What was measured.
    pub indicators: Indicators,
    /// What was decided.
    pub verdict: Verdict,
}

/// Bytes of a line of the log without objectives: its key (12), phase (9), outcome (1), credit and bonus (4 each) and
/// two lengths (1 each).
const LINE_BYTES: u64 = 32;
/// Bytes of a line of the log for each objective: indicator (17) and outcome (5).
const OBJECTIVE_BYTES: u64 = 22;

/// The most maintenance windows a period has.
pub const MAX_WINDOWS: u32 = 8;
/// Bytes of the maintenance windows of a period: their key (12), a length (1) and eight windows (16 each).
const MAINTENANCE_BYTES: u64 = 141;

/// Announced work on a service, half open: `[start, end)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Window {
    /// When it begins.
    pub start: Moment,
    /// When it is over.
    pub end: Moment,
}

impl Window {
    /// How long it is; 0 when it ends before it begins.
    pub fn length(&self) -> Moment {
        self.end.saturating_sub(self.start)
    }
}

/// The maintenance windows of a period: sorted, none empty, no two overlapping.
pub type Windows = BoundedVec<Window, ConstU32<MAX_WINDOWS>>;

/// What an agreement under `terms` takes on chain in the end: the terms and for every period a line of the log and the
/// bytes that others keep, by their terms. `None` on overflow.
pub fn footprint<AccountId: Encode>(
    terms: &Terms<AccountId>,
    kept: impl Fn(&Terms<AccountId>) -> u64,
) -> Option<Footprint> {
    let log = line(terms)?.checked_add(kept(terms))?.checked_mul(terms.schedule.periods.into())?;
    let size = u64::try_from(terms.encoded_size()).ok()?.checked_add(log)?;
    Some(Footprint { count: 1, size })
}

/// What new terms that follow `old` from period `from` on add to that: the terms, and how much longer the log becomes.
/// `None` on overflow.
pub fn footprint_of_amendment<AccountId: Encode>(
    new: &Terms<AccountId>,
    from: PeriodIndex,
    old: &Terms<AccountId>,
    kept: impl Fn(&Terms<AccountId>) -> u64,
) -> Option<Footprint> {
    let rest = |terms: &Terms<AccountId>| {
        line(terms)?.checked_add(kept(terms))?.checked_mul(terms.schedule.periods.checked_sub(from)?.into())
    };
    // A log that becomes shorter gives nothing back.
    let longer = rest(new)?.saturating_sub(rest(old)?);
    let size = u64::try_from(new.encoded_size()).ok()?.checked_add(longer)?;
    Some(Footprint { count: 1, size })
}

/// The bytes of a line of the log under `terms`, with the maintenance windows if there can be any.
fn line<AccountId>(terms: &Terms<AccountId>) -> Option<u64> {
    let objectives = u64::try_from(terms.objectives.len()).ok()?.checked_mul(OBJECTIVE_BYTES)?;
    let maintenance = if terms.maintenance.quota > 0 { MAINTENANCE_BYTES } else { 0 };
    objectives.checked_add(LINE_BYTES)?.checked_add(maintenance)
}

/// A place on the agenda. Encodes to 16 bytes that sort like (due, agreement).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct AgendaKey {
    due: [u8; 8],
    agreement: [u8; 8],
}

impl AgendaKey {
    /// The place of `agreement` when it is due at `due`.
    pub fn new(due: Moment, agreement: AgreementId) -> Self {
        Self { due: due.to_be_bytes(), agreement: agreement.0.to_be_bytes() }
    }

    /// When the agreement is due.
    pub fn due(&self) -> Moment {
        Moment::from_be_bytes(self.due)
    }

    /// Which agreement is due.
    pub fn agreement(&self) -> AgreementId {
        AgreementId(u64::from_be_bytes(self.agreement))
    }
}

/// Whether `name` is an RFC 1123 label, as OpenSLO asks for `metadata.name`: 1 to 63 of `a-z`, `0-9` and `-`, a letter
/// or digit at both ends.
pub fn is_label(name: &[u8]) -> bool {
    let plain = |c: &u8| c.is_ascii_lowercase() || c.is_ascii_digit();
    name.len() <= 63
        && name.iter().all(|c| plain(c) || *c == b'-')
        && name.first().is_some_and(plain)
        && name.last().is_some_and(plain)
}
