// SPDX-License-Identifier: Apache-2.0

//! What validators do, and what is done about them: elections, rewards, signs of life, and proofs of two truths.

use super::Wanted;
use crate::{
    chain,
    input::Bytes,
    people::{self, BACKER, PROVIDER},
    values,
};
use codec::{Decode, Encode};
use dsla_runtime::{
    constants::{currency::DSLA, time::SLOT_DURATION},
    AccountId, Babe, Hash, Header, Runtime, RuntimeCall, Session, System,
};
use pallet_im_online::Heartbeat;
use pallet_staking::Call as Staking;
use sp_consensus_babe::{
    digests::{CompatibleDigestItem, PreDigest, SecondaryPlainPreDigest},
    EquivocationProof as TwoBlocks,
};
use sp_consensus_grandpa::{EquivocationProof as TwoVotes, OpaqueKeyOwnershipProof};
use sp_core::{ByteArray, Pair};
use sp_runtime::{
    generic::{Digest, DigestItem},
    traits::Header as _,
    Perbill, Percent,
};
use sp_session::MembershipProof;

/// One of the validators of the session, or who stands for election.
fn validator(bytes: &mut Bytes) -> AccountId {
    let validators = Session::validators();
    if validators.is_empty() || bytes.chance(10) {
        return values::account(bytes);
    }
    bytes.pick(&validators)
}

/// An era: mostly one that has ended.
fn era(bytes: &mut Bytes) -> u32 {
    let active = pallet_staking::ActiveEra::<Runtime>::get().map_or(0, |era| era.index);
    match bytes.byte() {
        0..150 => active.saturating_sub(1),
        150..200 => active.saturating_sub(u32::from(bytes.byte() % 4)),
        200..230 => active,
        _ => values::small("era", bytes),
    }
}

pub fn nominate(bytes: &mut Bytes) -> Option<Wanted> {
    let targets = (0..bytes.below(4)).map(|_| validator(bytes).into()).collect();
    Wanted::any(Staking::<Runtime>::nominate { targets })
}

pub fn payout(call: &str, bytes: &mut Bytes) -> Option<Wanted> {
    let (validator_stash, era) = (validator(bytes), era(bytes));
    Wanted::any(match call {
        "Staking::payout_stakers" => Staking::<Runtime>::payout_stakers { validator_stash, era },
        _ => Staking::<Runtime>::payout_stakers_by_page { validator_stash, era, page: u32::from(bytes.byte() / 200) },
    })
}

pub fn manual_slash(bytes: &mut Bytes) -> Option<Wanted> {
    let slash_fraction = Perbill::from_parts(values::parts(bytes, 1_000_000_000).min(1_000_000_000));
    let (validator_stash, era) = (validator(bytes), era(bytes));
    Wanted::any(Staking::<Runtime>::manual_slash { validator_stash, era, slash_fraction })
}

/// Slashes that wait.
pub fn cancel_deferred_slash(bytes: &mut Bytes) -> Option<Wanted> {
    let mut waiting: Vec<(u32, usize)> =
        pallet_staking::UnappliedSlashes::<Runtime>::iter().map(|(era, slashes)| (era, slashes.len())).collect();
    waiting.sort_unstable();
    if waiting.is_empty() {
        return None;
    }
    let (era, count) = bytes.pick(&waiting);
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    let slash_indices = (0..count).filter(|_| bytes.chance(70)).collect();
    Wanted::any(Staking::<Runtime>::cancel_deferred_slash { era, slash_indices })
}

/// Limits that somebody may be below of.
pub fn set_staking_configs(bytes: &mut Bytes) -> Option<Wanted> {
    use pallet_staking::ConfigOp::{Noop, Set};
    if bytes.chance(40) {
        return None;
    }
    let limit = bytes.pick(&[200, 2_000, 50_000, 5_000_000]) * DSLA;
    let percent = |bytes: &mut Bytes| Set(Percent::from_percent(bytes.byte() % 101));
    Wanted::any(Staking::<Runtime>::set_staking_configs {
        min_nominator_bond: Set(limit),
        min_validator_bond: Set(limit),
        max_nominator_count: Set(u32::from(bytes.byte() % 8)),
        max_validator_count: Set(u32::from(bytes.byte() % 8)),
        chill_threshold: percent(bytes),
        min_commission: Set(Perbill::from_percent(u32::from(bytes.byte() % 101))),
        max_staked_rewards: if bytes.chance(50) { percent(bytes) } else { Noop },
    })
}

/// Somebody who may have to stop.
pub fn chill_other(bytes: &mut Bytes) -> Option<Wanted> {
    let stash = if bytes.chance(50) { voter(bytes) } else { validator(bytes) };
    Wanted::any(Staking::<Runtime>::chill_other { stash })
}

/// A bond of which nothing may be left.
pub fn reap_stash(bytes: &mut Bytes) -> Option<Wanted> {
    let empty = pallet_staking::Ledger::<Runtime>::iter_values().find(|ledger| ledger.total == 0);
    let stash = empty.map_or_else(|| validator(bytes), |ledger| ledger.stash);
    let num_slashing_spans = u32::from(bytes.byte() % 16);
    Wanted::any(Staking::<Runtime>::reap_stash { stash, num_slashing_spans })
}

/// One who has bonded, in the list of voters.
fn voter(bytes: &mut Bytes) -> AccountId {
    if bytes.chance(10) {
        return values::account(bytes);
    }
    people::id(bytes.pick(&[BACKER, PROVIDER]))
}

pub fn in_front(call: &str, bytes: &mut Bytes) -> Option<Wanted> {
    use dsla_runtime::configs::staking::VoterBags;
    use pallet_bags_list::Call as List;
    let (heavier, lighter) = (voter(bytes), voter(bytes));
    if call == "VoterList::put_in_front_of" {
        return Wanted::by(List::<Runtime, VoterBags>::put_in_front_of { lighter: lighter.into() }, heavier);
    }
    let call = List::<Runtime, VoterBags>::put_in_front_of_other { heavier: heavier.into(), lighter: lighter.into() };
    Wanted::any(call)
}

/// The machine of one of the authorities, and its place.
fn authority(bytes: &mut Bytes) -> Option<(u32, &'static people::Machine)> {
    let authorities = Babe::authorities();
    let place = bytes.below(authorities.len().max(1));
    let (author, _) = authorities.get(place)?;
    Some((u32::try_from(place).ok()?, people::machine_of(author.as_slice())?))
}

/// A sign of life of a validator; sometimes for somebody else or of another session.
pub fn heartbeat(bytes: &mut Bytes) -> Option<Wanted> {
    let (authority_index, (sr, _)) = authority(bytes)?;
    let count = pallet_im_online::Keys::<Runtime>::get().len();
    let mut heartbeat = Heartbeat {
        block_number: System::block_number(),
        session_index: Session::current_index(),
        authority_index,
        validators_len: u32::try_from(count).ok()?,
    };
    match bytes.byte() {
        0..220 => {}
        220..230 => heartbeat.authority_index = values::small("index", bytes),
        230..240 => heartbeat.session_index = values::small("index", bytes),
        240..248 => heartbeat.validators_len = values::small("index", bytes),
        _ => heartbeat.block_number = values::small("height", bytes),
    }
    let signature = sr.sign(&heartbeat.encode()).into();
    Wanted::any(pallet_im_online::Call::<Runtime>::heartbeat { heartbeat, signature })
}

/// Two blocks of one slot by one author.
pub fn two_blocks(call: &str, bytes: &mut Bytes) -> Option<Wanted> {
    let (authority_index, (sr, _)) = authority(bytes)?;
    let now = chain::now() / SLOT_DURATION;
    let slot = match bytes.byte() {
        0..180 => now,
        byte @ 180..230 => now.saturating_sub(u64::from(byte - 179) * 20),
        _ => values::long("slot", bytes),
    }
    .into();
    let block = |body: u8| {
        let claim = PreDigest::SecondaryPlain(SecondaryPlainPreDigest { authority_index, slot });
        let digest = Digest { logs: vec![<DigestItem as CompatibleDigestItem>::babe_pre_digest(claim)] };
        let mut header = Header::new(7, Hash::repeat_byte(body), Hash::zero(), Hash::zero(), digest);
        let seal = sr.sign(header.hash().as_ref());
        header.digest_mut().push(<DigestItem as CompatibleDigestItem>::babe_seal(seal.into()));
        header
    };
    let (first, second) = (bytes.byte() % 4, bytes.byte() % 4);
    let offender: sp_consensus_babe::AuthorityId = sr.public().into();
    let proof = chain::api::<Option<sp_consensus_babe::OpaqueKeyOwnershipProof>>(
        "BabeApi_generate_key_ownership_proof",
        (slot, offender.clone()),
    )?;
    let mut key_owner_proof: MembershipProof = proof.decode()?;
    spoil(&mut key_owner_proof, bytes);
    let equivocation_proof =
        Box::new(TwoBlocks { offender, slot, first_header: block(first), second_header: block(second) });
    Wanted::any(if call == "Babe::report_equivocation" {
        pallet_babe::Call::<Runtime>::report_equivocation { equivocation_proof, key_owner_proof }
    } else {
        pallet_babe::Call::<Runtime>::report_equivocation_unsigned { equivocation_proof, key_owner_proof }
    })
}

/// Two votes in one round by one voter.
pub fn two_votes(call: &str, bytes: &mut Bytes) -> Option<Wanted> {
    let (_, (_, ed)) = authority(bytes)?;
    let current: u64 = chain::api("GrandpaApi_current_set_id", ());
    let set_id = match bytes.byte() {
        0..200 => current,
        200..230 => current.saturating_sub(u64::from(bytes.byte() % 4)),
        _ => values::long("set_id", bytes),
    };
    let round = u64::from(bytes.byte() % 4);
    // Prevotes or precommits: the variant of the message that is signed, and of the proof.
    let kind = bytes.byte() % 2;
    let vote = |target: u8| {
        let target = (Hash::repeat_byte(target), 7_u32);
        let signature = ed.sign(&sp_consensus_grandpa::localized_payload(round, set_id, &(kind, target)));
        (target, signature)
    };
    let encoded = (set_id, kind, round, ed.public(), vote(bytes.byte() % 4), vote(bytes.byte() % 4)).encode();
    let proof: TwoVotes<Hash, u32> = TwoVotes::decode(&mut &encoded[..]).ok()?;
    let owner = chain::api::<Option<OpaqueKeyOwnershipProof>>(
        "GrandpaApi_generate_key_ownership_proof",
        (set_id, proof.offender().clone()),
    )?;
    let mut key_owner_proof: MembershipProof = owner.decode()?;
    spoil(&mut key_owner_proof, bytes);
    let equivocation_proof = Box::new(proof);
    Wanted::any(if call == "Grandpa::report_equivocation" {
        pallet_grandpa::Call::<Runtime>::report_equivocation { equivocation_proof, key_owner_proof }
    } else {
        pallet_grandpa::Call::<Runtime>::report_equivocation_unsigned { equivocation_proof, key_owner_proof }
    })
}

/// Sometimes something is wrong with the proof that a key belongs to somebody.
fn spoil(proof: &mut MembershipProof, bytes: &mut Bytes) {
    match bytes.byte() {
        0..230 => {}
        230..238 => proof.session = values::small("session", bytes),
        238..246 => proof.validator_count = values::small("count", bytes),
        _ => {
            let node = bytes.below(proof.trie_nodes.len().max(1));
            if let Some(byte) = proof.trie_nodes.get_mut(node).and_then(|node| node.last_mut()) {
                *byte ^= 1;
            }
        }
    }
}

/// Whether a validator's node puts `call` into its block without anybody's signature, and takes it from nobody else.
pub fn is_report(call: &RuntimeCall) -> bool {
    matches!(
        call,
        RuntimeCall::Babe(pallet_babe::Call::report_equivocation_unsigned { .. })
            | RuntimeCall::Grandpa(pallet_grandpa::Call::report_equivocation_unsigned { .. })
    )
}
