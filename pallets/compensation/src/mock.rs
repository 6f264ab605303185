// SPDX-License-Identifier: Apache-2.0

//! A chain with this pallet, balances, and neighbours that do as the test says.

use crate::{self as pallet_compensation, *};
use dsla_primitives::{
    schedule::{Period, Schedule},
    terms::{Access, Document, Maintenance, Oracle, Pricing, Terms},
    traits::*,
    verdict::{Outcome, Verdict},
    AgreementId, Balance, Moment, PeriodIndex, RoundId, ServiceId,
};
use frame_support::{
    assert_ok, derive_impl, parameter_types,
    traits::{
        fungible::{Inspect, Mutate},
        tokens::{imbalance::ResolveTo, Preservation},
        ConstU128, ConstU32, Time,
    },
    PalletId,
};
use sp_runtime::{traits::IdentityLookup, BuildStorage, DispatchError, Perbill};
use std::collections::BTreeMap;

// 64 bits would be too short for a pool's account: all agreements would share one.
pub type AccountId = u128;

pub const ED: Balance = 10;
pub const RICH: Balance = 1_000_000_000_000;
pub const START: Moment = 1_000_000;
pub const PERIOD: Moment = 60_000;
pub const PERIODS: PeriodIndex = 12;
pub const MAX_PREPAID: u32 = 6;

pub const PROVIDER: AccountId = 1;
pub const ALICE: AccountId = 2;
pub const BOB: AccountId = 3;
pub const CAROL: AccountId = 4;
pub const SETTLER: AccountId = 5;
pub const REPORTER: AccountId = 6;
pub const TREASURY: AccountId = 7;
/// Has no wallet.
pub const NOBODY: AccountId = 99;

pub const SLA: AgreementId = AgreementId(1);
pub const OTHER: AgreementId = AgreementId(2);

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Balances: pallet_balances,
        Compensation: pallet_compensation,
    }
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = frame_system::mocking::MockBlock<Test>;
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
    type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type Balance = Balance;
    type ExistentialDeposit = ConstU128<ED>;
    type AccountStore = System;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paying {
    Everything,
    Half,
    Nothing,
    Fails,
    TakesAndFails,
    TakesTooMuch,
    Lies,
}

#[derive(Clone)]
pub struct FakeAgreement {
    pub status: AgreementStatus,
    /// How many periods it really runs.
    pub periods: PeriodIndex,
    /// Each version of the terms, and from when on it is in force.
    pub versions: Vec<(PeriodIndex, Terms<AccountId>)>,
    pub waiting: Option<Amendment<AccountId>>,
    /// Who may subscribe; everybody when there is no list.
    pub list: Option<Vec<AccountId>>,
}

impl FakeAgreement {
    pub fn terms(&self, period: PeriodIndex) -> Terms<AccountId> {
        let next = self.waiting.iter().map(|amendment| (amendment.from, &amendment.terms));
        let known = self.versions.iter().map(|(from, terms)| (*from, terms));
        known.chain(next).rfind(|(from, _)| *from <= period).unwrap().1.clone()
    }

    pub fn version(&self) -> u32 {
        self.versions.len() as u32 - 1
    }
}

parameter_types! {
    pub static Now: Moment = 0;
    pub static Agreements: BTreeMap<AgreementId, FakeAgreement> = BTreeMap::new();
    pub static Reporting: Paying = Paying::Everything;
    pub static VerificationFee: Balance = 0;
    pub static Shares: FeeShares = quarters();
    pub static MaxPayouts: u32 = 100;
    pub static SweepDelay: Moment = 0;
    pub static Fee: ClaimFee = ClaimFee::default();
    pub static MinBacking: Balance = 100;
    pub static MinJuniorShare: Perbill = Perbill::from_percent(10);
    pub static GracePeriods: u32 = 2;
    /// What tests have sent to pools without telling them.
    pub static Donated: Balance = 0;
    /// What left the supply because a test took the treasury's wallet away.
    pub static Lost: Balance = 0;
    pub const Treasury: AccountId = TREASURY;
    pub const CompensationPalletId: PalletId = PalletId(*b"dsla/cmp");
}

pub fn quarters() -> FeeShares {
    let quarter = Perbill::from_percent(25);
    FeeShares { reporters: quarter, settler: quarter, treasury: quarter }
}

impl Time for Now {
    type Moment = Moment;
    fn now() -> Moment {
        Now::get()
    }
}

impl AgreementInspect<AccountId> for Agreements {
    fn agreement(id: AgreementId) -> Option<AgreementInfo<AccountId>> {
        let fake = Agreements::get().remove(&id)?;
        let (version, FakeAgreement { status, periods, .. }) = (fake.version(), fake);
        let finalized = Pools::<Test>::get(id).map_or(0, |pool| pool.settled);
        Some(AgreementInfo { service: ServiceId(0), provider: PROVIDER, status, version, periods, finalized })
    }
    fn terms(round: RoundId) -> Option<Terms<AccountId>> {
        Some(Agreements::get().remove(&round.agreement)?.terms(round.period))
    }
    fn amendment(id: AgreementId) -> Option<Amendment<AccountId>> {
        Agreements::get().remove(&id)?.waiting
    }
    fn may_subscribe(id: AgreementId, who: &AccountId) -> bool {
        Agreements::get().remove(&id).is_some_and(|fake| fake.list.is_none_or(|list| list.contains(who)))
    }
    fn outcome(_: RoundId) -> Option<Outcome> {
        unreachable!("this pallet does not ask")
    }
}

pub struct FakeReporters;
impl RewardReporters<AccountId> for FakeReporters {
    fn reward(period: &FinalPeriod<AccountId>, payer: &AccountId, amount: Balance) -> Result<Balance, DispatchError> {
        let round = period.round;
        // The own books must be closed before anybody else is called, who could call back.
        assert!(Compensation::settlement(round.agreement, round.period).is_some());
        assert_eq!(Pools::<Test>::get(round.agreement).unwrap().settled, round.period + 1);
        let take = |amount| Balances::transfer(payer, &REPORTER, amount, Preservation::Preserve);
        match Reporting::get() {
            Paying::Everything => take(amount),
            Paying::Half => take(amount / 2),
            Paying::Nothing => Ok(0),
            Paying::Fails => Err(DispatchError::Other("nobody home")),
            Paying::TakesAndFails => take(amount).and(Err(DispatchError::Other("changed my mind"))),
            Paying::TakesTooMuch => take(amount + 1),
            Paying::Lies => take(amount).map(|_| 0),
        }
    }
}

impl Config for Test {
    type Currency = Balances;
    type Agreements = Agreements;
    type Reporters = FakeReporters;
    type Treasury = ResolveTo<Treasury, Balances>;
    type Time = Now;
    type VerificationFee = VerificationFee;
    type FeeShares = Shares;
    type ClaimFee = Fee;
    type MinBacking = MinBacking;
    type MinJuniorShare = MinJuniorShare;
    type GracePeriods = GracePeriods;
    type SweepDelay = SweepDelay;
    type PalletId = CompensationPalletId;
    type MaxPrepaidPeriods = ConstU32<MAX_PREPAID>;
    type MaxPayoutsPerBlock = MaxPayouts;
    type WeightInfo = ();
}

/// Price 1,000, bonus up to 10 % (so 1,100 is prepaid), all of the price at risk, cover 5,000 of which at most 80 % are
/// ever paid (4,000), half the price without data, 90 for the team.
pub fn pricing() -> Pricing {
    Pricing {
        unit_price: 1_000,
        cover_per_unit: 5_000,
        credit_cap: Perbill::from_percent(80),
        at_risk: Perbill::one(),
        max_bonus: Perbill::from_percent(10),
        premium_share: Perbill::from_percent(20),
        team_reward: 90,
        no_data_pay: Perbill::from_percent(50),
    }
}

pub fn terms(pricing: Pricing) -> Terms<AccountId> {
    Terms {
        schedule: Schedule { start: START, period: Period::Custom(PERIOD), periods: PERIODS },
        objectives: Default::default(),
        pricing,
        oracle: Oracle {
            committee: Default::default(),
            quorum: 1,
            report_window: 0,
            reveal_window: None,
            challenge_window: 0,
        },
        access: Access::Open,
        maintenance: Maintenance { quota: 0, notice: 0 },
        notice_periods: None,
        document: Document { hash: Default::default(), uri: Default::default() },
    }
}

pub fn verdict(outcome: Outcome, credit: u32, bonus: u32) -> Verdict {
    let (credit, bonus) = (Perbill::from_percent(credit), Perbill::from_percent(bonus));
    Verdict { outcome, credit, bonus, objectives: Default::default() }
}

pub fn met() -> Verdict {
    verdict(Outcome::Met, 0, 0)
}

pub fn missed(credit: u32) -> Verdict {
    verdict(Outcome::Missed, credit, 0)
}

pub fn no_data() -> Verdict {
    verdict(Outcome::NoData, 0, 0)
}

pub fn set_status(agreement: AgreementId, status: AgreementStatus) {
    Agreements::mutate(|all| all.get_mut(&agreement).unwrap().status = status);
}

pub fn register(agreement: AgreementId, pricing: Pricing) {
    let fake = FakeAgreement {
        status: AgreementStatus::Open,
        periods: PERIODS,
        versions: vec![(0, terms(pricing))],
        waiting: None,
        list: None,
    };
    Agreements::mutate(|all| all.insert(agreement, fake));
    assert_ok!(Compensation::on_registered(agreement, &PROVIDER));
}

/// Settles the next period of `agreement` without moving the clock.
pub fn settle_now(agreement: AgreementId, verdict: &Verdict, settler: Option<AccountId>) {
    let period = Pools::<Test>::get(agreement).unwrap().settled;
    assert_ok!(on_verdict(agreement, period, verdict, settler));
}

pub fn on_verdict(
    agreement: AgreementId,
    period: PeriodIndex,
    verdict: &Verdict,
    settler: Option<AccountId>,
) -> Result<Standing, DispatchError> {
    let terms = Agreements::get().remove(&agreement).unwrap().terms(period);
    let round = RoundId::new(agreement, period);
    // As a call of `pallet-sla` would: all or nothing.
    frame_support::storage::with_storage_layer(|| {
        Compensation::on_verdict(&FinalPeriod {
            round,
            provider: &PROVIDER,
            terms: &terms,
            indicators: &Default::default(),
            verdict,
            settler: settler.as_ref(),
        })
    })
}

/// Moves the clock to the end of the next period of `agreement` and settles it.
pub fn settle(agreement: AgreementId, verdict: &Verdict) {
    let period = Pools::<Test>::get(agreement).unwrap().settled;
    Now::mutate(|now| *now = (*now).max(START + PERIOD * Moment::from(period + 1)));
    settle_now(agreement, verdict, None);
}

/// Proposes new prices from period `from` on, as `pallet-sla` would.
pub fn propose(
    agreement: AgreementId,
    pricing: Pricing,
    from: PeriodIndex,
    carried_over: bool,
) -> Result<(), DispatchError> {
    let fake = Agreements::get().remove(&agreement).unwrap();
    let old = fake.terms(PeriodIndex::MAX);
    let new = Terms { pricing, ..old.clone() };
    let amendment = Amendment { version: fake.version() + 1, from, carried_over, terms: new };
    frame_support::storage::with_storage_layer(|| Compensation::on_proposed(agreement, &amendment, &old))?;
    Agreements::mutate(|all| all.get_mut(&agreement).unwrap().waiting = Some(amendment));
    Ok(())
}

/// Brings the amendment that waits into force, without moving the clock.
pub fn amend(agreement: AgreementId) {
    let fake = Agreements::get().remove(&agreement).unwrap();
    let old = fake.versions.last().unwrap().1.clone();
    let amendment = fake.waiting.unwrap();
    assert_ok!(Compensation::on_amended(agreement, &amendment, &old));
    Agreements::mutate(|all| {
        let fake = all.get_mut(&agreement).unwrap();
        fake.waiting = None;
        fake.versions.push((amendment.from, amendment.terms));
    });
}

/// Moves the clock to boundary `index`.
pub fn go_to(index: PeriodIndex) {
    Now::set(START + PERIOD * Moment::from(index));
}

pub fn back(who: AccountId, amount: Balance) {
    let version = Agreements::get()[&SLA].version();
    assert_ok!(Compensation::back(RuntimeOrigin::signed(who), SLA, amount, version));
}

pub fn backing(who: AccountId) -> Backing {
    Compensation::backing(SLA, &who)
}

/// Gives notice and leaves.
pub fn leave(who: AccountId, shares: Balance) {
    assert_ok!(Compensation::give_backing_notice(RuntimeOrigin::signed(who), SLA, shares));
    assert_ok!(Compensation::exit(RuntimeOrigin::signed(who), SLA, shares));
}

pub fn end(agreement: AgreementId, status: AgreementStatus) {
    set_status(agreement, status);
    assert_ok!(Compensation::on_ended(agreement));
}

pub fn stake(agreement: AgreementId, amount: Balance) {
    assert_ok!(Compensation::stake_cover(RuntimeOrigin::signed(PROVIDER), agreement, amount));
}

pub fn subscribe(who: AccountId, units: u64, periods: PeriodIndex) {
    assert_ok!(Compensation::subscribe(RuntimeOrigin::signed(who), SLA, units, periods, 0, Balance::MAX));
}

pub fn set_member(who: AccountId, weight: u64) {
    assert_ok!(Compensation::set_member(RuntimeOrigin::signed(PROVIDER), SLA, who, weight));
}

pub fn buckets() -> dsla_primitives::settlement::Buckets {
    Compensation::buckets(SLA)
}

pub fn donate(agreement: AgreementId, amount: Balance) {
    assert_ok!(Balances::mint_into(&ALICE, amount));
    let pool = Compensation::pool_account(agreement);
    assert_ok!(Balances::transfer(&ALICE, &pool, amount, Preservation::Preserve));
    Donated::mutate(|donated| *donated += amount);
}

pub fn claimable(who: AccountId) -> Balance {
    Compensation::claimable(SLA, &who).total().unwrap()
}

pub fn wallet(who: AccountId) -> Balance {
    Balances::total_balance(&who)
}

pub fn last_event() -> Event<Test> {
    System::events()
        .into_iter()
        .rev()
        .find_map(|record| match record.event {
            RuntimeEvent::Compensation(event) => Some(event),
            _ => None,
        })
        .expect("no event of this pallet")
}

/// What settlements have burned so far.
pub fn burned() -> Balance {
    Settlements::<Test>::iter_values().map(|settlement| settlement.amounts.burned).sum()
}

/// A chain at time 0 with one agreement, open, with nothing in its pool, and a run of its test.
pub struct ExtBuilder {
    pricing: Pricing,
}

impl Default for ExtBuilder {
    fn default() -> Self {
        Self { pricing: pricing() }
    }
}

impl ExtBuilder {
    pub fn pricing(pricing: Pricing) -> Self {
        Self { pricing }
    }

    /// Runs `test`, then checks the books and the supply.
    pub fn build_and_execute(self, test: impl FnOnce()) {
        let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
        let balances = (PROVIDER..=TREASURY).map(|who| (who, RICH)).collect();
        pallet_balances::GenesisConfig::<Test> { balances, ..Default::default() }
            .assimilate_storage(&mut storage)
            .unwrap();
        sp_io::TestExternalities::from(storage).execute_with(|| {
            System::set_block_number(1);
            reset();
            register(SLA, self.pricing);
            test();
            check_books();
        });
    }
}

/// Statics outlive the externalities of a test when a thread runs several.
fn reset() {
    Now::set(0);
    Agreements::set(BTreeMap::new());
    Reporting::set(Paying::Everything);
    VerificationFee::set(0);
    Shares::set(quarters());
    MaxPayouts::set(100);
    SweepDelay::set(0);
    Fee::set(ClaimFee::default());
    MinBacking::set(100);
    MinJuniorShare::set(Perbill::from_percent(10));
    GracePeriods::set(2);
    Donated::set(0);
    Lost::set(0);
}

/// Every planck has its place, and none came or went unseen.
pub fn check_books() {
    assert_ok!(Compensation::do_try_state());
    let surplus = Pools::<Test>::iter_keys().map(|agreement| Compensation::surplus(agreement).unwrap()).sum::<u128>();
    // Closing a pool takes its gifts along.
    let open = Agreements::get().keys().all(Pools::<Test>::contains_key);
    assert!(if open { surplus == Donated::get() } else { surplus <= Donated::get() }, "surplus {surplus}");
    let expected = RICH * (TREASURY - PROVIDER + 1) + Donated::get() - burned() - Lost::get();
    assert_eq!(Balances::total_issuance(), expected, "supply");
}
