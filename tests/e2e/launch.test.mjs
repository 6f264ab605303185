// SPDX-License-Identifier: Apache-2.0
// A launch file becomes a chain: its validators, its holders, what of theirs is vesting, and the treasury's rest.

import { strict as assert } from 'node:assert';
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Keyring } from '@polkadot/keyring';
import { account, connect, DSLA } from './lib/chain.mjs';
import { NODE_BIN, startNode, temporaryFolder } from './lib/node.mjs';

const SPECS = join(dirname(fileURLToPath(import.meta.url)), '../../chain-specs');
const folder = temporaryFolder('launch');
const file = join(folder, 'launch.json');
const ed25519 = new Keyring({ type: 'ed25519' });
const validator = (number) => {
  const path = `//launch//machine//${number}`;
  const { address } = account(path);
  const grandpa = ed25519.encodeAddress(ed25519.addFromUri(path).publicKey);
  return { account: account(`//launch//stash//${number}`).address, bond: 20_000, babe: address, grandpa, imOnline: address, authorityDiscovery: address };
};
const free = account('//launch//free').address;
const vested = account('//launch//vested').address;
const LAUNCH = {
  name: 'DSLA Launch',
  validators: [1, 2].map(validator),
  holders: [
    { account: free, dsla: 1_000_000 },
    { account: vested, dsla: 500_000, vesting: { free: 1_000, cliffDays: 365, days: 1_095 } },
  ],
};
let node;
let api;

before(async () => {
  writeFileSync(file, JSON.stringify(LAUNCH));
  // In a folder of its own: where specs are built by default there may be one with real keys.
  const env = { ...process.env, DSLA_NODE: NODE_BIN, DSLA_SPECS: folder };
  execFileSync(join(SPECS, 'build.sh'), ['staging', file], { stdio: 'inherit', env });
  node = await startNode(['--chain', join(folder, 'staging/raw.json'), '--tmp']);
  api = await connect(node.url);
});
after(async () => {
  await api?.disconnect();
  await node?.stop();
});

test('validators have bonded, and their machines author', async () => {
  const validators = (await api.query.session.validators()).map(String).sort();
  assert.deepEqual(validators, LAUNCH.validators.map((entry) => entry.account).sort());
  for (const entry of LAUNCH.validators) {
    const ledger = (await api.query.staking.ledger(entry.account)).unwrap();
    assert.equal(ledger.active.toBigInt(), 20_000n * DSLA);
    const keys = (await api.query.session.nextKeys(entry.account)).unwrap();
    assert.deepEqual(keys.babe.toU8a(), account(`//launch//machine//${LAUNCH.validators.indexOf(entry) + 1}`).publicKey);
  }
});

test('holders have what they were given, and what vests is locked', async () => {
  const { data } = await api.query.system.account(free);
  assert.deepEqual([data.free.toBigInt(), data.frozen.toBigInt()], [1_000_000n * DSLA, 0n]);
  const { data: locked } = await api.query.system.account(vested);
  assert.deepEqual([locked.free.toBigInt(), locked.frozen.toBigInt()], [500_000n * DSLA, 499_000n * DSLA]);
  const [schedule] = (await api.query.vesting.vesting(vested)).unwrap();
  const day = 14_400n;
  assert.equal(schedule.startingBlock.toBigInt(), 365n * day);
  assert.equal(schedule.locked.toBigInt(), 499_000n * DSLA);
  assert.equal(schedule.perBlock.toBigInt(), (499_000n * DSLA) / (1_095n * day));
  assert.equal(data.reserved.toBigInt(), 0n);
});

test('the supply is that of the rehearsal', async () => {
  const issuance = (await api.query.balances.totalIssuance()).toBigInt();
  const accounts = await api.query.system.account.entries();
  const sum = accounts.reduce((all, [, { data }]) => all + data.free.toBigInt() + data.reserved.toBigInt(), 0n);
  assert.equal(sum, issuance);
  assert.equal(issuance, 10_000_000_000n * DSLA);
});

test('a launch file that cannot be meant is refused with words', () => {
  const [first, second] = LAUNCH.holders;
  const plain = join(folder, 'plain.json');
  execFileSync(NODE_BIN, ['export-chain-spec', '--chain', 'staging', '--output', plain], { stdio: 'ignore' });
  for (const [change, words] of [
    [{ validators: [] }, 'at least one validator'],
    [{ validators: [LAUNCH.validators[0], LAUNCH.validators[0]] }, 'is there twice'],
    [{ validators: [{ ...validator(1), bond: 9_999 }] }, 'at least 10000'],
    [{ holders: [first, { ...second, vesting: { ...second.vesting, free: 500_000 } }] }, 'locks nothing'],
    [{ holders: [{ ...second, vesting: { free: 1, days: 10 } }] }, '`cliffDays`, a whole number of days'],
    [{ holders: [{ ...first, dsla: 10 ** 12 }] }, 'more than the treasury has'],
  ]) {
    writeFileSync(file, JSON.stringify({ ...LAUNCH, ...change }));
    const { status, stderr } = spawnSync('python3', [join(SPECS, 'launch.py'), plain, file], { encoding: 'utf8' });
    assert.equal(status, 1, words);
    assert.match(stderr, new RegExp(words));
  }
});
