// SPDX-License-Identifier: Apache-2.0

//! The configuration file. Everything that is wrong with it is found in one go.

pub mod fields;
mod secret;
#[cfg(test)]
mod tests;

use crate::{app::ports::RetryPolicy, measure::Scale, sources::SourceSettings};
use fields::{Fields, Problems};
use secret::read_signer;
use std::{collections::BTreeSet, fmt, fs, path::Path, path::PathBuf, time::Duration};

pub use secret::SignerSettings;

/// The most objectives an agreement has, as on the chain.
const MAX_OBJECTIVES: usize = 8;
/// The most reports the chain takes in one transaction.
const MAX_BATCH: u64 = 64;

/// Something that is wrong, where it is, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where, such as `agreements[0].id`.
    pub path: String,
    /// What is wrong and what to do.
    pub text: String,
}

impl Problem {
    /// The problem `text` at `path`.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.text)
    }
}

impl std::error::Error for Problem {}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {path}: {error}")]
    Read {
        /// The path of the file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The file is not TOML.
    #[error("{path} is not TOML: {error}")]
    Syntax {
        /// The path of the file.
        path: PathBuf,
        /// Where and why.
        error: Box<toml::de::Error>,
    },
    /// The content is wrong.
    #[error("{} problem(s) in the configuration:{}", .0.len(), list(.0))]
    Problems(Vec<Problem>),
}

fn list(problems: &[Problem]) -> String {
    problems.iter().map(|problem| format!("\n  {problem}")).collect()
}

/// A configuration that makes sense.
#[derive(Debug)]
pub struct Config {
    /// The url of the node.
    pub node_url: String,
    /// Whose reports are sent.
    pub signer: SignerSettings,
    /// How often the chain is asked what is due.
    pub poll_interval: Duration,
    /// How often a failing source is asked in one cycle.
    pub retry: RetryPolicy,
    /// The most reports in one transaction.
    pub batch: usize,
    /// Whether to settle agreements when a step is due.
    pub settle: bool,
    /// What to log, in the language of `tracing`'s `EnvFilter`.
    pub log: String,
    /// Where evidence and probes are kept.
    pub data_dir: PathBuf,
    /// What to report on.
    pub agreements: Vec<AgreementSettings>,
}

/// An agreement to report on.
#[derive(Clone, Debug, PartialEq)]
pub struct AgreementSettings {
    /// Its id.
    pub id: u64,
    /// How its objectives are measured, in the order of the terms.
    pub objectives: Vec<ObjectiveSettings>,
}

/// How an objective is measured.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectiveSettings {
    /// The unit of the terms.
    pub scale: Scale,
    /// What measures.
    pub source: SourceSettings,
}

/// Reads the configuration file at `path`.
pub fn load(path: &Path) -> Result<Config, ConfigError> {
    let text = fs::read_to_string(path).map_err(|error| ConfigError::Read { path: path.into(), error })?;
    parse(&text).map_err(|error| match error {
        ConfigError::Syntax { error, .. } => ConfigError::Syntax { path: path.into(), error },
        other => other,
    })
}

/// Reads a configuration.
pub fn parse(text: &str) -> Result<Config, ConfigError> {
    let table: toml::Table =
        text.parse().map_err(|error| ConfigError::Syntax { path: PathBuf::new(), error: Box::new(error) })?;
    let problems = Problems::default();
    let mut root = Fields::root(&table, &problems);
    let config = read(&mut root);
    root.finish();
    let found = problems.into_inner();
    match config {
        Some(config) if found.is_empty() => Ok(config),
        _ => Err(ConfigError::Problems(found)),
    }
}

fn read(root: &mut Fields) -> Option<Config> {
    let second = Duration::from_secs(1);
    let node_url = root.table("node").and_then(|mut node| {
        let url = node.url("url", &["ws", "wss"], "ws://127.0.0.1:9944");
        node.finish();
        url
    });
    let signer = root.table("signer").and_then(read_signer);
    let poll_interval = root.duration("poll_interval", Some(12 * second), second..=3_600 * second);
    let attempts = root.integer("retry_attempts", Some(3), 1..=10);
    let pause = root.duration("retry_pause", Some(2 * second), Duration::ZERO..=60 * second);
    let batch = root.integer("batch", Some(16), 1..=MAX_BATCH);
    let settle = root.boolean("settle", false);
    let log = root.optional_string("log", "info");
    let data_dir = root.optional_string("data_dir", "data");
    let agreements = read_agreements(root);
    Some(Config {
        node_url: node_url?.to_string(),
        signer: signer?,
        poll_interval: poll_interval?,
        retry: RetryPolicy { attempts: u32::try_from(attempts?).ok()?, pause: pause? },
        batch: usize::try_from(batch?).ok()?,
        settle: settle?,
        log: log?,
        data_dir: data_dir?.into(),
        agreements: agreements?,
    })
}

fn read_agreements(root: &mut Fields) -> Option<Vec<AgreementSettings>> {
    let tables = root.tables("agreements", "agreement to report on", usize::MAX)?;
    let mut ids = BTreeSet::new();
    let agreements: Vec<_> = tables
        .into_iter()
        .map(|mut fields| {
            let id = fields.integer("id", None, 0..=i64::MAX.unsigned_abs());
            if id.is_some_and(|id| !ids.insert(id)) {
                fields.problem("id", "is there twice; put all objectives of an agreement into one entry");
            }
            let objectives = fields.tables("objectives", "objective, in the order of the terms", MAX_OBJECTIVES);
            let objectives = objectives.map(|tables| tables.into_iter().map(read_objective).collect::<Vec<_>>());
            fields.finish();
            Some(AgreementSettings { id: id?, objectives: objectives?.into_iter().collect::<Option<_>>()? })
        })
        .collect();
    agreements.into_iter().collect()
}

fn read_objective(mut fields: Fields) -> Option<ObjectiveSettings> {
    let scale = fields.choice("scale", None, &[("percent", Scale::Percent), ("ratio", Scale::Ratio)]);
    let source = SourceSettings::read(&mut fields);
    if source.is_some() {
        // Without a source, nobody knows which fields there may be.
        fields.finish();
    }
    Some(ObjectiveSettings { scale: scale?, source: source? })
}
