// SPDX-License-Identifier: Apache-2.0

//! What the pallet stores, and the pure rules about it.

use codec::{Decode, Encode, MaxEncodedLen};
use dsla_primitives::{
    api::Phase,
    terms::{Document, Terms},
    traits::AgreementStatus,
    verdict::{Indicators, Outcome, Verdict},
    AgreementId, Moment, Name, PeriodIndex, ServiceId, TermsVersion, Uri,
};
use frame_support::traits::Footprint;
use scale_info::TypeInfo;

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

/// What a provider has delivered since it registered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct TrackRecord {
    /// Agreements opened to customers.
    pub agreements: u32,
    /// Final periods in which every objective was met.
    pub periods_met: u64,
    /// Final periods in which an objective was missed.
    pub periods_missed: u64,
    /// Final periods in which nothing was measured.
    pub periods_no_data: u64,
}

impl TrackRecord {
    /// With one more final period; `None` on overflow.
    pub fn with_period(mut self, outcome: Outcome) -> Option<Self> {
        let counter = match outcome {
            Outcome::Met => &mut self.periods_met,
            Outcome::Missed => &mut self.periods_missed,
            Outcome::NoData => &mut self.periods_no_data,
        };
        *counter = counter.checked_add(1)?;
        Some(self)
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
}

/// An agreement: status, progress and what comes next.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Agreement<AccountId, Ticket> {
    /// The service it is about.
    pub service: ServiceId,
    /// The provider, who answers for it.
    pub provider: AccountId,
    /// Where it stands.
    pub status: AgreementStatus,
    /// The version of the terms in force.
    pub version: TermsVersion,
    /// How many periods have a verdict.
    pub proposed: PeriodIndex,
    /// How many periods are final.
    pub finalized: PeriodIndex,
    /// When the chain acts on it.
    pub timers: Timers,
    /// The deposit for its terms and its log; `None` once it was discarded.
    pub ticket: Option<Ticket>,
}

/// When the chain acts on an agreement. Judging and settling have a timer each, so that neither waits for the other:
/// a challenge window may be longer than a period, and a settlement that fails does not keep periods from being judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Timers {
    /// When to activate the agreement, or to judge its next period.
    pub propose: Option<Moment>,
    /// When the oldest verdict can become final, or the agreement be completed.
    pub finalize: Option<Moment>,
    /// The chain does not settle before, because it failed last time; 0 unless it did.
    pub retry: Moment,
}

impl Timers {
    /// When the chain acts next: the agreement's place on the agenda.
    pub fn due(&self) -> Option<Moment> {
        match (self.propose, self.settle()) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    /// Without the delay after a failure.
    pub fn without_delay(self) -> Self {
        Self { retry: 0, ..self }
    }

    fn settle(&self) -> Option<Moment> {
        self.finalize.map(|at| at.max(self.retry))
    }
}

/// What the chain does with an agreement, one at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The first period begins.
    Activate,
    /// Judge a period.
    Propose(PeriodIndex),
    /// Make the verdict of a period final and settle it.
    Finalize(PeriodIndex),
    /// End the agreement after its last period.
    Complete,
}

impl<AccountId, Ticket> Agreement<AccountId, Ticket> {
    /// The step that is due at `now` by `timers`: the one that has been due longest, a settlement first.
    pub fn step(&self, timers: &Timers, now: Moment) -> Option<Step> {
        let due = timers.due().filter(|due| *due <= now)?;
        if timers.settle() == Some(due) {
            return Some(if self.finalized < self.proposed { Step::Finalize(self.finalized) } else { Step::Complete });
        }
        match self.status {
            AgreementStatus::Open => Some(Step::Activate),
            AgreementStatus::Active => Some(Step::Propose(self.proposed)),
            AgreementStatus::Draft | AgreementStatus::Completed | AgreementStatus::Terminated => None,
        }
    }
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

/// What an agreement under `terms` takes on chain in the end: the terms and a line of the log for every period. `None`
/// on overflow.
pub fn footprint<AccountId: Encode>(terms: &Terms<AccountId>) -> Option<Footprint> {
    let objectives = u64::try_from(terms.objectives.len()).ok()?;
    let line = objectives.checked_mul(OBJECTIVE_BYTES)?.checked_add(LINE_BYTES)?;
    let log = line.checked_mul(terms.schedule.periods.into())?;
    let size = u64::try_from(terms.encoded_size()).ok()?.checked_add(log)?;
    Some(Footprint { count: 1, size })
}

/// The state does not allow the action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongState;

/// A state machine.
pub trait Lifecycle: Sized {
    /// What can be done.
    type Action;
    /// The state after `action`.
    fn next(self, action: Self::Action) -> Result<Self, WrongState>;
}

/// What can be done with an agreement: `Draft → Open → Active → Completed`, or `Draft → Terminated`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgreementAction {
    /// The provider lets customers in.
    Open,
    /// The provider gives the draft up.
    Discard,
    /// The first period begins.
    Activate,
    /// Every period is final.
    Complete,
}

impl Lifecycle for AgreementStatus {
    type Action = AgreementAction;

    fn next(self, action: AgreementAction) -> Result<Self, WrongState> {
        match (self, action) {
            (Self::Draft, AgreementAction::Open) => Ok(Self::Open),
            (Self::Draft, AgreementAction::Discard) => Ok(Self::Terminated),
            (Self::Open, AgreementAction::Activate) => Ok(Self::Active),
            (Self::Active, AgreementAction::Complete) => Ok(Self::Completed),
            _ => Err(WrongState),
        }
    }
}

/// Makes a verdict final at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FinalizeAt(pub Moment);

impl Lifecycle for Phase {
    type Action = FinalizeAt;

    fn next(self, FinalizeAt(now): FinalizeAt) -> Result<Self, WrongState> {
        match self {
            Self::Proposed { until } if until <= now => Ok(Self::Final { at: now }),
            Self::Proposed { .. } | Self::Final { .. } => Err(WrongState),
        }
    }
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

/// Whether `name` is an RFC 1123 label, as OpenSLO asks for `metadata.name`: 1 to 63 of `a-z`, `0-9` and `-`, a letter or
/// digit at both ends.
pub fn is_label(name: &[u8]) -> bool {
    let plain = |c: &u8| c.is_ascii_lowercase() || c.is_ascii_digit();
    name.len() <= 63
        && name.iter().all(|c| plain(c) || *c == b'-')
        && name.first().is_some_and(plain)
        && name.last().is_some_and(plain)
}
