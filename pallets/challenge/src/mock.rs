// SPDX-License-Identifier: Apache-2.0

//! A runtime with this pallet, balances, and neighbours in simple memory.
//!
//! What the neighbours are told to do is kept in storage, so that a call that fails takes it back.

use crate::{self as pallet_challenge, *};
use dsla_primitives::{
    schedule::{Period, Schedule},
    terms::{
        Access, Bounds, Comparator, Credit, Document, Maintenance, Objective, Oracle, Pricing, Source, Terms,
        MAX_WINDOW,
    },
    traits::{
        AgreementInfo, AgreementInspect, Amendment, Parties, ProposedVerdict, Reporters as ReportersTrait, Verdicts,
    },
    verdict::{Indicator, Indicators, Outcome},
    AgreementId, Balance, Moment, RoundId,
};
use frame_support::{
    derive_impl,
    pallet_prelude::ValueQuery,
    parameter_types, storage_alias,
    traits::{fungible::Inspect, tokens::imbalance::ResolveTo, Hooks, OnPoll, Randomness, Time},
    weights::{Weight, WeightMeter},
    Blake2_128Concat,
};
use frame_system::EnsureRoot;
use sp_core::H256;
use sp_runtime::{
    traits::{BlakeTwo256, Hash},
    BuildStorage, DispatchError, DispatchResult, FixedU128, Perbill,
};

pub type AccountId = u64;
pub type BlockNumber = u64;

pub const ED: Balance = 10;
pub const BOND: Balance = 1_000;
/// What every account of a person starts with.
pub const WALLET: Balance = 1_000_000;

pub const PROVIDER: AccountId = 1;
/// Customers of [`ROUND`].
pub const ALICE: AccountId = 2;
pub const BOB: AccountId = 3;
pub const CHARLIE: AccountId = 4;
/// A backer of [`AGREEMENT`].
pub const BACKER: AccountId = 5;
/// A customer that is on the committee, too.
pub const MEASURER: AccountId = 6;
/// Has money and no part in anything.
pub const STRANGER: AccountId = 7;
/// A customer with too little for a bond.
pub const POOR: AccountId = 8;
pub const TREASURY: AccountId = 9;
/// A customer that is a reporter, too.
pub const DOUBLE: AccountId = 10;
/// Further customers: with the others enough for more claims than there can be.
pub const DORA: AccountId = 11;
pub const EMIL: AccountId = 12;
pub const FRIDA: AccountId = 13;
pub const COMMITTEE: [AccountId; 4] = [MEASURER, 51, 52, 53];
/// The reporters there are; all have wallets.
pub const REPORTERS: core::ops::Range<AccountId> = 100..130;

pub const AGREEMENT: AgreementId = AgreementId(7);
pub const ROUND: RoundId = RoundId { agreement: AGREEMENT, period: 3 };
pub const OTHER_ROUND: RoundId = RoundId { agreement: AGREEMENT, period: 4 };
pub const START: Moment = 1_700_000_000_000;
/// End of the challenge window of [`ROUND`].
pub const UNTIL: Moment = START + 1_000_000;
pub const GENESIS: H256 = H256::repeat_byte(0x9e);

pub const VOTE: Moment = 200_000;
pub const REVEAL: Moment = 100_000;
pub const APPEAL: Moment = 400_000;
pub const ARBITRATION: Moment = 800_000;

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Balances: pallet_balances,
        Challenging: pallet_challenge,
    }
);

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
    pub const ExistentialDeposit: Balance = ED;
    pub const Treasury: AccountId = TREASURY;
    pub static Now: Moment = START;
    pub static BaseBond: Balance = BOND;
    pub static PanelSize: u32 = 5;
    pub static VoteWindow: Moment = VOTE;
    pub static RevealWindow: Moment = REVEAL;
    pub static AppealWindow: Moment = APPEAL;
    pub static ArbitrationWindow: Moment = ARBITRATION;
    pub static MaxServiceWeight: Weight = Weight::MAX;
    /// The seed of all draws, and the block since which it is known.
    pub static Seed: (u64, BlockNumber) = (0, 0);
    /// Who may be drawn.
    pub static Active: Vec<AccountId> = REPORTERS.collect();
    /// Whether the ruling of [`ROUND`] is refused.
    pub static RuleFails: bool = false;
    /// Whether verdicts can be suspended.
    pub static SuspendFails: bool = false;
}

impl Time for Now {
    type Moment = Moment;
    fn now() -> Moment {
        Now::get()
    }
}

impl Randomness<H256, BlockNumber> for Seed {
    fn random(subject: &[u8]) -> (H256, BlockNumber) {
        let (seed, known) = Seed::get();
        (BlakeTwo256::hash_of(&(seed, subject)), known)
    }
}

/// Verdicts: proposed, and since when they are suspended.
#[storage_alias(verbatim)]
pub type Suspended = StorageMap<Mock, Blake2_128Concat, RoundId, u32, ValueQuery>;
/// What was ruled, and how often.
#[storage_alias(verbatim)]
pub type Ruled = StorageMap<Mock, Blake2_128Concat, RoundId, (Indicators, u32)>;
/// How often reporters were struck.
#[storage_alias(verbatim)]
pub type Strikes = StorageMap<Mock, Blake2_128Concat, AccountId, u32, ValueQuery>;

pub struct Neighbours;

impl Verdicts<AccountId> for Neighbours {
    fn proposed(round: RoundId) -> Option<ProposedVerdict<AccountId>> {
        let known = (round == ROUND || round == OTHER_ROUND) && !Ruled::contains_key(round);
        // The end of the window is known only until the verdict is suspended, as the trait allows.
        let until = if Suspended::get(round) == 0 { UNTIL } else { 0 };
        known.then(|| ProposedVerdict { provider: PROVIDER, terms: terms(), indicators: proposed(), until })
    }
    fn suspend(round: RoundId) -> DispatchResult {
        if SuspendFails::get() {
            return Err(DispatchError::Other("cannot be suspended"));
        }
        Suspended::mutate(round, |times| *times += 1);
        Ok(())
    }
    fn rule(round: RoundId, indicators: &Indicators) -> DispatchResult {
        if RuleFails::get() && round == ROUND {
            return Err(DispatchError::Unavailable);
        }
        let times = Ruled::get(round).map_or(0, |(_, times)| times);
        Ruled::insert(round, (indicators, times + 1));
        Ok(())
    }
}

impl AgreementInspect<AccountId> for Neighbours {
    fn agreement(_: AgreementId) -> Option<AgreementInfo<AccountId>> {
        None
    }
    fn terms(round: RoundId) -> Option<Terms<AccountId>> {
        (round.agreement == AGREEMENT).then(terms)
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

impl Parties<AccountId> for Neighbours {
    fn is_customer(round: RoundId, who: &AccountId) -> bool {
        round.agreement == AGREEMENT && [ALICE, BOB, CHARLIE, MEASURER, POOR, DOUBLE, DORA, EMIL, FRIDA].contains(who)
    }
    fn is_backer(agreement: AgreementId, who: &AccountId) -> bool {
        agreement == AGREEMENT && *who == BACKER
    }
}

impl ReportersTrait<AccountId> for Neighbours {
    fn draw(seed: H256, size: u32, exclude: &[AccountId]) -> Vec<AccountId> {
        let mut drawn = Active::get();
        drawn.retain(|who| !exclude.contains(who));
        drawn.sort_by_cached_key(|who| BlakeTwo256::hash_of(&(seed, who)));
        drawn.truncate(size as usize);
        drawn
    }
    fn strike(who: &AccountId) {
        Strikes::mutate(who, |strikes| *strikes += 1);
    }
}

impl Config for Test {
    type Verdicts = Neighbours;
    type Agreements = Neighbours;
    type Parties = Neighbours;
    type Reporters = Neighbours;
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Treasury = ResolveTo<Treasury, Balances>;
    type Time = Now;
    type Randomness = Seed;
    type ArbiterOrigin = EnsureRoot<AccountId>;
    type PanelSize = PanelSize;
    type BaseBond = BaseBond;
    type VoteWindow = VoteWindow;
    type RevealWindow = RevealWindow;
    type AppealWindow = AppealWindow;
    type ArbitrationWindow = ArbitrationWindow;
    type MaxServiceWeight = MaxServiceWeight;
    type WeightInfo = MockWeights;
}

/// Weights that tests can count with.
pub struct MockWeights;

impl WeightInfo for MockWeights {
    fn challenge() -> Weight {
        Weight::from_parts(1, 0)
    }
    fn commit_vote() -> Weight {
        Weight::from_parts(2, 0)
    }
    fn reveal_vote() -> Weight {
        Weight::from_parts(3, 0)
    }
    fn appeal() -> Weight {
        Weight::from_parts(4, 0)
    }
    fn arbitrate() -> Weight {
        Weight::from_parts(5, 0)
    }
    fn advance_claims() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn advance_drawing() -> Weight {
        Weight::from_parts(4_000, 0)
    }
    fn advance_voting() -> Weight {
        Weight::from_parts(1_500, 0)
    }
    fn advance_revealing() -> Weight {
        Weight::from_parts(3_000, 0)
    }
    fn advance_final() -> Weight {
        Weight::from_parts(2_000, 0)
    }
    fn queue_base() -> Weight {
        Weight::from_parts(100, 0)
    }
}

/// What was measured: 99 % and 100 ms.
pub fn proposed() -> Indicators {
    indicators(990, 100)
}

/// Availability in thousandths, and a latency in ms.
pub fn indicators(availability: u128, latency: u128) -> Indicators {
    let availability = FixedU128::from_rational(availability, 1_000);
    vec![Indicator::Value(availability), Indicator::Value(latency.into())].try_into().unwrap()
}

/// Two objectives: availability from 0 to 1, and a latency from 1 to 1000 ms.
pub fn terms() -> Terms<AccountId> {
    let objective = |comparator, target, min: u32, max: u32| Objective {
        source: Source::Reported { unit: Default::default() },
        comparator,
        target,
        weight: Perbill::from_percent(50),
        credit: Credit::Deviation { cap: Perbill::one() },
        bonuses: Default::default(),
        bounds: Bounds { min: FixedU128::from_u32(min), max: FixedU128::from_u32(max) },
        tolerance: FixedU128::from_u32(1),
    };
    let availability = objective(Comparator::GreaterOrEqual, FixedU128::from_rational(99, 100), 0, 1);
    let latency = objective(Comparator::LessOrEqual, FixedU128::from_u32(200), 1, 1_000);
    Terms {
        schedule: Schedule { start: START, period: Period::Custom(3_600_000), periods: 24 },
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
            committee: COMMITTEE.to_vec().try_into().unwrap(),
            quorum: 3,
            report_window: 600_000,
            reveal_window: None,
            challenge_window: MAX_WINDOW,
        },
        access: Access::Open,
        maintenance: Maintenance { quota: 0, notice: 0 },
        notice_periods: None,
        document: Document { hash: H256::zero(), uri: Default::default() },
    }
}

/// A block at `now`: the queues are served as far as `meter` allows.
pub fn block_with(now: Moment, meter: &mut WeightMeter) {
    System::set_block_number(System::block_number() + 1);
    Now::set(now);
    <Challenging as OnPoll<BlockNumber>>::on_poll(System::block_number(), meter);
}

/// A block at `now`.
pub fn block_at(now: Moment) {
    block_with(now, &mut WeightMeter::new());
}

/// A block at the present moment that brings new randomness, known since that block.
pub fn new_randomness() {
    Seed::mutate(|(seed, known)| (*seed, *known) = (*seed + 1, System::block_number() + 1));
    block_at(Now::get());
}

pub fn wallet(who: AccountId) -> Balance {
    Balances::total_balance(&who)
}

/// The externalities of a test: everybody has a wallet.
pub fn new_test_ext() -> sp_io::TestExternalities {
    let people = [PROVIDER, ALICE, BOB, CHARLIE, BACKER, MEASURER, STRANGER, TREASURY, DOUBLE, DORA, EMIL, FRIDA];
    let balances = people.into_iter().chain(REPORTERS).map(|who| (who, WALLET)).chain([(POOR, BOND)]).collect();
    let genesis = RuntimeGenesisConfig {
        balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
        ..Default::default()
    };
    let mut ext = sp_io::TestExternalities::new(genesis.build_storage().unwrap());
    ext.execute_with(|| {
        frame_system::BlockHash::<Test>::insert(0, GENESIS);
        System::set_block_number(1);
        reset();
    });
    ext
}

/// Statics outlive the externalities of a test when a thread runs several.
pub fn reset() {
    Now::set(START);
    BaseBond::set(BOND);
    PanelSize::set(5);
    VoteWindow::set(VOTE);
    RevealWindow::set(REVEAL);
    AppealWindow::set(APPEAL);
    ArbitrationWindow::set(ARBITRATION);
    MaxServiceWeight::set(Weight::MAX);
    Seed::set((0, 0));
    Active::set(REPORTERS.collect());
    RuleFails::set(false);
    SuspendFails::set(false);
}

/// What challenges have burned so far, by their events.
pub fn burned() -> Balance {
    System::events()
        .into_iter()
        .filter_map(|record| match record.event {
            RuntimeEvent::Challenging(Event::Ruled { payout, .. }) => Some(payout.burned),
            _ => None,
        })
        .sum()
}

/// Runs `test` and checks afterwards that the state is sound and that no money came or went but what was burned.
pub fn build_and_execute(test: impl FnOnce()) {
    new_test_ext().execute_with(|| {
        let issuance = Balances::total_issuance();
        test();
        Challenging::do_try_state().unwrap();
        assert_eq!(Balances::total_issuance(), issuance - burned());
    });
}

/// What the genesis of a runtime checks.
pub fn integrity_test() {
    new_test_ext().execute_with(Challenging::integrity_test);
}
