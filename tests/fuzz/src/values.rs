// SPDX-License-Identifier: Apache-2.0

//! Makes values of any type of the runtime's calls, guided by the type and by the name of the argument.

use crate::{
    calls,
    catalogue::{CallType, CATALOGUE},
    chain,
    input::Bytes,
    people,
};
use codec::{Compact, Encode};
use dsla_primitives::{traits::AgreementInspect, AgreementId, Moment, RoundId};
use dsla_runtime::{
    configs::{
        money::TreasuryAccount,
        vouchers::{CREDENTIALS, VOUCHERS},
    },
    constants::currency::{DSLA, EXISTENTIAL_DEPOSIT, MILLI_DSLA},
    AccountId, Compensation, OriginCaller, Runtime, RuntimeCall, Sla, SliOracle, System,
};
use scale_info::{form::PortableForm, Field, TypeDef, TypeDefPrimitive};
use sp_core::H256;
use sp_io::hashing::blake2_256;

/// How deep calls are nested in calls, and other types in themselves.
pub const MAX_DEPTH: u32 = 3;
/// An hour.
pub const HOUR: Moment = 3_600_000;
/// A day.
pub const DAY: Moment = 24 * HOUR;

/// The arguments of a call, encoded.
pub fn arguments(call: &CallType, bytes: &mut Bytes, depth: u32) -> Vec<u8> {
    let mut out = vec![call.pallet, call.call];
    for (name, ty) in &call.arguments {
        value(name, *ty, bytes, depth, &mut out);
    }
    out
}

/// A value of a type.
fn value(name: &str, ty: u32, bytes: &mut Bytes, depth: u32, out: &mut Vec<u8>) {
    let ty = CATALOGUE.ty(ty);
    let path = ty.path.segments.last().map_or("", String::as_str);
    match path {
        "AccountId32" => out.extend(account(bytes).encode()),
        "MultiAddress" => {
            out.push(0);
            out.extend(account(bytes).encode());
        }
        "AgreementId" => out.extend(agreement(bytes).encode()),
        "RoundId" => out.extend(round(bytes).encode()),
        "ServiceId" | "OfferId" => out.extend(small_id(bytes).encode()),
        "FixedU128" => out.extend(milli(bytes).encode()),
        "Perbill" => out.extend(parts(bytes, 1_000_000_000).encode()),
        "Permill" => out.extend(parts(bytes, 1_000_000).encode()),
        "H256" => out.extend(hash(bytes).encode()),
        "Weight" => {
            let time = bytes.pick(&[1_000_000_000_u64, 100_000_000, 10_000_000_000, 0, u64::MAX]);
            out.extend((Compact(time), Compact(bytes.pick(&[1_000_000_u64, u64::MAX, 0]))).encode());
        }
        "RuntimeCall" => out.extend(inner_call(bytes, depth).encode()),
        "OriginCaller" => out.extend(origin(bytes).encode()),
        "Terms" => out.extend(calls::terms(bytes, None).encode()),
        _ => by_structure(name, &ty.type_def, bytes, depth, out),
    }
}

fn by_structure(name: &str, def: &TypeDef<PortableForm>, bytes: &mut Bytes, depth: u32, out: &mut Vec<u8>) {
    match def {
        TypeDef::Composite(composite) => fields(name, &composite.fields, bytes, depth, out),
        TypeDef::Variant(variants) => {
            let Some(last) = variants.variants.len().checked_sub(1) else { return };
            let variant = &variants.variants[bytes.below(last + 1)];
            out.push(variant.index);
            fields(name, &variant.fields, bytes, depth, out);
        }
        TypeDef::Sequence(sequence) => {
            let of_bytes =
                matches!(CATALOGUE.ty(sequence.type_param.id).type_def, TypeDef::Primitive(TypeDefPrimitive::U8));
            if of_bytes {
                out.extend(text(bytes).encode());
                return;
            }
            let length = if depth >= MAX_DEPTH { 0 } else { bytes.pick(&[1_u32, 1, 2, 0, 3]) };
            out.extend(Compact(length).encode());
            for _ in 0..length {
                value(name, sequence.type_param.id, bytes, depth + 1, out);
            }
        }
        TypeDef::Array(array) => {
            if array.len == 32 && name == "call_hash" {
                out.extend(hash(bytes).as_bytes());
                return;
            }
            // Salts and the like: all the same byte, so that the same one comes again.
            let same = bytes.byte() % 4;
            let is_byte =
                matches!(CATALOGUE.ty(array.type_param.id).type_def, TypeDef::Primitive(TypeDefPrimitive::U8));
            for _ in 0..array.len {
                if is_byte {
                    out.push(same);
                } else {
                    value(name, array.type_param.id, bytes, depth + 1, out);
                }
            }
        }
        TypeDef::Tuple(tuple) => tuple.fields.iter().for_each(|field| value(name, field.id, bytes, depth, out)),
        TypeDef::Primitive(primitive) => primitive_value(name, primitive, bytes, out),
        TypeDef::Compact(compact) => match &CATALOGUE.ty(compact.type_param.id).type_def {
            TypeDef::Primitive(TypeDefPrimitive::U8) => out.extend(Compact(small(name, bytes) as u8).encode()),
            TypeDef::Primitive(TypeDefPrimitive::U16 | TypeDefPrimitive::U32) => {
                out.extend(Compact(small(name, bytes)).encode())
            }
            TypeDef::Primitive(TypeDefPrimitive::U64) => out.extend(Compact(long(name, bytes)).encode()),
            TypeDef::Primitive(_) => out.extend(Compact(amount(bytes)).encode()),
            // A compact of a newtype is a compact of what it holds: a ratio, of at most 32 bits.
            _ => out.extend(Compact(parts(bytes, 1_000_000)).encode()),
        },
        TypeDef::BitSequence(_) => out.push(0),
    }
}

fn fields(name: &str, fields: &[Field<PortableForm>], bytes: &mut Bytes, depth: u32, out: &mut Vec<u8>) {
    for field in fields {
        // What has no name of its own has that of what it is in.
        value(field.name.as_deref().unwrap_or(name), field.ty.id, bytes, depth, out);
    }
}

fn primitive_value(name: &str, primitive: &TypeDefPrimitive, bytes: &mut Bytes, out: &mut Vec<u8>) {
    match primitive {
        TypeDefPrimitive::Bool => out.push(bytes.byte() & 1),
        TypeDefPrimitive::U8 => out.push(bytes.pick(&[0, 1, 2, 3, 4, 5, 6, u8::MAX])),
        TypeDefPrimitive::U16 => out.extend(bytes.pick(&[2_u16, 0, 1, 3, 4, 5, u16::MAX]).encode()),
        TypeDefPrimitive::U32 => out.extend(small(name, bytes).encode()),
        TypeDefPrimitive::U64 => out.extend(long(name, bytes).encode()),
        TypeDefPrimitive::U128 => out.extend(amount(bytes).encode()),
        TypeDefPrimitive::Str => out.extend(text(bytes).encode()),
        TypeDefPrimitive::U256 | TypeDefPrimitive::I256 => out.extend(bytes.array::<32>()),
        TypeDefPrimitive::I128 => out.extend(bytes.array::<16>()),
        TypeDefPrimitive::I64 => out.extend(bytes.array::<8>()),
        TypeDefPrimitive::I32 | TypeDefPrimitive::Char => out.extend(bytes.array::<4>()),
        TypeDefPrimitive::I16 => out.extend(bytes.array::<2>()),
        TypeDefPrimitive::I8 => out.push(bytes.byte()),
    }
}

/// Somebody we know; sometimes an account that nobody has the key of.
pub fn account(bytes: &mut Bytes) -> AccountId {
    let byte = bytes.byte();
    match byte {
        0..240 => people::id(usize::from(byte)),
        240..244 => TreasuryAccount::get(),
        244..248 => Compensation::pool_account(AgreementId(u64::from(byte) % 4)),
        248..250 => SliOracle::pot(),
        250..252 => calls::multisig_account(),
        _ => AccountId::new([bytes.byte(); 32]),
    }
}

/// An agreement: mostly one that exists.
pub fn agreement(bytes: &mut Bytes) -> AgreementId {
    let next = pallet_sla::NextAgreementId::<Runtime>::get().0;
    match bytes.byte() {
        255 => AgreementId(u64::MAX),
        // The first one has most life in it.
        byte @ 0..100 => AgreementId(u64::from(byte & 1) * u64::from(byte / 4) % next.max(1)),
        byte => AgreementId(u64::from(byte) % (next + 1)),
    }
}

/// A period of an agreement: mostly one that is not settled yet.
pub fn round(bytes: &mut Bytes) -> RoundId {
    let agreement = agreement(bytes);
    let next = <Sla as AgreementInspect<AccountId>>::agreement(agreement).map_or(0, |info| info.finalized);
    let period = match bytes.byte() {
        0..110 => next,
        110..150 => next.saturating_add(1),
        150..200 => next.saturating_sub(1),
        byte @ 200..254 => u32::from(byte) % 12,
        _ => u32::MAX,
    };
    RoundId::new(agreement, period)
}

fn small_id(bytes: &mut Bytes) -> u64 {
    match bytes.byte() {
        255 => u64::MAX,
        byte => u64::from(byte % 6),
    }
}

/// An amount of money, with the limits at which something changes.
pub fn amount(bytes: &mut Bytes) -> u128 {
    let ed = EXISTENTIAL_DEPOSIT;
    match bytes.byte() {
        byte @ 0..120 => u128::from(byte) * DSLA,
        120..128 => 0,
        128..134 => 1,
        134..140 => ed - 1,
        140..146 => ed,
        146..152 => ed + 1,
        152..156 => u128::MAX,
        156..158 => u128::MAX - 1,
        158..162 => u128::from(u64::MAX),
        162..170 => bytes.number(),
        byte @ 170..200 => u128::from(byte - 169) * 1_000 * DSLA,
        200..208 => bytes.number() % (200_000 * DSLA),
        208..216 => bytes.number() % 1_000,
        byte @ 216..232 => u128::from(byte - 215) * MILLI_DSLA,
        232..240 => 10_000_000 * DSLA,
        _ => 100_000 * DSLA,
    }
}

/// A number of 32 bits.
pub fn small(name: &str, bytes: &mut Bytes) -> u32 {
    let byte = bytes.byte();
    match name {
        _ if name.contains("collection") => match byte {
            0..200 => 0,
            200..220 => 1,
            220..230 => VOUCHERS,
            230..240 => CREDENTIALS,
            _ => u32::from(byte % 4),
        },
        _ if name.contains("item") => match byte {
            0..100 => 0,
            100..200 => 1,
            _ => u32::from(byte) % 5,
        },
        "terms_version" | "version" => match byte {
            0..120 => 0,
            120..240 => 1,
            _ => 2,
        },
        "deadline" | "maybe_deadline" | "delay" | "duration" | "height" | "when" | "after" | "starting_block" => {
            match byte {
                0..60 => 0,
                60..120 => 10,
                120..200 => System::block_number().saturating_add(u32::from(byte)),
                200..250 => System::block_number(),
                _ => u32::MAX,
            }
        }
        "key_value" => [0, 1, 2, 3, 5, 7, 9, 100, 101][usize::from(byte) % 9],
        _ => match byte {
            0..220 => u32::from(byte) % 6,
            220..240 => u32::from(byte),
            240..246 => 36,
            246..250 => 37,
            250..252 => u32::MAX,
            252..254 => u32::MAX - 1,
            _ => u32::from_le_bytes(bytes.array()),
        },
    }
}

/// A number of 64 bits.
pub fn long(name: &str, bytes: &mut Bytes) -> u64 {
    match name {
        "start" | "end" | "expiry" | "fulfil_within" | "now" => moment(bytes),
        "key_value" => {
            bytes.pick(&[60_000, HOUR, 20 * 60_000, DAY, 3 * DAY, 14 * DAY, 120 * DAY, 180 * DAY, 0, u64::MAX])
        }
        _ => match bytes.byte() {
            byte @ 0..220 => u64::from(byte % 8),
            byte @ 220..240 => u64::from(byte),
            240..246 => u64::MAX,
            246..248 => u64::MAX - 1,
            _ => u64::from_le_bytes(bytes.array()),
        },
    }
}

/// A moment or a length of time.
pub fn moment(bytes: &mut Bytes) -> Moment {
    let now = chain::now();
    match bytes.byte() {
        byte @ 0..80 => now + u64::from(byte) * HOUR / 4,
        byte @ 80..120 => now + u64::from(byte - 79) * DAY,
        byte @ 120..180 => u64::from(byte - 119) * HOUR / 2,
        byte @ 180..220 => u64::from(byte - 179) * DAY,
        220..228 => now,
        228..234 => now - 1,
        234..240 => 0,
        240..246 => u64::MAX,
        _ => now + u64::from(u16::from_le_bytes(bytes.array())) * 6_000,
    }
}

/// A share of `whole`.
pub fn parts(bytes: &mut Bytes, whole: u32) -> u32 {
    match bytes.byte() {
        byte @ 0..101 => whole / 100 * u32::from(byte),
        101..140 => 0,
        140..170 => whole,
        170..180 => 1,
        180..190 => whole - 1,
        // More than all: the decoder has to refuse or to cut it.
        190..192 => u32::MAX,
        _ => u32::from_le_bytes(bytes.array()) % (whole + 1),
    }
}

/// A value of an indicator, in thousandths.
pub fn milli(bytes: &mut Bytes) -> sp_runtime::FixedU128 {
    let thousandths = match bytes.byte() {
        byte @ 0..100 => 99_000 + u128::from(byte) * 10,
        byte @ 100..200 => u128::from(byte) * 500,
        200..215 => 99_900,
        215..225 => 0,
        225..235 => 100_000,
        235..240 => return sp_runtime::FixedU128::from_inner(u128::MAX),
        240..245 => return sp_runtime::FixedU128::from_inner(1),
        _ => return sp_runtime::FixedU128::from_inner(bytes.number()),
    };
    sp_runtime::FixedU128::from_rational(thousandths, 1_000)
}

/// A hash: of the usual document, of a call we know, or nothing of the kind.
pub fn hash(bytes: &mut Bytes) -> H256 {
    match bytes.byte() {
        0..100 => H256::repeat_byte(7),
        byte @ 100..220 => H256(blake2_256(&known_call(usize::from(byte)).encode())),
        220..240 => H256::zero(),
        byte => H256::repeat_byte(byte),
    }
}

fn text(bytes: &mut Bytes) -> Vec<u8> {
    match bytes.byte() {
        0..100 => b"web".to_vec(),
        100..150 => b"https://example.org".to_vec(),
        150..170 => Vec::new(),
        170..180 => vec![0xff, 0xfe],
        180..190 => vec![b'x'; 63],
        190..200 => vec![b'x'; 64],
        200..205 => vec![b'x'; 65],
        205..210 => vec![b'x'; 256],
        210..212 => vec![b'x'; 257],
        212..214 => vec![b'x'; 2_000],
        214..225 => b"Not-An-RFC1123-Label-".to_vec(),
        225..235 => b"-a".to_vec(),
        _ => {
            let length = bytes.below(16);
            (0..length).map(|_| bytes.byte()).collect()
        }
    }
}

/// Calls that multisigs and proxies agree on beforehand.
pub fn known_call(number: usize) -> RuntimeCall {
    match number % 3 {
        0 => frame_system::Call::remark { remark: b"agreed".to_vec() }.into(),
        1 => pallet_balances::Call::transfer_keep_alive { dest: people::id(people::ANNA).into(), value: DSLA }.into(),
        _ => pallet_compensation::Call::claim { agreement: AgreementId(0) }.into(),
    }
}

/// A call in a call.
pub fn inner_call(bytes: &mut Bytes, depth: u32) -> RuntimeCall {
    if depth >= MAX_DEPTH || bytes.chance(30) {
        return known_call(usize::from(bytes.byte()));
    }
    calls::any(bytes, depth + 1).map_or_else(|| known_call(0), |wanted| wanted.call)
}

/// An origin as an argument: root can use any, and referenda are about those that have a track.
pub fn origin(bytes: &mut Bytes) -> OriginCaller {
    use dsla_runtime::configs::governance::origins::Origin;
    use frame_system::RawOrigin;
    match bytes.byte() {
        0..100 => OriginCaller::system(RawOrigin::Signed(account(bytes))),
        100..130 => OriginCaller::system(RawOrigin::Root),
        130..140 => OriginCaller::system(RawOrigin::None),
        _ => OriginCaller::Origins(bytes.pick(&[
            Origin::Emergency,
            Origin::Arbiter,
            Origin::Treasurer,
            Origin::ParametersAdmin,
            Origin::ReferendumCanceller,
            Origin::ReferendumKiller,
        ])),
    }
}
