// SPDX-License-Identifier: Apache-2.0

//! A runtime with the oracle, and agreements that tests write as they like.

use crate as pallet_sli_oracle;
use crate::types::MIN_UNBONDING;
use dsla_primitives::{
    schedule::{Period, Schedule},
    terms::{Access, Bounds, Comparator, Credit, Document, Maintenance, Objective, Oracle, Pricing, Source, Terms},
    traits::{AgreementInfo, AgreementInspect, AgreementStatus, Amendment},
    verdict::Outcome,
    AgreementId, Balance, Moment, PeriodIndex, RoundId, ServiceId,
};
use frame_support::{
    derive_impl, parameter_types,
    traits::{tokens::imbalance::ResolveTo, Time},
    PalletId,
};
use sp_core::H256;
use sp_runtime::{BuildStorage, FixedU128, Perbill};
use std::{cell::RefCell, collections::BTreeMap};

pub type AccountId = u64;

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Balances: pallet_balances,
        SliOracle: pallet_sli_oracle,
    }
);

pub const EXISTENTIAL_DEPOSIT: Balance = 10;
pub const MIN_BOND: Balance = 1_000;
pub const WALLET: Balance = 10_000;
/// Longer than the shortest, so that tests see which one is applied.
pub const UNBONDING: Moment = MIN_UNBONDING + 1_000;

/// Pays rewards.
pub const POOL: AccountId = 1;
/// Has money and no part in anything.
pub const STRANGER: AccountId = 2;
/// Has nothing.
pub const POOR: AccountId = 3;
/// Gets what is slashed.
pub const TREASURY: AccountId = 4;
/// The first of twenty accounts that have money to become reporters.
pub const ALICE: AccountId = 101;
pub const BOB: AccountId = 102;
pub const CHARLIE: AccountId = 103;
pub const DAVE: AccountId = 104;
/// The committee of [`AGREEMENT`]: it bears one liar.
pub const COMMITTEE: [AccountId; 4] = [ALICE, BOB, CHARLIE, DAVE];
pub const QUORUM: u32 = 3;

pub const AGREEMENT: AgreementId = AgreementId(7);
pub const START: Moment = 1_700_000_000_000;
pub const PERIOD: Moment = 3_600_000;
pub const WINDOW: Moment = 600_000;
pub const PERIODS: PeriodIndex = 24;
/// How long reports of sealed rounds can be revealed.
pub const REVEAL: Moment = 400_000;
pub const MAX_STRIKES: u32 = 3;

/// End of period 0 of [`AGREEMENT`].
pub const ENDED: Moment = START + PERIOD;

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = frame_system::mocking::MockBlock<Test>;
    type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type Balance = Balance;
    type ExistentialDeposit = ExistentialDeposit;
    type AccountStore = System;
}

parameter_types! {
    pub const ExistentialDeposit: Balance = EXISTENTIAL_DEPOSIT;
    pub const OraclePalletId: PalletId = PalletId(*b"dsla/sli");
    pub storage MinBond: Balance = MIN_BOND;
    pub storage Unbonding: Moment = UNBONDING;
    pub storage MaxStrikes: u32 = MAX_STRIKES;
    pub storage SlashShare: Perbill = Perbill::from_percent(10);
    pub const Treasury: AccountId = TREASURY;
}

impl pallet_sli_oracle::Config for Test {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Time = Clock;
    type Agreements = Agreements;
    type PalletId = OraclePalletId;
    type MinBond = MinBond;
    type Unbonding = Unbonding;
    type MaxStrikes = MaxStrikes;
    type SlashShare = SlashShare;
    type OnSlash = ResolveTo<Treasury, Balances>;
    type WeightInfo = ();
}

/// An agreement and, by the period from which on they are in force, its terms.
pub struct Agreement {
    pub info: AgreementInfo<AccountId>,
    pub terms: BTreeMap<PeriodIndex, Terms<AccountId>>,
}

thread_local! {
    static NOW: RefCell<Moment> = const { RefCell::new(0) };
    static AGREEMENTS: RefCell<BTreeMap<AgreementId, Agreement>> = const { RefCell::new(BTreeMap::new()) };
}

pub struct Clock;

impl Clock {
    pub fn set(now: Moment) {
        NOW.with(|stored| *stored.borrow_mut() = now);
    }
}

impl Time for Clock {
    type Moment = Moment;
    fn now() -> Moment {
        NOW.with(|stored| *stored.borrow())
    }
}

pub struct Agreements;

impl Agreements {
    pub fn insert(id: AgreementId, terms: Terms<AccountId>) {
        let info = AgreementInfo {
            service: ServiceId(0),
            provider: POOL,
            status: AgreementStatus::Active,
            version: 0,
            periods: terms.schedule.periods,
            finalized: 0,
        };
        let terms = BTreeMap::from([(0, terms)]);
        AGREEMENTS.with(|stored| stored.borrow_mut().insert(id, Agreement { info, terms }));
    }

    pub fn change(id: AgreementId, change: impl FnOnce(&mut Agreement)) {
        AGREEMENTS.with(|stored| change(stored.borrow_mut().get_mut(&id).expect("inserted before")));
    }
}

impl AgreementInspect<AccountId> for Agreements {
    fn agreement(id: AgreementId) -> Option<AgreementInfo<AccountId>> {
        AGREEMENTS.with(|stored| stored.borrow().get(&id).map(|agreement| agreement.info.clone()))
    }
    fn terms(round: RoundId) -> Option<Terms<AccountId>> {
        AGREEMENTS.with(|stored| {
            let stored = stored.borrow();
            let (_, terms) = stored.get(&round.agreement)?.terms.range(..=round.period).next_back()?;
            Some(terms.clone())
        })
    }
    fn amendment(_: AgreementId) -> Option<Amendment<AccountId>> {
        None
    }
    fn may_subscribe(_: AgreementId, _: &AccountId) -> bool {
        false
    }
    fn outcome(_: RoundId) -> Option<Outcome> {
        None
    }
}

/// Terms with this committee and two objectives: availability as a ratio, and latency from 1 to 1000 ms.
pub fn terms(committee: &[AccountId], quorum: u32) -> Terms<AccountId> {
    let objective = |comparator, target, min, max| Objective {
        source: Source::Reported { unit: Default::default() },
        comparator,
        target,
        weight: Perbill::from_percent(50),
        credit: Credit::Deviation { cap: Perbill::one() },
        bonuses: Default::default(),
        bounds: Bounds { min, max },
        tolerance: FixedU128::from_u32(1),
    };
    let availability = objective(Comparator::GreaterOrEqual, FixedU128::from_rational(99, 100), 0.into(), 1.into());
    let latency = objective(Comparator::LessOrEqual, 200.into(), 1.into(), 1_000.into());
    Terms {
        schedule: Schedule { start: START, period: Period::Custom(PERIOD), periods: PERIODS },
        objectives: vec![availability, latency].try_into().unwrap(),
        pricing: Pricing {
            unit_price: 0,
            cover_per_unit: 0,
            credit_cap: Perbill::one(),
            at_risk: Perbill::one(),
            max_bonus: Perbill::zero(),
            premium_share: Perbill::zero(),
            team_reward: 0,
            no_data_pay: Perbill::one(),
        },
        oracle: Oracle {
            committee: committee.to_vec().try_into().unwrap(),
            quorum,
            report_window: WINDOW,
            reveal_window: None,
            challenge_window: WINDOW,
        },
        access: Access::Open,
        maintenance: Maintenance { quota: 0, notice: 0 },
        notice_periods: None,
        document: Document { hash: H256::zero(), uri: Default::default() },
    }
}

/// The same with sealed reports.
pub fn sealed_terms(committee: &[AccountId], quorum: u32) -> Terms<AccountId> {
    let open = terms(committee, quorum);
    Terms { oracle: Oracle { reveal_window: Some(REVEAL), ..open.oracle }, ..open }
}

/// Runs `test` at [`ENDED`], the moment at which the first report on [`AGREEMENT`] is due, and checks afterwards that
/// the pallet's state is sound and that no money has come or gone.
pub fn build_and_execute(test: impl FnOnce()) {
    let wallets = [POOL, STRANGER, TREASURY].into_iter().chain(ALICE..ALICE + 20).map(|who| (who, WALLET));
    let genesis = RuntimeGenesisConfig {
        balances: pallet_balances::GenesisConfig { balances: wallets.collect(), ..Default::default() },
        ..Default::default()
    };
    sp_io::TestExternalities::new(genesis.build_storage().unwrap()).execute_with(|| {
        System::set_block_number(1);
        Clock::set(ENDED);
        AGREEMENTS.with(|stored| stored.borrow_mut().clear());
        Agreements::insert(AGREEMENT, terms(&COMMITTEE, QUORUM));
        let issuance = Balances::total_issuance();
        test();
        SliOracle::do_try_state().unwrap();
        assert_eq!(Balances::total_issuance(), issuance);
    });
}
