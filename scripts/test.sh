#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing and runs every check. Ends with one line: passed, or what failed. See --help.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
    cat <<'TEXT'
usage: scripts/test.sh [CHECK ...]

Runs the named checks, or all of them in this order:

  format      rustfmt, licence headers
  lint        clippy and rustdoc, warnings denied
  unit        unit, property and runtime tests
  build       node, reporter and runtime, in release
  benchmarks  every benchmark runs once on the real runtime
  e2e         the loop through a live node, with polkadot.js and the reporter
  network     four validators killed under load, cut two and two and three and one, joined by fresh nodes; needs root
TEXT
}

ALL=(format lint unit build benchmarks e2e network)
case "${1:-}" in -h | --help) usage; exit 0 ;; esac
checks=("${@:-${ALL[@]}}")
for check in "${checks[@]}"; do
    [[ " ${ALL[*]} " == *" $check "* ]] || { usage >&2; die "unknown check $check"; }
done
cd "$ROOT"

check_format() {
    cargo fmt --all -- --check
    "$ROOT/scripts/check-licences.sh"
}
# Compiles and runs the tests, through clippy and rustdoc, and with the release profile: so every dependency is compiled
# once only, for the tests, the lints, the documentation and the node that users run.
tests() {
    local wrapper="$CARGO_TARGET_DIR/rustc-and-lints"
    cp "$ROOT/scripts/rustc-and-lints.sh" "$wrapper"
    # Ours by name: with SKIP_WASM_BUILD a dependency would be compiled anew here, and again for the node.
    SKIP_DSLA_RUNTIME_WASM_BUILD=1 SKIP_DSLA_RUNTIME_VARIANTS_WASM_BUILD=1 \
        RUSTC_WORKSPACE_WRAPPER="$wrapper" CLIPPY_ARGS="-Dwarnings__CLIPPY_HACKERY__" \
        cargo test --locked --release --workspace --timings --no-fail-fast "$@"
}

check_lint() { tests --no-run; }
check_unit() { tests; }
# At once with the variants of the runtime that the checks after it need: one fills the cores where another is linked.
check_build() { build_with_variants; }
check_benchmarks() { "$ROOT/scripts/benchmark.sh" --smoke; }
check_e2e() {
    build_binaries
    # Two files at a time: they mostly wait for blocks.
    (cd tests/e2e && node --test --test-concurrency=2 --test-reporter=spec)
}
check_network() {
    build_with_variants
    "$ROOT/scripts/network.sh" --fast kill partition warp
}

heading "Tools"
need_build_tools
if [[ " ${checks[*]} " =~ \ (e2e|network)\  ]]; then need_demo_tools; fi
say "all there"

failed=() table="" begin=$SECONDS
for check in "${checks[@]}"; do
    heading "$check"
    since=$SECONDS
    # In a subshell with errexit of its own: a check that fails must not keep the others from running.
    set +e
    (set -e; "check_$check")
    status=$?
    set -e
    verdict=passed
    [[ $status -eq 0 ]] || { verdict=FAILED failed+=("$check"); }
    table+="$(printf '  %-12s %-8s %s' "$check" "$verdict" "$(duration $((SECONDS - since)))")"$'\n'
done

heading "Result"
printf '%s' "$table"
if [[ ${#failed[@]} -gt 0 ]]; then
    die "${failed[*]} (after $(duration $((SECONDS - begin))))"
fi
printf '%spassed: %s (in %s)%s\n' "$GREEN" "${checks[*]}" "$(duration $((SECONDS - begin)))" "$PLAIN"
