// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{
    app::fakes::FakeClock,
    measure::Count,
    sources::{http_client, test_server::TestServer},
};
use std::path::PathBuf;

fn settings(url: &str) -> HttpProbeSettings {
    HttpProbeSettings {
        url: Url::parse(url).unwrap(),
        interval: Duration::from_secs(30),
        timeout: Duration::from_millis(200),
        expect_status: 200,
        history: Duration::from_secs(3_600),
        min_coverage: 80,
    }
}

/// A prober without its loop, at second 30.
fn prober(url: &str, clock: &Arc<FakeClock>) -> HttpProbe {
    let settings = settings(url);
    let probes = Mutex::new((Ring::new(settings.capacity()), None));
    HttpProbe { settings, http: http_client().unwrap(), clock: clock.clone(), probes }
}

async fn probe_at(prober: &HttpProbe, clock: &FakeClock, at: u64) {
    *clock.0.lock().unwrap() = at;
    prober.probe().await;
}

#[tokio::test]
async fn measure_should_count_the_probes_of_the_window() {
    let answers = vec![(200, "".into()), (503, "".into()), (301, "".into()), (0, "".into()), (200, "".into())];
    let server = TestServer::start(answers).await;
    let clock = Arc::new(FakeClock(0.into()));
    let prober = prober(&server.url(), &clock);
    for at in [30_000, 60_000, 90_000, 120_000, 150_000] {
        probe_at(&prober, &clock, at).await;
    }
    let reading = prober.measure(Window { start: 30_000, end: 150_000 }).await;
    let raw = json!({ "bad_at": [60_000, 90_000, 120_000], "expected": 4, "good": 1, "total": 4 });
    assert_eq!(reading, Reading::Measured { count: Count { good: 1, total: 4 }, raw });
    assert_eq!(server.requests()[0], "GET / HTTP/1.1");
}

#[tokio::test]
async fn measure_should_count_a_refused_connection_as_bad() {
    let clock = Arc::new(FakeClock(0.into()));
    let prober = prober("http://127.0.0.1:9", &clock);
    probe_at(&prober, &clock, 30_000).await;
    let reading = prober.measure(Window { start: 30_000, end: 60_000 }).await;
    assert!(matches!(reading, Reading::Measured { count: Count { good: 0, total: 1 }, .. }));
}

#[tokio::test]
async fn measure_should_have_no_data_when_too_few_probes_were_made() {
    let server = TestServer::start(vec![(200, "".into())]).await;
    let clock = Arc::new(FakeClock(0.into()));
    let prober = prober(&server.url(), &clock);
    let window = Window { start: 0, end: 150_000 };
    assert!(matches!(prober.measure(window).await, Reading::NoData { .. }));
    for at in [0, 30_000, 60_000] {
        probe_at(&prober, &clock, at).await;
    }
    // 3 of 5 is below 80 %, 4 of 5 is not.
    assert!(matches!(prober.measure(window).await, Reading::NoData { .. }));
    probe_at(&prober, &clock, 90_000).await;
    assert!(matches!(prober.measure(window).await, Reading::Measured { .. }));
}

#[tokio::test]
async fn measure_should_wait_for_the_last_probe_of_the_window() {
    let clock = Arc::new(FakeClock(100_050.into()));
    prober("http://127.0.0.1:9", &clock).measure(Window { start: 0, end: 100_000 }).await;
    assert_eq!(clock.now(), 100_200);
}

#[tokio::test]
async fn start_should_probe_in_the_background_and_remember_over_a_restart() {
    let server = TestServer::start(vec![(200, "".into())]).await;
    let directory: PathBuf = std::env::temp_dir().join(format!("dsla-probe-{}", std::process::id()));
    let clock = Arc::new(crate::clock::SystemClock);
    let mut settings = settings(&server.url());
    settings.interval = Duration::from_millis(20);
    let before = clock.now();
    let prober = HttpProbe::start(settings.clone(), http_client().unwrap(), clock.clone(), &directory, true);
    while prober.probes().0.count(Window { start: before, end: u64::MAX }).good < 2 {
        clock.sleep(Duration::from_millis(10)).await;
    }
    drop(prober);
    settings.interval = Duration::from_millis(20);
    let again = HttpProbe::start(settings, http_client().unwrap(), clock, &directory, false);
    assert!(again.probes().0.count(Window { start: before, end: u64::MAX }).good >= 2);
    std::fs::remove_dir_all(directory).unwrap();
}
