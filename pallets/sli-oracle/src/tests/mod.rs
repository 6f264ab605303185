// SPDX-License-Identifier: Apache-2.0

//! Tests: one file per call or feature.

mod aggregate;
mod bond_extra;
mod claim_rewards;
mod claim_rewards_for;
mod collect;
mod docs;
mod due_reports;
mod invariants;
mod journeys;
mod leave;
mod register_reporter;
mod reward;
mod submit;
mod try_state;
mod update_reporter;
mod window;
mod withdraw_bond;

pub use crate::{mock::*, types::*, Error, Event, FormerRewards, HoldReason, Reporters, Rewards, Rounds};
pub use dsla_primitives::{
    traits::{AgreementInspect, AgreementStatus, Collected, IndicatorSource, RewardReporters},
    verdict::Indicator,
    AgreementId, Balance, Moment, PeriodIndex, RoundId, Uri,
};
pub use frame_support::{
    assert_noop, assert_ok,
    dispatch::{DispatchResultWithPostInfo, Pays},
    traits::{
        fungible::{hold::Inspect as _, Inspect as _, Mutate as _},
        tokens::Preservation,
    },
};
pub use sp_core::H256;
pub use sp_runtime::{DispatchError, FixedU128};

/// Period 0 of [`AGREEMENT`], which ended at [`ENDED`].
pub const ROUND: RoundId = RoundId { agreement: AGREEMENT, period: 0 };
pub const EVIDENCE: H256 = H256::repeat_byte(0xe1);

pub fn signed(who: AccountId) -> RuntimeOrigin {
    RuntimeOrigin::signed(who)
}

pub fn uri(text: &str) -> Uri {
    text.as_bytes().to_vec().try_into().unwrap()
}

pub fn register(reporters: &[AccountId]) {
    for who in reporters {
        assert_ok!(SliOracle::register_reporter(signed(*who), MIN_BOND, uri("https://reporter")));
    }
}

pub fn held(who: AccountId) -> Balance {
    Balances::balance_on_hold(&HoldReason::ReporterBond.into(), &who)
}

/// A report with 100 % availability and this latency.
pub fn latency(round: RoundId, ms: u128) -> SubmittedReport {
    report(round, &[Measurement::Ratio { good: 1, total: 1 }, Measurement::Value(ms.into())])
}

pub fn report(round: RoundId, measurements: &[Measurement]) -> SubmittedReport {
    SubmittedReport { round, measurements: measurements.to_vec().try_into().unwrap(), evidence: EVIDENCE }
}

pub fn submit(who: AccountId, reports: &[SubmittedReport]) -> DispatchResultWithPostInfo {
    SliOracle::submit(signed(who), reports.to_vec().try_into().unwrap())
}

/// Registers these reporters and lets each report on `round` now.
pub fn round_of(round: RoundId, reporters: &[AccountId]) {
    for who in reporters {
        if !Reporters::<Test>::contains_key(who) {
            register(&[*who]);
        }
        assert_ok!(submit(*who, &[latency(round, 100)]));
    }
}

/// What the oracle answers about `round` at `now`.
pub fn collect_at(round: RoundId, now: Moment) -> Collected {
    let terms = Agreements::terms(round).unwrap();
    let ended = terms.schedule.boundary(round.period + 1).unwrap();
    SliOracle::collect(round, &terms, ended, now)
}

pub fn closed(indicators: &[Indicator]) -> Collected {
    Collected::Closed(indicators.to_vec().try_into().unwrap())
}

pub fn value(number: u128) -> Indicator {
    Indicator::Value(number.into())
}

pub fn reward(round: RoundId, amount: Balance) -> Result<Balance, DispatchError> {
    SliOracle::reward(round, &POOL, amount)
}

pub fn claimable(who: AccountId) -> Balance {
    SliOracle::claimable(AGREEMENT, &who).unwrap()
}

/// The last event; the only one of this pallet that the last call may have left.
pub fn last_event() -> Event<Test> {
    match System::events().pop().unwrap().event {
        RuntimeEvent::SliOracle(event) => event,
        other => panic!("an event of another pallet: {other:?}"),
    }
}
