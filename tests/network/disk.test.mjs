// SPDX-License-Identifier: Apache-2.0
// The disk of one validator of four fills under load. It ends in time, refuses to start while there is no room, and goes on
// where it was when there is. And what happens to a node that was told not to watch its disk. DSLA_FILLS is how often.

import { strict as assert } from 'node:assert';
import { after, test } from 'node:test';
import { DSLA } from '../e2e/lib/chain.mjs';
import { temporaryFolder, until } from '../e2e/lib/node.mjs';
import { heights, rpc } from './lib/checker.mjs';
import { canMakeDisks, makeDisk } from './lib/disk.mjs';
import { load, payers } from './lib/load.mjs';
import { testNetwork } from './lib/network.mjs';
import { rehearsalSpec } from './lib/spec.mjs';
import { stateOf } from './lib/state.mjs';
import { steps } from './lib/steps.mjs';
import { startValidators } from './lib/validators.mjs';

const FILLS = Number(process.env.DSLA_FILLS ?? 1);
const VICTIM = 3;
/** In mebibytes: the disk, what must be free for the node to run, and what is left. */
const [SIZE, LIMIT, LEFT] = [384, 64, 32];
const WATCHING = ['--db-storage-threshold', String(LIMIT), '--db-storage-polling-period', '1'];
let disk;
let victim;

const network = testNetwork(4, async ({ hosts }) => {
  const spec = rehearsalSpec(temporaryFolder('spec'), payers.map(({ address }) => address), 1_000n * DSLA);
  const validators = await startValidators(hosts, spec, undefined, ({ host, base }) => {
    if (host.index !== VICTIM) return {};
    disk = makeDisk(base, SIZE);
    return { args: WATCHING };
  });
  victim = validators[VICTIM];
  return validators;
}, canMakeDisks() ? [] : ['needs mkfs.ext4 and loop devices']);
// Before the folder it is mounted in is removed.
after(() => disk?.remove());

const others = () => network.validators.filter((validator) => validator !== victim);

/** The victim is there again, with the block it had, and has the same state as the others. */
async function back(before) {
  const { checker } = network;
  const since = Date.now();
  await checker.watch('the validator to catch up', 120, (nodes) => {
    if (!victim.process.alive()) throw new Error(`it ended:\n${victim.process.tail()}`);
    return nodes[VICTIM] && nodes[VICTIM].final >= before.final && nodes[VICTIM].final >= checker.highest - 3;
  });
  const seconds = ((Date.now() - since) / 1_000).toFixed(1);
  assert.equal(await rpc(victim.url, 'chain_getBlockHash', before.final), before.finalHash, 'a block that was final must stay');
  const hash = await rpc(victim.url, 'chain_getFinalizedHead');
  await until('another one to have this block final', 60, async () => (await heights(others()[0].url)).final >= (await heights(victim.url)).final);
  assert.deepEqual(await stateOf(victim.url, hash), await stateOf(others()[0].url, hash));
  return seconds;
}

test('a full disk', { skip: network.skip, timeout: (600 + FILLS * 300) * 1_000 }, async (t) => {
  const { checker } = network;
  const step = steps(t);
  await step('four validators finalize under load', async () => {
    await checker.together(180);
    network.ends.push(load(() => others().map(({ url }) => url)));
    assert.ok(disk.free() > LIMIT, `${disk.free()} MiB are free`);
  });

  for (let fill = 1; fill <= FILLS; fill += 1) {
    await step(`fill ${fill} of ${FILLS}: it ends in time`, async () => {
      const before = await heights(victim.url);
      disk.fill(LEFT);
      const code = await victim.process.ended;
      assert.equal(code, 1, `it ends with an error, so that somebody looks, not with ${code}`);
      assert.match(victim.process.log(), /dropped below threshold: 64MiB/);
      assert.doesNotMatch(victim.process.log(), /panicked|corrupt/i);
      assert.ok(disk.free() >= LEFT / 2, 'it has not used what was left');
      await checker.more(3, 120);
      victim.launch({ args: WATCHING });
      assert.equal(await victim.process.ended, 1, 'it does not start while there is no room');
      assert.match(victim.process.log(), /dropped below threshold: 64MiB/);
      disk.empty();
      victim.launch({ args: WATCHING });
      console.log(`fill ${fill} of ${FILLS}: back after ${await back(before)} s`);
    });
  }

  await step('without the watch: the disk is full to the last byte', async () => {
    const unwatched = { args: ['--db-storage-threshold', '0'] };
    await victim.process.stop();
    victim.launch(unwatched);
    await until('it to answer', 120, () => heights(victim.url));
    const before = await heights(victim.url);
    disk.fill(0);
    const start = Date.now();
    let code;
    victim.process.ended.then((value) => {
      code = value;
    });
    // What it does is not promised, only that it comes back. It may also notice late.
    const highest = checker.highest;
    await checker.watch('it to end, or the others to finalize 25 blocks', 240, () => code !== undefined || checker.highest >= highest + 25);
    const outcome = code === undefined ? 'runs on' : `ended with ${code}`;
    console.log(`full disk, unwatched: ${outcome} after ${((Date.now() - start) / 1_000).toFixed(0)} s`);
    console.log(victim.process.log().split('\n').filter((line) => /error|panic|space/i.test(line)).slice(-5).join('\n'));
    await checker.look();
    if (victim.process.alive()) await victim.process.stop('SIGKILL');
    disk.empty();
    victim.launch(unwatched);
    console.log(`back after ${await back(before)} s`);
  });
});
