#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every source file of ours says that it is Apache-2.0, and so does every package.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$ROOT"

files="$(git ls-files '*.rs' '*.sh' '*.mjs' '*.hbs' .ci/run)" || die "git does not list the files of this checkout"
bad=()
while IFS= read -r file; do
    head -n 2 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0' || bad+=("$file")
done <<<"$files"
[[ ${#bad[@]} -eq 0 ]] || die "no SPDX header in: ${bad[*]}; add 'SPDX-License-Identifier: Apache-2.0' as the first comment"

packages="$(cargo metadata --locked --no-deps --format-version 1 | grep -o '"license":[^,]*' | sort -u)"
[[ $packages == '"license":"Apache-2.0"' ]] || die "a package has another licence or none: $packages"
say "licences: all Apache-2.0"
