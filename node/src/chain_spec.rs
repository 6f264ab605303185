// SPDX-License-Identifier: Apache-2.0

//! The networks this node knows by name.
//!
//! A network's genesis is a preset of the runtime; its name, identity and token are in
//! `chain-specs/<network>/network.json`, compiled in. There is no third place.

use dsla_runtime::{genesis_presets::get_preset, opaque::Block, WASM_BINARY};
use sc_chain_spec::{ChainSpecExtension, ChainType, Properties};
use sc_service::config::MultiaddrWithPeerId;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// What a chain spec may carry beside the genesis.
#[derive(Clone, Default, Deserialize, Serialize, ChainSpecExtension)]
#[serde(rename_all = "camelCase")]
pub struct Extensions {
    /// Blocks with a known hash: an answer to a fork.
    pub fork_blocks: sc_client_api::ForkBlocks<Block>,
    /// Blocks never to be imported.
    pub bad_blocks: sc_client_api::BadBlocks<Block>,
    /// A finalized block from which light clients may start; `sync_state_genSyncSpec` fills it.
    pub light_sync_state: sc_sync_state_rpc::LightSyncStateExtension,
}

/// A chain spec of this chain.
pub type ChainSpec = sc_service::GenericChainSpec<Extensions>;

/// A network known by name, as its `network.json` describes it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Network {
    name: String,
    id: String,
    chain_type: ChainType,
    protocol_id: String,
    preset: String,
    boot_nodes: Vec<MultiaddrWithPeerId>,
    properties: Properties,
}

impl Network {
    fn from_json(json: &str) -> Result<Self, String> {
        serde_json::from_str(json).map_err(|error| format!("a compiled-in network.json is wrong: {error}"))
    }

    /// The preset, from the runtime's native code: asking the wasm would compile it once more at every start.
    fn genesis(&self) -> Result<serde_json::Value, String> {
        let preset = get_preset(&self.preset.as_str().into()).ok_or("a compiled-in network.json names no preset")?;
        serde_json::from_slice(&preset).map_err(|error| format!("a preset of the runtime is no JSON: {error}"))
    }

    fn chain_spec(self) -> Result<ChainSpec, String> {
        let genesis = self.genesis()?;
        let wasm = WASM_BINARY.ok_or(
            "This node was built without a runtime (SKIP_WASM_BUILD was set). \
             Build it again without that variable, or give a chain spec file with `--chain <path>`.",
        )?;
        Ok(ChainSpec::builder(wasm, Extensions::default())
            .with_name(&self.name)
            .with_id(&self.id)
            .with_chain_type(self.chain_type)
            .with_protocol_id(&self.protocol_id)
            .with_boot_nodes(self.boot_nodes)
            .with_properties(self.properties)
            .with_genesis_config_patch(genesis)
            .build())
    }
}

const DEVELOPMENT: &str = include_str!("../../chain-specs/development/network.json");
const LOCAL: &str = include_str!("../../chain-specs/local/network.json");
const STAGING: &str = include_str!("../../chain-specs/staging/network.json");

/// The chain spec `--chain <id>` means: a network's name, or the path of a file.
pub fn load(id: &str) -> Result<ChainSpec, String> {
    let json = match id {
        "dev" | "development" => DEVELOPMENT,
        "local" => LOCAL,
        "staging" => STAGING,
        "" => {
            return Err("No chain was named, and there is no main network yet. \
                        Say `--dev`, `--chain local`, `--chain staging`, or `--chain <path of a chain spec>`."
                .into())
        }
        path => return from_file(path),
    };
    Network::from_json(json)?.chain_spec()
}

fn from_file(path: &str) -> Result<ChainSpec, String> {
    let file = PathBuf::from(path);
    if !file.exists() {
        return Err(format!(
            "`{path}` is neither a network this node knows (dev, local, staging) nor a file that exists. \
             Correct the name given to `--chain`, or build the spec first with `chain-specs/build.sh`."
        ));
    }
    ChainSpec::from_json_file(file).map_err(|error| {
        format!("`{path}` is not a chain spec of this chain: {error}. Build it with `chain-specs/build.sh`.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use dsla_runtime::{
        constants::{currency::DECIMALS, SS58_PREFIX},
        genesis_presets::preset_names,
    };

    #[test]
    fn every_network_should_agree_with_the_runtime() {
        let networks = [DEVELOPMENT, LOCAL, STAGING].map(|json| Network::from_json(json).unwrap());
        for (network, preset) in networks.iter().zip(preset_names()) {
            assert_eq!(network.preset, preset.to_string());
            assert!(network.genesis().unwrap().is_object());
            assert!(network.id.starts_with("dsla-"));
            assert_eq!(network.properties["tokenSymbol"], "DSLA");
            assert_eq!(network.properties["tokenDecimals"], DECIMALS);
            assert_eq!(network.properties["ss58Format"], SS58_PREFIX);
        }
    }

    #[test]
    fn load_should_say_what_to_do_when_the_chain_is_not_named_or_unknown() {
        assert!(load("").err().unwrap().contains("--chain staging"));
        let error = load("/nowhere/spec.json").err().unwrap();
        assert!(error.contains("/nowhere/spec.json") && error.contains("chain-specs/build.sh"));
    }
}
