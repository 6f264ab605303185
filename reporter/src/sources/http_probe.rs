// SPDX-License-Identifier: Apache-2.0

//! Availability by own probes: a URL is requested every few seconds; the expected status in time is good.

use super::{
    describe, public_url, read_coverage,
    ring::{Journal, Probe, Ring},
};
use crate::{
    app::ports::{Clock, Reading, SliSource},
    config::fields::Fields,
    measure::Window,
};
use async_trait::async_trait;
use dsla_client::blake2_256;
use reqwest::Url;
use serde_json::{json, Value};
use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};
use tracing::{debug, error, warn};

/// The most probes kept: four million are 64 MiB and 46 days of one a second.
const MAX_PROBES: u128 = 4_000_000;

/// What to probe, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct HttpProbeSettings {
    url: Url,
    interval: Duration,
    timeout: Duration,
    expect_status: u16,
    history: Duration,
    min_coverage: u64,
}

impl HttpProbeSettings {
    /// Reads the settings. What is wrong is noted in `fields`.
    pub fn read(fields: &mut Fields) -> Option<Self> {
        let (second, day) = (Duration::from_secs(1), Duration::from_secs(86_400));
        let url = fields.url("url", &["http", "https"], "https://shop.example/health");
        let interval = fields.duration("interval", Some(30 * second), second..=day);
        let timeout = fields.duration("timeout", Some(10 * second), Duration::from_millis(10)..=300 * second);
        let status = fields.integer("expect_status", Some(200), 100..=599);
        let history = fields.duration("history", Some(35 * day), second..=800 * day);
        let min_coverage = read_coverage(fields);
        let (interval, timeout, history) = (interval?, timeout?, history?);
        if timeout > interval {
            fields.problem("timeout", "is longer than `interval`; probes would overlap, so make it shorter");
        }
        if history.as_millis() / interval.as_millis().max(1) > MAX_PROBES {
            fields.problem("history", "holds more than 4,000,000 probes; make it shorter or `interval` longer");
        }
        Some(Self {
            url: url?,
            interval,
            timeout,
            expect_status: u16::try_from(status?).ok()?,
            history,
            min_coverage: min_coverage?,
        })
    }

    fn interval_ms(&self) -> u64 {
        u64::try_from(self.interval.as_millis()).unwrap_or(u64::MAX).max(1)
    }

    fn timeout_ms(&self) -> u64 {
        u64::try_from(self.timeout.as_millis()).unwrap_or(u64::MAX)
    }

    fn capacity(&self) -> usize {
        let probes = (self.history.as_millis() / u128::from(self.interval_ms())).min(MAX_PROBES);
        usize::try_from(probes).unwrap_or(usize::MAX)
    }

    fn describe(&self) -> Value {
        json!({
            "expect_status": self.expect_status,
            "interval_ms": self.interval_ms(),
            "kind": "http_probe",
            "timeout_ms": self.timeout_ms(),
            "url": public_url(&self.url),
        })
    }
}

/// A prober. It works until it is dropped.
pub struct HttpProbe {
    settings: HttpProbeSettings,
    http: reqwest::Client,
    clock: Arc<dyn Clock>,
    probes: Mutex<(Ring, Option<Journal>)>,
}

impl HttpProbe {
    /// Starts to probe. Results are kept in a file in `directory`, named after the settings; if not `keep`, it is
    /// only read.
    pub fn start(
        settings: HttpProbeSettings,
        http: reqwest::Client,
        clock: Arc<dyn Clock>,
        directory: &Path,
        keep: bool,
    ) -> Arc<Self> {
        let mut ring = Ring::new(settings.capacity());
        let name = hex::encode(&blake2_256(settings.describe().to_string().as_bytes())[..8]);
        let path = directory.join(format!("{name}.log"));
        let journal = if keep {
            Journal::open(&path, &mut ring).map(Some)
        } else {
            Journal::read(&path, &mut ring).map(|()| None)
        };
        let journal = journal.unwrap_or_else(|error| {
            error!(%error, path = %path.display(), "the file of probes is not usable; they are forgotten at a restart");
            None
        });
        let probe = Arc::new(Self { settings, http, clock, probes: Mutex::new((ring, journal)) });
        tokio::spawn(work(Arc::downgrade(&probe), probe.clock.clone(), probe.settings.interval_ms()));
        probe
    }

    fn probes(&self) -> MutexGuard<'_, (Ring, Option<Journal>)> {
        // A panic elsewhere leaves the list as it was between two probes.
        self.probes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn probe(&self) {
        let at = self.clock.now();
        let answer = self.http.get(self.settings.url.clone()).timeout(self.settings.timeout).send().await;
        let ok = match answer {
            Ok(response) => response.status().as_u16() == self.settings.expect_status,
            Err(error) => {
                debug!(url = public_url(&self.settings.url), error = describe(error), "a probe failed");
                false
            }
        };
        let probe = Probe { at, ok };
        let (ring, journal) = &mut *self.probes();
        if !ring.push(probe) {
            warn!("the system's clock went back; a probe does not count");
            return;
        }
        if let Some(Err(error)) = journal.as_mut().map(|journal| journal.append(ring)) {
            error!(%error, "a probe cannot be written down; it will be forgotten at a restart");
        }
    }
}

async fn work(probe: Weak<HttpProbe>, clock: Arc<dyn Clock>, interval: u64) {
    loop {
        // On a grid: the number of probes in a period does not depend on how long they take.
        let rest = interval - clock.now() % interval;
        clock.sleep(Duration::from_millis(rest)).await;
        let Some(probe) = probe.upgrade() else { return };
        probe.probe().await;
    }
}

#[async_trait]
impl SliSource for HttpProbe {
    fn describe(&self) -> Value {
        self.settings.describe()
    }

    async fn measure(&self, window: Window) -> Reading {
        // The last probe of the window may still wait for its answer.
        let complete = window.end.saturating_add(self.settings.timeout_ms());
        let rest = complete.saturating_sub(self.clock.now()).min(self.settings.timeout_ms());
        if rest > 0 {
            self.clock.sleep(Duration::from_millis(rest)).await;
        }
        let expected = window.steps(self.settings.interval_ms());
        let guard = self.probes();
        let count = guard.0.count(window);
        // The bad ones say when the outages were; the good ones are the rest.
        let bad: Vec<_> = guard.0.within(window).filter(|probe| !probe.ok).map(|probe| probe.at).collect();
        let raw = json!({ "bad_at": bad, "expected": expected, "good": count.good, "total": count.total });
        if count.total == 0 || !count.covers(expected, self.settings.min_coverage) {
            let reason = format!("{} of {expected} probes were made; was the reporter off?", count.total);
            return Reading::NoData { reason, raw };
        }
        Reading::Measured { count, raw }
    }
}

#[cfg(test)]
#[path = "http_probe_tests.rs"]
mod tests;
