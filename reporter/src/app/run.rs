// SPDX-License-Identifier: Apache-2.0

//! The daemon's loops: one per agreement, so that none waits for another.

use super::{
    ports::{Reaction, SinkError},
    report::AgreementReporter,
};
use futures::future::join_all;
use std::time::Duration;
use tokio::{sync::watch, time};
use tracing::{debug, error, info, warn};

/// A signal that is given once. Waiting for it after it was given returns at once.
#[derive(Clone, Debug)]
pub struct Shutdown {
    signal: watch::Receiver<bool>,
}

impl Shutdown {
    /// The signal, and what gives it.
    pub fn new() -> (watch::Sender<bool>, Self) {
        let (sender, signal) = watch::channel(false);
        (sender, Self { signal })
    }

    /// Waits until the signal is given.
    pub async fn given(&mut self) {
        // A sender that is gone cannot give the signal any more; its end is one, too.
        let _ = self.signal.wait_for(|given| *given).await;
    }
}

/// Runs cycles until the signal is given, or until an error needs a person; then gives the signal to the others.
pub async fn run(
    reporters: Vec<AgreementReporter>,
    poll: Duration,
    shutdown: Shutdown,
    stop: watch::Sender<bool>,
) -> Result<(), SinkError> {
    let tasks = reporters.into_iter().map(|reporter| {
        let (shutdown, stop) = (shutdown.clone(), stop.clone());
        async move {
            let result = follow(reporter, poll, shutdown).await;
            if result.is_err() {
                let _ = stop.send(true);
            }
            result
        }
    });
    join_all(tasks).await.into_iter().collect()
}

/// One cycle for each agreement, at the same time.
pub async fn once(reporters: &mut [AgreementReporter]) -> Result<(), SinkError> {
    let results = join_all(reporters.iter_mut().map(AgreementReporter::cycle)).await;
    results.into_iter().try_for_each(|result| result.map(|_| ()))
}

async fn follow(mut reporter: AgreementReporter, poll: Duration, mut shutdown: Shutdown) -> Result<(), SinkError> {
    info!(agreement = reporter.id(), "watching");
    loop {
        // A cycle that is cut off here does no harm: the chain still says what is due, and evidence is kept.
        tokio::select! {
            result = reporter.cycle() => match result {
                Ok(summary) => debug!(agreement = reporter.id(), ?summary, "cycle"),
                Err(error) if error.reaction == Reaction::Fatal => {
                    error!(agreement = reporter.id(), %error, "stopping");
                    return Err(error);
                }
                Err(error) => warn!(agreement = reporter.id(), %error, "trying again in {} s", poll.as_secs()),
            },
            () = shutdown.given() => return Ok(()),
        }
        tokio::select! {
            () = time::sleep(poll) => {}
            () = shutdown.given() => return Ok(()),
        }
    }
}
