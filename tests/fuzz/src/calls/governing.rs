// SPDX-License-Identifier: Apache-2.0

//! Referenda and what they decide about: preimages, the scheduler, pauses; and who is behind an account.

use super::Wanted;
use crate::{
    catalogue::CATALOGUE,
    input::Bytes,
    people::{self, ANNA, BELA, MERCHANT},
    values,
};
use codec::Encode;
use dsla_runtime::{Runtime, RuntimeCall, System};
use frame_support::{
    traits::{schedule::DispatchTime, Bounded},
    BoundedVec,
};
use pallet_identity::{Call as Identity, Judgement};
use pallet_scheduler::Call as Scheduler;
use sp_io::hashing::blake2_256;
use sp_runtime::traits::{BlakeTwo256, Hash};

/// A call that governance decides about, small enough to be part of a proposal, or by the hash of its preimage.
fn proposal(bytes: &mut Bytes, depth: u32) -> Bounded<RuntimeCall, BlakeTwo256> {
    let call = match bytes.byte() {
        0..80 => values::known_call(usize::from(bytes.byte())),
        80..140 => pallet_tx_pause::Call::pause { full_name: name(bytes) }.into(),
        _ => values::inner_call(bytes, depth),
    };
    let encoded = call.encode();
    let (hash, len) = (BlakeTwo256::hash(&encoded), encoded.len().try_into().unwrap_or(u32::MAX));
    match BoundedVec::try_from(encoded) {
        Ok(inline) if bytes.chance(60) => Bounded::Inline(inline),
        _ => Bounded::Lookup { hash, len },
    }
}

pub fn submit(bytes: &mut Bytes, depth: u32) -> Option<Wanted> {
    let proposal_origin = Box::new(values::origin(bytes));
    let proposal = proposal(bytes, depth);
    let enactment_moment = match bytes.byte() {
        0..200 => DispatchTime::After(u32::from(bytes.byte())),
        200..240 => DispatchTime::At(values::small("when", bytes)),
        _ => DispatchTime::After(u32::MAX),
    };
    Wanted::any(pallet_referenda::Call::<Runtime>::submit { proposal_origin, proposal, enactment_moment })
}

/// The bytes of a call that can be proposed, or any.
pub fn note_preimage(bytes: &mut Bytes, depth: u32) -> Option<Wanted> {
    let bytes = match bytes.byte() {
        0..120 => values::known_call(usize::from(bytes.byte())).encode(),
        120..220 => values::inner_call(bytes, depth).encode(),
        _ => return None,
    };
    Wanted::any(pallet_preimage::Call::<Runtime>::note_preimage { bytes })
}

/// A task that is planned: when, and which of that block.
fn task(bytes: &mut Bytes) -> Option<(u32, u32)> {
    let mut all: Vec<(u32, u32)> = Vec::new();
    for (when, tasks) in pallet_scheduler::Agenda::<Runtime>::iter() {
        let places = (0_u32..).zip(&tasks).filter(|(_, task)| task.is_some());
        all.extend(places.map(|(index, _)| (when, index)));
    }
    all.sort_unstable();
    (!all.is_empty()).then(|| bytes.pick(&all))
}

pub fn cancel(bytes: &mut Bytes) -> Option<Wanted> {
    let (when, index) = task(bytes)?;
    Wanted::any(Scheduler::<Runtime>::cancel { when, index })
}

pub fn set_retry(bytes: &mut Bytes) -> Option<Wanted> {
    let (retries, period) = (bytes.byte(), u32::from(bytes.byte() % 4));
    Wanted::any(Scheduler::<Runtime>::set_retry { task: task(bytes)?, retries, period })
}

pub fn cancel_retry(bytes: &mut Bytes) -> Option<Wanted> {
    Wanted::any(Scheduler::<Runtime>::cancel_retry { task: task(bytes)? })
}

/// The name of a call.
fn name(bytes: &mut Bytes) -> pallet_tx_pause::RuntimeCallNameOf<Runtime> {
    let wheel = CATALOGUE.wheel();
    let full = CATALOGUE.call(wheel[bytes.below(wheel.len())]).map_or("", |call| call.name.as_str());
    let (pallet, call) = full.split_once("::").unwrap_or_default();
    let bounded = |name: &str| BoundedVec::truncate_from(name.as_bytes().to_vec());
    (bounded(pallet), bounded(call))
}

pub fn pause(bytes: &mut Bytes) -> Option<Wanted> {
    Wanted::any(pallet_tx_pause::Call::<Runtime>::pause { full_name: name(bytes) })
}

pub fn unpause(bytes: &mut Bytes) -> Option<Wanted> {
    let paused: Vec<_> = pallet_tx_pause::PausedCalls::<Runtime>::iter_keys().collect();
    let ident = if paused.is_empty() { name(bytes) } else { bytes.pick(&paused) };
    Wanted::any(pallet_tx_pause::Call::<Runtime>::unpause { ident })
}

/// A judgement about the identity that is there.
pub fn provide_judgement(bytes: &mut Bytes) -> Option<Wanted> {
    let target = if bytes.chance(70) { people::id(ANNA) } else { values::account(bytes) };
    let info = pallet_identity::IdentityOf::<Runtime>::get(&target)?.info;
    let judgement = bytes.pick(&[
        Judgement::KnownGood,
        Judgement::Reasonable,
        Judgement::Unknown,
        Judgement::Erroneous,
        Judgement::FeePaid(1),
    ]);
    let call = Identity::<Runtime>::provide_judgement {
        reg_index: u32::from(bytes.byte() % 2),
        target: target.into(),
        judgement,
        identity: BlakeTwo256::hash_of(&info),
    };
    Wanted::by(call, people::id(MERCHANT))
}

/// The registrar there is from the beginning.
pub fn request_judgement(bytes: &mut Bytes) -> Option<Wanted> {
    let reg_index = u32::from(bytes.byte() / 200);
    Wanted::any(Identity::<Runtime>::request_judgement { reg_index, max_fee: values::amount(bytes) })
}

/// The sub-account there is from the beginning.
pub fn rename_sub(bytes: &mut Bytes) -> Option<Wanted> {
    let data = bytes.pick(&[pallet_identity::Data::None, pallet_identity::Data::BlakeTwo256([1; 32])]);
    Wanted::by(Identity::<Runtime>::rename_sub { sub: people::id(BELA).into(), data }, people::id(ANNA))
}

/// A vote of somebody who has voted from the beginning, or of somebody else.
pub fn remove_other_vote(bytes: &mut Bytes) -> Option<Wanted> {
    let target = if bytes.chance(70) { people::id(ANNA) } else { values::account(bytes) };
    let (class, index) = (bytes.pick(&[3_u16, 3, 3, 1, 0]), u32::from(bytes.byte() / 180));
    let by = target.clone();
    let call = pallet_conviction_voting::Call::<Runtime>::remove_other_vote { target: target.into(), class, index };
    if bytes.chance(50) {
        Wanted::by(call, by)
    } else {
        Wanted::any(call)
    }
}

/// A payment of the treasury that was there from the beginning, or a later one.
pub fn check_status(bytes: &mut Bytes) -> Option<Wanted> {
    Wanted::any(pallet_treasury::Call::<Runtime>::check_status { index: u32::from(bytes.byte() / 150) })
}

/// The hash of a call that is known.
pub fn unrequest_preimage(bytes: &mut Bytes) -> Option<Wanted> {
    let mut asked: Vec<_> = pallet_preimage::RequestStatusFor::<Runtime>::iter_keys().collect();
    asked.sort();
    let hash = if asked.is_empty() { values::hash(bytes) } else { bytes.pick(&asked) };
    Wanted::any(pallet_preimage::Call::<Runtime>::unrequest_preimage { hash })
}

/// Money that vests.
pub fn force_remove_vesting_schedule(bytes: &mut Bytes) -> Option<Wanted> {
    let target = if bytes.chance(80) { people::id(ANNA) } else { values::account(bytes) };
    let call = pallet_vesting::Call::<Runtime>::force_remove_vesting_schedule {
        target: target.into(),
        schedule_index: u32::from(bytes.byte() % 3),
    };
    Wanted::any(call)
}

/// Names of which two are given from the beginning.
const USERNAMES: [&[u8]; 4] = [b"anna.web", b"bela.web", b"new.web", b"backer.web"];

fn username(bytes: &mut Bytes) -> BoundedVec<u8, <Runtime as pallet_identity::Config>::MaxUsernameLength> {
    BoundedVec::truncate_from(bytes.pick(&USERNAMES).to_vec())
}

/// The authority of the names gives one.
pub fn set_username_for(bytes: &mut Bytes) -> Option<Wanted> {
    let who = usize::from(bytes.byte());
    let username = username(bytes).into_inner();
    let signature = bytes.chance(50).then(|| people::sign(who, &username));
    let use_allocation = bytes.chance(50);
    let who = people::id(who).into();
    Wanted::by(Identity::<Runtime>::set_username_for { who, username, signature, use_allocation }, people::id(MERCHANT))
}

/// What an owner or the authority does with a name.
pub fn with_username(call: &str, bytes: &mut Bytes) -> Option<Wanted> {
    let mut known: Vec<_> = match call {
        "Identity::accept_username" | "Identity::remove_expired_approval" => {
            pallet_identity::PendingUsernames::<Runtime>::iter_keys().collect()
        }
        "Identity::remove_username" => pallet_identity::UnbindingUsernames::<Runtime>::iter_keys().collect(),
        _ => pallet_identity::UsernameInfoOf::<Runtime>::iter_keys().collect(),
    };
    known.sort();
    let username = if known.is_empty() || bytes.chance(20) { username(bytes) } else { bytes.pick(&known) };
    let owner = |name: &_| pallet_identity::UsernameInfoOf::<Runtime>::get(name).map(|info| info.owner);
    match call {
        "Identity::accept_username" => {
            let (who, ..) = pallet_identity::PendingUsernames::<Runtime>::get(&username)?;
            Wanted::by(Identity::<Runtime>::accept_username { username }, who)
        }
        "Identity::remove_expired_approval" => Wanted::any(Identity::<Runtime>::remove_expired_approval { username }),
        "Identity::set_primary_username" => {
            let who = owner(&username)?;
            Wanted::by(Identity::<Runtime>::set_primary_username { username }, who)
        }
        "Identity::unbind_username" => {
            Wanted::by(Identity::<Runtime>::unbind_username { username }, people::id(MERCHANT))
        }
        "Identity::remove_username" => Wanted::any(Identity::<Runtime>::remove_username { username }),
        _ => Wanted::any(Identity::<Runtime>::kill_username { username }),
    }
}

pub fn remove_username_authority(bytes: &mut Bytes) -> Option<Wanted> {
    let authority = if bytes.chance(80) { people::id(MERCHANT) } else { values::account(bytes) };
    let call = Identity::<Runtime>::remove_username_authority { suffix: b"web".to_vec(), authority: authority.into() };
    Wanted::any(call)
}

/// A call for one of the next blocks, with a name or without.
pub fn schedule_named(bytes: &mut Bytes, depth: u32) -> Option<Wanted> {
    let id = blake2_256(&[bytes.byte() % 3]);
    let when = System::block_number().saturating_add(u32::from(bytes.byte() % 16));
    let maybe_periodic = bytes.chance(30).then(|| (u32::from(bytes.byte() % 4), u32::from(bytes.byte() % 8)));
    let call = Box::new(values::inner_call(bytes, depth));
    let priority = bytes.byte();
    Wanted::any(if bytes.chance(50) {
        Scheduler::<Runtime>::schedule_named { id, when, maybe_periodic, priority, call }
    } else {
        Scheduler::<Runtime>::schedule { when, maybe_periodic, priority, call }
    })
}

/// What is planned with a name.
pub fn with_task_name(call: &str, bytes: &mut Bytes) -> Option<Wanted> {
    let id = blake2_256(&[bytes.byte() % 3]);
    let (retries, period) = (bytes.byte(), u32::from(bytes.byte() % 4));
    Wanted::any(match call {
        "Scheduler::cancel_named" => Scheduler::<Runtime>::cancel_named { id },
        "Scheduler::set_retry_named" => Scheduler::<Runtime>::set_retry_named { id, retries, period },
        _ => Scheduler::<Runtime>::cancel_retry_named { id },
    })
}
