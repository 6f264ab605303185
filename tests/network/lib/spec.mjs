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
 * Writes the specification into `folder`; `amount` plancks move from the richest account to each of `addresses`, and
 * what `others` lists to them. `runtime` is a variant of the runtime: `fast` has slots of two seconds and eras of two minutes,
 * `short` has short referenda.
 */
export function rehearsalSpec(folder, addresses, amount, { runtime = process.env.DSLA_FAST === '1' ? 'fast' : undefined, others = [] } = {}) {
  const text = execFileSync(NODE_BIN, ['export-chain-spec', '--chain', 'staging'], {
    stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 28,
  }).toString();
  const spec = parse(text);
  const { runtimeGenesis } = spec.genesis;
  const { balances } = runtimeGenesis.patch.balances;
  const richest = balances.reduce((a, b) => (toAmount(b[1]) > toAmount(a[1]) ? b : a));
  const given = [...addresses.map((address) => [address, amount]), ...others];
  richest[1] = fromAmount(given.reduce((left, [, part]) => left - part, toAmount(richest[1])));
  balances.push(...given.map(([address, part]) => [address, fromAmount(part)]));
  if (runtime) runtimeGenesis.code = `0x${readFileSync(variant(runtime)).toString('hex')}`;
  const file = join(folder, 'spec.json');
  writeFileSync(file, print(spec));
  return file;
}

/**
 * The wasm of a variant of the runtime (see tests/variants): in the folder DSLA_WASM, or else where
 * `cargo build --release -p dsla-node -p dsla-reporter -p dsla-runtime-variants` leaves it, beside the node.
 */
export function variant(name) {
  const folder = process.env.DSLA_WASM ?? join(dirname(NODE_BIN), 'wbuild');
  const find = (within) => readdirSync(within, { withFileTypes: true }).flatMap((entry) => {
    const path = join(within, entry.name);
    if (entry.isDirectory()) return entry.name === 'target' ? [] : find(path);
    return entry.name.startsWith(`${name}_`) && entry.name.endsWith('.compact.compressed.wasm') ? [path] : [];
  });
  const [wasm] = existsSync(folder) ? find(folder) : [];
  if (!wasm) throw new Error(`there is no ${name} runtime under ${folder}; build dsla-runtime-variants with DSLA_VARIANTS=${name}`);
  return wasm;
}
