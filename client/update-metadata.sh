#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Fetches the metadata of a running node into client/metadata.scale, from which the code of this crate is generated.
# Usage: client/update-metadata.sh [ws://127.0.0.1:9944]
set -euo pipefail
cd "$(dirname "$0")/.."

cargo run --quiet -p dsla-client --example update_metadata -- "${1:-ws://127.0.0.1:9944}"
# Tells at once whether the code around the generated one still fits.
cargo check --quiet -p dsla-client
