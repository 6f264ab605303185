#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Compiles one crate of ours for the fuzz target. Cargo calls it as RUSTC_WORKSPACE_WRAPPER, with the compiler and its
# arguments. The crates that make up the chain get counters, which tell libFuzzer which inputs reach something new; the SDK
# and the code that reads the input get none, so that only what our chain does guides the search. The SDK is the one that
# the tests are built with; our crates, and with them most of the generic code of the SDK, are optimised here.
set -euo pipefail

crate=""
previous=""
for arg in "$@"; do
    [[ $previous == --crate-name ]] && crate="$arg"
    previous="$arg"
done

case "$crate" in
    dsla_runtime | dsla_primitives | pallet_sla | pallet_sli_oracle | pallet_compensation | pallet_challenge | pallet_marketplace)
        exec "$@" \
            -Copt-level=3 \
            -Cpasses=sancov-module \
            -Cllvm-args=-sanitizer-coverage-level=4 \
            -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
            -Cllvm-args=-sanitizer-coverage-pc-table
        ;;
    *) exec "$@" ;;
esac
