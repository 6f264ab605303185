// SPDX-License-Identifier: Apache-2.0
// A light client (smoldot) that polkadot.js can speak through: no server is trusted.

import { ApiPromise, ScProvider } from '@polkadot/api';
import { start } from 'smoldot';

const WARNING = 2;

/** Follows the chain of a raw specification. Returns the API and what the client complained about. */
export async function connectLight(spec, { logLevel = WARNING } = {}) {
  const log = [];
  const client = start({
    maxLogLevel: logLevel,
    logCallback: (level, target, message) => log.push(`${level} ${target} ${message}`),
  });
  let chain;
  // The part of @substrate/connect that polkadot.js uses.
  const connector = {
    WellKnownChain: {},
    createScClient: () => ({
      addChain: async (chainSpec, onResponse) => {
        chain = await client.addChain({ chainSpec });
        (async () => {
          for await (const response of chain.jsonRpcResponses) onResponse(response);
        })().catch(() => {});
        return { sendJsonRpc: (request) => chain.sendJsonRpc(request), remove: () => {} };
      },
    }),
  };
  const provider = new ScProvider(connector, spec);
  const connected = provider.connect();
  // A specification that it does not take must not hang the caller.
  await connected;
  const api = await ApiPromise.create({ provider, noInitWarn: true });
  return {
    api,
    log: () => log.join('\n'),
    async close() {
      await api.disconnect().catch(() => {});
      await client.terminate();
    },
  };
}
