// SPDX-License-Identifier: Apache-2.0
// The network of a test: there before its first step, gone after its last, however that ends.

import { after, before } from 'node:test';
import { connect } from '../../e2e/lib/chain.mjs';
import { Checker } from './checker.mjs';
import { canMakeHosts, makeHosts } from './hosts.mjs';

/**
 * A network of `count` hosts, for the one test of a file. `begin` is given the network when its hosts are there, and starts
 * and returns the validators; it may run before the network itself has been returned. `needs` are reasons for which this
 * machine cannot run the test.
 */
export function testNetwork(count, begin, needs = []) {
  const reasons = [...(canMakeHosts() ? [] : ['needs root, ip and nft']), ...needs];
  const network = {
    /** For the option `skip` of the test. */
    skip: reasons.join(', ') || false,
    hosts: [],
    validators: [],
    /** Looks at the validators. */
    checker: undefined,
    /** What else has to end, before the validators do. */
    ends: [],
    /** Connects to the validator `i` until the test ends. */
    async connect(i) {
      const api = await connect(network.validators[i].url);
      network.ends.push(() => api.disconnect());
      return api;
    },
  };
  before(async () => {
    if (network.skip) return;
    Object.assign(network, makeHosts(count));
    network.validators = await begin(network);
    network.checker = new Checker(network.validators.map(({ url }) => url));
  });
  after(async () => {
    for (const end of network.ends) await end();
    await Promise.all(network.validators.map(({ process }) => process.stop()));
    network.remove?.();
  });
  return network;
}
