// SPDX-License-Identifier: Apache-2.0

//! The chain as the daemon sees it: `dsla-client` behind the port, and a stand-in that only prints.

use crate::{
    app::ports::{Clock, Reaction, ReportSink, SinkError},
    measure::show,
};
use async_trait::async_trait;
use dsla_client::{
    types::{Agreement, DueReport, Report, Round, Submitted},
    Client, Error, Signer,
};
use std::{
    collections::BTreeSet,
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc, Mutex, PoisonError,
    },
};
use tracing::{info, warn};

/// How many reports are asked for at once. More are left for the next cycle.
const PAGE: u32 = 16;
/// How far the chain's time may be from the system's before it is worth a warning, in milliseconds.
const MAX_SKEW: u64 = 60_000;

/// The chain behind a node.
pub struct Chain {
    client: Client,
    signer: Signer,
    clock: Arc<dyn Clock>,
    skewed: AtomicBool,
}

impl Chain {
    /// The chain behind `client`, for the account of `signer`.
    pub fn new(client: Client, signer: Signer, clock: Arc<dyn Clock>) -> Self {
        Self { client, signer, clock, skewed: AtomicBool::new(false) }
    }

    /// Warns once when the chain's time and the system's go apart, and says so when they are together again.
    fn compare_clocks(&self, chain: u64) {
        let skew = chain.abs_diff(self.clock.now());
        let skewed = skew > MAX_SKEW;
        if self.skewed.swap(skewed, Ordering::Relaxed) == skewed {
            return;
        }
        if skewed {
            warn!(
                "the chain's time and the system's differ by {} s; is the node behind, or the clock wrong?",
                skew / 1_000
            );
        } else {
            info!("the chain's time and the system's agree again");
        }
    }
}

impl From<Error> for SinkError {
    fn from(error: Error) -> Self {
        let reaction = match &error {
            error if error.is_transient() => Reaction::Retry,
            // A block of another fork, whose time was behind.
            Error::Refused { name, .. } if name.ends_with(".TooEarly") => Reaction::Retry,
            error if error.is_refusal() => Reaction::Skip,
            _ => Reaction::Fatal,
        };
        Self { reason: error.to_string(), reaction }
    }
}

#[async_trait]
impl ReportSink for Chain {
    async fn now(&self) -> Result<u64, SinkError> {
        let now = self.client.chain_time().await?;
        self.compare_clocks(now);
        Ok(now)
    }

    async fn agreement(&self, id: u64) -> Result<Option<Agreement>, SinkError> {
        Ok(self.client.agreement(id).await?)
    }

    async fn due(&self, agreement: u64) -> Result<Vec<DueReport>, SinkError> {
        let due = self.client.due_reports(agreement, self.signer.account(), PAGE).await?;
        if !due.is_empty() {
            self.now().await?;
        }
        Ok(due)
    }

    async fn submit(&self, reports: Vec<Report>) -> Result<Submitted, SinkError> {
        Ok(self.client.submit_reports(&self.signer, reports).await?)
    }

    async fn settle(&self, agreement: u64) -> Result<Submitted, SinkError> {
        Ok(self.client.settle(&self.signer, agreement).await?)
    }
}

/// Reads the chain and prints what would be written to it, each report once.
pub struct DryRun<S> {
    chain: S,
    printed: Mutex<BTreeSet<Round>>,
}

impl<S> DryRun<S> {
    /// A dry run on `chain`.
    pub fn new(chain: S) -> Self {
        Self { chain, printed: Mutex::default() }
    }
}

const NOT_SUBMITTED: Submitted = Submitted { block_hash: [0; 32], transaction_hash: [0; 32], fee_paid: 0 };

#[async_trait]
impl<S: ReportSink> ReportSink for DryRun<S> {
    async fn now(&self) -> Result<u64, SinkError> {
        self.chain.now().await
    }

    async fn agreement(&self, id: u64) -> Result<Option<Agreement>, SinkError> {
        self.chain.agreement(id).await
    }

    async fn due(&self, agreement: u64) -> Result<Vec<DueReport>, SinkError> {
        let mut due = self.chain.due(agreement).await?;
        let printed = self.printed.lock().unwrap_or_else(PoisonError::into_inner);
        due.retain(|due| !printed.contains(&due.round));
        Ok(due)
    }

    async fn submit(&self, reports: Vec<Report>) -> Result<Submitted, SinkError> {
        let mut printed = self.printed.lock().unwrap_or_else(PoisonError::into_inner);
        for report in reports {
            let shown: Vec<_> = report.measurements.iter().map(show).collect();
            println!("{}: {} (evidence 0x{})", report.round, shown.join(", "), hex::encode(report.evidence));
            printed.insert(report.round);
        }
        Ok(NOT_SUBMITTED)
    }

    async fn settle(&self, agreement: u64) -> Result<Submitted, SinkError> {
        println!("agreement {agreement}: would be settled");
        Ok(NOT_SUBMITTED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::fakes::FakeChain;
    use dsla_client::types::Measurement;

    #[test]
    fn errors_of_the_client_should_say_how_to_react() {
        let reaction = |error: Error| SinkError::from(error).reaction;
        assert_eq!(reaction(Error::Pending), Reaction::Retry);
        let refused = |name: &str| Error::Refused { name: name.into(), docs: String::new() };
        assert_eq!(reaction(refused("SliOracle.TooLate")), Reaction::Skip);
        assert_eq!(reaction(refused("SliOracle.TooEarly")), Reaction::Retry);
        assert_eq!(reaction(Error::Incompatible("x".into())), Reaction::Fatal);
    }

    #[tokio::test]
    async fn dry_run_should_print_a_report_once_and_submit_nothing() {
        let round = Round { agreement: 7, period: 0 };
        let chain = FakeChain::with(7, 1);
        chain.add_due(DueReport { round, start: 0, end: 1, until: 2 });
        let dry = DryRun::new(chain);
        assert_eq!(dry.due(7).await.unwrap().len(), 1);
        let report = Report { round, measurements: vec![Measurement::NoData], evidence: [0; 32] };
        dry.submit(vec![report]).await.unwrap();
        dry.settle(7).await.unwrap();
        assert!(dry.due(7).await.unwrap().is_empty());
        assert!(dry.chain.submitted().is_empty() && dry.chain.settled().is_empty());
    }
}
