// SPDX-License-Identifier: Apache-2.0
// A fresh node comes to the same state as the validators by executing every block and by warp sync; and a validator
// comes back from a backup of its base path.

import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DSLA, account } from '../e2e/lib/chain.mjs';
import { NODE_BIN, temporaryFolder, until } from '../e2e/lib/node.mjs';
import { heights, rpc } from './lib/checker.mjs';
import { known, newNode } from './lib/fresh.mjs';
import { load, payers } from './lib/load.mjs';
import { testNetwork } from './lib/network.mjs';
import { rehearsalSpec } from './lib/spec.mjs';
import { authorityIndex, authors, stateOf } from './lib/state.mjs';
import { steps } from './lib/steps.mjs';
import { REHEARSAL, startValidators } from './lib/validators.mjs';

/** How long the chain is when the fresh nodes come. */
const BLOCKS = Number(process.env.DSLA_BLOCKS ?? 12);
const folder = temporaryFolder('fresh');
let spec;

/** The validators let the fresh nodes in. */
const guests = (hosts) => known(hosts.slice(4));

const network = testNetwork(6, ({ hosts }) => {
  spec = rehearsalSpec(temporaryFolder('spec'), payers.map(({ address }) => address), 1_000n * DSLA);
  return startValidators(hosts.slice(0, 4), spec, undefined, () => guests(hosts));
});

async function freshNode(host, ...args) {
  const { checker, validators } = network;
  const node = newNode(network.hosts[host], spec, validators, folder, args);
  const since = Date.now();
  node.launch();
  network.ends.push(() => node.process.stop());
  await node.answers();
  await node.synced(240, checker.highest);
  console.log(`${args.join(' ')}: ${checker.highest} blocks, ${((Date.now() - since) / 1_000).toFixed(1)} s with the start of the node`);
  checker.urls.push(node.url);
  return node;
}

test('fresh nodes and a restored one', { skip: network.skip, timeout: (900 + BLOCKS * 10) * 1_000 }, async (t) => {
  const { checker, validators } = network;
  const step = steps(t);
  let full;
  let warp;

  await step(`${BLOCKS} final blocks with transactions in them`, async () => {
    const stop = load(() => validators.map(({ url }) => url));
    await checker.watch(`block ${BLOCKS} to be final`, 120 + BLOCKS * 10, () => checker.highest >= BLOCKS);
    assert.ok((await stop()) > BLOCKS, 'there was load');
    await checker.look();
  });

  await step('full sync', async () => {
    full = await freshNode(4, '--sync', 'full');
  });

  await step('warp sync', async () => {
    warp = await freshNode(5, '--sync', 'warp');
    assert.match(warp.process.log(), /Warp sync is complete/);
    // It has not executed what came before, and so has no state of the first block.
    const first = await rpc(validators[0].url, 'chain_getBlockHash', 1);
    const code = (url) => rpc(url, 'state_getStorageSize', '0x3a636f6465', first).catch((error) => error.message);
    console.log(`the code at block 1: ${await code(full.url)}, ${await code(warp.url)}`);
    assert.equal(typeof (await code(full.url)), 'number');
    assert.notEqual(typeof (await code(warp.url)), 'number');
  });

  await step('the same state on all six', async () => {
    const seen = await checker.look();
    const height = Math.min(...seen.map(({ final }) => final));
    const hash = await rpc(validators[0].url, 'chain_getBlockHash', height);
    const states = await Promise.all(checker.urls.map((url) => stateOf(url, hash)));
    states.forEach((state, i) => assert.deepEqual(state, states[0], `${checker.urls[i]} has another state at block ${height}`));
    assert.ok(states[0].entries > 50);
    console.log(`block ${height}: ${states[0].entries} entries, root ${states[0].stateRoot}`);
  });

  await step('restored from a backup', async () => {
    const victim = validators[3];
    const index = await authorityIndex(validators[0].url, account(REHEARSAL(3)).publicKey);
    const backup = join(folder, 'backup.tar');
    await victim.process.stop();
    execFileSync('tar', ['-C', victim.base, '-cSf', backup, '.']);
    const saved = JSON.parse(execFileSync(NODE_BIN, ['chain-info', ...victim.common], { stdio: ['ignore', 'pipe', 'ignore'] }));
    victim.launch(guests(network.hosts));
    await checker.more(5, 120);
    await victim.process.stop('SIGKILL');
    rmSync(victim.base, { recursive: true });
    mkdirSync(victim.base);
    execFileSync('tar', ['-C', victim.base, '-xSf', backup]);
    victim.launch(guests(network.hosts));
    const since = Date.now();
    const first = await until('the restored validator to answer', 60, () => heights(victim.url));
    assert.ok(first.best >= saved.best_number, `it starts from the backup at ${saved.best_number}, not from the genesis`);
    const restored = checker.highest;
    await checker.watch('the restored validator to follow and to author', 240, async () => {
      const mine = await heights(victim.url);
      if (!mine || mine.final < checker.highest - 3) return false;
      return (await authors(validators[0].url, restored + 1, mine.best)).has(index);
    });
    console.log(`restored from block ${saved.best_number}; authors again after ${((Date.now() - since) / 1_000).toFixed(1)} s`);
    const hash = await rpc(victim.url, 'chain_getFinalizedHead');
    assert.deepEqual(await stateOf(victim.url, hash), await stateOf(full.url, hash));
  });
});
