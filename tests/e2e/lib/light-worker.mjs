// SPDX-License-Identifier: Apache-2.0
// The thread of one light client: requests come in as text, responses go out as text.

import { parentPort, workerData } from 'node:worker_threads';
import { start } from 'smoldot';

const WARNING = 2;
const client = start({
  maxLogLevel: WARNING,
  logCallback: (level, target, message) => parentPort.postMessage({ log: `${level} ${target} ${message}` }),
});
try {
  const chain = await client.addChain({ chainSpec: workerData });
  parentPort.on('message', (request) => chain.sendJsonRpc(request));
  parentPort.postMessage({ started: true });
  for await (const response of chain.jsonRpcResponses) parentPort.postMessage({ response });
} catch (error) {
  parentPort.postMessage({ refused: error.message });
}
