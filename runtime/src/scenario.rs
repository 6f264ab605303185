// SPDX-License-Identifier: Apache-2.0

//! Sets the stage for benchmarks on the real runtime: everything as large as it can get.

use crate::{
    constants::currency::DSLA, AccountId, Balances, Compensation, Runtime, RuntimeOrigin, Sla, SliOracle, System,
    Timestamp,
};
use alloc::{vec, vec::Vec};
use dsla_primitives::{
    schedule::{Period, Schedule},
    terms::{
        Access, BonusRow, Bounds, Comparator, Credit, Document, Maintenance, Objective, Oracle, Pricing, Source, Terms,
        Tier,
    },
    traits::{AgreementInspect, Scenario},
    AgreementId, Moment, PeriodIndex, RoundId, ServiceId, TermsVersion, MAX_COMMITTEE, MAX_OBJECTIVES, MAX_ROWS,
    MAX_VERSIONS,
};
use frame_support::{
    assert_ok,
    traits::{fungible::Mutate, Get},
    BoundedVec,
};
use frame_system::RawOrigin;
use pallet_sli_oracle::{Measurement, SubmittedReport};
use sp_core::H256;
use sp_runtime::{FixedU128, Perbill};

const HOUR: Moment = 3_600_000;
const RICH: u128 = 1_000_000 * DSLA;

/// The real runtime as a stage.
pub struct Stage;

impl Stage {
    fn committee() -> Vec<AccountId> {
        let mut members: Vec<_> = (0..MAX_COMMITTEE).map(|i| Self::funded("reporter", i)).collect();
        members.sort();
        members
    }

    fn objective() -> Objective {
        let percent = |value: u32| FixedU128::from_u32(value);
        let tier = |row: u32| Tier { threshold: percent(90 - row), credit: Perbill::from_percent(10 * (row + 1)) };
        let bonus = |row: u32| BonusRow { threshold: percent(91 + row), bonus: Perbill::from_percent(row + 1) };
        Objective {
            source: Source::Reported { unit: BoundedVec::truncate_from(vec![b'u'; 64]) },
            comparator: Comparator::GreaterOrEqual,
            target: percent(90),
            weight: Perbill::from_rational(1, MAX_OBJECTIVES),
            credit: Credit::Tiers(BoundedVec::truncate_from((0..MAX_ROWS).map(tier).collect())),
            bonuses: BoundedVec::truncate_from((0..MAX_ROWS).map(bonus).collect()),
            bounds: Bounds { min: percent(0), max: percent(100) },
            tolerance: FixedU128::from_u32(1),
        }
    }
}

impl Scenario<AccountId> for Stage {
    fn now() -> Moment {
        Timestamp::get()
    }

    fn set_time(now: Moment) {
        pallet_timestamp::Now::<Runtime>::put(now);
    }

    fn funded(name: &'static str, index: u32) -> AccountId {
        let who: AccountId = frame_benchmarking::account(name, index, 0);
        assert_ok!(Balances::mint_into(&who, RICH));
        who
    }

    fn service() -> (AccountId, ServiceId) {
        let service = pallet_sla::NextServiceId::<Runtime>::get();
        // A provider of its own for each service, so that a benchmark can ask for many.
        let provider = Self::funded("stage provider", u32::try_from(service.0).unwrap_or(u32::MAX));
        let origin = || RuntimeOrigin::from(RawOrigin::Signed(provider.clone()));
        let document = Self::terms_document();
        assert_ok!(Sla::register_provider(
            origin(),
            BoundedVec::truncate_from(vec![b'p'; 64]),
            BoundedVec::truncate_from(vec![b'u'; 256]),
        ));
        assert_ok!(Sla::register_service(origin(), BoundedVec::truncate_from(vec![b's'; 63]), document));
        (provider, service)
    }

    fn terms() -> Terms<AccountId> {
        if Self::now() == 0 {
            Self::set_time(1_800_000_000_000);
        }
        let committee = Self::committee();
        committee.iter().for_each(Self::register);
        Terms {
            schedule: Schedule { start: Self::now() + HOUR, period: Period::Monthly, periods: 120 },
            objectives: BoundedVec::truncate_from((0..MAX_OBJECTIVES).map(|_| Self::objective()).collect()),
            pricing: Pricing {
                unit_price: 10 * DSLA,
                cover_per_unit: 20 * DSLA,
                credit_cap: Perbill::one(),
                at_risk: Perbill::from_percent(50),
                max_bonus: Perbill::from_percent(20),
                premium_share: Perbill::from_percent(10),
                team_reward: 5 * DSLA,
                no_data_pay: Perbill::from_percent(50),
            },
            oracle: Oracle {
                committee: BoundedVec::truncate_from(committee),
                quorum: MAX_COMMITTEE,
                report_window: HOUR,
                reveal_window: None,
                challenge_window: HOUR,
            },
            // Room for all the windows of maintenance that can be announced.
            maintenance: Maintenance { quota: 24 * HOUR, notice: 0 },
            access: Access::Open,
            notice_periods: Some(1),
            document: Self::terms_document(),
        }
    }

    fn open_agreement() -> (AgreementId, AccountId) {
        Self::open_agreement_under(Self::terms())
    }

    fn open_sealed_agreement() -> (AgreementId, AccountId) {
        let mut terms = Self::terms();
        terms.oracle.reveal_window = Some(HOUR);
        Self::open_agreement_under(terms)
    }

    fn open_agreement_under(terms: Terms<AccountId>) -> (AgreementId, AccountId) {
        let (provider, service) = Self::service();
        let origin = || RuntimeOrigin::from(RawOrigin::Signed(provider.clone()));
        let agreement = pallet_sla::NextAgreementId::<Runtime>::get();
        assert_ok!(Sla::register_agreement(origin(), service, terms));
        assert_ok!(Compensation::stake_cover(origin(), agreement, 100_000 * DSLA));
        assert_ok!(Compensation::fund_rewards(origin(), agreement, 100_000 * DSLA));
        assert_ok!(Sla::open_agreement(origin(), agreement));
        (agreement, provider)
    }

    fn subscribe(agreement: AgreementId, who: &AccountId) {
        let periods = <Runtime as pallet_compensation::Config>::MaxPrepaidPeriods::get();
        assert_ok!(Compensation::subscribe(RawOrigin::Signed(who.clone()).into(), agreement, 1, periods, 0, RICH));
    }

    fn accept_amendment(agreement: AgreementId, who: &AccountId) {
        let version =
            <Sla as AgreementInspect<AccountId>>::amendment(agreement).map_or(0, |amendment| amendment.version);
        assert_ok!(Compensation::accept_amendment(RawOrigin::Signed(who.clone()).into(), agreement, version, RICH));
    }

    fn propose_amendment(agreement: AgreementId) -> TermsVersion {
        let Some(info) = <Sla as AgreementInspect<AccountId>>::agreement(agreement) else { return 0 };
        let round = RoundId::new(agreement, info.finalized);
        let Some(mut terms) = <Sla as AgreementInspect<AccountId>>::terms(round) else { return 0 };
        let from = terms.schedule.next_boundary(Self::now()).unwrap_or_default() + 1;
        terms.pricing.unit_price += 1;
        assert_ok!(Sla::propose_amendment(RawOrigin::Signed(info.provider).into(), agreement, terms, from));
        info.version + 1
    }

    fn back(agreement: AgreementId, who: &AccountId) {
        assert_ok!(Compensation::back(RawOrigin::Signed(who.clone()).into(), agreement, 10_000 * DSLA, 0));
    }

    fn age(agreement: AgreementId, version: TermsVersion, from: PeriodIndex, carried_over: bool) {
        let Some(terms) = pallet_sla::AgreementTerms::<Runtime>::get(agreement, 0) else { return };
        let next = Some(version + 1).filter(|next| *next < MAX_VERSIONS);
        for row in 1..=version {
            pallet_sla::AgreementTerms::<Runtime>::insert(agreement, row, &terms);
        }
        let waiting = next.map(|next| {
            let mut terms = terms.clone();
            // What is worse costs more, so that whoever signs has to pay.
            terms.pricing.unit_price += if carried_over { 0 } else { 1 };
            pallet_sla::AgreementTerms::<Runtime>::insert(agreement, next, &terms);
            pallet_sla::Waiting { from: from + 1, periods: terms.schedule.periods, carried_over }
        });
        pallet_sla::Agreements::<Runtime>::mutate_extant(agreement, |agreement| {
            agreement.version = version;
            agreement.starts = BoundedVec::truncate_from((0..version).map(|_| from).collect());
            agreement.waiting = waiting;
        });
    }

    fn fill_ledger(agreement: AgreementId, who: &AccountId) {
        pallet_compensation::benchmarking::fill_ledger::<Runtime>(agreement, who);
    }

    fn burden(round: RoundId) {
        pallet_compensation::benchmarking::burden::<Runtime>(round);
        pallet_sli_oracle::benchmarking::burden::<Runtime>(round);
    }

    fn end_period(round: RoundId) {
        let Some(terms) = <Sla as AgreementInspect<AccountId>>::terms(round) else { return };
        let Some(end) = terms.schedule.boundary(round.period + 1) else { return };
        Self::activate(round.agreement, terms.schedule.start);
        Self::set_time(Self::now().max(end));
    }

    fn reporters(count: u32) -> Vec<AccountId> {
        let panel: Vec<_> = (0..count).map(|i| Self::funded("panelist", i)).collect();
        panel.iter().for_each(Self::register);
        panel.iter().for_each(Self::strike);
        panel
    }

    fn new_randomness() {
        let block = System::block_number() + 1;
        System::set_block_number(block);
        pallet_babe::EpochStart::<Runtime>::put((block, block));
    }

    /// Each member is one strike from being slashed and suspended, and all but one will be: only one can be right.
    fn report(round: RoundId) {
        Self::end_period(round);
        let Some(terms) = <Sla as AgreementInspect<AccountId>>::terms(round) else { return };
        let bond = <Runtime as pallet_sli_oracle::Config>::MinBond::get();
        for (reporter, value) in terms.oracle.committee.iter().zip((50..).step_by(2)) {
            let has = pallet_sli_oracle::Reporters::<Runtime>::get(reporter).map_or(0, |reporter| reporter.bond);
            if has < bond {
                assert_ok!(SliOracle::bond_extra(RawOrigin::Signed(reporter.clone()).into(), bond - has));
            }
            Self::strike(reporter);
            let measurements =
                terms.objectives.iter().map(|_| Measurement::Value(FixedU128::from_u32(value))).collect();
            let report = SubmittedReport {
                round,
                measurements: BoundedVec::truncate_from(measurements),
                evidence: H256::zero(),
            };
            assert_ok!(SliOracle::submit(
                RawOrigin::Signed(reporter.clone()).into(),
                BoundedVec::truncate_from(vec![report]),
            ));
        }
    }

    fn propose(round: RoundId) {
        Self::report(round);
        Self::step(round.agreement);
    }

    fn settle(round: RoundId) {
        Self::propose(round);
        // Final when the challenges had their time.
        Self::step(round.agreement);
    }
}

impl Stage {
    /// Does what is due next.
    fn step(agreement: AgreementId) {
        let due = Sla::next_due(agreement).unwrap_or_default();
        Self::set_time(Self::now().max(due));
        assert_ok!(Sla::settle(RawOrigin::Signed(Self::funded("stage settler", 0)).into(), agreement));
    }

    fn register(reporter: &AccountId) {
        if !pallet_sli_oracle::Reporters::<Runtime>::contains_key(reporter) {
            assert_ok!(SliOracle::register_reporter(
                RawOrigin::Signed(reporter.clone()).into(),
                <Runtime as pallet_sli_oracle::Config>::MinBond::get(),
                BoundedVec::truncate_from(vec![b'r'; 256]),
            ));
        }
    }

    /// One more strike, and the reporter is slashed.
    fn strike(reporter: &AccountId) {
        let strikes = <Runtime as pallet_sli_oracle::Config>::MaxStrikes::get().saturating_sub(1);
        pallet_sli_oracle::Reporters::<Runtime>::mutate_extant(reporter, |reporter| reporter.strikes = strikes);
    }

    fn terms_document() -> Document {
        Document { hash: H256::repeat_byte(1), uri: BoundedVec::truncate_from(vec![b'd'; 256]) }
    }

    /// The chain activates an agreement at its start; nobody does that between the calls of a benchmark.
    fn activate(agreement: AgreementId, start: Moment) {
        use dsla_primitives::traits::AgreementStatus;
        let open = |info: dsla_primitives::traits::AgreementInfo<AccountId>| info.status == AgreementStatus::Open;
        if <Sla as AgreementInspect<AccountId>>::agreement(agreement).is_some_and(open) {
            Self::set_time(Self::now().max(start));
            let settler = Self::funded("stage settler", 1);
            assert_ok!(Sla::settle(RawOrigin::Signed(settler).into(), agreement));
        }
    }
}
