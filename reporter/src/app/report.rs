// SPDX-License-Identifier: Apache-2.0

//! Reporting for one agreement: ask the chain what is due, measure it, keep the evidence, submit.
//!
//! The chain's answer to "what is due" is the only truth; nothing is remembered between cycles but refusals. So a
//! restart, a node that was away, or a fork that dropped a report need no handling of their own.

use super::{
    judge::{judge, last_call, Note},
    outbox::Outbox,
    ports::{Clock, EvidenceStore, Reaction, Reading, ReportSink, RetryPolicy, SinkError, SliSource},
};
use crate::{
    evidence::{to_json, Evidence, FORMAT},
    measure::{show, Scale, Window},
};
use dsla_client::types::{Agreement, DueReport, Objective, Report, Round};
use futures::future::join_all;
use serde_json::json;
use std::{collections::BTreeSet, sync::Arc};
use tracing::{error, info, warn};

/// An objective and how it is measured.
pub struct Gauge {
    /// What measures it.
    pub source: Arc<dyn SliSource>,
    /// The unit the terms use.
    pub scale: Scale,
}

/// What all agreements have in common.
#[derive(Clone)]
pub struct Context {
    /// The chain, to read.
    pub sink: Arc<dyn ReportSink>,
    /// The chain, to write.
    pub outbox: Outbox,
    /// Where evidence is kept.
    pub evidence: Arc<dyn EvidenceStore>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// How often a failing source is asked in one cycle.
    pub retry: RetryPolicy,
    /// The address of the reporter, for the evidence.
    pub reporter: String,
    /// The account of the reporter.
    pub account: [u8; 32],
    /// The genesis hash of the chain, for the evidence.
    pub genesis: String,
    /// Whether to call `Sla.settle` when a step is due.
    pub settle: bool,
}

/// What came of one cycle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Rounds whose report is in a block.
    pub submitted: Vec<Round>,
    /// Rounds held back because a source failed and may come back in time.
    pub deferred: Vec<Round>,
    /// Rounds that failed on the way to the chain; they are tried again.
    pub failed: Vec<Round>,
    /// Rounds the chain refused; they are not tried again.
    pub refused: Vec<Round>,
    /// Whether the agreement was settled.
    pub settled: bool,
}

/// Reports for one agreement.
pub struct AgreementReporter {
    context: Context,
    id: u64,
    gauges: Vec<Gauge>,
    /// Periods whose report the chain refused: the same report would be refused again, and cost a fee.
    refused: BTreeSet<u32>,
    /// The last due time for which settling was tried. Once is enough: the chain settles by itself, too, and every
    /// attempt costs a fee.
    settled: Option<u64>,
}

impl AgreementReporter {
    /// A reporter for agreement `id`, whose objectives are measured by `gauges`, in this order.
    pub fn new(context: Context, id: u64, gauges: Vec<Gauge>) -> Self {
        Self { context, id, gauges, refused: BTreeSet::new(), settled: None }
    }

    /// The id of the agreement.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Does everything that is due now. An error needs a person if its reaction is `Fatal`; otherwise the next cycle
    /// is the remedy.
    pub async fn cycle(&mut self) -> Result<Summary, SinkError> {
        let mut summary = Summary::default();
        let Some(agreement) = self.context.sink.agreement(self.id).await? else {
            warn!(agreement = self.id, "there is no such agreement on this chain; correct its id in the configuration");
            return Ok(summary);
        };
        let due = self.due(&agreement).await?;
        let prepared = join_all(due.iter().map(|due| self.prepare(*due, &agreement.objectives))).await;
        let mut reports = Vec::new();
        for (due, report) in due.iter().zip(prepared) {
            match report? {
                Some(report) => reports.push(report),
                None => summary.deferred.push(due.round),
            }
        }
        let results = join_all(reports.iter().map(|report| self.context.outbox.submit(report.clone()))).await;
        for (report, result) in reports.iter().zip(results) {
            let round = report.round;
            match result {
                Ok(submitted) => {
                    let shown: Vec<_> = report.measurements.iter().map(show).collect();
                    let (block, fee) = (hex::encode(submitted.block_hash), submitted.fee_paid);
                    info!(%round, measurements = ?shown, block, fee, "reported");
                    summary.submitted.push(round);
                }
                Err(error) if error.reaction == Reaction::Fatal => return Err(error),
                Err(error) if error.reaction == Reaction::Skip => {
                    error!(%round, %error, "the report was refused and will not be submitted again");
                    self.refused.insert(round.period);
                    summary.refused.push(round);
                }
                Err(error) => {
                    warn!(%round, %error, "the report is not on chain yet");
                    summary.failed.push(round);
                }
            }
        }
        if self.context.settle {
            summary.settled = self.settle().await?;
        }
        Ok(summary)
    }

    /// What is due and can be reported.
    async fn due(&self, agreement: &Agreement) -> Result<Vec<DueReport>, SinkError> {
        let (found, expected) = (self.gauges.len(), agreement.objectives.len());
        if !agreement.committee.contains(&self.context.account) {
            if !agreement.status.has_ended() {
                warn!(agreement = self.id, reporter = self.context.reporter, "this account is not in the committee");
            }
            return Ok(Vec::new());
        }
        if agreement.sealed {
            error!(
                agreement = self.id,
                "its reports are sealed, which this reporter cannot do yet; remove it from the configuration"
            );
            return Ok(Vec::new());
        }
        if found != expected {
            error!(agreement = self.id, "the terms have {expected} objectives, the configuration {found}; correct it");
            return Ok(Vec::new());
        }
        let mut due = self.context.sink.due(self.id).await?;
        due.retain(|due| !self.refused.contains(&due.round.period));
        Ok(due)
    }

    /// The report on one period: the one of the evidence if there is any, else a fresh one. `None` while it is better
    /// to wait for a source.
    async fn prepare(&self, due: DueReport, objectives: &[Objective]) -> Result<Option<Report>, SinkError> {
        if let Some(report) = self.recall(due) {
            return Ok(Some(report));
        }
        let window = Window { start: due.start, end: due.end };
        let readings = join_all(self.gauges.iter().map(|gauge| self.read(gauge, window))).await;
        let mut measurements = Vec::with_capacity(readings.len());
        let mut documents = Vec::with_capacity(readings.len());
        let mut incomplete = false;
        for ((gauge, reading), objective) in self.gauges.iter().zip(readings).zip(objectives) {
            let (measurement, note, raw) = judge(reading, gauge.scale, objective);
            if let Some(note) = &note {
                warn!(round = %due.round, unit = objective.unit, "no measurement: {}", note.text());
            }
            incomplete |= matches!(note, Some(Note::Failed(_)));
            documents.push(json!({
                "measurement": to_json(&measurement),
                "note": note.map(|note| note.text().to_owned()),
                "raw": raw,
                "scale": gauge.scale.name(),
                "source": gauge.source.describe(),
            }));
            measurements.push(measurement);
        }
        if incomplete && self.context.sink.now().await? < last_call(&due) {
            return Ok(None);
        }
        let evidence = Evidence::new(&json!({
            "agreement": due.round.agreement,
            "end": due.end,
            "format": FORMAT,
            "genesis": self.context.genesis,
            "objectives": documents,
            "period": due.round.period,
            "reporter": self.context.reporter,
            "start": due.start,
        }));
        if let Err(error) = self.context.evidence.save(due.round, &evidence) {
            // Without evidence, a crash could make the reporter contradict itself.
            error!(round = %due.round, %error, "the evidence cannot be written, so nothing is reported; free the disk");
            return Ok(None);
        }
        Ok(Some(Report { round: due.round, measurements, evidence: evidence.hash() }))
    }

    /// The report that was prepared for this period before, if there is one.
    fn recall(&self, due: DueReport) -> Option<Report> {
        let evidence = match self.context.evidence.load(due.round) {
            Ok(evidence) => evidence?,
            Err(error) => {
                warn!(round = %due.round, %error, "the evidence cannot be read; measuring again");
                return None;
            }
        };
        match evidence.content() {
            Ok((start, end, measurements))
                if (start, end) == (due.start, due.end) && measurements.len() == self.gauges.len() =>
            {
                Some(Report { round: due.round, measurements, evidence: evidence.hash() })
            }
            Ok(_) => {
                warn!(round = %due.round, "the evidence is about other terms; measuring again");
                None
            }
            Err(error) => {
                warn!(round = %due.round, %error, "the evidence is damaged; measuring again");
                None
            }
        }
    }

    /// Asks a source, again if it says that may help.
    async fn read(&self, gauge: &Gauge, window: Window) -> Reading {
        let mut attempt = 1;
        loop {
            let reading = gauge.source.measure(window).await;
            match reading {
                Reading::Failed { reaction: Reaction::Retry, .. } if attempt < self.context.retry.attempts => {
                    attempt += 1;
                    self.context.clock.sleep(self.context.retry.pause).await;
                }
                reading => return reading,
            }
        }
    }

    /// Lets the chain act on the agreement if it is time.
    async fn settle(&mut self) -> Result<bool, SinkError> {
        // Asked again: what was just reported may have made a step due.
        let agreement = self.context.sink.agreement(self.id).await?;
        let Some(due) = agreement.and_then(|agreement| agreement.next_due) else { return Ok(false) };
        if self.settled == Some(due) || self.context.sink.now().await? < due {
            return Ok(false);
        }
        match self.context.outbox.settle(self.id).await {
            Ok(submitted) => {
                info!(agreement = self.id, block = hex::encode(submitted.block_hash), "settled");
                self.settled = Some(due);
                Ok(true)
            }
            Err(error) if error.reaction == Reaction::Skip => {
                // The chain or somebody else was faster, or it is not time in that block.
                info!(agreement = self.id, %error, "not settled");
                self.settled = Some(due);
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }
}
