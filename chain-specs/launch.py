#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Applies a launch file to a plain chain spec, in place.

    launch.py PLAIN_SPEC LAUNCH_FILE

The validators of the launch file replace the rehearsal ones. Their bonds and its holders are paid out of the treasury, so
that the supply stays what the runtime says. `build.sh` calls this; the node checks the addresses when it makes the raw spec.
"""

import json
import sys

PLANCK = 10**18
EXISTENTIAL_DEPOSIT = PLANCK // 100
# Vesting counts blocks; one takes 6 s when none is missed.
BLOCKS_PER_DAY = 24 * 60 * 60 // 6

# Session keys: their names in the genesis and in the launch file, and what people call them.
KEYS = (
    ("babe", "babe", "BABE"),
    ("grandpa", "grandpa", "GRANDPA"),
    ("im_online", "imOnline", "I'm online"),
    ("authority_discovery", "authorityDiscovery", "authority discovery"),
)


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


def whole(entry, name, where, least, unit="tokens"):
    value = entry.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        fail(f"{where} needs `{name}`, a whole number of {unit}, at least {least}")
    return value


def session_keys(validators, rehearsal):
    """The session keys of the launch file, none of them one anybody has."""
    if not validators:
        fail("name at least one validator; four are needed to survive the loss of one")
    entries = []
    for number, validator in enumerate(validators, 1):
        where = f"validator {number}"
        account = field(validator, "account", where)
        entries.append([account, account, {key: field(validator, name, where) for key, name, _ in KEYS}])
    public = {entry[0] for entry in rehearsal} | {key for entry in rehearsal for key in entry[2].values()}
    accounts = [entry[0] for entry in entries]
    unique(accounts, "the validator account")
    refuse(accounts, public)
    for key, _, what in KEYS:
        values = [entry[2][key] for entry in entries]
        unique(values, f"the {what} key")
        refuse(values, public)
    return entries


def refuse(values, public):
    for value in values:
        if value in public:
            fail(f"{value} is a rehearsal key: anybody can derive it; make new keys (README.md says how)")


def stakers(validators, least):
    """What each validator bonds."""
    entries = []
    for number, validator in enumerate(validators, 1):
        bond = whole(validator, "bond", f"validator {number}", least // PLANCK)
        entries.append([validator["account"], validator["account"], bond * PLANCK, "Validator"])
    return entries


def balances(holders, bonds, before, rehearsal):
    """The holders' balances and the bonds, and the treasury's less their sum."""
    # Besides the rehearsal validators these are accounts without keys; the treasury has by far the most.
    kept = [[account, amount] for account, amount in before if account not in rehearsal]
    treasury = max(kept, key=lambda entry: entry[1])
    others = [entry for entry in kept if entry is not treasury]
    given = {}
    for number, holder in enumerate(holders, 1):
        where = f"holder {number}"
        account = field(holder, "account", where)
        if account in given:
            fail(f"the holder {account} is there twice")
        given[account] = whole(holder, "dsla", where, 1) * PLANCK
    for account, _, bond, _ in bonds:
        # What is bonded does not keep an account alive.
        given[account] = given.get(account, EXISTENTIAL_DEPOSIT) + bond
    unique([account for account, _ in kept] + list(given), "the account")
    supply = sum(amount for _, amount in before)
    left = supply - sum(amount for _, amount in others) - sum(given.values())
    if left < EXISTENTIAL_DEPOSIT:
        fail("the holders and validators get more than the treasury has")
    after = [[account, amount] for account, amount in given.items()] + others + [[treasury[0], left]]
    assert sum(amount for _, amount in after) == supply
    return after


def vesting(holders):
    """What of the holders' balances is locked: account, first block, number of blocks, plancks that are free at once."""
    entries = []
    for number, holder in enumerate(holders, 1):
        terms = holder.get("vesting")
        if terms is None:
            continue
        where = f"the vesting of holder {number}"
        if not isinstance(terms, dict):
            fail(f"{where} needs `cliffDays`, `days` and `free`")
        free = whole(terms, "free", where, 0)
        if free >= holder["dsla"]:
            fail(f"{where} locks nothing: `free` is all it has")
        begin = whole(terms, "cliffDays", where, 0, "days") * BLOCKS_PER_DAY
        length = whole(terms, "days", where, 1, "days") * BLOCKS_PER_DAY
        entries.append([holder["account"], begin, length, free * PLANCK])
    return entries


def main():
    if len(sys.argv) != 3:
        fail("usage: launch.py PLAIN_SPEC LAUNCH_FILE")
    spec_path, launch_path = sys.argv[1:]
    with open(spec_path, encoding="utf-8") as file:
        spec = json.load(file)
    with open(launch_path, encoding="utf-8") as file:
        launch = json.load(file)

    patch = spec["genesis"]["runtimeGenesis"]["patch"]
    validators = launch.get("validators", [])
    rehearsal = patch["session"]["keys"]
    patch["session"]["keys"] = session_keys(validators, rehearsal)
    patch["staking"]["stakers"] = stakers(validators, patch["staking"]["minValidatorBond"])
    patch["balances"]["balances"] = balances(
        launch.get("holders", []),
        patch["staking"]["stakers"],
        patch["balances"]["balances"],
        {entry[0] for entry in rehearsal},
    )
    patch["vesting"] = {"vesting": vesting(launch.get("holders", []))}
    spec["name"] = launch.get("name", spec["name"])
    spec["bootNodes"] = launch.get("bootNodes", [])

    with open(spec_path, "w", encoding="utf-8") as file:
        json.dump(spec, file, indent=2)
        file.write("\n")


if __name__ == "__main__":
    main()
