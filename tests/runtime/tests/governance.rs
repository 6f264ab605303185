// SPDX-License-Identifier: Apache-2.0

//! A referendum on each track of the real runtime, from its submission to what it does.

use codec::Encode;
use dsla_primitives::{
    api::Phase,
    schedule::Period,
    verdict::{Indicator, Indicators},
    AgreementId, RoundId,
};
use dsla_runtime::{
    configs::{
        governance::{origins::Origin, treasury::TreasurerLimit, VotingSupply},
        money::TreasuryAccount,
    },
    constants::{
        currency::{DSLA, MILLI_DSLA},
        governance::{ARBITRATION, CANCELLER, EMERGENCY, KILLER, PARAMETERS, ROOT, SAFE_MODE, TREASURER},
        time::DAYS,
    },
    parameters::{dynamic_params::settlement, Fee},
    Balances, Compensation, Runtime, RuntimeCall, RuntimeEvent, RuntimeOrigin, RuntimeParameters, SafeMode, System,
};
use dsla_runtime_tests::{
    people::{self, milli, HOUR},
    referenda::{origin, root, HOLDERS, VOTE},
    Env, Person,
};
use frame_support::{
    storage::with_transaction,
    traits::{
        fungible::{BalancedHold, Inspect, InspectHold},
        Bounded, Get, Imbalance,
    },
    BoundedVec,
};
use pallet_challenge::types::{Decider, Stage};
use pallet_conviction_voting::Conviction;
use pallet_referenda::ReferendumInfo;
use sp_core::H256;
use sp_runtime::{traits::Dispatchable, DispatchError, TransactionOutcome};

const AGREEMENT: AgreementId = AgreementId(0);
const ROUND: RoundId = RoundId { agreement: AGREEMENT, period: 0 };

fn alice() -> Person {
    Person::new("Alice")
}

fn transfer(dest: &Person, value: u128) -> RuntimeCall {
    pallet_balances::Call::<Runtime>::transfer_keep_alive { dest: dest.id().into(), value }.into()
}

fn filtered() -> DispatchError {
    frame_system::Error::<Runtime>::CallFiltered.into()
}

fn verification_fee(value: u128) -> RuntimeCall {
    pallet_parameters::Call::set_parameter {
        key_value: RuntimeParameters::Settlement(settlement::Parameters::VerificationFee(
            settlement::VerificationFee,
            Fee::new(value),
        )),
    }
    .into()
}

fn current_fee(env: &mut Env) -> u128 {
    env.read(|| <settlement::VerificationFee as Get<Fee>>::get().inner())
}

/// Frees the locks and deposits of a referendum that is over, so that people are as they were.
fn tidy_up(env: &mut Env, index: u32, submitter: &Person) {
    env.submit(submitter, pallet_referenda::Call::<Runtime>::refund_decision_deposit { index }).unwrap();
    env.submit(submitter, pallet_referenda::Call::<Runtime>::refund_submission_deposit { index }).unwrap();
}

#[test]
fn root_should_authorize_an_upgrade() {
    let mut env = Env::new();
    let code_hash = H256::repeat_byte(7);
    let index = env.submit_referendum(&alice(), root(), frame_system::Call::authorize_upgrade { code_hash });
    // 5 of 12 are not enough at the begin, 8 of 12 are.
    env.vote_aye(index, 5);
    env.pass_blocks(ROOT.prepare);
    assert!(!env.confirming(index));
    env.vote_aye(index, 8);
    env.blocks(2);
    assert!(env.confirming(index));
    env.pass_blocks(ROOT.confirm);
    assert!(env.approved(index));
    assert!(env.read(System::authorized_upgrade).is_none(), "there is a day to prepare for it");
    env.pass_blocks(ROOT.enact - 20);
    assert_eq!(env.watch(60), Some(Ok(())));
    assert_eq!(*env.read(System::authorized_upgrade).unwrap().code_hash(), code_hash);
    // What was put up comes back, and the votes can be unlocked a week later.
    let reserved = |env: &mut Env| env.read(|| Balances::reserved_balance(alice().id()));
    assert!(reserved(&mut env) > 1_000_000 * DSLA);
    tidy_up(&mut env, index, &alice());
    env.submit(&alice(), pallet_conviction_voting::Call::<Runtime>::remove_vote { class: Some(0), index }).unwrap();
    let unlock = pallet_conviction_voting::Call::<Runtime>::unlock { class: 0, target: alice().id().into() };
    env.submit(&alice(), unlock.clone()).unwrap();
    let locked =
        |env: &mut Env| env.read(|| Balances::locks(&alice().id()).iter().map(|lock| lock.amount).sum::<u128>());
    assert_eq!(locked(&mut env), VOTE);
    env.pass_blocks(8 * DAYS);
    env.submit(&alice(), unlock).unwrap();
    assert_eq!(locked(&mut env), 0);
}

/// docs/runbooks/upgrade.md: what frees the chain from a migration that fails comes at its block, unless root has
/// cancelled it by then.
#[test]
fn the_way_out_of_an_upgrade_should_come_unless_a_second_referendum_cancels_it() {
    for cancelled in [false, true] {
        let mut env = Env::new();
        let id = *b"the way out                     ";
        let after = 3 * ROOT.shortest();
        let calls = vec![
            pallet_safe_mode::Call::<Runtime>::force_enter {}.into(),
            pallet_migrations::Call::<Runtime>::force_set_cursor { cursor: None }.into(),
        ];
        let way_out = Box::new(RuntimeCall::Utility(pallet_utility::Call::force_batch { calls }));
        let plan = pallet_scheduler::Call::schedule_named_after {
            id,
            after,
            maybe_periodic: None,
            priority: 0,
            call: way_out,
        };
        let planned = env.submit_referendum(&alice(), root(), plan);
        env.vote_aye(planned, 8);
        assert_eq!(env.enact(&ROOT), Some(Ok(())));
        let (when, _) = env.read(|| pallet_scheduler::Lookup::<Runtime>::get(id)).unwrap();
        if cancelled {
            let cancel = pallet_scheduler::Call::cancel_named { id };
            let cancelling = env.submit_referendum(&Person::new("Bob"), root(), cancel);
            env.vote_aye(cancelling, 8);
            assert_eq!(env.enact(&ROOT), Some(Ok(())));
        }
        let left = when - env.read(System::block_number);
        env.pass_blocks(left - 5);
        assert!(!env.read(SafeMode::is_entered));
        assert_eq!(env.watch(10), if cancelled { None } else { Some(Ok(())) });
        assert_eq!(env.read(SafeMode::is_entered), !cancelled);
    }
}

#[test]
fn a_referendum_without_support_should_be_rejected_and_keep_its_submission_deposit() {
    let mut env = Env::new();
    let call = frame_system::Call::<Runtime>::remark_with_event { remark: vec![1] };
    let index = env.submit_referendum(&alice(), root(), call);
    env.pass_blocks(ROOT.prepare + ROOT.decide + 10);
    let info = env.referendum(index);
    assert!(matches!(info, ReferendumInfo::Rejected(..)), "{info:?}");
    env.submit(&alice(), pallet_referenda::Call::<Runtime>::refund_decision_deposit { index }).unwrap();
    let error = env.submit(&alice(), pallet_referenda::Call::<Runtime>::refund_submission_deposit { index });
    assert_eq!(error, Err(pallet_referenda::Error::<Runtime>::BadStatus.into()));
}

#[test]
fn an_origin_without_a_track_should_have_no_referenda() {
    let mut env = Env::new();
    let submit = pallet_referenda::Call::<Runtime>::submit {
        proposal_origin: Box::new(frame_system::RawOrigin::Signed(Person::new("Bob").id()).into()),
        proposal: Bounded::Inline(BoundedVec::truncate_from(transfer(&alice(), DSLA).encode())),
        enactment_moment: frame_support::traits::schedule::DispatchTime::After(0),
    };
    let error = env.submit(&alice(), submit);
    assert_eq!(error, Err(pallet_referenda::Error::<Runtime>::NoTrack.into()));
}

fn spend(amount: u128, to: &Person) -> pallet_treasury::Call<Runtime> {
    pallet_treasury::Call::spend {
        asset_kind: Box::new(()),
        amount,
        beneficiary: Box::new(to.id().into()),
        valid_from: None,
    }
}

#[test]
fn the_treasurer_should_pay_up_to_its_limit() {
    let mut env = Env::new();
    let builder = Person::new("builder");
    let limit = TreasurerLimit::get();
    for (amount, expected) in
        [(limit, Ok(())), (limit + 1, Err(pallet_treasury::Error::<Runtime>::InsufficientPermission.into()))]
    {
        let index = env.submit_referendum(&alice(), origin(Origin::Treasurer), spend(amount, &builder));
        env.vote_aye(index, 6);
        assert_eq!(env.enact(&TREASURER), Some(expected));
        assert!(env.approved(index));
        tidy_up(&mut env, index, &alice());
    }
    let treasury = |env: &mut Env| env.owned(&TreasuryAccount::get());
    let supply = |env: &mut Env| env.read(VotingSupply::get);
    let (before, could_vote) = (treasury(&mut env), supply(&mut env));
    // Anybody can have it paid; the builder has no DSLA yet.
    env.submit(&alice(), pallet_treasury::Call::<Runtime>::payout { index: 0 }).unwrap();
    assert_eq!(env.owned(&builder.id()), limit);
    let paid = before - treasury(&mut env);
    assert!((limit - DSLA..=limit).contains(&paid), "{paid}: the treasury got a part of the fee");
    env.blocks(1);
    let more = supply(&mut env) - could_vote;
    assert!((limit - DSLA..=limit).contains(&more), "{more}: what was paid out can vote");
    let again = env.submit(&alice(), pallet_treasury::Call::<Runtime>::payout { index: 0 });
    assert!(again.is_err());
}

/// The example of `docs/design/governance.md`.
#[test]
fn the_worked_example_of_the_documentation_should_hold() {
    let mut env = Env::new();
    let auditor = Person::new("auditor");
    let index = env.submit_referendum(&alice(), origin(Origin::Treasurer), spend(5_000_000 * DSLA, &auditor));
    // Almost everything: the rest pays fees.
    let votes = 9_980_000 * DSLA;
    let vote = |env: &mut Env, who: &str, aye, conviction| {
        env.vote(&Person::new(who), index, votes, aye, conviction).unwrap();
        env.blocks(2);
    };
    for who in ["Alice", "Bob", "Charlie"] {
        vote(&mut env, who, true, Conviction::Locked1x);
    }
    env.pass_blocks(TREASURER.prepare + 2 * DAYS);
    assert!(!env.confirming(index), "a fourth of all is not enough yet");
    env.pass_blocks(DAYS);
    assert!(env.confirming(index), "now it is");
    vote(&mut env, "Dave", false, Conviction::Locked2x);
    assert!(!env.confirming(index), "60 % are not enough");
    vote(&mut env, "Eve", true, Conviction::Locked1x);
    env.pass_blocks(3 * DAYS);
    assert!(!env.confirming(index), "66 % are not enough on the sixth day");
    env.pass_blocks(DAYS);
    assert!(env.confirming(index), "they are on the seventh");
    env.pass_blocks(DAYS);
    assert!(env.approved(index));
    env.pass_blocks(DAYS);
    env.submit(&Person::new("Ferdie"), pallet_treasury::Call::<Runtime>::payout { index: 0 }).unwrap();
    assert_eq!(env.owned(&auditor.id()), 5_000_000 * DSLA);

    let locked = |env: &mut Env, who: &str| {
        let who = Person::new(who);
        let remove = pallet_conviction_voting::Call::<Runtime>::remove_vote { class: Some(1), index };
        env.submit(&who, remove).unwrap();
        let unlock = pallet_conviction_voting::Call::<Runtime>::unlock { class: 1, target: who.id().into() };
        env.submit(&who, unlock).unwrap();
        env.read(|| Balances::locks(&who.id()).len())
    };
    assert_eq!((locked(&mut env, "Bob"), locked(&mut env, "Dave")), (1, 0));
    env.pass_blocks(7 * DAYS);
    let bob = Person::new("Bob");
    let unlock = pallet_conviction_voting::Call::<Runtime>::unlock { class: 1, target: bob.id().into() };
    env.submit(&bob, unlock).unwrap();
    assert_eq!(env.read(|| Balances::locks(&bob.id()).len()), 0);
}

#[test]
fn a_payment_should_leave_the_treasurys_account_alive() {
    let mut env = Env::new();
    let builder = Person::new("builder");
    let treasury = TreasuryAccount::get();
    // More than there is, but not more than there will be. Root has no limit.
    let amount = env.owned(&treasury) + 1_000 * DSLA;
    let index = env.submit_referendum(&alice(), root(), spend(amount, &builder));
    env.vote_aye(index, 8);
    assert_eq!(env.enact(&ROOT), Some(Ok(())));
    let payout = pallet_treasury::Call::<Runtime>::payout { index: 0 };
    let refused = Err(pallet_treasury::Error::<Runtime>::PayoutError.into());
    assert_eq!(env.submit(&alice(), payout.clone()), refused);

    // With just the amount it would be the end of the account.
    let least = env.read(Balances::minimum_balance);
    let missing = amount - env.owned(&treasury);
    // Without a block of its own for each, which would pay fees to the treasury.
    let make = |env: &mut Env, call: RuntimeCall| {
        env.read(|| call.dispatch(RuntimeOrigin::signed(alice().id()))).map_err(|failed| failed.error)
    };
    let give = |value| pallet_balances::Call::<Runtime>::transfer_keep_alive { dest: treasury.clone().into(), value };
    make(&mut env, give(missing).into()).unwrap();
    assert!(make(&mut env, payout.clone().into()).is_err());
    make(&mut env, give(least).into()).unwrap();
    make(&mut env, payout.into()).unwrap();
    assert_eq!((env.owned(&builder.id()), env.owned(&treasury)), (amount, least));
    env.blocks(1);
}

#[test]
fn the_supply_that_can_vote_should_leave_out_treasury_and_reserve() {
    let mut env = Env::new();
    env.blocks(1);
    let (supply, votes, treasury, reserve) = env.read(|| {
        let reserve = dsla_runtime::configs::money::ValidatorReserveAccount::get();
        let pot = Balances::total_balance(&TreasuryAccount::get());
        (Balances::total_issuance(), VotingSupply::get(), pot, Balances::total_balance(&reserve))
    });
    let least = Balances::minimum_balance();
    // The pot leaves the existential deposit of its account out.
    assert_eq!(votes, supply - (treasury - least) - reserve);
    assert!((12 * 10_000_000 * DSLA..13 * 10_000_000 * DSLA).contains(&votes));
}

#[test]
fn the_admin_should_change_a_parameter_within_its_range_only() {
    let mut env = Env::new();
    let fee = current_fee(&mut env);
    let index = env.submit_referendum(&alice(), origin(Origin::ParametersAdmin), verification_fee(fee / 2));
    env.vote_aye(index, 6);
    assert_eq!(env.enact(&PARAMETERS), Some(Ok(())));
    assert_eq!(current_fee(&mut env), fee / 2);
    tidy_up(&mut env, index, &alice());

    // The range is the type (ADR 12): such a call is no call, and the scheduler says that there is none.
    let mut bytes = verification_fee(DSLA).encode();
    let at = bytes.len() - 16;
    bytes[at..].copy_from_slice(&(1_000 * DSLA + 1).encode());
    let index = env.submit_bytes(&alice(), origin(Origin::ParametersAdmin), bytes);
    env.vote_aye(index, 6);
    env.pass_blocks(PARAMETERS.shortest() - 60);
    let mut unavailable = false;
    for _ in 0..90 {
        env.blocks(1);
        unavailable |= env
            .events()
            .iter()
            .any(|event| matches!(event, RuntimeEvent::Scheduler(pallet_scheduler::Event::CallUnavailable { .. })));
    }
    assert!(unavailable && env.approved(index));
    assert_eq!(current_fee(&mut env), fee / 2);
}

#[test]
fn an_origin_should_have_no_power_but_its_own() {
    let mut env = Env::new();
    let index = env.submit_referendum(&alice(), origin(Origin::Arbiter), verification_fee(DSLA));
    env.vote_aye(index, 6);
    assert_eq!(env.enact(&ARBITRATION), Some(Err(DispatchError::BadOrigin)));
}

/// A customer disputes what bought reporters say, and there is nobody for a panel.
fn undecided_challenge(env: &mut Env) -> (people::Stage, Person, Indicators) {
    let stage = env.stage(|start, committee| people::terms(start, Period::Monthly, 3, committee));
    let customer = env.person("customer");
    let subscribe = pallet_compensation::Call::<Runtime>::subscribe {
        agreement: AGREEMENT,
        units: 1,
        periods: 2,
        terms_version: 0,
        max_payment: 100 * DSLA,
    };
    env.submit(&customer, subscribe).unwrap();
    env.pass_to(stage.terms.schedule.boundary(1).unwrap());
    for reporter in &stage.reporters {
        env.report(reporter, AGREEMENT, 0, milli(100_000)).unwrap();
    }
    env.pass_to(env.now() + HOUR);
    env.blocks(1);
    let truth: Indicators = BoundedVec::truncate_from(vec![Indicator::Value(milli(97_000))]);
    let challenge = pallet_challenge::Call::<Runtime>::challenge { round: ROUND, indicators: truth.clone() };
    env.submit(&customer, challenge).unwrap();
    // Claims are closed after the window; a draw needs the randomness of a later epoch.
    for _ in 0..4 {
        env.pass_to(env.now() + HOUR);
        env.blocks(2);
    }
    (stage, customer, truth)
}

#[test]
fn the_arbiter_should_decide_a_challenge_in_time() {
    let mut env = Env::new();
    let (_, customer, truth) = undecided_challenge(&mut env);
    let stage = env.read(|| pallet_challenge::Challenges::<Runtime>::get(ROUND)).unwrap().stage;
    let Stage::Arbitration { until } = stage else { panic!("{stage:?}") };
    // The customer can pay for it.
    let call = pallet_challenge::Call::<Runtime>::arbitrate { round: ROUND, choice: 1 };
    let index = env.submit_referendum(&customer, origin(Origin::Arbiter), call);
    env.vote_aye(index, 2);
    assert_eq!(env.enact(&ARBITRATION), Some(Ok(())));
    assert!(env.now() < until);
    let ruling = env.read(|| pallet_challenge::Rulings::<Runtime>::get(ROUND)).unwrap();
    assert_eq!((ruling.choice, ruling.by), (1, Decider::Arbiter));
    env.blocks(2);
    let record = env.read(|| pallet_sla::Periods::<Runtime>::get(AGREEMENT, 0)).unwrap();
    assert!(matches!(record.phase, Phase::Final { .. }));
    assert_eq!(record.indicators, truth);
    assert_eq!(env.read(|| Compensation::claimable(AGREEMENT, &customer.id())).compensation, 6 * DSLA);
    tidy_up(&mut env, index, &customer);
}

#[test]
fn the_slowest_referendum_that_passes_should_still_be_in_time_for_a_challenge() {
    let mut env = Env::new();
    let (_, customer, _) = undecided_challenge(&mut env);
    let call = pallet_challenge::Call::<Runtime>::arbitrate { round: ROUND, choice: 1 };
    let index = env.submit_referendum(&customer, origin(Origin::Arbiter), call);
    env.pass_blocks(ARBITRATION.prepare + ARBITRATION.decide - 30);
    assert!(!env.confirming(index));
    // At the end, a fiftieth of what can vote is enough.
    env.vote(&alice(), index, 2_500_000 * DSLA, true, Conviction::Locked1x).unwrap();
    env.pass_blocks(ARBITRATION.confirm);
    assert_eq!(env.watch(200), Some(Ok(())));
    let ruling = env.read(|| pallet_challenge::Rulings::<Runtime>::get(ROUND)).unwrap();
    assert_eq!(ruling.by, Decider::Arbiter);
}

#[test]
fn the_arbiter_should_end_an_agreement() {
    let mut env = Env::new();
    let stage = env.stage(|start, committee| people::terms(start, Period::Monthly, 3, committee));
    env.pass_to(stage.terms.schedule.boundary(0).unwrap());
    env.blocks(2);
    let call = pallet_sla::Call::<Runtime>::terminate { agreement: AGREEMENT, at: None };
    let index = env.submit_referendum(&alice(), origin(Origin::Arbiter), call);
    env.vote_aye(index, 3);
    assert_eq!(env.enact(&ARBITRATION), Some(Ok(())));
}

#[test]
fn the_canceller_should_stop_a_referendum_and_return_its_deposits() {
    let mut env = Env::new();
    let bob = Person::new("Bob");
    let bad = frame_system::Call::<Runtime>::set_storage { items: vec![(b"bad".to_vec(), vec![1])] };
    let hash = sp_io::hashing::blake2_256(&RuntimeCall::from(bad.clone()).encode()).into();
    let bad = env.submit_referendum(&bob, root(), bad);
    env.vote_aye(bad, 8);
    let call = pallet_referenda::Call::<Runtime>::cancel { index: bad };
    let index = env.submit_referendum(&alice(), origin(Origin::ReferendumCanceller), call);
    env.vote_aye(index, 4);
    assert_eq!(env.enact(&CANCELLER), Some(Ok(())));
    assert!(matches!(env.referendum(bad), ReferendumInfo::Cancelled(..)));
    tidy_up(&mut env, bad, &bob);
    let deposits = |env: &mut Env| env.read(|| Balances::reserved_balance(bob.id()));
    // What is left is for the preimage, which is a hold of its own.
    env.submit(&bob, pallet_preimage::Call::unnote_preimage { hash }).unwrap();
    assert_eq!(deposits(&mut env), 0);
    env.pass_blocks(3 * DAYS);
    assert!(env.read(|| sp_io::storage::get(b"bad")).is_none());
}

#[test]
fn the_killer_should_take_the_deposits_for_the_treasury() {
    let mut env = Env::new();
    let bob = Person::new("Bob");
    let spam = frame_system::Call::<Runtime>::remark { remark: vec![9; 99] };
    let spam = env.submit_referendum(&bob, origin(Origin::Arbiter), spam);
    let call = pallet_referenda::Call::<Runtime>::kill { index: spam };
    let index = env.submit_referendum(&alice(), origin(Origin::ReferendumKiller), call);
    env.vote_aye(index, 5);
    let (of_bob, treasury) = (env.owned(&bob.id()), env.owned(&TreasuryAccount::get()));
    assert_eq!(env.enact(&KILLER), Some(Ok(())));
    assert!(matches!(env.referendum(spam), ReferendumInfo::Killed(..)));
    // The decision deposit of its track and the submission deposit. Bob may have voted, which cost a fee.
    assert_eq!(of_bob - env.owned(&bob.id()), 1_100 * DSLA);
    let gained = env.owned(&TreasuryAccount::get()) - treasury;
    assert!((1_100 * DSLA..1_101 * DSLA).contains(&gained), "{gained}");
}

#[test]
fn the_safe_mode_should_stop_transfers_but_no_claims_and_no_votes() {
    let mut env = Env::new();
    let (_, customer, _) = undecided_challenge(&mut env);
    // The arbiter decides, so that there is something to claim.
    let call = pallet_challenge::Call::<Runtime>::arbitrate { round: ROUND, choice: 1 };
    let index = env.submit_referendum(&customer, origin(Origin::Arbiter), call);
    env.vote_aye(index, 2);
    assert_eq!(env.enact(&ARBITRATION), Some(Ok(())));
    env.blocks(2);
    env.submit(&alice(), transfer(&customer, DSLA)).unwrap();

    let enter = pallet_safe_mode::Call::<Runtime>::force_enter {};
    let index = env.submit_referendum(&alice(), origin(Origin::Emergency), enter);
    env.vote_aye(index, 7);
    assert_eq!(env.enact(&EMERGENCY), Some(Ok(())));
    assert!(env.read(SafeMode::is_entered));

    assert_eq!(env.submit(&alice(), transfer(&customer, DSLA)), Err(filtered()));
    // There is no way round.
    let batch = pallet_utility::Call::<Runtime>::batch_all { calls: vec![transfer(&customer, DSLA)] };
    assert_eq!(env.submit(&alice(), batch), Err(filtered()));
    let before = env.owned(&customer.id());
    let owed = env.read(|| Compensation::claimable(AGREEMENT, &customer.id())).total().unwrap();
    assert!(owed >= 6 * DSLA);
    env.submit(&customer, pallet_compensation::Call::<Runtime>::claim { agreement: AGREEMENT }).unwrap();
    assert_eq!(env.owned(&customer.id()), before + owed);
    // Governance works: a referendum ends the safe mode.
    let exit = pallet_safe_mode::Call::<Runtime>::force_exit {};
    let index = env.submit_referendum(&alice(), origin(Origin::Emergency), exit);
    env.vote_aye(index, 7);
    assert_eq!(env.enact(&EMERGENCY), Some(Ok(())));
    env.submit(&alice(), transfer(&customer, DSLA)).unwrap();
}

#[test]
fn the_safe_mode_should_end_by_itself_and_be_for_no_money() {
    let mut env = Env::new();
    let index =
        env.submit_referendum(&alice(), origin(Origin::Emergency), pallet_safe_mode::Call::<Runtime>::force_enter {});
    env.vote_aye(index, 7);
    assert_eq!(env.enact(&EMERGENCY), Some(Ok(())));
    let bob = Person::new("Bob");
    let extend = env.submit(&bob, pallet_safe_mode::Call::<Runtime>::extend {});
    assert_eq!(extend, Err(pallet_safe_mode::Error::<Runtime>::NotConfigured.into()));
    env.pass_blocks(SAFE_MODE);
    env.blocks(60);
    env.submit(&alice(), transfer(&bob, DSLA)).unwrap();
    let enter = env.submit(&bob, pallet_safe_mode::Call::<Runtime>::enter {});
    assert_eq!(enter, Err(pallet_safe_mode::Error::<Runtime>::NotConfigured.into()));
}

#[test]
fn a_pause_should_stop_one_call_until_it_is_lifted() {
    let mut env = Env::new();
    let bob = Person::new("Bob");
    let name = |pallet: &str, call: &str| {
        let bytes = |text: &str| BoundedVec::truncate_from(text.as_bytes().to_vec());
        (bytes(pallet), bytes(call))
    };
    let full_name = name("Balances", "transfer_keep_alive");
    let pause = pallet_tx_pause::Call::<Runtime>::pause { full_name: full_name.clone() };
    let index = env.submit_referendum(&alice(), origin(Origin::Emergency), pause);
    env.vote_aye(index, 7);
    assert_eq!(env.enact(&EMERGENCY), Some(Ok(())));
    assert_eq!(env.submit(&alice(), transfer(&bob, DSLA)), Err(filtered()));
    let other = pallet_balances::Call::<Runtime>::transfer_allow_death { dest: bob.id().into(), value: DSLA };
    env.submit(&alice(), other).unwrap();

    // Claims cannot be paused, not even by root.
    let pause = pallet_tx_pause::Call::<Runtime>::pause { full_name: name("Compensation", "claim") };
    let index = env.submit_referendum(&alice(), root(), pause);
    env.vote_aye(index, 8);
    let refused = pallet_tx_pause::Error::<Runtime>::Unpausable.into();
    assert_eq!(env.enact(&ROOT), Some(Err(refused)));

    let unpause = pallet_tx_pause::Call::<Runtime>::unpause { ident: full_name };
    let index = env.submit_referendum(&alice(), origin(Origin::Emergency), unpause);
    env.vote_aye(index, 7);
    assert_eq!(env.enact(&EMERGENCY), Some(Ok(())));
    env.submit(&alice(), transfer(&bob, DSLA)).unwrap();
}

#[test]
fn what_is_vesting_should_vote_and_bond_but_not_leave() {
    let mut env = Env::new();
    let (founder, bob) = (Person::new("founder"), Person::new("Bob"));
    let now = env.read(System::block_number);
    let schedule = pallet_vesting::VestingInfo::new(100_000 * DSLA, 1_000 * DSLA, now);
    let give = pallet_vesting::Call::<Runtime>::vested_transfer { target: founder.id().into(), schedule };
    env.submit(&alice(), give).unwrap();
    env.submit(&alice(), transfer(&founder, 10 * DSLA)).unwrap();
    assert!(env.submit(&founder, transfer(&bob, 50_000 * DSLA)).is_err());
    // It belongs to the founder all the same: it votes, and it can be held as a bond.
    let index = env.submit_referendum(
        &alice(),
        origin(Origin::Arbiter),
        frame_system::Call::<Runtime>::remark { remark: vec![1] },
    );
    env.vote(&founder, index, 90_000 * DSLA, true, Conviction::Locked1x).unwrap();
    let bond = pallet_sli_oracle::Call::<Runtime>::register_reporter { bond: 50_000 * DSLA, uri: Default::default() };
    env.submit(&founder, bond).unwrap();
    // The votes are gone from the way, and half of the blocks have passed.
    let remove = pallet_conviction_voting::Call::<Runtime>::remove_vote { class: Some(3), index };
    env.submit(&founder, remove).unwrap();
    let unlock = pallet_conviction_voting::Call::<Runtime>::unlock { class: 3, target: founder.id().into() };
    env.submit(&founder, unlock).unwrap();
    env.pass_blocks(100);
    env.submit(&founder, pallet_vesting::Call::<Runtime>::vest {}).unwrap();
    env.submit(&founder, transfer(&bob, 40_000 * DSLA)).unwrap();
    // Too little occupies a place for nothing.
    let schedule = pallet_vesting::VestingInfo::new(999 * DSLA, DSLA, now);
    let give = pallet_vesting::Call::<Runtime>::vested_transfer { target: founder.id().into(), schedule };
    assert_eq!(env.submit(&alice(), give), Err(pallet_vesting::Error::<Runtime>::AmountLow.into()));
}

#[test]
fn a_bond_should_vote_and_still_be_lost() {
    let mut env = Env::new();
    let reporter = env.person("reporter");
    let bond = pallet_sli_oracle::Call::<Runtime>::register_reporter { bond: 90_000 * DSLA, uri: Default::default() };
    env.submit(&reporter, bond).unwrap();
    let index = env.submit_referendum(
        &alice(),
        origin(Origin::Arbiter),
        frame_system::Call::<Runtime>::remark { remark: vec![1] },
    );
    env.vote(&reporter, index, 99_000 * DSLA, true, Conviction::Locked6x).unwrap();
    let too_much = env.vote(&reporter, index, 101_000 * DSLA, true, Conviction::Locked1x);
    assert_eq!(too_much, Err(pallet_conviction_voting::Error::<Runtime>::InsufficientFunds.into()));
    // The lock is no shield: what is on hold can be taken. It is only tried, for nothing was done wrong.
    let left = env.read(|| {
        with_transaction(|| {
            let reason = pallet_sli_oracle::HoldReason::ReporterBond.into();
            let (taken, missing) = <Balances as BalancedHold<_>>::slash(&reason, &reporter.id(), 45_000 * DSLA);
            assert_eq!((taken.peek(), missing), (45_000 * DSLA, 0));
            TransactionOutcome::Rollback(Ok::<_, DispatchError>(Balances::balance_on_hold(&reason, &reporter.id())))
        })
    });
    assert_eq!(left, Ok(45_000 * DSLA));
}

#[test]
fn an_identity_should_cost_a_deposit_that_comes_back() {
    let mut env = Env::new();
    let person = env.person("person");
    let info = pallet_identity::legacy::IdentityInfo {
        display: pallet_identity::Data::Raw(BoundedVec::truncate_from(b"A provider".to_vec())),
        ..Default::default()
    };
    let before = env.owned(&person.id());
    env.submit(&person, pallet_identity::Call::<Runtime>::set_identity { info: Box::new(info) }).unwrap();
    let held = env.read(|| Balances::reserved_balance(person.id()));
    assert!((100 * MILLI_DSLA..DSLA).contains(&held), "{held}");
    env.submit(&person, pallet_identity::Call::<Runtime>::clear_identity {}).unwrap();
    assert_eq!(env.read(|| Balances::reserved_balance(person.id())), 0);
    // Only the fees are gone.
    assert!(before - env.owned(&person.id()) < DSLA);
}

#[test]
fn only_root_should_make_registrars() {
    let mut env = Env::new();
    let registrar = Person::new("Bob");
    let add = pallet_identity::Call::<Runtime>::add_registrar { account: registrar.id().into() };
    assert_eq!(env.submit(&alice(), add.clone()), Err(DispatchError::BadOrigin));
    let index = env.submit_referendum(&alice(), root(), add);
    env.vote_aye(index, HOLDERS.len() - 4);
    assert_eq!(env.enact(&ROOT), Some(Ok(())));
    assert_eq!(env.read(|| pallet_identity::Registrars::<Runtime>::get().len()), 1);
}
