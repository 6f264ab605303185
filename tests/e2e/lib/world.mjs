// SPDX-License-Identifier: Apache-2.0
// A chain that seals five blocks a second and whose clock can be moved, with people on it.

import { DSLA, account, connect, eventOf, submit } from './chain.mjs';
import { startNode, until } from './node.mjs';
import { document, terms } from './terms.mjs';

const alice = account('//Alice');
let worlds = 0;

/** Starts a chain with these arguments and returns what a test needs of it. Accounts are fresh for each world. */
export async function newWorld(args = ['--dev', '--tmp', '--sealing', 'interval=200']) {
  const node = await startNode(args);
  const api = await connect(node.url);
  worlds += 1;
  const person = (role) => account(`//e2e/${worlds}/${role}`);
  const world = {
    node,
    api,
    person,
    submit: (signer, tx) => submit(api, signer, tx),
    now: async () => (await api.query.timestamp.now()).toNumber(),
    /** Moves the clock to `moment` and lets the chain do what is due. */
    async passTo(moment) {
      const left = moment - (await world.now());
      if (left > 0) await api.rpc.dev.advanceTime(left);
      // The block at the end of an epoch has no room for transactions; these wait for the ones after it.
      for (let i = 0; i < 2; i += 1) await submit(api, alice, api.tx.system.remark('0x'));
    },
    view: async (agreement) => (await api.call.dslaApi.agreement(agreement)).unwrap(),
    log: (agreement, from = 0, limit = 100) => api.call.dslaApi.slaLog(agreement, from, limit),
    async claimable(agreement, who) {
      const parts = await api.call.dslaApi.claimable(agreement, who.address);
      return Object.fromEntries([...parts.entries()].map(([name, amount]) => [name, amount.toBigInt()]));
    },
    async endow(...accounts) {
      await submit(api, alice, api.tx.utility.batchAll(
        accounts.map(({ address }) => api.tx.balances.transferKeepAlive(address, 100_000n * DSLA))));
    },
    /** Everything our pallets have in storage, as one text: to show that a refused call changed nothing. */
    async state() {
      const parts = [];
      for (const pallet of ['sla', 'sliOracle', 'compensation', 'marketplace']) {
        for (const [name, storage] of Object.entries(api.query[pallet])) {
          if (typeof storage.entries !== 'function' || !storage.creator?.meta) continue;
          const content = storage.creator.meta.type.isMap ? await storage.entries() : await storage();
          parts.push(`${pallet}.${name}: ${JSON.stringify(content)}`);
        }
      }
      return parts.join('\n');
    },
    async close() {
      await api.disconnect();
      await node.stop();
    },
  };
  return world;
}

/**
 * A provider with a service, three reporters with bonds, and an agreement that is open for subscriptions and starts in
 * `lead` milliseconds.
 */
export async function openAgreement(world, { lead = 600_000, ...changes } = {}) {
  const { api, person } = world;
  const provider = person('provider');
  const reporters = [1, 2, 3].map((i) => person(`reporter${i}`));
  await world.endow(provider, ...reporters);
  const [registered] = await Promise.all([
    world.submit(provider, api.tx.utility.batchAll([
      api.tx.sla.registerProvider('Hosting', 'https://example.org'),
      api.tx.sla.registerService('web', document('the service')),
    ])),
    ...reporters.map((reporter) =>
      world.submit(reporter, api.tx.sliOracle.registerReporter(10_000n * DSLA, 'https://reporter.example'))),
  ]);
  const service = eventOf(registered, 'sla.ServiceRegistered').service;
  const start = (await world.now()) + lead;
  const agreed = terms({ start, committee: reporters, ...changes });
  const result = await world.submit(provider, api.tx.sla.registerAgreement(service, agreed));
  const agreement = eventOf(result, 'sla.AgreementRegistered').agreement;
  await world.submit(provider, api.tx.utility.batchAll([
    api.tx.compensation.stakeCover(agreement, 1_000n * DSLA),
    api.tx.compensation.fundRewards(agreement, 100n * DSLA),
    api.tx.sla.openAgreement(agreement),
  ]));
  return { agreement, service, provider, reporters, start, terms: agreed };
}

/** The report of one value for one objective. */
export const report = (agreement, period, value) => ({
  round: { agreement, period },
  measurements: [{ Value: value }],
  evidence: `0x${'11'.repeat(32)}`,
});

/** Waits until `check` holds, sealing blocks meanwhile. */
export const eventually = (world, what, check) =>
  until(what, 30, async () => {
    await submit(world.api, alice, world.api.tx.system.remark('0x'));
    return check();
  });
