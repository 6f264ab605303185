// SPDX-License-Identifier: Apache-2.0

//! An agreement as a state machine: what it stores, which step is due, and how it ends. No storage here.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use dsla_primitives::{
    api::Phase, traits::AgreementStatus, Moment, PeriodIndex, ServiceId, TermsVersion, MAX_VERSIONS,
};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;

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
    /// The first periods of the versions 1, 2 and so on of the terms that have come into force.
    pub starts: BoundedVec<PeriodIndex, ConstU32<MAX_VERSIONS>>,
    /// The amendment that waits, if one does.
    pub waiting: Option<Waiting>,
    /// How many periods it runs: those of the terms in force, or fewer when it ends early.
    pub periods: PeriodIndex,
    /// Whether it ends early.
    pub ending: Option<Ending>,
    /// How many periods have a verdict.
    pub proposed: PeriodIndex,
    /// How many periods are final.
    pub finalized: PeriodIndex,
    /// When the chain acts on it.
    pub timers: Timers,
    /// The deposit for its first terms and its log; `None` once it was discarded.
    pub ticket: Option<Ticket>,
}

/// An amendment that has not come into force. Its terms are stored as the version after the one in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Waiting {
    /// The first period it is in force in.
    pub from: PeriodIndex,
    /// How many periods its schedule has.
    pub periods: PeriodIndex,
    /// Whether it is no worse for the customers, who keep their subscriptions without signing.
    pub carried_over: bool,
}

/// That an agreement ends before its schedule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Ending {
    /// How many periods it runs at most.
    pub periods: PeriodIndex,
    /// Why.
    pub reason: EndReason,
}

/// Why an agreement ends early.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum EndReason {
    /// The provider has given the notice of the terms.
    #[codec(index = 0)]
    Notice,
    /// Governance has decided so.
    #[codec(index = 1)]
    Governance,
    /// The cover was too small for too long.
    #[codec(index = 2)]
    Uncovered,
}

/// When the chain acts on an agreement. Judging, settling and amending have a timer each, so that none waits for the
/// others: a challenge window may be longer than a period, and a settlement that fails does not keep periods from being
/// judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Timers {
    /// When to activate the agreement, or to judge its next period; `None` also while that period waits for its terms.
    pub propose: Option<Moment>,
    /// When the oldest verdict can become final, or the agreement end; `None` also while that verdict is challenged.
    pub finalize: Option<Moment>,
    /// The chain does not settle before, because it failed last time; 0 unless it did.
    pub retry: Moment,
    /// When the amendment comes into force, or is dropped.
    pub amend: Option<Moment>,
    /// The chain does not amend before, because it failed last time; 0 unless it did.
    pub amend_retry: Moment,
}

impl Timers {
    /// When the chain acts next: the agreement's place on the agenda.
    pub fn due(&self) -> Option<Moment> {
        [self.propose, self.settle(), self.amend()].into_iter().flatten().min()
    }

    /// Without the delays after a failure.
    pub fn without_delay(self) -> Self {
        Self { retry: 0, amend_retry: 0, ..self }
    }

    fn settle(&self) -> Option<Moment> {
        self.finalize.map(|at| at.max(self.retry))
    }

    fn amend(&self) -> Option<Moment> {
        self.amend.map(|at| at.max(self.amend_retry))
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
    /// New terms come into force.
    Amend,
    /// Drop new terms that will never come into force.
    Drop,
    /// End the agreement after its last period.
    End,
}

/// The agreement ends by then anyway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndsAnyway;

impl<AccountId, Ticket> Agreement<AccountId, Ticket> {
    /// The step that is due at `now` by `timers`: the one that has been due longest; on a tie an amendment first, then
    /// a settlement.
    pub fn step(&self, timers: &Timers, now: Moment) -> Option<Step> {
        let due = timers.due().filter(|due| *due <= now)?;
        if timers.amend() == Some(due) {
            return Some(if self.amendment().is_some() { Step::Amend } else { Step::Drop });
        }
        if timers.settle() == Some(due) {
            return if self.finalized < self.proposed {
                Some(Step::Finalize(self.finalized))
            } else {
                (self.finalized == self.periods).then_some(Step::End)
            };
        }
        match self.status {
            AgreementStatus::Open => Some(Step::Activate),
            AgreementStatus::Active => Some(Step::Propose(self.proposed)),
            AgreementStatus::Draft | AgreementStatus::Completed | AgreementStatus::Terminated => None,
        }
    }

    /// The amendment that waits and will come into force: not one that the agreement does not live to see.
    pub fn amendment(&self) -> Option<Waiting> {
        self.waiting.filter(|waiting| self.ending.is_none_or(|ending| waiting.from < ending.periods))
    }

    /// The version of the terms that are, were or will be in force in `period`.
    pub fn version_in(&self, period: PeriodIndex) -> TermsVersion {
        if self.amendment().is_some_and(|waiting| waiting.from <= period) {
            // Not at the limit: an amendment with no version left is refused.
            return self.version.saturating_add(1);
        }
        let passed = self.starts.iter().filter(|start| **start <= period).count();
        TermsVersion::try_from(passed).unwrap_or(self.version)
    }

    /// Whether judging waits for new terms to come into force.
    pub fn awaits_terms(&self) -> bool {
        self.amendment().is_some_and(|waiting| waiting.from <= self.proposed)
    }

    /// Lets the agreement end at boundary `at`, which has not passed, unless it ends by then anyway. An amendment that
    /// it does not live to see is dropped at once.
    pub fn end_early(&mut self, at: PeriodIndex, reason: EndReason, now: Moment) -> Result<(), EndsAnyway> {
        let scheduled = self.waiting.map_or(self.periods, |waiting| waiting.periods);
        if at >= self.ending.map_or(scheduled, |ending| ending.periods) {
            return Err(EndsAnyway);
        }
        self.ending = Some(Ending { periods: at, reason });
        self.periods = self.periods.min(at);
        if self.waiting.is_some() && self.amendment().is_none() {
            (self.timers.amend, self.timers.amend_retry) = (Some(now), 0);
        }
        // Only before the first period: later, the period that runs now is still to be judged.
        if self.periods == 0 {
            (self.timers.propose, self.timers.finalize) = (None, Some(now));
        }
        Ok(())
    }
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

/// What can be done with an agreement: `Draft → Open → Active → Completed`, or `Terminated` from any of the first
/// three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgreementAction {
    /// The provider lets customers in.
    Open,
    /// The provider gives the draft up.
    Discard,
    /// The first period begins.
    Activate,
    /// Every period of the schedule is final.
    Complete,
    /// Every period before an early end is final.
    Terminate,
}

impl Lifecycle for AgreementStatus {
    type Action = AgreementAction;

    fn next(self, action: AgreementAction) -> Result<Self, WrongState> {
        match (self, action) {
            (Self::Draft, AgreementAction::Open) => Ok(Self::Open),
            (Self::Draft, AgreementAction::Discard) => Ok(Self::Terminated),
            (Self::Open, AgreementAction::Activate) => Ok(Self::Active),
            (Self::Active, AgreementAction::Complete) => Ok(Self::Completed),
            (Self::Open | Self::Active, AgreementAction::Terminate) => Ok(Self::Terminated),
            _ => Err(WrongState),
        }
    }
}

/// What can be done with a verdict, and when: `Proposed → Final`, or `Proposed → Challenged → Proposed → Final`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerdictAction {
    /// Its challenge window has ended.
    Finalize(Moment),
    /// Somebody challenges it within the window.
    Challenge(Moment),
    /// The challenge is decided. The ruled verdict has no window of its own.
    Rule(Moment),
}

impl Lifecycle for Phase {
    type Action = VerdictAction;

    fn next(self, action: VerdictAction) -> Result<Self, WrongState> {
        match (self, action) {
            (Self::Proposed { until }, VerdictAction::Finalize(now)) if until <= now => Ok(Self::Final { at: now }),
            (Self::Proposed { until }, VerdictAction::Challenge(now)) if now < until => {
                Ok(Self::Challenged { since: now })
            }
            (Self::Challenged { .. }, VerdictAction::Rule(now)) => Ok(Self::Proposed { until: now }),
            _ => Err(WrongState),
        }
    }
}
