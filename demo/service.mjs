// SPDX-License-Identifier: Apache-2.0
// The service of the demo: a small web page with a /metrics page, that can be switched off.

import { createServer } from 'node:http';

/** Starts the service on `port`; `stop` closes it with all its connections, `start` opens it again. */
export function webService(port) {
  let server;
  let served = 0;
  return {
    url: `http://127.0.0.1:${port}`,
    start: () =>
      new Promise((resolve, reject) => {
        server = createServer((request, response) => {
          served += 1;
          response.setHeader('content-type', 'text/plain; version=0.0.4');
          response.end(
            request.url === '/metrics'
              ? `# TYPE demo_requests_total counter\ndemo_requests_total ${served}\n`
              : 'the service works\n',
          );
        });
        server.once('error', reject);
        server.listen(port, '127.0.0.1', resolve);
      }),
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}
