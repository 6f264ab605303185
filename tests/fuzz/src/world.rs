// SPDX-License-Identifier: Apache-2.0

//! The state every input starts from: one in which as much as possible can be done next.
//!
//! * agreement 0 runs: a period was missed and compensated, the verdict on the next one is challenged and a panel votes; it
//!   has subscribers, one of them sponsored, backers, a team, a partner, three offers and vouchers in every state;
//! * agreement 1 is sealed and has a list: the verdict on its first period can be challenged;
//! * agreement 2 is a draft; agreement 3 is open and an amendment waits;
//! * the first period of agreement 4, sealed, and of agreement 5, open, has ended and takes reports; one is in;
//! * agreement 6 has ended;
//! * there is a collection with items, a multisig that waits for its second signature, and proxies;
//! * four validators were elected, three of whom nobody has seen since; some nominate them, and an era was served;
//! * one referendum is being decided, one waits for its deposit, one was cancelled; the treasury has payments to make, and
//!   the scheduler tasks;
//! * there is a registrar, an identity with a sub-account, usernames, and money that vests.

use crate::people::{self, ALICE, ANNA, BACKER, BELA, MERCHANT, NAMES, POOR, PROVIDER, REPORTERS};
use codec::Encode;
use dsla_primitives::{
    market::{OfferKind, Part},
    schedule::Period,
    terms::{min_quorum, Access, Maintenance, Terms},
    traits::PaymentSource,
    verdict::Indicator,
    AgreementId, Moment, OfferId, PeriodIndex, RoundId, ServiceId,
};
use dsla_runtime::{
    configs::governance::origins::Origin,
    constants::currency::{DSLA, EXISTENTIAL_DEPOSIT},
    parameters::{
        dynamic_params::{challenges, settlement},
        Ranged,
    },
    AccountId, Executive, OriginCaller, Runtime, RuntimeCall, RuntimeOrigin, RuntimeParameters, System,
};
use dsla_runtime_tests::{
    people::{availability, bonus, document, milli, terms as usual, HOUR},
    Env,
};
use frame_support::BoundedVec;
use pallet_compensation::Call as Pool;
use pallet_marketplace::Call as Market;
use pallet_nfts::Call as Nft;
use pallet_sla::Call as Sla;
use pallet_sli_oracle::{Call as Oracle, Measurement, Reveal, SubmittedReport};
use sp_core::{storage::Storage, H256};
use sp_io::{hashing::blake2_256, TestExternalities};
use sp_runtime::{traits::Dispatchable, Perbill};
use std::cell::RefCell;

thread_local! {
    static WORLD: RefCell<TestExternalities> = RefCell::new(build());
}

/// Acts on the first state, which afterwards is as it was.
pub fn visit<R>(act: impl FnOnce() -> R) -> R {
    WORLD.with_borrow_mut(|world| {
        world.execute_with(|| {
            sp_io::storage::start_transaction();
            let result = act();
            sp_io::storage::rollback_transaction();
            result
        })
    })
}

/// Plays the history and copies what it left, so that nothing but the state of its last block is in memory.
fn build() -> TestExternalities {
    let mut env = Env::new();
    History { env: &mut env }.play();
    env.check_invariants();
    let top = env.read(|| {
        let mut all = std::collections::BTreeMap::new();
        let mut key = Vec::new();
        while let Some(next) = sp_io::storage::next_key(&key) {
            let value = sp_io::storage::get(&next).expect("the key is there");
            all.insert(next.clone(), value.to_vec());
            key = next;
        }
        all
    });
    TestExternalities::new(Storage { top, children_default: Default::default() })
}

struct History<'a> {
    env: &'a mut Env,
}

impl History<'_> {
    /// One call in a block of its own; it has to work.
    fn call(&mut self, who: usize, call: impl Into<RuntimeCall>) {
        self.dispatch(RuntimeOrigin::signed(people::id(who)), call.into());
    }

    fn root(&mut self, call: impl Into<RuntimeCall>) {
        self.dispatch(RuntimeOrigin::root(), call.into());
    }

    fn dispatch(&mut self, origin: RuntimeOrigin, call: RuntimeCall) {
        let text = format!("{call:?}");
        self.env
            .block_with(|| {
                // What is due is served once the inherents are over, which a transaction would tell.
                Executive::inherents_applied();
                call.dispatch(origin)
            })
            .unwrap_or_else(|failed| panic!("{text}: {:?}", failed.error));
    }

    fn play(mut self) {
        self.money();
        self.numbers();
        for reporter in REPORTERS..NAMES.len() {
            self.call(reporter, Oracle::register_reporter { bond: 10_000 * DSLA, uri: Default::default() });
        }
        self.validators();
        self.governance();
        self.identities();
        let name = || BoundedVec::truncate_from(b"web".to_vec());
        self.call(PROVIDER, Sla::register_provider { name: name(), uri: Default::default() });
        self.call(PROVIDER, Sla::register_service { name: name(), document: document() });
        let start = self.env.now() + HOUR;
        let first = self.agreement(first_terms(start));
        let second = self.agreement(sealed_terms(start + 9 * HOUR / 2));
        let draft = self.agreement(draft_terms(start + 40 * HOUR));
        let fourth = self.agreement(draft_terms(start + 30 * HOUR));
        let fifth = self.agreement(sealed_terms(start + 27 * HOUR / 4));
        let sixth = self.agreement(open_terms(start + 7 * HOUR));
        let ended = self.agreement(short_terms(start));
        assert_eq!(draft, AgreementId(2));
        for agreement in [first, second, fourth, fifth, sixth, ended] {
            self.call(PROVIDER, Sla::open_agreement { agreement });
        }
        self.customers(first, second, fourth);
        for who in [MERCHANT, BACKER] {
            self.call(who, Sla::register_provider { name: name(), uri: Default::default() });
        }
        self.call(MERCHANT, Sla::register_service { name: name(), document: document() });
        let mut dearer = draft_terms(start + 30 * HOUR);
        dearer.pricing.unit_price += DSLA;
        self.call(PROVIDER, Sla::propose_amendment { agreement: fourth, terms: dearer, from: 2 });
        self.wallets();

        self.wait_until(start + 4 * HOUR);
        self.report(first, 0, 97_000);
        for hour in 5..8 {
            self.wait_until(start + hour * HOUR);
        }
        self.market(first);

        self.wait_until(start + 8 * HOUR);
        self.report(first, 1, 99_950);
        self.wait_until(start + 35 * HOUR / 4);
        self.commit(second);
        self.wait_until(start + 9 * HOUR);
        let round = RoundId::new(first, 1);
        let indicators = BoundedVec::truncate_from(vec![Indicator::Value(milli(98_000))]);
        self.call(ANNA, pallet_challenge::Call::challenge { round, indicators });
        self.wait_until(start + 39 * HOUR / 4);
        self.reveal(second);
        // The claims are closed, the randomness is new, and the panel drawn.
        for quarter in 41..45 {
            self.wait_until(start + quarter * HOUR / 4);
        }
        self.vote(round, 0);
        self.vote(round, 1);
        self.commit(fifth);
        self.report(sixth, 0, 99_950);
        self.call(BACKER, Pool::give_backing_notice { agreement: first, shares: 100 * DSLA });
        self.call(BELA, Pool::back { agreement: first, amount: 50 * DSLA, terms_version: 0 });
        self.call(NAMES.len() - 1, Oracle::leave {});
        self.env.blocks(1);
    }

    fn wait_until(&mut self, moment: Moment) {
        self.env.pass_to(moment);
        self.env.blocks(1);
    }

    fn money(&mut self) {
        for who in 0..NAMES.len() {
            let value = match who {
                ALICE | people::NEWCOMER => continue,
                POOR => 3 * EXISTENTIAL_DEPOSIT,
                _ => 100_000 * DSLA,
            };
            let dest = people::id(who).into();
            self.call(ALICE, pallet_balances::Call::transfer_keep_alive { dest, value });
        }
    }

    /// Who wants to make blocks, and who stands behind them.
    fn validators(&mut self) {
        use pallet_staking::{Call as Staking, RewardDestination, ValidatorPrefs};
        for (who, machine) in people::CANDIDATES {
            let value = 20_000 * DSLA;
            self.call(who, Staking::bond { value, payee: RewardDestination::Staked });
            let (keys, proof) = people::session_keys(machine, &people::id(who));
            self.call(who, pallet_session::Call::set_keys { keys, proof });
            let prefs = ValidatorPrefs { commission: Perbill::from_percent(10), blocked: false };
            self.call(who, Staking::validate { prefs });
        }
        for (who, value, target) in [(BACKER, 5_000, MERCHANT), (PROVIDER, 5_100, 19), (ANNA, 1_000, ALICE)] {
            self.call(who, Staking::bond { value: value * DSLA, payee: RewardDestination::Stash });
            let targets = vec![people::id(target).into(), people::id(ALICE).into()];
            self.call(who, Staking::nominate { targets });
        }
    }

    /// Referenda, and what waits for its time.
    fn governance(&mut self) {
        use frame_support::traits::{schedule::DispatchTime, Bounded};
        use pallet_conviction_voting::{AccountVote, Call as Voting, Conviction, Vote};
        use pallet_referenda::Call as Referenda;
        use pallet_scheduler::Call as Scheduler;
        use pallet_treasury::Call as Treasury;
        let remark = crate::values::known_call(0);
        self.call(ALICE, pallet_preimage::Call::note_preimage { bytes: remark.encode() });
        let submit = |origin, call: RuntimeCall| Referenda::submit {
            proposal_origin: Box::new(OriginCaller::Origins(origin)),
            proposal: Bounded::Inline(call.encode().try_into().expect("short")),
            enactment_moment: DispatchTime::After(0),
        };
        let spend = || pallet_treasury::Call::spend {
            asset_kind: Box::new(()),
            amount: 10 * DSLA,
            beneficiary: Box::new(people::id(MERCHANT).into()),
            valid_from: None,
        };
        self.call(ALICE, submit(Origin::Arbiter, remark.clone()));
        self.call(ALICE, Referenda::place_decision_deposit { index: 0 });
        self.call(ANNA, submit(Origin::Treasurer, spend().into()));
        self.call(BACKER, submit(Origin::Arbiter, remark.clone()));
        self.call(BACKER, Referenda::place_decision_deposit { index: 2 });
        self.root(Referenda::cancel { index: 2 });
        let vote =
            |balance, aye| AccountVote::Standard { vote: Vote { aye, conviction: Conviction::Locked1x }, balance };
        self.call(ALICE, Voting::vote { poll_index: 0, vote: vote(8_000_000 * DSLA, true) });
        self.call(ANNA, Voting::vote { poll_index: 0, vote: vote(100 * DSLA, false) });
        let (to, conviction) = (people::id(ANNA).into(), Conviction::Locked2x);
        self.call(BELA, Voting::delegate { class: 3, to, conviction, balance: 100 * DSLA });
        self.root(spend());
        self.root(Treasury::spend_local { amount: 10 * DSLA, beneficiary: people::id(MERCHANT).into() });
        let when = self.env.read(System::block_number) + 2_000;
        let (maybe_periodic, priority) = (Some((100, 3)), 63);
        let id = blake2_256(&[0]);
        let call = || Box::new(remark.clone());
        self.root(Scheduler::schedule_named { id, when, maybe_periodic, priority, call: call() });
        self.root(Scheduler::schedule { when, maybe_periodic: None, priority, call: call() });
        for starting_block in [0, 10] {
            let schedule = pallet_vesting::VestingInfo::new(1_000 * DSLA, DSLA, starting_block);
            self.call(ALICE, pallet_vesting::Call::vested_transfer { target: people::id(ANNA).into(), schedule });
        }
        // Until it is decided about the first one.
        self.env.pass_blocks(600);
    }

    /// Who says who they are.
    fn identities(&mut self) {
        use pallet_identity::{legacy::IdentityInfo, Call as Identity, Data};
        let data = |text: &[u8]| Data::Raw(BoundedVec::truncate_from(text.to_vec()));
        self.root(Identity::add_registrar { account: people::id(MERCHANT).into() });
        self.call(MERCHANT, Identity::set_fee { index: 0, fee: DSLA });
        let info = IdentityInfo {
            additional: BoundedVec::default(),
            display: data(b"Anna"),
            legal: Data::None,
            web: data(b"example.org"),
            riot: Data::None,
            email: Data::None,
            pgp_fingerprint: None,
            image: Data::None,
            twitter: Data::None,
        };
        self.call(ANNA, Identity::set_identity { info: Box::new(info) });
        self.call(ANNA, Identity::set_subs { subs: vec![(people::id(BELA), data(b"sub"))] });
        self.call(ANNA, Identity::request_judgement { reg_index: 0, max_fee: DSLA });
        let (authority, suffix) = (people::id(MERCHANT).into(), b"web".to_vec());
        self.root(Identity::add_username_authority { authority, suffix, allocation: 10 });
        for (who, name, signed) in [(ANNA, &b"anna.web"[..], true), (BELA, b"bela.web", false)] {
            let signature = signed.then(|| people::sign(who, name));
            let (who, username) = (people::id(who).into(), name.to_vec());
            self.call(MERCHANT, Identity::set_username_for { who, username, signature, use_allocation: signed });
        }
    }

    /// Short windows, so that a challenge fits an input; a fee for claims, so that it is charged.
    fn numbers(&mut self) {
        fn fits<T: Into<u128> + Copy, const MIN: u128, const MAX: u128>(value: T) -> Option<Ranged<T, MIN, MAX>> {
            Some(Ranged::new(value).expect("in range"))
        }
        use challenges::Parameters as C;
        use settlement::Parameters as S;
        let numbers = [
            RuntimeParameters::Challenges(C::PanelSize(challenges::PanelSize, fits(3_u32))),
            RuntimeParameters::Challenges(C::VoteWindow(challenges::VoteWindow, fits(2 * HOUR))),
            RuntimeParameters::Challenges(C::RevealWindow(challenges::RevealWindow, fits(HOUR))),
            RuntimeParameters::Challenges(C::AppealWindow(challenges::AppealWindow, fits(HOUR))),
            RuntimeParameters::Settlement(S::ClaimFeeProvider(
                settlement::ClaimFeeProvider,
                Some(Perbill::from_percent(2)),
            )),
            RuntimeParameters::Settlement(S::ClaimFeeTreasury(
                settlement::ClaimFeeTreasury,
                Some(Perbill::from_percent(1)),
            )),
        ];
        for key_value in numbers {
            self.root(pallet_parameters::Call::set_parameter { key_value });
        }
    }

    fn agreement(&mut self, terms: Terms<AccountId>) -> AgreementId {
        let agreement = self.env.read(pallet_sla::NextAgreementId::<Runtime>::get);
        self.call(PROVIDER, Sla::register_agreement { service: ServiceId(0), terms });
        self.call(PROVIDER, Pool::stake_cover { agreement, amount: 1_000 * DSLA });
        self.call(PROVIDER, Pool::fund_rewards { agreement, amount: 100 * DSLA });
        agreement
    }

    fn customers(&mut self, first: AgreementId, second: AgreementId, fourth: AgreementId) {
        let subscribe = |agreement, units, periods| Pool::subscribe {
            agreement,
            units,
            periods,
            terms_version: 0,
            max_payment: 10_000 * DSLA,
        };
        self.call(ANNA, subscribe(first, 2, 3));
        self.call(BELA, subscribe(first, 1, 12));
        let sponsor =
            Pool::sponsor { agreement: first, who: people::id(BELA), units: 1, periods: 4, max_payment: 1_000 * DSLA };
        self.call(PROVIDER, sponsor);
        self.call(BACKER, Pool::back { agreement: first, amount: 500 * DSLA, terms_version: 0 });
        self.call(PROVIDER, Pool::set_member { agreement: first, who: people::id(MERCHANT), weight: 1 });
        self.call(PROVIDER, Sla::allow { agreement: second, who: people::id(ANNA) });
        self.call(ANNA, subscribe(second, 1, 4));
        self.call(BELA, subscribe(fourth, 1, 5));
    }

    /// What is not ours.
    fn wallets(&mut self) {
        use dsla_runtime::configs::accounts::ProxyType;
        self.call(MERCHANT, Nft::create { admin: people::id(MERCHANT).into(), config: collection() });
        for (item, to) in [(0, MERCHANT), (1, ANNA)] {
            self.call(MERCHANT, Nft::mint { collection: 0, item, mint_to: people::id(to).into(), witness_data: None });
        }
        self.call(MERCHANT, Nft::create { admin: people::id(MERCHANT).into(), config: collection() });
        let data = || BoundedVec::truncate_from(b"web".to_vec());
        self.call(MERCHANT, Nft::set_metadata { collection: 0, item: 0, data: data() });
        self.call(MERCHANT, Nft::set_collection_metadata { collection: 0, data: data() });
        let (key, value) = (BoundedVec::truncate_from(b"web".to_vec()), data());
        let namespace = pallet_nfts::AttributeNamespace::CollectionOwner;
        self.call(MERCHANT, Nft::set_attribute { collection: 0, maybe_item: Some(0), namespace, key, value });
        let delegate = people::id(BELA).into();
        self.call(MERCHANT, Nft::approve_transfer { collection: 0, item: 0, delegate, maybe_deadline: None });
        self.call(BELA, Nft::set_accept_ownership { maybe_collection: Some(0) });
        let swap = Nft::create_swap {
            offered_collection: 0,
            offered_item: 0,
            desired_collection: 0,
            maybe_desired_item: Some(1),
            maybe_price: None,
            duration: 5_000_000,
        };
        self.call(MERCHANT, swap);
        self.call(ANNA, Nft::set_price { collection: 0, item: 1, price: Some(DSLA), whitelisted_buyer: None });
        let proxy = |who: usize, proxy_type, delay| pallet_proxy::Call::add_proxy {
            delegate: people::id(who).into(),
            proxy_type,
            delay,
        };
        self.call(ANNA, proxy(BELA, ProxyType::Any, 0));
        self.call(BELA, proxy(MERCHANT, ProxyType::NonTransfer, 0));
        self.call(BACKER, proxy(MERCHANT, ProxyType::Any, 2));
        let call_hash = H256(blake2_256(&crate::values::known_call(0).encode()));
        self.call(MERCHANT, pallet_proxy::Call::announce { real: people::id(BACKER).into(), call_hash });
        let account = crate::calls::multisig_account();
        let value = 100 * DSLA;
        self.call(ALICE, pallet_balances::Call::transfer_keep_alive { dest: account.into(), value });
        let mut others = vec![people::id(BELA), people::id(BACKER)];
        others.sort();
        let approve = pallet_multisig::Call::approve_as_multi {
            threshold: 2,
            other_signatories: others,
            maybe_timepoint: None,
            call_hash: call_hash.0,
            max_weight: frame_support::weights::Weight::from_parts(10_000_000_000, 1_000_000),
        };
        self.call(ANNA, approve);
    }

    fn market(&mut self, agreement: AgreementId) {
        self.call(PROVIDER, Market::authorize_partner { agreement, merchant: people::id(MERCHANT) });
        let now: Moment = self.env.now();
        let list = |kind, price| Market::list_offer {
            agreement,
            kind,
            name: BoundedVec::truncate_from(b"offer".to_vec()),
            price,
            stock: 20,
            limit: 5,
            expiry: now + 24 * HOUR,
            document: document(),
            fulfil_within: 6 * HOUR,
            seller_share: Perbill::from_percent(10),
        };
        self.call(PROVIDER, list(OfferKind::Promotion, 2 * DSLA));
        self.call(MERCHANT, list(OfferKind::Trophy, 3 * DSLA));
        let part = Part { offer: OfferId(0), quantity: 2 };
        self.call(PROVIDER, list(OfferKind::Bundle(BoundedVec::truncate_from(vec![part])), 3 * DSLA));
        let redeem = |offer, source| Market::redeem {
            offer: OfferId(offer),
            quantity: 1,
            max_price: 10 * DSLA,
            source,
            terms_hash: document().hash,
        };
        self.call(ANNA, redeem(0, PaymentSource::Wallet));
        self.call(PROVIDER, Market::fulfil { voucher: 0 });
        self.past_offers(agreement);
        self.call(BELA, redeem(0, PaymentSource::Claimable(agreement)));
        self.call(ANNA, redeem(1, PaymentSource::Wallet));
        self.call(BACKER, redeem(2, PaymentSource::Wallet));
        self.call(ANNA, Market::mint_breach_credential { round: RoundId::new(agreement, 0) });
    }

    /// An offer that is gone, but for the counter of its buyer, and one that has expired when the input begins.
    fn past_offers(&mut self, agreement: AgreementId) {
        let expiry = self.env.now() + 2 * HOUR;
        let list = || Market::list_offer {
            agreement,
            kind: OfferKind::Promotion,
            name: BoundedVec::truncate_from(b"offer".to_vec()),
            price: DSLA,
            stock: 1,
            limit: 1,
            expiry,
            document: document(),
            fulfil_within: HOUR,
            seller_share: Perbill::zero(),
        };
        let (gone, source) = (OfferId(3), PaymentSource::Wallet);
        self.call(PROVIDER, list());
        let terms_hash = document().hash;
        self.call(BELA, Market::redeem { offer: gone, quantity: 1, max_price: DSLA, source, terms_hash });
        self.call(PROVIDER, Market::fulfil { voucher: 1 });
        self.call(PROVIDER, Market::withdraw_offer { offer: gone });
        self.call(PROVIDER, list());
    }

    fn report(&mut self, agreement: AgreementId, period: PeriodIndex, value: u128) {
        // The reports of one agreement are left to the input, but for one.
        let count = if value == 99_950 && period == 0 { 1 } else { 3 };
        for reporter in REPORTERS..REPORTERS + count {
            let reports = BoundedVec::truncate_from(vec![report(agreement, period, value)]);
            self.call(reporter, Oracle::submit { reports });
        }
    }

    fn commit(&mut self, agreement: AgreementId) {
        let (who, report) = (REPORTERS + 3, report(agreement, 0, 99_500));
        let genesis = self.env.read(|| System::block_hash(0));
        let hash = pallet_sli_oracle::commitment(&genesis, &people::id(who), &report, &[0; 32]);
        let commitments = BoundedVec::truncate_from(vec![(report.round, hash)]);
        self.call(who, Oracle::commit { commitments });
    }

    fn reveal(&mut self, agreement: AgreementId) {
        let reveal = Reveal { report: report(agreement, 0, 99_500), salt: [0; 32] };
        self.call(REPORTERS + 3, Oracle::reveal { reveals: BoundedVec::truncate_from(vec![reveal]) });
    }

    /// A member of the panel votes for the claim.
    fn vote(&mut self, round: RoundId, seat: usize) {
        let challenge = self.env.read(|| pallet_challenge::Challenges::<Runtime>::get(round)).expect("under way");
        let seat = challenge.panel.get(seat).unwrap_or_else(|| panic!("a panel is drawn: {:?}", challenge.stage));
        let who = people::number(&seat.member).expect("a reporter");
        let genesis = self.env.read(|| System::block_hash(0));
        let salt = [who as u8; 32];
        let hash = pallet_challenge::commitment(&genesis, round, challenge.instance(), &seat.member, 1, &salt);
        self.call(who, pallet_challenge::Call::commit_vote { round, hash });
    }
}

fn report(agreement: AgreementId, period: PeriodIndex, value: u128) -> SubmittedReport {
    SubmittedReport {
        round: RoundId::new(agreement, period),
        measurements: BoundedVec::truncate_from(vec![Measurement::Value(milli(value))]),
        evidence: H256::repeat_byte(1),
    }
}

fn with_committee(mut terms: Terms<AccountId>, first: usize, count: usize) -> Terms<AccountId> {
    let mut members: Vec<AccountId> = (first..first + count).map(people::id).collect();
    members.sort();
    terms.oracle.quorum = min_quorum(count as u32);
    terms.oracle.committee = BoundedVec::truncate_from(members);
    terms
}

/// A bonus, a premium, maintenance, and an early end if the provider wants it.
fn first_terms(start: Moment) -> Terms<AccountId> {
    let mut terms = with_committee(usual(start, Period::Custom(4 * HOUR), 40, &[]), REPORTERS, 3);
    terms.pricing.max_bonus = Perbill::from_percent(10);
    terms.pricing.premium_share = Perbill::from_percent(10);
    let mut objective = availability(Perbill::one());
    objective.bonuses = BoundedVec::truncate_from(vec![bonus(99_990, 8)]);
    terms.objectives = BoundedVec::truncate_from(vec![objective]);
    terms.maintenance = Maintenance { quota: HOUR, notice: 0 };
    terms.notice_periods = Some(1);
    terms
}

fn sealed_terms(start: Moment) -> Terms<AccountId> {
    let mut terms = with_committee(usual(start, Period::Custom(4 * HOUR), 6, &[]), REPORTERS + 3, 3);
    terms.oracle.reveal_window = Some(HOUR);
    terms.access = Access::AllowList;
    terms
}

/// Four reporters, of whom three are needed.
fn open_terms(start: Moment) -> Terms<AccountId> {
    with_committee(usual(start, Period::Custom(4 * HOUR), 20, &[]), REPORTERS, 4)
}

/// One hour of which nobody reports.
fn short_terms(start: Moment) -> Terms<AccountId> {
    with_committee(usual(start, Period::Hourly, 1, &[]), REPORTERS, 1)
}

fn draft_terms(start: Moment) -> Terms<AccountId> {
    with_committee(usual(start, Period::Daily, 8, &[]), REPORTERS, 4)
}

/// A collection in which nothing is locked and anybody may own.
fn collection() -> pallet_nfts::CollectionConfigFor<Runtime> {
    pallet_nfts::CollectionConfig {
        settings: pallet_nfts::CollectionSettings::all_enabled(),
        max_supply: None,
        mint_settings: pallet_nfts::MintSettings::default(),
    }
}
