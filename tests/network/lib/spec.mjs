// SPDX-License-Identifier: Apache-2.0
// The rehearsal network with money for the accounts of a test, on the usual runtime or on the fast one.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { NODE_BIN } from '../../e2e/lib/node.mjs';

// JSON.parse rounds amounts of plancks: they travel as marked strings.
const MARK = '@@';
const parse = (text) => JSON.parse(text.replace(/([[,:]\s*)(\d{15,})(?=\s*[\],}])/g, `$1"${MARK}$2${MARK}"`));
const print = (value) => JSON.stringify(value).replaceAll(`"${MARK}`, '').replaceAll(`${MARK}"`, '');
const toAmount = (value) => BigInt(typeof value === 'string' ? value.replaceAll(MARK, '') : value);
const fromAmount = (amount) => `${MARK}${amount}${MARK}`;

/**
 * Writes the specification into `folder`; `amount` plancks move from the richest account to each of `addresses`. With
 * `fast`, its runtime has slots of two seconds and eras of two minutes.
 */
export function rehearsalSpec(folder, addresses, amount, { fast = false } = {}) {
  const text = execFileSync(NODE_BIN, ['export-chain-spec', '--chain', 'staging'], {
    stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 28,
  }).toString();
  const spec = parse(text);
  const { runtimeGenesis } = spec.genesis;
  const { balances } = runtimeGenesis.patch.balances;
  const richest = balances.reduce((a, b) => (toAmount(b[1]) > toAmount(a[1]) ? b : a));
  richest[1] = fromAmount(toAmount(richest[1]) - amount * BigInt(addresses.length));
  balances.push(...addresses.map((address) => [address, fromAmount(amount)]));
  if (fast) runtimeGenesis.code = `0x${readFileSync(fastRuntime()).toString('hex')}`;
  const file = join(folder, 'spec.json');
  writeFileSync(file, print(spec));
  return file;
}

/** The wasm that `cargo build --release -p dsla-node -p dsla-reporter -p dsla-runtime-variants` leaves beside the usual one. */
export function fastRuntime() {
  if (process.env.DSLA_FAST_WASM) return process.env.DSLA_FAST_WASM;
  const built = join(dirname(NODE_BIN), 'wbuild');
  const find = (folder) => readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'target' ? [] : find(path);
    return /^fast.*\.compact\.compressed\.wasm$/.test(entry.name) ? [path] : [];
  });
  const [wasm] = existsSync(built) ? find(built) : [];
  if (!wasm) throw new Error(`there is no fast runtime under ${built}; build dsla-runtime-variants`);
  return wasm;
}
