#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs the network tests: real validators, each on a host of its own, that are cut off, killed, stopped, misled about the
# time, left without disk, replaced, copied and upgraded. Ends with a table. See --help.
set -euo pipefail
given_node="${NODE_BIN:-}"
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
    cat <<'TEXT'
usage: scripts/network.sh [--long] [--fast] [TEST ...]

Installs what is missing, builds the node, and runs the named tests, or all of them, one after the other:

  partition     two and two, three and one: nothing contradicts, finality returns
  kill          validators killed at random under load
  stop          all stopped for 2.5 and 3.5 epochs, two of four for 1.5
  clock         one clock 45 s ahead, and 45 s behind
  disk          one disk fills under load
  warp          fresh nodes by full and by warp sync, a validator restored from a backup
  light         a light client reads a claimable balance
  staking       a fifth validator joins and leaves
  equivocation  the keys of two validators run twice: reported, and slashed once
  upgrade       the next version of the runtime by referendum, with agreements under way

  --long        50 kills, 10 rounds of partitions, 10 filled disks, 600 blocks before the fresh nodes, 200,000 accounts to
                migrate, and the bond of the fifth validator until it is free
  --fast        slots of 2 s and epochs of 20 slots for partition, kill, stop and warp, too; staking and
                equivocation always have them

Needs root for hosts, clocks and disks (`light` does not). A node in NODE_BIN is taken as it is, and nothing is built; the
variants of the runtime (see tests/variants) are then looked for in the folder DSLA_WASM, or else beside it.
TEXT
}

ALL=(partition kill stop clock disk warp light staking equivocation upgrade)
long=false fast=false tests=()
for argument in "$@"; do
    case "$argument" in
        --long) long=true ;;
        --fast) fast=true ;;
        -h | --help) usage; exit 0 ;;
        *)
            [[ " ${ALL[*]} " == *" $argument "* ]] || { usage >&2; die "unknown test $argument"; }
            tests+=("$argument")
            ;;
    esac
done
[[ ${#tests[@]} -gt 0 ]] || tests=("${ALL[@]}")
[[ "${tests[*]}" == light || $EUID -eq 0 ]] || die "network namespaces need root: sudo --preserve-env=HOME,PATH $0 $*"
# Which variants of the runtime the tests need.
variants=()
if $fast || [[ " ${tests[*]} " =~ \ (staking|equivocation)\  ]]; then variants=(fast); fi
if [[ " ${tests[*]} " == *" upgrade "* ]]; then variants+=(short next checked); fi

# Started with sudo and the home of somebody else, it leaves that one what it built.
give_back() {
    local folder
    for folder in "$CARGO_TARGET_DIR" "${CARGO_HOME:-$HOME/.cargo}" "${RUSTUP_HOME:-$HOME/.rustup}" "$ROOT/tests/e2e/node_modules"; do
        [[ ! -d $folder ]] || find "$folder" -user root -exec chown -h "$SUDO_UID:$SUDO_GID" {} +
    done
}
log="$(mktemp)"
trap 'rm -f "$log"; [[ $(stat -c %u "$HOME") != "${SUDO_UID:-}" ]] || give_back' EXIT

heading "Tools"
need_demo_tools
if [[ "${tests[*]}" != light ]]; then
    need_packages ip=iproute2 nft=nftables sysctl=procps faketime=faketime mkfs.ext4=e2fsprogs losetup=mount
    # What a run that was killed may have left.
    ip netns del dsla-probe 2>/dev/null || true
    ip netns add dsla-probe || die "this machine gives no network namespaces; in a container they need --privileged"
    ip netns del dsla-probe
fi
if [[ -n $given_node ]]; then
    NODE_BIN="$given_node"
else
    need_build_tools
    heading "Build"
    if [[ ${#variants[@]} -gt 0 ]]; then
        build_with_variants "${variants[@]}"
    else
        build_binaries
    fi
fi
say "node: $("$NODE_BIN" --version)"

if $long; then export DSLA_KILLS=50 DSLA_CUTS=10 DSLA_FILLS=10 DSLA_BLOCKS=600 DSLA_ACCOUNTS=200000 DSLA_WITHDRAW=1; fi
if $fast; then export DSLA_FAST=1; fi

failed=() table="" begin=$SECONDS
for name in "${tests[@]}"; do
    heading "$name"
    since=$SECONDS
    set +e
    (cd "$ROOT/tests/network" && node --test --test-reporter=spec "$name.test.mjs") | tee "$log"
    status=${PIPESTATUS[0]}
    set -e
    verdict=passed
    # A test that was skipped has shown nothing.
    if [[ $status -ne 0 ]] || ! grep -q '^ℹ skipped 0$' "$log"; then verdict=FAILED failed+=("$name"); fi
    table+="$(printf '  %-12s %-8s %s' "$name" "$verdict" "$(duration $((SECONDS - since)))")"$'\n'
done

heading "Result"
printf '%s' "$table"
if [[ ${#failed[@]} -gt 0 ]]; then
    die "${failed[*]} (after $(duration $((SECONDS - begin))))"
fi
printf '%spassed: %s (in %s)%s\n' "$GREEN" "${tests[*]}" "$(duration $((SECONDS - begin)))" "$PLAIN"
