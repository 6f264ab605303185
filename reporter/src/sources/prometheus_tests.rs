// SPDX-License-Identifier: Apache-2.0

//! Against recorded answers of Prometheus.

use super::*;
use crate::sources::{http_client, test_server::TestServer};

/// Answers of Prometheus 2.53 to `query_range`, shortened.
const FULL: &str = r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1435781430,"1"],[1435781445,"0"],[1435781460.5,"1"],[1435781475,"1"]]}]}}"#;
const GAPS: &str = r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"up","job":"shop"},"values":[[1435781430,"1"],[1435781445,"NaN"],[1435781460,"1"]]}]}}"#;
const EMPTY: &str = r#"{"status":"success","data":{"resultType":"matrix","result":[]}}"#;
const TWO: &str = r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"i":"a"},"values":[[1,"1"]]},{"metric":{"i":"b"},"values":[[1,"1"]]}]}}"#;
const BAD: &str = r#"{"status":"error","errorType":"bad_data","error":"invalid parameter \"query\": 1:5: parse error: unclosed left parenthesis"}"#;
const PARTIAL: &str = r#"{"status":"success","data":{"resultType":"matrix","result":[]},"warnings":["No StoreAPIs matched for this query"]}"#;

/// A minute from 1435781430 on.
const WINDOW: Window = Window { start: 1_435_781_430_000, end: 1_435_781_490_000 };

fn settings(url: &str, change: impl FnOnce(&mut PrometheusSettings)) -> PrometheusSettings {
    let mut settings = PrometheusSettings {
        url: Url::parse(url).unwrap(),
        query: r#"min(up{job="shop"})"#.into(),
        step: Duration::from_secs(15),
        timeout: Duration::from_secs(2),
        missing: Missing::Ignore,
        min_coverage: 50,
    };
    change(&mut settings);
    settings
}

async fn measure(status: u16, body: &str, change: impl FnOnce(&mut PrometheusSettings)) -> (Reading, Vec<String>) {
    let server = TestServer::start(vec![(status, body.to_owned())]).await;
    let source = Prometheus::new(settings(&server.url(), change), http_client().unwrap());
    (source.measure(WINDOW).await, server.requests())
}

fn count(reading: &Reading) -> Option<(u64, u64)> {
    match reading {
        Reading::Measured { count, .. } => Some((count.good, count.total)),
        _ => None,
    }
}

#[tokio::test]
async fn measure_should_count_good_samples() {
    let (reading, requests) = measure(200, FULL, |_| {}).await;
    assert_eq!(count(&reading), Some((3, 4)));
    let Reading::Measured { raw, .. } = reading else { unreachable!() };
    assert_eq!(raw["samples"][2], json!(["1435781460.5", "1"]));
    // Half open: the end of the period belongs to the next one.
    let asked = "GET /api/v1/query_range?query=min%28up%7Bjob%3D%22shop%22%7D%29\
                 &start=1435781430.000&end=1435781475.000&step=15.000 HTTP/1.1";
    assert_eq!(requests, vec![asked]);
}

#[tokio::test]
async fn measure_should_treat_gaps_as_configured() {
    assert_eq!(count(&measure(200, GAPS, |_| {}).await.0), Some((2, 2)));
    assert_eq!(count(&measure(200, GAPS, |s| s.missing = Missing::Bad).await.0), Some((2, 4)));
    let (reading, _) = measure(200, GAPS, |s| s.min_coverage = 51).await;
    assert!(matches!(reading, Reading::NoData { reason, .. } if reason == "2 of 4 samples are there"));
}

#[tokio::test]
async fn measure_should_have_no_data_when_there_is_no_sample() {
    for missing in [Missing::Ignore, Missing::Bad] {
        let (reading, _) = measure(200, EMPTY, |s| s.missing = missing).await;
        assert!(matches!(reading, Reading::NoData { .. }));
    }
}

#[tokio::test]
async fn measure_should_not_repeat_what_cannot_work() {
    for (status, body, part) in [(400, BAD, "unclosed left parenthesis"), (200, TWO, "2 series"), (404, "x", "404")] {
        let (reading, _) = measure(status, body, |_| {}).await;
        let Reading::Failed { reason, reaction } = reading else { panic!("{reading:?}") };
        assert!(reason.contains(part), "{reason}");
        assert_eq!(reaction, Reaction::Skip);
    }
}

#[tokio::test]
async fn measure_should_be_repeatable_when_the_server_is_in_trouble() {
    for (status, body) in [(503, BAD), (502, "<html>"), (200, PARTIAL), (200, "{")] {
        let (reading, _) = measure(status, body, |_| {}).await;
        assert!(matches!(reading, Reading::Failed { reaction: Reaction::Retry, .. }), "{reading:?}");
    }
    // Nobody listens on port 9, and the password must not get into the log.
    let source = Prometheus::new(settings("http://me:secret@127.0.0.1:9", |_| {}), http_client().unwrap());
    let Reading::Failed { reason, reaction } = source.measure(WINDOW).await else { panic!() };
    assert!(reason.contains("refused") && !reason.contains("secret"), "{reason}");
    assert_eq!(reaction, Reaction::Retry);
    assert_eq!(source.describe()["url"], "http://127.0.0.1:9/");
}

#[tokio::test]
async fn measure_should_split_long_periods() {
    let server = TestServer::start(vec![(200, FULL.to_owned()), (200, GAPS.to_owned())]).await;
    let url = format!("{}/prometheus/", server.url());
    let source = Prometheus::new(
        settings(&url, |s| (s.step, s.min_coverage) = (Duration::from_secs(1), 1)),
        http_client().unwrap(),
    );
    let reading = source.measure(Window { start: 0, end: 10_001_999 }).await;
    assert!(matches!(reading, Reading::NoData { .. }));
    let requests = server.requests();
    assert!(requests[0].contains("/prometheus/api/v1/query_range"));
    assert!(requests[0].contains("start=0.000&end=9999.000&step=1.000"), "{requests:?}");
    assert!(requests[1].contains("start=10000.000&end=10000.000&step=1.000"), "{requests:?}");
}
