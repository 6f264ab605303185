// SPDX-License-Identifier: Apache-2.0

//! What the daemon needs of the outside world.

use crate::{
    evidence::Evidence,
    measure::{Count, Window},
};
use async_trait::async_trait;
use dsla_client::types::{Agreement, DueReport, Report, Round, Submitted};
use serde_json::Value;
use std::{io, time::Duration};

/// What to do after a failure. A value, so that the code that fails says it and the code that decides reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reaction {
    /// Asking again now cannot help; go on with the rest.
    Skip,
    /// The same request may work in a moment.
    Retry,
    /// A person has to act; stop the daemon.
    Fatal,
}

/// How often and how fast to try again.
#[derive(Clone, Copy, Debug)]
pub struct RetryPolicy {
    /// Attempts in all, at least one.
    pub attempts: u32,
    /// Pause between two attempts.
    pub pause: Duration,
}

/// What a source says about a window.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// It measured.
    Measured {
        /// How much was good.
        count: Count,
        /// What it saw, for the evidence.
        raw: Value,
    },
    /// It works, but there is nothing to be said about this window.
    NoData {
        /// Why.
        reason: String,
        /// What it saw, for the evidence.
        raw: Value,
    },
    /// It did not work.
    Failed {
        /// Why.
        reason: String,
        /// Whether to ask again.
        reaction: Reaction,
    },
}

/// Measures one service level indicator.
#[async_trait]
pub trait SliSource: Send + Sync {
    /// What is measured and how, for the evidence and the log. Without secrets.
    fn describe(&self) -> Value;
    /// Measures `window`, which lies in the past.
    async fn measure(&self, window: Window) -> Reading;
}

/// Why the chain did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct SinkError {
    /// What went wrong and what to do about it.
    pub reason: String,
    /// `Skip` when the chain refused.
    pub reaction: Reaction,
}

/// The chain.
#[async_trait]
pub trait ReportSink: Send + Sync {
    /// The time of the chain, Unix milliseconds.
    async fn now(&self) -> Result<u64, SinkError>;
    /// An agreement; `None` when there is none with this id.
    async fn agreement(&self, id: u64) -> Result<Option<Agreement>, SinkError>;
    /// The reports this reporter owes under an agreement, oldest first.
    async fn due(&self, agreement: u64) -> Result<Vec<DueReport>, SinkError>;
    /// Submits reports; all are taken or none.
    async fn submit(&self, reports: Vec<Report>) -> Result<Submitted, SinkError>;
    /// Lets the chain do what is due for an agreement.
    async fn settle(&self, agreement: u64) -> Result<Submitted, SinkError>;
}

/// Keeps what was measured, so that it can be shown later and is not measured twice.
pub trait EvidenceStore: Send + Sync {
    /// The evidence of a round, if there is any.
    fn load(&self, round: Round) -> io::Result<Option<Evidence>>;
    /// Keeps the evidence of a round; when this returns, it survives a crash.
    fn save(&self, round: Round, evidence: &Evidence) -> io::Result<()>;
}

/// Time.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Unix milliseconds.
    fn now(&self) -> u64;
    /// Waits.
    async fn sleep(&self, duration: Duration);
}
