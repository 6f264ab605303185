#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Measures the weights of our pallets on the real runtime and writes pallets/*/src/weights.rs.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
    cat <<'TEXT'
usage: scripts/benchmark.sh [--smoke] [PALLET ...]

  --smoke   run every benchmark with the fewest steps and write nothing: does it work at all?
  PALLET    pallet_sla, pallet_sli_oracle, pallet_compensation, pallet_challenge, pallet_marketplace (default: all)

Weights hold for the machine they are measured on: see docs/measurements.md.
TEXT
}

smoke=false pallets=()
for argument in "$@"; do
    case "$argument" in
        --smoke) smoke=true ;;
        -h | --help) usage; exit 0 ;;
        *) pallets+=("$argument") ;;
    esac
done
[[ ${#pallets[@]} -gt 0 ]] || pallets=(pallet_sla pallet_sli_oracle pallet_compensation pallet_challenge pallet_marketplace)

need_build_tools
cd "$ROOT"
# The benchmarks live in a second wasm of the same runtime: the node is the one that users run.
build_with_variants
wasm="$(find "$CARGO_TARGET_DIR/release/wbuild" -name 'benchmark_*.compact.compressed.wasm' | head -n 1)"
[[ -n $wasm ]] || die "the build left no benchmark runtime under $CARGO_TARGET_DIR/release/wbuild"

benchmark() {
    "$NODE_BIN" benchmark pallet --runtime "$wasm" --genesis-builder runtime --genesis-builder-preset development --extrinsic '*' "$@"
}
if $smoke; then
    benchmark --pallet "${pallets[@]}" --steps 2 --repeat 1 --min-duration 0 --quiet
    exit
fi
for pallet in "${pallets[@]}"; do
    say "benchmarking $pallet"
    folder="${pallet#pallet_}"
    benchmark --pallet "$pallet" --steps 10 --repeat 5 --min-duration 1 \
        --template scripts/weights.hbs --output "pallets/${folder//_/-}/src/weights.rs"
done
cargo fmt --all
