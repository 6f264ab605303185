// SPDX-License-Identifier: Apache-2.0

//! A runtime of this pallet and balances, with neighbours that do what the test says.

// Values are written in hundredths: 99_90 is 99.90.
#![allow(clippy::inconsistent_digit_grouping)]

use crate as pallet_sla;
use crate::*;
use codec::{Decode, Encode};
use dsla_primitives::{
    schedule::{Period, Schedule},
    terms::{
        Access, Bounds, Comparator, Credit, Document, Maintenance, Objective, Oracle, Pricing, Source, Terms, Tier,
    },
    traits::{AgreementInspect, Amendment, Collected, FinalPeriod, IndicatorSource, OnAgreement, OnVerdict, Standing},
    verdict::{Indicator, Outcome},
    AgreementId, Balance, Moment, Name, RoundId, ServiceId, Uri,
};
use frame_support::{
    assert_ok, derive_impl, parameter_types,
    traits::{
        fungible::{HoldConsideration, InspectHold},
        LinearStoragePrice, OnPoll, Time,
    },
    weights::{Weight, WeightMeter},
};
use sp_runtime::{testing::H256, BuildStorage, DispatchError, DispatchResult, FixedU128, Perbill};
use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
};

pub type AccountId = u64;

#[frame_support::runtime]
mod runtime {
    #[runtime::runtime]
    #[runtime::derive(
        RuntimeCall,
        RuntimeEvent,
        RuntimeError,
        RuntimeOrigin,
        RuntimeFreezeReason,
        RuntimeHoldReason,
        RuntimeSlashReason,
        RuntimeLockId,
        RuntimeTask
    )]
    pub struct Test;

    #[runtime::pallet_index(0)]
    pub type System = frame_system;
    #[runtime::pallet_index(1)]
    pub type Balances = pallet_balances;
    #[runtime::pallet_index(2)]
    pub type Sla = pallet_sla;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = frame_system::mocking::MockBlock<Test>;
    type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type AccountStore = System;
    type Balance = Balance;
    type ExistentialDeposit = frame_support::traits::ConstU128<10>;
}

parameter_types! {
    pub const ProviderReason: RuntimeHoldReason = RuntimeHoldReason::Sla(HoldReason::Provider);
    pub const ServiceReason: RuntimeHoldReason = RuntimeHoldReason::Sla(HoldReason::Service);
    pub const AgreementReason: RuntimeHoldReason = RuntimeHoldReason::Sla(HoldReason::Agreement);
    pub const AllowListReason: RuntimeHoldReason = RuntimeHoldReason::Sla(HoldReason::AllowListEntry);
    pub const Base: Balance = 100;
    pub const PerByte: Balance = 1;
    pub static MaxServiceWeight: Weight = Weight::from_parts(1_000_000_000, 0);
    pub static RetryDelay: Moment = 600_000;
    pub static AmendmentNotice: u32 = 1;
}

type Deposit<Reason> = HoldConsideration<AccountId, Balances, Reason, LinearStoragePrice<Base, PerByte, Balance>>;

impl Config for Test {
    type ProviderDeposit = Deposit<ProviderReason>;
    type ServiceDeposit = Deposit<ServiceReason>;
    type AgreementDeposit = Deposit<AgreementReason>;
    type AllowListDeposit = Deposit<AllowListReason>;
    type TerminateOrigin = frame_system::EnsureRoot<AccountId>;
    type Time = Clock;
    type Indicators = Measurements;
    type OnVerdict = Settlements;
    type OnAgreement = Pools;
    type MaxServiceWeight = MaxServiceWeight;
    type RetryDelay = RetryDelay;
    type AmendmentNotice = AmendmentNotice;
    type WeightInfo = MockWeights;
}

thread_local! {
    static NOW: Cell<Moment> = const { Cell::new(0) };
    static ANSWERS: RefCell<BTreeMap<RoundId, Collected>> = RefCell::default();
    static ASKED: RefCell<Vec<(RoundId, Moment)>> = RefCell::default();
    static SETTLED: RefCell<Vec<Settled>> = RefCell::default();
    static REFUSED: RefCell<BTreeSet<AgreementId>> = RefCell::default();
    static UNCOVERED: RefCell<BTreeSet<AgreementId>> = RefCell::default();
    static TOLD: RefCell<Vec<Told>> = RefCell::default();
    static POOL_REFUSES: Cell<bool> = const { Cell::new(false) };
}

/// Time is what the test says.
pub struct Clock;
impl Time for Clock {
    type Moment = Moment;
    fn now() -> Moment {
        NOW.get()
    }
}

/// A period that was settled.
#[derive(Clone, Debug, PartialEq)]
pub struct Settled {
    pub round: RoundId,
    pub provider: AccountId,
    pub settler: Option<AccountId>,
    pub outcome: Outcome,
    pub credit: Perbill,
    /// The price of the terms it was settled under.
    pub price: Balance,
}

/// What the pools were told.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    Registered(AgreementId, AccountId),
    /// With the prices of the old and the new terms.
    Proposed(AgreementId, u32, Balance, Balance),
    /// With the first period and the new price.
    Amended(AgreementId, u32, u32, Balance),
    Ended(AgreementId),
}

/// Answers 99.95 for every objective unless the test says otherwise.
pub struct Measurements;
impl IndicatorSource<AccountId> for Measurements {
    fn collect(round: RoundId, terms: &Terms<AccountId>, ended: Moment, _: Moment) -> Collected {
        ASKED.with_borrow_mut(|asked| asked.push((round, ended)));
        ANSWERS.with_borrow(|answers| answers.get(&round).cloned()).unwrap_or_else(|| values(terms, 99_95))
    }
}

fn values(terms: &Terms<AccountId>, hundredths: u128) -> Collected {
    let value = Indicator::Value(percent(hundredths));
    Collected::Closed(terms.objectives.iter().map(|_| value).collect::<Vec<_>>().try_into().unwrap())
}

/// Bytes that somebody keeps of each period for each objective.
pub const KEPT: u64 = 100;

pub struct Settlements;
impl OnVerdict<AccountId> for Settlements {
    fn on_verdict(period: &FinalPeriod<AccountId>) -> Result<Standing, DispatchError> {
        let line = Periods::<Test>::get(period.round.agreement, period.round.period).unwrap();
        assert_eq!((&line.indicators, &line.verdict), (period.indicators, period.verdict));
        // A write before the refusal, to see that it is rolled back.
        frame_support::storage::unhashed::put(b"settlements", &period.round);
        if REFUSED.with_borrow(|refused| refused.contains(&period.round.agreement)) {
            return Err(DispatchError::Unavailable);
        }
        SETTLED.with_borrow_mut(|settled| {
            settled.push(Settled {
                round: period.round,
                provider: *period.provider,
                settler: period.settler.copied(),
                outcome: period.verdict.outcome,
                credit: period.verdict.credit,
                price: period.terms.pricing.unit_price,
            })
        });
        let uncovered = UNCOVERED.with_borrow(|uncovered| uncovered.contains(&period.round.agreement));
        Ok(if uncovered { Standing::Uncovered } else { Standing::Sound })
    }

    fn kept(terms: &Terms<AccountId>) -> u64 {
        KEPT.saturating_mul(terms.objectives.len() as u64)
    }
}

pub struct Pools;
impl OnAgreement<AccountId> for Pools {
    fn on_registered(agreement: AgreementId, provider: &AccountId) -> DispatchResult {
        Self::tell(Told::Registered(agreement, *provider))
    }
    fn on_proposed(id: AgreementId, new: &Amendment<AccountId>, old: &Terms<AccountId>) -> DispatchResult {
        Self::tell(Told::Proposed(id, new.version, old.pricing.unit_price, new.terms.pricing.unit_price))
    }
    fn on_amended(id: AgreementId, new: &Amendment<AccountId>, old: &Terms<AccountId>) -> DispatchResult {
        // The new terms are in force for whoever looks now, and follow the old ones.
        assert_eq!((agreement(id).version, Sla::amendment(id)), (new.version, None));
        assert!(new.terms.continues(old));
        Self::tell(Told::Amended(id, new.version, new.from, new.terms.pricing.unit_price))
    }
    fn on_ended(agreement: AgreementId) -> DispatchResult {
        Self::tell(Told::Ended(agreement))
    }
}

impl Pools {
    fn tell(what: Told) -> DispatchResult {
        if POOL_REFUSES.get() {
            return Err(DispatchError::Exhausted);
        }
        TOLD.with_borrow_mut(|told| told.push(what));
        Ok(())
    }
}

/// Lets the source answer `hundredths` for all objectives of the default terms in `round`.
pub fn measure(agreement: AgreementId, period: u32, hundredths: u128) {
    answer(agreement, period, values(&terms(), hundredths));
}

pub fn measure_nothing(agreement: AgreementId, period: u32) {
    answer(agreement, period, Collected::Closed(vec![Indicator::NoData].try_into().unwrap()));
}

pub fn answer(agreement: AgreementId, period: u32, collected: Collected) {
    ANSWERS.with_borrow_mut(|answers| answers.insert(RoundId::new(agreement, period), collected));
}

/// The rounds that were asked for, with the moment they ended.
pub fn asked() -> Vec<(RoundId, Moment)> {
    ASKED.with_borrow(Clone::clone)
}

pub fn settled() -> Vec<Settled> {
    SETTLED.with_borrow(Clone::clone)
}

pub fn told() -> Vec<Told> {
    TOLD.with_borrow(Clone::clone)
}

/// Whether settling `agreement` fails.
pub fn refuse(agreement: AgreementId, yes: bool) {
    REFUSED.with_borrow_mut(|refused| if yes { refused.insert(agreement) } else { refused.remove(&agreement) });
}

/// Whether the pool of `agreement` is too small from its next settlement on.
pub fn uncover(agreement: AgreementId, yes: bool) {
    UNCOVERED.with_borrow_mut(|uncovered| if yes { uncovered.insert(agreement) } else { uncovered.remove(&agreement) });
}

pub fn let_pool_refuse(yes: bool) {
    POOL_REFUSES.set(yes);
}

pub const PROVIDER: AccountId = 1;
pub const OTHER: AccountId = 2;
pub const STRANGER: AccountId = 3;
pub const RICH: Balance = 1_000_000_000_000_000;

/// 2027-01-01 00:00 UTC.
pub const T0: Moment = 1_798_761_600_000;
pub const HOUR: Moment = 3_600_000;
pub const MINUTE: Moment = 60_000;
/// When the default terms begin.
pub const START: Moment = T0 + HOUR;
pub const REPORT: Moment = 10 * MINUTE;
pub const CHALLENGE: Moment = 20 * MINUTE;

pub fn percent(hundredths: u128) -> FixedU128 {
    FixedU128::from_rational(hundredths, 100)
}

pub fn name(text: &str) -> Name {
    text.as_bytes().to_vec().try_into().unwrap()
}

pub fn uri(text: &str) -> Uri {
    text.as_bytes().to_vec().try_into().unwrap()
}

pub fn document() -> Document {
    Document { hash: H256::repeat_byte(7), uri: uri("https://example.org/sla.yaml") }
}

/// Three hourly periods from `START` with one objective, ≥ 99.9.
pub fn terms() -> Terms<AccountId> {
    let tier = |threshold, credit| Tier { threshold: percent(threshold), credit: Perbill::from_percent(credit) };
    let objective = Objective {
        source: Source::Reported { unit: name("percent") },
        comparator: Comparator::GreaterOrEqual,
        target: percent(99_90),
        weight: Perbill::one(),
        credit: Credit::Tiers(vec![tier(99_90, 10), tier(99_00, 30), tier(95_00, 100)].try_into().unwrap()),
        bonuses: Default::default(),
        bounds: Bounds { min: percent(0), max: percent(100_00) },
        tolerance: FixedU128::from_u32(1),
    };
    Terms {
        schedule: Schedule { start: START, period: Period::Hourly, periods: 3 },
        objectives: vec![objective].try_into().unwrap(),
        pricing: Pricing {
            unit_price: 1_000,
            cover_per_unit: 10_000,
            credit_cap: Perbill::one(),
            at_risk: Perbill::one(),
            max_bonus: Perbill::zero(),
            premium_share: Perbill::from_percent(20),
            team_reward: 0,
            no_data_pay: Perbill::from_percent(50),
        },
        oracle: Oracle {
            committee: vec![11, 12, 13, 14].try_into().unwrap(),
            quorum: 3,
            report_window: REPORT,
            reveal_window: None,
            challenge_window: CHALLENGE,
        },
        access: Access::Open,
        maintenance: Maintenance { quota: 0, notice: 0 },
        notice_periods: None,
        document: document(),
    }
}

/// The default terms for ten periods, at another price: worse for customers when it is above 1,000.
pub fn new_terms(price: Balance) -> Terms<AccountId> {
    let mut terms = terms();
    terms.schedule.periods = 10;
    terms.pricing.unit_price = price;
    terms
}

/// End of `period` of the default terms.
pub fn end(period: u32) -> Moment {
    terms().schedule.boundary(period + 1).unwrap()
}

pub fn register_provider(who: AccountId) {
    assert_ok!(Sla::register_provider(RuntimeOrigin::signed(who), name("Provider"), uri("https://example.org")));
}

/// A service of `who`, who becomes a provider if it is not one.
pub fn register_service(who: AccountId) -> ServiceId {
    if !Providers::<Test>::contains_key(who) {
        register_provider(who);
    }
    let id = NextServiceId::<Test>::get();
    assert_ok!(Sla::register_service(RuntimeOrigin::signed(who), name("storage-eu-1"), document()));
    id
}

pub fn register_agreement(terms: Terms<AccountId>) -> AgreementId {
    let service = register_service(PROVIDER);
    let id = NextAgreementId::<Test>::get();
    assert_ok!(Sla::register_agreement(RuntimeOrigin::signed(PROVIDER), service, terms));
    id
}

pub fn open_agreement(terms: Terms<AccountId>) -> AgreementId {
    let id = register_agreement(terms);
    assert_ok!(Sla::open_agreement(RuntimeOrigin::signed(PROVIDER), id));
    id
}

pub fn set_now(now: Moment) {
    NOW.set(now);
}

/// A block at `now` without calls.
pub fn block_at(now: Moment) {
    block_with(now, &mut WeightMeter::new());
}

/// A block at `now` in which the agenda finds `meter`.
pub fn block_with(now: Moment, meter: &mut WeightMeter) {
    block_unchecked(now, meter);
    assert_ok!(Sla::do_try_state());
}

/// A block at `now` on a chain whose storage the test has damaged.
pub fn block_unchecked(now: Moment, meter: &mut WeightMeter) {
    set_now(now);
    System::set_block_number(System::block_number() + 1);
    <Sla as OnPoll<_>>::on_poll(System::block_number(), meter);
}

pub fn settle(who: AccountId, agreement: AgreementId) -> DispatchResult {
    Sla::settle(RuntimeOrigin::signed(who), agreement).map(|_| ()).map_err(|e| e.error)
}

pub fn propose_amendment(id: AgreementId, terms: Terms<AccountId>, from: u32) -> DispatchResult {
    Sla::propose_amendment(RuntimeOrigin::signed(PROVIDER), id, terms, from)
}

pub fn terminate(id: AgreementId, at: Option<u32>) -> DispatchResult {
    Sla::terminate(RuntimeOrigin::root(), id, at)
}

pub fn agreement(id: AgreementId) -> AgreementOf<Test> {
    Agreements::<Test>::get(id).unwrap()
}

/// The events of this pallet since the last call.
pub fn events() -> Vec<Event<Test>> {
    let events = System::events()
        .into_iter()
        .filter_map(|record| match record.event {
            RuntimeEvent::Sla(event) => Some(event),
            _ => None,
        })
        .collect();
    System::reset_events();
    events
}

pub fn held(who: AccountId, reason: HoldReason) -> Balance {
    Balances::balance_on_hold(&RuntimeHoldReason::Sla(reason), &who)
}

/// Runs `test` on a chain at `T0` with three rich accounts; afterwards checks every invariant, that nothing was minted
/// or burned, and that exactly the stored tickets are on hold.
pub fn build_and_execute(test: impl FnOnce()) {
    ANSWERS.take();
    REFUSED.take();
    UNCOVERED.take();
    ASKED.take();
    SETTLED.take();
    TOLD.take();
    POOL_REFUSES.set(false);
    MaxServiceWeight::set(Weight::from_parts(1_000_000_000, 0));
    RetryDelay::set(600_000);
    AmendmentNotice::set(1);
    set_now(T0);
    let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
    let balances = [PROVIDER, OTHER, STRANGER].map(|who| (who, RICH)).to_vec();
    pallet_balances::GenesisConfig::<Test> { balances, ..Default::default() }.assimilate_storage(&mut storage).unwrap();
    sp_io::TestExternalities::from(storage).execute_with(|| {
        System::set_block_number(1);
        test();
        assert_ok!(Sla::do_try_state());
        assert_eq!(Balances::total_issuance(), 3 * RICH);
        check_deposits();
    });
}

fn check_deposits() {
    let mut tickets = BTreeMap::<_, Balance>::new();
    let mut add = |who, reason, ticket: Vec<u8>| {
        *tickets.entry((who, reason)).or_default() += Balance::decode(&mut &ticket[..]).unwrap();
    };
    for (who, provider) in Providers::<Test>::iter() {
        add(who, 0, provider.ticket.encode());
    }
    for service in Services::<Test>::iter_values() {
        add(service.provider, 1, service.ticket.encode());
    }
    for agreement in Agreements::<Test>::iter_values() {
        if let Some(ticket) = agreement.ticket {
            add(agreement.provider, 2, ticket.encode());
        }
    }
    for (id, _, ticket) in AmendmentTickets::<Test>::iter() {
        add(agreement(id).provider, 2, ticket.encode());
    }
    for (id, _, ticket) in Allowed::<Test>::iter() {
        add(agreement(id).provider, 3, ticket.encode());
    }
    for who in [PROVIDER, OTHER, STRANGER] {
        let reasons = [HoldReason::Provider, HoldReason::Service, HoldReason::Agreement, HoldReason::AllowListEntry];
        for (index, reason) in reasons.into_iter().enumerate() {
            assert_eq!(held(who, reason), tickets.get(&(who, index)).copied().unwrap_or_default());
        }
    }
}

/// Round numbers, so that tests can say how many steps fit.
pub struct MockWeights;

impl WeightInfo for MockWeights {
    fn register_provider(_: u32) -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn update_provider(_: u32) -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn deregister_provider() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn register_service(_: u32) -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn remove_service() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn register_agreement(_: u32, _: u32) -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn discard_agreement() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn open_agreement() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn settle_activate() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn propose_amendment(_: u32, _: u32) -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn give_notice() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn terminate() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn allow() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn disallow() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn announce_maintenance() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn settle_drop() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn settle_amend() -> Weight {
        Weight::from_parts(3_500, 0)
    }
    fn settle_propose() -> Weight {
        Weight::from_parts(2_000, 0)
    }
    fn settle_finalize() -> Weight {
        Weight::from_parts(4_000, 0)
    }
    fn settle_complete() -> Weight {
        Weight::from_parts(3_000, 0)
    }
    fn agenda_base() -> Weight {
        Weight::from_parts(100, 0)
    }
}
