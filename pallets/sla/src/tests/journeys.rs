// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, Event, HoldReason, Providers, Services, TrackRecord};
use dsla_primitives::{
    schedule::Period,
    traits::{AgreementInspect, AgreementStatus},
    verdict::Outcome,
    Moment,
};
use frame_support::assert_ok;
use sp_runtime::Perbill;

fn at(text: &str) -> Moment {
    text.parse::<chrono::DateTime<chrono::Utc>>().unwrap().timestamp_millis() as Moment
}

#[test]
fn an_agreement_should_run_by_itself_from_start_to_end() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        measure(id, 0, 99_90);
        measure(id, 1, 98_99);
        measure_nothing(id, 2);
        let mut now = T0;
        while agreement(id).status != AgreementStatus::Completed {
            now += 6_000;
            block_at(now);
        }
        assert!(now - (end(2) + REPORT + CHALLENGE) < 6_000 * 3);
        let outcomes = settled().into_iter().map(|s| (s.outcome, s.credit, s.settler)).collect::<Vec<_>>();
        assert_eq!(
            outcomes,
            vec![
                (Outcome::Met, Perbill::zero(), None),
                (Outcome::Missed, Perbill::from_percent(30), None),
                (Outcome::NoData, Perbill::zero(), None)
            ]
        );
        let record = Providers::<Test>::get(PROVIDER).unwrap().record;
        assert_eq!(
            record,
            TrackRecord {
                agreements: 1,
                agreements_completed: 1,
                periods_met: 1,
                periods_missed: 1,
                periods_no_data: 1,
                credit_sum: 300_000_000,
                ..Default::default()
            }
        );
        assert_eq!(told(), vec![Told::Registered(id, PROVIDER), Told::Ended(id)]);
        assert_eq!(asked().into_iter().map(|(_, ended)| ended).collect::<Vec<_>>(), vec![end(0), end(1), end(2)]);
        assert_eq!(Services::<Test>::get(agreement(id).service).unwrap().agreements, 0);
        assert_eq!(Sla::next_due(id), None);
        // The terms and the log stay, and so does their rent.
        assert_eq!(Sla::log(id, 0, 10).len(), 3);
        assert!(held(PROVIDER, HoldReason::Agreement) > 0);
        assert_eq!(Sla::agreement(id).unwrap().finalized, 3);
    });
}

#[test]
fn one_breach_should_not_end_the_agreement() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        measure(id, 0, 0);
        block_at(START);
        block_at(end(0) + REPORT);
        block_at(end(0) + REPORT + CHALLENGE);
        assert_eq!((settled()[0].outcome, settled()[0].credit), (Outcome::Missed, Perbill::one()));
        assert_eq!(agreement(id).status, AgreementStatus::Active);
        block_at(end(1) + REPORT);
        block_at(end(1) + REPORT + CHALLENGE);
        assert_eq!(settled()[1].outcome, Outcome::Met);
        assert_eq!(agreement(id).status, AgreementStatus::Active);
    });
}

#[test]
fn months_should_be_judged_at_their_civil_ends_after_a_jump_over_a_leap_year() {
    build_and_execute(|| {
        let mut monthly = terms();
        monthly.schedule.start = at("2027-12-31T12:00:00Z");
        monthly.schedule.period = Period::Monthly;
        monthly.schedule.periods = 14;
        let id = open_agreement(monthly);
        let now = at("2029-06-01T00:00:00Z");
        block_at(now);
        let ends = asked().into_iter().map(|(round, ended)| (round.period, ended)).collect::<Vec<_>>();
        let days = [
            "2028-01-31",
            "2028-02-29",
            "2028-03-31",
            "2028-04-30",
            "2028-05-31",
            "2028-06-30",
            "2028-07-31",
            "2028-08-31",
            "2028-09-30",
            "2028-10-31",
            "2028-11-30",
            "2028-12-31",
            "2029-01-31",
            "2029-02-28",
        ];
        let expected = days.iter().enumerate().map(|(i, day)| (i as u32, at(&format!("{day}T12:00:00Z"))));
        assert_eq!(ends, expected.collect::<Vec<_>>());
        assert_eq!((agreement(id).proposed, agreement(id).finalized), (14, 0));
        block_at(now + CHALLENGE - 1);
        assert_eq!(agreement(id).finalized, 0);
        block_at(now + CHALLENGE);
        assert_eq!(agreement(id).status, AgreementStatus::Completed);
        assert_eq!(settled().into_iter().map(|s| s.round.period).collect::<Vec<_>>(), (0..14).collect::<Vec<_>>());
    });
}

#[test]
fn a_leap_day_should_be_served_on_time_block_by_block() {
    build_and_execute(|| {
        let mut monthly = terms();
        monthly.schedule.start = at("2028-01-31T00:00:00Z");
        monthly.schedule.period = Period::Monthly;
        monthly.schedule.periods = 1;
        let id = open_agreement(monthly);
        block_at(at("2028-01-31T00:00:00Z"));
        assert_eq!(agreement(id).status, AgreementStatus::Active);
        let judged = at("2028-02-29T00:00:00Z") + REPORT;
        block_at(judged - 1);
        assert_eq!(agreement(id).proposed, 0);
        block_at(judged);
        assert_eq!(agreement(id).proposed, 1);
    });
}

#[test]
fn periods_shorter_than_the_windows_should_be_judged_while_older_ones_can_be_challenged() {
    build_and_execute(|| {
        let mut short = terms();
        short.schedule.period = Period::Custom(MINUTE);
        short.schedule.periods = 50;
        let id = open_agreement(short);
        block_at(START);
        for minute in 1..=80u32 {
            let now = START + u64::from(minute) * MINUTE;
            block_at(now);
            // Judged ten minutes, final thirty minutes after its end; one block later at most.
            assert_eq!(agreement(id).proposed, minute.saturating_sub(10).min(50));
            assert_eq!(agreement(id).finalized, minute.saturating_sub(30).min(50));
        }
        assert_eq!(agreement(id).status, AgreementStatus::Completed);
        assert_eq!(settled().into_iter().map(|s| s.round.period).collect::<Vec<_>>(), (0..50).collect::<Vec<_>>());
    });
}

#[test]
fn agreements_should_not_disturb_each_other() {
    build_and_execute(|| {
        let first = open_agreement(terms());
        let second = register_agreement(terms());
        let third = open_agreement(terms());
        measure(first, 0, 0);
        assert_ok!(Sla::discard_agreement(RuntimeOrigin::signed(PROVIDER), second));
        block_at(START);
        block_at(end(0) + REPORT);
        events();
        block_at(end(0) + REPORT + CHALLENGE);
        let finals = events()
            .into_iter()
            .filter_map(|event| match event {
                Event::PeriodFinalized { agreement, verdict, .. } => Some((agreement, verdict.outcome)),
                _ => None,
            })
            .collect::<Vec<_>>();
        assert_eq!(finals, vec![(first, Outcome::Missed), (third, Outcome::Met)]);
    });
}
