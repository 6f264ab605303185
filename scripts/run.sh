#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds the node and starts a development chain. See --help.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
    cat <<'TEXT'
usage: scripts/run.sh [--demo] [--data DIR] [--port PORT] [--reset] [-- NODE_OPTION ...]

Installs what is missing, builds the node and starts a development chain of one validator.

  --demo       play the whole loop on a chain of its own, check every step, print the balances, and end
  --data DIR   where the chain's data is kept (default: ~/.local/share/dsla/development)
  --port PORT  port of the WebSocket endpoint (default: 9944)
  --reset      delete the chain's data first
  -- ...       everything after it is for the node, for example `-- --sealing interval=1000`
TEXT
}

demo=false reset=false port=9944 data="${XDG_DATA_HOME:-$HOME/.local/share}/dsla/development"
while [[ $# -gt 0 ]]; do
    case "$1" in
        --demo) demo=true ;;
        --reset) reset=true ;;
        --data) data="${2:?--data needs a folder}"; shift ;;
        --port) port="${2:?--port needs a number}"; shift ;;
        --) shift; break ;;
        -h | --help) usage; exit 0 ;;
        *) usage >&2; die "unknown option $1" ;;
    esac
    shift
done

heading "Tools"
need_build_tools
$demo && need_demo_tools
say "all there"

heading "Build (the first time takes a while, see docs/measurements.md; later only what changed)"
build_binaries

if $demo; then
    heading "Demo"
    exec node "$ROOT/demo/demo.mjs"
fi

if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
    die "port $port is in use, perhaps by a node that runs already; stop it or choose another one with --port"
fi
if $reset; then rm -rf "${data:?}/chains"; fi
mkdir -p "$data"

heading "Development chain"
say "WebSocket endpoint  ws://127.0.0.1:$port"
say "polkadot.js Apps    https://polkadot.js.org/apps/?rpc=ws://127.0.0.1:$port"
say "data folder         $data   (delete it with --reset)"
say "stop                Ctrl-C"
say ""
exec "$NODE_BIN" --dev --runtime-cache-path "$CARGO_TARGET_DIR/runtime-cache" --base-path "$data" --rpc-port "$port" "$@"
