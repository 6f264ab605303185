// SPDX-License-Identifier: Apache-2.0
// A fifth validator joins a network of four and leaves it. DSLA_WITHDRAW=1 also waits until its bond is free.
// Always with the fast runtime, see lib/spec.mjs.

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { DSLA, account, balanceOf, eventOf, submit } from '../e2e/lib/chain.mjs';
import { temporaryFolder } from '../e2e/lib/node.mjs';
import { heights, rpc } from './lib/checker.mjs';
import { testNetwork } from './lib/network.mjs';
import { rehearsalSpec } from './lib/spec.mjs';
import { authorities, authors, missedSlots } from './lib/state.mjs';
import { steps } from './lib/steps.mjs';
import { REHEARSAL, startValidators } from './lib/validators.mjs';

/** Seconds of an era of the fast runtime. */
const ERA = 3 * 20 * 2;
/** Eras until a bond is free. */
const UNBONDING = 4;
const BOND = 40_000n * DSLA;
const WITHDRAW = process.env.DSLA_WITHDRAW === '1';

const fifth = account('//network/fifth');
let api;

const network = testNetwork(5, ({ hosts }) => {
  const spec = rehearsalSpec(temporaryFolder('spec'), [fifth.address], 50_000n * DSLA, { runtime: 'fast' });
  return startValidators(hosts, spec, (i) => (i === 4 ? undefined : REHEARSAL(i)));
});

const isValidator = async () => (await api.query.session.validators()).map(String).includes(fifth.address);
const activeEra = async () => (await api.query.staking.activeEra()).unwrap().index.toNumber();

test('a fifth validator joins and leaves', { skip: network.skip, timeout: 2_400_000 }, async (t) => {
  const { checker, validators } = network;
  api = await network.connect(0);
  const step = steps(t);
  let supply;
  let babe;
  const begin = Date.now();
  const passed = () => `${Math.round((Date.now() - begin) / 1_000)} s after the start`;

  await step('four validators finalize', async () => {
    await checker.together(120);
    assert.equal((await authorities(validators[0].url)).length, 4);
    supply = (await api.query.balances.totalIssuance()).toBigInt();
  });

  await step('bond, keys, validate', async () => {
    await submit(api, fifth, api.tx.staking.bond(BOND, 'Staked'));
    const owner = api.createType('AccountId', fifth.address).toHex();
    const { keys, proof } = await rpc(validators[4].url, 'author_rotateKeysWithOwner', owner);
    await submit(api, fifth, api.tx.session.setKeys(keys, proof));
    await submit(api, fifth, api.tx.staking.validate({ commission: 0, blocked: false }));
    babe = (await api.query.session.nextKeys(fifth.address)).unwrap().babe.toHex().slice(2);
    assert.ok(!(await isValidator()), 'not before an era begins');
  });

  await step('it is elected, and makes blocks that become final', async () => {
    await checker.watch('the fifth to be elected', 4 * ERA, isValidator);
    console.log(`elected ${passed()}`);
    assert.ok((await authorities(validators[0].url)).includes(babe));
    const from = (await heights(validators[0].url)).best + 1;
    const height = await checker.watch('the fifth to make a block', ERA, async () => {
      const index = (await authorities(validators[0].url)).indexOf(babe);
      const { best } = await heights(validators[0].url);
      return (await authors(validators[0].url, from, best)).get(index)?.[0];
    });
    console.log(`its first block is ${height}, ${passed()}`);
    await checker.watch(`block ${height} to be final`, 60, () => checker.highest >= height);
    // As the pages of polkadot.js Apps ask.
    const info = await api.derive.staking.account(fifth.address);
    assert.equal(info.stakingLedger.active.toBigInt(), BOND);
    assert.equal((await api.derive.staking.electedInfo()).info.length, 5);
  });

  await step('it is paid for the era out of the reserve', async () => {
    const era = await activeEra();
    const points = async () => {
      const { individual } = await api.query.staking.erasRewardPoints(era);
      return [...individual.entries()].find(([who]) => String(who) === fifth.address)?.[1].toNumber() ?? 0;
    };
    await checker.watch('the era to end', 2 * ERA, async () => (await activeEra()) > era);
    assert.ok((await points()) > 0, 'it has points of the era');
    const before = await balanceOf(api, fifth.address);
    const paid = await submit(api, fifth, api.tx.staking.payoutStakers(fifth.address, era));
    assert.ok(BigInt(eventOf(paid, 'staking.Rewarded').amount) > 0n);
    assert.ok((await balanceOf(api, fifth.address)) > before);
    assert.equal((await api.query.balances.totalIssuance()).toBigInt(), supply, 'nothing was minted');
  });

  await step('it leaves, and makes no more blocks', async () => {
    await submit(api, fifth, api.tx.staking.chill());
    const unbonded = await submit(api, fifth, api.tx.staking.unbond(BOND));
    assert.equal(BigInt(eventOf(unbonded, 'staking.Unbonded').amount), BOND);
    await checker.watch('the fifth to be out', 4 * ERA, async () => !(await isValidator()));
    console.log(`out ${passed()}`);
    // Its machine goes away, and the four go on.
    await validators[4].process.stop();
    const from = (await heights(validators[0].url)).best + 1;
    await checker.watch('twenty more final blocks', 120, () => checker.highest >= from + 19);
    const [made, keys] = await Promise.all([authors(validators[0].url, from, from + 19), authorities(validators[0].url)]);
    const four = [0, 1, 2, 3].map((i) => Buffer.from(account(REHEARSAL(i)).publicKey).toString('hex'));
    assert.deepEqual([...made.keys()].map((index) => keys[index]).filter((key) => !four.includes(key)), []);
    console.log(`slots without a block among the twenty after it left: ${await missedSlots(validators[0].url, from, from + 19)}`);
    const transfer = api.tx.balances.transferKeepAlive(account(REHEARSAL(0)).address, 20_000n * DSLA);
    await assert.rejects(submit(api, fifth, transfer), { name: /FundsUnavailable|InsufficientBalance/ }, 'the bond is still held');
    const { unlocking } = (await api.query.staking.ledger(fifth.address)).unwrap();
    assert.equal(unlocking.length, 1);
    assert.equal(unlocking[0].value.toBigInt(), BOND);
  });

  if (!WITHDRAW) return;
  await step('its bond is free when the time is over', async () => {
    const [{ era }] = (await api.query.staking.ledger(fifth.address)).unwrap().unlocking;
    await checker.watch(`era ${era}`, (UNBONDING + 2) * ERA, async () => (await activeEra()) >= era.toNumber());
    const withdrawn = await submit(api, fifth, api.tx.staking.withdrawUnbonded(0));
    assert.equal(BigInt(eventOf(withdrawn, 'staking.Withdrawn').amount), BOND);
    console.log(`withdrawn ${passed()}`);
  });
});
