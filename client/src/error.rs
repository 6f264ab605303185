// SPDX-License-Identifier: Apache-2.0

//! What can go wrong between here and the chain, and what to do about it.

use subxt::error::{
    BackendError, DispatchError, ExtrinsicError, OnlineClientAtBlockError, OnlineClientError, RpcError,
    RuntimeApiError, StorageError, TransactionEventsError, TransactionProgressError,
};

/// Why a request to the chain failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No answer in time. The connection is being rebuilt in the background, for ever.
    #[error("the node at {url} gave no answer within {seconds} s; is it running, and is the url right?")]
    Unreachable {
        /// The url of the node.
        url: String,
        /// How long it was waited for.
        seconds: u64,
    },
    /// The connection broke or the node answered with an error of its own.
    #[error("the node could not serve the request: {0}; it is worth trying again")]
    Node(String),
    /// The chain behind the url is another one than before.
    #[error("the node is on another chain (genesis 0x{found}) than at the start (0x{expected}); restart to use it")]
    OtherChain {
        /// The genesis hash at the start.
        expected: String,
        /// The genesis hash now.
        found: String,
    },
    /// The runtime is not the one this crate was built for.
    #[error("the runtime of the node does not fit this build: {0}; install the release made for this runtime")]
    Incompatible(String),
    /// The pool has a transaction of this account already, and it is not in a block yet.
    #[error("an earlier transaction of this account still waits for a block; it is worth trying again later")]
    Pending,
    /// The pool did not take the transaction.
    #[error("the node's transaction pool refused the transaction: {0}")]
    Pool(String),
    /// The transaction did not get into a block in time. It may still, or it expires.
    #[error("the transaction was not in a block after {seconds} s; it is worth asking the chain again what is due")]
    NotIncluded {
        /// How long it was waited for.
        seconds: u64,
    },
    /// The transaction is in a block, but the chain refused what it asks.
    #[error("the chain refused it with {name}: {docs}")]
    Refused {
        /// The name of the error, `Pallet.Error`.
        name: String,
        /// What the runtime says about that error.
        docs: String,
    },
    /// The secret cannot be used.
    #[error("the secret is not usable: {0}; it must be a BIP-39 phrase, a 0x seed or a `//` path")]
    Secret(String),
    /// The url cannot be used.
    #[error("`{0}` is not the url of a node; it must begin with ws:// or wss://")]
    Url(String),
}

impl Error {
    /// Whether the same request may succeed later with nobody doing anything.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Node(_) | Self::Pending | Self::NotIncluded { .. } => true,
            // A pool refuses for many reasons, such as an account without DSLA, which its owner can mend meanwhile.
            Self::Pool(_) => true,
            Self::OtherChain { .. } | Self::Incompatible(_) | Self::Refused { .. } | Self::Secret(_) | Self::Url(_) => {
                false
            }
        }
    }

    /// Whether the chain took the transaction into a block and refused what it asks.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }
}

impl From<subxt::rpcs::Error> for Error {
    fn from(error: subxt::rpcs::Error) -> Self {
        Self::Node(error.to_string())
    }
}

impl From<BackendError> for Error {
    fn from(error: BackendError) -> Self {
        Self::Node(error.to_string())
    }
}

impl From<OnlineClientError> for Error {
    fn from(error: OnlineClientError) -> Self {
        Self::Node(error.to_string())
    }
}

impl From<OnlineClientAtBlockError> for Error {
    fn from(error: OnlineClientAtBlockError) -> Self {
        match error {
            OnlineClientAtBlockError::UnsupportedMetadataVersion { .. }
            | OnlineClientAtBlockError::CannotConvertModernMetadata { .. } => Self::Incompatible(error.to_string()),
            other => Self::Node(other.to_string()),
        }
    }
}

impl From<RuntimeApiError> for Error {
    fn from(error: RuntimeApiError) -> Self {
        match error {
            RuntimeApiError::CannotCallApi(error) => error.into(),
            other => Self::Incompatible(other.to_string()),
        }
    }
}

impl From<StorageError> for Error {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::CannotFetchValue(error) => error.into(),
            other => Self::Incompatible(other.to_string()),
        }
    }
}

/// Codes of the node's pool (`sc-rpc-api`, author) for a transaction that is known or that another one of the same
/// account and nonce stands in the way of.
const POOL_ALREADY_IMPORTED: i32 = 1013;
const POOL_TOO_LOW_PRIORITY: i32 = 1014;

impl From<ExtrinsicError> for Error {
    fn from(error: ExtrinsicError) -> Self {
        match error {
            ExtrinsicError::ErrorSubmittingTransaction(BackendError::Rpc(RpcError::ClientError(
                subxt::rpcs::Error::User(user),
            ))) => match user.code {
                POOL_ALREADY_IMPORTED | POOL_TOO_LOW_PRIORITY => Self::Pending,
                _ => Self::Pool(match &user.data {
                    Some(data) => format!("{}: {}", user.message, data.get()),
                    None => user.message,
                }),
            },
            ExtrinsicError::ErrorSubmittingTransaction(error)
            | ExtrinsicError::TransactionStatusStreamError(error)
            | ExtrinsicError::CannotGetFeeInfo(error)
            | ExtrinsicError::CannotGetValidationInfo(error)
            | ExtrinsicError::CannotGetBlockBody(error) => error.into(),
            ExtrinsicError::AccountNonceError { reason, .. } => Self::Node(reason.to_string()),
            ExtrinsicError::TransactionStatusError(status) => Self::Pool(status.to_string()),
            other => Self::Incompatible(other.to_string()),
        }
    }
}

impl From<TransactionProgressError> for Error {
    fn from(error: TransactionProgressError) -> Self {
        match error {
            TransactionProgressError::TransactionStatusError(status) => Self::Pool(status.to_string()),
            other => Self::Node(other.to_string()),
        }
    }
}

impl From<TransactionEventsError> for Error {
    fn from(error: TransactionEventsError) -> Self {
        match error {
            TransactionEventsError::ExtrinsicFailed(error) => error.into(),
            other => Self::Node(other.to_string()),
        }
    }
}

impl From<DispatchError> for Error {
    fn from(error: DispatchError) -> Self {
        let named = match &error {
            DispatchError::Module(module) => module.details().ok().map(|details| Self::Refused {
                name: format!("{}.{}", details.pallet.name(), details.variant.name),
                docs: details.variant.docs.join(" ").trim().to_owned(),
            }),
            _ => None,
        };
        named.unwrap_or_else(|| Self::Refused { name: "DispatchError".into(), docs: error.to_string() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool_error(code: i32) -> Error {
        let user = subxt::rpcs::UserError { code, message: "Invalid Transaction".into(), data: None };
        ExtrinsicError::ErrorSubmittingTransaction(subxt::rpcs::Error::User(user).into()).into()
    }

    #[test]
    fn pool_errors_should_tell_a_waiting_transaction_from_a_bad_one() {
        assert!(matches!(pool_error(1013), Error::Pending));
        assert!(matches!(pool_error(1014), Error::Pending));
        assert!(matches!(pool_error(1010), Error::Pool(_)));
    }

    #[test]
    fn only_what_can_mend_itself_should_be_transient() {
        let refused = Error::Refused { name: "SliOracle.TooLate".into(), docs: String::new() };
        assert!(refused.is_refusal() && !refused.is_transient());
        assert!(Error::Node("connection lost".into()).is_transient());
        assert!(!Error::Incompatible("submit".into()).is_transient());
    }
}
