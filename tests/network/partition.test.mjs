// SPDX-License-Identifier: Apache-2.0
// A network that is cut never has two truths, goes on where two thirds are left, and heals. DSLA_CUTS is how often.

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { sleep, temporaryFolder } from '../e2e/lib/node.mjs';
import { testNetwork } from './lib/network.mjs';
import { rehearsalSpec } from './lib/spec.mjs';
import { steps } from './lib/steps.mjs';
import { startValidators } from './lib/validators.mjs';

const CUTS = Number(process.env.DSLA_CUTS ?? 1);
const network = testNetwork(4, ({ hosts }) => startValidators(hosts, rehearsalSpec(temporaryFolder('spec'), [], 0n)));

/** Looks for `seconds`; the highest final block at the end. */
async function watch(checker, seconds) {
  for (let left = seconds; left > 0; left -= 2) {
    await checker.look();
    await sleep(2_000);
  }
  return checker.highest;
}

test('a cut network', { skip: network.skip, timeout: (300 + CUTS * 300) * 1_000 }, async (t) => {
  const { checker } = network;
  const step = steps(t);
  await step('four validators finalize', () => checker.together(120));

  for (let cut = 1; cut <= CUTS; cut += 1) {
    await step(`${cut} of ${CUTS}, two and two: blocks, but nothing final`, async () => {
      network.partition([0, 1], [2, 3]);
      // What was under way when the links were cut may still arrive.
      const start = await watch(checker, 15);
      const before = await checker.look();
      await watch(checker, 30);
      // Who authors in a slot is drawn by lot: a half can be without luck for a while.
      await checker.watch('both halves to go on making blocks', 150, (nodes) =>
        nodes.every((node, i) => node.best > before[i].best && node.best - node.final > 3));
      assert.equal(checker.highest, start, 'half of the validators must not finalize');
    });

    await step(`${cut} of ${CUTS}, healed: final again within a minute`, async () => {
      network.heal();
      await checker.together(60);
    });

    await step(`${cut} of ${CUTS}, three and one: the three go on, the one waits`, async () => {
      network.partition([0, 1, 2], [3]);
      await watch(checker, 15);
      await checker.more(10, 150);
      const seen = await checker.look();
      assert.ok(seen[3].final < seen[0].final - 5, 'the one cannot know what is final');
    });

    await step(`${cut} of ${CUTS}, healed again`, async () => {
      network.heal();
      await checker.together(60);
    });
  }
});
