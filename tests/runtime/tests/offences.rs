// SPDX-License-Identifier: Apache-2.0

//! Whoever signs two truths or is not there is slashed, once and exactly; nobody else is.

use codec::{Decode, Encode};
use dsla_primitives::Balance;
use dsla_runtime::{
    configs::money::TreasuryAccount,
    constants::{
        currency::{DSLA, TOTAL_SUPPLY},
        staking::{BONDING_DURATION, SLASH_DEFER_DURATION},
        time::SLOT_DURATION,
    },
    genesis_presets::REHEARSAL_BOND,
    AccountId, Balances, Block, Executive, Hash, Header, ImOnline, Runtime, RuntimeCall, RuntimeEvent, Session, System,
    UncheckedExtrinsic,
};
use dsla_runtime_tests::{
    validators::{all, ed_pair, sr_pair, validator},
    Env,
};
use frame_support::traits::{DisabledValidators, OffchainWorker};
use frame_system::offchain::CreateAuthorizedTransaction;
use pallet_im_online::Heartbeat;
use pallet_staking::{Call as Stake, Event as Staked, RewardDestination};
use sp_consensus_babe::{
    digests::{CompatibleDigestItem, PreDigest, SecondaryPlainPreDigest},
    runtime_decl_for_babe_api::BabeApiV2,
};
use sp_consensus_grandpa::runtime_decl_for_grandpa_api::GrandpaApiV3;
use sp_core::Pair;
use sp_runtime::{
    generic::{Digest, DigestItem},
    traits::Header as _,
    transaction_validity::{InvalidTransaction, TransactionSource, TransactionValidityError},
    ApplyExtrinsicResult, Perbill,
};
use sp_staking::EraIndex;

type BabeProof = sp_consensus_babe::EquivocationProof<Header>;
type GrandpaProof = sp_consensus_grandpa::EquivocationProof<Hash, u32>;

const STALE: ApplyExtrinsicResult = Err(TransactionValidityError::Invalid(InvalidTransaction::Stale));

/// Two blocks of one slot, both signed by that validator.
fn two_blocks(number: usize, slot: u64, bodies: [u8; 2]) -> BabeProof {
    let pair = sr_pair(number);
    let slot = slot.into();
    let block = |body| {
        let claim = PreDigest::SecondaryPlain(SecondaryPlainPreDigest { authority_index: 0, slot });
        let digest = Digest { logs: vec![<DigestItem as CompatibleDigestItem>::babe_pre_digest(claim)] };
        let mut header = Header::new(7, Hash::repeat_byte(body), Hash::zero(), Hash::zero(), digest);
        let seal = pair.sign(header.hash().as_ref());
        header.digest_mut().push(<DigestItem as CompatibleDigestItem>::babe_seal(seal.into()));
        header
    };
    BabeProof { offender: pair.public().into(), slot, first_header: block(bodies[0]), second_header: block(bodies[1]) }
}

/// Two prevotes of one round, both signed by that validator.
fn two_votes(number: usize, set_id: u64, round: u64, targets: [u8; 2]) -> GrandpaProof {
    let pair = ed_pair(number);
    // A prevote is variant 0, both of the message that is signed and of the proof.
    let vote = |target: u8| {
        let target = (Hash::repeat_byte(target), 7u32);
        let signature = pair.sign(&sp_consensus_grandpa::localized_payload(round, set_id, &(0u8, target)));
        (target, signature)
    };
    let bytes = (set_id, 0u8, round, pair.public(), vote(targets[0]), vote(targets[1])).encode();
    GrandpaProof::decode(&mut &bytes[..]).expect("is a proof")
}

/// Has the chain itself file a report about blocks, as a node that saw them would.
fn file_blocks(env: &mut Env, pool: &impl Fn() -> Vec<UncheckedExtrinsic>, proof: BabeProof) -> UncheckedExtrinsic {
    env.read(|| {
        let owner = <Runtime as BabeApiV2<Block>>::generate_key_ownership_proof(proof.slot, proof.offender.clone());
        let owner = owner.expect("is a validator");
        <Runtime as BabeApiV2<Block>>::submit_report_equivocation_unsigned_extrinsic(proof, owner).expect("files");
    });
    pool().pop().expect("was submitted")
}

/// The same about votes.
fn file_votes(env: &mut Env, pool: &impl Fn() -> Vec<UncheckedExtrinsic>, proof: GrandpaProof) -> UncheckedExtrinsic {
    env.read(|| {
        let owner =
            <Runtime as GrandpaApiV3<Block>>::generate_key_ownership_proof(proof.set_id(), proof.offender().clone());
        let owner = owner.expect("is a validator");
        <Runtime as GrandpaApiV3<Block>>::submit_report_equivocation_unsigned_extrinsic(proof, owner).expect("files");
    });
    pool().pop().expect("was submitted")
}

fn validity(env: &mut Env, source: TransactionSource, report: &UncheckedExtrinsic) -> bool {
    let report = report.clone();
    env.read(|| Executive::validate_transaction(source, report, System::parent_hash()).is_ok())
}

fn slot(env: &Env) -> u64 {
    env.now() / SLOT_DURATION
}

/// How often, and by how much of its stake in which era, each validator was reported in the last block.
fn reported(env: &mut Env) -> Vec<(AccountId, Perbill, EraIndex)> {
    let reported = env.events().into_iter().filter_map(|event| match event {
        RuntimeEvent::Staking(Staked::SlashReported { validator, fraction, slash_era }) => {
            Some((validator, fraction, slash_era))
        }
        _ => None,
    });
    reported.collect()
}

fn slashed(env: &mut Env) -> Vec<(AccountId, Balance)> {
    let slashed = env.events().into_iter().filter_map(|event| match event {
        RuntimeEvent::Staking(Staked::Slashed { staker, amount }) => Some((staker, amount)),
        _ => None,
    });
    slashed.collect()
}

fn treasury(env: &mut Env) -> Balance {
    env.read(|| Balances::free_balance(TreasuryAccount::get()))
}

/// Plays until the slashes of an offence of `era` are applied; who was slashed then, and what the treasury got. The last
/// block before and the slashing block have no transactions.
fn apply_slashes(env: &mut Env, era: EraIndex, present: &[AccountId]) -> (Vec<(AccountId, Balance)>, Balance) {
    let due = era + SLASH_DEFER_DURATION + 1;
    env.until_era(due - 1, present);
    loop {
        let before = treasury(env);
        // The first block of a session, in which an era may begin.
        let start = env.read(|| *dsla_runtime::Babe::current_epoch_start() + 600);
        env.jump_to(start * SLOT_DURATION);
        let validators = env.validators();
        let author = present.iter().find(|who| validators.contains(who)).expect("somebody is there").clone();
        env.block_by(&author);
        let (slashed, to_treasury) = (slashed(env), treasury(env) - before);
        let validators = env.validators();
        for who in present.iter().filter(|who| validators.contains(who)) {
            env.block_by(who);
        }
        if env.active_era() == due {
            return (slashed, to_treasury);
        }
        assert_eq!(slashed, []);
    }
}

#[test]
fn two_blocks_in_a_slot_should_be_slashed_once_and_exactly() {
    let mut env = Env::rehearsal();
    let pool = env.workers();
    let four = all();
    let offender = validator(1);
    let nominator = env.funded("nominator", 60_000 * DSLA);
    env.submit(&nominator, Stake::<Runtime>::bond { value: 50_000 * DSLA, payee: RewardDestination::Stash }).unwrap();
    env.submit(&nominator, Stake::<Runtime>::nominate { targets: vec![offender.id().into()] }).unwrap();
    env.until_era(1, &four);
    let rest = &four[1..];
    env.author(&rest[0]);

    let now = slot(&env);
    let report = file_blocks(&mut env, &pool, two_blocks(1, now, [1, 2]));
    // A node takes it from itself only.
    assert!(validity(&mut env, TransactionSource::Local, &report));
    assert!(!validity(&mut env, TransactionSource::External, &report));
    assert!(env.include(report.clone()).unwrap().is_ok());
    // (3/4)^2 of what was behind it.
    let share = Perbill::from_rational(9u32, 16u32);
    assert_eq!(reported(&mut env), [(offender.id(), share, 1)]);
    env.read(|| {
        let index = Session::validators().iter().position(|who| *who == offender.id()).unwrap();
        assert!(Session::is_disabled(index.try_into().unwrap()));
    });

    // The same again, and another pair of blocks of the same slot: no second time.
    assert_eq!(env.include(report), STALE);
    let more = file_blocks(&mut env, &pool, two_blocks(1, now, [3, 4]));
    assert!(!validity(&mut env, TransactionSource::Local, &more));
    assert_eq!(env.include(more), STALE);
    // Another slot of the same era is another offence, but no further slash.
    let other = file_blocks(&mut env, &pool, two_blocks(1, now + 1, [1, 2]));
    assert!(env.include(other).unwrap().is_ok());

    let (slashed, to_treasury) = apply_slashes(&mut env, 1, rest);
    assert_eq!(slashed, [(offender.id(), 5_625 * DSLA), (nominator.id(), 28_125 * DSLA)]);
    assert_eq!(to_treasury, 33_750 * DSLA);
    assert_eq!(env.ledger(&offender.id()).unwrap().total, REHEARSAL_BOND - 5_625 * DSLA);
    assert_eq!(env.ledger(&nominator.id()).unwrap().total, 50_000 * DSLA - 28_125 * DSLA);
    for honest in rest {
        assert_eq!(env.ledger(honest).unwrap().total, REHEARSAL_BOND);
    }
    assert_eq!(env.read(Balances::total_issuance), TOTAL_SUPPLY);
    // Later eras bring nothing more.
    let (slashed, to_treasury) = apply_slashes(&mut env, 2, rest);
    assert_eq!((slashed, to_treasury), (vec![], 0));
}

#[test]
fn two_votes_in_a_round_should_be_slashed_once_and_exactly() {
    let mut env = Env::rehearsal();
    let pool = env.workers();
    let four = all();
    env.until_era(1, &four);
    let (offender, rest) = (four[2].clone(), [four[0].clone(), four[1].clone(), four[3].clone()]);
    env.author(&rest[0]);
    let set = env.read(pallet_grandpa::CurrentSetId::<Runtime>::get);
    assert!(set > 0);
    let report = file_votes(&mut env, &pool, two_votes(3, set, 9, [1, 2]));
    assert!(validity(&mut env, TransactionSource::Local, &report));
    assert!(!validity(&mut env, TransactionSource::External, &report));
    assert!(env.include(report.clone()).unwrap().is_ok());
    assert_eq!(reported(&mut env), [(offender.clone(), Perbill::from_rational(9u32, 16u32), 1)]);
    assert_eq!(env.include(report), STALE);
    let more = file_votes(&mut env, &pool, two_votes(3, set, 9, [3, 4]));
    assert_eq!(env.include(more), STALE);

    let (slashed, to_treasury) = apply_slashes(&mut env, 1, &rest);
    assert_eq!(slashed, [(offender.clone(), 5_625 * DSLA)]);
    assert_eq!(to_treasury, 5_625 * DSLA);
    for honest in &rest {
        assert_eq!(env.ledger(honest).unwrap().total, REHEARSAL_BOND);
    }
    assert_eq!(env.read(Balances::total_issuance), TOTAL_SUPPLY);
}

#[test]
fn proofs_that_prove_nothing_should_slash_nobody() {
    let mut env = Env::rehearsal();
    let pool = env.workers();
    let four = all();
    env.until_era(1, &four);
    env.author(&four[0]);
    let (now, set) = (slot(&env), env.read(pallet_grandpa::CurrentSetId::<Runtime>::get));
    // One block twice. (Sealed twice it would be two: a seal is part of the block.)
    let mut same = two_blocks(1, now, [1, 1]);
    same.second_header = same.first_header.clone();
    let same = file_blocks(&mut env, &pool, same);
    // A block somebody else has sealed.
    let mut forged = two_blocks(1, now, [1, 2]);
    forged.second_header = two_blocks(2, now, [1, 2]).second_header;
    let forged = file_blocks(&mut env, &pool, forged);
    // Blocks of different slots.
    let mut slots = two_blocks(1, now, [1, 2]);
    slots.second_header = two_blocks(1, now - 1, [1, 2]).second_header;
    let slots = file_blocks(&mut env, &pool, slots);
    // A slot of a session that the proof of the key is not about.
    let past = file_blocks(&mut env, &pool, two_blocks(1, now - 600, [1, 2]));
    for report in [same, forged, slots, past] {
        assert!(env.include(report).unwrap().is_err());
        assert_eq!(reported(&mut env), []);
    }
    // Votes for one target, and votes of a voter set that is not.
    let same = file_votes(&mut env, &pool, two_votes(1, set, 9, [1, 1]));
    let future = file_votes(&mut env, &pool, two_votes(1, set + 1, 9, [1, 2]));
    for report in [same, future] {
        assert!(env.include(report).unwrap().is_err());
        assert_eq!(reported(&mut env), []);
    }
    // A key that no validator has.
    let stranger = file_blocks(&mut env, &pool, two_blocks(5, now, [1, 2]));
    assert!(!validity(&mut env, TransactionSource::Local, &stranger));
    assert_eq!(env.include(stranger), Err(InvalidTransaction::BadProof.into()));
    // The key of one validator with the proof for another.
    let mut report = file_blocks(&mut env, &pool, two_blocks(2, now, [1, 2]));
    let RuntimeCall::Babe(pallet_babe::Call::report_equivocation_unsigned { equivocation_proof, .. }) =
        &mut report.function
    else {
        panic!("is a report")
    };
    **equivocation_proof = two_blocks(1, now, [1, 2]);
    report.encoded_call = None;
    assert_eq!(env.include(report), Err(InvalidTransaction::BadProof.into()));
}

#[test]
fn an_offender_should_not_get_away_by_unbonding_at_once() {
    let mut env = Env::rehearsal();
    let pool = env.workers();
    let four = all();
    let offender = validator(1);
    env.fund(&offender.id(), 10 * DSLA);
    env.until_era(1, &four);
    let rest = &four[1..];
    env.author(&rest[0]);
    let era = env.active_era();
    // It leaves, and equivocates on its way out.
    env.submit(&offender, Stake::<Runtime>::chill {}).unwrap();
    env.submit(&offender, Stake::<Runtime>::unbond { value: REHEARSAL_BOND }).unwrap();
    let now = slot(&env);
    let report = file_blocks(&mut env, &pool, two_blocks(1, now, [1, 2]));
    assert!(env.include(report).unwrap().is_ok());

    // In every session it tries to get its bond out.
    let due = era + SLASH_DEFER_DURATION + 1;
    while env.active_era() < due {
        let before = env.ledger(&offender.id()).unwrap().total;
        assert_eq!(before, REHEARSAL_BOND);
        env.submit(&offender, Stake::<Runtime>::withdraw_unbonded { num_slashing_spans: 5 }).unwrap();
        env.session(rest);
        env.commit();
    }
    assert_eq!(env.ledger(&offender.id()).unwrap().total, REHEARSAL_BOND - 5_625 * DSLA);
    // What is left is free when the time has come.
    env.until_era(era + BONDING_DURATION, rest);
    env.submit(&offender, Stake::<Runtime>::withdraw_unbonded { num_slashing_spans: 5 }).unwrap();
    assert_eq!(env.ledger(&offender.id()), None);
    assert_eq!(env.read(Balances::total_issuance), TOTAL_SUPPLY);
}

#[test]
fn governance_should_cancel_a_slash_that_waits() {
    let mut env = Env::rehearsal();
    let pool = env.workers();
    let four = all();
    env.until_era(1, &four);
    let rest = &four[1..];
    env.author(&rest[0]);
    let now = slot(&env);
    let report = file_blocks(&mut env, &pool, two_blocks(1, now, [1, 2]));
    assert!(env.include(report).unwrap().is_ok());
    env.read(|| {
        let due = 1 + SLASH_DEFER_DURATION + 1;
        let root = dsla_runtime::RuntimeOrigin::root();
        dsla_runtime::Staking::cancel_deferred_slash(root, due, vec![0]).unwrap();
    });
    let (slashed, to_treasury) = apply_slashes(&mut env, 1, rest);
    assert_eq!((slashed, to_treasury), (vec![], 0));
}

#[test]
fn one_of_four_may_be_away_but_not_two() {
    let mut env = Env::rehearsal();
    let four = all();
    env.until_era(1, &four);

    // One is away for a session: it is out for the rest of the era, but keeps its bond.
    env.session(&four[1..]);
    let offline = |env: &mut Env, present: &[AccountId]| {
        let start = env.read(|| *dsla_runtime::Babe::current_epoch_start() + 600);
        env.jump_to(start * SLOT_DURATION);
        env.block_by(&present[0]);
        reported(env)
    };
    assert_eq!(offline(&mut env, &four[1..]), [(four[0].clone(), Perbill::zero(), 1)]);
    let disabled = env.read(Session::disabled_validators);
    assert_eq!(disabled.len(), 1);

    // Two are away: 3 · (2 − 1) / 4 of seven percent.
    env.block_by(&four[1]);
    env.block_by(&four[2]);
    let mut reports = offline(&mut env, &[four[1].clone()]);
    reports.sort();
    let share = Perbill::from_parts(52_500_000);
    let mut expected = vec![(four[0].clone(), share, 1), (four[3].clone(), share, 1)];
    expected.sort();
    assert_eq!(reports, expected);

    // Slashed once for the era, though it was so in two sessions.
    env.block_by(&four[1]);
    env.block_by(&four[2]);
    assert_eq!(offline(&mut env, &[four[1].clone()]).len(), 2);
    env.block_by(&four[1]);
    env.block_by(&four[2]);
    // Those who are out stay away until the era ends; then all are there.
    env.session(&four[1..3]);
    assert_eq!(env.active_era(), 1);
    env.session(&[&four[1..], &four[..1]].concat());
    assert_eq!(env.active_era(), 2);
    let (mut slashed, to_treasury) = apply_slashes(&mut env, 1, &four);
    slashed.sort();
    let mut expected = vec![(four[0].clone(), 525 * DSLA), (four[3].clone(), 525 * DSLA)];
    expected.sort();
    assert_eq!(slashed, expected);
    assert_eq!(to_treasury, 1_050 * DSLA);
    assert_eq!(env.read(Balances::total_issuance), TOTAL_SUPPLY);
}

#[test]
fn a_validator_without_a_block_should_be_there_by_its_sign_of_life() {
    let mut env = Env::rehearsal();
    let pool = env.workers();
    let four = all();
    let silent = four[3].clone();
    // The machine's session keys: the worker finds them in its keystore.
    env.session_keys("dsla//rehearsal//4", &silent);
    env.session(&four[..3]);
    let index = env.validators().iter().position(|who| *who == silent).unwrap();
    let index = u32::try_from(index).unwrap();
    // Late in the session the worker gives a sign of life.
    let start = env.read(|| *dsla_runtime::Babe::current_epoch_start() + 550);
    env.jump_to(start * SLOT_DURATION);
    env.block_by(&four[0]);
    env.read(|| ImOnline::offchain_worker(System::block_number()));
    let mut submitted = pool();
    let sign = submitted.pop().expect("the worker has submitted one");
    assert!(submitted.is_empty());
    assert!(matches!(sign.function, RuntimeCall::ImOnline(pallet_im_online::Call::heartbeat { .. })));
    // Any node's pool takes it, and passes it on.
    assert!(validity(&mut env, TransactionSource::External, &sign));
    assert!(!env.read(|| ImOnline::is_online(index)));
    env.include(sign.clone()).unwrap().unwrap();
    assert!(env.read(|| ImOnline::is_online(index)));
    assert_eq!(env.include(sign.clone()), STALE);
    // Nobody paid for it.
    assert_eq!(env.read(Balances::total_issuance), TOTAL_SUPPLY);

    // At the end of the session nobody is missing.
    let start = env.read(|| *dsla_runtime::Babe::current_epoch_start() + 600);
    env.jump_to(start * SLOT_DURATION);
    env.block_by(&four[0]);
    assert!(env.events().contains(&RuntimeEvent::ImOnline(pallet_im_online::Event::AllGood)));

    // The sign of a session that is over, and one that somebody else has signed.
    assert_eq!(env.include(sign), STALE);
    let heartbeat = Heartbeat {
        block_number: 1,
        session_index: env.read(Session::current_index),
        authority_index: index,
        validators_len: 4,
    };
    let signature = sr_pair(1).sign(&heartbeat.encode()).into();
    let forged = <Runtime as CreateAuthorizedTransaction<RuntimeCall>>::create_authorized_transaction(
        pallet_im_online::Call::<Runtime>::heartbeat { heartbeat, signature }.into(),
    );
    assert_eq!(env.include(forged), Err(InvalidTransaction::BadProof.into()));
}

#[test]
fn a_wallet_should_read_a_sign_of_life_as_it_reads_other_general_transactions() {
    let heartbeat = Heartbeat { block_number: 1, session_index: 2, authority_index: 3, validators_len: 4 };
    let signature = sr_pair(1).sign(b"anything").into();
    let call: RuntimeCall = pallet_im_online::Call::<Runtime>::heartbeat { heartbeat, signature }.into();
    let sign = <Runtime as CreateAuthorizedTransaction<RuntimeCall>>::create_authorized_transaction(call.clone());
    let (_, usual) = <Runtime as CreateAuthorizedTransaction<RuntimeCall>>::create_extension();
    let bytes = sign.encode();
    // Length, general and format 5, version 1 of the extension, and then as version 0 would be.
    assert!(bytes.ends_with(&(0b0100_0101u8, 1u8, usual, call).encode()));
    assert_eq!(UncheckedExtrinsic::decode(&mut &bytes[..]).expect("decodes").encode(), bytes);
}
