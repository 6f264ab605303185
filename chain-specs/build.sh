#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Builds the plain and the raw chain spec of a network from the runtime inside the node.
#
#   chain-specs/build.sh NETWORK [LAUNCH_FILE]
#
# NETWORK      development, local or staging
# LAUNCH_FILE  staging only: its validators and first holders (see README.md); without it the spec has rehearsal keys
#
# DSLA_NODE    the node to use; by default the release build
# DSLA_SPECS   the folder to build into; by default `built` beside this script

set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
node=${DSLA_NODE:-${CARGO_TARGET_DIR:-$here/../target}/release/dsla-node}

fail() {
    echo "$0: $1" >&2
    exit 1
}

network=${1:-}
launch=${2:-}
[[ -f $here/$network/network.json ]] || fail "say which network: development, local or staging"
[[ -z $launch || $network == staging ]] || fail "only staging has a launch file"
[[ -z $launch || -f $launch ]] || fail "there is no launch file $launch; copy chain-specs/staging/launch.example.json"
[[ -x $node ]] || fail "there is no node at $node; run: cargo build --release -p dsla-node -p dsla-reporter"

out=${DSLA_SPECS:-$here/built}/$network
# A spec that failed half-way must not be taken for one that was built.
new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT

"$node" export-chain-spec --chain "$network" --output "$new/plain.json" >/dev/null
if [[ -n $launch ]]; then
    python3 "$here/launch.py" "$new/plain.json" "$launch"
elif [[ $network == staging ]]; then
    echo "note: this spec has the rehearsal keys, which anybody can derive; name a launch file for a real network" >&2
fi
"$node" export-chain-spec --chain "$new/plain.json" --raw --output "$new/raw.json" >/dev/null

mkdir -p "$out"
mv "$new/plain.json" "$new/raw.json" "$out/"
(cd "$out" && sha256sum plain.json raw.json)
echo "built $out/plain.json and $out/raw.json"
