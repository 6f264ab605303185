// SPDX-License-Identifier: Apache-2.0

//! Transactions: signed, submitted, and followed into a block.
//!
//! The nonce is read from the best block every time and never remembered. So while a transaction waits in the pool,
//! the next one of the same account carries the same nonce and the pool turns it away ([`Error::Pending`]): after a
//! restart, nothing is sent twice.

use crate::{
    client::{in_time, Client, Config},
    generated::{self, chain},
    types::{Report, Submitted},
    Error, Signer,
};
use std::time::Duration;
use subxt::{
    config::substrate::SubstrateExtrinsicParamsBuilder,
    extrinsics::ExtrinsicEvents,
    tx::{Payload, TransactionProgress, TransactionStatus},
};

/// How long a transaction stays valid, in blocks.
const MORTALITY: u64 = 64;
/// How far finality may lag before the validity of a transaction is counted from the best block instead.
const MAX_FINALITY_LAG: u64 = 32;
/// How long a transaction may take into a block: twenty blocks of six seconds.
const INCLUSION: Duration = Duration::from_secs(120);

impl Client {
    /// Submits `reports` in one transaction and waits until it is in a block.
    pub async fn submit_reports(&self, signer: &Signer, reports: Vec<Report>) -> Result<Submitted, Error> {
        self.transact(signer, &generated::submit(reports)).await
    }

    /// Lets the chain do what is due for `agreement` and waits until that is in a block.
    pub async fn settle(&self, signer: &Signer, agreement: u64) -> Result<Submitted, Error> {
        self.transact(signer, &generated::settle(agreement)).await
    }

    async fn transact(&self, signer: &Signer, call: &impl Payload) -> Result<Submitted, Error> {
        let (best, finalized) = (self.at_best().await?, self.at_finalized().await?);
        // Valid from a final block, so that a fork does not void the signature.
        let lag = best.block_number().saturating_sub(finalized.block_number());
        let from = if lag <= MAX_FINALITY_LAG { &finalized } else { &best };
        let params = SubstrateExtrinsicParamsBuilder::<Config>::new()
            .mortal_from_unchecked(MORTALITY, from.block_number(), from.block_hash())
            .build();

        let mut transactions = best.transactions();
        let signed = in_time(self.url(), transactions.create_signed(call, &signer.keypair, params)).await?;
        let progress = in_time(self.url(), signed.submit_and_watch()).await?;
        match tokio::time::timeout(INCLUSION, included(progress)).await {
            Ok(submitted) => submitted,
            Err(_) => Err(Error::NotIncluded { seconds: INCLUSION.as_secs() }),
        }
    }
}

/// Follows a transaction until the first block that has it.
async fn included<C>(mut progress: TransactionProgress<Config, C>) -> Result<Submitted, Error>
where
    C: subxt::client::OnlineClientAtBlockT<Config>,
{
    while let Some(status) = progress.next().await {
        let in_block = match status? {
            TransactionStatus::InBestBlock(in_block) | TransactionStatus::InFinalizedBlock(in_block) => in_block,
            TransactionStatus::Error { message }
            | TransactionStatus::Invalid { message }
            | TransactionStatus::Dropped { message } => return Err(Error::Pool(message)),
            TransactionStatus::Validated | TransactionStatus::Broadcasted | TransactionStatus::NoLongerInBestBlock => {
                continue
            }
        };
        let events = in_block.wait_for_success().await?;
        return Ok(Submitted {
            block_hash: in_block.block_hash().0,
            transaction_hash: in_block.extrinsic_hash().0,
            fee_paid: fee_paid(&events),
        });
    }
    Err(Error::Node("the node stopped reporting on the transaction".into()))
}

fn fee_paid(events: &ExtrinsicEvents<Config>) -> u128 {
    match events.find_first::<chain::transaction_payment::events::TransactionFeePaid>() {
        Some(Ok(paid)) => paid.actual_fee,
        Some(Err(_)) | None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{Measurement, Round};
    use subxt::{client::OfflineClient, metadata::Metadata, SubstrateConfig};

    /// The call as the committed metadata encodes it: pallet and call index, then the arguments.
    fn encode(call: &impl Payload) -> Vec<u8> {
        let metadata = Metadata::decode_from(include_bytes!("../metadata.scale")).unwrap();
        let config = SubstrateConfig::builder()
            .set_metadata_for_spec_versions([(0, metadata.into())])
            .set_spec_version_for_block_ranges([subxt::config::substrate::SpecVersionForRange {
                block_range: 0..u64::MAX,
                spec_version: 0,
                transaction_version: 0,
            }])
            .build();
        let at = OfflineClient::new_with_config(config).at_block(0u64).unwrap();
        at.transactions().validate(call).unwrap();
        at.transactions().call_data(call).unwrap()
    }

    #[test]
    fn submit_should_encode_reports_as_the_chain_reads_them() {
        let report = Report {
            round: Round { agreement: 7, period: 3 },
            measurements: vec![Measurement::Value(1), Measurement::Ratio { good: 2, total: 3 }, Measurement::NoData],
            evidence: [9; 32],
        };
        let mut expected = vec![1 << 2];
        expected.extend(7u64.to_le_bytes());
        expected.extend(3u32.to_le_bytes());
        expected.push(3 << 2);
        expected.push(0);
        expected.extend(1u128.to_le_bytes());
        expected.push(1);
        expected.extend(2u64.to_le_bytes());
        expected.extend(3u64.to_le_bytes());
        expected.push(2);
        expected.extend([9; 32]);
        assert_eq!(encode(&generated::submit(vec![report]))[2..], expected);
    }

    #[test]
    fn settle_should_encode_the_agreement() {
        assert_eq!(encode(&generated::settle(7))[2..], 7u64.to_le_bytes());
    }

    #[test]
    fn the_futures_should_run_on_any_thread() {
        fn check<T: Send>(_: impl FnOnce(&'static Client, &'static Signer) -> T) {}
        check(|client, signer| client.submit_reports(signer, vec![]));
        check(|client, _| client.agreement(0));
        check(|client, _| client.chain_time());
    }
}
