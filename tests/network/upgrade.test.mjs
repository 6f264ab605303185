// SPDX-License-Identifier: Apache-2.0
// Four validators are upgraded to the next version of the runtime by a referendum of root, as docs/runbooks/upgrade.md
// says, while agreements, pools, reports and a dispute are under way. DSLA_ACCOUNTS is how many accounts there are to
// migrate. Slots and epochs are those of production, referenda of root take 30 blocks; it needs `short`, `next` and `checked`
// of tests/variants.

import { strict as assert } from 'node:assert';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DSLA, account, addressOf, eventOf, submit } from '../e2e/lib/chain.mjs';
import { NODE_BIN, start, temporaryFolder, until } from '../e2e/lib/node.mjs';
import { document, fixed } from '../e2e/lib/terms.mjs';
import { openAgreement, report } from '../e2e/lib/world.mjs';
import { heights, rpc, rpcWithin } from './lib/checker.mjs';
import { testNetwork } from './lib/network.mjs';
import { rehearsalSpec, variant } from './lib/spec.mjs';
import { gaps, missedSlots } from './lib/state.mjs';
import { steps } from './lib/steps.mjs';
import { startValidators } from './lib/validators.mjs';

const ACCOUNTS = Number(process.env.DSLA_ACCOUNTS ?? 50_000);
/** The most slots without a block that an upgrade may cost. */
const MISSED = 2;
/** Blocks that are looked at before the upgrade and after it. */
const AROUND = 15;
/** Milliseconds of a period of the agreements: the shortest there is. */
const PERIOD = 60_000;
/** What a voter has, and votes with. */
const WEALTH = 6_000_000n * DSLA;
const VOTE = 4_000_000n * DSLA;
/** The name under which the scheduler has what frees the chain from a migration that fails. */
const WAY_OUT = `0x${Buffer.from('the way out'.padEnd(32)).toString('hex')}`;

const voters = [1, 2, 3, 4].map((i) => account(`//network/voter/${i}`));
let api;
const folder = temporaryFolder('upgrade');

const network = testNetwork(4, ({ hosts }) => {
  // A crowd, so that the migration takes more than a block. Nobody has their keys.
  const others = Array.from({ length: ACCOUNTS }, (_, i) => {
    const key = Buffer.alloc(32, 0xbb);
    key.writeUInt32LE(i);
    return [addressOf(key), DSLA];
  });
  const spec = rehearsalSpec(folder, voters.map(({ address }) => address), WEALTH, { runtime: 'short', others });
  return startValidators(hosts, spec, undefined, () => ({ compiles: true }));
});

const best = async () => (await heights(network.validators[0].url)).best;

/** People with agreements, on this chain and with its own clock. */
const people = (name) => {
  const world = {
    get api() { return api; },
    person: (role) => account(`//network/${name}/${role}`),
    submit: (signer, tx) => submit(api, signer, tx),
    now: async () => (await api.query.timestamp.now()).toNumber(),
    endow: (...accounts) => submit(api, voters[0], api.tx.utility.batchAll(
      accounts.map(({ address }) => api.tx.balances.transferKeepAlive(address, 100_000n * DSLA)))),
    view: async (agreement) => (await api.call.dslaApi.agreement(agreement)).unwrap(),
    log: (agreement, from = 0, limit = 100) => api.call.dslaApi.slaLog(agreement, from, limit),
    passed: async (moment) => {
      const left = Math.max(0, moment - (await world.now())) / 1_000;
      return network.checker.watch(`the clock of the chain to be at ${new Date(moment).toISOString()}`, left + 60, async () => (await world.now()) >= moment);
    },
    /** Opens an agreement of which two customers have units. */
    async open() {
      const stage = await openAgreement(world, { lead: 100_000, period: { Custom: PERIOD }, periods: 30 });
      world.customers = [world.person('one'), world.person('two')];
      await world.endow(...world.customers);
      for (const customer of world.customers) {
        await world.submit(customer, api.tx.compensation.subscribe(stage.agreement, 2, 20, 0, 400n * DSLA));
      }
      Object.assign(world, stage);
    },
    /** All reporters say what they saw in a period. */
    async report(period, value) {
      await world.passed(world.start + (period + 1) * PERIOD);
      await Promise.all(world.reporters.map((reporter) =>
        world.submit(reporter, api.tx.sliOracle.submit([report(world.agreement, period, fixed(value))]))));
    },
    final: (period) => network.checker.watch(`period ${period} of ${name} to be final`, 120, async () => {
      const [line] = await world.log(world.agreement, period, 1);
      return line?.phase.isFinal && line;
    }),
  };
  return world;
};

/** Stores a call, asks for a referendum of root about it, and everybody votes for it. Returns its number. */
async function refer(call) {
  const [proposer] = voters;
  const { preimage, referenda, convictionVoting, utility } = api.tx;
  const bytes = call.method.toHex();
  const proposal = { Lookup: { hash: call.method.hash.toHex(), len: (bytes.length - 2) / 2 } };
  const asked = await submit(api, proposer, utility.batchAll([
    preimage.notePreimage(bytes), referenda.submit({ system: 'Root' }, proposal, { After: 0 }),
  ]), { finalized: true });
  const { index, track } = eventOf(asked, 'referenda.Submitted');
  assert.equal(Number(track), 0, 'the track of root');
  const vote = () => convictionVoting.vote(index, { Standard: { vote: { aye: true, conviction: 'Locked2x' }, balance: VOTE } });
  const [placed] = await Promise.all([
    submit(api, proposer, utility.batchAll([referenda.placeDecisionDeposit(index), vote()]), { finalized: true }),
    ...voters.slice(1).map((voter) => submit(api, voter, vote(), { finalized: true })),
  ]);
  assert.equal(BigInt(eventOf(placed, 'referenda.DecisionDepositPlaced').amount), 1_000_000n * DSLA);
  const { tally } = (await api.query.referenda.referendumInfoFor(index)).unwrap().asOngoing;
  assert.equal(tally.support.toBigInt(), BigInt(voters.length) * VOTE);
  return index;
}

/** Reads every item of every pallet with polkadot.js, which throws when one does not decode. */
async function readAll(client) {
  let items = 0;
  let entries = 0;
  for (const [pallet, storage] of Object.entries(client.query)) {
    // Not a pallet: the names that polkadot.js gives to well-known keys.
    if (pallet === 'substrate') continue;
    for (const item of Object.values(storage)) {
      if (!item.creator?.meta) continue;
      items += 1;
      if (item.creator.meta.type.isMap) entries += (await item.entries()).length;
      else await item();
    }
  }
  return { items, entries };
}

test('a runtime upgrade by referendum', { skip: network.skip, timeout: 2_400_000 }, async (t) => {
  const { checker, validators } = network;
  api = await network.connect(0);
  const step = steps(t);
  // Without these the test would only fail at its end.
  const next = variant('next');
  const checked = variant('checked');
  const code = `0x${readFileSync(next).toString('hex')}`;
  const [quiet, disputed] = [people('quiet'), people('disputed')];
  let index;
  let prepared;
  let applied;
  let accounts;
  let missed;
  let where;

  await step('four validators finalize', async () => {
    await checker.together(180);
    assert.equal((await rpc(validators[0].url, 'state_getRuntimeVersion')).specVersion, 100);
  });

  await step('two agreements with pools and customers', async () => {
    await quiet.open();
    await disputed.open();
    const listed = await submit(api, quiet.provider, api.tx.marketplace.listOffer(
      quiet.agreement, 'Promotion', 'Backups', 6n * DSLA, 10, 3, (await quiet.now()) + 30 * 86_400_000, document('the offer'), 86_400_000, 0));
    quiet.offer = eventOf(listed, 'marketplace.OfferListed').offer;
  });

  await step('the referendum is asked for, and everybody votes', async () => {
    const { system, utility, scheduler, safeMode, multiBlockMigrations } = api.tx;
    index = await refer(utility.batchAll([
      system.authorizeUpgrade(api.registry.hash(Buffer.from(code.slice(2), 'hex'))),
      scheduler.scheduleNamedAfter(WAY_OUT, 20_000, null, 0,
        utility.forceBatch([safeMode.forceEnter(), multiBlockMigrations.forceSetCursor(null)])),
    ]));
  });

  await step('a period met, one missed and settled, one disputed, a voucher', async () => {
    await Promise.all([quiet.report(0, '97'), disputed.report(0, '97')]);
    const [one] = disputed.customers;
    await checker.watch('the verdict that is disputed', 60, async () => (await disputed.log(disputed.agreement, 0, 1))[0]?.phase.isProposed);
    await submit(api, one, api.tx.challenge.challenge({ agreement: disputed.agreement, period: 0 }, [{ Value: fixed('90') }]));
    assert.ok((await quiet.final(0)).outcome.isMissed);
    const redeemed = await submit(api, quiet.customers[0], api.tx.marketplace.redeem(quiet.offer, 1, 6n * DSLA, { Claimable: quiet.agreement }, document('the offer').hash));
    quiet.voucher = eventOf(redeemed, 'marketplace.OfferRedeemed').voucher;
    assert.ok((await disputed.log(disputed.agreement, 0, 1))[0].phase.isChallenged);
  });

  await step('the referendum is confirmed, and the scheduler enacts it', async () => {
    await checker.watch('the approval', 300, async () => {
      const info = (await api.query.referenda.referendumInfoFor(index)).unwrap();
      assert.ok(info.isOngoing || info.isApproved, `the referendum is ${info.type}`);
      return info.isApproved;
    });
    const authorized = await checker.watch('the upgrade to be authorized', 120, async () => {
      const answer = await api.query.system.authorizedUpgrade();
      return answer.isSome && answer.unwrap();
    });
    assert.equal(authorized.codeHash.toHex(), api.registry.hash(Buffer.from(code.slice(2), 'hex')).toHex());
    assert.ok((await api.query.scheduler.lookup(WAY_OUT)).isSome, 'the way out is planned');
    await submit(api, voters[0], api.tx.referenda.refundDecisionDeposit(index));
  });

  await step('validators compile what is authorized, one after the other', async () => {
    // What this costs counts, too.
    prepared = await best();
    const seconds = [];
    for (const { url } of validators) {
      const since = Date.now();
      assert.equal((await rpcWithin(120, url, 'dsla_prepareRuntime', code)).specVersion, 101);
      seconds.push(((Date.now() - since) / 1_000).toFixed(1));
    }
    console.log(`compiled in ${seconds.join(', ')} s`);
  });

  await step('the code is handed in, and every account migrated', async () => {
    // Reports that are under way while it happens.
    const period = Math.floor(((await quiet.now()) - quiet.start) / PERIOD);
    await quiet.report(period, '99.95');
    quiet.pending = period;
    accounts = (await api.query.system.account.keys()).length;
    // Not by `submit`: its client would read the events of a block of the old runtime with the metadata of the new one.
    const tx = await api.tx.system.applyAuthorizedUpgrade(code).signAsync(voters[1], { nonce: -1 });
    await api.disconnect();
    const [{ url }] = validators;
    const from = await best();
    await rpcWithin(60, url, 'author_submitExtrinsic', tx.toHex());
    const since = Date.now();
    // Whoever is asked first compiles it.
    const version = (node, ...at) => rpcWithin(60, node, 'state_getRuntimeVersion', ...at).then(({ specVersion }) => specVersion);
    await checker.watch('all four to run the next version', 120, async () =>
      (await Promise.all(validators.map((validator) => version(validator.url)))).every((number) => number === 101));
    // The block that brought it is the first whose state has it.
    for (applied = from; (await version(url, await rpc(url, 'chain_getBlockHash', applied))) === 100;) applied += 1;
    api = await network.connect(0);
    await checker.watch('the migration to end', 180, async () => (await api.query.multiBlockMigrations.cursor()).isNone
      && (await api.query.multiBlockMigrations.historic.keys()).length === 1);
    await checker.watch('blocks after it', 400, async () => checker.highest >= applied + AROUND + 10);
    console.log(`${accounts} accounts; ${AROUND + 10} final blocks ${((Date.now() - since) / 1_000).toFixed(1)} s after the new code`);
  });

  await step('the migration took several blocks', async () => {
    const [{ url }] = validators;
    const names = [];
    for (let height = applied; height <= applied + AROUND; height += 1) {
      const at = await api.at(await api.rpc.chain.getBlockHash(height));
      for (const { event } of await at.query.system.events()) {
        if (event.section === 'multiBlockMigrations') names.push({ height, name: event.method });
      }
    }
    const of = (name) => names.filter((event) => event.name === name).map(({ height }) => height);
    const [started, completed] = [of('UpgradeStarted')[0], of('UpgradeCompleted')[0]];
    const usual = await missedSlots(url, applied - AROUND, applied);
    missed = await missedSlots(url, prepared, applied + AROUND);
    where = await gaps(url, prepared, applied + AROUND);
    console.log(`migrated in ${completed - started + 1} blocks from ${started}; slots without a block: ${usual} of the ${AROUND} before the code, ${missed} from the first compilation to ${AROUND} blocks after the code${where && `, before block ${where}`}`);
    assert.ok(started === applied + 1 && completed > started, `the migration took several blocks: ${JSON.stringify(names)}`);
  });

  await step('every item of the state decodes, and nothing was lost', async () => {
    const { items, entries } = await readAll(api);
    console.log(`${items} items of storage, ${entries} entries in maps`);
    assert.ok(items > 150 && entries > ACCOUNTS);
    assert.equal((await api.query.system.account.keys()).length, accounts);
    for (const world of [quiet, disputed]) {
      const view = await world.view(world.agreement);
      assert.equal(view.provider.toString(), world.provider.address);
      assert.ok(view.buckets.junior.toBigInt() > 0n);
    }
    assert.ok((await disputed.log(disputed.agreement, 0, 1))[0].phase.isChallenged, 'the dispute goes on');
  });

  await step('what was under way ends as it should', async () => {
    assert.ok((await quiet.final(quiet.pending)).outcome.isMet, 'reports from before are judged after');
    const next = Math.floor(((await quiet.now()) - quiet.start) / PERIOD);
    await quiet.report(next, '97');
    assert.ok((await quiet.final(next)).outcome.isMissed);
    for (const customer of quiet.customers) {
      const claimed = eventOf(await submit(api, customer, api.tx.compensation.claim(quiet.agreement)), 'compensation.Claimed');
      assert.ok(BigInt(claimed.amount) > 0n);
    }
    await submit(api, quiet.provider, api.tx.marketplace.fulfil(quiet.voucher));
  });

  await step('try_state of every pallet is content', async () => {
    // A validator's own state, asked through the same runtime with the feature `try-runtime`.
    const [{ url }, , , witness] = validators;
    const { final, finalHash } = await heights(witness.url);
    await assert.rejects(rpc(url, 'state_call', 'TryRuntime_on_runtime_upgrade', '0x01', finalHash), /TryRuntime_on_runtime_upgrade/);
    await witness.process.stop();
    const overrides = temporaryFolder('overrides');
    copyFileSync(checked, join(overrides, 'checked.wasm'));
    witness.process = start('witness', 'ip', [
      'netns', 'exec', witness.host.namespace, NODE_BIN, ...witness.common, '--wasm-runtime-overrides', overrides, '--reserved-only',
      '--port', '30333', '--rpc-port', '9944', '--unsafe-rpc-external', '--rpc-methods', 'unsafe', '--rpc-cors', 'all', '--no-mdns', '--no-telemetry', '--no-prometheus',
    ]);
    await until('the witness to answer', 120, () => {
      if (!witness.process.alive()) throw new Error(`it ended:\n${witness.process.tail()}`);
      return heights(witness.url);
    });
    // Everything: each value of the state is decoded, and the try_state of every pallet runs.
    const answer = await rpcWithin(120, witness.url, 'state_call', 'TryRuntime_on_runtime_upgrade', '0x01', finalHash)
      .catch((error) => assert.fail(`${error.message}\n${witness.process.tail()}`));
    assert.ok(answer.length > 2);
    console.log(`try_state at block ${final}: content`);
  });

  // Last, because it says as much about the machine as about the chain: see README.md.
  await step(`it cost at most ${MISSED} slots`, () => assert.ok(missed <= MISSED, `${missed} slots without a block: before block ${where}`));
});
