// SPDX-License-Identifier: Apache-2.0

use super::{
    fakes::{FakeChain, FakeClock, FakeEvidence, FakeSource, REPORTER},
    outbox::Outbox,
    ports::{EvidenceStore, Reaction, Reading, RetryPolicy},
    report::{AgreementReporter, Context, Gauge, Summary},
};
use crate::measure::{Count, Scale};
use dsla_client::types::{DueReport, Measurement, Round, Status};
use serde_json::json;
use std::{sync::Arc, time::Duration};

const ONE: u128 = 1_000_000_000_000_000_000;

struct World {
    chain: Arc<FakeChain>,
    evidence: Arc<FakeEvidence>,
    settle: bool,
}

impl World {
    fn new(objectives: usize) -> Self {
        let chain = Arc::new(FakeChain::with(7, objectives));
        Self { chain, evidence: Arc::default(), settle: false }
    }

    fn reporter(&self, sources: &[&Arc<FakeSource>]) -> AgreementReporter {
        let context = Context {
            sink: self.chain.clone(),
            outbox: Outbox::start(self.chain.clone(), 8),
            evidence: self.evidence.clone(),
            clock: Arc::new(FakeClock(0.into())),
            retry: RetryPolicy { attempts: 3, pause: Duration::from_secs(2) },
            reporter: "5Reporter".into(),
            account: REPORTER,
            genesis: "0x00".into(),
            settle: self.settle,
        };
        let gauges = sources.iter().map(|source| Gauge { source: (*source).clone(), scale: Scale::Percent }).collect();
        AgreementReporter::new(context, 7, gauges)
    }
}

/// Period `period` of one minute, with a report window of one minute.
fn due(period: u32) -> DueReport {
    let start = u64::from(period) * 60_000;
    let round = Round { agreement: 7, period };
    DueReport { round, start, end: start + 60_000, until: start + 120_000 }
}

fn measured(good: u64, total: u64) -> Reading {
    Reading::Measured { count: Count { good, total }, raw: json!({ "samples": total }) }
}

fn failed(reaction: Reaction) -> Reading {
    Reading::Failed { reason: "connection refused".into(), reaction }
}

fn source(readings: impl IntoIterator<Item = Reading>) -> Arc<FakeSource> {
    Arc::new(FakeSource::new(readings))
}

#[tokio::test]
async fn cycle_should_report_every_due_period_with_its_evidence() {
    let world = World::new(2);
    world.chain.add_due(due(0));
    world.chain.add_due(due(1));
    let (a, b) = (source([measured(999, 1_000)]), source([Reading::NoData { reason: "x".into(), raw: json!(null) }]));
    let summary = world.reporter(&[&a, &b]).cycle().await.unwrap();
    assert_eq!(summary.submitted, vec![due(0).round, due(1).round]);
    let reports = world.chain.submitted();
    assert_eq!(reports[0].measurements, vec![Measurement::Value(999 * ONE / 10), Measurement::NoData]);
    let evidence = world.evidence.load(due(0).round).unwrap().unwrap();
    assert_eq!(reports[0].evidence, evidence.hash());
    assert_eq!(evidence.content().unwrap(), (0, 60_000, reports[0].measurements.clone()));
}

#[tokio::test]
async fn cycle_should_do_nothing_when_nothing_is_due() {
    let world = World::new(1);
    let a = source([measured(1, 1)]);
    let mut reporter = world.reporter(&[&a]);
    assert_eq!(reporter.cycle().await.unwrap(), Summary::default());
    world.chain.add_due(due(0));
    reporter.cycle().await.unwrap();
    assert_eq!(reporter.cycle().await.unwrap(), Summary::default());
    assert_eq!((a.asked(), world.chain.submitted().len()), (1, 1));
}

#[tokio::test]
async fn cycle_should_say_the_same_after_a_restart_or_a_fork() {
    let world = World::new(1);
    world.chain.add_due(due(0));
    world.reporter(&[&source([measured(1, 2)])]).cycle().await.unwrap();
    let before = world.chain.submitted();
    world.chain.fork(due(0));
    // A new process, whose source would say something else now.
    let other = source([measured(2, 2)]);
    world.reporter(&[&other]).cycle().await.unwrap();
    assert_eq!((world.chain.submitted(), other.asked()), (before, 0));
}

#[tokio::test]
async fn cycle_should_ask_again_when_a_source_fails_for_a_moment() {
    let world = World::new(1);
    world.chain.add_due(due(0));
    let a = source([failed(Reaction::Retry), failed(Reaction::Retry), measured(1, 1)]);
    let summary = world.reporter(&[&a]).cycle().await.unwrap();
    assert_eq!((summary.submitted.len(), a.asked()), (1, 3));
}

#[tokio::test]
async fn cycle_should_wait_for_a_source_and_report_no_data_at_last_call() {
    let world = World::new(2);
    world.chain.add_due(due(0));
    let (a, b) = (source([measured(1, 1)]), source([failed(Reaction::Skip)]));
    let mut reporter = world.reporter(&[&a, &b]);
    world.chain.set_now(61_000);
    assert_eq!(reporter.cycle().await.unwrap().deferred, vec![due(0).round]);
    assert!(world.chain.submitted().is_empty() && world.evidence.load(due(0).round).unwrap().is_none());
    // Half of the report window has passed.
    world.chain.set_now(90_000);
    assert_eq!(reporter.cycle().await.unwrap().submitted, vec![due(0).round]);
    assert_eq!(world.chain.submitted()[0].measurements, vec![Measurement::Value(100 * ONE), Measurement::NoData]);
    // `Skip`: once a cycle, not three times.
    assert_eq!(b.asked(), 2);
}

#[tokio::test]
async fn cycle_should_not_report_a_value_the_chain_finds_implausible() {
    let world = World::new(1);
    world.chain.change(7, |agreement| agreement.objectives[0].max = ONE);
    world.chain.add_due(due(0));
    let mut reporter = world.reporter(&[&source([measured(1, 1)])]);
    assert_eq!(reporter.cycle().await.unwrap().deferred.len(), 1);
    world.chain.set_now(119_000);
    reporter.cycle().await.unwrap();
    assert_eq!(world.chain.submitted()[0].measurements, vec![Measurement::NoData]);
}

#[tokio::test]
async fn cycle_should_not_repeat_a_report_the_chain_refused() {
    let world = World::new(1);
    world.chain.add_due(due(0));
    world.chain.add_due(due(1));
    world.chain.refuse(due(0).round);
    let mut reporter = world.reporter(&[&source([measured(1, 1)])]);
    let summary = reporter.cycle().await.unwrap();
    assert_eq!((summary.refused, summary.submitted), (vec![due(0).round], vec![due(1).round]));
    let before = world.chain.batches();
    reporter.cycle().await.unwrap();
    assert_eq!(world.chain.batches(), before);
}

#[tokio::test]
async fn cycle_should_report_nothing_when_evidence_cannot_be_kept() {
    let world = World::new(1);
    world.chain.add_due(due(0));
    world.evidence.set_full(true);
    let mut reporter = world.reporter(&[&source([measured(1, 1)])]);
    assert_eq!(reporter.cycle().await.unwrap().deferred.len(), 1);
    assert!(world.chain.submitted().is_empty());
    world.evidence.set_full(false);
    assert_eq!(reporter.cycle().await.unwrap().submitted.len(), 1);
}

#[tokio::test]
async fn cycle_should_report_nothing_when_the_configuration_does_not_fit() {
    let world = World::new(2);
    world.chain.add_due(due(0));
    let a = source([measured(1, 1)]);
    assert_eq!(world.reporter(&[&a]).cycle().await.unwrap(), Summary::default());
    world.chain.change(7, |agreement| agreement.committee.clear());
    assert_eq!(world.reporter(&[&a, &a]).cycle().await.unwrap(), Summary::default());
    assert_eq!(a.asked(), 0);
}

#[tokio::test]
async fn cycle_should_fail_when_the_node_is_away_and_go_on_when_it_is_back() {
    let world = World::new(1);
    world.chain.add_due(due(0));
    let mut reporter = world.reporter(&[&source([measured(1, 1)])]);
    for reaction in [Reaction::Retry, Reaction::Fatal] {
        world.chain.break_down(Some(reaction));
        assert_eq!(reporter.cycle().await.unwrap_err().reaction, reaction);
    }
    world.chain.break_down(None);
    assert_eq!(reporter.cycle().await.unwrap().submitted.len(), 1);
}

#[tokio::test]
async fn cycle_should_settle_when_it_is_time_and_only_when_asked_to() {
    let mut world = World::new(1);
    let a = source([measured(1, 1)]);
    world.chain.change(7, |agreement| agreement.next_due = Some(50));
    world.chain.set_now(50);
    assert!(!world.reporter(&[&a]).cycle().await.unwrap().settled);
    world.settle = true;
    let mut reporter = world.reporter(&[&a]);
    assert!(reporter.cycle().await.unwrap().settled);
    assert!(!reporter.cycle().await.unwrap().settled, "once per step");
    world.chain.set_now(49);
    assert!(!world.reporter(&[&a]).cycle().await.unwrap().settled);
    assert_eq!(world.chain.settled(), vec![7]);
}

#[tokio::test]
async fn cycle_should_settle_once_per_step_when_the_chain_refuses() {
    let mut world = World::new(1);
    world.settle = true;
    world.chain.refuse(due(0).round);
    world.chain.change(7, |agreement| (agreement.next_due, agreement.status) = (Some(1), Status::Open));
    world.chain.set_now(1);
    let mut reporter = world.reporter(&[&source([measured(1, 1)])]);
    assert!(!reporter.cycle().await.unwrap().settled);
    assert!(!reporter.cycle().await.unwrap().settled);
}
