// SPDX-License-Identifier: Apache-2.0
// A network that is cut never has two truths, goes on where two thirds are left, and heals. DSLA_CUTS is how often.

import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { sleep, temporaryFolder, until } from '../e2e/lib/node.mjs';
import { Checker } from './lib/checker.mjs';
import { canMakeHosts, makeHosts } from './lib/hosts.mjs';
import { rehearsalSpec } from './lib/spec.mjs';
import { startValidators } from './lib/validators.mjs';

const CUTS = Number(process.env.DSLA_CUTS ?? 1);
const possible = canMakeHosts();
let network;
let validators;
let checker;

before(async () => {
  if (!possible) return;
  network = makeHosts(4);
  validators = await startValidators(network.hosts, rehearsalSpec(temporaryFolder('spec'), [], 0n));
  checker = new Checker(validators.map(({ url }) => url));
});
after(async () => {
  await Promise.all((validators ?? []).map(({ process }) => process.stop()));
  network?.remove();
});

const lag = (nodes) => Math.max(...nodes.map(({ best, final }) => best - final));

/** All four nodes agree on a chain whose finality is at most three blocks behind. */
const together = (seconds) =>
  until('all to be at most three blocks behind', seconds, async () => {
    const seen = await checker.look();
    const best = Math.max(...seen.filter(Boolean).map((node) => node.best));
    return seen.every((node) => node && best - node.final <= 3) && best > 3;
  });

/** Looks for `seconds`; the highest final block at the end. */
async function watch(seconds) {
  for (let left = seconds; left > 0; left -= 2) {
    await checker.look();
    await sleep(2_000);
  }
  return checker.highest;
}

test('a cut network', { skip: possible ? false : 'needs root, ip and nft', timeout: (300 + CUTS * 300) * 1_000 }, async (t) => {
  await t.test('four validators finalize', () => together(120));

  for (let cut = 1; cut <= CUTS; cut += 1) {
    await t.test(`${cut} of ${CUTS}, two and two: blocks, but nothing final`, async () => {
      network.partition([0, 1], [2, 3]);
      // What was under way when the links were cut may still arrive.
      const start = await watch(15);
      const before = await checker.look();
      const end = await watch(30);
      assert.equal(end, start, 'half of the validators must not finalize');
      const seen = await checker.look();
      assert.ok(seen.every((node, i) => node.best > before[i].best), 'both halves go on making blocks');
      assert.ok(lag(seen) > 3);
    });

    await t.test(`${cut} of ${CUTS}, healed: final again within a minute`, async () => {
      network.heal();
      await together(60);
    });

    await t.test(`${cut} of ${CUTS}, three and one: the three go on, the one waits`, async () => {
      network.partition([0, 1, 2], [3]);
      const start = await watch(15);
      await until('the three to finalize ten more blocks', 150, async () => {
        await checker.look();
        return checker.highest >= start + 10;
      });
      const seen = await checker.look();
      assert.ok(seen[3].final < seen[0].final - 5, 'the one cannot know what is final');
    });

    await t.test(`${cut} of ${CUTS}, healed again`, async () => {
      network.heal();
      await together(60);
    });
  }
});
