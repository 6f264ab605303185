#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Fuzzes the calls of the whole runtime. See --help and tests/fuzz/README.md.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
    cat <<'TEXT'
usage: scripts/fuzz.sh [SECONDS]
       scripts/fuzz.sh --replay FILE ...
       scripts/fuzz.sh --shrink FILE
       scripts/fuzz.sh --distill [TRIES]

  SECONDS    how long to search, on one core (default: 3600); ends with the table of calls and errors that were reached
  --replay   play inputs again, for example tests/fuzz/corpus/* or one that crashed
  --shrink   make an input that crashes as short as possible
  --distill  replace tests/fuzz/corpus by few small inputs that reach all that it and the last searches reached; with
             TRIES also what that many random inputs for each call reach, for when much has changed
TEXT
}

mode=search seconds=3600 tries=0
case "${1:-}" in
    -h | --help) usage; exit 0 ;;
    --replay | --shrink) mode="${1#--}"; shift; [[ $# -gt 0 ]] || { usage >&2; die "which input?"; } ;;
    --distill) mode=distill tries="${2:-0}" ;;
    "") ;;
    *) [[ $1 =~ ^[0-9]+$ ]] || { usage >&2; die "$1 is no number of seconds"; }; seconds="$1" ;;
esac

files=()
[[ $mode != replay && $mode != shrink ]] || for file in "$@"; do files+=("$(realpath -- "$file")"); done

need_build_tools
# A crash shows where it came from.
export RUST_BACKTRACE="${RUST_BACKTRACE:-1}"
cd "$ROOT"
# What is found is kept between searches; the seeds in the checkout change by --distill only.
work="$CARGO_TARGET_DIR/fuzz" seeds="$ROOT/tests/fuzz/corpus"
mkdir -p "$work/corpus" "$work/crashes"

# With the SDK that the tests are built with: only our crates are compiled once more.
export SKIP_WASM_BUILD=1
build() { RUSTC_WORKSPACE_WRAPPER="$ROOT/tests/fuzz/rustc-with-coverage.sh" cargo build --locked -p dsla-fuzz --features libfuzzer "$@"; }
fuzz() { "$CARGO_TARGET_DIR/debug/fuzz-calls" -artifact_prefix="$work/crashes/" -max_len=1024 -rss_limit_mb=6000 -timeout=120 "$@"; }

# libFuzzer prints a line for each new input; one every half minute is enough. What is no progress is kept.
progress() { awk '/NEW_FUNC/ { next } !/^#[0-9]+[[:space:]]+(NEW|REDUCE|pulse|RELOAD)/ { print; next } systime() >= next_line { print; next_line = systime() + 30 } { fflush() }'; }

case "$mode" in
    replay)
        build --bin fuzz-calls
        fuzz "${files[@]}"
        ;;
    shrink)
        build --bin fuzz-calls
        fuzz -minimize_crash=1 -max_total_time=600 "${files[0]}"
        ;;
    distill)
        # Without counters, as the tests are built.
        cargo build --locked -p dsla-fuzz --bin fuzz-distill
        rm -rf "$work/distilled"
        "$CARGO_TARGET_DIR/debug/fuzz-distill" --try "$tries" "$work/distilled" "$seeds" "$work/corpus"
        rm -rf "$seeds"
        mv "$work/distilled" "$seeds"
        ;;
    search)
        heading "Build"
        build --bin fuzz-calls
        heading "Search for $(duration "$seconds"); crashes go to $work/crashes"
        export DSLA_FUZZ_TABLE="$work/table.txt"
        rm -f "$DSLA_FUZZ_TABLE"
        set +e
        fuzz -print_final_stats=1 -max_total_time="$seconds" "$work/corpus" "$seeds" 2>&1 | progress
        status=${PIPESTATUS[0]}
        set -e
        heading "Calls and what they came to (also in $DSLA_FUZZ_TABLE)"
        if [[ -e $DSLA_FUZZ_TABLE ]]; then cat "$DSLA_FUZZ_TABLE"; fi
        [[ $status -eq 0 ]] || die "the fuzzer stopped with status $status; the input is in $work/crashes"
        ;;
esac
