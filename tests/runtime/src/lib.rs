// SPDX-License-Identifier: Apache-2.0

//! The real runtime in a test: real blocks, real signatures, real fees, and a clock that can jump.
//!
//! [`Env`] runs blocks through the same `Executive` as the node does. After each block it checks that supply is
//! conserved; when it is dropped, that every invariant of our pallets holds. The journeys are in `tests/`.

pub mod cost;
pub mod people;
pub mod referenda;
pub mod validators;

use codec::{Decode, Encode};
use dsla_primitives::Moment;
use dsla_runtime::{
    constants::time::SLOT_DURATION, genesis_presets, AccountId, Balances, Challenge, Compensation, Executive, Header,
    Marketplace, MultiBlockMigrations, Runtime, RuntimeCall, RuntimeEvent, RuntimeGenesisConfig, Signature,
    SignedPayload, Sla, SliOracle, System, TxExtension, UncheckedExtrinsic,
};
use frame_support::{genesis_builder_helper::build_state, migrations::MultiStepMigrator};
use serde_json::Value;
use sp_consensus_babe::digests::{CompatibleDigestItem, PreDigest, SecondaryPlainPreDigest};
use sp_core::{
    offchain::{
        testing::{TestOffchainExt, TestTransactionPoolExt},
        OffchainDbExt, OffchainWorkerExt, TransactionPoolExt,
    },
    sr25519, Pair,
};
use sp_io::TestExternalities;
use sp_keystore::{testing::MemoryKeystore, KeystoreExt};
use sp_runtime::{
    generic::{Digest, DigestItem, Era},
    traits::Header as _,
    transaction_validity::InvalidTransaction,
    ApplyExtrinsicResult, DispatchError, MultiAddress,
};
use sp_trie::recorder::Recorder;
use std::collections::HashMap;

/// When the chain of a test begins: 1 January 2027, 00:00:00 UTC.
pub const GENESIS: Moment = 1_798_761_600_000;

/// A person with a key.
#[derive(Clone)]
pub struct Person(sr25519::Pair);

impl Person {
    /// The person whose key is derived from `name`.
    pub fn new(name: &str) -> Self {
        Self(sr25519::Pair::from_string(&format!("//{name}"), None).expect("a name makes a valid derivation path"))
    }

    /// The account of the person.
    pub fn id(&self) -> AccountId {
        self.0.public().into()
    }
}

/// How many different keys of the database were touched. A key that was read again counts once, as in weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StorageCost {
    /// Keys that were read.
    pub reads: usize,
    /// Keys that were written.
    pub writes: usize,
}

/// A chain that starts from a preset.
pub struct Env {
    ext: TestExternalities,
    now: Moment,
    issuance: u128,
    author: u32,
}

impl Env {
    /// The development chain at its first block.
    pub fn new() -> Self {
        Self::of(genesis_presets::DEVELOPMENT)
    }

    /// The chain of that preset at its first block.
    pub fn of(preset: &str) -> Self {
        let mut ext = TestExternalities::default();
        ext.register_extension(KeystoreExt::new(MemoryKeystore::new()));
        let patch = genesis_presets::get_preset(&preset.into()).expect("the preset exists");
        let mut genesis = serde_json::to_value(RuntimeGenesisConfig::default()).expect("the default is JSON");
        merge(&mut genesis, serde_json::from_slice(&patch).expect("the preset is JSON"));
        ext.execute_with(|| build_state::<RuntimeGenesisConfig>(genesis.to_string().into_bytes()))
            .expect("the preset builds");
        let issuance = ext.execute_with(Balances::total_issuance);
        let mut env = Self { ext, now: GENESIS, issuance, author: 0 };
        env.block(&[]);
        env
    }

    /// The chain's time.
    pub fn now(&self) -> Moment {
        self.now
    }

    /// Lets the validator with this index make the blocks from now on; the first does when nobody says anything.
    pub fn set_author(&mut self, index: u32) {
        self.author = index;
    }

    /// Looks into the state.
    pub fn read<R>(&mut self, look: impl FnOnce() -> R) -> R {
        self.ext.execute_with(look)
    }

    /// Looks into the state, and counts the storage this took.
    pub fn measured<R>(&mut self, act: impl FnOnce() -> R) -> (R, StorageCost) {
        self.ext.commit_all().expect("no transaction is open");
        let recorder = Recorder::default();
        let result = self.ext.execute_with_recorder(recorder.clone(), act);
        let reads = recorder.recorded_keys().values().map(HashMap::len).sum();
        let writes = self.ext.overlayed_changes().changes().count();
        (result, StorageCost { reads, writes })
    }

    /// Signs and submits one call in a block of its own; the error is the one the call failed with. The events of
    /// that call stay readable with [`Self::events`].
    pub fn submit(&mut self, signer: &Person, call: impl Into<RuntimeCall>) -> Result<(), DispatchError> {
        let call = call.into();
        // The block in which an epoch ends has no room for transactions; a wallet's would wait in the pool.
        let mut applied = self.block(&[(signer.clone(), call.clone())]).remove(0);
        if applied == Err(InvalidTransaction::ExhaustsResources.into()) {
            applied = self.block(&[(signer.clone(), call)]).remove(0);
        }
        applied.expect("the transaction is valid; only its call may fail")
    }

    /// The events of the last block.
    pub fn events(&mut self) -> Vec<RuntimeEvent> {
        self.read(|| System::events().into_iter().map(|record| record.event).collect())
    }

    /// Lets time jump to `moment` and makes the block there; does nothing when it has passed.
    pub fn pass_to(&mut self, moment: Moment) {
        if moment > self.now {
            self.now = moment.next_multiple_of(SLOT_DURATION) - SLOT_DURATION;
            self.block(&[]);
        }
    }

    /// Makes `count` empty blocks.
    pub fn blocks(&mut self, count: u32) {
        for _ in 0..count {
            self.block(&[]);
        }
    }

    /// Lets `count` blocks pass, with their time. Blocks for which the scheduler has nothing are not made: numbers and time
    /// jump over them, since a referendum takes tens of thousands.
    pub fn pass_blocks(&mut self, count: u32) {
        let mut number = self.read(System::block_number);
        let target = number + count;
        while number < target {
            let planned = || pallet_scheduler::Agenda::<Runtime>::iter_keys().filter(|at| *at > number).min();
            let next = self.read(planned).unwrap_or(target).min(target);
            let skipped = next - 1 - number;
            self.read(|| {
                let last = System::block_hash(number);
                System::set_block_number(next - 1);
                frame_system::BlockHash::<Runtime>::insert(next - 1, last);
                // As if they had been made: the scheduler would look for each of them.
                pallet_scheduler::IncompleteSince::<Runtime>::put(next);
            });
            self.now += u64::from(skipped) * SLOT_DURATION;
            self.block(&[]);
            number = next;
        }
    }

    /// Would an author have to leave transactions out of the next block?
    pub fn only_inherents(&mut self) -> bool {
        self.read(MultiBlockMigrations::ongoing)
    }

    /// Makes the next block, one slot later, with these calls.
    pub fn block(&mut self, calls: &[(Person, RuntimeCall)]) -> Vec<ApplyExtrinsicResult> {
        self.block_with(|| {
            calls.iter().map(|(signer, call)| Executive::apply_extrinsic(sign(signer, call.clone()))).collect()
        })
    }

    /// Makes the next block, one slot later; `act` does in it what is between the time and the end of the block.
    pub fn block_with<R>(&mut self, act: impl FnOnce() -> R) -> R {
        self.now += SLOT_DURATION;
        let (now, authority_index) = (self.now, self.author);
        let result = self.ext.execute_with(|| {
            let number = System::block_number() + 1;
            let parent = if number == 1 { Default::default() } else { System::block_hash(number - 1) };
            let slot = PreDigest::SecondaryPlain(SecondaryPlainPreDigest {
                authority_index,
                slot: (now / SLOT_DURATION).into(),
            });
            let digest = Digest { logs: vec![<DigestItem as CompatibleDigestItem>::babe_pre_digest(slot)] };
            Executive::initialize_block(&Header::new(number, Default::default(), Default::default(), parent, digest));
            let time = RuntimeCall::Timestamp(pallet_timestamp::Call::set { now });
            Executive::apply_extrinsic(UncheckedExtrinsic::new_bare(time)).expect("valid").expect("works");
            let result = act();
            let header = Executive::finalize_block();
            frame_system::BlockHash::<Runtime>::insert(number, header.hash());
            result
        });
        self.check_supply();
        result
    }

    /// Makes the next block with a transaction that is signed already, or needs no signature.
    pub fn include(&mut self, transaction: UncheckedExtrinsic) -> ApplyExtrinsicResult {
        self.block_with(|| Executive::apply_extrinsic(transaction))
    }

    /// Gives the off-chain workers what a validator's node gives them. The function that comes back takes out what they
    /// have submitted since.
    pub fn workers(&mut self) -> impl Fn() -> Vec<UncheckedExtrinsic> {
        let (offchain, _) = TestOffchainExt::new();
        let (pool, state) = TestTransactionPoolExt::new();
        self.ext.register_extension(OffchainDbExt::new(offchain.clone()));
        self.ext.register_extension(OffchainWorkerExt::new(offchain));
        self.ext.register_extension(TransactionPoolExt::new(pool));
        move || {
            let submitted = std::mem::take(&mut state.write().transactions);
            submitted.iter().map(|bytes| Decode::decode(&mut &bytes[..]).expect("is a transaction")).collect()
        }
    }

    /// Lets time jump, so that the next block is made at `moment` or in the first slot after it; does nothing when that
    /// has passed.
    pub fn jump_to(&mut self, moment: Moment) {
        let slot = moment.next_multiple_of(SLOT_DURATION) - SLOT_DURATION;
        self.now = self.now.max(slot);
    }

    /// Writes what has changed down for good, so that the state of a long history stays quick to work with.
    pub fn commit(&mut self) {
        self.ext.commit_all().expect("no transaction is open");
    }

    /// Supply only ever falls, by what is burned; and all balances together are the supply.
    fn check_supply(&mut self) {
        let (issuance, held) = self.ext.execute_with(|| {
            let held: u128 =
                frame_system::Account::<Runtime>::iter_values().map(|a| a.data.free + a.data.reserved).sum();
            (Balances::total_issuance(), held)
        });
        assert_eq!(issuance, held, "the balances must sum to the total issuance");
        assert!(issuance <= self.issuance, "nothing may be minted");
        self.issuance = issuance;
    }

    /// Checks every invariant of our pallets.
    pub fn check_invariants(&mut self) {
        self.ext.execute_with(|| {
            Sla::do_try_state().expect("sla");
            SliOracle::do_try_state().expect("sli-oracle");
            Compensation::do_try_state().expect("compensation");
            Marketplace::do_try_state().expect("marketplace");
            Challenge::do_try_state().expect("challenge");
        });
    }
}

impl Default for Env {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Env {
    fn drop(&mut self) {
        // A second panic would abort the process and hide the first.
        if !std::thread::panicking() {
            self.check_invariants();
        }
    }
}

/// Puts `patch` over `base`, as the builder of chain specifications does.
fn merge(base: &mut Value, patch: Value) {
    match (base, patch) {
        (Value::Object(base), Value::Object(patch)) => {
            patch.into_iter().for_each(|(key, value)| merge(base.entry(key).or_insert(Value::Null), value));
        }
        (base, patch) => *base = patch,
    }
}

/// Signs `call` as a wallet does.
fn sign(signer: &Person, call: RuntimeCall) -> UncheckedExtrinsic {
    let extension: TxExtension = (
        frame_system::CheckNonZeroSender::new(),
        frame_system::CheckSpecVersion::new(),
        frame_system::CheckTxVersion::new(),
        frame_system::CheckGenesis::new(),
        frame_system::CheckEra::from(Era::Immortal),
        frame_system::CheckNonce::from(System::account_nonce(signer.id())),
        frame_system::CheckWeight::new(),
        pallet_transaction_payment::ChargeTransactionPayment::from(0).into(),
        frame_metadata_hash_extension::CheckMetadataHash::new(false),
        frame_system::WeightReclaim::new(),
    );
    let payload = SignedPayload::new(call, extension).expect("the extension can be signed");
    let signature = payload.using_encoded(|bytes| signer.0.sign(bytes));
    let (call, extension, _) = payload.deconstruct();
    UncheckedExtrinsic::new_signed(call, MultiAddress::Id(signer.id()), Signature::Sr25519(signature), extension)
}
