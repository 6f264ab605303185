// SPDX-License-Identifier: Apache-2.0
// Every validator is stopped for longer than two epochs, and for longer than three: blocks and finality resume. And two of
// four are away for more than an epoch: no finality without them, and finality when they are back.
//
// Where an epoch takes an hour, time is not waited for: the nodes come back with clocks that are ahead. With DSLA_FAST=1 the
// chain has the fast runtime (see lib/spec.mjs), and the test waits.

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { sleep, temporaryFolder } from '../e2e/lib/node.mjs';
import { heights, rpc } from './lib/checker.mjs';
import { canMoveClocks, makeClock } from './lib/clock.mjs';
import { testNetwork } from './lib/network.mjs';
import { rehearsalSpec } from './lib/spec.mjs';
import { epochOf } from './lib/state.mjs';
import { steps } from './lib/steps.mjs';
import { startValidators } from './lib/validators.mjs';

/** What is short enough to be waited for, in seconds. */
const PATIENCE = 200;
let clock;
let ahead = 0;

const network = testNetwork(4, ({ hosts }) => {
  clock = makeClock(temporaryFolder('clock'), 'all');
  return startValidators(hosts, rehearsalSpec(temporaryFolder('spec'), [], 0n), undefined, () => ({ before: clock.before }));
}, canMoveClocks() ? [] : ['needs libfaketime']);

/** Final blocks appear, and every node has them. */
function finalizes(seconds, blocks = 3) {
  const { checker } = network;
  const goal = checker.highest + blocks;
  return checker.watch(`block ${goal} to be final everywhere`, seconds, (nodes) =>
    checker.highest >= goal && nodes.every((node) => node && node.final >= checker.highest - 3));
}

/** Time passes while no node runs. */
async function pass(seconds) {
  assert.ok(network.validators.every(({ process }) => !process.alive()), 'only the clocks of stopped nodes are moved');
  if (seconds <= PATIENCE) return sleep(seconds * 1_000);
  ahead += seconds;
  return clock.set(ahead);
}

const stop = (some, signal) => Promise.all(some.map(({ process }) => process.stop(signal)));
const launch = (some) => some.forEach((validator) => validator.launch({ before: clock.before }));

test('all stopped for longer than an epoch', { skip: network.skip, timeout: 1_800_000 }, async (t) => {
  const { checker, validators } = network;
  const step = steps(t);
  let epoch;

  await step('four validators finalize', async () => {
    await finalizes(180);
    epoch = await epochOf(validators[0].url);
    console.log(`an epoch has ${epoch.slots} slots of ${epoch.slotMs} ms`);
  });

  for (const [epochs, signal] of [[2.5, 'SIGTERM'], [3.5, 'SIGKILL']]) {
    await step(`all stopped by ${signal} for ${epochs} epochs`, async () => {
      const [{ url }] = validators;
      const before = await heights(url);
      const { index } = await epochOf(url);
      await stop(validators, signal);
      await pass((epochs * epoch.slots * epoch.slotMs) / 1_000);
      launch(validators);
      const since = Date.now();
      await finalizes(180);
      console.log(`blocks and finality after ${((Date.now() - since) / 1_000).toFixed(1)} s`);
      assert.equal(await rpc(url, 'chain_getBlockHash', before.final), before.finalHash, 'a block that was final must stay');
      assert.ok(validators.some(({ process }) => /Epoch\(s\) skipped/.test(process.log())), 'a whole epoch had no block');
      assert.ok((await epochOf(url)).index >= index + Math.floor(epochs), 'the epochs of the outage were not made up for');
    });
  }

  await step('two of four away for 1.5 epochs', async () => {
    const [here, away] = [validators.slice(0, 2), validators.slice(2)];
    const seconds = (1.5 * epoch.slots * epoch.slotMs) / 1_000;
    await stop(away);
    if (seconds <= PATIENCE) {
      await sleep(seconds * 1_000);
    } else {
      await stop(here);
      await pass(seconds);
      launch(here);
    }
    await checker.watch('the two to author', 180, (nodes) => nodes[0]?.best > checker.highest + 5);
    await checker.look();
    const final = checker.highest;
    await sleep(20_000);
    await checker.look();
    assert.equal(checker.highest, final, 'two of four must not finalize');
    launch(away);
    const since = Date.now();
    await finalizes(180, 8);
    console.log(`finality ${((Date.now() - since) / 1_000).toFixed(1)} s after the two came back`);
  });
});
