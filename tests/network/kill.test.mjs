// SPDX-License-Identifier: Apache-2.0
// Validators are killed under load, one at a time: no final block is lost or contradicted, and each is back in a minute.
// DSLA_KILLS=50 is the long run.

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { DSLA } from '../e2e/lib/chain.mjs';
import { sleep, temporaryFolder } from '../e2e/lib/node.mjs';
import { heights, rpc } from './lib/checker.mjs';
import { load, payers } from './lib/load.mjs';
import { testNetwork } from './lib/network.mjs';
import { rehearsalSpec } from './lib/spec.mjs';
import { startValidators } from './lib/validators.mjs';

const KILLS = Number(process.env.DSLA_KILLS ?? 5);
const network = testNetwork(4, ({ hosts }) =>
  startValidators(hosts, rehearsalSpec(temporaryFolder('spec'), payers.map(({ address }) => address), 1_000n * DSLA)));

test(`${KILLS} kills`, { skip: network.skip, timeout: (120 + KILLS * 150) * 1_000 }, async () => {
  const { checker, validators } = network;
  await checker.together(120);
  const stop = load(() => validators.filter(({ process }) => process.alive()).map(({ url }) => url));
  const times = [];
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const victim = validators[Math.floor(Math.random() * validators.length)];
    const before = await heights(victim.url);
    await victim.process.stop('SIGKILL');
    await sleep(5_000 + Math.random() * 10_000);
    await checker.look();
    victim.launch({ compiles: true });
    const since = Date.now();
    await checker.watch(`${victim.process.name} to catch up`, 60, (nodes) => {
      const mine = nodes[validators.indexOf(victim)];
      const best = Math.max(...nodes.filter(Boolean).map((node) => node.best));
      return mine && mine.final >= before.final && best - mine.final <= 3;
    });
    times.push((Date.now() - since) / 1_000);
    const kept = await rpc(victim.url, 'chain_getBlockHash', before.final);
    assert.equal(kept, before.finalHash, 'a block that was final must stay');
    console.log(`kill ${kill} of ${KILLS}: ${victim.process.name} back after ${times.at(-1).toFixed(1)} s`);
  }
  const sent = await stop();
  assert.ok(sent > KILLS * 50, `there was load: ${sent} transactions`);
  console.log(`${KILLS} kills, ${sent} transactions, ${checker.highest} final blocks; slowest ${Math.max(...times).toFixed(1)} s`);
});
