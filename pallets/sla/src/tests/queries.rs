// SPDX-License-Identifier: Apache-2.0

use crate::mock::*;
use dsla_primitives::{api::MAX_PAGE, AgreementId};
use frame_support::assert_ok;

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
