// SPDX-License-Identifier: Apache-2.0

//! Stand-ins for the outside world, for tests.

use super::ports::{Clock, EvidenceStore, Reaction, Reading, ReportSink, SinkError, SliSource};
use crate::{evidence::Evidence, measure::Window};
use async_trait::async_trait;
use dsla_client::types::{Agreement, DueReport, Objective, Report, Round, Status, Submitted};
use serde_json::{json, Value};
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    io,
    sync::Mutex,
    time::Duration,
};

/// The account of the reporter in tests.
pub const REPORTER: [u8; 32] = [7; 32];

/// A chain in memory.
#[derive(Default)]
pub struct FakeChain {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    now: u64,
    agreements: BTreeMap<u64, Agreement>,
    due: Vec<DueReport>,
    refused: BTreeSet<Round>,
    batches: Vec<usize>,
    submitted: Vec<Report>,
    settled: Vec<u64>,
    broken: Option<Reaction>,
}

impl FakeChain {
    /// A chain with one agreement of `objectives` percentages.
    pub fn with(agreement: u64, objectives: usize) -> Self {
        let chain = Self::default();
        let objective = Objective { unit: "percent".into(), min: 0, max: 100 * 10u128.pow(18) };
        chain.state().agreements.insert(
            agreement,
            Agreement {
                id: agreement,
                status: Status::Active,
                objectives: vec![objective; objectives],
                committee: vec![REPORTER],
                sealed: false,
                next_due: None,
            },
        );
        chain
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub fn set_now(&self, now: u64) {
        self.state().now = now;
    }

    pub fn change(&self, agreement: u64, change: impl FnOnce(&mut Agreement)) {
        change(self.state().agreements.get_mut(&agreement).unwrap());
    }

    pub fn add_due(&self, due: DueReport) {
        self.state().due.push(due);
    }

    pub fn refuse(&self, round: Round) {
        self.state().refused.insert(round);
    }

    pub fn break_down(&self, reaction: Option<Reaction>) {
        self.state().broken = reaction;
    }

    pub fn batches(&self) -> Vec<usize> {
        self.state().batches.clone()
    }

    pub fn submitted(&self) -> Vec<Report> {
        self.state().submitted.clone()
    }

    pub fn settled(&self) -> Vec<u64> {
        self.state().settled.clone()
    }

    /// Drops a report, as a fork does.
    pub fn fork(&self, due: DueReport) {
        self.state().submitted.retain(|report| report.round != due.round);
        self.add_due(due);
    }

    fn check(&self) -> Result<(), SinkError> {
        match self.state().broken {
            Some(reaction) => Err(SinkError { reason: "the node is away".into(), reaction }),
            None => Ok(()),
        }
    }
}

const SUBMITTED: Submitted = Submitted { block_hash: [1; 32], transaction_hash: [2; 32], fee_paid: 0 };

#[async_trait]
impl ReportSink for FakeChain {
    async fn now(&self) -> Result<u64, SinkError> {
        self.check()?;
        Ok(self.state().now)
    }

    async fn agreement(&self, id: u64) -> Result<Option<Agreement>, SinkError> {
        self.check()?;
        Ok(self.state().agreements.get(&id).cloned())
    }

    async fn due(&self, agreement: u64) -> Result<Vec<DueReport>, SinkError> {
        self.check()?;
        Ok(self.state().due.iter().filter(|due| due.round.agreement == agreement).copied().collect())
    }

    async fn submit(&self, reports: Vec<Report>) -> Result<Submitted, SinkError> {
        self.check()?;
        let mut state = self.state();
        state.batches.push(reports.len());
        if let Some(report) = reports.iter().find(|report| state.refused.contains(&report.round)) {
            return Err(SinkError { reason: format!("{} refused", report.round), reaction: Reaction::Skip });
        }
        for report in reports {
            state.due.retain(|due| due.round != report.round);
            state.submitted.push(report);
        }
        Ok(SUBMITTED)
    }

    async fn settle(&self, agreement: u64) -> Result<Submitted, SinkError> {
        self.check()?;
        let mut state = self.state();
        if state.refused.iter().any(|round| round.agreement == agreement) {
            return Err(SinkError { reason: "nothing is due".into(), reaction: Reaction::Skip });
        }
        state.settled.push(agreement);
        Ok(SUBMITTED)
    }
}

/// A source that gives prepared readings, the last one for ever.
pub struct FakeSource {
    readings: Mutex<VecDeque<Reading>>,
    asked: Mutex<Vec<Window>>,
}

impl FakeSource {
    pub fn new(readings: impl IntoIterator<Item = Reading>) -> Self {
        Self { readings: Mutex::new(readings.into_iter().collect()), asked: Mutex::default() }
    }

    pub fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

#[async_trait]
impl SliSource for FakeSource {
    fn describe(&self) -> Value {
        json!({ "source": "fake" })
    }

    async fn measure(&self, window: Window) -> Reading {
        self.asked.lock().unwrap().push(window);
        let mut readings = self.readings.lock().unwrap();
        let reading = if readings.len() > 1 { readings.pop_front() } else { readings.front().cloned() };
        reading.unwrap()
    }
}

/// Evidence in memory.
#[derive(Default)]
pub struct FakeEvidence {
    kept: Mutex<BTreeMap<Round, Evidence>>,
    full: Mutex<bool>,
}

impl FakeEvidence {
    pub fn set_full(&self, full: bool) {
        *self.full.lock().unwrap() = full;
    }
}

impl EvidenceStore for FakeEvidence {
    fn load(&self, round: Round) -> io::Result<Option<Evidence>> {
        Ok(self.kept.lock().unwrap().get(&round).cloned())
    }

    fn save(&self, round: Round, evidence: &Evidence) -> io::Result<()> {
        if *self.full.lock().unwrap() {
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        self.kept.lock().unwrap().insert(round, evidence.clone());
        Ok(())
    }
}

/// A clock that never waits.
pub struct FakeClock(pub Mutex<u64>);

#[async_trait]
impl Clock for FakeClock {
    fn now(&self) -> u64 {
        *self.0.lock().unwrap()
    }

    async fn sleep(&self, duration: Duration) {
        *self.0.lock().unwrap() += duration.as_millis() as u64;
        tokio::task::yield_now().await;
    }
}
