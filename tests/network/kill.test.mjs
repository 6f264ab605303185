// SPDX-License-Identifier: Apache-2.0
// Validators are killed under load, one at a time: no final block is lost or contradicted, and each is back in a minute.
// DSLA_KILLS=50 is the long run.

import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { DSLA } from '../e2e/lib/chain.mjs';
import { sleep, temporaryFolder, until } from '../e2e/lib/node.mjs';
import { Checker, heights, rpc } from './lib/checker.mjs';
import { canMakeHosts, makeHosts } from './lib/hosts.mjs';
import { load, payers } from './lib/load.mjs';
import { rehearsalSpec } from './lib/spec.mjs';
import { startValidators } from './lib/validators.mjs';

const KILLS = Number(process.env.DSLA_KILLS ?? 5);
const possible = canMakeHosts();
let network;
let validators = [];
let checker;

before(async () => {
  if (!possible) return;
  const spec = rehearsalSpec(temporaryFolder('spec'), payers.map(({ address }) => address), 1_000n * DSLA);
  network = makeHosts(4);
  validators = await startValidators(network.hosts, spec);
  checker = new Checker(validators.map(({ url }) => url));
});
after(async () => {
  await Promise.all(validators.map(({ process }) => process.stop()));
  network?.remove();
});

test(`${KILLS} kills`, { skip: possible ? false : 'needs root, ip and nft', timeout: (120 + KILLS * 150) * 1_000 }, async () => {
  await until('four validators to finalize', 120, async () => (await checker.look()).every((node) => node?.final >= 3));
  const stop = load(() => validators.filter(({ process }) => process.alive()).map(({ url }) => url));
  const times = [];
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const victim = validators[Math.floor(Math.random() * validators.length)];
    const before = await heights(victim.url);
    await victim.process.stop('SIGKILL');
    await sleep(5_000 + Math.random() * 10_000);
    await checker.look();
    victim.launch();
    const since = Date.now();
    await until(`${victim.process.name} to catch up`, 60, async () => {
      const seen = await checker.look();
      const mine = seen[validators.indexOf(victim)];
      const best = Math.max(...seen.filter(Boolean).map((node) => node.best));
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
