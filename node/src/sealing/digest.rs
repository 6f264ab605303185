// SPDX-License-Identifier: Apache-2.0

//! What a sealed block must carry so that the runtime takes it for a BABE block.

use dsla_runtime::opaque::{Block, Header};
use sc_consensus::BlockImportParams;
use sc_consensus_manual_seal::{ConsensusDataProvider, Error};
use sp_api::StorageProof;
use sp_consensus_babe::{
    digests::{CompatibleDigestItem, PreDigest, SecondaryPlainPreDigest},
    Slot, SlotDuration,
};
use sp_inherents::InherentData;
use sp_runtime::{Digest, DigestItem};
use sp_timestamp::TimestampInherentData;

/// Claims for authority 0 the slot into which the block's time falls. There is no proof of it: a plain claim needs
/// none, and the runtime only compares slot and time.
pub struct PlainClaim {
    slot_duration: SlotDuration,
}

impl PlainClaim {
    /// Claims slots of this length.
    pub fn new(slot_duration: SlotDuration) -> Self {
        Self { slot_duration }
    }
}

impl ConsensusDataProvider<Block> for PlainClaim {
    fn create_digest(&self, _parent: &Header, inherents: &InherentData) -> Result<Digest, Error> {
        // Taken from the time, and not from an inherent of its own: the block maker counts the inherents to see
        // whether a block is empty, and only the time becomes an extrinsic.
        let time = inherents
            .timestamp_inherent_data()?
            .ok_or_else(|| Error::StringError("a sealed block has no time".into()))?;
        let claim =
            SecondaryPlainPreDigest { authority_index: 0, slot: Slot::from_timestamp(time, self.slot_duration) };
        Ok(Digest { logs: vec![DigestItem::babe_pre_digest(PreDigest::SecondaryPlain(claim))] })
    }

    fn append_block_import(
        &self,
        _parent: &Header,
        _params: &mut BlockImportParams<Block>,
        _inherents: &InherentData,
        _proof: StorageProof,
    ) -> Result<(), Error> {
        Ok(())
    }
}

/// The time of a block, from the slot it claims. The genesis claims none: 0.
pub fn block_time(header: &Header, slot_duration: SlotDuration) -> u64 {
    let slot = sc_consensus_babe::find_pre_digest::<Block>(header).map(|claim| claim.slot());
    slot.map(|slot| slot.saturating_mul(slot_duration.as_millis())).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sp_runtime::traits::Header as _;

    const SLOT: SlotDuration = SlotDuration::from_millis(6_000);

    fn header(number: u32, digest: Digest) -> Header {
        Header::new(number, Default::default(), Default::default(), Default::default(), digest)
    }

    #[test]
    fn the_claimed_slot_should_be_the_one_of_the_blocks_time() {
        let parent = header(0, Digest::default());
        assert_eq!(block_time(&parent, SLOT), 0);

        let mut inherents = InherentData::new();
        inherents.put_data(sp_timestamp::INHERENT_IDENTIFIER, &sp_timestamp::Timestamp::new(60_000)).unwrap();
        let digest = PlainClaim::new(SLOT).create_digest(&parent, &inherents).unwrap();
        assert_eq!(block_time(&header(1, digest), SLOT), 60_000);
    }

    #[test]
    fn a_block_without_a_time_should_be_refused() {
        let parent = header(0, Digest::default());
        assert!(PlainClaim::new(SLOT).create_digest(&parent, &InherentData::new()).is_err());
    }
}
