// SPDX-License-Identifier: Apache-2.0
// The clock of one validator of four goes wrong by 45 seconds: the others go on, and it is with them again when the clock
// is right.
//
// The validators are not each other's reserved peers here. A node bans a peer that gives it blocks of the wrong time, and
// refuses its requests; with a reserved peer the connection stays, and the one whose request was refused never asks again
// (sc-network-sync 0.59): only a restart helps, which is the last step.

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { account } from '../e2e/lib/chain.mjs';
import { sleep, temporaryFolder } from '../e2e/lib/node.mjs';
import { heights } from './lib/checker.mjs';
import { canMoveClocks, makeClock } from './lib/clock.mjs';
import { testNetwork } from './lib/network.mjs';
import { authorityIndex, authors } from './lib/state.mjs';
import { steps } from './lib/steps.mjs';
import { REHEARSAL, startValidators } from './lib/validators.mjs';

const WRONG = 3;
let clock;
let index;

const options = (open) => ({ host }) => ({ open, before: host.index === WRONG ? clock.before : [] });

const network = testNetwork(4, ({ hosts }) => {
  clock = makeClock(temporaryFolder('clock'), 'one');
  return startValidators(hosts, 'staging', undefined, options(true));
}, canMoveClocks() ? [] : ['needs libfaketime']);

const right = () => network.validators.filter(({ host }) => host.index !== WRONG);

/** The greatest lag of finality among the nodes whose clock is right, over `seconds`. */
async function worstLag(seconds) {
  let worst = 0;
  for (const end = Date.now() + seconds * 1_000; Date.now() < end;) {
    await network.checker.look();
    const seen = await Promise.all(right().map(({ url }) => heights(url)));
    assert.ok(seen.every(Boolean), 'every node whose clock is right answers');
    worst = Math.max(worst, ...seen.map(({ best, final }) => best - final));
    await sleep(2_000);
  }
  return worst;
}

test('a wrong clock', { skip: network.skip, timeout: 900_000 }, async (t) => {
  const { checker, validators } = network;
  const step = steps(t);
  await step('four validators finalize', async () => {
    await checker.together(180);
    index = await authorityIndex(validators[0].url, account(REHEARSAL(WRONG)).publicKey);
  });

  const authorsAgain = async () => {
    const start = checker.highest;
    const since = Date.now();
    await checker.together(180);
    await checker.watch('the healed one to author a final block', 240, async () =>
      checker.highest > start && (await authors(validators[0].url, start + 1, checker.highest)).has(index));
    console.log(`authors again after ${((Date.now() - since) / 1_000).toFixed(1)} s`);
  };

  for (const [seconds, name] of [[45, 'ahead'], [-45, 'behind']]) {
    await step(`45 s ${name}: the others are not held up`, async () => {
      clock.set(seconds);
      // Its first blocks with the wrong time meet blocks that were made before.
      await sleep(10_000);
      const start = checker.highest;
      const lag = await worstLag(60);
      console.log(`45 s ${name}: ${checker.highest - start} final blocks in a minute, lag at most ${lag}`);
      assert.ok(checker.highest >= start + 5, 'the others make and finalize blocks');
      assert.ok(lag <= 4, `finality lags by ${lag} blocks`);
    });

    await step('the clock is right again', async () => {
      clock.set(0);
      await authorsAgain();
    });
  }

  await step('between reserved peers: a restart brings it back', async () => {
    await Promise.all(validators.map(({ process }) => process.stop()));
    validators.forEach((validator) => validator.launch(options(false)(validator)));
    await checker.watch('them to answer', 120, (nodes) => nodes.every(Boolean));
    await checker.together(120);
    clock.set(45);
    await worstLag(50);
    clock.set(0);
    await validators[WRONG].process.stop();
    validators[WRONG].launch(options(false)(validators[WRONG]));
    await authorsAgain();
  });
});
