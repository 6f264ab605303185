// SPDX-License-Identifier: Apache-2.0
// The keys of two validators run on a second machine each: one makes two blocks in a slot, the other votes twice in a
// round. Each is found out and slashed once, to the planck, when the slash has waited; the others are not.
// Always with the fast runtime, see lib/spec.mjs.

import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { DSLA, account } from '../e2e/lib/chain.mjs';
import { NODE_BIN, sleep, temporaryFolder } from '../e2e/lib/node.mjs';
import { heights } from './lib/checker.mjs';
import { testNetwork } from './lib/network.mjs';
import { rehearsalSpec } from './lib/spec.mjs';
import { steps } from './lib/steps.mjs';
import { REHEARSAL, startValidators } from './lib/validators.mjs';

/** Seconds of an era of the fast runtime. */
const ERA = 3 * 20 * 2;
/** Eras a slash waits there. */
const DEFER = 2;
/** Eras in which a vote must have come out twice. */
const TRIES = 4;
const BOND = 10_000n * DSLA;
/** One of four: (3 · 1 / 4)², of all that is behind the validator. */
const SLASH = (BOND * 5_625n) / 10_000n;

const four = [0, 1, 2, 3].map((i) => account(REHEARSAL(i)).address);
/** Who does what: the validator, the key its twin has, and how the chain calls it. */
const AUTHOR = { of: 0, scheme: 'sr25519', type: 'babe', kind: 'babe:equivocatio' };
const VOTER = { of: 1, scheme: 'ed25519', type: 'gran', kind: 'grandpa:equivoca' };
const WRONG = [AUTHOR, VOTER];
let api;

// The last two have no keys yet.
const network = testNetwork(6, ({ hosts }) =>
  startValidators(hosts, rehearsalSpec(temporaryFolder('spec'), [], 0n, { runtime: 'fast' }), (i) => (i < 4 ? REHEARSAL(i) : undefined)));

const activeEra = async () => (await api.query.staking.activeEra()).unwrap().index.toNumber();

/** What each of the four has bonded. */
const bonds = () => Promise.all(four.map(async (who) => (await api.query.staking.ledger(who)).unwrap().total.toBigInt()));
const byEra = (a, b) => a.era - b.era || a.validator.localeCompare(b.validator);

/** The slashes that wait, with the era in which each will be applied. */
async function waitingSlashes() {
  const entries = await api.query.staking.unappliedSlashes.entries();
  return entries.flatMap(([key, slashes]) => slashes.map(({ validator, own, others }) => ({
    era: key.args[0].toNumber(), validator: String(validator), own: own.toBigInt(), others: others.length,
  }))).sort(byEra);
}

/** Everything that was reported: kind and offender. */
async function reported() {
  const reports = new Map((await api.query.offences.reports.entries()).map(([key, report]) => [key.args[0].toHex(), report.unwrap()]));
  const kinds = await api.query.offences.concurrentReportsIndex.entries();
  return kinds.flatMap(([key, ids]) => [...ids].map((id) => ({
    kind: Buffer.from(key.args[0].toU8a(true)).toString(),
    offender: String(reports.get(id.toHex()).offender[0]),
  })));
}

test('keys on two machines', { skip: network.skip, timeout: 2_400_000 }, async (t) => {
  const { checker, validators } = network;
  api = await network.connect(2);
  [AUTHOR.twin, VOTER.twin] = validators.slice(4);
  const step = steps(t);
  await step('four validators finalize', () => checker.together(120));

  await step('two blocks in a slot, two votes in a round: both are reported', async () => {
    const started = Date.now();
    for (const { of, twin, scheme, type } of WRONG) {
      await twin.process.stop();
      execFileSync(NODE_BIN, ['key', 'insert', ...twin.common, '--scheme', scheme, '--key-type', type, '--suri', REHEARSAL(of)], { stdio: 'ignore' });
    }
    const waiting = new Set(WRONG);
    for (let attempt = 1; waiting.size > 0; attempt += 1) {
      assert.ok(attempt <= TRIES, `not reported in ${TRIES} eras: ${[...waiting].map(({ kind }) => kind).join(', ')}`);
      // A twin runs within one era only, so that what it does is slashed once.
      const last = await activeEra();
      await checker.watch('an era to begin', 2 * ERA, async () => (await activeEra()) > last);
      waiting.forEach(({ twin }) => twin.launch());
      const end = Date.now() + (ERA - 30) * 1_000;
      while (waiting.size > 0 && Date.now() < end) {
        await checker.look();
        const seen = await reported();
        for (const who of waiting) {
          if (!seen.some(({ kind }) => kind === who.kind)) continue;
          await who.twin.process.stop();
          waiting.delete(who);
          who.era = last + 1;
          console.log(`${who.kind}: reported in try ${attempt}, ${((Date.now() - started) / 1_000).toFixed(0)} s after the first began`);
        }
        // Two machines that see the same at the same time vote for the same. One that is a block behind does not.
        if (waiting.has(VOTER)) await network.holdUp(VOTER.twin.host, 1_000);
        await sleep(1_000);
      }
      await Promise.all([...waiting].map(({ twin }) => twin.process.stop()));
    }
  });

  await step('only the two are to blame, and each slash waits', async () => {
    const seen = (await reported()).filter(({ kind }) => WRONG.some((who) => who.kind === kind));
    for (const { kind, of } of WRONG) {
      assert.deepEqual([...new Set(seen.filter((one) => one.kind === kind).map(({ offender }) => offender))], [four[of]]);
    }
    const unapplied = await waitingSlashes();
    assert.deepEqual(unapplied, WRONG.map(({ of, era }) => ({ era: era + DEFER + 1, validator: four[of], own: SLASH, others: 0 })).sort(byEra));
    assert.deepEqual(await bonds(), [BOND, BOND, BOND, BOND], 'nothing is taken yet');
  });

  await step('each is slashed once, to the planck, and the treasury has it', async () => {
    const supply = (await api.query.balances.totalIssuance()).toBigInt();
    const from = (await heights(validators[2].url)).best;
    const last = Math.max(...WRONG.map(({ era }) => era)) + DEFER + 1;
    await checker.watch(`era ${last}, in which the last slash is applied`, (DEFER + 3) * ERA, async () => (await activeEra()) >= last);
    const to = (await heights(validators[2].url)).best;
    await checker.watch('it to be final', 60, () => checker.highest >= to);

    const treasury = api.consts.treasury.potAccount.toString();
    const slashes = [];
    for (let height = from + 1; height <= to; height += 1) {
      const at = await api.at(await api.rpc.chain.getBlockHash(height));
      const taken = (await at.query.system.events()).filter(({ event }) => event.section === 'staking' && event.method === 'Slashed')
        .map(({ event: { data: [staker, amount] } }) => ({ staker: String(staker), amount: amount.toBigInt() }));
      if (taken.length === 0) continue;
      const before = await api.at(await api.rpc.chain.getBlockHash(height - 1));
      const balance = async (state) => (await state.query.system.account(treasury)).data.free.toBigInt();
      const sum = taken.reduce((total, { amount }) => total + amount, 0n);
      assert.equal((await balance(at)) - (await balance(before)), sum, 'all of it went to the treasury');
      slashes.push(...taken);
    }
    const expected = WRONG.map(({ of }) => ({ staker: four[of], amount: SLASH }));
    const byStaker = (a, b) => a.staker.localeCompare(b.staker);
    assert.deepEqual(slashes.sort(byStaker), expected.sort(byStaker));
    assert.deepEqual(await bonds(), [BOND - SLASH, BOND - SLASH, BOND, BOND], 'the honest ones lost nothing');
    assert.deepEqual(await waitingSlashes(), []);
    assert.equal((await api.query.balances.totalIssuance()).toBigInt(), supply);
    console.log(`slashed once each: ${SLASH / DSLA} of ${BOND / DSLA} DSLA, ${DEFER} eras later`);
  });
});
