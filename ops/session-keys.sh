#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes new session keys inside the node of this machine and prints what `session.setKeys` wants of them.
#
#   ops/session-keys.sh STASH [RPC_URL]
#
# STASH     address of the account that validates (SS58 or 0x...): the proof is good for this account only
# RPC_URL   by default http://127.0.0.1:9944; a node gives keys to its own machine only
# DSLA_NODE the node's program, by default dsla-node
#
# The secrets stay in the node's keystore. Run it again and there are other keys; old ones are kept.
set -euo pipefail

stash=${1:?say which account validates: ops/session-keys.sh STASH [RPC_URL]}
url=${2:-http://127.0.0.1:9944}
node=${DSLA_NODE:-dsla-node}

fail() {
    echo "$0: $1" >&2
    exit 1
}

account=$stash
if [[ $stash != 0x* ]]; then
    # For an address it says `publicKeyUri`; for a secret it would say more than that.
    found=$("$node" key inspect --output-type json "$stash" 2>/dev/null) || fail "$stash is no address"
    [[ $found == *'"publicKeyUri"'* ]] || fail "this is a secret; give the address of the account"
    account=$(sed -n 's/.*"publicKey": "\(0x[0-9a-f]*\)".*/\1/p' <<<"$found")
fi
[[ $account =~ ^0x[0-9a-f]{64}$ ]] || fail "$stash is no address"

call() {
    curl -sS --max-time 20 -H 'content-type: application/json' "$url" -d "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"$1\",\"params\":[$2]}"
}
answer=$(call author_rotateKeysWithOwner "\"$account\"") || fail "no node answers at $url"
keys=$(sed -n 's/.*"keys":"0x\([0-9a-f]*\)".*/\1/p' <<<"$answer")
proof=$(sed -n 's/.*"proof":"\(0x[0-9a-f]*\)".*/\1/p' <<<"$answer")
[[ -n $keys && -n $proof ]] || fail "the node made no keys: $answer"
has=$(call author_hasSessionKeys "\"0x$keys\"")
[[ $has == *'"result":true'* ]] || fail "the node does not have the keys it made: $has"

names=(babe grandpa imOnline authorityDiscovery)
echo "session.setKeys(keys, proof), signed by $stash"
for ((i = 0; i * 64 < ${#keys}; i += 1)); do
    printf '  %-19s 0x%s\n' "${names[i]:-key $i}" "${keys:i*64:64}"
done
echo "  proof               $proof"
