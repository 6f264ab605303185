# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What run.sh and test.sh share: messages, tools, build environment. Sourced, never run.

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

# One target directory outside the checkout, so that a fresh clone recompiles only our own crates.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$HOME/.cache/dsla/target}"
# The wasm builder looks for the workspace above the target directory and would not find it there.
export WASM_BUILD_WORKSPACE_HINT="$ROOT"
# It builds outside the checkout, where rust-toolchain.toml has no say.
WASM_BUILD_TOOLCHAIN="$(sed -n 's/^channel = "\(.*\)"/\1/p' "$ROOT/rust-toolchain.toml")"
export WASM_BUILD_TOOLCHAIN
# The benchmark command brings a runtime for measuring the storage of parachains, for which the SDK would be compiled once more.
export SKIP_FRAME_STORAGE_ACCESS_TEST_RUNTIME_WASM_BUILD=1
# The C++ of wasm-opt takes GCC half an hour of processor time, and Clang half of that; a copy of OpenSSL takes minutes
# more, when the system has it.
export CC="${CC:-clang}" CXX="${CXX:-clang++}" OPENSSL_NO_VENDOR=1
NODE_BIN="$CARGO_TARGET_DIR/release/dsla-node"
REPORTER_BIN="$CARGO_TARGET_DIR/release/dsla-reporter"
export NODE_BIN REPORTER_BIN

if [[ -t 1 ]]; then BOLD=$'\e[1m' RED=$'\e[31m' GREEN=$'\e[32m' PLAIN=$'\e[0m'; else BOLD="" RED="" GREEN="" PLAIN=""; fi

say() { printf '%s\n' "$*"; }
heading() { printf '\n%s==> %s%s\n' "$BOLD" "$*" "$PLAIN"; }
die() {
    printf '%sfailed: %s%s\n' "$RED" "$*" "$PLAIN" >&2
    exit 1
}

# Installs Debian packages for commands or files that are missing: need_packages COMMAND=PACKAGE /FILE=PACKAGE ...
need_packages() {
    local missing=() pair what
    for pair in "$@"; do
        what="${pair%%=*}"
        if [[ $what == /* ]]; then
            [[ -e $what ]] || missing+=("${pair#*=}")
        else
            command -v "$what" >/dev/null 2>&1 || missing+=("${pair#*=}")
        fi
    done
    [[ ${#missing[@]} -eq 0 ]] && return
    command -v apt-get >/dev/null 2>&1 ||
        die "these are missing: ${missing[*]} (names of the Debian packages); install them and start again"
    local sudo=()
    if [[ $EUID -ne 0 ]]; then
        command -v sudo >/dev/null 2>&1 || die "installing ${missing[*]} needs root; become root or install sudo"
        sudo=(sudo)
    fi
    say "installing ${missing[*]}"
    "${sudo[@]}" apt-get update -qq
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
        die "apt-get could not install ${missing[*]}"
    [[ -d /run/systemd/system ]] || return 0
    # No package shall leave a service of its own on the machine of a developer; most have none.
    local package
    for package in "${missing[@]}"; do
        "${sudo[@]}" systemctl disable --now "$package" >/dev/null 2>&1 || true
    done
}

need_rust() {
    command -v rustup >/dev/null 2>&1 ||
        die "rustup is missing; install it as https://rustup.rs says and start again"
    local toolchain
    toolchain="$(sed -n 's/^channel = "\(.*\)"/\1/p' "$ROOT/rust-toolchain.toml")"
    rustup run "$toolchain" rustc --version >/dev/null 2>&1 ||
        rustup toolchain install "$toolchain" --profile minimal
    rustup target list --toolchain "$toolchain" --installed | grep -q '^wasm32v1-none$' ||
        rustup target add --toolchain "$toolchain" wasm32v1-none
    local component
    for component in clippy rustfmt; do
        rustup component list --toolchain "$toolchain" --installed | grep -q "^$component" ||
            rustup component add --toolchain "$toolchain" "$component"
    done
}

# What every build needs.
need_compilers() {
    need_packages c++=build-essential clang++=clang git=git curl=curl protoc=protobuf-compiler \
        pkg-config=pkg-config /usr/include/openssl/ssl.h=libssl-dev
    need_rust
}
need_build_tools() {
    need_compilers
    claim_target
}

# Cargo tells what changed by the age of the files, whichever checkout they lie in. When another checkout was built last,
# what it left behind would pass for ours: make all of ours newer.
claim_target() {
    local stamp="$CARGO_TARGET_DIR/dsla-checkout"
    mkdir -p "$CARGO_TARGET_DIR"
    [[ "$(cat "$stamp" 2>/dev/null)" == "$ROOT" ]] && return
    (cd "$ROOT" && git ls-files -z -- '*.rs' '*.toml' '*.json' '*.scale' | xargs -0 touch -c)
    printf '%s\n' "$ROOT" >"$stamp"
}

# What the demo and the end-to-end tests need on top.
need_demo_tools() {
    need_packages node=nodejs npm=npm prometheus=prometheus prometheus-node-exporter=prometheus-node-exporter
    local major
    major="$(node --version | sed 's/^v\([0-9]*\).*/\1/')"
    [[ $major -ge 18 ]] || die "Node.js $(node --version) is too old; install 18 or newer as https://nodejs.org says and start again"
    # package-lock.json fixes the versions; the stamp makes the second start quick.
    local stamp="$ROOT/tests/e2e/node_modules/.installed"
    if [[ ! -e $stamp || $ROOT/tests/e2e/package-lock.json -nt $stamp ]]; then
        say "installing the JavaScript packages of tests/e2e"
        (cd "$ROOT/tests/e2e" && npm ci --no-audit --no-fund --loglevel=error)
        touch "$stamp"
    fi
}

# The node and the reporter are always built together, so that both find the same features compiled.
build_binaries() {
    (cd "$ROOT" && cargo build --release --locked -p dsla-node -p dsla-reporter)
}

# And with them the variants of the runtime that are named, or those that tests/variants builds unasked: they are built into the
# folder beside the node.
build_with_variants() {
    (cd "$ROOT" && env ${1:+DSLA_VARIANTS="$*"} cargo build --release --locked -p dsla-node -p dsla-reporter -p dsla-runtime-variants)
}

duration() { printf '%d min %02d s' $(($1 / 60)) $(($1 % 60)); }
