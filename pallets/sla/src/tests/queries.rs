// SPDX-License-Identifier: Apache-2.0

use crate::mock::*;
use dsla_primitives::{api::MAX_PAGE, AgreementId, ServiceId};
use frame_support::assert_ok;
use sp_runtime::Perbill;

#[test]
fn log_should_return_the_judged_periods_with_their_bounds() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        assert_eq!(Sla::log(id, 0, 10), vec![]);
        block_at(START);
        block_at(end(0) + REPORT);
        block_at(end(1) + REPORT);
        let log = Sla::log(id, 0, 10);
        assert_eq!(
            log.iter().map(|line| (line.0, line.1, line.2)).collect::<Vec<_>>(),
            vec![(0, START, end(0)), (1, end(0), end(1))]
        );
        assert_eq!(log[0].3.phase, dsla_primitives::api::Phase::Final { at: end(1) + REPORT });
        assert_eq!(Sla::log(id, 0, 1), log[..1]);
        assert_eq!(Sla::log(id, 1, 10), log[1..]);
        assert_eq!(Sla::log(id, 2, 10), vec![]);
        assert_eq!(Sla::log(id, u32::MAX, u32::MAX), vec![]);
        assert_eq!(Sla::log(id, 0, 0), vec![]);
        assert_eq!(Sla::log(AgreementId(7), 0, 10), vec![]);
    });
}

#[test]
fn pages_should_be_limited() {
    build_and_execute(|| {
        let mut long = terms();
        long.schedule.periods = 120;
        let id = open_agreement(long);
        block_at(end(120) + REPORT);
        assert_eq!(agreement(id).proposed, 120);
        assert_eq!(Sla::log(id, 0, u32::MAX).len(), MAX_PAGE as usize);
        assert_eq!(Sla::log(id, 100, u32::MAX).len(), 20);
    });
}

#[test]
fn ids_should_return_every_agreement_once_in_order() {
    build_and_execute(|| {
        for _ in 0..3 {
            register_agreement(terms());
        }
        assert_ok!(Sla::discard_agreement(RuntimeOrigin::signed(PROVIDER), AgreementId(1)));
        assert_eq!(Sla::ids(AgreementId(0), 2), vec![AgreementId(0), AgreementId(1)]);
        assert_eq!(Sla::ids(AgreementId(2), 2), vec![AgreementId(2)]);
        assert_eq!(Sla::ids(AgreementId(3), 2), vec![]);
        assert_eq!(Sla::ids(AgreementId(u64::MAX), u32::MAX), vec![]);
    });
}

#[test]
fn reliability_should_be_that_of_the_provider_and_of_the_service() {
    build_and_execute(|| {
        register_provider(OTHER);
        let first = open_agreement(terms());
        let second = open_agreement(terms());
        measure(first, 0, 98_00);
        measure_nothing(first, 1);
        block_at(end(2) + REPORT);
        block_at(end(2) + REPORT + CHALLENGE);
        // One of two with data missed by 30 %; of all five with data, the same one.
        let service = Sla::service_reliability(agreement(first).service).unwrap();
        assert_eq!((service.record.agreements, service.record.agreements_completed), (1, 1));
        assert_eq!(service.score, Some(Perbill::from_percent(85)));
        assert_eq!(Sla::service_reliability(agreement(second).service).unwrap().score, Some(Perbill::one()));
        let provider = Sla::reliability(&PROVIDER).unwrap();
        assert_eq!((provider.record.agreements, provider.record.periods_met), (2, 4));
        assert_eq!(provider.score, Some(Perbill::from_percent(94)));
        assert_eq!(Sla::reliability(&OTHER).unwrap().score, None);
        assert_eq!(Sla::reliability(&STRANGER), None);
        assert_eq!(Sla::service_reliability(ServiceId(9)), None);
    });
}
