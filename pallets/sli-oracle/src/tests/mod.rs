// SPDX-License-Identifier: Apache-2.0

//! Tests: one file per call or feature.

mod aggregate;
mod bond_extra;
mod claim_rewards;
mod claim_rewards_for;
mod collect;
mod commit;
mod conduct;
mod docs;
mod due_reports;
mod give_up_seat;
mod invariants;
mod journeys;
mod leave;
mod panel;
mod register_reporter;
mod rejoin;
mod reveal;
mod reward;
mod roles;
mod sealed;
mod seats;
mod simulation;
mod strikes;
mod submit;
mod try_state;
mod update_reporter;
mod window;
mod withdraw_bond;

pub use crate::{
    aggregate::aggregate, mock::*, types::*, ActiveCount, ActiveIndex, ActiveReporters, Error, Event, FormerRewards,
    HoldReason, Reporters, Rewards, Rounds, Seats, SeatsOf,
};
pub use dsla_primitives::{
    traits::{
        AgreementInspect, AgreementStatus, Collected, FinalPeriod, IndicatorSource, OnVerdict, RewardReporters,
        Standing,
    },
    verdict::{Indicator, Indicators, Verdict},
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

/// Gives these members seats that they took long ago.
pub fn seat(members: &[AccountId]) {
    Seats::<Test>::mutate(AGREEMENT, |seats| {
        for reporter in members {
            seats.try_push(Seat { reporter: *reporter, since: 0, until: None }).unwrap();
        }
    });
}

/// The seat of `who`: when it took it and when it gave it up.
pub fn seat_of(who: AccountId) -> Option<(Moment, Option<Moment>)> {
    let seats = Seats::<Test>::get(AGREEMENT);
    seats.iter().find(|seat| seat.reporter == who).map(|seat| (seat.since, seat.until))
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

/// Rewards a period that is final with these indicators.
pub fn reward_by(round: RoundId, indicators: &[Indicator], amount: Balance) -> Result<Balance, DispatchError> {
    with_final(round, indicators, |period| SliOracle::reward(period, &POOL, amount))
}

/// Rewards a period that is final with what was reported so far.
pub fn reward(round: RoundId, amount: Balance) -> Result<Balance, DispatchError> {
    reward_by(round, &reported_so_far(round), amount)
}

/// What was reported on `round` so far.
pub fn reported_so_far(round: RoundId) -> Indicators {
    let terms = Agreements::terms(round).unwrap();
    aggregate(&Rounds::<Test>::get(round).reports, terms.objectives.len(), terms.oracle.quorum)
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

/// The salt of every sealed report here; a reporter would never use one twice.
pub const SALT: [u8; 32] = [0x5a; 32];

/// Makes the reports on [`AGREEMENT`] sealed.
pub fn seal_reports() {
    Agreements::change(AGREEMENT, |agreement| {
        agreement.terms.values_mut().for_each(|terms| terms.oracle.reveal_window = Some(REVEAL));
    });
}

/// The hash `who` commits to `report` with.
pub fn hash_of(who: AccountId, report: &SubmittedReport) -> H256 {
    commitment(&System::block_hash(0), &who, report, &SALT)
}

pub fn commit(who: AccountId, commitments: &[(RoundId, H256)]) -> DispatchResultWithPostInfo {
    SliOracle::commit(signed(who), commitments.to_vec().try_into().unwrap())
}

/// Lets `who` commit to each of `reports`.
pub fn commit_to(who: AccountId, reports: &[SubmittedReport]) -> DispatchResultWithPostInfo {
    commit(who, &reports.iter().map(|report| (report.round, hash_of(who, report))).collect::<Vec<_>>())
}

pub fn reveal(who: AccountId, reports: &[SubmittedReport]) -> DispatchResultWithPostInfo {
    let reveals = reports.iter().map(|report| Reveal { report: report.clone(), salt: SALT }).collect::<Vec<_>>();
    SliOracle::reveal(signed(who), reveals.try_into().unwrap())
}

/// Makes period 0 of [`AGREEMENT`] a sealed one that all of `reporters` have committed to; it can be revealed now.
pub fn sealed_round_of(reporters: &[AccountId]) {
    seal_reports();
    for who in reporters {
        if !Reporters::<Test>::contains_key(who) {
            register(&[*who]);
        }
        assert_ok!(commit_to(*who, &[latency(ROUND, 100)]));
    }
    Clock::set(ENDED + WINDOW);
}

/// Tells the oracle that `round` is final with `indicators`.
pub fn finish(round: RoundId, indicators: &[Indicator]) {
    Agreements::change(round.agreement, |agreement| agreement.info.finalized = round.period.saturating_add(1));
    assert_eq!(with_final(round, indicators, SliOracle::on_verdict), Ok(Standing::Sound));
}

/// What `act` does with `round` when it is final with `indicators`.
fn with_final<Output>(
    round: RoundId,
    indicators: &[Indicator],
    act: impl FnOnce(&FinalPeriod<AccountId>) -> Output,
) -> Output {
    let terms = Agreements::terms(round).unwrap();
    let verdict = Verdict::assess(&terms.objectives, &terms.pricing, indicators);
    let indicators = indicators.to_vec().try_into().unwrap();
    let (provider, terms, indicators, verdict) = (&POOL, &terms, &indicators, &verdict);
    act(&FinalPeriod { round, provider, terms, indicators, verdict, settler: None })
}

/// Closes `round` at `now` and makes its result final.
pub fn finish_at(round: RoundId, now: Moment) {
    Clock::set(now);
    let Collected::Closed(indicators) = collect_at(round, now) else { panic!("the round is open at {now}") };
    finish(round, &indicators);
}

pub fn strikes(who: AccountId) -> u32 {
    Reporters::<Test>::get(who).unwrap().strikes
}

pub fn has_left(who: AccountId) -> bool {
    matches!(Reporters::<Test>::get(who).unwrap().state, ReporterState::Leaving { .. })
}

/// Strikes `who` on account of a panel, this many times.
pub fn strike(who: AccountId, times: u32) {
    for _ in 0..times {
        <SliOracle as dsla_primitives::traits::Reporters<AccountId>>::strike(&who);
    }
}

/// The events of this pallet, oldest first.
pub fn events() -> Vec<Event<Test>> {
    let event = |record: frame_system::EventRecord<RuntimeEvent, H256>| match record.event {
        RuntimeEvent::SliOracle(event) => Some(event),
        _ => None,
    };
    System::events().into_iter().filter_map(event).collect()
}
