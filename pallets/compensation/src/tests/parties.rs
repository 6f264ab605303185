// SPDX-License-Identifier: Apache-2.0

use super::*;
use dsla_primitives::{traits::Parties, RoundId};

fn customer(period: PeriodIndex, who: AccountId) -> bool {
    Compensation::is_customer(RoundId::new(SLA, period), &who)
}

#[test]
fn customer_should_be_who_was_subscribed_in_the_period() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 20_000);
        subscribe(ALICE, 1, 2);
        go_to(2);
        subscribe(ALICE, 1, 1);
        let periods = || (0..5).filter(|period| customer(*period, ALICE)).collect::<Vec<_>>();
        assert_eq!(periods(), vec![0, 1, 3]);
        for _ in 0..5 {
            settle(SLA, &met());
            assert_eq!(periods(), vec![0, 1, 3]);
        }
        assert_ok!(Compensation::claim(signed(ALICE), SLA));
        assert_eq!(periods(), vec![0, 1, 3]);
        assert!(!customer(0, BOB) && !Compensation::is_customer(RoundId::new(UNKNOWN, 0), &ALICE));
    });
}

#[test]
fn customer_should_not_be_who_left_because_of_new_terms() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 20_000);
        subscribe(ALICE, 1, 4);
        assert_ok!(propose(SLA, pricing(), 2, false));
        go_to(2);
        amend(SLA);
        assert!(customer(1, ALICE) && !customer(2, ALICE));
    });
}

#[test]
fn backer_should_be_who_has_shares_or_waits() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 20_000);
        let backer = || Compensation::is_backer(SLA, &ALICE);
        assert!(!backer());
        back(ALICE, 500);
        assert!(backer());
        settle(SLA, &met());
        assert!(backer());
        leave(ALICE, 500_000_000);
        assert!(backer());
        settle(SLA, &met());
        assert!(!backer() && !Compensation::is_backer(UNKNOWN, &ALICE));
        assert_eq!(claimable(ALICE), 500);
    });
}
