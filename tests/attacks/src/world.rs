// SPDX-License-Identifier: Apache-2.0

//! A chain that is prepared once and played on many times.
//!
//! [`World`] keeps the state of the real runtime after the honest parties have set the stage. [`World::play`] lets a
//! strategy act on it in blocks and then forgets all of it, so that an evaluation costs a few blocks and nothing else.
//! A block is that of the runtime's `Executive` except for the state root, which nobody looks at.
//!
//! Calls are dispatched with a signed origin: no transaction fees, which favours the attacker.

use dsla_primitives::{
    schedule::{Period, Schedule},
    terms::Terms,
    verdict::{Indicator, Indicators},
    AgreementId, Balance, Moment, PeriodIndex, RoundId, ServiceId,
};
use dsla_runtime::{
    constants::{currency::DSLA, time::SLOT_DURATION},
    AccountId, AllPalletsWithSystem, Balances, Challenge, Compensation, Executive, Header, Marketplace, Runtime,
    RuntimeCall, RuntimeOrigin, Sla, SliOracle, System,
};
use dsla_runtime_tests::{
    people::{self, milli},
    Env, Person,
};
use frame_support::{
    traits::{OnFinalize, OnIdle},
    weights::Weight,
    BoundedVec,
};
use pallet_sli_oracle::{Measurement, SubmittedReport};
use sp_consensus_babe::digests::{CompatibleDigestItem, PreDigest, SecondaryPlainPreDigest};
use sp_core::{storage::Storage, H256};
use sp_io::TestExternalities;
use sp_runtime::{
    generic::{Digest, DigestItem},
    traits::{Dispatchable, Header as _},
    Perbill,
};
use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
};

/// The agreement that is attacked.
pub const AGREEMENT: AgreementId = AgreementId(0);
/// How long a report or challenge window is, unless the attack needs another: the shortest there is.
pub const WINDOW: Moment = 18_000;
/// How long a period is, unless the attack needs another.
pub const PERIOD: Moment = 300_000;

/// After every how many games all invariants of the chain are checked.
const CHECK_EVERY: u64 = 16;

thread_local! {
    static WORKED: Cell<u64> = const { Cell::new(0) };
}

/// How many calls of this thread's games have worked.
pub fn calls_that_worked() -> u64 {
    WORKED.get()
}

/// The account of the person called `name`.
pub fn account(name: &str) -> AccountId {
    thread_local! {
        // Deriving a key costs more than a call.
        static KNOWN: RefCell<HashMap<String, AccountId>> = RefCell::default();
    }
    KNOWN.with_borrow_mut(|known| {
        if let Some(who) = known.get(name) {
            return who.clone();
        }
        let who = Person::new(name).id();
        known.insert(name.into(), who.clone());
        who
    })
}

/// Terms for attacks on pools: periods of five minutes, one reporter, no price, no cover.
pub fn plain_terms(start: Moment, periods: PeriodIndex, committee: &[Person]) -> Terms<AccountId> {
    let mut terms = people::terms(start, Period::Custom(PERIOD), periods, committee);
    terms.oracle.report_window = WINDOW;
    terms.oracle.challenge_window = WINDOW;
    terms.pricing.unit_price = 0;
    terms.pricing.cover_per_unit = 0;
    terms.pricing.at_risk = Perbill::zero();
    terms.pricing.team_reward = 0;
    terms
}

/// A state of the real chain from which games start.
pub struct World {
    ext: TestExternalities,
    now: Moment,
    played: u64,
    /// The terms of [`AGREEMENT`].
    pub terms: Terms<AccountId>,
}

/// Who is there and what they begin with.
pub struct Stage<'a> {
    /// The reporters of the committee; they are registered.
    pub committee: &'a [&'a str],
    /// Other registered reporters.
    pub reporters: &'a [&'a str],
    /// Everybody else, with DSLA.
    pub people: &'a [(&'a str, Balance)],
    /// What the provider stakes, in plancks; 0 for nothing.
    pub cover: Balance,
}

/// What a reporter puts up: the least it may.
pub const REPORTER_BOND: Balance = 1_000 * DSLA;

impl World {
    /// Funds everybody, registers provider, service, reporters and an agreement with the terms that `make` gives for a
    /// start ten minutes ahead; stakes cover and opens it. Then `more` may go on.
    pub fn new(
        stage: &Stage,
        make: impl FnOnce(Moment, &[Person]) -> Terms<AccountId>,
        more: impl FnOnce(&mut Play),
    ) -> Self {
        let mut env = Env::new();
        let committee: Vec<Person> = stage.committee.iter().map(|name| Person::new(name)).collect();
        let terms = make(env.now() + 600_000, &committee);
        let reporters = stage.committee.iter().chain(stage.reporters);
        env.block_with(|| {
            let fund = |name: &str, amount: Balance| {
                let dest = account(name).into();
                let call = pallet_balances::Call::<Runtime>::transfer_keep_alive { dest, value: amount };
                dispatch(&account("Alice"), call).expect("Alice is rich");
            };
            fund("provider", 1_000_000 * DSLA);
            reporters.clone().for_each(|name| fund(name, 10_000 * DSLA));
            stage.people.iter().for_each(|(name, amount)| fund(name, amount * DSLA));
        });
        env.block_with(|| {
            let register =
                pallet_sli_oracle::Call::<Runtime>::register_reporter { bond: REPORTER_BOND, uri: Default::default() };
            reporters.clone().for_each(|name| dispatch(&account(name), register.clone()).expect("registers"));
            register_agreement(&account("provider"), ServiceId(0), AGREEMENT, &terms, stage.cover);
        });
        env.blocks(1);
        let mut world = Self::freeze(&mut env, terms);
        let (terms, now) = (world.terms.clone(), world.now);
        world.now = world.ext.execute_with(|| {
            let mut play = Play { now, terms };
            play.open(now + SLOT_DURATION);
            more(&mut play);
            play.close();
            play.now
        });
        world.ext.commit_all().expect("no transaction is open");
        world
    }

    /// Copies the state of `env`.
    fn freeze(env: &mut Env, terms: Terms<AccountId>) -> Self {
        let top = env.read(|| {
            let mut pairs = std::collections::BTreeMap::new();
            let mut key = Vec::new();
            while let Some(next) = sp_io::storage::next_key(&key) {
                let value = sp_io::storage::get(&next).expect("the key exists").to_vec();
                pairs.insert(next.clone(), value);
                key = next;
            }
            pairs
        });
        let ext = TestExternalities::new(Storage { top, children_default: Default::default() });
        Self { ext, now: env.now(), played: 0, terms }
    }

    /// Plays a game and forgets it. After some of them all invariants are checked.
    pub fn play<R>(&mut self, act: impl FnOnce(&mut Play) -> R) -> R {
        let (terms, now) = (self.terms.clone(), self.now);
        let result = self.ext.execute_with(|| {
            let mut play = Play { now, terms };
            play.open(now + SLOT_DURATION);
            let result = act(&mut play);
            play.close();
            if self.played.is_multiple_of(CHECK_EVERY) {
                play.check();
            }
            result
        });
        self.played += 1;
        self.ext.reset_overlay();
        result
    }
}

/// Registers a provider with one service and one agreement, stakes its cover, and opens it.
pub fn register_agreement(
    provider: &AccountId,
    service: ServiceId,
    agreement: AgreementId,
    terms: &Terms<AccountId>,
    cover: Balance,
) {
    let name = BoundedVec::truncate_from(b"web".to_vec());
    let calls: [RuntimeCall; 4] = [
        pallet_sla::Call::register_provider { name: name.clone(), uri: Default::default() }.into(),
        pallet_sla::Call::register_service { name, document: people::document() }.into(),
        pallet_sla::Call::register_agreement { service, terms: terms.clone() }.into(),
        pallet_sla::Call::open_agreement { agreement }.into(),
    ];
    for call in calls {
        dispatch(provider, call).expect("the stage can be set");
    }
    if cover > 0 {
        let stake = pallet_compensation::Call::<Runtime>::stake_cover { agreement, amount: cover };
        dispatch(provider, stake).expect("the provider is rich");
    }
}

fn dispatch(who: &AccountId, call: impl Into<RuntimeCall>) -> Result<(), sp_runtime::DispatchError> {
    frame_support::storage::with_storage_layer(|| {
        call.into().dispatch(RuntimeOrigin::signed(who.clone())).map(|_| ()).map_err(|failed| failed.error)
    })
}

/// When in a period something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// It has begun; the one before is not judged yet.
    Begun,
    /// The verdict on the one before is proposed and can be challenged.
    Proposed,
    /// The one before is settled.
    Settled,
    /// Half of it is over.
    Middle,
    /// The last block before it ends.
    Late,
}

impl When {
    /// All of them in order.
    pub const ALL: [Self; 5] = [Self::Begun, Self::Proposed, Self::Settled, Self::Middle, Self::Late];
}

/// A game that runs. There is always an open block in which calls can be made.
pub struct Play {
    now: Moment,
    /// The terms of [`AGREEMENT`].
    pub terms: Terms<AccountId>,
}

impl Play {
    /// The chain's time.
    pub fn now(&self) -> Moment {
        self.now
    }

    /// Ends the block and begins one at `moment`, or as soon as possible.
    pub fn to(&mut self, moment: Moment) {
        self.close();
        self.open(moment);
    }

    /// Ends the block and begins the next one.
    pub fn next_block(&mut self) {
        self.to(0);
    }

    fn open(&mut self, moment: Moment) {
        self.now = moment.next_multiple_of(SLOT_DURATION).max(self.now + SLOT_DURATION);
        let number = System::block_number() + 1;
        let slot = PreDigest::SecondaryPlain(SecondaryPlainPreDigest {
            authority_index: 0,
            slot: (self.now / SLOT_DURATION).into(),
        });
        let digest = Digest { logs: vec![<DigestItem as CompatibleDigestItem>::babe_pre_digest(slot)] };
        let parent = if number == 1 { Default::default() } else { H256::from_low_u64_be(u64::from(number)) };
        Executive::initialize_block(&Header::new(number, Default::default(), Default::default(), parent, digest));
        let time = RuntimeCall::Timestamp(pallet_timestamp::Call::set { now: self.now });
        time.dispatch(RuntimeOrigin::none()).expect("time goes on");
        Executive::inherents_applied();
        // The block in which an epoch ends has no room for anything: agreements and challenges are served in the next.
        if room().any_lte(Weight::zero()) {
            self.close();
            self.open(0);
        }
    }

    fn close(&mut self) {
        System::note_finished_extrinsics();
        let (number, room) = (System::block_number(), room());
        if room.all_gt(Weight::zero()) {
            <AllPalletsWithSystem as OnIdle<_>>::on_idle(number, room);
        }
        <AllPalletsWithSystem as OnFinalize<_>>::on_finalize(number);
    }

    /// Makes a call; tells whether it worked. A call that fails changes nothing.
    pub fn call(&mut self, who: &AccountId, call: impl Into<RuntimeCall>) -> bool {
        let worked = dispatch(who, call).is_ok();
        WORKED.with(|count| count.set(count.get() + u64::from(worked)));
        worked
    }

    /// Makes a call that works.
    pub fn must(&mut self, who: &AccountId, call: impl Into<RuntimeCall>) {
        let call = call.into();
        if let Err(error) = dispatch(who, call.clone()) {
            panic!("{error:?}: {call:?}");
        }
    }

    /// Makes a call as root that works.
    pub fn root(&mut self, call: impl Into<RuntimeCall>) {
        call.into().dispatch(RuntimeOrigin::root()).expect("root can");
    }

    /// Boundary `period` of [`AGREEMENT`].
    pub fn boundary(&self, period: PeriodIndex) -> Moment {
        let schedule = Schedule { periods: PeriodIndex::MAX, ..self.terms.schedule };
        schedule.boundary(period).expect("in range")
    }

    /// One report of one value in thousandths; `None` for no data.
    pub fn report(&mut self, reporter: &AccountId, period: PeriodIndex, value: Option<u128>) -> bool {
        let report = report_of(period, value);
        let reports = BoundedVec::truncate_from(vec![report]);
        self.call(reporter, pallet_sli_oracle::Call::<Runtime>::submit { reports })
    }

    /// Plays all periods of [`AGREEMENT`] and their settlement. `reporter` reports `value(period)` on each, and `act` acts
    /// at each of `moments`.
    pub fn periods(
        &mut self,
        reporter: &AccountId,
        moments: &[When],
        value: impl Fn(PeriodIndex) -> u128,
        mut act: impl FnMut(&mut Self, PeriodIndex, When),
    ) {
        let window = self.terms.oracle.report_window;
        let last = self.terms.schedule.periods;
        for period in 0..=last {
            for when in When::ALL {
                // These three carry the chain on; at the others only something happens when somebody acts.
                if when > When::Settled && (period == last || !moments.contains(&when)) {
                    continue;
                }
                let begin = self.boundary(period);
                self.to(match when {
                    When::Begun => begin,
                    When::Proposed => begin + window,
                    When::Settled => begin + window + self.terms.oracle.challenge_window.min(WINDOW) + SLOT_DURATION,
                    When::Middle => begin + (self.boundary(period + 1) - begin) / 2,
                    When::Late => self.boundary(period + 1) - SLOT_DURATION,
                });
                if when == When::Begun && period > 0 {
                    assert!(self.report(reporter, period - 1, Some(value(period - 1))), "reports");
                }
                if period < last && moments.contains(&when) {
                    act(self, period, when);
                }
            }
        }
        self.settle_all();
    }

    /// Lets time pass until [`AGREEMENT`] has ended.
    pub fn settle_all(&mut self) {
        for _ in 0..100 {
            if pallet_compensation::Pools::<Runtime>::get(AGREEMENT).is_none_or(|pool| pool.ended) {
                return;
            }
            self.to(self.now + (self.terms.oracle.challenge_window / 2).max(PERIOD / 4));
        }
        panic!("the agreement does not end");
    }

    /// After the end of `agreement`: everybody claims, the provider takes what is left, and the pool closes.
    pub fn close_pool(&mut self, agreement: AgreementId, provider: &AccountId, people: &[&AccountId]) {
        self.next_block();
        // The provider last: what others leave by rounding is its income.
        for who in people.iter().copied().chain([provider]) {
            let claim = pallet_compensation::Call::<Runtime>::claim_for { agreement, who: who.clone() };
            self.call(provider, claim);
        }
        let Some(pool) = pallet_compensation::Pools::<Runtime>::get(agreement) else { return };
        assert!(pool.ended, "the agreement has ended");
        let (junior, rewards) = (pool.buckets.junior, pool.buckets.rewards);
        self.call(provider, pallet_compensation::Call::<Runtime>::withdraw_cover { agreement, amount: junior });
        self.call(provider, pallet_compensation::Call::<Runtime>::withdraw_rewards { agreement, amount: rewards });
        let left = pallet_compensation::Pools::<Runtime>::get(agreement);
        assert!(left.is_none(), "everything has been paid out: {left:?}");
    }

    /// Pays in as a backer.
    pub fn back(&mut self, who: &AccountId, amount: Balance) -> bool {
        self.call(who, pallet_compensation::Call::<Runtime>::back { agreement: AGREEMENT, amount, terms_version: 0 })
    }

    /// Subscribes to units from the next period on.
    pub fn subscribe(&mut self, who: &AccountId, units: u64, periods: PeriodIndex) -> bool {
        self.call(
            who,
            pallet_compensation::Call::<Runtime>::subscribe {
                agreement: AGREEMENT,
                units,
                periods,
                terms_version: 0,
                max_payment: Balance::MAX,
            },
        )
    }

    /// Leaves with all shares but what is worth `rest`, rounded up.
    pub fn leave_all_but(&mut self, who: &AccountId, rest: Balance) -> bool {
        let backing = Compensation::backing(AGREEMENT, who);
        let free = backing.shares;
        let kept = if rest == 0 {
            0
        } else {
            let value = Compensation::value_of_shares(AGREEMENT, free).unwrap_or(0);
            if value <= rest {
                return false;
            }
            // One share more for what rounding takes.
            sp_runtime::helpers_128bit::multiply_by_rational_with_rounding(free, rest, value, sp_runtime::Rounding::Up)
                .map_or(free, |kept| kept + 1)
        };
        let shares = free.saturating_sub(kept);
        if shares == 0 {
            return false;
        }
        let missing = shares.saturating_sub(backing.notice);
        if missing > 0 {
            self.call(
                who,
                pallet_compensation::Call::<Runtime>::give_backing_notice { agreement: AGREEMENT, shares: missing },
            );
        }
        self.call(who, pallet_compensation::Call::<Runtime>::exit { agreement: AGREEMENT, shares })
    }

    /// What these accounts have, free and held.
    pub fn wealth(&self, who: &[&AccountId]) -> i128 {
        let of = |who: &AccountId| {
            let data = frame_system::Account::<Runtime>::get(who).data;
            i128::try_from(data.free + data.reserved).expect("below the supply")
        };
        who.iter().copied().map(of).sum()
    }

    /// Checks supply and every invariant of our pallets.
    pub fn check(&self) {
        let held: Balance =
            frame_system::Account::<Runtime>::iter_values().map(|a| a.data.free + a.data.reserved).sum();
        assert_eq!(Balances::total_issuance(), held, "the balances must sum to the total issuance");
        Sla::do_try_state().expect("sla");
        SliOracle::do_try_state().expect("sli-oracle");
        Compensation::do_try_state().expect("compensation");
        Marketplace::do_try_state().expect("marketplace");
        Challenge::do_try_state().expect("challenge");
    }
}

/// What the block still has room for.
fn room() -> Weight {
    let room = <Runtime as frame_system::Config>::BlockWeights::get().max_block;
    room.saturating_sub(System::block_weight().total())
}

/// A report of one value in thousandths; `None` for no data.
pub fn report_of(period: PeriodIndex, value: Option<u128>) -> SubmittedReport {
    let measurement = value.map_or(Measurement::NoData, |value| Measurement::Value(milli(value)));
    SubmittedReport {
        round: RoundId::new(AGREEMENT, period),
        measurements: BoundedVec::truncate_from(vec![measurement]),
        evidence: H256::repeat_byte(1),
    }
}

/// Indicators of one value in thousandths.
pub fn indicators(value: u128) -> Indicators {
    BoundedVec::truncate_from(vec![Indicator::Value(milli(value))])
}
