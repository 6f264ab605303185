// SPDX-License-Identifier: Apache-2.0

//! Where measurements come from: one file per source, with its settings and its tests.

pub mod decimal;
pub mod http_probe;
pub mod prometheus;
pub mod ring;
#[cfg(test)]
pub mod test_server;

use crate::{
    app::ports::{Clock, SliSource},
    config::{fields::Fields, Problem},
};
use http_probe::{HttpProbe, HttpProbeSettings};
use prometheus::{Prometheus, PrometheusSettings};
use reqwest::Url;
use std::{path::Path, sync::Arc};

/// The settings of a source.
#[derive(Clone, Debug, PartialEq)]
pub enum SourceSettings {
    /// Counts samples of a query.
    Prometheus(PrometheusSettings),
    /// Requests a URL itself.
    HttpProbe(HttpProbeSettings),
}

#[derive(Clone, Copy)]
enum Kind {
    Prometheus,
    HttpProbe,
}

impl SourceSettings {
    /// Reads the settings of an objective. What is wrong is noted in `fields`.
    pub fn read(fields: &mut Fields) -> Option<Self> {
        let kinds = [("prometheus", Kind::Prometheus), ("http_probe", Kind::HttpProbe)];
        match fields.choice("source", None, &kinds)? {
            Kind::Prometheus => PrometheusSettings::read(fields).map(Self::Prometheus),
            Kind::HttpProbe => HttpProbeSettings::read(fields).map(Self::HttpProbe),
        }
    }

    /// The source. A probe begins to work at once and keeps its results in `directory`; if not `keep`, it only reads
    /// what is there.
    pub fn build(
        self,
        http: &reqwest::Client,
        clock: Arc<dyn Clock>,
        directory: &Path,
        keep: bool,
    ) -> Arc<dyn SliSource> {
        match self {
            Self::Prometheus(settings) => Arc::new(Prometheus::new(settings, http.clone())),
            Self::HttpProbe(settings) => HttpProbe::start(settings, http.clone(), clock, directory, keep),
        }
    }
}

/// Reads the percentage of the expected samples that must be there for a window to count as measured.
pub fn read_coverage(fields: &mut Fields) -> Option<u64> {
    fields.integer("min_coverage", Some(80), 1..=100)
}

/// A url without user name and password, for logs and evidence.
pub fn public_url(url: &Url) -> String {
    let mut url = url.clone();
    // Both fail only for urls without a host, which were refused when the configuration was read.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.to_string()
}

/// An error of the connection with its causes, without the url (it may hold a password).
pub fn describe(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(inner) = cause {
        text.push_str(&format!(": {inner}"));
        cause = inner.source();
    }
    text
}

/// Requests need a provider of cryptography for https; `ring` builds without further tools.
pub fn http_client() -> Result<reqwest::Client, Problem> {
    // Fails when there is one already, which does as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .user_agent(concat!("dsla-reporter/", env!("CARGO_PKG_VERSION")))
        // A probe shall see what the service answers, not what another place answers.
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|error| Problem::new("http", format!("{error}; are the system's CA certificates installed?")))
}
