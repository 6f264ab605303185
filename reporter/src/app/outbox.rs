// SPDX-License-Identifier: Apache-2.0

//! The one way to the chain for everything that needs a signature.
//!
//! Agreements work independently, but an account can have only one transaction on its way at a time. The outbox takes
//! their jobs one after the other, and puts reports that wait at the same time into one transaction.

use super::ports::{Reaction, ReportSink, SinkError};
use dsla_client::types::{Report, Round, Submitted};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};
use tracing::{debug, warn};

type Answer = oneshot::Sender<Result<Submitted, SinkError>>;

enum Job {
    Report(Report, Answer),
    Settle(u64, Answer),
}

/// A handle on the outbox. It ends when the last handle is dropped.
#[derive(Clone, Debug)]
pub struct Outbox {
    jobs: mpsc::Sender<Job>,
}

impl Outbox {
    /// Starts an outbox that puts at most `batch` reports into one transaction.
    pub fn start(sink: Arc<dyn ReportSink>, batch: usize) -> Self {
        let (jobs, inbox) = mpsc::channel(batch.max(1));
        tokio::spawn(work(sink, inbox, batch.max(1)));
        Self { jobs }
    }

    /// Submits a report and waits for the result.
    pub async fn submit(&self, report: Report) -> Result<Submitted, SinkError> {
        self.ask(|answer| Job::Report(report, answer)).await
    }

    /// Settles an agreement and waits for the result.
    pub async fn settle(&self, agreement: u64) -> Result<Submitted, SinkError> {
        self.ask(|answer| Job::Settle(agreement, answer)).await
    }

    async fn ask(&self, job: impl FnOnce(Answer) -> Job) -> Result<Submitted, SinkError> {
        let stopped = || SinkError { reason: "the daemon is stopping".into(), reaction: Reaction::Retry };
        let (answer, result) = oneshot::channel();
        self.jobs.send(job(answer)).await.map_err(|_| stopped())?;
        result.await.unwrap_or_else(|_| Err(stopped()))
    }
}

async fn work(sink: Arc<dyn ReportSink>, mut inbox: mpsc::Receiver<Job>, batch: usize) {
    while let Some(first) = inbox.recv().await {
        let (mut reports, mut settlements) = (Vec::new(), Vec::new());
        let mut next = Some(first);
        while let Some(job) = next {
            match job {
                Job::Report(report, answer) => reports.push((report, answer)),
                Job::Settle(agreement, answer) => settlements.push((agreement, answer)),
            }
            next = if reports.len() < batch { inbox.try_recv().ok() } else { None };
        }
        // Reports first: they have a deadline.
        submit(&*sink, reports).await;
        for (agreement, answer) in settlements {
            // Nobody listening is no reason not to finish.
            let _ = answer.send(sink.settle(agreement).await);
        }
    }
}

async fn submit(sink: &dyn ReportSink, jobs: Vec<(Report, Answer)>) {
    let (reports, answers): (Vec<_>, Vec<_>) = jobs.into_iter().unzip();
    let rounds: Vec<Round> = reports.iter().map(|report| report.round).collect();
    if reports.is_empty() {
        return;
    }
    debug!(reports = reports.len(), "submitting");
    match sink.submit(reports.clone()).await {
        Err(error) if error.reaction == Reaction::Skip && reports.len() > 1 => {
            // One report the chain does not want must not take the others with it.
            warn!(%error, "the chain refused a batch of {} reports; submitting them one by one", rounds.len());
            for (report, answer) in reports.into_iter().zip(answers) {
                let _ = answer.send(sink.submit(vec![report]).await);
            }
        }
        result => {
            for answer in answers {
                let _ = answer.send(result.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::fakes::FakeChain;
    use dsla_client::types::Measurement;
    use futures::future::join_all;

    fn report(agreement: u64) -> Report {
        Report { round: Round { agreement, period: 0 }, measurements: vec![Measurement::NoData], evidence: [0; 32] }
    }

    #[tokio::test]
    async fn submit_should_batch_when_reports_wait_together() {
        let chain = Arc::new(FakeChain::default());
        let outbox = Outbox::start(chain.clone(), 8);
        let results = join_all((0..4).map(|id| outbox.submit(report(id)))).await;
        assert!(results.iter().all(Result::is_ok));
        assert_eq!(chain.batches(), vec![4]);
    }

    #[tokio::test]
    async fn submit_should_go_one_by_one_when_the_chain_refuses_the_batch() {
        let chain = Arc::new(FakeChain::default());
        chain.refuse(Round { agreement: 1, period: 0 });
        let outbox = Outbox::start(chain.clone(), 8);
        let results = join_all((0..3).map(|id| outbox.submit(report(id)))).await;
        assert!(results[0].is_ok() && results[2].is_ok());
        assert_eq!(results[1].as_ref().unwrap_err().reaction, Reaction::Skip);
        assert_eq!(chain.batches(), vec![3, 1, 1, 1]);
    }

    #[tokio::test]
    async fn submit_should_respect_the_batch_size() {
        let chain = Arc::new(FakeChain::default());
        let outbox = Outbox::start(chain.clone(), 2);
        join_all((0..5).map(|id| outbox.submit(report(id)))).await;
        assert_eq!(chain.submitted().len(), 5);
        assert!(chain.batches().iter().all(|size| *size <= 2));
    }
}
