// SPDX-License-Identifier: Apache-2.0
// The service of the demo: a small web page with a /metrics page, that can be switched off. A process of its own: whoever
// drives it can be busy for a second, and must not look like an outage.

import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { start, until } from '../tests/e2e/lib/node.mjs';

const PROGRAM = fileURLToPath(import.meta.url);

/** The service on `port`; `start` opens it, `stop` closes it with all its connections, as often as wanted. */
export function webService(port) {
  let running;
  return {
    url: `http://127.0.0.1:${port}`,
    async start() {
      running = start('service', process.execPath, [PROGRAM, String(port)]);
      await until('the service to listen', 30, () => {
        if (!running.alive()) throw new Error(`the service ended:\n${running.tail()}`);
        return running.log().includes('listening');
      });
    },
    stop: () => running.stop(),
  };
}

if (process.argv[1] === PROGRAM) {
  let served = 0;
  const server = createServer((request, response) => {
    served += 1;
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(
      request.url === '/metrics'
        ? `# TYPE demo_requests_total counter\ndemo_requests_total ${served}\n`
        : 'the service works\n',
    );
  });
  server.listen(Number(process.argv[2]), '127.0.0.1', () => console.log('listening'));
}
