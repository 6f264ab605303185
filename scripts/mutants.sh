#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Changes the code of a pallet in one place at a time and looks whether a test fails. See --help.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
    cat <<'TEXT'
usage: scripts/mutants.sh [ARGS]

Mutates pallet-compensation and runs its unit tests on every mutant, with cargo-mutants. ARGS go to that tool, e.g.
`--file '**/vault.rs'`, `--re take_credit`, or `--iterate` to run only those that were not caught before.
Ends with the counts and the mutants that no test noticed. What cannot be noticed is in MUTANTS.md of the pallet.

Variables:
  PALLET  another pallet, by the name of its folder (default: compensation)
  QUICK   1 leaves out the tests named in SLOW, which otherwise run on what the others let pass
  WORK    where copy, target directory and results lie (default: mutants in the target directory). For two runs at a
          time: `WORK=a scripts/mutants.sh --shard 0/2 & WORK=b scripts/mutants.sh --shard 1/2`
TEXT
}

case "${1:-}" in -h | --help) usage; exit 0 ;; esac
VERSION=27.1.0
# The random histories against the model, the settlements with 10,000 subscribers, the table of all calls.
SLOW=(tests::model settlement_should_touch tests::matrix)
PALLET="${PALLET:-compensation}"
need_packages python3=python3
need_compilers
WORK="$(realpath -m "${WORK:-$CARGO_TARGET_DIR/mutants}")" copy="$WORK/src"
[[ "$(cargo mutants --version 2>/dev/null)" == "cargo-mutants $VERSION" ]] ||
    CARGO_TARGET_DIR="$WORK/tool" cargo install cargo-mutants --locked --version "$VERSION"
export CARGO_TARGET_DIR="$WORK/target" SKIP_WASM_BUILD=1 CARGO_TERM_COLOR=never
# The same histories for every mutant. One that fails is not made shorter, and not tried on the next mutant.
export PROPTEST_RNG_SEED=1 PROPTEST_MAX_SHRINK_ITERS=0 PROPTEST_DISABLE_FAILURE_PERSISTENCE=1

# A copy of the working tree, of what the pallet needs.
rm -rf "$copy"
mkdir -p "$copy"
git -C "$ROOT" ls-files -z --cached --others --exclude-standard -- \
    .cargo Cargo.toml Cargo.lock rust-toolchain.toml primitives "pallets/$PALLET" |
    tar -C "$ROOT" -c --null -T - | tar -C "$copy" -xm
sed -i '/^members = \[/,/^\]/c members = ["primitives", "pallets/'"$PALLET"'"]' "$copy/Cargo.toml"
# The tool does not look into macros, and takes only what is called `Result` for one. So that it finds more to change,
# checks and results are spelled out. No line moves.
python3 - "$copy/pallets/$PALLET/src" <<'PYTHON'
import pathlib, re, sys

def spelled_out(text):
    """`ensure!(condition, error);` becomes the `if` it stands for."""
    out, at = [], 0
    for found in re.finditer(r"\bensure!\(", text):
        start, depth, comma, end = found.end(), 1, None, found.end()
        while depth:
            depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(text[end], 0)
            if text[end] == "," and depth == 1 and text[end + 1 :].lstrip()[0] != ")":
                comma = end
            end += 1
        condition, error = text[start:comma], text[comma + 1 : end - 1].rstrip().removesuffix(",")
        moved = text[found.start() : end].count("\n") - condition.count("\n") - error.count("\n")
        end += text[end] == ";"
        out += [text[at : found.start()], f"if !({condition}) {{ return Err(({error}).into()); }}", "\n" * moved]
        at = end
    return "".join(out) + text[at:]

for path in pathlib.Path(sys.argv[1]).rglob("*.rs"):
    if "tests" in path.parts or path.name in ("tests.rs", "mock.rs", "benchmarking.rs", "weights.rs"):
        continue
    text = spelled_out(path.read_text())
    if path.name == "lib.rs":
        # Calls keep the alias: the macro asks for it. The first line is the licence.
        text = "#![allow(warnings)]" + text[text.index("\n") :]
    else:
        text = re.sub(r"-> (DispatchResult|Checked) ", "-> Result<(), sp_runtime::DispatchError> ", text)
    path.write_text(text)
PYTHON

# Cargo runs the tests through this: first what is quick.
skip=() && for test in "${SLOW[@]}"; do skip+=(--skip "$test"); done
cat >"$WORK/runner" <<TEXT
#!/usr/bin/env bash
"\$@" ${skip[*]} || exit 1
${QUICK:+exit 0}
exec "\$@"
TEXT
chmod +x "$WORK/runner"
# Compiling takes longer than testing, so nothing is optimised but the dependencies.
options=("target.'cfg(all())'.runner=['$WORK/runner']")
options+=("profile.dev.package.pallet-$PALLET.opt-level=0" "profile.dev.package.pallet-$PALLET.debug=0")
options=("${options[@]/#/--config=}")

cd "$copy"
heading "Without a change"
cargo "${options[@]}" test --package "pallet-$PALLET" --lib -- --quiet
heading "With changes"
status=0
cargo mutants --in-place --baseline skip --timeout 300 --no-shuffle --output "$WORK" --package "pallet-$PALLET" \
    "${options[@]/#/--cargo-arg=}" "$@" -- --lib || status=$?
# 2: some were missed; 3: some took too long.
[[ $status -eq 0 || $status -eq 2 || $status -eq 3 ]] || die "cargo-mutants ended with $status"
results="$WORK/mutants.out"
for kind in caught missed timeout unviable previously_caught; do
    [[ ! -e $results/$kind.txt ]] || say "$kind: $(wc -l <"$results/$kind.txt")"
done
[[ ! -e $results/missed.txt ]] || cat "$results/missed.txt"
