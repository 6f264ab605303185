// SPDX-License-Identifier: Apache-2.0

//! Availability from Prometheus: a query is evaluated at every step of the period; samples of at least 1 are good.

use super::{decimal::cmp_one, describe, public_url, read_coverage};
use crate::{
    app::ports::{Reaction, Reading, SliSource},
    config::fields::Fields,
    measure::{Count, Window},
};
use async_trait::async_trait;
use reqwest::{StatusCode, Url};
use serde::Deserialize;
use serde_json::{json, value::RawValue, Value};
use std::{cmp::Ordering, time::Duration};

/// Prometheus answers at most 11,000 samples per series and request.
const SAMPLES_PER_REQUEST: u64 = 10_000;

/// What a step without a sample counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Not at all: the monitoring was not there.
    Ignore,
    /// As bad: the service was not there.
    Bad,
}

/// How to ask Prometheus.
#[derive(Clone, Debug, PartialEq)]
pub struct PrometheusSettings {
    url: Url,
    query: String,
    step: Duration,
    timeout: Duration,
    missing: Missing,
    min_coverage: u64,
}

impl PrometheusSettings {
    /// Reads the settings. What is wrong is noted in `fields`.
    pub fn read(fields: &mut Fields) -> Option<Self> {
        let url = fields.url("url", &["http", "https"], "http://127.0.0.1:9090");
        let query = fields.string("query", r#"'min(up{job="shop"})'"#);
        let step = fields.duration("step", None, Duration::from_secs(1)..=Duration::from_secs(86_400));
        let timeout = fields.duration(
            "timeout",
            Some(Duration::from_secs(10)),
            Duration::from_secs(1)..=Duration::from_secs(300),
        );
        let missing =
            fields.choice("missing", Some(Missing::Ignore), &[("ignore", Missing::Ignore), ("bad", Missing::Bad)]);
        let min_coverage = read_coverage(fields);
        Some(Self {
            url: url?,
            query: query?,
            step: step?,
            timeout: timeout?,
            missing: missing?,
            min_coverage: min_coverage?,
        })
    }

    fn step_ms(&self) -> u64 {
        u64::try_from(self.step.as_millis()).unwrap_or(u64::MAX)
    }
}

/// A query of a Prometheus server.
pub struct Prometheus {
    settings: PrometheusSettings,
    endpoint: Url,
    http: reqwest::Client,
}

/// An answer of the HTTP API.
#[derive(Deserialize)]
struct Answer {
    status: String,
    #[serde(default)]
    error: String,
    #[serde(default)]
    warnings: Vec<String>,
    data: Option<Data>,
}

#[derive(Deserialize)]
struct Data {
    result: Vec<Series>,
}

#[derive(Deserialize)]
struct Series {
    /// Time and value. The time is kept as the text it is; it is never calculated with.
    values: Vec<(Box<RawValue>, String)>,
}

/// Why there are no samples.
struct Failure {
    reason: String,
    reaction: Reaction,
}

impl Prometheus {
    /// The source with these settings.
    pub fn new(settings: PrometheusSettings, http: reqwest::Client) -> Self {
        let mut endpoint = settings.url.clone();
        // Below the path of the url: Prometheus may be served under a prefix.
        endpoint.set_path(&format!("{}/api/v1/query_range", settings.url.path().trim_end_matches('/')));
        Self { settings, endpoint, http }
    }

    /// The samples at `first`, `first + step` ... (`steps` of them).
    async fn samples(&self, first: u64, steps: u64) -> Result<Vec<(Box<RawValue>, String)>, Failure> {
        let retry = |reason: String| Failure { reason, reaction: Reaction::Retry };
        let step = self.settings.step_ms();
        let last = first + (steps - 1) * step;
        let request = self
            .http
            .get(self.endpoint.clone())
            .timeout(self.settings.timeout)
            .query(&[("query", self.settings.query.as_str())])
            .query(&[("start", seconds(first)), ("end", seconds(last)), ("step", seconds(step))]);
        let response = request.send().await.map_err(|error| retry(describe(error)))?;
        let status = response.status();
        let body = response.bytes().await.map_err(|error| retry(describe(error)))?;
        let answer: Answer = serde_json::from_slice(&body).map_err(|error| Failure {
            reason: format!("HTTP {status}, and the body is no answer of Prometheus: {error}"),
            reaction: reaction(status),
        })?;
        if answer.status != "success" {
            let reason = format!("HTTP {status}: {}", answer.error);
            return Err(Failure { reason, reaction: reaction(status) });
        }
        if !answer.warnings.is_empty() {
            return Err(retry(format!("the answer may be incomplete: {}", answer.warnings.join("; "))));
        }
        let mut series = answer.data.map(|data| data.result).unwrap_or_default();
        if series.len() > 1 {
            let reason = format!("the query gives {} series; make it one, with min(...) or max(...)", series.len());
            return Err(Failure { reason, reaction: Reaction::Skip });
        }
        Ok(series.pop().map(|series| series.values).unwrap_or_default())
    }
}

#[async_trait]
impl SliSource for Prometheus {
    fn describe(&self) -> Value {
        json!({
            "kind": "prometheus",
            "missing": match self.settings.missing { Missing::Ignore => "ignore", Missing::Bad => "bad" },
            "query": self.settings.query,
            "step_ms": self.settings.step_ms(),
            "url": public_url(&self.settings.url),
        })
    }

    async fn measure(&self, window: Window) -> Reading {
        let expected = window.steps(self.settings.step_ms());
        let mut count = Count::default();
        let mut raw = Vec::new();
        let mut asked = 0;
        while asked < expected {
            let steps = SAMPLES_PER_REQUEST.min(expected - asked);
            let first = window.start + asked * self.settings.step_ms();
            let samples = match self.samples(first, steps).await {
                Ok(samples) => samples,
                Err(Failure { reason, reaction }) => return Reading::Failed { reason, reaction },
            };
            for (time, value) in samples {
                // NaN is what a division of nothing by nothing gives: no sample.
                if let Some(order) = cmp_one(&value) {
                    count.add(order != Ordering::Less);
                }
                raw.push(json!([time.get(), value]));
            }
            asked += steps;
        }
        let raw = json!({ "expected": expected, "samples": raw });
        if !count.covers(expected, self.settings.min_coverage) || count.total == 0 {
            // With `missing = "bad"`, too: a query with a typing error must not cost the provider anything.
            let nothing = count.total == 0 || self.settings.missing == Missing::Ignore;
            if nothing {
                let reason = format!("{} of {expected} samples are there", count.total);
                return Reading::NoData { reason, raw };
            }
        }
        if self.settings.missing == Missing::Bad {
            count.total = count.total.max(expected);
        }
        Reading::Measured { count, raw }
    }
}

/// Whether another attempt makes sense after an answer with this status.
fn reaction(status: StatusCode) -> Reaction {
    if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS && status != StatusCode::REQUEST_TIMEOUT {
        Reaction::Skip
    } else {
        Reaction::Retry
    }
}

/// Milliseconds as decimal seconds.
fn seconds(ms: u64) -> String {
    format!("{}.{:03}", ms / 1_000, ms % 1_000)
}

#[cfg(test)]
#[path = "prometheus_tests.rs"]
mod tests;
