// SPDX-License-Identifier: Apache-2.0
// A light client (smoldot) that polkadot.js can speak through: no server is trusted.

import { Worker } from 'node:worker_threads';
import { ApiPromise, ScProvider } from '@polkadot/api';

/** Follows the chain of a raw specification, given as text. Returns the API and what the client complained about. */
export async function connectLight(spec) {
  // In a thread of its own, which can be ended: smoldot leaves timers of minutes behind, and no process ends before them.
  const worker = new Worker(new URL('light-worker.mjs', import.meta.url), { workerData: spec });
  const log = [];
  // The part of @substrate/connect that polkadot.js uses.
  const connector = {
    WellKnownChain: {},
    createScClient: () => ({
      addChain: (_, onResponse) => new Promise((resolve, reject) => {
        worker.on('error', reject);
        worker.on('message', ({ started, refused, response, log: line }) => {
          if (line) log.push(line);
          if (refused) reject(new Error(refused));
          if (started) resolve({ sendJsonRpc: (request) => worker.postMessage(request), remove: () => {} });
          if (response) onResponse(response);
        });
      }),
    }),
  };
  const provider = new ScProvider(connector, spec);
  try {
    await provider.connect();
    const api = await ApiPromise.create({ provider, noInitWarn: true });
    return {
      api,
      log: () => log.join('\n'),
      async close() {
        await api.disconnect().catch(() => {});
        await worker.terminate();
      },
    };
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}
