// SPDX-License-Identifier: Apache-2.0

//! Calls that several agree on, or that carry a signature or a proof.

use super::Wanted;
use crate::{
    input::Bytes,
    people::{self, ANNA, BACKER, BELA, MERCHANT},
    values::{self, inner_call, known_call},
};
use codec::Encode;
use dsla_runtime::{AccountId, Multisig, Proxy, Runtime, RuntimeCall, System};
use frame_support::weights::Weight;
use pallet_multisig::{Call as Multi, Timepoint};
use pallet_nfts::{AttributeNamespace, Call as Nft, PreSignedAttributes, PreSignedMint};
use sp_io::hashing::blake2_256;

/// Two of these sign together.
const SIGNATORIES: [usize; 3] = [ANNA, BELA, BACKER];
const THRESHOLD: u16 = 2;

/// The account of the multisig we know.
pub fn multisig_account() -> AccountId {
    let mut who: Vec<AccountId> = SIGNATORIES.iter().map(|who| people::id(*who)).collect();
    who.sort();
    Multisig::multi_account_id(&who, THRESHOLD)
}

/// One of the signatories, and the others.
fn signatory(bytes: &mut Bytes) -> (AccountId, Vec<AccountId>) {
    let by = people::id(bytes.pick(&SIGNATORIES));
    let mut others: Vec<AccountId> = SIGNATORIES.iter().map(|who| people::id(*who)).filter(|who| *who != by).collect();
    others.sort();
    (by, others)
}

fn timepoint(call_hash: [u8; 32], bytes: &mut Bytes) -> Option<Timepoint<u32>> {
    if bytes.chance(5) {
        return Some(Timepoint { height: bytes.byte().into(), index: 0 });
    }
    pallet_multisig::Multisigs::<Runtime>::get(multisig_account(), call_hash).map(|pending| pending.when)
}

fn agreed_call(bytes: &mut Bytes, depth: u32) -> RuntimeCall {
    if bytes.chance(75) {
        known_call(usize::from(bytes.byte()))
    } else {
        inner_call(bytes, depth)
    }
}

fn weight(bytes: &mut Bytes) -> Weight {
    Weight::from_parts(bytes.pick(&[10_000_000_000_u64, 10_000_000_000, 10_000_000_000, 0]), 1_000_000)
}

pub fn as_multi_threshold_1(bytes: &mut Bytes, depth: u32) -> Option<Wanted> {
    let (by, other_signatories) = signatory(bytes);
    let call = Box::new(inner_call(bytes, depth));
    Wanted::by(Multi::<Runtime>::as_multi_threshold_1 { other_signatories, call }, by)
}

pub fn as_multi(bytes: &mut Bytes, depth: u32) -> Option<Wanted> {
    let (by, other_signatories) = signatory(bytes);
    let call = Box::new(agreed_call(bytes, depth));
    let maybe_timepoint = timepoint(blake2_256(&call.encode()), bytes);
    let max_weight = weight(bytes);
    Wanted::by(
        Multi::<Runtime>::as_multi { threshold: THRESHOLD, other_signatories, maybe_timepoint, call, max_weight },
        by,
    )
}

pub fn approve_as_multi(bytes: &mut Bytes) -> Option<Wanted> {
    let (by, other_signatories) = signatory(bytes);
    let call_hash = blake2_256(&known_call(usize::from(bytes.byte())).encode());
    let maybe_timepoint = timepoint(call_hash, bytes);
    let max_weight = weight(bytes);
    let call = Multi::<Runtime>::approve_as_multi {
        threshold: THRESHOLD,
        other_signatories,
        maybe_timepoint,
        call_hash,
        max_weight,
    };
    Wanted::by(call, by)
}

pub fn cancel_as_multi(bytes: &mut Bytes) -> Option<Wanted> {
    let (by, other_signatories) = signatory(bytes);
    let call_hash = blake2_256(&known_call(usize::from(bytes.byte())).encode());
    let timepoint = timepoint(call_hash, bytes).unwrap_or_default();
    Wanted::by(Multi::<Runtime>::cancel_as_multi { threshold: THRESHOLD, other_signatories, timepoint, call_hash }, by)
}

pub fn poke_deposit(bytes: &mut Bytes) -> Option<Wanted> {
    let (by, other_signatories) = signatory(bytes);
    let call_hash = blake2_256(&known_call(usize::from(bytes.byte())).encode());
    Wanted::by(Multi::<Runtime>::poke_deposit { threshold: THRESHOLD, other_signatories, call_hash }, by)
}

/// Who may act for whom from the beginning.
fn proxied(bytes: &mut Bytes) -> (usize, usize) {
    bytes.pick(&[(ANNA, BELA), (BELA, MERCHANT), (BACKER, MERCHANT)])
}

pub fn proxy(bytes: &mut Bytes, depth: u32) -> Option<Wanted> {
    let (real, delegate) = proxied(bytes);
    let call = pallet_proxy::Call::<Runtime>::proxy {
        real: people::id(real).into(),
        force_proxy_type: None,
        call: Box::new(inner_call(bytes, depth)),
    };
    Wanted::by(call, people::id(delegate))
}

pub fn announce(bytes: &mut Bytes) -> Option<Wanted> {
    let (real, delegate) = proxied(bytes);
    let call_hash = values::hash(bytes);
    let call = pallet_proxy::Call::<Runtime>::announce { real: people::id(real).into(), call_hash };
    Wanted::by(call, people::id(delegate))
}

pub fn remove_announcement(bytes: &mut Bytes) -> Option<Wanted> {
    let (real, delegate) = proxied(bytes);
    let call_hash = values::hash(bytes);
    let call = pallet_proxy::Call::<Runtime>::remove_announcement { real: people::id(real).into(), call_hash };
    Wanted::by(call, people::id(delegate))
}

pub fn reject_announcement(bytes: &mut Bytes) -> Option<Wanted> {
    let (real, delegate) = proxied(bytes);
    let call_hash = values::hash(bytes);
    let call = pallet_proxy::Call::<Runtime>::reject_announcement { delegate: people::id(delegate).into(), call_hash };
    Wanted::by(call, people::id(real))
}

pub fn remove_proxy(bytes: &mut Bytes) -> Option<Wanted> {
    use dsla_runtime::configs::accounts::ProxyType;
    let (real, delegate, proxy_type, delay) = bytes.pick(&[
        (ANNA, BELA, ProxyType::Any, 0),
        (BELA, MERCHANT, ProxyType::NonTransfer, 0),
        (BACKER, MERCHANT, ProxyType::Any, 2),
    ]);
    let call = pallet_proxy::Call::<Runtime>::remove_proxy { delegate: people::id(delegate).into(), proxy_type, delay };
    Wanted::by(call, people::id(real))
}

pub fn purge_keys(bytes: &mut Bytes) -> Option<Wanted> {
    Wanted::by(pallet_session::Call::<Runtime>::purge_keys {}, people::id(bytes.pick(&[people::ALICE, MERCHANT])))
}

/// The merchant may act for the backer, when it has announced what.
pub fn proxy_announced(bytes: &mut Bytes) -> Option<Wanted> {
    let call = pallet_proxy::Call::<Runtime>::proxy_announced {
        delegate: people::id(MERCHANT).into(),
        real: people::id(BACKER).into(),
        force_proxy_type: None,
        call: Box::new(known_call(usize::from(bytes.byte()))),
    };
    Wanted::by(call, values::account(bytes))
}

/// The pure proxy that somebody has made in the first transaction of a block not long ago.
pub fn kill_pure(bytes: &mut Bytes) -> Option<Wanted> {
    let spawner = people::id(usize::from(bytes.byte()));
    let index = u16::from(bytes.byte() % 2);
    let proxy_type = bytes.pick(&[
        dsla_runtime::configs::accounts::ProxyType::Any,
        dsla_runtime::configs::accounts::ProxyType::NonTransfer,
    ]);
    let height = System::block_number().saturating_sub(u32::from(bytes.byte() % 2));
    let ext_index = u32::from(bytes.byte() % 3);
    let pure = Proxy::pure_account(&spawner, &proxy_type, index, Some((height, ext_index)));
    let call =
        pallet_proxy::Call::<Runtime>::kill_pure { spawner: spawner.into(), proxy_type, index, height, ext_index };
    Wanted::by(call, pure)
}

pub fn set_keys(bytes: &mut Bytes) -> Option<Wanted> {
    let by = people::id(bytes.pick(&[people::ALICE, MERCHANT, ANNA]));
    let owner = if bytes.chance(85) { by.clone() } else { values::account(bytes) };
    let (keys, proof) = people::session_keys(bytes.byte(), &owner);
    Wanted::by(pallet_session::Call::<Runtime>::set_keys { keys, proof }, by)
}

fn attributes(bytes: &mut Bytes) -> Vec<(Vec<u8>, Vec<u8>)> {
    (0..bytes.pick(&[0, 1, 1, 2, 11])).map(|i| (vec![b'k', i], vec![b'v'; usize::from(bytes.byte())])).collect()
}

/// The approval there is from the beginning.
pub fn cancel_approval(bytes: &mut Bytes) -> Option<Wanted> {
    let delegate = if bytes.chance(70) { people::id(BELA) } else { values::account(bytes) };
    let item = values::small("item", bytes);
    Wanted::any(Nft::<Runtime>::cancel_approval { collection: 0, item, delegate: delegate.into() })
}

/// The witness is what is there.
pub fn destroy(bytes: &mut Bytes) -> Option<Wanted> {
    let collection = values::small("collection", bytes);
    let witness = pallet_nfts::Collection::<Runtime>::get(collection)?.destroy_witness();
    Wanted::any(Nft::<Runtime>::destroy { collection, witness })
}

pub fn mint_pre_signed(bytes: &mut Bytes) -> Option<Wanted> {
    let signer = if bytes.chance(85) { MERCHANT } else { ANNA };
    let data = PreSignedMint {
        collection: values::small("collection", bytes),
        // The first two are there already.
        item: values::small("number", bytes),
        attributes: attributes(bytes),
        metadata: b"data".to_vec(),
        only_account: bytes.chance(30).then(|| values::account(bytes)),
        deadline: values::small("deadline", bytes),
        mint_price: bytes.chance(30).then(|| values::amount(bytes)),
    };
    let signature = people::sign(signer, &data.encode());
    let by = people::id(ANNA);
    let call = Nft::<Runtime>::mint_pre_signed { mint_data: Box::new(data), signature, signer: people::id(signer) };
    Wanted::by(call, by)
}

pub fn set_attributes_pre_signed(bytes: &mut Bytes) -> Option<Wanted> {
    let signer = if bytes.chance(85) { MERCHANT } else { ANNA };
    let data = PreSignedAttributes {
        collection: values::small("collection", bytes),
        item: u32::from(bytes.byte() % 3),
        attributes: attributes(bytes),
        namespace: match bytes.byte() {
            0..150 => AttributeNamespace::CollectionOwner,
            150..200 => AttributeNamespace::Account(people::id(signer)),
            200..230 => AttributeNamespace::ItemOwner,
            _ => AttributeNamespace::Pallet,
        },
        deadline: values::small("deadline", bytes),
    };
    let signature = people::sign(signer, &data.encode());
    let call = Nft::<Runtime>::set_attributes_pre_signed { data, signature, signer: people::id(signer) };
    Wanted::any(call)
}
