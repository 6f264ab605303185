// SPDX-License-Identifier: Apache-2.0

//! Calls as transactions: good ones, and ones with a fault.

use crate::{input::Bytes, people};
use codec::{DecodeLimit, Encode};
use dsla_runtime::{
    AccountId, Runtime, RuntimeCall, Signature, SignedPayload, System, TxExtension, UncheckedExtrinsic,
};
use sp_runtime::{generic::Era, MultiAddress};

/// A transaction, and whether nothing is wrong with it but what the call may be.
pub struct Transaction {
    /// It.
    pub extrinsic: UncheckedExtrinsic,
    /// What the pool accepts, the next block must accept too.
    pub honest: bool,
}

/// `call` signed by `who`, with a fault in some cases. None if the fault keeps it from being decoded.
pub fn transaction(who: usize, call: RuntimeCall, bytes: &mut Bytes) -> Option<Transaction> {
    let id = people::id(who);
    let nonce = System::account_nonce(&id);
    let (good, tip, nonce, era, fault) = match bytes.byte() {
        0..180 => (true, 0, nonce, Era::Immortal, None),
        180..200 => (true, crate::values::amount(bytes), nonce, Era::Immortal, None),
        200..210 => (false, 0, nonce.wrapping_add(bytes.pick(&[1_u32, u32::MAX])), Era::Immortal, None),
        210..220 => (false, 0, nonce, Era::mortal(u64::from(bytes.byte()), System::block_number().into()), None),
        byte => (false, 0, nonce, Era::Immortal, Some(byte)),
    };
    let signed = sign(who, &id, call, nonce, tip, era)?;
    let Some(fault) = fault else { return Some(Transaction { extrinsic: signed, honest: good }) };
    // Somebody changes a byte on the way.
    let mut encoded = signed.encode();
    let at = usize::from(u16::from_le_bytes(bytes.array())) % encoded.len();
    encoded[at] ^= 1 << (fault % 8);
    let changed =
        UncheckedExtrinsic::decode_all_with_depth_limit(crate::calls::DECODE_DEPTH, &mut &encoded[..]).ok()?;
    Some(Transaction { extrinsic: changed, honest: false })
}

fn sign(who: usize, id: &AccountId, call: RuntimeCall, nonce: u32, tip: u128, era: Era) -> Option<UncheckedExtrinsic> {
    let extension: TxExtension = (
        frame_system::CheckNonZeroSender::<Runtime>::new(),
        frame_system::CheckSpecVersion::new(),
        frame_system::CheckTxVersion::new(),
        frame_system::CheckGenesis::new(),
        frame_system::CheckEra::from(era),
        frame_system::CheckNonce::from(nonce),
        frame_system::CheckWeight::new(),
        pallet_transaction_payment::ChargeTransactionPayment::from(tip).into(),
        frame_metadata_hash_extension::CheckMetadataHash::new(false),
        frame_system::WeightReclaim::new(),
    );
    let payload = SignedPayload::new(call, extension).ok()?;
    let signature: Signature = payload.using_encoded(|message| people::sign(who, message));
    let (call, extension, _) = payload.deconstruct();
    Some(UncheckedExtrinsic::new_signed(call, MultiAddress::Id(id.clone()), signature, extension))
}
