#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Applies a launch file to a plain chain spec, in place.

    launch.py PLAIN_SPEC LAUNCH_FILE

The validators of the launch file replace the rehearsal keys. Its holders are paid out of the treasury, so that the
supply stays what the runtime says. `build.sh` calls this; the node checks the addresses when it makes the raw spec.
"""

import json
import sys

PLANCK = 10**18
EXISTENTIAL_DEPOSIT = PLANCK // 100


def fail(message):
    sys.exit(f"launch.py: {message}")


def field(entry, name, where):
    value = entry.get(name)
    if not isinstance(value, str) or not value or value.startswith("<"):
        fail(f"{where} needs `{name}`")
    return value


def unique(values, what):
    seen = set()
    for value in values:
        if value in seen:
            fail(f"{what} {value} is there twice")
        seen.add(value)


def session_keys(validators, rehearsal):
    """The session keys of the launch file, none of them one anybody has."""
    if not validators:
        fail("name at least one validator; four are needed to survive the loss of one")
    entries = []
    for number, validator in enumerate(validators, 1):
        where = f"validator {number}"
        account, babe, grandpa = (field(validator, name, where) for name in ("account", "babe", "grandpa"))
        entries.append([account, account, {"babe": babe, "grandpa": grandpa}])
    for position, what in ((0, "account"), ("babe", "BABE key"), ("grandpa", "GRANDPA key")):
        values = [entry[0] if position == 0 else entry[2][position] for entry in entries]
        unique(values, f"the validator {what}")
        public = {entry[0] if position == 0 else entry[2][position] for entry in rehearsal}
        for value in values:
            if value in public:
                fail(f"{value} is a rehearsal key: anybody can derive it; make new keys (README.md says how)")
    return entries


def balances(holders, before):
    """The holders' balances, and the treasury's less their sum."""
    if len(before) != 2:
        fail("the staging preset no longer consists of a reserve and the treasury; this script must follow it")
    (reserve, in_reserve), (treasury, in_treasury) = sorted(before, key=lambda entry: entry[1])
    after = []
    for number, holder in enumerate(holders, 1):
        where = f"holder {number}"
        account = field(holder, "account", where)
        amount = holder.get("dsla")
        if not isinstance(amount, int) or amount < 1:
            fail(f"{where} needs `dsla`, a whole number of tokens")
        after.append([account, amount * PLANCK])
    unique([account for account, _ in after] + [reserve, treasury], "the holder")
    left = in_treasury - sum(amount for _, amount in after)
    if left < EXISTENTIAL_DEPOSIT:
        fail("the holders get more than the treasury has")
    after += [[reserve, in_reserve], [treasury, left]]
    assert sum(amount for _, amount in after) == sum(amount for _, amount in before)
    return after


def main():
    if len(sys.argv) != 3:
        fail("usage: launch.py PLAIN_SPEC LAUNCH_FILE")
    spec_path, launch_path = sys.argv[1:]
    with open(spec_path, encoding="utf-8") as file:
        spec = json.load(file)
    with open(launch_path, encoding="utf-8") as file:
        launch = json.load(file)

    patch = spec["genesis"]["runtimeGenesis"]["patch"]
    patch["session"]["keys"] = session_keys(launch.get("validators", []), patch["session"]["keys"])
    patch["balances"]["balances"] = balances(launch.get("holders", []), patch["balances"]["balances"])
    spec["name"] = launch.get("name", spec["name"])
    spec["bootNodes"] = launch.get("bootNodes", [])

    with open(spec_path, "w", encoding="utf-8") as file:
        json.dump(spec, file, indent=2)
        file.write("\n")


if __name__ == "__main__":
    main()
