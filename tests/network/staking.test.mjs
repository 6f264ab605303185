// SPDX-License-Identifier: Apache-2.0
// A fifth validator joins and leaves while the chain runs; then a machine with the keys of another one is found out.
// Needs the fast runtime: cargo build --release -p dsla-node -p dsla-reporter -p dsla-runtime-variants

import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { DSLA, account, balanceOf, connect, submit } from '../e2e/lib/chain.mjs';
import { temporaryFolder, until } from '../e2e/lib/node.mjs';
import { Checker, rpc } from './lib/checker.mjs';
import { canMakeHosts, makeHosts } from './lib/hosts.mjs';
import { rehearsalSpec } from './lib/spec.mjs';
import { startValidators } from './lib/validators.mjs';

/** Seconds of an era of the fast runtime, and a margin. */
const ERA = 3 * 20 * 2;
const BOND = 40_000n * DSLA;

const possible = canMakeHosts();
const fifth = account('//network/fifth');
const running = [];
let network;

/** A network of five hosts: the fifth has the keys `fifthKeys`, if any. */
async function launch(fifthKeys) {
  const spec = rehearsalSpec(temporaryFolder('spec'), [fifth.address], 50_000n * DSLA, { fast: true });
  network = makeHosts(5);
  const validators = await startValidators(network.hosts, spec, (i) => (i === 4 ? fifthKeys : `//dsla//rehearsal//${i + 1}`));
  const api = await connect(validators[0].url);
  running.push({ validators, api });
  return { validators, api, checker: new Checker(validators.map(({ url }) => url)) };
}

async function end() {
  for (const { validators, api } of running.splice(0)) {
    await api.disconnect();
    await Promise.all(validators.map(({ process }) => process.stop()));
  }
  network?.remove();
}
before(end);
after(end);

const skip = possible ? false : 'needs root, ip and nft';
const inSet = async (api, address) => (await api.query.session.validators()).map(String).includes(address);

test('a fifth validator joins and leaves', { skip, timeout: 1_200_000 }, async () => {
  const { validators, api, checker } = await launch(undefined);
  const supply = (await api.query.balances.totalIssuance()).toBigInt();
  await until('finality', 120, async () => (await checker.look()).every((node) => node?.final >= 3));

  await submit(api, fifth, api.tx.staking.bond(BOND, 'Staked'));
  const owner = api.createType('AccountId', fifth.address).toHex();
  const { keys, proof } = await rpc(validators[4].url, 'author_rotateKeysWithOwner', owner);
  await submit(api, fifth, api.tx.session.setKeys(keys, proof));
  await submit(api, fifth, api.tx.staking.validate({ commission: 0, blocked: false }));

  await until('the fifth to be elected', 4 * ERA, async () => {
    await checker.look();
    return inSet(api, fifth.address);
  });
  assert.equal((await api.query.session.validators()).length, 5);
  await until('the fifth to make blocks', 2 * ERA, async () => {
    await checker.look();
    const { index } = (await api.query.staking.activeEra()).unwrap();
    const { individual } = await api.query.staking.erasRewardPoints(index);
    return [...individual.entries()].some(([who, points]) => String(who) === fifth.address && points.toNumber() > 0);
  });
  // As the pages of polkadot.js Apps ask.
  const info = await api.derive.staking.account(fifth.address);
  assert.equal(info.stakingLedger.active.toBigInt(), BOND);
  const elected = await api.derive.staking.electedInfo();
  assert.equal(elected.info.length, 5);

  const { index } = (await api.query.staking.activeEra()).unwrap();
  await until('the era to end', 2 * ERA, async () => (await api.query.staking.activeEra()).unwrap().index.gt(index));
  const before = await balanceOf(api, fifth.address);
  const paid = await submit(api, fifth, api.tx.staking.payoutStakers(fifth.address, index));
  assert.ok(paid.events.some(({ name }) => name === 'staking.Rewarded'));
  assert.ok((await balanceOf(api, fifth.address)) > before);
  assert.equal((await api.query.balances.totalIssuance()).toBigInt(), supply, 'nothing was minted');

  await submit(api, fifth, api.tx.staking.chill());
  await submit(api, fifth, api.tx.staking.unbond(BOND));
  await until('the fifth to be out', 4 * ERA, async () => {
    await checker.look();
    return !(await inSet(api, fifth.address));
  });
  const { final } = (await checker.look())[0];
  await until('the four to go on', 60, async () => (await checker.look())[0].final > final + 5);
  await end();
});

test('the same keys on two machines are found out', { skip, timeout: 1_200_000 }, async () => {
  const { api, checker } = await launch('//dsla//rehearsal//1');
  const offender = account('//dsla//rehearsal//1').address;
  const seen = new Map();
  await until('a report', 5 * ERA, async () => {
    await checker.look();
    const at = await api.at(await api.rpc.chain.getFinalizedHead());
    for (const [key] of await at.query.offences.concurrentReportsIndex.entries()) {
      const kind = Buffer.from(key.args[0].toU8a(true)).toString();
      seen.set(kind, (seen.get(kind) ?? 0) + 1);
    }
    return seen.has('babe:equivocatio');
  });
  console.log(`reported: ${[...seen.keys()].join(', ')}`);
  // Only the machines with these keys are to blame.
  const reports = await api.query.offences.reports.entries();
  const blamed = new Set(reports.map(([, report]) => String(report.unwrap().offender[0])));
  assert.deepEqual([...blamed].filter((who) => who !== offender), []);

  // Three of four: (3 · 1 / 4)² of the bond, when the slash has waited.
  const bond = 10_000n * DSLA;
  await until('the slash', 6 * ERA, async () => {
    await checker.look();
    const ledger = (await api.query.staking.ledger(offender)).unwrap();
    return ledger.total.toBigInt() < bond;
  });
  const ledger = (await api.query.staking.ledger(offender)).unwrap();
  assert.equal(ledger.total.toBigInt(), bond - (bond * 5_625n) / 10_000n);
  for (const number of [2, 3, 4]) {
    const honest = (await api.query.staking.ledger(account(`//dsla//rehearsal//${number}`).address)).unwrap();
    assert.equal(honest.total.toBigInt(), bond, `validator ${number} did nothing`);
  }
  await end();
});
