// SPDX-License-Identifier: Apache-2.0
// The rehearsal network with money for the accounts that make load.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NODE_BIN } from '../../e2e/lib/node.mjs';

/** Writes the specification into `folder`; `amount` plancks move from the richest account to each of `addresses`. */
export function rehearsalSpec(folder, addresses, amount) {
  const text = execFileSync(NODE_BIN, ['export-chain-spec', '--chain', 'staging'], {
    stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 28,
  }).toString();
  const spec = JSON.parse(text);
  const { balances } = spec.genesis.runtimeGenesis.patch.balances;
  // JSON.parse rounds amounts: take them from the text.
  const exact = balances.map(([address]) => [address, BigInt(text.match(new RegExp(`"${address}",\\s*(\\d+)`))[1])]);
  const richest = exact.reduce((a, b) => (b[1] > a[1] ? b : a));
  richest[1] -= amount * BigInt(addresses.length);
  exact.push(...addresses.map((address) => [address, amount]));
  const MARK = '@@';
  spec.genesis.runtimeGenesis.patch.balances.balances = exact.map(([address, value]) => [address, `${MARK}${value}${MARK}`]);
  const file = join(folder, 'spec.json');
  writeFileSync(file, JSON.stringify(spec).replaceAll(`"${MARK}`, '').replaceAll(`${MARK}"`, ''));
  return file;
}
