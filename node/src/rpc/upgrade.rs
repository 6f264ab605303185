// SPDX-License-Identifier: Apache-2.0

//! `dsla_prepareRuntime`: the next runtime is compiled when its operator likes, and not when it comes into force, on all
//! nodes at once.

use crate::client::Executor;
use dsla_runtime::VERSION;
use jsonrpsee::{
    core::{async_trait, RpcResult},
    proc_macros::rpc,
    types::ErrorObjectOwned,
    Extensions,
};
use sc_executor::RuntimeVersionOf;
use sc_rpc::DenyUnsafe;
use sp_core::{
    traits::{RuntimeCode, WrappedRuntimeCode},
    Bytes,
};
use sp_io::hashing::blake2_256;
use sp_state_machine::BasicExternalities;
use sp_version::RuntimeVersion;

/// Error code of all failures here.
const FAILED: i32 = 9_002;

/// Getting ready for an upgrade.
#[rpc(server, namespace = "dsla")]
pub trait Upgrade {
    /// Compiles a runtime that will be in force soon, and keeps it until then or until the node ends. `code` is what will be
    /// handed in with `system.apply_authorized_upgrade`. Returns the version. It takes some seconds, in which the node does
    /// nothing else; so it is an unsafe call.
    #[method(name = "prepareRuntime", blocking, with_extensions)]
    fn prepare_runtime(&self, code: Bytes) -> RpcResult<RuntimeVersion>;
}

/// Compiles for the executor of this node.
pub struct UpgradeRpc {
    executor: Executor,
}

impl UpgradeRpc {
    /// Compiles for `executor`.
    pub fn new(executor: Executor) -> Self {
        Self { executor }
    }
}

#[async_trait]
impl UpgradeServer for UpgradeRpc {
    fn prepare_runtime(&self, extensions: &Extensions, code: Bytes) -> RpcResult<RuntimeVersion> {
        extensions.get::<DenyUnsafe>().unwrap_or(&DenyUnsafe::Yes).check_if_safe()?;
        prepare(&self.executor, &code).map_err(|error| ErrorObjectOwned::owned(FAILED, error, None::<()>))
    }
}

/// Has `code` compiled and kept under the name that the executor looks for when this is the code of the chain.
fn prepare(executor: &Executor, code: &[u8]) -> Result<RuntimeVersion, String> {
    let fetcher = WrappedRuntimeCode(code.into());
    let runtime = RuntimeCode { code_fetcher: &fetcher, heap_pages: None, hash: blake2_256(code).to_vec() };
    let version = executor
        .runtime_version(&mut BasicExternalities::default(), &runtime)
        .map_err(|error| format!("The code is not a runtime this node can run: {error}"))?;
    if version.spec_name == VERSION.spec_name {
        Ok(version)
    } else {
        Err(format!("This is a runtime of `{}`, and not one of `{}`.", version.spec_name, VERSION.spec_name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_runtime_should_be_refused_with_words() {
        let executor = Executor::builder().build();
        let error = prepare(&executor, b"no wasm").unwrap_err();
        assert!(error.starts_with("The code is not a runtime this node can run"), "{error}");
    }
}
