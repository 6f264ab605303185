// SPDX-License-Identifier: Apache-2.0
// The runbook's way to new session keys: ops/session-keys.sh makes them in the node, and the chain takes them.

import { strict as assert } from 'node:assert';
import { execFileSync, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { account } from './lib/chain.mjs';
import { NODE_BIN } from './lib/node.mjs';
import { newWorld } from './lib/world.mjs';

const SCRIPT = join(dirname(fileURLToPath(import.meta.url)), '../../ops/session-keys.sh');
const env = { ...process.env, DSLA_NODE: NODE_BIN };
const alice = account('//Alice');
let world;
let rpc;

before(async () => {
  world = await newWorld();
  rpc = world.node.url.replace('ws:', 'http:');
});
after(() => world?.close());

/** What the script prints, as `{ name: value }`. */
const printed = (text) => Object.fromEntries([...text.matchAll(/^ {2}(\w+) +(0x[0-9a-f]+)$/gm)].map(([, name, value]) => [name, value]));

test('new session keys are set with their proof, and not without', async () => {
  const { api } = world;
  const { proof, ...keys } = printed(execFileSync(SCRIPT, [alice.address, rpc], { env }).toString());
  const [wanted] = api.tx.session.setKeys(keys, proof).args;
  assert.deepEqual(Object.keys(wanted.toJSON()), Object.keys(keys), 'the script names all the keys that the chain wants');
  await assert.rejects(world.submit(alice, api.tx.session.setKeys(keys, '0x')), { name: 'session.InvalidProof' });
  await world.submit(alice, api.tx.session.setKeys(keys, proof));
  const next = (await api.query.session.nextKeys(alice.address)).unwrap();
  assert.equal(next.toHex(), `0x${Object.values(keys).map((key) => key.slice(2)).join('')}`);
  assert.ok((await api.rpc.author.hasSessionKeys(next.toHex())).isTrue);
});

test('a proof is good for one account only', async () => {
  const { api, person } = world;
  const other = person('other');
  await world.endow(other);
  const { proof, ...keys } = printed(execFileSync(SCRIPT, [alice.address, rpc], { env }).toString());
  await assert.rejects(world.submit(other, api.tx.session.setKeys(keys, proof)));
});

test('what is no address is refused with words', () => {
  for (const [args, words] of [
    [['//Alice', rpc], 'this is a secret'],
    [['5Grwva', rpc], 'no address|this is a secret'],
    [[alice.address, 'http://127.0.0.1:1'], 'no node answers'],
    [[], 'say which account'],
  ]) {
    const { status, stderr } = spawnSync(SCRIPT, args, { env, encoding: 'utf8' });
    assert.equal(status, 1);
    assert.match(stderr, new RegExp(words));
  }
});
