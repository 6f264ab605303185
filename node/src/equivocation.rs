// SPDX-License-Identifier: Apache-2.0

//! Makes reports about BABE authors valid.
//!
//! What proves that an author made two blocks in a slot is two headers with its seals. `sc-consensus-babe` 0.60 looks for such
//! authors where the seals have been taken off the headers already, and reports the headers as they are there: the runtime
//! refuses that, and nobody would ever be slashed. Here seals are noted when blocks come in, and put back when a report
//! goes out. A report that has its seals passes as it is, so that this can go as soon as the SDK reports sealed headers.

use codec::{Decode, Encode};
use dsla_runtime::{
    opaque::{Block, Header},
    Hash, RuntimeCall, UncheckedExtrinsic,
};
use sc_consensus::{BlockCheckParams, BlockImport, BlockImportParams, ImportResult};
use sc_transaction_pool_api::{error::Error as PoolError, LocalTransactionPool};
use sp_consensus_babe::digests::CompatibleDigestItem;
use sp_runtime::{
    traits::{Block as BlockT, Header as _},
    transaction_validity::InvalidTransaction,
    DigestItem, OpaqueExtrinsic,
};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

/// How many seals are kept: BABE looks for two blocks of one slot among as many slots.
const KEPT: usize = 1_000;

/// The seals of the last blocks, by the hash of the header without it.
#[derive(Default)]
pub struct Seals(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    seals: HashMap<Hash, DigestItem>,
    order: VecDeque<Hash>,
}

impl Seals {
    /// Notes the seal of a block that comes in.
    fn note(&self, header: &Header, post_digests: &[DigestItem]) {
        let Some(seal) = post_digests.iter().find(|item| item.as_babe_seal().is_some()) else { return };
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let hash = header.hash();
        if kept.seals.insert(hash, seal.clone()).is_none() {
            kept.order.push_back(hash);
        }
        if kept.order.len() > KEPT {
            if let Some(oldest) = kept.order.pop_front() {
                kept.seals.remove(&oldest);
            }
        }
    }

    /// Puts the seal back on a header that has none. Whether it has one then.
    fn put_back(&self, header: &mut Header) -> bool {
        if header.digest().logs().last().is_some_and(|item| item.as_babe_seal().is_some()) {
            return true;
        }
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let seal = kept.seals.get(&header.hash()).cloned();
        seal.map(|seal| header.digest_mut().push(seal)).is_some()
    }
}

/// Imports blocks as `inner` does, and notes their seals before.
#[derive(Clone)]
pub struct NotingImport<I> {
    inner: I,
    seals: Arc<Seals>,
}

impl<I> NotingImport<I> {
    /// Puts the notes in front of `inner`.
    pub fn new(inner: I, seals: Arc<Seals>) -> Self {
        Self { inner, seals }
    }
}

#[async_trait::async_trait]
impl<I: BlockImport<Block> + Send + Sync> BlockImport<Block> for NotingImport<I> {
    type Error = I::Error;

    async fn check_block(&self, block: BlockCheckParams<Block>) -> Result<ImportResult, Self::Error> {
        self.inner.check_block(block).await
    }

    async fn import_block(&self, block: BlockImportParams<Block>) -> Result<ImportResult, Self::Error> {
        self.seals.note(&block.header, &block.post_digests);
        self.inner.import_block(block).await
    }
}

/// Takes what BABE submits on to `pool`, its reports with seals.
pub struct SealingPool<P> {
    pool: P,
    seals: Arc<Seals>,
}

impl<P> SealingPool<P> {
    /// Stands in front of `pool`.
    pub fn new(pool: P, seals: Arc<Seals>) -> Self {
        Self { pool, seals }
    }

    /// The same transaction, or the report in it with seals; nothing when it is a report and a seal is not known.
    fn sealed(&self, transaction: OpaqueExtrinsic) -> Option<OpaqueExtrinsic> {
        let Ok(mut decoded) = UncheckedExtrinsic::decode(&mut &transaction.encode()[..]) else {
            return Some(transaction);
        };
        let RuntimeCall::Babe(pallet_babe::Call::report_equivocation_unsigned { equivocation_proof: proof, .. }) =
            &mut decoded.function
        else {
            return Some(transaction);
        };
        if !self.seals.put_back(&mut proof.first_header) || !self.seals.put_back(&mut proof.second_header) {
            return None;
        }
        // The bytes it was decoded from are no longer its own.
        decoded.encoded_call = None;
        OpaqueExtrinsic::decode(&mut &decoded.encode()[..]).ok()
    }
}

impl<P: LocalTransactionPool<Block = Block>> LocalTransactionPool for SealingPool<P> {
    type Block = Block;
    type Hash = P::Hash;
    type Error = P::Error;

    fn submit_local(
        &self,
        at: <Block as BlockT>::Hash,
        transaction: <Block as BlockT>::Extrinsic,
    ) -> Result<Self::Hash, Self::Error> {
        match self.sealed(transaction) {
            Some(transaction) => self.pool.submit_local(at, transaction),
            // It would be refused, but only after it had taken its room in a block.
            None => Err(PoolError::InvalidTransaction(InvalidTransaction::BadProof).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sp_consensus_babe::{
        check_equivocation_proof,
        digests::{PreDigest, SecondaryPlainPreDigest},
        EquivocationProof,
    };
    use sp_core::{sr25519, Pair};
    use sp_runtime::Digest;

    /// Keeps what it is given.
    #[derive(Default)]
    struct Taken(Mutex<Vec<OpaqueExtrinsic>>);

    impl LocalTransactionPool for Taken {
        type Block = Block;
        type Hash = Hash;
        type Error = PoolError;

        fn submit_local(&self, _at: Hash, transaction: OpaqueExtrinsic) -> Result<Hash, PoolError> {
            self.0.lock().unwrap().push(transaction);
            Ok(Hash::zero())
        }
    }

    fn author() -> sr25519::Pair {
        sr25519::Pair::from_string("//Alice", None).unwrap()
    }

    /// A header of slot 7, and its seal.
    fn block(body: u8) -> (Header, DigestItem) {
        let claim = SecondaryPlainPreDigest { authority_index: 0, slot: 7.into() };
        let digest = Digest { logs: vec![DigestItem::babe_pre_digest(PreDigest::SecondaryPlain(claim))] };
        let header = Header::new(3, Hash::repeat_byte(body), Hash::zero(), Hash::zero(), digest);
        let seal = author().sign(header.hash().as_ref());
        (header, DigestItem::babe_seal(seal.into()))
    }

    fn report(first_header: Header, second_header: Header) -> OpaqueExtrinsic {
        let proof =
            EquivocationProof { offender: author().public().into(), slot: 7.into(), first_header, second_header };
        let call = pallet_babe::Call::report_equivocation_unsigned {
            equivocation_proof: Box::new(proof),
            key_owner_proof: sp_session::MembershipProof { session: 0, trie_nodes: vec![vec![1]], validator_count: 1 },
        };
        let extrinsic = UncheckedExtrinsic::new_bare(RuntimeCall::Babe(call));
        OpaqueExtrinsic::decode(&mut &extrinsic.encode()[..]).unwrap()
    }

    fn proof_in(transaction: &OpaqueExtrinsic) -> EquivocationProof<Header> {
        let extrinsic = UncheckedExtrinsic::decode(&mut &transaction.encode()[..]).unwrap();
        match extrinsic.function {
            RuntimeCall::Babe(pallet_babe::Call::report_equivocation_unsigned { equivocation_proof, .. }) => {
                *equivocation_proof
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_report_without_seals_should_get_them_and_prove_something() {
        let ((first, first_seal), (second, second_seal)) = (block(1), block(2));
        let pool = SealingPool::new(Taken::default(), Arc::<Seals>::default());
        pool.seals.note(&first, &[first_seal]);
        pool.seals.note(&second, &[second_seal]);
        let bare = report(first, second);
        assert!(!check_equivocation_proof(proof_in(&bare)));

        pool.submit_local(Hash::zero(), bare).unwrap();
        let taken = pool.pool.0.lock().unwrap();
        assert!(check_equivocation_proof(proof_in(&taken[0])));
    }

    #[test]
    fn a_report_about_unknown_blocks_should_be_refused() {
        let ((first, first_seal), (second, _)) = (block(1), block(2));
        let pool = SealingPool::new(Taken::default(), Arc::<Seals>::default());
        pool.seals.note(&first, &[first_seal]);
        assert!(pool.submit_local(Hash::zero(), report(first, second)).is_err());
        assert!(pool.pool.0.lock().unwrap().is_empty());
    }

    #[test]
    fn whatever_needs_no_seal_should_pass_as_it_is() {
        let sealed = |(mut header, seal): (Header, DigestItem)| {
            header.digest_mut().push(seal);
            header
        };
        let pool = SealingPool::new(Taken::default(), Arc::<Seals>::default());
        let remark = RuntimeCall::System(frame_system::Call::remark { remark: vec![1] });
        let remark = OpaqueExtrinsic::decode(&mut &UncheckedExtrinsic::new_bare(remark).encode()[..]).unwrap();
        let unknown = OpaqueExtrinsic::decode(&mut &[4, 0][..]).unwrap();
        let all = vec![report(sealed(block(1)), sealed(block(2))), remark, unknown];
        for transaction in &all {
            pool.submit_local(Hash::zero(), transaction.clone()).unwrap();
        }
        assert_eq!(*pool.pool.0.lock().unwrap(), all);
    }

    #[test]
    fn only_the_last_seals_should_be_kept() {
        let seals = Seals::default();
        let blocks: Vec<_> = (0..=KEPT)
            .map(|number| {
                let (mut header, seal) = block(1);
                header.set_number(number.try_into().unwrap());
                seals.note(&header, std::slice::from_ref(&seal));
                seals.note(&header, &[seal]);
                header
            })
            .collect();
        assert!(!seals.put_back(&mut blocks[0].clone()));
        assert!(seals.put_back(&mut blocks[1].clone()) && seals.put_back(&mut blocks[KEPT].clone()));
        assert_eq!(seals.0.lock().unwrap().seals.len(), KEPT);
    }
}
