#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Compiles one crate of ours for the tests, and lints and documents it on the way. Cargo calls it as
# RUSTC_WORKSPACE_WRAPPER, with the compiler and its arguments. `cargo clippy` and `cargo doc` would first compile every
# dependency once more, in a form of their own: half an hour on two cores.
set -euo pipefail

shift # the compiler: clippy's driver is one
# The profile is the one of releases. Our own crates are optimised less, which compiles faster, and check themselves more.
# Nobody runs the node of the tests at all; its generic code would check the network's, which was compiled without.
case "${CARGO_PKG_NAME:-}" in
    dsla-node) level=(-C opt-level=0 -C debug-assertions=off) ;;
    *) level=(-C opt-level=1 -C debug-assertions=on) ;;
esac
clippy-driver "$@" "${level[@]}"

# The build script and the tests have no documentation of their own.
case " $* " in
    *" --test "* | *" --crate-name build_script_"* | *" --crate-name ___ "* | *" -vV "* | *" --print="*) exit 0 ;;
esac
args=() skip=false
for arg in "$@"; do
    if $skip; then skip=false && continue; fi
    case "$arg" in
        # What rustdoc does not know, and where the compiled crate goes.
        --emit=*) ;;
        --emit | --out-dir) skip=true ;;
        *) args+=("$arg") ;;
    esac
done
exec rustdoc "${args[@]}" --out-dir "${CARGO_TARGET_DIR:?}/doc" -D warnings
